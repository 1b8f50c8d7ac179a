"""The command for many documents: `batch`."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from align.cli.options import (
    BatchSize,
    Boilerplate,
    Codes,
    Device,
    EncoderName,
    Encoding,
    EnglishColumn,
    From,
    FromCodes,
    Limit,
    Lines,
    MaxBead,
    NoCache,
    Only,
    Paragraphs,
    Quiet,
    Rescue,
    Sort,
    Source,
    TextColumn,
    Verbose,
    VietnameseColumn,
    kinds_named,
    read_settings,
    write_settings,
)
from align.cli.words import FAILED, INTERRUPTED, say, told_in_words

if TYPE_CHECKING:
    from align.batch.plan import Plan

__all__ = ["batch"]


def batch(
    path: Annotated[
        str,
        typer.Argument(
            metavar="DIR_OR_MANIFEST",
            help="A folder (here or at a URL), or a table (.tsv, .csv, .jsonl) with columns vi and en, or document.",
            show_default=False,
        ),
    ],
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            help="The folder for what is made; the same one goes on.",
            show_default=False,
        ),
    ],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="FORMAT",
            help="What the pairs are written as: one corpus in tsv, excel-tsv, xlsx, csv, jsonl, parquet (a folder of "
            "files), tmx, xliff, xliff2 or moses, or a file for each pair of documents in vecalign or hunalign.",
        ),
    ] = "tsv",
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Only show what would be paired with what, and why; the table is a manifest."),
    ] = False,
    engine: Annotated[
        Literal["local", "dask"], typer.Option("--engine", help="Processes on this machine, or a Dask cluster.")
    ] = "local",
    workers: Annotated[
        int | None,
        typer.Option("--workers", metavar="N", min=1, help="Documents at a time.", show_default="one for each core"),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            help="The Dask scheduler to use, such as tcp://10.0.0.1:8786; goes with --engine dask.",
            show_default="a cluster of its own",
        ),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            "--time-limit", metavar="SECONDS", min=0.1, help="What one document may take; 0 or none is no limit."
        ),
    ] = 3600.0,
    memory_limit: Annotated[
        int | None,
        typer.Option(
            "--memory-limit",
            metavar="MEGABYTES",
            min=1,
            help="What one document may take, beside the models.",
            show_default="no limit",
        ),
    ] = None,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast", help="Stop at the first document that cannot be done.")
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Forget what was done before in OUT, and do everything anew.")
    ] = False,
    encoder: EncoderName = "auto",
    device: Device = None,
    batch_size: BatchSize = None,
    no_cache: NoCache = False,
    min_score: Annotated[
        float | None,
        typer.Option(
            "--min-score",
            metavar="P",
            min=0.0,
            max=1.0,
            help="Keep pairs that are right with at least this probability; with 0 also what stands alone.",
            show_default="0.5; 0 for ladders",
        ),
    ] = None,
    only: Only = None,
    sort: Sort = "document",
    lines: Lines = False,
    max_bead: MaxBead = 4,
    paragraphs: Paragraphs = "soft",
    rescue: Rescue = False,
    from_: From = None,
    encoding: Encoding = None,
    boilerplate: Boilerplate = False,
    text: TextColumn = None,
    vi: VietnameseColumn = None,
    en: EnglishColumn = None,
    from_codes: FromCodes = None,
    limit: Limit = None,
    source: Source = "vi",
    codes: Codes = "vi-VN,en-US",
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Align many documents, in parallel, and go on where it was stopped.

    In a folder, `a.vi.txt` and `a.en.txt`, `a_vi.docx` and `a_en.pdf`, `vi/a.html` and `en/a.html` are a document and
    its translation and are aligned as by `align pair`; what has no partner is taken for a page in both languages, as by
    `align mine`. OUT gets the pairs, `rejected.tsv` with what stands in none, and `report.json` with counts and what
    became of each document. A batch that was stopped or killed goes on by the same command; what changed is done again.

    Examples:
    - `align batch articles/ -o aligned/`
    - `align batch articles/ -o aligned/ --dry-run > manifest.tsv`
    - `align batch manifest.tsv -o aligned/ --to parquet --engine dask --scheduler tcp://10.0.0.1:8786`
    """
    with told_in_words():
        from align.batch.engine import Ceiling, engine_for
        from align.batch.job import FailedFastError, StoppedError, locked, run_batch
        from align.batch.outputs import OutputSettings
        from align.batch.work import WorkSettings

        if scheduler is not None and engine != "dask":
            raise typer.BadParameter("goes with --engine dask.", param_hint="--scheduler")
        started = time.monotonic()
        outputs = OutputSettings(to, min_score, kinds_named(only), sort, write_settings(source, codes))
        reading = read_settings(
            from_=from_,
            encoding=encoding,
            limit=limit,
            vi=vi,
            en=en,
            text=text,
            from_codes=from_codes,
            boilerplate=boilerplate,
            lines=lines,
        )
        settings = WorkSettings(
            encoder, lines, max_bead, paragraphs, rescue, reading, device, batch_size, cache=not no_cache
        )
        teller = _Teller(quiet=quiet)
        with _interrupts() as stop, contextlib.ExitStack() as stack:
            plan = _planned(path, output)
            if dry_run:
                _show(plan)
                return
            stack.enter_context(locked(output))
            hands = stack.enter_context(contextlib.closing(engine_for(engine, workers, scheduler)))
            try:
                with teller:
                    summary = run_batch(
                        plan,
                        output,
                        hands,
                        teller,
                        settings=settings,
                        outputs=outputs,
                        ceiling=Ceiling(time_limit or None, memory_limit),
                        fail_fast=fail_fast,
                        restart=restart,
                        stop=stop,
                    )
            except StoppedError as error:
                say(f"align: {error} The same command goes on.")
                raise typer.Exit(INTERRUPTED) from None
            except FailedFastError as error:
                say(f"align: {error}")
                raise typer.Exit(FAILED) from None
        _say_what_was_done(plan, summary, time.monotonic() - started, quiet=quiet, verbose=verbose)
        if plan.problems or any(one.status == "failed" for one in summary.documents):
            raise typer.Exit(FAILED)


def _planned(path: str, output: str) -> Plan:
    from align.batch.plan import plan_of

    return plan_of(path, exclude=output)


def _show(plan: Plan) -> None:
    """The plan as a table that `align batch` reads as a manifest."""
    print("id\tvi\ten\tdocument\tscore\twhy")
    for item in plan.items:
        paths = [one.path for one in item.inputs]
        sides = ["", "", paths[0]] if len(paths) == 1 else [*paths, ""]
        score = "" if item.score is None else f"{item.score:.4f}"
        print("\t".join([item.stem, *sides, score, item.why]))
    for name, reason in plan.problems:
        say(f"align: {name}: {reason}")


def _say_what_was_done(plan: Plan, summary: Any, seconds: float, *, quiet: bool, verbose: bool) -> None:
    for name, reason in plan.problems:
        say(f"align: {name}: {reason}")
    if quiet:
        return
    if verbose:
        for one in summary.documents:
            say(f"{one.document}: {one.segments} segments, {one.pairs} pairs ({one.why})")
    for suffix, number in sorted(plan.passed_over.items()):
        say(f"{number} × {suffix} in the folder: not read.")
    for line in summary.words():
        say(line)
    before = f"; {summary.reused:,} documents had been done before" if summary.reused else ""
    say(f"Done in {seconds:.1f} s{before}.")


@contextlib.contextmanager
def _interrupts() -> Iterator[Any]:
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


class _Teller:
    """Tells how a batch gets on: a bar where a person sees it, and a line each half minute where a log does."""

    _PAUSE = 30.0

    def __init__(self, *, quiet: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        self._plain = not quiet and not console.is_terminal
        self._quiet = quiet
        self._bar = Progress(
            TextColumn("Documents"),
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

    def __enter__(self) -> _Teller:
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
            left = _duration((total - done) * passed / here) if here else "unknown"
            say(
                f"{done:,} of {total:,} documents, {segments:,} segments, {here / passed:,.1f} documents/s, {left} left"
            )

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


def _duration(seconds: float) -> str:
    """A time as a person says it.

    >>> _duration(42), _duration(150), _duration(8000)
    ('42 s', '2 min', '2 h 13 min')
    """
    if seconds < 60:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(int(seconds // 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
