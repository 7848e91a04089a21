#!/usr/bin/env bash
# Puts the server and all it needs into server/libs, for one platform and every Python from 3.10 to 3.14.
# usage: bundle-server.sh [TARGET]   TARGET is one of vsce's names; without it, the platform this runs on.
#
# Pure parts are the same everywhere. jsonschema-rs has one binary a platform (it uses the stable ABI). The C parts
# of PyYAML carry their Python's name in the file name, so those of five Pythons live side by side, and each Python
# takes its own. rapidfuzz and SQLAlchemy fall back to pure Python without their compiled parts, which are left out.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../test/rig/env.sh"

PYTHONS="3.10 3.11 3.12 3.13 3.14"
LIBS="$EXT/server/libs"

current_target() {
  local machine
  case "$(uname -m)" in x86_64) machine=x64 ;; aarch64 | arm64) machine=arm64 ;; *) die "no target for $(uname -m)" ;; esac
  case "$(uname -s)" in Linux) echo "linux-$machine" ;; Darwin) echo "darwin-$machine" ;; *) die "no target for $(uname -s)" ;; esac
}

# The names that wheels of a target carry, newest last.
platforms() {
  case "$1" in
    linux-x64) echo manylinux_2_17_x86_64 manylinux2014_x86_64 manylinux_2_28_x86_64 ;;
    linux-arm64) echo manylinux_2_17_aarch64 manylinux2014_aarch64 manylinux_2_28_aarch64 ;;
    alpine-x64) echo musllinux_1_1_x86_64 musllinux_1_2_x86_64 ;;
    alpine-arm64) echo musllinux_1_1_aarch64 musllinux_1_2_aarch64 ;;
    darwin-x64) echo macosx_10_9_x86_64 macosx_10_12_x86_64 macosx_10_13_x86_64 ;;
    darwin-arm64) echo macosx_11_0_arm64 ;;
    win32-x64) echo win_amd64 ;;
    win32-arm64) echo win_arm64 ;;
    *) die "unknown target $1" ;;
  esac
}

# The locked versions, without their conditions: pip reads those for the Python that runs it, not for the one asked.
requirements() {
  awk -v windows="$([[ "$1" == win32-* ]] && echo 1)" '
    /^[^ ]/ { skip = /== .win32/ && !windows; sub(/ ;.*\\$/, " \\") }
    !skip' "$REPO/tests/requirements/runtime.txt"
}

TARGET="${1:-$(current_target)}"
PIP="$CACHE/node/bin/python -m pip --disable-pip-version-check"
WHEELS="$CACHE/wheels-$TARGET"
[ -x "$CACHE/node/bin/python" ] || die "run test/rig/install.sh first"

# What decides the content: the target, the project's own files, this script.
key() {
  {
    echo "$TARGET"
    cat "${BASH_SOURCE[0]}" "$EXT/scripts/unpack_wheels.py" "$REPO/pyproject.toml" "$REPO/tests/requirements/runtime.txt"
    (cd "$REPO" && find spine_lsp schemas -type f ! -name '*.pyc' -print0 | sort -z | xargs -0 sha256sum)
  } | sha256sum | cut -d' ' -f1
}
KEY="$(key)"
[ "$(cat "$LIBS/.key" 2>/dev/null)" = "$KEY" ] && exit 0

say "bundling the server for $TARGET"
tags=()
for platform in $(platforms "$TARGET"); do tags+=(--platform "$platform"); done

deps_key="$( (echo "$TARGET"; cat "${BASH_SOURCE[0]}" "$REPO/tests/requirements/runtime.txt") | sha256sum | cut -c1-16)"
if [ ! -e "$WHEELS/.deps-$deps_key" ]; then
  rm -rf "$WHEELS"
  mkdir -p "$WHEELS"
  requirements "$TARGET" >"$WHEELS/requirements.txt"
  for version in $PYTHONS; do
    run_logged "bundle-download-$version" $PIP download --require-hashes --no-deps --only-binary :all: \
      --python-version "$version" --implementation cp "${tags[@]}" --dest "$WHEELS" -r "$WHEELS/requirements.txt"
  done
  touch "$WHEELS/.deps-$deps_key"
fi

# The project's wheel is built from a copy, so that a build leaves nothing in the tree, and with the locked tools.
run_logged bundle-tools make -C "$REPO" .venv/.installed
copy="$(mktemp -d)"
trap 'rm -rf "$copy"' EXIT
(cd "$REPO" && cp -r spine_lsp schemas pyproject.toml README.md LICENSE "$copy/")
rm -f "$WHEELS"/spine_lsp-*.whl
run_logged bundle-wheel "$REPO/.venv/bin/python" -m build --wheel --no-isolation --outdir "$WHEELS" "$copy"

rm -rf "$LIBS"
mkdir -p "$LIBS"
"$CACHE/node/bin/python" "$EXT/scripts/unpack_wheels.py" "$WHEELS" "$LIBS"
echo "$TARGET" >"$LIBS/.target"
echo "$KEY" >"$LIBS/.key"
du -sh "$LIBS" | cut -f1 >&2
