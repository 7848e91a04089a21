#!/usr/bin/env bash
# Every editor that can be had here, with the real server; fails if one fails. `make test` calls it.
# Editors are installed once, below ${XDG_CACHE_HOME:-~/.cache}/spine-lsp-editors and by apt-get.
# One after the other: the tests type, and on a busy machine an editor takes keys otherwise than its user meant them.
# test.sh [RUNNER...] runs only some: nvim, lua, old-nvim, tmux, emacs, vim, vscode.
set -uo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
. "$here/others/rig.sh"

chosen=("$@")
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# runner NAME COMMAND...: runs it; a line about it goes into the summary, with what came of it.
runner() {
  local name="$1" begun=$SECONDS code
  shift
  if [ ${#chosen[@]} -gt 0 ] && [[ " ${chosen[*]} " != *" $name "* ]]; then
    return 0
  fi
  echo "== $name"
  "$@" 2>&1 | tee "$work/log-$name"
  code=${PIPESTATUS[0]}
  printf '%-9s %s (%s s)%s\n' "$name" \
    "$(grep -E '[0-9]+ passed|sessions, ' "$work/log-$name" | paste -sd';' | sed 's/;/; /g')" \
    "$((SECONDS - begun))" "$([ "$code" -eq 0 ] || echo '  FAILED')" >"$work/summary-$name"
  return "$code"
}

failed=0
runner lua "$here/nvim/tests/lint.sh" || failed=1
runner nvim "$here/nvim/tests/run.sh" || failed=1
runner tmux "$here/nvim/tests/terminal.sh" || failed=1
runner old-nvim "$here/nvim/tests/old.sh" || failed=1
runner emacs "$here/others/emacs.sh" || failed=1
runner vim "$here/others/vim.sh" || failed=1
runner vscode "$here/vscode/test/run.sh" || failed=1

echo
echo "== editors"
cat "$work"/summary-*
exit "$failed"
