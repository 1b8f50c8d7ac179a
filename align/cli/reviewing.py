"""The commands for people who review pairs: `review` and `apply`."""

from __future__ import annotations

import contextlib
import json
import os
import webbrowser
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from align.cli.options import (
    Codes,
    Encoding,
    EnglishColumn,
    From,
    FromCodes,
    Limit,
    Output,
    Pairs,
    Quiet,
    Rejected,
    Source,
    Texts,
    To,
    VietnameseColumn,
    read_settings,
    write_settings,
)
from align.cli.words import FAILED, LeftOut, progress_bar, refuse_bad_outputs, say, told_in_words
from align.errors import OutputError

if TYPE_CHECKING:
    from align.formats.settings import ReadSettings
    from align.review.apply import Applied
    from align.types import TranslationUnit

__all__ = ["apply", "review"]

Unpaired = Annotated[
    str | None,
    typer.Option(
        "--unpaired",
        metavar="FILE",
        help="What --rejected of align mine or batch wrote: what stands alone there comes among the pairs.",
        show_default=False,
    ),
]

# So many decisions that were not carried out are told of one by one.
_TOLD = 20


def review(
    pairs: Pairs,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where the page goes, such as page.html; - is standard output.",
            show_default=False,
        ),
    ] = None,
    serve: Annotated[
        bool,
        typer.Option("--serve", help="Open the page from this machine, and save decisions as one goes; until Ctrl-C."),
    ] = False,
    decisions: Annotated[
        str | None,
        typer.Option(
            "--decisions",
            metavar="FILE",
            help="Decisions to go on from; with --serve, where they are saved.",
            show_default="with --serve, PAIRS.decisions.json",
        ),
    ] = None,
    unpaired: Unpaired = None,
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="With --serve: the port; 0 is any.")
    ] = 0,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="With --serve: show the address and open no browser.")
    ] = False,
    from_: From = None,
    vi: VietnameseColumn = None,
    en: EnglishColumn = None,
    texts: Texts = None,
    from_codes: FromCodes = None,
    encoding: Encoding = None,
    limit: Limit = None,
    rejected: Rejected = None,
    quiet: Quiet = False,
) -> None:
    """Make the page in which a translator accepts, mends and rejects pairs.

    The page is one file that opens in any browser, without a network: both languages side by side, scores,
    flags with their reasons, all by keyboard or mouse, in Vietnamese or English. Work is kept in the
    browser; "Save decisions" gives a small file, which `align apply` brings back. With --serve the same page comes
    from this machine alone, and decisions are saved as one goes.

    Examples:
    - `align review pairs.tsv -o page.html`
    - `align review pairs.tsv --unpaired rejected.tsv -o page.html`
    - `align review pairs.tsv --serve`
    """
    with told_in_words():
        from align.report import count
        from align.review.content import page_units
        from align.review.decisions import decisions_in
        from align.review.page import page_html

        if serve == (output is not None):
            raise typer.BadParameter("expected one of -o FILE and --serve.", param_hint="-o, --serve")
        refuse_bad_outputs(output or "", rejected, inputs=[*(texts or ()), *filter(None, (pairs, decisions, unpaired))])
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
                review="keep",
                reject=left_out.reject,
                remark=None if quiet else say,
            )
            units = _units(pairs, reading, unpaired)
        with progress_bar("Checking", quiet=quiet) as progress:
            rows = page_units(units, progress=progress)
        if serve:
            path = decisions or f"{'pairs' if pairs == '-' else pairs}.decisions.json"
            _serve(rows, pairs, path, decisions_in(units), port=port, open_browser=not no_browser, quiet=quiet)
        else:
            _write_page(page_html(rows, pairs, decisions=_decided(decisions) or decisions_in(units)), output or "")
            if not quiet:
                say(f"{count(len(units), 'pair')} in {output}.")
        if not quiet:
            left_out.say_how_many()


def _units(pairs: str, reading: ReadSettings, unpaired: str | None) -> list[TranslationUnit]:
    from align.formats.reading import read_units
    from align.review.unpaired import read_unpaired, with_unpaired

    units = [unit for _, unit in read_units(pairs, reading)]
    return with_unpaired(units, read_unpaired(unpaired)) if unpaired else units


def _decided(path: str | None) -> Any:
    from align.formats.files import read_bytes
    from align.review.decisions import parse_decisions

    if path is None:
        return None
    name, data = read_bytes(path)
    parse_decisions(data, name)
    return json.loads(data.decode("utf-8-sig"))


def _write_page(html: str, output: str) -> None:
    from align.formats.files import open_output

    with open_output(output) as stream:
        stream.write(html.encode())


def _serve(rows: Any, pairs: str, path: str, decided: Any, *, port: int, open_browser: bool, quiet: bool) -> None:
    from align.review.page import page_html
    from align.review.serve import DecisionsFile, ReviewServer

    file = DecisionsFile(path)
    name = os.path.basename(path)
    first = None if os.path.exists(path) else decided
    server = ReviewServer(
        lambda address: page_html(rows, pairs, decisions=first, serve=address, saves_to=name), file, port=port
    )
    # The address is what was asked for, and goes where data goes.
    print(server.address, flush=True)
    if not quiet:
        say(f"Decisions are saved to {path}. Ctrl-C ends.")
    if open_browser:
        webbrowser.open(server.address)
    try:
        server.run()
    except KeyboardInterrupt:
        say(f"Ended; decisions are in {path}." if os.path.exists(path) else "Ended; nothing was decided.")


def apply(
    pairs: Pairs,
    decisions: Annotated[
        list[str],
        typer.Argument(
            metavar="DECISIONS",
            help="What “Save decisions” of the page saved, of one reviewer or several.",
            show_default=False,
        ),
    ],
    output: Output = "-",
    to: To = None,
    unpaired: Unpaired = None,
    rejected: Rejected = None,
    from_: From = None,
    vi: VietnameseColumn = None,
    en: EnglishColumn = None,
    texts: Texts = None,
    from_codes: FromCodes = None,
    encoding: Encoding = None,
    limit: Limit = None,
    source: Source = "vi",
    codes: Codes = "vi-VN,en-US",
    quiet: Quiet = False,
) -> None:
    """Bring the decisions of reviewers back into the table of pairs.

    Tables get seven columns more: status, vi_edited, en_edited, comment, reviewer, and for pairs that were split,
    merged or moved, origin and origin_scores. Ids and spans stay; other formats get the edited texts, without
    the pairs that were rejected. Decisions about pairs that have changed since, and those that reviewers disagree
    about, are listed, and in the file of --rejected; then the status is 1.

    Examples:
    - `align apply pairs.tsv pairs.decisions.json -o reviewed.tsv`
    - `align apply pairs.tsv anna.json minh.json -o reviewed.xlsx --rejected open.tsv`
    - `align apply pairs.tsv pairs.decisions.json -o memory.tmx`
    """
    with told_in_words():
        from align.formats.writing import write_pairs
        from align.review.apply import apply_decisions
        from align.review.decisions import read_decisions

        inputs = [*(texts or ()), *decisions, *([unpaired] if unpaired else [])]
        refuse_bad_outputs(output, rejected, inputs=inputs, in_place=pairs)
        if [pairs, *inputs].count("-") > 1:
            raise OutputError("standard input can be read once only; name files.")
        writing = replace(write_settings(source, codes), review=True)
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
                review="keep",
                reject=left_out.reject,
                remark=None if quiet else say,
            )
            units = _units(pairs, reading, unpaired)
            applied = apply_decisions(units, [read_decisions(path) for path in decisions])
            write_pairs(applied.units, output, format_name=to, settings=writing)
            _leave_out(applied, left_out)
        if not quiet:
            _say_what_became(applied)
        if applied.passed_over or applied.disagreements:
            raise typer.Exit(FAILED)


def _leave_out(applied: Applied, left_out: LeftOut) -> None:
    from align.formats.table import Rejection

    for one in applied.passed_over:
        reason = f"the decision of {one.reviewer} {one.reason}"
        left_out.write([Rejection(reason, "", text=one.texts or ", ".join(one.pairs))])
    for disagreement in applied.disagreements:
        unit = disagreement.units[0]
        texts = " | ".join(f"{unit.vi} | {unit.en}" for unit in disagreement.units)
        left_out.write([Rejection(f"reviewers disagree: {disagreement.words}", unit.document, text=texts)])


def _say_what_became(applied: Applied) -> None:
    from align.report import count

    lines = [
        f"{one.reviewer}: the decision on {one.texts or ', '.join(one.pairs)} {one.reason}."
        for one in applied.passed_over
    ]
    for disagreement in applied.disagreements:
        unit = disagreement.units[0]
        lines.append(f"Reviewers disagree about {unit.id}, “{unit.vi or unit.en}”: {disagreement.words}.")
    for line in lines[:_TOLD]:
        say(line)
    if len(lines) > _TOLD:
        say(f"and {len(lines) - _TOLD:,} more: see --rejected.")
    reviews = [unit.review for unit in applied.units if unit.review is not None]
    counts = {status: sum(one.status == status for one in reviews) for status in ("accepted", "rejected", "disputed")}
    edited = sum(bool(one.vi_edited or one.en_edited) for one in reviews)
    rearranged = sum(bool(one.origin) for one in reviews)
    said = [f"{counts['accepted']:,} accepted", f"{counts['rejected']:,} rejected", f"{edited:,} edited"]
    said.append(f"{rearranged:,} split, merged or moved")
    if counts["disputed"]:
        said.append(f"{counts['disputed']:,} disputed")
    say(f"{count(len(applied.units), 'pair')}: {', '.join(said)}.")
    if applied.passed_over:
        say(f"{count(len(applied.passed_over), 'decision')} not carried out.")
