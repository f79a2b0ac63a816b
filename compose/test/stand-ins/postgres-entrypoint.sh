#!/bin/sh
# What the official image's entry point does of it here: a new cluster with a password from a file, and a database.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # shellcheck disable=SC2086 # several options
  initdb --username=postgres --pwfile="$POSTGRES_PASSWORD_FILE" ${POSTGRES_INITDB_ARGS:-} --encoding=UTF8 >/dev/null
  printf 'host all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
  printf "listen_addresses = '*'\n" >>"$PGDATA/postgresql.conf"
  pg_ctl --wait --silent --options="-c listen_addresses=" start >/dev/null
  PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE") psql --username=postgres --quiet --command="CREATE DATABASE $POSTGRES_DB"
  pg_ctl --wait --silent stop >/dev/null
fi
exec "$@"
