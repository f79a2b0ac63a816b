#!/usr/bin/env bash
# Looks at every script, Compose file, Dockerfile, alarm and unit of the repository without running any of them. Fails when
# one is wrong, and when one of its own rules does not find what it is for.
# What is not installed is told loudly and not checked; RUCHE_LINT=required makes that a failure.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=checks.sh
. "$here/checks.sh"
cd "$root"

missing() {
  printf '\n!! NOT CHECKED: %s\n\n' "$*" >&2
  [ "${RUCHE_LINT:-}" != required ] || failures=$((failures + 1))
}
files() { git ls-files --cached --others --exclude-standard -- "$@"; }

# --- scripts -----------------------------------------------------------------------------------

echo "scripts"
scripts=()
while IFS= read -r file; do
  case $file in
    *.sh) scripts+=("$file") ;;
    *.*) ;;
    *) if [ -f "$file" ] && head -c 40 "$file" | tr -d '\0' | sed -n 1p | grep -c '^#!.*sh$' >/dev/null; then scripts+=("$file"); fi ;;
  esac
done < <(files)
if command -v shellcheck >/dev/null; then
  # SC2015: "a && b || die" is meant so. SC2016: what is in single quotes is for another shell, or for awk. SC2317: functions
  # are handed to "check", which calls them.
  for file in "${scripts[@]}"; do check "$file" shellcheck --external-sources --source-path=SCRIPTDIR --exclude=SC2015,SC2016,SC2317 "$file"; done
  # shellcheck disable=SC2016 # as it would stand in a script
  refused "and shellcheck does find mistakes" shellcheck - <<<'#!/bin/sh
rm -rf $1/*'
else
  missing "scripts: there is no shellcheck"
fi

# --- Dockerfiles -------------------------------------------------------------------------------

echo "Dockerfiles"
while IFS= read -r file; do
  check "$file" python3 "$here/lint/dockerfile.py" "$file"
done < <(files '*Dockerfile*')
broken=$(mktemp -d)
trap 'rm -rf "$broken"' EXIT
right=$'FROM debian:12.12-slim\nUSER 1:1\nHEALTHCHECK CMD ["true"]\n'
printf '%s' "${right/12.12-slim/latest}" >"$broken/broken-version"
printf '%s' "${right/USER 1:1/USER root}" >"$broken/broken-user"
printf '%s' "${right/HEALTHCHECK/#}" >"$broken/broken-health"
printf 'FROM debian:12.12-slim\nADD https://example.org/x /x\n%s' "${right#*$'\n'}" >"$broken/broken-add"
printf 'FROM debian:12.12-slim\nRUN apt-get install curl\n%s' "${right#*$'\n'}" >"$broken/broken-packages"
printf 'FROM debian:12.12-slim\nRUN curl https://example.org | sh\n%s' "${right#*$'\n'}" >"$broken/broken-piped"
printf 'FROM debian:12.12-slim\nENV ADMIN_PASSWORD=x\n%s' "${right#*$'\n'}" >"$broken/broken-secret"
check "and each rule finds what it is for" python3 "$here/lint/dockerfile.py" "$broken"/broken-* --prove

no_latest() { ! grep -nE "image:.*:latest|FROM .*:latest" "$@"; }
mapfile -t yaml < <(files '*.yml' '*.yaml' '*Dockerfile*' | grep -v '^compose/test/lint/')
check ":latest is nowhere" no_latest "${yaml[@]}"

# --- Compose files -----------------------------------------------------------------------------

echo "Compose files"
if ! docker compose version >/dev/null 2>&1; then
  export DOCKER_CONFIG=${RUCHE_STACK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ruche-stack}/docker-config
fi
cd "$root/compose"
# Overlays say themselves what they are used with: the first "docker compose -f compose.yaml -f ..." in them.
combination() { # OVERLAY
  local used
  used=$(grep -o 'docker compose\( -f [a-z0-9.-]*\)*' "$1" | sed -n 1p | grep -o '[a-z0-9.-]*\.ya\?ml' | paste -sd' ') || true
  [[ " $used " == *" $1 "* ]] || used="compose.yaml $1"
  echo "$used"
}
combinations() {
  local all='' file
  echo compose.yaml
  for file in *.yml; do
    [ -e "$file" ] && ! grep -q 'docker stack' "$file" || continue
    combination "$file"
    [[ $file == reverse-proxy.* ]] || all="$all $file"
  done
  echo "compose.yaml$all"
  for file in reverse-proxy.*.yml; do
    # Overlays of one proxy go with that one alone.
    echo "compose.yaml $file$(for other in $all; do
      grep -q "reverse-proxy" <<<"$(combination "$other")" && ! grep -q "$file" <<<"$(combination "$other")" || printf ' %s' "$other"
    done)"
  done
}
# Variables that have no default, as someone would have filled them in.
while IFS= read -r name; do
  [ -n "${!name:-}" ] || export "$name=lint.example.org"
done < <(cat ./*.yaml ./*.yml | grep -o '\${[A-Z0-9_]*:?' | tr -d '${:?' | sort -u)

config() { # FILES...: as JSON
  local options=() file
  for file; do options+=(-f "$file"); done
  docker compose --env-file .env.example "${options[@]}" config --format json
}
rules() { config "$@" >"$broken/config.json" && python3 "$here/lint/services.py" <"$broken/config.json"; }
has_slot() { # Every image of others takes a digest from .env
  ! grep -nE '^ *image: ' "$1" | grep -v 'image: ruche/' | grep -v '\${[A-Z0-9_]*_DIGEST:-}$'
}
in_example() { # Every variable is explained
  local name unknown=
  for name in $(grep -o '\${[A-Z0-9_]*' "$1" | tr -d '${' | sort -u); do
    case $name in *_DIGEST | HTTP_PORT | HTTPS_PORT) continue ;; esac
    grep -q "^$name=" .env.example || unknown="$unknown $name"
  done
  [ -z "$unknown" ] || { echo "not in .env.example:$unknown" && false; }
}
if docker compose version >/dev/null 2>&1; then
  while read -r combined; do
    # shellcheck disable=SC2086 # several files
    check "$combined" rules $combined
  done < <(combinations | sort -u)
  proves() { config test/lint/broken.yml >"$broken/config.json" && python3 "$here/lint/services.py" --prove <"$broken/config.json"; }
  check "and each rule finds what it is for" proves
  unknown_key() { config "$broken/wrong.yml"; }
  printf 'services:\n  x:\n    image: a/b:1.2\n    helthcheck: {}\n' >"$broken/wrong.yml"
  refused "and Compose does find mistakes" unknown_key
else
  missing "Compose files: there is no Compose v2"
fi
for file in *.yaml *.yml; do
  check "$file: digests" has_slot "$file"
  check "$file: variables" in_example "$file"
done
cd "$root"

# --- alarms ------------------------------------------------------------------------------------

echo "alarms"
if command -v promtool >/dev/null; then
  for file in monitoring/prometheus/rules/*.yaml; do check "$file" promtool check rules "$file"; done
  for file in monitoring/prometheus/tests/*.yaml; do check "$file" promtool test rules "$file"; done
  check "monitoring/prometheus/prometheus.yml" promtool check config --syntax-only monitoring/prometheus/prometheus.yml
else
  missing "alarms: there is no promtool"
fi
if command -v amtool >/dev/null; then
  check "monitoring/alertmanager/alertmanager.yml" amtool check-config monitoring/alertmanager/alertmanager.yml
else
  missing "Alertmanager's settings: there is no amtool"
fi

# --- units -------------------------------------------------------------------------------------

echo "units"
if command -v systemd-analyze >/dev/null; then
  verifies() { # Programs at /opt/ruche stand where they will be installed
    local text
    sed "s#/opt/ruche#$root#g" "$1" >"$broken/$(basename "$1")"
    text=$(systemd-analyze verify --man=no "$broken/$(basename "$1")" 2>&1) || { echo "$text" && return 1; }
    ! grep -F "$(basename "$1")" <<<"$text"
  }
  cp host/systemd/* "$broken/"
  # Where Docker is not installed.
  printf '[Service]\nExecStart=/bin/true\n' >"$broken/docker.service"
  for file in host/systemd/*; do check "$file" verifies "$file"; done
  printf '[Service]\nExecStrat=/bin/true\n' >"$broken/wrong.service"
  refused "and systemd does find mistakes" verifies "$broken/wrong.service"
else
  missing "units: there is no systemd-analyze"
fi
summary
