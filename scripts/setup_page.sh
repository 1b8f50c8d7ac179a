#!/usr/bin/env bash
# Fetches what checks the review page: TypeScript and axe-core, where npm is; Chromium, where this may install Debian's
# packages. What cannot be had is named, and the tests that need it are skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

stamp=node_modules/installed-from
if ! command -v npm >/dev/null; then
  echo "setup: npm was not found; the types of the review page are not checked" >&2
elif [ ! -f $stamp ] || [ "$(cat $stamp)" != "$(cksum <package-lock.json)" ]; then
  if npm ci --silent --no-audit --no-fund; then
    cksum <package-lock.json >$stamp
  else
    echo "setup: npm could not fetch TypeScript and axe-core; what they check is skipped" >&2
  fi
fi

for browser in chromium chromium-browser google-chrome; do
  if command -v $browser >/dev/null; then
    exit 0
  fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "setup: installing Chromium for the tests of the review page" >&2
  if { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } >/dev/null 2>&1; then
    exit 0
  fi
fi
echo "setup: found no Chromium; the tests of the review page in a browser are skipped" >&2
