#!/bin/sh
# Gives n8n a role and a database of its own, as /run/secrets/n8n-postgres-url names them. Repeatable: it also sets the
# password to that of the secret.
set -eu
url=$(cat /run/secrets/n8n-postgres-url)
login=${url#*://}
place=${login##*@}
login=${login%@*}
PGPASSWORD=$(cat /run/secrets/postgres-superuser-password)
export PGPASSWORD PGHOST="${place%%[:/]*}" PGUSER=postgres PGDATABASE=postgres
# By the environment: arguments can be seen by others.
export ROLE="${login%%:*}" PASSWORD="${login#*:}" NAME="${place##*/}"
exec psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --file "$(dirname "$0")/n8n.sql"
