#!/usr/bin/env bash
# Hardens a real Debian 12 with its real packages, in namespaces of its own and on a disk that goes with them, and checks what
# host/harden.sh promises.
#   host/test/harden.sh          as root; needs debootstrap, and Debian's packages once
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
host=$(cd "$here/.." && pwd)
CACHE=${RUCHE_STACK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ruche-stack}
# shellcheck source=../../compose/test/checks.sh
. "$host/../compose/test/checks.sh"

not_here() {
  printf '\n!! THE HARDENING WAS NOT TESTED: %s\n\n' "$*" >&2
  [ "${RUCHE_STACK_TEST:-}" = required ] && exit 1
  exit 0
}

base=$CACHE/host
if [ "${1:-}" != inside ]; then
  [ "$(id -u)" -eq 0 ] || not_here "only root can"
  command -v debootstrap >/dev/null || not_here "there is no debootstrap"
  unshare --net --mount true 2>/dev/null || not_here "this kernel gives no namespaces here"
  if [ ! -e "$base/complete" ]; then
    echo "making a Debian 12" >&2
    mkdir -p "$CACHE"
    rm -rf "$base"
    debootstrap --variant=minbase --include=ca-certificates,openssh-server,openssh-client,iproute2,procps,sudo,python3 \
      bookworm "$base" >"$CACHE/host.log" 2>&1 || not_here "debootstrap failed: $(tail -n 1 "$CACHE/host.log")"
    printf '#!/bin/sh\nexit 101\n' >"$base/usr/sbin/policy-rc.d"
    chmod 755 "$base/usr/sbin/policy-rc.d"
    printf 'deb http://deb.debian.org/debian bookworm main\ndeb http://security.debian.org/debian-security bookworm-security main\n' \
      >"$base/etc/apt/sources.list"
    chroot "$base" sh -c 'apt-get update -q && apt-get install -q -y --download-only --no-install-recommends \
      ufw fail2ban python3-systemd unattended-upgrades systemd-timesyncd' >>"$CACHE/host.log" 2>&1 ||
      not_here "Debian's packages cannot be reached: $(tail -n 1 "$CACHE/host.log")"
    touch "$base/complete"
  fi
  exec unshare --net --mount --pid --uts --ipc --fork --propagation private "$0" inside
fi

# --- the server, and an outside ----------------------------------------------------------------

mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/server
server=/mnt/server
mount -t overlay overlay -o "lowerdir=$base,upperdir=/mnt/upper,workdir=/mnt/work" "$server"
mount -t proc proc "$server/proc"
mount --rbind /dev "$server/dev"
mount -t tmpfs tmpfs "$server/run"
mount -t tmpfs tmpfs /run
mkdir -p "$server/run/sshd" "$server/opt/host"
mount --bind "$host" "$server/opt/host"
# The kernel is everybody's, the network is not.
mount --bind "$server/proc/sys" "$server/proc/sys"
mount -o remount,bind,ro "$server/proc/sys"
mount -t proc proc /proc
mount --bind /proc/sys/net "$server/proc/sys/net"
hostname ruche-server
ip link set lo up
for other in outside container; do
  ip netns add $other
  ip -n $other link set lo up
done
ip link add out0 type veth peer name eth0 netns outside
ip addr add 198.51.100.1/24 dev out0 && ip link set out0 up
ip -n outside addr add 198.51.100.2/24 dev eth0 && ip -n outside link set eth0 up && ip -n outside route add default via 198.51.100.1
ip link add br-ruche type bridge && ip addr add 172.30.0.1/24 dev br-ruche && ip link set br-ruche up
ip link add veth0 type veth peer name eth0 netns container && ip link set veth0 master br-ruche up
ip -n container addr add 172.30.0.2/24 dev eth0 && ip -n container link set eth0 up && ip -n container route add default via 172.30.0.1
echo 1 >/proc/sys/net/ipv4/ip_forward

on() { chroot "$server" "$@"; }
harden() { on bash /opt/host/harden.sh "$@"; }
listen() { # NAMESPACE PORT
  ip netns exec "$1" python3 -c '
import socket, sys
s = socket.create_server(("", int(sys.argv[1])))
while True: s.accept()[0].close()' "$2" &
}
reaches() { ip netns exec outside timeout 2 bash -c "exec 3<>/dev/tcp/198.51.100.1/$1"; }
digest() { (cd "$server" && find etc var/lib -path var/lib/apt -prune -o -type f -printf '%p %m %s %T@\n' -exec sha256sum {} + | sort | sha256sum); }
report() { harden --check --json 2>/dev/null || true; }
with_state() { report | python3 -c '
import json, sys
print(" ".join(sorted({i["id"] + (":" + i["where"] if i["id"] == "kernel.setting" else "") for i in json.load(sys.stdin)["items"] if i["state"] == sys.argv[1]})))' "$1"; }
is() { [ "$1" = "$2" ] || { printf 'is     %s\nwanted %s\n' "$1" "$2" && false; }; }
ends_with() { # CODE COMMAND...
  local code=0
  "${@:2}" || code=$?
  is "$code" "$1"
}

# --- before ------------------------------------------------------------------------------------

echo "before"
fresh=$(digest)
check "an audit of a fresh server says 1" ends_with 1 harden --check
# Of the kernel's settings those that are not so here, by whether this namespace may set them.
settings() { # net|others
  local name value
  sed -n "/^sysctls=/,/'$/p" "$host/harden/system.sh" | tr -d "'" | sed 's/^sysctls=//' | while read -r name _ value; do
    case $1/$name in net/net.* | others/[!n]*) ;; *) continue ;; esac
    is=$(cat "/proc/sys/${name//.//}")
    [ "$is" = "$value" ] || { [ "$name" = kernel.kptr_restrict ] && [ "$is" = 2 ]; } || echo "kernel.setting:$name"
  done
}
sorted() { printf '%s\n' "$@" | sort | paste -sd' '; }
# shellcheck disable=SC2046 # several words
check "it finds what is open" is "$(with_state open)" "$(sorted clock.program fail2ban.absent firewall.absent kernel.kept $(settings net) \
  ssh.keys ssh.passwordauthentication ssh.x11forwarding updates.settings)"
check "it changes nothing" is "$(digest)" "$fresh"
check "who has no key is not locked out, but refused" ends_with 2 harden
refusal=$(harden 2>&1 || true)
check "with an explanation" grep -q 'nothing was changed.*ssh-copy-id' <<<"$refusal"
check "and nothing was changed" is "$(digest)" "$fresh"
ssh-keygen -q -t ed25519 -N '' -f /mnt/key
on useradd --create-home --shell /bin/bash --groups sudo ada
for home in root home/ada; do mkdir -p "$server/$home/.ssh" && chmod 700 "$server/$home/.ssh"; done
cp /mnt/key.pub "$server/root/.ssh/authorized_keys"
chmod 666 "$server/root/.ssh/authorized_keys"
check "a key in a file that everybody may write counts for nothing, as for sshd" ends_with 2 harden
chmod 600 "$server/root/.ssh/authorized_keys"
came_as_ada() { on env SSH_CONNECTION='198.51.100.2 1 198.51.100.1 22' SUDO_USER=ada bash /opt/host/harden.sh; }
check "who came without a key is refused, though another one has a key" ends_with 2 came_as_ada
check "only root may" ends_with 2 on su nobody -s /bin/bash -c 'bash /opt/host/harden.sh --check'
check "a wrong option is told" ends_with 2 harden --allow 99999x

# --- hardened ----------------------------------------------------------------------------------

echo "hardened"
check "it hardens with the key" ends_with 0 harden
check "nothing is open any more" is "$(with_state open)" ""
# What belongs to the kernel of the machine around it, and what only systemd tells.
# shellcheck disable=SC2046 # several words
check "unknown is only what a container cannot have" is "$(with_state unknown)" \
  "$(sorted fail2ban.runs updates.timer clock.program $(settings others))"
once=$(digest)
again=$(harden 2>&1 || true)
check "a second run changes nothing, and says so" grep -q '^0 changes$' <<<"$again"
check "by the files as well" is "$(digest)" "$once"

# --- what it is for ----------------------------------------------------------------------------

echo "traffic"
on /usr/sbin/sshd
listen outside 1 2>/dev/null
python3 -c '
import socket
s = socket.create_server(("", 9999))
while True: s.accept()[0].close()' &
listen container 443
listen container 6379
iptables -N DOCKER-USER 2>/dev/null || true
iptables -I FORWARD -j DOCKER-USER
# What Docker does for "ports: [443:443, 6379:6379]".
for port in 443 6379; do
  iptables -t nat -A PREROUTING -i out0 -p tcp --dport $port -j DNAT --to-destination 172.30.0.2:$port
  iptables -A FORWARD -o br-ruche -p tcp --dport $port -j ACCEPT
done
iptables -I FORWARD 2 -i br-ruche -j ACCEPT
iptables -I FORWARD 2 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
check "SSH is reached from outside" until_true 10 reaches 22
refused "a program that listens by chance is not" reaches 9999
check "a port that Docker publishes and that is wanted is reached" until_true 10 reaches 443
refused "one that is not wanted is not, though Docker publishes it" reaches 6379
iptables -I DOCKER-USER -j RETURN
check "and it would be, without that chain" until_true 10 reaches 6379
iptables -D DOCKER-USER 1
check "containers get out" ip netns exec container timeout 2 bash -c 'exec 3<>/dev/tcp/198.51.100.2/1'
on ufw reload >/dev/null
check "a reload of UFW leaves one set of rules" is "$(on iptables -S DOCKER-USER | grep -c DROP)" 3
refused "and holds" reaches 6379
ssh_as() { ssh -i /mnt/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "$@" root@127.0.0.1 true; }
check "root comes in with the key" ssh_as -o BatchMode=yes
methods() { grep -F '(publickey)' <<<"$(ssh_as -o PreferredAuthentications=none 2>&1 || true)"; }
check "and nobody is offered a password" methods
check "Fail2ban takes its settings" on fail2ban-client -t

# --- drift -------------------------------------------------------------------------------------

echo "drift"
check "an option opens a port" ends_with 0 harden --mqtt-tls
check "which is remembered" is "$(on ufw show added | grep -c '^ufw allow 8883/tcp$') $(with_state open)" "1 "
check "in Docker's chain too" grep -q 'ctorigdstport 8883' <<<"$(on iptables -S DOCKER-USER)"
on ufw allow 5432/tcp >/dev/null
check "a port that somebody opened is told" is "$(with_state advice)" "firewall.extra"
printf 'PasswordAuthentication yes\n' >"$server/etc/ssh/sshd_config.d/00-cloud.conf"
check "a file that allows passwords before ours is found" is "$(with_state open)" ssh.passwordauthentication
rm "$server/etc/ssh/sshd_config.d/00-cloud.conf"
printf 'Match User ada\n  PasswordAuthentication yes\n' >"$server/etc/ssh/sshd_config.d/10-ada.conf"
check "and one that does for a single user" is "$(with_state open)" ssh.passwordauthentication
rm "$server/etc/ssh/sshd_config.d/10-ada.conf"
on ufw disable >/dev/null
check "UFW that was put off is found" grep -q firewall.active <<<"$(with_state open)"
check "and put on again" ends_with 0 harden
on passwd --delete ada >/dev/null
check "an account without a password is found" is "$(with_state open)" accounts.empty
summary
