"""Tables as text with a mark between the cells: CSV, tab-separated tables for Excel, and those of others.

Three rules of quoting are in use. In our TSV and most corpora nothing is quoted. In CSV a cell with a
comma, a quote mark or a line end stands in quote marks, and those in it are doubled. Excel does the same
with tabs. Which one a foreign TSV follows is told by what it holds.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from align.errors import FormatError
from align.formats.documents import Part
from align.formats.settings import ReadSettings, WriteSettings
from align.formats.table import cells_of, columns_of
from align.formats.tables.columns import Row, parts_of_rows, units_of_rows
from align.formats.tables.headers import has_our_columns, header_of
from align.formats.tables.quoting import is_quoted, quoted_records
from align.formats.texts.plain import decode
from align.types import TranslationUnit

__all__ = [
    "documents_csv",
    "documents_tsv",
    "read_csv",
    "read_excel_tsv",
    "read_foreign_tsv",
    "write_csv",
    "write_excel_tsv",
]

_CHUNK = 1_000_000

# So much of a TSV is looked at to tell whether it is quoted.
_SAMPLE = 256 * 1024

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_csv(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[tuple[int, TranslationUnit]]:
    """The units of a table whose cells are parted by commas, semicolons or tabs, whichever its header has.

    >>> table = "Tiếng Việt;Tiếng Anh\\nGiá gạo;\\"Rice; price\\"\\n"
    >>> [(unit.vi, unit.en) for _, unit in read_csv(io.BytesIO(table.encode()), "a.csv", ReadSettings())]
    [('Giá gạo', 'Rice; price')]

    :raises AlignError: see `align.formats.texts.plain.decode` and `align.formats.tables.columns.units_of_rows`
    """
    yield from units_of_rows(*_csv_rows(stream, name, settings), name, settings)


def documents_csv(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[Part]:
    """The documents of such a table; see `align.formats.tables.columns.parts_of_rows`."""
    yield from parts_of_rows(*_csv_rows(stream, name, settings), name, settings, word="line")


def read_excel_tsv(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[tuple[int, TranslationUnit]]:
    """The units of a table that `write_excel_tsv` wrote, or Excel saved again as Unicode text."""
    lines = _lines(stream, name, settings)
    yield from units_of_rows(*_excel_rows(lines, name, settings), name, settings)


def read_foreign_tsv(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[tuple[int, TranslationUnit]]:
    """The units of a tab-separated table, quoted or not.

    >>> table = "Có.\\tYes.\\n\\"Không,\\" anh nói.\\t\\"No,\\" he said.\\n"
    >>> settings = ReadSettings(vi="1", en="2")
    >>> [unit.vi for _, unit in read_foreign_tsv(io.BytesIO(table.encode()), "a.tsv", settings)]
    ['Có.', '"Không," anh nói.']

    :raises AlignError: see `read_csv`
    """
    yield from units_of_rows(*_tsv_rows(stream, name, settings), name, settings)


def documents_tsv(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[Part]:
    """The documents of a tab-separated table, ours too; see `align.formats.tables.columns.parts_of_rows`."""
    yield from parts_of_rows(*_tsv_rows(stream, name, settings), name, settings, word="line")


def write_csv(units: Iterable[TranslationUnit], stream: BinaryIO, *, settings: WriteSettings) -> int:
    """Write units as CSV for programs: commas, quote marks where a cell needs them, LF.

    Cells stand as they are, so Excel runs one that begins like a formula: for Excel there are
    `write_excel_tsv` and `align.formats.tables.workbook.write_xlsx`.
    """
    return _write(units, stream, ",", head=b"", written=str, settings=settings)


def write_excel_tsv(
    units: Iterable[TranslationUnit],
    stream: BinaryIO,
    *,
    settings: WriteSettings,
) -> int:
    """Write units as a tab-separated table for Excel, which shows each cell as it is and runs none.

    A byte order mark says that it is UTF-8. What Excel would run or turn into a number or a date gets an
    apostrophe in front, and so does what begins with one: `read_excel_tsv` takes one off, and has
    the cell back as it was. The score alone is left a number.
    """
    return _write(units, stream, "\t", head=codecs.BOM_UTF8, written=_guarded, settings=settings)


def _write(
    units: Iterable[TranslationUnit],
    stream: BinaryIO,
    delimiter: str,
    *,
    head: bytes,
    written: Callable[[str], str],
    settings: WriteSettings,
) -> int:
    line = io.StringIO()
    writer = csv.writer(line, delimiter=delimiter, lineterminator="\n")

    def write(cells: Iterable[str], before: bytes = b"") -> None:
        writer.writerow(cells)
        stream.write(before + line.getvalue().encode())
        line.seek(0)
        line.truncate()

    count = 0
    for unit in units:
        if not count:
            write(columns_of(settings), head)
        cells = cells_of(unit, review=settings.review)
        write(cell if column == "score" else written(cell) for column, cell in cells.items())
        count += 1
    if not count:
        write(columns_of(settings), head)
    return count


_GUARD = "'"

# What Excel and LibreOffice take for the start of a formula, full-width forms included, which Excel
# takes for the others in some languages.
_FORMULA = re.compile("['=+@\\-\t\r\n＝＋－＠]")

# What they turn into a number, a date or a truth value: 1-2 becomes 2 January.
_CONVERTED = re.compile(
    r"[$€£¥₫]?[0-9.,][0-9 .,:/%eE+-]*([ap]m)?"
    r"|(?=.*[0-9])([0-9]{1,2}[ -])?(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?"
    r"|oct(ober)?|nov(ember)?|dec(ember)?)[0-9 ,-]*"
    r"|true|false",
    re.IGNORECASE,
)


def _guarded(cell: str) -> str:
    """A cell that a spreadsheet leaves alone.

    >>> _guarded("=1+1"), _guarded("'Có'"), _guarded("1-2"), _guarded("Giá gạo")
    ("'=1+1", "''Có'", "'1-2", 'Giá gạo')
    """
    return _GUARD + cell if _FORMULA.match(cell) or _CONVERTED.fullmatch(cell) else cell


def _csv_rows(stream: BinaryIO, name: str, settings: ReadSettings) -> tuple[Iterator[Row], list[str]]:
    lines = _lines(stream, name, settings)
    first = next(lines, "")
    start = 1
    declared = re.fullmatch(r"sep=([^\w\s\"]|\t)\r?\n", first)
    if declared:  # Excel's own word on what parts the cells
        delimiter, start = declared[1], 2
    else:
        lines = itertools.chain([first], lines)
        delimiter = max(",;\t", key=re.sub('"[^"]*"', "", first).count)
    return _rows(quoted_records(lines, delimiter, name, settings, start), name, settings)


def _tsv_rows(stream: BinaryIO, name: str, settings: ReadSettings) -> tuple[Iterator[Row], list[str]]:
    stream = _seekable(stream)
    start = stream.tell()
    is_marked = stream.read(3).startswith(_MARKS)
    stream.seek(start)
    lines = _lines(stream, name, settings)
    sample = list(_up_to(_SAMPLE, lines))
    lines = itertools.chain(sample, lines)
    is_ours = bool(sample) and has_our_columns(sample[0].rstrip("\r\n").split("\t"))
    if is_ours and is_marked:  # our TSV has no mark, that for Excel has
        return _excel_rows(lines, name, settings)
    if not is_ours and is_quoted("".join(sample)):
        return _rows(quoted_records(lines, "\t", name, settings), name, settings)
    records = ((number, line.rstrip("\r\n").split("\t")) for number, line in enumerate(lines, start=1) if line.strip())
    return _rows(records, name, settings)


def _excel_rows(lines: Iterator[str], name: str, settings: ReadSettings) -> tuple[Iterator[Row], list[str]]:
    records = quoted_records(lines, "\t", name, settings)
    unguarded = ((number, [cell.removeprefix(_GUARD) for cell in cells]) for number, cells in records)
    return _rows(unguarded, name, settings)


def _rows(
    records: Iterator[tuple[int, list[str]]], name: str, settings: ReadSettings
) -> tuple[Iterator[Row], list[str]]:
    number, first = next(records, (0, []))
    if not first:
        raise FormatError(f"{name}: is empty, expected at least a row that names the columns.")
    columns, is_header = header_of([cell.strip() for cell in first], settings)
    if not is_header:
        records = itertools.chain([(number, first)], records)
    return _whole(records, columns, name, settings), columns


def _whole(
    records: Iterable[tuple[int, list[str]]], columns: list[str], name: str, settings: ReadSettings
) -> Iterator[Row]:
    """The rows that have as many cells as there are columns; empty ones beyond them do no harm."""
    width = len(columns)
    for number, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) < width or any(cells[width:]):
            found = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
            settings.refuse(
                f"{name}:{number}",
                f"found {found}, expected {width}, as the first row has; is a quote mark or a mark between cells lost?",
                "\t".join(cells),
            )
            continue
        yield number, dict(zip(columns, cells, strict=False))


def _up_to(size: int, lines: Iterator[str]) -> Iterator[str]:
    while size > 0 and (line := next(lines, "")):
        size -= len(line)
        yield line


def _lines(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[str]:
    """The lines of a text with their ends, without a byte order mark; one in UTF-8 is read as it is needed."""
    stream = _seekable(stream)
    if settings.encoding or not _is_utf8(stream):
        yield from io.StringIO(decode(stream.read(), name, settings.encoding).removeprefix("\ufeff"), newline="")
        return
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
    try:
        yield from text
    finally:
        with contextlib.suppress(ValueError):  # if the stream is closed already
            text.detach()  # or else it closes the stream, which is not ours


def _seekable(stream: BinaryIO) -> BinaryIO:
    return stream if stream.seekable() else io.BytesIO(stream.read())


def _is_utf8(stream: BinaryIO) -> bool:
    """Whether the rest of a stream is text in UTF-8; the stream stays where it is."""
    start = stream.tell()
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        chunk = stream.read(_CHUNK)
        if b"\0" in chunk:
            return False  # other encodings, and files that are no text
        while chunk:
            decoder.decode(chunk)
            chunk = stream.read(_CHUNK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        stream.seek(start)
    return True
