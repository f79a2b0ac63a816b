#!/bin/bash
# Brings WireGuard up and lets its clients reach INGRESS_SUBNET alone: not this machine, not each other, not the internet.
set -euo pipefail
umask 077
mkdir -p /data/clients

[ -s /data/server.key ] || { wg genkey >/data/server.new && mv /data/server.new /data/server.key; }

# The rules before the tunnel, so that there is no moment without them.
iptables -P FORWARD DROP
iptables -F FORWARD
iptables -F INPUT
gateway=$(ip route show default | awk '{ print $3; exit }')
own=$(ip route get "${gateway:-192.0.2.1}" | sed -n 's/.* src \([0-9.]*\).*/\1/p')
iptables -A FORWARD -o wg0 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
# The engine's end of the network is this machine with all its ports.
for address in $gateway "$own" "${INGRESS_SUBNET%.*}.1" "${INGRESS_SUBNET%.*}.255"; do
  iptables -A FORWARD -i wg0 -d "$address" -j DROP
done
iptables -A FORWARD -i wg0 ! -o wg0 -d "$INGRESS_SUBNET" -j ACCEPT
iptables -A FORWARD -j DROP
# Of the container itself clients reach the names alone.
iptables -A INPUT -i wg0 -p udp --dport 53 -j ACCEPT
iptables -A INPUT -i wg0 -p tcp --dport 53 -j ACCEPT
iptables -A INPUT -i wg0 -j DROP
# The others on the network answer to this container; they have no way to the clients' addresses.
iptables -t nat -A POSTROUTING -s "$VPN_SUBNET" ! -o wg0 -j MASQUERADE # beside the engine's own, for names

if ! ip link add wg0 type wireguard 2>/dev/null; then
  [ -c /dev/net/tun ] || { echo "this kernel has no WireGuard, and wireguard-go needs the device /dev/net/tun" >&2 && exit 1; }
  echo "this kernel has no WireGuard: wireguard-go does it, more slowly" >&2
  WG_PROCESS_FOREGROUND=1 wireguard-go wg0 &
  for _ in $(seq 50); do [ ! -S /var/run/wireguard/wg0.sock ] || break; sleep 0.1; done
fi
wg set wg0 listen-port 51820 private-key /data/server.key
ip addr add "${VPN_SUBNET%.*}.1/${VPN_SUBNET#*/}" dev wg0
ip link set wg0 mtu 1420 up
for peer in /data/clients/*.peer; do
  [ ! -s "$peer" ] || wg addconf wg0 "$peer"
done

# Only these names, so that nothing can be asked of the internet this way either.
servers=()
for name in $VPN_NAMES; do servers+=("--server=/$name/127.0.0.11"); done
[ -z "${PUBLIC_DOMAIN:-}" ] || servers+=("--address=/$PUBLIC_DOMAIN/$PROXY_ADDRESS")
exec dnsmasq --keep-in-foreground --no-resolv --no-hosts --no-daemon --user=root --bind-interfaces --interface=wg0 \
  --except-interface=lo --pid-file= --cache-size=200 --dns-forward-max=100 "${servers[@]}"
