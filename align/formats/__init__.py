"""Readers and writers, one module a family.

A reader of documents takes a path and yields them; a reader of alignments takes their text, and a
writer takes beads and an open text stream: those are in `READERS` and `WRITERS`, by format.
`align.formats.files` finds the inputs behind the paths a user gives and writes outputs so
that they are either whole or not there.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TextIO, TypeAlias

from align.errors import FormatError, InputError

if TYPE_CHECKING:
    from align.formats.ladder import LadderBead
    from align.formats.table import Row
    from align.types import Bead

__all__ = [
    "READERS",
    "WRITERS",
    "AlignmentFile",
    "Reader",
    "Writer",
    "counterparts",
    "read_alignment",
    "read_text",
    "reader_for",
    "writer_for",
]

WRITERS: dict[str, str] = {
    "tsv": "align.formats.table:write_tsv",
    "vecalign": "align.formats.ladder:write_vecalign",
    "hunalign": "align.formats.ladder:write_hunalign",
}
"""The formats that are written: name to ``"module:function"``, imported on use; each is a `Writer`."""

READERS: dict[str, str] = {
    "tsv": "align.formats.table:parse_tsv",
    "vecalign": "align.formats.ladder:parse_vecalign",
    "hunalign": "align.formats.ladder:parse_hunalign",
}
"""The formats in which alignments are read: name to ``"module:function"``; each is a `Reader`."""

Reader: TypeAlias = "Callable[[str, str], Iterator[tuple[int, LadderBead | Row]]]"
"""From a text and what messages call it to its beads, each with the number of its line."""

_WRITTEN = {".tsv": "tsv", ".vecalign": "vecalign", ".hunalign": "hunalign", ".ladder": "hunalign"}
_READ = {**_WRITTEN, ".gold": "vecalign"}
# What a first line shows, the surest first.
_SIGNS = (
    ("vecalign", re.compile(r"\s*\[")),
    ("hunalign", re.compile(r"\s*-?[0-9]+\s+-?[0-9]+(\s|$)")),
    ("tsv", re.compile(r"[^\n]*\t")),
)


class Writer(Protocol):
    """What writes beads to an open text stream."""

    def __call__(self, beads: Iterable[Bead], stream: TextIO, *, lines: bool = False) -> int:
        """Write beads in the order given.

        :param lines: the segments are lines of their documents, cut with ``--lines``: a format
            that numbers its segments numbers the lines instead
        :returns: how many of the beads the output holds; fewer than were given where a format
            cannot hold them all
        """
        ...


def writer_for(name: str | None, path: str | os.PathLike[str] = "") -> Writer:
    """The writer of that name, or else the one for the path's suffix, or else the table's.

    >>> writer_for(None, "pairs.vecalign").__name__
    'write_vecalign'

    :raises FormatError: if there is no format of that name
    """
    known = name or _WRITTEN.get(os.path.splitext(os.fspath(path))[1].lower(), "tsv")
    writer: Writer = _load(WRITERS, known, "written")
    return writer


class AlignmentFile(NamedTuple):
    """An alignment as read.

    :param name: what messages call the file
    :param digest: eight hexadecimal digits of its text
    :param beads: each with the number of its line
    """

    name: str
    format: str
    digest: str
    beads: list[tuple[int, LadderBead | Row]]


def read_alignment(
    path: str | os.PathLike[str], format_name: str | None = None, *, option: str = "--from"
) -> AlignmentFile:
    """Read an alignment in any of `READERS`; ``-`` is standard input.

    :param format_name: the format, or None for what the file shows
    :param option: see `reader_for`
    :raises AlignError: if it cannot be read or breaks its format, with the line
    """
    name, text = read_text(path)
    found, parse = reader_for(format_name, text, name, option=option)
    digest = hashlib.blake2b(text.encode(), digest_size=4).hexdigest()
    return AlignmentFile(name, found, digest, list(parse(text, name)))


def reader_for(name: str | None, text: str, path: str, *, option: str = "--from") -> tuple[str, Reader]:
    """The name and the reader of an alignment's format: the one named, or what the first line shows.

    An empty file is in the format that its suffix says; of ``.gold`` that is a Vecalign ladder.

    >>> reader_for(None, "[0]:[0, 1]:0.25", "a.txt")[0]
    'vecalign'

    :param path: what messages call the file
    :param option: the option by which the format is named, for messages
    :raises FormatError: if there is no such format, or the text is in none
    """
    if name is None and text.strip():
        name = next((known for known, sign in _SIGNS if sign.match(text.lstrip("\r\n"))), None)
    elif name is None:
        name = _READ.get(os.path.splitext(path)[1].lower())
    if name is None:
        found = f"found {text.lstrip()[:40].splitlines()[0]!r}" if text.strip() else "is empty"
        raise FormatError(
            f"{path}: {found}, expected a table of pairs or a ladder; say which with {option} ({', '.join(READERS)})."
        )
    reader: Reader = _load(READERS, name, "read")
    return name, reader


def read_text(path: str | os.PathLike[str]) -> tuple[str, str]:
    """What messages call a file, and its text: strict UTF-8, as all our tables and ladders are.

    :param path: ``-`` is standard input
    :raises InputError: if it cannot be read
    :raises FormatError: if it is not text in UTF-8, with the line
    """
    path = os.fspath(path)
    name = "standard input" if path == "-" else path
    try:
        if path == "-":
            data = sys.stdin.buffer.read()
        else:
            with open(path, "rb") as stream:
                data = stream.read()
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror}).") from error
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise FormatError(
            f"{name}:{line}: found the byte 0x{error.object[error.start]:02x}, expected text in UTF-8; "
            "is it another kind of file, or in another encoding?"
        ) from None
    if "\0" in text:
        raise FormatError(f"{name}: looks like a binary file; expected text in UTF-8.")
    return name, text


def counterparts(found: str, gold: str) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """The pairs of alignments in two folders that have one path but for the suffix, or the two files.

    :returns: the pairs, and the paths without suffix in `found` that are not in `gold`
    :raises InputError: if one of `gold` is not in `found`, or one has two files
    """
    if not os.path.isdir(found) and not os.path.isdir(gold):
        return [(found, gold)], ()
    ours, theirs = _by_stem(found), _by_stem(gold)
    for stem in sorted(theirs.keys() - ours.keys()):
        raise InputError(f"{found}: holds no alignment called {stem}, expected one for {theirs[stem]}; add it.")
    return [(ours[stem], theirs[stem]) for stem in sorted(theirs)], tuple(sorted(ours.keys() - theirs.keys()))


def _by_stem(folder: str) -> dict[str, str]:
    if not os.path.isdir(folder):
        raise InputError(f"{folder}: is no folder, and the other is one; give two files or two folders.")
    stems: dict[str, str] = {}
    for path in sorted(Path(folder).rglob("*")):
        if path.suffix.lower() in _READ and path.is_file():
            first = stems.setdefault(path.relative_to(folder).with_suffix("").as_posix(), str(path))
            if first != str(path):
                raise InputError(f"{path}: stands beside {first}, expected one alignment a document; move one away.")
    if not stems:
        raise InputError(f"{folder}: holds no alignments; expected files ending in {', '.join(_READ)}.")
    return stems


def _load(formats: dict[str, str], name: str, use: str) -> Any:
    if name not in formats:
        raise FormatError(f"{name!r} is no format that is {use}; known are {', '.join(formats)}.")
    module, _, attribute = formats[name].partition(":")
    return getattr(import_module(module), attribute)
