#!/usr/bin/env bash
# Brings the stack to another version, and back by itself when that does not become healthy.
#   ./ruche update [VERSION] [--wait SECONDS]    a tag or commit; the newest tag without it
#   ./ruche rollback [--wait SECONDS]            to the version before the last update
# Going back takes the files, settings and images of before, and leaves the data as they are, so that nothing that was
# receipted meanwhile is lost. docs/updates.md says what happens at each point of failure.
# Exit codes: 0 done, 1 not done and the old version runs as before, 2 wrong usage, 3 neither runs: somebody must look.
set -euo pipefail
# Containers must be able to read the files of a version, whatever the umask of who runs this.
umask 022
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=stack.sh
. "$here/stack.sh"
work=$root/.ruche
# What was before the last update, or before the one that runs.
before=$work/before
log=$work/update.log
started=

step() { say "[$((SECONDS / 60)):$(printf '%02d' $((SECONDS % 60)))] $*"; }
git_here() { git -C "$root" "$@"; }
version_at() { git_here show "$1:compose/.env.example" | sed -n 's/^RUCHE_VERSION=//p'; }
postgres_at() { git_here show "$1:compose/compose.yaml" | sed -n 's/^ *image: postgres:\([0-9]*\).*/\1/p' | sed -n 1p; }

require_healthy() {
  local service id image health unknown
  while read -r service id image; do
    [ -n "$service" ] || die "nothing runs: docker compose up -d --wait"
    health=$(docker inspect --format '{{if or .State.Paused (not .State.Running)}}{{.State.Status}} with {{.State.ExitCode}}{{else}}{{if .State.Health}}{{.State.Health.Status}}{{else}}running{{end}}{{end}}, restart {{.HostConfig.RestartPolicy.Name}}' "$id")
    case $health in
      healthy,* | running,* | 'exited with 0, restart no') ;;
      *) die "$service is ${health%,*}: mend it first, or the update would be blamed for it (docker compose logs $service)" ;;
    esac
  done <<<"$(containers --all)"
  unknown=$(comm -23 <(containers --all | cut -d' ' -f1 | sort -u) <(compose --profile '*' config --services | sort -u) | paste -sd' ')
  [ -z "$unknown" ] || die "COMPOSE_FILE in .env does not name the overlays of: $unknown. It must, or they would be taken for left-overs."
}

# Files, settings and images as they are now. The images get names of their own, so that none is taken for unused.
remember() {
  local service id image name content n=0
  rm -rf "$before.new"
  install -d -m 700 "$before.new"
  git_here rev-parse HEAD >"$before.new/commit"
  git_here diff --binary HEAD >"$before.new/changes"
  cp -p "$folder/.env" "$before.new/env"
  docker image ls --format '{{.Repository}}:{{.Tag}}' --filter reference=ruche-before | xargs -r docker image rm >/dev/null 2>&1 || true
  while read -r service id image; do
    name=$(docker inspect --format '{{.Config.Image}}' "$id") content=$(docker inspect --format '{{.Image}}' "$id")
    printf '%s %s\n' "$name" "$content" >>"$before.new/images"
    n=$((n + 1))
    docker tag "$content" "ruche-before:$n"
  done <<<"$(containers --all)"
  sort -u -o "$before.new/images" "$before.new/images"
  rm -rf "$before"
  mv "$before.new" "$before"
}

images() { # VERSION
  local image missing=
  for image in $(compose --profile cli config --images | sort -u); do
    docker image inspect "$image" >/dev/null 2>&1 || missing="$missing $image"
  done
  if [[ $missing == *' ruche/'* ]]; then
    if ! command -v mvn >/dev/null; then
      say "Ruche's images $1 are not here, and there is no Maven to build them: docker save them where they are, docker load them here"
      return 1
    fi
    "$root/ruche" images || return 1
  fi
  compose pull --quiet --ignore-buildable --policy missing
}

# New secrets of the new version, made by its own command line.
secrets() { # VERSION
  docker run --rm --user "$(stat -c %u:%g "$folder/secrets")" --network none --read-only --tmpfs /tmp:exec --log-driver none \
    --volume "$folder:/stack" --env RUCHE_DATA=/tmp/data "ruche/cli:$1" secrets --compose /stack
}

# Compose shows its own progress on a terminal.
up() { compose up --detach --wait --wait-timeout "$wait" --remove-orphans "$@"; }

forward() { # COMMIT VERSION
  step "3/6 the files of $2"
  # What was changed here by hand, such as the receivers of alarms, is merged into the new files.
  git_here checkout --quiet --merge --detach "$1" || return 1
  if [ -n "$(git_here diff --name-only --diff-filter=U)" ]; then
    say "changes by hand do not fit the new version of: $(git_here diff --name-only --diff-filter=U | sort -u | paste -sd' ')"
    return 1
  fi
  sed -i "s/^RUCHE_VERSION=.*/RUCHE_VERSION=$2/" "$folder/.env" || return 1
  step "4/6 images"
  images "$2" || return 1
  secrets "$2" >>"$log" 2>&1 || return 1
  step "5/6 starting $2, for up to $wait s"
  started=1
  # Compose does not see that a mounted file has another text.
  if git_here diff --quiet "$(cat "$before/commit")" "$1" -- configs monitoring; then
    up || return 1
  else
    up --force-recreate || return 1
  fi
  step "6/6 looking at it"
  (require_healthy)
}

backward() {
  local name content
  step "going back to $(cut -c1-12 "$before/commit")"
  git_here checkout --quiet --force --detach "$(cat "$before/commit")" || return 1
  [ ! -s "$before/changes" ] || git_here apply "$before/changes" || return 1
  cp -p "$before/env" "$folder/.env"
  while read -r name content; do
    case $name in
      *@sha256:*) ;;
      *) docker tag "$content" "$name" || return 1 ;;
    esac
  done <"$before/images"
  # Where no container was touched yet, none is.
  if [ -n "$started" ]; then up --force-recreate; else up; fi
}

go_back() {
  trap '' INT TERM HUP
  {
    date -u +%FT%TZ
    compose ps --all
    compose logs --no-color --tail 200
  } >>"$log" 2>&1 || true
  if backward; then
    rm -f "$work/updating"
    say "The version of before runs again, with all data; what the other one said is in $log"
    exit 1
  fi
  say "NEITHER VERSION RUNS. docker compose ps and logs in $folder say why. The backup of before is $(cat "$before/backup" 2>/dev/null || echo missing);"
  say "host/restore.sh brings it back, without what was receipted since. ./ruche rollback tries again."
  exit 3
}

update() {
  local ref=$1 from to version
  git_here rev-parse HEAD >/dev/null 2>&1 || die "$root is not a clone of the repository: git clone it, and move compose/.env, compose/secrets and configs there"
  [ ! -e "$work/updating" ] || die "an update was interrupted: ./ruche rollback first"
  [ -n "$ref" ] || git_here fetch --quiet --tags || die "the repository cannot be reached; name a version that is here"
  [ -n "$ref" ] || ref=$(git_here tag --list 'v*' --sort=-version:refname | sed -n 1p)
  to=$(git_here rev-parse --verify --quiet "${ref:-none}^{commit}") || die "there is no version '$ref' here: git tag"
  from=$(git_here rev-parse HEAD)
  [ "$from" != "$to" ] || { say "$ref runs already" && exit 0; }
  version=$(version_at "$to")
  [ -n "$version" ] || die "$ref names no RUCHE_VERSION in compose/.env.example"
  [ "$(postgres_at "$from")" = "$(postgres_at "$to")" ] ||
    die "$ref has PostgreSQL $(postgres_at "$to") instead of $(postgres_at "$from"), which cannot read the other's files: docs/updates.md, PostgreSQL"
  step "1/6 looking at what runs"
  require_stack
  require_healthy
  step "2/6 backup"
  saved=$("$here/backup.sh" --label "before-$version") || die "there is no backup, so nothing was changed"
  remember
  printf '%s\n' "$saved" >"$before/backup"
  : >"$work/updating"
  (umask 077 && : >"$log")
  trap go_back INT TERM HUP
  forward "$to" "$version" || go_back
  rm -f "$work/updating"
  step "$ref runs. ./ruche rollback goes back to $(cut -c1-12 "$before/commit")"
}

rollback() {
  [ -s "$before/commit" ] || die "there was no update here to go back from"
  require_stack
  started=1
  if [ ! -e "$work/updating" ]; then
    say "backup of what runs now"
    "$here/backup.sh" --label before-rollback >/dev/null || die "there is no backup, so nothing was changed"
  fi
  if backward; then
    rm -rf "$work/updating" "$before"
    say "The version of before runs again, with all data."
    exit 0
  fi
  say "The version of before does not become healthy: docker compose ps and logs in $folder say why."
  exit 3
}

# All of it is read before any of it runs: an update replaces this file.
main() {
  local command=${1:-} ref=
  shift || true
  wait=300
  while [ $# -gt 0 ]; do
    case $1 in
      --wait) wait=${2:?--wait wants seconds} && shift ;;
      -*) say "unknown option $1; see the head of $0" && exit 2 ;;
      *) ref=$1 ;;
    esac
    shift
  done
  mkdir -p "$work"
  exec 9>"$work/update.lock"
  flock -n 9 || die "another update runs"
  case $command in
    update) update "$ref" ;;
    rollback) rollback ;;
    *) say "see the head of $0" && exit 2 ;;
  esac
  exit
}

main "$@"
