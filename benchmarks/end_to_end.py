"""From files on disk to a table on disk: pairs a second of ours and of Vecalign's algorithm, in one run.

    ALIGN_DATA=path/to/data python benchmarks/end_to_end.py [--documents 40] [--rounds 2]

The files hold a sentence a line. Vecalign (sentweave) encodes all spans of up to four lines with `mini`; ours
runs with the same weights, by default (`auto`), and with `static`. Each run is a process of its own, which
loads its models before the clock starts and keeps no vectors from earlier; the contenders take turns, and the
fastest run of each counts. Pairs are those of the gold, so that making more of them is no gain.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from bead_sets import WARM_UP, BeadDocument, read_set  # noqa: E402
from measured import peak_mib, versions, write_result  # noqa: E402
from peers import aligner_class, why_left_out  # noqa: E402

PEER = "vecalign mini"
CONTENDERS = ("align static", "align mini", "align auto", PEER)
BARS = {"align mini": 10, "align auto": 10, "align static": 500}
"""How many times the pairs a second of `PEER` each of ours is to reach."""

PACKAGES = ("align-vi-en", "numpy", "onnxruntime", "sentweave", "tokenizers")

Pair = tuple[Path, Path]


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds = defaultdict[str, float](float)

    @contextmanager
    def on(self, stage: str) -> Iterator[None]:
        """Count the time within to a stage."""
        started = time.perf_counter()
        yield
        self.seconds[stage] += time.perf_counter() - started


def main() -> None:
    options = _options()
    if options.worker:
        result = measure(options.worker, sorted(options.folder.glob("*.vi.txt")))
        options.output.write_text(json.dumps(result), encoding="utf-8")
        return
    documents = read_set(options.data / "dev" / f"{options.set}.json")[: options.documents]
    pairs, lines = sum(document.pairs for document in documents), sum(len(d.vi) + len(d.en) for d in documents)
    left_out = {name: why for name in CONTENDERS if (why := why_left_out(name.split()[0], None))}
    for name, reason in left_out.items():
        print(f"left out: {name}: {reason}")
    runs: dict[str, list[dict]] = {name: [] for name in CONTENDERS if name not in left_out}
    with TemporaryDirectory() as folder:
        write_files(documents, Path(folder))
        for _, (name, rows) in itertools.product(range(options.rounds), runs.items()):
            rows.append(_told(apart(name, folder), name, pairs))
    best = {name: min(rows, key=lambda row: row["seconds"]) for name, rows in runs.items()}
    ratios = {name: round(best[PEER]["seconds"] / row["seconds"], 1) for name, row in best.items() if PEER in best}
    for name, bar in BARS.items():
        print(f"{name}: {ratios.get(name)} times {PEER} (bar {bar})")
    settings = {"set": options.set, "documents": len(documents), "rounds": options.rounds}
    write_result(
        options.output,
        {
            "versions": versions(PACKAGES),
            "settings": {**settings, "pairs": pairs, "lines": lines},
            "left_out": left_out,
            "times_the_peer": ratios,
            "fastest": best,
        },
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("ALIGN_DATA"))
    parser.add_argument("--set", default="evb_hard")
    parser.add_argument("--documents", type=int, default=40, help="the first so many of the set")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks" / "results" / "end_to_end.json")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not (options.data or options.worker):
        parser.error("no data: give --data or set ALIGN_DATA")
    return options


def write_files(documents: Sequence[BeadDocument], folder: Path) -> None:
    """Two files a document, a sentence a line."""
    for number, document in enumerate(documents):
        for language, lines in (("vi", document.vi), ("en", document.en)):
            text = "".join(f"{line}\n" for line in lines)
            (folder / f"{number:04}.{language}.txt").write_text(text, encoding="utf-8")


def apart(contender: str, folder: str) -> dict:
    """Run one contender in a process of its own."""
    output = Path(folder, "result.json")
    command = [sys.executable, __file__, "--worker", contender, "--folder", folder, "--output", str(output)]
    subprocess.run(command, check=True)
    return json.loads(output.read_text(encoding="utf-8"))


def _told(row: dict, name: str, pairs: int) -> dict:
    row = {"pairs_per_second": round(pairs / row["seconds"], 1), **row}
    print(f"{name:14} {row['pairs_per_second']:10.1f} pairs/s, {row['seconds']:8.3f} s: {row['stages']}", flush=True)
    return row


def measure(contender: str, vi_files: Sequence[Path]) -> dict:
    """Seconds from the first file read to the table closed."""
    name, encoder = contender.split()
    work = (ours if name == "align" else peer)(name, encoder)
    pairs = [(path, path.with_name(path.name.replace(".vi.", ".en."))) for path in vi_files]
    with TemporaryDirectory() as folder:
        write_files([WARM_UP], Path(folder))
        _run(work, [(Path(folder, "0000.vi.txt"), Path(folder, "0000.en.txt"))], Path(folder, "table.tsv"))
        clock, started = Clock(), time.perf_counter()
        _run(work, pairs, Path(folder, "table.tsv"), clock)
        seconds = time.perf_counter() - started
        rows = Path(folder, "table.tsv").read_text(encoding="utf-8").count("\n")
    stages = {stage: round(spent, 3) for stage, spent in clock.seconds.items()}
    return {"seconds": round(seconds, 4), "stages": stages, "rows": rows, "peak_mib": peak_mib()}


Work = Callable[[Pair, BinaryIO, Clock], None]


def _run(work: Work, pairs: Sequence[Pair], table: Path, clock: Clock | None = None) -> None:
    with table.open("wb") as stream:
        for pair in pairs:
            work(pair, stream, clock or Clock())


def ours(_name: str, encoder: str) -> Work:
    """The stages of `align pair --lines`."""
    from align.formats.files import Input
    from align.formats.reading import read_documents
    from align.formats.settings import ReadSettings, WriteSettings
    from align.formats.table import write_tsv
    from align.formats.units import unit_of
    from align.pipeline import load_aligner, pair_documents

    aligner = load_aligner(encoder, cache=False)

    def work(pair: Pair, stream: BinaryIO, clock: Clock) -> None:
        with clock.on("reading"):
            vi, en = (
                replace(next(read_documents(Input(path.name, str(path)), ReadSettings())), lang=language)
                for path, language in zip(pair, ("vi", "en"), strict=True)
            )
        with clock.on("pairing"):
            paired = pair_documents(vi, en, aligner, lines=True)
        with clock.on("writing"):
            write_tsv(map(unit_of, paired.beads), stream, settings=WriteSettings())

    return work


def peer(name: str, encoder: str) -> Work:
    """The same for another aligner, with a table of the two texts."""
    aligner = aligner_class(name)(encoder)

    def work(pair: Pair, stream: BinaryIO, clock: Clock) -> None:
        with clock.on("reading"):
            vi, en = (path.read_text(encoding="utf-8").splitlines() for path in pair)
        with clock.on("pairing"):
            beads = aligner.align(vi, en)
        with clock.on("writing"):
            for ours, theirs in beads:
                stream.write(f"{' '.join(vi[at] for at in ours)}\t{' '.join(en[at] for at in theirs)}\n".encode())

    return work


if __name__ == "__main__":
    main()
