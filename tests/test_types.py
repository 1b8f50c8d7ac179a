from __future__ import annotations

import dataclasses

import pytest

from align.types import Bead, Document, Segment

PAGE = Document("page.txt", "Giá gạo tăng\nRice prices rise\nsharply")
VI = Segment(PAGE, 0, 12, "vi", "headline")
EN = Segment(PAGE, 13, 29, "en", "headline")
REST = Segment(PAGE, 30, 37, "en", "headline")


def test_a_segment_is_a_slice_of_its_document() -> None:
    assert VI.text == "Giá gạo tăng"
    assert PAGE.text[EN.start : EN.end] == EN.text


def test_a_null_bead_has_no_score() -> None:
    assert Bead((VI,), ()).score is None
    with pytest.raises(ValueError, match="empty side"):
        Bead((VI,), (), score=0.0)
    with pytest.raises(ValueError, match="empty side"):
        Bead((), (EN,), similarity=0.0)


def test_a_bead_without_segments_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one segment"):
        Bead((), ())


@pytest.mark.parametrize(
    ("bead", "kind"), [(Bead((VI,), (EN, REST)), "1-2"), (Bead((VI,), ()), "1-0"), (Bead((), (EN,)), "0-1")]
)
def test_a_beads_kind_counts_its_sides(bead: Bead, kind: str) -> None:
    assert bead.kind == kind


def test_an_id_survives_a_new_score_and_flag_and_nothing_else() -> None:
    bead = Bead((VI,), (EN,), similarity=0.5, score=0.9)
    assert bead.id == dataclasses.replace(bead, score=0.1, similarity=None, flags=("length",)).id
    assert bead.id != dataclasses.replace(bead, en=(REST,)).id
    moved = Document("page.txt", "x" + PAGE.text)
    assert bead.id != dataclasses.replace(bead, vi=(Segment(moved, 1, 13, "vi", "headline"),)).id
    assert bead.id == "4e3bf06fc0bea544"  # the same in every run and on every machine


def test_two_segments_on_one_side_do_not_run_into_each_other_in_the_id() -> None:
    assert Bead((VI,), (EN, REST)).id != Bead((VI,), (EN,)).id


def test_values_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        VI.start = 3  # type: ignore[misc]
