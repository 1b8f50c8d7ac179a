"""All mentions of one text: dates and times first, then figures, then words, each from what is left."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from align.quality.mentions.figures import read_figures
from align.quality.mentions.mention import NEVER, Mention, Order
from align.quality.mentions.moments import read_moments
from align.quality.mentions.ranges import joined
from align.quality.mentions.romans import read_romans
from align.quality.mentions.spelled import read_spelled
from align.quality.sides import Span
from align.types import Language

__all__ = ["plain", "read_mentions"]


def read_mentions(text: str, language: Language, day_first: Order = None) -> list[Mention]:
    """What a text says in numbers, dates and times, in order, with places in the text as it came.

    >>> text = "Sáng 5/3/2024, giá tăng 2,3% lên hai triệu đồng."
    >>> [text[mention.start : mention.end] for mention in read_mentions(text, "vi")]
    ['5/3/2024', '5/3/2024', '2,3%', 'hai triệu đồng']

    :param day_first: whether the day comes first in `5/3/2024`, where something shows it
    """
    small = plain(text)
    if language == "en":
        small = _blanked(small, (match.span() for match in _NO_MONTH.finditer(text)))
    found = read_moments(small, language, day_first)
    rest = _without(small, found)
    found += read_figures(rest, language)
    rest = _without(rest, found)
    capitals = "".join(old if left != _GONE else left for old, left in zip(text, rest, strict=True))
    found += read_romans(capitals)
    rest = _without(rest, found)
    found += (_named(mention, text) for mention in read_spelled(rest, language))
    found = [_of_a_cup(mention, small) for mention in found]
    return joined(sorted(found, key=lambda mention: (mention.start, mention.end)), small)


def _of_a_cup(mention: Mention, text: str) -> Mention:
    """Rounds are counted in their own way: `vòng 1/8` is the round of 16, `vòng 1/4` the quarter-finals."""
    before, shown = text[max(0, mention.start - 20) : mention.start], text[mention.start : mention.end]
    is_round = _ROUND_OF.search(before) or (shown.startswith("1/") and _VONG.search(before))
    return replace(mention, weight=NEVER) if is_round else mention


def _named(mention: Mention, text: str) -> Mention:
    """A number word with a capital in a sentence is part of a name: `Ba Lan`, `the Bali Nine`."""
    start = mention.start
    if text[start].isupper() and start and text[start - 1] == " " and text[start - 2 : start - 1] not in ".!?:…":
        return replace(mention, weight=NEVER)
    return mention


def plain(text: str) -> str:
    """A text in small letters and plain digits, without addresses and placeholders; as long as it was.

    >>> plain("Trang ２５, KỶ DẬU")
    'trang 25, kỷ dậu'
    """
    lowered = _SPACE.sub(" ", text.lower()) if text.isascii() else "".join(map(_plain_letter, text))
    return _ADDRESS.sub(lambda match: _GONE * len(match[0]), lowered)


def _plain_letter(letter: str) -> str:
    if letter.isspace():
        return " "
    if letter.isascii() or letter.isalpha():
        small = letter.lower()
        return small if len(small) == 1 else letter
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    wide = unicodedata.normalize("NFKC", letter) if "\uff01" <= letter <= "\uff5e" else letter
    return wide if len(wide) == 1 else letter


def _without(text: str, found: list[Mention]) -> str:
    """A text with what has been read taken out, so that nothing is read twice."""
    return _blanked(text, sorted((mention.start, mention.end) for mention in found))


def _blanked(text: str, spans: Iterable[Span]) -> str:
    """A text with stretches taken out, as long as it was."""
    parts = []
    end = 0
    for start, stop in spans:
        if start >= end:
            parts += [text[end:start], _GONE * (stop - start)]
            end = stop
    return "".join([*parts, text[end:]])


_GONE = "\x01"
_VONG = re.compile(r"\bv[òo]ng (?:loại )?$")
_ROUND_OF = re.compile(r"\bround of (?:the )?(?:last )?$")
_SPACE = re.compile(r"\s")
# `may` and `march` in small letters are verbs, and capitals where a sentence starts or a name ends tell nothing.
_NO_MONTH = re.compile(
    r"\b(?:may|march)\b(?!\s(?:of\s)?\d)|(?:(?<=^)|(?<=[.!?:“\"‘(]\s)|(?<=[“\"‘(]))(?:May|March)\b(?!\s\d|[’']s)"
    r"|(?<=[a-z]\s)(?:March(?=\s(?:for|on|against)\b))|(?<=\bTheresa\s)May\b|(?<=\bMrs\s)May\b"
)
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]{1,2000}|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}"
    r"|(?<![\w.-])(?:[a-z][\w-]{0,60}\.){1,4}(?:vn|com|org|net|io|py|js|txt|md|html?)(?:/[^\s<>\"]{0,2000})?(?![\w])"
    r"|%\d{0,2}\$?[-+0]?\d{0,3}(?:\.\d{1,2})?l{0,2}[sdifuxc](?![\w])|\$?\{[^{}\s]{0,60}\}|<[/a-z][^<>]{0,400}>|&#?\w{1,10};"
)
