"""The commands that pair what documents hold: `mine` and `pair`."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import os
import time
import warnings
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from align.cli.options import (
    Across,
    BatchSize,
    Boilerplate,
    CalibrationFile,
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
    MinScore,
    NoCache,
    Only,
    PairsOutput,
    Paragraphs,
    Quiet,
    Rejected,
    Rescue,
    Show,
    Sort,
    Source,
    TextColumn,
    To,
    Verbose,
    VietnameseColumn,
    calibration_from,
    kinds_named,
    read_settings,
    write_settings,
)
from align.cli.show import is_for_reading, put_out, show_pairs
from align.cli.words import FAILED, LeftOut, progress_bar, refuse_bad_outputs, refuse_ladder, say, told_in_words
from align.errors import CacheWarning, InputError

if TYPE_CHECKING:
    from align.formats.files import Input
    from align.formats.settings import ReadSettings
    from align.pairing.calibration import Calibration
    from align.pairing.mine import Miner
    from align.pairing.ordered import OrderedAligner
    from align.pipeline import Failure, Mined, Paired
    from align.report import Report
    from align.types import Bead, Document, TranslationUnit

__all__ = ["mine", "pair"]


def mine(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH", help="Files, folders (read in depth) or - for standard input.", show_default=False
        ),
    ],
    output: PairsOutput = None,
    to: To = None,
    encoder: EncoderName = "auto",
    device: Device = None,
    batch_size: BatchSize = None,
    no_cache: NoCache = False,
    min_score: MinScore = 0.5,
    calibration: CalibrationFile = None,
    only: Only = None,
    sort: Sort = "document",
    rejected: Rejected = None,
    across: Across = False,
    keep_duplicates: KeepDuplicates = False,
    work: Annotated[
        str | None,
        typer.Option(
            "--work",
            metavar="DIR",
            help="With --across: keep what is done there, so that the same command goes on where it was stopped.",
            show_default="a temporary folder",
        ),
    ] = None,
    lines: Lines = False,
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
    show: Show = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Pair the Vietnamese and English text in files and folders, no order assumed.

    Each document is searched by itself for headlines, captions and sentences that say the
    same in both languages; with --across all documents together. The table has one pair a line: vi, en, score (the
    probability that the pair is right), kind, flags, documents, spans and id. On a terminal, without -o and --to, the
    pairs are shown side by side for reading. Text, web pages, Word, OpenDocument,
    PDF, EPUB, Markdown, subtitles and WARC are read, tables and translation memories if they are named, packed or not.

    Examples:
    - `align mine news/ -o pairs.tsv --rejected rejected.tsv`
    - `cat page.txt | align mine - --min-score 0.9 | cut -f1,2`
    - `align mine report.pdf -o report.xlsx --only headline,sentence`
    - `align mine crawl.vi.txt crawl.en.txt --across --lines --encoder static -o pairs.tsv`
    """
    with told_in_words():
        from align.formats.files import STANDARD_STREAM, find_inputs
        from align.pipeline import load_miner
        from align.report import Report

        for_reading = is_for_reading(output, to)
        output = STANDARD_STREAM if output is None else output
        refuse_bad_outputs(output, rejected, show=show)
        refuse_ladder(to, output, "here only pairs are written, in any order")
        if quiet:
            warnings.simplefilter("ignore", CacheWarning)
        if not across:
            _refuse_without_across(keep_duplicates=keep_duplicates, work=work)
        elif calibration is not None:
            raise typer.BadParameter(
                "does not go with --across; write all pairs with --min-score 0, and give it to align convert.",
                param_hint="--calibration",
            )
        started = time.monotonic()
        writing = write_settings(source, codes)
        report = Report(min_score, kinds_named(only))
        inputs, passed_over = find_inputs(paths)
        beside = [calibration] if calibration else []
        refuse_bad_outputs(output, rejected, inputs=[*(item.path for item in inputs), *beside])
        scale = calibration_from(calibration)
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
        with contextlib.ExitStack() as stack:
            left_out = stack.enter_context(LeftOut.open(rejected))
            if across:
                from align.batch.outputs import OutputSettings
                from align.batch.work import WorkSettings
                from align.cli.across import mine_over_all

                summary = mine_over_all(
                    inputs,
                    output,
                    to,
                    settings=WorkSettings(
                        encoder,
                        lines,
                        reading=reading,
                        device=device,
                        batch_size=batch_size,
                        cache=not no_cache,
                        across=True,
                        keep_duplicates=keep_duplicates,
                    ),
                    outputs=OutputSettings("tsv", min_score, report.only, sort, writing),
                    left_out=left_out,
                    work=work,
                    show=show,
                    for_reading=for_reading,
                    quiet=quiet,
                    verbose=verbose,
                )
                failed = any(one.status == "failed" for one in summary.documents)
                words = summary.words()
            else:
                reading = dataclasses.replace(reading, reject=left_out.reject, remark=None if quiet else say)

                def pairs() -> Iterator[Bead]:
                    miner = load_miner(encoder, device=device, batch_size=batch_size, cache=not no_cache)
                    results = _mined(inputs, miner, scale, lines=lines, settings=reading, quiet=quiet)
                    yield from _exported(results, report, left_out, show=show, verbose=verbose and not quiet)

                held = put_out(pairs(), output, to, settings=writing, order=sort, for_reading=for_reading)
                failed = bool(report.failures)
                words = itertools.chain(report.remarks, _passed_over(passed_over), report.words(held))
        if not quiet:
            for line in words:
                say(line)
            left_out.say_how_many()
            say(f"Done in {time.monotonic() - started:.1f} s.")
        if failed:
            raise typer.Exit(FAILED)


def _refuse_without_across(*, keep_duplicates: bool, work: str | None) -> None:
    """:raises typer.BadParameter: if an option is given that goes with --across only"""
    for option, given in (("--keep-duplicates", keep_duplicates), ("--work", work is not None)):
        if given:
            raise typer.BadParameter("goes with --across.", param_hint=option)


def pair(
    vi: Annotated[str, typer.Argument(metavar="VI", help="The Vietnamese document; - is standard input.")],
    en: Annotated[str, typer.Argument(metavar="EN", help="The English document; - is standard input.")],
    output: PairsOutput = None,
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
    calibration: CalibrationFile = None,
    only: Only = None,
    sort: Sort = "document",
    rejected: Rejected = None,
    lines: Lines = False,
    max_bead: MaxBead = 4,
    paragraphs: Paragraphs = "soft",
    rescue: Rescue = False,
    swap: Annotated[bool, typer.Option("--swap", help="The first document is the English one.")] = False,
    from_: From = None,
    encoding: Encoding = None,
    boilerplate: Boilerplate = False,
    vi_column: VietnameseColumn = None,
    en_column: EnglishColumn = None,
    text: TextColumn = None,
    from_codes: FromCodes = None,
    limit: Limit = None,
    source: Source = "vi",
    codes: Codes = "vi-VN,en-US",
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
    - `align pair book.vi.epub book.en.epub -o book.tmx`
    """
    with told_in_words():
        from align.formats.files import STANDARD_STREAM
        from align.formats.units import common_document, unit_of
        from align.pipeline import load_aligner
        from align.report import PairReport

        for_reading = is_for_reading(output, to)
        output = STANDARD_STREAM if output is None else output
        refuse_bad_outputs(output, rejected, inputs=[vi, en, *([calibration] if calibration else [])], show=show)
        if (min_score or only is not None) and not lines:
            refuse_ladder(to, output, "--min-score and --only leave some out")
        if quiet:
            warnings.simplefilter("ignore", CacheWarning)
        started = time.monotonic()
        writing = write_settings(source, codes)
        kinds = kinds_named(only)
        scale = calibration_from(calibration)
        with contextlib.ExitStack() as stack:
            left_out = stack.enter_context(LeftOut.open(rejected))
            reading = read_settings(
                from_=from_,
                encoding=encoding,
                limit=limit,
                vi=vi_column,
                en=en_column,
                text=text,
                from_codes=from_codes,
                boilerplate=boilerplate,
                lines=lines,
                reject=left_out.reject,
                remark=None if quiet else say,
            )
            documents = _two_documents((en, vi) if swap else (vi, en), reading)
            if lines:
                writing = dataclasses.replace(writing, texts=(documents[0].text, documents[1].text))
            report: PairReport | None = None

            def exported() -> Iterator[TranslationUnit]:
                nonlocal report
                aligner = load_aligner(
                    encoder,
                    device=device,
                    batch_size=batch_size,
                    cache=not no_cache,
                    max_bead=max_bead,
                    paragraphs=paragraphs,
                )
                paired = _paired(documents, aligner, lines=lines, rescue=rescue, quiet=quiet)
                if scale is not None:
                    paired = dataclasses.replace(paired, beads=tuple(map(scale.calibrated, paired.beads)))
                report = PairReport(paired, min_score, rescue=rescue, only=kinds)
                name = common_document(documents[0].id, documents[1].id)
                yield from (unit_of(bead, name) for bead in report.exported())

            held = put_out(exported(), output, to, settings=writing, order=sort, for_reading=for_reading)
            assert report is not None
            left_out.write(report.rejections())
        if show:
            show_pairs(bead for bead in report.exported() if bead.score is not None)
        if verbose and not quiet:
            for document, segments in zip(documents, (report.paired.vi, report.paired.en), strict=True):
                say(f"{document.id}: {len(segments)} segments")
        if not quiet:
            for line in report.words(held):
                say(line)
            left_out.say_how_many()
            say(f"Done in {time.monotonic() - started:.1f} s.")


def _two_documents(paths: tuple[str, str], settings: ReadSettings) -> tuple[Document, Document]:
    """Read the Vietnamese and the English document."""
    from align.formats.files import STANDARD_STREAM, find_inputs
    from align.formats.reading import read_documents
    from align.pipeline import only
    from align.types import LANGUAGES

    if paths[0] == paths[1]:
        what = "standard input" if paths[0] == STANDARD_STREAM else paths[0]
        raise InputError(f"{what} is named twice; expected a text and its translation.")
    for path in paths:
        if os.path.isdir(path):
            raise InputError(f"{path}: is a folder; name a file in it.")
    inputs = [find_inputs([path])[0][0] for path in paths]
    vi, en = (
        only(read_documents(item, dataclasses.replace(settings, side=language)), language)
        for item, language in zip(inputs, LANGUAGES, strict=True)
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
    from align.pipeline import pair_documents

    with progress_bar("Encoding", quiet=quiet) as progress:
        return pair_documents(*documents, aligner, lines=lines, rescue=rescue, progress=progress)


def _mined(
    inputs: list[Input], miner: Miner, scale: Calibration | None, *, lines: bool, settings: ReadSettings, quiet: bool
) -> Iterator[Mined | Failure]:
    from align.pipeline import Mined, mine_inputs

    with progress_bar("Mining", quiet=quiet) as progress:
        for number, result in enumerate(mine_inputs(inputs, miner, lines=lines, settings=settings), start=1):
            if scale is not None and isinstance(result, Mined):
                yield dataclasses.replace(result, beads=tuple(map(scale.calibrated, result.beads)))
            else:
                yield result
            # An input can hold many documents, and how many is not known before it is read.
            progress(number, max(number, len(inputs)))


def _exported(
    results: Iterable[Mined | Failure], report: Report, left_out: LeftOut, *, show: bool, verbose: bool
) -> Iterator[Bead]:
    """The pairs to write, while the rest of what a document gave goes where it belongs."""
    from align.pipeline import Mined

    for result in results:
        if not isinstance(result, Mined):
            row = report.fail(result)
            say(f"align: {result.error}")
            left_out.write([row])
            continue
        pairs = report.add(result)
        if verbose:
            say(f"{result.document.id}: {len(result.segments)} segments, {len(pairs)} pairs")
        left_out.write(report.rejections(result))
        if show:
            show_pairs(pairs)
        yield from pairs


def _passed_over(found: dict[str, int]) -> Iterator[str]:
    for suffix, count in sorted(found.items()):
        yield f"{count} × {suffix} in the folders: {_why_passed_over(suffix)}."


def _why_passed_over(suffix: str) -> str:
    from align.formats import DOCUMENT_SUFFIXES, suffix_of

    if not suffix.startswith("."):
        return "not a format that is read" if suffix == "no suffix" else "about the folder, not part of it"
    known = suffix_of(f"a{suffix}") in DOCUMENT_SUFFIXES
    return "read only if it is named" if known else "not a format that is read"
