"""Which language a line is in. The linguistic cases stand in `cases/language.tsv`."""

from __future__ import annotations

import json
import os
import random
import time
import unicodedata
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet
from hypothesis import given
from hypothesis import strategies as st

from align.text.fold import strip_diacritics
from align.text.language import identify

CASES = Path(__file__).parent / "cases" / "language.tsv"


def cases() -> list[ParameterSet]:
    rows = [line for line in CASES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    found = []
    for row in rows[1:]:
        expected, known, text, comment = row.split("\t")
        marks = [pytest.mark.xfail(strict=True, reason=comment)] if known == "wrong" else []
        found.append(pytest.param(text, None if expected == "-" else expected, id=text[:60], marks=marks))
    return found


@pytest.mark.parametrize(("text", "expected"), cases())
def test_each_case_is_told(text: str, expected: str | None) -> None:
    assert identify(text) == expected


def test_there_are_enough_cases() -> None:
    assert len(cases()) >= 120


@pytest.mark.parametrize("text", ["Thành phố Hồ Chí Minh mở rộng đường", "Người dân được hưởng lợi"])
def test_decomposed_text_is_told_like_composed(text: str) -> None:
    assert identify(unicodedata.normalize("NFD", text)) == identify(text) == "vi"


@pytest.mark.parametrize("text", ["", " ", "\x00", "\x00\x00 \n", "\ud800", "…", "12 345", "🇻🇳", "'" * 50])
def test_text_without_words_is_undecided(text: str) -> None:
    assert identify(text) is None


@pytest.mark.parametrize(
    "piece",
    ["Chính phủ đã thông qua. ", "The government has passed it. ", '"', "“", "a'", "a", "á", "x.", "@a", "www.", "«"],
)
def test_a_line_of_a_megabyte_takes_linear_time(piece: str) -> None:
    line = piece * (1_000_000 // len(piece))
    start = time.perf_counter()
    identify(line)
    assert time.perf_counter() - start < 10


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    assert identify(text) in ("vi", "en", None)


@given(st.text(alphabet=st.characters(), max_size=40), st.sampled_from([" ", "  ", "\t", "\n"]))
def test_white_space_around_does_not_matter(text: str, space: str) -> None:
    assert identify(space + text + space) == identify(text)


# --- on the development data -------------------------------------------------------------

DATA = os.environ.get("ALIGN_DATA", "")
needs_data = pytest.mark.skipif(not DATA, reason="ALIGN_DATA does not name the folder of development data")


def news(side: str) -> list[str]:
    """The sentences of news with four words or more; titles such as "10." say nothing."""
    articles = json.loads((Path(DATA) / "dev" / "evb_noisy.json").read_text(encoding="utf-8"))
    return [line for article in articles for line in article[side] if len(line.split()) >= 4]


def windows(lines: list[str]) -> list[str]:
    """Four to six neighbouring words of each line."""
    chance = random.Random(20261122)
    found = []
    for line in lines:
        words = line.split()
        size = chance.randint(4, 6)
        start = chance.randint(0, max(0, len(words) - size))
        found.append(" ".join(words[start : start + size]))
    return found


@needs_data
@pytest.mark.parametrize(
    ("name", "side", "least"),
    [
        ("full", "vi", 0.998),
        ("full", "en", 0.997),
        ("short", "vi", 0.995),
        ("short", "en", 0.993),
        ("bare", "vi", 0.998),
    ],
)
def test_news_is_told(name: str, side: str, least: float) -> None:
    lines = news(side)
    if name == "short":
        lines = windows(lines)
    if name == "bare":
        lines = [strip_diacritics(line) for line in lines]
    assert sum(identify(line) == side for line in lines) / len(lines) >= least
