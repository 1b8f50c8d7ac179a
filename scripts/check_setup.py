"""Whether every file that was installed into this environment is still there.

Exit status 1, with the first thing missing, if not; `scripts/setup.sh` then installs anew.
"""

from __future__ import annotations

import sys
from importlib.metadata import distributions
from pathlib import Path


def missing() -> str | None:
    """Name the first installed file that is gone, or the command if it is."""
    for distribution in distributions():
        for file in distribution.files or ():
            # Byte-compiled files come and go.
            if file.suffix != ".pyc" and not Path(str(file.locate())).exists():
                return str(file)
    command = Path(sys.executable).parent / "align"
    return None if command.exists() else str(command)


if __name__ == "__main__":
    lost = missing()
    if lost:
        print(f"setup: {lost} is missing", file=sys.stderr)
    sys.exit(lost is not None)
