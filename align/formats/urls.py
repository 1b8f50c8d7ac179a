"""Inputs and outputs at addresses that fsspec knows: ``s3://``, ``gs://``, ``sftp://``, ``memory://`` and others.

fsspec is imported when the first address is met, and not before. What a remote system says went wrong,
in whatever class of its own, becomes an `InputError` or `OutputError` of one line.
"""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

from align.errors import AlignError, InputError, OutputError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

__all__ = ["as_local", "asked", "files_below", "is_url", "opened", "sent_when_whole", "system_at", "url_below"]

T = TypeVar("T")

# Bytes asked for at a time: few, for every one costs a journey. Chosen by hand.
_BUFFER = 1 << 20


def is_url(path: str) -> bool:
    """Whether a path is an address.

    >>> is_url("s3://corpus/vi"), is_url("corpus/vi"), is_url("C:/corpus")
    (True, False, False)
    """
    return "://" in path


def as_local(path: str) -> str:
    """The path of a ``file://`` address; any other path or address as it is.

    >>> as_local("file:///data/a.txt"), as_local("a.txt"), as_local("s3://data/a.txt")
    ('/data/a.txt', 'a.txt', 's3://data/a.txt')
    """
    return path[len("file://") :] if path[:7].lower() == "file://" else path


def url_below(folder: str, name: str) -> str:
    """The address of a file in a folder at an address.

    >>> url_below("s3://corpus/vi/", "a.txt")
    's3://corpus/vi/a.txt'
    """
    return f"{folder}{name}" if folder.endswith("/") else f"{folder}/{name}"


def files_below(url: str) -> list[str] | None:
    """The names of all files in a folder, in depth, relative to it; None if the address is that of a file.

    They stand as a walk through folders finds them: those of a folder before those of the folders in it.

    :raises InputError: if there is nothing at the address, or it cannot be listed
    """
    system, root = system_at(url, InputError)
    root = root.rstrip("/")

    def listed() -> list[str] | None:
        system.invalidate_cache()  # what another machine has written a moment ago is there, too
        if system.isfile(root):
            return None
        return [found[len(root) :].lstrip("/") for found in system.find(root)]

    names = asked(listed, url, "listed", InputError)
    if names == [] and not asked(lambda: system.exists(root), url, "listed", InputError):
        raise InputError(f"{url}: no such file or folder; check the spelling.")
    return names and sorted(names, key=_as_walked)


def _as_walked(name: str) -> list[tuple[bool, str]]:
    *folders, last = name.split("/")
    return [*((True, folder) for folder in folders), (False, last)]


@contextlib.contextmanager
def opened(url: str) -> Iterator[BinaryIO]:
    """The open stream of what lies at an address.

    :raises InputError: if it cannot be opened, or stops in the middle
    """
    system, path = system_at(url, InputError)
    raw = asked(lambda: system.open(path, "rb"), url, "read", InputError)
    with raw, io.BufferedReader(_Remote(raw, url), _BUFFER) as stream:
        yield stream


@contextlib.contextmanager
def sent_when_whole(url: str) -> Iterator[BinaryIO]:
    """A temporary file of this machine that is sent to an address at the end, and not if anything fails before.

    An object store shows an object when it has come as a whole. On systems that have files, such as
    ``sftp://``, half a file is seen while it is on its way.

    :raises OutputError: if it cannot be sent
    """
    system, path = system_at(url, OutputError)
    if not path.rpartition("/")[2] or url.endswith("/"):
        raise OutputError(f"{url}: is the name of a folder; name a file in it, such as {url_below(url, 'pairs.tsv')}.")
    handle, temporary = tempfile.mkstemp(prefix="align-")
    try:
        with open(handle, "wb") as stream:
            yield stream
        asked(lambda: _send(system, temporary, path), url, "written", OutputError)
    finally:
        os.unlink(temporary)


def _send(system: AbstractFileSystem, local: str, path: str) -> None:
    if folder := path.rpartition("/")[0]:
        system.makedirs(folder, exist_ok=True)
    system.put_file(local, path)


class _Remote(io.RawIOBase):
    """A remote file whose troubles are `InputError`s, whatever reads it."""

    def __init__(self, raw: Any, url: str) -> None:
        self._raw, self._url = raw, url

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._raw.seekable())

    def readinto(self, buffer: Any) -> int:
        data = asked(lambda: self._raw.read(len(buffer)), self._url, "read", InputError)
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(asked(lambda: self._raw.seek(offset, whence), self._url, "read", InputError))

    def tell(self) -> int:
        return int(self._raw.tell())


def system_at(url: str, error: type[AlignError]) -> tuple[AbstractFileSystem, str]:
    """The file system that an address names, and the path in it.

    :raises AlignError: of the class given, if the packages for it are missing or there is no such system
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise error(f"{url}: an address needs fsspec: pip install 'align-vi-en[dask]'.") from None
    try:
        found: tuple[Any, str] = url_to_fs(url)
    except ImportError as missing:
        raise error(
            f"{url}: {_line(missing)}, beside fsspec: pip install 'align-vi-en[dask]' and that package."
        ) from None
    except Exception as trouble:
        raise error(f"{url}: no such kind of address ({_line(trouble)}); check what stands before ://.") from trouble
    return found


def asked(question: Callable[[], T], url: str, what: str, error: type[AlignError]) -> T:
    """What a remote system answers; each has errors of its own, and few of them are `OSError`s."""
    try:
        return question()
    except AlignError:
        raise
    except FileNotFoundError as trouble:
        if error is InputError:
            raise InputError(f"{url}: no such file or folder; check the spelling.") from trouble
        raise error(f"{url}: cannot be {what} ({_line(trouble)}).") from trouble
    except Exception as trouble:
        raise error(f"{url}: cannot be {what} ({_line(trouble)}).") from trouble


def _line(trouble: Exception) -> str:
    """What an error says, on one line without a full stop."""
    said = getattr(trouble, "strerror", None) or str(cast(object, trouble)) or type(trouble).__name__
    return " ".join(said.split()).rstrip(".")[:300]
