"""What mining over all documents takes for a million lines a side, and how many planted pairs it finds.

    ALIGN_DATA=path/to/data python benchmarks/across.py --sizes 50000 200000 1000000

For each size two texts are made, one sentence a line: two fifths of the lines have their translation at a random
place of the other text, the rest have none. Pairs are those of the training data and variations of them: with other
numbers, or two in a row; so are the lines without a partner, of monolingual text. Then `align batch --across` runs
with two workers and `--encoder static`, and everything is measured over all its processes. A pair of score 0.5 or
more is right if it was planted. `ratio` is the time for 200,000 lines as a multiple of that for 50,000. Writes
`results/across.json`.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "benchmarks")]

from measured import versions, write_result  # noqa: E402

RESULT = ROOT / "benchmarks" / "results" / "across.json"

PARTNERED = 0.4
"""The share of lines that have a translation. Chosen by hand; crawls have less."""

NUMBER = re.compile(r"(?<![\w.,])\d{1,4}(?![\w.,]*\d)")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[50_000, 200_000], help="lines a side")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--work", type=Path, help="where texts and results go; by default a temporary folder")
    options = parser.parse_args()
    data = Path(os.environ["ALIGN_DATA"]) / "train"
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        rows = [measure(size, data, work, options.workers) for size in options.sizes]
    seconds = {row["lines"]: row["seconds"] for row in rows}
    ratio = round(seconds[200_000] / seconds[50_000], 2) if {50_000, 200_000} <= set(seconds) else None
    print(f"200,000 lines take {ratio} times as long as 50,000" if ratio else "")
    write_result(
        RESULT,
        {"versions": versions(["align-vi-en", "faiss-cpu", "numpy", "scipy"]), "ratio": ratio, "rows": rows},
    )


def measure(size: int, data: Path, work: Path, workers: int) -> dict[str, object]:
    """Make a corpus of that size, mine it, and look at what comes out."""
    corpus, out = work / f"corpus-{size}", work / f"out-{size}"
    corpus.mkdir(parents=True)
    planted = make(corpus, size, data)
    command = [str(Path(sys.executable).parent / "align"), "batch", str(corpus), "-o", str(out), "--across", "--lines"]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--encoder", "static", "--workers", str(workers)],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    peak = watched(process)
    seconds = time.perf_counter() - started
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    with open(out / "pairs.tsv", encoding="utf-8", newline="") as stream:
        found = [(row["vi"], row["en"]) for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)]
    right = len(planted & set(found))
    row = {
        "lines": size,
        "planted": len(planted),
        "found": len(found),
        "precision": round(right / max(1, len(found)), 4),
        "recall": round(right / max(1, len(planted)), 4),
        "seconds": round(seconds, 1),
        "peak_mib": peak,
        "workers": workers,
        "across": report["across"],
        "stages": report["this_run"]["seconds"],
    }
    print(row, flush=True)
    return row


def watched(process: subprocess.Popen[bytes]) -> dict[str, int]:
    """The most memory that a process and its children hold together, in MiB, until it has ended.

    `all` counts a page that several map once for each of them; `shared_once` once; `own` leaves out what is mapped
    from files, which the system takes back when it needs the memory.
    """
    peak = {"all": 0, "shared_once": 0, "own": 0}
    ended = threading.Event()
    threading.Thread(target=lambda: (process.wait(), ended.set()), daemon=True).start()
    while not ended.wait(1.0):
        total = dict.fromkeys(peak, 0)
        for pid in family(process.pid):
            fields = memory_of(pid)
            total["all"] += fields.get("Rss", 0)
            total["shared_once"] += fields.get("Pss", 0)
            total["own"] += fields.get("Pss_Anon", 0)
        peak = {name: max(peak[name], total[name] // 1024) for name in peak}
    if process.returncode:
        raise SystemExit(f"align ended with {process.returncode}")
    return peak


def family(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from family(int(child))
    except OSError:
        return


def memory_of(pid: int) -> dict[str, int]:
    """The kibibytes that a process holds, by kind."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return {}
    return {name: int(value.split()[0]) for name, _, value in (line.partition(":") for line in lines)}


# --- the corpus --------------------------------------------------------------------------


def make(folder: Path, size: int, data: Path) -> set[tuple[str, str]]:
    """Write both texts; returns the planted pairs."""
    draw = random.Random(size)
    n = round(PARTNERED * size)
    pairs = list(first_distinct(varied_pairs(read_pairs(data), draw), n))
    alone = []
    taken = {text for pair in pairs for text in pair}
    for language in ("vi", "en"):
        lines = varied_lines(read_lines(data / f"mono.{language}.txt.gz"), draw)
        alone.append(list(first_distinct((line for line in lines if line not in taken), size - n)))
    for language, own, side in zip(("vi", "en"), alone, zip(*pairs, strict=True), strict=True):
        lines = [*own, *side]
        draw.shuffle(lines)
        (folder / f"{language}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return set(pairs)


def first_distinct(items: Iterator, n: int) -> Iterator:
    """The first n that differ."""
    seen = set()
    for item in items:
        if item not in seen:
            seen.add(item)
            yield item
            if len(seen) == n:
                return


def read_pairs(data: Path) -> list[tuple[str, str]]:
    """Pairs of sentences of the training data: not the short strings of software, and no text twice on a side."""
    with gzip.open(data / "parallel.tsv.gz", "rt", encoding="utf-8") as stream:
        rows = [line.rstrip("\n").split("\t")[:2] for line in stream][1:]
    found: dict[str, str] = {}
    english: set[str] = set()
    for vi, en in rows:
        if min(len(vi.split()), len(en.split())) >= 5 and vi not in found and en not in english:
            found[vi] = en
            english.add(en)
    return list(found.items())


def read_lines(path: Path) -> list[str]:
    """Lines of text in one language, each once."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        lines = (line.strip() for line in stream)
        return list(dict.fromkeys(line for line in lines if len(line.split()) >= 5))


def varied_pairs(pairs: Sequence[tuple[str, str]], draw: random.Random) -> Iterator[tuple[str, str]]:
    """The pairs in another order, then with other numbers, or two in a row, without end."""
    yield from draw.sample(pairs, len(pairs))
    while True:
        vi, en = draw.choice(pairs)
        shared = set(NUMBER.findall(vi)) & set(NUMBER.findall(en))
        if shared and draw.random() < 0.5:
            other = {number: str(int(number) + draw.randint(1, 99)) for number in shared}
            yield renumbered(vi, other), renumbered(en, other)
        else:
            more = draw.choice(pairs)
            yield f"{vi} {more[0]}", f"{en} {more[1]}"


def renumbered(text: str, other: dict[str, str]) -> str:
    """A text with other numbers."""
    return NUMBER.sub(lambda found: other.get(found.group(), found.group()), text)


def varied_lines(lines: Sequence[str], draw: random.Random) -> Iterator[str]:
    """The lines in another order, then two in a row, without end."""
    yield from draw.sample(lines, len(lines))
    while True:
        yield f"{draw.choice(lines)} {draw.choice(lines)}"


if __name__ == "__main__":
    main()
