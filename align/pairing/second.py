"""A second opinion: what a slower, more accurate encoder says where the first leaves a decision open.

Most lines have one partner that stands far out, or none that comes near. Only the others, and
those that they might belong to, are read by the second encoder: it costs a fraction of reading everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from align.encoders import Encoder
from align.pairing.evidence import Scale, compared
from align.pairing.neighbours import Indexes
from align.pairing.score import Logistic, probability
from align.text.fold import strip_diacritics
from align.types import Segment

__all__ = ["SECOND_FEATURES", "Asked", "SecondOpinion", "asked", "open_candidates", "reconsidered"]

SECOND_FEATURES = (
    "log_odds",
    "similarity",
    "row_gap",
    "column_gap",
    "smaller_gap",
    "beside_believed",
    "short_similarity",
    "bare",
    "bare_similarity",
    "bare_smaller_gap",
)

SHARE = 0.3
"""Of a document's different segments, how many are read a second time at most. Chosen by hand, so that
all of it stays under a third of what reading everything would cost."""

FEW = 12
"""So many are read in any document: they take some hundredths of a second. Chosen by hand."""

# A decision is open between these log-odds, 3 % and 98 %.
_OPEN = (-3.5, 4.0)

# Log-odds under which a candidate is no rival of an open one.
_RIVAL = -5.0

# Log-odds beyond these say no more.
_CERTAIN = 8.0


class SecondOpinion(NamedTuple):
    """The second encoder, where its cosines lie, and the model that weighs both opinions."""

    encoder: Encoder
    scale: Scale
    model: Logistic


class Asked(NamedTuple):
    """The candidates that the second encoder was asked about.

    :ivar rows: which they are, shape (n,)
    :ivar features: columns as in `SECOND_FEATURES`, shape (n, len(SECOND_FEATURES))
    """

    rows: Indexes
    features: NDArray[np.float32]


def reconsidered(
    vi: Sequence[Segment],
    en: Sequence[Segment],
    pairs: tuple[Indexes, Indexes],
    log_odds: NDArray[np.float64],
    second: SecondOpinion,
) -> NDArray[np.float64]:
    """The log-odds of all candidates, with the second opinion where it was asked for."""
    found = asked(vi, en, pairs, log_odds, second.encoder, second.scale)
    log_odds = log_odds.copy()
    log_odds[found.rows] = second.model.log_odds(found.features)
    return log_odds


def asked(
    vi: Sequence[Segment],
    en: Sequence[Segment],
    pairs: tuple[Indexes, Indexes],
    log_odds: NDArray[np.float64],
    encoder: Encoder,
    scale: Scale,
) -> Asked:
    """Ask the second encoder about what is open.

    :param pairs: the Vietnamese and the English segment of each candidate
    :param log_odds: of each candidate in its page, by the first encoder
    """
    # Copies of a text are one: a copy is no rival of its twin, and is read once.
    vi_number, vi_texts = _texts(vi)
    en_number, en_texts = _texts(en)
    ours, theirs = vi_number[pairs[0]], en_number[pairs[1]]
    most = max(FEW, round(SHARE * (len(vi_texts) + len(en_texts))))
    rows = np.flatnonzero(open_candidates(ours, theirs, log_odds, most))
    if not len(rows):
        return Asked(rows, np.zeros((0, len(SECOND_FEATURES)), np.float32))
    _, first, again = np.unique(ours[rows] * len(en_texts) + theirs[rows], return_index=True, return_inverse=True)
    distinct = rows[first]
    vi_read, vi_row = np.unique(ours[distinct], return_inverse=True)
    en_read, en_row = np.unique(theirs[distinct], return_inverse=True)
    vectors = encoder.encode([*(vi_texts[i] for i in vi_read), *(en_texts[j] for j in en_read)])
    cosine = np.einsum("nd,nd->n", vectors[vi_row], vectors[len(vi_read) + en_row])
    features = _evidence(vi_row, en_row, cosine, log_odds[distinct], scale)
    shorter = np.minimum([len(vi_texts[i]) for i in ours[distinct]], [len(en_texts[j]) for j in theirs[distinct]])
    bare = np.array([strip_diacritics(vi_texts[i]) == vi_texts[i] for i in vi_read])[vi_row]
    features = np.concatenate([features, _weakness(features, shorter, bare)], axis=1)
    return Asked(rows, features.astype(np.float32)[again])


def _texts(segments: Sequence[Segment]) -> tuple[Indexes, list[str]]:
    """The number of each segment's text, and the texts."""
    numbers: dict[str, int] = {}
    numbered = [numbers.setdefault(compared(segment.text), len(numbers)) for segment in segments]
    return np.array(numbered, np.int64), list(numbers)


def open_candidates(vi: Indexes, en: Indexes, log_odds: NDArray[np.float64], most: int) -> NDArray[np.bool_]:
    """Which candidates the second encoder is asked about.

    A candidate is open if its log-odds are neither high nor low and neither of its segments
    has a partner beyond doubt. The most doubtful come first, until `most` segments are to be read; then
    all rivals of open candidates among the same segments are asked about too.

    :param vi: the Vietnamese segment of each candidate, shape (n,)
    :param en: the English one, shape (n,)
    :param log_odds: what the first encoder makes of the candidate in its page, shape (n,)
    :param most: segments of both languages that may be read
    """
    low, high = _OPEN
    settled = np.maximum(_best(vi, log_odds)[vi], _best(en, log_odds)[en]) >= high
    doubtful = np.flatnonzero((log_odds > low) & (log_odds < high) & ~settled)
    doubtful = doubtful[np.argsort(np.abs(log_odds[doubtful]), kind="stable")]
    taken = doubtful[_first_segments(vi[doubtful], en[doubtful]) <= most]
    return (log_odds > _RIVAL) & np.isin(vi, vi[taken]) & np.isin(en, en[taken])


def _first_segments(vi: Indexes, en: Indexes) -> NDArray[np.intp]:
    """How many different segments the rows up to each one touch."""
    new = np.zeros(len(vi), np.intp)
    for side in (vi, en):
        new[np.unique(side, return_index=True)[1]] += 1
    return np.cumsum(new)


def _best(group: Indexes, value: NDArray[np.float64]) -> NDArray[np.float64]:
    best = np.full(int(group.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(best, group, value)
    return best


def _evidence(
    vi: Indexes, en: Indexes, cosine: NDArray[np.float32], log_odds: NDArray[np.float64], scale: Scale
) -> NDArray[np.float64]:
    """What the second encoder says of each candidate: the first six of `SECOND_FEATURES`."""
    similarity = (cosine - scale.wrong) / (scale.right - scale.wrong)
    gaps = [np.clip(similarity - _best_other(group, similarity), -1, 1) for group in (vi, en)]
    believed = np.average(np.append(similarity, 1.0), weights=np.append(probability(log_odds - 1), 2.0))
    return np.stack(
        [
            np.clip(log_odds, -_CERTAIN, _CERTAIN),
            similarity,
            *gaps,
            np.minimum(*gaps),
            similarity - believed,
        ],
        axis=1,
    )


def _weakness(features: NDArray[np.float64], shorter: NDArray[np.intp], bare: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Where the second encoder is to be believed less: the rest of `SECOND_FEATURES`.

    :param shorter: length of the shorter text
    :param bare: whether the Vietnamese text has no diacritics, which transformers read badly
    """
    similarity, smaller_gap = features[:, 1], features[:, 4]
    return np.stack([similarity / np.sqrt(1 + shorter / 10), bare, bare * similarity, bare * smaller_gap], axis=1)


def _best_other(group: Indexes, value: NDArray[np.float32]) -> NDArray[np.float32]:
    """The greatest value of the others in each row's group; 0, a random pair's, where there is none."""
    order = np.lexsort((-value, group))
    first = np.flatnonzero(np.diff(group[order], prepend=-1))
    rank = np.arange(len(order)) - np.repeat(first, np.diff(first, append=len(order)))
    best, second = np.zeros(int(group.max(initial=-1)) + 1), np.zeros(int(group.max(initial=-1)) + 1)
    best[group[order[rank == 0]]] = value[order[rank == 0]]
    second[group[order[rank == 1]]] = value[order[rank == 1]]
    top = np.zeros(len(order), bool)
    top[order[rank == 0]] = True
    other: NDArray[np.float32] = np.where(top, second[group], best[group]).astype(np.float32)
    return other
