"""The commands that measure: `evaluate`, `calibrate`, `encoders`, `cache`."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from align.cli.options import BatchSize, Device, Encoding, From, Limit, Quiet, read_settings
from align.cli.show import show_numbers
from align.cli.words import FAILED, refuse_bad_outputs, say, told_in_words
from align.errors import EncoderError, InputError

if TYPE_CHECKING:
    from align.encoders.catalogue import Entry
    from align.evaluate import Evaluation
    from align.pairing.calibration import Calibration

__all__ = ["cache", "calibrate", "encoders", "evaluate"]


def evaluate(
    pairs: Annotated[
        str,
        typer.Argument(metavar="PAIRS", help="Pairs in any format, a folder of them, or - for standard input."),
    ],
    gold: Annotated[
        str, typer.Option("--gold", metavar="GOLD", help="What is right: pairs in any format, or a folder of them.")
    ],
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="FORMAT",
            help="The input's format, such as tsv, tmx or vecalign.",
            show_default="by the suffix, or by what the file shows",
        ),
    ] = None,
    gold_from: Annotated[
        str | None,
        typer.Option(
            "--gold-from",
            metavar="FORMAT",
            help="The gold's format, such as tsv, tmx or vecalign.",
            show_default="by the suffix, or by what the file shows",
        ),
    ] = None,
    mined: Annotated[
        bool, typer.Option("--mined", help="Leave out what stands alone, on both sides: measure pairs as a set.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")] = False,
) -> None:
    """Measure pairs against a gold alignment: precision, recall and F1, and how true the scores are.

    Strict: a pair is right if the gold has it as it stands. Lax: if it links any two segments that the gold
    links. Vecalign's definitions: what stands alone counts in precision only. The calibration error is how far
    scores are from the share that is right; it says nothing of a ladder whose costs are no probabilities, as
    Vecalign's own are not. The files of two folders belong together by name, a.vecalign and a.gold.

    Examples:
    - `align evaluate a.tsv --gold a.gold`
    - `align evaluate pairs/ --gold gold/ --json`
    """
    with told_in_words():
        from align.evaluate import evaluate_files

        measured = evaluate_files(pairs, gold, found_format=from_, gold_format=gold_from, mined=mined)
        if measured.left_out:
            say(f"Without gold, so not measured: {', '.join(measured.left_out)}.")
        if as_json:
            print(json.dumps(measured.to_dict(), ensure_ascii=False, indent=2))
        else:
            _show_evaluation(measured)


def _show_evaluation(measured: Evaluation) -> None:
    shares = ("precision", "recall", "F1")
    overall = {"strict": measured.strict, "lax": measured.lax}
    show_numbers(("", *shares), [(name, f.precision, f.recall, f.f1) for name, f in overall.items()])
    kinds = [(kind, k.gold, k.found, k.right, k.precision, k.recall, k.f1) for kind, k in measured.kinds.items()]
    show_numbers(("kind", "gold", "found", "right", *shares), kinds)
    bins = [(f"{b.low:.1f} to {b.high:.1f}", b.beads, b.score, b.right) for b in measured.reliability]
    if measured.calibration_error is not None:
        show_numbers(("score", "pairs", "mean score", "share right"), bins)
        print(f"calibration error  {measured.calibration_error:.4f}\n")
    for metric in measured.metrics:
        print(measured.signature(metric))


def calibrate(
    reviewed: Annotated[
        list[str],
        typer.Argument(
            metavar="REVIEWED", help="Tables that align apply wrote; - is standard input.", show_default=False
        ),
    ],
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="FILE", help="Where the calibration goes; - is standard output."),
    ] = "-",
    from_: From = None,
    encoding: Encoding = None,
    limit: Limit = None,
    quiet: Quiet = False,
) -> None:
    """Fit the score to text like yours, on what reviewers decided.

    What was accepted is right, and what was rejected, split, merged or moved wrong. The file that is written is
    for --calibration of `align mine`, `pair`, `score` and `convert`; it fits scores of the same command and
    encoder as those of the tables. At least 30 decided pairs are needed, and some hundreds are better: few
    move the score little. The calibration error is told before and after, the latter on pairs that the fit
    did not see.

    Examples:
    - `align calibrate reviewed.tsv -o calibration.json`
    - `align calibrate march.tsv april.xlsx > calibration.json`
    """
    with told_in_words():
        from align.formats.files import STANDARD_STREAM, open_output
        from align.formats.reading import read_units
        from align.pairing.calibration import fit_calibration, write_calibration

        refuse_bad_outputs(output, None, inputs=reviewed)
        if reviewed.count(STANDARD_STREAM) > 1:
            raise InputError("standard input can be read once only; name files.")
        settings = read_settings(from_=from_, encoding=encoding, limit=limit, remark=None if quiet else say)
        reading = dataclasses.replace(settings, review="keep")
        found = fit_calibration(unit for path in reviewed for _, unit in read_units(path, reading))
        with open_output(output) as stream:
            write_calibration(found, stream)
        if not quiet:
            _say_calibration(found)


def _say_calibration(found: Calibration) -> None:
    say(f"{found.pairs:,} decided pairs, {100 * found.right / found.pairs:.1f} % of them right.")
    say(f"Calibration error {found.error_before:.4f} before, {found.error_after:.4f} after.")
    if found.error_after >= found.error_before:
        say("The scores are no truer with it: leave them as they are, or review more pairs.")


def encoders(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME_OR_PATH]...", help="Sentence-transformers models to measure, too.", show_default=False
        ),
    ] = None,
    device: Device = None,
    batch_size: BatchSize = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")] = False,
) -> None:
    """List the encoders that ship with align, and measure how fast they are on this machine.

    Each is measured for about a second on headlines and short sentences of both languages.

    Examples:
    - `align encoders`
    - `align encoders sentence-transformers/LaBSE ./my-model`
    """
    with told_in_words():
        from align.encoders import ENCODERS
        from align.encoders.catalogue import entry, together

        found, failed = [], False
        for name in dict.fromkeys([*ENCODERS, *(names or [])]):
            try:
                found.append(entry(name, device=device, batch_size=batch_size))
            except EncoderError as error:
                say(f"align: {error}")
                failed = True
        bundled = {item.name: item for item in found}
        if ENCODERS.keys() <= bundled.keys():
            found.insert(len(ENCODERS), together(bundled["static"], bundled["mini"]))
        if as_json:
            print(json.dumps([dataclasses.asdict(item) for item in found], ensure_ascii=False, indent=2))
        else:
            _show_encoders(found)
        if failed:
            raise typer.Exit(FAILED)


def _show_encoders(found: Iterable[Entry]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("name", overflow="fold")
    for heading in ("size", "width", "sentences/s"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("languages")
    table.add_column("when to use it")
    for item in found:
        languages = ", ".join(item.languages) or "see its card"
        table.add_row(item.name, f"{item.size / 1e6:,.0f} MB", str(item.dim), f"{item.speed:,.0f}", languages, item.use)
    Console(highlight=False, markup=False).print(table)


def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Remove all vectors.")] = False,
) -> None:
    """Show where the vectors of slow encoders are kept, and how many; or remove them.

    The folder is that of the environment variable `ALIGN_CACHE`, or your cache folder. When the
    vectors reach the bound, those that were not used for longest go.
    """
    with told_in_words():
        from align.encoders.store import VectorStore

        store = VectorStore()
        if clear:
            store.clear()
        summary = store.summary()
        print(f"folder   {summary.folder}")
        print(f"vectors  {summary.vectors:,}")
        print(f"size     {summary.size / 1e6:,.1f} MB of at most {summary.bound / 1e6:,.1f} MB")
