#!/usr/bin/env bash
# Updates a running stack on a real engine: to a version that never becomes healthy, to one that lacks its images, and to a good
# one; goes back, and restores a backup. Meanwhile somebody sends commands, and nothing that was receipted may be lost.
#   host/test/update.sh [doctor|refused|back|forward|interrupted|restore]...     all of them without a name
# Takes Ruche's images, tagged "test", as compose/test/run.sh has left them.
# shellcheck disable=SC2317 # called by way of "check"
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
CACHE=${RUCHE_STACK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ruche-stack}
# shellcheck source=../../compose/test/engine.sh
. "$root/compose/test/engine.sh"
trap stop_engine EXIT
# shellcheck source=../../compose/test/checks.sh
. "$root/compose/test/checks.sh"
for image in ai-proxy cli; do
  docker image inspect "ruche/$image:test" >/dev/null 2>&1 || not_here "there is no ruche/$image:test; compose/test/run.sh makes it"
done
simulator=$(find "$root/services/ai-proxy/target" -name 'ruche-ai-proxy-*-tests.jar' 2>/dev/null | sed -n 1p)
[ -n "$simulator" ] || not_here "there is no services/ai-proxy/target/ruche-ai-proxy-*-tests.jar"

work=$(mktemp -d "${TMPDIR:-/tmp}/ruche-update-XXXXXX")
repo=$work/ruche
sender=
finish() {
  local status=$?
  [ -z "$sender" ] || kill "$sender" 2>/dev/null || true
  if [ "$status" -ne 0 ]; then (cd "$repo/compose" && docker compose ps --all; docker compose logs --tail 15) || true; fi
  (cd "$repo/compose" && docker compose --profile '*' down --volumes --remove-orphans --timeout 10) >/dev/null 2>&1 || true
  docker image ls --format '{{.Repository}}:{{.Tag}}' | grep -E '^ruche/.*:[123]\.|^ruche-before:' | xargs -r docker image rm -f >/dev/null 2>&1 || true
  rm -rf "$work"
  stop_engine
  exit "$status"
}
trap finish EXIT
export COMPOSE_PROGRESS=quiet DOCKER_BUILDKIT=0

# --- three versions ----------------------------------------------------------------------------

mkdir -p "$repo"
git -C "$root" ls-files -z --cached --others --exclude-standard | (cd "$root" && tar --create --null --files-from - --ignore-failed-read 2>/dev/null) | tar -x -C "$repo"
in_repo() { git -C "$repo" -c user.name=test -c user.email=test@example.org -c init.defaultBranch=main "$@"; }
in_repo init --quiet
cat >"$repo/compose/only.yml" <<'END'
services:
  qdrant: {profiles: [not-here]}
  embed-service: {profiles: [not-here]}
END
sed -e '/^  qdrant:/,$d' "$repo/compose/test/stack.yml" | sed 's#"./test/simulator.jar:#"./simulator.jar:#' >"$repo/compose/simulator.yml"
cp "$simulator" "$repo/compose/simulator.jar"
release() { # VERSION
  sed -i "s/^RUCHE_VERSION=.*/RUCHE_VERSION=$1/" "$repo/compose/.env.example"
  in_repo add --all --force
  in_repo commit --quiet --message "$1"
  in_repo tag "v$1"
}
while IFS='=' read -r name value; do
  sed -i "s#^$name=.*#$name=$value#" "$repo/compose/.env.example"
done <<'END'
COMPOSE_FILE=compose.yaml:simulator.yml:only.yml
AI_PROXY_PORT=18101
EMBED_SERVICE_PORT=18102
MQTT_PORT=18183
MQTT_TLS_PORT=18883
INGRESS_SUBNET=172.31.247.0/24
INGRESS_RANGE=172.31.247.128/25
PROXY_ADDRESS=172.31.247.2
RUCHE_QDRANT_URL=
GROQ_API_KEY=gsk_5d8f0c2e9b7a4163
GROQ_BASE_URL=http://simulator:8080/openai/v1
END
sed -i '1i COMPOSE_PROJECT_NAME=ruche-update' "$repo/compose/.env.example"
release 1.0.0
release 2.0.0
in_repo checkout --quiet v1.0.0
sed -i 's/^maxclients .*/maxclients 777/' "$repo/configs/redis/bus.conf"
release 2.1.0
in_repo checkout --quiet v1.0.0
release 3.0.0
in_repo checkout --quiet v1.0.0
sed -i 's/image: postgres:17/image: postgres:18/' "$repo/compose/compose.yaml"
release 3.1.0
in_repo checkout --quiet v1.0.0
image() { # VERSION NAME [LINE]
  printf 'FROM ruche/%s:test\nLABEL version=%s\n%s\n' "$2" "$1" "${3:-}" | docker build --quiet --tag "ruche/$2:$1" - >/dev/null
}
for version in 1.0.0 2.0.0 2.1.0; do image $version cli; done
image 1.0.0 ai-proxy
image 2.0.0 ai-proxy 'ENTRYPOINT ["bash", "-c", "trap exit TERM; sleep 600 & wait"]'
image 2.1.0 ai-proxy

cd "$repo/compose"
docker run --rm --user "$(id -u):$(id -g)" --network none --read-only --tmpfs /tmp:exec --volume "$repo/compose:/stack" \
  --env RUCHE_DATA=/tmp/data ruche/cli:1.0.0 secrets --compose /stack >/dev/null
compose() { (cd "$repo/compose" && docker compose "$@"); }
began=$SECONDS
compose up --detach --wait --wait-timeout 240
note "the stack is up after $((SECONDS - began)) s"

# --- somebody who sends ------------------------------------------------------------------------

api=http://127.0.0.1:18101
key=$(compose --profile cli run --rm --no-TTY ruche keys create --tenant local --name tour --scopes ai,events 2>/dev/null | tail -n 1)
receipted=$work/receipted
: >"$receipted"
: >"$work/now"
exec 3>&1
send_once() { # ID
  [ "$(curl -s -o /dev/null -w '%{http_code}' -m 5 "$api/v1/commands/chat" -H "Authorization: Bearer $key" -H "Idempotency-Key: $1" \
    -H 'Content-Type: application/json' -d '{"prompt": "Bonjour"}')" = 202 ]
}
# Repeats each until there is a receipt, as a publisher that wants certainty does.
send_all() {
  local n=0
  while true; do
    n=$((n + 1))
    until send_once "c-$n"; do sleep 0.3; done
    echo "c-$n" >>"$receipted"
    sleep 0.2
  done
}
send_all &
sender=$!
check "commands are receipted" until_true 30 test -s "$receipted"
[ "$failures" -eq 0 ] || exit 1
state() { curl -s -m 5 "$api/v1/commands/$1" -H "Authorization: Bearer $key" | sed -n 's/.*"state": *"\([a-z]*\)".*/\1/p'; }
done_all() { # [FILE]
  local id
  # Queued work waits out an outage of its provider, which the parts above make, with growing pauses.
  while read -r id; do until_true 300 test_done "$id" || { echo "$id is '$(state "$id")'" && return 1; }; done <"${1:-$receipted}"
}
test_done() { [ "$(state "$1")" = 'done' ]; }
# More than the last time, and each with its effect.
nothing_lost() {
  until_true 60 bash -c '[ "$(wc -l <"$1")" -gt "$(wc -l <"$2")" ]' _ "$receipted" "$work/now" || { echo "nothing new is receipted" && return 1; }
  cp "$receipted" "$work/now"
  echo "      $(wc -l <"$work/now") receipted so far" >&3
  done_all "$work/now"
}
runs() { # VERSION: the images, the files and the settings are its own, and all is healthy
  [ "$(docker inspect --format '{{.Config.Image}} {{.State.Health.Status}}' "$(compose ps --quiet ai-proxy)")" = "ruche/ai-proxy:$1 healthy" ] &&
    [ "$(docker inspect --format '{{index .Config.Labels "version"}}' "$(compose ps --quiet ai-proxy)")" = "$1" ] &&
    [ "$(in_repo rev-parse HEAD)" = "$(in_repo rev-parse "v$1")" ] && grep -qx "RUCHE_VERSION=$1" .env
}
ruche() { (cd / && "$repo/ruche" "$@"); }
ids() { compose ps --quiet | sort; }
# A server that can build nothing: all programs but Maven and Java.
without_programs() {
  mkdir -p "$work/bin"
  find /usr/sbin /usr/bin /sbin /bin /usr/local/bin -maxdepth 1 ! -name mvn ! -name 'java*' ! -type d -exec ln -sf -t "$work/bin" {} + 2>/dev/null || true
}
ends_with() { # CODE COMMAND...
  local code=0
  "${@:2}" || code=$?
  [ "$code" -eq "$1" ] || { echo "ended with $code, not $1" && false; }
}

# --- refused before anything is touched -------------------------------------------------------

part_refused() {
  echo "refused"
  ids >"$work/ids"
  check "a version that is not there" ends_with 1 ruche update v9.9.9
  check "another PostgreSQL" ends_with 1 ruche update v3.1.0
  simulator=$(compose ps --quiet simulator)
  docker stop --time 1 "$simulator" >/dev/null
  check "while something is not healthy" ends_with 1 ruche update v2.1.0
  docker start "$simulator" >/dev/null
  check "it mends itself" until_true 40 bash -c '[ "$(docker inspect --format "{{.State.Health.Status}}" "$1")" = healthy ]' _ "$simulator"
  check "and nothing was touched" diff "$work/ids" <(ids)
}

# --- back by itself ---------------------------------------------------------------------------

part_back() {
  echo "back"
  without_programs
  without_images() { PATH=$work/bin ruche update v3.0.0; }
  ids >"$work/ids"
  sed -i 's/^maxclients .*/maxclients 555/' "$repo/configs/redis/bus.conf"
  check "a version that changes what was changed by hand is not begun" ends_with 1 ruche update v2.1.0
  check "the change is still there" grep -qx 'maxclients 555' "$repo/configs/redis/bus.conf"
  check "and nothing else is changed" test "$(in_repo status --porcelain --untracked-files=no)" = ' M configs/redis/bus.conf'
  in_repo checkout --quiet configs
  check "a version whose images are not here is not begun" ends_with 1 without_images
  check "no container was touched" diff "$work/ids" <(ids)
  check "and the old one runs" runs 1.0.0
  began=$SECONDS
  check "a version that does not become healthy is taken back" ends_with 1 ruche update v2.0.0 --wait 45
  note "there and back in $((SECONDS - began)) s"
  check "the old one runs" runs 1.0.0
  check "what was receipted has its effect" nothing_lost
  backup=$(find "$repo/backups" -mindepth 1 -maxdepth 1 -type d | sort | tail -n 1)
  check "there is a backup, for its owner alone" test "$(stat -c %a "$repo/backups" "$backup" "$backup/SHA256SUMS" | tr '\n' ' ')" = '700 700 600 '
  sums() { (cd "$backup" && sha256sum --check --quiet SHA256SUMS); }
  check "it is whole" sums
  du -h "$backup"/* | sed "s#$backup/#  #;s/^/      /"
}

# --- forward, and back again ------------------------------------------------------------------

part_forward() {
  echo "forward"
  began=$SECONDS
  echo '# mine' >>"$repo/monitoring/alertmanager/alertmanager.yml"
  check "a good version stays" ends_with 0 ruche update v2.1.0 --wait 120
  note "updated in $((SECONDS - began)) s"
  check "it runs" runs 2.1.0
  maxclients() { docker exec "$(compose ps --quiet redis-bus)" grep -qx 'maxclients 777' /etc/ruche-redis/bus.conf; }
  check "with its files" maxclients
  check "and what was changed by hand" grep -qx '# mine' "$repo/monitoring/alertmanager/alertmanager.yml"
  check "what was receipted has its effect, before and after" nothing_lost
  check "the same version again is nothing to do" ends_with 0 ruche update v2.1.0
  check "and back on demand" ends_with 0 ruche rollback --wait 120
  check "the old one runs again" runs 1.0.0
  check "still with what was changed by hand" grep -qx '# mine' "$repo/monitoring/alertmanager/alertmanager.yml"
  check "and still nothing is lost" nothing_lost
}

# --- interrupted ------------------------------------------------------------------------------

part_interrupted() {
  echo "interrupted"
  ruche update v2.1.0 --wait 120 >"$work/killed.log" 2>&1 &
  killed=$!
  check "an update is under way" until_true 60 grep -q '5/6' "$work/killed.log"
  kill -9 "$killed"
  wait "$killed" 2>/dev/null || true
  # What it had started goes on, and holds the lock, until it ends by itself.
  check "it ends" until_true 180 flock --nonblock "$repo/.ruche/update.lock" true
  check "one that was killed is told" ends_with 1 ruche update v2.1.0
  check "and taken back" ends_with 0 ruche rollback --wait 120
  check "the old one runs once more" runs 1.0.0
  check "and nothing is lost, as ever" nothing_lost
}

# --- a backup ---------------------------------------------------------------------------------

part_restore() {
  echo "restore"
  kill "$sender" && wait "$sender" 2>/dev/null || true
  sender=
  done_all >/dev/null || true
  backup=$("$repo/host/backup.sh" --keep 3 2>/dev/null)
  check "only so many are kept" test "$(find "$repo/backups" -mindepth 1 -maxdepth 1 | wc -l)" -eq 3
  sed -n 1,50p "$receipted" >"$work/before"
  until_true 60 send_once after-the-backup
  check "a restore only looks without --yes" ends_with 0 "$repo/host/restore.sh" "$backup"
  began=$SECONDS
  check "a restore" ends_with 0 "$repo/host/restore.sh" "$backup" --yes
  note "restored in $((SECONDS - began)) s"
  check "has what was receipted before, and the key, and the stores' accounts" done_all "$work/before"
  check "and not what came after" test -z "$(state after-the-backup)"
  check "it takes new commands" until_true 60 send_once new
  check "and does them" until_true 60 test_done new
  echo x >>"$backup/redis-bus-data.tar.gz"
  check "a damaged backup is refused" ends_with 1 "$repo/host/restore.sh" "$backup" --yes
}

# --- the doctor --------------------------------------------------------------------------------

part_doctor() {
  # As on a server without a JDK: the program comes out of the image.
  doctor() { (cd / && RUCHE_JAVA=/nowhere "$repo/ruche" doctor --production --json 2>"$work/doctor.err"); }
  found() { doctor | tee "$work/doctor" | python3 -c '
import json, sys
print(" ".join(sorted({f["id"] + "@" + f["where"].split(":")[0].split("/")[-1] for f in json.load(sys.stdin)["findings"]
  if f["id"].split(".")[0] in ("env", "secrets", "image", "port", "container", "compose", "certificate", "part") and f["level"] != "advice"})))'; }
  is() { [ "$1" = "$2" ] || { printf 'is     %s\nwanted %s\n' "$1" "$2" && head -c 600 "$work/doctor.err" && false; }; }
  check "the doctor finds nothing wrong with the stack itself" is "$(found)" ""
  chmod 644 .env
  docker stop --time 1 "$(compose ps --quiet simulator)" >/dev/null
  printf 'services:\n  simulator:\n    ports: ["18999:8080"]\n    read_only: false\n' >worse.yml
  sed -i 's/^COMPOSE_FILE=.*/&:worse.yml/' .env
  check "it finds a file that others may read, a container that is gone, and a port" is "$(found)" \
    "container.down@simulator env.mode@.env port.public@simulator"
  compose up --detach --wait simulator >/dev/null
  check "and what a container may do as it runs" is "$(found)" \
    "container.public@simulator container.writable@simulator env.mode@.env port.public@simulator"
  sed -i 's/:worse.yml//' .env
  chmod 600 .env
  compose up --detach --wait simulator >/dev/null
  check "nothing is wrong again once it is mended" is "$(found)" ""
}

[ $# -gt 0 ] || set -- doctor refused back forward interrupted restore
for part; do "part_$part"; done
summary
