"""How good an alignment is: strict and lax precision, recall and F1, and the calibration error.

Precision and recall are those of Vecalign's ``score.py``, after Sennrich & Volk 2011 (W11-4624): a
bead is strictly right if the gold holds it as it stands, and laxly if it links any Vietnamese segment
to an English one as the gold does. Null beads count in precision only, where a wrong one is wrong in
both ways. F1 is the harmonic mean. A share of nothing is 0.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple, TypeAlias

from align import __version__
from align.errors import FormatError
from align.formats.pairs.alignment import Alignment, comparable, counterparts, link, read_alignment, source
from align.formats.pairs.ladder import LadderBead
from align.types import Bead, TranslationUnit

Measured: TypeAlias = Bead | LadderBead | TranslationUnit
"""What has segments that can be told apart."""

__all__ = [
    "Bin",
    "Evaluation",
    "Figures",
    "KindFigures",
    "calibration_error",
    "evaluate_files",
    "reliability",
    "score_alignments",
    "score_beads",
]

_BINS = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """Precision, recall and F1, each 0 to 1."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class KindFigures(Figures):
    """Strict figures for one kind of bead: how many are in the gold, found, and found right."""

    gold: int
    found: int
    right: int


@dataclass(frozen=True, slots=True)
class Bin:
    """The beads with a score from `low` to `high`: their mean score, and the share that is right."""

    low: float
    high: float
    beads: int
    score: float
    right: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An alignment measured against a gold one.

    :param kinds: by kind, such as ``"1-2"``, null beads too; they have a recall only here
    :param calibration_error: None where no bead has a score, or one is no probability; whether
        those of a ladder that another program wrote are any, only that program knows
    :param mined: whether null beads were left out on both sides
    :param sources: what was compared, for the signature
    :param left_out: documents that have no gold and were not measured
    """

    strict: Figures
    lax: Figures
    kinds: dict[str, KindFigures]
    calibration_error: float | None
    reliability: tuple[Bin, ...]
    documents: int
    beads: int
    gold_beads: int
    mined: bool
    sources: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def signature(self, metric: str) -> str:
        """What a figure is of, in one line: figures with different ones cannot be compared."""
        null = "ignored" if self.mined else "precision"
        counts = (f"n_documents:{self.documents}", f"n_beads:{self.beads}", f"n_gold:{self.gold_beads}")
        return "|".join((f"align {__version__}", f"metric:{metric}", f"null:{null}", *counts, *self.sources))

    @property
    def metrics(self) -> tuple[str, ...]:
        """What was measured, by the names that go into signatures."""
        return ("strict", "lax") if self.calibration_error is None else ("strict", "lax", "calibration_error")

    def to_dict(self) -> dict[str, Any]:
        """Everything, for JSON."""
        return {**asdict(self), "signatures": {metric: self.signature(metric) for metric in self.metrics}}


def evaluate_files(
    found: str | os.PathLike[str],
    gold: str | os.PathLike[str],
    *,
    found_format: str | None = None,
    gold_format: str | None = None,
    mined: bool = False,
) -> Evaluation:
    """Measure the alignment in a file against the gold in another, or a folder against a folder.

    Files of two folders belong together by their path without the suffix. Beads of two tables are
    compared by document and span, those of ladders by number; where one is a table and the other a
    ladder, the table's segments are numbered, for which it must hold them all.

    :param found: a path, or ``-`` for standard input
    :param found_format: a name in `align.formats.UNIT_READERS` or `LADDERS`; None looks at the file
    :param mined: leave null beads out on both sides, so that the figures are those of sets of pairs
    :raises AlignError: if a file cannot be read, breaks its format or has no counterpart
    """
    paths, left_out = counterparts(os.fspath(found), os.fspath(gold))
    ours = [read_alignment(path, found_format) for path, _ in paths]
    theirs = [read_alignment(path, gold_format, option="--gold-from") for _, path in paths]
    measured = score_alignments(map(comparable, ours, theirs), mined=mined)
    if not measured.gold_beads:
        raise FormatError(f"{os.fspath(gold)}: holds no beads to measure against; is it the gold?")
    return replace(
        measured,
        documents=sum(max(1, *map(len, file.documents)) for file in theirs),
        sources=(source("found", os.fspath(found), ours), source("gold", os.fspath(gold), theirs)),
        left_out=left_out,
    )


def score_beads(found: Iterable[Measured], gold: Iterable[Measured], *, mined: bool = False) -> Evaluation:
    """Measure beads against others of the same documents.

    A segment of a bead, or of a row of a table, is known by its document and span, one of a ladder
    by its number; `align.formats.pairs.ladder.ladder` turns the former into the latter.

    >>> gold = [LadderBead((0,), (0, 1)), LadderBead((1,), ()), LadderBead((2,), (2,))]
    >>> score_beads([LadderBead((0,), (0,), 0.9), LadderBead((1,), ()), LadderBead((2,), (2,), 0.8)], gold).lax
    Figures(precision=1.0, recall=1.0, f1=1.0)
    """
    return score_alignments([({link(b): b.score for b in found}, {link(b): b.score for b in gold})], mined=mined)


def score_alignments(documents: Iterable[tuple[Alignment, Alignment]], *, mined: bool = False) -> Evaluation:
    """Measure alignments, each against its gold; counts are summed over documents before dividing.

    >>> gold = {((0,), (0, 1)): None, ((1,), ()): None, ((2,), (2,)): None}
    >>> score_alignments([({((0,), (0,)): 0.9, ((1,), ()): None, ((2,), (2,)): 0.8}, gold)]).strict.recall
    0.5

    :param documents: found and gold
    """
    several = list(documents)
    found, gold = _pooled(found for found, _ in several), _pooled(gold for _, gold in several)
    if mined:
        found, gold = _pairs(found), _pairs(gold)
    precision, recall = _hits(found, gold), _hits(_pairs(gold), _pairs(found))
    scored = {bead: score for bead, score in _pairs(found).items() if score is not None}
    bins: tuple[Bin, ...] = ()
    if all(0 <= score <= 1 for score in scored.values()):
        bins = reliability(list(scored.values()), [bead in gold for bead in scored])
    return Evaluation(
        strict=Figures(*_shares(precision.strict, precision.beads, recall.strict, recall.beads)),
        lax=Figures(*_shares(precision.lax, precision.beads, recall.lax, recall.beads)),
        kinds=_kinds(found, gold),
        calibration_error=_distance(bins) if bins else None,
        reliability=bins,
        documents=len(several),
        beads=len(found),
        gold_beads=len(gold),
        mined=mined,
    )


def _pooled(documents: Iterable[Alignment]) -> Alignment:
    """All beads as if of one document, segments told apart by the document they stand in."""
    return {
        (tuple((number, key) for key in vi), tuple((number, key) for key in en)): score
        for number, document in enumerate(documents)
        for (vi, en), score in document.items()
        if vi or en
    }


def _pairs(beads: Alignment) -> Alignment:
    return {(vi, en): score for (vi, en), score in beads.items() if vi and en}


class _Hits(NamedTuple):
    strict: int
    lax: int
    beads: int


def _hits(beads: Alignment, reference: Alignment) -> _Hits:
    """How many beads the reference holds, or at least supports by one of its links; and all."""
    partners: defaultdict[Hashable, set[Hashable]] = defaultdict(set)
    for vi, en in reference:
        for key in vi:
            partners[key].update(en)
    strict = beads.keys() & reference.keys()
    near = [en for vi, en in beads.keys() - strict if any(not partners[key].isdisjoint(en) for key in vi)]
    return _Hits(len(strict), len(strict) + len(near), len(beads))


def _shares(right: int, found: int, recalled: int, gold: int) -> tuple[float, float, float]:
    precision, recall = right / found if found else 0.0, recalled / gold if gold else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _kinds(found: Alignment, gold: Alignment) -> dict[str, KindFigures]:
    counts = [Counter((len(vi), len(en)) for vi, en in beads) for beads in (gold, found, found.keys() & gold.keys())]
    kinds = {}
    for kind in sorted(counts[0] | counts[1]):
        in_gold, in_found, right = (count[kind] for count in counts)
        shares = _shares(right, in_found, right, in_gold)
        kinds["{}-{}".format(*kind)] = KindFigures(*shares, gold=in_gold, found=in_found, right=right)
    return kinds


def calibration_error(scores: Sequence[float], right: Sequence[bool], *, bins: int = _BINS) -> float:
    """The expected calibration error: how far scores are, on average, from the share that is right.

    Scores are put into bins of equal width. The error is the mean over the bins, weighed by their
    numbers of scores, of the distance between mean score and share right (Guo et al. 2017,
    arXiv:1706.04599); 0 is perfect.

    >>> round(calibration_error([0.95, 0.85, 0.81], [True, True, False]), 4)
    0.2367

    :param scores: 0 to 1, at least one
    :param right: whether each is right
    :raises ValueError: if there is none, the lengths differ or a score is out of range
    """
    if len(scores) == 0:
        raise ValueError("there are no scores; expected at least one")
    return _distance(reliability(scores, right, bins=bins))


def reliability(scores: Sequence[float], right: Sequence[bool], *, bins: int = _BINS) -> tuple[Bin, ...]:
    """Mean score and share right by bins of equal width, the empty ones left out; see `calibration_error`."""
    if len(scores) != len(right) or not all(0 <= score <= 1 for score in scores):
        raise ValueError(f"expected {len(right)} scores from 0 to 1, as many as there are judgements")
    members: defaultdict[int, list[int]] = defaultdict(list)
    for index, score in enumerate(scores):
        members[min(int(score * bins), bins - 1)].append(index)
    return tuple(
        Bin(
            low=number / bins,
            high=(number + 1) / bins,
            beads=len(inside),
            score=sum(float(scores[index]) for index in inside) / len(inside),
            right=sum(bool(right[index]) for index in inside) / len(inside),
        )
        for number, inside in sorted(members.items())
    )


def _distance(bins: Sequence[Bin]) -> float:
    return sum(one.beads * abs(one.score - one.right) for one in bins) / sum(one.beads for one in bins)
