#!/usr/bin/env bash
# Emacs with eglot and with lsp-mode, set up with the snippets of editors/README.md.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
. "$here/rig.sh"
apt_get emacs-nox elpa-eglot elpa-lsp-mode elpa-yaml-mode

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
command_in "$work/bin" "$work/wire"
mkdir -p "$work/home"
export HOME="$work/home" PATH="$work/bin:$PATH" SPINE_OTHERS="$here"

code=0
for client in eglot lsp-mode; do
  mkdir "$work/$client"
  cp "$ROOT/schemas/examples/broken_refresh.yaml" "$work/$client/group.yaml"
  printf 'services:\n  web:\n    image: nginx\n' >"$work/$client/compose.yaml"
  "$PYTHON" "$here/snippet.py" emacs-mode "emacs-$client" >"$work/$client/init.el"
  echo "-- $client"
  (cd "$work/$client" && timeout 90 emacs --batch -l "$here/emacs-$client.el" 2>"$work/$client.err") || {
    code=1
    tail -n 20 "$work/$client.err"
  }
done
judge "$work/wire" || code=1
exit "$code"
