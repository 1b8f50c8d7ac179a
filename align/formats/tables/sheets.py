"""The cells of an Excel workbook, read row by row; formulas are not run, their last result is read.

A workbook is a zip of XML. The libraries that read it lay a sheet out as a grid from its first cell
to its last: five kilobytes with a cell in the last corner ask for half a terabyte, and end the process
(python-calamine 0.9, measured 2026-11-25). Here a row holds the cells that there are.
"""

from __future__ import annotations

import datetime
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from align.errors import AlignError, FormatError
from align.formats.archives import open_zip, read_member
from align.formats.settings import Limits
from align.formats.xml import parse_xml, stream_xml

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["Cells", "Sheet", "Workbook", "open_workbook"]

Cells: TypeAlias = dict[int, object]
"""The cells of a row that are not empty, by the number of their column from 0."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: its name, and its file in the zip."""

    name: str
    member: str


def open_workbook(stream: BinaryIO, name: str, limits: Limits) -> Workbook:
    """A workbook, with all its texts in memory and its sheets to be read.

    :param name: what messages call the file
    :raises FormatError: if it is no workbook, is damaged, has a password or unpacks to more than the limits
    """
    return Workbook(open_zip(stream, name, limits), name, limits)


class Workbook:
    """An open workbook."""

    def __init__(self, archive: zipfile.ZipFile, name: str, limits: Limits) -> None:
        self._archive, self._name, self._limits = archive, name, limits
        root = self._related("", "officeDocument")
        if len(root) != 1 or not next(iter(root.values())).endswith(".xml"):
            raise FormatError(f"{name}: holds no workbook in XML; open it and save it as .xlsx.")
        self._path = next(iter(root.values()))
        book = self._parsed(self._path)
        self._starts_1904 = any(
            element.get("date1904", "").lower() in ("1", "true") for element in book.iter("{*}workbookPr")
        )
        files = self._related(self._path, "worksheet")
        self.sheets = [
            Sheet(element.get("name", ""), files[relation])
            for element in book.iter("{*}sheet")
            if (relation := _relation(element)) in files
        ]
        self._texts = [
            _text(element)
            for member in self._related(self._path, "sharedStrings").values()
            for element in self._streamed(member, "si")
        ]
        self._dates = self._date_styles()

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, Cells]]:
        """The rows of a sheet that have cells, each with its number from 1.

        :raises FormatError: if the sheet is damaged, with the row
        """
        number = 0
        for row in self._streamed(sheet.member, "row"):
            given = row.get("r", "")
            number = int(given) if re.fullmatch("[0-9]{1,7}", given) else number + 1
            cells: Cells = {}
            column = -1
            for cell in row.iterchildren("{*}c"):
                column = _column(cell.get("r", ""), column + 1)
                try:
                    value = self._value(cell)
                except (ValueError, IndexError, OverflowError):
                    raise FormatError(
                        f"{self._name}: found a cell that cannot be read in sheet {sheet.name!r}, row {number}; "
                        "is the file whole?"
                    ) from None
                if value not in (None, ""):
                    cells[column] = value
            if cells:
                yield number, cells

    def _value(self, cell: etree._Element) -> object:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return "".join(_text(inline) for inline in cell.iterchildren("{*}is"))
        shown = "".join(value.text or "" for value in cell.iterchildren("{*}v"))
        if kind == "s" and shown:
            return self._texts[_natural(shown)]
        if kind == "b":
            return shown.strip() in ("1", "true")
        if kind != "n" or not shown.strip():
            return _unescaped(shown)
        style = cell.get("s", "0")
        if style.isdecimal() and style in self._dates:
            return self._date(float(shown))
        return float(shown)

    def _date(self, days: float) -> object:
        start = datetime.datetime(1904, 1, 1) if self._starts_1904 else datetime.datetime(1899, 12, 30)
        moment = start + datetime.timedelta(seconds=round(days * 86_400))
        return moment.time() if 0 <= days < 1 else moment

    def _date_styles(self) -> frozenset[str]:
        """The numbers of the cell styles that show a number as a date or a time."""
        dates: set[str] = set()
        for member in self._related(self._path, "styles").values():
            root = self._parsed(member)
            codes = {element.get("numFmtId", ""): element.get("formatCode", "") for element in root.iter("{*}numFmt")}
            styles = [style for group in root.iter("{*}cellXfs") for style in group.iterchildren("{*}xf")]
            dates |= {str(n) for n, style in enumerate(styles) if _is_date(style.get("numFmtId", ""), codes)}
        return frozenset(dates)

    def _related(self, path: str, kind: str) -> dict[str, str]:
        """The files of a kind that belong to a file in the zip, by the ids it calls them by."""
        folder, file = posixpath.split(path)
        member = posixpath.join(folder, "_rels", f"{file}.rels")
        if path and member not in self._archive.namelist():
            return {}
        return {
            element.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, element.get("Target", "")))[1:]
            for element in self._parsed(member).iter("{*}Relationship")
            if element.get("Type", "").endswith(f"/{kind}") and element.get("TargetMode") != "External"
        }

    def _parsed(self, member: str) -> etree._Element:
        data = read_member(self._archive, member, self._name, self._limits)
        return parse_xml(io.BytesIO(data), f"{self._name}/{member}")

    def _streamed(self, member: str, tag: str) -> Iterator[etree._Element]:
        place = f"{self._name}/{member}"
        try:
            with self._archive.open(member) as stream:
                yield from stream_xml(stream, place, [f"{{*}}{tag}"])  # type: ignore[arg-type]
        except (AlignError, MemoryError):
            raise
        except KeyError:
            raise FormatError(f"{self._name}: holds no {member}, which it names; is the file whole?") from None
        except Exception as error:  # zipfile and zlib raise whatever the bytes lead them to
            raise FormatError(f"{place}: is damaged or cut short ({error}); open it and save it anew.") from error


def _relation(element: etree._Element) -> str:
    return next((str(value) for key, value in element.attrib.items() if str(key).endswith("}id")), "")


def _text(element: etree._Element) -> str:
    """The text of a string, its runs put together, without the readings that Japanese text has."""
    pieces = []
    for child in element.iterchildren("{*}t", "{*}r"):
        runs = [child] if child.tag.endswith("}t") else child.iterchildren("{*}t")
        pieces += [run.text or "" for run in runs]
    return _unescaped("".join(pieces))


# What XML cannot hold is written by its number, and so is an underscore where that would be read so.
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def _unescaped(text: str) -> str:
    """A text as the cell shows it.

    >>> _unescaped("Giá_x000A_gạo _x005F_x000A_")
    'Giá\\ngạo _x000A_'
    """
    if not _ESCAPE.search(text):
        return text
    units = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")  # an emoji is two of them


def _natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _column(reference: str, following: int) -> int:
    """The number of a cell's column from 0; a cell that does not say follows the one before.

    >>> _column("A1", 0), _column("AB7", 0), _column("", 3)
    (0, 27, 3)
    """
    found = re.match("[A-Z]{1,3}(?=[0-9])", reference)
    if not found:
        return following
    number = 0
    for letter in found[0]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


# The formats that have a number and no code, ECMA-376 part 1, 18.8.30.
_DATES = frozenset(map(str, (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))))


def _is_date(number: str, codes: dict[str, str]) -> bool:
    if number not in codes:
        return number in _DATES
    return bool(re.search("[ymdhs]", re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|general', "", codes[number].lower())))
