#!/usr/bin/env bash
# The tests of the Neovim plugin in a real Neovim. run.sh [PART OF A NAME].
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
. "$here/../../others/rig.sh"
get_nvim

wire="$(mktemp -d)"
trap 'rm -rf "$wire"' EXIT
export SPINE_NVIM="$NVIM" SPINE_TESTS="$here" SPINE_PLUGIN="$here/.." SPINE_PYTHON="$PYTHON" SPINE_ROOT="$ROOT"
SPINE_COMMAND="$("$PYTHON" -c 'import json, sys; print(json.dumps(sys.argv[1:]))' \
  "$PYTHON" "$here/wire.py" "$wire" "$PYTHON" -m spine_lsp serve)"
export SPINE_COMMAND

code=0
"$NVIM" --headless -u NONE -i NONE -n -l "$here/run.lua" "$@" || code=1
if [ $# -eq 0 ] || compgen -G "$wire/session-*" >/dev/null; then # a chosen test may need no server
  "$PYTHON" "$here/wire.py" --check "$wire" || code=1
fi
exit "$code"
