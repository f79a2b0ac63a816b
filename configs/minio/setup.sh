#!/bin/sh
# Makes the bucket, and for each policy a user of that name with the secret /run/secrets/<name>-s3-secret-key; for each
# secret tenant-<name>-s3-secret-key a bucket and a user of that name, who also has the tenant's part of the common bucket.
# Repeatable.
set -eu
MC_HOST_store=http://root:$(cat /run/secrets/minio-root-password)@minio:9000
export MC_HOST_store

mc mb --ignore-existing store/ruche
# user NAME SECRET POLICY
user() {
  # By standard input: arguments can be seen by others.
  printf '%s\n%s\n' "$1" "$(cat "$2")" | mc admin user add store
  mc admin policy create store "$1" "$3"
  if ! mc admin user info store "$1" --json | grep -q "\"policyName\": *\"$1\""; then
    mc admin policy attach store "$1" --user "$1"
  fi
}

for policy in /etc/ruche-minio/policies/*.json; do
  name=${policy##*/}
  name=${name%.json}
  secret=/run/secrets/$name-s3-secret-key
  [ ! -r "$secret" ] || user "$name" "$secret" "$policy"
done
for secret in /run/secrets/tenant-*-s3-secret-key; do
  [ -r "$secret" ] || continue
  name=${secret##*/tenant-}
  name=${name%-s3-secret-key}
  mc mb --ignore-existing "store/$name"
  sed "s/TENANT/$name/g" "${0%/*}/tenant.json" >/tmp/tenant.json
  user "$name" "$secret" /tmp/tenant.json
done
