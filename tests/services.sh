#!/usr/bin/env bash
# Installs the servers that tests start for themselves, where they are missing; nothing is started here.
# Where they cannot be had, one sentence says why, and the tests that need them are skipped and say so too.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/apt-get.sh"

missing=()
command -v redis-server >/dev/null || missing+=(redis-server)
command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)

without() {
  echo "without ${missing[*]} the tests that need it are skipped: $1" >&2
  exit 0
}

[ ${#missing[@]} -gt 0 ] || exit 0
command -v apt-get >/dev/null || without "there is no apt-get here to install it"
[ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null || without "apt-get needs root, or a sudo that asks for no password"
log="$(apt_get "${missing[@]}" 2>&1 </dev/null)" ||
  without "apt-get could not install it ($(grep -m 1 '^E:' <<<"$log" || tail -n 1 <<<"$log"))"
