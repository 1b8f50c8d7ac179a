"""From the paths a user gives to the files behind them and their bytes, and back to a file that is whole."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import TextIO

from align.errors import InputError, OutputError

__all__ = ["STANDARD_STREAM", "Input", "find_inputs", "open_output", "read_bytes"]

STANDARD_STREAM = "-"

# What a folder is searched for. A file named outright is read whatever its suffix.
TEXT_SUFFIXES = frozenset({".txt", ".text"})


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to read: its id in every table, and its path (``-`` is standard input)."""

    id: str
    path: str


def find_inputs(paths: Iterable[str | os.PathLike[str]]) -> tuple[list[Input], Counter[str]]:
    """List the files behind files, folders (searched in depth, sorted) and ``-``.

    Hidden files and links to folders are passed over. An id is the path relative to what was
    given; where two inputs would share one, both take the path as it was given.

    :returns: the inputs, each file once; and how many files of other suffixes lay in the folders
    :raises InputError: if a path does not exist or a folder holds no text
    """
    found: list[tuple[Input, str]] = []
    left_out: Counter[str] = Counter()
    for path in (os.fspath(given) for given in paths):
        if path == STANDARD_STREAM:
            found.append((Input(path, path), path))
        elif os.path.isdir(path):
            found += _inside(path, left_out)
        elif os.path.exists(path):
            found.append((Input(_printable(os.path.basename(path)), path), _printable(path)))
        else:
            raise InputError(f"{path}: no such file or folder; check the spelling, or the folder you are in.")
    return _unique(found), left_out


def _inside(folder: str, left_out: Counter[str]) -> Iterator[tuple[Input, str]]:
    count = 0
    for parent, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            suffix = os.path.splitext(name)[1].lower()
            if suffix not in TEXT_SUFFIXES:
                left_out[suffix or "no suffix"] += 1
                continue
            path = os.path.join(parent, name)
            count += 1
            yield Input(_printable(os.path.relpath(path, folder)), path), _printable(path)
    if not count:
        seen = f"found only {_listed(left_out)}" if left_out else "it is empty"
        wanted = ", ".join(sorted(TEXT_SUFFIXES))
        raise InputError(f"{folder}: no text in this folder ({seen}); files ending in {wanted} are read.")


def _printable(path: str) -> str:
    """A path as text that any file can hold: names need not be UTF-8, and tables are."""
    return PurePath(os.fsencode(path).decode("utf-8", "replace")).as_posix()


def _refuse(error: OSError) -> None:
    raise InputError(f"{error.filename}: cannot be listed ({error.strerror}).")


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} × {suffix}" for suffix, count in sorted(counts.items()))


def _unique(found: list[tuple[Input, str]]) -> list[Input]:
    kept = list({os.path.realpath(item.path): (item, given) for item, given in reversed(found)}.values())[::-1]
    uses = Counter(item.id for item, _ in kept)
    return [item if uses[item.id] == 1 else Input(given, item.path) for item, given in kept]


def read_bytes(path: str | os.PathLike[str]) -> tuple[str, bytes]:
    """What messages call a file, and what is in it; ``-`` is standard input.

    :raises InputError: if it cannot be read
    """
    path = os.fspath(path)
    name = "standard input" if path == STANDARD_STREAM else path
    try:
        if path == STANDARD_STREAM:
            return name, sys.stdin.buffer.read()
        with open(path, "rb") as stream:
            return name, stream.read()
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror or os.strerror(error.errno or 0)}).") from error
    except MemoryError as error:
        raise InputError(f"{name}: does not fit in memory; split it and give the parts.") from error


@contextlib.contextmanager
def open_output(path: str | os.PathLike[str]) -> Iterator[TextIO]:
    """Open a UTF-8 text output that appears under its name only when it is whole.

    The text goes to a temporary file in the same folder, which takes the name at the end
    and is removed if anything fails. ``-`` is standard output; a pipe or a device is written
    to as it is.

    :raises OutputError: if the folder does not exist or cannot be written to
    """
    path = os.fspath(path)
    if path == STANDARD_STREAM:
        with _failures_named("standard output"):
            yield sys.stdout
            sys.stdout.flush()
    elif _is_special(path):
        with _failures_named(path), open(path, "w", encoding="utf-8", newline="\n") as stream:
            yield stream
    else:
        with _failures_named(path), _replacing(path) as stream:
            yield stream


@contextlib.contextmanager
def _failures_named(name: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # the reader has all it wanted, which is no failure
    except OSError as error:
        raise OutputError(f"{name}: cannot be written ({error.strerror}); choose another place with -o.") from error


def _is_special(path: str) -> bool:
    with contextlib.suppress(OSError):
        mode = os.stat(path).st_mode
        return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
    return False


@contextlib.contextmanager
def _replacing(path: str) -> Iterator[TextIO]:
    target = os.path.realpath(path)
    folder, name = os.path.split(target)
    if os.path.isdir(target):
        raise OutputError(f"{path}: is a folder; name a file in it, such as {os.path.join(path, 'pairs.tsv')}.")
    handle, temporary = tempfile.mkstemp(prefix=f".{name[:100]}.", suffix=".part", dir=folder)
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, _mode_for(target))
        os.replace(temporary, target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


def _mode_for(target: str) -> int:
    """The permissions a file has, or would have had if it had been opened by its name."""
    with contextlib.suppress(FileNotFoundError):
        return stat.S_IMODE(os.stat(target).st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
