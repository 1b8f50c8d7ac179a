"""The probabilities of beads against all alignments written out one by one."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.pairing.chain import best_chain
from align.pairing.lattice import Block, Gaps, marginals

SHAPES = ((1, 1), (1, 2), (2, 1), (2, 2))


def every_alignment(n: int, m: int) -> Iterator[list[tuple[int, int, int]]]:
    """All ways to choose beads that follow each other: (row, column) of the end, and the shape's number."""

    def on(i: int, j: int) -> Iterator[list[tuple[int, int, int]]]:
        yield []
        for top in range(i, n):
            for left in range(j, m):
                for number, (a, b) in enumerate(SHAPES):
                    if top + a <= n and left + b <= m:
                        yield from ([(top + a, left + b, number), *rest] for rest in on(top + a, left + b))

    return on(0, 0)


def log_weight(path: list[tuple[int, int, int]], weights: np.ndarray, gaps: Gaps, n: int, m: int) -> float:
    total, at = 0.0, (0, 0)
    for i, j, number in [*path, (n, m, -1)]:
        top, left = (i, j) if number < 0 else (i - SHAPES[number][0], j - SHAPES[number][1])
        down, right = top > at[0], left > at[1]
        total += gaps.opening * (down or right) + gaps.turning * (down and right)
        total += float(weights[number, i - 1, j]) if number >= 0 else 0
        at = i, j
    return total


@pytest.mark.parametrize(("n", "m"), [(1, 1), (1, 4), (3, 2), (3, 3), (4, 3)])
def test_probabilities_are_those_of_all_alignments_written_out(n: int, m: int) -> None:
    random = np.random.default_rng(n * 10 + m)
    weights = random.normal(0, 2, (len(SHAPES), n, m + 1)).astype(np.float32)
    gaps = Gaps(-0.7, 0.4)
    sums: dict[tuple[int, int, int], float] = defaultdict(float)
    total = 0.0
    for path in every_alignment(n, m):
        weight = math.exp(log_weight(path, weights, gaps, n, m))
        total += weight
        for edge in path:
            sums[edge] += weight
    for number, (a, b) in enumerate(SHAPES):
        weights[number, : a - 1] = weights[number, :, :b] = -np.inf
    edges, log_total = marginals(SHAPES, [Block(1, 0, weights)], gaps, least=0.0)
    found = dict(
        zip(zip(edges.i.tolist(), edges.j.tolist(), edges.shape.tolist(), strict=True), edges.probability, strict=True)
    )
    assert log_total == pytest.approx(math.log(total))
    for edge, weight in sums.items():
        assert found[edge] == pytest.approx(weight / total, abs=1e-9)


def test_blocks_give_what_the_whole_grid_gives() -> None:
    random = np.random.default_rng(0)
    weights = random.normal(-1, 2, (len(SHAPES), 9, 7)).astype(np.float32)
    for number, (a, b) in enumerate(SHAPES):
        weights[number, : a - 1] = weights[number, :, :b] = -np.inf
    blocks = [Block(1 + top, 0, weights[:, top : top + 3]) for top in (0, 3, 6)]
    whole, log_total = marginals(SHAPES, [Block(1, 0, weights)], Gaps(-1, 0.5), least=0.001)
    parts, log_total_of_parts = marginals(SHAPES, blocks, Gaps(-1, 0.5), least=0.001)
    assert log_total == pytest.approx(log_total_of_parts)
    assert np.allclose(whole.probability, parts.probability)


def test_weights_far_beyond_what_exp_can_hold_give_probabilities() -> None:
    weights = np.full((len(SHAPES), 200, 201), -np.inf, np.float32)
    for i in range(1, 201):
        weights[0, i - 1, 1:] = -500
        weights[0, i - 1, i] = 500
    edges, _ = marginals(SHAPES, [Block(1, 0, weights)], Gaps(-2, -1), least=0.5)
    assert edges.i.tolist() == edges.j.tolist() == list(range(1, 201))
    assert np.allclose(edges.probability, 1)


def test_there_is_an_alignment_in_any_corridor() -> None:
    """Its rows share columns; a gap need not be able to go down and then right in it."""
    random = np.random.default_rng(5)
    blocks = []
    for row, left, right in ((1, 0, 4), (3, 3, 6), (5, 2, 5), (7, 4, 9)):
        weights = np.full((len(SHAPES), 2, right - left), -np.inf, np.float32)
        weights[0] = random.normal(-2, 1, (2, right - left))
        weights[0, :, : max(0, 1 - left)] = -np.inf
        blocks.append(Block(row, left, weights))
    edges, log_total = marginals(SHAPES, blocks, Gaps(-1, 0), least=0.0)
    assert np.isfinite(log_total)
    assert np.isfinite(edges.probability).all()
    for axis, n in ((edges.i, 9), (edges.j, 9)):
        assert np.bincount(axis, edges.probability, n).max() <= 1 + 1e-9
    nothing = [Block(block.row, block.column, np.full_like(block.weights, -np.inf)) for block in blocks]
    assert marginals(SHAPES, nothing, Gaps(-1, 0.5), least=0.01)[1] >= -1


def test_a_text_of_gaps_only_has_no_likely_bead() -> None:
    weights = np.full((len(SHAPES), 5, 7), -np.inf, np.float32)
    edges, log_total = marginals(SHAPES, [Block(1, 0, weights)], Gaps(-1.5, 0.25), least=0.01)
    assert len(edges.i) == 0
    assert log_total == pytest.approx(-1.25)


beads = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 2), st.integers(1, 2), st.integers(-20, 20)),
    min_size=1,
    max_size=7,
)


@settings(max_examples=300, deadline=None)
@given(beads)
def test_no_chain_is_worth_more_than_the_best(found: list[tuple[int, int, int, int, int]]) -> None:
    i, j, a, b, gain = (np.array(column) for column in zip(*found, strict=True))
    chosen = best_chain((i, j), (i + a, j + b), gain / 10)

    def best_from(top: int, left: int) -> float:
        sums = [g / 10 + best_from(x + c, y + d) for x, y, c, d, g in found if x >= top and y >= left]
        return max([0.0, *sums])

    assert gain[chosen].sum() / 10 == pytest.approx(best_from(0, 0))
    for one, other in itertools.pairwise(chosen):
        assert i[one] + a[one] <= i[other]
        assert j[one] + b[one] <= j[other]
