"""The formats in which texts and alignments are read and written, by name.

Three tables say in which module each is: `DOCUMENT_READERS` what `align mine` and `align pair` read,
`UNIT_READERS` in which pairs that someone else made come in, `WRITERS` in which pairs go out. Documents are
read in `texts/`, what translators' tools and aligners write in `pairs/`, what stands in rows and columns in
`tables/`; our own table is `table.py`.
`align.formats.reading` opens a file, unpacks it and calls the right reader; `align.formats.files`
finds the inputs behind the paths a user gives, and writes outputs so that they are whole or not there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, TypeAlias

from align.errors import FormatError

if TYPE_CHECKING:
    from align.formats.documents import Part
    from align.formats.pairs.ladder import LadderBead
    from align.formats.settings import ReadSettings, WriteSettings
    from align.types import TranslationUnit

__all__ = [
    "BINARY",
    "DOCUMENT_READERS",
    "DOCUMENT_SUFFIXES",
    "FOLDER_SUFFIXES",
    "LADDERS",
    "REVIEWED",
    "UNIT_READERS",
    "UNIT_SUFFIXES",
    "WRITERS",
    "DocumentReader",
    "LadderParser",
    "UnitReader",
    "Writer",
    "document_reader",
    "ladder_parser",
    "suffix_of",
    "unit_reader",
    "writer_for",
    "written_format",
]

WRITERS: dict[str, str] = {
    "tsv": "align.formats.table:write_tsv",
    "excel-tsv": "align.formats.tables.delimited:write_excel_tsv",
    "xlsx": "align.formats.tables.workbook:write_xlsx",
    "csv": "align.formats.tables.delimited:write_csv",
    "jsonl": "align.formats.tables.records:write_jsonl",
    "parquet": "align.formats.tables.parquet:write_parquet",
    "tmx": "align.formats.pairs.tmx:write_tmx",
    "xliff": "align.formats.pairs.xliff:write_xliff12",
    "xliff2": "align.formats.pairs.xliff:write_xliff2",
    "moses": "align.formats.pairs.moses:write_moses",
    "vecalign": "align.formats.pairs.ladder:write_vecalign",
    "hunalign": "align.formats.pairs.ladder:write_hunalign",
}
"""The formats that are written: name to ``"module:function"``, imported on use; each is a `Writer`."""

BINARY = frozenset({"xlsx", "parquet"})
"""What no terminal can show."""

UNIT_READERS: dict[str, str] = {
    "tsv": "align.formats.table:read_tsv_units",
    "excel-tsv": "align.formats.tables.delimited:read_excel_tsv",
    "xlsx": "align.formats.tables.workbook:read_xlsx",
    "csv": "align.formats.tables.delimited:read_csv",
    "jsonl": "align.formats.tables.records:read_jsonl",
    "parquet": "align.formats.tables.parquet:read_parquet",
    "tmx": "align.formats.pairs.tmx:read_tmx",
    "xliff": "align.formats.pairs.xliff:read_xliff",
    "po": "align.formats.pairs.po:read_po",
}
"""The formats in which pairs are read: name to ``"module:function"``; each is a `UnitReader`."""

LADDERS: dict[str, str] = {
    "vecalign": "align.formats.pairs.ladder:parse_vecalign",
    "hunalign": "align.formats.pairs.ladder:parse_hunalign",
}
"""The formats that number segments and do not hold their text; each is a `LadderParser`."""

DOCUMENT_READERS: dict[str, str] = {
    "text": "align.formats.texts.plain:read_text",
    "html": "align.formats.texts.html:read_html",
    "mhtml": "align.formats.texts.html:read_mhtml",
    "markdown": "align.formats.texts.markdown:read_markdown",
    "docx": "align.formats.texts.docx:read_docx",
    "odt": "align.formats.texts.odt:read_odt",
    "pdf": "align.formats.texts.pdf:read_pdf",
    "epub": "align.formats.texts.epub:read_epub",
    "srt": "align.formats.texts.subtitles:read_srt",
    "vtt": "align.formats.texts.subtitles:read_vtt",
    "warc": "align.formats.texts.warc:read_warc",
    "tsv": "align.formats.tables.delimited:documents_tsv",
    "csv": "align.formats.tables.delimited:documents_csv",
    "xlsx": "align.formats.tables.workbook:documents_xlsx",
    "jsonl": "align.formats.tables.records:documents_jsonl",
    "parquet": "align.formats.tables.parquet:documents_parquet",
}
"""The formats in which texts are read: name to ``"module:function"``; each is a `DocumentReader`. What is
in `UNIT_READERS` alone is read as a text, too: that of its pairs."""

# Read wherever they lie.
_TEXTS = {
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".mhtml": "mhtml",
    ".mht": "mhtml",
    ".md": "markdown",
    ".markdown": "markdown",
    ".docx": "docx",
    ".odt": "odt",
    ".pdf": "pdf",
    ".epub": "epub",
    ".srt": "srt",
    ".vtt": "vtt",
    ".warc": "warc",
}

UNIT_SUFFIXES: dict[str, str] = {
    ".tsv": "tsv",
    ".tab": "tsv",
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".tmx": "tmx",
    ".xlf": "xliff",
    ".xliff": "xliff",
    ".po": "po",
    ".vecalign": "vecalign",
    ".hunalign": "hunalign",
    ".ladder": "hunalign",
    ".gold": "vecalign",
}
"""What names of files with pairs end in."""

DOCUMENT_SUFFIXES: dict[str, str] = {
    **_TEXTS,
    **{suffix: name for suffix, name in UNIT_SUFFIXES.items() if name not in LADDERS},
}
"""What names of files with texts end in; a file of another suffix that is named outright is plain text."""

_PACKED = (".gz", ".zst", ".bz2", ".xz")

_NOT_PACKED = (".zst", ".bz2", ".xz", ".zip")
"""What is unpacked, and not packed."""

FOLDER_SUFFIXES: frozenset[str] = frozenset(
    {*_TEXTS, *(f"{one}{other}" for one in _TEXTS for other in _PACKED), ".zip"}
)
"""What a folder is searched for. Tables and translation memories are read when they are named outright: a
folder of articles often holds those that were made of it."""

# What writes two names for one format, or another name than it is read by.
_WRITE_SUFFIXES = {suffix: name for suffix, name in UNIT_SUFFIXES.items() if name in WRITERS and suffix != ".gold"}


REVIEWED: frozenset[str] = frozenset(("tsv", "excel-tsv", "xlsx", "csv", "jsonl", "parquet"))
"""The formats that can hold what reviewers decided; the others hold what came of it."""


class Writer(Protocol):
    """What writes units to open binary streams: one, or two where a format has a file a language."""

    def __call__(self, units: Iterable[TranslationUnit], *streams: BinaryIO, settings: WriteSettings) -> int:
        """Write units in the order given; nothing is written before the first has come.

        :returns: how many of the units the output holds; fewer than were given where a format
            cannot hold them all
        """
        ...


UnitReader: TypeAlias = "Callable[[BinaryIO, str, ReadSettings], Iterator[tuple[int, TranslationUnit]]]"
"""From a stream and what messages call it to its units, each with the number of its line, row or unit."""

LadderParser: TypeAlias = "Callable[[str, str], Iterator[tuple[int, LadderBead]]]"
"""From a text and what messages call it to its beads, each with the number of its line."""

DocumentReader: TypeAlias = "Callable[[BinaryIO, str, ReadSettings], Iterator[Part]]"
"""From a stream and what messages call it to the documents in it."""


def written_format(name: str | None, path: str | os.PathLike[str]) -> str:
    """The format to write: the one named, or else the one for the path's suffix, or else the table.

    >>> written_format(None, "pairs.tmx.gz"), written_format("excel-tsv", "pairs.tsv")
    ('tmx', 'excel-tsv')

    :raises FormatError: if there is no format of that name, or the suffix is of one that is only read
    """
    path = os.fspath(path)
    if path.lower().endswith(_NOT_PACKED):
        raise FormatError(f"{path}: what is written is packed as .gz or not at all; choose another suffix.")
    known = name or _format_by_suffix(path)
    _refuse_unknown(known, WRITERS, "written")
    return known


def _format_by_suffix(path: str) -> str:
    if re.search(r"\.(en-vi|vi-en)\.(vi|en)$", path):
        return "moses"
    suffix = suffix_of(path)
    if suffix not in _WRITE_SUFFIXES and DOCUMENT_SUFFIXES.get(suffix, "text") != "text":
        raise FormatError(
            f"{path}: {suffix} is not written; choose another suffix, or say what to write with --to "
            f"({', '.join(WRITERS)})."
        )
    return _WRITE_SUFFIXES.get(suffix, "tsv")


def writer_for(name: str) -> Writer:
    """The writer of a format.

    >>> writer_for("vecalign").__name__
    'write_vecalign'

    :raises FormatError: if there is no format of that name
    """
    writer: Writer = _load(WRITERS, name, "written")
    return writer


def unit_reader(name: str) -> UnitReader:
    """The reader of pairs in a format; see `writer_for`."""
    reader: UnitReader = _load(UNIT_READERS, name, "read as pairs")
    return reader


def ladder_parser(name: str) -> LadderParser:
    """The parser of a ladder; see `writer_for`."""
    parser: LadderParser = _load(LADDERS, name, "a ladder")
    return parser


def document_reader(name: str) -> DocumentReader:
    """The reader of texts in a format; see `writer_for`."""
    _refuse_unknown(name, {**DOCUMENT_READERS, **UNIT_READERS}, "read as text")
    reader: DocumentReader = _load(DOCUMENT_READERS, name, "read as text")
    return reader


def suffix_of(path: str) -> str:
    """What a path ends in, in lower case, without what it is packed in.

    >>> suffix_of("a/pairs.TMX.gz"), suffix_of("a.zip"), suffix_of("README")
    ('.tmx', '.zip', '')
    """
    path = re.sub(r"(\.(gz|zst|bz2|xz))+$", "", path.lower())
    return os.path.splitext(path)[1]


def _load(formats: dict[str, str], name: str, use: str) -> Any:
    _refuse_unknown(name, formats, use)
    module, _, attribute = formats[name].partition(":")
    return getattr(import_module(module), attribute)


def _refuse_unknown(name: str, formats: Iterable[str], use: str) -> None:
    if name not in formats:
        raise FormatError(f"{name!r} is no format that is {use}; known are {', '.join(formats)}.")
