"""A mention: one number, date or time that a text says, with where it stands and how it can be read."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

__all__ = ["FIGURE", "NEVER", "WORD", "Key", "Mention", "Order", "Topic", "number", "show_number"]

Key: TypeAlias = "Decimal | tuple[str | int, ...]"
"""One reading that both languages share: a number, ``("day", 9, 21)``, ``("time", 510)`` in minutes."""

Topic: TypeAlias = Literal["number", "date", "time"]

NEVER, WORD, FIGURE = 0, 1, 2
"""How much a mention asks for: `một` and `one` for nothing, words for little, figures for an answer."""

Order: TypeAlias = "bool | None"
"""Whether the day comes first in `5/3/2024`; None where nothing shows it."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing a text says that the other language should say too.

    What it asks for and what it offers differ: the 21st of September is only found in a text that has
    that day, but it answers a bare `ngày 21` or `September` as well.

    :param start: where it stands in the text, in code points
    :param end: likewise
    :param shown: how it was read, for a reason
    :param asks: any of these on the other side answers it
    :param offers: what it answers itself
    :param topic: which flag a difference raises
    :param weight: `NEVER`, `WORD` or `FIGURE`
    :param unit: a key of `measures.tsv`, such as ``"km"``
    :param currency: an ISO code, or ``"$"`` for dollars of any kind
    :param kind: what it is, where mentions of different kinds are no contradiction: ``"day"``,
        ``"weekday"``, ``"month"``, ``"year"``, ``"ordinal"``, ``"vague"``, ``"named"`` (of times), ``"item"``
        (of a list), ``"name"`` (that holds a number) or nothing
    """

    start: int
    end: int
    shown: str
    asks: frozenset[Key]
    offers: frozenset[Key]
    topic: Topic = "number"
    weight: int = FIGURE
    unit: str | None = None
    currency: str | None = None
    kind: str = ""


def number(
    start: int,
    end: int,
    values: tuple[Decimal, ...],
    *,
    weight: int = FIGURE,
    unit: str | None = None,
    currency: str | None = None,
    kind: str = "",
) -> Mention:
    """The mention of a number; the first of its values is the likeliest.

    A small whole number without a unit may also be a day or an hour.

    >>> sorted(map(str, number(0, 2, (Decimal(21),)).offers))
    ["('d', 21)", "('h', 21)", '21']
    """
    keys: frozenset[Key] = frozenset(values)
    offers = set(keys)
    if not unit and not currency:
        offers |= {(name, int(value)) for value in values for name in "dh" if value in _SMALL}
    return Mention(start, end, show_number(values[0]), keys, frozenset(offers), "number", weight, unit, currency, kind)


_SMALL = frozenset(map(Decimal, range(32)))


def show_number(value: Decimal) -> str:
    """A number as a reader of English expects it.

    >>> show_number(Decimal("1.50") * 10**9), show_number(Decimal("0.250")), show_number(Decimal(2) / 3)
    ('1,500,000,000', '0.25', '0.667')
    """
    text = f"{value:,f}" if -12 < value.adjusted() < 24 else f"{value:.6e}"
    if "." in text and "e" not in text:
        whole, _, digits = text.partition(".")
        digits = f"{Decimal('0.' + digits):.3f}"[2:] if len(digits) > 12 else digits
        text = f"{whole}.{digits}".rstrip("0").rstrip(".")
    return text
