"""Text that an encoding, a font or a web page has spoilt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from html import unescape
from typing import NamedTuple

from align.quality.finding import Finding, Severity
from align.quality.sides import Span, about, listed, sides, text_of
from align.types import TranslationUnit

__all__ = ["check_damage", "is_damaged"]


def check_damage(unit: TranslationUnit) -> Iterator[Finding]:
    """Signs of a wrong encoding, and characters that no text means to hold: `damage`.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> unit = unit_of_texts("Viá»‡t Nam thắng", "Vietnam won", ids=unit_ids())
    >>> [finding.reason for finding in check_damage(unit)]
    ['“Viá»‡t” of the Vietnamese text looks like UTF-8 that was read as Windows-1252; it may be “Việt”.']
    """
    for language, text in sides(unit):
        for kind, spans in _damage(text):
            parts = [text[slice(*_shown(text, span))] for span in spans]
            verb = "looks" if len(set(parts)) == 1 else "look"
            reason = f"{listed(list(dict.fromkeys(parts)))} of {text_of(language)} {verb} like {kind.what}"
            repaired = _mended(parts[0]) if kind.mends else ""
            reason += f"; it may be “{repaired}”." if repaired else "."
            severity: Severity = "error" if len(spans) >= kind.sure else kind.severity
            yield about(language, "damage", severity, reason, spans)


def is_damaged(text: str) -> bool:
    """Whether a text is spoilt so far that comparing it with another says nothing.

    >>> is_damaged("ViÖt Nam xuÊt khÈu g¹o"), is_damaged("Việt Nam xuất khẩu gạo")
    (True, False)
    """
    return any(kind.spoils for kind, _ in _damage(text))


class _Kind(NamedTuple):
    """One kind of damage.

    :param what: how a reason names it, behind "looks like"
    :param severity: where it occurs fewer times than `sure`, from which on it is an error
    :param spoils: whether words can no longer be told
    :param mends: whether ftfy may know what it was
    """

    find: Callable[[str], list[Span]]
    what: str
    severity: Severity
    sure: int
    spoils: bool
    mends: bool = False


def _damage(text: str) -> Iterator[tuple[_Kind, list[Span]]]:
    """Each kind of damage that a text has, with where."""
    if not _is_odd(text):
        return
    for kind in _KINDS:
        spans = kind.find(text)
        if spans:
            yield kind, spans


def _word(text: str, span: Span) -> Span:
    """The word round a span, cut where it is long."""
    start, end = span
    while start > 0 and span[0] - start < 20 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and end - span[1] < 20 and not text[end].isspace():
        end += 1
    return start, end


def _shown(text: str, span: Span) -> Span:
    """What a reason quotes: the word round a span, or a little more where it stands alone."""
    start, end = _word(text, span)
    return (start, end) if end - start > 1 else (max(0, start - 4), end + 4)


def _mended(word: str) -> str:
    from ftfy import fix_encoding

    mended: str = fix_encoding(word)
    return "" if mended == word else mended


# --- what is looked for ------------------------------------------------------------------

# Anything but the letters, digits and marks that a sound text in either language holds. Most texts have none.
_ODD = re.compile(
    r"[^\x00-\x7eÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ“”‘’…–—•°]"
    r"|(?<=[^\W\d_])[?](?=[^\W\d_])|[&\\](?=[#\w])|(?<=[ÃÂ])[^\w\s,.:;!?)]"
)


def _is_odd(text: str) -> bool:
    return _ODD.search(text) is not None


def _finder(pattern: str) -> Callable[[str], list[Span]]:
    """Where a pattern stands."""
    compiled = re.compile(pattern)
    return lambda text: [found.span() for found in compiled.finditer(text)]


# The second bytes of UTF-8 as Windows-1252 shows them, without those that follow a letter in sound
# text: quotes, dashes, an ellipsis (`BÃO…`, `«má»`). C1 controls were taken out when the text was cleaned.
_TRAIL = "€‚ƒ„†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ¡-ª¬-º¼-¿"
_MOJIBAKE = (
    f"[ÃÂÄÅÆ][{_TRAIL}]|á[º»](?:[{_TRAIL}“”‘’–—…«]|(?=[^\\W\\d_]))|â€[{_TRAIL}“”‘’–—…]?|Ä‘|Æ[°¡]"
    r"|(?<=[a-z])Ã(?=\s?[a-z])|\bÃ[\s](?=[a-z])|(?:^|(?<=\s))Ä(?=[àáâãèéêìíòóôõùúýăơưạ-ỹ])|ï»¿"
)

_FONT_WORD = re.compile(r"[\wµ¸¶·¹¨¾¼½©ª«¬®]{2,30}")
# TCVN3 read as Latin-1: a capital or a sign stands inside a word of small letters (`ViÖt`, `n¨m`, `®ang`).
_TCVN3 = re.compile("[a-z][À-ÖØ-Þ]|[a-zA-Z][µ¸¶¹¨¾¼½¬](?=[a-z]|$)|[a-zA-Z][©ª«](?=[a-z])|^®[a-zÀ-þ¸¶·¹¨¾¼½©ª«¬]")
# VNI: the mark of a vowel stands behind it as a letter that Vietnamese has not, or not there (`Vieät`, `ñaõ`).
_VNI = re.compile(
    "[aeoöô][äå]|aë|[aeouyöô]õ|[aeouyöô][øûï](?=[aeiouycmnpt]|$)|[ae][áàâã](?=[a-z]|$)|a[êéèúü](?=[a-z]|$)"
    "|^ñ[aeiouyöô]|öô|[öô][ùøûõï]"
)


def _old_font(sign: re.Pattern[str]) -> Callable[[str], list[Span]]:
    """Words of an old Vietnamese font: two or more, and no Vietnamese letter of Unicode in the text.

    One alone is a foreign name (`Citroën`, `naïve`) or a sign of its own.
    """

    def find(text: str) -> list[Span]:
        spans = [found.span() for found in _FONT_WORD.finditer(text) if sign.search(found[0])]
        return [] if len(spans) < 2 or _VIETNAMESE.search(text) else spans

    return find


_VIETNAMESE = re.compile("[ăđơưạ-ỹ]")


def _mixed_alphabets(text: str) -> list[Span]:
    """Cyrillic or Greek letters in a word of Latin ones that look the same.

    >>> _mixed_alphabets("Việt N\\u0430m, Москва")
    [(5, 8)]
    """
    return [found.span() for found in _MIXED.finditer(text) if _LATIN.search(found[0]) and len(found[0]) > 1]


_MIXED = re.compile(r"\b[^\W\d_]{0,30}[АВЕКМНОРСТХаеорсухіјѕԁ][^\W\d_]{0,30}\b")
_LATIN = re.compile("[a-zA-Z]")


def _marks_alone(text: str) -> list[Span]:
    """Combining marks that have no letter to stand on."""
    spans = []
    for found in _MARK.finditer(text):
        before = text[found.start() - 1 : found.start()]
        if not before or before.isspace() or unicodedata.category(before)[0] == "P":
            spans.append(found.span())
    return spans


_MARK = re.compile("[\u0300-\u036f]+")


def _questions(text: str) -> list[Span]:
    """Question marks where letters or apostrophes stood: `Vi?t`, `country?s`; those of addresses are no damage."""
    return [
        found.span()
        for found in _QUESTION.finditer(text)
        if not _ADDRESS_MARKS.intersection(text[slice(*_word(text, found.span()))])
    ]


_QUESTION = re.compile(
    r"(?<![^\W\d_])(?:[^\W\d_]{1,4}\?{1,3}[a-zà-ỹ]{1,4}|[A-Za-z]{2,20}\?(?:s|t|re|ve|ll|d|m)"
    r"|\?{1,3}[a-zà-ỹ]{1,4}\?{0,2}[a-zà-ỹ]{0,3})(?![^\W\d_])"
)
_ADDRESS_MARKS = frozenset("/=.&@")


def _escaped_letters(text: str) -> list[Span]:
    r"""Letters that a web page or a program has written in signs: `kh&ocirc;ng`, `t\u1ea1i`.

    >>> _escaped_letters("kh&ocirc;ng, ch&#7901;, A &amp; B, 5&nbsp;km")
    [(2, 9), (15, 22)]
    """
    return [found.span() for found in _ESCAPED.finditer(text) if _unescaped(found[0]).isalpha()]


def _unescaped(sign: str) -> str:
    return chr(int(sign[2:], 16)) if sign[0] == "\\" else unescape(sign)


_ESCAPED = re.compile(
    r"&(?:[A-Za-z](?:grave|acute|circ|tilde|uml|cedil|ring)|#\d{3,4}|#[xX][\da-fA-F]{2,4});"
    r"|\\u[\da-fA-F]{4}(?![\da-fA-F])"
)

_KINDS = (
    _Kind(_finder("\ufffd"), "a character that was lost", "error", 1, spoils=False),
    _Kind(_finder(_MOJIBAKE), "UTF-8 that was read as Windows-1252", "warning", 1, spoils=True, mends=True),
    _Kind(_old_font(_TCVN3), "TCVN3 (ABC) text that was not decoded", "error", 1, spoils=True),
    _Kind(_old_font(_VNI), "VNI text that was not decoded", "error", 1, spoils=True),
    _Kind(_questions, "a word that lost letters", "warning", 2, spoils=True),
    _Kind(_escaped_letters, "a letter that was escaped", "warning", 9, spoils=True),
    _Kind(_finder("&amp;(?:[a-z]{2,8}|#\\d{1,6});"), "an entity that was escaped twice", "warning", 9, spoils=False),
    _Kind(_finder("[\u2400-\u2426]"), "the picture of a control character", "warning", 9, spoils=False),
    _Kind(_finder("[\ue000-\uf8ff\U000f0000-\U0010fffd]+"), "a sign of a private font", "warning", 9, spoils=False),
    _Kind(_marks_alone, "a mark without its letter", "warning", 9, spoils=False),
    _Kind(_finder("Ð(?=[^\\W\\d_])"), "the Icelandic Ð in place of Đ", "note", 99, spoils=False),
    _Kind(_mixed_alphabets, "a word of mixed alphabets", "warning", 99, spoils=False),
)
