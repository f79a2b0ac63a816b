#!/bin/sh
# shellcheck disable=SC2016 # what Traefik puts names between
# Starts Traefik with the sites of configs/reverse-proxy/sites; it takes over other files by itself as they come.
set -eu
umask 077
# shellcheck source=../reverse-proxy/sites.sh
. /etc/ruche-proxy/sites.sh

tls='{certResolver: letsencrypt}'
# One certificate for all names.
[ -z "${ACME_DNS:-}" ] || tls="{certResolver: letsencrypt, domains: [{main: \"*.$PUBLIC_DOMAIN\"}]}"

# fill TEMPLATE NAME UPSTREAM SERVICE
fill() {
  sed -e "s|@NAME@|$2|g; s|@DOMAIN@|$PUBLIC_DOMAIN|g; s|@UPSTREAM@|$3|g; s|@SERVICE@|$4|g; s|@TLS@|$tls|g" "/etc/ruche-traefik/$1"
}

open_path() { # NAME PATH NUMBER
  printf '    %s-open-%s:\n      rule: "Host(`%s.%s`) && PathPrefix(`%s`)"\n      entryPoints: [websecure]\n' "$1" "$3" "$1" "$PUBLIC_DOMAIN" "$2"
  printf '      middlewares: [rate, connections, tool-headers]\n      service: %s\n      tls: %s\n' "$1" "$tls"
}

write_all() { # FOLDER
  rm -rf "$1" && mkdir -p "$1"
  sed "s|@RATE@|${RATE_PER_ADDRESS:-50}|g; s|@BURST@|${RATE_BURST:-200}|g" /etc/ruche-traefik/common.yml >"$1/common.yml"
  # Sizes are bounded by the services: the middleware that could do it here keeps whole requests and answers, streams too.
  open_sites | while read -r name upstream _; do
    fill open.yml "$name" "$upstream" "$name" >"$1/$name.yml"
  done
  sites=$(protected_sites)
  [ -z "$sites" ] || printf '%s\n' "$sites" | while read -r name upstream _; do
    if [ "$upstream" = - ]; then
      fill identity.yml "$name" - api@internal >"$1/$name.yml"
      continue
    fi
    paths=$(open_paths "$name")
    {
      fill identity.yml "$name" "$upstream" "$name"
      number=0
      for path in $paths; do
        number=$((number + 1))
        open_path "$name" "$path" "$number"
      done
      printf '  services:\n    %s:\n      loadBalancer: {servers: [{url: "http://%s"}], serversTransport: services, responseForwarding: {flushInterval: "-1ms"}}\n' \
        "$name" "$upstream"
    } >"$1/$name.yml"
  done
  # A name for the certificate alone.
  ! mqtt_is_public || printf 'http:\n  routers:\n    mqtt:\n      rule: "Host(`mqtt.%s`)"\n      entryPoints: [websecure]\n      middlewares: [nobody]\n      service: noop@internal\n      tls: %s\n' \
    "$PUBLIC_DOMAIN" "$tls" >"$1/mqtt.yml"
  # Before all other rules.
  addresses=$(blocked)
  [ -z "$addresses" ] || {
    rule=$(printf '%s\n' "$addresses" | sed 's/.*/ClientIP(`&`)/' | tr '\n' '|' | sed 's/|$//; s/|/ || /g')
    printf 'http:\n  routers:\n    blocked:\n      rule: "%s"\n      priority: 1000000000\n' "$rule"
    printf '      entryPoints: [websecure]\n      middlewares: [nobody]\n      service: noop@internal\n      tls: {}\n'
  } >"$1/blocked.yml"
}

state() { (cd "$1" && find . -type f | sort | xargs cat) | sha256sum; }

# The certificate of the broker, out of what Traefik keeps.
certificate_of() { # NAME FOLDER
  awk -v name="\"$1\"" -v folder="$2" '
    /"main":/ { of = index($0, name) }
    of && /"certificate":/ { gsub(/[",]/, ""); print $2 > (folder "/crt") }
    of && /"key":/ { gsub(/[",]/, ""); print $2 > (folder "/key") }' /data/acme.json
  for part in crt key; do
    [ ! -s "$2/$part" ] || base64 -d <"$2/$part" >"$2/mqtt.$part"
  done
}

write_all /tmp/traefik
while sleep 5; do
  if write_all /tmp/traefik-next && [ "$(state /tmp/traefik-next)" != "$(state /tmp/traefik)" ]; then
    # Traefik sees each of these by itself.
    for file in /tmp/traefik/*; do [ -e "/tmp/traefik-next/${file##*/}" ] || rm -f "$file"; done
    for file in /tmp/traefik-next/*; do
      cmp -s "$file" "/tmp/traefik/${file##*/}" || { cp "$file" /tmp/new && mv /tmp/new "/tmp/traefik/${file##*/}"; }
    done
  fi
  if mqtt_is_public && [ -s /data/acme.json ]; then
    name=mqtt.$PUBLIC_DOMAIN
    [ -z "${ACME_DNS:-}" ] || name="*.$PUBLIC_DOMAIN"
    rm -rf /tmp/mqtt && mkdir /tmp/mqtt
    certificate_of "$name" /tmp/mqtt && hand_over /tmp/mqtt/mqtt.crt /tmp/mqtt/mqtt.key
    rm -rf /tmp/mqtt
  fi
  ! rotate /var/log/proxy/traefik.log || kill -USR1 1
done &

challenge=--certificatesresolvers.letsencrypt.acme.httpchallenge.entrypoint=web
[ -z "${ACME_DNS:-}" ] || challenge=--certificatesresolvers.letsencrypt.acme.dnschallenge.provider=$ACME_DNS
exec traefik \
  --global.checknewversion=false --global.sendanonymoususage=false \
  --log.level=WARN --log.format=json \
  --accesslog=true --accesslog.format=json --accesslog.filepath=/var/log/proxy/traefik.log \
  --accesslog.fields.headers.names.User-Agent=keep \
  --ping=true --ping.entrypoint=health --entrypoints.health.address=127.0.0.1:8081 \
  --api.dashboard=true \
  --entrypoints.web.address=:8080 \
  --entrypoints.web.http.redirections.entrypoint.to=:443 \
  --entrypoints.web.http.redirections.entrypoint.scheme=https \
  --entrypoints.web.transport.respondingtimeouts.readtimeout=10s \
  --entrypoints.websecure.address=:8443 \
  --entrypoints.websecure.http.maxheaderbytes=16384 \
  --entrypoints.websecure.transport.respondingtimeouts.readtimeout=10m \
  --entrypoints.websecure.transport.respondingtimeouts.idletimeout=75s \
  --providers.file.directory=/tmp/traefik --providers.file.watch=true \
  --certificatesresolvers.letsencrypt.acme.email="$EMAIL_LETSENCRYPT" \
  --certificatesresolvers.letsencrypt.acme.storage=/data/acme.json \
  --certificatesresolvers.letsencrypt.acme.caserver="${ACME_DIRECTORY:-https://acme-v02.api.letsencrypt.org/directory}" \
  --certificatesresolvers.letsencrypt.acme.keytype=EC256 \
  "$challenge"
