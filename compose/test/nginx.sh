# shellcheck shell=bash disable=SC2154 # what run.sh sets
# Sourced by run.sh: nginx in front, with certificates that lego asked of an authority.
# shellcheck source=front.sh
. "$here/front.sh"
echo "reverse proxy: nginx"
proxy=nginx
beside=()
if has_image reverse-proxy.nginx.yml nginx; then
  check "nginx comes up beside the core" front_up
  check "the authority tells its root" until_true 20 root
  front_checks
  rate_checks
  mqtt_checks
  serial() { openssl s_client -connect 127.0.0.1:18443 -servername ai.ruche.test </dev/null 2>/dev/null | openssl x509 -noout -serial; }
  before=$(serial)
  RENEW_DAYS=36500 front_up >/dev/null 2>&1
  is_renewed() { local now; now=$(serial) && [ -n "$now" ] && [ "$now" != "$before" ]; }
  check "a certificate is renewed, and nginx takes it over" until_true 60 is_renewed
  front_down
fi
