"""Units and currencies as both languages name them, and which amounts in different units are equal.

The names stand in `measures.tsv`, for anyone to add to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from importlib.resources import files

from align.types import Language

__all__ = ["converts", "currency_after", "currency_before", "same_currency", "same_unit", "size_of", "unit_after"]

# Translators round: 100 km are 62 miles.
_TOLERANCE = 0.03


def size_of(unit: str) -> tuple[str, float]:
    """What a unit measures, and how large it is in a unit that is the same for all of a kind.

    >>> size_of("km"), size_of("ha")
    (('length', 1000.0), ('area', 10000.0))
    """
    return _sizes()[unit]


def same_unit(one: str | None, other: str | None) -> bool:
    """Whether two units can be the same; nothing is said where one is unknown, or a part of something.

    >>> same_unit("°", "°C"), same_unit("km", None), same_unit("km", "mi")
    (True, True, False)
    """
    return None in (one, other) or "part" in (one, other) or one == other or frozenset((one, other)) in _ALIKE


# `30 độ` leaves the scale unsaid; `mẫu` are acres to many.
_ALIKE = frozenset(map(frozenset, (("°", "°C"), ("°", "°F"), ("mẫu", "acre"), ("mẫu", "ha"))))


def converts(one: Decimal, unit: str, other: Decimal, other_unit: str) -> bool:
    """Whether two amounts are the same in different units, about.

    >>> converts(Decimal(100), "km", Decimal(62), "mi"), converts(Decimal(30), "°C", Decimal(86), "°F")
    (True, True)
    >>> converts(Decimal(100), "km", Decimal(82), "mi"), converts(Decimal(3), "ha", Decimal(3), "acre")
    (False, False)
    """
    if unit == other_unit:
        return one == other
    (kind, size), (other_kind, other_size) = size_of(unit), size_of(other_unit)
    first, second = float(one), float(other)
    if unit[0] == other_unit[0] == "°":
        return abs(first * 1.8 + 32 - second) <= 2 or abs(second * 1.8 + 32 - first) <= 2
    first, second = first * size, second * other_size
    return kind == other_kind and abs(first - second) <= _TOLERANCE * max(abs(first), abs(second))


def same_currency(one: str | None, other: str | None) -> bool:
    """Whether two currencies can be the same; nothing is said where one is unknown.

    >>> same_currency("$", "AUD"), same_currency("USD", "AUD"), same_currency("VND", None)
    (True, False, True)
    """
    if one is None or other is None or one == other:
        return True
    pair = {one, other}
    return ("$" in pair and bool(pair & _DOLLARS)) or ("¥" in pair and bool(pair & {"JPY", "CNY"}))


_DOLLARS = frozenset(("USD", "AUD", "CAD", "SGD", "HKD", "TWD", "NZD"))

# --- reading them ------------------------------------------------------------------------


def unit_after(text: str, at: int, language: Language) -> tuple[str, int] | None:
    """The unit that follows a number, and where it ends; the text in small letters.

    >>> unit_after("25 mét vuông đất", 2, "vi"), unit_after("a 25-mile walk", 4, "en")
    (('m2', 12), ('mi', 9))
    """
    found = _after(language, "unit").match(text, at)
    return (_keys(language, "unit")[_SLASH.sub("/", found[1])], found.end()) if found else None


def currency_after(text: str, at: int, language: Language) -> tuple[str, int] | None:
    """The currency that follows a number, and where it ends.

    >>> currency_after("5 triệu đồng nhân dân tệ", 7, "vi"), currency_after("50 đồng nghiệp", 2, "vi")
    (('CNY', 24), None)
    """
    found = _after(language, "money").match(text, at)
    return (_keys(language, "money")[found[1]], found.end()) if found else None


def currency_before(text: str, at: int) -> tuple[str, int] | None:
    """The currency that stands before a number, and where it starts.

    >>> currency_before("a us$5 note", 5), currency_before("vnd5", 3)
    (('USD', 2), ('VND', 0))
    """
    start = max(0, at - _LONGEST_SYMBOL)
    found = _before().search(text[start:at])
    return (_keys("en", "money")[found[1]], start + found.start(1)) if found else None


_LONGEST_SYMBOL = 6
_SLASH = re.compile(r"\s?/\s?")
# What makes a name the start of another word: `50 đồng nghiệp`, `2 tiếng Anh`.
_ANOTHER_WORD = {
    ("vi", "unit"): r"|(?<=tiếng)\s(?:anh|việt|pháp|hoa|trung|nhật|nói|động)\b",
    (
        "vi",
        "money",
    ): r"|(?<=đồng)\s(?:nghiệp|chí|bào|hành|đội|minh|thời|hồ|ý|bằng|hương|lúa|cỏ|ruộng|phạm|sở|tác|loạt|xu)\b"
    r"|(?<=đô)\s(?:thị|đốc|hộ|vật|thành)\b|(?<=yên)\s(?:tĩnh|bình|ngựa|tâm|lặng)\b"
    r"|(?<=bảng)\s(?:đấu|xếp|điểm|chữ|biểu|hiệu|mã|màu|tin|tính|dữ|[a-d])\b",
}


@cache
def _after(language: Language, what: str) -> re.Pattern[str]:
    another = _ANOTHER_WORD.get((language, what), "")
    return re.compile(rf"[\s-]?({_any(_keys(language, what))})(?![^\W_]{another})")


@cache
def _before() -> re.Pattern[str]:
    symbols = [symbol for row in _rows() if row[1] == "money" for symbol in _names(row[3])]
    return re.compile(rf"(?<![^\W_])({_any(symbols)})\s?$")


@cache
def _keys(language: Language, what: str) -> dict[str, str]:
    """Every name of units or of currencies, with its key."""
    own = 4 if language == "vi" else 5
    return {
        name: row[0]
        for row in _rows()
        if (row[1] == "money") is (what == "money")
        for name in _names(f"{row[3]}, {row[own]}")
    }


@cache
def _sizes() -> dict[str, tuple[str, float]]:
    return {key: (kind, float(size)) for key, kind, size, *_ in _rows() if size}


@cache
def _rows() -> tuple[tuple[str, ...], ...]:
    text = files("align.quality.mentions").joinpath("measures.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return tuple(tuple(line.split("\t")) for line in lines[1:])


def _names(cell: str) -> Iterator[str]:
    return (name for name in map(str.strip, cell.split(",")) if name)


def _any(names: Iterable[str]) -> str:
    longest_first = sorted(names, key=len, reverse=True)
    return "|".join(re.escape(name).replace("/", r"\s?/\s?") for name in longest_first)
