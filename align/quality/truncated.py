"""A side that stops before its sentence ends, where the other goes on."""

# Word lists read better as text.
# ruff: noqa: SIM905
from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from align.quality.finding import Finding, Severity
from align.quality.sides import about, facing, other, quoted, text_of
from align.text.fold import place_tones
from align.types import Language, TranslationUnit

__all__ = ["check_truncated"]


def check_truncated(unit: TranslationUnit) -> Iterator[Finding]:
    """One side ends a sentence, the other stops in it: `truncated`.

    An ellipsis, a comma, a hyphen or a word that cannot be the last (`the`, `của`) tells, and in a long text
    what is no word (`inclu`); a missing full stop alone does not, as many headlines and titles have one in
    one language only.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> unit = unit_of_texts("Giá gạo tăng vì nắng hạn.", "Rice prices rose because of the", ids=unit_ids())
    >>> [finding.reason for finding in check_truncated(unit)]
    ['The English text ends with “the”, the Vietnamese text with a full sentence.']
    """
    if not (unit.vi and unit.en):
        return
    for language, text, partner in facing(unit):
        found = _stops(text, partner, language)
        if found:
            sign, severity = found
            end = len(text.rstrip(_CLOSERS)) if text[-1] in _CLOSERS else len(text)
            reason = f"{text_of(language)} ends with {quoted(sign)}, {text_of(other(language))} with a full sentence."
            yield about(language, "truncated", severity, reason, [(end - len(sign), end)])


_CLOSERS = "\"'”’»)] "
_FULL = re.compile(r"[.!?。！？]$")
_ELLIPSIS = re.compile(r"(?:\.{2,}|…)$")
_LAST_WORD = re.compile(r"(?:^|[\s(“\"])([^\W\d_]{1,20})$")


def _stops(text: str, partner: str, language: Language) -> tuple[str, Severity] | None:
    """With what a text stops in a sentence, if it does and its partner does not."""
    tail, other_tail = text[-60:].rstrip(_CLOSERS), partner[-60:].rstrip(_CLOSERS)
    if not _FULL.search(other_tail) or _ELLIPSIS.search(other_tail):
        return None
    ellipsis = _ELLIPSIS.search(tail)
    if ellipsis:
        return ellipsis[0], "warning"
    if text[-1] in ",-" and (text[-1] == "," or text[-2:-1].isalpha()):
        return text[-1], "warning" if text[-1] == "-" else "note"
    word = _LAST_WORD.search(text[-60:])
    if word and word[1].lower() in _NEVER_LAST[language]:
        return word[1], "warning"
    if word and word[1].islower() and len(text) >= _LONG and len(word[1]) > 1 and _is_cut(word[1], language):
        return word[1], "warning"
    return None


# Chosen by hand: what is shorter may be a label or a name.
_LONG = 50


def _is_cut(word: str, language: Language) -> bool:
    """Whether a word is none of the commonest, but the beginning of one.

    >>> _is_cut("inclu", "en"), _is_cut("schoolwork", "en"), _is_cut("trườ", "vi"), _is_cut("trường", "vi")
    (True, False, True, False)
    """
    words, word = _words(language), place_tones(word)
    return word not in words and any(whole.startswith(word) for whole in words)


@cache
def _words(language: Language) -> frozenset[str]:
    """The commonest words of a language."""
    listed = files("align.text").joinpath(f"words.{language}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(place_tones(word.rstrip("*")) for word in listed if not word.startswith("#"))


# Words that no sentence ends with, chosen by hand. English prepositions end relative clauses and
# questions, but then a mark follows.
_NEVER_LAST: dict[Language, frozenset[str]] = {
    "vi": frozenset(
        """
        và của các những với vì bởi do nhưng hoặc hay mà là để cho từ tại trong ngoài trên dưới bằng về như nếu
        khi một mỗi mọi cùng sẽ đang bị theo giữa nhằm nên thì rằng tuy dù
        """.split()
    ),
    "en": frozenset(
        """
        the a an and or but of to in on at for from with by as into onto than that which who whose because if
        while is are was were be been has have had will would can could may might must shall should its their our
        your my his very
        """.split()
    ),
}
