"""The formats in which alignments are read and written, by name.

A reader takes a text, a writer beads and an open text stream: `READERS` and `WRITERS` say in which
module each is, one a family. `align.formats.alignment` reads a file of any of them.
`align.formats.plain` reads documents, and `align.formats.files` finds the inputs behind the paths
a user gives and writes outputs so that they are either whole or not there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, TextIO, TypeAlias

from align.errors import FormatError
from align.formats.lines import numbered_lines, shown

if TYPE_CHECKING:
    from align.formats.ladder import LadderBead
    from align.formats.table import Row
    from align.types import Bead

__all__ = [
    "READERS",
    "READ_SUFFIXES",
    "WRITERS",
    "Reader",
    "Writer",
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

_WRITE_SUFFIXES = {".tsv": "tsv", ".vecalign": "vecalign", ".hunalign": "hunalign", ".ladder": "hunalign"}

READ_SUFFIXES: dict[str, str] = {**_WRITE_SUFFIXES, ".gold": "vecalign"}
"""What names of alignments end in, and the format of an empty file that ends so."""

# What a first line shows, the surest first.
_SIGNS = (
    ("vecalign", re.compile(r"\s*\[")),
    ("hunalign", re.compile(r"\s*-?[0-9]+\s+-?[0-9]+(\s|$)")),
    ("tsv", re.compile(r".*\t")),
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
    known = name or _WRITE_SUFFIXES.get(os.path.splitext(os.fspath(path))[1].lower(), "tsv")
    writer: Writer = _load(WRITERS, known, "written")
    return writer


def reader_for(name: str | None, text: str, path: str, *, option: str = "--from") -> tuple[str, Reader]:
    """The name and the reader of an alignment's format: the one named, or what the first line shows.

    An empty file is in the format that its suffix says; of ``.gold`` that is a Vecalign ladder.

    >>> reader_for(None, "[0]:[0, 1]:0.25", "a.txt")[0]
    'vecalign'

    :param path: what messages call the file
    :param option: the option by which the format is named, for messages
    :raises FormatError: if there is no such format, or the text is in none
    """
    first = next((line for _, line in numbered_lines(text)), "")
    if name is None and first:
        name = next((known for known, sign in _SIGNS if sign.match(first)), None)
    elif name is None:
        name = READ_SUFFIXES.get(os.path.splitext(path)[1].lower())
    if name is None:
        found = f"found {shown(first.strip())}" if first else "is empty"
        raise FormatError(
            f"{path}: {found}, expected a table of pairs or a ladder; say which with {option} ({', '.join(READERS)})."
        )
    reader: Reader = _load(READERS, name, "read")
    return name, reader


def _load(formats: dict[str, str], name: str, use: str) -> Any:
    if name not in formats:
        raise FormatError(f"{name!r} is no format that is {use}; known are {', '.join(formats)}.")
    module, _, attribute = formats[name].partition(":")
    return getattr(import_module(module), attribute)
