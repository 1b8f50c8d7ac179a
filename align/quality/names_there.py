"""Whether a name stands in a text, in the many ways in which it can."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from align.text.fold import strip_diacritics
from align.text.names import read_names
from align.types import Language

__all__ = ["NamesThere", "is_alike", "squeezed"]


class NamesThere:
    """What a text has of names.

    >>> there = NamesThere("NYU is in Danang, not in Wien.", "en")
    >>> there.has_joined(["New", "York"]), there.has_joined(["Đà", "Nẵng"]), there.has("Huế")
    (True, True, False)
    """

    def __init__(self, text: str, language: Language) -> None:
        self._text, self._language = text, language
        folded = _DOTS.sub("", strip_diacritics(text).lower()).replace("-", "")
        self._words = frozenset(word.rstrip("s") for word in _FOLDED_WORD.findall(folded))
        self._letters = "".join(_FOLDED_WORD.findall(folded))
        self._acronyms = tuple(_ACRONYM.findall(text))
        self._offers: frozenset[str] | None = None

    def has(self, word: str) -> bool:
        """Whether a word is there in any case, with or without diacritics, on its own or in another."""
        key = squeezed(word).rstrip("s")
        return key in self._words or (len(key) >= _TELLING and key in self._letters)

    def has_joined(self, words: Sequence[str]) -> bool:
        """Whether a name is there in one word (`Da Nang`, Danang) or in its initials (`New York`, NYU)."""
        key = "".join(squeezed(word) for word in words)
        initials = "".join(word[0] for word in words)
        return (len(key) >= _TELLING and key in self._letters) or (
            len(words) > 1 and any(acronym.startswith(initials) for acronym in self._acronyms)
        )

    def has_table_name(self, key: str, written: str) -> bool:
        """Whether a name of the table is there as it is written here, in small letters, derived or with a slip."""
        letters = squeezed(written)
        if letters in self._words or (len(letters) >= _TELLING and letters in self._letters):
            return True
        if self._offers is None:
            self._offers = read_names(self._text.title(), self._language).offers
        if key in self._offers:
            return True
        if key == "=china" and _CHINA.search(self._text):
            return True
        stem = squeezed(key)
        stems = _STEMS.get(key, (stem[:_TELLING],))
        alike = [word for word in self._words if word.startswith(stems) or (len(word) > 3 and is_alike(word, stem))]
        if key not in _STEMS:
            # `Austria` is no way to write Australia.
            alike = [word for word in alike if not self._is_another(word, key)]
        return bool(alike) or any(len(stem) > _TELLING and stem in self._letters for stem in stems)

    def _is_another(self, word: str, key: str) -> bool:
        """Whether a word is itself a name of the table, and not this one."""
        found = {offer for offer in read_names(word.title(), self._language).offers if offer.startswith("=")}
        return bool(found) and key not in found


# Letters that are no accident when they stand in another text, chosen by hand.
_TELLING = 5
_DOTS = re.compile(r"(?<=\b[a-z])\.(?=[a-z]\b)")
_ACRONYM = re.compile(r"\b[A-ZĐ]{2,8}\b")
_FOLDED_WORD = re.compile(r"(?:\b[A-Z]\.){2,6}|[^\W\d_]+")
# China in one syllable, which is a word of its own elsewhere.
_CHINA = re.compile(
    r"\b(?:[Tt]iếng|[Nn]gười|[Cc]hữ|[Hh]àng|Việt|Mỹ|Nga|Nhật|Ấn|Hàn|Triều|Đài|Úc|Âu|Anh|Pháp) ?[-–]? ?Trung\b(?! Đông)"
    r"|\bTrung ?[-–] ?[A-ZĐẤÚÂ]"
)
# Where words derived from a name, or ways to say it, do not begin with its first letters.
_STEMS: dict[str, tuple[str, ...]] = {
    "=africa": ("africa", "phi"),
    "=americas": ("america", "my"),
    "=arctic": ("arctic", "polar", "north"),
    "=asia-pacific": ("asiapacific", "thaibinhduong"),
    "=britain": ("brit", "uk", "engl", "london", "anh"),
    "=china": ("chin", "sino", "beijing", "han"),
    "=christ": ("christ", "codoc", "kito"),
    "=christmas": ("christm", "xmas", "noel"),
    "=east sea": ("eastsea", "southsea", "chinasea"),
    "=europe": ("euro", "eu"),
    "=european commission": ("euro", "eu"),
    "=european union": ("euro", "eu"),
    "=finland": ("finn", "finland"),
    "=france": ("franc", "french", "paris"),
    "=ho chi minh": ("hcm",),
    "=jewish": ("jew", "hebrew", "judai", "israel", "dothai"),
    "=kurdish": ("kurd",),
    "=netherlands": ("dutch", "holland"),
    "=north korea": ("korea", "pyongyang", "trieu"),
    "=olympics": ("olympi", "game"),
    "=pacific": ("pacific", "thaibinhduong"),
    "=russia": ("russ", "moscow", "soviet"),
    "=south africa": ("africa",),
    "=south korea": ("korea", "seoul", "han", "trieu"),
    "=spain": ("span", "spain", "hispan"),
    "=tet": ("tet", "newyear", "lunar"),
    "=united nations": ("un", "lhq", "lienhop", "lienhiep"),
    "=us": ("america", "usd", "us", "federal", "washington"),
    "=vietnam": ("viet", "vn"),
}


def squeezed(text: str) -> str:
    """The folded letters of a name.

    >>> squeezed("Xơ-un"), squeezed("U.S.")
    ('xoun', 'us')
    """
    return "".join(_FOLDED_WORD.findall(strip_diacritics(text).lower()))


def is_alike(one: str, two: str) -> bool:
    """Whether two folded names differ by a slip or a transliteration.

    >>> is_alike("aryton", "ayrton"), is_alike("samsung", "intel")
    (True, False)
    """
    if one[:1] != two[:1] or len(one) > 60 or len(two) > 60:
        return False
    return SequenceMatcher(None, one, two, autojunk=False).ratio() >= _ALIKE


# Chosen by hand on 2,000 pairs of news, talks and software (November 2026).
_ALIKE = 0.7
