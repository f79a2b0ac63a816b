# shellcheck shell=bash disable=SC2154 # what harden.sh sets
# Sourced by harden.sh: keys only, and nobody locked out.
readonly SSH_FILE=/etc/ssh/sshd_config.d/00-ruche.conf

sshd_of() { sshd -T -C "user=$1,host=nowhere.invalid,addr=192.0.2.1" 2>/dev/null; }
ssh_setting() { sshd_of "${2:-root}" | sed -n "s/^$1 //p" | head -n 1; }
ssh_ports() { (sshd -T 2>/dev/null || true) | sed -n 's/^port //p' | sort -u; }

# Who may log in with a shell: root and people.
login_users() { awk -F: '($3 == 0 || $3 >= 1000 && $3 < 60000) && $7 !~ /(nologin|false|sync)$/ { print $1 }' /etc/passwd; }

is_admin() { [ "$(id -u "$1")" -eq 0 ] || [[ " $(id -nG "$1") " == *' sudo '* ]]; }

# sshd takes no key from a place that others may write.
only_theirs() { # USER PATH
  local owner mode
  owner=$(stat -Lc %U "$2") mode=$(stat -Lc %a "$2")
  { [ "$owner" = "$1" ] || [ "$owner" = root ]; } && [ $((8#$mode & 8#22)) -eq 0 ]
}

# Whether sshd would let this user in by a key.
has_key() {
  local user=$1 home file allowed
  home=$(getent passwd "$user" | cut -d: -f6)
  [ "$user" != root ] || [ "$(ssh_setting permitrootlogin root)" != no ] || return 1
  allowed=$(sshd_of "$user" | sed -n 's/^allowusers //p' | sed 's/@.*//')
  [ -z "$allowed" ] || grep -qx -- "$user" <<<"$allowed" || return 1
  for file in $(ssh_setting authorizedkeysfile "$user"); do
    file=${file//%h/$home}
    file=${file//%u/$user}
    case $file in /*) ;; *) file=$home/$file ;; esac
    if [ -f "$file" ] && only_theirs "$user" "$file" && only_theirs "$user" "$(dirname "$file")" &&
      { [ "${file#"$home"/}" = "$file" ] || only_theirs "$user" "$home"; } && ssh-keygen -l -f "$file" >/dev/null 2>&1; then
      return 0
    fi
  done
  return 1
}

users_with_key() {
  local user
  for user in $(login_users); do ! { is_admin "$user" && has_key "$user"; } || echo "$user"; done
}

# Ends the run when password logins are all that somebody has.
refuse_lock_out() {
  local me=${SUDO_USER:-}
  has openssh-server || return 0
  sshd -T >/dev/null 2>&1 || die "sshd does not take its own settings, so that nobody can tell who could log in: sshd -t says why"
  if [ -z "$(users_with_key)" ]; then
    die "nothing was changed: no administrator has an SSH key that sshd would take, and without passwords nobody could log in." \
      "Add one from your own machine (ssh-copy-id $(id -un)@$(uname -n)), try it, and run this again."
  fi
  if [ -n "${SSH_CONNECTION:-}" ] && [ -n "$me" ] && ! has_key "$me"; then
    die "nothing was changed: you came as $me, who has no SSH key that sshd would take." \
      "Add one from your own machine (ssh-copy-id $me@$(uname -n)), try it, and run this again."
  fi
}

ssh_wanted='passwordauthentication no
kbdinteractiveauthentication no
permitemptypasswords no
pubkeyauthentication yes
x11forwarding no
permitrootlogin without-password'

look_ssh() {
  local name value is user text found=
  if ! has openssh-server; then
    fine ssh.absent "SSH" "No SSH server is installed."
    return
  fi
  if ! sshd -T >/dev/null 2>&1; then
    unknown ssh.settings "SSH" "sshd does not take its settings: $(sshd -T 2>&1 >/dev/null | head -n 1)" "sshd -t"
    return
  fi
  for user in $(login_users); do
    text=$(sshd_of "$user")
    while read -r name value; do
      is=$(sed -n "s/^$name //p" <<<"$text")
      case $name/$is in
        permitrootlogin/no | permitrootlogin/forced-commands-only | "$name/$value" | permitrootlogin/prohibit-password) ;;
        *)
          found=1
          isopen "ssh.$name" "SSH for $user" "$name is '$is'." "host/harden.sh, which writes $SSH_FILE"
          ;;
      esac
    done <<<"$ssh_wanted"
  done
  [ -n "$found" ] || fine ssh.settings "SSH" "It takes keys only."
  if [ -n "$(users_with_key)" ]; then
    fine ssh.keys "SSH" "Administrators with a key: $(users_with_key | paste -sd' ')."
  else
    isopen ssh.keys "SSH" "No administrator has a key that sshd would take." "ssh-copy-id, from your own machine"
  fi
}

mend_ssh() {
  local old=
  has openssh-server || return 0
  [ ! -e "$SSH_FILE" ] || old=$(cat "$SSH_FILE")
  # The first value that sshd reads counts, and it reads these files first, by their names.
  put "$SSH_FILE" <<'END'
# Written by host/harden.sh.
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitEmptyPasswords no
PubkeyAuthentication yes
PermitRootLogin prohibit-password
X11Forwarding no
MaxAuthTries 4
LoginGraceTime 30
END
  if ! sshd -t; then
    rm -f "$SSH_FILE"
    [ -z "$old" ] || printf '%s\n' "$old" >"$SSH_FILE"
    die "sshd refuses $SSH_FILE, which was taken back"
  fi
  if systemd_runs; then
    systemctl reload ssh
  elif [ -r /run/sshd.pid ]; then
    kill -HUP "$(cat /run/sshd.pid)"
  fi
}
