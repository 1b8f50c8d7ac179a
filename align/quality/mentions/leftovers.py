"""What is left over on both sides: which leftover of one side stands where one of the other should."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

from align.quality.mentions.measures import size_of
from align.quality.mentions.mention import WORD, Mention

__all__ = ["close", "opposed"]

# Leftovers of one side that are compared: a sentence has fewer. Chosen by hand.
_MOST = 40

Pair: TypeAlias = tuple[Mention, Mention]


def opposed(
    vi: Sequence[Mention], en: Sequence[Mention], again_vi: Sequence[Mention], again_en: Sequence[Mention]
) -> list[Pair]:
    """Pairs of leftovers, likest first: a number for a number, a day for a day, each once.

    Where one side only has a leftover, what the other says twice may stand against it: `20 dead, 20 hurt`
    against `20 dead, 30 hurt`.

    >>> from align.quality.mentions.reading import read_mentions
    >>> pairs = opposed(read_mentions("7 kg, ngày 5/3", "vi"), read_mentions("on March 6, 8 kg", "en"), [], [])
    >>> [(vi.shown, en.shown) for vi, en in pairs]
    [('7', '8'), ('5 March', '6 March')]
    """
    if vi and not en:
        en = [mention for mention in again_en if mention.weight]
    elif en and not vi:
        vi = [mention for mention in again_vi if mention.weight]
    ranked = sorted(
        (_unlikeness(one, other), i, j)
        for i, one in enumerate(vi[:_MOST])
        for j, other in enumerate(en[:_MOST])
        if _comparable(one, other)
    )
    taken: dict[int, int] = {}
    for _, i, j in ranked:
        if i not in taken and j not in taken.values():
            taken[i] = j
    return [(vi[i], en[j]) for i, j in sorted(taken.items())]


def close(vi: Mention, en: Mention) -> bool:
    """Whether two that differ are about the same: rounded, converted and rounded, or half a day apart.

    A Vietnamese hour seldom says whether it is before noon.

    >>> from align.quality.mentions.reading import read_mentions
    >>> close(read_mentions("50 m", "vi")[0], read_mentions("150 feet", "en")[0])
    True
    >>> close(read_mentions("395 triệu", "vi")[0], read_mentions("395.8 million", "en")[0])
    True
    """
    if vi.topic == en.topic == "time":
        return any((minutes + 720) % 1440 in _minutes(en) for minutes in _minutes(vi))
    one, other = (min(_numbers(mention), default=None) for mention in (vi, en))
    if one is None or other is None:
        return False
    if not vi.unit or not en.unit or vi.unit == en.unit:
        return _rounds(one, other) or _rounds(other, one)
    (kind, size), (other_kind, other_size) = size_of(vi.unit), size_of(en.unit)
    return kind == other_kind and 0.8 < float(one) * size / (float(other) * other_size or 1) < 1.25


def _rounds(fine: Decimal, coarse: Decimal) -> bool:
    """Whether a number is another with some digits left off: `395.8` and `395`, of two digits or more."""
    digits, kept = (str(int(number.scaleb(6))).rstrip("0") for number in (fine, coarse))
    if not 2 <= len(kept) < len(digits) or fine.adjusted() != coarse.adjusted():
        return False
    return abs(fine - coarse) < Decimal(10) ** (coarse.adjusted() - len(kept) + 1)


def _numbers(mention: Mention) -> list[Decimal]:
    return [key for key in mention.asks if isinstance(key, Decimal)]


def _minutes(mention: Mention) -> set[int]:
    return {int(key[1]) for key in mention.asks if not isinstance(key, Decimal) and key[0] == "time"}


def _comparable(vi: Mention, en: Mention) -> bool:
    """Whether one could stand for the other: a day is no weekday, and an hour may be a time."""
    if vi.kind != en.kind and {"item", "name"} & {vi.kind, en.kind}:
        return False
    topics = {vi.topic, en.topic}
    if topics == {"number", "time"}:
        return "h" in (vi.unit, en.unit)
    if topics == {"date"} or vi.weight == en.weight == WORD:
        return vi.kind == en.kind
    return topics != {"date", "time"}


def _unlikeness(vi: Mention, en: Mention) -> tuple[int, int]:
    measured = (vi.unit, vi.currency) != (en.unit, en.currency)
    return (
        4 * (vi.topic != en.topic) + 2 * (vi.kind != en.kind) + 2 * measured + (vi.weight != en.weight),
        abs(vi.start - en.start),
    )
