#!/usr/bin/env bash
# Brings .venv to what requirements.lock and pyproject.toml say. A set-up that is whole is left
# alone, in a second; one that is broken, or of another version, is made anew.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
venv=.venv
stamp=$venv/installed-from
list=$venv/installed-files

if ! command -v "$python" >/dev/null; then
  echo "setup: $python was not found; install Python 3.10 or later, or name one: make PYTHON=/path/to/python3" >&2
  exit 2
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
  echo "setup: $("$python" --version) is too old; Python 3.10 or later is needed: make PYTHON=/path/to/python3" >&2
  exit 2
fi

# Byte-compiled files come and go; what was installed by hand besides does no harm.
files() {
  find "$venv" -name __pycache__ -prune -o ! -name "installed-*" \( -type f -o -type l \) -print | LC_ALL=C sort
}

wanted=$(cat requirements.lock pyproject.toml | cksum)
if [ -f "$stamp" ] && [ -f "$list" ] && [ "$(cat "$stamp")" = "$wanted" ] && $venv/bin/python -c ''; then
  lost=$(files | LC_ALL=C comm -13 - "$list" | sed -n 1p)
  if [ -z "$lost" ]; then
    exit 0
  fi
  echo "setup: $lost is missing" >&2
fi

echo "setup: installing into $venv (a few minutes the first time)" >&2
rm -rf "$venv"
if ! "$python" -m venv "$venv"; then
  echo "setup: python could not make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2
  exit 2
fi
$venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
$venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
files >"$list.new"
mv "$list.new" "$list"
echo "$wanted" >"$stamp"
