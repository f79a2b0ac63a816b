#!/bin/sh
# Gives every service a role that may use its own schema, and the migrations one that owns all of them. Repeatable: it
# also sets the passwords to those of the secrets.
set -eu
PGPASSWORD=$(cat /run/secrets/postgres-superuser-password)
export PGPASSWORD PGHOST="${PGHOST:-postgres}" PGUSER="${PGUSER:-postgres}" PGDATABASE=ruche

# Passwords go by the environment: arguments can be seen by others.
sql() {
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 "$@"
}

# role ACCOUNT: as the account's address names it
role() {
  [ -r "/run/secrets/$1-postgres-url" ] || return 0
  url=$(cat "/run/secrets/$1-postgres-url")
  rest=${url#*://}
  ROLE=${rest%%:*} PASSWORD=${rest#*:}
  PASSWORD=${PASSWORD%%@*}
  export ROLE PASSWORD
  sql --file "$(dirname "$0")/role.sql"
}

role admin
role ai-proxy
role embed-service
role monitor
sql --file "$(dirname "$0")/schemas.sql"
