"""The alignments of two ordered texts as paths through a grid, and how likely each bead is.

A node (i, j) stands after i Vietnamese and j English segments. A bead of a and b segments is an edge
from (i - a, j - b) to (i, j), and a path from the first node to the last is an alignment. An edge's
weight is the log-odds of the bead against leaving its segments alone, so that a segment more in a gap weighs
nothing. Together the paths make a semi-Markov conditional random field (Sarawagi & Cohen
2004): the probability of a bead is that of all paths through its edge.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Block", "Edges", "Floats", "Gaps", "Shape", "marginals"]

Shape: TypeAlias = tuple[int, int]
"""How many Vietnamese and English segments a bead takes, both at least 1."""

Floats: TypeAlias = NDArray[np.float64]

# Weights beyond this say no more, and exp(60) leaves room for products.
_CERTAIN = 60.0


class Block(NamedTuple):
    """The weights of all edges that end in a rectangle of nodes.

    :ivar row: first row of nodes, 1 or more
    :ivar column: first column of nodes
    :ivar weights: float32, shape (n_shapes, n_rows, n_columns); minus infinity where an edge would start
        outside the grid
    """

    row: int
    column: int
    weights: NDArray[np.float32]


class Edges(NamedTuple):
    """Edges and how likely they are; a row is an edge, all of shape (n,).

    :ivar i: row of the node where the edge ends
    :ivar j: column of that node
    :ivar shape: the number of its shape
    """

    i: NDArray[np.intp]
    j: NDArray[np.intp]
    shape: NDArray[np.intp]
    probability: Floats


class Gaps(NamedTuple):
    """What gaps weigh, as natural logarithms.

    :ivar opening: of a gap behind a bead or the beginning
    :ivar turning: of an English gap straight behind a Vietnamese one
    """

    opening: float = 0.0
    turning: float = 0.0


def marginals(shapes: Sequence[Shape], blocks: Sequence[Block], gaps: Gaps, *, least: float) -> tuple[Edges, float]:
    """The probability of every edge, and the logarithm of the sum over all paths.

    >>> weights = np.full((1, 2, 3), -np.inf, np.float32)
    >>> weights[0, 0, 1] = weights[0, 1, 2] = 3
    >>> edges, total = marginals([(1, 1)], [Block(1, 0, weights)], Gaps(), least=0.5)
    >>> edges.i.tolist(), edges.j.tolist(), edges.probability.round(3).tolist()
    ([1, 2], [1, 2], [0.953, 0.953])

    :param blocks: from top to bottom, each of the rows from 1 in exactly one; the first begins at column 0,
        the last ends at the last column, and each shares a column with the next
    :param least: edges below this probability are left out
    """
    lattice = _Lattice(shapes, blocks, gaps)
    forward, total = lattice.forward()
    return lattice.backward(forward, total, least), total


class _Row(NamedTuple):
    """Sums over paths at the nodes of one row, divided by exp(`scale`).

    :ivar low: the first column
    :ivar values: with zeros for the longest side of a shape before the first node and behind the last
    """

    low: int
    values: Floats
    scale: float


class _Lattice:
    """The two passes. A gap goes down first and then right, so that an alignment is one path."""

    def __init__(self, shapes: Sequence[Shape], blocks: Sequence[Block], gaps: Gaps) -> None:
        self.blocks = blocks
        self.opening, self.turning = float(np.exp(gaps.opening)), float(np.exp(gaps.turning))
        self.heights, self.widths = np.array(shapes).T
        self.pad = int(max(self.heights.max(), self.widths.max()))

    def forward(self) -> tuple[list[_Row], float]:
        """Row by row, the sum over all paths from the first node; and that of all nodes."""
        low, pad = self.blocks[0].column, self.pad
        start = np.eye(1, self.blocks[0].weights.shape[2])[0]
        # the rows above the one in hand, the nearest first, all divided by the same exp(scale)
        above = self._padded(np.zeros((pad, len(start))))
        above[0, pad:-pad] = start
        above[0, pad + 1 : -pad] += np.cumsum(self.opening * start[:-1])
        down, scale = self.opening * start, 0.0
        rows = [_Row(low, above[0].copy(), scale)]
        for block in self.blocks:
            odds = _odds(block)
            n_columns = odds.shape[2]
            above, passed = self._reframed(above, low, block), down[: max(0, block.column - low)].sum()
            down = self._reframed(self._padded(down), low, block)[pad:-pad]
            # a gap that the corridor leaves behind goes on at its border, so that there always is an alignment
            down[0] += passed
            low, sources = block.column, self._sources(n_columns)
            for row_odds in odds:
                beads = np.einsum("kc,kc->c", row_odds, above.take(sources))
                across = beads + down
                across[1:] += np.cumsum(self.opening * beads[:-1] + self.turning * down[:-1])
                top = float(across.max())
                down = (down + self.opening * beads) / top
                above[1:] = above[:-1]
                above[0, pad:-pad] = across
                above /= top
                scale += math.log(top)
                rows.append(_Row(low, above[0].copy(), scale))
        return rows, scale + math.log(rows[-1].values[-pad - 1])

    def backward(self, forward: Sequence[_Row], total: float, least: float) -> Edges:
        """Row by row from below, the sum over all paths to the last node; and with it every edge."""
        found: list[list[NDArray[np.intp]]] = []
        probabilities: list[Floats] = []
        pad, last = self.pad, self.blocks[-1]
        low, n_columns = last.column, last.weights.shape[2]
        # the edges of the rows below the one in hand, weighed with what follows them, all divided by exp(scale)
        below = self._padded(np.zeros((pad, len(self.heights), n_columns)))
        beads, down, scale = np.eye(1, n_columns, n_columns - 1)[0], np.zeros(n_columns), 0.0
        for block in reversed(self.blocks):
            odds = _odds(block)
            n_columns = odds.shape[2]
            below, behind_border, passed = self._reframed(below, low, block), down[0], max(0, low - block.column)
            down = self._reframed(self._padded(down), low, block)[pad:-pad]
            down[:passed] = behind_border
            low, sources, targets = block.column, self._sources(n_columns), self._targets(n_columns)
            for offset in reversed(range(len(odds))):
                i = block.row + offset
                if i < len(forward) - 1:
                    beads = below.take(targets).sum(axis=0)
                right = np.zeros(n_columns)
                right[:-1] = np.cumsum(beads[:0:-1])[::-1]
                behind_bead = beads + self.opening * (down + right)
                down = beads + down + self.turning * right
                top = max(float(behind_bead.max()), float(down.max()))
                down /= top
                scale += math.log(top)
                weighed = odds[offset] * (behind_bead / top)
                edges = self._above(forward, i, block, scale - total).take(sources) * weighed
                shape, column = np.nonzero(edges >= least)
                if len(shape):
                    found.append([np.full(len(shape), i), column + low, shape])
                    probabilities.append(edges[shape, column])
                below[1:] = below[:-1] / top
                below[0, :, pad:-pad] = weighed
        return _edges(found, probabilities)

    def _above(self, forward: Sequence[_Row], i: int, block: Block, scale: float) -> Floats:
        """The forward rows above row i within a block's columns, the nearest first, times exp(scale)."""
        rows = np.zeros((self.pad, block.weights.shape[2] + 2 * self.pad))
        for height, row in enumerate(reversed(forward[max(0, i - self.pad) : i])):
            np.multiply(self._reframed(row.values, row.low, block), math.exp(row.scale + scale), out=rows[height])
        return rows

    def _padded(self, values: Floats) -> Floats:
        padded: Floats = np.zeros((*values.shape[:-1], values.shape[-1] + 2 * self.pad))
        padded[..., self.pad : -self.pad] = values
        return padded

    def _reframed(self, padded: Floats, low: int, block: Block) -> Floats:
        """Padded values whose first column is `low`, as padded values of a block's columns."""
        n_columns = block.weights.shape[2]
        if low == block.column and padded.shape[-1] == n_columns + 2 * self.pad:
            return padded
        values = padded[..., self.pad : -self.pad]
        start, end = max(low, block.column), min(low + values.shape[-1], block.column + n_columns)
        framed: Floats = np.zeros((*values.shape[:-1], n_columns + 2 * self.pad))
        shift = self.pad - block.column
        framed[..., start + shift : end + shift] = values[..., start - low : end - low]
        return framed

    def _sources(self, n_columns: int) -> NDArray[np.intp]:
        """Where, in the rows above, the edges of each shape that end in a row start, shape (n_shapes, n_columns)."""
        first = (self.heights - 1) * (n_columns + 2 * self.pad) + self.pad - self.widths
        places: NDArray[np.intp] = first[:, None] + np.arange(n_columns)
        return places

    def _targets(self, n_columns: int) -> NDArray[np.intp]:
        """Where, among the edges of the rows below, those of each shape that start in a row are."""
        shape = np.arange(len(self.heights))
        first = ((self.heights - 1) * len(shape) + shape) * (n_columns + 2 * self.pad) + self.pad + self.widths
        places: NDArray[np.intp] = first[:, None] + np.arange(n_columns)
        return places


def _edges(found: Sequence[list[NDArray[np.intp]]], probabilities: Sequence[Floats]) -> Edges:
    if not found:
        none = np.zeros(0, np.intp)
        return Edges(none, none, none, np.zeros(0))
    i, j, shape = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((shape, j, i))
    probability = np.minimum(np.concatenate(probabilities), 1.0)
    return Edges(i[order], j[order], shape[order], probability[order])


def _odds(block: Block) -> Floats:
    """The odds of all edges, row by row, shape (n_rows, n_shapes, n_columns)."""
    odds: Floats = np.exp(np.minimum(block.weights.transpose(1, 0, 2), _CERTAIN, dtype=np.float64, order="C"))
    return odds
