#!/usr/bin/env bash
# Brings the stack to what the files say: swarm/deploy.sh [--prune-old] [STACK-FILES...], on a manager, after ./ruche secrets.
#
# Swarm's configs and secrets cannot be changed, so the name of each ends in a digest of its file, by the variable
# D_<file>: a changed file is a rolling update of what uses it. --prune-old removes those that nothing uses any more.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
prune=
if [ "${1:-}" = --prune-old ]; then prune=1 && shift; fi
files=("${@:-stack.yml}")
[ -d ../compose/secrets ] || { echo "there is no compose/secrets: run ./ruche secrets first" >&2; exit 1; }

# Sizes, addresses and versions, as Compose reads them: NAME=VALUE, which may have spaces.
if [ -r ../compose/.env ]; then
  while IFS='=' read -r name value; do
    [[ $name =~ ^[A-Z][A-Z0-9_]*$ ]] || continue
    [ -n "${!name+set}" ] || export "$name=$value"
  done <../compose/.env
fi

name_digests() { # FOLDER
  local file name
  while IFS= read -r file; do
    name=${file#"$1"/}
    export "D_${name//[^a-zA-Z0-9]/_}=$(sha256sum <"$file" | cut -c 1-12)"
  done < <(find "$1" -type f)
}
name_digests ../configs
name_digests ../compose/secrets
name_digests .

arguments=()
for file in "${files[@]}"; do arguments+=(--compose-file "$file"); done
docker stack deploy "${arguments[@]}" --with-registry-auth ruche

if [ -n "$prune" ]; then
  for kind in config secret; do
    # Swarm refuses to remove what is in use.
    docker "$kind" ls --filter label=com.docker.stack.namespace=ruche --quiet | while IFS= read -r id; do
      docker "$kind" rm "$id" >/dev/null 2>&1 || true
    done
  done
fi
