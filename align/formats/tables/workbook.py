"""Excel workbooks: the table of pairs as translators open it, and tables of others."""

from __future__ import annotations

import datetime
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from align.errors import FormatError
from align.formats.documents import Part
from align.formats.lines import shown
from align.formats.settings import ReadSettings, WriteSettings
from align.formats.table import COLUMNS, cells_of, columns_of
from align.formats.tables.columns import Row, bounded, parts_of_rows, text_of, units_of_rows
from align.formats.tables.headers import fits, header_of
from align.formats.tables.sheets import Cells, Sheet, Workbook, open_workbook
from align.types import TranslationUnit

if TYPE_CHECKING:
    import xlsxwriter

__all__ = ["documents_xlsx", "read_xlsx", "write_xlsx"]

# What a sheet can have: rows with the header, and UTF-16 code units in a cell.
_MOST_ROWS = 1_048_576
_LONGEST_CELL = 32_767

_WIDTHS = (60, 60, 8, 6, 20, 24, 24, 24, 14, 14, 18, 10, 60, 60, 30, 14, 18, 10)

# A file says when it was made; this one is the same whenever it is made.
_CREATED = datetime.datetime(2000, 1, 1)


def read_xlsx(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[tuple[int, TranslationUnit]]:
    """The units in a workbook: those of the first sheet that has the columns, and of others like it.

    Cells that hold numbers and dates are read as the text of them, formulas as their last result.

    :raises FormatError: if it is no workbook, is damaged, has a password, or has no sheet with the columns
        (see `align.formats.tables.columns.units_of_rows`)
    """
    rows, columns = _rows(stream, name, settings, documents=False)
    yield from units_of_rows(rows, columns, name, settings)


def documents_xlsx(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[Part]:
    """The documents in a workbook; see `read_xlsx` and `align.formats.tables.columns.parts_of_rows`."""
    rows, columns = _rows(stream, name, settings, documents=True)
    yield from parts_of_rows(rows, columns, name, settings)


def write_xlsx(units: Iterable[TranslationUnit], stream: BinaryIO, *, settings: WriteSettings) -> int:
    """Write units as a workbook: a frozen header with a filter, wrapped text, the score as a number in colour.

    Every text is a text for Excel, one that begins like a formula too. More rows than a sheet can have go
    on in the next. The rows wait on the disk, and the workbook is written when all have come.

    :raises FormatError: if XlsxWriter is not installed, or a text is longer than a cell can be
    """
    units = iter(units)
    first = list(itertools.islice(units, 1))  # if the first fails, nothing is to be cleared away
    try:
        import xlsxwriter
    except ImportError:
        raise FormatError("to write .xlsx, install align-vi-en[excel].") from None
    with tempfile.TemporaryDirectory(prefix="align-") as folder:
        # Not to the stream at once: a zip is written to and fro, and a packed output goes forwards only.
        path = os.path.join(folder, "pairs.xlsx")
        book = xlsxwriter.Workbook(path, {"constant_memory": True, "tmpdir": folder, "use_zip64": True})
        book.set_properties({"created": _CREATED})
        try:
            count = _write_sheets(book, itertools.chain(first, units), settings)
            book.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            raise (
                error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error))
            ) from None
        finally:
            _abandon(book)
        with open(path, "rb") as written:
            shutil.copyfileobj(written, stream)
    return count


def _write_sheets(book: xlsxwriter.Workbook, units: Iterator[TranslationUnit], settings: WriteSettings) -> int:
    columns = columns_of(settings)
    text = book.add_format({"text_wrap": True, "valign": "top"})
    number = book.add_format({"num_format": "0.00", "valign": "top"})
    header = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
    count = 0
    for sheet_number in itertools.count(1):
        sheet = book.add_worksheet("pairs" if sheet_number == 1 else f"pairs {sheet_number}")
        for column, (name, width) in enumerate(zip(columns, _WIDTHS, strict=False)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, header)
        sheet.freeze_panes(1, 0)
        row = 0
        for row, unit in enumerate(itertools.islice(units, _MOST_ROWS - 1), start=1):
            _write_row(sheet, row, unit, text, number, review=settings.review)
        count += row
        sheet.autofilter(0, 0, max(row, 1), len(columns) - 1)
        score = COLUMNS.index("score")
        sheet.conditional_format(1, score, max(row, 1), score, _COLOURS)
        following = next(units, None)
        if following is None:
            return count
        units = itertools.chain([following], units)
    raise AssertionError  # pragma: no cover


# Red, yellow and green as Excel has them, over the whole range of a probability.
_COLOURS = {
    "type": "3_color_scale",
    "min_type": "num",
    "mid_type": "num",
    "max_type": "num",
    "min_value": 0,
    "mid_value": 0.5,
    "max_value": 1,
    "min_color": "#F8696B",
    "mid_color": "#FFEB84",
    "max_color": "#63BE7B",
}


def _write_row(sheet: Any, row: int, unit: TranslationUnit, text: Any, number: Any, *, review: bool) -> None:
    cells = cells_of(unit, review=review)
    # LibreOffice does not find the height of wrapped text by itself, as Excel does.
    sheet.set_row(row, _height(cells.values()))
    for column, (name, cell) in enumerate(cells.items()):
        if name == "score":
            if unit.score is not None:
                sheet.write_number(row, column, unit.score, number)
        elif len(cell) * 2 > _LONGEST_CELL and len(cell.encode("utf-16-le")) // 2 > _LONGEST_CELL:
            raise FormatError(
                f"the pair {unit.id} has {len(cell):,} characters in {name}, a cell of Excel holds {_LONGEST_CELL:,}; "
                "write another format, such as --to tsv."
            )
        elif cell:
            sheet.write_string(row, column, cell, text)


def _height(cells: Iterable[str]) -> float:
    """The height of a row in points, by how many lines its longest cell takes.

    >>> _height(["Xin chào", "Hello"]), _height(["à" * 100, "", ""]), _height(["à" * 30_000])
    (15, 30, 405)
    """
    lines = (-(-len(cell) // int(width * _FILLED)) for cell, width in zip(cells, _WIDTHS, strict=False))
    return _LINE * min(max(1, *lines), _MOST_LINES)


# A line of the usual font in points, and how many of them make the highest row that Excel has.
_LINE, _MOST_LINES = 15, 27
# Of the characters that a column is wide, so many stand in a line that is broken between words. Chosen by eye.
_FILLED = 0.95


def _abandon(book: xlsxwriter.Workbook) -> None:
    """Close what a workbook that is not written has open."""
    for sheet in book.worksheets():
        sheet.row_data_fh.close()
    book.fileclosed = True


def _rows(stream: BinaryIO, name: str, settings: ReadSettings, *, documents: bool) -> tuple[Iterator[Row], list[str]]:
    book = open_workbook(stream, name, settings.limits)
    headers = [(sheet, header) for sheet in book.sheets if (header := _header(book, sheet))]
    if not headers:
        raise FormatError(
            f"{name}: holds no sheet with a cell in it, expected a table whose first row names its columns."
        )
    fitting = (
        found for found in headers if fits(header_of(found[1], settings)[0], name, settings, documents=documents)
    )
    _, header = next(fitting, headers[0])
    columns, is_header = header_of(header, settings)
    chosen = [sheet for sheet, other in headers if header_of(other, settings)[0] == columns]
    passed_over = [shown(sheet.name) for sheet, _ in headers if sheet not in chosen]
    if passed_over:
        settings.say(f"{name}: the sheets {', '.join(passed_over)} have other columns and are passed over.")
    return bounded(_named(book, chosen, columns, is_header=is_header), name, settings), columns


def _header(book: Workbook, sheet: Sheet) -> list[str]:
    cells = next((cells for _, cells in book.rows(sheet)), None)
    if cells is None:
        return []
    return _laid_out(cells)


def _laid_out(cells: Cells) -> list[str]:
    # A cell in the last column, 16,384, makes no harm here.
    return [text_of(cells.get(column)).strip() for column in range(max(cells) + 1)]


def _named(book: Workbook, sheets: list[Sheet], columns: list[str], *, is_header: bool) -> Iterator[Row]:
    names = dict(enumerate(columns))
    for sheet in sheets:
        for number, cells in itertools.islice(book.rows(sheet), int(is_header), None):
            yield number, {names[column]: value for column, value in cells.items() if column in names}
