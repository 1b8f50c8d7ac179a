"""Which mention of one side answers which of the other, and what is left over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from align.quality.mentions.measures import converts, same_currency, same_unit, size_of
from align.quality.mentions.mention import Key, Mention

__all__ = ["Matched", "clash", "match"]

# Above this a side is no sentence but a table: what one side asks is looked for anywhere in the other.
_MANY = 100


@dataclass(slots=True)
class Matched:
    """How the mentions of two sides fit.

    :param pairs: those that answer each other
    :param clashes: those of the same number in another currency or unit
    :param vi: Vietnamese ones that nothing answers
    :param en: the same for English
    :param again_vi: Vietnamese ones that the partner of another answers: `20 chết, 20 bị thương`
    :param again_en: the same for English
    """

    pairs: list[tuple[Mention, Mention]] = field(default_factory=list)
    clashes: list[tuple[Mention, Mention]] = field(default_factory=list)
    vi: list[Mention] = field(default_factory=list)
    en: list[Mention] = field(default_factory=list)
    again_vi: list[Mention] = field(default_factory=list)
    again_en: list[Mention] = field(default_factory=list)


def match(vi: Sequence[Mention], en: Sequence[Mention]) -> Matched:
    """Pair the mentions of two sides: the same number and unit first, a converted one last.

    >>> from align.quality.mentions.reading import read_mentions
    >>> found = match(read_mentions("5 km, 3 kg, 7", "vi"), read_mentions("5 miles, 3 kg and 8", "en"))
    >>> [(a.shown, b.unit) for a, b in found.clashes], [m.shown for m in found.vi], [m.shown for m in found.en]
    ([('5', 'mi')], ['7'], ['8'])
    """
    found = Matched()
    if len(vi) > _MANY or len(en) > _MANY:
        found.vi, found.en = _unanswered(vi, en)[:_MANY], _unanswered(en, vi)[:_MANY]
        return found
    left_vi, left_en = list(vi), list(en)
    for fits in (_same, _agree, _convert):
        found.pairs += _paired(left_vi, left_en, fits)
    found.again_vi = [one for one in left_vi if any(_answers(other, one) for other in en)]
    found.again_en = [other for other in left_en if any(_answers(one, other) for one in vi)]
    left_vi = [one for one in left_vi if one not in found.again_vi]
    left_en = [other for other in left_en if other not in found.again_en]
    found.clashes = _paired(left_vi, left_en, _meet)
    found.vi, found.en = _unanswered(left_vi, en), _unanswered(left_en, vi)
    return found


def clash(one: Mention, other: Mention) -> str:
    """What speaks against a pair of equal numbers: ``"currency"``, ``"unit"`` or nothing."""
    if one.currency and other.currency:
        return "" if same_currency(one.currency, other.currency) else "currency"
    if one.unit and other.unit:
        return "" if same_unit(one.unit, other.unit) else "unit"
    unit = one.unit or other.unit
    # `(24m)` may be 24 million of a currency that was named before; half may be half of any.
    return "unit" if unit not in (None, "m", "part") and (one.currency or other.currency) else ""


def _paired(
    vi: list[Mention], en: list[Mention], fits: Callable[[Mention, Mention], bool]
) -> list[tuple[Mention, Mention]]:
    """Take the pairs that fit out of both lists, in order."""
    pairs = []
    for one in list(vi):
        other = next((other for other in en if fits(one, other)), None)
        if other:
            pairs.append((one, other))
            vi.remove(one)
            en.remove(other)
    return pairs


def _meet(one: Mention, other: Mention) -> bool:
    """Whether each offers what the other asks for."""
    return not (one.asks.isdisjoint(other.offers) or other.asks.isdisjoint(one.offers))


def _same(one: Mention, other: Mention) -> bool:
    """Whether they say the same kind of thing, in the same unit."""
    alike = one.unit == other.unit and one.currency == other.currency and one.kind == other.kind
    return alike and _meet(one, other)


def _agree(one: Mention, other: Mention) -> bool:
    """Whether they say the same, and neither unit nor currency speaks against it."""
    return _meet(one, other) and not clash(one, other)


def _convert(one: Mention, other: Mention) -> bool:
    """Whether they are the same amount in different units."""
    unit, other_unit = one.unit, other.unit
    if not unit or not other_unit:
        return False
    if size_of(unit)[0] != size_of(other_unit)[0] and not unit[0] == other_unit[0] == "°":
        return False
    return any(converts(first, unit, second, other_unit) for first in _numbers(one) for second in _numbers(other))


def _answers(one: Mention, asking: Mention) -> bool:
    """Whether one says what the other asks for."""
    said = not asking.asks.isdisjoint(one.offers) and not clash(one, asking)
    return said or _convert(one, asking)


def _numbers(mention: Mention) -> list[Decimal]:
    return [key for key in mention.asks if isinstance(key, Decimal)]


def _unanswered(mentions: Sequence[Mention], others: Sequence[Mention]) -> list[Mention]:
    offers: frozenset[Key] = frozenset().union(*(other.offers for other in others))
    return [mention for mention in mentions if mention.asks.isdisjoint(offers)]
