# shellcheck shell=bash disable=SC2154 # what run.sh sets
# Sourced by the parts that have a reverse proxy in front: its names, an authority (Pebble) that certificates are really asked
# of, and what must hold whichever proxy it is.
export PUBLIC_DOMAIN=ruche.test EMAIL_LETSENCRYPT=nobody@ruche.test HTTP_PORT=127.0.0.1:18080 HTTPS_PORT=127.0.0.1:18443
export ACME_DIRECTORY=https://pebble:14000/dir PROTECTED_SITES='' OPEN_PATHS='' MQTT_TLS_ADDRESS=127.0.0.1
acme=$work/acme

if [ ! -e "$acme/pebble.crt" ]; then
  mkdir -p "$acme"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=pebble \
    -addext subjectAltName=DNS:pebble -keyout "$acme/pebble.key" -out "$acme/pebble.crt" 2>/dev/null
  printf '{"pebble": {"listenAddress": "0.0.0.0:14000", "managementListenAddress": "0.0.0.0:15000", "certificate": "%s",
    "privateKey": "%s", "httpPort": 8080, "tlsPort": 8443, "ocspResponderURL": "", "externalAccountBindingRequired": false}}' \
    /acme/pebble.crt /acme/pebble.key >"$acme/pebble.json"
  chmod -R a+rX "$acme"
  cp test/front.yml front-test.yml
fi
mkdir -p "$work/configs/caddy/global"
printf 'acme_ca_root /acme/pebble.crt\n' >"$work/configs/caddy/global/test.caddy"

# has_image OVERLAY IMAGE: it is here, or can be had; otherwise that is said
has_image() {
  local image
  image=$(sed -n "s#^ *image: \($2:[^\$]*\).*#\1#p" "$1" | head -n 1)
  docker image inspect "$image" >/dev/null 2>&1 || { [ "${RUCHE_STACK_IMAGES:-}" = pull ] && timeout 60 docker pull --quiet "$image" >/dev/null; } ||
    { loudly "NOT CHECKED: ${3:-$1}, since $image can be had nowhere here"; return 1; }
}

# The proxies whose images are here.
proxies() {
  ! has_image reverse-proxy.caddy.yml caddy || echo caddy
  ! has_image reverse-proxy.nginx.yml nginx || echo nginx
  ! has_image reverse-proxy.traefik.yml traefik || echo traefik
}

# with_front COMMAND...: with the proxy $proxy and the overlays in the array $beside
beside=()
with_front() {
  local files=() overlay
  for overlay in "${beside[@]}"; do files+=(-f "$overlay.yml"); done
  # Of the test's own overlay only what belongs to this proxy.
  docker compose -f compose.yaml -f stack-test.yml -f "reverse-proxy.$proxy.yml" -f "front-$proxy.yml" "${files[@]}" "$@"
}

# front_up SERVICE...: the proxy, with these besides; any other proxy goes, since they share an address
front_up() {
  local other
  for other in caddy nginx traefik; do
    [ "$other" = "$proxy" ] || docker rm --force "$COMPOSE_PROJECT_NAME-$other-1" >/dev/null 2>&1 || true
  done
  sed "s/^  PROXY:/  $proxy:/" front-test.yml >"front-$proxy.yml"
  if [ "$proxy" = nginx ]; then
    printf '  certificates:\n    environment: {LEGO_CA_CERTIFICATES: /acme/pebble.crt, RETRY_SECONDS: 2, RENEW_SECONDS: 2, RENEW_DAYS: "${RENEW_DAYS:-30}"}\n    volumes: ["../acme:/acme:ro"]\n    depends_on: {pebble: {condition: service_started}}\n' \
      >>front-nginx.yml
    set -- certificates "$@"
  fi
  with_front up --detach --wait --wait-timeout 120 pebble "$proxy" "$@"
}

front_down() {
  docker rm --force "$COMPOSE_PROJECT_NAME-$proxy-1" "$COMPOSE_PROJECT_NAME-certificates-1" >/dev/null 2>&1 || true
}

# The authority makes its root anew at every start.
root() { with_front exec -T pebble wget -q --no-check-certificate -O - https://127.0.0.1:15000/roots/0 >"$work/root.crt" && [ -s "$work/root.crt" ]; }
at=127.0.0.1
through() { # NAME PATH CURL-OPTIONS...
  "${from[@]}" curl -sS -m 60 --cacert "$work/root.crt" --connect-to "$1:443:$at:18443" "https://$1$2" "${@:3}"
}
# Where requests come from: this machine, or "ip netns exec ...".
from=()
code() { through "$1" "$2" -o /dev/null -w '%{http_code}' "${@:3}"; }
answers_with() { [ "$(code "$2" "$3" "${@:4}" | tee /dev/stderr)" = "$1" ]; } # CODE NAME PATH CURL-OPTIONS...

# What must hold of each proxy, in front of the core.
front_checks() {
  local chat='{"model": "openai/gpt-oss-20b", "messages": [{"role": "user", "content": "Bonjour"}]}'
  key
  asked=(-H "Authorization: Bearer $KEY" -H 'Content-Type: application/json')
  check "$proxy: certificates of the authority that was asked" until_true 60 answers_with 200 ai.ruche.test /
  check "$proxy: the other site as well" until_true 60 answers_with 200 documents.ruche.test /
  chats() { through ai.ruche.test /v1/chat/completions "${asked[@]}" -d "$chat" | tee /dev/stderr | grep -q '"choices"'; }
  check "$proxy: a chat with TLS" chats
  streams() {
    compose exec -T simulator bash -c 'exec 3<>/dev/tcp/127.0.0.1/8080
      printf "POST /control/next HTTP/1.1\r\nHost: simulator\r\nConnection: close\r\nContent-Length: 21\r\n\r\n[\"tokens=20,gap=100\"]" >&3; cat <&3'
    through ai.ruche.test /v1/chat/completions -N "${asked[@]}" -d "${chat%\}}, \"stream\": true}" -o "$work/stream" -w '%{time_starttransfer} %{time_total}\n' >"$work/times"
    cat "$work/times"
    grep -q '^data: \[DONE\]' "$work/stream" && awk '{ exit !($2 - $1 > 1.0) }' "$work/times"
  }
  check "$proxy: a streamed chat, whose pieces come as they are made" streams
  has_headers() { # NAME PATH
    through "$1" "$2" -o /dev/null -D "$work/headers"
    cat "$work/headers"
    grep -qi '^strict-transport-security: max-age=63072000' "$work/headers" && grep -qi '^x-frame-options: DENY' "$work/headers" &&
      grep -qi '^x-content-type-options: nosniff' "$work/headers" &&
      [ "$(grep -ci '^content-security-policy: ' "$work/headers")" -eq 1 ] && [ "$(grep -ci '^x-frame-options: ' "$work/headers")" -eq 1 ] &&
      ! grep -qi -e '^server: Traefik' -e '^server: nginx/' -e '^server: Caddy' "$work/headers"
  }
  check "$proxy: security headers on a page" has_headers ai.ruche.test /
  check "$proxy: the page's own policy stays" grep -qi "^content-security-policy: .*script-src 'self'" "$work/headers"
  check "$proxy: security headers on an answer of the API" has_headers ai.ruche.test /v1/models
  to_https() { curl -sS -m 10 -o /dev/null -w '%{http_code} %{redirect_url}' -H 'Host: ai.ruche.test' http://127.0.0.1:18080/ | tee /dev/stderr | grep -q '^30[18] https://ai.ruche.test/'; }
  check "$proxy: plain HTTP goes to HTTPS" to_https
  refused "$proxy: TLS for a name that there is not" through nothing.ruche.test / -o /dev/null
  refused "$proxy: TLS 1.1 is not spoken" through ai.ruche.test / -o /dev/null --tls-max 1.1
  check "$proxy: it is not root, and its root is read-only" with_front exec -T "$proxy" sh -c '[ "$(id -u)" -ne 0 ] && ! touch /here'
  check "$proxy: no capability, nothing may be gained" with_front exec -T "$proxy" sh -c \
    'grep -q "^CapEff:.*0000000000000000$" /proc/1/status && grep -q "^NoNewPrivs:.*1$" /proc/1/status'
  public_ports() {
    (unset HTTP_PORT HTTPS_PORT && with_front config --format json) | python3 -c '
import json, sys
ports = [p for s in json.load(sys.stdin)["services"].values() for p in s.get("ports", []) if p.get("host_ip") != "127.0.0.1"]
found = sorted({(str(p["published"]), p["protocol"]) for p in ports} - {("443", "udp")})
print(found)
sys.exit(found != [("443", "tcp"), ("80", "tcp")])'
  }
  check "$proxy: only 80 and 443 are public" public_ports
}

# limits: too many requests of one address at once
rate_checks() {
  limited() {
    through ai.ruche.test "/?[1-600]" --parallel --parallel-max 60 --max-time 60 -o /dev/null -w '%{http_code}\n' 2>/dev/null | sort | uniq -c | tee /dev/stderr | grep -q ' 429$'
  }
  check "$proxy: too many requests of one address are answered 429" limited
  check "$proxy: and it is served again soon after" until_true 20 answers_with 200 ai.ruche.test /
}

# The broker's TLS port, public, with a certificate of the authority. 127.0.0.2 is as good as 0.0.0.0 here, and nobody's.
mqtt_checks() {
  export MQTT_TLS_ADDRESS=127.0.0.2
  rm -f "$work"/configs/mqtt/certs/server/server.*
  # It starts anew when its first certificate comes, which Compose may take for a failure.
  front_up mosquitto >/dev/null 2>&1 || true
  broker_is_healthy() { [ "$(docker inspect --format '{{.State.Health.Status}}' "$(compose ps --quiet mosquitto)")" = healthy ]; }
  check "$proxy: the broker comes up with its TLS port public" until_true 120 broker_is_healthy
  has_certificate() {
    openssl s_client -connect 127.0.0.2:"$MQTT_TLS_PORT" -servername mqtt.ruche.test -verify_return_error -verify_hostname mqtt.ruche.test \
      -CAfile "$work/root.crt" </dev/null
  }
  check "$proxy: the broker has a certificate for mqtt.ruche.test" until_true 90 has_certificate
  key
  over_public_mqtt() {
    mosquitto_rr -V mqttv311 -u "local.tour" -P "$KEY" -q 1 -W 20 -h 127.0.0.2 -p "$MQTT_TLS_PORT" --cafile "$work/root.crt" --insecure \
      -t "ruche/local/cmd/tour/ai-proxy/chat" -e "ruche/local/receipt/tour/public-$proxy" \
      -m "{\"prompt\": \"Bonjour\", \"ruche\": {\"id\": \"public-$proxy\"}}" | grep -q "public-$proxy"
  }
  check "$proxy: a command over it, with its receipt" until_true 60 over_public_mqtt
  export MQTT_TLS_ADDRESS=127.0.0.1
}
