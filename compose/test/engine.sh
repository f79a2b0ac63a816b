# shellcheck shell=bash
# Sourced: makes `docker compose` work, starting an engine of its own where there is none, or says loudly that it cannot.
# Needs CACHE, a folder that is kept between runs.

loudly() {
  printf '\n%s\n!! %s\n%s\n\n' "$(printf '!%.0s' {1..100})" "$*" "$(printf '!%.0s' {1..100})" >&2
}

# The test cannot run here; where RUCHE_STACK_TEST=required that is a failure.
not_here() {
  loudly "THE STACK WAS NOT TESTED: $*"
  [ "${RUCHE_STACK_TEST:-}" = required ] && exit 1
  exit 0
}

start_engine() {
  [ "$(id -u)" -eq 0 ] || not_here "no Docker engine answers, and only root can start one"
  command -v dockerd >/dev/null || not_here "no Docker engine answers, and there is no dockerd (Debian: docker.io)"
  engine=$(mktemp -d /run/ruche-stack-XXXXXX)
  export DOCKER_HOST=unix://$engine/docker.sock
  dockerd --data-root "$CACHE/docker" --exec-root "$engine" --pidfile "$engine/docker.pid" --host "$DOCKER_HOST" \
    --storage-driver overlay2 >"$CACHE/dockerd.log" 2>&1 &
  dockerd_pid=$!
  for _ in $(seq 150); do
    ! docker info >/dev/null 2>&1 || return 0
    kill -0 "$dockerd_pid" 2>/dev/null || break
    sleep 0.2
  done
  tail -n 20 "$CACHE/dockerd.log" >&2
  not_here "dockerd does not start on this machine; its last words are above"
}

stop_engine() {
  [ -n "${dockerd_pid:-}" ] || return 0
  kill -TERM "$dockerd_pid" && wait "$dockerd_pid" || true
  # The engine leaves a network namespace mounted there.
  umount "$engine"/netns/* 2>/dev/null || true
  rm -rf "$engine"
}

command -v docker >/dev/null || not_here "there is no docker command"
docker info >/dev/null 2>&1 || start_engine

if ! docker compose version >/dev/null 2>&1; then
  command -v go >/dev/null || not_here "there is no Compose v2, and no Go to build it with"
  export DOCKER_CONFIG=$CACHE/docker-config
  mkdir -p "$DOCKER_CONFIG/cli-plugins"
  if [ ! -x "$DOCKER_CONFIG/cli-plugins/docker-compose" ]; then
    echo "building Compose v2 from its Go module" >&2
    folder=$(cd / && go mod download -json github.com/docker/compose/v2@latest | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
    rm -rf "$CACHE/src-compose"
    cp -r "$folder" "$CACHE/src-compose"
    chmod -R u+w "$CACHE/src-compose"
    (cd "$CACHE/src-compose" && CGO_ENABLED=0 go build -trimpath \
      -ldflags "-s -w -X github.com/docker/compose/v2/internal.Version=$(basename "$folder" | sed 's/.*@//')" \
      -o "$DOCKER_CONFIG/cli-plugins/docker-compose" ./cmd) || not_here "Compose v2 could not be built"
    rm -rf "$CACHE/src-compose"
  fi
fi
