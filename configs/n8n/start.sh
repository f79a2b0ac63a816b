#!/bin/sh
# Starts n8n: start.sh start|worker. Where its PostgreSQL and its Redis are, and as whom it asks them, is said by the
# addresses in /run/secrets; n8n wants them in pieces, and the passwords in files of their own.
set -eu
umask 077
mkdir -p /tmp/passwords

# divide ADDRESS: into USER, PASSWORD, HOST, PORT and the rest, PLACE
divide() {
  address=$(cat "$1")
  address=${address#*://}
  login=${address%@*}
  place=${address##*@}
  USER=${login%%:*} PASSWORD=${login#*:}
  PLACE=${place#*/}
  place=${place%%/*}
  HOST=${place%%:*} PORT=${place#*:}
}

divide /run/secrets/n8n-postgres-url
printf %s "$PASSWORD" >/tmp/passwords/postgres
export DB_TYPE=postgresdb DB_POSTGRESDB_USER="$USER" DB_POSTGRESDB_PASSWORD_FILE=/tmp/passwords/postgres
export DB_POSTGRESDB_HOST="$HOST" DB_POSTGRESDB_PORT="$PORT" DB_POSTGRESDB_DATABASE="$PLACE"

if [ -r /run/secrets/n8n-redis-url ]; then
  divide /run/secrets/n8n-redis-url
  printf %s "$PASSWORD" >/tmp/passwords/redis
  export EXECUTIONS_MODE=queue QUEUE_BULL_REDIS_USERNAME="$USER" QUEUE_BULL_REDIS_PASSWORD_FILE=/tmp/passwords/redis
  export QUEUE_BULL_REDIS_HOST="$HOST" QUEUE_BULL_REDIS_PORT="$PORT"
fi
unset USER PASSWORD HOST PORT PLACE
exec n8n "$@"
