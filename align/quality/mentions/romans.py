"""Roman numerals in one text, as mentions: `Đại hội XIII`, `Louis XIV`, `Quý I`."""

from __future__ import annotations

import re
from decimal import Decimal

from align.quality.mentions.mention import Mention, number

__all__ = ["read_romans"]


def read_romans(text: str) -> list[Mention]:
    """Roman numerals up to 39 of a text as it stands; one letter only after a word that asks for it.

    >>> [m.shown for m in read_romans("Đại hội XIII, Quý I, Louis XIV, khóa V's; I saw Malcolm X and vitamin C")]
    ['13', '1', '14', '5']
    """
    found = []
    for match in _ROMAN.finditer(text):
        before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
        asked_for = _ASKS.search(before)
        # `I` is a person, and `IV` by itself is what a hospital gives.
        if asked_for or (len(match[0]) > 1 and (match[0] != "IV" or _NAME.search(before))):
            values = [_VALUES[letter] for letter in match[0]]
            pairs = zip(values, [*values[1:], 0], strict=True)
            value = sum(-value if value < after else value for value, after in pairs)
            found.append(number(match.start(), match.end(), (Decimal(value),), kind="ordinal"))
    return found


_VALUES = {"I": 1, "V": 5, "X": 10}
_LOOK_BACK = 14
_ROMAN = re.compile(
    r"(?<![^\W_])(?<!['’.])(?=[IVX]{1,8}(?![^\W_]|['’.](?!s\b)[A-Za-z]))X{0,3}(?:IX|IV|V?I{0,3})(?<=[IVX])(?![IVX])"
)
_NAME = re.compile(r"(?<![^\W_])[A-ZĐ]\w*\s$")
_ASKS = re.compile(
    r"(?i)\b(?:chiến|chương|mục|phần|khóa|khoá|quý|kỷ|kỉ|lần|kỳ|loại|cấp|hạng|tập|quyển|đệ|chapter|part|title|section"
    r"|volume|war|book|act|phase|type|class|grade|annex|paul|elizabeth|charles|henry|nicholas|peter|george|william"
    r"|napoleon)\s$"
)
