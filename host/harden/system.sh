# shellcheck shell=bash disable=SC2154 # what harden.sh sets
# Sourced by harden.sh: Fail2ban, updates, kernel, clock, and what is only looked at.
readonly SYSCTL_FILE=/etc/sysctl.d/60-ruche.conf
readonly JAIL_FILE=/etc/fail2ban/jail.d/ruche.local
readonly APT_FILE=/etc/apt/apt.conf.d/52ruche

# --- Fail2ban ---------------------------------------------------------------------------------

look_fail2ban() {
  if ! has fail2ban || ! has python3-systemd; then
    isopen fail2ban.absent "Fail2ban" "It is not installed, or cannot read the journal." "host/harden.sh"
    return
  fi
  # Debian 12 writes no auth.log, which the default waits for.
  if grep -q "^\['add', 'sshd', 'systemd'\]" <<<"$(fail2ban-client -d 2>/dev/null)"; then
    fine fail2ban.sshd "Fail2ban" "Who fails to log in over SSH is shut out."
  else
    isopen fail2ban.sshd "Fail2ban" "Its settings have no jail for SSH that reads the journal." "host/harden.sh"
  fi
  look_unit fail2ban.runs fail2ban.service "journalctl -u fail2ban"
}

mend_fail2ban() {
  install_packages fail2ban python3-systemd
  put "$JAIL_FILE" <<END
# Written by host/harden.sh.
[DEFAULT]
backend = systemd
findtime = 10m
maxretry = 5
bantime = 1h
bantime.increment = true
bantime.maxtime = 1w

[sshd]
enabled = true
mode = aggressive
port = $(ssh_ports | paste -sd,)
END
  start_unit fail2ban.service
  ! systemd_runs || systemctl restart fail2ban.service
}


# --- updates ----------------------------------------------------------------------------------

apt_value() { apt-config dump --format '%v%n' "$1" | head -n 1; }

look_updates() {
  if has unattended-upgrades && [ "$(apt_value APT::Periodic::Unattended-Upgrade)" = 1 ] &&
    [ "$(apt_value APT::Periodic::Update-Package-Lists)" = 1 ] &&
    grep -q 'Debian-Security' <<<"$(apt-config dump Unattended-Upgrade::Origins-Pattern)"; then
    fine updates.settings "unattended-upgrades" "Security updates are installed by themselves."
  else
    isopen updates.settings "unattended-upgrades" "Security updates wait for somebody to install them." "host/harden.sh"
  fi
  look_unit updates.timer apt-daily-upgrade.timer "systemctl enable --now apt-daily-upgrade.timer"
}

mend_updates() {
  install_packages unattended-upgrades
  put "$APT_FILE" <<'END'
// Written by host/harden.sh.
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
APT::Periodic::AutocleanInterval "7";
Unattended-Upgrade::Remove-Unused-Kernel-Packages "true";
// A reboot is for you to choose; ./ruche doctor --production tells when one is due.
Unattended-Upgrade::Automatic-Reboot "false";
END
  start_unit apt-daily-upgrade.timer
}


# --- the kernel -------------------------------------------------------------------------------

# Redis' copy of itself needs the first; the others refuse what an attacker would begin with.
sysctls='vm.overcommit_memory = 1
vm.swappiness = 10
fs.protected_hardlinks = 1
fs.protected_symlinks = 1
fs.suid_dumpable = 0
kernel.dmesg_restrict = 1
kernel.kptr_restrict = 1
net.ipv4.tcp_syncookies = 1
net.ipv4.conf.all.accept_redirects = 0
net.ipv4.conf.default.accept_redirects = 0
net.ipv4.conf.all.send_redirects = 0
net.ipv4.conf.all.accept_source_route = 0
net.ipv6.conf.all.accept_redirects = 0
net.ipv6.conf.all.accept_source_route = 0'

sysctl_path() { printf '/proc/sys/%s' "$(tr . / <<<"$1")"; }

look_kernel() {
  local name value is file
  while read -r name _ value; do
    file=$(sysctl_path "$name")
    if [ ! -r "$file" ]; then
      unknown kernel.setting "$name" "This kernel does not tell it here." "Look at it on the machine itself."
      continue
    fi
    is=$(cat "$file")
    if [ "$is" = "$value" ] || { [ "$name" = kernel.kptr_restrict ] && [ "$is" = 2 ]; }; then
      fine kernel.setting "$name" "It is $is."
    elif [ ! -w "$file" ]; then
      unknown kernel.setting "$name" "It is $is, and can only be set outside of this container." "sysctl -w $name=$value, there"
    else
      isopen kernel.setting "$name" "It is $is, not $value." "host/harden.sh"
    fi
  done <<<"$sysctls"
  if grep -qx 'vm.overcommit_memory = 1' "$SYSCTL_FILE" 2>/dev/null; then
    fine kernel.kept "$SYSCTL_FILE" "The settings are there after a restart as well."
  else
    isopen kernel.kept "$SYSCTL_FILE" "The settings are not kept over a restart." "host/harden.sh"
  fi
}

mend_kernel() {
  local name value file
  put "$SYSCTL_FILE" <<<"# Written by host/harden.sh."$'\n'"$sysctls"
  while read -r name _ value; do
    file=$(sysctl_path "$name")
    if [ -w "$file" ] && [ "$(cat "$file")" != "$value" ]; then
      # Some cannot be taken back before a restart, and then are stricter already.
      ! printf '%s' "$value" 2>/dev/null >"$file" || changed "$name = $value"
    fi
  done <<<"$sysctls"
}


# --- the clock --------------------------------------------------------------------------------

look_clock() {
  if has chrony || has ntpsec; then
    fine clock.program "clock" "A program keeps it in step."
  elif has systemd-timesyncd; then
    look_unit clock.program systemd-timesyncd.service "timedatectl set-ntp true"
  else
    isopen clock.program "clock" "Nothing keeps it in step." "host/harden.sh, which installs systemd-timesyncd"
  fi
}

mend_clock() {
  has chrony || has ntpsec || install_packages systemd-timesyncd
  ! has systemd-timesyncd || start_unit systemd-timesyncd.service
}


# --- what is only looked at -------------------------------------------------------------------

look_accounts() {
  local found
  found=$(awk -F: '$2 == "" { print $1 }' /etc/shadow | paste -sd' ')
  if [ -z "$found" ]; then
    fine accounts.empty "/etc/shadow" "No account is without a password."
  else
    isopen accounts.empty "/etc/shadow" "Without a password: $found." "passwd --lock NAME"
  fi
  found=$(awk -F: '$3 == 0 && $1 != "root" { print $1 }' /etc/passwd | paste -sd' ')
  if [ -z "$found" ]; then
    fine accounts.root "/etc/passwd" "Only root is root."
  else
    isopen accounts.root "/etc/passwd" "Also root: $found." "userdel NAME"
  fi
  found=$(sed -n 's/^docker:[^:]*:[^:]*://p' /etc/group)
  [ -z "$found" ] || advice accounts.docker "group docker" "As good as root on this server: $found." "gpasswd --delete NAME docker"
}

look_docker() {
  if grep -qE ':(2375|2376)$' <<<"$(ss -Hltn 2>/dev/null | awk '{ print $4 }')"; then
    isopen docker.port "dockerd" "It listens on a port, and who reaches that is root here." "Take tcp:// out of /etc/docker/daemon.json and the unit."
  else
    fine docker.port "dockerd" "It listens on no port."
  fi
}
