#!/usr/bin/env bash
# Imports the workflows of docs/n8n into a real n8n, runs each one against a Ruche of its own with the provider simulator,
# and looks at what came of it.
#   compose/test/n8n/run.sh [--keep]       --keep leaves the folder with the logs, which it names
# n8n is installed by npm into RUCHE_STACK_CACHE (~/.cache/ruche-stack without it) when it is not there: 1.8 GB.
# RUCHE_CLASS_PATH names classes of Ruche and of ai-proxy's tests to run instead of building them.
# Where it cannot run it says so loudly; RUCHE_N8N_TEST=required makes that a failure.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
CACHE=${RUCHE_STACK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ruche-stack}
keep=${1:-}
# Ruche refuses variables of this name that it does not know.
export -n RUCHE_STACK_CACHE RUCHE_CLASS_PATH RUCHE_N8N_TEST
# shellcheck source=../checks.sh
. "$here/../checks.sh"
# shellcheck source=install.sh
. "$here/install.sh"
command -v curl >/dev/null || not_here "there is no curl"

# --- programs ----------------------------------------------------------------------------------

# A JDK for the simulator; the command ruche finds its own.
JAVA_HOME=${JAVA_HOME:-$(dirname "$(grep -l '^JAVA_VERSION="2[1-9]' /usr/lib/jvm/*/release /opt/*/release 2>/dev/null | tail -n 1)")}
java=$JAVA_HOME/bin/java
[ -x "$java" ] || not_here "there is no JDK 21 or newer; set JAVA_HOME to one"
if [ -n "${RUCHE_CLASS_PATH:-}" ]; then
  ruche=("$java" -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED
    --add-modules jdk.incubator.vector -Xmx512m -cp "$RUCHE_CLASS_PATH" io.ruche.standalone.Ruche)
else
  ruche=("$root/ruche")
  "${ruche[@]}" help >/dev/null # builds it, when that is needed
  jar() { find "$root/services/ai-proxy/target" -name 'ruche-ai-proxy-*-tests.jar' 2>/dev/null | head -n 1; }
  # The command builds without tests, so without the simulator.
  [ -n "$(jar)" ] || (cd "$root" && mvn -B -q ${MAVEN_OFFLINE:+-o} -DskipTests -Dspotless.check.skip=true \
    -Dcyclonedx.skip=true -pl services/ai-proxy -am package)
  RUCHE_CLASS_PATH=$(jar):$(cat "$root/.ruche/class-path")
fi
script() { node "$here/$1.js" "${@:2}"; }

# --- a folder, ports, settings -----------------------------------------------------------------

work=$(mktemp -d "${TMPDIR:-/tmp}/ruche-n8n-XXXXXX")
chmod 755 "$work" # PostgreSQL runs as another user where this is root
running=()
finish() {
  local status=$? pid
  for ((i = ${#running[@]} - 1; i >= 0; i--)); do
    pid=${running[i]}
    kill -TERM "$pid" 2>/dev/null || continue
    until_true 40 not kill -0 "$pid" || kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  if [ "$keep" = --keep ]; then
    echo "kept: $work"
  elif [ $status -ne 0 ]; then
    tail -n 15 "$work"/*.log
    rm -rf "$work"
  else
    rm -rf "$work"
  fi
  exit $status
}
trap finish EXIT

read -r PROVIDER AI AI_M EMBED EMBED_M MQTT REDIS HOT POSTGRES S3 N8N < <(script free-ports 11)
mkdir -p "$work/configs" "$work/workflows" "$work/n8n"
printf 'port: %s\nmanagement-port: %s\n' "$AI" "$AI_M" >"$work/configs/ai-proxy.yaml"
printf 'port: %s\nmanagement-port: %s\n' "$EMBED" "$EMBED_M" >"$work/configs/embed-service.yaml"
export RUCHE_CONFIG=$work/configs RUCHE_DATA=$work/data GROQ_API_KEY=gsk_simulated
export GROQ_BASE_URL=http://127.0.0.1:$PROVIDER/openai/v1
export RUCHE_MQTT_PORT=$MQTT RUCHE_REDIS_PORT=$REDIS RUCHE_HOT_REDIS_PORT=$HOT RUCHE_POSTGRES_PORT=$POSTGRES RUCHE_S3_PORT=$S3

"$java" -Xmx64m -cp "$RUCHE_CLASS_PATH" io.ruche.aiproxy.simulator.SimulatorMain "$PROVIDER" >"$work/simulator.log" 2>&1 &
running+=($!)
"${ruche[@]}" up >"$work/ruche.log" 2>&1 &
running+=($!)
ruche_pid=$!
ready_or_dead() { grep -q 'Ready after' "$work/ruche.log" || not kill -0 "$ruche_pid"; }
until_true 180 ready_or_dead
grep -q 'Ready after' "$work/ruche.log" || { echo "Ruche does not start:" && cat "$work/ruche.log" && exit 1; } >&2
KEY=$("${ruche[@]}" keys create --tenant local --name n8n --scopes ai,events,documents)
EVENTS_KEY=$("${ruche[@]}" keys create --tenant local --name n8n-events --scopes events)

# n8n's own PostgreSQL is a database of its own in the one that runs here anyway.
export N8N_DATABASE_PASSWORD
N8N_DATABASE_PASSWORD=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
PGPASSWORD=$(cat "$RUCHE_DATA/secrets/postgres.password") script database "$POSTGRES"
(umask 077 && od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$work/encryption-key" && printf %s "$N8N_DATABASE_PASSWORD" >"$work/database-password")
n8n=(env DB_TYPE=postgresdb DB_POSTGRESDB_HOST=127.0.0.1 DB_POSTGRESDB_PORT="$POSTGRES" DB_POSTGRESDB_DATABASE=n8n
  DB_POSTGRESDB_USER=n8n DB_POSTGRESDB_PASSWORD_FILE="$work/database-password" N8N_ENCRYPTION_KEY_FILE="$work/encryption-key"
  N8N_USER_FOLDER="$work/n8n" N8N_HOST=127.0.0.1 N8N_LISTEN_ADDRESS=127.0.0.1 N8N_PORT="$N8N" N8N_SECURE_COOKIE=false
  N8N_DIAGNOSTICS_ENABLED=false N8N_VERSION_NOTIFICATIONS_ENABLED=false N8N_TEMPLATES_ENABLED=false
  N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED=false N8N_DYNAMIC_BANNERS_ENABLED=false N8N_LICENSE_AUTO_RENEW_ENABLED=false
  EXTERNAL_FRONTEND_HOOKS_URLS= N8N_PERSONALIZATION_ENABLED=false N8N_HIRING_BANNER_ENABLED=false N8N_COMMUNITY_PACKAGES_ENABLED=false
  N8N_RUNNERS_ENABLED=false N8N_EXPRESSION_ENGINE=legacy N8N_BLOCK_ENV_ACCESS_IN_NODE=true N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS=true
  N8N_GIT_NODE_DISABLE_BARE_REPOS=true GENERIC_TIMEZONE=UTC
  "$N8N_HOME/node_modules/.bin/n8n")

# --- import ------------------------------------------------------------------------------------

here_instead() { # the addresses of this Ruche in the place of the usual ones
  sed -e "s/127\.0\.0\.1:8101/127.0.0.1:$AI/; s/127\.0\.0\.1:8102/127.0.0.1:$EMBED/; s/127\.0\.0\.1:19000/127.0.0.1:$S3/" \
    -e "s/\"port\": 11883/\"port\": $MQTT/" "$1"
}
(umask 077 && here_instead "$root/docs/n8n/credentials.json" |
  sed "s/RUCHE_KEY/$KEY/; s/RUCHE_EVENTS_KEY/$EVENTS_KEY/; s/RUCHE_S3_SECRET/$(cat "$RUCHE_DATA/secrets/s3.secret-key")/" >"$work/credentials.json")
echo "import into n8n $N8N_VERSION"
check "the credentials" "${n8n[@]}" import:credentials --input="$work/credentials.json"
for file in "$root"/docs/n8n/*-*.json; do
  here_instead "$file" >"$work/workflows/$(basename "$file")"
done
check "the workflows" "${n8n[@]}" import:workflow --separate --input="$work/workflows"
id_of() { script field id <"$work/workflows/$1.json"; }

# Triggers listen in a workflow that is active, and only while n8n runs.
for name in chat-over-mqtt events-into-s3; do
  check "$name becomes active" "${n8n[@]}" update:workflow --id="$(id_of "$name")" --active=true
done
"${n8n[@]}" start >"$work/n8n.log" 2>&1 &
running+=($!)
check "n8n starts" until_true 120 curl -fsS -o /dev/null "http://127.0.0.1:$N8N/healthz/readiness"
listens() { [ "$(grep -c '^Activated workflow' "$work/n8n.log")" -eq 2 ]; }
check "its triggers listen" until_true 120 listens

# --- run ---------------------------------------------------------------------------------------

runs() { # NAME
  "${n8n[@]}" execute --id="$(id_of "$1")" --rawOutput >"$work/$1.out" 2>"$work/$1.err" || { cat "$work/$1.err" "$work/$1.out"; return 1; }
}
has() { "${@:2}" | tee /dev/stderr | grep -e "$1"; } # TEXT COMMAND...
gives() { script outcome "$2" <"$work/$1.out"; } # NAME NODE
asked() { curl -fsS -m 40 -H "Authorization: Bearer $KEY" "$@"; }
nothing=$(printf '' | sha256sum | cut -d ' ' -f 1)
object() { # PATH: out of the bucket
  curl -fsS -m 20 -H "x-amz-content-sha256: $nothing" --aws-sigv4 aws:amz:us-east-1:s3 --user "ruche:$(cat "$RUCHE_DATA/secrets/s3.secret-key")" "http://127.0.0.1:$S3/ruche$1"
}

echo "over HTTP"
check "chat-over-http runs" runs chat-over-http
check "it has the model's answer" has Bonjour gives chat-over-http Answer
state() { asked "http://127.0.0.1:$AI/v1/commands/$(gives chat-over-http Answer | script field command)"; }
check "Ruche knows the command as done" has '"state":"done"' state

echo "over MQTT"
check "chat-over-mqtt runs" runs chat-over-mqtt
triggered() { PGPASSWORD=$N8N_DATABASE_PASSWORD script executions "$POSTGRES" rucheChatMqtt trigger; }
check "its trigger gets the reply, in an execution of its own" until_true 60 has Bonjour triggered
check "to the command that was sent" has 'rucheChatMqtt-' triggered

echo "S3, embed-service and what it tells"
check "document-through-s3 runs" runs document-through-s3
check "the passage is found" has '950 euros' gives document-through-s3 Found
check "the object is in the bucket" has '950 euros' object /local/n8n/rent.md
kept() { object '' | grep -o 'local/events/[^<]*\.json'; }
check "events-into-s3 gets the event and keeps it" until_true 60 kept
event() { object "/$(kept | head -n 1)"; }
check "the event says which document was indexed" has '"document":"rent"' event

echo "ai-proxy"
check "chat-with-openai-model runs" runs chat-with-openai-model
check "it has the model's answer" has Bonjour gives chat-with-openai-model 'Basic LLM Chain'
check "answer-from-documents runs" runs answer-from-documents
check "the model was shown the passage" has '950 euros' gives answer-from-documents 'Basic LLM Chain'
summary
