#!/usr/bin/env bash
# Writes each package-lock.json anew, with the newest versions that its package.json permits. `make lock` calls it.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
. "$here/vscode/test/rig/env.sh" # the Node that the tests run with, where it was installed

for folder in vscode vscode/test/rig/workbench nvim/tests/stylua; do
  cd "$here/$folder"
  # From nothing: npm adds no binaries for other platforms to a lock file that lacks them. No address of a registry is
  # kept, so that each machine asks its own.
  rm -f package-lock.json
  npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --silent
done
