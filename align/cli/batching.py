"""The command for many documents: `batch`."""

from __future__ import annotations

import contextlib
import tempfile
import time
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from align.cli.options import (
    Across,
    BatchSize,
    Boilerplate,
    Codes,
    Device,
    EncoderName,
    Encoding,
    EnglishColumn,
    From,
    FromCodes,
    KeepDuplicates,
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
from align.cli.running import Teller, interrupts
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
    match: Annotated[
        bool,
        typer.Option("--match", help="Pair documents that have no partner by name by what they say."),
    ] = False,
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
    across: Across = False,
    keep_duplicates: KeepDuplicates = False,
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
    `align mine`. With --across the lines of all documents are mined together. OUT gets the pairs, `rejected.tsv` with
    what stands in none, and `report.json` with counts and what became of each document. A batch that was stopped or
    killed goes on by the same command; what changed is done again.

    Examples:
    - `align batch articles/ -o aligned/`
    - `align batch articles/ -o aligned/ --match --dry-run > manifest.tsv`
    - `align batch crawl/ -o mined/ --across --encoder static`
    - `align batch manifest.tsv -o aligned/ --to parquet --engine dask --scheduler tcp://10.0.0.1:8786`
    """
    with told_in_words():
        from align.batch.engine import Ceiling, engine_for
        from align.batch.job import FailedFastError, locked, run_batch
        from align.batch.looks import matched
        from align.batch.outputs import PER_DOCUMENT, OutputSettings
        from align.batch.stages import Stages, StoppedError
        from align.batch.store import store_at
        from align.batch.work import WorkSettings

        if scheduler is not None and engine != "dask":
            raise typer.BadParameter("goes with --engine dask.", param_hint="--scheduler")
        if across and to in PER_DOCUMENT:
            raise typer.BadParameter("goes with formats that hold pairs of many documents.", param_hint="--across")
        if keep_duplicates and not across:
            raise typer.BadParameter("goes with --across.", param_hint="--keep-duplicates")
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
            encoder,
            lines,
            max_bead,
            paragraphs,
            rescue,
            reading,
            device,
            batch_size,
            cache=not no_cache,
            across=across,
            keep_duplicates=keep_duplicates,
        )
        teller = Teller(quiet=quiet)
        ceiling = Ceiling(time_limit or None, memory_limit)
        with interrupts() as stop, contextlib.ExitStack() as stack:
            plan = _planned(path, output)
            folder, where = output, engine
            if dry_run:
                where = "local"  # other machines do not see the folder
                folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="align-"))
            stack.enter_context(locked(folder))
            hands = stack.enter_context(contextlib.closing(engine_for(where, workers, scheduler)))
            try:
                with teller:
                    if match:
                        stages = Stages(store_at(folder), hands, teller.stage, stop)
                        plan = matched(plan, stages, settings, ceiling=ceiling)
                    if dry_run:
                        _show(plan)
                        return
                    summary = run_batch(
                        plan,
                        output,
                        hands,
                        teller,
                        settings=settings,
                        outputs=outputs,
                        ceiling=ceiling,
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
    from align.report import count

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
    before = f"; {count(summary.reused, 'document')} had been done before" if summary.reused else ""
    say(f"Done in {seconds:.1f} s{before}.")
