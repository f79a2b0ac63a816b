# shellcheck shell=bash
# Sourced: how a check is written down.
checks=0
failures=0

note() { printf '      %s\n' "$*"; }

# check WHAT COMMAND...: the command succeeds
check() {
  local what=$1
  shift
  checks=$((checks + 1))
  if "$@" >/tmp/ruche-check.$$ 2>&1; then
    printf '  ok  %s\n' "$what"
  else
    failures=$((failures + 1))
    printf 'FAIL  %s\n' "$what"
    head -n 40 /tmp/ruche-check.$$ | sed 's/^/      /'
  fi
  rm -f /tmp/ruche-check.$$
}

# refused WHAT COMMAND...: the command fails
refused() {
  local what=$1
  shift
  check "$what" not "$@"
}

not() { ! "$@"; }

# until_true SECONDS COMMAND...
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.3
  done
}

summary() {
  printf '%s checks, %s failed\n' "$checks" "$failures"
  [ "$failures" -eq 0 ]
}
