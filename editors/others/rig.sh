# Sourced by the scripts that need real editors: where they are kept, and how each is got.

EDITORS="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
ROOT="$(cd "$EDITORS/.." && pwd)"
PYTHON="${PYTHON:-$ROOT/.venv/bin/python}"
CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/spine-lsp-editors"
NVIM="$CACHE/nvim/bin/nvim"
STYLUA="$CACHE/stylua/node_modules/.bin/stylua"
export EDITORS ROOT PYTHON CACHE NVIM STYLUA LC_ALL=C.UTF-8
mkdir -p "$CACHE"

if [ ! -x "$PYTHON" ]; then
  echo "no Python at $PYTHON: run 'make test', or set PYTHON to one that has spine-lsp installed" >&2
  exit 1
fi

. "$ROOT/tests/apt-get.sh"

# Both are of locked versions, and keep a copy of their lock: a kept machine skips them while the lock is the same.
get_nvim() {
  local lock="$ROOT/tests/requirements/neovim.txt" venv="$CACHE/nvim"
  cmp -s "$lock" "$venv/lock.txt" && return 0
  "$PYTHON" -m venv --clear "$venv"
  "$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$lock" 2>"$CACHE/pip.log" ||
    { cat "$CACHE/pip.log" >&2; return 1; }
  cp "$lock" "$venv/lock.txt"
}

get_stylua() {
  local source="$EDITORS/nvim/tests/stylua" folder="$CACHE/stylua"
  cmp -s "$source/package-lock.json" "$folder/lock.json" && return 0
  command -v npm >/dev/null || { echo "npm is missing: it comes with Node 20 or later" >&2; return 1; }
  mkdir -p "$folder"
  cp "$source/package.json" "$source/package-lock.json" "$folder/"
  (cd "$folder" && npm ci --silent --no-audit --no-fund) >"$CACHE/npm.log" 2>&1 ||
    { cat "$CACHE/npm.log" >&2; return 1; }
  cp "$source/package-lock.json" "$folder/lock.json"
}

# wired FOLDER: the words of a server command whose traffic is kept below FOLDER.
wired() {
  printf '%s\n' "$PYTHON" "$EDITORS/nvim/tests/wire.py" "$1" "$PYTHON" -m spine_lsp serve
}

# command_in FOLDER WIRE: puts a command `spine-lsp` into FOLDER, whose traffic is kept below WIRE.
command_in() {
  mkdir -p "$1"
  local words
  mapfile -t words < <(wired "$2")
  printf '#!/bin/sh\nexec %s "$@"\n' "$(printf "'%s' " "${words[@]::${#words[@]}-1}")" >"$1/spine-lsp"
  chmod +x "$1/spine-lsp"
}

# judge WIRE [TEXT...]: judges the traffic that was kept.
judge() { "$PYTHON" "$EDITORS/nvim/tests/wire.py" --check "$@"; }
