"""From the paths a user gives to the files behind them and their bytes, and back to a file that is whole."""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO, TextIO, cast

from align.errors import AlignError, InputError, OutputError
from align.formats import FOLDER_SUFFIXES

__all__ = ["STANDARD_STREAM", "Input", "find_inputs", "open_input", "open_output", "read_bytes"]

STANDARD_STREAM = "-"

# What tells a reader about a folder is no part of the corpus in it.
_ABOUT = re.compile(r"(readme|licen[cs]e|notice|changelog|contributing)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to read: its id in every table, and its path (``-`` is standard input)."""

    id: str
    path: str


def find_inputs(paths: Iterable[str | os.PathLike[str]]) -> tuple[list[Input], Counter[str]]:
    """List the files behind files, folders (searched in depth, sorted) and ``-``.

    Hidden files and links to folders are passed over. An id is the path relative to what was
    given; where two inputs would share one, both take the path as it was given.

    :returns: the inputs, each file once; and how many files in the folders were passed over, by suffix or,
        for what is about the folder, by name
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
        elif not path:
            raise InputError("a path is empty; name a file, a folder, or - for standard input.")
        else:
            raise InputError(f"{path}: no such file or folder; check the spelling, or the folder you are in.")
    return _unique(found), left_out


def _inside(folder: str, left_out: Counter[str]) -> Iterator[tuple[Input, str]]:
    count = 0
    for parent, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            suffix = _whole_suffix(name)
            if _ABOUT.match(name) and suffix in FOLDER_SUFFIXES:
                left_out[name] += 1
                continue
            if suffix not in FOLDER_SUFFIXES:
                left_out[suffix or "no suffix"] += 1
                continue
            path = os.path.join(parent, name)
            count += 1
            yield Input(_printable(os.path.relpath(path, folder)), path), _printable(path)
    if not count:
        seen = f"found only {_listed(left_out)}" if left_out else "it is empty"
        raise InputError(
            f"{folder}: no text in this folder ({seen}); files ending in .txt, .html, .md, .docx, .odt, .pdf, .epub, "
            ".srt, .vtt, .warc, .zip are read, and tables and translation memories if they are named outright."
        )


def _whole_suffix(name: str) -> str:
    """What a name ends in, with what it is packed in."""
    stem, suffix = os.path.splitext(name.lower())
    return os.path.splitext(stem)[1] + suffix if suffix in (".gz", ".zst", ".bz2", ".xz") else suffix


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


@contextlib.contextmanager
def open_input(path: str | os.PathLike[str]) -> Iterator[tuple[str, BinaryIO]]:
    """What messages call a file, and its open stream; ``-`` is standard input.

    :raises InputError: if it cannot be opened or read
    """
    path = os.fspath(path)
    name = "standard input" if path == STANDARD_STREAM else path
    if not path:
        raise InputError("the name of the input is empty; name a file, or - for standard input.")
    try:
        if path == STANDARD_STREAM:
            yield name, _open_stream(sys.stdin, name, InputError)
        else:
            with open(path, "rb") as stream:
                yield name, stream
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror or os.strerror(error.errno or 0)}).") from error
    except MemoryError as error:
        raise InputError(f"{name}: does not fit in memory; split it and give the parts.") from error


def _open_stream(stream: TextIO | None, name: str, error: type[AlignError]) -> BinaryIO:
    if stream is None:  # what Python makes of `<&-` and `>&-`
        raise error(f"{name}: is closed; name a file.")
    return stream.buffer


def read_bytes(path: str | os.PathLike[str]) -> tuple[str, bytes]:
    """What messages call a file, and what is in it; see `open_input`."""
    with open_input(path) as (name, stream):
        return name, stream.read()


@contextlib.contextmanager
def open_output(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open an output that appears under its name only when it is whole.

    What is written goes to a temporary file in the same folder, which takes the name at the end
    and is removed if anything fails. ``-`` is standard output; a pipe or a device is written
    to as it is. A name that ends in ``.gz`` is packed, without a time in it: same text, same bytes.

    :raises OutputError: if the folder does not exist or cannot be written to
    """
    path = os.fspath(path)
    if not path:
        raise OutputError("the name of the output is empty; name a file, or - for standard output.")
    with contextlib.ExitStack() as stack:
        if path == STANDARD_STREAM:
            stack.enter_context(_failures_named("standard output"))
            stream = _open_stream(sys.stdout, "standard output", OutputError)
        elif _is_special(path):
            stack.enter_context(_failures_named(path))
            stream = stack.enter_context(open(path, "wb"))
        else:
            stack.enter_context(_failures_named(path))
            stream = stack.enter_context(_replacing(path))
        if path.lower().endswith(".gz"):
            with gzip.GzipFile(filename="", mode="wb", fileobj=stream, mtime=0) as packed:
                yield cast(BinaryIO, packed)
        else:
            yield stream
        stream.flush()


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
def _replacing(path: str) -> Iterator[BinaryIO]:
    target = os.path.realpath(path)
    folder, name = os.path.split(target)
    if os.path.isdir(target) or not os.path.basename(path):
        is_what = "is a folder" if os.path.isdir(target) else "is the name of a folder"
        raise OutputError(f"{path}: {is_what}; name a file in it, such as {os.path.join(path, 'pairs.tsv')}.")
    handle, temporary = tempfile.mkstemp(prefix=f".{name[:100]}.", suffix=".part", dir=folder)
    try:
        with open(handle, "wb") as stream:
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
