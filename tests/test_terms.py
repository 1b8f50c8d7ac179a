"""A list of terms: how it is read, and what follows it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.errors import AlignError, FormatError, InputError
from align.formats.units import unit_ids, unit_of_texts
from align.quality.finding import Finding
from align.quality.terms import Term, Terms, check_terms, read_terms

LIST = """# Thuật ngữ
vi	en	note

lãi suất	interest rate|rate of interest
lãi suất cơ bản	base rate	của ngân hàng trung ương
đầu tư	invest|investment
kế hoạch	plan
Mỹ	US|United States
hòa bình	peace
chính sách	policy
tàu điện ngầm	subway	forbidden	dùng metro
tàu điện ngầm	metro
"""


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> Terms:
    path = tmp_path_factory.mktemp("terms") / "terms.tsv"
    path.write_text(LIST, encoding="utf-8")
    return read_terms(path)


def found(terms: Terms, vi: str, en: str) -> list[Finding]:
    unit = unit_of_texts(vi, en, ids=unit_ids())
    assert unit is not None
    return list(check_terms(unit, terms))


def test_a_list_is_read_as_it_stands(terms: Terms) -> None:
    assert len(terms.terms) == 9
    assert terms.terms[0] == Term(("lãi suất",), ("interest rate", "rate of interest"))
    assert terms.terms[1].note == "của ngân hàng trung ương"
    assert terms.terms[7] == Term(("tàu điện ngầm",), ("subway",), "dùng metro", forbidden=True)


@pytest.mark.parametrize(
    ("vi", "en"),
    [
        ("Lãi suất giảm.", "Interest rates fell."),
        ("Lãi suất giảm.", "The rate of interest fell."),
        ("LÃI SUẤT GIẢM", "INTEREST RATES FALL"),
        ("Họ đã đầu tư nhiều.", "They invested a lot."),
        ("Họ đang đầu tư.", "They are investing."),
        ("Kế hoạch mới", "New plans"),
        ("Họ lên kế hoạch.", "They planned it."),
        ("Mỹ và Anh", "The US and the UK"),
        ("Mỹ và Anh", "The United States and Britain"),
        ("Hoà bình", "Peace"),
        ("Chính sách mới", "New policies"),
        ("Lãi suất cơ bản tăng.", "The base rate rose."),
        ("Tàu điện ngầm", "The metro"),
        ("Không có gì", "Tell us nothing"),
    ],
)
def test_a_term_is_followed(terms: Terms, vi: str, en: str) -> None:
    assert not found(terms, vi, en)


@pytest.mark.parametrize(
    ("vi", "en", "marked"),
    [
        ("Lãi suất giảm.", "Interest fell.", "Lãi suất"),
        ("Lợi tức giảm.", "Interest rates fell.", "Interest rates"),
        ("Lãi suất cơ bản tăng.", "The interest rate rose.", "Lãi suất cơ bản"),
        ("Mỹ thắng.", "They beat us.", "Mỹ"),
        ("Hòa bình", "War", "Hòa bình"),
        ("Họ rót vốn.", "They invest.", "invest"),
        ("Kế hoạch", "Planet", "Kế hoạch"),
    ],
)
def test_a_term_is_not_followed(terms: Terms, vi: str, en: str, marked: str) -> None:
    findings = found(terms, vi, en)
    texts = [vi[a:b] for f in findings for a, b in f.vi] + [en[a:b] for f in findings for a, b in f.en]
    assert marked in texts
    assert all(finding.severity == "warning" and finding.flag == "term" for finding in findings)


def test_a_forbidden_term_is_an_error_with_the_note(terms: Terms) -> None:
    errors = [finding for finding in found(terms, "Tàu điện ngầm", "The subway") if finding.severity == "error"]
    assert [finding.reason for finding in errors] == [
        "“Tàu điện ngầm” must not be “subway” in the English text (dùng metro)."
    ]


def test_diacritics_count_in_vietnamese(terms: Terms) -> None:
    assert not found(terms, "Ke hoach nay hay", "A good idea")
    assert not found(terms, "Lãi suật", "Nothing")


def test_a_word_inside_another_is_no_term(terms: Terms) -> None:
    assert not found(Terms([Term(("mì",), ("noodle",))]), "Mình đi", "I go")


def test_columns_may_be_the_other_way_round(tmp_path: Path) -> None:
    path = tmp_path / "terms.tsv"
    path.write_text("\ufeffEN\tVI\nrice\tgạo|lúa\r\n", encoding="utf-8")
    assert read_terms(path).terms == (Term(("gạo", "lúa"), ("rice",)),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no terms"),
        ("# nothing\n\n", "holds no terms"),
        ("vi\ten\n", "holds no terms"),
        ("lãi suất\n", "terms.tsv:1: found 1 column in 'lãi suất', expected"),
        ("lãi suất, interest rate\n", "tab-separated"),
        ("gạo\trice\nlúa\t\tnote\n", "terms.tsv:2: found no word for the English term"),
        ("…\trice\n", "no word for the Vietnamese term"),
        ("gạo\t|\n", "no word for the English term"),
        ("a\tb\tc\td\te\n", "found 5 columns"),
    ],
)
def test_a_list_that_cannot_be_read_says_where_and_why(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "terms.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError) as error:
        read_terms(path)
    assert message in str(error.value)
    assert "terms.tsv" in str(error.value)


def test_a_list_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_terms(tmp_path / "none.tsv")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80) | st.text("vien\t\n|#gạo rice'’", max_size=80).map(str.encode))
def test_any_bytes_are_a_list_or_a_format_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.tsv"
    path.write_bytes(data)
    try:
        terms = read_terms(path)
    except AlignError:
        return
    found(terms, "gạo và lúa", "rice's price")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_breaks_the_check_and_spans_lie_in_the_text(vi: str, en: str) -> None:
    terms = Terms([Term((word,), ("x",)) for word in vi.split()[:3] if any(map(str.isalnum, word))])
    unit = unit_of_texts(vi, en, ids=unit_ids())
    for finding in check_terms(unit, terms) if unit else ():
        assert all(0 <= start < end <= len(unit.vi) for start, end in finding.vi)


def test_time_is_linear_in_the_text(terms: Terms) -> None:
    start = time.perf_counter()
    assert len(found(terms, "lãi suất cơ bản " * 30_000, "rate " * 60_000)) == 30_000
    assert time.perf_counter() - start < 10
