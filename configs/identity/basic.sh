#!/bin/sh
# Starts nginx to say of each request that a reverse proxy asks about whether it has the name and password: 202, or 401.
set -eu
umask 077
mkdir -p /tmp/nginx
printf '%s:{PLAIN}%s\n' "$IDENTITY_USER" "$(cat /run/secrets/identity-password)" >/tmp/nginx/accounts
exec nginx -c /etc/ruche-identity/basic.conf -g 'daemon off;'
