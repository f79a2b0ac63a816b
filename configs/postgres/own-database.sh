#!/bin/sh
# own-database.sh ACCOUNT: a role and a database of its own for a program that is not Ruche, as /run/secrets/ACCOUNT-postgres-url
# names them. Repeatable: it also sets the password to that of the secret. The role comes to no other database.
set -eu
PGPASSWORD=$(cat /run/secrets/postgres-superuser-password)
export PGPASSWORD PGHOST="${PGHOST:-postgres}" PGUSER="${PGUSER:-postgres}" PGDATABASE=ruche

# postgresql://ROLE:PASSWORD@HOST:PORT/NAME; the password goes by the environment: arguments can be seen by others.
url=$(cat "/run/secrets/$1-postgres-url")
rest=${url#*://}
ROLE=${rest%%:*} PASSWORD=${rest#*:} NAME=${url##*/}
PASSWORD=${PASSWORD%%@*}
export ROLE PASSWORD NAME
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<'END'
\getenv role ROLE
\getenv password PASSWORD
\getenv name NAME
SELECT format('CREATE ROLE %I LOGIN', :'role') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
ALTER ROLE :"role" PASSWORD :'password';
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'role') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
END
