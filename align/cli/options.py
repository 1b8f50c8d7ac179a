"""The options that mean the same in every command, and what they say together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from align.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable

    from align.formats.settings import ReadSettings, WriteSettings
    from align.pairing.calibration import Calibration
    from align.types import Kind

__all__ = [
    "Across",
    "BatchSize",
    "Boilerplate",
    "CalibrationFile",
    "Codes",
    "Dedupe",
    "Device",
    "EncoderName",
    "Encoding",
    "EnglishColumn",
    "From",
    "FromCodes",
    "KeepDuplicates",
    "Limit",
    "Lines",
    "MaxBead",
    "MinScore",
    "NoCache",
    "Only",
    "Output",
    "Pairs",
    "PairsOutput",
    "Paragraphs",
    "Quiet",
    "Rejected",
    "Rescue",
    "Show",
    "Sort",
    "Source",
    "TextColumn",
    "Texts",
    "To",
    "Verbose",
    "VietnameseColumn",
    "calibration_from",
    "kinds_named",
    "read_settings",
    "write_settings",
]

Across = Annotated[
    bool,
    typer.Option(
        "--across",
        help="Mine over all documents at once, not within each; for corpora of millions of lines, too.",
    ),
]
KeepDuplicates = Annotated[
    bool,
    typer.Option(
        "--keep-duplicates",
        help="With --across: mine lines that say the same each for itself, instead of the first alone.",
    ),
]
Pairs = Annotated[
    str,
    typer.Argument(
        metavar="PAIRS",
        help="A table, translation memory, ladder or Moses corpus, packed or not; - for standard input.",
        show_default=False,
    ),
]
Output = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help="Where the pairs go; - is standard output.")
]
PairsOutput = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Where the pairs go; - is standard output, as tsv.",
        show_default="standard output: a table for reading on a terminal, else tsv",
    ),
]
To = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="FORMAT",
        help="Write tsv, excel-tsv, xlsx, csv, jsonl, parquet, tmx, xliff, xliff2, moses, vecalign or hunalign.",
        show_default="by the suffix of -o, or else tsv",
    ),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="FORMAT",
        help="The input's format, such as html, pdf, srt, tsv or tmx.",
        show_default="by the suffix, or by what the file shows",
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help="The texts' encoding, such as cp1258, tcvn3 (abc), vni, viqr or viscii.",
        show_default="found out: UTF-8, UTF-16, UTF-32, and older ones where the text is surely Vietnamese",
    ),
]
Boilerplate = Annotated[
    bool, typer.Option("--boilerplate", help="Keep menus, footers, running heads and the like, too.")
]
VietnameseColumn = Annotated[
    str | None,
    typer.Option("--vi", metavar="COLUMN", help="The table's Vietnamese column: name or number.", show_default=False),
]
EnglishColumn = Annotated[
    str | None,
    typer.Option("--en", metavar="COLUMN", help="The table's English column: name or number.", show_default=False),
]
TextColumn = Annotated[
    str | None,
    typer.Option(
        "--text",
        metavar="COLUMN",
        help="The table's column of texts, a document a row; with --lines, a segment a row.",
        show_default=False,
    ),
]
Texts = Annotated[
    tuple[str, str] | None,
    typer.Option("--texts", metavar="VI EN", help="The two texts whose lines a ladder numbers.", show_default=False),
]
Limit = Annotated[
    list[str] | None,
    typer.Option(
        "--limit",
        metavar="NAME=NUMBER",
        help="How much a packed input may hold: size=2000 (megabytes), files=100000, depth=3 (archives in archives).",
        show_default=False,
    ),
]
FromCodes = Annotated[
    str | None,
    typer.Option(
        "--from-codes",
        metavar="VI,EN",
        help="The input's language codes, if they are no usual ones.",
        show_default=False,
    ),
]
Source = Annotated[
    Literal["vi", "en"], typer.Option("--source", help="The language that a TMX or XLIFF file translates from.")
]
Codes = Annotated[str, typer.Option("--codes", metavar="VI,EN", help="The language codes in a TMX or XLIFF file.")]
Sort = Annotated[
    Literal["document", "score"],
    typer.Option("--sort", help="The order of the pairs: as they stand in the documents, or the surest first."),
]
Only = Annotated[
    str | None,
    typer.Option(
        "--only",
        metavar="KINDS",
        help="Keep only pairs of these kinds of segments: headline, sentence, caption, byline, other, comma-separated.",
        show_default=False,
    ),
]
Dedupe = Annotated[
    Literal["no", "exact", "near"],
    typer.Option(
        "--dedupe",
        help="Keep the first of pairs that say the same but for case, spacing and punctuation; near: but for one "
        "word, figures or diacritics, too.",
    ),
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
CalibrationFile = Annotated[
    str | None,
    typer.Option(
        "--calibration",
        metavar="FILE",
        help="Map the scores as this file of align calibrate says, before --min-score looks at them.",
        show_default=False,
    ),
]
Rejected = Annotated[
    str | None,
    typer.Option(
        "--rejected",
        metavar="FILE",
        help="Write what stands in no pair, with the reason; what can't be read of a file goes there, too, and does "
        "not stop the rest.",
        show_default=False,
    ),
]
MaxBead = Annotated[
    int, typer.Option("--max-bead", metavar="N", min=1, max=4, help="Segments on a side of a pair, at most.")
]
Paragraphs = Annotated[
    Literal["ignore", "soft", "hard"],
    typer.Option(
        "--paragraphs",
        help="What a paragraph break is: nothing, evidence, or a border that no pair of several segments crosses.",
    ),
]
Rescue = Annotated[bool, typer.Option("--rescue", help="Also pair what stands in another order in the translation.")]
Lines = Annotated[bool, typer.Option("--lines", help="Take every line as one segment: don't split it.")]
Show = Annotated[bool, typer.Option("--show", help="Also print the pairs for reading; needs -o FILE.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say what was found in each document.")]


def read_settings(
    *,
    from_: str | None,
    encoding: str | None,
    limit: list[str] | None,
    vi: str | None = None,
    en: str | None = None,
    text: str | None = None,
    texts: tuple[str, str] | None = None,
    from_codes: str | None = None,
    boilerplate: bool = False,
    lines: bool = False,
    review: Literal["settle", "keep"] = "settle",
    reject: Callable[[str, str, str], None] | None = None,
    remark: Callable[[str], None] | None = None,
) -> ReadSettings:
    """What the options say about reading.

    :raises FormatError: if one cannot be read
    """
    from align.formats.settings import ReadSettings, limits_from

    return ReadSettings(
        format=from_,
        encoding=encoding,
        boilerplate=boilerplate,
        lines=lines,
        vi=vi,
        en=en,
        text=text,
        texts=texts,
        codes=_two_codes(from_codes, "--from-codes") if from_codes else None,
        limits=limits_from(limit or []),
        review=review,
        reject=reject,
        remark=remark,
    )


def write_settings(source: Literal["vi", "en"], codes: str, texts: tuple[str, str] | None = None) -> WriteSettings:
    """What the options say about writing.

    :raises FormatError: if one cannot be read
    """
    from align.formats.pairs.exchange import language_of
    from align.formats.settings import WriteSettings

    vi, en = _two_codes(codes, "--codes")
    if language_of(vi) == "en" or language_of(en) == "vi":
        raise FormatError(f"--codes {codes}: the code of Vietnamese comes first, such as vi-VN,en-US.")
    return WriteSettings(source=source, codes=(vi, en), texts=texts)


# As `xml:lang` has them, and with the low line that programs write.
_CODE = re.compile("[a-zA-Z0-9]+([-_][a-zA-Z0-9]+)*")


def _two_codes(codes: str, option: str) -> tuple[str, str]:
    found = [code.strip() for code in codes.split(",")]
    if len(found) != 2 or not all(_CODE.fullmatch(code) for code in found) or len(set(map(str.lower, found))) < 2:
        raise FormatError(f"{option} {codes}: expected two language codes, Vietnamese first, such as vi-VN,en-US.")
    return found[0], found[1]


def calibration_from(path: str | None) -> Calibration | None:
    """What the file of `--calibration` says; None where none is named.

    :raises AlignError: if it cannot be read, or is no such file
    """
    if path is None:
        return None
    from align.pairing.calibration import read_calibration

    return read_calibration(path)


def kinds_named(only: str | None) -> frozenset[Kind] | None:
    """The kinds of segments that `--only` names; None for all.

    :raises FormatError: if one is unknown
    """
    from align.types import KINDS

    if only is None:
        return None
    named = [kind.strip() for kind in only.split(",")]
    if unknown := [kind for kind in named if kind not in KINDS]:
        raise FormatError(f"--only {only}: {unknown[0]!r} is no kind of segment; known are {', '.join(KINDS)}.")
    return frozenset(kind for kind in KINDS if kind in named)
