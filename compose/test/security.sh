# shellcheck shell=bash disable=SC2154 # what run.sh sets
# Sourced by run.sh: an address that scans is blocked at the proxy, and no other one.
# shellcheck source=front.sh
. "$here/front.sh"
echo "security"
# Two machines of the internet, made of network namespaces; addresses that are not of the internet are never blocked.
internet_up() { # NAMESPACE INTERFACE OUR-ADDRESS ITS-ADDRESS
  ip netns add "$1" && ip link add "$2" type veth peer name eth0 netns "$1" &&
    ip addr add "$3/30" dev "$2" && ip link set "$2" up &&
    ip -n "$1" addr add "$4/30" dev eth0 && ip -n "$1" link set eth0 up && ip -n "$1" route add default via "$3"
}
internet_down() { for machine in ruche-scanner ruche-visitor; do ip netns del $machine 2>/dev/null || true; done; }
internet_down
if ! has_image security.yml crowdsecurity/crowdsec; then
  :
elif [ "$(id -u)" -ne 0 ] || ! command -v ip >/dev/null || ! internet_up ruche-scanner ruche-out1 203.0.113.1 203.0.113.2 ||
  ! internet_up ruche-visitor ruche-out2 203.0.113.5 203.0.113.6; then
  loudly "NOT CHECKED: security.yml, since that needs root and the command ip"
else
  as() { # WHO COMMAND...: seen from there
    local status=0
    from=(ip netns exec "ruche-$1")
    "${@:2}" || status=$?
    from=()
    return $status
  }
  # The proxy's ports where both find it.
  export HTTP_PORT=203.0.113.1:18080 HTTPS_PORT=203.0.113.1:18443
  at=203.0.113.1
  beside=(security)
  for proxy in $(proxies); do
    check "$proxy: it comes up with CrowdSec" front_up crowdsec
    check "$proxy: the authority tells its root" until_true 20 root
    check "$proxy: a visitor is served" until_true 60 as visitor answers_with 200 ai.ruche.test /
    check "$proxy: and so is who will scan" as scanner answers_with 200 ai.ruche.test /
    scans() {
      local path
      for path in .env .git/config wp-login.php phpmyadmin/ backup.sql cgi-bin/test; do
        through ai.ruche.test "/$path" -o /dev/null -w "%{http_code} $path\n" || true
      done
    }
    as scanner scans >/dev/null 2>&1 || true
    check "$proxy: who asks for secrets and holes is blocked" until_true 45 as scanner answers_with 403 ai.ruche.test /
    check "$proxy: on all names" as scanner answers_with 403 documents.ruche.test /
    check "$proxy: while others are served" as visitor answers_with 200 ai.ruche.test /
    unblocks() { with_front exec -T crowdsec cscli -c /data/config/config.yaml decisions delete --ip 203.0.113.2; }
    check "$proxy: a block can be taken back" unblocks
    check "$proxy: and then the address is served again" until_true 45 as scanner answers_with 200 ai.ruche.test /
    wrong_keys() {
      through ai.ruche.test '/v1/models?[1-60]' -o /dev/null -H 'Authorization: Bearer rk_wrong' || true
    }
    as scanner wrong_keys >/dev/null 2>&1 || true
    check "$proxy: who tries keys is blocked" until_true 45 as scanner answers_with 403 ai.ruche.test /
    unblocks >/dev/null 2>&1 || true
    # What it knew is of one proxy.
    docker rm --force "$COMPOSE_PROJECT_NAME-crowdsec-1" >/dev/null 2>&1 || true
    front_down
    docker volume rm "${COMPOSE_PROJECT_NAME}_proxy-logs" "${COMPOSE_PROJECT_NAME}_proxy-blocked" "${COMPOSE_PROJECT_NAME}_crowdsec-data" >/dev/null 2>&1 || true
  done
  silent_outside() { with_front config --format json | python3 -c '
import json, sys
stack = json.load(sys.stdin)
sys.exit(not (stack["networks"]["security_net"]["internal"] is True and list(stack["services"]["crowdsec"]["networks"]) == ["security_net"]))'; }
  check "CrowdSec has no way out unless it is asked for" silent_outside
  at=127.0.0.1
  export HTTP_PORT=127.0.0.1:18080 HTTPS_PORT=127.0.0.1:18443
fi
internet_down
