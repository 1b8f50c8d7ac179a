"""Capital and small letters as character classes, Vietnamese ones included.

`[A-Z]` stops at Đ, and `[^\\W\\d_a-z]` takes đ for a capital.
"""

from __future__ import annotations

__all__ = ["LOWER", "UPPER"]

_LATIN = [chr(code) for code in (*range(0x41, 0x250), *range(0x1E00, 0x1F00))]

UPPER = "".join(letter for letter in _LATIN if letter.isupper())
"""To stand inside the brackets of a regular expression: ``rf"[{UPPER}]"``."""

LOWER = "".join(letter for letter in _LATIN if letter.islower())
