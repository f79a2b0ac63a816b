#!/bin/sh
# Makes a private CA, the broker's certificate and one for each client that is named. What is there is kept.
#   configs/mqtt/make-certs.sh --host mqtt.example.org [--host 10.0.0.5] [--days 825] [--require] [CLIENT ...]
# --require: the broker takes only clients with a certificate of this CA.
# Everything is in certs/, which only its owner may enter; the broker sees certs/server/ alone.
set -eu
umask 077
cd "$(dirname "$0")/certs"

days=825
names=
clients=
required=
while [ $# -gt 0 ]; do
  case $1 in
    --host)
      case ${2:?--host needs a name or an address} in
        *[!0-9.]*) names="$names,DNS:$2" ;;
        *) names="$names,IP:$2" ;;
      esac
      shift 2
      ;;
    --days) days=${2:?--days needs a number} && shift 2 ;;
    --require) required=1 && shift ;;
    -*) echo "unknown option $1; see the head of $0" >&2 && exit 2 ;;
    *[!a-zA-Z0-9._-]*) echo "a client's name has only a-z, A-Z, 0-9, '.', '_' and '-': $1" >&2 && exit 2 ;;
    *) clients="$clients $1" && shift ;;
  esac
done

chmod 700 .
mkdir -p server clients

if [ ! -e ca.key ]; then
  openssl ecparam -name prime256v1 -genkey -noout -out ca.key
  openssl req -x509 -new -key ca.key -days 3650 -subj '/CN=Ruche private CA' -out ca.crt \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
  echo "made ca.crt: clients must trust it"
fi

# sign FILE SUBJECT EXTENSIONS
sign() {
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
  openssl req -new -key "$1.key" -subj "/CN=$2" -out "$1.csr"
  printf '%s\n' "$3" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days "$days" -extfile "$1.ext" -out "$1.crt" \
    2>/dev/null
  rm "$1.csr" "$1.ext"
  echo "made $1.crt"
}

if [ ! -e server/server.crt ]; then
  [ -n "$names" ] || { echo "name the broker with --host NAME" >&2 && exit 2; }
  sign server/server mosquitto "subjectAltName=DNS:mosquitto,DNS:localhost,IP:127.0.0.1$names
extendedKeyUsage=serverAuth"
fi
for client in $clients; do
  [ -e "clients/$client.crt" ] || sign "clients/$client" "$client" extendedKeyUsage=clientAuth
done
[ -z "$required" ] || cp ca.crt server/clients-ca.crt
# The container's user is not the owner here; nobody else gets past the folder above.
chmod 755 server
chmod 644 server/*
