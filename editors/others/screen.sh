# Sourced by tests that type into a terminal and read its screen. Needs tmux; SCREEN_PASSED counts what was seen.

SCREEN_SOCKET="spine$$"
SCREEN_PASSED=0
screen() { tmux -L "$SCREEN_SOCKET" -f /dev/null "$@"; }

# screen_start COMMAND: runs it in a terminal of 110 by 34 cells with 256 colours.
screen_start() {
  screen new-session -d -s s -x 110 -y 34 "$1"
  screen set-option -g escape-time 0
}
screen_end() { screen kill-server 2>/dev/null || true; }

# see TEXT [WHAT]: waits until the screen shows it.
see() {
  local end=$((SECONDS + 20))
  while [ $SECONDS -lt $end ]; do
    if screen capture-pane -p -t s | grep -qF -- "$1"; then
      SCREEN_PASSED=$((SCREEN_PASSED + 1))
      echo "ok   ${2:-sees} ($1)"
      return 0
    fi
    sleep 0.05 # a screen has no event to wait for
  done
  screen_failed "${2:-sees} ($1)"
}

# see_not TEXT [WHAT]: waits until the screen shows it no more.
see_not() {
  local end=$((SECONDS + 20))
  while [ $SECONDS -lt $end ]; do
    if ! screen capture-pane -p -t s | grep -qF -- "$1"; then
      SCREEN_PASSED=$((SCREEN_PASSED + 1))
      echo "ok   ${2:-sees no more} ($1)"
      return 0
    fi
    sleep 0.05
  done
  screen_failed "${2:-sees no more} ($1)"
}

# see_colour TEXT CODE: the text stands on the screen in a colour whose escape sequence matches CODE.
see_colour() {
  local end=$((SECONDS + 20))
  while [ $SECONDS -lt $end ]; do
    if screen capture-pane -e -p -t s | grep -qE -- "$(printf '\033')\[[0-9;]*$2[0-9;]*m[^$(printf '\033')]*$1"; then
      SCREEN_PASSED=$((SCREEN_PASSED + 1))
      echo "ok   $1 has the colour $2"
      return 0
    fi
    sleep 0.05
  done
  screen_failed "$1 in the colour $2"
}

screen_failed() {
  echo "FAIL $1; the screen:"
  screen capture-pane -p -t s || true
  echo "$SCREEN_PASSED passed, 1 failed"
  exit 1
}

# keys KEY... by name (Enter, C-x), and type_text TEXT as it is.
keys() { screen send-keys -t s "$@"; }
type_text() { screen send-keys -t s -l -- "$1"; }
