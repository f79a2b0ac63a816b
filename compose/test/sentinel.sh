#!/usr/bin/env bash
# Whether one address follows the primary of Redis through a failover, by configs/haproxy/redis.cfg: three Redis with
# accounts, three Sentinels and HAProxy on this machine's loopback; the primary is killed with -9 amid writes.
#   compose/test/sentinel.sh        needs redis-server and haproxy
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=checks.sh
. "$here/checks.sh"
for program in redis-server redis-cli haproxy; do
  command -v "$program" >/dev/null || { echo "!! NOT TESTED: there is no $program" >&2; exit "${RUCHE_SENTINEL_TEST:+1}"; }
done
work=$(mktemp -d "${TMPDIR:-/tmp}/ruche-sentinel-XXXXXX")
processes=()
finish() {
  kill -KILL "${processes[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
ports=(26479 26480 26481)
watchers=(26579 26580 26581)
front=26679

for i in 0 1 2; do
  mkdir "$work/$i"
  # As configs/redis/bus.*, with what a replica and Sentinel need.
  cat >"$work/$i/redis.conf" <<END
port ${ports[i]}
bind 127.0.0.1
dir $work/$i
appendonly yes
appendfsync always
save ""
maxmemory-policy noeviction
masteruser replica
masterauth replica
min-replicas-to-write 1
min-replicas-max-lag 5
user default off resetpass ~* &* +@all
user ai-proxy on >service ~* &* +@all -@admin -@dangerous +info +config|get
user monitor on >monitor resetchannels -@all +info +ping
user replica on >replica resetchannels -@all +psync +replconf +ping
user sentinel on >sentinel allchannels ~* -@all +multi +slaveof +ping +exec +subscribe +config|rewrite +role +publish +info +client|setname +client|kill +script|kill
END
  [ "$i" = 0 ] || echo "replicaof 127.0.0.1 ${ports[0]}" >>"$work/$i/redis.conf"
  redis-server "$work/$i/redis.conf" >"$work/$i/log" 2>&1 &
  processes+=($!)
done
primary=${processes[0]}
as() { redis-cli --no-auth-warning --user ai-proxy --pass service -p "$1" -e "${@:2}"; }
until_true 20 as "${ports[0]}" ping
for i in 0 1 2; do
  cat >"$work/$i/sentinel.conf" <<END
port ${watchers[i]}
bind 127.0.0.1
dir $work/$i
sentinel monitor ruche 127.0.0.1 ${ports[0]} 2
sentinel auth-user ruche sentinel
sentinel auth-pass ruche sentinel
sentinel down-after-milliseconds ruche 2000
sentinel failover-timeout ruche 10000
END
  redis-server "$work/$i/sentinel.conf" --sentinel >"$work/$i/sentinel.log" 2>&1 &
  processes+=($!)
done
MONITOR_PASSWORD=monitor REDIS_BIND=127.0.0.1:$front REDIS_0=127.0.0.1:${ports[0]} REDIS_1=127.0.0.1:${ports[1]} \
  REDIS_2=127.0.0.1:${ports[2]} haproxy -db -f "$here/../../configs/haproxy/redis.cfg" >"$work/haproxy.log" 2>&1 &
processes+=($!)

writes() { [ "$(as $front INCR '{ruche}:n')" -gt 0 ]; }
check "a write goes through the one address" until_true 20 writes
knows() { redis-cli -p "${watchers[2]}" sentinel ckquorum ruche | grep -q '^OK 3'; }
check "the Sentinels know each other" until_true 30 knows
replicas() { [ "$(as "${ports[0]}" INFO replication | grep -c state=online)" -eq 2 ]; }
check "both replicas follow" until_true 30 replicas
before=$(as $front GET '{ruche}:n')
for _ in $(seq 200); do as $front INCR '{ruche}:n' >/dev/null; done
check "and go on being one Redis" test "$(as $front GET '{ruche}:n')" -eq $((before + 200))
# What the replicas have confirmed is what a receipt would rest on; a moment is enough on one machine.
confirmed() { [ "$(as "${ports[1]}" GET '{ruche}:n')" -eq $((before + 200)) ] && [ "$(as "${ports[2]}" GET '{ruche}:n')" -eq $((before + 200)) ]; }
check "the replicas have it" until_true 10 confirmed
kill -KILL "$primary"
killed=$(date +%s%N)
check "writes go on through the same address after the primary is killed" until_true 40 writes
note "after $((($(date +%s%N) - killed) / 1000000)) ms"
check "nothing that was confirmed is gone" test "$(as $front GET '{ruche}:n')" -gt $((before + 200))
redis-server "$work/0/redis.conf" >>"$work/0/log" 2>&1 &
processes+=($!)
follows() { as "${ports[0]}" INFO replication | grep -q role:slave; }
check "the old primary comes back as a replica" until_true 40 follows
check "and gets no writes" writes
summary
