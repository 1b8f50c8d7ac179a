"""Records whose cells are quoted as CSV is, read so that a broken one costs itself alone."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator

from align.formats.lines import shown
from align.formats.settings import ReadSettings

__all__ = ["is_quoted", "quoted_records"]

# In characters; so far a quote mark that is never closed is searched for its other half. Chosen by hand:
# longer than any article, and Python's own limit of 131,072 is not.
_LONGEST_RECORD = 10_000_000


def quoted_records(
    lines: Iterator[str], delimiter: str, name: str, settings: ReadSettings, start: int = 1
) -> Iterator[tuple[int, list[str]]]:
    """Records as RFC 4180 has them, each with the number of its first line.

    Where quoting is broken one line is left out, and reading goes on with the next: a quote mark that is
    never closed does not swallow the rest of the file.
    """
    # The limit is the process's; it is never lowered.
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_RECORD))
    source = _Source(lines, start)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            number, line = source.drop_line()
            settings.refuse(f"{name}:{number}", _reason(error, line), line)
            reader = csv.reader(source, delimiter=delimiter, strict=True)
            continue
        if cells is None:
            return
        if cells:
            yield source.number, cells
        source.taken.clear()


def _reason(error: csv.Error, line: str) -> str:
    if len(line) > _LONGEST_RECORD:
        return f"found a line of {len(line):,} characters, expected {_LONGEST_RECORD:,} at most; split its texts."
    return (
        f"found a cell that is not quoted as it must be ({error}), "
        f"expected quote marks around the whole cell and those in it doubled: {shown(line.strip())}."
    )


def is_quoted(sample: str) -> bool:
    """Whether the start of a tab-separated table is quoted as CSV is.

    Then no quote mark stands where quoting has none, and there is a reason for those there are; a
    sentence that is all in quote marks is none.
    """
    commas = {True: False, False: False}
    has_reason, is_all_quoted, position = False, True, 0
    while position < len(sample):
        in_marks = sample[position] == '"'
        found = (_QUOTED_CELL if in_marks else _BARE_CELL).match(sample, position)
        if found is None:
            is_open = in_marks and '"' not in sample[position + 1 :].replace('""', "")
            return is_open and has_reason
        cell = found[0][1:-1] if in_marks else found[0]
        has_reason |= in_marks and bool(re.search('""|[\t\r\n]', cell))
        commas[in_marks] |= "," in cell
        is_all_quoted &= in_marks or not cell.strip()
        position = found.end() + 1
    return has_reason or is_all_quoted or (commas[True] and not commas[False])


_QUOTED_CELL = re.compile(r'"[^"]*(?:""[^"]*)*"(?=[\t\r\n]|\Z)')
_BARE_CELL = re.compile(r'[^"\t\r\n]*(?=[\t\r\n]|\Z)')


class _Source:
    """Lines for a CSV reader; remembers those of the record that is being read, and takes them back.

    :param number: the number of the first line
    """

    def __init__(self, lines: Iterator[str], number: int) -> None:
        self._lines, self._next = lines, number
        self._returned: deque[str] = deque()
        self.taken: list[str] = []
        self._size = 0

    def __iter__(self) -> _Source:
        return self

    def __next__(self) -> str:
        if not self.taken:
            self._size = 0
        elif self._size > _LONGEST_RECORD:
            raise csv.Error("it does not end")
        line = self._returned.popleft() if self._returned else next(self._lines).replace("\0", "")
        self.taken.append(line)
        self._size += len(line)
        self._next += 1
        return line

    @property
    def number(self) -> int:
        """The number of the first line that was taken."""
        return self._next - len(self.taken)

    def drop_line(self) -> tuple[int, str]:
        """The first line that was taken, with its number; the others are to be read again."""
        number, (line, *others) = self.number, self.taken
        self._returned.extendleft(reversed(others))
        self._next -= len(others)
        self.taken.clear()
        return number, line
