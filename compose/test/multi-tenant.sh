# shellcheck shell=bash disable=SC2016,SC2153,SC2154 # what run.sh sets
# Sourced by run.sh: tenants with stores of their own (multi-tenant.yml), and tenants that share the core's.
echo "tenants with stores of their own"
tenants=(azoth maximus koff)
export AZOTH_MQTT_PORT=18191 MAXIMUS_MQTT_PORT=18192 KOFF_MQTT_PORT=18193
export AZOTH_N8N_PORT=18291 MAXIMUS_N8N_PORT=18292 KOFF_N8N_PORT=18293
declare -A mqtt_port=([azoth]=$AZOTH_MQTT_PORT [maximus]=$MAXIMUS_MQTT_PORT [koff]=$KOFF_MQTT_PORT)
api=http://127.0.0.1:$AI_PROXY_PORT
documents=http://127.0.0.1:$EMBED_SERVICE_PORT

# n8n's image can be had nowhere here; its stand-in runs what npm installed.
n8n_here=
n8n_tree=$(echo "$CACHE"/n8n-*/installed)
echo 'services:' >n8n-here.yml
for tenant in "${tenants[@]}"; do
  if [ -e "$n8n_tree" ] && docker image inspect "$(sed -n 's#^ *image: \(n8nio/n8n:[^$]*\).*#\1#p' common.yaml)" >/dev/null 2>&1; then
    n8n_here=1
    printf '  n8n-%s:\n    volumes: ["%s:/usr/local/lib/n8n:ro"]\n    environment: {N8N_EXPRESSION_ENGINE: legacy}\n' "$tenant" "${n8n_tree%/installed}" >>n8n-here.yml
  else
    printf '  n8n-%s:\n    profiles: [not-here]\n' "$tenant" >>n8n-here.yml
  fi
done
[ -n "$n8n_here" ] || loudly "NOT CHECKED: the tenants' n8n, since its image can be had nowhere here and compose/test/n8n/run.sh has not installed it"

# From here on: what the functions below ask is the stack with tenants.
compose() { docker compose -f compose.yaml -f stack-test.yml -f multi-tenant.yml -f n8n-here.yml "$@"; }
id_of() { compose ps --all --quiet "$1"; }
inspect() { docker inspect --format "$2" "$(id_of "$1")"; }
in_container() { compose exec -T "$@"; }
cli() { compose --profile cli run --rm --no-TTY ruche "$@"; }
secret() { cat "secrets/$1"; }
password() { secret "$1" | sed 's|.*://[^:]*:||; s|@.*||'; }

began=$SECONDS
check "the stack comes up with three tenants" compose up --detach --wait --wait-timeout 300
note "after $((SECONDS - began)) s"
own=()
for tenant in "${tenants[@]}"; do
  own+=("mosquitto-$tenant" "redis-$tenant" "postgres-$tenant" ${n8n_here:+"n8n-$tenant"})
done
is_hardened() {
  [ "$(inspect "$1" '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}')" = \
    'true [ALL] [no-new-privileges:true]' ] && [ "$(inspect "$1" '{{.HostConfig.Memory}}')" -gt 0 ] &&
    in_container "$1" sh -c '[ "$(id -u)" -ne 0 ] && ! touch /here 2>/dev/null'
}
for service in "${own[@]}"; do
  check "$service is not root, without rights, its root read-only" is_hardened "$service"
done
check "every published port is on 127.0.0.1" test -z "$(docker ps --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" \
  --format '{{.Ports}}' | tr ',' '\n' | grep -e '->' | grep -v '^ *127\.0\.0\.1:')"

# --- who reaches whom --------------------------------------------------------------------------

declare -A listens=([mosquitto]='1883 1884' [redis-bus]=6379 [redis-hot]=6379 [postgres]=5432 [minio]=9000
  [ai-proxy]='8101 9101' [embed-service]='8102 9102' [simulator]=8080)
allowed=()
for tenant in "${tenants[@]}"; do
  listens[mosquitto-$tenant]='1883 1884' listens[redis-$tenant]=6379 listens[postgres-$tenant]=5432
  # FROM:TO:PORT. The broker's own listener for services is on the network of redis-T, and so is nobody who is a client.
  for to in ai-proxy:8101 embed-service:8102; do
    allowed+=("mosquitto-$tenant:$to" "redis-$tenant:$to" "postgres-$tenant:$to" ${n8n_here:+"n8n-$tenant:$to"})
  done
  allowed+=("mosquitto-$tenant:postgres-$tenant:5432" "mosquitto-$tenant:redis-$tenant:6379" "mosquitto-$tenant:minio:9000"
    "redis-$tenant:mosquitto-$tenant:1883" "redis-$tenant:mosquitto-$tenant:1884"
    "postgres-$tenant:mosquitto-$tenant:1884" "postgres-$tenant:minio:9000")
  if [ -n "$n8n_here" ]; then
    listens[n8n-$tenant]=5678
    allowed+=("mosquitto-$tenant:n8n-$tenant:5678" "postgres-$tenant:n8n-$tenant:5678"
      "n8n-$tenant:mosquitto-$tenant:1884" "n8n-$tenant:postgres-$tenant:5432" "n8n-$tenant:minio:9000")
  fi
done
reached() { # FROM...: every FROM:TO:PORT that there is, by address, so that no missing name hides a way
  local from to port address targets=
  for to in "${!listens[@]}"; do
    for address in $(inspect "$to" '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}'); do
      for port in ${listens[$to]}; do targets+="$to:$port:$address "; done
    done
  done
  for from in "$@"; do
    in_container "$from" bash -c '
      for target in $1; do
        IFS=: read -r to port address <<<"$target"
        [ "$to" != "$2" ] || continue
        (timeout 2 bash -c "exec 3<>/dev/tcp/$address/$port" 2>/dev/null && echo "$2:$to:$port") &
        [ $((++n % 8)) -ne 0 ] || wait
      done
      wait' _ "$targets" "$from" &
  done | sort -u
}
exactly_allowed() { diff <(printf '%s\n' "${allowed[@]}" | sort -u) <(reached "${own[@]}"); }
check "each tenant's containers reach their own and what is shared, and nothing of another tenant's" exactly_allowed

# --- work, each at its own stores --------------------------------------------------------------

declare -A key
for tenant in "${tenants[@]}"; do
  key[$tenant]=$(cli keys create --tenant "$tenant" --name n8n --scopes ai,events,documents 2>/dev/null | tail -n 1)
done
asks() { # TENANT CURL-OPTIONS...
  curl -sS -m 60 -H "Authorization: Bearer ${key[$1]}" -H 'Content-Type: application/json' "${@:2}"
}
status() { asks "$1" -o /dev/null -w '%{http_code}' "${@:2}"; }
works() { # TENANT ID: a command over HTTP, to its end
  asks "$1" "$api/v1/commands/chat" -H "Idempotency-Key: $2" -H 'Prefer: wait=30' -d "{\"prompt\": \"Bonjour $1\"}" |
    tee /dev/stderr | grep -q '"state":"done"'
}
receipted() { # TENANT PORT ID: a command over MQTT, until its receipt
  mosquitto_rr -V mqttv311 -h 127.0.0.1 -p "$2" -u "$1.n8n" -P "${key[$1]}" -q 1 -W 20 -t "ruche/$1/cmd/n8n/ai-proxy/chat" \
    -e "ruche/$1/receipt/n8n/$3" -m "{\"prompt\": \"Bonjour\", \"ruche\": {\"id\": \"$3\"}}" | grep "\"$3\""
}
redis_at() { # TENANT ACCOUNT COMMAND...
  in_container "redis-$1" redis-cli --no-auth-warning --user "$2" --pass "$(password "$1-$2-redis-url")" -e "${@:3}"
}
length() { # TENANT: of its commands, in its own Redis
  redis_at "$1" ai-proxy XLEN "{$1}:cmd:ai-proxy:chat"
}
for tenant in "${tenants[@]}"; do
  check "$tenant: a command over HTTP, to its end" works "$tenant" "http-$tenant"
  check "$tenant: a command over its own broker, with its receipt" receipted "$tenant" "${mqtt_port[$tenant]}" "mqtt-$tenant"
  check "$tenant: both are in its own Redis" test "$(length "$tenant")" = 2
done
at_core() { in_container redis-bus redis-cli --no-auth-warning --user admin --pass "$(password admin-redis-url)" --scan --pattern "$1"; }
check "the core's Redis has no key of theirs" test -z "$(at_core '{azoth}*')$(at_core '{maximus}*')$(at_core '{koff}*')"
check "nor has one tenant's of another" test -z "$(redis_at azoth admin --scan --pattern '{koff}*')$(redis_at koff admin --scan --pattern '{azoth}*')"

# --- azoth does not touch koff's ---------------------------------------------------------------

echo "azoth does not touch koff's"
as_azoth() { # PORT TOPIC: whether azoth's key may subscribe there
  mosquitto_sub -V 5 -h 127.0.0.1 -p "$1" -u azoth.n8n -P "${key[azoth]}" -t "$2" -E -W 5 2>&1 | tee /dev/stderr | not grep -i -e denied -e 'not auth' -e refused
}
sent_as_azoth() { # PORT TOPIC: whether the broker takes it from azoth's key
  mosquitto_pub -V 5 -d -h 127.0.0.1 -p "$1" -u azoth.n8n -P "${key[azoth]}" -q 1 -t "$2" -m '{"prompt": "no"}' 2>&1 | tee /dev/stderr |
    not grep -i -e 'RC:1[3-9][0-9]' -e 'not auth' -e refused
}
check "topics: its own events" as_azoth "$AZOTH_MQTT_PORT" 'ruche/azoth/evt/#'
refused "topics: koff's events at its own broker" as_azoth "$AZOTH_MQTT_PORT" 'ruche/koff/evt/#'
refused "topics: everybody's events" as_azoth "$AZOTH_MQTT_PORT" 'ruche/+/evt/#'
refused "topics: koff's broker, at all" as_azoth "$KOFF_MQTT_PORT" 'ruche/azoth/evt/#'
check "topics: a command of its own" sent_as_azoth "$AZOTH_MQTT_PORT" ruche/azoth/cmd/n8n/ai-proxy/chat
refused "topics: a command in koff's name" sent_as_azoth "$AZOTH_MQTT_PORT" ruche/koff/cmd/n8n/ai-proxy/chat
refused "topics: a command at koff's broker" sent_as_azoth "$KOFF_MQTT_PORT" ruche/koff/cmd/n8n/ai-proxy/chat
check "streams: koff's has what koff sent and no more" test "$(length koff)" = 2
azoth_at_koff() { in_container redis-koff redis-cli --no-auth-warning --user ai-proxy --pass "$(password azoth-ai-proxy-redis-url)" -e PING; }
refused "streams: accounts of azoth's Redis are none at koff's" azoth_at_koff
check "commands: azoth asks in vain for koff's" test "$(status azoth "$api/v1/commands/http-koff")" = 404
as_s3() { # TENANT COMMAND...
  compose run --rm --no-TTY --no-deps --entrypoint mc --env "MC_HOST_as=http://$1:$(secret "$1-n8n-s3-secret-key")@minio:9000" \
    --env HOME=/tmp minio-setup "${@:2}"
}
check "buckets: koff writes below its own prefix" as_s3 koff cp /etc/hostname as/ruche/koff/n8n/of-koff
check "buckets: and into its own bucket" as_s3 koff cp /etc/hostname as/koff/of-koff
check "buckets: azoth writes below its own prefix" as_s3 azoth cp /etc/hostname as/ruche/azoth/n8n/of-azoth
refused "buckets: azoth does not read koff's object" as_s3 azoth cat as/ruche/koff/n8n/of-koff
refused "buckets: nor write there" as_s3 azoth cp /etc/hostname as/ruche/koff/n8n/of-azoth
refused "buckets: nor delete there" as_s3 azoth rm as/ruche/koff/n8n/of-koff
sees_koff() { as_s3 azoth ls --recursive as/ruche/ | grep koff || as_s3 azoth ls as/ruche/koff/; }
refused "buckets: nor list there" sees_koff
refused "buckets: azoth does not read koff's own bucket" as_s3 azoth cat as/koff/of-koff
check "buckets: koff's object is as it was" as_s3 koff cat as/ruche/koff/n8n/of-koff
as_n8n() { # TENANT AT SQL: as the tenant's role, in the PostgreSQL AT
  in_container "$2" psql --no-psqlrc -tA -v ON_ERROR_STOP=1 \
    "postgresql://n8n:$(password "$1-n8n-postgres-url")@127.0.0.1:5432/${4:-n8n}" -c "$3"
}
check "tables: azoth's n8n has its own database" as_n8n azoth postgres-azoth 'CREATE TABLE of_azoth (a int)'
refused "tables: koff's does not know azoth's password" as_n8n azoth postgres-koff 'SELECT 1'
refused "tables: nor does the core's" as_n8n azoth postgres 'SELECT 1' ruche

# --- one tenant's outage -----------------------------------------------------------------------

compose stop --timeout 20 mosquitto-koff redis-koff >/dev/null 2>&1
check "koff's broker and Redis are away: azoth works on" works azoth after-outage
check "over its broker, too" receipted azoth "$AZOTH_MQTT_PORT" mqtt-after-outage
check "koff is told so" test "$(status koff "$api/v1/commands/chat" -H 'Idempotency-Key: in-outage' -d '{"prompt": "Bonjour koff"}')" = 503
compose start mosquitto-koff redis-koff >/dev/null 2>&1
check "koff works again once they are back" until_true 60 works koff in-outage

if [ -n "$n8n_here" ]; then
  echo "the tenants' n8n"
  for tenant in "${tenants[@]}"; do
    check "$tenant's n8n answers on 127.0.0.1" curl -fsS -m 10 -o /dev/null "http://127.0.0.1:$(compose port "n8n-$tenant" 5678 | sed 's/.*://')/healthz"
  done
  in_n8n() { in_container "n8n-$1" sh /etc/ruche-n8n/start.sh "${@:2}"; }
  moved() { # TENANT: the workflow over HTTP, with the addresses of this stack
    sed 's#http://127.0.0.1:8101#http://ai-proxy:8101#' "$root/docs/n8n/chat-over-http.json" |
      in_container "n8n-$1" sh -c 'cat >/tmp/workflow.json' &&
      printf '[{"id": "rucheHttp", "name": "Ruche HTTP", "type": "httpHeaderAuth", "data": {"name": "Authorization", "value": "Bearer %s"}}]' "${key[$1]}" |
      in_container "n8n-$1" sh -c 'cat >/tmp/credentials.json' &&
      in_n8n "$1" import:credentials --input=/tmp/credentials.json && in_n8n "$1" import:workflow --input=/tmp/workflow.json
  }
  # The command's own broker for code would meet that of the n8n that runs.
  in_workflow() { in_container --env N8N_RUNNERS_ENABLED=false "n8n-$1" sh /etc/ruche-n8n/start.sh execute --id=rucheChatHttp; }
  check "azoth's imports a workflow" moved azoth
  check "and runs it, against ai-proxy" in_workflow azoth
fi
docker stats --no-stream --format '      {{.Name}} {{.MemUsage}}' | grep -e azoth -e maximus -e koff || true

# --- tenants on the same stores ----------------------------------------------------------------

echo "tenants on the same stores"
for tenant in alpha beta; do
  key[$tenant]=$(cli keys create --tenant "$tenant" --name n8n --scopes ai,events,documents 2>/dev/null | tail -n 1)
  check "$tenant: a command over HTTP, to its end" works "$tenant" "http-$tenant"
  check "$tenant: a command over the common broker" receipted "$tenant" "$MQTT_PORT" "mqtt-$tenant"
done
as_alpha() { mosquitto_sub -V 5 -h 127.0.0.1 -p "$MQTT_PORT" -u alpha.n8n -P "${key[alpha]}" -t "$1" -E -W 5 2>&1 | tee /dev/stderr | not grep -i denied; }
check "topics: alpha hears its own events" as_alpha 'ruche/alpha/evt/#'
refused "topics: not beta's" as_alpha 'ruche/beta/evt/#'
refused "topics: not everybody's" as_alpha 'ruche/+/evt/#'
refused "topics: not beta's replies" as_alpha 'ruche/beta/reply/n8n/#'
sent_as_alpha() { mosquitto_pub -V 5 -d -h 127.0.0.1 -p "$MQTT_PORT" -u alpha.n8n -P "${key[alpha]}" -q 1 -t "$1" -m '{"prompt": "no"}' 2>&1 | tee /dev/stderr | not grep 'RC:1[3-9][0-9]'; }
refused "topics: nor sends alpha a command in beta's name" sent_as_alpha ruche/beta/cmd/n8n/ai-proxy/chat
refused "topics: nor an event" sent_as_alpha ruche/beta/evt/ai-proxy/chat-completed
shared_length() { in_container redis-bus redis-cli --no-auth-warning --user ai-proxy --pass "$(password ai-proxy-redis-url)" XLEN "{$1}:cmd:ai-proxy:chat"; }
check "streams: each has its own two commands" test "$(shared_length alpha) $(shared_length beta)" = '2 2'
check "commands: alpha asks in vain for beta's" test "$(status alpha "$api/v1/commands/http-beta")" = 404
check "documents: beta puts one" test "$(status beta -X PUT "$documents/v1/collections/own/documents/secret?wait=60" \
  -d '{"text": "The queen is in the third hive.", "contentType": "text/plain"}')" = 200
check "documents: alpha has no such collection" test "$(status alpha "$documents/v1/collections/own/search" -d '{"query": "queen"}')" = 404
check "documents: nor such a document" test "$(status alpha "$documents/v1/collections/own/documents/secret")" = 404
foreign='{"collection": "own", "id": "stolen", "s3": "beta/n8n/anything"}'
taken() { asks alpha "$documents/v1/commands/index" -H 'Prefer: wait=30' -d "$foreign" | tee /dev/stderr | grep '"state":"done"'; }
refused "buckets: an object of beta's is not read in alpha's name" taken
spent() { asks "$1" "$api/v1/usage?group=tenant" | tee /dev/stderr; }
check "tables: alpha's usage tells alpha's alone" bash -c '[[ $1 == *alpha* && $1 != *beta* && $1 != *koff* ]]' _ "$(spent alpha 2>/dev/null)"
