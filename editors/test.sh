#!/usr/bin/env bash
# Every editor that can be had here, with the real server; fails if one fails. `make test` calls it.
# Editors are installed once, below ${XDG_CACHE_HOME:-~/.cache}/spine-lsp-editors and by apt-get.
# test.sh [RUNNER...] runs only some: nvim, lua, old-nvim, tmux, emacs, vim, vscode.
set -uo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
. "$here/others/rig.sh"

chosen=("$@")
summaries=()
failed=0

# runner NAME COMMAND...: runs it, keeps its last lines for the summary.
runner() {
  local name="$1" log begun code
  shift
  if [ ${#chosen[@]} -gt 0 ] && [[ " ${chosen[*]} " != *" $name "* ]]; then
    return
  fi
  log="$(mktemp)"
  begun=$SECONDS
  echo "== $name"
  "$@" 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  [ "$code" -eq 0 ] || failed=1
  summaries+=("$(printf '%-9s %s (%s s)%s' "$name" \
    "$(grep -E '[0-9]+ passed|sessions, ' "$log" | paste -sd';' | sed 's/;/; /g')" \
    "$((SECONDS - begun))" "$([ "$code" -eq 0 ] || echo '  FAILED')")")
  rm -f "$log"
}

runner lua "$here/nvim/tests/lint.sh"
runner nvim "$here/nvim/tests/run.sh"
runner tmux "$here/nvim/tests/terminal.sh"
runner old-nvim "$here/nvim/tests/old.sh"
runner emacs "$here/others/emacs.sh"
runner vim "$here/others/vim.sh"
if [ -x "$here/vscode/test/run.sh" ]; then
  runner vscode "$here/vscode/test/run.sh"
fi

echo
echo "== editors"
printf '%s\n' "${summaries[@]}"
exit "$failed"
