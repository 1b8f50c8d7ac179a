"""From decisions to reviewed pairs, and what the other commands make of them."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from align import AlignError, FormatError
from align.evaluate import evaluate_files
from align.formats.reading import read_pairs
from align.formats.settings import ReadSettings, WriteSettings
from align.formats.units import one_line, settled, unit_ids, unit_of_texts
from align.formats.writing import write_pairs
from align.review.apply import apply_decisions
from align.review.content import page_units, texts_digest, unique_ids
from align.review.decisions import DecidedBead, Decision, Decisions, decisions_in, parse_decisions
from align.review.pieces import Piece, make_up, segment_stretches
from align.types import Bead, Document, Review, Segment, TranslationUnit, pair_id

FORMATS = ("tsv", "excel-tsv", "csv", "jsonl", "xlsx", "parquet")
KEEP = ReadSettings(review="keep")


def unit(vi: str, en: str, **more: Any) -> TranslationUnit:
    found = unit_of_texts(vi, en, ids=unit_ids(), **{"score": 0.9 if vi and en else None, "document": "a", **more})
    assert found
    return found


def decision(units: Sequence[TranslationUnit], *beads: DecidedBead) -> Decision:
    return Decision(tuple((one.id, texts_digest(one)) for one in units), beads)


def whole(one: TranslationUnit, status: Any = "", **more: Any) -> DecidedBead:
    sides = (((0, 0, len(text)),) if text else () for text in (one.vi, one.en))
    return DecidedBead(*sides, status, **more)


def by(reviewer: str, *decisions: Decision) -> Decisions:
    return Decisions(f"{reviewer}.json", reviewer, decisions)


# --- what a decision does ----------------------------------------------------------------


def test_what_nothing_was_decided_about_stays_as_it_was() -> None:
    units = [unit("Một.", "One."), unit("Hai.", "")]
    assert apply_decisions(units, []).units == tuple(units)


def test_an_edit_stands_beside_the_text_as_it_came_and_id_and_spans_survive() -> None:
    one = unit("Một.", "One.", vi_spans=((0, 4),), en_spans=((3, 7),), id="abc")
    [found] = apply_decisions(
        [one], [by("Lan", decision([one], whole(one, "accepted", en_edited="Number one.")))]
    ).units
    assert replace(found, review=None) == one
    assert found.review == Review("accepted", None, "Number one.", "", ("Lan",))


def test_merged_and_split_pairs_get_the_spans_and_the_id_of_the_bead_that_they_are() -> None:
    document = Document("a.txt", "Một. Hai. Ba.", "vi"), Document("b.txt", "One. Two three.", "en")
    vi = [Segment(document[0], start, end, "vi") for start, end in ((0, 4), (5, 9), (10, 13))]
    en = [Segment(document[1], start, end, "en") for start, end in ((0, 4), (5, 15))]
    from align.formats.units import unit_of

    units = [unit_of(Bead((vi[0],), (en[0],), 0.9, 0.8)), unit_of(Bead((vi[1], vi[2]), (en[1],), 0.9, 0.7))]
    merged = DecidedBead(((0, 0, 4), (1, 0, 4)), ((0, 0, 4),), "accepted")
    rest = DecidedBead(((1, 5, 8),), ((1, 0, 10),))
    found = apply_decisions(units, [by("Lan", decision(units, merged, rest))]).units
    for one, bead in zip(found, (Bead((vi[0], vi[1]), (en[0],)), Bead((vi[2],), (en[1],))), strict=True):
        expected = unit_of(bead)
        assert (one.vi, one.en, one.vi_spans, one.en_spans, one.id, one.kind) == (
            expected.vi,
            expected.en,
            expected.vi_spans,
            expected.en_spans,
            expected.id,
            expected.kind,
        )
        assert one.score is None
        assert one.review
    assert found[0].review
    assert found[0].review.origin == tuple(one.id for one in units)
    assert found[0].review.origin_scores == (0.8, 0.7)


def test_a_half_of_a_segment_whose_spaces_are_not_known_has_no_span() -> None:
    one = unit("Một hai.", "One two.", vi_spans=((0, 20),), en_spans=((0, 8),))
    halves = DecidedBead(((0, 0, 3),), ((0, 0, 3),)), DecidedBead(((0, 4, 8),), ((0, 4, 8),))
    found = apply_decisions([one], [by("Lan", decision([one], *halves))]).units
    assert [(half.vi_spans, half.en_spans) for half in found] == [((), ((0, 3),)), ((), ((4, 8),))]


def test_a_decision_on_a_pair_that_has_changed_or_gone_is_not_carried_out() -> None:
    old, new = unit("Một.", "One.", id="1"), unit("Một!", "One.", id="1")
    gone = unit("Hai.", "Two.", id="2")
    applied = apply_decisions(
        [new], [by("Lan", decision([old], whole(old, "rejected")), decision([gone], whole(gone, "accepted")))]
    )
    assert applied.units == (new,)
    assert ["changed" in one.reason or "no longer there" in one.reason for one in applied.passed_over] == [True, True]


def test_beads_that_lose_or_repeat_a_letter_are_not_carried_out() -> None:
    one = unit("Một hai.", "One two.")
    for vi in (((0, 0, 3),), ((0, 0, 8), (0, 0, 3)), ((0, 0, 9),), ((0, 1, 8),)):
        applied = apply_decisions([one], [by("Lan", decision([one], DecidedBead(vi, ((0, 0, 8),))))])
        assert (applied.units, len(applied.passed_over)) == ((one,), 1)


def test_a_pair_that_stands_there_twice_has_two_decisions() -> None:
    one = unit("Có.", "Yes.", id="7")
    decisions = [
        Decision(((unit_id, texts_digest(one)),), (whole(one, status),))
        for unit_id, status in zip(unique_ids([one, one]), ("accepted", "rejected"), strict=True)
    ]
    found = apply_decisions([one, one], [by("Lan", *decisions)]).units
    assert [one.review and one.review.status for one in found] == ["accepted", "rejected"]


def test_a_reviewed_table_can_be_reviewed_again_from_where_it_was_left() -> None:
    reviewed = [
        replace(
            unit("Một.", "One.", id="1"),
            review=Review("accepted", en_edited="First.", origin=("9",), origin_scores=(0.5,)),
        ),
        replace(unit("Hai.", "Two.", id="2"), review=Review("disputed", comment="Lan: no")),
        unit("Ba.", "Three.", id="3"),
    ]
    file = parse_decisions(json.dumps(decisions_in(reviewed)).encode(), "decisions")
    again = apply_decisions(reviewed, [replace(file, reviewer="Minh")])
    assert not again.passed_over
    assert again.units[0].review == replace(reviewed[0].review, reviewers=("Minh",))  # type: ignore[type-var]
    assert [one.review and one.review.status for one in again.units] == ["accepted", "", None]
    assert decisions_in([unit("Ba.", "Three.")]) is None


# --- several reviewers -------------------------------------------------------------------


def test_two_reviewers_add_to_each_other() -> None:
    one, two, three = units = [unit("Một.", "One."), unit("Hai.", "Two."), unit("Ba.", "Three.")]
    lan = by("Lan", decision([one], whole(one, "accepted")), decision([two], whole(two, comment="Sure?")))
    minh = by("Minh", decision([two], whole(two, "rejected")), decision([three], whole(three, "accepted")))
    applied = apply_decisions(units, [lan, minh])
    assert not applied.disagreements
    assert [found.review and (found.review.status, found.review.reviewers) for found in applied.units] == [
        ("accepted", ("Lan",)),
        ("rejected", ("Lan", "Minh")),
        ("accepted", ("Minh",)),
    ]
    assert applied.units[1].review
    assert applied.units[1].review.comment == "Sure?"


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({"status": "accepted"}, {"status": "rejected"}),
        ({"status": "accepted", "en_edited": "First."}, {"status": "accepted"}),
        ({"status": "accepted", "en_edited": "First."}, {"status": "accepted", "en_edited": "Once."}),
    ],
)
def test_reviewers_who_disagree_leave_the_pair_as_it_was(mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    one = unit("Một.", "One.")
    applied = apply_decisions(
        [one], [by("Lan", decision([one], whole(one, **mine))), by("Minh", decision([one], whole(one, **theirs)))]
    )
    [found] = applied.units
    assert replace(found, review=None) == one
    assert found.review
    assert (found.review.status, found.review.reviewers) == ("disputed", ("Lan", "Minh"))
    [disagreement] = applied.disagreements
    assert disagreement.words.startswith("Lan: accepted")
    assert "Minh: " in disagreement.words


def test_reviewers_who_cut_the_same_pair_in_different_ways_disagree() -> None:
    one = unit("Một hai ba.", "One two three.")
    cuts = [(DecidedBead(((0, 0, cut),), ((0, 0, 14),)), DecidedBead(((0, cut + 1, 11),), ())) for cut in (3, 7)]
    files = [by(name, decision([one], *beads)) for name, beads in zip(("Lan", "Minh"), cuts, strict=True)]
    assert len(apply_decisions([one], files).disagreements) == 1
    assert not apply_decisions([one], [files[0], replace(files[0], reviewer="Minh")]).disagreements


# --- the page and Python agree -----------------------------------------------------------


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_whatever_is_done_in_the_page_arrives_in_the_table() -> None:
    texts = [
        ("Có lẽ. Không đâu.", "Perhaps. No."),
        ("Giá 𝟓 gạo", "Rice 𝟓 up"),
        ("", "Alone."),
        ("Một mình.", ""),
        ("Ba bốn.", "Three four."),
    ]
    offset, units = 0, []
    for vi, en in texts:
        spans = {f"{side}_spans": ((offset, offset + len(t)),) for side, t in (("vi", vi), ("en", en)) if t}
        units.append(unit(vi, en, **spans))
        offset += 100
    given = json.dumps({"units": page_units(units), "seeds": list(range(40)), "steps": 20})
    script = ROOT / "tests" / "review" / "random-decisions.js"
    done = subprocess.run(["node", script], input=given, cwd=ROOT, capture_output=True, text=True, check=True)
    for result in json.loads(done.stdout):
        file = parse_decisions(json.dumps(result["decisions"]).encode(), "decisions")
        applied = apply_decisions(units, [file])
        assert not applied.passed_over
        found = sorted(map(_row_of, applied.units))
        wanted = sorted(
            (row["vi"], row["en"], row["status"], row["vi_edited"] or "", row["en_edited"] or "", row["comment"])
            for row in result["rows"]
        )
        assert found == wanted
        assert all(one.vi_spans or not one.vi for one in applied.units)


def _row_of(one: TranslationUnit) -> tuple[str, ...]:
    review = one.review or Review()
    return one.vi, one.en, review.status, review.vi_edited or "", review.en_edited or "", review.comment


# --- tables ------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, TEXT, st.sampled_from(["", "accepted", "rejected", "disputed"])), max_size=4))
def test_every_table_holds_what_was_decided(tmp_path_factory: pytest.TempPathFactory, rows: list[Any]) -> None:
    units = []
    for number, (vi_edited, en_edited, comment, status) in enumerate(rows):
        review = Review(
            status,
            one_line(vi_edited) or None,
            one_line(en_edited) or None,
            one_line(comment),
            ("Lan", "=1+1"),
            ("abc", "def"),
            (0.25, None),
        )
        units.append(replace(unit(f"Câu {number}.", "One."), review=review if status else None))
    folder = tmp_path_factory.mktemp("tables")
    for name in FORMATS:
        path = folder / f"pairs.{name.rpartition('-')[2]}"
        write_pairs(units, path, format_name=name, settings=WriteSettings(review=True))
        assert read_pairs(path, replace(KEEP, format=name)) == units, name


@pytest.mark.parametrize("name", FORMATS)
def test_a_table_has_the_columns_of_a_review_only_if_they_are_wanted(name: str, tmp_path: Path) -> None:
    one = unit("Một.", "One.")
    rejected = replace(unit("Hai.", "Two."), review=Review("rejected"))
    for number, units in enumerate(([one], [replace(one, review=Review("accepted")), rejected])):
        write_pairs(units, tmp_path / f"{number}", format_name=name)
    assert (tmp_path / "0").read_bytes() == (tmp_path / "1").read_bytes()


def test_who_reads_a_reviewed_table_gets_the_edited_texts_without_what_was_rejected(tmp_path: Path) -> None:
    units = [
        replace(unit("Một.", "One."), review=Review("accepted", en_edited="First.")),
        replace(unit("Hai.", "Two."), review=Review("rejected")),
        replace(unit("Ba.", "Three."), review=Review("disputed", en_edited="No. 3.")),
        unit("Bốn.", "Four."),
    ]
    path = tmp_path / "reviewed.tsv"
    write_pairs(units, path, settings=WriteSettings(review=True))
    said: list[str] = []
    left: list[tuple[str, str, str]] = []
    found = read_pairs(path, ReadSettings(remark=said.append, reject=lambda *words: left.append(words)))
    assert [(one.vi, one.en) for one in found] == [("Một.", "First."), ("Ba.", "Three."), ("Bốn.", "Four.")]
    assert found[0] == settled(units[0])
    assert left == [(f"{path}:3", "rejected by the reviewer", "Hai. | Two.")]
    assert len(said) == 2


def test_a_reviewed_table_is_gold_in_which_the_sides_of_a_rejected_pair_stand_alone(tmp_path: Path) -> None:
    units = [
        unit(vi, en, vi_spans=((n, n + 4),), en_spans=((n, n + 4),))
        for n, (vi, en) in enumerate([("Một.", "One."), ("Hai.", "Two.")])
    ]
    write_pairs(units, tmp_path / "found.tsv")
    reviewed = [
        replace(units[0], review=Review("accepted", en_edited="First.")),
        replace(units[1], review=Review("rejected")),
    ]
    write_pairs(reviewed, tmp_path / "gold.tsv", settings=WriteSettings(review=True))
    measured = evaluate_files(tmp_path / "found.tsv", tmp_path / "gold.tsv")
    assert (measured.strict.precision, measured.gold_beads) == (0.5, 3)


# --- files of decisions ------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"5",
        b"[" * 100_000,
        b'{"format": "align-decisions"}',
        b'{"format": "align-decisions", "version": 2, "decisions": []}',
        *(
            b'{"format": "align-decisions", "version": 1, "decisions": [%s]}' % found
            for found in (
                b"5",
                b'{"from": [], "to": []}',
                b'{"from": [{"id": "1"}], "to": [{"vi": [[0, 5, 1]], "en": []}]}',
                b'{"from": [{"id": "1"}], "to": [{"vi": [[true, 0, 1]], "en": []}]}',
                b'{"from": [{"id": "1"}], "to": [{"vi": [], "en": [], "status": "x"}]}',
            )
        ),
    ],
)
def test_a_file_that_holds_no_decisions_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(FormatError, match=r"^mine\.json: "):
        parse_decisions(data, "mine.json")


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda x: (
            st.lists(x, max_size=3)
            | st.dictionaries(
                st.sampled_from(["from", "to", "vi", "en", "id", "texts", "status", "comment"]), x, max_size=4
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_makes_a_decision_that_breaks(found: Any) -> None:
    data = json.dumps({"format": "align-decisions", "version": 1, "decisions": found}).encode()
    one = unit("Một.", "One.", id="1")
    try:
        file = parse_decisions(data, "mine.json")
    except AlignError:
        return
    assert apply_decisions([one], [file]).units


# --- pieces ------------------------------------------------------------------------------


@given(st.lists(st.text("aă b", min_size=1, max_size=6).map(one_line).filter(bool), min_size=1, max_size=4))
def test_segments_are_found_again_where_none_was_shortened(texts: list[str]) -> None:
    spans, offset = [], 7
    for text in texts:
        spans.append((offset, offset + len(text)))
        offset += len(text) + 3
    one = unit(" ".join(texts), "One.", vi_spans=tuple(spans))
    stretches = segment_stretches(one, "vi")
    assert stretches
    assert [one.vi[start:end] for start, end, _ in stretches] == texts


@given(st.text("aă b", min_size=1, max_size=30).map(one_line).filter(bool), st.data())
def test_any_cuts_make_up_a_text(text: str, data: st.DataObject) -> None:
    cuts = sorted({0, len(text), *data.draw(st.lists(st.integers(0, len(text)), max_size=4))})
    pieces = [Piece(0, start, end) for start, end in itertools.pairwise(cuts)]
    assert make_up(data.draw(st.permutations(pieces)), text)


def test_an_id_is_that_of_the_bead() -> None:
    document = Document("a", "Có. Không.")
    bead = Bead((Segment(document, 0, 3, "vi"),), (Segment(document, 4, 10, "en"),))
    assert pair_id([("a", 0, 3, "Có.")], [("a", 4, 10, "Không.")]) == bead.id


# --- the command -------------------------------------------------------------------------


@pytest.fixture
def reviewed(tmp_path: Path) -> tuple[Path, Path]:
    units = [unit("Một.", "One.", id="1"), unit("Hai.", "Two.", id="2")]
    write_pairs(units, tmp_path / "pairs.tsv")
    found = {
        "format": "align-decisions",
        "version": 1,
        "reviewer": "Lan",
        "decisions": [
            {"from": [{"id": "1", "texts": texts_digest(units[0])}],
             "to": [{"vi": [[0, 0, 4]], "en": [[0, 0, 4]], "status": "accepted", "en_edited": "First."}]},
            {"from": [{"id": "2", "texts": texts_digest(units[1])}],
             "to": [{"vi": [[0, 0, 4]], "en": [[0, 0, 4]], "status": "rejected"}]},
        ],
    }  # fmt: skip
    (tmp_path / "lan.json").write_text(json.dumps(found), encoding="utf-8")
    return tmp_path / "pairs.tsv", tmp_path / "lan.json"


def test_the_command_writes_the_reviewed_table(run: Callable[..., Any], reviewed: tuple[Path, Path]) -> None:
    done = run("apply", *reviewed)
    assert done.returncode == 0
    header, *rows = done.stdout.decode().splitlines()
    assert header.split("\t")[11:] == [
        "status",
        "vi_edited",
        "en_edited",
        "comment",
        "reviewer",
        "origin",
        "origin_scores",
    ]
    assert [row.split("\t")[11:14] for row in rows] == [["accepted", "", "First."], ["rejected", "", ""]]
    assert "1 accepted, 1 rejected, 1 edited" in done.stderr.decode()


def test_other_formats_get_what_came_of_it(
    run: Callable[..., Any], reviewed: tuple[Path, Path], tmp_path: Path
) -> None:
    assert run("apply", *reviewed, "-o", tmp_path / "memory.tmx").returncode == 0
    assert [(one.vi, one.en) for one in read_pairs(tmp_path / "memory.tmx")] == [("Một.", "First.")]


def test_what_is_not_carried_out_is_listed_and_the_status_says_so(
    run: Callable[..., Any], reviewed: tuple[Path, Path], tmp_path: Path
) -> None:
    pairs, lan = reviewed
    minh = tmp_path / "minh.json"
    minh.write_text(
        lan.read_text(encoding="utf-8").replace("rejected", "accepted").replace("Lan", "Minh").replace('"1"', '"9"')
    )
    done = run("apply", pairs, lan, minh, "-o", tmp_path / "out.tsv", "--rejected", tmp_path / "open.tsv")
    assert done.returncode == 1
    said = done.stderr.decode()
    assert "Minh: the decision on 9 is about a pair that is no longer there (9)." in said
    assert "Reviewers disagree about 2, “Hai.”: Lan: rejected; Minh: accepted." in said
    assert (tmp_path / "open.tsv").read_text(encoding="utf-8").count("\n") == 3
    assert "disputed" in (tmp_path / "out.tsv").read_text(encoding="utf-8")


def test_a_reviewed_table_is_converted_as_its_reviewer_left_it(
    run: Callable[..., Any], reviewed: tuple[Path, Path], tmp_path: Path
) -> None:
    run("apply", *reviewed, "-o", tmp_path / "reviewed.tsv")
    done = run("convert", tmp_path / "reviewed.tsv", tmp_path / "out.tsv", "--rejected", tmp_path / "left.tsv")
    assert [(one.vi, one.en) for one in read_pairs(tmp_path / "out.tsv")] == [("Một.", "First.")]
    assert "1 pair that the reviewer rejected left out" in done.stderr.decode()
    assert "could not be read" not in done.stderr.decode()


def test_no_output_takes_the_place_of_the_decisions(run: Callable[..., Any], reviewed: tuple[Path, Path]) -> None:
    pairs, lan = reviewed
    before = lan.read_bytes()
    assert run("apply", pairs, lan, "-o", lan).returncode == 2
    assert lan.read_bytes() == before
