"""How memory and time grow when pairs are written to each format and read back.

    python benchmarks/formats_scale.py

Writes 20,000 and 200,000 units to each format, each in a process of its own, and reads them back; with
``--million`` a million to TMX. `results/formats_scale.json` holds seconds and peak memory, and how many times as
much ten times as many units take: a format that streams takes the same memory. Of Parquet and XLSX a library
holds a part; ladders hold numbers and are not measured.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from measured import peak_mib, versions, write_result  # noqa: E402

from align.formats.reading import read_units  # noqa: E402
from align.formats.settings import ReadSettings  # noqa: E402
from align.formats.writing import write_pairs  # noqa: E402
from align.types import TranslationUnit  # noqa: E402

RESULT = ROOT / "benchmarks" / "results" / "formats_scale.json"
FORMATS = ("tsv", "excel-tsv", "csv", "jsonl", "parquet", "xlsx", "tmx", "xliff", "xliff2", "moses")
SIZES = (20_000, 200_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--million", action="store_true", help="also a million units of TMX")
    parser.add_argument("--one", nargs=3, metavar=("STEP", "FORMAT", "SIZE"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        step, name, size = options.one
        print(json.dumps(one(step, name, int(size), Path(options.folder))))
        return
    runs = [(name, size) for name in FORMATS for size in SIZES] + [("tmx", 1_000_000)] * options.million
    rows = []
    for name, size in runs:
        with TemporaryDirectory() as folder:
            for step in ("write", "read"):
                row = {"step": step, "format": name, "units": size, **in_process(step, name, size, folder)}
                before = next((r for r in rows if r["step"] == step and r["format"] == name), None)
                if before:
                    row["times_the_memory"] = round(row["peak_mib"] / before["peak_mib"], 2)
                    row["times_the_seconds"] = round(row["seconds"] / before["seconds"], 1)
                rows.append(row)
                print(row, flush=True)
    write_result(RESULT, {"versions": versions(["align-vi-en", "lxml", "pyarrow", "xlsxwriter"]), "rows": rows})


def in_process(step: str, name: str, size: int, folder: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", step, name, str(size), "--folder", folder]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


def one(step: str, name: str, size: int, folder: Path) -> dict[str, float]:
    """Seconds and peak memory of one step."""
    path = folder / "out"
    started = time.perf_counter()
    if step == "write":
        write_pairs(units(size), path, format_name=name)
    else:
        reading = ReadSettings(format="xliff" if name == "xliff2" else name)
        read = sum(1 for _ in read_units(path, reading))
        assert read == size
    return {"seconds": round(time.perf_counter() - started, 2), "peak_mib": round(peak_mib(), 1)}


def units(size: int) -> Iterator[TranslationUnit]:
    for number in range(size):
        yield TranslationUnit(
            vi=f"Giá gạo tăng tuần thứ {number}, theo số liệu công bố sáng nay.",
            en=f"Rice prices rose for week {number}, according to figures released this morning.",
            score=0.9731,
            kind="1-1",
            flags=(),
            document=f"news/{number // 40}.txt",
            vi_document=f"news/{number // 40}.txt",
            en_document=f"news/{number // 40}.txt",
            vi_spans=((0, 60),),
            en_spans=((61, 140),),
            id=f"{number:016x}",
        )


if __name__ == "__main__":
    main()
