# shellcheck shell=bash
# Sourced by the scripts beside it: the stack of ../compose, with the overlays that COMPOSE_FILE in its .env names.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$root/compose

say() { printf '%s\n' "$*" >&2; }
die() {
  say "$(basename "$0"): $*"
  exit 1
}

compose() { (cd "$folder" && docker compose "$@"); }

setting() { # NAME: its value in .env
  [ ! -r "$folder/.env" ] || sed -n "s/^$1=//p" "$folder/.env" | tail -n 1
}

require_stack() {
  command -v docker >/dev/null || die "there is no docker: docs/deployment.md"
  docker info >/dev/null 2>&1 || die "Docker does not answer: start it, or run this as a user who may ask it"
  [ -f "$folder/.env" ] || die "$folder/.env is not there: ./ruche secrets"
  compose config --quiet || die "Compose refuses the files in $folder; its reason is above"
  project=$(compose config | sed -n 's/^name: //p')
}

# Containers of this stack, as "SERVICE ID IMAGE".
containers() { # [--all]
  docker ps --quiet --filter "label=com.docker.compose.project=$project" --filter label=com.docker.compose.oneoff=False "$@" |
    xargs -r docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}} {{.Id}} {{.Config.Image}}'
}

# A program in a container of its own that sees one volume: in_volume VOLUME ro|rw COMMAND
in_volume() {
  : "${tools:=$(compose config --images | grep '^ruche/' | sort | sed -n 1p)}"
  docker run --rm --interactive --network none --read-only --user 0:0 --cap-drop ALL --cap-add DAC_OVERRIDE --cap-add CHOWN \
    --cap-add FOWNER --security-opt no-new-privileges --log-driver none --volume "$1:/volume:$2" --entrypoint /bin/sh "$tools" -c "$3"
}

backups_folder() {
  local named
  named=$(setting RUCHE_BACKUPS)
  case $named in
    '') printf '%s' "$root/backups" ;;
    /*) printf '%s' "$named" ;;
    *) printf '%s' "$folder/$named" ;;
  esac
}
