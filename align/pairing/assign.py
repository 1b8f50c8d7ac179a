"""Who gets whom, when everybody can have one partner only."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from align.pairing.neighbours import Indexes

__all__ = ["assign"]

# Candidates beyond doubt are looked for again while so many of those that were left were. Chosen by hand.
_WORTHWHILE = 0.01


def assign(rows: Indexes, columns: Indexes, gain: NDArray[np.float64]) -> Indexes:
    """Choose pairs of the greatest total gain, each row and each column used at most once.

    Global, not greedy: a headline gives up the partner it likes best to the sentence that has
    no other, if both together gain by it; staying without a partner is worth 0. What is worth more than
    its rivals together is chosen at once, the rest by sparse Jonker-Volgenant (scipy) in independent parts,
    so that the time grows with the candidates and not with their square.

    >>> assign(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([3.0, 2.5, 2.9])).tolist()
    [1, 2]

    :param rows: row of every candidate, shape (n,); a (row, column) stands at most once
    :param columns: column of every candidate, shape (n,)
    :param gain: what choosing it is worth, shape (n,); candidates of 0 or less are never chosen
    :returns: positions of the chosen candidates, rising
    """
    worth = np.flatnonzero(gain > 0)
    left = worth
    chosen = []
    beyond_doubt = left
    while len(beyond_doubt) > _WORTHWHILE * len(left):
        beyond_doubt = left[_dominates(rows[left], columns[left], gain[left])]
        chosen.append(beyond_doubt)
        left = left[~(np.isin(rows[left], rows[beyond_doubt]) | np.isin(columns[left], columns[beyond_doubt]))]
    chosen += [part[_matched(rows[part], columns[part], gain[part])] for part in _parts(rows, columns, left)]
    return np.sort(np.concatenate([np.zeros(0, np.int64), *chosen]))


def _dominates(rows: Indexes, columns: Indexes, gain: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which candidates are in every best choice: they are worth more than both of their best rivals together."""
    return gain > _best_other(rows, gain) + _best_other(columns, gain)


def _best_other(group: Indexes, gain: NDArray[np.float64]) -> NDArray[np.float64]:
    """The greatest gain of the others in each candidate's group; 0, that of staying alone, without any."""
    _, number = np.unique(group, return_inverse=True)
    order = np.lexsort((-gain, number))
    starts = np.flatnonzero(np.diff(number[order], prepend=-1))
    second = np.zeros(len(starts))
    has_second = np.diff(starts, append=len(order)) > 1
    second[has_second] = gain[order[starts[has_second] + 1]]
    best = gain[order[starts]][number]
    best[order[starts]] = second
    return best


def _parts(rows: Indexes, columns: Indexes, candidates: Indexes) -> Iterator[Indexes]:
    """Candidates in parts that have no row and no column in common, of some thousands each where that can be.

    The time that the best choice takes grows with the square of what is chosen from.
    """
    if not len(candidates):
        return
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    row_names, row = np.unique(rows[candidates], return_inverse=True)
    column_names, column = np.unique(columns[candidates], return_inverse=True)
    n = len(row_names) + len(column_names)
    graph = csr_array((np.ones(len(row), np.int8), (row, len(row_names) + column)), shape=(n, n))
    component = connected_components(graph, directed=False)[1][row]
    # components are numbered by their first row, so that those of a part stand close together
    order = np.argsort(component, kind="stable")
    ends = np.flatnonzero(np.diff(component[order], append=-1)) + 1
    start = 0
    for end in ends.tolist():
        if end - start >= _TOGETHER or end == len(order):
            yield candidates[np.sort(order[start:end])]
            start = end


# Candidates looked at together at least, unless there are fewer: a part has its cost, too. Chosen by hand.
_TOGETHER = 2000


def _matched(rows: Indexes, columns: Indexes, gain: NDArray[np.float64]) -> Indexes:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    row_names, row = np.unique(rows, return_inverse=True)
    column_names, column = np.unique(columns, return_inverse=True)
    n_rows, n_columns = len(row_names), len(column_names)
    # Every row has a column of its own that stands for "no partner". scipy takes a weight of
    # 0 for "no edge", so 1 is added to all: each row uses exactly one edge, and nothing shifts.
    alone = np.arange(n_rows)
    weights = np.concatenate([gain + 1, np.ones(n_rows)])
    at = (np.concatenate([row, alone]), np.concatenate([column, n_columns + alone]))
    graph = csr_array((weights, at), shape=(n_rows, n_columns + n_rows))
    chosen_row, chosen_column = min_weight_full_bipartite_matching(graph, maximize=True)
    paired = chosen_column < n_columns
    wanted = chosen_row[paired] * n_columns + chosen_column[paired]
    return np.flatnonzero(np.isin(row * n_columns + column, wanted))
