"""From a path to the documents or the pairs in it: open, unpack, choose the reader, read."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import re
from collections.abc import Iterator
from typing import BinaryIO, cast

from align.errors import AlignError, FormatError, InputError
from align.formats import (
    DOCUMENT_READERS,
    DOCUMENT_SUFFIXES,
    LADDERS,
    UNIT_READERS,
    UNIT_SUFFIXES,
    document_reader,
    ladder_parser,
    suffix_of,
    unit_reader,
)
from align.formats.documents import Part, document_of, part_of_units
from align.formats.files import STANDARD_STREAM, Input, open_input
from align.formats.lines import decoded, numbered_lines, shown
from align.formats.settings import ReadSettings
from align.formats.units import settled
from align.types import Document, TranslationUnit

__all__ = [
    "HEAD",
    "REJECTED_BY_REVIEWER",
    "alignment_format",
    "document_format",
    "read_documents",
    "read_pairs",
    "read_units",
]

HEAD = 4096
"""So many bytes of a file are looked at to tell its format."""

REJECTED_BY_REVIEWER = "rejected by the reviewer"
"""Why a pair of a reviewed table is left out."""

_PACKED = (".gz", ".zst", ".bz2", ".xz", ".zip")

# What a file shows at its start, the surest first; `align` reads what comes from a pipe by that.
_DOCUMENT_SIGNS = (
    ("pdf", re.compile(rb"%PDF-")),
    ("warc", re.compile(rb"WARC/1\.[01]\r?\n")),
    ("vtt", re.compile(rb"(\xef\xbb\xbf)?WEBVTT\b")),
    ("html", re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype\s+html|html)\b", re.IGNORECASE)),
    ("tmx", re.compile(rb"(\xef\xbb\xbf)?\s*(<[?!][^<]*>\s*)*<tmx\b")),
    ("xliff", re.compile(rb"(\xef\xbb\xbf)?\s*(<[?!][^<]*>\s*)*<xliff\b")),
)
_ALIGNMENT_SIGNS = (
    ("parquet", re.compile(rb"PAR1")),
    ("xlsx", re.compile(rb"PK\x03\x04")),
    ("tmx", re.compile(rb"[^{\t]*<tmx\b", re.IGNORECASE)),
    ("xliff", re.compile(rb"[^{\t]*<xliff\b", re.IGNORECASE)),
    ("jsonl", re.compile(rb"\s*\{")),
    ("po", re.compile(rb"(\s*#[^\n]*\n)*\s*msg(id|ctxt) ")),
    ("vecalign", re.compile(rb"\s*\[")),
    ("hunalign", re.compile(rb"\s*-?[0-9]+[ \t]+-?[0-9]+(\s|$)")),
    ("tsv", re.compile(rb"\s*?[^\n]*\t")),
)


def read_documents(item: Input, settings: ReadSettings) -> Iterator[Document]:
    """The documents in a file, or in the files it packs, one after the other.

    A file that holds several, such as a table with a text a row, gives them as ``news.jsonl#3``;
    one in an archive is ``news.zip/a.html``.

    :raises AlignError: if it cannot be read, is in no format that is read, or breaks its format
    """
    with open_input(item.path) as (name, opened):
        # A named format is that of what is packed, never of the packing.
        for member_id, member_name, stream in _members(opened, name, item.path, settings):
            member = f"{item.id}/{member_id}" if member_id else item.id
            stream = _peekable(stream)
            known = settings.format or document_format(member_name, stream, inside=bool(member_id))
            if known is None:
                settings.say(f"{member_name}: not a format that is read, passed over.")
                continue
            with _left_out(member_id, member_name, settings):
                for part in _parts(known, stream, member_name, settings):
                    yield document_of(part, member, item.path)


def _parts(known: str, stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[Part]:
    if known in UNIT_READERS and known not in DOCUMENT_READERS:
        units = (unit for _, unit in _settled(unit_reader(known)(stream, name, settings), name, settings))
        yield part_of_units(units, settings.side)
    else:
        yield from document_reader(known)(stream, name, settings)


def document_format(name: str, stream: BinaryIO, *, inside: bool = False) -> str | None:
    """The format of a text: what its suffix says, or what it shows; else plain text.

    :param inside: the file lies in an archive, where an unknown suffix is no text
    """
    suffix = suffix_of(name)
    if suffix in DOCUMENT_SUFFIXES:
        return DOCUMENT_SUFFIXES[suffix]
    head = _head(stream)
    found = next((known for known, sign in _DOCUMENT_SIGNS if sign.match(head)), None)
    return found or ("text" if not inside or not suffix else None)


def read_units(path: str | os.PathLike[str], settings: ReadSettings) -> Iterator[tuple[str, TranslationUnit]]:
    """The pairs in a file, or in the files it packs, each with its place for messages; ``-`` is standard input.

    A ladder needs the two texts whose segments it numbers, `settings.texts`. Of a Moses corpus either
    file can be named, or the name that both share.

    >>> import tempfile, pathlib
    >>> ladder = pathlib.Path(tempfile.mkdtemp()) / "a.vecalign"
    >>> _ = ladder.write_text("[0]:[0]:0.1")
    >>> _ = ladder.with_suffix(".vi").write_text("Có."), ladder.with_suffix(".en").write_text("Yes.")
    >>> texts = str(ladder.with_suffix(".vi")), str(ladder.with_suffix(".en"))
    >>> [(unit.vi, unit.en, unit.score) for _, unit in read_units(ladder, ReadSettings(texts=texts))]
    [('Có.', 'Yes.', 0.9)]

    :raises AlignError: if it cannot be read, is in no format that is read, or breaks its format
    """
    path = os.fspath(path)
    from align.formats.pairs.moses import moses_paths, read_moses

    if moses := moses_paths(path, settings.format):
        yield from read_moses(moses, settings)
        return
    with open_input(path) as (name, opened):
        for member_id, member_name, raw in _members(opened, name, path, settings):
            if member_id and settings.format is None and suffix_of(member_name) not in UNIT_SUFFIXES:
                settings.say(f"{member_name}: not a format that pairs are read in, passed over.")
                continue
            with _left_out(member_id, member_name, settings):
                yield from _units(_peekable(raw), member_name, settings)


def _units(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[tuple[str, TranslationUnit]]:
    known = alignment_format(settings.format, _head(stream), name)
    if known in LADDERS:
        yield from _ladder_units(known, stream, name, settings)
    else:
        yield from _settled(unit_reader(known)(stream, name, settings), name, settings)


def _settled(
    units: Iterator[tuple[int, TranslationUnit]], name: str, settings: ReadSettings
) -> Iterator[tuple[str, TranslationUnit]]:
    """Units as their reviewers left them, unless what was decided is wanted; says what was left out."""
    rejected = disputed = 0
    for number, unit in units:
        place = f"{name}:{number}"
        if unit.review is None or settings.review == "keep":
            yield place, unit
        elif (left := settled(unit)) is not None:
            disputed += unit.review.status == "disputed"
            yield place, left
        else:
            rejected += 1
            if settings.reject:
                settings.reject(place, REJECTED_BY_REVIEWER, f"{unit.vi} | {unit.en}")
    if rejected:
        settings.say(f"{name}: {_pairs(rejected)} that the reviewer rejected left out.")
    if disputed:
        settings.say(f"{name}: {_pairs(disputed)} that the reviewers disagree about taken as found.")


def _pairs(count: int) -> str:
    return "1 pair" if count == 1 else f"{count:,} pairs"


@contextlib.contextmanager
def _left_out(member_id: str, name: str, settings: ReadSettings) -> Iterator[None]:
    """What is wrong with one file of an archive costs that file alone, if there is a place for what is left out."""
    try:
        yield
    except AlignError as error:
        if not member_id or settings.reject is None:
            raise
        words = str(error).removeprefix(name)
        line = re.match(r"(:[0-9]+)?: ", words)
        settings.reject(f"{name}{line[1] or ''}" if line else name, words[line.end() :] if line else words, "")


def read_pairs(path: str | os.PathLike[str], settings: ReadSettings | None = None) -> list[TranslationUnit]:
    """The pairs in a file as a list; see `read_units`."""
    return [unit for _, unit in read_units(path, settings or ReadSettings())]


def alignment_format(named: str | None, head: bytes, name: str, *, option: str = "--from") -> str:
    """The format of pairs: the one named, what the suffix says where only one does, or what the file shows.

    An empty file is in the format that its suffix says.

    >>> alignment_format(None, b"[0]:[0, 1]:0.25", "a.txt")
    'vecalign'

    :param head: the first bytes of the file
    :param name: what messages call the file
    :param option: the option by which the format is named, for messages
    :raises FormatError: if there is no such format, or the file is in none
    """
    if named is not None:
        if named not in UNIT_READERS and named not in LADDERS:
            known = ", ".join([*UNIT_READERS, *LADDERS])
            raise FormatError(f"{named!r} is no format that pairs are read in; known are {known}.")
        return named
    head = head.removeprefix(codecs.BOM_UTF8)
    by_suffix = UNIT_SUFFIXES.get(suffix_of(name))
    # A ladder and a table are told by what they show: their suffixes are used for both.
    if by_suffix is not None and by_suffix not in LADDERS and by_suffix != "tsv":
        return by_suffix
    shows = next((known for known, sign in _ALIGNMENT_SIGNS if sign.match(head)), None)
    if shows or (by_suffix and not head.strip()):
        return shows or cast(str, by_suffix)
    if b"\0" in head:
        raise FormatError(f"{name}: looks like a binary file; expected pairs in a format that is read.")
    first = next((line for _, line in numbered_lines(head.decode("utf-8", "replace"))), "")
    found = f"found {shown(first.strip())}" if first else "is empty"
    raise FormatError(
        f"{name}: {found}, expected a table of pairs, a translation memory or a ladder; "
        f"say which with {option} ({', '.join([*UNIT_READERS, *LADDERS])})."
    )


def _ladder_units(
    known: str, stream: BinaryIO, name: str, settings: ReadSettings
) -> Iterator[tuple[str, TranslationUnit]]:
    from align.formats.pairs.ladder import units_of_ladder

    if settings.texts is None:
        raise FormatError(f"{name}: a ladder numbers segments; say which texts they are of: --texts VI EN.")
    texts = tuple(_text(path, settings) for path in settings.texts)
    beads = ladder_parser(known)(decoded(stream.read(), name), name)
    for number, unit in units_of_ladder(beads, name, (texts[0], texts[1])):
        yield f"{name}:{number}", unit


def _text(path: str, settings: ReadSettings) -> tuple[str, str]:
    from align.formats.texts.plain import decode

    with open_input(path) as (name, stream):
        return os.path.basename(path), decode(stream.read(), name, settings.encoding, remark=settings.remark)


def _members(stream: BinaryIO, name: str, path: str, settings: ReadSettings) -> Iterator[tuple[str, str, BinaryIO]]:
    """What a file packs: id, name and stream of each; a file that packs nothing is one itself."""
    if path == STANDARD_STREAM or not path.lower().endswith(_PACKED):
        yield "", name, stream
        return
    from align.formats.archives import unpacked

    for member in unpacked(stream, name, settings):
        yield member.id, member.name, member.stream


def _peekable(stream: BinaryIO) -> BinaryIO:
    if hasattr(stream, "peek"):
        return stream
    if isinstance(stream, io.RawIOBase):
        return io.BufferedReader(stream)
    return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, stream)))


def _head(stream: BinaryIO) -> bytes:
    with contextlib.suppress(AttributeError):
        head: bytes = stream.peek(HEAD)[:HEAD]  # type: ignore[attr-defined]
        return head
    raise InputError("a stream that cannot be looked at")  # pragma: no cover
