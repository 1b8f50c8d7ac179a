"""Days, months, years, weekdays and decades: what a match of a date says."""

# Word lists read better as text.
# ruff: noqa: SIM905
from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from align.quality.mentions.mention import FIGURE, NEVER, WORD, Key, Mention, Order, Topic
from align.types import Language

__all__ = ["DATE_PATTERNS", "DATE_READERS", "Found", "any_of"]


class Found:
    """A match of a date or time, with what its readers ask of it."""

    def __init__(self, match: re.Match[str], language: Language, day_first: Order) -> None:
        self.text = match[0]
        self.string = match.string
        self.start, self.end = match.span()
        self.language = language
        self.day_first = day_first
        self.numbers = [int(digits) for digits in _DIGITS.findall(self.text)]

    def before(self, most: int) -> str:
        """The characters before the match."""
        return self.string[max(0, self.start - most) : self.start]

    def mention(
        self,
        shown: str,
        asks: Iterable[Key],
        offers: Iterable[Key] = (),
        *,
        kind: str = "",
        weight: int = FIGURE,
        topic: Topic = "date",
        unit: str | None = None,
    ) -> Mention:
        """A mention here; a bare day or hour is asked for, but only a plain number offers one."""
        keys = frozenset(asks)
        offered = frozenset(key for key in keys.union(offers) if isinstance(key, Decimal) or key[0] not in ("d", "h"))
        return Mention(self.start, self.end, shown, keys, offered, topic, weight, unit, kind=kind)

    def day(self, dates: Sequence[tuple[int, int]], others: Iterable[Key] = ()) -> Mention:
        """A day of a month; `dates` are the pairs of day and month that it can be, likeliest first."""
        asks: set[Key] = {("day", month, day) for day, month in dates}
        asks |= {("d", day) for day, _ in dates}
        offers: set[Key] = {("month", month) for _, month in dates}
        offers |= {Decimal(day) for day, _ in dates}
        shown = " or ".join(f"{day} {_name_of(month)}" for day, month in dates)
        return self.mention(shown, asks.union(others), offers, kind="day")

    def month(self, month: int) -> Mention:
        """A month without a day; `tháng một` is one month as well."""
        weight = NEVER if self.text == "tháng một" else FIGURE
        return self.mention(_name_of(month), [("month", month)], kind="month", weight=weight)

    def year(self, year: int) -> Mention:
        """A year; two digits stand for both centuries."""
        years = [year] if year > 99 else [2000 + year, 1900 + year]
        return self.mention(str(years[0]), map(Decimal, years), kind="year")


# --- dates in figures --------------------------------------------------------------------


def _full(found: Found) -> Iterator[Mention]:
    """`5/3/2024`, `21-27.9.2024`."""
    *days, month, year = found.numbers
    dates = [_dates(found, day, month) for day in days]
    if all(dates):
        yield from map(found.day, dates)
        yield found.year(year)


def _iso(found: Found) -> Iterator[Mention]:
    """`2024-03-05`."""
    year, month, day = found.numbers
    if _is_date(day, month):
        yield found.day([(day, month)])
        yield found.year(year)


def _partial(found: Found) -> Iterator[Mention]:
    """`21/9`, `21-27/9`: days of a month, or a fraction, or a name such as `24/7`."""
    *days, month = found.numbers
    dates = [_dates(found, day, month) for day in days]
    if not all(dates):
        return
    others: list[Key] = []
    if "/" in found.text and len(days) == 1:
        others = [("pair", days[0], month), Decimal(days[0]) / month]
    for pairs in dates:
        yield found.day(pairs, others)


def _dates(found: Found, first: int, second: int) -> list[tuple[int, int]]:
    """The days and months that two figures can be, likeliest first."""
    day_first, month_first = (first, second), (second, first)
    possible = [pair for pair in (day_first, month_first) if _is_date(*pair)]
    if found.day_first is not None:
        wanted = day_first if found.day_first else month_first
        return [wanted] if wanted in possible else possible
    # Nobody writes the month first in Vietnamese without a reason that shows elsewhere.
    return possible if found.language == "en" else [pair for pair in possible if pair == day_first][:1]


def _is_date(day: int, month: int) -> bool:
    return 1 <= day <= 31 and 1 <= month <= 12


def _month_year(found: Found) -> Iterator[Mention]:
    """`9/2024`."""
    month, year = found.numbers
    if 1 <= month <= 12:
        yield found.month(month)
        yield found.year(year)


def _quarter(found: Found) -> Iterator[Mention]:
    """`quý 3/2024`."""
    quarter, year = found.numbers
    yield found.mention(str(quarter), [Decimal(quarter)], topic="number", kind="ordinal")
    yield found.year(year)


# --- dates in words ----------------------------------------------------------------------


def _words(found: Found) -> Iterator[Mention]:
    """`ngày 21 tháng 9 năm 2024`, `tháng chín`, `21st of september`, `sept. 2024`."""
    years = [number for number in found.numbers if number > 31]
    days = [number for number in found.numbers if number <= 31]
    if found.language == "vi":
        # In a text with diacritics, `thang` is a ladder.
        if "thang" in found.text and _MARKED.search(found.string):
            return
        head, _, tail = found.text.replace("thang", "tháng").partition("tháng")
        named = _MONTH_NAME.match(tail.strip())
        month = _VIETNAMESE_MONTHS[named[0]] if named else days.pop() if days else 0
    else:
        head = found.text
        month = next(_ENGLISH_MONTHS[word] for word in _LETTERS.findall(head) if word in _ENGLISH_MONTHS)
    days += [_DAYS_SAID[found.language][word] for word in _DAY_SAID[found.language].findall(head)]
    if 1 <= month <= 12:
        yield from (found.day([(day, month)]) for day in days if day)
        if not any(days):
            yield found.month(month)
        yield from map(found.year, years)


def _lunar(found: Found) -> Iterator[Mention]:
    """`the first lunar month`."""
    number = found.numbers[0] if found.numbers else _DAYS_SAID["en"][_LETTERS.findall(found.text)[0]]
    if 1 <= number <= 12:
        yield found.mention(f"month {number}", [("month", number)], kind="month")


def _weekday(found: Found) -> Iterator[Mention]:
    """`thứ Hai`, `thứ 2`, `Monday`; without a word that tells, `thứ hai` is the second as well."""
    if found.language == "en":
        day = _ENGLISH_DAYS.index(found.text[:3])
        yield found.mention(_WEEKDAYS[day], [("weekday", day)], kind="weekday")
        return
    count = found.numbers[0] if found.numbers else _VIETNAMESE_DAYS.get(found.text.split()[-1], 8)
    day = count - 2
    if count == 8 or _DAY_BEFORE.search(found.before(_LOOK_BACK)):
        yield found.mention(_WEEKDAYS[day], [("weekday", day)], kind="weekday")
        return
    shown = f"{_WEEKDAYS[day]} or {_ORDINALS[count - 1]}"
    keys: list[Key] = [("weekday", day), Decimal(count)]
    yield found.mention(shown, keys, weight=FIGURE if found.numbers else WORD, topic="number", kind="ordinal")


def _decade(found: Found) -> Iterator[Mention]:
    """`những năm 90`, `the 1990s`, `the nineties`: of any century, or of a life."""
    said = found.numbers[0] if found.numbers else _DECADES[found.text]
    decade = said if said > 99 else 1900 + said
    keys: list[Key] = [("decade", decade), Decimal(decade)]
    if said <= 99:
        keys += [("decade", 1800 + said), ("decade", 2000 + said), Decimal(said)]
    yield found.mention(f"{decade}s", keys, kind="year", weight=FIGURE if found.numbers else WORD)


# --- words -------------------------------------------------------------------------------


def _name_of(month: int) -> str:
    return _MONTHS[month - 1].capitalize()


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of some words, the longest first."""
    return "(?:" + "|".join(word.replace(" ", r"\s") for word in sorted(words, key=len, reverse=True)) + ")"


def _english_days() -> dict[str, int]:
    """`first` to `thirty-first`."""
    ones = "first second third fourth fifth sixth seventh eighth ninth".split()
    teens = "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth".split()
    days = [*ones, *teens, "twentieth", *(f"twenty-{one}" for one in ones), "thirtieth", "thirty-first"]
    return {name: day for day, name in enumerate(days, start=1)}


def _vietnamese_days() -> dict[str, int]:
    """`một` to `ba mươi mốt`."""
    ones = "một hai ba bốn năm sáu bảy tám chín".split()
    last = "hai ba bốn lăm sáu bảy tám chín".split()
    teens = [f"mười {one}" for one in ("một", *last)]
    days = [*ones, "mười", *teens, "hai mươi", *(f"hai mươi {one}" for one in ("mốt", *last)), "ba mươi", "ba mươi mốt"]
    return {name: day for day, name in enumerate(days, start=1)} | {"hai mươi tư": 24, "mười tư": 14}


_MONTHS = "january february march april may june july august september october november december".split()
_ENGLISH_MONTHS = {key: i for i, name in enumerate(_MONTHS, start=1) for key in (name, name[:3])} | {"sept": 9}
_DAYS_SAID: dict[Language, dict[str, int]] = {"en": _english_days(), "vi": _vietnamese_days()}
_VIETNAMESE_MONTHS = {name: day for name, day in _DAYS_SAID["vi"].items() if day <= 12}
_VIETNAMESE_MONTHS |= {"giêng": 1, "tư": 4, "bẩy": 7, "chạp": 12}
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_ENGLISH_DAYS = [day[:3].lower() for day in _WEEKDAYS]
_VIETNAMESE_DAYS = {"hai": 2, "ba": 3, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7}
_ORDINALS = "first second third fourth fifth sixth seventh".split()
_DECADES = {f"{name}ties": i * 10 for i, name in enumerate("twen thir for fif six seven eigh nine".split(), start=2)}

_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_MARKED = re.compile("[ăđơưạ-ỹ]")
_DAY_SAID = {language: re.compile(rf"\b{any_of(words)}\b") for language, words in _DAYS_SAID.items()}
_MONTH_NAME = re.compile(rf"{any_of(_VIETNAMESE_MONTHS)}\b")
_DAY_BEFORE = re.compile(r"\b(?:sáng|trưa|chiều|tối|đêm|hôm|vào|mỗi)\s$")
_LOOK_BACK = 12

# --- patterns ----------------------------------------------------------------------------

_DAYS = r"(?<![\d.,/-])\d{1,2}(?:\s?[-–]\s?\d{1,2})?"
_YEAR = r"(?:1\d|20)\d\d\b"
_END = r"(?![\d/]|[.,-]\d)"
_NTH = r"(?:st|nd|rd|th)?"
# A digit group that goes on (`10,000`) or a unit shows that this was no day.
_NO_AMOUNT = r"(?!\d|[.,]\d|\s?(?:%|triệu|tỷ|tỉ|nghìn|ngàn|percent|million|billion))"
_FIGURES = rf"""
    (?P<iso>(?<!\d)\d{{4}}-\d{{1,2}}-\d{{1,2}}{_END})
  | (?P<full>{_DAYS}(?:\s?/\s?\d{{1,2}}\s?/\s?|\.\d{{1,2}}\.|-\d{{1,2}}-)(?:\d{{4}}|\d\d){_END})
  | (?P<quarter>qu[ýí]\s[1-4]\s?/\s?{_YEAR})
  | (?P<month_year>(?<![\d.,/-])\d{{1,2}}[/-]{_YEAR}{_END})
  | (?P<partial>{_DAYS}/\d{{1,2}}{_END})
"""
_VI_DAY = rf"(?:ng[àa]y|m[ùồ]ng|hôm|rằm)\s(?:{_DAYS}|{any_of(_DAYS_SAID['vi'])})"
_VI_MONTH = rf"""\bth[áa]ng\s(?:(?:1[0-2]|0?[1-9])\b{_NO_AMOUNT}|{any_of(_VIETNAMESE_MONTHS)}\b(?!\s(?:lần|sinh|tuổi)))
        (?:(?:\s?[/.-]\s?|,?\sn[ăa]m\s){_YEAR})?"""
# `vài tháng hai bên` is some months; `ngày tháng năm` a date of any kind.
_NO_MONTH = "".join(rf"(?<!\b{word}\s)" for word in "ngày mỗi vài mấy nhiều hàng một hằng".split())
_VI = rf"""
    (?P<dated>(?:{_VI_DAY}|{_DAYS}(?=\sth[áa]ng\s\d))\s{_VI_MONTH})
  | (?P<month>{_NO_MONTH}{_VI_MONTH})
  | (?P<said>\b(?:ng[àa]y|s[áa]ng|tr[ưu]a|chi[ềe]u|t[ốo]i|đêm|dem|hôm|m[ùồ]ng)
        \s(?:\d{{1,2}}[.-]\d{{1,2}}|\d{{1,2}}(?:-\d{{1,2}})?\s/\s\d{{1,2}}){_NO_AMOUNT}{_END})
  | (?P<weekday>\bthứ\s(?:[2-7]|{any_of(_VIETNAMESE_DAYS)})\b(?![./]\d|\s(?:mươi|trăm|chục)\b)|\bchủ\snhật\b)
  | (?P<decade>\b(?:th[ậa]p\s(?:ni[êe]n|k[ỷỉy])|nh[ữu]ng\sn[ăa]m)\s(?:1\d|20)?\d0\b)
"""
_EN_MONTH = rf"\b{any_of(_ENGLISH_MONTHS)}\b\.?"
_SHORT = any_of(key for key in _ENGLISH_MONTHS if len(key) < 5 and key not in ("may", "june", "july"))
# By itself `jan` is a person: it needs its dot, or a word before it. The verbs `may` and `march` have
# been taken out before.
_EN_MONTH_ALONE = rf"\b(?:{any_of(_MONTHS)}\b|{_SHORT}\.)|" + "|".join(
    rf"(?<=\b{word}\s){_SHORT}\b" for word in "in since by until till from late early mid".split()
)
_EN_NTH = any_of(_DAYS_SAID["en"])
_EN = rf"""
    (?P<dated>{_EN_MONTH}\s\d{{1,2}}{_NTH}(?:\s?[-–]\s?\d{{1,2}}{_NTH})?\b{_NO_AMOUNT}(?:,?\s{_YEAR})?
      | {_DAYS}{_NTH}(?:\sof)?\s{_EN_MONTH}(?:,?\s{_YEAR})?
      | \b{_EN_NTH}\s(?:day\s)?of\s{_EN_MONTH}(?:,?\s{_YEAR})?
      | {_EN_MONTH}\s(?:the\s)?{_EN_NTH}\b(?:,?\s{_YEAR})?
      | {_EN_MONTH},?\s(?:of\s)?{_YEAR} | {_EN_MONTH_ALONE})
  | (?P<lunar>\b(?:{_EN_NTH}|\d\d?{_NTH})\slunar\smonth\b)
  | (?P<weekday>\b(?:mon|tues|wednes|thurs|fri|satur|sun)day(?=s?\b)
      |\b(?:mon|tues?|wed|thurs?|fri|sat|sun)\.(?=\s?[-–,]|\s\d)|(?<=[-–])(?:wed|thurs?|fri|sat)\.(?=$))
  | (?P<decade>(?<!\d)(?:(?:1\d|20)\d0|[2-9]0)(?:['’]?s\b)|(?:(?<=['’])|(?<=the\s)){any_of(_DECADES)}\b)
"""
# To be compiled with re.VERBOSE; ready to stand in an alternation, words before figures.
DATE_PATTERNS: dict[Language, str] = {"vi": f"{_VI}|{_FIGURES}", "en": f"{_EN}|{_FIGURES}"}
DATE_READERS: dict[str, Callable[[Found], Iterator[Mention]]] = {
    "iso": _iso,
    "full": _full,
    "quarter": _quarter,
    "month_year": _month_year,
    "partial": _partial,
    "said": _partial,
    "dated": _words,
    "month": _words,
    "lunar": _lunar,
    "weekday": _weekday,
    "decade": _decade,
}
