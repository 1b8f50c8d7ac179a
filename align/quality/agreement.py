"""Numbers, dates, times and names that both sides of a unit say: what a reader need not look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from align.quality.mentions.matching import match
from align.quality.mentions.mention import Order
from align.quality.mentions.reading import read_mentions
from align.quality.names import answered_names
from align.quality.sides import Span
from align.types import Language, TranslationUnit

__all__ = ["Agreement", "agreements"]


class Agreement(NamedTuple):
    """One stretch of a text that the other side answers.

    :param flag: the flag that it would get if the other side did not
    :param span: start and end in code points
    """

    language: Language
    flag: str
    span: Span


def agreements(unit: TranslationUnit, order: tuple[Order, Order] = (None, None)) -> Iterator[Agreement]:
    """What both sides say, each stretch by itself.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> unit = unit_of_texts("Thu 1,5 tỷ ở Huế.", "1.5 billion in Hue.", ids=unit_ids())
    >>> [(found.flag, found.span) for found in agreements(unit) if found.language == "vi"]
    [('number', (4, 10)), ('name', (13, 16))]

    :param order: see `align.quality.quantities.check_quantities`
    """
    if not (unit.vi and unit.en):
        return
    matched = match(read_mentions(unit.vi, "vi", order[0]), read_mentions(unit.en, "en", order[1]))
    for vi, en in matched.pairs:
        yield Agreement("vi", vi.topic, (vi.start, vi.end))
        yield Agreement("en", en.topic, (en.start, en.end))
    vi_names, en_names = answered_names(unit)
    for span in vi_names:
        yield Agreement("vi", "name", span)
    for span in en_names:
        yield Agreement("en", "name", span)
