"""What `import align` and `align --help` cost, as a ratio to `import torch`.

    python benchmarks/start_up.py

Each is a fresh process; the three are run in turn, several times over, and the fastest of each counts, so
that other load on the machine weighs on all of them alike.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALIGN = str(Path(sys.executable).parent / "align")
RUNS = 7

COMMANDS = {
    "python": [sys.executable, "-c", "pass"],
    "import align": [sys.executable, "-c", "import align"],
    "align --help": [ALIGN, "--help"],
    "align mine seeds": [ALIGN, "mine", str(ROOT / "seeds"), "-o", os.devnull, "--quiet"],
    "import torch": [sys.executable, "-c", "import torch"],
}


def seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    best = dict.fromkeys(COMMANDS, float("inf"))
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            best[name] = min(best[name], seconds(command))
    for name, figure in best.items():
        print(f"{name:18} {figure:6.2f} s   {figure / best['import torch']:.2f} of import torch")
    result = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "versions": {package: version(package) for package in ("align-vi-en", "torch", "typer", "rich")},
        "ratio_to_import_torch": {name: round(figure / best["import torch"], 3) for name, figure in best.items()},
        "seconds": {name: round(figure, 2) for name, figure in best.items()},
    }
    path = ROOT / "benchmarks" / "results" / "start_up.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
