#!/usr/bin/env bash
# Builds images under the names that the Compose files use, from Debian's packages and Go's modules, where no registry can
# be reached. Everything is kept in CACHE, and made again only where it is missing.
#   compose/test/stand-ins.sh CACHE
# Needs root, debootstrap, Go, a JDK 25 and an engine. Qdrant cannot be built so: the test does without.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
compose=$here/../compose.yaml
cache=${1:?the folder to keep things in}
mkdir -p "$cache"
cd "$cache"

say() { printf '%s\n' "$*" >&2; }
has() { docker image inspect "$1" >/dev/null 2>&1; }

# The name of an image as a Compose file has it, without its digest.
image_of() { sed -n "s#^ *image: \($1:[^\$]*\).*#\1#p" "${2:-$compose}" | head -n 1; }

# A command of a Go module, built in a copy of it: replacements in its go.mod count only there.
go_command() { # MODULE@VERSION PACKAGE NAME [LDFLAGS]
  [ ! -x "$3" ] || return 0
  say "building $3 of $1"
  local folder
  folder=$(cd / && go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
  rm -rf "src-$3"
  cp -r "$folder" "src-$3"
  chmod -R u+w "src-$3"
  (cd "src-$3" && CGO_ENABLED=0 go build -trimpath -ldflags "-s -w ${4:-}" -o "$cache/$3" "$2")
  rm -rf "src-$3"
}

base=$(sed -n 's/^ARG BASE=//p' "$here/../../services/Dockerfile")
if ! has "$base"; then
  say "making $base with debootstrap"
  rm -rf rootfs
  debootstrap --variant=minbase bookworm rootfs >debootstrap.log 2>&1 || { tail -n 20 debootstrap.log >&2 && exit 1; }
  rm -rf rootfs/var/lib/apt/lists/* rootfs/var/cache/apt/archives/*.deb rootfs/usr/share/doc/* rootfs/usr/share/locale/*
  tar -C rootfs -c . | docker import - "$base" >/dev/null
  rm -rf rootfs
fi

jdk=$(sed -n 's/^ARG JDK=//p' "$here/../../services/Dockerfile")
if ! has "$jdk"; then
  : "${JAVA_HOME:?names a JDK 25}"
  say "making $jdk of $JAVA_HOME"
  tar -C "$JAVA_HOME" -ch . | docker import --change 'ENV PATH=/bin:/usr/bin' - "jdk-alone" >/dev/null
  printf 'FROM jdk-alone AS jdk\nFROM %s\nCOPY --from=jdk / /opt/jdk/\nENV PATH=/opt/jdk/bin:/usr/bin:/bin JAVA_HOME=/opt/jdk\n' \
    "$base" | DOCKER_BUILDKIT=0 docker build --quiet --tag "$jdk" - >/dev/null
  docker rmi jdk-alone >/dev/null
fi

go_command github.com/minio/minio@latest . minio
go_command github.com/minio/mc@latest . mc
rm -rf context && mkdir context
cp "$here"/stand-ins/* minio mc context/
stand_in() { # TARGET IMAGE
  has "$2" && return 0
  say "making $2"
  DOCKER_BUILDKIT=0 docker build --network host --target "$1" --tag "$2" context >"build-$1.log" 2>&1 ||
    { tail -n 30 "build-$1.log" >&2 && exit 1; }
}
stand_in mosquitto "$(image_of eclipse-mosquitto)"
stand_in redis "$(image_of redis)"
stand_in postgres "$(image_of postgres)"
stand_in minio "$(image_of minio/minio)"
stand_in caddy "$(image_of caddy "$here/../reverse-proxy.caddy.yml")"
for image in prom/prometheus prom/alertmanager prom/node-exporter oliver006/redis_exporter prometheuscommunity/postgres-exporter; do
  stand_in monitoring "$(image_of "$image" "$here/../monitoring.yml")"
done
# n8n itself is mounted from where compose/test/n8n installed it.
if command -v node >/dev/null; then
  cp "$(command -v node)" context/
  stand_in n8n "$(image_of n8nio/n8n "$here/../common.yaml")"
  stand_in runners "$(image_of n8nio/runners "$here/../n8n.yml")"
fi
stand_in front ruche-test/front
for image in "$(image_of nginx "$here/../reverse-proxy.nginx.yml")" "$(image_of goacme/lego "$here/../reverse-proxy.nginx.yml")" \
  "$(image_of crowdsecurity/crowdsec "$here/../security.yml")"; do
  has "$image" || docker tag ruche-test/front "$image"
done
traefik=$(image_of traefik "$here/../reverse-proxy.traefik.yml")
# A quarter of an hour on two busy processors, so only where it is asked for; what was built stays.
if ! has "$traefik" && { [ -x traefik ] || [ "${RUCHE_STACK_TRAEFIK:-}" = build ]; } && go_command "github.com/traefik/traefik/v3@${traefik#*:}" ./cmd/traefik traefik; then
  cp traefik context/
  stand_in traefik "$traefik"
fi
rm -rf context
