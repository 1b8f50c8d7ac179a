"""What commands print for reading: pairs, and tables of figures."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from align.errors import InputError, OutputError
from align.types import Bead, TranslationUnit

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from align.formats.settings import WriteSettings
    from align.formats.writing import Order
    from align.quality.check import Checked
    from align.quality.finding import Finding
    from align.quality.report import CheckReport

__all__ = [
    "is_for_reading",
    "put_out",
    "show_check",
    "show_explained",
    "show_numbers",
    "show_pairs",
    "show_table",
]

_COLOURS = {"error": "bold red", "warning": "yellow", "note": "cyan"}

# So many documents are listed. Chosen by hand.
_DOCUMENTS = 10

# From so many columns on, the languages stand side by side; in fewer, one under the other.
_SIDE_BY_SIDE = 80

# The least score of each colour. The figure says the same, for those who cannot tell the colours.
_SURE, _LIKELY = 0.9, 0.5


def show_pairs(pairs: Iterable[Bead]) -> None:
    """Print pairs for reading: one language under the other, wrapped to the terminal."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = _console()
    for bead in pairs:
        head = Text.assemble((f"{bead.score:.2f}", "bold"), f"  {bead.vi[0].kind}  {bead.vi[0].document.id}")
        sides = Table.grid(padding=(0, 1))
        sides.add_row(Text("vi", style="dim"), Text(bead.vi_text))
        sides.add_row(Text("en", style="dim"), Text(bead.en_text))
        with _failures_named():
            console.print(head)
            console.print(Padding(sides, (0, 0, 1, 2)))


def is_for_reading(output: str | None, to: str | None) -> bool:
    """Whether pairs go to a person at a terminal, who asked for no file and no format."""
    return output is None and to is None and sys.stdout is not None and sys.stdout.isatty()


def put_out(
    pairs: Iterable[Bead | TranslationUnit],
    output: str,
    to: str | None,
    *,
    settings: WriteSettings,
    order: Order,
    for_reading: bool,
) -> int:
    """Write pairs to a file or standard output, or show them for reading; returns how many.

    What is shown is shown when all of it is there: the progress bar stands where the table will.
    """
    from align.formats.units import unit_of
    from align.formats.writing import in_order, write_pairs

    if not for_reading:
        return write_pairs(pairs, output, format_name=to, settings=settings, order=order)
    units = list(in_order((unit_of(pair) if isinstance(pair, Bead) else pair for pair in pairs), order))
    show_table(units)
    return len(units)


def show_table(units: Sequence[TranslationUnit]) -> None:
    """Print units as a table with both languages side by side, or one under the other where it is narrow."""
    from rich.text import Text

    console = _console()
    wide = console.width >= _SIDE_BY_SIDE
    several = len({unit.document for unit in units}) > 1
    before = None
    with _failures_named():
        if units and wide:
            console.print(
                _wide_row(console.width, *(Text(name, "dim") for name in ("score", "kind", "Vietnamese", "English")))
            )
        for unit in units:
            if several and unit.document != before:
                console.print(Text(unit.document, "bold underline"))
                before = unit.document
            _show_unit(console, unit, wide=wide)


def _show_unit(console: Console, unit: TranslationUnit, *, wide: bool) -> None:
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    score = Text("–", "dim") if unit.score is None else Text(f"{unit.score:.2f}", _colour(unit.score))
    flags = ", ".join(unit.flags)
    if wide:
        en = Text(unit.en)
        if flags:
            en.append(f"\n{flags}" if unit.en else flags, "cyan")
        console.print(_wide_row(console.width, score, Text(unit.kind, "dim"), Text(unit.vi), en))
        return
    console.print(Text.assemble(score, "  ", (unit.kind, "dim"), *([("  " + flags, "cyan")] if flags else [])))
    sides = Table.grid(padding=(0, 1))
    sides.add_column()
    sides.add_column(overflow="fold")
    for language, text in (("vi", unit.vi), ("en", unit.en)):
        if text:
            sides.add_row(Text(language, "dim"), Text(text))
    console.print(Padding(sides, (0, 0, 1, 2)))


def _wide_row(width: int, *cells: Text) -> Table:
    """A row of the table, whose columns are the same in every row; no word is cut off, however long."""
    from rich.table import Table

    row = Table.grid(padding=(0, 2, 0, 0))
    score, kind = 5, 4
    side = (width - score - kind - 3 * 2) // 2
    for column, cells_wide in enumerate((score, kind, side, side)):
        row.add_column(width=cells_wide, overflow="fold", justify="right" if not column else "left")
    row.add_row(*cells)
    return row


def _colour(score: float) -> str:
    score = round(score, 2)  # as it is shown
    return "bold green" if score >= _SURE else "bold yellow" if score >= _LIKELY else "bold red"


def show_numbers(headings: Iterable[str], rows: Iterable[tuple[str | float, ...]]) -> None:
    """Print a table of figures."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(f"{cell:.4f}" if isinstance(cell, float) else str(cell) for cell in row))
    console = _console(markup=False)
    console.print(table)
    console.print()


def show_check(report: CheckReport, top: int) -> None:
    """Print what a check found: flags, documents, and the worst pairs with the reasons."""
    from align.quality.finding import SEVERITIES

    for item in report.worst_units()[:top]:
        _show_checked(item, evidence=False)
    errors, warnings, notes = SEVERITIES
    rows = [(flag, found[errors], found[warnings], found[notes]) for flag, found in report.worst_flags()]
    if rows:
        show_numbers(("flag", "errors", "warnings", "notes"), rows)
    documents = report.worst_documents()
    if len(documents) > 1:
        listed = [(name, counts.total(), _listed(counts)) for name, counts in documents[:_DOCUMENTS]]
        show_numbers(("document", "flags", "which"), listed)
        if len(documents) > _DOCUMENTS:
            print(f"and {len(documents) - _DOCUMENTS:,} documents more: see --json.\n")
    counts = ", ".join(f"{report.severities[severity]:,} with {_plural(severity)} at worst" for severity in SEVERITIES)
    print(f"{len(report.checked):,} pairs: {counts}.")


def show_explained(checked: Sequence[Checked], unit_id: str) -> None:
    """Print all that is known of the pairs of that id, or whose id begins so.

    :raises InputError: if there is none
    """
    found = [item for item in checked if unit_id and item.unit.id.startswith(unit_id)]
    if not found:
        raise InputError(f"--explain {unit_id}: no pair has this id; expected one of the column id.")
    for item in found:
        _show_checked(item, evidence=True)


def _show_checked(item: Checked, *, evidence: bool) -> None:
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = _console()
    unit = item.unit
    score = "" if unit.score is None else f"{unit.score:.2f}  "
    console.print(Text.assemble((score, "bold"), (unit.id, "dim"), f"  {unit.document}"))
    sides = Table.grid(padding=(0, 1))
    for language, text in (("vi", unit.vi), ("en", unit.en)):
        sides.add_row(Text(language, style="dim"), _marked(text, language, item.findings))
    console.print(Padding(sides, (0, 0, 0, 2)))
    for finding in item.findings:
        style = _COLOURS[finding.severity]
        console.print(
            Padding(Text.assemble((f"{finding.severity} {finding.flag}: ", style), finding.reason), (0, 0, 0, 2))
        )
        for line in finding.evidence if evidence else ():
            console.print(Padding(Text(line, style="dim"), (0, 0, 0, 4)))
    if not item.findings:
        console.print(Padding(Text("nothing was found"), (0, 0, 0, 2)))
    console.print()


def _console(*, markup: bool = True) -> Console:
    """A console that leaves to the command what to do when its reader has gone: rich's own ends with status 1."""
    from rich.console import Console

    class Piped(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Piped(highlight=False, markup=markup)


@contextlib.contextmanager
def _failures_named() -> Iterator[None]:
    """Say that it is standard output, and not the file that is written meanwhile."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"standard output: cannot be written ({error.strerror}).") from error


def _marked(text: str, language: str, findings: Sequence[Finding]) -> Text:
    """A text with the stretches that findings are about in their colours."""
    from rich.text import Text

    marked = Text(text)
    for finding in reversed(findings):
        for start, end in finding.vi if language == "vi" else finding.en:
            marked.stylize(_COLOURS[finding.severity], start, end)
    return marked


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} × {flag}" for flag, count in counts.most_common(5))


def _plural(severity: str) -> str:
    return f"an {severity}" if severity == "error" else f"a {severity}"
