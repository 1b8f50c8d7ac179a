"""The command line: parse, call the library, print. No logic.

Data goes to standard output, progress and words to standard error. Exit status: 0 done;
1 done, but some documents failed, each named; 2 the request cannot be carried out.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import sys
import time
import warnings
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from align import __version__
from align.errors import AlignError, CacheWarning, EncoderError, InputError

if TYPE_CHECKING:
    from align.encoders.catalogue import Entry
    from align.evaluate import Evaluation
    from align.formats.files import Input
    from align.formats.table import RejectedTable
    from align.pairing.mine import Miner
    from align.pairing.ordered import OrderedAligner
    from align.pipeline import Failure, Mined, Paired
    from align.report import Report
    from align.types import Bead, Document

__all__ = ["app", "main"]

_FAILED, _REFUSED = 1, 2
# What a shell reports for a program ended by SIGINT or SIGPIPE: 128 and the signal's number.
_INTERRUPTED, _BROKEN_PIPE = 130, 141

# Options that mean the same in every command.
Output = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help="Where the table of pairs goes; - is standard output.")
]
EncoderName = Annotated[
    str,
    typer.Option(
        "--encoder",
        metavar="NAME_OR_PATH",
        help="static (fast), mini (accurate), auto (mini where static is in doubt), or the name or folder of a "
        "sentence-transformers model.",
    ),
]
Device = Annotated[
    str | None,
    typer.Option(
        "--device",
        metavar="NAME",
        help="Where the model runs, such as cpu or cuda:0.",
        show_default="the best there is",
    ),
]
BatchSize = Annotated[
    int | None,
    typer.Option(
        "--batch-size",
        metavar="N",
        min=1,
        help="Sentences encoded at once; fewer need less memory.",
        show_default="the encoder's own",
    ),
]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Encode everything anew: take no vectors from disk and keep none.")
]
MinScore = Annotated[
    float,
    typer.Option(
        "--min-score", metavar="P", min=0.0, max=1.0, help="Keep pairs that are right with at least this probability."
    ),
]
Rejected = Annotated[
    str | None,
    typer.Option(
        "--rejected", metavar="FILE", help="Write what stands in no pair, with the reason.", show_default=False
    ),
]
Lines = Annotated[bool, typer.Option("--lines", help="Take every line as one segment: don't split it.")]
Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help="The files' encoding, if not UTF-8 or UTF-16, such as cp1258.",
        show_default=False,
    ),
]
To = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="FORMAT",
        help="Write tsv, vecalign or hunalign.",
        show_default="by the suffix of -o, or else tsv",
    ),
]
Show = Annotated[bool, typer.Option("--show", help="Also print the pairs for reading; needs -o FILE.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say what was found in each document.")]

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the `align` command; text goes out as UTF-8 whatever the terminal is set to."""
    for stream, errors in ((sys.stdout, "strict"), (sys.stderr, "backslashreplace")):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(encoding="utf-8", errors=errors, newline="\n")  # type: ignore[union-attr]
    _show_own_warnings_in_a_line()
    app()


def _show_own_warnings_in_a_line() -> None:
    """Leave out the file and line for warnings that are for users; others are for programmers."""
    usual = warnings.formatwarning

    def formatted(message: Warning | str, category: type[Warning], *place: Any) -> str:
        return f"align: {message}\n" if issubclass(category, CacheWarning) else usual(message, category, *place)

    warnings.formatwarning = formatted  # type: ignore[assignment]


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"align {__version__}")
        raise typer.Exit


@app.callback()
def align(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """Vietnamese/English text alignment: from mixed-language pages to a parallel corpus.

    Tables go to standard output or to the file named with -o; progress and words go to
    standard error. Exit status: 0 done; 1 done, but some documents failed; 2 not possible.
    """


@app.command()
def mine(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH", help="Files, folders (read in depth) or - for standard input.", show_default=False
        ),
    ],
    output: Output = "-",
    encoder: EncoderName = "auto",
    device: Device = None,
    batch_size: BatchSize = None,
    no_cache: NoCache = False,
    min_score: MinScore = 0.5,
    rejected: Rejected = None,
    lines: Lines = False,
    encoding: Encoding = None,
    show: Show = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Pair the Vietnamese and English text in files and folders, no order assumed.

    Each document is searched by itself for headlines, captions and sentences that say the
    same in both languages. The table has one pair a line: vi, en, score (the probability that
    the pair is right), kind, flags, documents, spans and id.

    Examples:
    - `align mine news/ -o pairs.tsv --rejected rejected.tsv`
    - `cat page.txt | align mine - --min-score 0.9 | cut -f1,2`
    """
    with _told_in_words():
        from align.formats.files import find_inputs, open_output
        from align.formats.table import RejectedTable, write_tsv
        from align.pipeline import load_miner
        from align.report import Report

        _refuse_bad_outputs(output, rejected, show=show)
        if quiet:
            warnings.simplefilter("ignore", CacheWarning)
        started = time.monotonic()
        inputs, left_out = find_inputs(paths)
        miner = load_miner(encoder, device=device, batch_size=batch_size, cache=not no_cache)
        report = Report(min_score)
        with contextlib.ExitStack() as stack:
            table = stack.enter_context(open_output(output))
            other = RejectedTable(stack.enter_context(open_output(rejected))) if rejected else None
            results = _mined(inputs, miner, lines=lines, encoding=encoding, quiet=quiet)
            write_tsv(_exported(results, report, other, show=show, verbose=verbose and not quiet), table)
        if not quiet:
            _say_what_was_done(report, left_out, time.monotonic() - started)
        if report.failures:
            raise typer.Exit(_FAILED)


@app.command()
def pair(
    vi: Annotated[str, typer.Argument(metavar="VI", help="The Vietnamese document; - is standard input.")],
    en: Annotated[str, typer.Argument(metavar="EN", help="The English document; - is standard input.")],
    output: Output = "-",
    to: To = None,
    encoder: EncoderName = "auto",
    device: Device = None,
    batch_size: BatchSize = None,
    no_cache: NoCache = False,
    min_score: Annotated[
        float,
        typer.Option(
            "--min-score",
            metavar="P",
            min=0.0,
            max=1.0,
            help="Above 0: keep only pairs that are right with at least this probability, and nothing that stands "
            "alone. With 0.9, 98 in 100 of the pairs kept are right on news with sentences missing, and recall "
            "falls by 2 to 5 points; on free translations 93 in 100, by 7.",
        ),
    ] = 0.0,
    rejected: Rejected = None,
    lines: Lines = False,
    max_bead: Annotated[
        int, typer.Option("--max-bead", metavar="N", min=1, max=4, help="Segments on a side of a pair, at most.")
    ] = 4,
    paragraphs: Annotated[
        Literal["ignore", "soft", "hard"],
        typer.Option(
            "--paragraphs",
            help="What a paragraph break is: nothing, evidence, or a border that no pair of several segments crosses.",
        ),
    ] = "soft",
    rescue: Annotated[
        bool, typer.Option("--rescue", help="Also pair what stands in another order in the translation.")
    ] = False,
    swap: Annotated[bool, typer.Option("--swap", help="The first document is the English one.")] = False,
    encoding: Encoding = None,
    show: Show = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Align two documents that tell the same story in about the same order.

    One sentence can be several in the other language; sentences and passages that are missing on one side
    stand alone. The table is that of `align mine`, in the order of the documents, with an empty side and
    no score where a segment stands alone.

    Examples:
    - `align pair a.vi.txt a.en.txt -o a.tsv`
    - `align pair a.vi a.en --lines --to vecalign > a.ladder`
    """
    with _told_in_words():
        from align.formats import writer_for
        from align.formats.files import open_output
        from align.formats.table import RejectedTable
        from align.pipeline import load_aligner
        from align.report import PairReport

        _refuse_bad_outputs(output, rejected, show=show)
        writer = writer_for(to, output)
        if quiet:
            warnings.simplefilter("ignore", CacheWarning)
        started = time.monotonic()
        documents = _two_documents((en, vi) if swap else (vi, en), encoding)
        aligner = load_aligner(
            encoder,
            device=device,
            batch_size=batch_size,
            cache=not no_cache,
            max_bead=max_bead,
            paragraphs=paragraphs,
        )
        with contextlib.ExitStack() as stack:
            stream = stack.enter_context(open_output(output))
            other = RejectedTable(stack.enter_context(open_output(rejected))) if rejected else None
            paired = _paired(documents, aligner, lines=lines, rescue=rescue, quiet=quiet)
            report = PairReport(paired, min_score, rescue=rescue)
            exported = report.exported()
            not_held = len(exported) - writer(exported, stream, lines=lines)
            if other:
                other.write(report.rejections())
        if show:
            _show(bead for bead in exported if bead.score is not None)
        if not_held:
            _say(f"{not_held} pairs that cross others could not be held by this format and are gaps in it.")
        if verbose and not quiet:
            for document, segments in zip(documents, (paired.vi, paired.en), strict=True):
                _say(f"{document.id}: {len(segments)} segments")
        if not quiet:
            for line in report.words():
                _say(line)
            _say(f"Done in {time.monotonic() - started:.1f} s.")


def _two_documents(paths: tuple[str, str], encoding: str | None) -> tuple[Document, Document]:
    """Read the Vietnamese and the English document."""
    from align.formats.files import STANDARD_STREAM, find_inputs
    from align.formats.plain import read_plain
    from align.types import LANGUAGES

    if paths[0] == paths[1]:
        what = "standard input" if paths[0] == STANDARD_STREAM else paths[0]
        raise InputError(f"{what} is named twice; expected a text and its translation.")
    for path in paths:
        if os.path.isdir(path):
            raise InputError(f"{path}: is a folder; name a file in it.")
    inputs = [find_inputs([path])[0][0] for path in paths]
    vi, en = (
        dataclasses.replace(document, lang=language)
        for item, language in zip(inputs, LANGUAGES, strict=True)
        for document in read_plain(item, encoding=encoding)
    )
    return vi, en


def _paired(
    documents: tuple[Document, Document],
    aligner: OrderedAligner,
    *,
    lines: bool,
    rescue: bool,
    quiet: bool,
) -> Paired:
    """Align under a progress bar, which shows only where a person can see it."""
    from rich.console import Console
    from rich.progress import Progress

    from align.pipeline import pair_documents

    console = Console(stderr=True)
    with Progress(console=console, disable=quiet or not console.is_terminal, transient=True) as progress:
        task = progress.add_task("Encoding", total=None)
        return pair_documents(
            *documents,
            aligner,
            lines=lines,
            rescue=rescue,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
        )


@app.command()
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
    with _told_in_words():
        from align.encoders import ENCODERS
        from align.encoders.catalogue import entry, together

        found, failed = [], False
        for name in dict.fromkeys([*ENCODERS, *(names or [])]):
            try:
                found.append(entry(name, device=device, batch_size=batch_size))
            except EncoderError as error:
                _say(f"align: {error}")
                failed = True
        bundled = {item.name: item for item in found}
        if ENCODERS.keys() <= bundled.keys():
            found.insert(len(ENCODERS), together(bundled["static"], bundled["mini"]))
        if as_json:
            print(json.dumps([dataclasses.asdict(item) for item in found], ensure_ascii=False, indent=2))
        else:
            _show_encoders(found)
        if failed:
            raise typer.Exit(_FAILED)


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


@app.command()
def evaluate(
    pairs: Annotated[
        str, typer.Argument(metavar="PAIRS", help="A table or ladder, a folder of them, or - for standard input.")
    ],
    gold: Annotated[
        str, typer.Option("--gold", metavar="GOLD", help="What is right: a table or ladder, or a folder of them.")
    ],
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="FORMAT",
            help="The input is in tsv, vecalign or hunalign.",
            show_default="what its first line shows",
        ),
    ] = None,
    gold_from: Annotated[
        str | None,
        typer.Option(
            "--gold-from",
            metavar="FORMAT",
            help="The gold is in tsv, vecalign or hunalign.",
            show_default="what its first line shows",
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
    with _told_in_words():
        from align.evaluate import evaluate_files

        measured = evaluate_files(pairs, gold, found_format=from_, gold_format=gold_from, mined=mined)
        if measured.left_out:
            _say(f"Without gold, so not measured: {', '.join(measured.left_out)}.")
        if as_json:
            print(json.dumps(measured.to_dict(), ensure_ascii=False, indent=2))
        else:
            _show_evaluation(measured)


def _show_evaluation(measured: Evaluation) -> None:
    shares = ("precision", "recall", "F1")
    overall = {"strict": measured.strict, "lax": measured.lax}
    _show_numbers(("", *shares), [(name, f.precision, f.recall, f.f1) for name, f in overall.items()])
    kinds = [(kind, k.gold, k.found, k.right, k.precision, k.recall, k.f1) for kind, k in measured.kinds.items()]
    _show_numbers(("kind", "gold", "found", "right", *shares), kinds)
    bins = [(f"{b.low:.1f} to {b.high:.1f}", b.beads, b.score, b.right) for b in measured.reliability]
    if measured.calibration_error is not None:
        _show_numbers(("score", "pairs", "mean score", "share right"), bins)
        print(f"calibration error  {measured.calibration_error:.4f}\n")
    for metric in measured.metrics:
        print(measured.signature(metric))


def _show_numbers(headings: Iterable[str], rows: Iterable[tuple[str | float, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(f"{cell:.4f}" if isinstance(cell, float) else str(cell) for cell in row))
    console = Console(highlight=False, markup=False)
    console.print(table)
    console.print()


@app.command()
def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Remove all vectors.")] = False,
) -> None:
    """Show where the vectors of slow encoders are kept, and how many; or remove them.

    The folder is that of the environment variable `ALIGN_CACHE`, or your cache folder. When the
    vectors reach the bound, those that were not used for longest go.
    """
    with _told_in_words():
        from align.encoders.store import VectorStore

        store = VectorStore()
        if clear:
            store.clear()
        summary = store.summary()
        print(f"folder   {summary.folder}")
        print(f"vectors  {summary.vectors:,}")
        print(f"size     {summary.size / 1e6:,.1f} MB of at most {summary.bound / 1e6:,.1f} MB")


def _refuse_bad_outputs(output: str, rejected: str | None, *, show: bool) -> None:
    from align.formats.files import STANDARD_STREAM

    if show and output == STANDARD_STREAM:
        raise typer.BadParameter("the table is on standard output already; name a file with -o.", param_hint="--show")
    if rejected is not None and rejected == output:
        raise typer.BadParameter("is the same as --output; the two tables need two places.", param_hint="--rejected")


def _mined(
    inputs: list[Input], miner: Miner, *, lines: bool, encoding: str | None, quiet: bool
) -> Iterator[Mined | Failure]:
    """Mine the inputs under a progress bar, which shows only where a person can see it."""
    from rich.console import Console
    from rich.progress import Progress

    from align.pipeline import mine_inputs

    console = Console(stderr=True)
    with Progress(console=console, disable=quiet or not console.is_terminal, transient=True) as progress:
        task = progress.add_task("Mining", total=len(inputs))
        for result in mine_inputs(inputs, miner, lines=lines, encoding=encoding):
            yield result
            progress.advance(task)


def _exported(
    results: Iterable[Mined | Failure], report: Report, rejected: RejectedTable | None, *, show: bool, verbose: bool
) -> Iterator[Bead]:
    """The pairs to write, while the rest of what a document gave goes where it belongs."""
    from align.pipeline import Mined

    for result in results:
        if not isinstance(result, Mined):
            row = report.fail(result)
            _say(f"align: {result.error}")
            if rejected:
                rejected.write([row])
            continue
        pairs = report.add(result)
        if verbose:
            _say(f"{result.document.id}: {len(result.segments)} segments, {len(pairs)} pairs")
        if rejected:
            rejected.write(report.rejections(result))
        if show:
            _show(pairs)
        yield from pairs


def _show(pairs: Iterable[Bead]) -> None:
    """Print pairs for reading: one language under the other, wrapped to the terminal."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    for bead in pairs:
        head = Text.assemble((f"{bead.score:.2f}", "bold"), f"  {bead.vi[0].kind}  {bead.vi[0].document.id}")
        sides = Table.grid(padding=(0, 1))
        sides.add_row(Text("vi", style="dim"), Text(bead.vi_text))
        sides.add_row(Text("en", style="dim"), Text(bead.en_text))
        console.print(head)
        console.print(Padding(sides, (0, 0, 1, 2)))


def _say_what_was_done(report: Report, left_out: dict[str, int], seconds: float) -> None:
    for remark in report.remarks:
        _say(remark)
    for suffix, count in sorted(left_out.items()):
        _say(f"{count} × {suffix} in the folders: not a format that is read.")
    for line in report.words():
        _say(line)
    _say(f"Done in {seconds:.1f} s.")


def _say(words: str) -> None:
    print(words, file=sys.stderr)


@contextlib.contextmanager
def _told_in_words() -> Iterator[None]:
    """Turn what goes wrong into one line and an exit status."""
    try:
        yield
    except AlignError as error:
        _say(f"align: {error}")
        raise typer.Exit(_REFUSED) from None
    except KeyboardInterrupt:
        _say("align: interrupted; no output was written.")
        raise typer.Exit(_INTERRUPTED) from None
    except BrokenPipeError:
        # The reader has all it wanted (`| head`). Python would complain again while it shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(_BROKEN_PIPE) from None
    except MemoryError:
        _say("align: not enough memory; give fewer or smaller documents.")
        raise typer.Exit(_REFUSED) from None
