"""What a translation carries over unchanged: placeholders, tags, references, addresses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from align.quality.finding import Finding, Severity
from align.quality.sides import Span, about, listed, other, sides, text_of
from align.types import TranslationUnit

__all__ = ["check_links", "check_placeholders"]


def check_placeholders(unit: TranslationUnit) -> Iterator[Finding]:
    """Placeholders, tags, escapes and references of one side only: `placeholder`.

    Order is free, and ``%1$s`` answers ``%s``; where both sides count, they count the same. Attributes of tags
    are translated and not compared. Words in angle brackets that are no tags (``<tệp>``) are translated.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> unit = unit_of_texts("Xin chào {name}!", "Hello!", ids=unit_ids())
    >>> [finding.reason for finding in check_placeholders(unit)]
    ['“{name}” of the Vietnamese text is not in the English text.']
    """
    if unit.vi and unit.en:
        counted = bool(_POSITION.search(unit.vi) and _POSITION.search(unit.en))
        vi, en = (_placeholders(text, counted) for _, text in sides(unit))
        yield from _compared("placeholder", unit, vi, en)


def check_links(unit: TranslationUnit) -> Iterator[Finding]:
    """Web and e-mail addresses of one side only: `link`.

    An address and its twin in the other language (``/vi/`` and ``/en/``) are the same.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> unit = unit_of_texts("Xem https://bao.vn/vi/a.", "See https://bao.vn/en/b.", ids=unit_ids())
    >>> [finding.reason for finding in check_links(unit)][0]
    '“https://bao.vn/vi/a” of the Vietnamese text is not in the English text.'
    """
    if unit.vi and unit.en:
        yield from _compared("link", unit, _links(unit.vi), _links(unit.en))


class _Item(NamedTuple):
    """One thing that both sides should have: the form that is compared, and where it stands."""

    key: str
    span: Span
    severity: Severity


def _compared(flag: str, unit: TranslationUnit, vi: list[_Item], en: list[_Item]) -> Iterator[Finding]:
    """A finding for each side that has what the other lacks."""
    if not (vi or en):
        return
    counts = Counter(item.key for item in vi), Counter(item.key for item in en)
    if counts[0] == counts[1]:
        return
    for (language, text), items, extra in zip(
        sides(unit), (vi, en), (counts[0] - counts[1], counts[1] - counts[0]), strict=True
    ):
        # Of several alike, the last ones are those too many.
        missing = [item for item in reversed(items) if extra[item.key] > 0 and not extra.subtract([item.key])][::-1]
        if missing:
            texts = [text[slice(*item.span)] for item in missing]
            verb = "is" if len(missing) == 1 else "are"
            severity = min((item.severity for item in missing), key=("error", "warning", "note").index)
            reason = f"{listed(texts)} of {text_of(language)} {verb} not in {text_of(other(language))}."
            yield about(language, flag, severity, reason, [item.span for item in missing])


# --- placeholders ------------------------------------------------------------------------

# The bounds keep a megabyte of braces from taking quadratic time.
_PLACEHOLDER = re.compile(
    r"""
    (?P<template>\{\{\s{0,3}[\w.$\#/-]{1,60}\s{0,3}\}\}|\$\{[^{}\s]{1,60}\}|\{[\w.$-]{0,60}(?:[!:][^{}\s]{0,20})?\}
      |%[({][\w.-]{1,60}[)}][a-z]?|(?<![\w$])\$[A-Za-z_]\w{0,40}\$)
    |(?P<printf>(?<![\d%]\s)(?<![\d%])%(?:\d{1,2}\$)?[-+\#0']{0,3}(?:\d{1,3}|\*)?(?:\.(?:\d{1,3}|\*))?
      (?:hh|h|ll|l|L|q|j|z|t)?[diouxXeEfFgGaAcsSpm@](?![a-zà-ỹ]))
    |(?P<tag></?(?:[biupqsaxg]|em|strong|br|hr|span|div|li|[ou]l|h[1-6]|t[dhr]|table|img|code|pre|sub|sup|small|font
      |center|bx|ex|ph|it|bpt|ept|mrk)(?:\s[^<>]{0,300})?/?>)
    |(?P<entity>&(?!amp;\#?\w{1,8};)(?:[a-z]{2,8}|\#\d{1,6}|\#x[\da-fA-F]{1,5});)
    |(?P<reference>\[\d{1,3}\])
    |(?P<escape>(?<!\\)\\[nrt](?![a-z]))
    """,
    re.VERBOSE,
)
_SCREEN = re.compile(r"[{%<&\\$]|\[\d")
_POSITION = re.compile(r"(?<=%)\d{1,2}\$")
_TAG_NAME = re.compile(r"</?\w+")
_SEVERITIES: dict[str, Severity] = {
    "template": "error",
    "printf": "error",
    "tag": "warning",
    "escape": "note",
    "entity": "note",
    "reference": "note",
}


def _placeholders(text: str, counted: bool) -> list[_Item]:
    """The placeholders of a text.

    :param counted: whether the positions of ``%1$s`` are compared
    """
    if not _SCREEN.search(text):
        return []
    found = []
    for match in _PLACEHOLDER.finditer(text):
        kind = match.lastgroup or ""
        key = match[0]
        if kind == "printf" and not counted:
            key = _POSITION.sub("", key, count=1)
        elif kind == "tag":
            name = _TAG_NAME.match(key)
            key = name[0].lower() if name else key
        elif kind == "template":
            key = "".join(key.split())
        elif kind == "escape" and _is_path(text, match.start()):
            continue
        found.append(_Item(key, match.span(), _SEVERITIES[kind]))
    return found


def _is_path(text: str, at: int) -> bool:
    r"""Whether a backslash belongs to a path of Windows, such as ``C:\new``."""
    word = text[max(0, at - 120) : at].rsplit(None, 1)
    return bool(word) and not text[at - 1 : at].isspace() and _PATH_START.match(word[-1]) is not None


_PATH_START = re.compile(r"[(\"“']?(?:[A-Za-z]:|\\\\|%\w+%|\.\.?\\)")

# --- addresses ---------------------------------------------------------------------------

_LINK = re.compile(
    r"""
    (?:https?|ftp)://[^\s<>"“”«»{}|\\^`]{1,2000}
    |(?<![\w@.])www\.[^\s<>"“”«»{}|\\^`]{1,2000}
    |(?<![\w.+%-])[\w.+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,200}[A-Za-z0-9])?\.[A-Za-z]{2,24}(?![\w@])
    |(?<![\w@./-])(?:[a-z0-9-]{1,40}\.){1,4}(?:com|org|net|vn|edu|gov|info|io)/[^\s<>"“”«»{}|\\^`]{1,2000}
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TRAILING = ".,;:!?)]}'’…*"
_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)
_LANGUAGE = re.compile(r"(^|[/.=_-])(?:vi|en)(?:[-_](?:vn|us|gb))?(?=[/.&_-]|$)", re.IGNORECASE)


def _links(text: str) -> list[_Item]:
    if not ("@" in text or "/" in text or "www." in text.lower()):
        return []
    found = []
    for match in _LINK.finditer(text):
        link = match[0]
        bare = link.rstrip(_TRAILING)
        # `https://vi.wikipedia.org/wiki/Pho_(bo)`: the bracket is the address's own.
        if "(" in bare and link[len(bare) : len(bare) + 1] == ")":
            bare += ")"
        found.append(_Item(_link_key(bare), (match.start(), match.start() + len(bare)), "warning"))
    return found


def _link_key(link: str) -> str:
    """An address as both languages would write it.

    >>> _link_key("http://www.bao.vn/vi/tin/") == _link_key("https://bao.vn/en/tin")
    True
    """
    key = _SCHEME.sub("", link).rstrip("/").lower()
    return _LANGUAGE.sub(r"\1", key)
