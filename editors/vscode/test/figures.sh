#!/usr/bin/env bash
# Measures what the README says in figures: the size of the package, the time from opening a file to its first
# diagnostic, and the time to draw 100 and 1,000 steps. Each time is the median of five.
set -euo pipefail
bash "$(dirname "${BASH_SOURCE[0]}")/rig/install.sh"
. "$(dirname "${BASH_SOURCE[0]}")/rig/env.sh"
VSIX="$(bash "$EXT/scripts/package.sh")"
export VSIX
exec node "$EXT/test/rig/figures.mjs"
