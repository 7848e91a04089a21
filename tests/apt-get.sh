# Sourced by the scripts that need programs of Debian.

# apt_get PACKAGE...: installs those that are missing; their log is shown only when that fails.
apt_get() {
  local missing=() package as=()
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  [ "$(id -u)" -eq 0 ] || as=(sudo)
  local log
  log="$(mktemp)"
  # The lists are fetched only where the package is not known: they may be minutes old, or not there at all.
  if ! { "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    -o DPkg::Lock::Timeout=120 "${missing[@]}" ||
    { "${as[@]}" apt-get update -q &&
      "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        -o DPkg::Lock::Timeout=120 "${missing[@]}"; }; } \
    >"$log" 2>&1; then
    cat "$log" >&2
    echo "could not install ${missing[*]} with apt-get: install them by hand and try again" >&2
    return 1
  fi
  rm -f "$log"
}
