"""What exact search and indexes take for the nearest neighbours of real lines, and how many they find.

    pip install usearch
    ALIGN_DATA=path/to/data python benchmarks/neighbours.py --sizes 50000 100000 200000

Lines are those of the training data, most of them without a translation there: what has none is harder to find
neighbours for than what has, and indexes that are measured on parallel text alone look better than they are. `ours` is
`align.batch.search`, with and without its index; the others are HNSW graphs of faiss and usearch. All run on one
core. `recall` is the share of the eight nearest English lines of a Vietnamese one that are found, over 1,000 lines;
`seconds` is for all lines in both directions, reckoned from those 1,000 for the graphs. Writes
`results/neighbours.json`.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import faiss
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "benchmarks")]

from measured import versions, write_result  # noqa: E402

from align.batch.engine import InProcess  # noqa: E402
from align.batch.lines import SpreadEncoder, VectorsOf, blocks_of  # noqa: E402
from align.batch.search import search  # noqa: E402
from align.batch.stages import Stages  # noqa: E402
from align.batch.store import FolderStore  # noqa: E402
from align.batch.work import WorkSettings  # noqa: E402
from align.encoders import Vectors  # noqa: E402
from align.pairing.neighbours import Indexes, neighbours  # noqa: E402

RESULT = ROOT / "benchmarks" / "results" / "neighbours.json"
K, SAMPLE = 8, 1000
EFFORTS = (64, 128, 256, 400)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[50_000, 100_000, 200_000], help="lines a side")
    parser.add_argument("--largest-exact", type=int, default=100_000, help="lines a side at which all pairs are tried")
    options = parser.parse_args()
    rows = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            for row in measured(size, Path(folder), exact=size <= options.largest_exact):
                print(row, flush=True)
                rows.append({"lines": size, **row})
    write_result(RESULT, {"versions": versions(["align-vi-en", "faiss-cpu", "numpy", "usearch"]), "rows": rows})


def measured(size: int, folder: Path, *, exact: bool) -> Iterator[dict[str, object]]:
    """A row for each way to find the neighbours of that many lines a side."""
    faiss.omp_set_num_threads(1)
    vi, en = vectors(size, "vi", folder), vectors(size, "en", folder)
    sample = np.linspace(0, size - 1, SAMPLE).astype(np.int64)
    truth = neighbours(vi.take(sample), en.whole(), K)[0].row
    for name, most in (("ours, every pair", size * size), ("ours, index", 0)):
        if most and not exact:
            continue
        stages = Stages(FolderStore(str(folder)), InProcess(), lambda *_: None)
        found = search(stages, name, vi, en, K, exact=most)
        row = {stage: round(seconds, 1) for stage, seconds in stages.seconds.items()}
        recall = share(truth, found.of_vi.row[sample])
        yield {"way": name, "recall": recall, "seconds": round(sum(stages.seconds.values()), 1), "stages": row}
    yield from graphs(vi.take(sample), en.whole(), truth)


def vectors(size: int, language: str, folder: Path) -> VectorsOf:
    """The vectors of lines of the training data, in a random order."""
    data = Path(os.environ["ALIGN_DATA"]) / "train"
    with gzip.open(data / "parallel.tsv.gz", "rt", encoding="utf-8") as stream:
        lines = [line.split("\t")[0 if language == "vi" else 1] for line in stream][1:]
    with gzip.open(data / f"mono.{language}.txt.gz", "rt", encoding="utf-8") as stream:
        lines += [line.strip() for line in stream]
    chosen = random.Random(1).sample(sorted(set(lines)), size)
    stages = Stages(FolderStore(str(folder)), InProcess(), lambda *_: None)
    return SpreadEncoder(stages, WorkSettings("static"), "static", "vectors").vectors(blocks_of(chosen, stages.store))


def graphs(asked: Vectors, base: Vectors, truth: Indexes) -> Iterator[dict[str, object]]:
    """The graphs of two libraries, searched with more and more effort."""
    yield from graph("faiss, HNSW 32", *faiss_graph(base), asked, len(base), truth)
    try:
        built = usearch_graph(base)
    except ImportError:
        print("usearch is not installed: left out")
        return
    yield from graph("usearch, HNSW 32, f16", *built, asked, len(base), truth)


Ask = Callable[[Vectors, int], Indexes]


def graph(
    name: str, seconds: float, ask: Ask, asked: Vectors, lines: int, truth: Indexes
) -> Iterator[dict[str, object]]:
    """A row for each effort, once a graph is built."""
    for effort in EFFORTS:
        started = time.perf_counter()
        found = ask(asked, effort)
        each = (time.perf_counter() - started) / len(asked)
        stages = {"index": round(2 * seconds, 1), "neighbours": round(2 * each * lines, 1)}
        recall = share(truth, found)
        yield {"way": f"{name}, {effort}", "recall": recall, "seconds": sum(stages.values()), "stages": stages}


def faiss_graph(base: Vectors) -> tuple[float, Ask]:
    """The seconds it took to build, and what asks it."""
    index = faiss.index_factory(base.shape[1], "HNSW32", faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = 60
    started = time.perf_counter()
    index.add(base)
    built = time.perf_counter() - started

    def ask(rows: Vectors, effort: int) -> Indexes:
        index.hnsw.efSearch = effort
        return index.search(rows, K)[1]

    return built, ask


def usearch_graph(base: Vectors) -> tuple[float, Ask]:
    """The same for usearch."""
    from usearch.index import Index

    index = Index(ndim=base.shape[1], metric="ip", dtype="f16", connectivity=32, expansion_add=60)
    started = time.perf_counter()
    index.add(np.arange(len(base)), base, threads=1)
    built = time.perf_counter() - started

    def ask(rows: Vectors, effort: int) -> Indexes:
        index.expansion_search = effort
        return index.search(rows, K, threads=1).keys.astype(np.int64)

    return built, ask


def share(truth: Indexes, found: Indexes) -> float:
    """How many of the nearest are among those found."""
    hits = [len(set(one) & set(other)) for one, other in zip(truth.tolist(), found.tolist(), strict=True)]
    return round(sum(hits) / truth.size, 4)


if __name__ == "__main__":
    main()
