"""Matching forms: what two spellings of the same are compared by."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.text.fold import fold, place_tones, strip_diacritics, strip_tone

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ"


def test_every_vietnamese_letter_loses_its_marks() -> None:
    assert set(strip_diacritics(VIETNAMESE + VIETNAMESE.upper())) == set("aeiouydAEIOUYD")


@pytest.mark.parametrize("letter", ["đ", "Đ", "Ð", "ð"])
def test_a_stroke_is_taken_off_by_hand(letter: str) -> None:
    assert strip_diacritics(letter).lower() == "d"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà bình", "HÒA BÌNH"),
        ("“Tô Lâm”", '"to lam"'),
        ("Việt\u00a0Nam – Cuba", "viet nam - cuba"),
        ("l’État", "L'Etat"),
        ("Ðà Nẵng", "Đà Nẵng"),
        ("chờ…", "cho..."),
        (unicodedata.normalize("NFD", "Thừa Thiên Huế"), "Thừa Thiên Huế"),
        ("Straße", "STRASSE"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_two_spellings_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("found", "placed"),
    [
        ("hoà", "hòa"),
        ("Hoà", "Hòa"),
        ("HOÀ", "HÒA"),
        ("thuý", "thúy"),
        ("uỷ ban", "ủy ban"),
        ("khoẻ", "khỏe"),
        ("loá", "lóa"),
        ("quý", "quý"),
        ("qúy", "quý"),
        ("qủa", "quả"),
        ("già", "già"),
        ("gìa", "già"),
        ("gía", "giá"),
        ("gì", "gì"),
        ("giếng", "giếng"),
        ("hoàn", "hoàn"),
        ("hòan", "hoàn"),
        ("tòan", "toàn"),
        ("thuyền", "thuyền"),
        ("khuỷu", "khuỷu"),
        ("ngoài", "ngoài"),
        ("người", "người"),
        ("rượu", "rượu"),
        ("mía", "mía"),
        ("của", "của"),
        ("cuả", "của"),
        ("nghĩa", "nghĩa"),
        ("thuở", "thuở"),
        ("quốc", "quốc"),
        ("xoong", "xoong"),
        ("café", "café"),
        ("père", "père"),
        ("más", "más"),
        ("tué", "tué"),
        ("naïve", "naïve"),
        ("Nguyễn", "Nguyễn"),
        ("hoà-bình", "hòa-bình"),
    ],
)
def test_tones_move_to_one_place(found: str, placed: str) -> None:
    assert place_tones(found) == placed
    assert place_tones(unicodedata.normalize("NFD", found)) == placed


def test_a_tone_can_be_taken_off_alone() -> None:
    assert strip_tone("Đường sắt đô thị") == "Đương săt đô thi"


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_stripping_twice_changes_nothing_more(text: str) -> None:
    assert strip_diacritics(strip_diacritics(text)) == strip_diacritics(text)


@given(st.one_of(st.text(), st.text(alphabet=VIETNAMESE + "bcghklmnpqrstvx ")))
def test_placing_twice_changes_nothing_more(text: str) -> None:
    assert place_tones(place_tones(text)) == place_tones(text)


@given(st.text(alphabet=VIETNAMESE + "bcghklmnpqrstvx "))
def test_placing_moves_marks_and_nothing_else(text: str) -> None:
    assert strip_diacritics(place_tones(text)) == strip_diacritics(text)


@given(st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + " “”–"))
def test_diacritics_and_case_do_not_matter(text: str) -> None:
    assert fold(text) == fold(strip_diacritics(text).upper())
