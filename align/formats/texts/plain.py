"""Plain text: from bytes in any encoding to text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from align.errors import InputError
from align.formats.documents import Block, Part
from align.formats.settings import ReadSettings
from align.formats.texts.encodings import in_old_encoding, line_of
from align.formats.texts.legacy import LEGACY, SAMPLE, decode_legacy, is_viqr, legacy_name
from align.formats.texts.mojibake import mended

__all__ = ["decode", "read_text"]


def read_text(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[Part]:
    """Read a plain-text file as one document.

    :raises InputError: see `decode`
    """
    yield Part([Block(decode(stream.read(), name, settings.encoding, remark=settings.remark))])


def decode(data: bytes, name: str, encoding: str | None = None, *, remark: Callable[[str], None] | None = None) -> str:
    """Turn bytes into text.

    By the encoding named; else by the byte order mark, by where zero bytes stand (UTF-16 and UTF-32
    without a mark), as UTF-8, or in the one old encoding whose reading is plausible. UTF-8 that was
    once read as Windows-1252 or 1258 and saved so (`Tá»•ng`) is mended where the mended words are
    Vietnamese. Half a character at the end or the start of a file is left out.

    >>> decode("Huế".encode("utf-16"), "hue.txt")
    'Huế'
    >>> decode(b"Tr\\xad\\xeang \\xae\\xb9i h\\xe4c", "cu.txt", remark=print)
    cu.txt: read as TCVN3; --encoding names another.
    'Trường đại học'

    :param name: what messages call the file
    :param encoding: a codec of Python, or one of `align.formats.texts.legacy.LEGACY`
    :param remark: called with a sentence for the user where an old encoding was recognised, or
        something was mended or left out
    :raises InputError: if it is binary, or is not in the encoding named, or if no encoding or more
        than one makes sense of it; then the message has a line in each
    """
    say = remark or _silent
    if encoding is not None:
        return _checked(_in_named(data, name, encoding, say), name)
    codec = _shown(data)
    text = _whole(data, codec, name, say)
    if text is None:
        if codec != "utf-8" or _is_binary(data[:SAMPLE].decode("latin-1")) or b"\0" in data[:SAMPLE]:
            raise _binary(name)
        _refuse_surrogates(data, name)
        return _checked(in_old_encoding(data, name, say), name)
    _checked(text, name)
    if data.isascii() and is_viqr(text):
        say(f"{name}: read as VIQR; --encoding names another.")
        return decode_legacy(data, "viqr")
    return mended(text, name, say)


def _silent(sentence: str) -> None:
    """Say it to nobody."""


# --- what bytes show ---------------------------------------------------------------------

# UTF-32 first: its little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# Text has next to no control characters, images, archives and programs have many. Chosen by hand.
_BINARY_SHARE = 0.02

# So many whole characters show that half a one is of UTF-8. Chosen by hand: chance makes one or two.
_EVIDENCE = 4

# What Python says of bytes that stop within a character.
_CUT = ("unexpected end of data", "truncated data", "incomplete multibyte sequence")
# Codecs of Python that are no encodings of files.
_NO_ENCODINGS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"})


def _shown(data: bytes) -> str:
    """The Unicode encoding that a file shows; UTF-8 if none.

    >>> _shown("Huế".encode("utf-16-be")), _shown("Có.".encode("utf-32-le"))
    ('utf-16-be', 'utf-32-le')
    """
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return codec
    sample = data[: min(SAMPLE, len(data) // 4 * 4)]
    # Basic Latin, of which both languages are full, leaves three bytes in four zero, or one in two.
    zeros = [sample[place::4].count(0) / max(1, len(sample) // 4) for place in range(4)]
    if min(zeros[2:]) > 0.95 and zeros[1] > 0.3 and zeros[0] < 0.05:
        return "utf-32-le"
    if min(zeros[:2]) > 0.95 and zeros[2] > 0.3 and zeros[3] < 0.05:
        return "utf-32-be"
    sample = data[:SAMPLE]
    even, odd = (sample[place::2].count(0) / max(1, len(sample) / 2) for place in range(2))
    if odd > 0.3 and even < 0.05:
        return "utf-16-le"
    if even > 0.3 and odd < 0.05:
        return "utf-16-be"
    return "utf-8"


def _whole(data: bytes, codec: str, name: str, say: Callable[[str], None], *, named: bool = False) -> str | None:
    """The text, without half a character at either end; None if there is another fault.

    :param named: half a character at the end is one whatever stands before it; else, in UTF-8, some
        whole ones must, because `caf\\xe9` is Windows-1252
    """
    start = 0
    if codec == "utf-8":
        while start < min(3, len(data)) and 0x80 <= data[start] < 0xC0:
            start += 1
    try:
        text, left_out = data[start:].decode(codec), start
    except UnicodeDecodeError as error:
        if error.reason not in _CUT or error.end < len(error.object):
            return None
        text, left_out = error.object[: error.start].decode(codec), start + error.end - error.start
    if left_out:
        whole = sum(character > "\x7f" for character in text[-SAMPLE:])
        if codec == "utf-8" and whole < _EVIDENCE and (start or not named):
            return None
        say(f"{name}: is cut within a character; {_counted(left_out, 'byte')} left out.")
    return text.removeprefix("\ufeff")


def _refuse_surrogates(data: bytes, name: str) -> None:
    """Refuse UTF-8 in which halves of UTF-16 pairs are written as if they were characters."""
    found = _SURROGATE.search(data)
    if not found:
        return
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return
    raise InputError(
        f"{name}: holds half of a UTF-16 pair where UTF-8 was expected (line {line_of(data, found.start())}); "
        "write the file again as UTF-8."
    )


_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")


def _counted(count: int, what: str) -> str:
    return f"1 {what} is" if count == 1 else f"{count} {what}s are"


def _in_named(data: bytes, name: str, encoding: str, say: Callable[[str], None]) -> str:
    known = legacy_name(encoding)
    try:
        if known:
            return decode_legacy(data, known)
        codec = codecs.lookup(encoding).name
        if codec.replace("-", "_") in _NO_ENCODINGS:
            raise LookupError(encoding)
        text = _whole(data, codec, name, say, named=True)
        if text is None:
            text = data.decode(codec)
    except (LookupError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise InputError(
                f"{name}:{line_of(data, error.start)}: found the byte 0x{data[error.start]:02x}, which cannot stand "
                f"there in {encoding.upper()}; leave --encoding out, or name another."
            ) from None
        if isinstance(error, UnicodeError):
            raise InputError(f"{name}: is not in {encoding.upper()}; leave --encoding out, or name another.") from None
        raise InputError(
            f"{name}: --encoding {encoding} is not an encoding that is known; known are Python's, "
            f"such as utf-16, and {', '.join(LEGACY)}."
        ) from None
    return text


def _checked(text: str, name: str) -> str:
    if _is_binary(text):
        raise _binary(name)
    return text


def _is_binary(text: str) -> bool:
    sample = text[:SAMPLE]
    controls = sum(character < " " and character not in "\t\n\r\f\v\x1c\x1d\x1e" for character in sample)
    # A handful of stray NULs is damage, which cleaning takes out.
    return controls > max(8, _BINARY_SHARE * len(sample))


def _binary(name: str) -> InputError:
    return InputError(f"{name}: looks like a binary file, not text; give plain text in UTF-8 or UTF-16.")
