#!/usr/bin/env bash
# Builds the extension for one platform: bundles the code, puts the server in, writes spine-lsp-TARGET.vsix.
# usage: package.sh [TARGET]   without a target: the platform this runs on.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../test/rig/env.sh"
cd "$EXT"
"$EXT/scripts/bundle-server.sh" "$@"
target="$(cat server/libs/.target)"
node scripts/bundle.mjs
# vsce refuses a private package, and this one is private only so that npm never publishes it.
out="spine-lsp-$target.vsix"
run_logged package node_modules/.bin/vsce package --no-dependencies --allow-missing-repository --no-rewrite-relative-links --target "$target" --out "$out"
echo "$EXT/$out"
