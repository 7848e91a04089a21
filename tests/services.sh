#!/usr/bin/env bash
# Installs the servers that tests start for themselves; where there is no apt-get, those tests are skipped and say so.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/apt-get.sh"

if ! command -v apt-get >/dev/null; then
  echo "no apt-get here: tests that need PostgreSQL or Redis run where these are installed by hand"
  exit 0
fi
apt_get postgresql redis-server
