# shellcheck shell=bash disable=SC2154 # what run.sh sets
# Sourced by run.sh after core.sh: Caddy in front, with certificates of its own authority.
echo "reverse proxy"
export PUBLIC_DOMAIN=ruche.test EMAIL_LETSENCRYPT=nobody@ruche.test HTTP_PORT=127.0.0.1:18080 HTTPS_PORT=127.0.0.1:18443
mkdir -p "$work/configs/caddy/global"
printf 'local_certs\nskip_install_trust\n' >"$work/configs/caddy/global/test.caddy"
with_proxy() { docker compose -f compose.yaml -f stack-test.yml -f reverse-proxy.caddy.yml "$@"; }
check "the proxy comes up beside the core" with_proxy up --detach --wait --wait-timeout 180
authority() { with_proxy exec -T caddy cat /data/caddy/pki/authorities/local/root.crt >"$work/root.crt"; }
check "its certificates are of the authority that was made" until_true 30 authority
through() { # NAME PATH CURL-OPTIONS...
  curl -sS -m 60 --cacert "$work/root.crt" --resolve "$1:18443:127.0.0.1" "https://$1:18443$2" "${@:3}"
}
chat='{"model": "openai/gpt-oss-20b", "messages": [{"role": "user", "content": "Bonjour"}]}'
key
asked=(-H "Authorization: Bearer $KEY" -H 'Content-Type: application/json')
answers() { through ai.ruche.test /v1/chat/completions "${asked[@]}" -d "$chat" | tee /dev/stderr | grep -q '"choices"'; }
check "a chat through the proxy, with TLS" answers
streams() { through ai.ruche.test /v1/chat/completions -N "${asked[@]}" -d "${chat%\}}, \"stream\": true}" | tee /dev/stderr | grep -q '^data: \[DONE\]'; }
check "a streamed chat through the proxy" streams
opens() { [ "$(through "$1" / -o /dev/null -w '%{http_code}')" = 200 ]; }
check "the page of ai-proxy" opens ai.ruche.test
check "the page of embed-service" opens documents.ruche.test
has_headers() {
  through ai.ruche.test / -o /dev/null -D "$work/headers"
  cat "$work/headers"
  grep -qi '^strict-transport-security: max-age=63072000' "$work/headers" && grep -qi '^x-frame-options: DENY' "$work/headers" &&
    grep -qi '^x-content-type-options: nosniff' "$work/headers" && grep -qi '^content-security-policy: ' "$work/headers" &&
    [ "$(grep -ci '^content-security-policy: ' "$work/headers")" -eq 1 ] && ! grep -qi '^server:' "$work/headers"
}
check "it sets the security headers, and leaves the page its own policy" has_headers
to_https() { curl -sS -m 10 -o /dev/null -w '%{http_code} %{redirect_url}' -H 'Host: ai.ruche.test' http://127.0.0.1:18080/ | grep -q '^308 https://ai.ruche.test/'; }
check "plain HTTP goes to HTTPS" to_https
check "caddy is not root, and its root is read-only" with_proxy exec -T caddy sh -c '[ "$(id -u)" -ne 0 ] && ! touch /here'
public_ports() {
  (unset HTTP_PORT HTTPS_PORT && with_proxy config --format json) | python3 -c '
import json, sys
ports = [p for s in json.load(sys.stdin)["services"].values() for p in s.get("ports", []) if p.get("host_ip") != "127.0.0.1"]
found = sorted((str(p["published"]), p["protocol"]) for p in ports)
print(found)
sys.exit(found != [("443", "tcp"), ("443", "udp"), ("80", "tcp")])'
}
check "only 80 and 443 are public" public_ports
# The broker's certificate, which Caddy has of its own authority here.
# shellcheck source=front.sh
. "$here/front.sh"
proxy=caddy
beside=()
check "Caddy comes up with certificates of another authority" front_up
check "which tells its root" until_true 20 root
mqtt_checks
front_down
