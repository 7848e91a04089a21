#!/usr/bin/env bash
# The plugin as a user sees it: Neovim in a terminal, keys typed, the screen read.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
. "$here/../../others/rig.sh"
. "$here/../../others/screen.sh"
apt_get tmux
get_nvim

work="$(mktemp -d)"
trap 'screen_end; rm -rf "$work"' EXIT
mkdir "$work/ws"
cp "$ROOT/schemas/examples/weekly_refresh.yaml" "$ROOT/schemas/examples/broken_refresh.yaml" "$work/ws/"
mapfile -t command < <(wired "$work/wire")
cat >"$work/init.lua" <<LUA
vim.opt.runtimepath:prepend('$EDITORS/nvim')
vim.o.swapfile = false
vim.o.termguicolors = false
vim.o.completeopt = 'menuone,noselect,popup'
vim.o.messagesopt = 'wait:0,history:500'
vim.lsp.config('spine_lsp', { cmd = vim.json.decode([==[$("$PYTHON" -c 'import json, sys; print(json.dumps(sys.argv[1:]))' "${command[@]}")]==]) })
vim.diagnostic.config({ virtual_text = true })
vim.keymap.set('n', 'grl', vim.lsp.codelens.run)
LUA
export XDG_CONFIG_HOME="$work/config" XDG_DATA_HOME="$work/data" XDG_STATE_HOME="$work/state" XDG_CACHE_HOME="$work/cache"
cd "$work/ws"

screen_start "$NVIM -n -i NONE -u $work/init.lua broken_refresh.yaml"
see 'finra.broken_refresh' 'the file'
see 'Show graph' 'a lens above the name'
type_text '/ingst'
keys Enter
see 'no step is called' 'a diagnostic at the end of its line'
type_text 'gra'
see 'Type number and' 'the code actions'
type_text '1'
keys Enter
see 'depends_on: [ingest]' 'the chosen one mends the typo'
type_text 'u'
see 'depends_on: [ingst]' 'and u takes it back'
type_text ':Spine! graph'
keys Enter
see 'no step has this name' 'the graph with its legend'
see_colour 'rolling' '31|38;5;9|91'
type_text ':%s/ingst/ingest/'
keys Enter
see_not 'no step has this name' 'the ghost goes when the typo is mended'
keys C-w l
type_text 'gg/report'
keys Enter Enter
see '- name: report' 'Enter goes to the step'
type_text ':only'
keys Enter
type_text ':Spine '
keys Tab
see 'simulate' 'completion of subcommands'
keys Escape
keys Escape
type_text ':edit! weekly_refresh.yaml'
keys Enter
see 'Resolved order: 5 steps' 'the lens of the order'
type_text '/name: normalize'
keys Enter
type_text 'wwK'
see 'level 2' 'hover'
keys Escape
type_text ':Spine why rolling ingest'
keys Enter
see 'waits for normalize' 'the ways in a float'
type_text 'q'
see_not 'waits for normalize' 'q closes it'
type_text ':Spine simulate normalize'
keys Enter
see '3 are skipped' 'what a failure stops'
type_text 'q'
type_text '/venue_share]'
keys Enter
type_text 'A'
keys Left
type_text ', in'
keys C-x C-o
see 'ingest Reference' 'completion'
keys C-n C-y Escape
see 'venue_share, ingest]' 'the chosen step'
type_text ':Spine order'
keys Enter
see 'level 4' 'the order'
see 'min_volume = 10000' 'merged parameters'
type_text ':qall!'
keys Enter

code=0
"$PYTHON" "$here/wire.py" --check "$work/wire" || code=1
if grep -E '^\[(ERROR|WARN)\]' "$work/state/nvim/lsp.log" 2>/dev/null; then
  echo 'FAIL the log of the client has complaints'
  code=1
fi
echo "$SCREEN_PASSED passed, $code failed"
exit "$code"
