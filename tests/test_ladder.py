"""Ladders: what is written reads back the same, and what is broken is named with its line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.errors import FormatError, InputError
from align.formats import LADDERS, ladder_parser, writer_for, written_format
from align.formats.pairs.ladder import (
    LadderBead,
    ladder,
    parse_hunalign,
    parse_vecalign,
    read_hunalign,
    read_vecalign,
    units_of_ladder,
    write_hunalign,
)
from align.formats.reading import alignment_format
from align.formats.settings import WriteSettings
from align.formats.units import unit_of
from align.types import Bead, Document, Language, Segment


def document(lines: list[str], lang: Language) -> list[Segment]:
    """The lines that are not blank, as segments."""
    text = Document(f"a.{lang}.txt", "\n".join(lines), lang)
    starts = [sum(len(before) + 1 for before in lines[:number]) for number in range(len(lines))]
    return [Segment(text, start, start + len(line), lang) for start, line in zip(starts, lines, strict=True) if line]


def beads(*numbered: LadderBead) -> list[Bead]:
    """Beads of two documents that have a line for each number."""
    sizes = [1 + max((n for bead in numbered for n in (bead.vi, bead.en)[side]), default=-1) for side in (0, 1)]
    vi, en = document(["Một câu."] * sizes[0], "vi"), document(["A sentence."] * sizes[1], "en")
    return [Bead(tuple(vi[n] for n in b.vi), tuple(en[n] for n in b.en), score=b.score) for b in numbered]


@st.composite
def ladders(draw: st.DrawFn) -> list[LadderBead]:
    """Beads in order, each segment in one of them."""
    found, vi, en = [], 0, 0
    scores = st.integers(0, 10**4).map(lambda parts: parts / 10**4)
    for n, m in draw(st.lists(st.sampled_from([(1, 0), (0, 1), (1, 1), (1, 2), (2, 1), (3, 1), (2, 2)]), max_size=12)):
        score = draw(st.none() | scores) if n and m else None
        found.append(LadderBead(tuple(range(vi, vi + n)), tuple(range(en, en + m)), score))
        vi, en = vi + n, en + m
    return found


def written(given: list[Bead], name: str, *, texts: tuple[str, str] | None = None) -> str:
    stream = io.BytesIO()
    writer_for(name)(map(unit_of, given), stream, settings=WriteSettings(texts=texts))
    return stream.getvalue().decode()


def held_by_hunalign(given: list[Bead]) -> tuple[int, str]:
    stream = io.BytesIO()
    return write_hunalign(map(unit_of, given), stream, settings=WriteSettings()), stream.getvalue().decode()


@given(ladders(), st.randoms(use_true_random=False))
def test_every_vecalign_ladder_written_reads_back_the_same(rungs: list[LadderBead], random: object) -> None:
    random.shuffle(rungs)  # type: ignore[attr-defined]
    read = [bead for _, bead in parse_vecalign(written(beads(*rungs), "vecalign"), "a")]
    assert read == rungs


@given(ladders())
def test_every_hunalign_ladder_written_reads_back_the_same(rungs: list[LadderBead]) -> None:
    text = written(beads(*rungs), "hunalign")
    assert written(beads(*rungs[::-1]), "hunalign") == text
    read = [bead for _, bead in parse_hunalign(text, "a")]
    # Between two pairs the order of what stands alone is not part of a hunalign ladder.
    assert {(bead.vi, bead.en): bead.score for bead in read} == {(bead.vi, bead.en): bead.score for bead in rungs}
    assert [bead for bead in read if bead.vi and bead.en] == [bead for bead in rungs if bead.vi and bead.en]
    last = text.splitlines()[-1].split("\t")
    assert last[:2] == [str(sum(len(bead.vi) for bead in rungs)), str(sum(len(bead.en) for bead in rungs))]


@given(ladders(), st.sampled_from(list(LADDERS)))
def test_what_is_written_is_told_by_its_first_line(rungs: list[LadderBead], name: str) -> None:
    text = written(beads(*rungs), name)
    # The suffix, which says another thing, counts only where there is no line.
    assert alignment_format(None, text.encode(), "a.tsv" if text else f"a.{name}") == name


@pytest.mark.parametrize("before", ["", "\n\n", "\r\n", " \r\n\t\n"])
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[0]:[0]", "vecalign"),
        ("  [ 0 ] : [ ]\t", "vecalign"),
        ("0 0", "hunalign"),
        ("0\t0\t0.3", "hunalign"),
        ("-1\t0", "hunalign"),
        ("vi\ten", "tsv"),
        ("2024 0x\ten", "tsv"),
        ("12 câu\t12 sentences", "tsv"),
    ],
)
def test_a_format_is_told_by_the_first_line_that_is_not_blank(before: str, line: str, expected: str) -> None:
    assert alignment_format(None, f"{before}{line}\r\n[0]:[0]\n".encode(), "a.txt") == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a.tsv", "tsv"), ("a.vecalign", "vecalign"), ("a.GOLD", "vecalign"), ("a.ladder", "hunalign")],
)
def test_the_format_of_an_empty_file_is_told_by_its_suffix(path: str, expected: str) -> None:
    assert alignment_format(None, b" \r\n", path) == expected


@pytest.mark.parametrize(("text", "words"), [("", "is empty"), ("0\n0\n", "found '0'"), ("\n Một.", "found 'Một.'")])
def test_what_shows_no_format_is_refused(text: str, words: str) -> None:
    with pytest.raises(FormatError, match=f"^a: {words}.*say which with --from"):
        alignment_format(None, text.encode(), "a")


def test_a_null_bead_has_the_worst_cost_and_no_score() -> None:
    text = written(beads(LadderBead((0,), ()), LadderBead((1,), (0, 1), 0.8765)), "vecalign")
    assert text == "[0]:[]:1.000000\n[1]:[0, 1]:0.123500\n"
    assert read_scores(text) == [None, 0.8765]


def read_scores(text: str) -> list[float | None]:
    return [bead.score for _, bead in parse_vecalign(text, "a")]


def test_a_pair_without_a_score_has_no_third_field() -> None:
    pair = beads(LadderBead((0,), (0,)))
    assert written(pair, "vecalign") == "[0]:[0]\n"
    assert written(pair, "hunalign") == "0\t0\n1\t1\t0\n"


def test_a_hunalign_ladder_has_the_score_at_the_rung_where_the_bead_begins() -> None:
    rungs = [LadderBead((0,), (0,), 0.5), LadderBead((1,), ()), LadderBead((), (1,)), LadderBead((2,), (2, 3), 0.75)]
    assert written(beads(*rungs), "hunalign") == "0\t0\t0.5\n1\t1\t0\n2\t1\t0\n2\t2\t0.75\n3\t4\t0\n"


def test_no_beads_make_an_empty_ladder() -> None:
    assert written([], "vecalign") == ""
    assert written([], "hunalign") == "0\t0\t0\n"
    assert list(parse_hunalign("0\t0\t0\n", "a")) == []


def test_what_crosses_becomes_gaps_in_a_hunalign_ladder() -> None:
    # [0]:[3] was moved to the end; the others, which are more, stay.
    rungs = [LadderBead((n,), ((n + 3) % 4,), 0.9) for n in range(4)]
    held, text = held_by_hunalign(beads(*rungs))
    assert held == 3
    read = [(bead.vi, bead.en) for _, bead in parse_hunalign(text, "a")]
    assert read == [((0,), ()), ((1,), (0,)), ((2,), (1,)), ((3,), (2,)), ((), (3,))]


def test_a_bead_with_a_hole_becomes_gaps_in_a_hunalign_ladder() -> None:
    held, text = held_by_hunalign(beads(LadderBead((0, 2), (0,), 0.9), LadderBead((1,), (1,), 0.8)))
    assert held == 1
    read = [(bead.vi, bead.en) for _, bead in parse_hunalign(text, "a")]
    assert read == [((0,), ()), ((), (0,)), ((1,), (1,)), ((2,), ())]


@given(st.permutations(range(7)))
def test_a_hunalign_ladder_holds_as_many_pairs_as_rise_together(order: list[int]) -> None:
    held, text = held_by_hunalign(beads(*(LadderBead((n,), (m,), 0.5) for n, m in enumerate(order))))
    read = [bead for _, bead in parse_hunalign(text, "a")]
    assert sum(bool(bead.vi and bead.en) for bead in read) == held
    assert sorted(n for bead in read for n in bead.vi) == sorted(n for bead in read for n in bead.en) == list(range(7))
    # The longest rising row, by trying every one.
    rising = max(
        len(row) for mask in range(2**7) if (row := [m for n, m in enumerate(order) if mask >> n & 1]) == sorted(row)
    )
    assert held == rising


def test_lines_are_counted_with_the_blank_ones() -> None:
    vi, en = document(["Một.", "", "Hai.", ""], "vi"), document(["", "One.", "Two."], "en")
    pairs = [Bead((a,), (b,), score=0.5) for a, b in zip(vi, en, strict=True)]
    texts = vi[0].document.text, en[0].document.text
    assert written(pairs, "vecalign", texts=texts) == "[0]:[1]:0.500000\n[2]:[2]:0.500000\n"
    assert written(pairs[1:], "vecalign", texts=texts) == "[2]:[2]:0.500000\n"
    assert written(pairs, "vecalign") == "[0]:[0]:0.500000\n[1]:[1]:0.500000\n"
    # Blank lines are gaps between the rungs, which must reach the end of both texts.
    assert written(pairs, "hunalign", texts=texts) == "0\t0\t0\n0\t1\t0.5\n1\t2\t0\n2\t2\t0.5\n3\t3\t0\n"


def test_both_languages_of_one_page_are_numbered_by_themselves() -> None:
    page = Document("page.txt", "Một.\nOne.\nHai.\nTwo.")
    vi, en = (Segment(page, 0, 4, "vi"), Segment(page, 10, 14, "vi")), (Segment(page, 5, 9, "en"),)
    assert ladder(map(unit_of, [Bead(vi[1:], en, score=0.5), Bead(vi[:1], ())])) == [
        LadderBead((1,), (0,), 0.5),
        LadderBead((0,), ()),
    ]


def test_a_ladder_of_several_documents_is_refused() -> None:
    pages = [Document(f"{name}.txt", "Một.") for name in "fbdace"]
    with pytest.raises(FormatError, match=r"6 \(a\.txt, b\.txt.*write a table"):
        written([Bead((Segment(page, 0, 4, "vi"),), ()) for page in pages], "vecalign")


def test_a_ladder_by_hand_is_read() -> None:
    text = "[0]:[0]\r\n\r\n  [ 2,1 ] : [ 1 , 2 ] : 1.25  \n[]:[3]:0.0\n[]:[]\n[1000000]:[]"
    assert list(parse_vecalign(text, "a")) == [
        (1, LadderBead((0,), (0,))),
        (3, LadderBead((1, 2), (1, 2), -0.25)),
        (4, LadderBead((), (3,))),
        (6, LadderBead((1_000_000,), ())),
    ]


def test_a_hunalign_ladder_by_hand_has_spaces_and_no_scores() -> None:
    # From hunalign's documentation: (n, m) is where the first n and the first m sentences end.
    assert [(bead.vi, bead.en) for _, bead in parse_hunalign("0 0\n1 1\n3 1\n5 2\n5 2\n6 4\n", "a")] == [
        ((0,), (0,)),
        ((1,), ()),
        ((2,), ()),
        ((3, 4), (1,)),
        ((5,), (2, 3)),
    ]


def test_a_bead_of_a_hunalign_ladder_has_the_line_of_its_first_rung() -> None:
    assert list(parse_hunalign("\r\n 0\t0\t0.5\r\n\r\n1\t2\t0\r\n3\t2\t0", "a")) == [
        (2, LadderBead((0,), (0, 1), 0.5)),
        (4, LadderBead((1,), ())),
        (4, LadderBead((2,), ())),
    ]
    assert list(parse_hunalign("1000000\t7", "a")) == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("[0]:[0", "a bead such as"),
        ("[0]", "a bead such as"),
        ("0:0", "a bead such as"),
        ("[0]:[a]", "a bead such as"),
        ("[0]:[0]:1:2", "found '1:2', expected a number"),
        ("[0,,1]:[0]", "a bead such as"),
        ("['x'.__class__]:[0]", "a bead such as"),
        ("[-1]:[0]", "found '-1', expected a segment's number"),
        ("[0]:[99999999999999999999]", "expected a segment's number"),
        ("[0]:[" + "9" * 5000 + "]", "expected a segment's number"),
        ("[0, 0]:[1]", "each segment once"),
        ("[0]:[0]:cheap", "found 'cheap', expected a number"),
        ("[0]:[0]:nan", "expected a number"),
        ("[0]:[0]:inf", "expected a number"),
        ("x" * 100_000, "a bead such as"),
        ("[" + "0," * 100_000, "a bead such as"),
        ("[0]:[" + " " * 100_000 + "x]", "a bead such as"),
        ("[1000001]:[0]", "expected a segment's number, 0 to 1,000,000"),
        ("[0]:[0]:1e999", "found '1e999', expected a number"),
        ("[0]:[0]:" + "9" * 5000, "expected a number"),
        ("[0]:", "a bead such as"),
        ("[0]:[0]:", "a bead such as"),
        ("[0]:[1,", "a bead such as"),
        ("[０]:[0]", "a bead such as"),
        ("[0]:[0] [1]:[1]", "a bead such as"),
        ("[0]:[0]\r[1]:[1]", "a bead such as"),
    ],
)
def test_what_breaks_a_vecalign_ladder_is_named_with_its_line(line: str, words: str) -> None:
    with pytest.raises(FormatError) as caught:
        list(parse_vecalign(f"[5]:[5]:0.5\n{line}\n", "a.vecalign"))
    assert str(caught.value).startswith("a.vecalign:2: found ")
    assert words in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("1", "a rung such as"),
        ("1 2 3 4", "a rung such as"),
        ("Một câu.\tA sentence.\t0.3", "a rung such as"),
        ("one\ttwo\t0.3", "a segment's number"),
        ("-1\t2", "a segment's number"),
        ("1e3\t2", "a segment's number"),
        ("999999999999\t0", "a segment's number"),
        ("9999999\t0", "a segment's number"),
        ("12\t11\tnan", "a number in the third field"),
        ("12\t10\t0.3", "a rung that does not go back"),
        ("10\t12\t0.3", "a rung that does not go back"),
        ("1000001\t12", "a segment's number, 0 to 1,000,000"),
        ("12\t" + "9" * 5000, "a segment's number"),
        ("12\t12\t" + "9" * 5000, "a number in the third field"),
        ("12\t12\t1e999", "a number in the third field"),
        ("１２\t12", "a segment's number"),
        ("12\t1", "a rung that does not go back"),
        ("12\t", "a rung such as"),
        ("12\t12\r13\t13", "a rung such as"),
        ("x" * 100_000, "a rung such as"),
    ],
)
def test_what_breaks_a_hunalign_ladder_is_named_with_its_line(line: str, words: str) -> None:
    with pytest.raises(FormatError) as caught:
        list(parse_hunalign(f"11\t11\t0.3\n{line}\n", "a.ladder"))
    assert str(caught.value).startswith("a.ladder:2: found ")
    assert words in str(caught.value)
    assert len(str(caught.value)) < 250


def test_files_are_read_by_their_path(tmp_path: Path) -> None:
    (tmp_path / "a.vecalign").write_bytes(b"\xef\xbb\xbf[0]:[0]:0.25\r\n")
    (tmp_path / "a.hunalign").write_bytes(b"\xef\xbb\xbf0\t0\t0.75\r\n1\t1\t0\r\n")
    assert read_vecalign(tmp_path / "a.vecalign") == [LadderBead((0,), (0,), 0.75)]
    assert read_hunalign(tmp_path / "a.hunalign") == [LadderBead((0,), (0,), 0.75)]
    with pytest.raises(InputError, match="none: cannot be read"):
        read_vecalign(tmp_path / "none")
    with pytest.raises(InputError, match="cannot be read"):
        read_hunalign(tmp_path)


@pytest.mark.parametrize("data", [b"[0]:[0]\n[1]:[\xff]", "[0]:[0]\n[1]:[1]".encode("utf-16"), b"[0]:[0]\n\x00\x00"])
def test_what_is_no_text_in_utf_8_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(FormatError, match="UTF-8"):
        read_vecalign(tmp_path / "a")


@pytest.mark.parametrize(
    ("name", "path", "expected"),
    [
        (None, "pairs.tsv", "tsv"),
        (None, "-", "tsv"),
        (None, "pairs", "tsv"),
        (None, "a.VECALIGN", "vecalign"),
        (None, "a.ladder", "hunalign"),
        (None, "a.hunalign", "hunalign"),
        ("vecalign", "a.ladder", "vecalign"),
        (None, "a.tmx.gz", "tmx"),
        (None, "corpus.en-vi.vi", "moses"),
        (None, "pairs.txt", "tsv"),
        ("tsv", "pairs.md", "tsv"),
    ],
)
def test_a_written_format_is_chosen_by_name_or_by_suffix(name: str | None, path: str, expected: str) -> None:
    assert written_format(name, path) == expected


@pytest.mark.parametrize("path", ["a.docx", "a.po", "a.PDF.gz"])
def test_a_suffix_of_what_is_only_read_is_no_place_for_a_table(path: str) -> None:
    with pytest.raises(FormatError, match=r"is not written; .* --to \(tsv, "):
        written_format(None, path)


@pytest.mark.parametrize("path", ["a.zip", "a.tsv.zst"])
def test_what_is_not_packed_does_not_get_the_suffix_of_an_archive(path: str) -> None:
    with pytest.raises(FormatError, match=r"packed as \.gz or not at all"):
        written_format("tsv", path)


def test_an_unknown_format_lists_the_known_ones() -> None:
    with pytest.raises(FormatError, match="'docx' is no format that is written; known are tsv, excel-tsv, xlsx"):
        written_format("docx", "a.tsv")
    with pytest.raises(FormatError, match="'tsv' is no format that is a ladder; known are vecalign, hunalign"):
        ladder_parser("tsv")


@pytest.mark.parametrize("name", LADDERS)
def test_a_ladder_with_its_texts_gives_the_beads_it_was_written_of(name: str) -> None:
    vi, en = document(["Một.", "", "Hai.", "Ba."], "vi"), document(["", "One.", "Two and three."], "en")
    given = [Bead(vi[:1], en[:1], score=0.5), Bead(tuple(vi[1:]), tuple(en[1:]), score=0.75)]
    texts = vi[0].document.text, en[0].document.text
    parsed = ladder_parser(name)(written(given, name, texts=texts), "a.ladder")
    read = units_of_ladder(parsed, "a.ladder", (("a.vi.txt", texts[0]), ("a.en.txt", texts[1])))
    assert [unit for _, unit in read] == [unit_of(bead) for bead in given]


def test_a_ladder_longer_than_its_texts_is_refused() -> None:
    rungs = [(7, LadderBead((0,), (5,), 0.5))]
    with pytest.raises(FormatError, match=r"a\.ladder:7: found the segment 5, but the text has 1 lines"):
        list(units_of_ladder(rungs, "a.ladder", (("a.vi", "Một."), ("a.en", "One."))))


def test_a_cost_that_is_no_probability_is_no_score() -> None:
    rungs = [(1, LadderBead((0,), (0,), 1.5)), (2, LadderBead((1,), (1,), -0.25))]
    read = units_of_ladder(rungs, "a.ladder", (("a.vi", "Một.\nHai."), ("a.en", "One.\nTwo.")))
    assert [unit.score for _, unit in read] == [None, None]
