"""From the paths a user gives to the files behind them and their bytes, and back to a file that is whole.

A path can be an address such as ``s3://corpus/vi``; see `align.formats.urls`.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO, TextIO, cast

from align.errors import AlignError, InputError, OutputError
from align.formats import FOLDER_SUFFIXES
from align.formats.urls import as_local, files_below, is_url, opened, sent_when_whole, url_below

__all__ = ["STANDARD_STREAM", "Input", "find_inputs", "open_input", "open_output", "read_bytes"]

STANDARD_STREAM = "-"

# What tells a reader about a folder is no part of the corpus in it.
_ABOUT = re.compile(r"(readme|licen[cs]e|notice|changelog|contributing)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to read: its id in every table, and its path (``-`` is standard input)."""

    id: str
    path: str


def find_inputs(
    paths: Iterable[str | os.PathLike[str]], *, also: Collection[str] = (), exclude: str | None = None
) -> tuple[list[Input], Counter[str]]:
    """List the files behind files, folders (searched in depth, sorted) and ``-``.

    Hidden files and links to folders are passed over. An id is the path relative to what was
    given; where two inputs would share one, both take the path as it was given.

    :param also: suffixes that a folder is searched for beside `FOLDER_SUFFIXES`, such as ``".vi"``
    :param exclude: a folder that is not searched when it is met in another one
    :returns: the inputs, each file once; and how many files in the folders were passed over, by suffix or,
        for what is about the folder, by name
    :raises InputError: if a path does not exist or a folder holds no text
    """
    found: list[tuple[Input, str]] = []
    left_out: Counter[str] = Counter()
    wanted = FOLDER_SUFFIXES.union(also)
    for path in (as_local(os.fspath(given)) for given in paths):
        if path == STANDARD_STREAM:
            found.append((Input(path, path), path))
        elif is_url(path):
            found += _at_url(path, wanted, exclude, left_out)
        elif os.path.isdir(path):
            found += _inside(path, wanted, exclude, left_out)
        elif os.path.exists(path):
            found.append((Input(_printable(os.path.basename(path)), path), _printable(path)))
        elif not path:
            raise InputError("a path is empty; name a file, a folder, or - for standard input.")
        else:
            raise InputError(f"{path}: no such file or folder; check the spelling, or the folder you are in.")
    return _unique(found), left_out


def _inside(
    folder: str, wanted: Collection[str], exclude: str | None, left_out: Counter[str]
) -> Iterator[tuple[Input, str]]:
    closed = None if exclude is None else os.path.realpath(as_local(exclude))
    count = 0
    for parent, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(
            name for name in folders if name[0] != "." and os.path.realpath(os.path.join(parent, name)) != closed
        )
        for name in sorted(name for name in names if _is_wanted(name, wanted, left_out)):
            path = os.path.join(parent, name)
            count += 1
            yield Input(_printable(os.path.relpath(path, folder)), path), _printable(path)
    if not count:
        raise _without_text(folder, left_out)


def _at_url(
    url: str, wanted: Collection[str], exclude: str | None, left_out: Counter[str]
) -> Iterator[tuple[Input, str]]:
    names = files_below(url)
    if names is None:
        yield Input(_printable(url.rstrip("/").rpartition("/")[2]), url), _printable(url)
        return
    closed = "" if exclude is None else f"{exclude.rstrip('/')}/"
    count = 0
    for name in names:
        path = url_below(url, name)
        if any(part.startswith(".") for part in name.split("/")) or (closed and path.startswith(closed)):
            continue
        if _is_wanted(os.path.basename(name), wanted, left_out):
            count += 1
            yield Input(_printable(name), path), _printable(path)
    if not count:
        raise _without_text(url, left_out)


def _is_wanted(name: str, wanted: Collection[str], left_out: Counter[str]) -> bool:
    """Whether a file of a folder is text of the corpus in it; what is not, and is not hidden, is counted."""
    if name.startswith("."):
        return False
    suffix = _whole_suffix(name)
    if suffix in wanted and not _ABOUT.match(name):
        return True
    left_out[name if suffix in wanted else suffix or "no suffix"] += 1
    return False


def _without_text(folder: str, left_out: Counter[str]) -> InputError:
    seen = f"found only {_listed(left_out)}" if left_out else "it is empty"
    return InputError(
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
    kept = list({_place(item.path): (item, given) for item, given in reversed(found)}.values())[::-1]
    uses = Counter(item.id for item, _ in kept)
    return [item if uses[item.id] == 1 else Input(given, item.path) for item, given in kept]


def _place(path: str) -> str:
    return path if is_url(path) else os.path.realpath(path)


@contextlib.contextmanager
def open_input(path: str | os.PathLike[str]) -> Iterator[tuple[str, BinaryIO]]:
    """What messages call a file, and its open stream; ``-`` is standard input.

    :raises InputError: if it cannot be opened or read
    """
    path = as_local(os.fspath(path))
    name = "standard input" if path == STANDARD_STREAM else path
    if not path:
        raise InputError("the name of the input is empty; name a file, or - for standard input.")
    try:
        if path == STANDARD_STREAM:
            yield name, _open_stream(sys.stdin, name, InputError)
        else:
            with opened(path) if is_url(path) else open(path, "rb") as stream:
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
    and is removed if anything fails; for an address it is sent there at the end. ``-`` is standard
    output; a pipe or a device is written to as it is. A name that ends in ``.gz`` is packed, without a
    time in it: same text, same bytes.

    :raises OutputError: if the folder does not exist or cannot be written to
    """
    path = as_local(os.fspath(path))
    if not path:
        raise OutputError("the name of the output is empty; name a file, or - for standard output.")
    with contextlib.ExitStack() as stack:
        if path == STANDARD_STREAM:
            stack.enter_context(_failures_named("standard output"))
            stream = _open_stream(sys.stdout, "standard output", OutputError)
        elif is_url(path):
            stack.enter_context(_failures_named(path))
            stream = stack.enter_context(sent_when_whole(path))
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
