#!/bin/sh
# Starts oauth2-proxy, which says of each request that a reverse proxy asks about who it is from, and lets people sign in.
set -eu
missing=
for name in OIDC_ISSUER_URL OIDC_CLIENT_ID; do
  eval "[ -n \"\${$name:-}\" ]" || missing="$missing $name"
done
# An issuer such as Google's knows everybody.
[ -n "${OIDC_EMAIL_DOMAINS:-}${OIDC_GROUPS:-}" ] || missing="$missing OIDC_EMAIL_DOMAINS or OIDC_GROUPS"
[ -z "$missing" ] || { echo "missing in compose/.env:$missing" >&2 && exit 1; }

# No "*" of these is a file.
set -f
set --
for domain in $(printf '%s' "${OIDC_EMAIL_DOMAINS:-*}" | tr ',' ' '); do set -- "$@" "--email-domain=$domain"; done
for group in $(printf '%s' "${OIDC_GROUPS:-}" | tr ',' ' '); do set -- "$@" "--allowed-group=$group"; done

OAUTH2_PROXY_COOKIE_SECRET=$(cat /run/secrets/identity-cookie-secret)
export OAUTH2_PROXY_COOKIE_SECRET
# The cookie belongs to one name alone (__Host-), so that no other site below the domain gets it.
exec oauth2-proxy \
  --http-address=0.0.0.0:4180 --reverse-proxy=true --real-client-ip-header=X-Forwarded-For \
  --provider=oidc --oidc-issuer-url="$OIDC_ISSUER_URL" --client-id="$OIDC_CLIENT_ID" \
  --client-secret-file=/run/secrets/identity-client-secret --scope="$OIDC_SCOPES" \
  --code-challenge-method=S256 --insecure-oidc-skip-nonce=false \
  --cookie-name=__Host-ruche --cookie-secure=true --cookie-httponly=true --cookie-samesite=lax \
  --cookie-expire=12h --cookie-refresh=0 --session-cookie-minimal=true \
  --upstream=static://202 --skip-provider-button=true --pass-user-headers=false --pass-basic-auth=false \
  --silence-ping-logging=true --request-logging=false "$@"
