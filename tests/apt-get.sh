# Sourced by the scripts that need programs of Debian.

# apt_get PACKAGE...: installs those that are missing; their log is shown only when that fails.
# Scripts that run side by side wait for one another: apt-get's own locks refuse the second one.
apt_get() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local cache="${XDG_CACHE_HOME:-$HOME/.cache}/spine-lsp-editors" log
  mkdir -p "$cache"
  log="$(mktemp)"
  # The lists are fetched only where the package is not known: they may be minutes old, or not there at all.
  if ! { flock 9 && { apt_install "${missing[@]}" || { as_root apt-get update -q && apt_install "${missing[@]}"; }; }; } \
    >"$log" 2>&1 9>"$cache/apt-get.lock"; then
    cat "$log" >&2
    echo "could not install ${missing[*]} with apt-get: install them by hand and try again" >&2
    return 1
  fi
  rm -f "$log"
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    -o DPkg::Lock::Timeout=120 "$@"
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}
