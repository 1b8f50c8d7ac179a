"""Calibrations: on pairs drawn from a scale that is known, and by the commands on tables made here."""

from __future__ import annotations

import dataclasses
import io
import itertools
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.errors import FormatError, InputError
from align.formats.reading import read_pairs
from align.formats.settings import WriteSettings
from align.formats.units import unit_ids, unit_of_texts
from align.formats.writing import write_pairs
from align.pairing.calibration import Calibration, fit_calibration, read_calibration, write_calibration
from align.pairing.score import probability
from align.types import Bead, Document, Review, Segment, Status, TranslationUnit

Run = Callable[..., "CompletedProcess[bytes]"]

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


# The commands.


def reviewed(path: Path) -> Path:
    """A table as align apply writes it: scores that are too sure."""
    scores = [0.99, 0.95, 0.9, 0.8, 0.7] * 40
    right = [number % 4 != 0 for number in range(200)]
    halves = [unit(None, "accepted", origin=("7",), origin_scores=(0.8,)) for _ in range(2)]
    write_pairs([*decided(scores, right), *halves], path, settings=WriteSettings(review=True))
    return path


def saved(path: Path, slope: float, intercept: float) -> Path:
    with open(path, "wb") as stream:
        write_calibration(calibration(slope, intercept), stream)
    return path


@pytest.mark.parametrize("suffix", ["tsv", "csv", "jsonl", "xlsx"])
def test_a_reviewed_table_in_any_format_gives_a_calibration(tmp_path: Path, run: Run, suffix: str) -> None:
    table = reviewed(tmp_path / f"reviewed.{suffix}")
    done = run("calibrate", table, "-o", "c.json")
    assert (done.returncode, done.stdout) == (0, b"")
    found = read_calibration(tmp_path / "c.json")
    assert (found.pairs, found.right) == (201, 150)
    assert found.error_after < found.error_before
    said = done.stderr.decode()
    assert "201 decided pairs, 74.6 % of them right." in said
    assert f"Calibration error {found.error_before:.4f} before, {found.error_after:.4f} after." in said


def test_several_tables_count_together_and_standard_output_is_the_default(tmp_path: Path, run: Run) -> None:
    one, other = reviewed(tmp_path / "one.tsv"), reviewed(tmp_path / "other.tsv")
    done = run("calibrate", "-q", one, "-", input=other.read_bytes())
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["format"] == "align-calibration"
    # Both name the same pair as taken apart.
    assert json.loads(done.stdout)["pairs"] == 401


def test_a_table_that_was_not_reviewed_is_refused_and_leaves_no_file(tmp_path: Path, run: Run) -> None:
    write_pairs([unit(0.9)], tmp_path / "pairs.tsv")
    done = run("calibrate", "pairs.tsv", "-o", "c.json")
    assert done.returncode == 2
    assert "found 0 decided pairs" in done.stderr.decode()
    assert not (tmp_path / "c.json").exists()


def test_the_tables_are_not_written_over(tmp_path: Path, run: Run) -> None:
    table = reviewed(tmp_path / "reviewed.tsv")
    before = table.read_bytes()
    assert run("calibrate", table, "-o", table).returncode == 2
    assert table.read_bytes() == before


def test_convert_maps_scores_before_the_threshold_looks_at_them(tmp_path: Path, run: Run) -> None:
    write_pairs([unit(0.9), unit(0.6), unit(0.4), unit(None)], tmp_path / "pairs.tsv")
    saved(tmp_path / "c.json", 0.5, 0.0)
    done = run("convert", "pairs.tsv", "all.tsv", "--calibration", "c.json")
    assert done.returncode == 0, done.stderr
    assert [one.score for one in read_pairs(tmp_path / "all.tsv")] == [0.75, 0.5505, 0.4495, None]
    assert run("convert", "pairs.tsv", "most.tsv", "--calibration", "c.json", "--min-score", "0.8").returncode == 0
    assert read_pairs(tmp_path / "most.tsv") == []


PAGE = "Giá gạo tăng tuần thứ ba\n\nMưa lớn ở Huế\n\nRice prices rise for a third week\n\nHeavy rain in Hue\n"


@pytest.mark.parametrize("command", ["mine", "pair", "score"])
def test_what_gives_scores_maps_them_before_the_threshold_looks_at_them(tmp_path: Path, run: Run, command: str) -> None:
    vi, _, en = PAGE.partition("\n\nRice")
    (tmp_path / "page.txt").write_text(PAGE)
    (tmp_path / "a.vi.txt").write_text(vi)
    (tmp_path / "a.en.txt").write_text(f"Rice{en}")
    write_pairs(
        [one for pair in zip(vi.split("\n\n"), f"Rice{en}".strip().split("\n\n"), strict=True)
         if (one := unit_of_texts(*pair, ids=unit_ids()))],
        tmp_path / "pairs.tsv",
    )  # fmt: skip
    inputs = {"mine": ["page.txt"], "pair": ["a.vi.txt", "a.en.txt"], "score": ["pairs.tsv"]}[command]
    arguments = [command, *inputs, "--encoder", "static", "-q"]
    scale = calibration(0.5, -1.0)
    saved(tmp_path / "c.json", 0.5, -1.0)

    def scores(*options: str) -> list[float]:
        done = run(*arguments, *options, "-o", "out.tsv")
        assert done.returncode == 0, done.stderr
        return [one.score for one in read_pairs(tmp_path / "out.tsv") if one.score is not None]

    plain, mapped = scores("--min-score", "0"), scores("--min-score", "0", "--calibration", "c.json")
    assert len(plain) == 2
    assert mapped == [pytest.approx(scale.applied(score), abs=0.0001) for score in plain]
    between = (min(plain) + max(mapped)) / 2
    assert max(mapped) < between < min(plain)
    assert len(scores("--min-score", str(between))) == 2
    assert scores("--min-score", str(between), "--calibration", "c.json") == []


def test_mining_across_documents_takes_no_calibration(tmp_path: Path, run: Run) -> None:
    (tmp_path / "page.txt").write_text(PAGE)
    saved(tmp_path / "c.json", 0.5, 0.0)
    done = run("mine", "page.txt", "--across", "--calibration", "c.json", "-o", "out.tsv")
    assert done.returncode == 2
    assert "does not go with --across" in " ".join(done.stderr.decode().replace("│", " ").split())


def test_the_calibration_is_not_written_over(tmp_path: Path, run: Run) -> None:
    write_pairs([unit(0.9)], tmp_path / "pairs.tsv")
    before = saved(tmp_path / "c.json", 0.5, 0.0).read_bytes()
    assert run("convert", "pairs.tsv", "c.json", "--to", "jsonl", "--calibration", "c.json").returncode == 2
    assert (tmp_path / "c.json").read_bytes() == before
