"""Matching forms: what two texts are compared by, never what is shown.

English writes Vietnamese names without diacritics, keyboards disagree on where a tone
mark stands, and typography has six spaces and nine dashes. The functions here take such
differences away. None keeps offsets: nothing they return may leave the program.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["SYLLABLE", "fold", "place_tones", "strip_diacritics", "strip_tone"]


def fold(text: str) -> str:
    """The form in which two spellings of the same are equal.

    Lower case, without diacritics, with plain quotes, dashes and single spaces.

    >>> fold("  Tổng Bí thư TÔ LÂM –  “Đại hội\\u00a0XIII”… ")
    'tong bi thu to lam - "dai hoi xiii"...'
    >>> fold("Hoà bình") == fold("HÒA BÌNH") == "hoa binh"
    True
    """
    if not text.isascii():
        text = strip_diacritics(text.casefold()).translate(_TYPOGRAPHY)
        # Case folding and decomposition open new work for each other in a few Greek and
        # Latin letters; a second round reaches the end (held by a property test).
        text = strip_diacritics(text.casefold())
    return " ".join(text.casefold().split())


def strip_diacritics(text: str) -> str:
    """A text without the marks on its letters, `đ` included.

    The trap: the letter đ has no decomposition, so dropping the marks of NFD leaves it;
    and old Vietnamese fonts put Ð (U+00D0, an Icelandic letter) in place of Đ (U+0110).

    >>> strip_diacritics("Đường lên đỉnh Ðiện Biên")
    'Duong len dinh Dien Bien'
    """
    if text.isascii():
        return text
    bare = _MARKS.sub("", unicodedata.normalize("NFD", text)).translate(_STROKE)
    return unicodedata.normalize("NFC", bare)


def place_tones(text: str) -> str:
    """Every Vietnamese syllable with its tone mark in the one, traditional place.

    `hoà` and `hòa` are the same word by two school grammars, and one text can hold both.
    In `qu-` and `gi-` the second letter belongs to the onset, so `quý` and `già` have only
    one right form, and `qúy` and `gìa` are slips that are mended. What is no Vietnamese
    syllable is left alone. The result is NFC.

    >>> place_tones("Hoà bình, uỷ ban, THUÝ, hòan thành, quý, gì, già, khuỷu, café")
    'Hòa bình, ủy ban, THÚY, hoàn thành, quý, gì, già, khuỷu, café'
    """
    if text.isascii():
        return text
    return _WORD.sub(lambda word: _placed(word.group()), unicodedata.normalize("NFC", text))


def strip_tone(text: str) -> str:
    """A text without its five tone marks; the marks that make other letters stay.

    >>> strip_tone("được, nghiễm nhiên")
    'đươc, nghiêm nhiên'
    """
    return unicodedata.normalize("NFC", _TONE.sub("", unicodedata.normalize("NFD", text)))


_MARKS = re.compile("[\u0300-\u036f]+")
_STROKE = str.maketrans("đĐÐð", "dDDd")

_TYPOGRAPHY: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\u00b4`\u02bc\uff07"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-"),
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"), None),
    ord("\u2026"): "...",
}

# Only words with a letter that can carry a tone mark are looked at.
_WORD = re.compile(r"[^\W\d_]*[^\x00-\x7f\W\d_][^\W\d_]*")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONE = re.compile(f"[{_TONES}]")

# A syllable without its tone: onset, nucleus, coda. Written out rather than clever, so that
# a foreign word with an accent (`más`, `père`, `tué`) falls through.
SYLLABLE = re.compile(
    "(?P<onset>(?:qu|gi(?=[aăâeêioôơuư])|ngh?|[cgkpt]h|gh|tr|nh|[bcdđghklmnprstvx])?)"
    "(?P<nucleus>oai|oay|oao|oeo|uay|uây|uya|uyê|uyu|iêu|yêu|ươi|ươu|uôi|uêu"
    "|oa|oă|oe|oo|ua|uâ|uê|ui|uy|uơ|uô|ia|iê|iu|ya|yê|ưa|ươ|ưi|ưu"
    "|ai|ao|au|ay|âu|ây|eo|êu|oi|ôi|ơi|[aăâeêioôơuưy])"
    "(?P<coda>ch|ng|nh|[cmnpt])?"
)


@lru_cache(maxsize=1 << 15)
def _placed(word: str) -> str:
    """One word with its tone mark in place, or as it came.

    >>> _placed("Thuỷ"), _placed("giuờng"), _placed("naïve")
    ('Thủy', 'giuờng', 'naïve')
    """
    letters = unicodedata.normalize("NFD", word)
    marks = [mark for mark in letters if mark in _TONES]
    if len(marks) != 1:
        return word
    bare = strip_tone(word)
    syllable = SYLLABLE.fullmatch(bare.lower())
    if not syllable:
        return word
    at = syllable.start("nucleus") + _tone_index(syllable["nucleus"], bool(syllable["coda"]))
    return unicodedata.normalize("NFC", bare[: at + 1] + marks[0] + bare[at + 1 :])


def _tone_index(nucleus: str, closed: bool) -> int:
    """Which letter of the nucleus carries the tone.

    The last letter with a mark of its own (`ươ`: ơ); else, before a coda, the last letter;
    else the middle of three and the first of two.

    >>> [_tone_index(*case) for case in [("ươ", True), ("oa", True), ("oai", False), ("oa", False)]]
    [1, 1, 1, 0]
    """
    marked = [i for i, letter in enumerate(nucleus) if letter in "ăâêôơư"]
    if marked:
        return marked[-1]
    return len(nucleus) - 1 if closed else (len(nucleus) - 1) // 2
