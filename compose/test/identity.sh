# shellcheck shell=bash disable=SC2154 # what run.sh sets
# Sourced by run.sh: what is behind an identity is reached by nobody without one, whichever proxy is in front.
# shellcheck source=front.sh
. "$here/front.sh"
echo "identity"
export PROTECTED_SITES=n8n,grafana,traefik OPEN_PATHS=webhooks,dashboards
password=$(cat secrets/identity-password)
says() { through "$2" "$3" "${@:4}" | tee /dev/stderr | grep -q "$1"; } # TEXT NAME PATH
silent() { ! through "$2" "$3" "${@:4}" | tee /dev/stderr | grep -q "$1"; }

for proxy in $(proxies); do
  beside=(identity)
  unset COMPOSE_PROFILES
  check "$proxy comes up, with the tools and without an identity proxy" front_up tool
  check "$proxy: the authority tells its root" until_true 20 root
  closed() { local now; now=$(code n8n.ruche.test / | tee /dev/stderr) && [[ $now = 50[0-4] ]]; }
  check "$proxy: without an identity proxy a protected site is closed" until_true 60 closed

  export COMPOSE_PROFILES=basic
  check "$proxy: the small identity proxy comes up" front_up tool identity-basic
  check "$proxy: n8n without an account" until_true 60 answers_with 401 n8n.ruche.test /
  check "$proxy: and nothing of it is told" silent '"path"' n8n.ruche.test /rest/login
  check "$proxy: a browser is asked for one" bash -c "$(declare -f through); from=(); at=$at; work=$work
    through n8n.ruche.test / -o /dev/null -D - | grep -qi '^www-authenticate: Basic'"
  check "$proxy: a wrong password" answers_with 401 n8n.ruche.test / -u admin:wrong
  check "$proxy: the right one" answers_with 200 n8n.ruche.test /deep/path?a=b -u "admin:$password"
  check "$proxy: the tool is asked for what was asked" says '"path": "/deep/path?a=b"' n8n.ruche.test '/deep/path?a=b' -u "admin:$password"
  check "$proxy: and does not see the password" silent '"authorization"' n8n.ruche.test / -u "admin:$password"
  check "$proxy: a body goes through" answers_with 200 n8n.ruche.test /rest/x -u "admin:$password" -d '{"a": 1}'
  check "$proxy: nor is a body let through without" answers_with 401 n8n.ruche.test /rest/x -d '{"a": 1}'
  check "$proxy: Grafana without an account" answers_with 401 grafana.ruche.test /api/dashboards/home
  check "$proxy: a path that only looks open" answers_with 401 n8n.ruche.test /webhook/../rest/login --path-as-is
  check "$proxy: nor when it is written otherwise" answers_with 401 n8n.ruche.test /webhook/%2e%2e/rest/login --path-as-is
  check "$proxy: webhooks are open, as asked" says '"path": "/webhook/orders"' n8n.ruche.test /webhook/orders -d '{}'
  check "$proxy: shared dashboards are open, as asked" says '"path": "/public-dashboards/abc"' grafana.ruche.test /public-dashboards/abc
  if [ "$proxy" = traefik ]; then
    check "traefik: its dashboard without an account" answers_with 401 traefik.ruche.test /dashboard/
    check "traefik: its dashboard with one" answers_with 200 traefik.ruche.test /api/version -u "admin:$password"
  fi
  docker rm --force "$COMPOSE_PROJECT_NAME-identity-basic-1" >/dev/null 2>&1

  if has_image identity.yml quay.io/oauth2-proxy/oauth2-proxy "OpenID Connect with $proxy"; then
    export COMPOSE_PROFILES=oidc OIDC_ISSUER_URL=http://provider:8080 OIDC_CLIENT_ID=ruche OIDC_EMAIL_DOMAINS=ruche.test
    check "$proxy: the provider comes up" front_up tool provider
    check "$proxy: oauth2-proxy comes up" front_up identity-oidc
    sends_away() { through n8n.ruche.test /deep -o /dev/null -w '%{http_code} %{redirect_url}\n' | tee /dev/stderr | grep -q '^302 http://provider:8080/authorize?.*redirect_uri=https%3A%2F%2Fn8n.ruche.test%2Foauth2%2Fcallback'; }
    check "$proxy: who is not known is sent to the provider" until_true 30 sends_away
    check "$proxy: and told nothing" silent '"path"' n8n.ruche.test /deep
    signs_in() { # NAME
      rm -f "$work/jar"
      through "$1" /deep -L --cookie "$work/jar" --cookie-jar "$work/jar" --connect-to provider:8080:127.0.0.1:18090 | tee /dev/stderr | grep -q '"path": "/deep"'
    }
    check "$proxy: who signed in gets where they wanted to" signs_in n8n.ruche.test
    check "$proxy: the session is a cookie of this name alone" bash -c "grep -q '__Host-ruche' '$work/jar' && ! grep __Host-ruche '$work/jar' | grep -q '^#HttpOnly_\.'"
    check "$proxy: with the cookie the next request is let through" answers_with 200 n8n.ruche.test /next --cookie "$work/jar"
    forged() { answers_with 302 n8n.ruche.test / -H 'Cookie: __Host-ruche=forged'; }
    check "$proxy: a forged cookie is none" forged
    check "$proxy: a program is told 401, not sent away" answers_with 401 n8n.ruche.test /rest/x -H 'Accept: application/json'
    docker rm --force "$COMPOSE_PROJECT_NAME-identity-oidc-1" >/dev/null 2>&1
    export OIDC_EMAIL_DOMAINS=elsewhere.test
    front_up identity-oidc >/dev/null 2>&1
    refused "$proxy: somebody of another domain does not get in" signs_in n8n.ruche.test
    docker rm --force "$COMPOSE_PROJECT_NAME-identity-oidc-1" >/dev/null 2>&1
  fi
  front_down
done
docker rm --force "$COMPOSE_PROJECT_NAME-tool-1" "$COMPOSE_PROJECT_NAME-provider-1" >/dev/null 2>&1 || true
unset COMPOSE_PROFILES
export PROTECTED_SITES='' OPEN_PATHS=''
