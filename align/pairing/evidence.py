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
from align.types import Segment

__all__ = [
    "FEATURES",
    "NEIGHBOURS",
    "Candidates",
    "Scale",
    "candidates",
    "compared",
    "evidence",
    "reference",
    "scale_of",
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
    rows = np.concatenate([np.repeat(np.arange(len(vi)), of_vi.row.shape[1]), of_en.row.ravel()])
    columns = np.concatenate([of_vi.row.ravel(), np.repeat(np.arange(len(en)), of_en.row.shape[1])])
    cosine = np.concatenate([of_vi.cosine.ravel(), of_en.cosine.ravel()])
    if given is not None:
        rows, columns = np.concatenate([rows, given[0]]), np.concatenate([columns, given[1]])
        cosine = np.concatenate([cosine, np.einsum("nd,nd->n", vi[given[0]], en[given[1]])])
    _, first = np.unique(rows * max(1, len(en)) + columns, return_index=True)
    return Candidates(rows[first], columns[first], cosine[first]), of_vi, of_en


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
    similarity = _similarity(found, of_vi, of_en, scale)
    length = _length(found, vi, en, similarity[:, 0])
    vi_facts = [numbers.facts(compared(segment.text), "vi") for segment in vi]
    en_facts = [numbers.facts(compared(segment.text), "en") for segment in en]
    facts = numbers.agreements(vi_facts, en_facts, found.vi, found.en)
    return np.concatenate([similarity, length, facts], axis=1).astype(np.float32)


def _similarity(found: Candidates, of_vi: Neighbours, of_en: Neighbours, scale: Scale) -> NDArray[np.float32]:
    def scaled(cosine: Vectors) -> Vectors:
        return (cosine - scale.wrong) / (scale.right - scale.wrong)

    similarity = scaled(found.cosine)
    row_gap = similarity - _best_other(scaled(of_vi.cosine), found.vi, similarity)
    column_gap = similarity - _best_other(scaled(of_en.cosine), found.en, similarity)
    around = (_neighbourhood(scaled(of_vi.cosine))[found.vi] + _neighbourhood(scaled(of_en.cosine))[found.en]) / 2
    # A gap beyond one unit (the distance of a translation from a random pair) says no more.
    clipped = [np.clip(gap, -1, 1) for gap in (row_gap, column_gap, np.minimum(row_gap, column_gap))]
    # Where few could be the partner, standing out among them says little: likeness itself must.
    few = np.full_like(similarity, 1 / max(1, min(len(of_vi.row), len(of_en.row))))
    return np.stack([similarity, *clipped, similarity - around, few, few * similarity], axis=1)


def _best_other(cosine: Vectors, row: Indexes, similarity: Vectors) -> Vectors:
    """The best similarity in each candidate's row that is not the candidate itself."""
    first = cosine[:, 0]
    # Where there is only one possible partner, a random pair is what it competes with.
    second = cosine[:, 1] if cosine.shape[1] > 1 else np.zeros_like(first)
    best: Vectors = np.where(similarity >= first[row] - 1e-6, second[row], first[row])
    return best


def _neighbourhood(cosine: Vectors) -> Vectors:
    mean: Vectors = cosine[:, :_NEIGHBOURHOOD].mean(axis=1)
    return mean


def _length(
    found: Candidates, vi: Sequence[Segment], en: Sequence[Segment], similarity: Vectors
) -> NDArray[np.float32]:
    vi_length = np.array([len(compared(s.text)) for s in vi], np.float32)[found.vi]
    en_length = np.array([len(compared(s.text)) for s in en], np.float32)[found.en]
    shorter = np.minimum(vi_length, en_length)
    ratio = np.abs(np.log((en_length + 2) / (vi_length + 2)))
    # Lengths vary more in short texts (Gale & Church 1993): the same ratio says less there.
    short = 1 / np.sqrt(1 + shorter / 10)
    kinds = np.array([s.kind for s in vi])[found.vi] == np.array([s.kind for s in en])[found.en]
    return np.stack([ratio, ratio * (1 - short), short, short * similarity, kinds], axis=1)
