"""What `align mine --across` does: a batch whose folder is its own, or one to go on in."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from align.cli.running import Teller, interrupts
from align.cli.show import put_out, show_pairs
from align.cli.words import INTERRUPTED, LeftOut, say

if TYPE_CHECKING:
    from align.batch.outputs import OutputSettings
    from align.batch.plan import Item
    from align.batch.shards import Shard
    from align.batch.summary import Summary
    from align.batch.work import WorkSettings
    from align.formats.files import Input
    from align.types import TranslationUnit

__all__ = ["mine_over_all"]


def mine_over_all(
    inputs: Sequence[Input],
    output: str,
    to: str | None,
    *,
    settings: WorkSettings,
    outputs: OutputSettings,
    left_out: LeftOut,
    work: str | None,
    show: bool,
    for_reading: bool,
    quiet: bool,
    verbose: bool,
) -> Summary:
    """Mine over all inputs at once, and write the pairs.

    :param work: the folder to go on in; None for one that is removed
    :param for_reading: see `align.cli.show.put_out`
    :raises typer.Exit: if it was stopped
    """
    from align.batch.engine import engine_for
    from align.batch.job import StoppedError, locked, run_batch
    from align.batch.plan import Item, Plan

    def write(shards: Iterator[tuple[Item, Shard | None]], failures: list[tuple[str, str]], summary: Summary) -> None:
        from align.formats.table import Rejection

        left_out.write(Rejection(reason, name) for name, reason in failures)
        units = _units(shards, summary, outputs, left_out, show=show, quiet=quiet, verbose=verbose)
        summary.held = put_out(
            units, output, to, settings=outputs.writing, order=outputs.order, for_reading=for_reading
        )

    with contextlib.ExitStack() as stack:
        stop = stack.enter_context(interrupts())
        folder = work if work is not None else stack.enter_context(tempfile.TemporaryDirectory(prefix="align-"))
        stack.enter_context(locked(folder))
        items = tuple(Item(one.id, (_spooled(one, folder),), "mined with all others") for one in inputs)
        engine = stack.enter_context(contextlib.closing(engine_for("local")))
        teller = stack.enter_context(Teller(quiet=quiet))
        try:
            summary = run_batch(
                Plan(items), folder, engine, teller, settings=settings, outputs=outputs, stop=stop, write=write
            )
        except StoppedError as error:
            say(f"align: {error}{' The same command goes on.' if work else ''}")
            raise typer.Exit(INTERRUPTED) from None
    return summary


def _spooled(given: Input, folder: str) -> Input:
    """An input that workers can read: standard input is copied into the folder."""
    from align.formats.files import STANDARD_STREAM

    if given.path != STANDARD_STREAM:
        return given
    path = os.path.join(folder, ".align", "standard-input")
    with open(path, "wb") as stream:
        shutil.copyfileobj(sys.stdin.buffer, stream)
    return replace(given, path=path)


def _units(
    shards: Iterator[tuple[Item, Shard | None]],
    summary: Summary,
    outputs: OutputSettings,
    left_out: LeftOut,
    *,
    show: bool,
    quiet: bool,
    verbose: bool,
) -> Iterator[TranslationUnit]:
    from align.batch.outputs import units_of

    for item, shard in shards:
        if shard is None:
            continue
        if not quiet:
            for remark in shard.remarks:
                say(remark)
        if show:
            show_pairs(bead for mined in shard.results for bead in mined.beads if summary.pages.exports(bead))
        yield from units_of(item, shard, outputs, summary, left_out.write)
        if verbose and not quiet:
            status = summary.documents[-1]
            say(f"{item.stem}: {status.segments} segments, {status.pairs} pairs")
