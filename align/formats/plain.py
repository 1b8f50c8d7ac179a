"""Plain text: from bytes to a cleaned document."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from align.errors import InputError
from align.formats.files import Input, read_bytes
from align.text.clean import clean
from align.types import Document

__all__ = ["decode", "read_plain"]

# UTF-32 first: its little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# How much of a file is looked at to tell UTF-16 without a mark, and binary data. Chosen by hand.
_SAMPLE = 64 * 1024

# Text has next to no control characters, images, archives and programs have many. Chosen by hand.
_BINARY_SHARE = 0.02


def read_plain(source: Input, *, encoding: str | None = None) -> Iterator[Document]:
    """Read one plain-text file, or standard input, as one document.

    :param encoding: a codec's name such as ``"cp1258"``; None tries UTF-8 and UTF-16
    :raises InputError: if it cannot be read, is binary, or is in no encoding that was tried
    """
    name, data = read_bytes(source.path)
    yield Document(source.id, clean(decode(data, name, encoding)), source=source.path)


def decode(data: bytes, name: str, encoding: str | None = None) -> str:
    """Turn bytes into text by the encoding named, the byte order mark, or UTF-8.

    UTF-16 without a mark is recognised by where its zero bytes stand. Nothing is guessed
    beyond that: a wrong guess gives text that looks right and is not.

    >>> decode("Huế".encode("utf-16"), "hue.txt")
    'Huế'

    :param name: what messages call the file
    :raises InputError: naming the encodings tried and the option that says which it is
    """
    tried = [encoding] if encoding else _candidates(data)
    for candidate in tried:
        try:
            text = data.decode(candidate)
        except LookupError:
            raise InputError(f"{name}: --encoding {candidate} is not an encoding that Python knows.") from None
        except (UnicodeDecodeError, UnicodeError):
            continue
        if _is_binary(text):
            break
        return text
    else:
        if not _has_zeros(data):
            raise InputError(_undecodable(data, name, tried))
    raise InputError(f"{name}: looks like a binary file, not text; give plain text in UTF-8 or UTF-16.")


def _candidates(data: bytes) -> list[str]:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return [codec]
    zeros_even, zeros_odd = data[:_SAMPLE:2].count(0), data[1:_SAMPLE:2].count(0)
    # Basic Latin, of which both languages are full, has one zero byte in two.
    half = len(data[:_SAMPLE]) / 2
    if zeros_odd > 0.3 * half and zeros_even < 0.05 * half:
        return ["utf-16-le"]
    if zeros_even > 0.3 * half and zeros_odd < 0.05 * half:
        return ["utf-16-be"]
    return ["utf-8"]


def _is_binary(text: str) -> bool:
    sample = text[:_SAMPLE]
    controls = sum(character < " " and character not in "\t\n\r\f\v\x1c\x1d\x1e" for character in sample)
    # A handful of stray NULs is damage, which cleaning takes out.
    return controls > max(8, _BINARY_SHARE * len(sample))


def _has_zeros(data: bytes) -> bool:
    return b"\0" in data[:_SAMPLE]


def _undecodable(data: bytes, name: str, tried: list[str]) -> str:
    where = ""
    if tried == ["utf-8"]:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            where = f" (line {line}: byte 0x{data[error.start]:02x} cannot stand there)"
    names = ", ".join(candidate.upper() for candidate in tried)
    if tried == ["utf-8"]:
        names += " and, by their marks, UTF-16 and UTF-32"
    return (
        f"{name}: is not in any encoding tried: {names}{where}; "
        "say which it is with --encoding, for example --encoding cp1258."
    )
