"""What speaks for and against two segments saying the same, as a table of numbers.

A row is a candidate: a Vietnamese segment and one of its nearest English neighbours, or the
other way round. A column is a feature that `align.pairing.score` weighs.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from align.encoders import Encoder
from align.pairing.neighbours import Indexes, Neighbours, Vectors, neighbours
from align.text import numbers
from align.types import KINDS, Segment

__all__ = [
    "FEATURES",
    "NEIGHBOURS",
    "Candidates",
    "Scale",
    "Shape",
    "candidates",
    "compared",
    "evidence",
    "evidence_from",
    "reference",
    "scale_of",
    "shape_of",
    "united",
]

# Neighbours kept in each direction. Chosen by hand.
NEIGHBOURS = 8

# The neighbourhood that margins are taken against (Artetxe & Schwenk 2019 use 4).
_NEIGHBOURHOOD = 4

SIMILARITY_FEATURES = (
    "similarity",
    "row_gap",
    "column_gap",
    "smaller_gap",
    "margin",
    "few",
    "few_similarity",
    "length_ratio",
    "length_ratio_long",
    "short",
    "short_similarity",
    "same_kind",
)
FEATURES = SIMILARITY_FEATURES + numbers.FEATURES


class Scale(NamedTuple):
    """Where an encoder's cosines lie: models differ (0.0 and 0.6, or 0.80 and 0.90).

    :ivar wrong: mean cosine of sentences that do not belong together
    :ivar right: mean cosine of translations
    """

    wrong: float
    right: float


class Candidates(NamedTuple):
    """Pairs of row numbers worth a look, each once, with their cosines; all of shape (n,)."""

    vi: Indexes
    en: Indexes
    cosine: Vectors


def scale_of(encoder: Encoder) -> Scale:
    """Measure an encoder on the reference sentences that ship with the package.

    `reference.tsv` holds pairs written for this purpose: headlines and sentences of many
    subjects, so that one pair's sides are no translation of another's.
    """
    vi, en = zip(*reference(), strict=True)
    cosine = encoder.encode(list(vi)) @ encoder.encode(list(en)).T
    right = float(np.trace(cosine)) / len(cosine)
    wrong = float(cosine.sum() - np.trace(cosine)) / (cosine.size - len(cosine))
    # A model that cannot tell them apart must not make the scale explode.
    return Scale(wrong, max(right, wrong + 0.01))


@functools.cache
def reference() -> list[tuple[str, str]]:
    """The reference pairs, Vietnamese first."""
    text = resources.files("align.pairing").joinpath("reference.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return [(vi, en) for vi, en in rows]


def compared(text: str) -> str:
    """What of a text is compared: all but formulas on lines of their own, which are in no language.

    >>> compared("Giả sử ta có ma trận sau: $$A = 1$$")
    'Giả sử ta có ma trận sau: '
    """
    return _FORMULA.sub("", text) or text


_FORMULA = re.compile(r"\$\$.*?\$\$", re.DOTALL)


def candidates(
    vi: Vectors, en: Vectors, given: tuple[Indexes, Indexes] | None = None
) -> tuple[Candidates, Neighbours, Neighbours]:
    """The union of both directions' nearest neighbours, sorted by row.

    :param vi: unit rows, shape (n_vi, dim)
    :param en: unit rows, shape (n_en, dim)
    :param given: rows and columns that are candidates, however far from each other
    :returns: the candidates, and the neighbours of the Vietnamese and of the English rows
    """
    of_vi, of_en = neighbours(vi, en, NEIGHBOURS)
    if given is None:
        return united(of_vi, of_en), of_vi, of_en
    cosine: Vectors = np.einsum("nd,nd->n", vi[given[0]], en[given[1]])
    return united(of_vi, of_en, Candidates(*given, cosine)), of_vi, of_en


def united(of_vi: Neighbours, of_en: Neighbours, given: Candidates | None = None) -> Candidates:
    """The neighbours in both directions as candidates, each once, sorted by row and column.

    :param given: candidates in any case
    """
    n_vi, n_en = len(of_vi.row), len(of_en.row)
    rows = [np.repeat(np.arange(n_vi), of_vi.row.shape[1]), of_en.row.ravel()]
    columns = [of_vi.row.ravel(), np.repeat(np.arange(n_en), of_en.row.shape[1])]
    cosine = [of_vi.cosine.ravel(), of_en.cosine.ravel()]
    if given is not None:
        rows, columns, cosine = [*rows, given.vi], [*columns, given.en], [*cosine, given.cosine]
    found = np.concatenate(rows) * max(1, n_en) + np.concatenate(columns)
    found, first = np.unique(found, return_index=True)
    vi, en = np.divmod(found, max(1, n_en))
    return Candidates(vi, en, np.concatenate(cosine)[first])


def evidence(
    found: Candidates,
    of_vi: Neighbours,
    of_en: Neighbours,
    vi: Sequence[Segment],
    en: Sequence[Segment],
    scale: Scale,
) -> NDArray[np.float32]:
    """The features of every candidate.

    :param vi: the segments whose vectors the candidates came from
    :returns: float32, shape (n, len(FEATURES))
    """
    vi_facts = [numbers.facts(compared(segment.text), "vi") for segment in vi]
    en_facts = [numbers.facts(compared(segment.text), "en") for segment in en]
    facts = numbers.agreements(vi_facts, en_facts, found.vi, found.en)
    return evidence_from(found, (of_vi, of_en), (shape_of(vi), shape_of(en)), facts, scale)


class Shape(NamedTuple):
    """What is compared of texts beside what they say; a row is a text.

    :ivar length: of what is compared of it, in characters, shape (n,)
    :ivar kind: the number of its kind in `align.types.KINDS`, shape (n,)
    """

    length: NDArray[np.float32]
    kind: NDArray[np.int8]


def shape_of(segments: Sequence[Segment]) -> Shape:
    """The shape of the segments' texts."""
    return Shape(
        np.array([len(compared(segment.text)) for segment in segments], np.float32),
        np.array([KINDS.index(segment.kind) for segment in segments], np.int8),
    )


def evidence_from(
    found: Candidates,
    near: tuple[Neighbours, Neighbours],
    shapes: tuple[Shape, Shape],
    facts: NDArray[np.float32],
    scale: Scale,
) -> NDArray[np.float32]:
    """The features of candidates, or of a part of them: a row depends on no other candidate.

    :param near: the neighbours of all Vietnamese and of all English rows
    :param shapes: of all Vietnamese and of all English texts
    :param facts: how the facts of each candidate agree, see `align.text.numbers.agreements`
    :returns: float32, shape (n, len(FEATURES))
    """
    similarity = _similarity(found, *near, scale)
    length = _length(found, *shapes, similarity[:, 0])
    return np.concatenate([similarity, length, facts], axis=1).astype(np.float32)


def _similarity(found: Candidates, of_vi: Neighbours, of_en: Neighbours, scale: Scale) -> NDArray[np.float32]:
    def scaled(cosine: Vectors) -> Vectors:
        return (cosine - scale.wrong) / (scale.right - scale.wrong)

    similarity = scaled(found.cosine)
    in_row, in_column = scaled(of_vi.cosine[found.vi]), scaled(of_en.cosine[found.en])
    row_gap = similarity - _best_other(in_row, similarity)
    column_gap = similarity - _best_other(in_column, similarity)
    around = (_neighbourhood(in_row) + _neighbourhood(in_column)) / 2
    # A gap beyond one unit (the distance of a translation from a random pair) says no more.
    clipped = [np.clip(gap, -1, 1) for gap in (row_gap, column_gap, np.minimum(row_gap, column_gap))]
    # Where few could be the partner, standing out among them says little: likeness itself must.
    few = np.full_like(similarity, 1 / max(1, min(len(of_vi.row), len(of_en.row))))
    return np.stack([similarity, *clipped, similarity - around, few, few * similarity], axis=1)


def _best_other(near: Vectors, similarity: Vectors) -> Vectors:
    """The best similarity in each candidate's row that is not the candidate itself."""
    first = near[:, 0]
    # Where there is only one possible partner, a random pair is what it competes with.
    second = near[:, 1] if near.shape[1] > 1 else np.zeros_like(first)
    best: Vectors = np.where(similarity >= first - 1e-6, second, first)
    return best


def _neighbourhood(cosine: Vectors) -> Vectors:
    mean: Vectors = cosine[:, :_NEIGHBOURHOOD].mean(axis=1)
    return mean


def _length(found: Candidates, vi: Shape, en: Shape, similarity: Vectors) -> NDArray[np.float32]:
    vi_length, en_length = vi.length[found.vi], en.length[found.en]
    shorter = np.minimum(vi_length, en_length)
    ratio = np.abs(np.log((en_length + 2) / (vi_length + 2)))
    # Lengths vary more in short texts (Gale & Church 1993): the same ratio says less there.
    short = 1 / np.sqrt(1 + shorter / 10)
    kinds = vi.kind[found.vi] == en.kind[found.en]
    return np.stack([ratio, ratio * (1 - short), short, short * similarity, kinds], axis=1)
