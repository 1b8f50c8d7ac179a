"""Numbers that stand together: ranges share a power and a unit, and parts of one amount become one."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from align.quality.mentions.figures import POWERS, power_after
from align.quality.mentions.measures import size_of
from align.quality.mentions.mention import NEVER, Key, Mention, number
from align.types import Language

__all__ = ["joined"]


def joined(mentions: list[Mention], text: str) -> list[Mention]:
    """Mentions in order, with what their neighbours say for them.

    >>> from align.quality.mentions.figures import read_figures
    >>> [m.shown for m in joined(read_figures("2 tỷ 300 triệu", "vi"), "2 tỷ 300 triệu")]
    ['2,300,000,000']
    >>> found = joined(read_figures("từ 20 đến 30 triệu đồng", "vi"), "từ 20 đến 30 triệu đồng")
    >>> [(sorted(map(str, m.asks)), m.currency) for m in found]
    [(['20', '20000000'], 'VND'), (['30000000'], 'VND')]

    :param text: the text in small letters
    """
    result: list[Mention] = []
    for mention in reversed(mentions):
        after = result[-1] if result else None
        if after is None or after.start - mention.end > _WIDEST:
            result.append(mention)
            continue
        gap = text[mention.end : after.start]
        if whole := _sum(mention, after, gap):
            result[-1] = whole
        elif _GAP.fullmatch(gap):
            result[-1] = _after_date(mention, after)
            result.append(_before(mention, after, text))
        else:
            result.append(mention)
    return result[::-1]


def _sum(first: Mention, second: Mention, gap: str) -> Mention | None:
    """`2 tỷ 300 triệu`, `2 giờ 30 phút`, `5 feet 4 inches` as one number."""
    one, other = _value(first), _value(second)
    if one is None or other is None or second.weight == NEVER or not _SUM_GAP.fullmatch(gap):
        return None
    if first.unit and second.unit:
        (kind, size), (other_kind, other_size) = size_of(first.unit), size_of(second.unit)
        if kind != other_kind or not 1 < size / (other_size or size) <= (_LONGEST_STEP if kind == "time" else 1000):
            return None
        total = one + other * Decimal(str(other_size)) / Decimal(str(size))
        weight = max(first.weight, second.weight)
        found = number(first.start, second.end, (total,), unit=first.unit, weight=weight)
        return replace(found, offers=found.offers | first.offers | second.offers)
    if gap == " " and not (first.unit or first.currency) and other >= 1000 and _power_of(one) >= 10 * _power_of(other):
        return number(first.start, second.end, (one + other,), unit=second.unit, currency=second.currency)
    return None


def _before(first: Mention, second: Mention, text: str) -> Mention:
    """The first of two, with the unit and the power that only the second names: `20 đến 30 triệu đồng`."""
    if first.topic != "number" or second.topic != "number" or first.kind or second.kind:
        return first
    if not (first.unit or first.currency):
        first = replace(first, unit=second.unit, currency=second.currency)
    ours, theirs = text[first.start : first.end], text[second.start : second.end]
    if _POWER.search(ours) or max(_numbers(first), default=0) >= 1000:
        return first
    said = _POWER.search(theirs)
    if not said:
        return first
    language: Language = "vi" if said[0].strip(" -") in POWERS["vi"] else "en"
    factor, _ = power_after(theirs, said.start(), language)
    scaled = frozenset(value * factor for value in _numbers(first))
    return replace(first, asks=first.asks | scaled, offers=first.offers | scaled)


def _after_date(first: Mention, second: Mention) -> Mention:
    """The second of two, with what the first says: `2021-25`, `tháng 10 và 11`, `$5-7`."""
    last = _value(second)
    if first.currency and not (second.unit or second.currency):
        return replace(second, currency=first.currency)
    if last is None or last >= 100 or second.unit or second.currency:
        return second
    key: Key | None = None
    if first.kind == "year" and first.shown.isdigit() and second.end - second.start == 2:
        key = Decimal(int(first.shown) // 100 * 100 + int(last))
    elif first.kind == "month" and last <= 12:
        key = ("month", int(last))
    return replace(second, asks=second.asks | {key}, offers=second.offers | {key}) if key else second


def _power_of(value: Decimal) -> int:
    """The largest power of ten that divides a number."""
    digits = str(int(value))
    return int(10 ** (len(digits) - len(digits.rstrip("0"))))


def _value(mention: Mention) -> Decimal | None:
    """What a number is, if it can be one number only."""
    values = _numbers(mention)
    return values[0] if len(values) == 1 and mention.topic == "number" and not mention.kind else None


def _numbers(mention: Mention) -> list[Decimal]:
    return [key for key in mention.asks if isinstance(key, Decimal)]


# `15 tuổi một ngày` is no length of time: parts are minutes of hours, days of months, months of years.
_LONGEST_STEP = 61
# The widest gap is ` lên tới ` with a mark around it.
_WIDEST = 12
_GAP = re.compile(
    r"\s?(?:-|–|—|~|/|,|,?\s?(?:to|and|or|through|till|until|đến|den|tới|hoặc|và|lên|lên\stới|xuống|hay|sang))\s?['’]?"
)
_SUM_GAP = re.compile(r"\s|,\s|,?\s(?:and|và)\s")
_POWER = re.compile(
    rf"[\s-]?(?:{'|'.join(sorted({w for words in POWERS.values() for w in words}, key=len, reverse=True))})(?![^\W_])"
)
