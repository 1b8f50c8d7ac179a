"""What commands say on standard error, and how they end."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import typer

from align.errors import AlignError, CacheWarning, FormatError, OutputError

if TYPE_CHECKING:
    from align.formats.table import RejectedTable, Rejection

__all__ = [
    "FAILED",
    "INTERRUPTED",
    "LeftOut",
    "progress_bar",
    "refuse_bad_outputs",
    "refuse_ladder",
    "say",
    "show_own_warnings_in_a_line",
    "told_in_words",
]

FAILED, _REFUSED = 1, 2
# What a shell reports for a program ended by SIGINT or SIGPIPE: 128 and the signal's number.
INTERRUPTED, _BROKEN_PIPE = 130, 141


@contextlib.contextmanager
def told_in_words() -> Iterator[None]:
    """Turn what goes wrong into one line and an exit status."""
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except AlignError as error:
        say(f"align: {error}")
        raise typer.Exit(_REFUSED) from None
    except KeyboardInterrupt:
        say("align: interrupted before the output was whole; no file was changed.")
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        # The reader has all it wanted (`| head`). Python would complain again while it shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(_BROKEN_PIPE) from None
    except OSError as error:
        # What is read and written is named where it fails; what is left is what commands print.
        say(f"align: {error.filename or 'standard output'}: cannot be used ({error.strerror}).")
        raise typer.Exit(_REFUSED) from None
    except MemoryError:
        say("align: not enough memory; give fewer or smaller documents.")
        raise typer.Exit(_REFUSED) from None


def say(words: str) -> None:
    """Say something to the person at the terminal; where nobody can hear it, the work goes on."""
    if sys.stderr is not None:  # print would take standard output instead, where the table is
        with contextlib.suppress(OSError):
            print(words, file=sys.stderr)


def refuse_bad_outputs(
    output: str, rejected: str | None, *, inputs: Iterable[str] = (), in_place: str | None = None, show: bool = False
) -> None:
    """Refuse outputs that would fall into each other, or onto what is read.

    :param inputs: what no output may take the place of
    :param in_place: what the pairs may take the place of, as they hold all of it
    :raises OutputError: if the place of an input is asked for
    """
    from align.formats.files import STANDARD_STREAM

    if show and output == STANDARD_STREAM:
        raise typer.BadParameter("the table is on standard output already; name a file with -o.", param_hint="--show")
    if rejected is not None and _is_same(rejected, output):
        raise typer.BadParameter("is the same as --output; the two tables need two places.", param_hint="--rejected")
    inputs = list(inputs)
    for path, read in ((output, inputs), (rejected, [*inputs, *([in_place] if in_place else [])])):
        if path and path != STANDARD_STREAM and any(_is_same(path, other) for other in read):
            raise OutputError(f"{path}: is an input, and what it holds would be lost; name another file.")


def _is_same(path: str, other: str) -> bool:
    return path == other or os.path.realpath(path) == os.path.realpath(other)


def refuse_ladder(to: str | None, output: str, why: str) -> None:
    """Refuse to write numbers of segments where not all segments are there to be counted.

    :raises FormatError: if the output is to be a ladder, with the reason
    """
    from align.formats import LADDERS, written_format

    if (known := written_format(to, output)) in LADDERS:
        raise FormatError(f"{known} numbers all segments of two documents, and {why}; write another format.")


def show_own_warnings_in_a_line() -> None:
    """Leave out the file and line for warnings that are for users; others are for programmers."""
    usual = warnings.formatwarning

    def formatted(message: Warning | str, category: type[Warning], *place: Any) -> str:
        return f"align: {message}\n" if issubclass(category, CacheWarning) else usual(message, category, *place)

    warnings.formatwarning = formatted  # type: ignore[assignment]


class LeftOut:
    """What goes to the file of `--rejected`, if there is one, and how much of it could not be read."""

    def __init__(self, table: RejectedTable | None) -> None:
        self._table = table
        self._unreadable = 0

    @classmethod
    @contextlib.contextmanager
    def open(cls, path: str | None) -> Iterator[LeftOut]:
        """Open the file, or none."""
        from align.formats.files import open_output
        from align.formats.table import RejectedTable

        if path is None:
            yield cls(None)
            return
        with open_output(path) as stream:
            yield cls(RejectedTable(stream))

    @property
    def reject(self) -> Callable[[str, str, str], None] | None:
        """What takes the parts of files that cannot be read; None if there is no file for them."""
        return None if self._table is None else self._unread

    def _unread(self, place: str, reason: str, text: str) -> None:
        from align.formats.reading import REJECTED_BY_REVIEWER
        from align.formats.table import Rejection

        # What was left out for that was read well enough, and is counted where it was read.
        self._unreadable += reason != REJECTED_BY_REVIEWER
        self.write([Rejection(reason, place, text=text)])

    def write(self, rejections: Iterable[Rejection]) -> None:
        """Add what was left out for another reason."""
        if self._table is not None:
            self._table.write(rejections)

    def say_how_many(self) -> None:
        """Say how many parts could not be read, if any."""
        if self._unreadable:
            parts = "1 part" if self._unreadable == 1 else f"{self._unreadable:,} parts"
            say(f"{parts} could not be read: see --rejected.")


@contextlib.contextmanager
def progress_bar(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar that shows only where a person can see it; takes how much is done, and of how much."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, disable=quiet or not console.is_terminal, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
