# shellcheck shell=bash
# Sourced by run.sh after core.sh: Prometheus, Alertmanager and the exporters, and Grafana and
# cAdvisor where their images can be had: Debian has neither.
echo "monitoring"
echo 'services:' >without.yml
for service in grafana cadvisor; do
  image=$(sed -n "s#^ *image: \(.*$service:[^\$]*\).*#\1#p" monitoring.yml)
  if ! docker image inspect "$image" >/dev/null 2>&1 && ! timeout 60 docker pull --quiet "$image" >/dev/null 2>&1; then
    loudly "NOT CHECKED: $service, since $image can be had nowhere here"
    printf '  %s:\n    profiles: [not-here]\n' "$service" >>without.yml
  fi
done
[ "$(wc -l <without.yml)" -gt 1 ] || echo 'services: {}' >without.yml
with_monitoring() { docker compose -f compose.yaml -f stack-test.yml -f monitoring.yml -f without.yml "$@"; }
check "monitoring comes up beside the core" with_monitoring up --detach --wait --wait-timeout 240
asks() { with_monitoring exec -T prometheus curl -fsS --get "http://127.0.0.1:9090/api/v1/query" --data-urlencode "query=$1"; }
counts() { [ "$(asks "$1" | tee /dev/stderr | sed -n 's/.*"value":\[[^,]*,"\([0-9.]*\)".*/\1/p')" = "$2" ]; }
check "both services are scraped" until_true 90 counts 'count(up{job="ruche"} == 1)' 2
check "both Redis tell, with an account of their own" until_true 90 counts 'count(redis_up == 1)' 2
check "PostgreSQL tells, with an account of its own" until_true 90 counts 'pg_up' 1
check "the broker tells, with an account that was added to it" until_true 90 counts 'count(mosquitto_publish_messages_dropped >= 0)' 1
check "the machine tells" until_true 90 counts 'count(node_memory_MemTotal_bytes)' 1
check "the rules are loaded" until_true 30 counts 'count(prometheus_rule_group_rules) >= bool 2' 1
check "Alertmanager is known" until_true 60 counts 'prometheus_notifications_alertmanagers_discovered' 1
check "no exporter is root" bash -c 'for c in $1; do [ "$(docker exec "$c" id -u)" -ne 0 ] || exit 1; done' _ \
  "$(with_monitoring ps --quiet prometheus alertmanager node-exporter redis-bus-exporter redis-hot-exporter postgres-exporter)"
docker stats --no-stream --format '      {{.Name}} {{.MemUsage}}' | grep -e prometheus -e alertmanager -e exporter || true
