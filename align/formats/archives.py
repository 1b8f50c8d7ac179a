"""Archives taken apart as they are read: nothing of them touches the disk, and all of it is bounded.

A small archive can hold a text that fills a disk, archives in archives without end, and names that lead
out of the folder it is unpacked in. So what unpacks is counted, files and depth are limited
(`align.formats.settings.Limits`), and a name in an archive is a name and never a path.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import itertools
import lzma
import os
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO, cast

from align.errors import AlignError, FormatError
from align.formats.settings import Limits, ReadSettings

__all__ = ["Member", "open_zip", "read_member", "unpacked"]

_CHUNK = 64 * 1024

# zstandard unpacks all it is given at once, 32,000 times as much if it is zeros (measured 2026-11-25
# with zstandard 0.25): a small piece at a time keeps that below 40 MB.
_ZST_CHUNK = 1024

# A name is an id in every table and stands in messages: no longer than that of a file can be.
_LONGEST_NAME = 255

# What Office makes of a document with a password, and made of all of them before 2007.
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")

_PASSWORD = "is protected by a password, which is not asked for; unpack it yourself and give what was in it."


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive.

    :param id: its path inside, ``"a/b.html"`` or ``"inner.zip/x.srt"``; empty where one file is packed and
        nothing else, as in ``a.txt.gz``
    :param name: what messages call it, ``"x.zip/a/b.html"``
    :param stream: its bytes, unpacked as they are read; what is wrong with them raises `FormatError` then
    """

    id: str
    name: str
    stream: BinaryIO


@dataclass(slots=True)
class _Budget:
    """What one input has unpacked to so far, all that is packed in it together."""

    limits: Limits
    size: int = 0
    files: int = 0
    names: Counter[str] = field(default_factory=Counter)

    def spend(self, name: str, size: int, files: int = 0) -> None:
        if self.size + size > self.limits.bytes:
            most = self.limits.size
            raise FormatError(
                f"{name}: unpacks to more than {most:,} MB with all that is packed with it; "
                f"if that is no trick, allow more: --limit size={2 * most}."
            )
        if self.files + files > self.limits.files:
            most = self.limits.files
            raise FormatError(
                f"{name}: holds more than {most:,} files with all that is packed with it; "
                f"if that is no trick, allow more: --limit files={2 * most}."
            )
        self.size += size
        self.files += files


def unpacked(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[Member]:
    """What a file packs, by its suffix: ``.zip``, ``.gz``, ``.zst``, ``.bz2``, ``.xz``, in one another too.

    A file of another suffix is itself the one member, so a DOCX, which is a zip by nature, stays whole.
    Folders, hidden files and what macOS adds are passed over. Read a member before asking for the next.

    >>> packed = gzip.compress("Xin chào.".encode())
    >>> [member.stream.read().decode() for member in unpacked(io.BytesIO(packed), "a.txt.gz", ReadSettings())]
    ['Xin chào.']

    :param name: what messages call the file
    :raises FormatError: if it is not what its suffix says, is damaged, or holds more than the limits
        allow; a file of several that has something wrong with it is given to `settings.refuse`
    """
    budget = _Budget(settings.limits)
    # Not recursive: the depth that is allowed can be any number.
    waiting = [iter([_Layer(Member("", name, stream), name.lower(), 0)])]
    while waiting:
        layer = next(waiting[-1], None)
        if layer is None:
            waiting.pop()
        elif layer.suffix == ".zip" or layer.suffix in _STREAMS:
            waiting.append(_inside(layer, budget, settings))
        else:
            yield layer.member


@dataclass(frozen=True, slots=True)
class _Layer:
    """A member that may be an archive itself.

    :param rest: its name without the suffixes of what was unpacked
    """

    member: Member
    rest: str
    depth: int

    @property
    def suffix(self) -> str:
        return os.path.splitext(self.rest)[1]


def _inside(layer: _Layer, budget: _Budget, settings: ReadSettings) -> Iterator[_Layer]:
    member, depth = layer.member, layer.depth
    try:
        if depth == settings.limits.depth:
            raise FormatError(
                f"{member.name}: lies {depth + 1} archives deep, expected {depth} at most; "
                f"unpack it yourself, or allow more: --limit depth={depth + 1}."
            )
        if layer.suffix == ".zip":
            archive = _listed(_buffered(member.stream), member.name, budget)
        else:
            stream = _opened(layer.suffix, member, budget)
    except FormatError as error:
        if not depth:
            raise
        _refuse(settings, member.name, error)
        return
    if layer.suffix == ".zip":
        for found in _files(archive, member, budget, settings):
            yield _Layer(found, found.name.lower(), depth + 1)
    else:
        yield _Layer(Member(member.id, member.name, stream), os.path.splitext(layer.rest)[0], depth + 1)


def _files(archive: zipfile.ZipFile, outer: Member, budget: _Budget, settings: ReadSettings) -> Iterator[Member]:
    for info in archive.infolist():
        path = _inner_path(info)
        if not path:
            continue
        path = _unique(f"{outer.id}/{path}" if outer.id else path, budget.names)
        name = f"{outer.name}/{path.removeprefix(f'{outer.id}/')}"
        if info.flag_bits & 1:
            settings.refuse(name, _PASSWORD)
            continue
        try:
            # Read twice, so that a damaged file is left out as a whole and needs no memory.
            with _member_stream(archive, info, name) as whole:
                while whole.read(_CHUNK):
                    pass
            stream = _member_stream(archive, info, name)
        except FormatError as error:
            _refuse(settings, name, error)
        else:
            yield Member(path, name, stream)


def _refuse(settings: ReadSettings, name: str, error: AlignError) -> None:
    settings.refuse(name, str(error).removeprefix(f"{name}: "))


def _inner_path(info: zipfile.ZipInfo) -> str:
    """A name in an archive as a plain relative path; empty for what is no file of the user's.

    >>> _inner_path(zipfile.ZipInfo("..\\\\..\\\\tin/bài\\x07 1.txt")), _inner_path(zipfile.ZipInfo("__MACOSX/a.txt"))
    ('tin/bài_ 1.txt', '')
    """
    name = info.filename
    if not info.flag_bits & 0x800:
        # Many programs write UTF-8 and do not say so; zipfile reads it as code page 437.
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode()
    name = unicodedata.normalize("NFC", name).replace("\\", "/")
    name = "".join(letter if letter.isprintable() else "_" for letter in name)
    parts = [part for part in name.split("/") if part.strip(" .")]
    if not parts or name.endswith("/") or "__MACOSX" in parts or any(part.startswith(".") for part in parts):
        return ""
    return "/".join(parts)[-_LONGEST_NAME:].lstrip("/")


def _unique(path: str, taken: Counter[str]) -> str:
    """The path, or ``"a (2).html"`` for the second of the name."""
    folder, slash, file = path.rpartition("/")
    stem, dot, suffixes = file.partition(".")
    unique = path
    while unique in taken:
        taken[path] += 1
        unique = f"{folder}{slash}{stem} ({taken[path]}){dot}{suffixes}"
    taken[unique] += 1
    return unique


def open_zip(stream: BinaryIO, name: str, limits: Limits) -> zipfile.ZipFile:
    """A zip of a format that is one, such as DOCX or EPUB; its files are read by `read_member`.

    :param stream: read into memory if it cannot be sought in
    :param name: what messages call the file
    :raises FormatError: if it is no zip or a broken one, has a password, has parts that overlap, or holds
        more than the limits allow
    """
    archive = _listed(_buffered(stream), name, _Budget(limits))
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise FormatError(f"{name}: {_PASSWORD}")
    return archive


def read_member(archive: zipfile.ZipFile, member: str, name: str, limits: Limits) -> bytes:
    """The bytes of a file in a zip that `open_zip` opened.

    :param member: its name in the zip
    :param name: what messages call the zip
    :raises FormatError: if there is none of that name, or it is damaged
    """
    try:
        info = archive.getinfo(member)
    except KeyError:
        raise FormatError(f"{name}: holds no {member}, which it needs; is it whole, and what its name says?") from None
    place = f"{name}/{member}"
    _Budget(limits).spend(place, info.file_size)
    with _member_stream(archive, info, place) as stream:
        return stream.read()


class _Zip(zipfile.ZipFile):
    """A zip that stops listing at the limit: millions of names take gigabytes, and pack into a few kilobytes."""

    def __init__(self, stream: BinaryIO, name: str, budget: _Budget) -> None:
        self._names = _BoundedList(name, budget)
        super().__init__(stream)

    @property
    def filelist(self) -> list[zipfile.ZipInfo]:
        return self._names

    @filelist.setter
    def filelist(self, empty: list[zipfile.ZipInfo]) -> None:
        """What zipfile begins with is empty, as ours is."""


class _BoundedList(list[zipfile.ZipInfo]):
    def __init__(self, name: str, budget: _Budget) -> None:
        super().__init__()
        self._name, self._budget = name, budget

    def append(self, info: zipfile.ZipInfo) -> None:
        self._budget.spend(self._name, info.file_size, 1)
        super().append(info)


def _listed(stream: BinaryIO, name: str, budget: _Budget) -> zipfile.ZipFile:
    if not stream.seekable():
        stream = io.BytesIO(stream.read())
    stream.seek(0)
    if stream.read(len(_OLE)) == _OLE:
        raise FormatError(
            f"{name}: is protected by a password or in the format of Office before 2007; "
            "open it and save it in the format of today, without a password."
        )
    spent = replace(budget)  # one that is not read spends nothing
    try:
        archive = _Zip(stream, name, spent)
    except (AlignError, MemoryError):
        raise
    except Exception as error:  # zipfile raises whatever the bytes lead it to
        raise FormatError(f"{name}: found no zip, or a broken one ({error}); is the file whole?") from error
    # Local headers take thirty bytes and a name before what is packed.
    infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
    for info, following in itertools.pairwise(infos):
        if info.header_offset + 30 + info.compress_size > following.header_offset:
            raise FormatError(f"{name}: holds files that overlap, as only a trick makes them; it is not read.")
    budget.size, budget.files = spent.size, spent.files
    return archive


def _member_stream(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> BinaryIO:
    try:
        opened = archive.open(info)
    except Exception as error:
        raise _damaged(name, error) from error
    return _guarded(opened.read, name)


def _opened(suffix: str, member: Member, budget: _Budget) -> BinaryIO:
    """The stream behind a packed one."""
    stream = _buffered(member.stream)
    magics, opener = _STREAMS[suffix]
    head = stream.peek(8)[:8]
    if not head.startswith(magics):
        found = f"found {head[:4].hex(' ')} at its start" if head else "is empty"
        raise FormatError(
            f"{member.name}: {found}, expected what {suffix} files begin with, {magics[0].hex(' ')}; "
            "take the suffix off if it is not packed."
        )
    return _guarded(opener(stream, member.name), member.name, budget)


def _open_zst(stream: BinaryIO, name: str) -> Callable[[int], bytes]:
    """Reads frame after frame; zstandard's own stream takes one that is cut short for a whole one."""
    try:
        import zstandard
    except ImportError:
        raise FormatError(f"{name}: to read .zst, install align-vi-en[zst].") from None
    chunks = _zst_chunks(stream, zstandard)
    buffer = io.BytesIO()

    def read(size: int) -> bytes:
        nonlocal buffer
        piece = buffer.read(size)
        while not piece and (chunk := next(chunks, None)) is not None:
            buffer = io.BytesIO(chunk)
            piece = buffer.read(size)
        return piece

    return read


def _zst_chunks(stream: BinaryIO, zstandard: Any) -> Iterator[bytes]:
    frame = None
    packed = b""
    while packed or (packed := stream.read(_ZST_CHUNK)):
        frame = frame or zstandard.ZstdDecompressor().decompressobj()
        yield frame.decompress(packed)
        packed = frame.unused_data
        if frame.eof:
            frame = None
    if frame is not None:
        raise EOFError("it ends too soon")


_STREAMS: dict[str, tuple[tuple[bytes, ...], Callable[[BinaryIO, str], Callable[[int], bytes]]]] = {
    ".gz": ((b"\x1f\x8b",), lambda stream, _: gzip.GzipFile(fileobj=stream).read),
    ".bz2": ((b"BZh",), lambda stream, _: bz2.BZ2File(stream).read),
    ".xz": ((b"\xfd7zXZ\0",), lambda stream, _: lzma.LZMAFile(stream).read),  # noqa: SIM115
    # The others are frames to be skipped.
    ".zst": ((b"\x28\xb5\x2f\xfd", *(bytes((n, 0x2A, 0x4D, 0x18)) for n in range(0x50, 0x60))), _open_zst),
}
"""What packs one file: its first bytes, and what gives a function that reads so many of the unpacked."""


class _Guarded(io.RawIOBase):
    """A stream whose every failure is a `FormatError` with a name, and which counts what comes out of it."""

    def __init__(self, read: Callable[[int], bytes], name: str, budget: _Budget | None) -> None:
        self._read, self._name, self._budget = read, name, budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            piece = self._read(len(buffer))
        except (AlignError, MemoryError):
            raise
        except Exception as error:  # each library raises its own, and others
            if isinstance(error, OSError) and error.errno:
                raise  # the disk's failure
            raise _damaged(self._name, error) from error
        if self._budget:
            self._budget.spend(self._name, len(piece))
        buffer[: len(piece)] = piece
        return len(piece)


def _guarded(read: Callable[[int], bytes], name: str, budget: _Budget | None = None) -> BinaryIO:
    return io.BufferedReader(_Guarded(read, name, budget), _CHUNK)


def _damaged(name: str, error: Exception) -> FormatError:
    reason = str(error) or type(error).__name__
    return FormatError(f"{name}: is damaged or cut short ({reason}); pack it anew, or fetch it again.")


def _buffered(stream: BinaryIO) -> io.BufferedReader:
    return stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, stream))
