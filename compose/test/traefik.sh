# shellcheck shell=bash disable=SC2154 # what run.sh sets
# Sourced by run.sh: Traefik in front, with certificates that it asked of an authority.
# shellcheck source=front.sh
. "$here/front.sh"
echo "reverse proxy: Traefik"
proxy=traefik
beside=()
if has_image reverse-proxy.traefik.yml traefik; then
  check "Traefik comes up beside the core" front_up
  check "the authority tells its root" until_true 20 root
  front_checks
  rate_checks
  mqtt_checks
  front_down
fi
