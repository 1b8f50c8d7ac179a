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


def tiles(rows: Sequence[Rectangle], n: int, m: int, most: int) -> list[Rectangle]:
    """Join rectangles that follow each other to up to `most` rows, so that the first begins at the first column
    and the last ends at the last.

    >>> tiles([Rectangle(1, 3, 1, 4), Rectangle(3, 5, 2, 5), Rectangle(5, 7, 3, 6)], 6, 6, 4)
    [Rectangle(top=1, bottom=5, left=0, right=5), Rectangle(top=5, bottom=7, left=3, right=7)]
    """
    found: list[Rectangle] = []
    for row in rows:
        if found and row.bottom - found[-1].top <= most:
            last = found.pop()
            row = Rectangle(last.top, row.bottom, min(last.left, row.left), max(last.right, row.right))
        found.append(row)
    found[0] = found[0]._replace(left=0)
    found[-1] = found[-1]._replace(bottom=n + 1, right=m + 1)
    return found
