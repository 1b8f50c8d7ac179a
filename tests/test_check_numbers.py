"""Numbers, dates, times, currencies and units that differ. The cases stand in `cases/check_numbers.tsv`
and `cases/check_dates.tsv`, for anyone to add to.
"""

# Word lists read better as text.
# ruff: noqa: SIM905
from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.formats.units import unit_ids, unit_of_texts
from align.quality.finding import SEVERITIES, Finding
from align.quality.mentions.mention import Mention
from align.quality.mentions.reading import plain, read_mentions
from align.quality.quantities import check_quantities, check_quantities_of, day_order
from align.types import Language, TranslationUnit

CASES = Path(__file__).parent / "cases"
FLAGS = ("number", "date", "time", "currency", "unit")


def unit(vi: str, en: str, document: str = "") -> TranslationUnit:
    made = unit_of_texts(vi, en, ids=unit_ids(), document=document)
    assert made is not None
    return made


def found(vi: str, en: str) -> list[Finding]:
    return list(check_quantities(unit(vi, en)))


def shown(text: str, language: Language) -> list[str]:
    return [mention.shown for mention in read_mentions(text, language)]


# --- the labelled cases ------------------------------------------------------------------


class Case(NamedTuple):
    expected: frozenset[str]
    vi: str
    en: str
    note: str


def cases() -> list[Case]:
    rows = []
    for name in ("check_numbers.tsv", "check_dates.tsv"):
        lines = (CASES / name).read_text(encoding="utf-8").splitlines()
        for line in [line for line in lines if not line.startswith("#")][1:]:
            flags, vi, en, note = line.split("\t")
            rows.append(Case(frozenset() if flags == "-" else frozenset(flags.split(",")), vi, en, note))
    return rows


def test_there_are_enough_cases_of_both_kinds() -> None:
    rows = cases()
    clean = sum(not case.expected for case in rows)
    assert len(rows) >= 500
    assert clean >= 200
    assert len(rows) - clean >= 200
    assert {flag for case in rows for flag in case.expected} == set(FLAGS)


def test_precision_and_recall_of_every_flag(capsys: pytest.CaptureFixture[str]) -> None:
    right, false, missed = Counter[str](), Counter[str](), Counter[str]()
    wrong = []
    for case in cases():
        got = {finding.flag for finding in found(case.vi, case.en)}
        right.update(got & case.expected)
        false.update(got - case.expected)
        missed.update(case.expected - got)
        if got != case.expected:
            wrong.append(f"{sorted(case.expected)} but {sorted(got)}: {case.vi} | {case.en} ({case.note})")
    rates = {
        flag: (right[flag] / (right[flag] + false[flag]), right[flag] / (right[flag] + missed[flag])) for flag in FLAGS
    }
    with capsys.disabled():
        for flag, (precision, recall) in rates.items():
            count = right[flag] + missed[flag]
            print(f"\n{flag:9} precision {precision:.3f}, recall {recall:.3f} ({count} cases)", end="")
    for flag, (precision, recall) in rates.items():
        assert precision >= 0.95, (flag, wrong)
        assert recall >= 0.9, (flag, wrong)


# --- what a finding says -----------------------------------------------------------------


def test_a_reason_quotes_both_texts_with_their_readings() -> None:
    (finding,) = found("Doanh thu đạt 1,5 tỷ.", "Revenue came to 1.5 million.")
    assert finding.reason == (
        "“1,5 tỷ” (1,500,000,000) has no counterpart in English; “1.5 million” (1,500,000) stands there instead."
    )
    assert finding.severity == "error"


def test_a_reason_names_the_units_and_currencies() -> None:
    (miles,) = found("Dài 120 km.", "It is 120 miles long.")
    assert miles.reason == "“120 km” (120) is in km, but “120 miles” (120) in English is in mi."
    (dong,) = found("Giá 88 tỷ USD.", "It costs 88 billion dong.")
    assert dong.reason.endswith("is in USD, but “88 billion dong” (88,000,000,000) in English is in VND.")


def test_spans_are_those_of_the_mentions() -> None:
    vi, en = "Có 14 tỉnh và 3.200 xã.", "There are 41 provinces and 3,200 communes."
    (finding,) = found(vi, en)
    assert [vi[start:end] for start, end in finding.vi] == ["14"]
    assert [en[start:end] for start, end in finding.en] == ["41"]


def test_evidence_lists_how_everything_was_read() -> None:
    (finding,) = found("Thu 2,3 tỷ USD ngày 5/3 từ 9 nước.", "It took $2.3 billion on March 5 from 8 countries.")
    assert finding.evidence == (
        "“9” = 9",
        "“8” = 8",
        "“2,3 tỷ USD” = 2,300,000,000 USD ↔ “$2.3 billion” = 2,300,000,000 $",
        "“5/3” = 5 March ↔ “March 5” = 5 March",
    )


def test_what_is_missing_is_a_warning_and_a_contradiction_an_error() -> None:
    assert [finding.severity for finding in found("Có 450 đại biểu.", "There were delegates.")] == ["warning"]
    assert [finding.severity for finding in found("Có 450 đại biểu.", "There were 405 delegates.")] == ["error"]
    assert [finding.severity for finding in found("Ba đứa trẻ.", "The children.")] == ["note"]


def test_a_conversion_in_brackets_is_no_error() -> None:
    (finding,) = found("Vé 100.000 đồng.", "Tickets are 100,000 dong (about 4 USD).")
    assert (finding.flag, finding.severity) == ("number", "warning")


def test_amounts_that_convert_about_are_a_warning() -> None:
    (finding,) = found("Sâu 50 m.", "It is 150 feet deep.")
    assert finding.severity == "warning"


# --- dates -------------------------------------------------------------------------------


def test_a_vietnamese_date_has_its_day_first_unless_the_document_says_otherwise() -> None:
    pair = ("Ngày 5/3/2024.", "May 3, 2024.")
    assert [finding.flag for finding in found(*pair)] == ["date"]
    assert not list(check_quantities(unit(*pair), (False, None)))
    assert not found("Ngày 5/3/2024.", "March 5, 2024.")
    assert list(check_quantities(unit("Ngày 5/3/2024.", "March 5, 2024."), (False, None)))


def test_an_english_date_can_be_read_both_ways_until_the_document_shows_which() -> None:
    pair = ("Ngày 5 tháng 3 năm 2024.", "05/03/2024")
    assert not found(*pair)
    assert not list(check_quantities(unit(*pair), (None, True)))
    assert [finding.flag for finding in check_quantities(unit(*pair), (None, False))] == ["date"]


def test_each_document_has_an_order_of_its_own() -> None:
    units = [
        unit("Hạn: 31 tháng 12 năm 2024.", "Due 12/31/2024.", "a"),
        unit("Ngày 5 tháng 3 năm 2024.", "05/03/2024", "a"),
        unit("Ngày 5 tháng 3 năm 2024.", "05/03/2024", "b"),
    ]
    assert day_order(units[:1]) == (None, False)
    assert [position for position, _ in check_quantities_of(units)] == [1]


def test_contradicting_dates_show_no_order() -> None:
    assert day_order([unit("13/5/2024 và 5/13/2024", "")]) == (None, None)
    assert day_order([unit("5/3/2024, 40/50/2024, 1.2.3", "")]) == (None, None)


# --- reading -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("hai mươi mốt", "vi", ["21"]),
        ("mười nghìn tỷ", "vi", ["10,000,000,000,000"]),
        ("ba mươi năm", "vi", ["30"]),
        ("năm mươi năm", "vi", ["50"]),
        ("tháng Mười Một", "vi", ["November"]),
        ("9 giờ kém 15", "vi", ["8:45"]),
        ("12 giờ đêm", "vi", ["0:00"]),
        ("24h", "vi", ["0:00"]),
        ("1m75", "vi", ["1.75"]),
        ("1 giờ 30 phút", "vi", ["1:30"]),
        ("quý II/2024", "vi", ["2", "2024"]),
        ("5½ km", "vi", ["5.5"]),
        ("١٢ km", "vi", ["12"]),
        ("１２．５００", "vi", ["12,500"]),
        ("a quarter to nine in the evening", "en", ["20:45"]),
        ("five past ten", "en", ["10:05 or 22:05"]),
        ("nineteen sixty-eight", "en", ["1,968"]),
        ("two and a half million", "en", ["2,500,000"]),
        ("an hour and a half", "en", ["1.5"]),
        ("World War II, Chapter V", "en", ["2", "5"]),
        ("1.234.567,89", "en", ["1,234,567.89"]),
        ("She may march on", "en", []),
        ("IV antibiotics, I am, a CD", "en", []),
    ],
)
def test_a_text_is_read(text: str, language: Language, expected: list[str]) -> None:
    assert shown(text, language) == expected


def test_addresses_and_placeholders_hold_no_numbers() -> None:
    assert shown("https://a.vn/2024/05 mail2@b.vn %1$s {0} %d <b2> &#160; file3.txt", "vi") == []


def test_a_text_stays_as_long_when_it_is_made_plain() -> None:
    for text in ("İSTANBUL ß ＡＢＣ １２", "a\u00a0b\u2009c", "Ǆ ﬁ"):
        assert len(plain(text)) == len(text)


# --- hostile text ------------------------------------------------------------------------

BITS = st.sampled_from(
    "1 12 1.234 1,5 2024 5/3 5/3/2024 5-3 8h30 20h 3 giờ chiều tháng chín ngày năm hai mươi lăm tỷ triệu nghìn rưỡi "
    "% đồng usd $ € km m2 độ c ² thứ XIV IV I may March 5th twenty-one half a million and to - – , . : ' ½ １２ ٣ {0} "
    "nửa đêm noon midnight a.m. p.m. o'clock first third quarter dozen billion 1e9 0 00 000 −5 ∞ \x01 quý II/2024 "
    "hàng chục thousands of the nineties '71 1m75 +84 912 345 678 1.2.3.4 6,7,8".split()
)
HOSTILE = st.one_of(
    st.text(max_size=60),
    st.lists(BITS, max_size=25).map(" ".join),
    st.lists(BITS, max_size=25).map("".join),
)


@settings(max_examples=300, deadline=None)
@given(HOSTILE, HOSTILE)
def test_any_two_texts_are_compared_and_spans_lie_within_them(vi: str, en: str) -> None:
    made = unit_of_texts(vi, en, ids=unit_ids())
    if made is None:
        return
    for finding in check_quantities(made):
        assert finding.flag in FLAGS
        assert finding.severity in SEVERITIES
        assert finding.vi or finding.en
        for spans, text in ((finding.vi, made.vi), (finding.en, made.en)):
            assert all(0 <= start < end <= len(text) for start, end in spans)
    day_order([made])


@settings(max_examples=200, deadline=None)
@given(HOSTILE, st.sampled_from(("vi", "en")))
def test_mentions_are_in_order_and_do_not_overlap(text: str, language: Language) -> None:
    end, last = 0, (0, 0)
    mentions: list[Mention] = read_mentions(text, language)
    for mention in mentions:
        span = (mention.start, mention.end)
        assert 0 <= mention.start < mention.end <= len(text)
        assert span == last or mention.start >= end
        end, last = mention.end, span


def test_an_hour_that_runs_into_its_half_of_the_day_is_no_time() -> None:
    assert shown("ONEAM", "en") == []


def test_any_space_parts_words() -> None:
    assert shown("ngày\thai mươi\x1fchín\u2003tháng\u00a0chín", "vi") == ["29 September"]
    assert shown("twenty\tone\x1cdays", "en") == ["21"]


def test_a_currency_between_two_numbers_belongs_to_one() -> None:
    assert [mention.currency for mention in read_mentions("0 USD 0", "vi")] == ["USD", None]


def test_a_large_number_in_groups_is_no_version_and_no_code() -> None:
    assert not found("Có 1.000.000.000 người.", "There are 1,000,000,000 people.")
    assert not found("Có 100.000.000.000.000 người.", "There are 100,000,000,000,000 people.")


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**15), st.sampled_from(("{:,}", "{}")))
def test_a_number_answers_itself_in_either_custom(value: int, form: str) -> None:
    english = form.format(value)
    assert not found(f"Có {english.replace(',', '.')} người.", f"There are {english} people.")


@settings(max_examples=100, deadline=None)
@given(st.dates(), st.sampled_from(("{d}/{m}/{y}", "ngày {d} tháng {m} năm {y}", "{d:02}-{m:02}-{y}", "{d}.{m}.{y}")))
def test_a_date_answers_itself_in_every_form(day: object, form: str) -> None:
    y, m, d = (int(part) for part in str(day).split("-"))
    if y < 1000 or y > 2099:
        return
    name = "January February March April May June July August September October November December".split()[m - 1]
    vi = f"Họp vào {form.format(d=d, m=m, y=y)}."
    assert not found(vi, f"They met on {name} {d}, {y}.")
    assert not found(vi, f"They met on the {d} {name} {y}.")
    assert found(vi, f"They met on {name} {d}, {y + 1}.")


@pytest.mark.parametrize(
    "text",
    [
        "9" * 10_000,
        "1." * 8_000,
        "1,234" * 5_000,
        "1 000 " * 5_000,
        "trăm " * 8_000,
        "nghìn " * 8_000,
        "một " * 5_000,
        "hai mươi " * 5_000,
        "five " * 5_000,
        "million " * 8_000,
        "ngày " * 8_000,
        "thứ " * 8_000,
        "tháng " * 8_000,
        "5/3/" * 5_000,
        "1-2-" * 5_000,
        "8:" * 8_000,
        "X" * 20_000,
        "X " * 8_000,
        "$" * 20_000,
        "a." * 15_000,
        "a@" * 15_000,
        "%" * 20_000,
        "<" * 20_000,
        "{" * 20_000,
        "http" * 5_000,
        "www." * 5_000,
        " " * 20_000 + "1",
        "1 tỷ " * 5_000,
        "từ 1 đến " * 5_000,
    ],
)
def test_reading_takes_linear_time(text: str) -> None:
    start = time.perf_counter()
    read_mentions(text, "vi")
    read_mentions(text, "en")
    assert time.perf_counter() - start < 3


def test_a_table_of_numbers_is_compared_without_pairing_each_with_each() -> None:
    numbers = " ".join(map(str, range(2_000)))
    start = time.perf_counter()
    assert not found(numbers, numbers)
    assert found(numbers, numbers.replace(" 1234 ", " 4321 "))
    assert time.perf_counter() - start < 5


# --- right pairs -------------------------------------------------------------------------


def test_few_right_pairs_of_the_development_data_are_flagged(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    worst: Counter[str] = Counter()
    total = 0
    for name in ("ted_clean.json", "evb_noisy.json"):
        for document in json.loads((data / "dev" / name).read_text(encoding="utf-8")):
            for vi, en in document["gold"]:
                if not (vi and en):
                    continue
                total += 1
                findings = found(" ".join(document["vi"][i] for i in vi), " ".join(document["en"][i] for i in en))
                if findings:
                    worst[min((finding.severity for finding in findings), key=SEVERITIES.index)] += 1
    with capsys.disabled():
        print(
            "\nright pairs flagged:", ", ".join(f"{worst[severity] / total:.2%} {severity}" for severity in SEVERITIES)
        )
    assert worst["error"] / total < 0.01
    assert sum(worst.values()) / total < 0.03
