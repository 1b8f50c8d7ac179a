"""Quotes and brackets that are opened and not closed, or the reverse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from align.quality.damage import is_damaged
from align.quality.finding import Finding
from align.quality.sides import Span, about, listed, quoted, sides, text_of
from align.types import Language, TranslationUnit

__all__ = ["check_brackets", "check_quotes"]


def check_quotes(unit: TranslationUnit) -> Iterator[Finding]:
    """Double quotes without a partner: `quotes`.

    A quotation that runs over several sentences is cut at the same place on both sides, which is
    worth a look and no more. Single quotes are apostrophes too often to be told apart, and inches
    (``55"``) are no quotes.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> unit = unit_of_texts("Ông nói: “Tôi sẽ về.", "He said: “I'll be back.”", ids=unit_ids())
    >>> [finding.reason for finding in check_quotes(unit)]
    ['The quote in “ nói: “Tôi sẽ v” of the Vietnamese text is not closed.']
    """
    vi, en = _quotes(unit.vi), _quotes(unit.en)
    if (vi.alone or en.alone) and (is_damaged(unit.vi) or is_damaged(unit.en)):
        return  # a wrong encoding makes quotes of letters
    yield from _unpaired("quotes", "quote", unit, vi, en)


def check_brackets(unit: TranslationUnit) -> Iterator[Finding]:
    """Brackets without a partner, and pairs that one side has and the other has not: `brackets`.

    List heads (``a)``), smileys and half-open intervals (``[0, 1)``) are no mistakes.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> unit = unit_of_texts("Liên Hợp Quốc (LHQ họp khẩn.", "The UN met.", ids=unit_ids())
    >>> [finding.reason for finding in check_brackets(unit)]
    ['The bracket in “ Quốc (LHQ họp ” of the Vietnamese text is not closed.']
    """
    vi, en = _brackets(unit.vi), _brackets(unit.en)
    found = False
    for finding in _unpaired("brackets", "bracket", unit, vi, en):
        found = True
        yield finding
    if found or vi.pairs == en.pairs or not (unit.vi and unit.en):
        return
    more, less = (vi, en) if vi.pairs > en.pairs else (en, vi)
    language: Language = "vi" if more is vi else "en"
    reason = f"{text_of(language)} has {_pairs(more.pairs)}, the other text {_pairs(less.pairs)}."
    yield about(language, "brackets", "note", reason, more.spans)


def _pairs(count: int) -> str:
    return f"{count or 'no'} {'pair' if count == 1 else 'pairs'} of brackets"


class _Marks(NamedTuple):
    """What a text opens and closes: offsets of marks without a partner, and the number of pairs."""

    opened: tuple[int, ...]
    closed: tuple[int, ...]
    spans: tuple[Span, ...] = ()

    @property
    def pairs(self) -> int:
        return len(self.spans)

    @property
    def alone(self) -> tuple[int, ...]:
        return self.opened + self.closed


_NONE = _Marks((), ())


def _unpaired(flag: str, mark: str, unit: TranslationUnit, vi: _Marks, en: _Marks) -> Iterator[Finding]:
    """The findings about marks without a partner; one where both sides have the same."""
    if not (vi.alone or en.alone):
        return
    if (len(vi.opened), len(vi.closed)) == (len(en.opened), len(en.closed)):
        state = "is not closed" if vi.opened else "is not opened"
        places = listed([_around(unit.vi, vi.alone[0]), _around(unit.en, en.alone[0])])
        reason = f"On both sides, a {mark} {state}: {places}."
        yield Finding(flag, "note", reason, _spans(vi), _spans(en))
        return
    for (language, text), marks in zip(sides(unit), (vi, en), strict=True):
        if marks.alone:
            state = "is not closed" if marks.opened else "is not opened"
            reason = f"the {mark} in {quoted(_around(text, marks.alone[0]))} of {text_of(language)} {state}."
            yield about(language, flag, "warning", reason, _spans(marks))


def _spans(marks: _Marks) -> tuple[Span, ...]:
    return tuple((at, at + 1) for at in sorted(marks.alone))


def _around(text: str, at: int) -> str:
    """A mark and what stands round it, for a reason."""
    return text[max(0, at - 6) : at + 9]


# --- quotes ------------------------------------------------------------------------------

_CURLY = re.compile("[“”„‟«»]")
_STRAIGHT = re.compile('["＂]')
_INCHES = re.compile(r"(?<=\d)\"")


def _quotes(text: str) -> _Marks:
    """Double quotes, paired by where they stand rather than by their shape.

    Languages and keyboards disagree on the shapes: “…”, „…“, ”…”, “…" are all pairs. Straight ones
    are counted alone, as they show no direction and some put spaces on both sides.

    >>> [_quotes(text).alone for text in ('„Tốt lắm“', '”Tốt lắm”', '“Tốt lắm"', '"Tốt', 'Tốt"')]
    [(), (), (), (0,), (3,)]
    """
    straight = [found.start() for found in _STRAIGHT.finditer(text)]
    curly = _curly(text)
    if len(straight) % 2 == 0:
        return curly
    if curly.alone or _INCHES.search(text):
        return _NONE  # a pair of two shapes, or a length
    if _closes(text, straight[0]):
        return _Marks((), (straight[0],))
    return _Marks((next((at for at in reversed(straight) if not _closes(text, at)), straight[-1]),), ())


def _curly(text: str) -> _Marks:
    open_: list[int] = []
    closed: list[int] = []
    for found in _CURLY.finditer(text):
        at = found.start()
        if _opens(text, at, bool(open_)):
            open_.append(at)
        elif open_:
            open_.pop()
        else:
            closed.append(at)
    return _Marks(tuple(open_), tuple(closed))


def _closes(text: str, at: int) -> bool:
    """Whether a quote stands behind a word or at the end rather than before one."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return (at > 0 and not before.isspace() and not after.isalnum()) or not _AFTER_WORDS.search(text, at + 1)


def _opens(text: str, at: int, is_open: bool) -> bool:
    """Whether a quote with a direction opens a quotation, as it does not always where its shape says so."""
    mark = text[at]
    if mark in "“„‟":
        return not (is_open and _closes(text, at))
    if mark == "”":
        return not is_open and not _closes(text, at) and text[at + 1 : at + 2].isalnum()
    return mark == "«"


_AFTER_WORDS = re.compile(r"[^\s.,;:!?…)\]]")

# --- brackets ----------------------------------------------------------------------------

_BRACKET = re.compile(r"[()\[\]{}]")
# `:)`, `=))`, `;-(`, and the laughter that Vietnamese writes with brackets alone: `vui quá ))`.
_SMILEY = re.compile(r"(?<!\S)[:;=][-'^]?[()\[\]]{1,9}(?!\w)|[:=]\){2,9}(?!\w)|(?<=\s)\){2,9}(?!\S)")
# `a)`, `12)`, `iv)`: what stands before the bracket.
_LIST_HEAD = re.compile(r"(?:^|[\s;:,.“\"–—-])(?:[^\W\d_]|\d{1,3}|[ivxIVX]{1,5}|\d{1,2}[.][\d.]{1,5}|\d{1,2}[a-zđ])$")


def _brackets(text: str) -> _Marks:
    """Brackets of all kinds, each closed by any: intervals mix them.

    >>> _brackets("a) x thuộc [0, 1) :)").alone, _brackets("(ảnh").alone
    ((), (0,))
    """
    if not _BRACKET.search(text):
        return _NONE
    smileys = {at for found in _SMILEY.finditer(text) for at in range(*found.span())} if _SMILEY.search(text) else ()
    open_: list[int] = []
    closed: list[int] = []
    pairs: list[Span] = []
    for found in _BRACKET.finditer(text):
        at = found.start()
        if at in smileys:
            continue
        if found[0] in "([{":
            open_.append(at)
        elif open_:
            start = open_.pop()
            # Those of placeholders and code are not counted.
            if text[start] == "(" and text[start - 1 : start] != "%":
                pairs.append((start, at + 1))
        elif not (found[0] == ")" and _LIST_HEAD.search(text[max(0, at - 8) : at])):
            closed.append(at)
    return _Marks(tuple(open_), tuple(closed), tuple(pairs))
