#!/usr/bin/env bash
# Holds swarm/ and kubernetes/ to their own tools, and to what compose.yaml says of the same services:
#   compose/test/scaling.sh
# Needs docker (23 or newer) or a Docker CLI as Go builds it, kubectl or kustomize, Go, Python with PyYAML, and promtool. No
# cluster and no engine. What cannot be judged here is said loudly; RUCHE_SCALING_TEST=required makes that a failure.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/ruche-scaling-XXXXXX")
trap 'rm -rf "$work"' EXIT
# shellcheck source=checks.sh
. "$here/checks.sh"
loudly() {
  printf '\n%s\n!! NOT CHECKED: %s\n%s\n\n' "$(printf '!%.0s' {1..100})" "$*" "$(printf '!%.0s' {1..100})" >&2
  [ "${RUCHE_SCALING_TEST:-}" != required ] || failures=$((failures + 1))
}
cd "$root"

echo "Docker Swarm"
if docker stack config --help >/dev/null 2>&1; then
  stack() {
    env -i PATH="$PATH" HOME="$HOME" PUBLIC_DOMAIN=ruche.test EMAIL_LETSENCRYPT=nobody@ruche.test docker stack config "$@" >"$work/stack.yml" 2>"$work/said" || { cat "$work/said" && return 1; }
    cat "$work/said" && [ ! -s "$work/said" ]
  }
  check "the stack is one that Swarm takes, without a word" stack -c swarm/stack.yml
  cp "$work/stack.yml" "$work/swarm.yml" 2>/dev/null || true
  refused "no variable is left over, such as one in another, which Swarm does not know" grep -n '{[A-Z_]\+[:}]' "$work/swarm.yml"
  check "and so it is with the proxy in front" stack -c swarm/stack.yml -c swarm/edge.yml
  check "it has the services of compose.yaml, with their images, memory, variables, secrets, networks and users" \
    python3 "$here/same-services.py" compose/compose.yaml "$work/swarm.yml"
else
  loudly "swarm/: this docker has no 'docker stack config' (23 or newer has it)"
fi

echo "Kubernetes"
if command -v kubectl >/dev/null; then
  build() { kubectl kustomize "$1"; }
elif command -v kustomize >/dev/null; then
  build() { kustomize build "$1"; }
else
  build() { false; }
  loudly "kubernetes/: there is neither kubectl nor kustomize"
fi
keys=$(sed -n 's/^  \([a-z0-9-]*\): {file: secrets.*/\1/p' compose/compose.yaml compose/monitoring.yml | paste -sd,)
if command -v go >/dev/null && (cd kubernetes/test && go build -o "$work/manifests" .); then
  for overlay in one-cluster managed; do
    built() { build "kubernetes/overlays/$overlay" >"$work/$overlay.yaml"; }
    check "overlay $overlay is built" built
    judged() { "$work/manifests" -secrets "$keys" -reach "kubernetes/test/$overlay.txt" <"$work/$overlay.yaml"; }
    check "overlay $overlay: strict, restricted, whole, and its pods reach what they should and nothing else" judged
  done
  # That the judge would have seen it.
  refuses() { sed "$1" "$work/one-cluster.yaml" | "$work/manifests" -secrets "$keys" -reach kubernetes/test/one-cluster.txt; }
  refused "a misspelt field is seen" refuses 's/readOnlyRootFilesystem/readonlyRootFilesystem/'
  refused "a pod that may be root is seen" refuses 's/runAsNonRoot: true/runAsNonRoot: false/'
  refused "a probe of a port that is not there is seen" refuses 's/port: management$/port: manage/'
  refused "a secret that nobody makes is seen" refuses 's/key: ai-proxy-redis-url/key: ai-proxy-redis/'
  refused "a policy that is gone is seen" refuses 's#cidr: 0.0.0.0/0#cidr: 192.0.2.0/24#'
else
  loudly "kubernetes/: its judge cannot be built without Go and its modules"
fi
check "images are those of compose.yaml" python3 "$here/same-images.py" compose/compose.yaml "$work/one-cluster.yaml"
if command -v promtool >/dev/null; then
  lag() { python3 "$here/lag-rules.py" "$work/managed.yaml" >"$work/lag.yaml" && sed "s#LAG#$work/lag.yaml#" kubernetes/test/lag.yaml >"$work/test.yaml" && promtool test rules "$work/test.yaml"; }
  check "replicas follow the age of commands, and not while a provider holds them up" lag
else
  loudly "kubernetes/autoscaling/lag: there is no promtool"
fi
loudly "KEDA's objects by KEDA's own types, and everything by a cluster (kubectl apply --dry-run=server)"
if docker compose version >/dev/null 2>&1; then
  check "small.env holds the core and Caddy within 1856 MB" \
    python3 "$here/memory.py" --settings compose/small.env --most 1856 compose/compose.yaml compose/reverse-proxy.caddy.yml
else
  loudly "the sum of the memory limits: this docker has no Compose"
fi
check "scripts" shellcheck -x --source-path=SCRIPTDIR swarm/start.sh swarm/deploy.sh "$here/scaling.sh"
summary
