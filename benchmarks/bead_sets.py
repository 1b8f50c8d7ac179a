"""Documents whose alignment is known: reading them, handing them to an aligner, scoring what it makes.

A bead is a pair of tuples of line numbers, counted from 0: `((0,), (0, 1))`.
"""

from __future__ import annotations

import json
from ast import literal_eval
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from align.evaluate import Evaluation
    from align.types import Language, Segment

__all__ = ["WARM_UP", "Bead", "BeadDocument", "line_segments", "read_set", "scored", "single_nulls"]

Bead: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class BeadDocument:
    """Two lists of lines and the beads that align them."""

    id: str
    vi: tuple[str, ...]
    en: tuple[str, ...]
    gold: tuple[Bead, ...]

    @property
    def pairs(self) -> int:
        """How many gold beads have two sides."""
        return sum(1 for vi, en in self.gold if vi and en)


WARM_UP = BeadDocument(
    "warm-up",
    ("Hôm nay trời mưa rất to.", "Tôi ở nhà đọc sách.", "Chiều nay mẹ tôi nấu cơm.", "Ngày mai chúng tôi đi Huế."),
    (
        "It is raining very hard today.",
        "I am at home with a book.",
        "My mother cooks tonight.",
        "We go to Hue tomorrow.",
    ),
    tuple(((number,), (number,)) for number in range(4)),
)
"""Aligned before anything is measured, so that models are loaded and code is compiled."""


def read_set(path: Path) -> list[BeadDocument]:
    """The documents of a bead set, of a `.gold` file, or of all `.gold` files in a folder.

    `name.gold` holds a bead a line as Vecalign writes them (`[0]:[0, 1]`), the lines stand in `name.vi.txt` and
    `name.en.txt` beside it. White space within a line is one space for every aligner.
    """
    if path.suffix == ".json":
        data = json.loads(path.read_text(encoding="utf-8"))
        return [_document(item["id"], item["vi"], item["en"], item["gold"]) for item in data]
    files = sorted(path.glob("*.gold")) if path.is_dir() else [path]
    return [_gold(file) for file in files]


def _gold(path: Path) -> BeadDocument:
    beads = [
        tuple(literal_eval(side.strip()) for side in line.split(":")[:2])
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("[")
    ]
    sides = (path.with_suffix(f".{language}.txt").read_text(encoding="utf-8") for language in ("vi", "en"))
    return _document(path.stem, *(side.splitlines() for side in sides), beads)


def _document(name: str, vi: Iterable[str], en: Iterable[str], gold: Iterable[Sequence[Sequence[int]]]) -> BeadDocument:
    sides = (tuple(" ".join(line.split()) for line in side) for side in (vi, en))
    return BeadDocument(str(name), *sides, tuple((tuple(a), tuple(b)) for a, b in gold))


def line_segments(lines: Sequence[str], language: Language) -> tuple[list[Segment], dict[int, tuple[int, ...]]]:
    """Every line as a segment, and which lines a segment holds, by where it starts.

    A line that is blank, or is so once it is cleaned, has no segment.
    """
    from align.text.clean import clean
    from align.text.segment import segment
    from align.types import Document

    cleaned = [clean(line).replace("\n", " ") for line in lines]
    starts = [0, *accumulate(len(line) + 1 for line in cleaned)]
    segments = segment(Document(f"x.{language}", "\n".join(cleaned), language), lines=True)
    held, number = {}, 0
    for found in segments:
        while starts[number + 1] <= found.start:
            number += 1
        last = number
        while starts[last + 1] < found.end:
            last += 1
        held[found.start] = tuple(at for at in range(number, last + 1) if cleaned[at].strip())
    return segments, held


def single_nulls(beads: Mapping[Bead, float | None]) -> dict[Bead, float | None]:
    """The beads, those with an empty side cut into single lines, as gold has them."""
    found: dict[Bead, float | None] = {}
    for (vi, en), score in beads.items():
        if vi and en:
            found[vi, en] = score
        else:
            found |= {((line,), ()): None for line in vi} | {((), (line,)): None for line in en}
    return found


def scored(documents: Iterable[tuple[BeadDocument, Mapping[Bead, float | None]]]) -> Evaluation:
    """What `align evaluate` says of alignments of these documents, null beads cut into single lines.

    >>> document = BeadDocument("a", ("x", "y"), ("x", "y", "z"), (((0,), (0,)), ((1,), (1, 2))))
    >>> scored([(document, {((0,), (0,)): None, ((1,), (1,)): None, ((), (2,)): None})]).strict.recall
    0.5
    """
    from align.evaluate import score_alignments

    return score_alignments((single_nulls(beads), dict.fromkeys(document.gold)) for document, beads in documents)
