"""What pairs look like in a notebook: readable, and nothing in them is taken for HTML."""

from __future__ import annotations

import copy
import pickle

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

import align
from align.formats.frame import PairFrame, units_of_frame
from align.formats.units import unit_of
from align.notebook import MOST_ROWS
from align.types import Bead, Beads, Document, Segment

HOSTILE = "<script>alert('Giá & gạo')</script>"


def side(text: str, language: str) -> tuple[Segment, ...]:
    assert language in ("vi", "en")
    return (Segment(Document(f"a.{language}.txt", text), 0, len(text), language),) if text else ()  # type: ignore[arg-type]


def bead(vi: str = "Có.", en: str = "Yes.", score: float | None = 0.97, flags: tuple[str, ...] = ()) -> Bead:
    return Bead(side(vi, "vi"), side(en, "en"), score=score, flags=flags)


def cells(shown: str) -> list[list[str]]:
    """The texts of a table's cells, as a browser would read them."""
    return [
        [td.text_content() for td in row.findall("td")] for row in html.fromstring(f"<div>{shown}</div>").iter("tr")
    ][1:]


@pytest.mark.parametrize(
    "shown",
    [
        bead(HOSTILE, HOSTILE)._repr_html_(),
        unit_of(bead(HOSTILE, HOSTILE))._repr_html_(),
        Beads([bead(HOSTILE, HOSTILE, flags=(HOSTILE,))])._repr_html_(),
        align.to_frame([bead(HOSTILE, HOSTILE, flags=(HOSTILE,))])._repr_html_(),  # type: ignore[operator]
    ],
    ids=["bead", "unit", "beads", "frame"],
)
def test_html_in_a_text_is_shown_and_not_run(shown: str) -> None:
    assert "<script" not in shown
    assert [row.count(HOSTILE) >= 2 for row in cells(shown)] == [True]


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_text_stays_in_its_cell(vi: str, en: str) -> None:
    shown = bead(vi, en)._repr_html_()
    assert shown.count("<td") == shown.count("</td>") == 4
    assert shown.count("<tr>") == 2


def test_a_bead_shows_its_kind_its_score_and_both_sides() -> None:
    assert cells(bead("Giá gạo tăng", "Rice is up")._repr_html_()) == [["1-1", "0.97", "Giá gạo tăng", "Rice is up"]]


def test_a_null_bead_shows_no_score() -> None:
    assert cells(bead(en="", score=None)._repr_html_()) == [["1-0", "", "Có.", ""]]


def test_flags_have_a_column_where_there_are_any() -> None:
    shown = Beads([bead(), bead(flags=("moved", "number"))])._repr_html_()
    assert [row[4] for row in cells(shown)] == ["", "moved, number"]


def test_of_many_beads_the_first_are_shown_and_the_others_counted() -> None:
    shown = Beads([bead()] * 10_000)._repr_html_()
    assert len(cells(shown)) == MOST_ROWS
    assert f"… and {10_000 - MOST_ROWS:,} more" in shown


def test_no_beads_are_an_empty_table() -> None:
    assert cells(Beads()._repr_html_()) == []


def test_what_mine_and_pair_give_is_a_list_that_shows_itself() -> None:
    page = "Giá gạo tăng tuần thứ ba\n\nRice prices rise for a third week"
    mined, paired = (
        align.mine(page, encoder="static"),
        align.pair("Trời mưa to.\n", "It rained hard.\n", encoder="static"),
    )
    for beads in (mined, paired):
        assert isinstance(beads, list)
        assert isinstance(beads[0], Bead)
        assert isinstance(beads[:1], Beads)
        assert beads == list(beads) == copy.copy(beads) == pickle.loads(pickle.dumps(beads))


def test_a_frame_shows_texts_whole_and_scores_rounded() -> None:
    long = "Giá gạo xuất khẩu của Việt Nam tăng tuần thứ ba liên tiếp. " * 10
    frame = align.to_frame([bead(long), bead(en="", score=None)])
    first, second = cells(frame._repr_html_())  # type: ignore[operator]
    assert first[:3] == [" ".join(long.split()), "Yes.", "0.97"]
    assert second[:3] == ["Có.", "", ""]


def test_a_part_of_a_frame_shows_itself_in_the_same_way() -> None:
    frame = align.to_frame([bead(score=0.2), bead(score=0.9)])
    part = frame.sort_values("score", ascending=False)[["score", "vi"]].head(1)
    assert isinstance(part, PairFrame)
    shown = part._repr_html_()
    assert shown is not None
    assert "td:nth-child(3){" in shown  # the index, the score, the text
    assert cells(shown) == [["0.90", "Có."]]


@pytest.mark.parametrize(
    "other",
    [
        lambda frame: frame.describe(),
        lambda frame: frame.groupby("kind")[["score"]].agg(["mean", "size"]),
        lambda frame: frame[["vi", "vi"]],
        lambda frame: frame.pivot_table(index="kind", values="score", columns="document"),
        lambda frame: frame.set_index(["vi", "en"]),
        lambda frame: frame.head(0),
    ],
)
def test_what_is_made_from_a_frame_shows_itself_too(other: object) -> None:
    assert callable(other)
    assert "<table" in other(align.to_frame([bead(), bead("Không.", "No.")]))._repr_html_()


def test_a_frame_is_plain_where_pandas_is_told_so() -> None:
    with pandas.option_context("display.notebook_repr_html", False):
        assert align.to_frame([bead()])._repr_html_() is None  # type: ignore[operator]


def test_a_frame_of_many_rows_is_cut_as_pandas_cuts_it() -> None:
    shown = align.to_frame([bead()] * 10_000)._repr_html_()  # type: ignore[operator]
    assert len(cells(shown)) <= pandas.get_option("display.max_rows") + 1
    assert "10000 rows" in shown


def test_a_frame_is_read_back_as_the_units_it_was_made_of() -> None:
    beads = [bead(flags=("moved",)), bead(en="", score=None), bead(vi="", score=None)]
    assert units_of_frame(align.to_frame(beads)) == [unit_of(one) for one in beads]


def test_a_frame_with_two_columns_is_enough() -> None:
    (first, second) = units_of_frame(pandas.DataFrame({"vi": ["Có.", None, None], "en": ["Yes.", "No.", ""]}))
    assert (first.vi, first.kind, first.score) == ("Có.", "1-1", None)
    assert (second.en, second.kind) == ("No.", "0-1")


def test_a_frame_without_texts_is_refused() -> None:
    with pytest.raises(ValueError, match="found no column en, expected at least vi and en"):
        units_of_frame(pandas.DataFrame({"vi": ["Có."]}))
    with pytest.raises(ValueError, match=r"found 'high' in score"):
        units_of_frame(pandas.DataFrame({"vi": ["Có."], "en": ["Yes."], "score": ["high"]}))
