"""All beads of a corridor with their weights, and which of them are likely."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from align.pairing.lattice import Block, Edges, Gaps, marginals
from align.pairing.rectangle import Rectangle
from align.pairing.side import Floats, Indexes
from align.pairing.spans import HEIGHTS, SHAPES, WIDTHS

__all__ = ["LEAST", "Field"]

LEAST = 0.01
"""Beads less likely than this take no part in what follows. Chosen by hand."""

# A bead so likely parts what comes before it from what follows. Chosen by hand.
_SURE = 0.995


class Field:
    """The weights of all edges of a corridor, and the likely ones of them with their probabilities.

    :ivar edges: those of probability `LEAST` or more
    """

    def __init__(self, blocks: Sequence[Block], gaps: Gaps) -> None:
        """:param blocks: as `align.pairing.lattice.marginals` takes them; `reweigh` changes their weights"""
        self._blocks = list(blocks)
        self._tops = [block.row for block in blocks]
        self.edges, _ = marginals(SHAPES, blocks, gaps, least=LEAST)

    def log_odds(self) -> Floats:
        """The weights of the likely edges, shape (n,)."""
        return np.array([weights[at] for weights, at in self._places(range(len(self.edges.i)))], np.float32)

    def replace(self, blocks: Mapping[int, Block], gaps: Gaps) -> None:
        """Take other blocks in the place of some, by their number: of the same rows, and with more columns."""
        for number, block in blocks.items():
            self._blocks[number] = block
        rows = [np.arange(block.row, block.row + block.weights.shape[1]) for block in blocks.values()]
        self.edges = self._again(np.concatenate(rows), gaps)

    def reweigh(self, rows: Indexes, weights: NDArray[np.float64], gaps: Gaps) -> None:
        """Give some of the likely edges other weights.

        :param rows: which of them, shape (n,)
        """
        for (block, at), weight in zip(self._places(rows.tolist()), weights.tolist(), strict=True):
            block[at] = weight
        self.edges = self._again(self.edges.i[rows], gaps)

    def _again(self, changed: Indexes, gaps: Gaps) -> Edges:
        """The likely edges once weights in these rows of nodes have changed.

        Only what lies between two sure beads is gone through again.
        """
        windows = self._windows(changed)
        if sum(map(_nodes, windows)) >= sum(block.weights[0].size for block in self._blocks):
            return marginals(SHAPES, self._blocks, gaps, least=LEAST)[0]
        edges = self.edges
        kept = np.ones(len(edges.i), bool)
        found = []
        for window in windows:
            kept &= (edges.i < window.top) | (edges.i >= window.bottom)
            inside, _ = marginals(SHAPES, [self._cut(window)], gaps, least=LEAST)
            found.append(inside._replace(i=inside.i + window.top - 1, j=inside.j + window.left))
        outside = Edges(edges.i[kept], edges.j[kept], edges.shape[kept], edges.probability[kept])
        return _joined([outside, *found])

    def _places(self, rows: Iterable[int]) -> Iterator[tuple[Floats, tuple[int, int, int]]]:
        """For each of the likely edges the array that holds its weight, and where in it."""
        i, j, shape = self.edges.i.tolist(), self.edges.j.tolist(), self.edges.shape.tolist()
        for row in rows:
            block = self._blocks[bisect_right(self._tops, i[row]) - 1]
            yield block.weights, (shape[row], i[row] - block.row, j[row] - block.column)

    def _windows(self, changed: Indexes) -> list[Rectangle]:
        """The nodes between sure beads, as far as a row lies there that has changed."""
        last = self._blocks[-1]
        corner = last.row + last.weights.shape[1] - 1, last.column + last.weights.shape[2] - 1
        rows = np.bincount(changed, minlength=corner[0] + 1).cumsum()
        i, height = self.edges.i, HEIGHTS[self.edges.shape]
        sure = np.flatnonzero((self.edges.probability >= _SURE) & (rows[i] == rows[i - height]))
        i, j, shape = i[sure], self.edges.j[sure], self.edges.shape[sure]
        starts = [*zip((i - HEIGHTS[shape]).tolist(), (j - WIDTHS[shape]).tolist(), strict=True), corner]
        behind = [(0, 0), *zip(i.tolist(), j.tolist(), strict=True)]
        return [
            Rectangle(top + 1, bottom + 1, left, right + 1)
            for (top, left), (bottom, right) in zip(behind, starts, strict=True)
            if rows[bottom] > rows[top]
        ]

    def _cut(self, window: Rectangle) -> Block:
        """The edges that start and end in a window, its first node as the first of a grid."""
        weights = np.full((len(SHAPES), window.bottom - window.top, window.right - window.left), -np.inf, np.float32)
        for block in self._blocks[bisect_right(self._tops, window.top) - 1 :]:
            top, bottom = max(block.row, window.top), min(block.row + block.weights.shape[1], window.bottom)
            if top >= bottom:
                break
            left = max(block.column, window.left)
            right = max(left, min(block.column + block.weights.shape[2], window.right))
            weights[:, top - window.top : bottom - window.top, left - window.left : right - window.left] = (
                block.weights[:, top - block.row : bottom - block.row, left - block.column : right - block.column]
            )
        for number, (height, width) in enumerate(SHAPES):
            weights[number, : height - 1] = weights[number, :, :width] = -np.inf
        return Block(1, 0, weights)


def _nodes(window: Rectangle) -> int:
    return (window.bottom - window.top) * (window.right - window.left)


def _joined(parts: Sequence[Edges]) -> Edges:
    i, j, shape, probability = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((shape, j, i))
    return Edges(i[order], j[order], shape[order], probability[order])
