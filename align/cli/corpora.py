"""The commands that take pairs and give pairs: `convert`, `check` and `score`."""

from __future__ import annotations

import contextlib
import json
import time
import warnings
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from align.cli.options import (
    BatchSize,
    CalibrationFile,
    Codes,
    Dedupe,
    Device,
    EncoderName,
    Encoding,
    EnglishColumn,
    From,
    FromCodes,
    Limit,
    MinScore,
    NoCache,
    Output,
    Pairs,
    Quiet,
    Rejected,
    Sort,
    Source,
    Texts,
    To,
    VietnameseColumn,
    calibration_from,
    read_settings,
    write_settings,
)
from align.cli.show import show_check, show_explained
from align.cli.words import FAILED, LeftOut, progress_bar, refuse_bad_outputs, refuse_ladder, say, told_in_words
from align.errors import CacheWarning, FormatError

if TYPE_CHECKING:
    from align.types import TranslationUnit

__all__ = ["check", "convert", "score"]


def convert(
    pairs: Pairs,
    out: Annotated[
        str, typer.Argument(metavar="OUT", help="Where the pairs go; - is standard output.", show_default=False)
    ],
    from_: From = None,
    to: To = None,
    vi: VietnameseColumn = None,
    en: EnglishColumn = None,
    texts: Texts = None,
    from_codes: FromCodes = None,
    encoding: Encoding = None,
    limit: Limit = None,
    min_score: Annotated[
        float,
        typer.Option(
            "--min-score",
            metavar="P",
            min=0.0,
            max=1.0,
            help="Above 0: keep only pairs that are right with at least this probability.",
        ),
    ] = 0.0,
    calibration: CalibrationFile = None,
    dedupe: Dedupe = "no",
    sort: Sort = "document",
    source: Source = "vi",
    codes: Codes = "vi-VN,en-US",
    rejected: Rejected = None,
    quiet: Quiet = False,
) -> None:
    """Turn pairs in any format that is read into any format that is written.

    Read are the tables and translation memories that align writes, and those of others: TMX, XLIFF, PO, Moses
    corpora, tables with a column for each language (CSV, TSV, XLSX, JSONL, Parquet), and Vecalign and
    hunalign ladders with their texts. OUT's suffix says the format, or --to.

    Examples:
    - `align convert pairs.tsv pairs.tmx --source en`
    - `align convert pairs.tsv pairs.xlsx --min-score 0.8 --sort score`
    - `align convert corpus.csv corpus --to moses --vi vietnamese --en english`
    - `align convert a.ladder a.tsv --texts a.vi.txt a.en.txt`
    """
    with told_in_words():
        from align.formats.reading import read_units
        from align.formats.writing import write_pairs

        refuse_bad_outputs(out, rejected, inputs=_beside(texts, calibration), in_place=pairs)
        if min_score or dedupe != "no":
            refuse_ladder(to, out, "--min-score and --dedupe leave some out")
        writing = write_settings(source, codes)
        scale = calibration_from(calibration)
        counted = _Counted()
        with contextlib.ExitStack() as stack:
            left_out = stack.enter_context(LeftOut.open(rejected))
            reading = read_settings(
                from_=from_,
                encoding=encoding,
                limit=limit,
                vi=vi,
                en=en,
                texts=texts,
                from_codes=from_codes,
                reject=left_out.reject,
                remark=None if quiet else say,
            )
            units: Iterable[TranslationUnit] = counted.read(unit for _, unit in read_units(pairs, reading))
            if scale is not None:
                units = map(scale.calibrated, units)
            if dedupe != "no":
                units = _first_of_each(units, left_out, near=dedupe == "near")
            wanted = counted.kept(_likely(units, min_score, left_out))
            held = write_pairs(wanted, out, format_name=to, settings=writing, order=sort)
        if not quiet:
            say(counted.words(held))
            left_out.say_how_many()


def _beside(texts: tuple[str, str] | None, calibration: str | None) -> list[str]:
    """What is read beside the pairs."""
    return [*(texts or ()), *([calibration] if calibration else [])]


class _Counted:
    """How many units came in and went on."""

    def __init__(self) -> None:
        self.n_read = self.n_kept = 0

    def read(self, units: Iterable[TranslationUnit]) -> Iterator[TranslationUnit]:
        for unit in units:
            self.n_read += 1
            yield unit

    def kept(self, units: Iterable[TranslationUnit]) -> Iterator[TranslationUnit]:
        for unit in units:
            self.n_kept += 1
            yield unit

    def words(self, held: int) -> str:
        """How many there were, and what became of those that were not written."""
        pairs = "1 pair" if self.n_read == 1 else f"{self.n_read:,} pairs"
        return f"{pairs} read, {held:,} written{self._why(held)}."

    def _why(self, held: int) -> str:
        reasons = []
        if self.n_kept < self.n_read:
            reasons.append(f"{self.n_read - self.n_kept:,} left out as duplicates or for their score")
        if held < self.n_kept:
            reasons.append(f"{self.n_kept - held:,} that this format cannot hold, because they cross or stand alone")
        return f"; {', '.join(reasons)}" if reasons else ""


def _likely(units: Iterable[TranslationUnit], min_score: float, left_out: LeftOut) -> Iterator[TranslationUnit]:
    for unit in units:
        if not min_score or (unit.score is not None and unit.score >= min_score):
            yield unit
        elif unit.score is None:
            _leave_out(unit, "has no score" if unit.vi and unit.en else "stands alone", left_out)
        else:
            _leave_out(unit, f"score below {min_score:g}", left_out)


def _first_of_each(units: Iterable[TranslationUnit], left_out: LeftOut, *, near: bool) -> Iterator[TranslationUnit]:
    from align.quality.dedupe import without_duplicates

    # Those that were asked for since the last one came out: the last of them is what comes out next.
    asked: list[TranslationUnit] = []

    def noted() -> Iterator[TranslationUnit]:
        for unit in units:
            asked.append(unit)
            yield unit

    for unit in without_duplicates(noted(), near=near):
        for duplicate in asked[:-1]:
            _leave_out(duplicate, "says the same as a pair before it", left_out)
        asked.clear()
        yield unit
    for duplicate in asked:
        _leave_out(duplicate, "says the same as a pair before it", left_out)


def _leave_out(unit: TranslationUnit, reason: str, left_out: LeftOut) -> None:
    from align.formats.table import Rejection

    left_out.write([Rejection(reason, unit.document, score=unit.score, text=f"{unit.vi} | {unit.en}")])


def score(
    pairs: Pairs,
    output: Output = "-",
    from_: From = None,
    to: To = None,
    vi: VietnameseColumn = None,
    en: EnglishColumn = None,
    texts: Texts = None,
    from_codes: FromCodes = None,
    encoding: Encoding = None,
    limit: Limit = None,
    encoder: EncoderName = "auto",
    device: Device = None,
    batch_size: BatchSize = None,
    no_cache: NoCache = False,
    min_score: MinScore = 0.0,
    calibration: CalibrationFile = None,
    sort: Sort = "document",
    source: Source = "vi",
    codes: Codes = "vi-VN,en-US",
    rejected: Rejected = None,
    quiet: Quiet = False,
) -> None:
    """Give pairs that someone else made the probability that each is right.

    Each pair is weighed as `align mine` weighs it among the pairs around it: how close its texts are beside all
    others there, how long they are, which numbers, dates and names they share. Scores that a file brings are
    replaced.

    Examples:
    - `align score corpus.tmx -o scored.tsv --sort score`
    - `align score corpus.en-vi.vi --min-score 0.5 -o clean.tmx --rejected bad.tsv`
    """
    with told_in_words():
        from align.formats.reading import read_units
        from align.formats.writing import write_pairs
        from align.pairing.rescore import scored
        from align.pipeline import load_miner

        refuse_bad_outputs(output, rejected, inputs=_beside(texts, calibration), in_place=pairs)
        if quiet:
            warnings.simplefilter("ignore", CacheWarning)
        started = time.monotonic()
        writing = write_settings(source, codes)
        scale = calibration_from(calibration)
        counted = _Counted()
        with contextlib.ExitStack() as stack:
            left_out = stack.enter_context(LeftOut.open(rejected))
            reading = read_settings(
                from_=from_,
                encoding=encoding,
                limit=limit,
                vi=vi,
                en=en,
                texts=texts,
                from_codes=from_codes,
                reject=left_out.reject,
                remark=None if quiet else say,
            )

            def likely() -> Iterator[TranslationUnit]:
                units = counted.read(unit for _, unit in read_units(pairs, reading))
                miner = load_miner(encoder, device=device, batch_size=batch_size, cache=not no_cache)
                progress = stack.enter_context(progress_bar("Scoring", quiet=quiet))
                weighed = scored(units, miner)
                if scale is not None:
                    weighed = map(scale.calibrated, weighed)
                for unit in _likely(weighed, min_score, left_out):
                    progress(counted.n_kept, counted.n_read)
                    yield unit

            held = write_pairs(counted.kept(likely()), output, format_name=to, settings=writing, order=sort)
        if not quiet:
            say(counted.words(held))
            left_out.say_how_many()
            say(f"Done in {time.monotonic() - started:.1f} s.")


def check(
    pairs: Pairs,
    output: Annotated[
        str | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Also write the pairs with their flags.", show_default=False
        ),
    ] = None,
    from_: From = None,
    to: To = None,
    vi: VietnameseColumn = None,
    en: EnglishColumn = None,
    texts: Texts = None,
    from_codes: FromCodes = None,
    encoding: Encoding = None,
    limit: Limit = None,
    terms: Annotated[
        str | None,
        typer.Option(
            "--terms",
            metavar="FILE",
            help="Terms that are to be followed: a table of Vietnamese and English, several renderings parted by |.",
            show_default=False,
        ),
    ] = None,
    flags: Annotated[
        str | None,
        typer.Option("--flags", metavar="NAMES", help="Raise only these, comma-separated.", show_default="all"),
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option("--explain", metavar="ID", help="Show all that is known of one pair.", show_default=False),
    ] = None,
    top: Annotated[int, typer.Option("--top", metavar="N", min=0, help="Show the N worst pairs; 0 shows none.")] = 20,
    fail_on: Annotated[
        Literal["error", "warning", "note"] | None,
        typer.Option("--fail-on", help="End with status 1 if a pair has a flag so severe.", show_default="never"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the whole report as JSON, for programs.")] = False,
    source: Source = "vi",
    codes: Codes = "vi-VN,en-US",
    rejected: Rejected = None,
    quiet: Quiet = False,
) -> None:
    """Say what a translator should look at: numbers, dates, names, negation, marks, terms and more.

    Numbers and dates are read in each language's way before they are compared. Every flag has a reason and a
    severity: error, surely wrong as it stands; warning, likely wrong; note, worth a look. Flags: number, date,
    time, currency, unit, name, term, untranslated, language, length, negation, quotes, brackets, placeholder,
    link, truncated, damage, consistency, duplicate, near-duplicate.

    Examples:
    - `align check pairs.tsv`
    - `align check memory.tmx --terms terms.tsv --fail-on error`
    - `align check pairs.tsv -o checked.xlsx --flags number,date,name`
    - `align check pairs.tsv --explain 0a1b2c3d4e5f6071`
    """
    with told_in_words():
        from align.formats.reading import read_units
        from align.formats.writing import write_pairs
        from align.quality.check import check as checked_units
        from align.quality.check import flags_named
        from align.quality.report import CheckReport
        from align.quality.terms import read_terms

        refuse_bad_outputs(output or "", rejected, inputs=texts or (), in_place=pairs)
        if as_json and output == "-":
            raise FormatError("--json and -o - both go to standard output; name a file with -o.")
        wanted = flags_named(flags)
        term_list = read_terms(terms) if terms else None
        with contextlib.ExitStack() as stack:
            left_out = stack.enter_context(LeftOut.open(rejected))
            reading = read_settings(
                from_=from_,
                encoding=encoding,
                limit=limit,
                vi=vi,
                en=en,
                texts=texts,
                from_codes=from_codes,
                reject=left_out.reject,
                remark=None if quiet else say,
            )
            units = [unit for _, unit in read_units(pairs, reading)]
        with progress_bar("Checking", quiet=quiet) as progress:
            checked = checked_units(units, flags=wanted, terms=term_list, progress=progress)
        if output:
            flagged = (item.flagged for item in checked)
            write_pairs(flagged, output, format_name=to, settings=write_settings(source, codes))
        report = CheckReport(checked)
        if explain is not None:
            show_explained(checked, explain)
        elif as_json:
            print(json.dumps(report.to_dict(), ensure_ascii=False, indent=2))
        elif output != "-":
            show_check(report, top)
        if not quiet:
            left_out.say_how_many()
        if fail_on and report.at_least(fail_on):
            say(f"align: {report.at_least(fail_on):,} pairs have a flag of severity {fail_on} or worse.")
            raise typer.Exit(FAILED)
