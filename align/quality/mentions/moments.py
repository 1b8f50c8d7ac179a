"""Dates and times of day in one text, as mentions."""

from __future__ import annotations

import re

from align.quality.mentions.clock import TIME_PATTERNS, TIME_READERS
from align.quality.mentions.days import DATE_PATTERNS, DATE_READERS, Found
from align.quality.mentions.mention import Mention, Order
from align.types import Language

__all__ = ["read_moments"]


def read_moments(text: str, language: Language, day_first: Order = None) -> list[Mention]:
    """The dates and times of a text in small letters, in order; a date and its year are two mentions.

    >>> [mention.shown for mention in read_moments("lúc 8h30 ngày 5/3/2024, thứ ba", "vi")]
    ['8:30', '5 March', '2024', 'Tuesday or third']
    >>> [mention.shown for mention in read_moments("at 8:30 p.m. on may 3rd, 2024", "en")]
    ['20:30', '3 May', '2024']

    :param day_first: whether the day comes first in `5/3/2024`; None lets English be read both ways,
        and Vietnamese with the day first
    """
    mentions: list[Mention] = []
    for match in _PATTERNS[language].finditer(text):
        if match.lastgroup is not None:
            mentions += _READERS[match.lastgroup](Found(match, language, day_first))
    return mentions


_READERS = {**DATE_READERS, **TIME_READERS}
_PATTERNS: dict[Language, re.Pattern[str]] = {
    # Nothing starts inside a word: saying so first spares most places every other test.
    language: re.compile(rf"(?<![^\W_])(?=[^\W_])(?:{dates}|{TIME_PATTERNS[language]})", re.VERBOSE)
    for language, dates in DATE_PATTERNS.items()
}
