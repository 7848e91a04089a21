#!/usr/bin/env bash
# The plugin's Lua, formatted and without a lint; and its help, with tags that lead somewhere.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../../others/rig.sh"
get_stylua
apt_get lua-check
get_nvim

cd "$EDITORS/nvim"
passed=0
"$STYLUA" --check .
passed=$((passed + 1))
luacheck --quiet --no-color .
passed=$((passed + 1))

doc="$(mktemp -d)"
trap 'rm -rf "$doc"' EXIT
cp doc/spine.txt "$doc/"
"$NVIM" --headless -u NONE -i NONE -c "helptags $doc" -c quit
# The tags are shipped, so that one line of 'runtimepath' is enough for :help spine.
diff doc/tags "$doc/tags" || { echo "FAIL help: doc/tags is old; make it with: nvim -c 'helptags doc' -c quit"; exit 1; }
passed=$((passed + 1))
# Each |link| to a tag of ours has its *tag*, and each option and subcommand is documented.
missing="$(grep -oE '\|(:Spine|spine)[^|]*\|' doc/spine.txt | tr -d '|' | sort -u | while read -r tag; do
  cut -f1 "$doc/tags" | grep -qxF -- "$tag" || echo "$tag"
done)"
[ -z "$missing" ] || { echo "FAIL help: no tag for: $missing"; exit 1; }
passed=$((passed + 1))
echo "$passed passed, 0 failed"
