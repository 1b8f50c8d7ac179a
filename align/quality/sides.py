"""What the checks share: the two sides of a unit, and how a reason quotes what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from align.quality.finding import Finding, Severity
from align.types import LANGUAGE_NAMES, Language, TranslationUnit

__all__ = ["Span", "about", "facing", "listed", "other", "quoted", "sides", "text_of"]

Span = tuple[int, int]

# Chosen by hand: a reason stays readable in a table's cell.
_LONGEST_QUOTE = 60
_MOST_QUOTES = 4


def sides(unit: TranslationUnit) -> tuple[tuple[Language, str], tuple[Language, str]]:
    """Both sides, Vietnamese first, each with its language."""
    return ("vi", unit.vi), ("en", unit.en)


def facing(unit: TranslationUnit) -> tuple[tuple[Language, str, str], tuple[Language, str, str]]:
    """Both sides, Vietnamese first: the language, its text and the other text."""
    return ("vi", unit.vi, unit.en), ("en", unit.en, unit.vi)


def other(language: Language) -> Language:
    """The language that it is not.

    >>> other("vi")
    'en'
    """
    return "en" if language == "vi" else "vi"


def text_of(language: Language) -> str:
    """What a reason calls a side.

    >>> text_of("en")
    'the English text'
    """
    return f"the {LANGUAGE_NAMES[language]} text"


def about(
    language: Language,
    flag: str,
    severity: Severity,
    reason: str,
    spans: Iterable[Span] = (),
    evidence: tuple[str, ...] = (),
) -> Finding:
    """A finding about one side; its reason begins with a capital.

    >>> about("vi", "term", "warning", "the term “gạo” is not followed.", [(0, 3)]).vi
    ((0, 3),)
    """
    reason = reason[:1].upper() + reason[1:]
    there = tuple(spans)
    return Finding(
        flag, severity, reason, there if language == "vi" else (), there if language == "en" else (), evidence
    )


def quoted(text: str) -> str:
    """A text in quotes, without its middle where it is long.

    >>> quoted("Phạm Minh Chính")
    '“Phạm Minh Chính”'
    >>> len(quoted("dài " * 1000))
    62
    """
    if len(text) > _LONGEST_QUOTE:
        half = _LONGEST_QUOTE // 2
        text = f"{text[: half - 1]}…{text[-half:]}"
    return f"“{text}”"


def listed(texts: Sequence[str]) -> str:
    """Several texts in quotes, the first few of them.

    >>> listed(["Huế"]), listed(["Huế", "Vinh"]), listed(["Huế", "Vinh", "Cà Mau"])
    ('“Huế”', '“Huế” and “Vinh”', '“Huế”, “Vinh” and “Cà Mau”')
    """
    if len(texts) > _MOST_QUOTES:
        return f"{', '.join(map(quoted, texts[:_MOST_QUOTES]))} and {len(texts) - _MOST_QUOTES} more"
    *start, last = map(quoted, texts)
    return f"{', '.join(start)} and {last}" if start else last
