#!/usr/bin/env bash
# Checks with a real OmegaT that a TMX file of ours is loaded and its exact matches are applied.
#
# Fetches Debian's omegat 3.6 and what it is made of into .omegat/ once, without root and without
# installing anything, and a Java if there is none; then runs tests/test_omegat.py, which is skipped
# where there is no OmegaT. Needs apt-get and dpkg-deb, and Debian's packages within reach.
set -euo pipefail
cd "$(dirname "$0")/.."

fetch() {
  (cd .omegat/packages && apt-get download "$@")
  for package in .omegat/packages/*.deb; do
    dpkg-deb -x "$package" .omegat
    rm "$package"
  done
}

if [ ! -e .omegat/usr/share/omegat/OmegaT.jar ]; then
  mkdir -p .omegat/packages
  mapfile -t parts < <(apt-cache depends omegat | sed -n 's/^  Depends: \([a-z0-9.+-]*\)$/\1/p' | grep -v -- -jre)
  fetch "${parts[@]}" libistack-commons-java omegat
fi
if ! command -v java >/dev/null && ! compgen -G '.omegat/usr/lib/jvm/*/bin/java' >/dev/null; then
  jre=$(apt-cache depends default-jre-headless | sed -n 's/^  Depends: \(openjdk-.*\)$/\1/p')
  fetch "$jre"
  # Its settings are links to /etc, where nothing was installed.
  find .omegat/usr/lib/jvm -type l | while read -r link; do
    target=$(readlink "$link")
    if [[ $target == /* && -e .omegat$target ]]; then
      ln -sfn "$PWD/.omegat$target" "$link"
    fi
  done
fi
.venv/bin/python -m pytest -rs tests/test_omegat.py
