"""A folder in which a file is whole or not there: on this machine, or at a URL that other machines see, too.

Work units leave their results in a store, and what lies there is all that a batch knows of what is done.
Nothing waits for the disk: what a power cut spoils must be found out by a checksum in the file.
"""

from __future__ import annotations

import contextlib
import functools
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Protocol

from align.errors import InputError, OutputError
from align.formats.urls import as_local, asked, is_url, sent_when_whole, system_at, url_below

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

__all__ = ["PART", "FolderStore", "RemoteStore", "Store", "store_at"]

PART = ".part"
"""What the name of a file ends in that is still being written."""


class Store(Protocol):
    """Files by their names, which are relative and have ``/`` between folders.

    A store can be pickled: another process, or another machine, opens the same files.

    Two stores at the same place are equal.

    :ivar place: the folder or URL
    """

    @property
    def place(self) -> str:
        """The folder or URL."""
        ...

    def __hash__(self) -> int:
        """Of the place."""
        ...

    def names(self, folder: str = "") -> list[str]:
        """The names of all whole files in a folder, in depth and sorted; none where there is no such folder."""
        ...

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        ...

    def read(self, name: str) -> bytes:
        """What is in a file.

        :raises FileNotFoundError: if there is none
        :raises InputError: if it cannot be read
        """
        ...

    def write(self, name: str, data: bytes) -> None:
        """Put a file there, in place of one of that name.

        :raises OutputError: if it cannot be written; what was there before is still there
        """
        ...

    def writing(self, name: str) -> contextlib.AbstractContextManager[BinaryIO]:
        """The same for a file that is written piece by piece."""
        ...

    def local(self, name: str) -> str:
        """The path on this machine of a file's bytes, such as for a memory map; a remote file is copied here once."""
        ...

    def remove(self, name: str) -> None:
        """Take a file away, if it is there."""
        ...


def store_at(place: str) -> Store:
    """The store at a folder or URL, which need not be there yet."""
    place = as_local(place)
    return RemoteStore(place.rstrip("/")) if is_url(place) else FolderStore(place)


@dataclass(frozen=True)
class FolderStore:
    """A store in a folder of this machine, or of one that several machines share.

    >>> store = FolderStore(tempfile.mkdtemp())
    >>> store.write("units/a", b"1")
    >>> store.names(), store.read("units/a")
    (['units/a'], b'1')
    """

    place: str

    def names(self, folder: str = "") -> list[str]:
        """See `Store.names`."""
        found = []
        for parent, _, names in os.walk(os.path.join(self.place, folder)):
            within = PurePosixPath(os.path.relpath(parent, self.place))
            found += [str(within / name) for name in names if not name.endswith(PART)]
        return sorted(found)

    def has(self, name: str) -> bool:
        """See `Store.has`."""
        return os.path.isfile(self.local(name))

    def read(self, name: str) -> bytes:
        """See `Store.read`."""
        try:
            return Path(self.local(name)).read_bytes()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise InputError(f"{self.local(name)}: cannot be read ({error.strerror}).") from error

    def write(self, name: str, data: bytes) -> None:
        """See `Store.write`."""
        with self.writing(name) as stream:
            stream.write(data)

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """See `Store.writing`."""
        path = self.local(name)
        folder, last = os.path.split(path)
        temporary = None
        try:
            os.makedirs(folder, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=f".{last[:100]}.", suffix=PART, dir=folder)
            with open(handle, "wb") as stream:
                yield stream
            # a temporary file is its owner's alone, and these are for all who may read the folder
            os.chmod(temporary, _usual_mode())
            os.replace(temporary, path)
        except OSError as error:
            raise _unwritable(path, error) from error
        finally:
            if temporary is not None:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)

    def local(self, name: str) -> str:
        """See `Store.local`."""
        return os.path.join(self.place, *PurePosixPath(name).parts)

    def remove(self, name: str) -> None:
        """See `Store.remove`."""
        try:
            os.unlink(self.local(name))
        except FileNotFoundError:
            pass
        except OSError as error:
            raise OutputError(f"{self.local(name)}: cannot be removed ({error.strerror}).") from error

    def remove_parts(self) -> None:
        """Take away what was being written by a process that is no more."""
        for parent, _, names in os.walk(self.place):
            for name in names:
                if name.endswith(PART):
                    with contextlib.suppress(OSError):
                        os.unlink(os.path.join(parent, name))


@dataclass(frozen=True)
class RemoteStore:
    """A store at a URL that fsspec knows, such as ``s3://bucket/out``.

    An object appears there when it has been sent as a whole.
    """

    place: str

    def names(self, folder: str = "") -> list[str]:
        """See `Store.names`."""
        system, root = system_at(self.place, InputError)
        root = root.rstrip("/")

        def listed() -> list[str]:
            system.invalidate_cache()  # what another machine has written a moment ago is listed, too
            within = f"{root}/{folder}".rstrip("/")
            return [name[len(root) :].lstrip("/") for name in (system.find(within) if system.exists(within) else [])]

        return sorted(name for name in asked(listed, self.place, "listed", InputError) if not name.endswith(PART))

    def has(self, name: str) -> bool:
        """See `Store.has`."""
        system, path = self._at(name)
        system.invalidate_cache()
        return asked(lambda: bool(system.isfile(path)), self._url(name), "read", InputError)

    def read(self, name: str) -> bytes:
        """See `Store.read`."""
        system, path = self._at(name)

        def found() -> bytes | None:
            try:
                data: bytes = system.cat_file(path)
            except FileNotFoundError:
                return None
            return data

        data = asked(found, self._url(name), "read", InputError)
        if data is None:
            raise FileNotFoundError(name)
        return data

    def write(self, name: str, data: bytes) -> None:
        """See `Store.write`."""
        with self.writing(name) as stream:
            stream.write(data)

    def writing(self, name: str) -> contextlib.AbstractContextManager[BinaryIO]:
        """See `Store.writing`."""
        return sent_when_whole(self._url(name))

    def local(self, name: str) -> str:
        """See `Store.local`."""
        system, remote = self._at(name)
        path = Path(_copies(), self.place.replace("/", "_"), *PurePosixPath(name).parts)
        state = path.with_name(f"{path.name}.state")
        now = asked(lambda: str(system.ukey(remote)), self._url(name), "read", InputError)
        if not path.is_file() or not state.is_file() or state.read_text("utf-8") != now:
            path.parent.mkdir(parents=True, exist_ok=True)
            coming = f"{path}{PART}{os.getpid()}"
            asked(lambda: system.get_file(remote, coming), self._url(name), "read", InputError)
            os.replace(coming, path)
            state.write_text(now, "utf-8")
        return str(path)

    def remove(self, name: str) -> None:
        """See `Store.remove`."""
        system, path = self._at(name)

        def gone() -> None:
            with contextlib.suppress(FileNotFoundError):
                system.rm_file(path)

        asked(gone, self._url(name), "removed", OutputError)

    def _url(self, name: str) -> str:
        return url_below(self.place, name)

    def _at(self, name: str) -> tuple[AbstractFileSystem, str]:
        return system_at(self._url(name), InputError)


@functools.cache
def _usual_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


@functools.cache
def _copies() -> str:
    """Where copies of remote files lie while this process runs."""
    import atexit
    import shutil

    folder = tempfile.mkdtemp(prefix="align-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _unwritable(name: str, error: OSError) -> OutputError:
    return OutputError(f"{name}: cannot be written ({error.strerror or error}).")
