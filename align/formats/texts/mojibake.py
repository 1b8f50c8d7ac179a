"""Mojibake: UTF-8 that was read in another encoding once and saved so (`Tá»•ng`), mended where it is certain."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from align.formats.texts.encodings import WORD
from align.formats.texts.legacy import ranks
from align.text.fold import place_tones

__all__ = ["mended"]


def mended(text: str, name: str, say: Callable[[str], None]) -> str:
    """A text without the damage of having been read in another encoding once, where it is certain what it was."""
    if text.isascii() or not _SURE_SIGN.search(text):
        return text
    lines = text.split("\n")
    better = [_mended_line(line) if _SURE_SIGN.search(line) else line for line in lines]
    count = sum(old != new for old, new in zip(lines, better, strict=True))
    if count:
        lines_are = "1 line is" if count == 1 else f"{count} lines are"
        say(f"{name}: was read in another encoding once and saved so; {lines_are} mended.")
    return "\n".join(better)


# The bytes behind the first of a character, as Windows-1252 and Latin-1 show them.
_TRAIL = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_SIGN = re.compile(f"[ÂÃĂÄÅÆáâð][{_TRAIL}]")
# No sound text has these, whatever its quotes (`«má»”`, `chữ "Ă”`).
_INNER = "\xa1-\xaa\xae-\xba\xbc-\xbf"
_SURE_SIGN = re.compile(
    f"á[º»](?:[{_TRAIL}](?=[a-z])|[^\\W\\d_]|[{_INNER}†‡ˆ‰™])|Æ[°¡]|Ä[‘\x91ƒ\x83\x90]|Ã[{_INNER}]"
    "|â€[œ\x9d™“”˜¦¢]|â\x80[\x90-\xa6]"
)
# The no-break space in `Ã\xa0` (à) is often lost: inside `lÃ m` (làm) nothing may stay in its place.
_INNER_SPACE = re.compile("(?<=[ÃĂ]) (?=(?:[imnouy]|ng|nh)\\b)")
_LOST_SPACE = re.compile("(?<=[ÃĂ])(?: (?= )|(?= |$))")
_BETWEEN = re.compile("([ \t\r]+)")
_ONCE_READ_AS = ("sloppy-windows-1252", "latin-1", "sloppy-windows-1258")


def _mended_line(line: str) -> str:
    """A line with its damaged words mended, if most of them are Vietnamese then, or signs between words.

    >>> _mended_line("Tá»•ng BÃ­ thÆ° thÄƒm Cuba vÃ  lÃ m viá»‡c")
    'Tổng Bí thư thăm Cuba và làm việc'
    """
    pieces = _BETWEEN.split(_LOST_SPACE.sub("\xa0", _INNER_SPACE.sub("\xa0", line)))
    damaged = [at for at, piece in enumerate(pieces) if _SIGN.search(piece)]
    known = 0
    for at in damaged:
        pieces[at], is_known = _mended_word(pieces[at])
        known += is_known
    return "".join(pieces) if known * 2 > len(damaged) else line


@lru_cache(maxsize=1 << 15)
def _mended_word(word: str) -> tuple[str, bool]:
    """A word as it was, and whether that is a Vietnamese word or a sign between words; else as it is."""
    from ftfy import bad_codecs  # noqa: F401  # its codecs know the bytes that mean nothing in Windows, too

    found = word
    for codec in _ONCE_READ_AS:
        try:
            better = re.sub(r"[^\x00-\x7f]+", lambda run: run.group().encode(codec).decode("utf-8"), word)  # noqa: B023
        except UnicodeError:
            continue
        words = [part for part in WORD.findall(better) if not part.isascii()]
        if all(place_tones(part.lower()) in ranks() for part in words):
            return better, True
        found = better if found == word else found
    return found, False
