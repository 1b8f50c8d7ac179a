"""The parts of pairing: neighbours, assignment, order. Each against the plainest way to the same result."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array, hstack
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from align.encoders import Encoder
from align.pairing import neighbours as neighbours_module
from align.pairing.assign import assign
from align.pairing.evidence import scale_of
from align.pairing.mine import _best_rival
from align.pairing.neighbours import Vectors, neighbours
from align.pairing.order import order_evidence
from align.pairing.score import Logistic, probability


def unit_rows(n: int, seed: int, width: int = 8) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(n, width)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("n", "m", "k"), [(1, 1, 8), (3, 50, 8), (50, 3, 8), (70, 90, 4), (30, 700, 4), (0, 5, 3), (5, 0, 3)]
)
@pytest.mark.parametrize("block", [16, 1 << 24])
def test_neighbours_are_those_of_the_whole_matrix(
    n: int, m: int, k: int, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours_module, "_BLOCK", block)
    vi, en = unit_rows(n, 1), unit_rows(m, 2)
    of_vi, of_en = neighbours(vi, en, k)
    for found, similarity in ((of_vi, vi @ en.T), (of_en, en @ vi.T)):
        width = min(k, similarity.shape[1])
        assert found.row.shape == (similarity.shape[0], width)
        np.testing.assert_allclose(found.cosine, -np.sort(-similarity, axis=1)[:, :width], atol=1e-6)
        np.testing.assert_allclose(np.take_along_axis(similarity, found.row, axis=1), found.cosine, atol=1e-6)


def best_total(gain: dict[tuple[int, int], float]) -> float:
    """The greatest total by trying every combination."""
    best = 0.0
    for size in range(1, len(gain) + 1):
        for chosen in itertools.combinations(gain, size):
            rows, columns = zip(*chosen, strict=True)
            if len(set(rows)) == len(set(columns)) == size:
                best = max(best, sum(gain[edge] for edge in chosen))
    return best


@settings(deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 3), st.integers(0, 3)), st.floats(-5, 5).map(lambda x: round(x, 3)), max_size=8
    )
)
def test_an_assignment_is_the_best_of_all_and_uses_nothing_twice(gain: dict[tuple[int, int], float]) -> None:
    edges = np.array(list(gain), np.int64).reshape(-1, 2)
    chosen = assign(edges[:, 0], edges[:, 1], np.array(list(gain.values())))
    rows, columns = edges[chosen, 0], edges[chosen, 1]
    assert len(set(rows.tolist())) == len(rows)
    assert len(set(columns.tolist())) == len(columns)
    assert sum(gain[int(i), int(j)] for i, j in zip(rows, columns, strict=True)) == pytest.approx(best_total(gain))


@pytest.mark.parametrize("degree", [1, 3, 8])
def test_an_assignment_in_parts_is_worth_as_much_as_one_of_the_whole(degree: int) -> None:
    rng = np.random.default_rng(degree)
    n = 4000
    edges = np.unique(np.stack([np.repeat(np.arange(n), degree), rng.integers(0, n, n * degree)], axis=1), axis=0)
    gain = np.round(rng.normal(0, 2, len(edges)), 1)  # with many that are equal
    chosen = assign(edges[:, 0], edges[:, 1], gain)
    assert all(len(np.unique(edges[chosen, side])) == len(chosen) for side in (0, 1))
    worth = gain > 0
    graph = csr_array((gain[worth] + 1, (edges[worth, 0], edges[worth, 1])), shape=(n, n))
    alone = csr_array((np.ones(n), (np.arange(n), np.arange(n))), shape=(n, n))
    whole = hstack([graph, alone]).tocsr()
    rows, columns = min_weight_full_bipartite_matching(whole, maximize=True)
    assert gain[chosen].sum() == pytest.approx(whole[rows, columns].sum() - n)


def test_a_headline_leaves_its_favourite_to_the_sentence_that_needs_it() -> None:
    # Row 0 likes column 0 best; row 1 has nothing else. Greedy would leave row 1 alone.
    chosen = assign(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([3.0, 2.5, 2.9]))
    assert chosen.tolist() == [1, 2]


def test_a_pair_that_runs_parallel_to_its_neighbours_is_supported() -> None:
    rows, columns = np.array([0, 1, 2, 3, 2]), np.array([0, 1, 2, 3, 8])
    partner = np.array([0, 1, 2, 3])
    evidence = order_evidence(rows, columns, partner, 20)
    assert evidence[2, 0] == 1.0
    assert evidence[4, 0] == 0.0
    assert evidence[4, 2] > evidence[2, 2] == 0.0


def test_a_page_in_no_order_says_nothing_about_order() -> None:
    rng = np.random.default_rng(0)
    partner = rng.permutation(40)
    evidence = order_evidence(np.arange(40), partner, partner, 40)
    assert evidence[:, 1:].mean() < 0.1


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(-3, 3)), min_size=1, max_size=12))
def test_a_rival_is_the_best_candidate_of_other_texts_in_the_group(rows: list[tuple[int, int, int]]) -> None:
    group, texts, log_odds = (np.array(column) for column in zip(*rows, strict=True))
    found = _best_rival(group, texts, log_odds.astype(float), -6.0)
    for (own, text, _), rival in zip(rows, found.tolist(), strict=True):
        assert rival == max([value for other, its, value in rows if other == own and its != text], default=-6.0)


def test_order_is_silent_without_believed_pairs() -> None:
    assert not order_evidence(np.array([0, 1]), np.array([1, 0]), np.array([-1, -1]), 2).any()


def test_an_encoder_tells_translations_from_random_pairs(static: Encoder) -> None:
    scale = scale_of(static)
    assert scale.right > scale.wrong + 0.3


def test_a_fitted_model_for_other_features_is_refused() -> None:
    with pytest.raises(ValueError, match="disagree"):
        Logistic.from_json({"bias": 0, "weights": {"a": 1}}, ("b",))


def test_probabilities_rise_with_the_log_odds_and_stay_between_0_and_1() -> None:
    values = probability(np.array([-1e9, -2.0, 0.0, 2.0, 1e9]))
    assert values.tolist() == sorted(values.tolist())
    assert (values[0], values[2], values[-1]) == (0.0, 0.5, 1.0)
