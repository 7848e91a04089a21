#!/usr/bin/env bash
# Installs what is missing, builds the extension, and runs all its tests: the code's own, those of the views in a
# browser, those inside the extension host, and those that drive the workbench.
# The last line is `N passed, N failed`; the exit code is 0 only when nothing failed.
#
#   SPINE_EDITORS_CACHE   where installed programs are kept (default: ~/.cache/spine-lsp-editors)
#   SPINE_PICTURES=1      writes the README's pictures anew (ONLY=pictures: and does nothing else)
#   ONLY="PART..."        runs only these of: unit, build, view, host, e2e
#   VSIX=FILE             the package to test, in the place of one that is built first
#   SPINE_TEST_LANES      how many files of tests run side by side (default: 2)
#   SPINE_TEST_PATIENCE   how long the workbench may take for one thing, in milliseconds
#   SPINE_TEST_ONLY        of the tests in the extension host those whose names hold this text
set -euo pipefail
bash "$(dirname "${BASH_SOURCE[0]}")/rig/install.sh"
. "$(dirname "${BASH_SOURCE[0]}")/rig/env.sh"
cd "$EXT"

passed=0
failed=0
ONLY="${ONLY:-all}"
wanted() { [ "$ONLY" = all ] || [[ " $ONLY " == *" $1 "* ]]; }
# Other editors may run beside it: a busy machine is given time.
export SPINE_TEST_PATIENCE="${SPINE_TEST_PATIENCE:-40000}"

# step NAME COMMAND...: a check that either passes or does not.
step() {
  local name="$1"; shift
  say "$name"
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $name" >&2; fi
}

# suite NAME FILES...: files of node's test runner; a run that ends without its counts has failed.
suite() {
  local name="$1" log="$ARTIFACTS/vscode-$1.log" counts; shift
  say "$name"
  timeout 1500 node test/rig/run.mjs "$@" 2>&1 | tee "$log" || true
  counts="$(sed -n 's/^COUNT //p' "$log" | tail -1)"
  [[ "$counts" =~ ^[1-9][0-9]*\ [0-9]+$ ]] || { echo "FAILED: no test ran, or not all did" >&2; counts="0 1"; }
  passed=$((passed + ${counts% *}))
  failed=$((failed + ${counts#* }))
}

if wanted unit; then
  step "types" npm run -s typecheck
  step "lint" npm run -s lint
  suite unit test/unit/*.test.ts
fi

if [ -z "${VSIX:-}" ] && { wanted build || wanted view || wanted host || wanted e2e || wanted pictures; }; then
  say "building"
  VSIX="$(bash scripts/package.sh)"
  if [ "$ONLY" = build ]; then
    echo "$VSIX"
    exit
  fi
fi
export VSIX SPINE_TEST_PYTHON="$CACHE/node/bin/python"
files=()
# What takes longest begins first, so that no lane has much left to do when the others have ended.
wanted e2e && files+=(test/e2e/{typing,graph,workbench}.test.mjs)
wanted view && files+=(test/view/graph.test.mjs)
for part in e2e host view; do wanted $part && files+=(test/$part/*.test.mjs); done
[ ${#files[@]} -eq 0 ] || suite editor "${files[@]}"
if [ -n "${SPINE_PICTURES:-}" ] && wanted pictures; then suite pictures test/pictures/*.test.mjs; fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
