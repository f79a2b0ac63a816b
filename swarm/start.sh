#!/bin/bash
# start.sh PROGRAM ARGS...: runs a program of a Ruche image with the management port on the address that this task has on
# monitoring_net. It asks for no key, and under Swarm no name has the address of one task alone.
set -eu
for address in $(hostname -I); do
  case $address in "$MONITORING_PREFIX"*) export RUCHE_MANAGEMENT_BIND=$address ;; esac
done
: "${RUCHE_MANAGEMENT_BIND:?no address of this task begins with $MONITORING_PREFIX}"
exec "/opt/ruche/bin/$1" "${@:2}"
