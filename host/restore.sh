#!/usr/bin/env bash
# Puts a backup of backup.sh in the place of what the stack has now, and starts it.
#   host/restore.sh FOLDER --yes     without --yes it only checks the backup
# On a new server: unpack the backup's settings.tar.gz in the repository first, so that passwords are those of the data.
set -euo pipefail
umask 077
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=stack.sh
. "$here/stack.sh"

backup=$(cd "${1:?names the folder of a backup}" && pwd)
[ -f "$backup/SHA256SUMS" ] || die "$backup is not a complete backup: it has no SHA256SUMS"
(cd "$backup" && sha256sum --quiet --check SHA256SUMS) || die "$backup is damaged; nothing was changed"
say "$backup is complete: $(sed -n 1,2p "$backup/about" | paste -sd' ')"
if [ "${2:-}" != --yes ]; then
  say "What came after it would be gone. host/restore.sh $1 --yes puts it in place."
  exit 0
fi
require_stack

say "stopping the stack"
compose down --timeout 75 >/dev/null 2>&1
volume_of() { printf '%s_%s' "$project" "$1"; }
# Compose makes the volumes, with its labels.
compose create >/dev/null 2>&1
empty='find /volume -mindepth 1 -delete'
for file in "$backup"/*.tar.gz; do
  name=$(basename "$file" .tar.gz)
  [ "$name" != settings ] || continue
  if ! docker volume inspect "$(volume_of "$name")" >/dev/null 2>&1; then
    say "  $name: no part that is chosen now has it; left out"
    continue
  fi
  gzip -dc "$file" | in_volume "$(volume_of "$name")" rw "$empty && tar --extract --numeric-owner --same-owner --directory /volume"
  say "  $name"
done
while read -r service volume; do
  in_volume "$volume" rw "$empty" </dev/null
  compose up --detach --wait "$service" >/dev/null 2>&1 || die "$service does not start; docker compose logs $service"
  # The superuser and the database are there from the start; everything else must go in.
  gzip -dc "$backup/$service.sql.gz" |
    docker exec --interactive "$(compose ps --quiet "$service")" sh -c 'psql --no-psqlrc --quiet --username="${POSTGRES_USER:-postgres}" --dbname=postgres' 2>&1 >/dev/null |
    grep 'ERROR' | grep -v 'already exists' >"$backup.errors" || true
  [ ! -s "$backup.errors" ] || die "PostgreSQL refused parts of the dump: $(sed -n 1p "$backup.errors") ($backup.errors)"
  rm -f "$backup.errors"
  say "  $service"
done <"$backup/postgres"
say "starting the stack"
compose up --detach --wait --wait-timeout 600 || die "not all is healthy; docker compose ps"
say "restored"
