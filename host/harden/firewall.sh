# shellcheck shell=bash disable=SC2154 # what harden.sh sets
# Sourced by harden.sh: UFW, and the same for ports that Docker publishes.
readonly MARK='ruche: ports that Docker publishes'

open_ports() {
  local port
  for port in $(ssh_ports); do echo "$port/tcp"; done
  printf '%s\n' 80/tcp 443/tcp 443/udp "${ports[@]}" | grep .
}

# What Docker publishes is forwarded before UFW sees it: only the chain DOCKER-USER comes earlier.
docker_rules() {
  local port bridge
  printf '# BEGIN %s\n*filter\n:DOCKER-USER - [0:0]\n' "$MARK"
  printf -- '-A DOCKER-USER -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN\n'
  for bridge in docker0 docker_gwbridge br-+; do printf -- '-A DOCKER-USER -i %s -j RETURN\n' "$bridge"; done
  for port in $(open_ports); do
    printf -- '-A DOCKER-USER -p %s -m conntrack --ctorigdstport %s --ctdir ORIGINAL -j RETURN\n' "${port#*/}" "${port%/*}"
  done
  for bridge in docker0 docker_gwbridge br-+; do printf -- '-A DOCKER-USER -o %s -j DROP\n' "$bridge"; done
  printf 'COMMIT\n# END %s\n' "$MARK"
}

# The block of docker_rules in a file of UFW.
rules_in() { sed -n "/^# BEGIN $MARK/,/^# END $MARK/p" "$1" 2>/dev/null; }

look_firewall() {
  local port added line
  if ! has ufw; then
    isopen firewall.absent "UFW" "It is not installed." "host/harden.sh"
    return
  fi
  if ! iptables -S >/dev/null 2>&1; then
    unknown firewall.kernel "UFW" "iptables cannot ask this kernel." "Look at it on the machine itself."
    return
  fi
  # Never "| grep -q", which ends the pipe before its writer, and so fails it.
  if grep -q '^Status: active' <<<"$(ufw status verbose)" &&
    grep -q '^Default: deny (incoming), allow (outgoing)' <<<"$(ufw status verbose)"; then
    fine firewall.active "UFW" "It is on, and denies what comes in."
  else
    isopen firewall.active "UFW" "It is off, or lets in what no rule names." "host/harden.sh"
  fi
  added=$(ufw show added | sed -n 's/^ufw //p')
  for port in $(open_ports); do
    if grep -qE "^(allow|limit) $port( |$)" <<<"$added"; then
      fine "firewall.port" "UFW, port $port" "It is open, as wanted."
    else
      isopen "firewall.port" "UFW, port $port" "No rule opens it." "host/harden.sh"
    fi
  done
  while read -r line; do
    [[ $line =~ ^(allow|limit)\ (in\ )?([^ ]+) ]] || continue
    [[ $line == *' from '* ]] || grep -qx -- "${BASH_REMATCH[3]}" <<<"$(open_ports)" ||
      advice firewall.extra "UFW, ${BASH_REMATCH[3]}" "It is open, and nobody told of it here." \
        "ufw delete $line, or host/harden.sh --allow PORT/PROTO"
  done <<<"$added"
  if [ "$(rules_in /etc/ufw/after.rules)" = "$(docker_rules)" ] && [ "$(rules_in /etc/ufw/after6.rules)" = "$(docker_rules)" ] &&
    grep -q -- '-o br-+ -j DROP' <<<"$(iptables -S DOCKER-USER 2>/dev/null)"; then
    fine firewall.docker "DOCKER-USER" "Ports that Docker publishes are held to the same list."
  else
    isopen firewall.docker "DOCKER-USER" "Ports that Docker publishes go past UFW." "host/harden.sh"
  fi
}

mend_firewall() {
  local port file rest
  install_packages ufw
  for file in /etc/ufw/after.rules /etc/ufw/after6.rules; do
    rest=$(sed "/^# BEGIN $MARK/,/^# END $MARK/d" "$file")
    put "$file" <<<"$rest"$'\n'"$(docker_rules)"
    chmod 640 "$file"
  done
  # SSH's own first, so that no moment locks anybody out.
  for port in $(open_ports); do
    if ! grep -qE "^ufw (allow|limit) $port( |$)" <<<"$(ufw show added)"; then
      ufw allow "$port" >/dev/null
      changed "UFW lets $port in"
    fi
  done
  ufw default deny incoming >/dev/null
  ufw default allow outgoing >/dev/null
  ufw --force enable >/dev/null
  ufw reload >/dev/null
  changed "UFW is on"
}
