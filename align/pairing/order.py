"""How a page interleaves its languages, as weak evidence for a pair.

A block of Vietnamese items is often followed by the same items in English, in the same
order. Where pairs that are already believed run in parallel with a candidate, that speaks
for it; on a page whose believed pairs stand in no order, nothing follows from it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from align.pairing.neighbours import Indexes

__all__ = ["ORDER_FEATURES", "order_evidence"]

ORDER_FEATURES = ("parallel", "parallel_beyond_chance", "out_of_order")

# Believed pairs looked at before and after a candidate. Chosen by hand.
_REACH = 2

# A neighbour counts as parallel while the steps on both sides differ by at most this many
# segments: translators drop and split sentences. Chosen by hand.
_SLACK = 2


def order_evidence(rows: Indexes, columns: Indexes, partner: Indexes, n_columns: int) -> NDArray[np.float32]:
    """How well each candidate runs in parallel with the believed pairs around it.

    :param rows: row of every candidate, in document order, shape (n,)
    :param columns: column of every candidate, in document order, shape (n,)
    :param partner: the column each row is believed to belong to, or -1, shape (n_rows,)
    :returns: float32, shape (n, 3): the share of believed neighbours that run parallel; the
        same weighed by how orderly the page is; the share that does not, weighed likewise
    """
    hits, seen = np.zeros(len(rows), np.float32), np.zeros(len(rows), np.float32)
    for step in range(1, _REACH + 1):
        for neighbour in _believed(partner, step), _believed(partner, -step):
            near = neighbour[rows]
            known = near >= 0
            row_step = near - rows
            column_step = partner[np.where(known, near, 0)] - columns
            parallel = (np.abs(row_step - column_step) <= _SLACK) & (row_step * column_step > 0)
            hits += known & parallel
            seen += known
    share = np.divide(hits, seen, out=np.zeros_like(hits), where=seen > 0)
    own = partner[rows] == columns
    orderly = float(share[own].mean()) if own.any() else 0.0
    beyond_chance = max(0.0, orderly - _chance(n_columns))
    against = np.where(seen > 0, 1 - share, 0)
    return np.stack([share, share * beyond_chance, against * beyond_chance], axis=1).astype(np.float32)


def _believed(partner: Indexes, step: int) -> Indexes:
    """For every row, the step-th believed row after it (before it, if negative), or -1."""
    believed = np.flatnonzero(partner >= 0)
    position = np.searchsorted(believed, np.arange(len(partner)), side="right" if step > 0 else "left")
    position = position + (step - 1 if step > 0 else step)
    inside = (position >= 0) & (position < len(believed))
    return np.where(inside, believed[np.clip(position, 0, max(0, len(believed) - 1))] if len(believed) else -1, -1)


def _chance(n_columns: int) -> float:
    """The share of neighbours that would run parallel on a page in random order."""
    return min(1.0, 2 * _SLACK / max(1, n_columns))
