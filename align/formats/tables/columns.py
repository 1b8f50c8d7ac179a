"""What all tables share, whatever file they are in: what becomes of a row."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import math
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from align.errors import FormatError
from align.formats.documents import Block, Part
from align.formats.lines import shown
from align.formats.settings import ReadSettings
from align.formats.table import COLUMNS, REVIEW_COLUMNS, unit_of_cells
from align.formats.tables.headers import has_our_columns, plain, side_columns, text_columns, title_column
from align.formats.units import one_line, read_number, unit_ids, unit_of_texts
from align.types import TranslationUnit

__all__ = [
    "Row",
    "bounded",
    "parts_of_rows",
    "text_of",
    "units_of_rows",
]

Row: TypeAlias = "tuple[int, Mapping[str, object]]"
"""The number of a row for messages, and its cells by the names of their columns."""

_KIND = re.compile("[0-9]{1,4}-[0-9]{1,4}")


def units_of_rows(
    rows: Iterable[Row], columns: Sequence[str], name: str, settings: ReadSettings
) -> Iterator[tuple[int, TranslationUnit]]:
    """The units in a table's rows, each with its row's number.

    A table of ours gives all that it holds. Of another, two columns are texts: those that the user
    names, or those whose names say so; `score` is taken where it is a probability, and so are
    `document`, `id`, `kind` and `flags` where there are any. A row of empty cells is passed over.

    >>> rows = [(2, {"Tiếng Việt": "Giá gạo tăng", "English": "Rice is up"})]
    >>> [(unit.vi, unit.en) for _, unit in units_of_rows(rows, ["Tiếng Việt", "English"], "a.csv", ReadSettings())]
    [('Giá gạo tăng', 'Rice is up')]

    :param columns: the names of the columns in the file's order
    :param name: what messages call the file
    :raises FormatError: if it cannot be told which columns hold the texts, or if a row cannot be read
        and nobody takes what is left out
    """
    unit_of_row: Callable[[Mapping[str, object]], TranslationUnit | None]
    if has_our_columns(columns) and not (settings.vi or settings.en):
        unit_of_row = _our_units(columns, name)
    else:
        unit_of_row = _foreign_units(columns, name, settings)
    for number, row in rows:
        place = f"{name}:{number}"
        if _is_blank(row):
            continue
        try:
            unit = unit_of_row(row)
        except ValueError as error:
            settings.refuse(place, str(error), _quoted(row))
            continue
        if unit is None:
            settings.refuse(place, "found no text in either language, expected one.", _quoted(row))
            continue
        yield number, unit


def parts_of_rows(
    rows: Iterable[Row], columns: Sequence[str], name: str, settings: ReadSettings, *, word: str = "row"
) -> Iterator[Part]:
    """The documents in a table's rows.

    A column of texts, the one that the user names or one called so, gives a document a row, its title first
    if there is a column of titles; with `settings.lines` all rows are one document, a line each. A table of
    pairs is one document, or one side of it is.

    >>> rows = [(2, {"title": "Giá gạo tăng", "text": "Gạo xuất khẩu lên 5%."})]
    >>> [part] = parts_of_rows(rows, ["title", "text"], "a.csv", ReadSettings())
    >>> part.id, [block.text for block in part.blocks]
    ('2', ['Giá gạo tăng', 'Gạo xuất khẩu lên 5%.'])

    :param columns: the names of the columns in the file's order
    :param name: what messages call the file
    :param word: what the rows' numbers count, for the names of places
    :raises FormatError: see `units_of_rows`
    """
    chosen = text_columns(columns, name, settings)
    if isinstance(chosen, str) and not settings.lines:
        title = title_column(column for column in columns if column != chosen)
        names = [title, chosen] if title else [chosen]
        for number, row in rows:
            texts = _texts(row, names, f"{name}:{number}", settings)
            if texts:
                yield Part([Block(text) for text in texts], id=str(number))
        return
    names = [chosen] if isinstance(chosen, str) else chosen
    blocks: list[Block] = []
    for number, row in rows:
        for text in _texts(row, names, f"{name}:{number}", settings):
            place = f"{word} {number}"
            blocks.append(Block(one_line(text), place, before="\n") if settings.lines else Block(text, place))
    yield Part(blocks)


def bounded(rows: Iterable[Row], name: str, settings: ReadSettings) -> Iterator[Row]:
    """Rows of a file that says a long text once for many cells, up to the limit on what it unpacks to.

    :raises FormatError: if the cells hold more than that
    """
    size = 0
    for number, row in rows:
        size += sum(len(value) for value in row.values() if isinstance(value, str | bytes))
        if size > settings.limits.bytes:
            most = settings.limits.size
            raise FormatError(
                f"{name}:{number}: unpacks to more than {most:,} MB; "
                f"if that is no trick, allow more: --limit size={2 * most}."
            )
        yield number, row


def text_of(value: object) -> str:
    """What a cell shows.

    >>> text_of("Huế"), text_of(5.0), text_of(0.25), text_of(None), text_of(True)
    ('Huế', '5', '0.25', '', 'TRUE')

    :raises ValueError: if it holds no text, with the reason
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise ValueError("found bytes, expected a text in UTF-8.") from None
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime) and not (value.hour or value.minute or value.second):
        return str(value.date())
    if isinstance(value, int | decimal.Decimal | datetime.date | datetime.time | datetime.timedelta):
        if isinstance(value, int) and value.bit_length() > 1000:
            raise ValueError("found a number too long to be written, expected a text.")
        return str(value)
    raise ValueError(f"found {shown(_represented(value))}, expected a text.")


def _represented(value: object) -> str:
    try:
        return repr(value)
    except (RecursionError, ValueError):  # lists without end, integers with more digits than Python writes
        return type(value).__name__


def _our_units(columns: Sequence[str], name: str) -> Callable[[Mapping[str, object]], TranslationUnit | None]:
    twice = [column for column in COLUMNS if columns.count(column) > 1]
    if twice:
        raise FormatError(f"{name}: found several columns called {', '.join(twice)}, expected one; rename the others.")
    ids = unit_ids()

    def unit_of_row(row: Mapping[str, object]) -> TranslationUnit | None:
        cells = {column: _cell(row, column).strip() for column in (*COLUMNS, *REVIEW_COLUMNS)}
        read = unit_of_cells({**cells, "kind": one_line(cells["kind"])})
        places = {column: _items(row.get(column)) for column in ("vi_places", "en_places")}
        return unit_of_texts(**{**_fields(read), **places}, ids=ids)  # type: ignore[arg-type]

    return unit_of_row


def _fields(unit: TranslationUnit) -> dict[str, object]:
    return {field.name: getattr(unit, field.name) for field in dataclasses.fields(unit)}


def _foreign_units(
    columns: Sequence[str], name: str, settings: ReadSettings
) -> Callable[[Mapping[str, object]], TranslationUnit | None]:
    vi, en = side_columns(columns, name, settings)
    score, document, given_id, kind, flags = (
        next((column for column in columns if column not in (vi, en) and plain(column) == wanted), None)
        for wanted in ("score", "document", "id", "kind", "flags")
    )
    ids, seen, warned = unit_ids(), set[str](), False

    def unit_of_row(row: Mapping[str, object]) -> TranslationUnit | None:
        nonlocal warned
        shown_score, unit_id, shown_kind = (one_line(_optional(row, column)) for column in (score, given_id, kind))
        number = read_number(shown_score)
        if number is None and shown_score and not warned:
            warned = True
            settings.say(
                f"{name}: found {shown(shown_score)} in {score}, which is no probability from 0 to 1; "
                "pairs are read without such scores."
            )
        # An id is one pair's alone: a column of the same name can hold something else.
        unit_id = "" if unit_id in seen else unit_id
        seen.add(unit_id)
        return unit_of_texts(
            _named(row, vi),
            _named(row, en),
            ids=ids,
            score=number,
            document=_optional(row, document) or os.path.basename(name),
            id=unit_id,
            kind=shown_kind if _KIND.fullmatch(shown_kind) else "",
            flags=[flag for flag in _optional(row, flags).split(",") if flag.strip()],
        )

    return unit_of_row


def _optional(row: Mapping[str, object], column: str | None) -> str:
    """A cell of a column that may be there, and may hold something else in a table of others."""
    try:
        return _cell(row, column) if column is not None else ""
    except ValueError:
        return ""


def _cell(row: Mapping[str, object], column: str) -> str:
    value = row.get(column)
    if isinstance(value, list) and plain(column) in ("vi spans", "en spans"):
        return ",".join("-".join(_items(span)) for span in value)
    if isinstance(value, list) and plain(column) in ("flags", "origin", "origin scores"):
        return ",".join(_items(value))
    if isinstance(value, list) and plain(column) == "reviewer":
        return "; ".join(_items(value))
    return _named(row, column)


def _items(value: object) -> list[str]:
    """The texts in a list; a text, a number or nothing is no list of them."""
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return [text_of(item) for item in value]
    raise ValueError(f"found {shown(_represented(value))}, expected a list.")


def _named(row: Mapping[str, object], column: str) -> str:
    """A cell's text; what is wrong with it is said with the name of the column."""
    try:
        return text_of(row.get(column))
    except ValueError as error:
        raise ValueError(f"{column}: {error}") from None


def _is_blank(row: Mapping[str, object]) -> bool:
    return all(value is None or (isinstance(value, str) and not value.strip()) for value in row.values())


def _quoted(row: Mapping[str, object]) -> str:
    return "\t".join(value if isinstance(value, str) else _represented(value) for value in row.values())


def _texts(row: Mapping[str, object], columns: Iterable[str], place: str, settings: ReadSettings) -> list[str]:
    try:
        texts = [_named(row, column) for column in columns]
    except ValueError as error:
        settings.refuse(place, str(error), _quoted(row))
        return []
    return [text for text in texts if text.strip()]
