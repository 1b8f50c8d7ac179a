"""What belongs on one line: hard-wrapped text is put together, everything else left apart.

A headline, a byline, a list item, a table row or a code block stands by itself, and no
sentence runs over its end. Prose that somebody wrapped at 70 characters is one
paragraph. The two look alike, so lines are joined on evidence only: a sentence that
plainly goes on (`… of the fact that much of` ⏎ `it can be understood`), or a block whose
lines are all as full as the next word allows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from align.text.abbreviations import words
from align.text.language import identify
from align.types import LANGUAGES

__all__ = ["Paragraph", "paragraphs"]

_FENCE = re.compile(r"\s*(```|~~~|\$\$)")
_ITEM = re.compile(r"(?:[-*•+◦▪■●·–—>o]\s|\(?\d{1,3}[.)]\s|[a-zđA-ZĐ][.)]\s|[IVX]{1,5}[.)]\s)")
_ALONE = re.compile(r"#{1,6}\s|\||:\w+:`|!\[|<\w|https?://\S+$|={3,}|-{3,}|\*{3,}|.*(?:\t|\|\s*|hinh anh \d{1,3})$")
_ENDED = re.compile(r"[.!?…。！？][\"'”’»)\]*_`]*$")
# Lines shorter than this are list entries, addresses or verse before they are wrapped prose.
# Chosen by hand: subtitles wrap at 32 to 42 characters, books at 50 and more.
_SHORT = 28
_WRAPPED = range(45, 130)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A stretch of text that no sentence leaves, without white space at its ends.

    :param verbatim: whether it is code or a formula, which is not to be cut
    :param alone: whether blank lines or the text's ends stand on both sides
    """

    start: int
    end: int
    verbatim: bool = False
    alone: bool = False


def paragraphs(text: str, *, reflow: bool = True) -> list[Paragraph]:
    """The paragraphs of a text, in order; together they hold all but white space.

    :param reflow: False leaves every line by itself, code blocks too

    >>> text = "Tô Lâm thăm Mỹ\\nTo Lam visits the US\\n\\nMột dòng dài bị ngắt giữa câu\\nthì được nối lại."
    >>> [text[p.start : p.end] for p in paragraphs(text)][2]
    'Một dòng dài bị ngắt giữa câu\\nthì được nối lại.'
    """
    lines = _lines(text)
    if not reflow:
        return [Paragraph(a, b) for a, b in lines if a < b]
    found: list[Paragraph] = []
    at = 0
    while at < len(lines):
        block = _verbatim(text, lines, at)
        if block:
            found.append(Paragraph(lines[at][0], lines[block - 1][1], verbatim=True))
            at = block
            continue
        block = at
        while (
            block < len(lines)
            and lines[block][0] < lines[block][1]
            and (block == at or not _verbatim(text, lines, block))
        ):
            block += 1
        found += _joined(text, lines[at:block])
        at = max(block, at + 1)
    return found


def _lines(text: str) -> list[tuple[int, int]]:
    """Every line's span without the white space at its ends; a blank line's is empty."""
    spans, start = [], 0
    for line in text.splitlines(keepends=True):
        body = line.strip()
        at = start + len(line) - len(line.lstrip()) if body else start
        spans.append((at, at + len(body)))
        start += len(line)
    return spans


def _verbatim(text: str, lines: list[tuple[int, int]], at: int) -> int:
    """Behind the code block or formula that begins on this line; 0 if none does, or none ends."""
    fence = _FENCE.match(text, *lines[at])
    if fence is None:
        return 0
    if fence[1] in text[fence.end() : lines[at][1]]:
        return at + 1
    for behind in range(at + 1, min(len(lines), at + _LONGEST_BLOCK)):
        if fence[1] in text[slice(*lines[behind])]:
            return behind + 1
    return 0


# An unclosed fence must not swallow a document, nor make every fence search to its end.
_LONGEST_BLOCK = 400


def _joined(text: str, lines: list[tuple[int, int]]) -> Iterator[Paragraph]:
    """The lines of a block without blank lines, those that were wrapped put together."""
    if not lines:
        return
    texts = [text[a:b] for a, b in lines]
    width = _width(texts)
    start = 0
    for at in range(1, len(lines) + 1):
        if at == len(lines) or not _goes_on(texts[at - 1], texts[at], width):
            yield Paragraph(lines[start][0], lines[at - 1][1], alone=start == 0 and at == len(lines))
            start = at


def _width(lines: list[str]) -> int:
    """The width a block was wrapped at, 0 if it was not.

    Headlines one below the other can be equally long by chance, but they all begin with a
    capital, and the next one's first word would often have fitted on the line.
    """
    full = lines[:-1]
    width = max(map(len, lines))
    if len(lines) < 3 or width not in _WRAPPED:
        return 0
    small = sum(line[0].islower() for line in lines[1:])
    fits = sum(_fits(line, after, width) for line, after in zip(full, lines[1:], strict=True))
    return width if 3 * small >= len(full) and 5 * fits <= len(full) else 0


def _fits(line: str, after: str, width: int) -> bool:
    """Whether the next line's first word would have had room on this one."""
    return len(line) + 1 + len(after.split(None, 1)[0]) <= width


def _goes_on(line: str, after: str, width: int) -> bool:
    """Whether a line was broken in the middle of a sentence."""
    long = len(line) >= _SHORT
    dangling = line[-12:].rsplit(None, 1)[-1].lower() in words().dangling
    small = after.lstrip("([\"“'‘")[:1].islower() and (long or dangling or line[-1] == ",")
    full = width > 0 and not _fits(line, after, width)
    if not (small or (dangling and long) or full) or _ENDED.search(line[-12:]):
        return False
    return not (_ALONE.match(line) or _ALONE.match(after) or _ITEM.match(after) or _differ(line, after))


def _differ(line: str, after: str) -> bool:
    """Whether the two are in different languages, as far as can be told."""
    return {identify(line[:_ENOUGH]), identify(after[:_ENOUGH])} >= set(LANGUAGES)


# Characters that are more than enough to tell a line's language.
_ENOUGH = 4000
