"""What tables and ladders have in common: a record a line, in UTF-8.

Programs write these files, so nothing is guessed about them, as `align.formats.texts.plain` does
of a text.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from align.errors import FormatError
from align.formats.files import read_bytes

__all__ = ["decoded", "numbered_lines", "read_text", "shown"]


def read_text(path: str | os.PathLike[str]) -> tuple[str, str]:
    """What messages call a file, and its text, without a byte order mark.

    :param path: ``-`` is standard input
    :raises InputError: if it cannot be read
    :raises FormatError: if it is not text in UTF-8, with the line
    """
    name, data = read_bytes(path)
    return name, decoded(data, name)


def decoded(data: bytes, name: str, line: int = 1) -> str:
    """Bytes as text, without a byte order mark.

    :param line: the number of the first line in them
    :raises FormatError: if it is not text in UTF-8, with the line
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line += error.object.count(b"\n", 0, error.start)
        raise FormatError(
            f"{name}:{line}: found the byte 0x{error.object[error.start]:02x}, expected text in UTF-8; "
            "is it another kind of file, or in another encoding?"
        ) from None
    if "\0" in text:
        raise FormatError(f"{name}: looks like a binary file; expected text in UTF-8.")
    return text


def numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, each with its number from 1; LF and CRLF end a line.

    >>> list(numbered_lines("[0]:[0]\\r\\n\\r\\n[1]:[1]"))
    [(1, '[0]:[0]'), (3, '[1]:[1]')]
    """
    lines = enumerate(text.split("\n"), start=1)
    return ((number, line.removesuffix("\r")) for number, line in lines if line.strip())


def shown(found: str) -> str:
    """A text as messages quote it, cut short where it is long.

    >>> shown("Một câu."), shown("dài " * 16) == repr("dài " * 15 + "…")
    ("'Một câu.'", True)
    """
    return repr(found if len(found) <= 60 else f"{found[:60]}…")
