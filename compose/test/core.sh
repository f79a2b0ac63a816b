# shellcheck shell=bash disable=SC2154 # what run.sh sets
# Sourced by run.sh once the core is up: what must hold of it.
api=http://127.0.0.1:$AI_PROXY_PORT
documents=http://127.0.0.1:$EMBED_SERVICE_PORT
services=(mosquitto redis-bus redis-hot postgres minio ai-proxy embed-service)

id_of() { compose ps --all --quiet "$1"; }
inspect() { docker inspect --format "$2" "$(id_of "$1")"; }
in_container() { compose exec -T "$@"; }
cli() { compose --profile cli run --rm --no-TTY ruche "$@"; }

# --- hardening ---------------------------------------------------------------------------------

echo "hardening"
for service in "${services[@]}"; do
  check "$service is healthy" test "$(inspect "$service" '{{.State.Health.Status}}')" = healthy
  check "$service has a read-only root, no capabilities and no new privileges" test \
    "$(inspect "$service" '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}')" = \
    'true [ALL] [no-new-privileges:true]'
  check "$service has limits and rotates its log" bash -c "[[ \"\$1\" =~ ^[1-9][0-9]*\ [1-9][0-9]*\ [1-9][0-9]*\ 10m$ ]]" _ \
    "$(inspect "$service" '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}} {{index .HostConfig.LogConfig.Config "max-size"}}')"
  check "$service is not root, and has no capability" in_container "$service" sh -c \
    '[ "$(id -u)" -ne 0 ] && grep -q "^CapEff:.*0000000000000000$" /proc/1/status && grep -q "^NoNewPrivs:.*1$" /proc/1/status'
  refused "$service cannot write outside its volumes" in_container "$service" sh -c 'touch /here || touch /etc/here || touch /usr/bin/here'
done
check "every published port is on 127.0.0.1" test -z "$(docker ps --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" \
  --format '{{.Ports}}' | tr ',' '\n' | grep -e '->' | grep -v '^ *127\.0\.0\.1:')"
check "no secret is in an environment" bash -c '
  for container in $1; do docker inspect --format "{{json .Config.Env}} {{json .Config.Cmd}}" $container; done |
    grep -q -f <(for file in secrets/*; do sed "s|.*://[^:]*:||;s|@.*||" "$file"; echo; done | grep .) && exit 1 || exit 0' \
  _ "$(compose ps --all --quiet)"

# --- who reaches whom --------------------------------------------------------------------------

echo "reachability"
declare -A listens=([mosquitto]='1883 1884' [redis-bus]=6379 [redis-hot]=6379 [postgres]=5432 [minio]=9000
  [ai-proxy]='8101 9101' [embed-service]='8102 9102' [simulator]=8080)
# On every network that two containers share, and on no other: FROM:TO:PORT
allowed=" mosquitto:ai-proxy:8101 mosquitto:embed-service:8102 mosquitto:redis-bus:6379 mosquitto:redis-hot:6379
 mosquitto:postgres:5432 mosquitto:minio:9000 mosquitto:simulator:8080
 redis-bus:mosquitto:1884 redis-bus:redis-hot:6379 redis-bus:postgres:5432 redis-bus:minio:9000 redis-bus:ai-proxy:8101
 redis-bus:embed-service:8102
 redis-hot:mosquitto:1884 redis-hot:redis-bus:6379 redis-hot:postgres:5432 redis-hot:minio:9000 redis-hot:ai-proxy:8101
 redis-hot:embed-service:8102
 postgres:mosquitto:1884 postgres:redis-bus:6379 postgres:redis-hot:6379 postgres:minio:9000 postgres:ai-proxy:8101
 postgres:embed-service:8102
 minio:mosquitto:1884 minio:redis-bus:6379 minio:redis-hot:6379 minio:postgres:5432 minio:ai-proxy:8101 minio:embed-service:8102
 ai-proxy:mosquitto:1883 ai-proxy:mosquitto:1884 ai-proxy:redis-bus:6379 ai-proxy:redis-hot:6379 ai-proxy:postgres:5432
 ai-proxy:minio:9000 ai-proxy:embed-service:8102 ai-proxy:embed-service:9102 ai-proxy:simulator:8080
 embed-service:mosquitto:1883 embed-service:mosquitto:1884 embed-service:redis-bus:6379 embed-service:redis-hot:6379
 embed-service:postgres:5432 embed-service:minio:9000 embed-service:ai-proxy:8101 embed-service:ai-proxy:9101
 embed-service:simulator:8080 simulator:mosquitto:1884 simulator:ai-proxy:8101 simulator:embed-service:8102 "
matrix() {
  local from to port address target result wrong=0
  for from in "${services[@]}" simulator; do
    target=
    for to in "${!listens[@]}"; do
      [ "$from" != "$to" ] || continue
      for address in $(inspect "$to" '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}'); do
        for port in ${listens[$to]}; do target+="$to:$port:$address "; done
      done
    done
    # Every address of every other container, by number, so that no missing name hides a way.
    while read -r result; do
      [ -n "$result" ] || continue
      echo "$from:$result"
    done < <(in_container "$from" bash -c '
      for target in $1; do
        IFS=: read -r to port address <<<"$target"
        (timeout 2 bash -c "exec 3<>/dev/tcp/$address/$port" 2>/dev/null && echo "$to:$port") &
        [ $((++n % 8)) -ne 0 ] || wait
      done
      wait' _ "$target" | sort -u)
  done | sort -u >/tmp/reached.$$
  tr ' ' '\n' <<<"$allowed" | grep . | sort -u | diff - /tmp/reached.$$ || wrong=1
  rm -f /tmp/reached.$$
  return $wrong
}
check "each container reaches exactly what it shares a network with" matrix
# A machine outside, made of a network namespace, stands for the internet.
outside=10.231.7.2
outside_up() {
  ip netns add ruche-outside && ip link add ruche-out type veth peer name out0 netns ruche-outside &&
    ip addr add 10.231.7.1/30 dev ruche-out && ip link set ruche-out up &&
    ip -n ruche-outside addr add $outside/30 dev out0 && ip -n ruche-outside link set out0 up &&
    ip -n ruche-outside route add default via 10.231.7.1
}
outside_down() {
  [ -z "${outside_server:-}" ] || kill "$outside_server" 2>/dev/null || true
  ip netns del ruche-outside 2>/dev/null || true
}
if [ "$(id -u)" -eq 0 ] && command -v ip >/dev/null && outside_up; then
  ip netns exec ruche-outside python3 -m http.server 8080 --bind $outside >/dev/null 2>&1 &
  outside_server=$!
  goes_out() { in_container "$1" timeout 3 bash -c "exec 3<>/dev/tcp/$outside/8080"; }
  check "ai-proxy reaches what is outside" until_true 30 goes_out ai-proxy
  for service in redis-bus redis-hot postgres minio; do
    refused "$service has no way out" goes_out "$service"
  done
  outside_down
else
  loudly "NOT CHECKED: which container gets out, since that needs root and the command ip"
fi
check "management answers on monitoring_net alone" bash -c '
  for port in 9101 9102; do ! curl -s -m 2 -o /dev/null "http://127.0.0.1:$port/health/live"; done'

# --- what it is for ----------------------------------------------------------------------------

echo "use"
KEY=$(cli keys create --tenant local --name tour --scopes ai,events,documents 2>/dev/null | tail -n 1)
check "a key is made by the command line" bash -c '[[ $1 == rk_* ]]' _ "$KEY"
post() { curl -sS -m 90 -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' "$@"; }
export -f post
export KEY api documents
check "a chat" bash -c 'post "$api/v1/chat/completions" -d "{\"model\": \"openai/gpt-oss-20b\", \"messages\": [{\"role\": \"user\", \"content\": \"Bonjour\"}]}" |
  tee /dev/stderr | grep -q "\"choices\""'
check "a command over HTTP, with its result" bash -c 'post "$api/v1/commands/chat" -H "Prefer: wait=30" -d "{\"prompt\": \"Bonjour\"}" |
  tee /dev/stderr | grep -q "choices\|text"'
over_mqtt() { # ID OPTIONS...: publishes until there is a receipt, which mosquitto_rr waits for
  mosquitto_rr -V mqttv311 -u local.tour -P "$KEY" -q 1 -W 20 "${@:2}" -t ruche/local/cmd/tour/ai-proxy/chat \
    -e "ruche/local/receipt/tour/$1" -m "{\"prompt\": \"Bonjour\", \"ruche\": {\"id\": \"$1\"}}" | grep -q "\"$1\""
}
check "a command over MQTT, with its receipt" over_mqtt over-mqtt -h 127.0.0.1 -p "$MQTT_PORT"
check "a document is found again" bash -c '
  printf "Le loyer est de 950 euros par mois, charges comprises." >/tmp/bail.$$.txt
  curl -sS -m 90 -T /tmp/bail.$$.txt -H "Authorization: Bearer $KEY" "$documents/v1/collections/contrats/documents/bail.txt?wait=60"
  rm -f /tmp/bail.$$.txt
  post "$documents/v1/collections/contrats/search" -d "{\"query\": \"montant du loyer\", \"top\": 1}" | tee /dev/stderr | grep -q bail.txt'
check "the same with TLS and the private CA" over_mqtt over-tls -h localhost -p "$MQTT_TLS_PORT" --cafile "$work/configs/mqtt/certs/ca.crt"

# --- who may do what ---------------------------------------------------------------------------

echo "accounts"
secret() { cat "secrets/$1"; }
as_postgres() { # ACCOUNT SQL
  in_container postgres psql --no-psqlrc -tA -v ON_ERROR_STOP=1 "$(secret "$1-postgres-url" | sed 's/@postgres:/@127.0.0.1:/')" -c "$2"
}
check "embed-service's role uses its own schema" as_postgres embed-service 'SELECT count(*) FROM ruche_embed.document'
refused "embed-service's role sees no table of ai-proxy" as_postgres embed-service 'SELECT count(*) FROM ruche_ai.request'
refused "embed-service's role makes no key" as_postgres embed-service "UPDATE ruche_auth.api_key SET revoked_at = NULL"
refused "ai-proxy's role changes no schema" as_postgres ai-proxy 'CREATE TABLE ruche_ai.mine (a int)'
refused "ai-proxy's role makes nothing in public" as_postgres ai-proxy 'CREATE TABLE public.mine (a int)'
as_redis() { # SERVICE ACCOUNT KIND COMMAND...
  local url
  url=$(secret "$2-$3-url")
  url=${url#*://}
  in_container "$1" redis-cli --no-auth-warning --user "${url%%:*}" --pass "$(sed 's/^[^:]*://;s/@.*//' <<<"$url")" -e "${@:4}"
}
check "ai-proxy's account reads its stream" as_redis redis-bus ai-proxy redis XLEN '{local}:cmd:ai-proxy:chat'
refused "embed-service's account does not" as_redis redis-bus embed-service redis XLEN '{local}:cmd:ai-proxy:chat'
refused "ai-proxy's account flushes nothing" as_redis redis-bus ai-proxy redis FLUSHALL
refused "embed-service's account reads no kept answer" as_redis redis-hot embed-service hot-redis GET '{local}:ai:cache:x'
refused "nobody without an account asks Redis" in_container redis-bus redis-cli -e GET x
as_s3() { # ACCOUNT COMMAND...
  compose run --rm --no-TTY --no-deps --entrypoint mc --env "MC_HOST_as=http://$1:$(secret "$1-s3-secret-key")@minio:9000" \
    --env HOME=/tmp minio-setup "${@:2}"
}
check "embed-service's account lists the bucket" as_s3 embed-service ls as/ruche
refused "ai-proxy's account writes nothing" as_s3 ai-proxy cp /etc/hostname as/ruche/local/x
as_mqtt() { # ACCOUNT TOPIC: whether it may subscribe
  local url
  url=$(secret "$1-mqtt-url")
  url=${url#*://}
  in_container mosquitto mosquitto_sub -V 5 -h 127.0.0.1 -p 1884 -u "${url%%:*}" -P "$(sed 's/^[^:]*://;s/@.*//' <<<"$url")" \
    -t "$2" -E -W 3 2>&1 | tee /dev/stderr | not grep -q denied
}
check "ai-proxy's account hears its own commands" as_mqtt ai-proxy 'ruche/+/cmd/+/ai-proxy/+'
refused "embed-service's account hears no command of ai-proxy" as_mqtt embed-service 'ruche/+/cmd/+/ai-proxy/+'
refused "ai-proxy's account does not listen to everything" as_mqtt ai-proxy '#'

# --- what it weighs ----------------------------------------------------------------------------

echo "memory"
docker stats --no-stream --format '{{.Name}} {{.MemUsage}}' >/tmp/stats.$$
sed 's/^/      /' /tmp/stats.$$
java=$(sed -n 's/^ruche-test-\(ai-proxy\|embed-service\)-1 \([0-9.]*\)MiB.*/\2/p' /tmp/stats.$$ | awk '{ sum += $1 } END { printf "%d", sum }')
rm -f /tmp/stats.$$
check "the Java services have $java MiB together, of at most 1024" test "$java" -gt 0 -a "$java" -le 1024
docker images --format '      {{.Repository}}:{{.Tag}} {{.Size}}' | grep ruche/

# --- killed ------------------------------------------------------------------------------------

echo "kills"
accepted=()
send() { # ID: posts until there is a receipt, at most so long
  local end=$((SECONDS + 90)) code
  while [ "$SECONDS" -lt "$end" ]; do
    code=$(post -o /dev/null -w '%{http_code}' "$api/v1/commands/chat" -H "Idempotency-Key: $1" -d '{"prompt": "Bonjour"}' 2>/dev/null) || true
    [ "$code" != 202 ] || return 0
    sleep 0.2
  done
  return 1
}
state() { post "$api/v1/commands/$1" | sed -n 's/.*"state": *"\([a-z]*\)".*/\1/p'; }
is_done() { [ "$(state "$1")" = "done" ]; }
n=0
for service in "${services[@]}"; do
  before=$(inspect "$service" '{{.RestartCount}}')
  for _ in 1 2 3 4 5; do n=$((n + 1)); send "kill-$n" && accepted+=("kill-$n"); done
  # From outside, so that the engine takes it for a crash and starts it again.
  kill -KILL "$(inspect "$service" '{{.State.Pid}}')"
  for _ in 1 2 3 4 5; do n=$((n + 1)); send "kill-$n" && accepted+=("kill-$n"); done
  restarted() { [ "$(inspect "$service" '{{.RestartCount}}')" -gt "$before" ] && [ "$(inspect "$service" '{{.State.Health.Status}}')" = healthy ]; }
  check "$service comes back healthy after kill -9" until_true 120 restarted
done
check "every command got its receipt" test "${#accepted[@]}" -eq "$n"
all_done() { for id in "${accepted[@]}"; do until_true 60 is_done "$id" || { echo "$id: $(state "$id")"; return 1; }; done; }
check "all ${#accepted[@]} receipted commands were done" all_done
check "the key and its account are still there" over_mqtt after-kills -h 127.0.0.1 -p "$MQTT_PORT"
check "the document is still there" bash -c 'post "$documents/v1/collections/contrats/search" -d "{\"query\": \"loyer\", \"top\": 1}" | grep -q bail.txt'
compose restart --timeout 60 "${services[@]}" >/dev/null
healthy() { for service in "${services[@]}"; do [ "$(inspect "$service" '{{.State.Health.Status}}')" = healthy ] || return 1; done; }
check "all come back from a restart in order" until_true 180 healthy
check "and a chat works" until_true 30 bash -c 'post "$api/v1/chat/completions" -d "{\"model\": \"openai/gpt-oss-20b\", \"messages\": [{\"role\": \"user\", \"content\": \"Bonjour\"}]}" | grep -q "\"choices\""'
