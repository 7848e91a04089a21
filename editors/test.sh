#!/usr/bin/env bash
# Every editor that can be had here, with the real server; fails if one fails. `make test` calls it.
# Editors are installed once, below ${XDG_CACHE_HOME:-~/.cache}/spine-lsp-editors and by apt-get.
# test.sh [RUNNER...] runs only some: nvim, lua, old-nvim, tmux, emacs, vim, vscode.
# The workbench of VS Code waits most of the time, so it is driven beside all others; its output comes at the end.
set -uo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
. "$here/others/rig.sh"

chosen=("$@")
summaries=()
failed=0

is_chosen() { [ ${#chosen[@]} -eq 0 ] || [[ " ${chosen[*]} " == *" $1 "* ]]; }

# runner NAME COMMAND...: runs it, keeps its last lines for the summary.
runner() {
  local name="$1" log begun code
  shift
  is_chosen "$name" || return
  log="$(mktemp)"
  begun=$SECONDS
  echo "== $name"
  "$@" 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  summarize "$name" "$log" "$((SECONDS - begun))" "$code"
}

# summarize NAME LOG SECONDS CODE
summarize() {
  [ "$4" -eq 0 ] || failed=1
  summaries+=("$(printf '%-9s %s (%s s)%s' "$1" \
    "$(grep -E '[0-9]+ passed|sessions, ' "$2" | paste -sd';' | sed 's/;/; /g')" \
    "$3" "$([ "$4" -eq 0 ] || echo '  FAILED')")")
  rm -f "$2"
}

vscode="$here/vscode/test/run.sh"
workbench=""
if is_chosen vscode && [ -x "$vscode" ]; then
  if VSIX="$(ONLY=build "$vscode" | tail -1)" && [ -f "$VSIX" ]; then
    export VSIX
    workbench="$(mktemp)"
    {
      began=$SECONDS
      ONLY="host e2e" "$vscode" >"$workbench" 2>&1
      echo "$? $((SECONDS - began))" >"$workbench.end"
    } &
    beside=$!
    trap 'kill "$beside" 2>/dev/null' EXIT
  else
    echo "the extension could not be built" >&2
    failed=1
  fi
fi

runner lua "$here/nvim/tests/lint.sh"
runner nvim "$here/nvim/tests/run.sh"
runner tmux "$here/nvim/tests/terminal.sh"
runner old-nvim "$here/nvim/tests/old.sh"
runner emacs "$here/others/emacs.sh"
runner vim "$here/others/vim.sh"
if [ -n "$workbench" ]; then
  runner vscode env ONLY="unit view" "$vscode"
  wait "$beside"
  trap - EXIT
  echo "== workbench"
  cat "$workbench"
  read -r code took <"$workbench.end" || code=1
  summarize workbench "$workbench" "${took:-0}" "$code"
  rm -f "$workbench.end"
fi

echo
echo "== editors"
printf '%s\n' "${summaries[@]}"
exit "$failed"
