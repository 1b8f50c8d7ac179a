"""Cleaning: what every document goes through before anything looks at it.

Only what cannot be seen is changed, so that a cleaned text reads as the text that came.
Wording, spacing, quotes and an agency's artefacts stay as they are: `align.text.segment`
sets those apart, and `align.text.fold` makes the forms that are compared.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["clean", "without_surrogates"]

# Unicode's mandatory breaks (UAX 14: BK, CR, LF, NL) in every spelling.
_LINE_END = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")

# C0 and C1 controls but tab and line feed; then the marks that only tell a renderer where
# it may or may not break (soft hyphen, zero-width space, word joiner, byte order mark), which
# stand inside words of copied web pages and keep equal words from being equal.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff]+")

_SURROGATE = re.compile("[\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Bring a text to NFC with LF line ends and without control characters.

    Lone surrogates, which no encoding can write, and U+FFFE and U+FFFF, which XML forbids, become U+FFFD. Tabs stay.

    >>> clean("Tha\\u0300nh pho\\u0302\\u0301\\r\\nHue\\u0302\\u0301\\x00")
    'Thành phố\\nHuế'
    """
    text = _LINE_END.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    text = without_surrogates(text)
    # U+0110 looks like U+00D0, which old Vietnamese fonts put in its place; that one is
    # left alone here because only matching needs it, and `align.text.fold` maps it.
    return unicodedata.normalize("NFC", text)


def without_surrogates(text: str) -> str:
    """A text that UTF-8 and XML can hold: lone surrogates and U+FFFE, U+FFFF become U+FFFD, nothing else changes.

    >>> without_surrogates("giá gạo \\ud83d tăng")
    'giá gạo � tăng'
    """
    return _SURROGATE.sub("\ufffd", text)
