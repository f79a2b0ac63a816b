#!/bin/sh
# Starts Caddy with the sites of configs/reverse-proxy/sites, and takes over other sites and blocked addresses as they come.
set -eu
umask 077
# shellcheck source=../reverse-proxy/sites.sh
. /etc/ruche-proxy/sites.sh

# fill TEMPLATE NAME UPSTREAM MEGABYTES
fill() { sed -e "s|@NAME@|$2|g; s|@UPSTREAM@|$3|g; s|@SIZE@|$4|g" "/etc/caddy/$1"; }

write_all() { # FOLDER
  rm -rf "$1" && mkdir -p "$1/sites"
  [ -z "${ACME_DIRECTORY:-}" ] || printf 'acme_ca %s\n' "$ACME_DIRECTORY" >"$1/global.caddy"
  blocked >"$1/blocked"
  [ ! -s "$1/blocked" ] ||
    { printf '@blocked remote_ip' && tr '\n' ' ' <"$1/blocked" | sed 's/^/ /' && printf '\nrespond @blocked 403\n'; } >"$1/blocked.caddy"
  open_sites | while read -r name upstream size; do
    fill open.caddy "$name" "$upstream" "$size" >"$1/sites/$name.caddy"
  done
  sites=$(protected_sites)
  [ -z "$sites" ] || printf '%s\n' "$sites" | while read -r name upstream size; do
    [ "$upstream" != - ] || continue
    paths=$(open_paths "$name" | sed 's/$/*/' | tr '\n' ' ')
    : >"$1/open-paths"
    [ -z "$paths" ] || printf '\t\t@open path %s\n\t\thandle @open {\n\t\t\treverse_proxy %s {\n\t\t\t\timport upstream\n\t\t\t}\n\t\t}\n' \
      "$paths" "$upstream" >"$1/open-paths"
    fill identity.caddy "$name" "$upstream" "$size" | sed -e "/#OPEN-PATHS/r $1/open-paths" -e '/#OPEN-PATHS/d' >"$1/sites/$name.caddy"
  done
  # A name for the certificate alone; Caddy knows the domain.
  # shellcheck disable=SC2016
  ! mqtt_is_public || printf 'mqtt.{$PUBLIC_DOMAIN} {\n\trespond 404\n}\n' >"$1/sites/mqtt.caddy"
}

state() { (cd "$1" && find . -type f | sort | xargs cat) | sha256sum; }

write_all /tmp/caddy
while sleep 5; do
  if write_all /tmp/caddy-next && [ "$(state /tmp/caddy-next)" != "$(state /tmp/caddy)" ]; then
    rm -rf /tmp/caddy && cp -r /tmp/caddy-next /tmp/caddy
    caddy reload --config /etc/caddy/Caddyfile --adapter caddyfile 2>&1 || echo "Caddy could not be reloaded" >&2
  fi
  ! mqtt_is_public || for certificate in "$XDG_DATA_HOME"/caddy/certificates/*/"mqtt.$PUBLIC_DOMAIN/mqtt.$PUBLIC_DOMAIN.crt"; do
    hand_over "$certificate" "${certificate%.crt}.key"
  done
done &

exec caddy run --config /etc/caddy/Caddyfile --adapter caddyfile
