#!/bin/sh
# Writes what the broker tells of itself below $SYS/broker as metrics, into a file that node-exporter reads: the broker has
# no metrics of its own, and what it drops it says nowhere else.
set -eu
umask 022
file=/mosquitto/log/mosquitto.prom
url=$(cat /run/secrets/monitor-mqtt-url)
password=${url#*://*:}
mkdir -p "$XDG_CONFIG_HOME"
(umask 077 && printf -- '-u monitor\n-P %s\n' "${password%@*}" >"$XDG_CONFIG_HOME/mosquitto_sub")

# Uptime comes once in every round; what was heard until then is written whole.
mosquitto_sub -h mosquitto -p 1884 -k 20 -t '$SYS/broker/#' -F '%t %p' | awk -v file="$file" '
  $2 ~ /^[0-9]+(\.[0-9]+)?$/ && NF <= 3 {
    name = substr($1, length("$SYS/broker/") + 1)
    gsub(/[^a-zA-Z0-9]/, "_", name)
    value[name] = $2
    if (name == "uptime") {
      for (each in value) printf "mosquitto_%s %s\n", each, value[each] >(file ".new")
      close(file ".new")
      system("mv " file ".new " file)
    }
  }'
