from __future__ import annotations

import io
from dataclasses import asdict
from pathlib import Path

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.errors import FormatError
from align.formats.settings import WriteSettings
from align.formats.table import (
    COLUMNS,
    REJECTED_COLUMNS,
    RejectedTable,
    Rejection,
    cell,
    cells_of,
    parse_tsv,
    read_tsv,
    to_frame,
    write_tsv,
)
from align.formats.units import unit_of
from align.text.clean import clean
from align.types import Bead, Document, Segment, TranslationUnit


def bead(vi: str, en: str, name: str = "news/a.txt", score: float = 0.98765) -> Bead:
    page = Document(name, f"{vi}\n{en}")
    start = len(vi) + 1
    return Bead(
        (Segment(page, 0, len(vi), "vi"),), (Segment(page, start, start + len(en), "en"),), similarity=0.5, score=score
    )


def written(*beads: Bead) -> str:
    stream = io.BytesIO()
    assert write_tsv(map(unit_of, beads), stream, settings=WriteSettings()) == len(beads)
    return stream.getvalue().decode()


def test_the_columns_are_those_of_the_contract() -> None:
    assert " ".join(COLUMNS) == "vi en score kind flags document vi_document en_document vi_spans en_spans id"
    assert written() == "\t".join(COLUMNS) + "\n"


def test_a_pair_is_one_line_without_quoting() -> None:
    one = bead('Ông nói: "Không"', "He said: “No”")
    name = "news/a.txt"
    texts, places = ['Ông nói: "Không"', "He said: “No”"], [name, name, name, "0-16", "17-30"]
    assert written(one).splitlines()[1].split("\t") == [*texts, "0.9877", "1-1", "", *places, one.id]


def test_a_null_bead_has_an_empty_side_and_score() -> None:
    page = Document("a.txt", "Một câu.")
    row = written(Bead((Segment(page, 0, 8, "vi"),), ())).splitlines()[1].split("\t")
    assert row[:4] == ["Một câu.", "", "", "1-0"]
    assert (row[7], row[9]) == ("", "")
    assert row[5] == row[6] == "a.txt"


def test_a_wrapped_sentence_becomes_one_line() -> None:
    assert cell("  Thủ tướng \n\t Phạm Minh\r\nChính ") == "Thủ tướng Phạm Minh Chính"


def test_spaces_inside_a_line_stay_as_they_came() -> None:
    assert cell("Conlan.  CPUSA\u00a0stands") == "Conlan.  CPUSA\u00a0stands"


def test_spans_find_the_text_again() -> None:
    one = bead("Giá gạo tăng", "Rice prices rise")
    start, end = map(int, written(one).splitlines()[1].split("\t")[9].split("-"))
    assert one.en[0].document.text[start:end] == "Rice prices rise"


@given(st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1)), max_size=5))
def test_any_text_stays_in_its_row_and_column(texts: list[tuple[str, str]]) -> None:
    beads = [bead(vi, en) for vi, en in ((clean(vi), clean(en)) for vi, en in texts) if vi.strip() and en.strip()]
    lines = written(*beads).split("\n")
    assert lines.pop() == ""
    assert [len(line.split("\t")) for line in lines] == [len(COLUMNS)] * (len(beads) + 1)
    assert [line.split("\t")[0] for line in lines[1:]] == [one.vi_text for one in beads]


def test_what_is_written_reads_back_the_same() -> None:
    page, other = Document("a\tb.vi.txt", "Một. Hai.\nBa."), Document("a.en.txt", "One.")
    vi = Segment(page, 0, 4, "vi"), Segment(page, 5, 9, "vi"), Segment(page, 10, 13, "vi")
    en = (Segment(other, 0, 4, "en"),)
    given = [
        Bead(vi[:2], en, similarity=0.5, score=0.98765, flags=("names", "numbers")),
        Bead(vi[2:], ()),
        Bead((), en),
        Bead(vi[:1], en),
    ]
    rows = [row for _, row in parse_tsv(written(*given), "a")]
    assert [number for number, _ in parse_tsv(written(*given), "a")] == [2, 3, 4, 5]
    assert rows[0] == TranslationUnit(
        vi="Một. Hai.",
        en="One.",
        score=0.9877,
        kind="2-1",
        flags=("names", "numbers"),
        document="a b.vi.txt|a.en.txt",
        vi_document="a b.vi.txt",
        en_document="a.en.txt",
        vi_spans=((0, 4), (5, 9)),
        en_spans=((0, 4),),
        id=given[0].id,
    )
    assert [(row.score, row.vi_spans, row.en_spans, row.flags) for row in rows[1:]] == [
        (None, ((10, 13),), (), ()),
        (None, (), ((0, 4),), ()),
        (None, ((0, 4),), ((0, 4),), ()),
    ]


@given(st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1), st.floats(0, 1)), max_size=5))
def test_any_text_reads_back_as_its_cells(texts: list[tuple[str, str, float]]) -> None:
    cleaned = [(clean(vi), clean(en), score) for vi, en, score in texts]
    beads = [bead(vi, en, score=score) for vi, en, score in cleaned if vi.strip() and en.strip()]
    read = [asdict(row) for _, row in parse_tsv(written(*beads), "a")]
    assert [(row["vi"], row["en"], f"{row['score']:.4f}", row["id"]) for row in read] == [
        tuple(cells_of(unit_of(one))[column] for column in ("vi", "en", "score", "id")) for one in beads
    ]


def test_pandas_reads_the_table_as_it_was_written() -> None:
    one = bead('"Không', "=1+1")
    frame = pandas.read_csv(io.StringIO(written(one)), sep="\t", quoting=3, keep_default_na=False)
    assert frame.loc[0, ["vi", "en", "score"]].tolist() == ['"Không', "=1+1", 0.9877]


def test_a_frame_holds_scores_as_numbers_even_when_it_is_empty() -> None:
    assert to_frame([bead("Một", "One")])["score"].tolist() == [0.9877]
    empty = to_frame([])
    assert list(empty.columns) == list(COLUMNS)
    assert empty["score"].dtype == "float64"


HEADER = "vi\ten\tscore\tkind\tflags\tdocument\tvi_document\ten_document\tvi_spans\ten_spans\tid"
ROW = "Một.\tOne.\t0.9\t1-1\t\ta\ta.vi.txt\ta.en.txt\t0-4\t0-4\t0123456789abcdef"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("vi\ten\nMột.\tOne.", ":1: found 2 columns without score, kind"),
        (f"{HEADER}\nMột.\tOne.", ":2: found 2 columns, expected 11; is the file tab-separated?"),
        (f"{HEADER}\n{ROW}\n\n{ROW}\tmore", ":4: found 12 columns, expected 11"),
        (f"{HEADER}\n{ROW}\nMột.", ":3: found 1 column, expected 11"),
        (f"{HEADER}\n{ROW.replace('0.9', '0,9')}", ":2: found '0,9' in score, expected a probability"),
        (f"{HEADER}\n{ROW.replace('0.9', '9')}", ":2: found '9' in score"),
        (f"{HEADER}\n{ROW.replace('0.9', 'nan')}", ":2: found 'nan' in score"),
        (f"{HEADER}\n{ROW.replace('0-4', '4-Jan')}", ":2: found '4-Jan' in vi_spans, expected spans such as"),
        (f"{HEADER}\n{ROW.replace('0-4', '4-4')}", ":2: found '4-4' in vi_spans"),
        (f"{HEADER}\n{ROW.replace('0-4', '-1-4')}", ":2: found '-1-4' in vi_spans"),
        (f"{HEADER}\n{ROW.replace('0-4', '0-' + '9' * 5000)}", ":2: found '0-999"),
        (f"{HEADER}\n{ROW.replace('0-4', '').replace('Một.', '').replace('One.', '')}", ":2: found neither text"),
        (f"{HEADER}\n{ROW.replace('0-4', '0-4,')}", ":2: found '0-4,' in vi_spans"),
        (f"{HEADER}\n{ROW.replace('0.9', '1.1')}", ":2: found '1.1' in score"),
        (f"{HEADER}\n{ROW.replace('0.9', '1e999')}", ":2: found '1e999' in score"),
        (f"{HEADER}\n{ROW.replace('0.9', '9' * 5000)}", ":2: found '999"),
        (f"{HEADER}\n{ROW.replace('0.9', '-0.1')}", ":2: found '-0.1' in score"),
        (f"{HEADER}\n{ROW}\n{ROW[:-20]}", ":3: found 10 columns, expected 11"),
        (f"{HEADER}\tscore\n{ROW}\t0.1", ":1: found several columns called score, expected one of each"),
        (f"{HEADER}\r{ROW}\r", ":1: found 21 columns without id"),
        ("\ufeff\n", ":1: found 1 column without vi"),
        ("", ": is empty, expected at least the header row"),
    ],
)
def test_what_breaks_a_table_is_named_with_its_line(text: str, words: str) -> None:
    with pytest.raises(FormatError) as caught:
        list(parse_tsv(text, "found.tsv"))
    message = str(caught.value)
    assert message.startswith(f"found.tsv{words}")
    assert "\n" not in message
    assert len(message) < 300


def test_a_table_may_have_a_mark_windows_lines_and_more_columns(tmp_path: Path) -> None:
    # The mark stands before one of our columns, so that it matters.
    lines = [f"{HEADER}\tnote\tnote", f"{ROW}\t\tok", "", f"{ROW.replace('0-4', '5-9')}\tok\t", "\t\t"]
    (tmp_path / "found.tsv").write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    first, second = read_tsv(tmp_path / "found.tsv")
    assert (first.vi, first.en, first.score, first.vi_spans, first.id) == ("Một.", "One.", 0.9, ((0, 4),), ROW[-16:])
    assert (second.vi_spans, second.en_spans) == (((5, 9),), ((5, 9),))


def test_columns_are_found_by_their_names() -> None:
    cells = zip(HEADER.split("\t")[::-1], ROW.split("\t")[::-1], strict=True)
    turned = "\n".join("\t".join(row) for row in zip(*cells, strict=True))
    assert list(parse_tsv(turned, "a")) == list(parse_tsv(f"{HEADER}\n{ROW}", "a"))


def test_rejected_text_keeps_its_reason_and_place() -> None:
    page = Document("a.txt", "Mưa lớn ở Huế")
    stream = io.BytesIO()
    table = RejectedTable(stream)
    segment = Segment(page, 0, 13, "vi", "headline")
    table.write([Rejection("no partner found", "a.txt", segment), Rejection("is\tbinary", "b.txt", text="\x00")])
    rows = [line.split("\t") for line in stream.getvalue().decode().splitlines()]
    assert rows[0] == list(REJECTED_COLUMNS)
    assert rows[1] == ["no partner found", "a.txt", "vi", "headline", "0-13", "Mưa lớn ở Huế", "", ""]
    assert rows[2] == ["is binary", "b.txt", "", "", "", "", "", ""]
