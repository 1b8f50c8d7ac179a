"""How time and memory of aligning grow with the length of a document, and whether a long gap is found.

    ALIGN_DATA=path/to/data python benchmarks/ordered_scale.py [--encoder static] [--rounds 3]

News articles are put behind one another to documents of 7,500 and of 30,000 lines a side: from each side 15 %
of the lines are dropped, a tenth of the neighbours are merged. Every run is a process of its own, the sizes
take turns, and the fastest of each counts; the time of encoding is left out. At 7,500 lines, a chapter of
2,000 lines is then missing in English, and a foreword of 1,000 lines in Vietnamese.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import itertools
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from bead_sets import WARM_UP, Bead, BeadDocument, read_set, scored, single_nulls  # noqa: E402
from measured import loaded_mib, metered, peak_mib, versions, write_result  # noqa: E402
from peers import ALIGNERS, aligner_class  # noqa: E402

SHORT, LONG = 7_500, 30_000
DROPPED, MERGED = 0.15, 0.10
SEED = 5
MOST_GROWTH, MOST_MIB = 4.6, 4_096
"""The bars: how much longer four times the length may take, and the memory of the longest."""

GAPS = {
    "a chapter is missing in English": ("en", 3_000, 2_000),
    "a foreword is missing in Vietnamese": ("vi", 0, 1_000),
}
"""Which side lacks how many lines of the other, from which pair on."""


@dataclass(frozen=True, slots=True)
class Job:
    """One document to align in a process of its own."""

    data: str
    aligner: str
    encoder: str
    size: int
    gap: str | None = None


def main() -> None:
    options = _options()
    if options.worker:
        row = measure(Job(**json.loads(options.worker)))
        options.output.write_text(json.dumps(row), encoding="utf-8")
        return
    jobs = [Job(str(options.data), options.aligner, options.encoder, size) for size in (options.size, 4 * options.size)]
    rounds = [[_told(apart(job)) for job in jobs] for _ in range(options.rounds)]
    short, long = (min(several, key=lambda row: row["aligning_seconds"]) for several in zip(*rounds, strict=True))
    gaps = [_told(apart(Job(str(options.data), options.aligner, options.encoder, options.size, gap))) for gap in GAPS]
    growth = long["aligning_seconds"] / short["aligning_seconds"]
    peak = max(both[1]["peak_mib"] for both in rounds)
    print(f"four times the length took {growth:.2f} times as long (bar {MOST_GROWTH}); {peak} MiB (bar {MOST_MIB})")
    write_result(
        options.output,
        {
            "versions": versions(aligner_class(options.aligner).packages),
            "settings": {
                "aligner": options.aligner,
                "encoder": options.encoder,
                "rounds": options.rounds,
                "dropped": DROPPED,
                "merged": MERGED,
                "seed": SEED,
            },
            "growth": round(growth, 2),
            "peak_mib": peak,
            "fastest": {"short": short, "long": long},
            "gaps": gaps,
            "rounds": rounds,
        },
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("ALIGN_DATA"))
    parser.add_argument("--aligner", choices=ALIGNERS, default="align")
    parser.add_argument("--encoder", default="static", help="static by default, as encoding is left out")
    parser.add_argument("--size", type=int, default=SHORT, help="lines a side of the shorter document")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks" / "results" / "ordered_scale.json")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not (options.data or options.worker):
        parser.error("no data: give --data or set ALIGN_DATA")
    return options


def _told(row: dict) -> dict:
    gap = f"; {row['gap']}: {row['passage']}" if row["gap"] else ""
    print(
        f"{row['vi_lines']} x {row['en_lines']} lines: {row['aligning_seconds']} s,"
        f" encoding {row['encoding_seconds']} s, {row['peak_mib']} MiB,"
        f" strict F1 {row['strict_f1']}, gaps {row['null_lines']}{gap}",
        flush=True,
    )
    return row


def apart(job: Job) -> dict:
    """Measure in a process of its own."""
    with TemporaryDirectory() as folder:
        output = Path(folder, "result.json")
        command = [sys.executable, __file__, "--worker", json.dumps(asdict(job)), "--output", str(output)]
        subprocess.run(command, check=True)
        return json.loads(output.read_text(encoding="utf-8"))


def measure(job: Job) -> dict:
    """One document: seconds, memory, and how right the beads are."""
    document, passage = long_document(Path(job.data), job.size, GAPS.get(job.gap or ""))
    with metered() as meters:
        aligner = aligner_class(job.aligner)(job.encoder)
        aligner.align(WARM_UP.vi, WARM_UP.en)
        for meter in meters:
            meter.reset()
        loaded, started = loaded_mib(), time.perf_counter()
        found = aligner.align(document.vi, document.en)
        seconds, peak = time.perf_counter() - started, peak_mib()
    encoding = sum(meter.seconds for meter in meters)
    lines = len(document.vi) + len(document.en)
    quality = scored([(document, found)])
    return {
        "vi_lines": len(document.vi),
        "en_lines": len(document.en),
        "gap": job.gap,
        "aligning_seconds": round(seconds - encoding, 2),
        "encoding_seconds": round(encoding, 2),
        "encoded_per_line": round(sum(meter.lines for meter in meters) / lines, 3),
        "peak_mib": peak,
        "loaded_mib": loaded,
        "strict_f1": round(quality.strict.f1, 4),
        "lax_f1": round(quality.lax.f1, 4),
        "null_lines": _nulls(document.gold, single_nulls(found)),
        "passage": _passage(passage, single_nulls(found)),
    }


def _nulls(gold: Sequence[Bead], found: Mapping[Bead, object]) -> dict[str, float]:
    """How well the lines without a partner are found, over the whole document."""
    right, wanted = (({bead for bead in beads if not all(bead)}) for beads in (found, gold))
    hits = len(right & wanted)
    return _figures(hits, len(right), len(wanted))


def _passage(passage: frozenset[Bead], found: Mapping[Bead, object]) -> dict[str, float]:
    """How many lines the long gap has, and the share of them that is left without a partner."""
    if not passage:
        return {}
    hits = sum(1 for bead in passage if bead in found)
    return {"lines": len(passage), "found_as_gap": round(hits / len(passage), 4)}


def _figures(hits: int, found: int, wanted: int) -> dict[str, float]:
    precision, recall = hits / max(1, found), hits / max(1, wanted)
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def long_document(
    data: Path, size: int, gap: tuple[str, int, int] | None = None
) -> tuple[BeadDocument, frozenset[Bead]]:
    """A document of `size` lines on its shorter side, and the null beads of its long gap.

    :param gap: which side lacks how many lines, from which pair on
    """
    random_ = random.Random(SEED)
    side, start, length = gap or ("", 0, 0)
    vi, en, gold, passage = [], [], [], []
    for number, (ours, theirs) in enumerate(_merged(_pairs(data), random_)):
        inside = start <= number < start + length
        # both draws are made in any case, so that the rest of the document does not depend on the gap
        draws = random_.random() < DROPPED, random_.random() < DROPPED
        keep_vi, keep_en = (side != "vi", side != "en") if inside else (not draws[0], not draws[1])
        if inside:
            ours, theirs = [" ".join(ours)], [" ".join(theirs)]
        for bead in _beads(len(vi), len(en), len(ours) * keep_vi, len(theirs) * keep_en):
            gold.append(bead)
            if inside:
                passage.append(bead)
        vi += ours * keep_vi
        en += theirs * keep_en
        if min(len(vi), len(en)) >= size:
            return BeadDocument("long", tuple(vi), tuple(en), tuple(gold)), frozenset(passage)
    raise ValueError(f"the data has text for {min(len(vi), len(en))} lines a side only; {size} were asked for")


def _beads(vi: int, en: int, vi_lines: int, en_lines: int) -> Iterator[Bead]:
    ours, theirs = tuple(range(vi, vi + vi_lines)), tuple(range(en, en + en_lines))
    if ours and theirs:
        yield ours, theirs
    else:
        yield from [((line,), ()) for line in ours] + [((), (line,)) for line in theirs]


def _merged(pairs: Iterator[tuple[str, str]], random_: random.Random) -> Iterator[tuple[list[str], list[str]]]:
    """The pairs, some of them two in one, on one line of one of the languages."""
    for vi, en in pairs:
        second = next(pairs, None) if random_.random() < MERGED else None
        if second is None:
            yield [vi], [en]
        elif random_.random() < 0.5:
            yield [f"{vi} {second[0]}"], [en, second[1]]
        else:
            yield [vi, second[0]], [f"{en} {second[1]}"]


def _pairs(data: Path) -> Iterator[tuple[str, str]]:
    """Pairs of news sentences in the order of their articles, each Vietnamese one once."""
    seen = set()
    for vi, en in itertools.chain(_development(data), _news(data)):
        pair = " ".join(vi.split()), " ".join(en.split())
        if all(pair) and pair[0] not in seen:
            seen.add(pair[0])
            yield pair


def _development(data: Path) -> Iterator[tuple[str, str]]:
    for document in read_set(data / "dev" / "evb_noisy.json"):
        yield from ((document.vi[vi[0]], document.en[en[0]]) for vi, en in document.gold if len(vi) == len(en) == 1)


def _news(data: Path) -> Iterator[tuple[str, str]]:
    for name, source in (("evbnews_docs", None), ("parallel", "alt")):
        with gzip.open(data / "train" / f"{name}.tsv.gz", "rt", encoding="utf-8") as stream:
            for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
                if source in (None, row.get("source")):
                    yield row["vi"], row["en"]


if __name__ == "__main__":
    main()
