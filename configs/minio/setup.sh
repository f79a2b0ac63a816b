#!/bin/sh
# Makes the bucket, and for each policy a user of that name with the secret /run/secrets/<name>-s3-secret-key. Repeatable.
set -eu
MC_HOST_store=http://root:$(cat /run/secrets/minio-root-password)@minio:9000
export MC_HOST_store

mc mb --ignore-existing store/ruche
for policy in /etc/ruche-minio/policies/*.json; do
  name=${policy##*/}
  name=${name%.json}
  [ -r "/run/secrets/$name-s3-secret-key" ] || continue
  # By standard input: arguments can be seen by others.
  printf '%s\n%s\n' "$name" "$(cat "/run/secrets/$name-s3-secret-key")" | mc admin user add store
  mc admin policy create store "$name" "$policy"
  if ! mc admin user info store "$name" --json | grep -q "\"policyName\": *\"$name\""; then
    mc admin policy attach store "$name" --user "$name"
  fi
done
