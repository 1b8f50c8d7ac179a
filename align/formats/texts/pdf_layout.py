"""From the lines of printed pages to paragraphs: which lines go on, and which stand alone.

A PDF knows no paragraphs. What tells them is how they are set: the gap above a line, its indent, its size, and
whether the next word would still have fitted on the line before.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import median

from align.formats.documents import PARAGRAPH, Block
from align.text.abbreviations import words
from align.text.language import identify
from align.types import LANGUAGES

__all__ = ["Line", "blocks_of"]


@dataclass(frozen=True, eq=False, slots=True)
class Line:
    """A line as it is printed.

    :param x: where it begins, in points from the left
    :param y: its baseline, in points from the bottom
    :param size: of its letters, in points
    :param bold: most of it is
    """

    text: str
    x: float
    y: float
    size: float
    bold: bool = False


# --- paragraphs ---------------------------------------------------------------------------

# Chosen by hand on the PDFs that come with Debian and on those of tests/test_pdf.py.
_SAME_SIZE = 0.1
_MORE_GAP = 1.2  # of the usual from line to line
_MOST_GAP = 2.7  # of a line's size: more than double spacing
_INDENT = 0.8  # of a line's size
_ROOM = 0.9  # of the width of the column: letters differ in width

_COLUMN = 40.0  # points from left to left that are no other column
# A page has a few; a drawing with letters all over it must not take the square of their number in time.
_MOST_COLUMNS = 200

_ITEM = re.compile(r"(?:[-*•◦▪■●·–—✓➢▸]\s|\(?\d{1,3}[.)]\s|[a-zđA-ZĐ][.)]\s|[IVX]{1,5}[.)]\s|(?:Điều|Article) \d+\b)")
_ENDED = re.compile(r"[.!?…:;。！？][\"'”’»)\]*]*$")
# In a table of contents.
_LEADER = re.compile(r"\.{4,}|(?: \.){4,}|…{2,}")


@dataclass(slots=True)
class _Paragraph:
    """Lines that belong together, and where the last of them stands."""

    lines: list[Line]
    page: int
    goes_on: bool = False


def blocks_of(pages: Sequence[tuple[str, Sequence[Line]]]) -> list[Block]:
    """The paragraphs of pages, each with the page it stands on.

    A paragraph that goes on on the next page is two blocks without a blank line between them; a footnote that
    stood between them comes behind.

    :param pages: the name and the lines of each page, in reading order
    """
    known = Counter(word for _, page in pages for line in page for word in _WORD.findall(line.text))
    found: list[_Paragraph] = []
    for number, (_, page) in enumerate(pages):
        paragraphs = _paragraphs(page, number)
        before = _unfinished(found, paragraphs, number)
        if before is not None:
            paragraphs[0].goes_on = True
            found.insert(before + 1, paragraphs.pop(0))
        found += paragraphs
    return list(_blocks(found, [name for name, _ in pages], known))


def _unfinished(found: list[_Paragraph], after: list[_Paragraph], page: int) -> int | None:
    """Which of the paragraphs goes on with the first of the next page, if one does."""
    first = after[0].lines[0] if after else None
    for at in range(len(found) - 1, -1, -1):
        last = found[at].lines[-1]
        if first is None or found[at].page != page - 1:
            return None
        if _alike(last, first):
            # Only a sentence that plainly goes on does so behind a footnote.
            width = _full(found, first) if at == len(found) - 1 else math.inf
            return at if _reads_on(last, first, width) else None
        if last.size > first.size:
            return None
    return None


def _full(found: list[_Paragraph], like: Line) -> float:
    """How wide the last page is, if enough of its lines are alike to tell."""
    page = itertools.takewhile(lambda paragraph: paragraph.page == found[-1].page, reversed(found))
    widths = [_printed(line) for paragraph in page for line in paragraph.lines if _alike(line, like)]
    return max(widths) if len(widths) > 2 else math.inf


def _paragraphs(page: Sequence[Line], number: int) -> list[_Paragraph]:
    found: list[_Paragraph] = []
    setting = _Setting(page)
    for line in page:
        if found and setting.goes_on(found[-1].lines[-1], line):
            found[-1].lines.append(line)
        else:
            found.append(_Paragraph([line], number))
    return found


class _Setting:
    """How a page is set: the gaps between its lines, and how wide its columns are."""

    def __init__(self, page: Sequence[Line]) -> None:
        gaps = defaultdict(list)
        for before, line in itertools.pairwise(page):
            gap = before.y - line.y
            if _alike(before, line) and 0 < gap < _MOST_GAP * line.size:
                gaps[round(line.size)].append(gap)
        self._gaps = {size: median(found) for size, found in gaps.items()}
        self._page = page
        self._widths: dict[int, float] = {}

    def goes_on(self, before: Line, line: Line) -> bool:
        """Whether a line goes on with the paragraph of the one before."""
        if not _alike(before, line) or _ITEM.match(line.text) or _LEADER.search(before.text):
            return False
        width = self._width(line)
        gap = before.y - line.y
        if gap <= 0:  # the next column
            return _reads_on(before, line, width)
        if gap > min(_MORE_GAP * self._gaps.get(round(line.size), line.size * _MOST_GAP), _MOST_GAP * line.size):
            return False
        if _is_open(before) or (_begins_small(line) and not _ENDED.search(before.text)):
            return True
        indented = line.x > before.x + _INDENT * line.size and not _ITEM.match(before.text)
        if indented or before.bold != line.bold or _has_room(before, line, width):
            return False
        return {identify(before.text), identify(line.text)} != set(LANGUAGES)

    def _width(self, line: Line) -> float:
        """How wide the column of a line is; infinite where no two lines show it, as in a list of headlines."""
        key = round(line.x / _COLUMN)
        if key not in self._widths:
            if len(self._widths) >= _MOST_COLUMNS:
                return math.inf
            near = [other for other in self._page if abs(other.x - line.x) < _COLUMN]
            # A title that is centred stands over the whole page.
            widths = sorted(map(_printed, near if len(near) > 2 else self._page))
            full = widths[-1 - len(widths) // 8]
            self._widths[key] = full if sum(width >= _ROOM * full for width in widths) > 1 else math.inf
        return self._widths[key]


def _alike(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) <= _SAME_SIZE * max(one.size, other.size)


def _is_open(line: Line) -> bool:
    """Whether a line ends where no sentence does: at a comma or a hyphen, or in `của`, `the`."""
    end = line.text[-_LONGEST_WORD:]
    return end.endswith(",") or bool(_BROKEN.search(end)) or end.rsplit(None, 1)[-1].lower() in words().dangling


def _begins_small(line: Line) -> bool:
    return line.text.lstrip("([\"“'‘")[:1].islower()


def _has_room(before: Line, line: Line, width: float) -> bool:
    """Whether the first word of a line would have fitted on the one before."""
    return _printed(before) + (1 + len(line.text.split(None, 1)[0])) * before.size <= _ROOM * width


def _printed(line: Line) -> float:
    """How wide a line is, in points but for a factor: letters are about half as wide as they are high."""
    return len(line.text) * line.size


def _reads_on(before: Line, line: Line, width: float) -> bool:
    """Whether a sentence goes on over the end of a page or a column."""
    if _ENDED.search(before.text) or _ITEM.match(line.text) or before.bold != line.bold:
        return False
    return _begins_small(line) or _is_open(before) or not _has_room(before, line, width)


# --- text ---------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_HYPHENS = "-\u2010\u00ad"
_BROKEN = re.compile(rf"((?:[^\W_]+[-\u2010])*[^\W_]+)[{_HYPHENS}]$")
_LONGEST_WORD = 60
_REST = re.compile(r"[^\W_]+")
# What comes behind a part of a word that is to be completed later: `pre- and post-war`.
_ANDS = frozenset({"and", "or", "to", "và", "hoặc", "hay"})


def _blocks(found: list[_Paragraph], names: list[str], known: Counter[str]) -> Iterator[Block]:
    texts: list[tuple[str, str, str]] = []
    for paragraph in found:
        pieces = [paragraph.lines[0].text]
        for line in paragraph.lines[1:]:
            pieces[-1:] = _joined(pieces[-1], line.text, known)
        text = "".join(pieces)
        before = PARAGRAPH
        if paragraph.goes_on and texts:
            head, before, text = _joined(texts[-1][0], text, known)
            texts[-1] = (head, *texts[-1][1:])
        texts.append((text, names[paragraph.page], before))
    for text, place, before in texts:
        yield Block(text, place, before)


def _joined(head: str, tail: str, known: Counter[str]) -> tuple[str, str, str]:
    """Two pieces of a text that was broken at a line's end: what is left of the first, what parts them, the second.

    A hyphen that only broke a word goes; one that belongs to it (`well-known`, `Mát-xcơ-va`) stays. Vietnamese
    breaks no words, so there it always belongs to it.

    >>> [_joined(head, tail, Counter()) for head, tail in [("inter-", "national"), ("Mát-", "xcơ-va"), ("thủ", "đô")]]
    [('inter', '', 'national'), ('Mát-', '', 'xcơ-va'), ('thủ', ' ', 'đô')]

    :param known: those of the whole text
    """
    broken, rest = _BROKEN.search(head[-_LONGEST_WORD:]), _REST.match(tail)
    if head.endswith("\u00ad"):
        return head.rstrip("\u00ad"), "", tail
    if not broken or not rest or rest[0] in _ANDS:
        return head, " ", tail
    return (head[:-1] if _only_breaks(broken[1], rest[0], head, known) else head), "", tail


def _only_breaks(start: str, rest: str, head: str, known: Counter[str]) -> bool:
    whole = start + rest
    if f"{start}-{rest}" in known or not (whole.isascii() and whole.isalpha() and rest.islower()):
        return False
    if whole in known or whole.lower() in _english():
        return True
    return not ({start.lower(), rest} <= _english() or identify(head[-200:]) == "vi")


@cache
def _english() -> frozenset[str]:
    text = files("align.text").joinpath("words.en.txt").read_text(encoding="utf-8")
    return frozenset(line.rstrip("*") for line in text.splitlines())
