"""How well `align mine` pairs mixed pages and interleaved chapters it was not fitted on.

    ALIGN_DATA=path/to/data python benchmarks/mining.py

for `static`, `mini` and `auto`, with the segments that each encoder read and the seconds it took.
Pages are made from the gold beads of the development sets (see `mixed_pages.py`), a third of their
lines without a partner. The sets are cut in two halves of whole articles: the score is fitted
on one half by the same code as `scripts/fit_mine.py` and measured on the other, so that no
figure is of text it was fitted on. Chapters (`d2l_mixed.json`) are never fitted on.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "benchmarks")]

from fit_mine import JOIN_SETS, SETS, bead_documents, fit_encoder, fit_second, training_pages  # noqa: E402
from mixed_pages import MixedPage, line_pairs, mixed_pages, page_segments, unseen_news  # noqa: E402

from align.encoders import AUTO, Encoder, Progress, Vectors, load_encoder  # noqa: E402
from align.pairing.mine import Miner  # noqa: E402
from align.pipeline import MIN_SCORE, load_miner, mine_document  # noqa: E402
from align.text.clean import clean  # noqa: E402
from align.types import Bead, Document, Segment  # noqa: E402

LINES = (12, 30, 150, 1000)
PAGES = 40


class Counted:
    """An encoder that counts what it reads and for how long; vectors it gave before count as read again."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self._known = encoder, dict[str, np.ndarray]()
        self.name, self.dim = encoder.name, encoder.dim
        self.read, self.seconds, self._measured = 0, 0.0, 0

    def encode(self, sentences: Sequence[str], *, progress: Progress | None = None) -> Vectors:  # noqa: ARG002
        """See `align.encoders.Encoder.encode`; each sentence is truly encoded once."""
        self.read += len(sentences)
        new = list(dict.fromkeys(sentence for sentence in sentences if sentence not in self._known))
        started = time.perf_counter()
        self._known.update(zip(new, self._encoder.encode(new), strict=True))
        self.seconds += time.perf_counter() - started
        self._measured += len(new)
        found = [self._known[sentence] for sentence in sentences]
        return np.array(found, np.float32).reshape(len(sentences), self.dim)

    @property
    def seconds_each(self) -> float:
        """Seconds that a sentence took on average."""
        return self.seconds / max(1, self._measured)


@dataclass
class Tally:
    """Right and wrong pairs, and gold pairs, over many pages."""

    scores: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    gold: int = 0

    def figures(self) -> dict[str, float]:
        """Precision, recall and F1 of the pairs that are exported; calibration of all that were made."""
        scores, right = np.array(self.scores), np.array(self.right, bool)
        kept = scores >= MIN_SCORE
        precision, recall = right[kept].mean(), right[kept].sum() / self.gold
        return {
            "precision": round(float(precision), 4),
            "recall": round(float(recall), 4),
            "f1": round(float(2 * precision * recall / (precision + recall)), 4),
            "calibration_error": round(calibration_error(scores, right), 4),
            "pairs": int(self.gold),
        }


def calibration_error(scores: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error over ten equal bins of the score (Naeini et al. 2015)."""
    bins = np.minimum((scores * 10).astype(int), 9)
    gaps = (abs(scores[bins == b].mean() - right[bins == b].mean()) * (bins == b).sum() for b in np.unique(bins))
    return float(sum(gaps) / len(scores))


def tally_pages(miner: Miner, pages: Iterable[MixedPage]) -> Tally:
    """Mine pages whose pairs are known."""
    tally = Tally()
    for page in pages:
        vi, en, vi_lines, en_lines = page_segments(page)
        line = {id(segment): number for segment, number in zip([*vi, *en], [*vi_lines, *en_lines], strict=True)}
        tally.gold += len(page.gold)
        for bead in miner.align(vi, en):
            if bead.score is not None:
                tally.scores.append(bead.score)
                tally.right.append(bead.kind == "1-1" and (line[id(bead.vi[0])], line[id(bead.en[0])]) in page.gold)
    return tally


def page_figures(data: Path) -> Iterator[dict[str, object]]:
    """Figures of both halves together, for every encoder and every make of page."""
    encoders = {name: Counted(load_encoder(name, cache=False)) for name in ("static", "mini")}
    halves = {name: halves_of(line_pairs(data / "dev" / f"{name}.json")) for name in SETS}
    miners = [fitted_on(fold, halves, data / "dev", encoders) for fold in (0, 1)]
    halves["unseen_news"] = halves_of(unseen_news(data / "train" / "parallel.tsv.gz"))
    makes = itertools.product(halves, LINES, (0.0, 0.5), ("shuffled", "blocks"), miners[0])
    for name, lines, stripped, arrangement, encoder in makes:
        both = Tally()
        before = {counted.name: counted.read for counted in encoders.values()}
        for fold in (0, 1):
            pages = mixed_pages(halves[name][1 - fold], lines=lines, stripped=stripped, arrangement=arrangement, seed=7)
            tally = tally_pages(miners[fold][encoder], itertools.islice(pages, PAGES))
            both.scores += tally.scores
            both.right += tally.right
            both.gold += tally.gold
        make = {"encoder": encoder, "set": name, "lines": lines, "stripped": stripped, "arrangement": arrangement}
        read = {f"read_by_{name}": counted.read - before[name] for name, counted in encoders.items()}
        cost = sum((counted.read - before[counted.name]) * counted.seconds_each for counted in encoders.values())
        yield {**make, **both.figures(), **read, "encoding_seconds": round(cost, 2)}


def halves_of(pairs: Sequence[tuple[str, str]]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    middle = len(pairs) // 2
    return list(pairs[:middle]), list(pairs[middle:])


def fitted_on(fold: int, halves, data: Path, encoders: dict[str, Counted]) -> dict[str, Miner]:
    pages = [page for number, name in enumerate(SETS) for page in training_pages(halves[name][fold], 1000 * number)]
    articles = [list(bead_documents(data / f"{name}.json")) for name in JOIN_SETS]
    documents = [found for each in articles for found in (each[: len(each) // 2], each[len(each) // 2 :])[fold]]
    models = {name: fit_encoder(pages, documents, encoder) for name, encoder in encoders.items()}
    second = fit_second(pages, models["static"], encoders["static"], encoders["mini"])
    return {
        **{name: Miner(encoder, models=models[name]) for name, encoder in encoders.items()},
        AUTO: Miner(encoders["static"], second=second, models=models["static"]),
    }


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter whose blocks stand in English, then in Vietnamese."""

    document: Document
    blocks: tuple[tuple[int, int, int, str], ...]

    def block(self, side: Sequence[Segment], language: str) -> int | None:
        """The block that holds all of these segments in this language, or None."""
        found = {
            number if (start <= segment.start and segment.end <= end and lang == language) else None
            for segment in side
            for start, end, number, lang in self.blocks
            if start <= segment.start < end
        }
        return found.pop() if len(found) == 1 else None


def chapters(path: Path) -> Iterator[Chapter]:
    """The chapters as documents: blocks joined by blank lines."""
    for data in json.loads(path.read_text(encoding="utf-8")):
        text, blocks = "", []
        for number, block in enumerate(data["blocks"]):
            for language in ("en", "vi"):
                part = clean(block[language])
                blocks.append((len(text), len(text) + len(part), number, language))
                text += part + "\n\n"
        yield Chapter(Document(data["id"], text), tuple(blocks))


def chapter_figures(path: Path, miner: Miner) -> dict[str, object]:
    """How many pairs lie in one block, and how much of the Vietnamese blocks stands in such a pair.

    Characters are counted without white space, equations, code and links included.
    """
    right = wrong = recovered = total = 0
    for chapter in chapters(path):
        text = chapter.document.text
        total += sum(_size(text[start:end]) for start, end, _, language in chapter.blocks if language == "vi")
        for bead in mine_document(chapter.document, miner).beads:
            if bead.score is None or bead.score < MIN_SCORE:
                continue
            if _in_one_block(chapter, bead):
                right += 1
                recovered += sum(_size(segment.text) for segment in bead.vi)
            else:
                wrong += 1
    return {
        "pairs": right + wrong,
        "pairs_right": round(right / (right + wrong), 4),
        "recovered": round(recovered / total, 4),
    }


def _in_one_block(chapter: Chapter, bead: Bead) -> bool:
    number = chapter.block(bead.vi, "vi")
    return number is not None and number == chapter.block(bead.en, "en")


def _size(text: str) -> int:
    return len("".join(text.split()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("ALIGN_DATA"), required="ALIGN_DATA" not in os.environ
    )
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks" / "results" / "mining.json")
    arguments = parser.parse_args()
    started = time.monotonic()
    data = Path(arguments.data)
    pages = []
    for row in page_figures(data):
        pages.append(row)
        print(*(f"{key}={value}" for key, value in row.items()), flush=True)
    found = {}
    for encoder in ("static", "mini", AUTO):
        found[encoder] = chapter_figures(data / "dev" / "d2l_mixed.json", load_miner(encoder, cache=False))
        print("chapters:", encoder, found[encoder], flush=True)
    packages = ("align-vi-en", "numpy", "onnxruntime", "scipy", "scikit-learn", "tokenizers", "underthesea")
    result = {
        "min_score": MIN_SCORE,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "versions": {package: version(package) for package in packages},
        "seconds": round(time.monotonic() - started),
        "pages": pages,
        "chapters": found,
    }
    arguments.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
