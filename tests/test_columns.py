from __future__ import annotations

import datetime
import decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.errors import AlignError, FormatError
from align.formats.settings import Limits, ReadSettings
from align.formats.table import COLUMNS
from align.formats.tables.columns import bounded, parts_of_rows, text_of, units_of_rows
from align.formats.tables.headers import fits, header_of, relevant, side_columns
from align.types import TranslationUnit

OURS = {
    "vi": "Giá gạo tăng",
    "en": "Rice is up",
    "score": "0.9731",
    "kind": "1-2",
    "flags": "length,number",
    "document": "a",
    "vi_document": "a.vi.txt",
    "en_document": "a.en.txt",
    "vi_spans": "0-12",
    "en_spans": "0-4,5-10",
    "id": "0123456789abcdef",
}


def units(row: dict[str, object], **options: Any) -> list[TranslationUnit]:
    return [unit for _, unit in units_of_rows([(2, row)], list(row), "a.csv", ReadSettings(**options))]


def blocks(rows: list[dict[str, object]], **options: Any) -> list[list[str]]:
    numbered = list(enumerate(rows, start=2))
    parts = parts_of_rows(numbered, list(rows[0]), "a.csv", ReadSettings(**options))
    return [[block.text for block in part.blocks] for part in parts]


def test_a_table_of_ours_gives_all_it_holds() -> None:
    assert units(OURS) == [
        TranslationUnit(
            vi="Giá gạo tăng",
            en="Rice is up",
            score=0.9731,
            kind="1-2",
            flags=("length", "number"),
            document="a",
            vi_document="a.vi.txt",
            en_document="a.en.txt",
            vi_spans=((0, 12),),
            en_spans=((0, 4), (5, 10)),
            id="0123456789abcdef",
        )
    ]


def test_a_table_of_ours_may_have_lost_columns_that_can_be_made_again() -> None:
    few = {column: OURS[column] for column in ("vi", "en", "vi_spans", "en_spans", "id")}
    [unit] = units(few)
    assert (unit.kind, unit.score, unit.vi_spans) == ("1-1", None, ((0, 12),))


def test_a_span_that_another_program_changed_is_refused() -> None:
    with pytest.raises(FormatError, match=r"a\.csv:2: found '12-0' in vi_spans, expected spans such as .*--rejected"):
        units({**OURS, "vi_spans": "12-0"})


def test_a_score_without_a_partner_is_dropped() -> None:
    assert [unit.score for unit in units({**OURS, "en": "", "en_spans": ""})] == [None]


def test_one_of_our_columns_twice_is_refused() -> None:
    with pytest.raises(FormatError, match="found several columns called score"):
        list(units_of_rows([(2, OURS)], [*COLUMNS, "score"], "a.csv", ReadSettings()))


@pytest.mark.parametrize(
    ("vi", "en"),
    [
        ("vi", "en"),
        ("VI", "EN"),
        ("vi-VN", "en-US"),
        ("Tiếng Việt", "Tiếng Anh"),
        ("Tie\u0302\u0301ng Vie\u0323\u0302t", "tieng_anh"),
        ("Vietnamese", "English"),
        ("vi_text", "text_en"),
        ("vi_sentence", "en_sentence"),
        ("translation.vi", "translation.en"),
        (" vietnamese ", "eng"),
    ],
)
def test_columns_are_found_by_what_people_call_them(vi: str, en: str) -> None:
    assert side_columns(["id", en, vi, "note"], "a.csv", ReadSettings()) == (vi, en)


def test_columns_whose_names_do_not_say_a_language_are_not_guessed() -> None:
    with pytest.raises(FormatError, match=r"a\.csv: found no column .*'source', 'target'.*--vi and --en.*--text"):
        units({"source": "Có", "target": "Yes"})


def test_two_columns_for_one_language_are_asked_about() -> None:
    with pytest.raises(FormatError, match="'vietnamese', 'vi text' that could hold Vietnamese"):
        units({"vietnamese": "Có", "vi text": "Có", "en": "Yes"})


def test_the_plainest_of_two_names_is_taken() -> None:
    assert [unit.vi for unit in units({"vi": "Có", "vietnamese": "Không", "en": "Yes"})] == ["Có"]


def test_columns_are_named_by_the_user() -> None:
    row: dict[str, object] = {"source": "Có", "Target": "Yes"}
    assert [(unit.vi, unit.en) for unit in units(row, vi="source", en="target")] == [("Có", "Yes")]


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(FormatError, match=r"no column called 'x' \(--en\), expected one of the columns 'vi', 'en'"):
        units({"vi": "Có", "en": "Yes"}, en="x")


def test_one_column_for_both_languages_is_refused() -> None:
    with pytest.raises(FormatError, match="name the same column"):
        units({"a": "Có", "b": "Yes"}, vi="a", en="A")


def test_a_score_that_is_no_probability_is_left_out_and_said_once() -> None:
    said: list[str] = []
    rows: list[tuple[int, dict[str, object]]] = [
        (number, {"vi": f"Có {number}", "en": "Yes", "score": score})
        for number, score in enumerate([0.5, "97", -1, None, float("nan"), "0.25"])
    ]
    read = units_of_rows(rows, ["vi", "en", "score"], "a.csv", ReadSettings(remark=said.append))
    assert [unit.score for _, unit in read] == [0.5, None, None, None, None, 0.25]
    assert len(said) == 1
    assert "'97' in score" in said[0]


def test_a_foreign_id_is_kept_until_it_comes_again() -> None:
    rows: list[tuple[int, dict[str, object]]] = [(n, {"vi": f"Có {n}", "en": "Yes", "id": 7.0}) for n in range(3)]
    ids = [unit.id for _, unit in units_of_rows(rows, ["vi", "en", "id"], "a.csv", ReadSettings())]
    assert ids[0] == "7"
    assert len(set(ids)) == 3


def test_a_foreign_column_with_a_name_of_ours_may_hold_something_else() -> None:
    [unit] = units({"vi": "Có", "en": "Yes", "document": ["x"], "kind": "news", "id": {}, "flags": 3})
    assert (unit.document, unit.kind, unit.flags) == ("a.csv", "1-1", ("3",))


def test_a_row_with_one_text_is_a_unit_that_stands_alone() -> None:
    assert [(unit.kind, unit.score) for unit in units({"vi": "Có", "en": "", "score": 0.9})] == [("1-0", None)]


def test_a_blank_row_is_passed_over_and_one_without_texts_refused() -> None:
    assert units({"vi": " ", "en": None}) == []
    left_out: list[tuple[str, str, str]] = []
    assert units({"vi": "\u200b", "en": "", "note": "x"}, reject=lambda *part: left_out.append(part)) == []
    assert left_out == [("a.csv:2", "found no text in either language, expected one.", "\u200b\t\tx")]


@pytest.mark.parametrize("value", [["Có"], {"a": 1}, b"\xff", 10**5000], ids=["list", "object", "bytes", "long"])
def test_what_is_no_text_is_refused_with_the_column(value: object) -> None:
    with pytest.raises(FormatError, match=r"a\.csv:2: vi: "):
        units({"vi": value, "en": "Yes"})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (5.0, "5"),
        (1e300, "1e+300"),
        (float("nan"), ""),
        (float("inf"), "inf"),
        (True, "TRUE"),
        (decimal.Decimal("1.50"), "1.50"),
        (datetime.datetime(2024, 5, 3), "2024-05-03"),
        (datetime.datetime(2024, 5, 3, 8, 30), "2024-05-03 08:30:00"),
        (datetime.time(8, 30), "08:30:00"),
        ("Huế".encode(), "Huế"),
    ],
)
def test_a_cell_that_is_no_text_reads_as_it_is_shown(value: object, text: str) -> None:
    assert text_of(value) == text


def test_a_text_column_gives_a_document_a_row() -> None:
    rows: list[dict[str, object]] = [
        {"url": "x", "Title": "Giá gạo", "Content": "Gạo lên.\n\nRice is up."},
        {"url": "y", "Title": "", "Content": ""},
        {"url": "z", "Title": None, "Content": "Xin chào."},
    ]
    assert blocks(rows) == [["Giá gạo", "Gạo lên.\n\nRice is up."], ["Xin chào."]]
    assert blocks(rows, text="url") == [["Giá gạo", "x"], ["y"], ["z"]]


def test_with_lines_all_rows_are_one_document() -> None:
    rows: list[dict[str, object]] = [{"text": "Giá\ngạo"}, {"text": "Rice"}]
    [part] = parts_of_rows(list(enumerate(rows, 2)), ["text"], "a.csv", ReadSettings(lines=True), word="line")
    assert [(block.text, block.place, block.before) for block in part.blocks] == [
        ("Giá gạo", "line 2", "\n"),
        ("Rice", "line 3", "\n"),
    ]


def test_a_table_of_pairs_is_one_document_or_one_side_of_it() -> None:
    rows: list[dict[str, object]] = [{"vi": "Có", "en": "Yes"}, {"vi": "Không", "en": "No"}]
    assert blocks(rows) == [["Có", "Yes", "Không", "No"]]
    assert blocks(rows, side="en") == [["Yes", "No"]]
    assert blocks(rows, side="vi", vi="en") == [["Yes", "No"]]


def test_pairs_go_before_a_text_column() -> None:
    assert blocks([{"vi": "Có", "en": "Yes", "text": "x"}]) == [["Có", "Yes"]]


def test_one_side_needs_only_its_column() -> None:
    assert blocks([{"vietnamese": "Có", "note": "x"}], side="vi") == [["Có"]]


def test_columns_can_be_numbers_with_a_header_and_without() -> None:
    by_number = ReadSettings(vi="1", en="2")
    assert header_of(["Có", "Yes"], by_number) == (["1", "2"], False)
    assert header_of(["vi", "en"], by_number) == (["1", "2"], True)
    assert header_of(["1", "2"], by_number) == (["1", "2"], True)
    assert header_of(["Có", "Yes"], ReadSettings(vi="1", en="en")) == (["Có", "Yes"], True)


def test_only_columns_that_are_looked_at_are_relevant() -> None:
    columns = ["image", "translation.vi", "translation.en", "translation.fr", "Title", "x"]
    expected = ["translation.vi", "translation.en", "Title", "x"]
    assert relevant(columns, ReadSettings(text="X")) == expected
    assert fits(columns, "a", ReadSettings(), documents=False)
    assert not fits(["x"], "a", ReadSettings(), documents=True)


def test_a_file_that_says_a_text_again_and_again_is_stopped() -> None:
    text = "a" * 600_000
    rows = [(number, {"vi": text}) for number in range(3)]
    with pytest.raises(FormatError, match=r"a\.parquet:1: unpacks to more than 1 MB"):
        list(bounded(rows, "a.parquet", ReadSettings(limits=Limits(size=1))))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([*COLUMNS, "vi_places", "text", "x", "", "\ud800"]), VALUES), st.booleans())
def test_any_row_is_read_or_refused(row: dict[str, object], is_document: bool) -> None:
    left_out: list[str] = []
    options = ReadSettings(reject=lambda place, reason, text: left_out.append(reason))
    try:
        if is_document:
            list(parts_of_rows([(1, row)], list(row), "a", options))
        else:
            list(units_of_rows([(1, row)], list(row), "a", options))
    except AlignError:
        pass
