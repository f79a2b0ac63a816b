#!/usr/bin/env bash
# Brings the core up on a real engine and checks what docs/deployment.md promises.
#   compose/test/run.sh [--keep]       --keep leaves it running, in the folder that it names
# RUCHE_STACK_PARTS="proxy nginx" checks these alone, beside a core that is only brought up.
# RUCHE_STACK_BUILT=1 takes Ruche's images, tagged "test", as they are.
# Images come from a registry where one can be reached (RUCHE_STACK_IMAGES=pull), otherwise from stand-ins.sh.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
CACHE=${RUCHE_STACK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ruche-stack}
mkdir -p "$CACHE"
keep=${1:-}
# shellcheck source=engine.sh
. "$here/engine.sh"
trap stop_engine EXIT
# shellcheck source=checks.sh
. "$here/checks.sh"

# The JDK that the image's runtime is made of.
if [ -z "${JAVA_HOME:-}" ] || ! grep -q '^JAVA_VERSION="25' "$JAVA_HOME/release" 2>/dev/null; then
  JAVA_HOME=$(dirname "$(grep -l '^JAVA_VERSION="25' /usr/lib/jvm/*/release /opt/*/release 2>/dev/null | head -n 1)")
fi
[ -x "$JAVA_HOME/bin/jlink" ] || not_here "there is no JDK 25; set JAVA_HOME to one"
export JAVA_HOME

export RUCHE_VERSION=test COMPOSE_PROJECT_NAME=ruche-test COMPOSE_PROGRESS=quiet DOCKER_BUILDKIT=0
export AI_PROXY_PORT=18101 EMBED_SERVICE_PORT=18102 MQTT_PORT=18183 MQTT_TLS_PORT=18883 INGRESS_SUBNET=172.31.241.0/24 INGRESS_RANGE=172.31.241.128/25
export PROXY_ADDRESS=172.31.241.2 RUCHE_QDRANT_URL='' GROQ_API_KEY=gsk_simulated
export GROQ_BASE_URL=http://simulator:8080/openai/v1 EMBED_PACKAGES=''

if [ "${RUCHE_STACK_IMAGES:-}" != pull ]; then
  "$here/stand-ins.sh" "$CACHE"
  echo "NOTE: Mosquitto, Redis, PostgreSQL, MinIO and Caddy are stand-ins of Debian's packages and Go's modules;" \
    "Qdrant cannot be had so, and embed-service keeps its vectors with Lucene."
fi
if [ -z "${RUCHE_STACK_BUILT:-}" ]; then
  (cd "$root" && mvn -B -q ${MAVEN_OFFLINE:+-o} -DskipTests -Dspotless.check.skip=true -Dcyclonedx.skip=true -Pimages package)
  (cd "$root/compose" && docker compose --profile cli build >"$CACHE/build.log" 2>&1) ||
    { tail -n 40 "$CACHE/build.log" && exit 1; }
fi

# A copy, so that the settings and secrets of this machine stay as they are.
work=$(mktemp -d "${TMPDIR:-/tmp}/ruche-stack-XXXXXX")
compose() { docker compose -f compose.yaml -f stack-test.yml "$@"; }

finish() {
  local status=$?
  cd "$work/compose" 2>/dev/null || true
  export PUBLIC_DOMAIN=ruche.test EMAIL_LETSENCRYPT=nobody@ruche.test
  if [ "$keep" = --keep ]; then
    echo "kept: cd $work/compose && DOCKER_HOST=${DOCKER_HOST:-}"
    exit $status
  fi
  if [ $status -ne 0 ]; then
    compose ps --all || true
    compose logs --tail 25 || true
  fi
  docker compose -f compose.yaml -f stack-test.yml -f monitoring.yml -f reverse-proxy.caddy.yml --profile cli down --volumes --remove-orphans --timeout 20 >/dev/null 2>&1 || true
  docker volume ls --quiet --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" | xargs -r docker volume rm >/dev/null 2>&1 || true
  outside_down 2>/dev/null || true
  internet_down 2>/dev/null || true
  rm -rf "$work"
  stop_engine
  exit $status
}
trap finish EXIT

chmod 755 "$work"
cp -r "$root/compose" "$root/configs" "$root/monitoring" "$work/"
rm -rf "$work/compose/.env" "$work/compose/secrets"
cp "$root"/services/ai-proxy/target/ruche-ai-proxy-*-tests.jar "$work/compose/test/simulator.jar"
cd "$work/compose"
cp test/stack.yml stack-test.yml
docker run --rm --user "$(id -u):$(id -g)" --network none --read-only --tmpfs /tmp:exec --volume "$work/compose:/stack" \
  --env RUCHE_DATA=/tmp/data "ruche/cli:$RUCHE_VERSION" secrets --compose /stack >/dev/null
check "secrets are the owner's alone" test "$(stat -c %a .env secrets | tr '\n' ' ')" = '600 700 '
bash "$work/configs/mqtt/make-certs.sh" --host mqtt.example.org device-1 >/dev/null

began=$SECONDS
compose up --detach --wait --wait-timeout 300 || { compose ps --all; compose logs --tail 40; exit 1; }
note "the core is up and healthy after $((SECONDS - began)) s"

# Makes the key that requests are sent with, where no part before has.
key() {
  [ -n "${KEY:-}" ] || KEY=$(compose --profile cli run --rm --no-TTY ruche keys create --tenant local --name tour --scopes ai,events,documents 2>/dev/null | tail -n 1)
  export KEY
}

for part in ${RUCHE_STACK_PARTS:-core monitoring proxy nginx traefik identity security vpn multi-tenant n8n tools}; do
  # shellcheck source=/dev/null
  . "$here/$part.sh"
done
summary
