from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from align.text.clean import clean


def test_decomposed_vietnamese_is_composed() -> None:
    assert clean(unicodedata.normalize("NFD", "Nguyễn Thị Minh Khai, Đường số 9")) == "Nguyễn Thị Minh Khai, Đường số 9"


def test_every_line_end_becomes_a_line_feed() -> None:
    assert clean("a\r\nb\rc\x85d\u2028e\u2029f\x0bg\x0ch\ni") == "a\nb\nc\nd\ne\nf\ng\nh\ni"


def test_what_cannot_be_seen_is_taken_out_and_a_tab_stays() -> None:
    assert clean("\ufeffThủ\u00ad tư\u200bớng\x00\x07\tHà Nội") == "Thủ tướng\tHà Nội"


def test_wording_spacing_and_artefacts_stay() -> None:
    text = "📝 OP-ED:  Strength hinh anh 2First — VNS./."
    assert clean(text) == text


def test_a_lone_surrogate_becomes_a_character_that_can_be_written() -> None:
    assert clean("Hu\udcc3ế") == "Hu\ufffdế"


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_comes_out_clean_and_cleaning_twice_changes_nothing(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(unicodedata.category(character) == "Cc" and character not in "\t\n" for character in cleaned)
    assert clean(cleaned) == cleaned
