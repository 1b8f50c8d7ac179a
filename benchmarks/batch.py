"""How many documents a second a batch aligns: with two workers beside one, and with `static` beside `mini`.

    ALIGN_DATA=path/to/data python benchmarks/batch.py [--documents 10000] [--sample 100] [--rounds 1]

The documents are varied from news articles: halves of two are put together, paragraphs change places or are lost, on
both sides or on one, figures become others, and most sentences are said by somebody, so that few stand in two
documents. `align batch --no-cache` runs on all of them with `static` and on a sample with `mini`, one worker and two
taking turns; the fastest of each counts. A run on two documents tells what starting costs. A rate is given by the wall
clock, by the seconds of work that `report.json` states, in which the workers start, by the wall clock less the start,
and by the seconds of the processor: one worker with `mini` keeps two cores busy. `others_cores` is how many cores
others used meanwhile: where it is much above 0, two workers had less than two cores. Writes `results/batch.json`.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "scripts")]

from measured import versions, write_result  # noqa: E402
from ordered_documents import articles  # noqa: E402

ALIGN = str(Path(sys.executable).parent / "align")

SEED = 11
WORKERS = (1, 2)
LEAST_GAIN, LEAST_RATIO = 1.6, 20
"""The bars: two workers beside one with `static`, and `static` beside `mini` with as many workers."""

FEW = 2
"""Documents of the run that tells what starting costs: one for each worker."""

JOINED, SHUFFLED, LOST, LOST_ON_ONE_SIDE, SAID = 0.3, 0.3, 0.1, 0.05, 0.8
"""Shares of documents, of paragraphs and of sentences that are varied. Chosen by hand."""

SURNAMES = (("Nguyễn", "Nguyen"), ("Trần", "Tran"), ("Lê", "Le"), ("Phạm", "Pham"), ("Đỗ", "Do"), ("Vũ", "Vu"))
NAMES = (("An", "An"), ("Bình", "Binh"), ("Cường", "Cuong"), ("Dũng", "Dung"), ("Hằng", "Hang"), ("Lan", "Lan"))
SAYINGS = (("Theo {}, ", "According to {}, "), ("{} nói: ", "{} said: "), ("{} cho biết ", "{} reported that "))

Pair: TypeAlias = tuple[str, str]
Figures: TypeAlias = dict[str, Any]


def main() -> None:
    options = _options()
    with TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        files = write_documents(options.data, folder / f"documents-{options.documents}", options.documents)
        print(f"{len(files)} documents; load before: {os.getloadavg()}", flush=True)
        sample = random.Random(SEED).sample(files, min(options.sample, len(files)))
        corpora = {"static": files, "mini": sample}
        starts, runs = {}, dict[tuple[str, int], list[Figures]]()
        for encoder, workers in itertools.product(corpora, WORKERS):
            starts[encoder, workers] = measured(sample[:FEW], encoder, workers, Path(temporary))["wall_seconds"]
        for _, encoder, workers in itertools.product(range(options.rounds), corpora, WORKERS):
            row = measured(corpora[encoder], encoder, workers, Path(temporary))
            row = _with_rates(row, starts[encoder, workers])
            print(row, flush=True)
            runs.setdefault((encoder, workers), []).append(row)
    best = {key: min(rows, key=lambda row: row["wall_seconds"]) for key, rows in runs.items()}
    ratios = _ratios(best)
    for name, (ratio, bar) in ratios.items():
        print(f"{name}: {ratio} (bar {bar})")
    write_result(
        options.output,
        {
            "versions": versions(["align-vi-en", "numpy", "onnxruntime", "tokenizers"]),
            "settings": {"documents": len(files), "sample": len(sample), "rounds": options.rounds},
            "ratios": {name: {**ratio, "bar": bar} for name, (ratio, bar) in ratios.items()},
            "fastest": list(best.values()),
            "rounds": list(itertools.chain(*runs.values())),
        },
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given = os.environ.get("ALIGN_DATA")
    parser.add_argument("--data", type=Path, default=given, required=given is None)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--sample", type=int, default=100, help="documents for mini")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where to keep the documents")
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks" / "results" / "batch.json")
    return parser.parse_args()


# --- runs --------------------------------------------------------------------------------


def measured(files: Sequence[Pair], encoder: str, workers: int, folder: Path) -> Figures:
    """One run of `align batch` in a new folder.

    :raises RuntimeError: if not all documents could be aligned
    """
    with TemporaryDirectory(dir=folder) as place:
        manifest, out = Path(place, "manifest.tsv"), Path(place, "out")
        manifest.write_text("".join(f"{vi}\t{en}\n" for vi, en in [("vi", "en"), *files]), encoding="utf-8")
        command = [ALIGN, "batch", str(manifest), "-o", str(out), "--encoder", encoder, "--workers", str(workers)]
        busy, own, started = _busy(), _own(), time.perf_counter()
        done = subprocess.run([*command, "--no-cache"], capture_output=True, text=True, check=False)
        wall = time.perf_counter() - started
        busy, own = _busy() - busy, _own() - own
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        report = json.loads((out / "report.json").read_bytes())
    return {
        "encoder": encoder,
        "workers": workers,
        "documents": report["counts"]["documents"],
        "segments": sum(report["counts"]["segments"].values()),
        "pairs": report["counts"]["pairs"],
        "wall_seconds": round(wall, 2),
        "report_seconds": report["this_run"]["seconds"],
        "processor_seconds": round(own, 1),
        "others_cores": round(max(0.0, busy - own) / wall, 2),
    }


def _with_rates(row: Figures, start: float) -> Figures:
    """A row with what starting cost, and documents a second by each clock."""
    clocks = {
        "wall": row["documents"] / row["wall_seconds"],
        "work": row["documents"] / row["report_seconds"]["work"],
        "wall less start": (row["documents"] - FEW) / max(0.01, row["wall_seconds"] - start),
        "processor": row["documents"] / row["processor_seconds"],
    }
    rates = {clock: round(rate, 2) for clock, rate in clocks.items()}
    segments = row["segments"] / row["documents"] * clocks["wall less start"]
    return {**row, "start_seconds": start, "documents_per_second": rates, "segments_per_second": round(segments)}


def _ratios(best: Mapping[tuple[str, int], Figures]) -> dict[str, tuple[dict[str, float], float]]:
    """By each clock, and by segments, as a sample can have longer documents; and the bar."""
    found = {"static, two workers to one": (_ratio(best["static", 2], best["static", 1]), LEAST_GAIN)}
    for workers in WORKERS:
        ratio = _ratio(best["static", workers], best["mini", workers])
        found[f"static to mini, workers {workers}"] = ratio, LEAST_RATIO
    return found


def _ratio(one: Figures, other: Figures) -> dict[str, float]:
    rates = one["documents_per_second"]
    ratio = {clock: round(rates[clock] / other["documents_per_second"][clock], 2) for clock in rates}
    return {**ratio, "segments": round(one["segments_per_second"] / other["segments_per_second"], 2)}


def _own() -> float:
    """Seconds of the processor that the processes took which were started here and ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _busy() -> float:
    """Seconds of the processor that all processes took, and other machines that share it; 0 where it cannot be told."""
    try:
        first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0]
    except OSError:
        return 0.0
    user, nice, system, _idle, _waiting, *interrupts = map(int, first.split()[1:9])
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


# --- documents ---------------------------------------------------------------------------


def write_documents(data: Path, folder: Path, number: int) -> list[Pair]:
    """Write so many documents and their translations; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(SEED)
    sources = [[(vi[0], en[0]) for vi, en in article] for article in articles(data / "train" / "evbnews_docs.tsv.gz")]
    files = []
    for name, texts in zip(range(number), _texts(sources, draw), strict=False):
        paths = tuple(str(folder / f"{name:05}.{language}.txt") for language in ("vi", "en"))
        for path, text in zip(paths, texts, strict=True):
            Path(path).write_text(text, encoding="utf-8")
        files.append((paths[0], paths[1]))
    return files


def _texts(sources: Sequence[list[Pair]], draw: random.Random) -> Iterator[Pair]:
    """Documents without end; each article is used about as often as any other."""
    while True:
        for source in draw.sample(sources, len(sources)):
            pairs = source
            if draw.random() < JOINED:
                other = draw.choice(sources)
                pairs = [*source[: len(source) // 2], *other[len(other) // 2 :]]
            vi, en = _sides(_paragraphs([_said(pair, draw) for pair in _other_figures(pairs, draw)], draw), draw)
            if vi and en:
                yield "\n\n".join(vi) + "\n", "\n\n".join(en) + "\n"


def _other_figures(pairs: Sequence[Pair], draw: random.Random) -> list[Pair]:
    """Each digit becomes another, the same in both languages; 0 stays, so that no number begins with it."""
    digits = "123456789"
    others = str.maketrans(digits, "".join(draw.sample(digits, len(digits))))
    return [(vi.translate(others), en.translate(others)) for vi, en in pairs]


def _said(pair: Pair, draw: random.Random) -> Pair:
    """Most sentences are put into somebody's mouth."""
    if draw.random() >= SAID:
        return pair
    surname, name, saying = draw.choice(SURNAMES), draw.choice(NAMES), draw.choice(SAYINGS)
    vi, en = (saying[side].format(f"{surname[side]} {name[side]}") + pair[side] for side in (0, 1))
    return vi, en


def _paragraphs(pairs: Sequence[Pair], draw: random.Random) -> list[Pair]:
    """One to four sentences each, some of them lost, and in some documents in another order."""
    found, left = [], list(pairs)
    while left:
        length = draw.randint(1, 4)
        some, left = left[:length], left[length:]
        if draw.random() >= LOST:
            found.append((" ".join(vi for vi, _ in some), " ".join(en for _, en in some)))
    if draw.random() < SHUFFLED:
        draw.shuffle(found)
    return found


def _sides(paragraphs: Sequence[Pair], draw: random.Random) -> tuple[list[str], list[str]]:
    """The paragraphs of each side, some of them lost on that side."""
    vi = [vi for vi, _ in paragraphs if draw.random() >= LOST_ON_ONE_SIDE]
    en = [en for _, en in paragraphs if draw.random() >= LOST_ON_ONE_SIDE]
    return vi, en


if __name__ == "__main__":
    main()
