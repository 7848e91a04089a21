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

# Two at a time: a test waits for its server most of the time.
code=0
parts=2
[ $# -eq 0 ] || parts=1
pids=()
for part in $(seq "$parts"); do
  "$NVIM" --headless -u NONE -i NONE -n -l "$here/run.lua" "$part" "$parts" "$@" >"$wire/part-$part" 2>&1 &
  pids+=($!)
done
for part in $(seq "$parts"); do
  wait "${pids[part - 1]}" || code=1
  grep -vE '^[0-9]+ passed' "$wire/part-$part" || true
done
# A part that died has no closing line, and then its tests are not counted as passed.
awk -v parts="$parts" '/^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3; ended++ }
  END { if (ended < parts) failed++; printf "%d passed, %d failed\n", passed, failed; exit passed == 0 || failed > 0 }' \
  "$wire"/part-* || code=1
if [ $# -eq 0 ] || compgen -G "$wire/session-*" >/dev/null; then # a chosen test may need no server
  "$PYTHON" "$here/wire.py" --check "$wire" 'no step of this group is called' 'cannot select' || code=1
fi
exit "$code"
