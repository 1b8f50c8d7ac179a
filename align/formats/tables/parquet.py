"""Parquet: the table in columns, as pandas, Arrow and Hugging Face datasets read it."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from align.errors import AlignError, FormatError
from align.formats.documents import Part
from align.formats.settings import ReadSettings, WriteSettings
from align.formats.table import REVIEW_COLUMNS, columns_of
from align.formats.tables.columns import Row, bounded, parts_of_rows, units_of_rows
from align.formats.tables.headers import relevant
from align.types import Review, TranslationUnit

__all__ = ["documents_parquet", "read_parquet", "write_parquet"]

# Rows that are in memory at once. Chosen by hand.
_GROUP = 10_000
_BATCH = 500


def read_parquet(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[tuple[int, TranslationUnit]]:
    """The units in a Parquet file; a field in a record is called ``translation.vi``.

    :raises FormatError: if it is none, is damaged or holds more than the limits allow, or if pyarrow is not
        installed; see also `align.formats.tables.columns.units_of_rows`
    """
    rows, columns = _rows(stream, name, settings)
    yield from units_of_rows(rows, columns, name, settings)


def documents_parquet(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[Part]:
    """The documents in a Parquet file; see `read_parquet` and `align.formats.tables.columns.parts_of_rows`."""
    rows, columns = _rows(stream, name, settings)
    yield from parts_of_rows(rows, columns, name, settings)


def write_parquet(units: Iterable[TranslationUnit], stream: BinaryIO, *, settings: WriteSettings) -> int:
    """Write units as Parquet: the columns of the table, the score as a double, flags and spans as lists.

    :raises FormatError: if pyarrow is not installed
    """
    units = iter(units)
    group = list(itertools.islice(units, _GROUP))
    pyarrow, parquet = _libraries("to write .parquet")
    spans = pyarrow.list_(pyarrow.list_(pyarrow.int64()))
    special = {
        "score": pyarrow.float64(),
        "flags": pyarrow.list_(pyarrow.string()),
        "vi_spans": spans,
        "en_spans": spans,
        "reviewer": pyarrow.list_(pyarrow.string()),
        "origin": pyarrow.list_(pyarrow.string()),
        "origin_scores": pyarrow.list_(pyarrow.float64()),
    }
    names = columns_of(settings)
    schema = pyarrow.schema([(column, special.get(column, pyarrow.string())) for column in names])
    count = 0
    with parquet.ParquetWriter(stream, schema) as writer:
        while group:
            columns = {column: [_value(unit, column) for unit in group] for column in names}
            writer.write_table(pyarrow.table(columns, schema=schema))
            count += len(group)
            group = list(itertools.islice(units, _GROUP))
    return count


def _value(unit: TranslationUnit, column: str) -> object:
    if column not in REVIEW_COLUMNS:
        return getattr(unit, column)
    return getattr(unit.review or Review(), "reviewers" if column == "reviewer" else column)


def _rows(stream: BinaryIO, name: str, settings: ReadSettings) -> tuple[Iterator[Row], list[str]]:
    pyarrow, parquet = _libraries(f"{name}: to read .parquet")
    if not stream.seekable():
        stream = io.BytesIO(stream.read())
    try:
        file = parquet.ParquetFile(stream)
        columns = list(_paths(pyarrow, file.schema_arrow))
        wanted = relevant(columns, settings)
        texts = _texts(file.schema, wanted)
        # A dictionary holds a text once however often it is used: 600 bytes can say 50 GB (measured 2026-11-25).
        file = parquet.ParquetFile(stream, read_dictionary=texts)
    except (AlignError, MemoryError):
        raise
    except Exception as error:  # Arrow's errors, and those of the bytes it is led to
        raise _damaged(name, error) from error
    return bounded(_read(pyarrow, file, wanted, name), name, settings), columns


def _read(pyarrow: Any, file: Any, wanted: list[str], name: str) -> Iterator[Row]:
    number = 0
    # Group by group: pyarrow cannot put the dictionaries of two together where they are in records.
    groups = ([group] for group in range(file.num_row_groups))
    options = {"batch_size": _BATCH, "columns": wanted, "use_threads": False}
    try:
        for batch in itertools.chain.from_iterable(file.iter_batches(row_groups=group, **options) for group in groups):
            columns = dict(_flattened(pyarrow, batch.schema, batch.columns))
            for cells in zip(*columns.values(), strict=True):
                number += 1
                yield number, dict(zip(columns, cells, strict=True))
    except (AlignError, MemoryError):
        raise
    except Exception as error:
        raise _damaged(f"{name}:{number + 1}", error) from error


def _damaged(place: str, error: Exception) -> FormatError:
    reason = str(error).partition("\n")[0] or type(error).__name__
    return FormatError(f"{place}: found no Parquet file, or a damaged one ({reason}); is it whole?")


def _texts(schema: Any, wanted: list[str]) -> list[str]:
    """The columns of texts among those wanted, as the file calls them."""
    # Not by the metadata of a column: pyarrow 26 ends the process where that is damaged.
    columns = map(schema.column, range(len(schema)))
    return [
        column.path
        for column in columns
        if column.physical_type == "BYTE_ARRAY"
        and any(column.path == one or column.path.startswith(f"{one}.") for one in wanted)
    ]


def _paths(pyarrow: Any, fields: Iterable[Any], before: str = "") -> Iterator[str]:
    """The names of columns, those in records after the record's."""
    for field in fields:
        if pyarrow.types.is_struct(field.type):
            yield from _paths(pyarrow, field.type, f"{before}{field.name}.")
        else:
            yield f"{before}{field.name}"


def _flattened(
    pyarrow: Any, fields: Iterable[Any], arrays: Iterable[Any], before: str = ""
) -> Iterator[tuple[str, list[object]]]:
    for field, array in zip(fields, arrays, strict=True):
        if pyarrow.types.is_struct(field.type):
            yield from _flattened(pyarrow, field.type, array.flatten(), f"{before}{field.name}.")
        else:
            yield f"{before}{field.name}", _values(pyarrow, array)


def _values(pyarrow: Any, array: Any) -> list[Any]:
    """What an array holds; equal texts are one object, as they are in the file."""
    if pyarrow.types.is_dictionary(array.type):
        words = array.dictionary.to_pylist()
        return [None if index is None else words[index] for index in array.indices.to_pylist()]
    if pyarrow.types.is_list(array.type):
        values, offsets = _values(pyarrow, array.values), array.offsets.to_pylist()
        slices = (values[start:end] for start, end in itertools.pairwise(offsets))
        return [
            items if is_there else None for items, is_there in zip(slices, array.is_valid().to_pylist(), strict=True)
        ]
    return list(array.to_pylist())


def _libraries(purpose: str) -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise FormatError(f"{purpose}, install align-vi-en[parquet].") from None
    return pyarrow, pyarrow.parquet
