"""Rectangles of nodes, the pieces of a corridor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Rectangle", "tiles"]


class Rectangle(NamedTuple):
    """Nodes (i, j) with `top` <= i < `bottom`, `left` <= j < `right`; node i stands before segment i."""

    top: int
    bottom: int
    left: int
    right: int


# Rectangles are joined while this many nodes come of it, or hardly more than they had apart: a
# passage that one side lacks makes a row of the corridor as wide as itself. Chosen by hand.
_SMALL = 20_000
_WASTE = 1.3


def tiles(rows: Sequence[Rectangle], n: int, m: int, most: int) -> list[Rectangle]:
    """Join rectangles that follow each other to up to `most` rows, so that the first begins at the first column
    and the last ends at the last.

    >>> tiles([Rectangle(1, 3, 1, 4), Rectangle(3, 5, 2, 5), Rectangle(5, 7, 3, 6)], 6, 6, 4)
    [Rectangle(top=1, bottom=5, left=0, right=5), Rectangle(top=5, bottom=7, left=3, right=7)]
    """
    found: list[Rectangle] = []
    apart = 0
    for row in rows:
        apart += _nodes(row)
        if found and row.bottom - found[-1].top <= most:
            last = found[-1]
            both = Rectangle(last.top, row.bottom, min(last.left, row.left), max(last.right, row.right))
            if _nodes(both) <= max(_SMALL, _WASTE * apart):
                found[-1] = both
                continue
        found.append(row)
        apart = _nodes(row)
    found[0] = found[0]._replace(left=0)
    found[-1] = found[-1]._replace(bottom=n + 1, right=m + 1)
    return found


def _nodes(area: Rectangle) -> int:
    return (area.bottom - area.top) * (area.right - area.left)
