#!/bin/sh
# Starts Mosquitto with an account for each secret /run/secrets/<account>-mqtt-url, whose role is in roles/<account>.json,
# and with TLS when /certs has server.crt and server.key, or /public, where a reverse proxy puts those of a public authority.
# Accounts that the broker already has are left as they are. SERVICES_NAME is the name of the services' listener where it is
# not the usual one.
set -eu
umask 077

accounts=/mosquitto/data/dynamic-security.json
if [ ! -s "$accounts" ]; then
  cat >"$accounts" <<'END'
{
	"defaultACLAccess":	{"publishClientSend": false, "publishClientReceive": false, "subscribe": false, "unsubscribe": false},
	"clients":	[],
	"groups":	[],
	"roles":	[]
}
END
fi

# add LIST OBJECT: as the first of the file's outermost list of that name.
add() {
  LIST=$1 OBJECT=$2 awk '
    BEGIN { list = ENVIRON["LIST"]; head = "^\t\"" list "\":[ \t]*\\[" }
    !done && match($0, head) {
      rest = substr($0, RLENGTH + 1)
      empty = rest ~ /^[ \t]*\]/
      print substr($0, 1, RLENGTH) ENVIRON["OBJECT"] (empty ? "" : ",") rest
      done = 1
      next
    }
    { print }
    END { exit !done }' "$accounts" >"$accounts.new"
  mv "$accounts.new" "$accounts"
}

for secret in /run/secrets/*-mqtt-url; do
  name=${secret##*/}
  name=${name%-mqtt-url}
  if grep -q "\"username\":[[:space:]]*\"$name\"" "$accounts"; then
    continue
  fi
  url=$(cat "$secret")
  password=${url#*://*:}
  printf '%s:%s\n' "$name" "${password%@*}" >/tmp/plain
  mosquitto_passwd -U /tmp/plain
  # name:$7$iterations$salt$hash
  IFS='$' read -r _ kind iterations salt hash </tmp/plain
  rm /tmp/plain
  [ "$kind" = 7 ] || { echo "mosquitto_passwd wrote a password of the unknown kind $kind" >&2; exit 1; }
  role=$(tr -d '\n' <"/etc/ruche-mqtt/roles/$name.json")
  add roles "{\"rolename\": \"$name\", \"acls\": $role}"
  add clients "{\"username\": \"$name\", \"password\": \"$hash\", \"salt\": \"$salt\", \"iterations\": $iterations, \"roles\": [{\"rolename\": \"$name\"}]}"
done

# The health check asks as the administrator, over the services' listener.
url=$(cat /run/secrets/admin-mqtt-url)
password=${url#*://*:}
mkdir -p "$XDG_CONFIG_HOME"
printf -- '-u admin\n-P %s\n' "${password%@*}" >"$XDG_CONFIG_HOME/mosquitto_sub"

sed "s/mosquitto-services/${SERVICES_NAME:-mosquitto-services}/" /etc/ruche-mqtt/mosquitto.conf >/tmp/mosquitto.conf
certificates=/certs
[ -r /certs/server.crt ] && [ -r /certs/server.key ] || certificates=/public
if [ -r $certificates/server.crt ] && [ -r $certificates/server.key ]; then
  {
    printf '\nlistener 8883\nuse_username_as_clientid true\n'
    printf 'certfile %s/server.crt\nkeyfile %s/server.key\ntls_version tlsv1.2\n' $certificates $certificates
    # With a CA, clients must have a certificate of it as well.
    [ ! -r /certs/clients-ca.crt ] || printf 'cafile /certs/clients-ca.crt\nrequire_certificate true\n'
  } >>/tmp/mosquitto.conf
fi

# A renewed certificate is read again; the first one makes a listener, which only a start can.
if [ $certificates = /public ]; then
  known=$(sha256sum /public/server.crt 2>/dev/null || true)
  while sleep "${CERTIFICATE_SECONDS:-60}"; do
    now=$(sha256sum /public/server.crt 2>/dev/null || true)
    [ "$now" != "$known" ] || continue
    if [ -n "$known" ]; then kill -HUP 1; else kill -TERM 1; fi
    known=$now
  done &
fi
exec mosquitto -c /tmp/mosquitto.conf
