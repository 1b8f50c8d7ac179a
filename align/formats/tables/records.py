"""JSON lines: an object a line, for programs."""

from __future__ import annotations

import codecs
import io
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from align.errors import FormatError
from align.formats.documents import Part
from align.formats.lines import shown
from align.formats.settings import ReadSettings, WriteSettings
from align.formats.table import REVIEW_COLUMNS
from align.formats.tables.columns import Row, parts_of_rows, units_of_rows
from align.formats.texts.plain import decode
from align.types import Review, TranslationUnit

__all__ = ["documents_jsonl", "flattened", "read_jsonl", "write_jsonl"]

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_jsonl(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[tuple[int, TranslationUnit]]:
    """The units in JSON lines; a key in an object in an object is called ``translation.vi``.

    The first object says which keys there are.

    >>> line = '{"translation": {"vi": "Giá gạo tăng", "en": "Rice is up"}}'
    >>> [(number, unit.vi) for number, unit in read_jsonl(io.BytesIO(line.encode()), "a.jsonl", ReadSettings())]
    [(1, 'Giá gạo tăng')]

    :raises FormatError: if a line is no object, and nobody takes what is left out; see also
        `align.formats.tables.columns.units_of_rows`
    """
    rows, columns = _rows(stream, name, settings)
    yield from units_of_rows(rows, columns, name, settings)


def documents_jsonl(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[Part]:
    """The documents in JSON lines; see `read_jsonl` and `align.formats.tables.columns.parts_of_rows`."""
    rows, columns = _rows(stream, name, settings)
    yield from parts_of_rows(rows, columns, name, settings, word="line")


def write_jsonl(units: Iterable[TranslationUnit], stream: BinaryIO, *, settings: WriteSettings) -> int:
    """Write units as JSON lines: the columns of the table as keys, in its order.

    Spans are lists of start and end, flags a list, a missing score is null; ``vi_places`` and
    ``en_places`` are there where they are not empty.
    """
    count = 0
    for unit in units:
        stream.write(
            (json.dumps(_record(unit) | (_review(unit) if settings.review else {}), ensure_ascii=False) + "\n").encode()
        )
        count += 1
    return count


def flattened(record: Mapping[str, Any]) -> dict[str, object]:
    """A record whose inner objects' keys are its own.

    >>> flattened({"id": "7", "translation": {"vi": "Có", "en": "Yes"}})
    {'id': '7', 'translation.vi': 'Có', 'translation.en': 'Yes'}
    """
    flat: dict[str, object] = {}
    waiting = list(record.items())[::-1]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(f"{key}.{inner}", inside) for inner, inside in value.items()][::-1]
        else:
            flat[key] = value
    return flat


def _record(unit: TranslationUnit) -> dict[str, object]:
    places = {"vi_places": unit.vi_places, "en_places": unit.en_places}
    return {
        "vi": unit.vi,
        "en": unit.en,
        "score": unit.score,
        "kind": unit.kind,
        "flags": unit.flags,
        "document": unit.document,
        "vi_document": unit.vi_document,
        "en_document": unit.en_document,
        "vi_spans": unit.vi_spans,
        "en_spans": unit.en_spans,
        "id": unit.id,
        **{key: names for key, names in places.items() if names},
    }


def _review(unit: TranslationUnit) -> dict[str, object]:
    review = unit.review or Review()
    values = (
        review.status,
        review.vi_edited,
        review.en_edited,
        review.comment,
        review.reviewers,
        review.origin,
        review.origin_scores,
    )
    return dict(zip(REVIEW_COLUMNS, values, strict=True))


def _rows(stream: BinaryIO, name: str, settings: ReadSettings) -> tuple[Iterator[Row], list[str]]:
    rows = _parsed(_lines(stream, name, settings), name, settings)
    first = next(rows, None)
    if first is None:
        # With no object there are no units, as in what `write_jsonl` writes of none.
        return iter(()), ["vi", "en", "text"]
    return itertools.chain([first], rows), list(first[1])


def _parsed(lines: Iterator[bytes | str], name: str, settings: ReadSettings) -> Iterator[Row]:
    for number, line in enumerate(lines, start=1):
        place = f"{name}:{number}"
        try:
            text = line if isinstance(line, str) else line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            byte = error.object[error.start]
            settings.refuse(
                place, f"found the byte 0x{byte:02x}, expected text in UTF-8.", error.object.decode("utf-8", "replace")
            )
            continue
        text = text.rstrip("\r\n")
        if not text.strip():
            continue
        try:
            record = json.loads(text)
        except (ValueError, RecursionError) as error:
            settings.refuse(place, f"found no JSON ({_reason(error)}), expected an object a line: {shown(text)}.", text)
            continue
        if not isinstance(record, dict):
            settings.refuse(place, f"found {shown(text.strip())}, expected an object such as {_EXAMPLE}.", text)
            continue
        yield number, flattened(record)


_EXAMPLE = '{"vi": "Có", "en": "Yes"}'


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos + 1}"
    return "objects in objects without end" if isinstance(error, RecursionError) else "a number too long"


def _lines(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[bytes | str]:
    """Lines as bytes, each to be decoded for itself, so that one that is damaged costs no other."""
    first = stream.readline()
    if settings.encoding or first.startswith(_MARKS):
        yield from io.StringIO(decode(first + stream.read(), name, settings.encoding).removeprefix("\ufeff"))
        return
    if b"\0" in first:
        raise FormatError(f"{name}: looks like a binary file; expected JSON lines in UTF-8.")
    yield first
    yield from stream
