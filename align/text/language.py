"""Which language a line is in: Vietnamese, English, or neither that can be told.

Every word votes with the logarithm of how common it is in Vietnamese, in English and
elsewhere, read from three ranked lists beside this module. Words in lower case decide,
and capitalised ones only break ties, because news in either language is full of the
other's names. Vietnamese typed without diacritics votes through the same list with the
diacritics taken off.
"""

# Word lists read better as text.
# ruff: noqa: SIM905
from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from math import log
from typing import Literal, NamedTuple, TypeAlias

from align.text.fold import SYLLABLE, place_tones, strip_diacritics, strip_tone
from align.types import Language

__all__ = ["identify"]


def identify(text: str) -> Language | None:
    """The language of a line, or None for another, for names and numbers, or for doubt.

    A text that holds both gets the one that fills clearly more of it. Titles in quotes
    are left out where enough remains without them.

    >>> identify("Tổng Bí thư Tô Lâm lên đường công du Mỹ, Cuba")
    'vi'
    >>> identify("Thu tuong Pham Minh Chinh tiep Tong Thu ky Lien Hop Quoc")
    'vi'
    >>> identify("Tô Lâm visits Việt Nam")
    'en'
    >>> print(identify("Le président a reçu son homologue"), identify("Khánh Minh | 21.9.2024"))
    None None
    """
    words = _words(text)
    if not words:
        return None
    start = _BARE if text.isascii() else 0.0
    decided = _decided([_vote(word) for word in words if word.islower()], start)
    if decided == "unclear":
        decided = _with_capitals(words, start)
    return None if decided == "other" or decided == "unclear" else decided


# All chosen by hand on the development data (November 2026), as natural logarithms.
# How common a word is in a language that does not list it:
_FOREIGN = -18.0  # a word the language cannot form
_UNLISTED = -16.5  # a word it could form
_ELSEWHERE = -14.5  # any word, somewhere in the world
_ACCENTED = -12.5  # any word with an accent that several languages write
_GIVEAWAY = -6.0  # a small word of another language
_SHARED = -8.5  # the same, where English has it among its commonest: `was`, `die`, `in`
# No single word says more than this: one English name among Vietnamese words is no tie.
_LOUDEST = 8.0
# But for a word that only Vietnamese can write: its headlines borrow more than English ones.
_LOUDER = 12.0
# Text in ASCII is less often Vietnamese, even where every word could be.
_BARE = -2.5
# The sum of a language must lead by this much; e**2.5 is about 12 to 1.
_LEAD = 2.5
# And by this share of all that was said for or against it: below, both languages are there.
_DOMINANCE = 0.2


_Decision: TypeAlias = Literal["vi", "en", "other", "unclear"]


class _Vote(NamedTuple):
    """Log-frequencies of one word, or their sums over a text."""

    vi: float
    en: float
    other: float


_SILENT = _Vote(0.0, 0.0, 0.0)


def _decided(votes: Iterable[_Vote], vi: float, dominance: float = _DOMINANCE) -> _Decision:
    """Which sum leads clearly, if one does; `vi` is where Vietnamese starts."""
    en = other = dispute = 0.0
    for vote in votes:
        vi += vote[0]
        en += vote[1]
        other += vote[2]
        dispute += abs(vote[0] - vote[1])
    lead = max(_LEAD, dominance * dispute)
    if vi - en > lead and vi - other > _LEAD:
        return "vi"
    if en - vi > lead and en - other > _LEAD:
        return "en"
    return "other" if other - max(vi, en) > _LEAD else "unclear"


def _with_capitals(words: list[str], start: float) -> _Decision:
    """The decision when capitalised words are heard too, names left out as far as known."""
    votes = [_vote(word) if word.islower() else _capital_vote(word.lower()) for word in words]
    if any(word.islower() for word in words):
        return _decided(votes, start)
    # Headlines in capitals or in title case: people and places should stay undecided, and
    # Vietnamese ones are made of common words (`Phạm Minh Chính`), so more is asked for.
    heard = [vote for vote in votes if vote is not _SILENT]
    if len(heard) < min(2, len(words)) or len(heard) * 2 < len(words):
        return "unclear"
    shouted = all(word.isupper() for word in words)
    decided = _decided(heard, start, _DOMINANCE * (1 if shouted else 2))
    return "unclear" if decided == "vi" and len(heard) < _needed(len(words), shouted, start < 0) else decided


def _needed(n_words: int, shouted: bool, bare: bool) -> int:
    """How many common words make capitals Vietnamese rather than the name of somebody."""
    if n_words == 1:
        return 1
    if shouted:
        return 2 if n_words > 3 else 3
    return 5 if bare else 4


# --- words -------------------------------------------------------------------------------

# Letters next to a digit or an underscore (`8h30`, `F16`, `get_name`) are no words.
# The bounds keep a megabyte without a space from taking quadratic time.
_WORD = re.compile(r"\b[^\W\d_]{1,40}(?:['’][^\W\d_]{1,9})?\b")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w.+-]{1,64}@\S+|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.(?:com|vn|net|org|gov|edu|io)\b\S*"
)
_QUOTED = re.compile('"[^"]*"|“[^“”]*”|«[^«»]*»')
_ENOUGH = 4
_UNITS = frozenset("km kg cm mm ha gb mb tb hz mhz ghz kw mw kwh vs pm am usd vnd ph đ".split())


def _words(text: str) -> list[str]:
    """The words of a text, without addresses and, where enough remains, without quotations.

    >>> _words('Phim "The Lord of the Rings" ra rạp ngày 5/3, xem www.phim.vn')
    ['Phim', 'ra', 'rạp', 'ngày', 'xem']
    """
    text = unicodedata.normalize("NFC", text)
    if "." in text or "@" in text:
        text = _ADDRESS.sub(" ", text)
    unquoted = _QUOTED.sub(" ", text)
    words: list[str] = _WORD.findall(unquoted)
    if len(words) < _ENOUGH and unquoted != text:
        words = _WORD.findall(text)
    return words


# --- votes -------------------------------------------------------------------------------


@lru_cache(maxsize=1 << 16)
def _vote(word: str) -> _Vote:
    """How common a lower-case word is in each language.

    >>> vote = _vote("nước")
    >>> vote.vi > max(vote.en, vote.other)
    True
    """
    if word in _UNITS:
        return _SILENT
    word = word.replace("’", "'")
    vi, en, other = _vietnamese(word), _english(word), _other(word)
    floor = max(vi, en, other) - (_LOUDER if other == _FOREIGN else _LOUDEST)
    return _Vote(max(vi, floor), max(en, floor), max(other, floor))


@lru_cache(maxsize=1 << 16)
def _capital_vote(word: str) -> _Vote:
    """The same for a capitalised word, which only counts where it is no usual name."""
    lists = _lists()
    bare = word.removesuffix("'s").removesuffix("’s")
    known = bare in lists.common or place_tones(word) in lists.common or word in lists.other
    return _vote(word) if known else _SILENT


def _english(word: str) -> float:
    if not word.isascii():
        return _FOREIGN
    listed = _lists().en.get(word)
    if listed is None:
        listed = _lists().en.get(word.removesuffix("'s"))
    if listed is not None:
        return listed
    return _UNLISTED + 2 * bool(_ENGLISH_ENDING.search(word))


_ENGLISH_ENDING = re.compile("..(?:ing|ings|ed|ly|ness|less|ful|ship|ships|ation|ations|ers|ies|ized|ised)$")


def _vietnamese(word: str) -> float:
    lists = _lists()
    word = place_tones(word)
    listed = lists.bare.get(word) if word.isascii() else lists.vi.get(word)
    if listed is not None:
        return listed
    if not SYLLABLE.fullmatch(strip_tone(word)):
        return _FOREIGN
    return _UNLISTED if word.isascii() else _UNLISTED + 4.5


def _other(word: str) -> float:
    if word in _lists().other:
        return _SHARED if _lists().en.get(word, _FOREIGN) > _COMMONEST else _GIVEAWAY
    if word.isascii():
        return _ELSEWHERE
    if not _LATIN.fullmatch(word):
        return _GIVEAWAY  # another script
    return _FOREIGN if _VIETNAMESE_ONLY.search(word) else _ACCENTED


_COMMONEST = log(0.1 / 300)
_LATIN = re.compile("[a-z'\u00df-\u024f\u1e00-\u1eff]+")
# Letters no other language with a large readership writes. `ă`, `đ` and the plain accents
# are also Romanian, Croatian, French, Spanish or Portuguese.
_VIETNAMESE_ONLY = re.compile("[ơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")


# --- lists -------------------------------------------------------------------------------


class _Lists(NamedTuple):
    """The word lists as log-frequencies.

    `bare` is Vietnamese without diacritics; `common` the words that are seldom names.
    """

    vi: dict[str, float]
    en: dict[str, float]
    bare: dict[str, float]
    other: frozenset[str]
    common: frozenset[str]


@cache
def _lists() -> _Lists:
    vi, vi_common = _ranked("words.vi.txt")
    en, en_common = _ranked("words.en.txt")
    bare: dict[str, float] = {}
    for word, share in vi.items():
        key = strip_diacritics(word)
        bare[key] = bare.get(key, 0.0) + share
    other = {w for line in _lines("words.other.txt") for w in line.split()[1:]}
    # `mình` is no name, but `Minh` is: a starred word stays one.
    bare_common = {strip_diacritics(word) for word in vi_common} - (vi.keys() - vi_common)
    common = vi_common | en_common | bare_common
    return _Lists(_logs(vi), _logs(en), _logs(bare), frozenset(other), common)


def _ranked(name: str) -> tuple[dict[str, float], frozenset[str]]:
    """Each word's share by Zipf's law, and the words without a star."""
    lines = list(_lines(name))
    shares = {line.rstrip("*"): 0.1 / (rank + 2) for rank, line in enumerate(lines)}
    return shares, frozenset(line for line in lines if not line.endswith("*"))


def _logs(shares: dict[str, float]) -> dict[str, float]:
    return {word: log(share) for word, share in shares.items()}


def _lines(name: str) -> Iterator[str]:
    text = files("align.text").joinpath(name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))
