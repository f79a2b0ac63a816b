# shellcheck shell=sh
# Sourced by the start of each reverse proxy: which sites there are, who is blocked, and what has changed.
# All of it for sh of BusyBox and of Debian.

# A list in .env, by commas or spaces, as one line each.
listed() { printf '%s\n' "$1" | sed 's/[, ][, ]*/\n/g' | grep . || true; }

# Lines of a table without its comments.
rows() { grep -v -e '^#' -e '^[[:space:]]*$' "/etc/ruche-proxy/$1"; }

# open_sites: NAME UPSTREAM MEGABYTES
open_sites() { rows sites | awk '$4 == "open" { print $1, $2, $3 }'; }

# protected_sites: NAME UPSTREAM MEGABYTES of those that PROTECTED_SITES names; fails on a name that the table has not.
protected_sites() {
  listed "${PROTECTED_SITES:-}" | while read -r name; do
    rows sites | awk -v name="$name" '$1 == name && $4 == "identity" { print $1, $2, $3; found = 1 } END { exit !found }' ||
      { echo "PROTECTED_SITES names \"$name\", which is no identity site of configs/reverse-proxy/sites" >&2 && exit 1; }
  done
}

# open_paths SITE: one prefix a line.
open_paths() {
  listed "${OPEN_PATHS:-}" | while read -r name; do
    rows open-paths | awk -v name="$name" -v site="$1" '
      $1 == name { found = 1; if ($2 == site) for (i = 3; i <= NF; i++) print $i }
      END { exit !found }' ||
      { echo "OPEN_PATHS names \"$name\", which is not in configs/reverse-proxy/open-paths" >&2 && exit 1; }
  done
}

# Whether others than this machine reach the broker's TLS port, which then needs a certificate for mqtt.PUBLIC_DOMAIN.
mqtt_is_public() { [ "${MQTT_TLS_ADDRESS:-127.0.0.1}" != 127.0.0.1 ]; }

# every_name: of all sites, for which there must be a certificate.
every_name() {
  open_sites | cut -d ' ' -f 1
  protected_sites | cut -d ' ' -f 1
  ! mqtt_is_public || echo mqtt
}

# What security.yml blocks, one address or network a line; nothing else gets into a proxy's configuration.
blocked() {
  [ -r /blocked/addresses ] || return 0
  grep -E '^([0-9]{1,3}\.){3}[0-9]{1,3}(/[0-9]{1,2})?$|^[0-9a-fA-F:]*:[0-9a-fA-F:.]*(/[0-9]{1,3})?$' /blocked/addresses |
    head -n "${BLOCKED_MAX:-5000}" || true
}

# hand_over CERTIFICATE KEY: gives them to the broker, where they differ from what it has.
hand_over() {
  if [ -s "$1" ] && [ -s "$2" ] && ! cmp -s "$1" /mqtt/server.crt; then
    # The broker runs as another user; nobody else has this volume.
    cp "$2" /mqtt/server.key.new && cp "$1" /mqtt/server.crt.new && chmod 644 /mqtt/*.new
    mv /mqtt/server.key.new /mqtt/server.key
    mv /mqtt/server.crt.new /mqtt/server.crt
  fi
}

# rotate FILE: keeps one older file of 20 MB; true when the proxy must open its log again.
rotate() {
  [ -f "$1" ] && [ "$(wc -c <"$1")" -gt 20971520 ] && mv "$1" "$1.1"
}
