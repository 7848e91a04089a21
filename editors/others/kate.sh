#!/usr/bin/env bash
# Kate under Xvfb, set up with the snippet of editors/README.md. Not part of `make test`: it installs 160 packages.
# The traffic says what Kate asked and was told; the pictures show it. kate.sh [FOLDER FOR PICTURES]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
. "$here/rig.sh"
apt_get kate xvfb xdotool dbus-x11 imagemagick openbox

pictures="${1:-$ROOT/test-artifacts/kate}"
work="$(mktemp -d)"
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
command_in "$work/bin" "$work/wire"
mkdir -p "$pictures" "$work/ws" "$work/home/.config/kate/lspclient" "$work/run"
chmod 700 "$work/run"
cp "$ROOT/schemas/examples/broken_refresh.yaml" "$work/ws/group.yaml"
"$PYTHON" "$here/snippet.py" kate >"$work/home/.config/kate/lspclient/settings.json"
cat >"$work/home/.config/katerc" <<CONFIG
[General]
Show welcome view for new window=false
Startup Session=new
[Kate Plugins]
lspclientplugin=true
[lspclient]
AllowedServerCommandLines=$work/bin/spine-lsp serve
AutoHover=true
Diagnostics=true
CONFIG
export HOME="$work/home" XDG_CONFIG_HOME="$work/home/.config" XDG_DATA_HOME="$work/home/.local/share" \
  XDG_CACHE_HOME="$work/home/.cache" XDG_RUNTIME_DIR="$work/run" PATH="$work/bin:$PATH" QT_QPA_PLATFORM=xcb

passed=0
# until_true WHAT COMMAND...: waits until the command succeeds.
until_true() {
  local what="$1" end=$((SECONDS + 30))
  shift
  while [ $SECONDS -lt $end ]; do
    if "$@" >/dev/null 2>&1; then
      passed=$((passed + 1))
      echo "ok   $what"
      return 0
    fi
    sleep 0.1
  done
  echo "FAIL $what"
  import -window root "$pictures/failed.png" || true
  echo "$passed passed, 1 failed"
  exit 1
}
# said FILE TEXT: the traffic in one direction has the text.
said() { cat "$work"/wire/session-*/"$1" 2>/dev/null | grep -aqF -- "$2"; }

mkfifo "$work/display"
exec 3<>"$work/display"
Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp >"$work/xvfb.log" 2>&1 &
pids+=($!)
read -rt 20 display <&3
export DISPLAY=":$display"
openbox >"$work/openbox.log" 2>&1 &
pids+=($!)
cd "$work/ws"
dbus-run-session -- kate -n group.yaml >"$work/kate.log" 2>&1 &
pids+=($!)

until_true 'the window opens' xdotool search --onlyvisible --name 'group.yaml'
window="$(xdotool search --onlyvisible --name 'group.yaml' | head -n 1)"
xdotool windowsize --sync "$window" 1200 760
xdotool windowfocus --sync "$window" || true
until_true 'Kate opens the file in the server' said to-server 'textDocument/didOpen'
until_true 'the server publishes the typo' said from-server 'no step is called `ingst`'
xdotool key --window "$window" ctrl+End
xdotool type --window "$window" '# typed'
until_true 'changes reach the server' said to-server 'typed'
xdotool key --window "$window" ctrl+g
xdotool type --window "$window" '22'
xdotool key --window "$window" Return End Left
xdotool key --window "$window" ctrl+space
until_true 'Kate asks for completion' said to-server 'textDocument/completion'
until_true 'the server offers the steps' said from-server '"label":"ingest"'
until_true 'Kate asks for the outline' said to-server 'textDocument/documentSymbol'
import -window root "$pictures/kate.png"
until_true 'a picture is taken' test -s "$pictures/kate.png"
xdotool key --window "$window" Escape ctrl+s
until_true 'the file is saved' grep -q typed group.yaml
xdotool key --window "$window" ctrl+q
until_true 'Kate ends' bash -c "! kill -0 ${pids[2]}"

code=0
# This Kate sends `shutdown` without an id, which the server notes and lets pass.
judge "$work/wire" 'ignored shutdown' || code=1
echo "$passed passed, $code failed"
exit "$code"
