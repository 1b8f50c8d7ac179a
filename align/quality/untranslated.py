"""Text that was copied rather than translated, and sides that are in the wrong language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from align.quality.finding import Finding, Severity
from align.quality.sides import Span, about, other, quoted, sides, text_of
from align.text.fold import SYLLABLE, strip_diacritics
from align.text.language import identify
from align.types import LANGUAGE_NAMES, LANGUAGES, Language, TranslationUnit

__all__ = ["check_language"]

# Chosen by hand. Names, products and dishes are kept by both languages, so this many words in small
# letters must be there before anything is said.
_SMALL_WORDS = 3
_RUN = 4


def check_language(unit: TranslationUnit) -> Iterator[Finding]:
    """Text of one side that stands on the other: `untranslated`; a side in the other's language or in
    a third one: `language`.

    Names, numbers, addresses, short terms and titles in quotes are the same in both languages and
    no mistakes. Letters are compared without diacritics and case.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> vi = "Người dùng cần đăng nhập để tiếp tục."
    >>> [finding.reason for finding in check_language(unit_of_texts(vi, vi, ids=unit_ids()))]
    ['The English text is in Vietnamese, the same as the Vietnamese text.']
    """
    vi, en = unit.vi, unit.en
    if _is_surely(vi, "vi") and _is_surely(en, "en"):
        return
    if vi and en:
        copied = list(_copied(unit))
        if copied:
            yield from copied
            return
    for language, text in sides(unit):
        if text and _is_in_the_other(text, language):
            name = LANGUAGE_NAMES[other(language)]
            yield about(language, "language", "error", f"{text_of(language)} is in {name}.", [(0, len(text))])
        elif text and _is_in_a_third(text, unit.en if language == "vi" else unit.vi):
            reason = f"{text_of(language)} is in neither Vietnamese nor English."
            yield about(language, "language", "error", reason, [(0, len(text))])


def _is_in_the_other(text: str, language: Language) -> bool:
    text = text[:_ENOUGH]
    if _is_surely(text, language):
        return False
    # `Áo dài and nón lá are …`: English about Vietnamese things. Without marks, `the` and `not` may be Vietnamese.
    if language == "en" and len(_FUNCTION_WORD.findall(text)) > int(text.isascii()):
        return False
    return len(_small_words(text)) >= _SMALL_WORDS and identify(text) == other(language)


def _is_in_a_third(text: str, partner: str) -> bool:
    """Whether a text is in another script, or in a language that its small words tell, and the partner is not.

    >>> _is_in_a_third("Il a quitté la maison pour le train.", "Anh ấy rời nhà ra ga.")
    True
    >>> _is_in_a_third("La vie est dans les rêves.", "“La vie est dans les rêves” là tên phim.")
    False
    """
    text = text[:_ENOUGH]
    if _OTHER_SCRIPT.search(text):
        strange = sum(map(len, _OTHER_SCRIPT.findall(text)))
        return 2 * strange > len(_LETTER.findall(text)) and not _OTHER_SCRIPT.search(partner)
    if _MARKED.search(text) or len(_FUNCTION_WORD.findall(text)) > 1:
        return False
    words = _small_words(text)
    if len(words) <= _SMALL_WORDS or identify(text):
        return False
    elsewhere = {word.lower() for word in _WORD.findall(partner[:_ENOUGH])}
    told = max(([word for word in words if word in small] for small in _third_languages()), key=len)
    # Vietnamese without its marks has `la`, `de` and `con` too.
    if text.isascii() and not any(SYLLABLE.fullmatch(word) is None for word in told):
        return False
    return len(set(told) - elsewhere) >= _SMALL_WORDS and len(told) * 3 >= len(words)


@cache
def _third_languages() -> tuple[frozenset[str], ...]:
    """The small words of other languages in Latin letters, without those of English and Vietnamese."""
    lines = files("align.text").joinpath("words.other.txt").read_text(encoding="utf-8").splitlines()
    return tuple(
        frozenset(word for word in line.split()[1:] if not _FUNCTION_WORD.fullmatch(word))
        for line in lines
        if line and not line.startswith("#")
    )


_LETTER = re.compile(r"[^\W\d_]")
_OTHER_SCRIPT = re.compile("[\u0370-\u1cff\u3040-\u9fff\uac00-\ud7af]{3,}")

# Characters of a text that tell its language, chosen by hand: a megabyte says no more.
_ENOUGH = 2000
_MARKED = re.compile("[ăđơưạ-ỹĂĐƠƯẠ-Ỹ]")
_FUNCTION_WORD = re.compile(
    r"\b(?:of|and|with|from|was|that|are|by|for|is|this|you|not|the|if|be|has|have|had|will|said|we|they"
    r"|been|which|who|how|his|their|our|when|would|more|about|its)\b"
)


def _is_surely(text: str, language: Language) -> bool:
    """Whether a cheap look settles that all of a text is in a language; it does for most.

    >>> _is_surely("Giá gạo tăng mạnh", "vi"), _is_surely("Gia gao tang manh", "vi")
    (True, False)
    """
    text = text[:_ENOUGH]
    if language == "vi":
        return len(_MARKED.findall(text)) * 12 > len(text) and not _FUNCTION_WORD.search(text)
    # `the` is Vietnamese too, where diacritics are missing.
    return not _MARKED.search(text) and len(_FUNCTION_WORD.findall(text)) > 1


def _small_words(text: str) -> list[str]:
    return [word for word in _WORD.findall(_ADDRESS.sub(" ", text[:_ENOUGH])) if word.islower()]


_WORD = re.compile(r"[^\W\d_]{1,60}")
# Addresses, code and options of commands are the same in every language.
_ADDRESS = re.compile(r"\S{0,80}[@/\\_=<>{}]\S{0,80}|(?<!\S)--?\w\S{0,80}")

# --- copied text -------------------------------------------------------------------------


class _Token(NamedTuple):
    key: str
    start: int
    end: int


def _copied(unit: TranslationUnit) -> Iterator[Finding]:
    """The findings about words that both sides share, one after the other."""
    tokens = {"vi": _tokens(unit.vi), "en": _tokens(unit.en)}
    vi_keys, en_keys = ([token.key for token in tokens[language]] for language in LANGUAGES)
    if min(len(vi_keys), len(en_keys)) < _SMALL_WORDS:
        return
    if vi_keys == en_keys:
        yield from _all_copied(unit.vi, unit.en)
        return
    shared = set(pairwise(vi_keys)) & set(pairwise(en_keys))
    if len(shared) < _RUN - 1:
        return
    for language, text in sides(unit):
        for span in _runs(tokens[language], shared):
            if _is_foreign_run(text, span, language):
                name = LANGUAGE_NAMES[other(language)]
                part = quoted(text[slice(*span)])
                reason = f"{part} in {text_of(language)} is in {name}, the same as in {text_of(other(language))}."
                severity: Severity = "error" if span[1] - span[0] > len(text) / 2 else "warning"
                yield about(language, "untranslated", severity, reason, [span])


def _all_copied(vi: str, en: str) -> Iterator[Finding]:
    if len(_small_words(vi)) < _SMALL_WORDS and len(_small_words(en)) < _SMALL_WORDS:
        return
    # What is in neither language (Latin, code, product names) may stay.
    source = identify(vi[:_ENOUGH])
    if source is None:
        return
    language = other(source)
    reason = f"{text_of(language)} is in {LANGUAGE_NAMES[source]}, the same as {text_of(source)}."
    text = vi if language == "vi" else en
    yield about(language, "untranslated", "error", reason, [(0, len(text))])


def _tokens(text: str) -> list[_Token]:
    """The words of a text, each as it is compared."""
    folded = strip_diacritics(text.lower())
    same = len(folded) == len(text)
    return [
        _Token(folded[found.start() : found.end()] if same else strip_diacritics(found[0].lower()), *found.span())
        for found in _WORD.finditer(text)
    ]


def _runs(tokens: list[_Token], shared: set[tuple[str, str]]) -> Iterator[Span]:
    """Stretches of words of which each pair of neighbours stands on the other side too."""
    first = 0
    for at in range(1, len(tokens) + 1):
        if at < len(tokens) and (tokens[at - 1].key, tokens[at].key) in shared:
            continue
        if at - first >= _RUN:
            yield tokens[first].start, tokens[at - 1].end
        first = at


def _is_foreign_run(text: str, span: Span, language: Language) -> bool:
    """Whether a stretch is in the wrong language, and no title, name, list of names or code."""
    start, end = span
    part = text[start:end]
    small = _small_words(part)
    if len(small) < _RUN or 2 * len(small) < len(_WORD.findall(part)) or part.count(" ") < _RUN - 1:
        return False
    # A title in quotes, an original in brackets.
    if _OPENING.search(text[max(0, start - 2) : start]) or _CLOSING.search(text[end : end + 2]):
        return False
    return identify(part[:_ENOUGH]) == other(language)


_OPENING = re.compile("[\"“«'‘(\\[]")
_CLOSING = re.compile("[\"”»'’)\\]]")
