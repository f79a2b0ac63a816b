#!/usr/bin/env bash
# Hardens a server with Debian 12 for the stack; may be run again at any time, and changes only what is not so yet.
#   host/harden.sh [--vpn] [--mqtt-tls] [--allow PORT/PROTO]...    ports besides SSH's, 80 and 443; they are remembered
#   host/harden.sh --check [--json]                                changes nothing, and reports what it looked at
# It refuses to begin where nobody could log in without a password. Exit codes: 0 nothing is open, 1 something is, 2 wrong
# usage or not possible here.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive

readonly PORTS_FILE=/etc/ruche-ports

die() {
  printf 'harden.sh: %s\n' "$*" >&2
  exit 2
}

check=
json=
ports=()
while [ $# -gt 0 ]; do
  case $1 in
    --check) check=1 ;;
    --json) json=1 ;;
    --vpn) ports+=(51820/udp) ;;
    --mqtt-tls) ports+=(8883/tcp) ;;
    --allow)
      shift
      [[ ${1:-} =~ ^[1-9][0-9]{0,4}/(tcp|udp)$ ]] || die "--allow wants a port and tcp or udp, such as 25/tcp, not '${1:-}'"
      ports+=("$1")
      ;;
    *) die "unknown option $1; see the head of $0" ;;
  esac
  shift
done
[ "$(id -u)" -eq 0 ] || die "only root can look at this server: sudo $0"
if [ -r "$PORTS_FILE" ]; then
  mapfile -t -O "${#ports[@]}" ports <"$PORTS_FILE"
fi
mapfile -t ports < <(printf '%s\n' "${ports[@]}" | grep . | sort -u)

# --- the report -------------------------------------------------------------------------------

states=() ids=() wheres=() whats=() mends=()
item() { # STATE ID WHERE WHAT [MEND]
  states+=("$1") ids+=("$2") wheres+=("$3") whats+=("$4") mends+=("${5:-}")
}
fine() { item fine "$@"; }
isopen() { item open "$@"; }
advice() { item advice "$@"; }
unknown() { item unknown "$@"; }

count() {
  local state n=0
  for state in "${states[@]}"; do [ "$state" != "$1" ] || n=$((n + 1)); done
  echo "$n"
}

quoted() {
  local text=${1//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\t'/ }
  printf '"%s"' "${text//$'\n'/ }"
}

report() {
  local i comma=
  if [ -n "$json" ]; then
    printf '{"host": %s, "time": "%s", "open": %s, "items": [' "$(quoted "$(uname -n)")" "$(date -u +%FT%TZ)" "$(count open)"
    for i in "${!states[@]}"; do
      printf '%s\n  {"state": "%s", "id": "%s", "where": %s, "what": %s, "mend": %s}' "$comma" "${states[i]}" "${ids[i]}" \
        "$(quoted "${wheres[i]}")" "$(quoted "${whats[i]}")" "$(quoted "${mends[i]}")"
      comma=,
    done
    printf '\n]}\n'
    return
  fi
  printf 'Audit of %s, %s\n' "$(uname -n)" "$(date -u +%FT%TZ)"
  for i in "${!states[@]}"; do
    printf '%-8s %s: %s\n' "${states[i]}" "${wheres[i]}" "${whats[i]}"
    [ -z "${mends[i]}" ] || printf '         Mend: %s\n' "${mends[i]}"
  done
  printf '%s looked at: %s fine, %s open, %s unknown, %s advice\n' "${#states[@]}" "$(count fine)" "$(count open)" \
    "$(count unknown)" "$(count advice)"
}

# --- what is common ---------------------------------------------------------------------------

changes=0
changed() {
  changes=$((changes + 1))
  printf 'changed  %s\n' "$*" >&2
}

# Writes standard input to a file, when it is not so already. Never behind a pipe, where the change would not be counted.
put() {
  local text
  text=$(cat)
  if [ ! -e "$1" ] || [ "$(cat "$1")" != "$text" ]; then
    mkdir -p "$(dirname "$1")"
    printf '%s\n' "$text" >"$1.new"
    chmod 644 "$1.new"
    mv "$1.new" "$1"
    changed "$1"
  fi
}

has() { [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
systemd_runs() { [ -d /run/systemd/system ]; }

install_packages() {
  local package missing=()
  for package; do has "$package" || missing+=("$package"); done
  [ "${#missing[@]}" -gt 0 ] || return 0
  # The lists may be too old to have what they name.
  apt-get install -q -y --no-install-recommends "${missing[@]}" >/dev/null 2>&1 ||
    { apt-get update -q >&2 && apt-get install -q -y --no-install-recommends "${missing[@]}" >&2; } ||
    die "apt-get cannot install ${missing[*]}; nothing further was changed"
  changed "installed ${missing[*]}"
}

# Whether a unit does what it should, where there is a systemd to ask.
look_unit() { # ID UNIT MEND
  if ! systemd_runs; then
    unknown "$1" "$2" "No systemd runs here, so that nothing tells whether it runs." "See to it that your init starts it."
  elif systemctl is-active --quiet "$2" && systemctl is-enabled --quiet "$2"; then
    fine "$1" "$2" "It runs, and starts with the server."
  else
    isopen "$1" "$2" "It does not run, or does not start with the server." "$3"
  fi
}

start_unit() {
  systemd_runs || return 0
  systemctl is-active --quiet "$1" && systemctl is-enabled --quiet "$1" && return 0
  systemctl enable --now --quiet "$1"
  changed "started $1"
}

# --- all of it --------------------------------------------------------------------------------

# shellcheck source=harden/ssh.sh
. "$here/harden/ssh.sh"
# shellcheck source=harden/firewall.sh
. "$here/harden/firewall.sh"
# shellcheck source=harden/system.sh
. "$here/harden/system.sh"

readonly PARTS='ssh firewall fail2ban updates kernel clock'

look() {
  local part
  states=() ids=() wheres=() whats=() mends=()
  for part in $PARTS accounts docker; do "look_$part"; done
}

. /etc/os-release
if [ "${ID:-}" != debian ] || [ "${VERSION_ID:-0}" -lt 12 ]; then
  [ -n "$check" ] || die "this is made for Debian 12 or newer, and here is ${PRETTY_NAME:-something else}"
fi

if [ -z "$check" ]; then
  refuse_lock_out
  [ "${#ports[@]}" -eq 0 ] || put "$PORTS_FILE" <<<"$(printf '%s\n' "${ports[@]}")"
  for part in $PARTS; do
    states=()
    "look_$part"
    [ "$(count open)" -eq 0 ] || "mend_$part"
  done
  printf '%s changes\n' "$changes" >&2
fi
look
report
[ "$(count open)" -eq 0 ]
