"""Times of day: what a match of a time says."""

# Word lists read better as text.
# ruff: noqa: SIM905
from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from align.quality.mentions.days import Found, any_of
from align.quality.mentions.mention import FIGURE, NEVER, WORD, Key, Mention
from align.types import Language

__all__ = ["TIME_PATTERNS", "TIME_READERS"]


def _time(found: Found) -> Iterator[Mention]:
    """`8h30`, `8:30 a.m.`, `half past eight`; `20 giờ` may also be a number of hours."""
    hour, minute = _parts(found)
    if hour > 24 or minute > 59:
        return
    to_the_hour = "kém" in found.text or " to " in found.text
    minutes = _halves(found, hour, hour * 60 + (-minute if to_the_hour else minute))
    asks: set[Key] = {("time", value) for value in minutes}
    offers: set[Key] = set()
    vietnamese = found.language == "vi"
    part = _PART[found.language].search(found.text)
    lasts = vietnamese and not part and ":" not in found.text
    if lasts:
        # `2 giờ 30 phút` are two and a half hours as well.
        asks.add(Decimal(hour) + Decimal(minute) / 60)
        offers.add(Decimal(minute))
    if not minute:
        asks.add(("h", hour))
    if vietnamese or len(minutes) > 1:
        offers.add(Decimal(hour))
    sure = bool(not lasts or minute or hour > 12 or _AT.search(found.before(_LOOK_BACK)))
    # `một giờ` is an hour rather than one o'clock.
    weight = FIGURE if found.numbers else WORD if hour > 1 or sure else NEVER
    shown = " or ".join(f"{value // 60}:{value % 60:02d}" for value in minutes)
    yield found.mention(
        shown, asks, offers, topic="time" if sure else "number", weight=weight, unit="h" if lasts else None
    )


def _parts(found: Found) -> tuple[int, int]:
    """The hour and the minute, in figures or in words."""
    numbers = found.numbers
    hours = [_HOURS[found.language][word] for word in _WORD.findall(found.text) if word in _HOURS[found.language]]
    if hours and (found.language == "en" or not found.text[0].isdigit()):
        # `half past eight` ends with its hour, `tám giờ 15` begins with it.
        numbers = hours[-1:] if found.language == "en" else [hours[0], *numbers]
    if len(numbers) == 1 and numbers[0] > 99:
        return numbers[0] // 100, numbers[0] % 100
    if said := _SAID_MINUTES.search(found.text):
        return numbers[0], _MINUTES[said[0]]
    return numbers[0], numbers[1] if len(numbers) > 1 else 0


def _halves(found: Found, hour: int, minutes: int) -> list[int]:
    """The minutes of the day that a time can mean: one, or one in each half of the day.

    A Vietnamese hour without `sáng` or `tối` counts to 24, unless one stands elsewhere in the text.
    """
    if hour > 12:
        return [minutes % _DAY]
    morning, evening = minutes % 720, minutes % 720 + 720
    part = _PART[found.language].search(found.text) or _PART_BEFORE[found.language].search(found.before(_LOOK_AROUND))
    if not part:
        unsure = found.language == "en" or _PART["vi"].search(found.string)
        return [morning, evening] if unsure else [minutes % _DAY]
    if part[1] in ("đêm", "khuya", "at night"):
        return [morning if hour == 12 or hour < 6 else evening]
    if part[1] == "trưa":
        return [morning if 9 <= hour < 12 else evening]
    return [morning if part[1] in _MORNING else evening]


def _named(found: Found) -> Iterator[Mention]:
    """`nửa đêm`, `noon`."""
    minutes = 0 if found.text in ("midnight", "nửa đêm") else 720
    yield found.mention(found.text, [("time", minutes)], topic="time", kind="named", weight=WORD)


# --- words and patterns ------------------------------------------------------------------

_DAY = 24 * 60
_LOOK_BACK, _LOOK_AROUND = 10, 24
_VIETNAMESE_HOURS = ["mười một", "mười hai", *"một hai ba bốn năm sáu bảy tám chín mười".split()]
_ENGLISH_HOURS = "one two three four five six seven eight nine ten eleven twelve".split()
_HOURS: dict[Language, dict[str, int]] = {
    "vi": dict(zip(_VIETNAMESE_HOURS, (11, 12, *range(1, 11)), strict=True)),
    "en": {name: hour for hour, name in enumerate(_ENGLISH_HOURS, start=1)},
}
_WORD = re.compile(rf"\b(?:{any_of(_VIETNAMESE_HOURS)}|[a-z]+)\b")
_MINUTES = {"rưỡi": 30, "half": 30, "quarter": 15, "five": 5, "ten": 10, "twenty": 20, "twenty-five": 25}
_SAID_MINUTES = re.compile(r"rưỡi|(?:half|quarter|twenty-five|five|ten|twenty)(?=\s(?:past|to)\s)")
_AT = re.compile(r"\b(?:lúc|vào|từ|đến|tới|trước|sau)\s$")
_PART: dict[Language, re.Pattern[str]] = {
    "vi": re.compile(r"\b(sáng|trưa|chiều|tối|đêm|khuya)\b"),
    "en": re.compile(r"(a\.?m\b|p\.?m\b|morning|afternoon|evening|at night|noon)"),
}
_PART_BEFORE: dict[Language, re.Pattern[str]] = {
    "vi": re.compile(r"\b(sáng|trưa|chiều|tối|đêm|khuya)(?:\s(?:nay|qua|mai|hôm|lúc|vào|khoảng|ngày)|,)*\s$"),
    "en": re.compile(r"\b(morning|afternoon|evening)(?:,?\s(?:at|around|about|of))*\s$"),
}
_MORNING = frozenset(("sáng", "am", "a.m", "morning"))

_MINUTE = r"[0-5]\d"
_VI_PART = r"(?:\s?(?:sáng|trưa|chiều|tối|đêm|khuya)\b)?"
_VI_HOUR = rf"""(?:(?<![\d.,])[012]?\d\s?(?:h|g(?=\s?{_MINUTE})|giờ|gio)
        |\b(?<!km\s)(?<!dặm\s)(?<!số\s)(?<!mét\s){any_of(_VIETNAMESE_HOURS)}\sgiờ)"""
_ZONED = r"(?<!\d)[012]\d[0-5]\d(?=\s(?:gmt|utc))"
_VI = rf"""
    (?P<named_time>\b(?:nửa\sđêm|giữa\strưa|đúng\sngọ|chính\sngọ)\b)
  | (?P<hour>{_VI_HOUR}(?!\s?(?:đồng\shồ|liền|liên\stục))
        (?:\s?kém\s[0-5]?\d\b|\s?{_MINUTE}(?![\d.,]\d|%)|\srưỡi)?(?:\s?ph[úu]t|\s?p\b|'|(?<=\d)|\b)(?!/|²){_VI_PART})
  | (?P<clock>(?<![\d.,:])[012]?\d:\s?{_MINUTE}(?![\d:]){_VI_PART}|{_ZONED})
"""
_EN_DAY_PART = r"\s(?:in\sthe\s(?:morning|afternoon|evening)|at\snight)\b"
_EN_PART = rf"(?:\s?[ap]\.?m\b\.?|{_EN_DAY_PART}|\so\s?['’]?\s?clock(?:{_EN_DAY_PART})?)"
_EN_HOUR = any_of(_ENGLISH_HOURS)
_EN = rf"""
    (?P<named_time>\b(?:midnight|noon|midday)\b)
  | (?P<hour>(?<![\d.,:/$])[012]?\d(?:[:.]\s?{_MINUTE})?{_EN_PART}
      |\b{_EN_HOUR}\b{_EN_PART}
      |\b(?:quarter\sto|(?:half|quarter|five|ten|twenty|twenty-five)\spast|(?<=at\s)(?:five|ten|twenty|twenty-five)\sto)
        \s(?:{_EN_HOUR}|\d\d?)\b{_EN_PART}?)
  | (?P<clock>(?<![\d.,:])[012]?\d:\s?{_MINUTE}(?![\d:])(?:\shours\b)?|{_ZONED}|(?<!\d)[012]\d[0-5]\d(?=\shours))
"""
# To be compiled with re.VERBOSE; ready to stand in an alternation.
TIME_PATTERNS: dict[Language, str] = {"vi": _VI, "en": _EN}
TIME_READERS: dict[str, Callable[[Found], Iterator[Mention]]] = {"named_time": _named, "hour": _time, "clock": _time}
