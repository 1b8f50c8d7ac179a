"""Figures that were worked out by hand. The cases stand in `cases/evaluate.tsv`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from _pytest.mark.structures import ParameterSet
from conftest import CASES
from hypothesis import given
from hypothesis import strategies as st

import align
from align.errors import FormatError, InputError
from align.evaluate import (
    Bin,
    Evaluation,
    Figures,
    KindFigures,
    calibration_error,
    evaluate_files,
    reliability,
    score_alignments,
    score_beads,
)
from align.formats.pairs.ladder import LadderBead, ladder, parse_vecalign
from align.formats.units import unit_of
from align.formats.writing import write_pairs
from align.types import Bead, Document, Segment

Run = Callable[..., "CompletedProcess[bytes]"]

GOLD = Path(__file__).parent / "gold"


def beads(text: str) -> list[LadderBead]:
    """Beads with white space between them."""
    return [bead for _, bead in parse_vecalign("\n".join(text.split()), "case")]


def cases() -> list[ParameterSet]:
    lines = (CASES / "evaluate.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")][1:]
    return [pytest.param(found, gold, strict, lax, id=comment) for found, gold, strict, lax, comment in rows]


def approximately(text: str) -> list[object]:
    return [pytest.approx(float(Fraction(share))) for share in text.split()]


@pytest.mark.parametrize(("found", "gold", "strict", "lax"), cases())
def test_each_case_has_the_figures_worked_out_by_hand(found: str, gold: str, strict: str, lax: str) -> None:
    measured = score_beads(beads(found), beads(gold))
    for figures, expected in ((measured.strict, strict), (measured.lax, lax)):
        assert [figures.precision, figures.recall, figures.f1] == approximately(expected)


def test_there_are_enough_cases() -> None:
    assert len(cases()) >= 15


def test_counts_are_summed_over_documents_before_dividing() -> None:
    # One of one, and none of three: 1/4, where the mean of the shares would be 1/2.
    documents = [("[0]:[0]", "[0]:[0]"), ("[0]:[1] [1]:[2] [2]:[0]", "[0]:[0] [1]:[1] [2]:[2]")]
    pairs = [tuple({(b.vi, b.en): b.score for b in beads(text)} for text in document) for document in documents]
    measured = score_alignments(pairs)  # type: ignore[arg-type]
    assert measured.strict == Figures(0.25, 0.25, 0.25)
    assert (measured.documents, measured.beads, measured.gold_beads) == (2, 4, 4)


def test_each_kind_has_its_own_figures_and_null_beads_a_recall() -> None:
    gold = beads("[0]:[0] [1]:[1] [2]:[2,3] [3]:[] [4]:[] []:[4]")
    found = beads("[0]:[0] [1]:[1] [2]:[2] []:[3] [3]:[] [4]:[4]")
    # 1-0: one of two. 0-1: one, but another. 1-1: two of two, but four found. 1-2: none found.
    assert score_beads(found, gold).kinds == {
        "0-1": KindFigures(0.0, 0.0, 0.0, gold=1, found=1, right=0),
        "1-0": KindFigures(1.0, 1 / 2, pytest.approx(2 / 3), gold=2, found=1, right=1),
        "1-1": KindFigures(2 / 4, 1.0, pytest.approx(2 / 3), gold=2, found=4, right=2),
        "1-2": KindFigures(0.0, 0.0, 0.0, gold=1, found=0, right=0),
    }


def test_kinds_are_in_their_order_and_those_that_the_gold_lacks_are_there() -> None:
    kinds = score_beads(beads("[3,4]:[3] [2]:[2] []:[1]"), beads("[0]:[0] []:[1]")).kinds
    assert list(kinds) == ["0-1", "1-1", "2-1"]
    assert kinds["2-1"] == KindFigures(0.0, 0.0, 0.0, gold=0, found=1, right=0)


def test_mined_pairs_are_measured_as_sets() -> None:
    gold, found = beads("[0]:[0] [1]:[] [2]:[2] []:[1]"), beads("[0]:[0] [1]:[1] [2]:[2] []:[3]")
    assert score_beads(found, gold, mined=True).strict == Figures(2 / 3, 1.0, pytest.approx(4 / 5))
    assert score_beads(found, gold, mined=True).kinds.keys() == {"1-1"}
    # With null beads the wrong one counts as well: two of four.
    assert score_beads(found, gold).strict.precision == 1 / 2


def test_the_calibration_error_is_the_weighed_distance_in_ten_bins() -> None:
    # 0.9 to 1: |0.95 - 1| of one. 0.8 to 0.9: |0.835 - 1/2| of two. 0.1 to 0.2: |0.15 - 0| of one.
    # (0.05 + 2 × 0.335 + 0.15) / 4 = 0.2175
    scores, right = [0.95, 0.85, 0.82, 0.15], [True, True, False, False]
    assert calibration_error(scores, right) == pytest.approx(0.2175)
    assert reliability(scores, right) == (
        Bin(0.1, 0.2, 1, 0.15, 0.0),
        Bin(0.8, 0.9, 2, pytest.approx(0.835), 0.5),
        Bin(0.9, 1.0, 1, 0.95, 1.0),
    )
    # One bin: |0.6925 - 0.5|.
    assert calibration_error(scores, right, bins=1) == pytest.approx(0.1925)


def test_a_score_of_one_is_in_the_last_bin() -> None:
    assert reliability([0.0, 1.0], [False, True]) == (Bin(0.0, 0.1, 1, 0.0, 0.0), Bin(0.9, 1.0, 1, 1.0, 1.0))
    assert calibration_error([0.0, 1.0], [False, True]) == 0.0


@pytest.mark.parametrize(
    ("scores", "right"), [([], []), ([0.5], []), ([1.1], [True]), ([-0.1], [True]), ([float("nan")], [True])]
)
def test_scores_that_are_no_probabilities_have_no_calibration_error(scores: list[float], right: list[bool]) -> None:
    with pytest.raises(ValueError, match="expected"):
        calibration_error(scores, right)


def test_calibration_is_of_the_beads_that_have_a_score() -> None:
    found = beads("[0]:[0]:0.1 [1]:[1] [2]:[]:1.0 [3]:[2]:0.3")
    measured = score_beads(found, beads("[0]:[0] [1]:[1] [2]:[] [3]:[3]"))
    # 0.9, right, and 0.7, wrong: (0.1 + 0.7) / 2.
    assert measured.calibration_error == pytest.approx(0.4)
    # 0, right, and 1, wrong.
    assert score_beads(beads("[0]:[0]:1 [1]:[1]:0"), beads("[0]:[0]")).calibration_error == 1.0


@pytest.mark.parametrize("cost", ["1.3", "-0.1", "1e308"])
def test_costs_beyond_one_are_no_probabilities(cost: str) -> None:
    measured = score_beads(beads(f"[0]:[0]:0.1 [1]:[1]:{cost}"), beads("[0]:[0]"))
    assert (measured.calibration_error, measured.reliability) == (None, ())
    assert measured.metrics == ("strict", "lax")
    assert measured.to_dict()["signatures"].keys() == {"strict", "lax"}


@st.composite
def alignments(draw: st.DrawFn) -> list[LadderBead]:
    """Beads of up to eight segments a side, at least one a pair; null beads hold one segment."""
    vi, en = draw(st.permutations(range(8))), draw(st.permutations(range(8)))
    shapes = draw(st.lists(st.sampled_from([(1, 1), (1, 1), (1, 2), (2, 1), (1, 0), (0, 1)]), max_size=4))
    found = []
    for n, m in [(1, 1), *shapes]:
        found.append(LadderBead(tuple(sorted(vi[:n])), tuple(sorted(en[:m]))))
        vi, en = vi[n:], en[m:]
    return found


@given(alignments())
def test_gold_against_itself_is_perfect(gold: list[LadderBead]) -> None:
    measured = score_beads(gold, reversed(gold))
    assert measured.strict == measured.lax == Figures(1.0, 1.0, 1.0)
    assert {kind.f1 for kind in measured.kinds.values()} == {1.0}


@given(alignments(), alignments(), st.booleans())
def test_the_strict_figures_are_at_most_the_lax_ones(
    found: list[LadderBead], gold: list[LadderBead], mined: bool
) -> None:
    measured = score_beads(found, gold, mined=mined)
    for strict, lax in zip(*map(values, (measured.strict, measured.lax)), strict=True):
        assert 0 <= strict <= lax <= 1


def values(figures: Figures) -> tuple[float, float, float]:
    return figures.precision, figures.recall, figures.f1


def links(bead: LadderBead) -> set[tuple[int, int]]:
    return {(vi, en) for vi in bead.vi for en in bead.en}


@given(alignments(), alignments())
def test_lax_means_that_a_link_is_shared(found: list[LadderBead], gold: list[LadderBead]) -> None:
    in_gold, in_found = (set().union(*map(links, side)) for side in (gold, found))
    near = [bead for bead in found if bead in gold or links(bead) & in_gold]
    recalled = [bead for bead in gold if links(bead) & in_found]
    measured = score_beads(found, gold)
    assert measured.lax.precision == len(near) / len(found)
    assert measured.lax.recall == len(recalled) / sum(bool(links(bead)) for bead in gold)


@given(alignments(), alignments())
def test_pairs_swap_precision_and_recall_with_the_roles(found: list[LadderBead], gold: list[LadderBead]) -> None:
    one, other = score_beads(found, gold, mined=True), score_beads(gold, found, mined=True)
    for figures, swapped in ((one.strict, other.strict), (one.lax, other.lax)):
        assert (figures.precision, figures.recall) == (swapped.recall, swapped.precision)


# Files: two documents of four lines each, and their beads.

VI, EN = "Một.\nHai.\nBa.\nBốn.", "One.\nTwo.\nThree.\nFour."
ALIGNED = "[0]:[0]:0.1 [1]:[1,2]:0.2 [2]:[] [3]:[3]:0.3"


def segments_of(name: str = "a") -> tuple[list[Segment], list[Segment]]:
    sides = []
    for lang, text in (("vi", VI), ("en", EN)):
        document = Document(f"{name}.{lang}.txt", text)
        sides.append([Segment(document, m.start(), m.end(), lang) for m in re.finditer(".+", text)])  # type: ignore[arg-type]
    return sides[0], sides[1]


def as_beads(text: str, name: str = "a") -> list[Bead]:
    vi, en = segments_of(name)
    return [Bead(tuple(vi[n] for n in b.vi), tuple(en[n] for n in b.en), score=b.score) for b in beads(text)]


def write(path: Path, given: list[Bead], format_name: str | None = None) -> Path:
    path.parent.mkdir(exist_ok=True)
    write_pairs(given, path, format_name=format_name)
    return path


def test_our_own_beads_are_known_by_document_and_span() -> None:
    one, other = as_beads(ALIGNED), as_beads(ALIGNED, "b")
    assert score_beads(one, one).strict.f1 == 1.0
    assert score_beads(one, other).lax.f1 == 0.0
    assert score_beads(ladder(map(unit_of, one)), ladder(map(unit_of, other))).strict.f1 == 1.0
    assert align.score_beads is score_beads
    assert align.Evaluation is Evaluation


WITH_SPANS = ("tsv", "jsonl", "tmx", "xlsx", "vecalign", "hunalign")


@pytest.mark.parametrize("gold", WITH_SPANS)
@pytest.mark.parametrize("found", WITH_SPANS)
def test_every_format_is_measured_against_every_other(tmp_path: Path, found: str, gold: str) -> None:
    one = write(tmp_path / f"found.{found}", as_beads("[0]:[0]:0.1 [1]:[1]:0.2 []:[2] [2]:[] [3]:[3]:0.3"))
    measured = evaluate_files(one, write(tmp_path / f"gold.{gold}", as_beads(ALIGNED)))
    assert values(measured.strict) == tuple(approximately("3/5 2/3 12/19"))
    # 0.9, right; 0.8, wrong; 0.7, right: (0.1 + 0.8 + 0.3) / 3.
    assert measured.calibration_error == pytest.approx(0.4)
    assert measured.documents == 1


def test_documents_of_one_table_are_told_apart(tmp_path: Path) -> None:
    swapped = as_beads("[0]:[1]:0.5 [1]:[0]:0.5", "b")
    gold = write(tmp_path / "gold.tsv", [*as_beads("[0]:[0] [1]:[1]"), *as_beads("[0]:[0] [1]:[1]", "b")])
    measured = evaluate_files(write(tmp_path / "found.tsv", [*as_beads("[0]:[0] [1]:[1]"), *swapped]), gold)
    assert measured.strict == Figures(0.5, 0.5, 0.5)
    assert measured.documents == 2


def test_the_order_of_spans_in_a_table_does_not_matter(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.tsv", as_beads("[0,1]:[0] [2]:[1,2]"))
    found = tmp_path / "found.tsv"
    found.write_text(gold.read_text().replace("0-4,5-9", "5-9,0-4").replace("5-9,10-16", "10-16,5-9"))
    assert found.read_text().count("5-9,0-4") == found.read_text().count("10-16,5-9") == 1
    assert evaluate_files(found, gold).strict == Figures(1.0, 1.0, 1.0)


def test_files_of_two_folders_belong_together_by_name(tmp_path: Path) -> None:
    for name, found in (("a", "[0]:[0] [1]:[1]"), ("b", "[0]:[1] [1]:[0]"), *((name, "[0]:[0]") for name in "hfdgec")):
        write(tmp_path / "found" / f"{name}.VecAlign", as_beads(found))
    for name in "ab":
        (tmp_path / "gold").mkdir(exist_ok=True)
        (tmp_path / "gold" / f"{name}.gold").write_text("[0]:[0]\n[1]:[1]\n")
        (tmp_path / "gold" / f"{name}.vi.txt").write_text("no alignment")
    measured = evaluate_files(tmp_path / "found", tmp_path / "gold")
    assert measured.strict == Figures(0.5, 0.5, 0.5)
    assert (measured.documents, measured.left_out) == (2, tuple("cdefgh"))


def test_the_gold_set_is_perfect_against_itself() -> None:
    measured = evaluate_files(GOLD, GOLD)
    assert measured.strict == measured.lax == Figures(1.0, 1.0, 1.0)
    assert (measured.documents, measured.beads) == (14, 407)


def test_an_empty_ladder_is_an_alignment_without_beads(tmp_path: Path) -> None:
    (tmp_path / "found.vecalign").touch()
    gold = write(tmp_path / "gold.vecalign", as_beads(ALIGNED))
    assert evaluate_files(tmp_path / "found.vecalign", gold).strict == Figures(0.0, 0.0, 0.0)
    with pytest.raises(FormatError, match="holds no beads to measure against"):
        evaluate_files(gold, tmp_path / "found.vecalign")


def test_a_signature_says_what_a_figure_is_of(tmp_path: Path) -> None:
    found = write(tmp_path / "fo|und.tsv", as_beads("[0]:[0]:0.1"))
    gold = write(tmp_path / "gold.tsv", as_beads(ALIGNED))
    measured = evaluate_files(found, gold, mined=True)
    fields = measured.signature("lax").split("|")
    assert fields[:3] == [f"align {align.__version__}", "metric:lax", "null:ignored"]
    assert fields[3:6] == ["n_documents:1", "n_beads:1", "n_gold:3"]
    assert re.fullmatch(r"found:fo_und\.tsv/tsv/[0-9a-f]{8}", fields[6])
    assert re.fullmatch(r"gold:gold\.tsv/tsv/[0-9a-f]{8}", fields[7])
    assert evaluate_files(found, gold, mined=True).signature("lax") == measured.signature("lax")
    gold.write_text(gold.read_text().replace("0.9", "0.8"))
    assert evaluate_files(found, gold, mined=True).signature("lax").split("|")[:7] == fields[:7]
    assert evaluate_files(found, gold, mined=True).signature("lax") != measured.signature("lax")


def test_the_signature_of_folders_names_all_formats_and_depends_on_every_file(tmp_path: Path) -> None:
    for name in ("found/a.vecalign", "found/b.tsv", "gold/a.gold", "gold/b.gold"):
        write(tmp_path / name, as_beads(ALIGNED), "tsv" if name.endswith("tsv") else "vecalign")
    before = evaluate_files(tmp_path / "found", tmp_path / "gold").sources
    assert re.fullmatch(r"found:found/tsv\+vecalign/[0-9a-f]{8}", before[0])
    assert re.fullmatch(r"gold:gold/vecalign/[0-9a-f]{8}", before[1])
    for number, name in enumerate(("found/a.vecalign", "gold/b.gold")):
        (tmp_path / name).write_text("[0]:[0]\n")
        after = evaluate_files(tmp_path / "found", tmp_path / "gold").sources
        assert [one == other for one, other in zip(before, after, strict=True)] == [number == 1, number == 0]
        write(tmp_path / name, as_beads(ALIGNED), "vecalign")


def refused(found: Path, gold: Path, **options: str) -> str:
    with pytest.raises((FormatError, InputError)) as caught:
        evaluate_files(found, gold, **options)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_segment_in_two_beads_of_the_gold_is_refused(tmp_path: Path) -> None:
    gold = tmp_path / "gold.txt"
    gold.write_bytes(b"\xef\xbb\xbf[0]:[0]\r\n\r\n[1]:[1]\r\n[2]:[0]\r\n")
    message = refused(gold, gold)
    assert message.startswith(f"{gold}:4: found the English segment 0 again, after line 1, expected it in one bead")
    twice = write(tmp_path / "twice.vecalign", as_beads("[0]:[0] [0]:[0]"))
    assert f"{twice}:2: found the Vietnamese segment 0 again, after line 1" in refused(gold, twice)
    table = write(tmp_path / "gold.tsv", as_beads("[0]:[0] [0]:[1]"))
    assert f"{table}:3: found the Vietnamese segment 0-4 of a.vi.txt again, after line 2" in refused(table, table)
    # What was found may do so: it is only wrong.
    assert evaluate_files(gold, write(tmp_path / "other.vecalign", as_beads(ALIGNED))).beads == 3


def test_a_table_that_lacks_segments_cannot_be_numbered(tmp_path: Path) -> None:
    table = write(tmp_path / "found.tsv", as_beads("[0]:[0] [1]:[1,2] [3]:[3]"))
    gold = write(tmp_path / "gold.vecalign", as_beads(ALIGNED))
    message = refused(table, gold)
    assert message.startswith(f"{gold}:4: found the Vietnamese segment 3, but {table} has 3")
    assert "expected a table of every segment" in message
    # The other way round, and with numbers that no table has.
    assert f"{gold}:4: found the Vietnamese segment 3, but {table} has 3" in refused(gold, table)
    gold.write_text("[0]:[1000000]\n")
    assert f"{gold}:1: found the English segment 1000000, but {table} has 4, from 0" in refused(table, gold)


def test_a_table_of_several_documents_is_not_measured_against_a_ladder(tmp_path: Path) -> None:
    table = write(tmp_path / "found.tsv", [*as_beads(ALIGNED), *as_beads(ALIGNED, "b")])
    message = refused(table, write(tmp_path / "gold.vecalign", as_beads(ALIGNED)))
    assert f"{table}: found 2 Vietnamese documents, expected one" in message


def test_tables_of_other_documents_are_refused(tmp_path: Path) -> None:
    found, gold = write(tmp_path / "f.tsv", as_beads(ALIGNED, "b")), write(tmp_path / "g.tsv", as_beads(ALIGNED))
    assert f"{found}: found the document b.en.txt, expected those of {gold}" in refused(found, gold)


def test_folders_that_do_not_match_are_refused(tmp_path: Path) -> None:
    ladders, gold = tmp_path / "found", tmp_path / "gold"
    file = write(ladders / "a.vecalign", as_beads(ALIGNED))
    gold.mkdir()
    assert f"{gold}: holds no alignments" in refused(ladders, gold)
    for name in "gfdecb":
        write(gold / f"{name}.vecalign", as_beads(ALIGNED))
    assert f"{ladders}: holds no alignment called b, expected one for {gold / 'b.vecalign'}" in refused(ladders, gold)
    assert f"{file}: is no folder" in refused(file, gold)
    write(gold / "b.tsv", as_beads(ALIGNED))
    assert "expected one alignment a document" in refused(ladders, gold)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (
            b"vi\nM\xe1\xbb\x99t.\n",
            "found 'vi', expected a table of pairs, a translation memory or a ladder; say which with --from",
        ),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "looks like a binary file"),
        (b"[0]:[0]\n[1]:\xff", ":2: found the byte 0xff"),
        (b"\x00\x01\x02", "looks like a binary file"),
        (b"M\xc3\xb4t\tOne\t0.3\n", "found no column that could hold Vietnamese, expected one"),
        (b"[0]:[0]\n0\t0\t0.3\n", ":2: found '0\\t0\\t0.3', expected a bead"),
        (b"M" * 10_000, f"found '{'M' * 60}…', expected a table of pairs, a translation memory"),
        (b"[0]:[0]:0.1\r\n[1]:[1", ":2: found '[1]:[1', expected a bead"),
        (b"[0]:[0]\n[1]:[\xe1\xbb", ":2: found the byte 0xe1"),
        (b"[0]:[0]\r[1]:[1]\r", ":1: found '[0]:[0]\\r[1]:[1]', expected a bead"),
        (b"[0]:[0]:1e999\n", ":1: found '1e999', expected a number"),
    ],
    ids=[
        "empty",
        "blank",
        "one column",
        "an image",
        "no UTF-8",
        "binary",
        "text of hunalign",
        "two formats",
        "a long line",
        "half a line",
        "half a letter",
        "lines of old Macs",
        "a huge number",
    ],
)
def test_what_is_no_alignment_is_one_line_and_status_2(run: Run, tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "found").write_bytes(data)
    (tmp_path / "a.gold").write_text("[0]:[0]\n")
    done = run("evaluate", "found", "--gold", "a.gold")
    message = done.stderr.decode()
    assert (done.returncode, done.stdout, message.count("\n")) == (2, b"", 1)
    assert message.startswith(f"align: found{words}" if words.startswith(":") else f"align: found: {words}")


def test_a_missing_file_or_a_wrong_format_is_one_line_and_status_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.gold").write_text("[0]:[0]\n")
    for arguments, words in (
        (("none", "--gold", "a.gold"), "none: cannot be read (No such file or directory)"),
        (("a.gold", "--gold", "none"), "none: cannot be read"),
        (("a.gold", "--gold", "a.gold", "--from", "hunalign"), "a.gold:1: found '[0]:[0]', expected a rung"),
        (("a.gold", "--gold", "a.gold", "--gold-from", "tsv"), "a.gold: found no column that could hold Vietnamese"),
        (
            ("a.gold", "--gold", "a.gold", "--gold-from", "docx"),
            "'docx' is no format that pairs are read in; known are tsv",
        ),
        ((".", "--gold", "a.gold"), "a.gold: is no folder"),
    ):
        done = run("evaluate", *arguments)
        message = done.stderr.decode()
        assert (done.returncode, done.stdout, message.count("\n")) == (2, b"", 1)
        assert message.startswith(f"align: {words}")
    assert run("evaluate", "a.gold").returncode == 2


def test_the_command_prints_the_figures_with_their_signatures(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "a.tsv", as_beads("[0]:[0]:0.1 [1]:[1]:0.2 []:[2] [2]:[] [3]:[3]:0.3"))
    write(tmp_path / "a.vecalign", as_beads(ALIGNED)).rename(tmp_path / "a.gold")
    done = run("evaluate", "a.tsv", "--gold", "a.gold")
    assert (done.returncode, done.stderr) == (0, b"")
    lines = [line.split() for line in done.stdout.decode().splitlines()]
    assert ["strict", "0.6000", "0.6667", "0.6316"] in lines
    assert ["lax", "0.8000", "1.0000", "0.8889"] in lines
    assert ["1-1", "2", "3", "2", "0.6667", "1.0000", "0.8000"] in lines
    assert ["0.8", "to", "0.9", "1", "0.8000", "0.0000"] in lines
    assert ["calibration", "error", "0.4000"] in lines
    signatures = [line[1].split("|") for line in lines if line[:1] == ["align"]]
    assert [fields[1] for fields in signatures] == ["metric:strict", "metric:lax", "metric:calibration_error"]
    assert signatures[0][2:6] == ["null:precision", "n_documents:1", "n_beads:5", "n_gold:4"]


def test_the_command_writes_json_for_programs(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "a.tsv", as_beads("[0]:[0]:0.1 [1]:[1]:0.2"))
    (tmp_path / "a.gold").write_text("[0]:[0]\n")
    given = (tmp_path / "a.tsv").read_bytes()
    done = run("evaluate", "-", "--gold", "a.gold", "--json", input=b"\xef\xbb\xbf" + given.replace(b"\n", b"\r\n"))
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)
    assert found["strict"] == {"precision": 0.5, "recall": 1.0, "f1": pytest.approx(2 / 3)}
    assert found["kinds"]["1-1"] == {**found["strict"], "gold": 1, "found": 2, "right": 1}
    assert found["calibration_error"] == pytest.approx(0.45)
    assert [one["beads"] for one in found["reliability"]] == [1, 1]
    assert found["signatures"].keys() == {"strict", "lax", "calibration_error"}
    assert "|found:-/tsv/" in found["signatures"]["strict"]


def test_what_has_no_gold_is_said(run: Run, tmp_path: Path) -> None:
    for name in ("found/a.vecalign", "found/b.vecalign", "gold/a.vecalign"):
        write(tmp_path / name, as_beads(ALIGNED))
    done = run("evaluate", "found", "--gold", "gold", "--mined")
    assert (done.returncode, done.stderr.decode()) == (0, "Without gold, so not measured: b.\n")
    assert "null:ignored|n_documents:1|n_beads:3|n_gold:3" in done.stdout.decode()
