#!/bin/sh
# Gets a certificate for each site of nginx with lego and renews it; nginx takes it over by itself.
# With ACME_DNS, one for all names below PUBLIC_DOMAIN instead.
set -u
umask 077
# shellcheck source=../reverse-proxy/sites.sh
. /etc/ruche-proxy/sites.sh

# lego_for NAME CHALLENGE...: issues it, or renews it once it has less than RENEW_DAYS left.
lego_for() {
  name=$1
  shift
  file=/certificates/certificates/$(printf '%s' "$name" | sed 's/^\*/_/')
  if [ -s "$file.crt" ] && [ -s "$file.key" ]; then
    timeout 300 "$LEGO" "$@" --domains "$name" renew --days "${RENEW_DAYS:-30}" --no-random-sleep
  else
    timeout 300 "$LEGO" "$@" --domains "$name" run
  fi
}

LEGO=/lego
while :; do
  failed=0
  set -- --accept-tos --path /certificates --server "${ACME_DIRECTORY:-https://acme-v02.api.letsencrypt.org/directory}" \
    --email "$EMAIL_LETSENCRYPT" --key-type ec256
  if [ -n "${ACME_DNS:-}" ]; then
    lego_for "*.$PUBLIC_DOMAIN" "$@" --dns "$ACME_DNS" || failed=1
    broker=/certificates/certificates/_.$PUBLIC_DOMAIN
  else
    for site in $(every_name); do
      # One name that does not point here holds up no other.
      lego_for "$site.$PUBLIC_DOMAIN" "$@" --http --http.webroot /challenges || failed=1
    done
    broker=/certificates/certificates/mqtt.$PUBLIC_DOMAIN
  fi
  ! mqtt_is_public || hand_over "$broker.crt" "$broker.key"
  # What the health check looks for.
  if [ "$failed" = 0 ]; then touch /tmp/complete; else rm -f /tmp/complete; fi
  # Authorities bound how often one may fail in an hour.
  if [ "$failed" = 0 ]; then sleep "${RENEW_SECONDS:-43200}"; else sleep "${RETRY_SECONDS:-900}"; fi
done
