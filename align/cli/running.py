"""What commands have in common that let workers work: how they tell how it goes, and how they are stopped."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Iterator
from typing import Any

from align.cli.words import say

__all__ = ["Teller", "duration", "interrupts"]


@contextlib.contextmanager
def interrupts() -> Iterator[Any]:
    """What says whether to stop: after the first Ctrl-C. A second one stops at once."""
    stopping = False

    def interrupted(_number: int, _frame: object) -> None:
        nonlocal stopping
        if stopping:
            raise KeyboardInterrupt
        stopping = True
        say("align: stopping when the documents under way are done; once more stops at once.")

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield lambda: stopping
    finally:
        signal.signal(signal.SIGINT, before)


class Teller:
    """Tells how a batch gets on: a bar where a person sees it, and a line each half minute where a log does."""

    _PAUSE = 30.0

    def __init__(self, *, quiet: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        self._plain = not quiet and not console.is_terminal
        self._quiet = quiet
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=console,
            disable=quiet or not console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task("Documents", total=None, rate="")
        self._started = self._told = time.monotonic()
        self._first: int | None = None
        self._stage = ""

    def __enter__(self) -> Teller:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def progress(self, done: int, total: int, segments: int) -> None:
        """See `align.batch.job.Listener`."""
        now = time.monotonic()
        if self._first is None:
            self._first, self._started = done, now
        passed = max(now - self._started, 1e-3)
        here = done - self._first
        rate = f"{segments / passed:,.0f} segments/s" if segments else ""
        self._bar.update(self._task, completed=done, total=total, rate=rate)
        if self._plain and now - self._told >= self._PAUSE:
            self._told = now
            left = duration((total - done) * passed / here) if here else "unknown"
            say(
                f"{done:,} of {total:,} documents, {segments:,} segments, {here / passed:,.1f} documents/s, {left} left"
            )

    def stage(self, name: str, done: int, total: int) -> None:
        """See `align.batch.job.Listener`."""
        now = time.monotonic()
        if name != self._stage:
            self._stage = name
            self._bar.reset(self._task, total=total, description=name.capitalize(), rate="")
        self._bar.update(self._task, completed=done, total=total)
        if self._plain and now - self._told >= self._PAUSE:
            self._told = now
            say(f"{name}: {done:,} of {total:,} parts")

    def failed(self, reason: str) -> None:
        """See `align.batch.job.Listener`."""
        self._above(f"align: {reason}")

    def say(self, words: str) -> None:
        """See `align.batch.job.Listener`."""
        if not self._quiet:
            self._above(words)

    def _above(self, words: str) -> None:
        if self._bar.disable:
            say(words)
        else:
            self._bar.console.print(words, markup=False, highlight=False, soft_wrap=True)


def duration(seconds: float) -> str:
    """A time as a person says it.

    >>> duration(42), duration(150), duration(8000)
    ('42 s', '2 min', '2 h 13 min')
    """
    if seconds < 60:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(int(seconds // 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
