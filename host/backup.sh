#!/usr/bin/env bash
# Copies everything that the stack keeps, while it runs, and prints the new folder.
#   host/backup.sh [--label WORD] [--keep N]     N: how many are kept, 7 without it
# PostgreSQL is dumped; of the other stores the files are copied: those of Redis may end in the middle of a write, which it
# leaves out at its start, and everything that was receipted before the copy began is in it. Metrics and logs are not copied.
# The folder has every secret: it is for its owner alone, and belongs on another machine too.
set -euo pipefail
umask 077
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=stack.sh
. "$here/stack.sh"

label=
keep=7
while [ $# -gt 0 ]; do
  case $1 in
    --label) label=-${2:?--label wants a word} && shift 2 ;;
    --keep) keep=${2:?--keep wants a number} && shift 2 ;;
    *) die "unknown option $1; see the head of $0" ;;
  esac
done
[[ $keep =~ ^[1-9][0-9]*$ ]] || die "--keep wants a number from 1 on, not $keep"
[[ $label =~ ^[A-Za-z0-9._-]*$ ]] || die "a label has only letters, digits, '.', '_' and '-'"

# Of measurements and logs, which are large and not missed.
readonly NOT_COPIED=' prometheus-data alertmanager-data loki-data alloy-data mosquitto-metrics '

require_stack
backups=$(backups_folder)
mkdir -p "$backups"
chmod 700 "$backups"
named() { printf '%s/%s%s' "$backups" "$(date -u +%Y%m%dT%H%M%SZ)" "$label"; }
new=$(named)
# Another one may have begun in this second.
until [ ! -e "$new" ] && mkdir "$new.part" 2>/dev/null; do
  [ -w "$backups" ] || die "$backups cannot be written"
  sleep 0.2
  new=$(named)
done
part=$new.part
trap 'rm -rf "$part"' EXIT

saved() { say "  $1: $(du -h "$part/$1" | cut -f1)"; }

say "backup to $new"
running=$(containers)
[ -n "$running" ] || die "nothing runs, so that PostgreSQL cannot be asked: docker compose up -d --wait"
: >"$part/postgres"
dumped=' '
while read -r service id image; do
  case $image in
    postgres:* | *pgvector*)
      docker exec "$id" sh -c 'exec pg_dumpall --username="${POSTGRES_USER:-postgres}"' </dev/null | gzip >"$part/$service.sql.gz"
      # The last line is written when all went well.
      gzip -dc "$part/$service.sql.gz" | tail -n 5 | grep -c 'database cluster dump complete' >/dev/null ||
        die "the dump of $service is not complete"
      saved "$service.sql.gz"
      for volume in $(docker inspect --format '{{range .Mounts}}{{if eq .Type "volume"}}{{.Name}} {{end}}{{end}}' "$id"); do
        dumped="$dumped$volume "
        printf '%s %s\n' "$service" "$volume" >>"$part/postgres"
      done
      ;;
    *mosquitto*)
      # Sessions and queues are in memory, and written at this signal.
      if docker inspect --format '{{range .Mounts}}{{.Destination}} {{end}}' "$id" | grep -c /mosquitto/data >/dev/null; then
        docker kill --signal USR1 "$id" >/dev/null
        sleep 1
      fi
      ;;
  esac
done <<<"$running"

copy() { # VOLUME FILE
  local try status
  for try in 1 2 3; do
    status=0
    # 1: a file grew while it was read. 3: Redis began a new file, and the copy may have parts of both.
    # shellcheck disable=SC2016 # for the shell there
    in_volume "$1" ro 'cd /volume
      files() { cat appendonlydir/*.manifest 2>/dev/null; }
      before=$(files)
      tar --create --numeric-owner . || [ $? -eq 1 ] || exit 2
      [ "$before" = "$(files)" ] || exit 3' </dev/null | gzip >"$2" || status=$?
    [ "$status" -eq 3 ] || break
  done
  [ "$status" -eq 0 ] || die "the volume $1 could not be copied (in $try tries)"
}

while read -r volume name; do
  [[ $dumped != *" $volume "* && $NOT_COPIED != *" $name "* ]] || continue
  copy "$volume" "$part/$name.tar.gz"
  saved "$name.tar.gz"
done < <(docker volume ls --filter "label=com.docker.compose.project=$project" --format '{{.Name}} {{.Label "com.docker.compose.volume"}}')

settings=(compose/.env configs)
for one in compose/secrets monitoring; do [ ! -e "$root/$one" ] || settings+=("$one"); done
tar -C "$root" --create --gzip --file "$part/settings.tar.gz" "${settings[@]}"
saved settings.tar.gz
{
  printf 'version %s\n' "$(setting RUCHE_VERSION)"
  printf 'commit %s\n' "$(git -C "$root" rev-parse HEAD 2>/dev/null || echo none)"
  containers --all
} >"$part/about"
(cd "$part" && sha256sum ./*.gz about postgres | sed 's#\./##' >SHA256SUMS)
# A file without a line would be taken for damage.
[ -s "$part/postgres" ] || sed -i '/ postgres$/d' "$part/SHA256SUMS"
sync -f "$part"
mv -T "$part" "$new"
trap - EXIT
find "$backups" -mindepth 1 -maxdepth 1 -type d -name '2*Z*' ! -name '*.part' | sort -r | tail -n "+$((keep + 1))" | while IFS= read -r old; do
  rm -rf "$old"
  say "  $(basename "$old") is older than the newest $keep, and gone"
done
printf '%s\n' "$new"
