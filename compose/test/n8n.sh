# shellcheck shell=bash disable=SC2016,SC2154 # what run.sh sets
# Sourced by run.sh: n8n in queue mode (n8n.yml). Its images can be had nowhere here; their stand-ins run what npm installed.
echo "n8n"
with_n8n() { docker compose -f compose.yaml -f stack-test.yml -f n8n.yml -f n8n-there.yml "$@"; }

n8n_part() {
  local tree service
  tree=$(echo "$CACHE"/n8n-*/installed)
  if [ ! -e "$tree" ] || ! docker image inspect "$(sed -n 's#^ *image: \(n8nio/n8n:[^$]*\).*#\1#p' common.yaml)" >/dev/null 2>&1; then
    loudly "NOT CHECKED: n8n.yml, since n8n's image can be had nowhere here and compose/test/n8n/run.sh has not installed n8n"
    return 0
  fi
  echo 'services:' >n8n-there.yml
  for service in n8n n8n-worker-1 n8n-worker-2 n8n-runner-1 n8n-runner-2; do
    printf '  %s:\n    volumes: ["%s:/usr/local/lib/n8n:ro"]\n    environment: {N8N_EXPRESSION_ENGINE: legacy}\n' "$service" "${tree%/installed}" >>n8n-there.yml
  done
  export N8N_PORT=18290
  local began=$SECONDS
  n8n_up() { with_n8n up --detach --wait --wait-timeout 300 || { with_n8n logs --no-log-prefix --tail 8 n8n n8n-worker-1 n8n-runner-1 && return 1; }; }
  check "n8n comes up beside the core: main, two workers, their runners" n8n_up
  note "after $((SECONDS - began)) s"
  for service in n8n n8n-worker-1 n8n-worker-2 n8n-runner-1 n8n-runner-2 n8n-redis; do
    check "$service is not root, and its root is read-only" with_n8n exec -T "$service" sh -c '[ "$(id -u)" -ne 0 ] && ! touch /here 2>/dev/null'
  done
  check "the key of its credentials is the secret's" with_n8n exec -T n8n sh -c '! grep -q encryptionKey /home/node/.n8n/.n8n/config || grep -q -F "$(cat /run/secrets/n8n-encryption-key)" /home/node/.n8n/.n8n/config'
  check "a runner reaches its worker" with_n8n exec -T n8n-runner-1 bash -c 'exec 3<>/dev/tcp/n8n-worker-1/5679'
  refused "and no store" with_n8n exec -T n8n-runner-1 timeout 3 bash -c "exec 3<>/dev/tcp/$(docker inspect --format \
    '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$(with_n8n ps --quiet postgres)")/5432"

  local key
  key=$(with_n8n --profile cli run --rm --no-TTY ruche keys create --tenant azoth --name n8n --scopes ai,events 2>/dev/null | tail -n 1)
  in_n8n() { with_n8n exec -T n8n sh /etc/ruche-n8n/start.sh "$@"; }
  into_n8n() { with_n8n exec -T n8n sh -c "cat >/tmp/$1"; }
  into_n8n workflow.json <test/n8n/webhook.json || true
  printf '[{"id": "rucheHttp", "name": "Ruche HTTP", "type": "httpHeaderAuth", "data": {"name": "Authorization", "value": "Bearer %s"}}]' "$key" |
    into_n8n credentials.json || true
  check "credentials are imported" in_n8n import:credentials --input=/tmp/credentials.json
  check "a workflow is imported" in_n8n import:workflow --input=/tmp/workflow.json
  check "and made active" in_n8n update:workflow --id=rucheWebhook --active=true
  with_n8n restart --timeout 75 n8n >/dev/null 2>&1 || true
  answers() {
    curl -fsS -m 60 "http://127.0.0.1:$N8N_PORT/webhook/ruche" -H 'Content-Type: application/json' -d '{"prompt": "bonjour"}' |
      tee /dev/stderr | grep BONJOUR
  }
  check "a webhook is answered: by a worker, the code in its runner, through Ruche" until_true 120 answers
  check "workers did it" bash -c 'grep -i "execution" <<<"$1"' _ "$(with_n8n logs n8n-worker-1 n8n-worker-2 2>&1)"
  check "its Redis refused nothing of it" bash -c '! grep -e NOPERM -e NOAUTH <<<"$1"' _ "$(with_n8n logs n8n n8n-worker-1 n8n-worker-2 2>&1)"
  check "its queue has no key but n8n's" test -z "$(with_n8n exec -T n8n-redis redis-cli --no-auth-warning --user n8n \
    --pass "$(sed 's|.*://[^:]*:||; s|@.*||' secrets/n8n-redis-url)" --scan | grep -v '^n8n:')"
  docker stats --no-stream --format '      {{.Name}} {{.MemUsage}}' | grep n8n || true
}
n8n_part
