#!/usr/bin/env bash
# The floor: Debian's Neovim 0.7.2, where the plugin says what it needs and the server can be had alone.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
. "$here/../../others/rig.sh"
apt_get neovim

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir "$work/ws"
mapfile -t command < <(wired "$work/wire")
SPINE_COMMAND="$("$PYTHON" -c 'import json, sys; print(json.dumps(sys.argv[1:]))' "${command[@]}")"
export SPINE_COMMAND SPINE_TESTS="$here" SPINE_PLUGIN="$EDITORS/nvim"
export XDG_CONFIG_HOME="$work/config" XDG_DATA_HOME="$work/data" XDG_STATE_HOME="$work/state" XDG_CACHE_HOME="$work/cache"
cd "$work/ws"

code=0
timeout 60 /usr/bin/nvim --headless -n -i NONE -u NONE -c "luafile $here/old.lua" || code=1
"$PYTHON" "$here/wire.py" --check "$work/wire" || code=1
exit "$code"
