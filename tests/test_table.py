from __future__ import annotations

import io

import pandas
from hypothesis import given
from hypothesis import strategies as st

from align.formats.table import COLUMNS, REJECTED_COLUMNS, RejectedTable, Rejection, cell, to_frame, write_tsv
from align.text.clean import clean
from align.types import Bead, Document, Segment


def bead(vi: str, en: str, name: str = "news/a.txt", score: float = 0.98765) -> Bead:
    page = Document(name, f"{vi}\n{en}")
    start = len(vi) + 1
    return Bead(
        (Segment(page, 0, len(vi), "vi"),), (Segment(page, start, start + len(en), "en"),), similarity=0.5, score=score
    )


def written(*beads: Bead) -> str:
    stream = io.StringIO()
    assert write_tsv(beads, stream) == len(beads)
    return stream.getvalue()


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
    assert [line.split("\t")[0] for line in lines[1:]] == [cell(one.vi_text) for one in beads]


def test_pandas_reads_the_table_as_it_was_written() -> None:
    one = bead('"Không', "=1+1")
    frame = pandas.read_csv(io.StringIO(written(one)), sep="\t", quoting=3, keep_default_na=False)
    assert frame.loc[0, ["vi", "en", "score"]].tolist() == ['"Không', "=1+1", 0.9877]


def test_a_frame_holds_scores_as_numbers_even_when_it_is_empty() -> None:
    assert to_frame([bead("Một", "One")])["score"].tolist() == [0.9877]
    empty = to_frame([])
    assert list(empty.columns) == list(COLUMNS)
    assert empty["score"].dtype == "float64"


def test_rejected_text_keeps_its_reason_and_place() -> None:
    page = Document("a.txt", "Mưa lớn ở Huế")
    stream = io.StringIO()
    table = RejectedTable(stream)
    segment = Segment(page, 0, 13, "vi", "headline")
    table.write([Rejection("no partner found", "a.txt", segment), Rejection("is\tbinary", "b.txt")])
    rows = [line.split("\t") for line in stream.getvalue().splitlines()]
    assert rows[0] == list(REJECTED_COLUMNS)
    assert rows[1] == ["no partner found", "a.txt", "vi", "headline", "0-13", "Mưa lớn ở Huế", "", ""]
    assert rows[2] == ["is binary", "b.txt", "", "", "", "", "", ""]
