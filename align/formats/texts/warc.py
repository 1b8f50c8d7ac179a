"""WARC, in which crawlers and archives keep the web: every page in it is a document.

warcio reads the heads and puts the pieces of an answer together. What a record is, is found out here:
warcio's iterator ends for good at the first one that is damaged, and says nothing of one that is cut short.
"""

from __future__ import annotations

import contextlib
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from align.errors import AlignError, FormatError, InputError
from align.formats.documents import Block, Part
from align.formats.lines import shown
from align.formats.settings import ReadSettings

__all__ = ["read_warc"]

# Larger than any page, as in `align.formats.texts.html`; one record is in memory at a time.
_LARGEST = 50_000_000
# Chosen by hand: servers refuse heads that are a tenth of it.
_LARGEST_HEAD = 256 * 1024
_CHUNK = 64 * 1024

_HOLD_PAGES = frozenset({"response", "resource", "conversion"})
_ABOUT_PAGES = frozenset({"warcinfo", "request", "metadata"})
_HTML = frozenset({"text/html", "application/xhtml+xml"})


def read_warc(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[Part]:
    """The pages and plain texts in a WARC, each a document with its address as id.

    Answers with another status than 200 and what is neither HTML nor plain text are passed over and
    counted. A record that is damaged is given to `settings.refuse`, and reading goes on with the next.

    >>> page = "Giá gạo tăng.".encode()
    >>> head = "WARC/1.0\\nWARC-Type: resource\\nWARC-Target-URI: http://a.vn/\\nContent-Type: text/plain\\n"
    >>> warc = f"{head}Content-Length: {len(page)}\\n\\n".encode() + page + b"\\n\\n"
    >>> [(part.id, part.blocks[0].text) for part in read_warc(io.BytesIO(warc), "a.warc", ReadSettings())]
    [('http://a.vn/', 'Giá gạo tăng.')]

    :param name: what messages call the file
    :raises FormatError: if it is no WARC, or warcio is not installed
    """
    try:
        import warcio.bufferedreaders  # noqa: F401
    except ImportError:
        raise FormatError(f"{name}: to read WARC, install align-vi-en[web].") from None
    passed_over: Counter[str] = Counter()
    ids: Counter[str] = Counter()
    cut = 0
    for record in _records(_Source(_plain(stream, name, settings)), name, settings):
        if record.type not in _HOLD_PAGES:
            passed_over[record.type] += record.type not in _ABOUT_PAGES
            continue
        address = record.address
        ids[address] += 1
        identifier = address if ids[address] == 1 else f"{address} ({ids[address]})"
        place = f"{name}#{identifier}"
        try:
            page = _page(record, place)
            if isinstance(page, str):
                passed_over[page] += 1
                continue
            blocks = _blocks(page, place, settings)
        except AlignError as error:
            settings.refuse(place, str(error).removeprefix(f"{place}: "))
            continue
        cut += page.cut
        yield Part(blocks, identifier)
    if cut:
        settings.say(f"{name}: pages that were cut short when they were fetched: {cut:,}.")
    if +passed_over:
        settings.say(f"{name}: passed over, as no pages of text: {_counted(passed_over)}.")


def _counted(counts: Counter[str]) -> str:
    said = [f"{count:,} × {what}" for what, count in counts.most_common(8) if count]
    others = counts.total() - sum(count for _, count in counts.most_common(8))
    return ", ".join([*said, f"{others:,} × others"] if others else said)


def _plain(stream: BinaryIO, name: str, settings: ReadSettings) -> BinaryIO:
    """The stream, unpacked if it is packed and nobody knew, as one that comes from a pipe."""
    from align.formats.archives import unpacked

    head = stream.read(2)
    whole: BinaryIO = io.BufferedReader(_Rejoined(head, stream))
    if head == b"\x1f\x8b":
        return next(unpacked(whole, f"{name}.gz", settings)).stream
    return whole


class _Rejoined(io.RawIOBase):
    """A stream with its first bytes back in front."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head, self._stream = head, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._head[: len(buffer)] or self._stream.read(len(buffer))
        self._head = self._head[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)


class _Source:
    """A stream that knows how far it is read, and takes bytes back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._back = io.BytesIO()
        self.offset = 0
        self.taken_back = 0

    def read(self, size: int) -> bytes:
        data = self._back.read(size)
        data += self._stream.read(size - len(data))
        self.offset += len(data)
        return data

    def line(self) -> bytes:
        """The next line, or as much of it as is looked at at once."""
        line = self._back.readline(_CHUNK)
        if not line.endswith(b"\n") and len(line) < _CHUNK:
            line += self._stream.readline(_CHUNK)
        self.offset += len(line)
        return line

    def unread(self, data: bytes) -> None:
        self._back = io.BytesIO(data + self._back.read())
        self.offset -= len(data)
        self.taken_back += len(data)

    def skip(self, size: int) -> None:
        while size > 0 and (piece := self.read(min(size, _CHUNK))):
            size -= len(piece)

    def skip_to_record(self) -> int:
        """Go to where the next record begins; how many bytes that was."""
        start = self.offset
        while line := self.line():
            if line.startswith(b"WARC/"):
                self.unread(line)
                break
        return self.offset - start


@dataclass(frozen=True, slots=True)
class _Record:
    """One record: its head, and its body as far as it is not too large.

    :param head: warcio's `StatusAndHeaders`
    """

    place: str
    number: int
    head: Any
    body: bytes
    whole: bool

    @property
    def type(self) -> str:
        return _one_line(self.head.get_header("WARC-Type", "").lower()) or "record without a type"

    @property
    def address(self) -> str:
        """Where the page was, in one line and without brackets, which old Wget put around it."""
        address = self.head.get_header("WARC-Target-URI", "").strip().removeprefix("<").removesuffix(">")
        return _one_line(address.replace(" ", "%20"))[:500] or f"record-{self.number}"


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else "_" for letter in text)


def _records(source: _Source, name: str, settings: ReadSettings) -> Iterator[_Record]:
    number = 0
    while line := source.line():
        if not line.strip():
            continue
        start = source.offset - len(line)
        if not line.startswith(b"WARC/"):
            if not number:
                found = shown(line.decode("utf-8", "replace").strip())
                raise FormatError(f"{name}: found {found} at its start, expected a WARC, which begins with WARC/1.0.")
            strays = len(line) + source.skip_to_record()
            settings.refuse(f"{name}: byte {start:,}", f"found {strays:,} bytes that belong to no record; is it whole?")
            continue
        number += 1
        place = f"{name}: record {number:,} at byte {start:,}"
        head = _head(line, source)
        length = head.get_header("Content-Length", "").strip() if head else ""
        if not (length.isascii() and length.isdigit() and len(length) < 19):
            settings.refuse(place, f"found {shown(length)} for its length, expected a number; it is left out.")
            source.skip_to_record()
            continue
        body = source.read(min(int(length), _LARGEST))
        source.skip(int(length) - len(body))
        if wrong := _wrong_length(source, body, int(length)):
            settings.refuse(place, wrong)
        else:
            yield _Record(place, number, head, body, len(body) == int(length))


def _head(line: bytes, source: _Source) -> Any:
    """The head of a record that begins with a line; None if it has no end."""
    from warcio.statusandheaders import StatusAndHeadersParser

    lines = [line]
    size = 0
    while line := source.line():
        lines.append(line)
        size += len(line)
        if not line.strip():
            return StatusAndHeadersParser([], verify=False).parse(io.BytesIO(b"".join(lines)))
        if size > _LARGEST_HEAD:
            break
    return None


def _wrong_length(source: _Source, body: bytes, length: int) -> str:
    """What is wrong if a record does not end where it says, and go on with the next."""
    after = source.line()
    cut = not after and len(body) < min(length, _LARGEST)
    if not cut and (not after.strip() or after.startswith(b"WARC/")):
        source.unread(after)
        return ""
    inside = body.find(b"\nWARC/1.")
    # Once or twice in a damaged file; without bounds, one of nothing but wrong lengths would take for ever.
    if inside >= 0 and source.taken_back < 4 * _LARGEST:
        source.unread(body[inside + 1 :] + after)
    else:
        source.skip_to_record()
    if cut:
        return f"found {len(body):,} bytes, expected {length:,}; it is cut short, and left out."
    return f"does not end after {length:,} bytes, as it says it does; it is left out."


@dataclass(frozen=True, slots=True)
class _Page:
    data: bytes
    html: bool
    charset: str
    cut: bool


def _page(record: _Record, place: str) -> _Page | str:
    """What a record holds for us, or what it is instead.

    :raises FormatError: if it is a page and cannot be read
    """
    kind = record.head.get_header("Content-Type", "")
    data, encoding = record.body, ""
    if kind.lower().startswith("application/http") or (record.type == "response" and data.startswith(b"HTTP/")):
        answer, data = _answer(record.body, place)
        status = (answer.statusline.split() or ["none"])[0]
        if status != "200":
            return f"status {_one_line(status)[:20]}"
        kind = answer.get_header("Content-Type", "")
        encoding = answer.get_header("Content-Encoding", "").strip().lower()
    kind = kind or record.head.get_header("WARC-Identified-Payload-Type", "")
    media = _one_line(kind.partition(";")[0].strip().lower())[:60]
    if media and media not in _HTML and media != "text/plain":
        return media
    if not record.whole or len(data) > _LARGEST:
        raise _too_large(place)
    data, whole = _unpacked(data, encoding, place)
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", kind, re.IGNORECASE)
    html = media in _HTML or (not media and _IS_HTML.match(data) is not None)
    if not media and not html:
        return "unknown type"
    cut = not whole or record.head.get_header("WARC-Truncated") is not None
    return _Page(data, html, charset[1] if charset else "", cut)


_IS_HTML = re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype\s+html|html)\b", re.IGNORECASE)


def _answer(body: bytes, place: str) -> tuple[Any, bytes]:
    """The head of a server's answer, and what it sent."""
    from warcio.bufferedreaders import ChunkedDataReader
    from warcio.statusandheaders import StatusAndHeadersParser

    if not re.search(rb"\n\r?\n", body[:_LARGEST_HEAD]):
        raise FormatError(f"{place}: found an answer without an end of its head; it is left out.")
    stream = io.BytesIO(body)
    try:
        head = StatusAndHeadersParser([], verify=False).parse(stream)
        chunked = head.get_header("Transfer-Encoding", "").strip().lower() == "chunked"
        return head, (ChunkedDataReader(stream) if chunked else stream).read()
    except Exception as error:  # warcio has no error of its own for what it cannot read
        raise FormatError(f"{place}: found an answer that is broken ({error}); it is left out.") from error


def _unpacked(data: bytes, encoding: str, place: str) -> tuple[bytes, bool]:
    """What a server packed for the way, and whether it is whole.

    Many archives keep what they unpacked under the head that says it is packed.
    """
    if encoding in ("br", "zstd", "compress"):
        raise FormatError(f"{place}: is packed as {encoding}, which is not read; expected gzip or deflate.")
    if encoding in ("gzip", "x-gzip") and data.startswith(b"\x1f\x8b"):
        windows = [16 + zlib.MAX_WBITS]
    elif encoding == "deflate" and not _IS_HTML.match(data):
        windows = [zlib.MAX_WBITS, -zlib.MAX_WBITS]
    else:
        return data, True
    for window in windows:
        unpacking = zlib.decompressobj(window)
        with contextlib.suppress(zlib.error):
            plain = unpacking.decompress(data, _LARGEST)
            if unpacking.unconsumed_tail:
                raise _too_large(place)
            return plain, unpacking.eof
    raise FormatError(f"{place}: is said to be packed as {encoding}, and is damaged; it is left out.")


def _too_large(place: str) -> FormatError:
    return FormatError(f"{place}: is larger than {_LARGEST // 1_000_000} MB, which no page is; it is left out.")


def _blocks(page: _Page, place: str, settings: ReadSettings) -> list[Block]:
    if page.html:
        from align.formats.texts.html import page_blocks

        return page_blocks(page.data, place, settings, page.charset)
    from align.formats.texts.plain import decode

    try:
        text = decode(page.data, place, settings.encoding, remark=settings.remark)
    except InputError:
        if settings.encoding or not page.charset:
            raise
        text = decode(page.data, place, page.charset, remark=settings.remark)
    return [Block(text)]
