#!/usr/bin/env bash
# Opens the workbench with the extension on a copy of the example groups, for a person to try, and prints its address.
# usage: open.sh [PORT]; ends with Ctrl+C.
set -euo pipefail
bash "$(dirname "${BASH_SOURCE[0]}")/rig/install.sh"
. "$(dirname "${BASH_SOURCE[0]}")/rig/env.sh"
VSIX="$(bash "$EXT/scripts/package.sh")"
export VSIX
exec node "$EXT/test/rig/open.mjs" "${1:-8500}"
