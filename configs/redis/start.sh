#!/bin/sh
# Starts a Redis: start.sh KIND FILES, where FILES.conf are its settings and FILES.acl its users. #account# in the latter
# becomes the digest of the password in /run/secrets/<account>-KIND-url; users without that secret are left out. MAXMEMORY
# may be another bound than the settings have.
set -eu
umask 077
kind=$1
files=$2

program='' # for sed
for secret in /run/secrets/*-"$kind"-url; do
  account=${secret##*/}
  account=${account%-"$kind"-url}
  url=$(cat "$secret")
  password=${url#*://*:}
  digest=$(printf '%s' "${password%@*}" | sha256sum)
  program="$program;s/#$account#/#${digest%% *}/"
done
sed -e "${program#;}" -e '/^#/d;/#[a-z-]*#/d;/^$/d' "$files.acl" >/tmp/users.acl
# What is in FILES.conf, unless the machine has less.
exec redis-server "$files.conf" --aclfile /tmp/users.acl ${MAXMEMORY:+--maxmemory "$MAXMEMORY"}
