#!/bin/sh
# Starts nginx with the sites whose certificates are there, and takes over new certificates, sites and blocked addresses.
set -eu
umask 077
# shellcheck source=../reverse-proxy/sites.sh
. /etc/ruche-proxy/sites.sh

mkdir -p /tmp/nginx
pattern=$(printf '%s' "$PUBLIC_DOMAIN" | sed 's/\./\\\\./g')
# Before 1.25.1 it is not a directive of its own.
http2='http2 on;'
case $(nginx -v 2>&1) in */1.1[0-9].* | */1.2[0-4].*) http2= ;; esac

# fill TEMPLATE NAME UPSTREAM MEGABYTES
fill() {
  certificate=$2.$PUBLIC_DOMAIN
  # One for all names, by a DNS challenge; lego names its file so.
  [ -z "${ACME_DNS:-}" ] || certificate=_.$PUBLIC_DOMAIN
  [ -s "/certificates/certificates/$certificate.key" ] && [ -s "/certificates/certificates/$certificate.crt" ] || return 0
  sed -e "s|@NAME@|$2|g; s|@DOMAIN@|$PUBLIC_DOMAIN|g; s|@UPSTREAM@|$3|g; s|@SIZE@|$4|g" \
    -e "s|@CERTIFICATE@|$certificate|g; s|@HTTP2@|$http2|g" "/etc/ruche-nginx/$1"
}

write_all() { # FOLDER
  rm -rf "$1" && mkdir -p "$1/sites"
  blocked | sed 's/$/ 1;/' >"$1/blocked.conf"
  sed "s|@BURST@|${RATE_BURST:-200}|g" /etc/ruche-nginx/guard.conf >"$1/guard.conf"
  sed -e "s|@RATE@|${RATE_PER_ADDRESS:-50}|g; s|@DOMAIN_PATTERN@|$pattern|g" /etc/ruche-nginx/nginx.conf >"$1/nginx.conf"
  open_sites | while read -r name upstream size; do
    fill open.conf "$name" "$upstream" "$size" >"$1/sites/$name.conf"
  done
  sites=$(protected_sites)
  [ -z "$sites" ] || printf '%s\n' "$sites" | while read -r name upstream size; do
    [ "$upstream" != - ] || continue
    paths=$(open_paths "$name")
    for path in $paths; do
      # shellcheck disable=SC2016 # nginx' own
      printf '  location %s {\n    include /etc/ruche-nginx/upstream.conf;\n    proxy_pass http://$upstream;\n  }\n' "$path"
    done >"$1/open-paths"
    fill identity.conf "$name" "$upstream" "$size" | sed -e "/#OPEN-PATHS/r $1/open-paths" -e '/#OPEN-PATHS/d' >"$1/sites/$name.conf"
  done
}

# What is read, as one number, with the certificates in it.
state() {
  (cd /tmp/nginx-next && find . -type f | sort | xargs cat && { cat /certificates/certificates/*.crt 2>/dev/null || true; }) | sha256sum
}

apply() { cp -r /tmp/nginx-next/. /tmp/nginx/ && (cd /tmp/nginx/sites && for site in *; do [ -e "/tmp/nginx-next/sites/$site" ] || rm -f "$site"; done); }

write_all /tmp/nginx-next
apply
now=$(state)

while sleep 5; do
  if write_all /tmp/nginx-next && next=$(state) && [ "$next" != "$now" ]; then
    apply
    now=$next
    nginx -c /tmp/nginx/nginx.conf -s reload || echo "nginx could not be reloaded" >&2
  fi
  ! rotate /var/log/proxy/nginx.log || nginx -c /tmp/nginx/nginx.conf -s reopen
done &

exec nginx -c /tmp/nginx/nginx.conf -g 'daemon off;'
