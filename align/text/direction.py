"""Whether two documents are in the languages they are given as."""

from __future__ import annotations

from collections import Counter

from align.errors import InputError
from align.text.language import identify
from align.types import LANGUAGE_NAMES, Document, Language

__all__ = ["check_languages", "main_language"]

# Lines looked at, spread over the document, and characters of each. Chosen by hand.
_LINES, _ENOUGH = 60, 400

# A language is a document's if so many of the decided lines are in it. Chosen by hand.
_SHARE = 0.7


def main_language(text: str) -> Language | None:
    """The language that most lines of a text are in, None if none is plainly ahead.

    >>> main_language("Giá gạo tăng tuần thứ ba.\\nMưa lớn ở Huế.")
    'vi'
    """
    lines = [line for line in text.split("\n") if line.strip()]
    step = -(-len(lines) // _LINES) or 1
    counts = Counter(identify(line[:_ENOUGH]) for line in lines[::step])
    decided = counts["vi"] + counts["en"]
    for language in LANGUAGE_NAMES:
        if decided and counts[language] >= _SHARE * decided:
            return language
    return None


def check_languages(vi: Document, en: Document) -> None:
    """Make sure that no document is plainly in the other language.

    :raises InputError: with what to do about it
    """
    found = main_language(vi.text), main_language(en.text)
    names = vi.source or vi.id, en.source or en.id
    if found == ("en", "vi"):
        raise InputError(
            f"{names[0]} is in English and {names[1]} in Vietnamese; give the Vietnamese document first, or add --swap."
        )
    if vi.text == en.text and vi.text.strip():
        raise InputError(f"{names[0]} and {names[1]} hold the same text; expected a text and its translation.")
    if found[0] is not None and found[0] == found[1]:
        raise InputError(
            f"{names[0]} and {names[1]} are both in {LANGUAGE_NAMES[found[0]]}; expected a Vietnamese and an English "
            "document. For a file with both languages in it use align mine."
        )
