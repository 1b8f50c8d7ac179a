"""Numbers, dates and names as evidence. The cases stand in `cases/numbers.tsv` and `names.tsv`."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import numpy as np
import pytest
from _pytest.mark.structures import ParameterSet
from hypothesis import given
from hypothesis import strategies as st

from align.text.fold import strip_diacritics
from align.text.numbers import FEATURES, Facts, agreement, agreements, facts, names, quantities
from align.types import Language

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[ParameterSet]:
    lines = (CASES / name).read_text(encoding="utf-8").splitlines()
    found = []
    for row in [line for line in lines if not line.startswith("#")][1:]:
        expected, known, vi, en, comment = row.split("\t")
        marks = [pytest.mark.xfail(strict=True, reason=comment)] if known == "wrong" else []
        found.append(pytest.param(vi, en, expected == "same", id=f"{vi} | {en}", marks=marks))
    return found


@pytest.mark.parametrize(("vi", "en", "same"), cases("numbers.tsv"))
def test_each_pair_of_numbers_is_judged(vi: str, en: str, same: bool) -> None:
    found = agreement(facts(vi, "vi"), facts(en, "en"))
    assert (found.numbers_vi == found.numbers_en == 0) is same


@pytest.mark.parametrize(("vi", "en", "same"), cases("names.tsv"))
def test_each_pair_of_names_is_judged(vi: str, en: str, same: bool) -> None:
    found = agreement(facts(vi, "vi"), facts(en, "en"))
    assert (found.names_vi == found.names_en == 0) is same


def test_there_are_enough_cases() -> None:
    assert len(cases("numbers.tsv")) >= 120
    assert len(cases("names.tsv")) >= 60


@pytest.mark.parametrize(
    ("vi", "en"),
    [
        ("Ngày 5 tháng 3 năm 2024, 1,5 triệu người", "On March 5, 2024, 1.5 million people"),
        ("tháng Chín, 219 tỉ đồng, 500 nghìn", "in September, 219 billion dong, 500,000"),
        ("Sáng 21.9, lúc 8 giờ 30 phút", "On the morning of September 21 at 8:30"),
        ("thập niên 90, tháng Giêng", "the 1990s, January"),
    ],
)
def test_vietnamese_without_diacritics_reads_the_same(vi: str, en: str) -> None:
    found = agreement(facts(strip_diacritics(vi), "vi"), facts(en, "en"))
    assert found.numbers_vi == found.numbers_en == 0
    assert found.numbers_shared > 0


def test_a_reading_that_matches_is_enough() -> None:
    assert {"21.9", "9-21"} <= quantities("tăng 21.9", "vi")
    assert "1234" in quantities("1.234", "vi")
    assert "1234" in quantities("1.234", "en")


def test_a_day_answers_its_number_but_no_other_month() -> None:
    date = facts("ngày 21 tháng 9", "vi")
    assert agreement(date, facts("the 21st", "en")).numbers_clash == 0
    assert agreement(date, facts("October 21", "en")).numbers_clash > 0


def test_nobody_demands_a_number_word() -> None:
    assert agreement(facts("hai nước", "vi"), facts("the countries", "en")).numbers_vi == 0
    assert agreement(facts("hai nước", "vi"), facts("two countries", "en")).weak_shared > 0


def test_capitals_alone_are_no_names() -> None:
    assert names("THỦ TƯỚNG PHẠM MINH CHÍNH THĂM LÀO", "vi") == frozenset()
    assert names("The Prime Minister visits a school", "en") == frozenset()


# --- many at once ------------------------------------------------------------------------

TEXTS = {
    "vi": ["Sáng 21.9, Tô Lâm tới Mỹ", "", "219 tỉ đồng", "Ông Guterres thăm Việt Nam ngày 22.10.2022"],
    "en": ["To Lam left for the US on September 21", "nothing", "88 billion dollars from Russia"],
}


def test_many_pairs_at_once_are_judged_like_each_alone() -> None:
    vi = [facts(text, "vi") for text in TEXTS["vi"]]
    en = [facts(text, "en") for text in TEXTS["en"]]
    rows, cols = (index.ravel() for index in np.indices((len(vi), len(en))))
    table = agreements(vi, en, rows, cols)
    assert table.dtype == np.float32
    assert table.shape == (12, len(FEATURES))
    for row, i, j in zip(table, rows, cols, strict=True):
        np.testing.assert_allclose(row, agreement(vi[i], en[j]), rtol=1e-6)


def test_no_pairs_give_an_empty_table() -> None:
    none = np.array([], dtype=np.intp)
    assert agreements([], [], none, none).shape == (0, len(FEATURES))


# --- any text ----------------------------------------------------------------------------

numeric = st.text(alphabet="0123456789.,/-–:%hg $IVXndstkmtháng ngàyNăm tỷtriệuMay'", max_size=40)


@given(st.one_of(st.text(), numeric), st.sampled_from(["vi", "en"]))
def test_any_text_can_be_read(text: str, language: Language) -> None:
    read = facts(text, language)
    assert isinstance(read, Facts)
    assert all(isinstance(key, str) for asks in read.asked for key in asks)


@given(st.one_of(st.text(), numeric), st.one_of(st.text(), numeric))
def test_features_stay_between_zero_and_one(vi: str, en: str) -> None:
    assert all(0 <= value < 1 for value in agreement(facts(vi, "vi"), facts(en, "en")))


@given(numeric)
def test_what_one_text_says_another_copy_answers(text: str) -> None:
    read = facts(text, "vi")
    again = agreement(read, facts(text, "vi"))
    codes = any(key.startswith("#") for asks in read.asked for key in asks)
    assert again.numbers_clash == 0 or codes


PIECES = ["1", "1.", "1-", "1/", "1 ", "a1", "May ", "tháng ", "A", "A ", "một ", "U.", "-", "x-"]


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_line_of_a_megabyte_takes_linear_time(piece: str, language: Language) -> None:
    start = time.perf_counter()
    facts(piece * (300_000 // len(piece)), language)
    assert time.perf_counter() - start < 20


# --- on the development data -------------------------------------------------------------

DATA = os.environ.get("ALIGN_DATA", "")


@pytest.mark.skipif(not DATA, reason="ALIGN_DATA does not name the folder of development data")
def test_figures_of_news_are_found_in_the_translation() -> None:
    articles = json.loads((Path(DATA) / "dev" / "evb_noisy.json").read_text(encoding="utf-8"))
    said = found = 0
    for article in articles:
        for vi, en in article["gold"]:
            if len(vi) == len(en) == 1:
                one, other = facts(article["vi"][vi[0]], "vi"), facts(article["en"][en[0]], "en")
                known = one.quantities | one.weak
                said += len(other.asked)
                found += sum(not asks.isdisjoint(known) for asks in other.asked)
    assert found / said >= 0.97
