"""How checks over a corpus hold its texts: as digests of the forms that are compared."""

from __future__ import annotations

import hashlib
import re

from align.text.fold import fold

__all__ = ["digest", "matching_form"]


def matching_form(text: str) -> str:
    """The words and numbers of a text, folded: what two texts are compared by, never what is shown.

    A text without any, such as ``…``, is its own form.

    >>> matching_form("“Giá gạo: 12.500 đồng”") == matching_form("GIÁ GẠO 12.500 ĐỒNG!")
    True
    >>> matching_form("Giá gạo: 12.500 đồng")
    'gia gao 12.500 dong'
    """
    folded = fold(text)
    return " ".join(_WORD.findall(folded)) or folded


# Separators in numbers count: 1.5 is not 15.
_WORD = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W_]+")


def digest(form: str) -> int:
    """Eight bytes that stand for a text, the same in every run.

    Two of a million different texts share one by accident with a chance of 1 in 37 million.
    """
    return int.from_bytes(hashlib.blake2b(form.encode(), digest_size=8).digest(), "big")
