#!/usr/bin/env bash
# Every point at which an update can fail, with a docker that only says what it is told: what is left of files, settings and
# changes by hand, and the exit codes. host/test/update.sh does the same with containers, where there is an engine.
# shellcheck disable=SC2317 # called by way of "check"
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../compose/test/checks.sh
. "$here/../../compose/test/checks.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/ruche-steps-XXXXXX")
trap 'rm -rf "$work"' EXIT
repo=$work/ruche
mkdir -p "$repo/compose/secrets" "$repo/configs" "$repo/monitoring" "$work/bin"
cp -r "$here/.." "$repo/host"
in_repo() { git -C "$repo" -c user.name=test -c user.email=test@example.org -c init.defaultBranch=main "$@"; }

# Commands are noted; "compose up" fails as often as $work/fails says.
cat >"$work/bin/docker" <<'END'
#!/usr/bin/env bash
echo "$*" >>"$FAKE/asked"
case "$*" in
  *'config --quiet'* | info* | tag* | image\ inspect* | run*) ;;
  *'config --images'*) echo ruche/cli:1 ;;
  *'config --services'*) echo svc ;;
  *'compose config'*) echo 'name: test' ;;
  ps*) echo 1 ;;
  *'com.docker.compose.service'*) echo 'svc 1 ruche/cli:1' ;;
  *RestartPolicy*) cat "$FAKE/health" ;;
  *Config.Image*) echo ruche/cli:1 ;;
  *'{{.Image}}'*) echo sha256:1 ;;
  *pull*) [ ! -e "$FAKE/no-images" ] ;;
  *' up '*)
    for _ in $(seq 600); do [ -e "$FAKE/slow" ] || break; sleep 0.1; done
    left=$(cat "$FAKE/fails")
    [ "$left" -le 0 ] || { echo $((left - 1)) >"$FAKE/fails"; exit 1; }
    ;;
esac
END
chmod 755 "$work/bin/docker"
export PATH=$work/bin:$PATH FAKE=$work
reset() { echo 0 >"$work/fails" && echo 'healthy, restart unless-stopped' >"$work/health" && : >"$work/asked" && rm -f "$work/no-images" "$work/slow"; }

in_repo init --quiet
printf '.env\nsecrets/\n' >"$repo/compose/.gitignore"
printf '/backups/\n/.ruche/\n' >"$repo/.gitignore"
printf 'RUCHE_VERSION=1\nMINE=\n' >"$repo/compose/.env.example"
printf 'services:\n  postgres:\n    image: postgres:17.6\n' >"$repo/compose/compose.yaml"
printf 'a\nb\nc\nd\ne\n' >"$repo/configs/x"
release() { in_repo add --all && in_repo commit --quiet --message "$1" && in_repo tag "$1"; }
release v1
sed -i 's/VERSION=1/VERSION=2/' "$repo/compose/.env.example" && sed -i 's/^a/A/' "$repo/configs/x" && release v2
sed -i 's/:17/:18/' "$repo/compose/compose.yaml" && release v3
in_repo checkout --quiet v1
printf 'RUCHE_VERSION=1\nMINE=kept\n' >"$repo/compose/.env"

ends_with() { # CODE COMMAND...
  local code=0
  (umask 077 && "${@:2}") || code=$?
  [ "$code" -eq "$1" ] || { echo "ended with $code, not $1" && false; }
}
update() { (cd / && "$repo/host/update.sh" update "$@"); }
rollback() { (cd / && "$repo/host/update.sh" rollback); }
at() { # VERSION: files, settings
  [ "$(in_repo rev-parse HEAD)" = "$(in_repo rev-parse "v$1")" ] && [ "$(cat "$repo/compose/.env")" = "RUCHE_VERSION=$1"$'\nMINE=kept' ]
}
changed() { grep -qx mine "$repo/configs/x"; }
ups() { grep -c ' up ' "$work/asked" || true; }
is() { [ "$1" = "$2" ] || { echo "is $1, wanted $2" && false; }; }

reset
check "a version that is not there" ends_with 1 update v9
check "another PostgreSQL" ends_with 1 update v3
check "wrong usage" ends_with 2 update --sideways
echo 'unhealthy, restart unless-stopped' >"$work/health"
check "something is not healthy" ends_with 1 update v2
check "nothing was started by any of these" is "$(ups)" 0
check "and nothing backed up" test ! -e "$repo/backups"

reset
echo mine >>"$repo/configs/x"
check "a good one stays" ends_with 0 update v2
check "with its files and the settings" at 2
check "changes by hand are kept" changed
check "beside those of the version" grep -qx A "$repo/configs/x"
check "containers may read what was written under any umask" is "$(stat -c %a "$repo/configs/x")" 644
check "containers are made anew, since a mounted file changed" grep -q -- --force-recreate "$work/asked"
check "there is a backup, for its owner alone" is "$(stat -c %a "$repo/backups" "$repo"/backups/*-before-2 | paste -sd' ')" '700 700'
check "back on demand" ends_with 0 rollback
check "with the files and settings of before" at 1
check "and the changes" changed

reset
echo 1 >"$work/fails"
check "one that does not become healthy is taken back" ends_with 1 update v2
check "to the files and settings of before" at 1
check "and the changes" changed
check "with the images of before" grep -q '^tag sha256:1 ruche/cli:1$' "$work/asked"

reset
touch "$work/no-images"
check "one without its images is taken back" ends_with 1 update v2
check "to the version of before" at 1
refused "without making a container anew" grep -q -- --force-recreate "$work/asked"

reset
sed -i 's/^a$/mine too/' "$repo/configs/x"
check "one that changes what was changed by hand is not begun" ends_with 1 update v2
check "and all is as before" at 1
check "the change as well" grep -qx 'mine too' "$repo/configs/x"
sed -i 's/^mine too$/a/' "$repo/configs/x"

reset
echo 2 >"$work/fails"
check "when neither becomes healthy it says so" ends_with 3 update v2
check "with the files of before" at 1
check "the next update wants that cleared" ends_with 1 update v2
check "and a rollback clears it" ends_with 0 rollback

reset
touch "$work/slow"
update v2 --wait 60 >"$work/log" 2>&1 &
pid=$!
check "an update is under way" until_true 30 grep -q '5/6' "$work/log"
check "no second one runs beside it" ends_with 1 update v2
# The function above is a shell of its own, and the update its child.
kill -9 "$(pgrep -P "$pid" -f update.sh | sed -n 1p)"
wait "$pid" 2>/dev/null || true
rm -f "$work/slow"
check "after a kill the next one says so" until_true 40 bash -c '"$1" update v2 2>&1 | grep -c interrupted' _ "$repo/host/update.sh"
check "and a rollback ends it" ends_with 0 rollback
check "with the version of before" at 1
check "and the changes" changed
summary
