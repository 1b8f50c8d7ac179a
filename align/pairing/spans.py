"""What speaks for and against beads of an ordered text: the candidate edges of a rectangle and their evidence.

A span's vector is composed from those of its parts: their sum, each weighed by the square root of its
length, which comes as near as 0.997 (static) and 0.972 (mini) to encoding the span itself (cosine, pairs of
neighbours in 40 EVBCorpus articles). So all similarities follow from the dot products of single segments.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from align.pairing.evidence import Scale
from align.pairing.lattice import Edges, Shape
from align.pairing.rectangle import Rectangle
from align.pairing.side import LONGEST, Floats, Indexes, Side

__all__ = [
    "HEIGHTS",
    "SHAPES",
    "SPAN_FEATURES",
    "WIDTHS",
    "Candidates",
    "candidates",
    "composed_cosines",
]

# Vietnamese and English segments of a bead: 1-1 to 1-4 and 4-1, 2-2, 2-3 and 3-2.
SHAPES: tuple[Shape, ...] = ((1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (4, 1))

HEIGHTS, WIDTHS = np.array(SHAPES).T
"""The Vietnamese and the English numbers of `SHAPES`, each of shape (len(SHAPES),)."""

_KINDS = {
    (1, 1): "one_one",
    (1, 2): "one_two",
    (1, 3): "one_three",
    (1, 4): "one_four",
    (2, 2): "two_two",
    (2, 3): "two_three",
}
_KIND_OF = np.array([[*_KINDS].index((min(shape), max(shape))) for shape in SHAPES])
SPAN_FEATURES = (
    *_KINDS.values(),
    "similarity",
    "unlike",
    "above_text",
    "short",
    "short_similarity",
    "row_gap",
    "column_gap",
    "smaller_gap",
    "extension",
    "extension_gain",
    "removal",
    "removal_gain",
    "weakest_part",
    "weakest_gap",
    "length",
    "length_long",
    "length_square",
    "sentences",
    "inner_ends",
    "inner_sentences",
    "question",
    "final",
    "opening",
    "same_number",
    "number_clash",
    "crossed_breaks",
    "both_begin",
    "one_begins",
    "same_kind",
    "few",
    "few_similarity",
)

# Rows beyond a rectangle that its beads are compared with. Chosen by hand.
_HALO = 12

# Edges less alike than this are no candidates, as a share of the distance from a random pair to a translation. Of
# the 1-1 beads 0.2 % are below 0.18, of the 1-2 and 2-1 below 0.42 (1,200 documents made from EVBCorpus and
# TED, November 2026).
LEAST_ALIKE = 0.12
LEAST_ALIKE_SPANS = 0.35

# Nor are those whose rivals are more alike by so much, or whose lengths have a ratio whose logarithm is so great,
# unless they are short. Together they leave 39 edges a segment and lose 0.12 % of the 1-1 beads and none of the
# others (340 documents made from EVBCorpus and TED and the gold set, November 2026).
FAR, LONGER, SHORT = 0.4, 1.2, 0.45

_Evidence: TypeAlias = "dict[str, NDArray[Any] | float]"


class Candidates(NamedTuple):
    """Edges worth a look, by row, column and shape.

    :ivar i: node row where the edge ends, shape (n,)
    :ivar j: node column where the edge ends, shape (n,)
    :ivar shape: position in `SHAPES`, shape (n,)
    :ivar features: columns as in `SPAN_FEATURES`, float32, shape (n, len(SPAN_FEATURES))
    """

    i: Indexes
    j: Indexes
    shape: Indexes
    features: Floats


def candidates(vi: Side, en: Side, scale: Scale, where: Rectangle) -> Candidates:
    """The edges that end in a rectangle of nodes and are not plainly wrong, with their evidence."""
    grid = _Grid(vi, en, scale, where)
    rows, columns = np.arange(where.top, where.bottom)[:, None], np.arange(where.left, where.right)
    found = []
    for number, (a, b) in enumerate(SHAPES):
        at = np.nonzero(grid.similarity(rows, columns, a, b) >= (LEAST_ALIKE if a + b == 2 else LEAST_ALIKE_SPANS))
        found.append((at[0] + where.top, at[1] + where.left, np.full(len(at[0]), number)))
    i, j, shape = (np.concatenate(column) for column in zip(*found, strict=True))
    edges = _Edges(i, j, HEIGHTS[shape], WIDTHS[shape])
    plausible = np.flatnonzero(_plausible(grid, edges))
    i, j, shape = i[plausible], j[plausible], shape[plausible]
    return Candidates(i, j, shape, _evidence(grid, _Edges(*(column[plausible] for column in edges)), shape))


class _Edges(NamedTuple):
    """Edges by the nodes where they end and the segments they take, each of shape (n,)."""

    i: Indexes
    j: Indexes
    a: Indexes
    b: Indexes


def _plausible(grid: _Grid, edges: _Edges) -> NDArray[np.bool_]:
    """Which edges are worth their evidence: no rival is far more alike, and the lengths are not far apart."""
    ratio, short = _lengths(grid, edges)
    near = (ratio < LONGER) | (short > SHORT)
    row_gap, column_gap = _gaps(edges, grid.similarity(*edges), *_rivals(grid, edges))
    return near & (row_gap > -FAR) & (column_gap > -FAR)


def composed_cosines(vi: Side, en: Side, edges: Edges) -> Floats:
    """The cosines of both sides' composed vectors, shape (n,)."""
    cosine = np.zeros(len(edges.i), np.float32)
    for number, (a, b) in enumerate(SHAPES):
        rows = np.flatnonzero(edges.shape == number)
        i, j = edges.i[rows], edges.j[rows]
        product = np.einsum("nd,nd->n", _composed(vi, i, a), _composed(en, j, b))
        cosine[rows] = product / (vi.norms[a, i] * en.norms[b, j])
    return cosine


def _composed(side: Side, nodes: Indexes, k: int) -> Floats:
    """The sums of the vectors of the k segments before each node, shape (n, dim)."""
    sums: Floats = np.sum([side.vectors[nodes - 1 - part] for part in range(k)], axis=0)
    return sums


class _Grid:
    """Similarities of all spans in and around a rectangle, from sums over a corner of the products."""

    def __init__(self, vi: Side, en: Side, scale: Scale, where: Rectangle) -> None:
        self.top, self.left = max(0, where.top - LONGEST - _HALO), max(0, where.left - LONGEST - 1)
        self.bottom, self.right = min(len(vi), where.bottom + _HALO), min(len(en), where.right + 1)
        self.vi, self.en, self.scale = vi, en, scale
        products = vi.vectors[self.top : self.bottom] @ en.vectors[self.left : self.right].T
        self._sums = np.zeros((products.shape[0] + 1, products.shape[1] + 1))
        np.cumsum(np.cumsum(products, axis=0, dtype=np.float64), axis=1, out=self._sums[1:, 1:])
        self._vi_norms = vi.norms[:, self.top : self.bottom + 1]
        self._en_norms = en.norms[:, self.left : self.right + 1]
        self._vi_text = np.concatenate([[0], np.cumsum(vi.vectors[self.top : self.bottom] @ en.mean)])
        self._en_text = np.concatenate([[0], np.cumsum(en.vectors[self.left : self.right] @ vi.mean)])
        singles = self.scaled(
            products / (vi.norms[1, self.top + 1 : self.bottom + 1, None] * en.norms[1, self.left + 1 : self.right + 1])
        )
        # The most similar single segment before and from each one on, along rows and columns.
        worst = np.full((singles.shape[0] + 1, singles.shape[1] + 1), -1, np.float32)
        self._row_before, self._row_after, self._column_before, self._column_after = (worst.copy() for _ in range(4))
        np.maximum.accumulate(singles, axis=1, out=self._row_before[:-1, 1:])
        self._row_after[:-1, :-1] = np.maximum.accumulate(singles[:, ::-1], axis=1)[:, ::-1]
        np.maximum.accumulate(singles, axis=0, out=self._column_before[1:, :-1])
        self._column_after[:-1, :-1] = np.maximum.accumulate(singles[::-1], axis=0)[::-1]

    def scaled(self, cosine: Floats) -> Floats:
        return (cosine - self.scale.wrong) / (self.scale.right - self.scale.wrong)

    def similarity(self, i: Indexes, j: Indexes, a: Indexes | int, b: Indexes | int) -> Floats:
        """Of the spans of a and b segments that end before nodes, minus infinity where there are none."""
        row, column = i - self.top, j - self.left
        high, wide = self._sums.shape
        outside = (row < a) | (row >= high) | (column < b) | (column >= wide)
        bottom, right = np.minimum(row, high - 1), np.minimum(column, wide - 1)
        above, before = np.maximum(bottom - a, 0), np.maximum(right - b, 0)
        sums = self._sums
        total = sums[bottom, right] - sums[above, right] - sums[bottom, before] + sums[above, before]
        cosine = total / (self._vi_norms[a, bottom] * self._en_norms[b, right])
        like: Floats = np.where(outside, -np.inf, self.scaled(cosine)).astype(np.float32)
        return like

    def text_similarity(self, i: Indexes, j: Indexes, a: Indexes, b: Indexes) -> Floats:
        """How alike the spans that end before nodes are to the whole of the other text, in the mean."""
        row, column = i - self.top, j - self.left
        vi = (self._vi_text[row] - self._vi_text[row - a]) / self.vi.norms[a, i]
        en = (self._en_text[column] - self._en_text[column - b]) / self.en.norms[b, j]
        like: Floats = self.scaled((vi + en) / 2)
        return like

    def row_rival(self, i: Indexes, j: Indexes, b: Indexes) -> Floats:
        """For the segment before node i, the most similar one outside the b before node j."""
        row, column = i - self.top - 1, j - self.left
        rival: Floats = np.maximum(self._row_before[row, column - b], self._row_after[row, column])
        return rival

    def column_rival(self, i: Indexes, j: Indexes, a: Indexes) -> Floats:
        """For the segment before node j, the most similar one outside the a before node i."""
        row, column = i - self.top, j - self.left - 1
        rival: Floats = np.maximum(self._column_before[row - a, column], self._column_after[row, column])
        return rival


def _evidence(grid: _Grid, edges: _Edges, shape: Indexes) -> Floats:
    """The features of edges, shape (n, len(SPAN_FEATURES))."""
    vi, en, (i, j, a, b) = grid.vi, grid.en, edges
    like = grid.similarity(i, j, a, b)
    found: _Evidence = {name: _KIND_OF[shape] == kind for kind, name in enumerate(_KINDS.values())}
    found["similarity"] = like
    found["unlike"] = np.minimum(like, 0.5)
    found["above_text"] = like - grid.text_similarity(i, j, a, b)
    ratio, short = _lengths(grid, edges)
    found["short"], found["short_similarity"] = short, short * like
    rivals = _rivals(grid, edges)
    row_gap, column_gap = _gaps(edges, like, *rivals)
    found["row_gap"], found["column_gap"], found["smaller_gap"] = row_gap, column_gap, np.minimum(row_gap, column_gap)
    _add_neighbouring_spans(found, grid, edges, like)
    _add_parts(found, grid, edges, like, rivals)
    found["length"], found["length_long"], found["length_square"] = (
        ratio,
        ratio * (1 - short),
        np.minimum(ratio, 2) ** 2,
    )
    vi_sentences, en_sentences = vi.sentences[i] - vi.sentences[i - a], en.sentences[j] - en.sentences[j - b]
    # Where a segment holds several sentences, both sides should have the same number: the text was
    # cut otherwise, not said otherwise.
    inner_ends = vi_sentences - a + en_sentences - b
    found["sentences"] = differing = np.minimum(np.abs(vi_sentences - en_sentences), 3)
    found["inner_ends"], found["inner_sentences"] = np.minimum(inner_ends, 3), differing * (inner_ends > 0)
    found["question"] = vi.question[i - 1] != en.question[j - 1]
    found["final"] = vi.final[i - 1] != en.final[j - 1]
    found["opening"] = vi.opening[i - a] != en.opening[j - b]
    vi_number, en_number = vi.number[i - a], en.number[j - b]
    found["same_number"] = (vi_number == en_number) & (vi_number >= 0)
    found["number_clash"] = vi_number != en_number
    # The break at which a bead begins is not crossed.
    found["crossed_breaks"] = vi.breaks[i] - vi.breaks[i - a + 1] + en.breaks[j] - en.breaks[j - b + 1]
    vi_begins, en_begins = vi.begins[i - a], en.begins[j - b]
    found["both_begin"], found["one_begins"] = vi_begins & en_begins, vi_begins != en_begins
    found["same_kind"] = vi.headline[i - 1] == en.headline[j - 1]
    few = 1 / min(len(vi), len(en))
    found["few"], found["few_similarity"] = few, few * like
    table: Floats = np.empty((len(i), len(SPAN_FEATURES)), np.float32)
    for number, name in enumerate(SPAN_FEATURES):
        table[:, number] = found[name]
    return table


_Rivals: TypeAlias = tuple[list[Floats], list[Floats]]


def _rivals(grid: _Grid, edges: _Edges) -> _Rivals:
    """For each part of edges, its most similar rival: of the Vietnamese parts from the last, then of the English.

    Where an edge has fewer parts than another, its first is there again.
    """
    i, j, a, b = edges
    rows = [grid.row_rival(i - np.minimum(k, a - 1), j, b) for k in range(_most(a))]
    return rows, [grid.column_rival(i, j - np.minimum(k, b - 1), a) for k in range(_most(b))]


def _most(sizes: Indexes) -> int:
    return int(sizes.max(initial=1))


def _gaps(edges: _Edges, like: Floats, rows: list[Floats], columns: list[Floats]) -> tuple[Floats, Floats]:
    """How much more alike edges are than the rivals of their parts in the mean, along rows and columns, -1 to 1."""
    found = []
    for rivals, sizes in ((rows, edges.a), (columns, edges.b)):
        total = sum(rival * (k < sizes) for k, rival in enumerate(rivals))
        found.append(np.clip(like - total / sizes, -1, 1).astype(np.float32))
    return found[0], found[1]


def _lengths(grid: _Grid, edges: _Edges) -> tuple[Floats, Floats]:
    """The logarithm of the ratio of lengths, without its sign, and how short the shorter side is."""
    vi = grid.vi.characters[edges.i] - grid.vi.characters[edges.i - edges.a]
    en = grid.en.characters[edges.j] - grid.en.characters[edges.j - edges.b]
    # Lengths vary more in short texts (Gale & Church 1993): the same ratio says less there.
    return np.abs(np.log((en + 5) / (vi + 5))), 1 / np.sqrt(1 + np.minimum(vi, en) / 10)


def _add_neighbouring_spans(found: _Evidence, grid: _Grid, edges: _Edges, like: Floats) -> None:
    """Whether an edge would be more alike with a segment more, or with one less."""
    i, j, a, b = edges
    longer = np.maximum(grid.similarity(i, j, a + 1, b), grid.similarity(i + 1, j, a + 1, b))
    longer = np.maximum(longer, np.maximum(grid.similarity(i, j, a, b + 1), grid.similarity(i, j + 1, a, b + 1)))
    found["extension"] = gain = np.clip(longer - like, -1, 1)
    found["extension_gain"] = np.maximum(gain, 0)
    shorter = np.full(len(i), -np.inf, np.float32)
    for rows, taken in ((np.flatnonzero(a > 1), (1, 0)), (np.flatnonzero(b > 1), (0, 1))):
        one, other = a[rows] - taken[0], b[rows] - taken[1]
        for step in (0, 1):
            less = grid.similarity(i[rows] - step * taken[0], j[rows] - step * taken[1], one, other)
            shorter[rows] = np.maximum(shorter[rows], less)
    found["removal"] = gain = np.where(a + b > 2, np.clip(shorter - like, -1, 1), 0)
    found["removal_gain"] = np.maximum(gain, 0)


def _add_parts(found: _Evidence, grid: _Grid, edges: _Edges, like: Floats, rivals: _Rivals) -> None:
    """How well the worst part of an edge goes with the other side, by itself and beside its rival."""
    i, j, a, b = edges
    one = np.ones_like(a)
    weakest = gap = np.full(len(i), np.inf, np.float32)
    for k, rival in enumerate(rivals[0]):
        part = grid.similarity(i - np.minimum(k, a - 1), j, one, b)
        weakest, gap = np.minimum(weakest, part), np.minimum(gap, part - rival)
    for k, rival in enumerate(rivals[1]):
        part = grid.similarity(i, j - np.minimum(k, b - 1), a, one)
        weakest, gap = np.minimum(weakest, part), np.minimum(gap, part - rival)
    found["weakest_part"], found["weakest_gap"] = np.clip(weakest - like, -2, 1), np.clip(gap, -1, 1)
