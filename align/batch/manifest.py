"""A table that names what is to be aligned: a file a row, or a document and its translation.

Its columns are ``vi`` and ``en``, or ``document``, or all three, and on request ``id`` and ``score``; others do no
harm. What `align batch --dry-run` shows is one.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from align.batch.partners import Problem
from align.errors import FormatError, InputError
from align.formats import suffix_of
from align.formats.files import Input, read_bytes
from align.formats.lines import decoded, numbered_lines, shown
from align.formats.settings import ReadSettings
from align.formats.tables.headers import has_our_columns
from align.formats.tables.quoting import is_quoted, quoted_records
from align.formats.urls import as_local, is_url, url_below

__all__ = ["Entry", "is_manifest", "read_manifest"]

_SUFFIXES = {".tsv": "tsv", ".tab": "tsv", ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}

_MEMBERS = ("vi", "en", "document")

_EXPECTED = "expected a manifest: columns named vi and en, or document, that hold paths of files (and id, if you like)"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a manifest.

    :param line: its number
    :param inputs: a page, or a document in Vietnamese and its translation; ids are paths as they were written
    :param id: what it is to be called, or empty
    :param score: the probability that the pair is right, where the manifest was made of a plan with matches
    """

    line: int
    inputs: tuple[Input, ...]
    id: str = ""
    score: float | None = None


def is_manifest(path: str) -> bool:
    """Whether a file that is named by itself is a manifest.

    >>> is_manifest("corpus.TSV"), is_manifest("corpus.docx")
    (True, False)
    """
    return suffix_of(path) in _SUFFIXES and path.lower().endswith(tuple(_SUFFIXES))


def read_manifest(path: str) -> tuple[list[Entry], list[Problem]]:
    """The rows of a manifest, and what is wrong with some: a file that is not there, or that stands there twice.

    :returns: the problems by file and line
    :raises AlignError: if it cannot be read, is no manifest, or names nothing that is there
    """
    name, data = read_bytes(path)
    text = data.decode("utf-16", "replace") if data.startswith(_UTF16) else decoded(data, name)
    folder = as_local(path).rpartition("/")[0] if is_url(as_local(path)) else os.path.dirname(as_local(path))
    entries: list[Entry] = []
    problems: list[Problem] = []
    files: dict[str, int] = {}
    ids: dict[str, int] = {}
    for line, row in _rows(text, name, _SUFFIXES[suffix_of(path)]):
        try:
            entry = _entry(line, row, folder)
            _refuse_again({_place(item.path): item.id for item in entry.inputs}, files, entry)
            _refuse_again({f"id {entry.id}": f"the id {shown(entry.id)}"} if entry.id else {}, ids, entry)
        except InputError as error:
            problems.append((f"{name}:{line}", str(error)))
        else:
            entries.append(entry)
    if not entries:
        first = f"; {problems[0][0]}: {problems[0][1]}" if problems else ""
        raise InputError(f"{name}: names no file that is there{first or '; it has a first row and no other.'}")
    return entries, problems


_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _entry(line: int, row: Mapping[str, str], folder: str) -> Entry:
    named = {column: row[column] for column in _MEMBERS if row.get(column)}
    if not named:
        raise InputError("names no file.")
    if "document" in named and len(named) > 1:
        raise InputError("names a document beside vi and en; give either a pair or a document in a row.")
    inputs = tuple(Input(path, _found(path, folder)) for path in named.values())
    if len({_place(item.path) for item in inputs}) < len(inputs):
        raise InputError(f"{inputs[0].id}: is named as both sides; expected a document and its translation.")
    return Entry(line, inputs, row.get("id", ""), _score(row.get("score", "")) if len(inputs) == 2 else None)


def _score(cell: str) -> float | None:
    """The score in a cell; none where there is another thing under that name."""
    return float(cell) if re.fullmatch(r"0?\.[0-9]+|[01](\.0*)?", cell) else None


def _refuse_again(names: Mapping[str, str], lines: dict[str, int], entry: Entry) -> None:
    """Note what an entry takes for itself.

    :raises InputError: if an earlier one has it
    """
    for place, name in names.items():
        if place in lines:
            raise InputError(f"{name}: stands in line {lines[place]} already; leave one of the two out.")
    lines.update(dict.fromkeys(names, entry.line))


def _place(path: str) -> str:
    return path if is_url(path) else os.path.realpath(path)


def _found(written: str, folder: str) -> str:
    """The file that a path in a manifest means: relative to the manifest's folder, absolute, or at an address.

    :raises InputError: if there is none
    """
    path = as_local(written)
    if is_url(path):
        return path
    if is_url(folder):
        return url_below(folder, path)
    forms = (path, unicodedata.normalize("NFC", path), unicodedata.normalize("NFD", path), path.replace("\\", "/"))
    for form in (os.path.join(folder, form) for form in forms):
        if os.path.isfile(form):
            return form
        if os.path.isdir(form):
            raise InputError(f"{written}: is a folder; name the files in it.")
    written = written.encode("utf-8", "replace").decode("utf-8")
    raise InputError(f"{written}: no such file; a path is absolute, or relative to the manifest's folder.")


# --- rows --------------------------------------------------------------------------------


def _rows(text: str, name: str, kind: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Number and cells of each row, by the names of the columns in lower case.

    :raises FormatError: if it is no manifest, or broken, with the line
    """
    if kind == "jsonl":
        return _objects(text, name)
    return _cells(text, name, kind)


def _cells(text: str, name: str, kind: str) -> Iterator[tuple[int, dict[str, str]]]:
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    mark = "\t" if kind == "tsv" else max(",;\t", key=first.count)
    if kind == "tsv" and not is_quoted(text):
        records: Iterator[tuple[int, list[str]]] = (
            (at, [_unquoted(cell) for cell in line.split("\t")]) for at, line in numbered_lines(text)
        )
    else:
        records = quoted_records(iter(io.StringIO(text, newline="")), mark, name, ReadSettings())
    _, header = next(records, (0, list[str]()))
    columns = [cell.strip().lower() for cell in header]
    _refuse_others(columns, name)
    for number, cells in records:
        if len(cells) < len(columns) and any(cell.strip() for cell in cells):
            cells = [*cells, *[""] * (len(columns) - len(cells))]
        if any(cell.strip() for cell in cells[len(columns) :]):
            raise FormatError(
                f"{name}:{number}: found {len(cells)} cells, expected {len(columns)}, as in the first row."
            )
        row = {column: cell.strip() for column, cell in zip(columns, cells, strict=False)}
        if any(row.values()):
            yield number, row


def _unquoted(cell: str) -> str:
    """A cell without quote marks that it does not need, which some programs put around every cell."""
    quoted = re.fullmatch('\\s*"((?:[^"]|"")*)"\\s*', cell)
    return quoted[1].replace('""', '"') if quoted else cell


def _objects(text: str, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    seen: set[str] = set()
    rows = []
    for number, line in numbered_lines(text.removeprefix("\ufeff")):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise FormatError(f"{name}:{number}: found no JSON ({error}), expected an object a line.") from None
        if not isinstance(record, dict):
            raise FormatError(f"{name}:{number}: found {shown(line.strip())}, expected an object such as {_EXAMPLE}.")
        row = {key.strip().lower(): value for key, value in record.items()}
        for column in (*_MEMBERS, "id", "score"):
            value = row.get(column)
            if isinstance(value, int | float) and column in ("id", "score"):
                row[column] = str(value)
            elif value is not None and not isinstance(value, str):
                raise FormatError(f"{name}:{number}: found {shown(str(value))} as {column}, expected a path.")
        seen.update(row)
        rows.append((number, {key: value.strip() for key, value in row.items() if isinstance(value, str)}))
    _refuse_others(sorted(seen), name, optional=True)
    return iter(rows)


_EXAMPLE = '{"vi": "a.vi.txt", "en": "a.en.txt"}'


def _refuse_others(columns: list[str], name: str, *, optional: bool = False) -> None:
    """Make sure that a table's columns are those of a manifest.

    :param optional: a column that is empty everywhere is not there
    """
    if has_our_columns(columns):
        raise FormatError(f"{name}: holds pairs of texts, {_EXPECTED}.")
    needed = {"vi", "en"} if not optional else {"vi"} & set(columns) or {"en"}
    if "document" not in columns and not needed <= set(columns):
        found = f"found the columns {shown(', '.join(columns))}" if any(columns) else "is empty"
        raise FormatError(f"{name}: {found}, {_EXPECTED}.")
