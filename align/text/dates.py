"""Dates and times of day, read off Vietnamese and English text into comparable keys.

A key is a short string that is the same in both languages: ``9-21`` for the 21st of
September, ``m9`` for September, ``t8:30`` for half past eight (of a twelve-hour clock,
because Vietnamese seldom says which half), and a plain number for a year.

What a mention asks for and what it offers differ: the 21st of September is only found in a
text that has that day, but it answers a bare `ngày 21` or `September` as well.
"""

# Word lists read better as text.
# ruff: noqa: SIM905
from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from align.types import Language

__all__ = ["DATES", "Mention", "day_mention", "mention", "read_date"]


class Mention(NamedTuple):
    """One thing a text says that the other language should say too.

    :param asks: any of these keys on the other side answers it
    :param offers: the keys it answers itself
    """

    asks: frozenset[str]
    offers: frozenset[str]


def read_date(found: re.Match[str], language: Language) -> list[Mention]:
    """The mentions in one match of ``DATES[language]``, none if it is no date after all.

    >>> pattern = re.compile(DATES["vi"], re.VERBOSE)
    >>> found = pattern.search("từ ngày 21-27.9.2024")
    >>> [sorted(mention.asks) for mention in read_date(found, "vi")]
    [['9-21', 'd21'], ['9-27', 'd27'], ['2024']]
    >>> pattern = re.compile(DATES["en"], re.VERBOSE)
    >>> found = pattern.search("from September 21-27, 2024")
    >>> [sorted(mention.asks) for mention in read_date(found, "en")]
    [['9-21', 'd21'], ['9-27', 'd27'], ['2024']]
    """
    kind = found.lastgroup
    if kind is None or kind not in _READERS:
        return []
    text = found.group()
    return _READERS[kind](_Found(text, [int(digits) for digits in _DIGITS.findall(text)], language))


def mention(*keys: str) -> Mention:
    """A mention that asks for what it offers."""
    return Mention(frozenset(keys), frozenset(keys))


def day_mention(days: int, months: Sequence[int]) -> Mention:
    """A day of a month, or of one of several where the order is unclear.

    A bare number may answer it, the same day of another month may not.

    >>> day_mention(21, [9]).asks & day_mention(21, [10]).offers
    frozenset()
    """
    dates = {f"{month}-{days}" for month in months}
    months_offered = {f"m{month}" for month in months}
    return Mention(frozenset(dates | {f"d{days}"}), frozenset(dates | months_offered | {str(days)}))


# --- what each kind of match means -------------------------------------------------------


class _Found(NamedTuple):
    """A match: its text, the figures in it, and the language it is in."""

    text: str
    numbers: list[int]
    language: Language


def _full(found: _Found) -> list[Mention]:
    """`21-27.9.2024`, `5/3/24`: days, a month and a year, in figures."""
    *days, month, year = found.numbers
    if not (_is_month(month) and all(map(_is_day, days))):
        # The American order: month first.
        if found.language == "en" and len(days) == 1 and _is_month(days[0]) and _is_day(month):
            return [day_mention(month, days), _year(year)]
        return []
    if found.language == "en" and len(days) == 1 and _is_month(days[0]):
        return [_either(days[0], month), _year(year)]
    return [*(day_mention(day, [month]) for day in days), _year(year)]


def _iso(found: _Found) -> list[Mention]:
    """`2024-09-21`."""
    year, month, day = found.numbers
    return [day_mention(day, [month]), _year(year)] if _is_month(month) and _is_day(day) else []


def _partial(found: _Found) -> list[Mention]:
    """`21/9`, `21-27/9`: days and a month, or a fraction, or `24/7`."""
    *days, month = found.numbers
    if found.language == "en" and len(days) == 1 and _is_month(days[0]) and _is_day(month):
        return [_either(days[0], month)]
    if not (_is_month(month) and all(map(_is_day, days))):
        return []
    mentions = [day_mention(day, [month]) for day in days]
    if len(days) == 1 and "/" in found.text:
        return [_with(mentions[0], f"{days[0]}/{month}")]
    return mentions


def _maybe(found: _Found) -> list[Mention]:
    """`21-9` without a word that says which: a day, or two numbers."""
    dated = _partial(found)
    return [_with(dated[0], str(number)) for number in found.numbers] if dated else []


def _month_year(found: _Found) -> list[Mention]:
    """`9/2024`."""
    month, year = found.numbers
    return [mention(f"m{month}"), _year(year)] if _is_month(month) else []


def _vietnamese_month(found: _Found) -> list[Mention]:
    """`ngày 21 tháng 9 năm 2024`, `tháng Chín`, `tháng 9/2024`."""
    years = [_year(number) for number in found.numbers if number > 31]
    small = [number for number in found.numbers if number <= 31]
    if not _MONTH_FIGURE.search(found.text):
        small.append(_month_named(found.text.split()))
    if not small or not _is_month(small[-1]):
        return []
    *days, month = small
    return [*(day_mention(day, [month]) for day in days if day), *years] if days else [mention(f"m{month}"), *years]


def _english_month(found: _Found) -> list[Mention]:
    """`September 21-27, 2024`, `21st of September`, `Sept. 2024`, `September`."""
    keys = (word[:3].lower() for word in _LETTERS.findall(found.text))
    month = next(_MONTH_NUMBERS[key] for key in keys if key in _MONTH_NUMBERS)
    days = [day_mention(number, [month]) for number in found.numbers if _is_day(number)]
    years = [_year(number) for number in found.numbers if number > 31]
    return [*(days or [mention(f"m{month}")]), *years]


def _weekday(found: _Found) -> list[Mention]:
    """`thứ 5` is the fifth, and Thursday."""
    return [mention(str(found.numbers[0]), f"w{found.numbers[0]}")]


def _decade(found: _Found) -> list[Mention]:
    """`những năm 90`, `'90s`."""
    return [mention(str(found.numbers[0]), f"19{found.numbers[0]}")]


def _time(found: _Found) -> list[Mention]:
    """`8h30`, `8:30 a.m.`, `20 giờ`; a full hour may also be a number of hours."""
    hour, minute = found.numbers[0], found.numbers[1] if len(found.numbers) > 1 else 0
    if hour > 24 or minute > 59:
        return []
    key = f"t{hour % 12}:{minute:02d}"
    if minute or hour == 1:
        return [mention(key)]
    return [_with(mention(key), str(hour))]


def _either(first: int, second: int) -> Mention:
    """Two figures of which either can be the day: `9/11`."""
    one, other = day_mention(first, [second]), day_mention(second, [first])
    merged = Mention(one.asks | other.asks, one.offers | other.offers)
    return _with(merged, f"{first}/{second}")


def _with(found: Mention, key: str) -> Mention:
    return Mention(found.asks | {key}, found.offers | {key})


def _year(number: int) -> Mention:
    """A year as a number; two digits stand for both centuries."""
    return mention(str(number)) if number > 99 else mention(f"20{number:02d}", f"19{number:02d}")


def _is_day(number: int) -> bool:
    return 1 <= number <= 31


def _is_month(number: int) -> bool:
    return 1 <= number <= 12


def _month_named(words: Sequence[str]) -> int:
    """The month in Vietnamese words, 0 if there is none: `tháng mười một` is November."""
    name = " ".join(words).lower().replace("thang", "tháng").partition("tháng ")[2].split()
    for size in (2, 1):
        if number := _VIETNAMESE_MONTHS.get(" ".join(name[:size])):
            return number
    return 0


# --- patterns ----------------------------------------------------------------------------

_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")
_MONTH_FIGURE = re.compile(r"(?i)th[áa]ng\s+\d")

_ENGLISH_MONTHS = "January February March April May June July August September October November December".split()
_MONTH_NUMBERS = {name[:3].lower(): number for number, name in enumerate(_ENGLISH_MONTHS, start=1)}
# Without diacritics `sáu` would also be `sau` (next) and `bảy` a fly: those are left out.
_VIETNAMESE_MONTHS = {
    "giêng": 1,
    "hai": 2,
    "ba": 3,
    "tư": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
    "mười": 10,
    "mười một": 11,
    "mười hai": 12,
    "chạp": 12,
    "gieng": 1,
    "tu": 4,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
    "muoi mot": 11,
    "muoi hai": 12,
    "chap": 12,
}


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


_NAMED = _any(name.replace(" ", r"\s+") for name in _VIETNAMESE_MONTHS) + r"\b"
_MONTH = rf"\b{_any(f for m in _ENGLISH_MONTHS for n in (m, m[:3], m[:4]) for f in (n, n.upper()))}\b\.?"
# By itself `Jan` is a person, `May` a verb, `March` a walk.
_MONTH_ALONE = (
    r"\b(?:" + _any(m for m in _ENGLISH_MONTHS if m not in ("March", "May")) + r"\b"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.)"
    "|"
    + _any(rf"(?<=\b{w}\s)" for w in "in since by until from of last this next late early mid".split())
    + r"(?:March|May)\b"
)
_ONE = r"(?<![\d.,/])\d{1,2}"
_DAYS = rf"{_ONE}(?:\s?[-–]\s?\d{{1,2}})?"
_NTH = r"(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d\b"
_END = r"(?![\d/]|[.,]\d)"
# A digit group that goes on (`10,000`) or a unit shows that this was no day.
_NO_AMOUNT = r"(?!\d|[.,]\d|\s?(?:%|triệu|tỷ|tỉ|nghìn|ngàn|percent|million|billion))"

_SHARED = rf"""
    (?P<iso>(?<!\d){_YEAR}-\d{{1,2}}-\d{{1,2}}{_END})
  | (?P<full>{_DAYS}(?:/\d{{1,2}}/|\.\d{{1,2}}\.|-\d{{1,2}}-)(?:\d{{4}}|\d\d){_END})
  | (?P<month_year>{_ONE}[/-]{_YEAR}{_END})
  | (?P<partial>{_DAYS}/\d{{1,2}}{_END})
  | (?P<time>(?<![\d.,])[012]?\d:[0-5]\d(?!\d))
"""
# `9 tháng năm 2024` is nine months of 2024: a month in words needs `ngày` before its day.
_VI = rf"""
    (?P<vi_words>(?:(?:ng[àa]y\s+{_DAYS}|{_DAYS}(?=\s+th[áa]ng\s+\d))\s+)?
        \bth[áa]ng\s+(?:(?:1[0-2]|0?[1-9])\b{_NO_AMOUNT}|{_NAMED})(?:(?:\s*[/.-]\s*|,?\s+n[ăa]m\s+){_YEAR})?)
  | (?P<said>\b(?:ng[àa]y|s[áa]ng|tr[ưu]a|chi[ềe]u|t[ốo]i|đêm|dem|hôm|m[ùồ]ng)
        \s+\d{{1,2}}[.-]\d{{1,2}}{_NO_AMOUNT}{_END})
  | (?P<weekday>\bth[ứu]\s[2-7]\b)
  | (?P<decade>\b(?:th[ậa]p\s(?:ni[êe]n|k[ỷỉy])|nh[ữu]ng\sn[ăa]m)\s[2-9]0\b)
  | (?P<hour>(?<![\d.,])[012]?\d\s?(?:h|g(?=\s?[0-5]\d)|giờ|gio)(?:\s?[0-5]\d)?(?:\s?ph[úu]t|\s?p\b|'|\b)(?!/))
"""
_MAYBE = rf"(?P<maybe>(?<![\d.,/–-])[0-3]?\d-[01]?\d(?![\d–-]){_END})"
_EN = rf"""
    (?P<en_words>{_MONTH}\s+\d{{1,2}}{_NTH}(?:\s?[-–]\s?\d{{1,2}}{_NTH})?\b{_NO_AMOUNT}(?:,?\s+{_YEAR})?
      | {_DAYS}{_NTH}(?:\s+of)?\s+{_MONTH}(?:,?\s+{_YEAR})?
      | {_MONTH},?\s+{_YEAR} | {_MONTH_ALONE})
  | (?P<decade>\b[2-9]0s\b)
  | (?P<hour>(?<![\d.,:])[01]?\d(?:[:.][0-5]\d)?\s?[AaPp]\.?[Mm]\b)
"""

# To be compiled with re.VERBOSE; ready to stand in an alternation.
DATES: dict[Language, str] = {"vi": f"(?i:{_VI}|{_SHARED}|{_MAYBE})", "en": f"{_EN}|{_SHARED}"}
_READERS: dict[str, Callable[[_Found], list[Mention]]] = {
    "iso": _iso,
    "full": _full,
    "month_year": _month_year,
    "partial": _partial,
    "said": _partial,
    "maybe": _maybe,
    "vi_words": _vietnamese_month,
    "en_words": _english_month,
    "weekday": _weekday,
    "decade": _decade,
    "time": _time,
    "hour": _time,
}
