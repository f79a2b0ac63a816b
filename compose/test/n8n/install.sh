# shellcheck shell=bash
# Sourced: has n8n in N8N_HOME, installed from npm when it is not there, or says loudly that it cannot. Needs CACHE.
N8N_VERSION=1.123.81
export N8N_HOME=$CACHE/n8n-$N8N_VERSION

# The test cannot run here; where RUCHE_N8N_TEST=required that is a failure.
not_here() {
  printf '\n%s\n!! %s\n%s\n\n' "$(printf '!%.0s' {1..100})" "N8N WAS NOT TESTED: $*" "$(printf '!%.0s' {1..100})" >&2
  [ "${RUCHE_N8N_TEST:-}" = required ] && exit 1
  exit 0
}

install_n8n() {
  local version free
  [ ! -e "$N8N_HOME/installed" ] || return 0
  command -v npm >/dev/null || not_here "there is no npm"
  version=$(node --version 2>/dev/null) || not_here "there is no Node.js"
  version=${version#v}
  case ${version%%.*} in
    2[0-4]) ;;
    *) not_here "n8n $N8N_VERSION runs on Node.js 20.19 to 24, not $version" ;;
  esac
  mkdir -p "$N8N_HOME"
  free=$(df -Pk "$N8N_HOME" | awk 'NR == 2 { print int($4 / 1024) }')
  [ "$free" -ge 3000 ] || not_here "n8n needs 3 GB of disk while it is installed, and $N8N_HOME has $free MB"
  echo "installing n8n $N8N_VERSION from npm" >&2
  # Scripts would build sqlite3 and isolated-vm, which need compilers: PostgreSQL and the legacy expression engine do
  # without. n8n's own xlsx is an archive outside of the registry.
  printf '{"private": true, "dependencies": {"n8n": "%s"}, "overrides": {"xlsx": "npm:xlsx@0.18.5"}}\n' "$N8N_VERSION" \
    >"$N8N_HOME/package.json"
  (cd "$N8N_HOME" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error >install.log 2>&1) ||
    { tail -n 20 "$N8N_HOME/install.log" >&2 && not_here "npm could not install n8n $N8N_VERSION; its last words are above"; }
  touch "$N8N_HOME/installed"
}
install_n8n
