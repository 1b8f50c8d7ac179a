"""Each check of one unit: what it tells apart, and that no text breaks it."""

# Lists read better as text.
# ruff: noqa: SIM905
from __future__ import annotations

import time
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_check_cases import CHECKS, cases

from align.formats.units import unit_ids, unit_of_texts
from align.quality.damage import check_damage
from align.quality.finding import Check, Finding
from align.quality.length import check_length, length_score
from align.quality.marks import check_brackets, check_quotes
from align.quality.names import check_names
from align.quality.negation import check_negation
from align.quality.placeholders import check_links, check_placeholders
from align.quality.truncated import check_truncated
from align.quality.untranslated import check_language
from align.types import TranslationUnit


def unit(vi: str, en: str) -> TranslationUnit:
    made = unit_of_texts(vi, en, ids=unit_ids())
    assert made is not None
    return made


def found(check: Check, vi: str, en: str) -> list[Finding]:
    return list(check(unit(vi, en)))


def marked(text: str, spans: Iterable[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in spans]


# --- names -------------------------------------------------------------------------------


def test_a_name_is_marked_where_it_stands() -> None:
    vi = "Hôm qua, Thủ tướng Phạm Minh Chính tới Huế."
    (finding,) = found(check_names, vi, "The Prime Minister came to Hue yesterday.")
    assert marked(vi, finding.vi) == ["Phạm Minh Chính"]
    assert finding.en == ()
    assert finding.severity == "warning"


def test_a_name_with_a_slip_is_a_note_that_shows_both() -> None:
    (finding,) = found(check_names, "Tay đua Aryton Senna đã thắng.", "The driver Ayrton Senna won.")
    assert finding.severity == "note"
    assert "“Aryton”" in finding.reason
    assert "“Ayrton”" in finding.reason


def test_a_country_named_on_one_side_only_is_a_note_and_another_country_a_warning() -> None:
    (left_out,) = found(check_names, "Nhật Bản tăng lãi suất.", "The country raised interest rates.")
    assert left_out.severity == "note"
    both = found(check_names, "Nhật Bản tăng lãi suất.", "China raised interest rates.")
    assert [finding.severity for finding in both] == ["warning", "warning"]


def test_a_sino_vietnamese_name_is_no_more_than_a_note() -> None:
    findings = found(check_names, "Lý Tiểu Long là võ sĩ nổi tiếng.", "Bruce Lee was a famous fighter.")
    assert [(finding.severity, bool(finding.vi)) for finding in findings] == [("note", True)]


def test_words_that_look_like_a_country_are_none() -> None:
    assert not found(check_names, "Hai phóng viên bị thương.", "Two reporters were injured.")
    assert not found(check_names, "Giá là 5 triệu đô la Mỹ.", "The price is $5 million.")
    assert not found(check_names, "Đám cháy lan rộng 300 mẫu Anh.", "The fire covered 300 acres.")


# --- quotes and brackets -----------------------------------------------------------------


def test_a_quotation_cut_on_both_sides_is_a_note() -> None:
    (finding,) = found(check_quotes, "“Chúng tôi rất vui.", "“We are very glad.")
    assert finding.severity == "note"
    assert finding.vi == finding.en == ((0, 1),)


def test_straight_quotes_with_spaces_round_them_are_balanced() -> None:
    assert not found(check_quotes, 'Ông gọi đó là "một bước tiến".', 'He called it " a step ".')


@pytest.mark.parametrize("quotes", ["„ “", "” ”", '“ "', "« »", "“ “", "„ ”"])
def test_a_pair_of_any_two_shapes_is_a_pair(quotes: str) -> None:
    first, last = quotes.split()
    assert not found(check_quotes, f"Ông nói {first}xin chào{last} rồi đi.", "He said hello and left.")


def test_brackets_count_on_a_side_that_stands_alone() -> None:
    (finding,) = found(check_brackets, "Liên Hợp Quốc (LHQ", "")
    assert finding.severity == "warning"
    assert finding.vi == ((14, 15),)


def test_one_pair_of_brackets_more_is_a_note() -> None:
    (finding,) = found(check_brackets, "Tổ chức Y tế (WHO) họp.", "WHO met.")
    assert finding.severity == "note"
    assert marked("Tổ chức Y tế (WHO) họp.", finding.vi) == ["(WHO)"]


# --- placeholders and addresses ----------------------------------------------------------


def test_a_placeholder_too_many_is_the_last_of_those_alike() -> None:
    vi = "%s và %s"
    (finding,) = found(check_placeholders, vi, "%s")
    assert finding.vi == ((6, 8),)
    assert finding.severity == "error"


@pytest.mark.parametrize(
    "kept",
    "{0} {name} {{user}} ${x} $name$ %s %d %1$s %-3d %5.2f %lu %(n)s %{n} %@ {count:>3} {x!r} <b> </b> <br/> <td> "
    "&nbsp; &#39; [12] \\n".split(),
)
def test_each_kind_of_placeholder_is_missed(kept: str) -> None:
    assert found(check_placeholders, f"Có {kept} ở đây", "It is here")
    assert not found(check_placeholders, f"Có {kept} ở đây", f"Here is {kept}")


@pytest.mark.parametrize(
    "text", ["50%", "50 % dân số", "100% done", "a < b", "R&D", "{1, 2}", "C:\\new", "$5", "[sic]"]
)
def test_what_only_looks_like_a_placeholder_is_none(text: str) -> None:
    assert not found(check_placeholders, f"Có {text} ở đây", "It is here")


def test_an_address_ends_before_the_marks_of_its_sentence() -> None:
    vi = "(Xem https://vi.wikipedia.org/wiki/Pho_(bo).)"
    (finding,) = found(check_links, vi, "See there.")
    assert marked(vi, finding.vi) == ["https://vi.wikipedia.org/wiki/Pho_(bo)"]


# --- damage ------------------------------------------------------------------------------


def test_mojibake_is_shown_with_what_it_may_have_been() -> None:
    (finding,) = found(check_damage, "Viá»‡t Nam", "Vietnam")
    assert finding.severity == "error"
    assert "“Việt”" in finding.reason


@pytest.mark.parametrize("text", ["Thủ tướng nói chuyện với người dân", "Đường sá ở Huế rất đẹp", "Những ngày đầu năm"])
def test_text_that_was_utf8_and_read_as_windows_1252_is_damaged(text: str) -> None:
    assert found(check_damage, text.encode().decode("cp1252", "ignore"), "Some words about it.")


def test_damage_is_found_on_a_side_that_stands_alone() -> None:
    assert found(check_damage, "", "The caf\ufffd is closed.")


def test_a_damaged_text_is_not_compared() -> None:
    vi = "Kinh tÕ ViÖt Nam t¨ng tr-ëng nhanh."
    assert {finding.flag for check in CHECKS for finding in check(unit(vi, "Vietnam's economy grows."))} == {"damage"}


def test_every_vietnamese_letter_is_sound() -> None:
    letters = "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
    for text in (letters, letters.upper(), " ".join(letters), " ".join(letters.upper()), f"{letters}… “{letters}”"):
        assert not found(check_damage, text, "")


# --- wording -----------------------------------------------------------------------------


def test_a_length_score_grows_with_the_english_text() -> None:
    assert length_score("một hai ba", "one two three four") > length_score("một hai ba", "one") < 0
    with pytest.raises(ValueError, match="empty"):
        length_score("", "one")


def test_short_texts_may_differ_much_in_length() -> None:
    assert not found(check_length, "Vâng.", "Yes, of course I will.")


def test_a_copy_is_an_error_and_a_name_that_stays_is_none() -> None:
    text = "Mọi công dân đều bình đẳng."
    (finding,) = found(check_language, text, text)
    assert (finding.flag, finding.severity, finding.en) == ("untranslated", "error", ((0, len(text)),))
    assert not found(check_language, "Samsung Galaxy", "Samsung Galaxy")


def test_the_part_that_was_copied_is_marked() -> None:
    en = "They discussed các biện pháp giảm ô nhiễm and left."
    (finding,) = found(check_language, "Họ bàn các biện pháp giảm ô nhiễm rồi về.", en)
    assert marked(en, finding.en) == ["các biện pháp giảm ô nhiễm"]


def test_a_word_that_cannot_be_the_last_is_marked() -> None:
    en = "Rice prices rose because of the"
    (finding,) = found(check_truncated, "Giá gạo tăng vì nắng hạn.", en)
    assert marked(en, finding.en) == ["the"]


def test_a_negation_is_marked_and_in_a_long_text_no_more_than_a_note() -> None:
    vi = "Chúng tôi không bán nhà."
    (finding,) = found(check_negation, vi, "We sell the house.")
    assert marked(vi, finding.vi) == ["không"]
    assert finding.severity == "warning"
    (finding,) = found(check_negation, vi + " Nhà rất đẹp và rộng." * 6, "We sell the house." + " It is nice." * 8)
    assert finding.severity == "note"


# --- whatever the text -------------------------------------------------------------------

PIECES = st.sampled_from(
    """
    không chưa Mỹ US Hà Nội Nguyễn Văn A ( ) [ ] “ ” " « » {a} {{ %s %1$ <b> </ &amp; &amp;nbsp; \\n http:// a@b.c www.
    Ã¡ á» \ufffd \u0323 Ð Vi?t ViÖt Vieät the of not n't … ... , - :) a) 1) đ \U0001f600 \ue000 ␀ \u0430 漢 ' ’ İ ǅ ﬁ .
    """.split()
)
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES, max_size=25).map(" ".join),
    st.lists(PIECES, max_size=25).map("".join),
)


@settings(max_examples=250, deadline=None)
@given(TEXTS, TEXTS)
def test_no_text_breaks_a_check_and_spans_lie_in_the_text(vi: str, en: str) -> None:
    made = unit_of_texts(vi, en, ids=unit_ids())
    if made is None:
        return
    for check in CHECKS:
        findings = list(check(made))
        assert findings == list(check(made))
        for finding in findings:
            for text, spans in ((made.vi, finding.vi), (made.en, finding.en)):
                assert all(0 <= start < end <= len(text) for start, end in spans), finding


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(cases()), st.integers(0, 200), TEXTS)
def test_a_case_with_something_put_in_breaks_no_check(case: object, at: int, text: str) -> None:
    vi, en = case.unit.vi, case.unit.en  # type: ignore[attr-defined]
    made = unit(vi[:at] + text + vi[at:], en[:at] + text + en[at:])
    for check in CHECKS:
        list(check(made))


def test_a_side_that_stands_alone_gets_no_findings_that_compare() -> None:
    for vi, en in (("Ông Phạm Minh Chính không nói {name} gì tại http://a.vn", ""), ("", "He did not say {name} …")):
        assert not [finding for check in CHECKS for finding in check(unit(vi, en))]


@pytest.mark.parametrize("piece", ["(", "Nguyễn ", "Mỹ ", "á»", "a?b", "\\n", "{a", "không ", "<b ", '"', "a-", "Ö"])
def test_time_grows_no_faster_than_the_text(piece: str) -> None:
    def seconds(size: int) -> float:
        made = unit(piece * (size // len(piece)), "The end of it.")
        start = time.perf_counter()
        for check in CHECKS:
            list(check(made))
        return time.perf_counter() - start

    seconds(2_000)  # tables are read
    small = min(seconds(10_000) for _ in range(2))
    # Ten times as long a text takes ten times as long; a hundred times would be quadratic.
    assert seconds(100_000) < 40 * small + 0.5
