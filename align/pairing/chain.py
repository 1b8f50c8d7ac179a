"""The alignment worth most among beads that are each worth something: the best chain of them."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

__all__ = ["best_chain"]

Indexes = NDArray[np.intp]


def best_chain(starts: tuple[Indexes, Indexes], ends: tuple[Indexes, Indexes], gain: NDArray[np.float64]) -> list[int]:
    """Choose beads that follow each other in both texts and whose gains have the greatest sum.

    Two beads follow each other if the second starts at or behind the end of the first on both sides.
    Time grows with the number of beads, times its logarithm, whatever the size of the grid.

    >>> i, j = np.array([0, 0, 1]), np.array([0, 1, 2])
    >>> best_chain((i, j), (i + 1, j + 1), np.array([1.0, 1.5, 2.0]))
    [1, 2]

    :param starts: rows and columns of the nodes where the beads start, each of shape (n,)
    :param ends: the same for where they end, greater than `starts` on both sides
    :param gain: what each is worth; only chains of positive sum are looked at, shape (n,)
    :returns: positions of the chosen beads, in order
    """
    order = np.argsort(ends[0], kind="stable").tolist()
    top, left, bottom, right, worth = (column.tolist() for column in (*starts, *ends, gain))
    total, before = [0.0] * len(worth), [-1] * len(worth)
    front = _Front()
    ended = 0
    for bead in np.argsort(starts[0], kind="stable").tolist():
        # what ends in this row or above can come before, and has its total: it starts above
        while bottom[order[ended]] <= top[bead]:
            front.add(right[order[ended]], total[order[ended]], order[ended])
            ended += 1
        best, before[bead] = front.best(left[bead])
        total[bead] = best + worth[bead]
    for bead in order[ended:]:
        front.add(right[bead], total[bead], bead)
    chosen = []
    bead = front.last()
    while bead >= 0:
        chosen.append(bead)
        bead = before[bead]
    return chosen[::-1]


class _Front:
    """The best totals by column: a wider column is kept only with a greater total."""

    def __init__(self) -> None:
        self._columns, self._totals, self._beads = [-1], [0.0], [-1]

    def add(self, column: int, total: float, bead: int) -> None:
        """Enter a chain that ends at a column."""
        at = bisect_right(self._columns, column)
        if self._totals[at - 1] >= total:
            return
        beaten = at
        while beaten < len(self._totals) and self._totals[beaten] <= total:
            beaten += 1
        if self._columns[at - 1] == column:
            at -= 1
        self._columns[at:beaten] = [column]
        self._totals[at:beaten] = [total]
        self._beads[at:beaten] = [bead]

    def best(self, column: int) -> tuple[float, int]:
        """The greatest total of a chain that ends at a column or before it, and its last bead."""
        at = bisect_right(self._columns, column) - 1
        return self._totals[at], self._beads[at]

    def last(self) -> int:
        """The last bead of the best chain of all, -1 if there is none."""
        return self._beads[-1]
