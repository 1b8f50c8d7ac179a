"""Close decisions of an ordered alignment, looked at again exactly.

The first look composes the vector of a span from those of its parts, and reads no numbers and no names. Most
beads are plain after it. Of the others both sides are encoded as they stand, at once, and their figures,
dates and names are compared. That costs a fraction of encoding every span.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from align.encoders import Encoder
from align.pairing.evidence import Scale, compared
from align.pairing.lattice import Edges
from align.pairing.spans import HEIGHTS, WIDTHS
from align.text import numbers
from align.types import Language, Segment

__all__ = ["SECOND_FEATURES", "SecondLook", "second_look"]

SECOND_FEATURES = (
    "log_odds",
    "surprise",
    "similarity",
    "row_gap",
    "column_gap",
    "several",
    "several_similarity",
    *numbers.FEATURES,
)

SHARE = 0.28
"""Lines that are encoded again, for each segment of the texts, at most. Chosen by hand."""

# A decision is open between these probabilities. Chosen by hand.
_OPEN = (0.02, 0.98)

# What counts for no rival: a random pair. By definition of `Scale`.
_NOBODY = 0.0


class SecondLook(NamedTuple):
    """What was seen.

    :ivar rows: positions of the edges that were looked at, shape (n,)
    :ivar features: columns as in `SECOND_FEATURES`, float32, shape (n, len(SECOND_FEATURES))
    """

    rows: NDArray[np.intp]
    features: NDArray[np.float32]


def second_look(
    vi: Sequence[Segment],
    en: Sequence[Segment],
    edges: Edges,
    log_odds: NDArray[np.float32],
    encoder: Encoder,
    scale: Scale,
) -> SecondLook:
    """Look again at the edges whose decision is close, the closest first, until the share is used up.

    :param edges: those of the first look with their probabilities
    :param log_odds: their weights in the first look, shape (n,)
    """
    rows, vi_spans, en_spans = _chosen(edges, SHARE * (len(vi) + len(en)))
    if not len(rows):
        return SecondLook(rows, np.zeros((0, len(SECOND_FEATURES)), np.float32))
    vi_texts, en_texts = ([_text(side, *span) for span in spans] for side, spans in ((vi, vi_spans), (en, en_spans)))
    vectors = encoder.encode([*vi_texts, *en_texts])
    at_vi, at_en = (
        np.array([spans[end - length, end] for end, length in zip(ends, lengths, strict=True)])
        for spans, ends, lengths in (
            (vi_spans, edges.i[rows].tolist(), HEIGHTS[edges.shape[rows]].tolist()),
            (en_spans, edges.j[rows].tolist(), WIDTHS[edges.shape[rows]].tolist()),
        )
    )
    cosine = np.einsum("nd,nd->n", vectors[at_vi], vectors[len(vi_texts) + at_en])
    similarity = (cosine - scale.wrong) / (scale.right - scale.wrong)
    facts = numbers.agreements(_facts(vi_texts, "vi"), _facts(en_texts, "en"), at_vi, at_en)
    several = (HEIGHTS + WIDTHS)[edges.shape[rows]] > 2
    probability = np.clip(edges.probability[rows], 1e-4, 1 - 1e-4)
    columns = (
        np.clip(log_odds[rows], -12, 12),
        np.log(probability / (1 - probability)),
        similarity,
        np.clip(similarity - _rival(at_vi, similarity), -1, 1),
        np.clip(similarity - _rival(at_en, similarity), -1, 1),
        several,
        several * similarity,
    )
    features = np.concatenate([np.stack(columns, axis=1), facts], axis=1).astype(np.float32)
    return SecondLook(rows, features)


_Spans = dict[tuple[int, int], int]


def _chosen(edges: Edges, most: float) -> tuple[NDArray[np.intp], _Spans, _Spans]:
    """The edges to look at, and the spans of both sides that must be encoded for it, with their numbers."""
    is_open = (edges.probability > _OPEN[0]) & (edges.probability < _OPEN[1])
    doubt = np.abs(edges.probability - 0.5)
    order = [row for row in np.argsort(doubt, kind="stable").tolist() if is_open[row]]
    vi_spans: _Spans = {}
    en_spans: _Spans = {}
    chosen = []
    for row in order:
        i, j, shape = int(edges.i[row]), int(edges.j[row]), edges.shape[row]
        vi_span, en_span = (i - int(HEIGHTS[shape]), i), (j - int(WIDTHS[shape]), j)
        if len(vi_spans) + len(en_spans) + (vi_span not in vi_spans) + (en_span not in en_spans) <= most:
            vi_spans.setdefault(vi_span, len(vi_spans))
            en_spans.setdefault(en_span, len(en_spans))
            chosen.append(row)
    return np.sort(np.array(chosen, np.intp)), vi_spans, en_spans


def _text(segments: Sequence[Segment], start: int, end: int) -> str:
    """What is compared of the stretch of the document that these segments span."""
    first, last = segments[start], segments[end - 1]
    return compared(first.document.text[first.start : last.end])


def _facts(texts: Sequence[str], language: Language) -> list[numbers.Facts]:
    return [numbers.facts(text, language) for text in texts]


def _rival(group: NDArray[np.intp], similarity: NDArray[np.float32]) -> NDArray[np.float32]:
    """For each edge, the most similar other span that its own span was compared with."""
    rivals = np.full(len(group), _NOBODY, np.float32)
    for number in np.unique(group):
        rows = np.flatnonzero(group == number)
        if len(rows) > 1:
            best = np.argsort(-similarity[rows], kind="stable")
            rivals[rows] = similarity[rows[best[0]]]
            rivals[rows[best[0]]] = similarity[rows[best[1]]]
    return rivals
