"""From units to a file that is whole: order, choose the writer, open, write."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable
from typing import Literal, TypeAlias

from align.errors import OutputError
from align.formats import BINARY, REVIEWED, writer_for, written_format
from align.formats.files import STANDARD_STREAM, open_output
from align.formats.pairs.moses import moses_outputs
from align.formats.settings import WriteSettings
from align.formats.units import settled, unit_of
from align.types import Bead, TranslationUnit

__all__ = ["Order", "in_order", "write_pairs"]

Order: TypeAlias = Literal["document", "score"]


def write_pairs(
    units: Iterable[Bead | TranslationUnit],
    path: str | os.PathLike[str],
    *,
    format_name: str | None = None,
    settings: WriteSettings | None = None,
    order: Order = "document",
) -> int:
    """Write pairs to a file, which appears when it is whole; ``-`` is standard output.

    The output is opened first, so that one that cannot be written is refused before any work is done.

    :param units: in the order of the documents; taken one by one, so that they need not fit in memory
        (a ladder, and an order by score, hold all of them)
    :param format_name: see `align.formats.written_format`
    :param settings: with `review` and a table, reviewed units are written with what was decided; without, as the
        reviewer left them, see `align.formats.units.settled`
    :param order: see `in_order`
    :returns: how many the output holds; fewer than were given where the format cannot hold them all
    :raises FormatError: if there is no such format, or it cannot hold these units at all
    :raises OutputError: if the output cannot be written
    """
    path = os.fspath(path)
    known = written_format(format_name, path)
    writer = writer_for(known)
    if path == STANDARD_STREAM and known in BINARY and sys.stdout is not None and sys.stdout.isatty():
        raise OutputError(f"{known} cannot be shown on a terminal; name a file with -o.")
    if path == STANDARD_STREAM and known == "moses":
        raise OutputError("moses is a pair of files; name them with -o corpus.")
    paths = moses_outputs(path) if known == "moses" else (path,)
    settings = settings or WriteSettings()
    given = (unit_of(unit) if isinstance(unit, Bead) else unit for unit in units)
    if not (settings.review and known in REVIEWED):
        given = (left for unit in given if (left := settled(unit)) is not None)
    ordered = in_order(given, order)
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(open_output(path)) for path in paths]
        return writer(ordered, *streams, settings=settings)


def in_order(units: Iterable[TranslationUnit], order: Order) -> Iterable[TranslationUnit]:
    """Units as they come, or the surest first and those without a score last; ties stay as they are."""
    if order == "document":
        return units
    return sorted(units, key=lambda unit: 1.0 if unit.score is None else -unit.score)
