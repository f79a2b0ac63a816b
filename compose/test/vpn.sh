# shellcheck shell=bash disable=SC2154 # what run.sh sets
# Sourced by run.sh: a client of the VPN reaches ingress_net and the broker, and nothing else.
echo "vpn"
export VPN_ENDPOINT=10.231.9.1 VPN_PORT=51821
vpn_image=ruche/vpn:$RUCHE_VERSION
userspace=()
cat >vpn-test.yml <<'END'
services: {}
END
if ip link add ruche-wg type wireguard 2>/dev/null; then
  ip link del ruche-wg
else
  note "this kernel has no WireGuard: both ends run wireguard-go"
  userspace=(--device /dev/net/tun)
  printf 'services:\n  vpn:\n    devices: [/dev/net/tun]\n' >vpn-test.yml
fi
with_vpn() { docker compose -f compose.yaml -f stack-test.yml -f vpn.yml -f vpn-test.yml "$@"; }
if ! docker image inspect "$vpn_image" >/dev/null 2>&1; then
  docker build --network host --quiet --tag "$vpn_image" ../configs/vpn >/dev/null
fi
check "the VPN comes up" with_vpn up --detach --no-build --wait --wait-timeout 60 vpn
# The machine of a client, which has no other way to here than the VPN's port.
docker network create --subnet 10.231.9.0/24 ruche-vpn-outside >/dev/null
adds() { with_vpn exec -T vpn client add "$1" >"$work/$1.new" && grep -q '^PrivateKey = ' "$work/$1.new" && mv "$work/$1.new" "$work/$1.conf"; }
check "a client is added" adds laptop
check "and a second one" adds phone
refused "but none twice" adds laptop
machine() { # NAME: starts it, and its tunnel
  docker run --detach --rm --name "ruche-vpn-$1" --network ruche-vpn-outside --cap-drop ALL --cap-add NET_ADMIN "${userspace[@]}" \
    --sysctl net.ipv6.conf.all.disable_ipv6=1 --volume "$work/$1.conf:/client.conf:ro" --entrypoint sleep "$vpn_image" 600 >/dev/null &&
    docker exec "ruche-vpn-$1" bash -c '
      set -e
      ip link add wg0 type wireguard 2>/dev/null || { wireguard-go wg0 >/dev/null 2>&1; for i in $(seq 100); do ! wg show wg0 >/dev/null 2>&1 || break; sleep 0.1; done; }
      grep -v -e ^Address -e ^DNS -e ^MTU /client.conf >/tmp/wg.conf
      wg setconf wg0 /tmp/wg.conf
      ip addr add "$(sed -n "s/^Address = //p" /client.conf)" dev wg0
      ip link set wg0 mtu 1420 up
      # Everything, also what the configuration does not send through it: the server decides.
      for net in 172.16.0.0/12 10.231.0.0/24 10.231.7.0/24 192.168.0.0/16; do ip route add $net dev wg0; done'
}
check "a client's machine brings its tunnel up" machine laptop
check "and the second one" machine phone
reaches() { docker exec "ruche-vpn-$1" timeout 4 bash -c "exec 3<>/dev/tcp/$2/$3"; } # CLIENT ADDRESS PORT
address() { docker inspect --format "{{(index .NetworkSettings.Networks \"${COMPOSE_PROJECT_NAME}_$2\").IPAddress}}" "$COMPOSE_PROJECT_NAME-$1-1"; }
check "it reaches ai-proxy" until_true 20 reaches laptop "$(address ai-proxy ingress_net)" 8101
check "it reaches embed-service" reaches laptop "$(address embed-service ingress_net)" 8102
check "it reaches the broker" reaches laptop "$(address mosquitto ingress_net)" 1884
answers() { docker exec ruche-vpn-laptop timeout 5 bash -c 'exec 3<>/dev/tcp/$1/8101; printf "GET / HTTP/1.0\r\nHost: ai-proxy\r\n\r\n" >&3; head -n 1 <&3 | grep -q "200"' _ "$(address ai-proxy ingress_net)"; }
check "and gets an answer" answers
names() { docker exec ruche-vpn-laptop bash -c 'printf "nameserver 10.231.0.1\noptions timeout:2 attempts:1\n" >/etc/resolv.conf; timeout 8 getent hosts "$1"' _ "$1"; }
check "it finds the broker by its name" names mosquitto
refused "and nobody whose name is not for it" names redis-bus
refused "nor can it ask for names of the internet" names example.org
refused "it reaches no store by its address" reaches laptop "$(address redis-bus backbone_net)" 6379
refused "nor PostgreSQL" reaches laptop "$(address postgres backbone_net)" 5432
refused "nor the services' own listener of the broker" reaches laptop "$(address mosquitto koff_net)" 1883
refused "nor a management port" reaches laptop "$(address ai-proxy monitoring_net)" 9101
gateway=$(with_vpn exec -T vpn ip route show default | awk '{ print $3; exit }')
python3 -m http.server 18999 --bind "$gateway" >/dev/null 2>&1 &
server=$!
host_answers() { with_vpn exec -T vpn timeout 3 bash -c "exec 3<>/dev/tcp/$gateway/18999"; }
check "a port of this machine answers the container itself" until_true 10 host_answers
refused "and no client of the VPN" reaches laptop "$gateway" 18999
kill $server || true
phone=$(sed -n 's/^Address = \([0-9.]*\).*/\1/p' "$work/phone.conf")
docker exec --detach ruche-vpn-phone dnsmasq --keep-in-foreground --port=7777 --no-resolv --user=root --pid-file=
refused "clients do not reach each other" reaches laptop "$phone" 7777
refused "nor the container's own ports" reaches laptop 10.231.0.1 22
if [ "$(id -u)" -eq 0 ] && command -v ip >/dev/null; then
  ip netns add ruche-far && ip link add ruche-far0 type veth peer name eth0 netns ruche-far && ip addr add 10.231.7.1/30 dev ruche-far0 &&
    ip link set ruche-far0 up && ip -n ruche-far addr add 10.231.7.2/30 dev eth0 && ip -n ruche-far link set eth0 up && ip -n ruche-far route add default via 10.231.7.1
  ip netns exec ruche-far python3 -m http.server 8080 --bind 10.231.7.2 >/dev/null 2>&1 &
  far=$!
  far_answers() { with_vpn exec -T vpn timeout 3 bash -c 'exec 3<>/dev/tcp/10.231.7.2/8080'; }
  check "a machine of the internet answers the container itself" until_true 10 far_answers
  refused "and no client of the VPN" reaches laptop 10.231.7.2 8080
  kill $far || true
  ip netns del ruche-far
fi
removes() { with_vpn exec -T vpn client remove laptop; }
check "a client is removed" removes
refused "and reaches nothing any more" reaches laptop "$(address ai-proxy ingress_net)" 8101
check "while the other one does" until_true 20 reaches phone "$(address ai-proxy ingress_net)" 8101
restarted() { with_vpn restart --timeout 5 vpn && until_true 30 reaches phone "$(address ai-proxy ingress_net)" 8101; }
check "and does after a restart as well" restarted
docker rm --force ruche-vpn-laptop ruche-vpn-phone "$COMPOSE_PROJECT_NAME-vpn-1" >/dev/null 2>&1
docker network rm ruche-vpn-outside >/dev/null
