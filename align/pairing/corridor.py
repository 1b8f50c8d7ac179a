"""Where in a large grid the alignment runs: coarse to fine, so that time and memory grow with the length.

Neighbouring segments are pooled into blocks, the blocks are aligned, and the next finer grid is looked at
around that path only, as Vecalign does (Thompson & Koehn 2019). Gaps are kept at every level, so that a
missing chapter is walked past instead of pulling the path aside.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from align.encoders import Vectors
from align.pairing.lattice import Block, Edges, Floats, Gaps, Shape, marginals
from align.pairing.rectangle import Rectangle, tiles

__all__ = ["corridor", "too_narrow", "widened"]

# A grid with so many nodes is looked at whole. Chosen by hand: 600 by 600 segments take about a second.
WHOLE = 360_000

# Segments pooled at each step, and how far around a coarse path the next grid goes, in coarse blocks.
# Chosen by hand: a path that is wrong by a block or two stays inside.
_POOLED = 4
_PAD = 3

# Blocks at the coarsest level.
COARSEST = 300

# What a coarse bead weighs: so much for each standard deviation of cosine above the mean of all pairs of
# blocks, and the price of a bead. Chosen by hand.
_SLOPE, _PRICE = 2.0, 3.0
_SHAPES: tuple[Shape, ...] = ((1, 1), (1, 2), (2, 1))

# Rows of nodes that are looked at together. Chosen by hand.
_ROWS = 64

# Where a coarse path has a gap on both sides, everything between is looked at up to so many pairs of blocks.
# Chosen by hand.
_FILLED = 2_500

# An edge that is likelier than this and ends so many nodes from a border touches it. Chosen by hand.
_LIKELY, _NEAR = 0.3, 3

# So many segments without a partner on both sides in one place are a sign that the corridor lies elsewhere; where
# they are very many, that the texts have nothing in common there. Chosen by hand.
_LONG, _REACH = 8, 1000


def corridor(vi: Vectors, en: Vectors) -> list[Rectangle]:
    """Rectangles of nodes that hold the alignment, from top to bottom.

    :param vi: rows of any length whose sums stand for passages, shape (n, dim), n at least 1
    :param en: the same for the other side, shape (m, dim)
    """
    if len(vi) * len(en) <= WHOLE:
        return [Rectangle(1, len(vi) + 1, 0, len(en) + 1)]
    levels = [(vi - vi.mean(axis=0), en - en.mean(axis=0))]
    while max(map(len, levels[-1])) > COARSEST:
        levels.append((_pooled(levels[-1][0]), _pooled(levels[-1][1])))
    n, m = map(len, levels[-1])
    where = [Rectangle(1, n + 1, 0, m + 1)]
    for (coarse_vi, coarse_en), (fine_vi, fine_en) in zip(levels[:0:-1], levels[-2::-1], strict=True):
        path = _path(coarse_vi, coarse_en, where)
        where = _around(path, len(fine_vi), len(fine_en))
    return where


def too_narrow(where: Sequence[Rectangle], edges: Edges, n: int, m: int) -> list[int]:
    """The numbers of the rectangles that the alignment may want to leave.

    Those at whose borders likely edges end, and those where both texts lack a partner for a while, within
    reach of each other but not within the corridor.

    :param edges: that end in the rectangles
    :param n: segments on the Vietnamese side
    :param m: segments on the English side: the borders of the grid are none of the corridor's
    """
    top, bottom, left, right = np.array(where).T
    likely = edges.probability > _LIKELY
    i, j = edges.i[likely], edges.j[likely]
    at = np.searchsorted(top, i, side="right") - 1
    near = ((left[at] > 0) & (j - left[at] < _NEAR)) | ((right[at] <= m) & (right[at] - j <= _NEAR))
    found = set(at[near].tolist())
    corners = zip([0, *i.tolist()], [0, *j.tolist()], [*i.tolist(), n], [*j.tolist(), m], strict=True)
    for row, column, last_row, last_column in corners:
        if min(last_row - row, last_column - column) >= _LONG and max(last_row - row, last_column - column) <= _REACH:
            inside = (bottom > row) & (top <= last_row)
            found.update(np.flatnonzero(inside & ((left > column) | (right <= last_column))).tolist())
    return sorted(found)


def widened(area: Rectangle, m: int) -> Rectangle:
    """A rectangle with twice the columns, as far as the grid goes."""
    more = (area.right - area.left + 1) // 2
    return area._replace(left=max(0, area.left - more), right=min(m + 1, area.right + more))


def _pooled(vectors: Vectors) -> Vectors:
    starts = np.arange(0, len(vectors), _POOLED)
    pooled: Vectors = np.add.reduceat(vectors, starts, axis=0)
    return pooled


def _path(vi: Vectors, en: Vectors, where: Sequence[Rectangle]) -> list[tuple[int, int]]:
    """The first and the last column of the path in every row of nodes."""
    mean, deviation = _background(vi, en)
    blocks = []
    for area in where:
        weights = np.full((len(_SHAPES), area.bottom - area.top, area.right - area.left), -np.inf, np.float32)
        for number, (a, b) in enumerate(_SHAPES):
            rows, columns = np.arange(max(area.top, a), area.bottom), np.arange(max(area.left, b), area.right)
            if not len(rows) or not len(columns):
                continue
            cosine = _unit(_spans(vi, rows, a)) @ _unit(_spans(en, columns, b)).T
            price = _PRICE if (a, b) == (1, 1) else _PRICE + 1
            inner = weights[number, rows[0] - area.top :, columns[0] - area.left :]
            inner[:] = _SLOPE * (cosine - mean) / deviation - price
        blocks.append(Block(area.top, area.left, weights))
    edges, _ = marginals(_SHAPES, blocks, Gaps(), least=0.5)
    path = [(0, 0)] * (len(vi) + 1)
    i = j = 0
    steps = [(int(bottom), int(right), *_SHAPES[shape]) for bottom, right, shape in zip(*edges[:3], strict=True)]
    for bottom, right, height, width in [*steps, (len(vi), len(en), 0, 0)]:
        top, left = bottom - height, right - width
        # what lacks a partner on both sides may belong together after all
        across = left if (top - i) * (left - j) <= _FILLED else j
        path[i:top] = [(j, across)] * (top - i)
        path[top:bottom] = [(min(j, left), left)] + [(left, right)] * (height - 1) if height else []
        path[bottom] = (right if height else j, right)
        i, j = bottom, right
    return path


def _spans(vectors: Vectors, nodes: np.ndarray, count: int) -> Vectors:
    spans: Vectors = np.sum([vectors[nodes - 1 - k] for k in range(count)], axis=0)
    return spans


def _background(vi: Vectors, en: Vectors) -> tuple[float, float]:
    """Mean and standard deviation of the cosines of blocks, on at most 300 a side."""
    some = [_unit(side[:: -(-len(side) // COARSEST)]) for side in (vi, en)]
    cosine = some[0] @ some[1].T
    return float(cosine.mean()), max(float(cosine.std()), 1e-3)


def _unit(vectors: Vectors) -> Floats:
    unit: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit


def _around(path: Sequence[tuple[int, int]], n: int, m: int) -> list[Rectangle]:
    """The rectangles of the finer grid of n by m segments around a path through the coarser one."""
    rows = []
    for block in range(1, len(path)):
        left = (path[block - 1][0] - _PAD) * _POOLED
        right = (path[block][1] + _PAD) * _POOLED + 1
        top, bottom = (block - 1) * _POOLED + 1, min(block * _POOLED, n) + 1
        if top < bottom:
            rows.append(Rectangle(top, bottom, max(0, left), min(m + 1, right)))
    return tiles(rows, n, m, _ROWS)
