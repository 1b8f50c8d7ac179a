"""Who gets whom, when everybody can have one partner only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from align.pairing.neighbours import Indexes

__all__ = ["assign"]


def assign(rows: Indexes, columns: Indexes, gain: NDArray[np.float64]) -> Indexes:
    """Choose pairs of the greatest total gain, each row and each column used at most once.

    Global, not greedy: a headline gives up the partner it likes best to the sentence that has
    no other, if both together gain by it. Sparse Jonker-Volgenant (scipy); staying without
    a partner is worth 0.

    >>> assign(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([3.0, 2.5, 2.9])).tolist()
    [1, 2]

    :param rows: row of every candidate, shape (n,); a (row, column) stands at most once
    :param columns: column of every candidate, shape (n,)
    :param gain: what choosing it is worth, shape (n,); candidates of 0 or less are never chosen
    :returns: positions of the chosen candidates, rising
    """
    worth = np.flatnonzero(gain > 0)
    if not len(worth):
        return worth
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    row_names, row = np.unique(rows[worth], return_inverse=True)
    column_names, column = np.unique(columns[worth], return_inverse=True)
    n_rows, n_columns = len(row_names), len(column_names)
    # Every row has a column of its own that stands for "no partner". scipy takes a weight of
    # 0 for "no edge", so 1 is added to all: each row uses exactly one edge, and nothing shifts.
    alone = np.arange(n_rows)
    weights = np.concatenate([gain[worth] + 1, np.ones(n_rows)])
    at = (np.concatenate([row, alone]), np.concatenate([column, n_columns + alone]))
    graph = csr_array((weights, at), shape=(n_rows, n_columns + n_rows))
    chosen_row, chosen_column = min_weight_full_bipartite_matching(graph, maximize=True)
    paired = chosen_column < n_columns
    wanted = chosen_row[paired] * n_columns + chosen_column[paired]
    return worth[np.isin(row * n_columns + column, wanted)]
