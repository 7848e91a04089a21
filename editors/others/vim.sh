#!/usr/bin/env bash
# Vim with ALE in a terminal, set up with the snippet of editors/README.md, keys typed and the screen read.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
. "$here/rig.sh"
. "$here/screen.sh"
apt_get vim-nox vim-ale tmux

work="$(mktemp -d)"
trap 'screen_end; rm -rf "$work"' EXIT
command_in "$work/bin" "$work/wire"
mkdir -p "$work/ws"
cp "$ROOT/schemas/examples/broken_refresh.yaml" "$work/ws/group.yaml"
printf 'services:\n  web:\n    image: nginx\n' >"$work/ws/compose.yaml"
{
  # Nothing is shown on the last line that was not asked for: it would hide what a test looks for there.
  printf 'set nocompatible hidden viminfo=\nlet g:ale_linters_explicit = 1\nlet g:ale_virtualtext_cursor = 0\nlet g:ale_hover_cursor = 0\nfiletype plugin on\n'
  "$PYTHON" "$here/snippet.py" vim-ale
} >"$work/vimrc"
cd "$work/ws"

screen_start "env PATH=$work/bin:$PATH vim -n -u $work/vimrc compose.yaml"
see 'image: nginx' 'other YAML'
type_text ':ALELint'
keys Enter
type_text ':echo "answers:" len(ale#engine#GetLoclist(bufnr("")))'
keys Enter
see 'answers: 0' 'it is left alone'
if compgen -G "$work/wire/session-*" >/dev/null; then
  screen_failed 'a server was started for other YAML'
fi
type_text ':edit group.yaml'
keys Enter
see 'finra.broken_refresh' 'the group'
type_text '/ingst'
keys Enter
see 'no step is called' 'a diagnostic'
type_text '/name: rolling/e'
keys Enter
type_text ':ALEHover'
keys Enter
see 'none of these can start' 'hover of a step'
type_text ':pclose'
keys Enter
type_text '/\[aggregate'
keys Enter
type_text 'l:ALEGoToDefinition'
keys Enter
type_text ':echo "at:" getline(".")'
keys Enter
see 'at:     - name: aggregate' 'definition'
type_text '/ingst'
keys Enter
type_text ':ALECodeAction'
keys Enter
see '1) ' 'the code actions'
type_text '1'
keys Enter
see 'depends_on: [ingest]' 'the chosen one mends the typo'
type_text '/\[aggregate'
keys Enter
type_text 'f]i, no'
see 'aggregate, no]' 'typed'
keys C-x C-o
see 'aggregate, normalize' 'completion'
keys Escape
type_text ':qall!'
keys Enter

code=0
judge "$work/wire" || code=1
echo "$SCREEN_PASSED passed, $code failed"
exit "$code"
