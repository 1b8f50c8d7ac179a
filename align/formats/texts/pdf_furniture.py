"""Which lines of printed pages are no text: running heads and feet, and page numbers."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import median

from align.formats.texts.pdf_layout import Line

__all__ = ["without_furniture"]


def without_furniture(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without running heads and feet and page numbers: what stands at the same place on several.

    >>> pages = [[Line("Báo Nhân Dân", 50, 800, 9), Line(f"Bài {n}", 50, 700, 11), Line(f"– {n} –", 250, 30, 9)]
    ...     for n in (3, 4, 5)]
    >>> [[line.text for line in page] for page in without_furniture(pages)]
    [['Bài 3'], ['Bài 4'], ['Bài 5']]
    """
    seen: defaultdict[str, list[tuple[int, Line]]] = defaultdict(list)
    for number, page in enumerate(pages):
        for line in _outer(page):
            for key in _keys(line, number):
                seen[key].append((number, line))
    furniture: set[Line] = set()
    largest = _LARGEST * median([line.size for page in pages for line in page] or [0])
    for key, found in seen.items():
        if _PAGE_NUMBER.fullmatch(key):
            furniture.update(_repeated(found, 2, math.inf))
        elif not _HEADING.fullmatch(key):
            small = [(number, line) for number, line in found if line.size <= largest]
            furniture.update(_repeated(small, 2 if "<" in key or len(pages) < 3 else 3, _SAME_PLACE))
    return [[line for line in page if line not in furniture] for page in pages]


# Chosen by hand on the PDFs that come with Debian and on those of tests/test_pdf.py.
_ROWS = 3  # lines at the top or the bottom of a page that can be furniture
_SAME_PLACE = 5.0  # points
_LARGEST = 1.1  # of the size of the text: what is larger is a headline, though it come again and again
_NUMBER = re.compile(r"\d{1,5}|^[ivxlc]{1,8}$")
_PAGE_NUMBER = re.compile(r"\W*(?:(?:trang|page|tr|p)\W*)?<-?\d+>\W*(?:(?:of|trên)?\W*\d*\W*)?")
# What is headed so begins on each page where a book has a page for each.
_HEADING = re.compile(
    r"(?:bài|câu|chương|đề|điều|mục|ngày|phần|tiết|tuần|article|chapter|day|exercise|lesson|part|question|section|"
    r"test|unit|week) <-?\d+>\W?"
)


def _outer(page: Sequence[Line]) -> list[Line]:
    if len(page) < 2:
        return []  # the page's only line is its text
    lines = sorted(page, key=lambda line: -line.y)
    return lines if len(lines) <= 2 * _ROWS else lines[:_ROWS] + lines[-_ROWS:]


def _keys(line: Line, page: int) -> Iterator[str]:
    """A line as it is, and with each of its numbers told by how far it is from that of the page.

    >>> list(_keys(Line("Chương 2 · 17", 0, 0, 9), 15))
    ['chương 2 · 17', 'chương <-13> · 17', 'chương 2 · <2>']
    """
    text = " ".join(line.text.lower().replace("<", "").split())
    yield text
    if len(text) < _LONGEST_HEAD:
        for number in _NUMBER.finditer(text):
            yield f"{text[: number.start()]}<{_value(number[0]) - page}>{text[number.end() :]}"


_LONGEST_HEAD = 200
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def _value(number: str) -> int:
    """What a number says, in Arabic or in Roman digits.

    >>> _value("17"), _value("xiv")
    (17, 14)
    """
    if number.isdecimal():
        return int(number)
    values = [_ROMAN[digit] for digit in number]
    return sum(-value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True))


def _repeated(found: list[tuple[int, Line]], enough: int, place: float) -> Iterator[Line]:
    """The lines that stand at one height, but for a few points, on enough pages."""
    found = sorted(found, key=lambda pair: pair[1].y)
    start = 0
    for at in range(1, len(found) + 1):
        if at == len(found) or found[at][1].y - found[at - 1][1].y > place:
            group = found[start:at]
            if len({number for number, _ in group}) >= enough:
                yield from (line for _, line in group)
            start = at
