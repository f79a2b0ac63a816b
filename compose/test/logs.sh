#!/usr/bin/env bash
# Loki and Alloy with the files of compose/logs.yml, by themselves on this machine's loopback: lines as the engine writes
# them go in, and are asked for again. Needs the programs loki and alloy of those versions.
#   compose/test/logs.sh
# shellcheck disable=SC2016 # the quotes are those of LogQL
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=checks.sh
. "$here/checks.sh"
for program in loki alloy; do
  command -v "$program" >/dev/null || { echo "!! NOT TESTED: there is no $program" >&2; exit "${RUCHE_LOGS_TEST:+1}"; }
done
work=$(mktemp -d "${TMPDIR:-/tmp}/ruche-logs-XXXXXX")
processes=()
finish() {
  kill -TERM "${processes[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
port=33100

# Other places and ports, and nothing else.
sed -e "s#: /loki#: $work/loki#;s#/loki/#$work/loki/#g" \
  -e "s#http_listen_port: 3100#http_listen_address: 127.0.0.1\n  http_listen_port: $port#;s#grpc_listen_address: 127.0.0.1#&\n  grpc_listen_port: 33195#" \
  "$root/monitoring/loki/loki.yaml" >"$work/loki.yaml"
sed -e "s#/var/lib/docker/containers#$work/containers#;s#http://loki:3100#http://127.0.0.1:$port#" \
  "$root/monitoring/alloy/logs.alloy" >"$work/logs.alloy"
check "Loki takes its settings" env LOKI_RETENTION=24h loki -config.file="$root/monitoring/loki/loki.yaml" -config.expand-env=true -verify-config
check "Alloy takes its own" alloy validate "$root/monitoring/alloy/logs.alloy"

loki -config.file="$work/loki.yaml" -config.expand-env=true >"$work/loki.log" 2>&1 &
processes+=($!)
check "Loki gets ready" until_true 90 loki -health "-health.url=http://127.0.0.1:$port/ready"

# writes SERVICE CONTAINER LINE: as the engine's json-file does, with the label that common.yaml asks for
writes() {
  mkdir -p "$work/containers/$2"
  python3 - "$1" "$3" >>"$work/containers/$2/$2-json.log" <<'END'
import datetime, json, sys
now = datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")
print(json.dumps({"log": sys.argv[2] + "\n", "stream": "stderr", "attrs": {"com.docker.compose.service": sys.argv[1]}, "time": now}))
END
}
ruche=$(printf 'a%.0s' {1..64})
postgres=$(printf 'b%.0s' {1..64})
other=$(printf 'c%.0s' {1..64})
writes ai-proxy "$ruche" '{"timestamp":"2026-11-21T18:30:00.123Z","level":"WARN","logger":"io.ruche.aiproxy","message":"slow","tenant":"koff","trace_id":"4bf92f"}'
writes ai-proxy "$ruche" '{"timestamp":"2026-11-21T18:30:01.123Z","level":"INFO","logger":"io.ruche.http.access","message":"request","tenant":"azoth"}'
writes postgres "$postgres" '2026-11-21 18:30:00.123 UTC [42] ERROR:  relation "x" does not exist'
writes prometheus "$other" 'ts=2026-11-21T18:30:00Z caller=main.go level=info msg="ready"'
writes leaky "$other" 'sent rk_AbCdEf0123456789 and gsk_AbCdEf0123456789, Authorization: Bearer abc.def-ghi012, to redis://ai-proxy:hunter2hunter2@redis-bus:6379'
alloy run --server.http.listen-addr=127.0.0.1:33145 "--storage.path=$work/positions" --disable-reporting "$work/logs.alloy" >"$work/alloy.log" 2>&1 &
processes+=($!)

asks() { curl -fsS -G -m 10 "http://127.0.0.1:$port/loki/api/v1/query_range" --data-urlencode "query=$1" --data-urlencode since=1h --data-urlencode limit=100; }
# finds QUERY NUMBER: so many lines
finds() { asks "$1" | tee /dev/stderr | python3 -c 'import json,sys; sys.exit(sum(len(s["values"]) for s in json.load(sys.stdin)["data"]["result"]) != int(sys.argv[1]))' "$2"; }
check "every line is found" until_true 60 finds '{service=~".+"}' 5
check "a JSON line by its service and level" finds '{service="ai-proxy", level="warn"}' 1
check "by its tenant" finds '{service="ai-proxy"} | tenant="koff"' 1
check "by its trace" finds '{service="ai-proxy"} | trace_id="4bf92f"' 1
check "PostgreSQL's error as an error" finds '{service="postgres", level="error"}' 1
check "a Go program's level" finds '{service="prometheus", level="info"}' 1
check "by words" finds '{service=~".+"} |~ `(?i)DOES NOT exist`' 1
check "no secret is kept" finds '{service=~".+"} |~ `AbCdEf|abc.def|hunter2`' 0
check "but the line is, without them" finds '{service="leaky"} |= `redis://ai-proxy:***@redis-bus:6379`' 1
check "labels are few" bash -c 'curl -fsS "$1" | tee /dev/stderr | grep -q "\"data\":\[\"level\",\"service\",\"stream\"\]"' _ "http://127.0.0.1:$port/loki/api/v1/labels"
# As Grafana asks, with everything chosen.
panels() {
  python3 - "$root/monitoring/grafana/dashboards/logs/logs.json" "http://127.0.0.1:$port" <<'END'
import json, sys, urllib.parse, urllib.request
chosen = {"$service": ".+", "$level": ".+", "$search": "", "$tenant": ".*", "$trace": ".*", "$__auto": "5m", "$__range": "1h"}
for panel in json.load(open(sys.argv[1]))["panels"]:
    for target in panel["targets"]:
        query = target["expr"]
        for name, value in chosen.items():
            query = query.replace(name, value)
        path = "query" if target["queryType"] == "instant" else "query_range"
        asked = urllib.parse.urlencode({"query": query, "since": "1h"} if path == "query_range" else {"query": query})
        with urllib.request.urlopen(f"{sys.argv[2]}/loki/api/v1/{path}?{asked}", timeout=10) as answer:
            found = json.load(answer)["data"]["result"]
        print(panel["title"], len(found))
        if not found and panel["id"] != 4:
            sys.exit(panel["title"] + ": nothing is shown for " + query)
END
}
check "each panel of the dashboard is answered" panels
summary
