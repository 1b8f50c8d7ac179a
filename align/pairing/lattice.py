"""The alignments of two ordered texts as paths through a grid, and how likely each bead is.

A node (i, j) stands after i Vietnamese and j English segments. A bead of a and b segments is an edge
from (i - a, j - b) to (i, j), and a path from the first node to the last is an alignment. An edge's
weight is the log-odds of the bead against leaving its segments alone, so that a segment more in a gap weighs
nothing. Together the paths make a semi-Markov conditional random field (Sarawagi & Cohen
2004): the probability of a bead is that of all paths through its edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
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

    :param shapes: ordered by their Vietnamese, then their English number, both from 1 without a gap
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
    :ivar values: shape (n_columns,)
    """

    low: int
    values: Floats
    scale: float

    def cut(self, low: int, n_columns: int) -> Floats:
        """The values at columns `low` to `low + n_columns`, zero where the row has none."""
        start = low - self.low
        if start >= 0 and start + n_columns <= len(self.values):
            return self.values[start : start + n_columns]
        cut = np.zeros(n_columns)
        source = self.values[max(0, start) : max(0, start + n_columns)]
        cut[max(0, -start) : max(0, -start) + len(source)] = source
        return cut


class _Lattice:
    """The two passes. A gap goes down first and then right, so that an alignment is one path."""

    def __init__(self, shapes: Sequence[Shape], blocks: Sequence[Block], gaps: Gaps) -> None:
        self.blocks = blocks
        self.opening, self.turning = float(np.exp(gaps.opening)), float(np.exp(gaps.turning))
        widths: dict[int, int] = {}
        for height, width in shapes:
            widths[height] = max(widths.get(height, 0), width)
        if [*shapes] != [(height, width) for height in widths for width in range(1, widths[height] + 1)]:
            raise ValueError(f"shapes are not in order or have gaps: {[*shapes]}")
        starts = np.cumsum([0, *widths.values()]).tolist()
        # for each height the numbers of its shapes, which have widths 1, 2, ...
        self.heights = [(height, start, start + widths[height]) for height, start in zip(widths, starts, strict=False)]

    def forward(self) -> tuple[list[_Row], float]:
        """Row by row, the sum over all paths from the first node; and that of all nodes."""
        first = self.blocks[0]
        start = np.eye(1, first.weights.shape[2])[0]
        across = start + self._right(self.opening * start)
        rows = [_Row(first.column, across, 0.0)]
        below = _Row(first.column, self.opening * start, 0.0)
        for block in self.blocks:
            odds = _odds(block)
            n_columns = odds.shape[2]
            for offset in range(odds.shape[1]):
                i, scale = block.row + offset, below.scale
                down = below.cut(block.column, n_columns)
                beads = np.zeros(n_columns)
                for height, begin, end in self.heights:
                    if height <= i:
                        windows = self._sources(rows[i - height], block.column, n_columns, end - begin)
                        edges = np.einsum("kc,kc->c", odds[begin:end, offset], windows)
                        beads += edges * np.exp(rows[i - height].scale - scale)
                across = beads + down + self._right(self.opening * beads + self.turning * down)
                top = across.max()
                scale += float(np.log(top))
                below = _Row(block.column, (down + self.opening * beads) / top, scale)
                rows.append(_Row(block.column, across / top, scale))
        last = rows[-1]
        return rows, last.scale + float(np.log(last.values[-1]))

    def backward(self, forward: Sequence[_Row], total: float, least: float) -> Edges:
        """Row by row from below, the sum over all paths to the last node; and with it every edge."""
        found: list[list[NDArray[np.intp]]] = []
        probabilities: list[Floats] = []
        # what beads that start in a row above give to it
        given: dict[int, list[_Row]] = {}
        below: _Row | None = None
        for block in reversed(self.blocks):
            odds = _odds(block)
            n_columns = odds.shape[2]
            for offset in reversed(range(odds.shape[1])):
                i = block.row + offset
                down = np.zeros(n_columns) if below is None else below.cut(block.column, n_columns)
                beads = np.eye(1, n_columns, n_columns - 1)[0] if below is None else np.zeros(n_columns)
                scale = 0.0 if below is None else below.scale
                for row in given.pop(i, ()):
                    beads += row.cut(block.column, n_columns) * np.exp(row.scale - scale)
                right = self._right(beads[::-1])[::-1]
                behind_bead = beads + self.opening * (down + right)
                behind_gap = beads + down + self.turning * right
                top = max(behind_bead.max(), behind_gap.max())
                scale += float(np.log(top))
                below = _Row(block.column, behind_gap / top, scale)
                weighed = odds[:, offset] * (behind_bead / top)
                for height, begin, end in self.heights:
                    if height > i:
                        continue
                    source, n_widths = forward[i - height], end - begin
                    edges = self._sources(source, block.column, n_columns, n_widths) * weighed[begin:end]
                    edges *= np.exp(source.scale + scale - total)
                    shape, column = np.nonzero(edges >= least)
                    if len(shape):
                        found.append([np.full(len(shape), i), column + block.column, shape + begin])
                        probabilities.append(edges[shape, column])
                    back = np.zeros(n_columns + n_widths)
                    for width in range(1, n_widths + 1):
                        back[n_widths - width : n_widths - width + n_columns] += weighed[begin + width - 1]
                    given.setdefault(i - height, []).append(_Row(block.column - n_widths, back, scale))
        return _edges(found, probabilities)

    def _right(self, values: Floats) -> Floats:
        """What reaches each node from those left of it by a gap."""
        reached = np.zeros(len(values))
        np.cumsum(values[:-1], out=reached[1:])
        return reached

    def _sources(self, row: _Row, low: int, n_columns: int, n_widths: int) -> Floats:
        """The row's values 1 to `n_widths` columns left of each node, shape (n_widths, n_columns)."""
        values = row.cut(low - n_widths, n_columns + n_widths - 1)
        windows: Floats = sliding_window_view(values, n_widths)[:, ::-1].T
        return windows


def _edges(found: Sequence[list[NDArray[np.intp]]], probabilities: Sequence[Floats]) -> Edges:
    if not found:
        none = np.zeros(0, np.intp)
        return Edges(none, none, none, np.zeros(0))
    i, j, shape = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((shape, j, i))
    probability = np.minimum(np.concatenate(probabilities), 1.0)
    return Edges(i[order], j[order], shape[order], probability[order])


def _odds(block: Block) -> Floats:
    return np.exp(np.minimum(block.weights, _CERTAIN, dtype=np.float64))
