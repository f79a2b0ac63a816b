#!/bin/sh
# Starts CrowdSec with the parsers and scenarios of this folder, and writes down every 10 s who is blocked, for the proxy.
set -eu
umask 077
config=/data/config
mkdir -p $config/hub $config/notifications $config/plugins /data/data
for folder in parsers/s00-raw parsers/s01-parse parsers/s02-enrich scenarios postoverflows collections patterns contexts; do
  mkdir -p "$config/$folder"
done
rm -f $config/parsers/*/ruche-*.yaml $config/scenarios/ruche-*.yaml
cp /etc/ruche-crowdsec/parsers/s01-parse/* $config/parsers/s01-parse/
cp /etc/ruche-crowdsec/parsers/s02-enrich/* $config/parsers/s02-enrich/
cp /etc/ruche-crowdsec/scenarios/* $config/scenarios/
# Where the image keeps what it comes with.
for image in /staging/etc/crowdsec /etc/crowdsec; do [ ! -d "$image/patterns" ] || break; done
[ -s $config/hub/.index.json ] || cp "$image/hub/.index.json" $config/hub/ 2>/dev/null ||
  echo '{"parsers": {}, "scenarios": {}, "postoverflows": {}, "collections": {}}' >$config/hub/.index.json
cp "$image"/patterns/* $config/patterns/
cp /etc/ruche-crowdsec/config.yaml $config/config.yaml
echo 'simulation: false' >$config/simulation.yaml
[ -e $config/console.yaml ] || echo '{}' >$config/console.yaml

cscli() { command cscli -c $config/config.yaml "$@"; }
if [ -n "${CROWDSEC_COLLECTIONS:-}" ]; then
  # shellcheck disable=SC2046 # several names
  if ! cscli hub update || ! cscli collections install $(printf '%s' "$CROWDSEC_COLLECTIONS" | tr ',' ' '); then
    echo "CROWDSEC_COLLECTIONS could not be fetched; what is here goes on" >&2
  fi
fi
[ -s $config/local_api_credentials.yaml ] || {
  printf 'url: http://127.0.0.1:8080\n' >$config/local_api_credentials.yaml
  cscli machines add ruche --auto --force --url http://127.0.0.1:8080 --file $config/local_api_credentials.yaml
}
[ -s $config/blocklist-key ] || {
  cscli bouncers delete blocklist >/dev/null 2>&1 || true
  cscli bouncers add blocklist -o raw | tail -n 1 >$config/blocklist-key
}
key=$(cat $config/blocklist-key)
# A file that comes only later is not read.
for proxy in nginx caddy traefik; do : >>"/var/log/proxy/$proxy.log"; done

while sleep 10; do
  # As long as CrowdSec does not answer, the list stays as it is.
  answer=$(wget -q -T 5 -O - --header "X-Api-Key: $key" http://127.0.0.1:8080/v1/decisions) || continue
  printf '%s' "$answer" | tr '{' '\n' | grep '"type":"ban"' | sed -n 's/.*"value":"\([^"]*\)".*/\1/p' | sort -u >/blocked/addresses.new || true
  mv /blocked/addresses.new /blocked/addresses
done &

exec crowdsec -c $config/config.yaml
