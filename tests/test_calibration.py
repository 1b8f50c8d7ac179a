"""Calibrations: on pairs drawn from a scale that is known, and by the commands on tables made here."""

from __future__ import annotations

import dataclasses
import io
import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.errors import FormatError, InputError
from align.formats.units import unit_ids, unit_of_texts
from align.pairing.calibration import Calibration, fit_calibration, read_calibration, write_calibration
from align.pairing.score import probability
from align.types import Bead, Document, Review, Segment, Status, TranslationUnit

NUMBERS = itertools.count()


def unit(score: float | None, status: Status = "", **fields: object) -> TranslationUnit:
    """A unit that was decided about; `fields` are those of its review."""
    number = next(NUMBERS)
    review = Review(status, **fields)  # type: ignore[arg-type]
    made = unit_of_texts(f"Câu {number}.", f"Line {number}.", ids=unit_ids(), score=score, review=review)
    assert made is not None
    return made


def decided(scores: Sequence[float], right: Sequence[bool]) -> list[TranslationUnit]:
    return [unit(score, "accepted" if ok else "rejected") for score, ok in zip(scores, right, strict=True)]


def drawn(count: int, slope: float, intercept: float, seed: int = 1) -> list[TranslationUnit]:
    """Pairs that are right as often as the scale says, at scores from 0 to 1."""
    random = np.random.default_rng(seed)
    scores = random.uniform(0.001, 0.999, count).round(4)
    true = probability(slope * np.log(scores / (1 - scores)) + intercept)
    return decided(scores.tolist(), (random.random(count) < true).tolist())


def calibration(slope: float = 1.0, intercept: float = 0.0) -> Calibration:
    return Calibration(slope, intercept, pairs=100, right=90, error_before=0.1, error_after=0.05)


@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (0.5, -1.0), (1.6, 0.8), (0.7, 0.5)])
def test_the_scale_that_pairs_were_drawn_from_is_found_again(slope: float, intercept: float) -> None:
    found = fit_calibration(drawn(20_000, slope, intercept))
    assert (found.slope, found.intercept) == (pytest.approx(slope, abs=0.06), pytest.approx(intercept, abs=0.06))
    assert found.pairs == 20_000


def test_the_error_of_scores_that_are_off_falls_on_pairs_the_fit_did_not_see() -> None:
    found = fit_calibration(drawn(2_000, 0.5, -1.0))
    assert found.error_before > 0.1
    assert found.error_after < 0.04


def test_the_error_after_is_not_that_of_the_pairs_fitted_on() -> None:
    # Nothing can be learnt of a coin: what the fit believes to have learnt of so few is worth nothing on others.
    errors = [fit_calibration(drawn(40, 1.0, 0.0, seed)) for seed in range(20)]
    assert np.mean([one.error_after for one in errors]) >= 0.9 * np.mean([one.error_before for one in errors])


@given(
    st.floats(0.05, 5), st.floats(-5, 5), st.lists(st.integers(0, 10_000), min_size=2, max_size=20, unique=True)
)  # fmt: skip
def test_the_order_of_the_scores_is_kept(slope: float, intercept: float, scores: list[int]) -> None:
    mapped = [calibration(slope, intercept).applied(score / 10_000) for score in sorted(scores)]
    assert mapped == sorted(mapped)
    assert all(0 <= score <= 1 for score in mapped)


def test_the_order_is_kept_where_the_worst_scores_are_the_right_ones() -> None:
    found = fit_calibration(decided([0.05, 0.95] * 200, [True, False] * 200))
    assert found.slope > 0
    assert found.applied(0.05) < found.applied(0.95)


def test_few_pairs_move_the_score_little() -> None:
    right = [True] * 27 + [False] * 3
    found = fit_calibration(decided([0.9] * 30, right))
    assert found.applied(0.9) == pytest.approx(0.9, abs=0.005)
    assert found.applied(0.5) == pytest.approx(0.5, abs=0.01)
    # One in five is wrong, where the scores say one in ten: of 30 pairs that can be chance, of 3,000 it is not.
    right = [True, True, True, True, False]
    few, many = (fit_calibration(decided([0.9] * count, right * (count // 5))) for count in (30, 3000))
    assert 0.85 < few.applied(0.9) < 0.9
    assert many.applied(0.9) == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize("score", [0.0, 0.9, 1.0])
@pytest.mark.parametrize("right", [True, False])
def test_pairs_that_are_all_alike_give_finite_numbers(score: float, right: bool) -> None:
    found = fit_calibration(decided([score] * 500, [right] * 500))
    assert np.isfinite([found.slope, found.intercept]).all()
    assert found.slope > 0
    assert 0 < found.applied(0.0) < found.applied(1.0) < 1


def test_scores_of_0_and_1_are_taken_as_what_four_decimals_can_tell() -> None:
    same = calibration()
    assert (same.applied(0.0), same.applied(1.0)) == (pytest.approx(0.00005), pytest.approx(0.99995))
    assert same.applied(0.1234) == pytest.approx(0.1234)


def test_the_order_of_the_units_does_not_matter() -> None:
    units = drawn(200, 0.7, 0.0)
    assert fit_calibration(units) == fit_calibration(reversed(units))


def test_too_few_pairs_are_refused_with_how_many_there_are() -> None:
    units = decided([0.9] * 29, [True] * 20 + [False] * 9)
    with pytest.raises(InputError, match=r"found 29 decided pairs .* \(20 right, 9 wrong\), expected at least 30"):
        fit_calibration(units)
    assert fit_calibration([*units, unit(0.9, "accepted")]).pairs == 30


def test_edited_pairs_are_right_and_those_taken_apart_are_wrong_once() -> None:
    base = decided([0.9] * 30, [True] * 30)
    halves = [unit(None, status, origin=("7",), origin_scores=(0.8,)) for status in ("accepted", "rejected", "")]
    merged = unit(None, "accepted", origin=("8", "9", "10"), origin_scores=(0.7, 0.6, None))
    edited = unit(0.9, "accepted", en_edited="Another text.")
    found = fit_calibration([*base, *halves, merged, edited])
    # Wrong are 7, 8 and 9; 10 stood alone.
    assert (found.pairs, found.right) == (34, 31)


def test_what_was_not_decided_says_nothing() -> None:
    base = decided([0.9] * 30, [True] * 30)
    others = [unit(0.1, "disputed"), unit(0.1), unit(None, "accepted"), dataclasses.replace(unit(0.1), review=None)]
    assert fit_calibration([*base, *others]) == fit_calibration(base)


def test_a_bead_without_a_score_stays_without() -> None:
    page = Document("a.txt", "Có. Yes.")
    vi, en = (Segment(page, 0, 3, "vi"),), (Segment(page, 4, 8, "en"),)
    alone, pair = Bead(vi, ()), Bead(vi, en, 0.5, 0.9)
    scale = calibration(0.5)
    assert scale.calibrated(alone) == alone
    assert scale.calibrated(pair) == Bead(vi, en, 0.5, 0.75)


def test_what_is_written_reads_back_the_same(tmp_path: Path) -> None:
    found = fit_calibration(drawn(100, 0.7, -0.5))
    with open(tmp_path / "c.json", "wb") as stream:
        write_calibration(found, stream)
    assert read_calibration(tmp_path / "c.json") == found


def written(**changed: object) -> bytes:
    """A calibration file with something else in it."""
    stream = io.BytesIO()
    write_calibration(calibration(), stream)
    return json.dumps({**json.loads(stream.getvalue()), **changed}).encode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "holds no JSON; expected what align calibrate writes"),
        (b"\xff\xfe\x00", "holds no JSON"),
        (written()[:40], "holds no JSON"),
        (b"[1]", "holds other JSON"),
        (written(format="align-decisions"), "holds other JSON"),
        (written(version=2), "is of version '2', expected 1"),
        (written(slope=0), "found '0' as slope, expected a number from"),
        (written(slope=-1.0), "as slope"),
        (written(slope="1"), "as slope"),
        (written(slope=True), "as slope"),
        (written(slope=float("nan")), "as slope"),
        (written(intercept=10**400), "as intercept"),
        (written(intercept=None), "as intercept"),
        (written(right=101), "found '101' as right, expected a number from 0 to 100"),
        (written(calibration_error=0.1), "calibration_error: found 'null' as before"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "c.json").write_bytes(data)
    with pytest.raises(FormatError) as refused:
        read_calibration(tmp_path / "c.json")
    assert message in str(refused.value)
    assert str(refused.value).startswith(f"{tmp_path / 'c.json'}: ")
