"""From shards to what a translator gets: one corpus of all pairs, or a file for each document."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from align.batch.shards import Shard
from align.batch.summary import Summary
from align.errors import OutputError
from align.formats import LADDERS, WRITERS, written_format
from align.formats.files import open_output
from align.formats.settings import WriteSettings
from align.formats.table import RejectedTable, Rejection
from align.formats.units import unit_of
from align.formats.urls import as_local, is_url, url_below
from align.formats.writing import Order, write_pairs
from align.pipeline import MIN_SCORE, Mined
from align.report import PairReport
from align.types import Kind, TranslationUnit

if TYPE_CHECKING:
    from align.batch.plan import Item

__all__ = ["PER_DOCUMENT", "REJECTED", "REPORT", "OutputSettings", "output_names", "units_of", "write_outputs"]

REJECTED, REPORT = "rejected.tsv", "report.json"
"""What stands beside the pairs in every output folder."""

PER_DOCUMENT = frozenset(LADDERS)
"""Formats that number the segments of two documents, so that each pair of documents has a file of its own."""

UNITS_A_FILE = 100_000
"""Units in each file of a Parquet corpus. Chosen by hand: some tens of megabytes."""

# The name of the corpus in each format; Parquet is a folder and Moses two files.
_NAMES = {
    **{name: f"pairs.{name}" for name in WRITERS if name not in PER_DOCUMENT},
    "excel-tsv": "pairs.excel.tsv",
    "moses": "pairs",
    "parquet": "pairs",
    "xliff": "pairs.xlf",
    "xliff2": "pairs.xlf",
}


@dataclass(frozen=True, slots=True)
class OutputSettings:
    """How the result is written, which can change from run to run without work anew.

    :param format: a name in `align.formats.WRITERS`
    :param min_score: the least probability of a pair; None is 0.5, or 0 for ladders, which need all segments
    :param only: the kinds of segments that are exported; None for all
    """

    format: str = "tsv"
    min_score: float | None = None
    only: frozenset[Kind] | None = None
    order: Order = "document"
    writing: WriteSettings = field(default_factory=WriteSettings)

    def __post_init__(self) -> None:
        """:raises FormatError: if there is no such format"""
        written_format(self.format, "pairs")

    @property
    def least(self) -> float:
        """The least probability of a pair that is exported."""
        if self.min_score is not None:
            return self.min_score
        return 0.0 if self.format in PER_DOCUMENT else MIN_SCORE


def output_names(settings: OutputSettings, items: Iterable[Item], units: int) -> list[str]:
    """The names in the output folder of all files that hold pairs.

    :param units: how many there are
    """
    if settings.format in PER_DOCUMENT:
        return [f"{item.stem}.{settings.format}" for item in items if len(item.inputs) == 2]
    name = _NAMES[settings.format]
    if settings.format == "parquet":
        return [f"{name}/{number:05}.parquet" for number in range(max(1, -(-units // UNITS_A_FILE)))]
    return [f"{name}.vi", f"{name}.en"] if settings.format == "moses" else [name]


def write_outputs(
    folder: str,
    shards: Iterable[tuple[Item, Shard | None]],
    failures: Iterable[tuple[str, str]],
    settings: OutputSettings,
    summary: Summary,
) -> None:
    """Write pairs and what was left out, in the order of the plan, and count.

    Each file appears when it is whole; where one cannot be written, those of an earlier run stay.

    :param shards: of each item; None for one that failed
    :param failures: name and reason of what could not be done
    :raises OutputError: if a file cannot be written
    """
    with open_output(_path(folder, REJECTED)) as stream:
        rejected = RejectedTable(stream)
        rejected.write(Rejection(reason, name) for name, reason in failures)
        given = ((item, shard) for item, shard in shards if shard is not None)
        if settings.format in PER_DOCUMENT:
            for item, shard in given:
                _write_one(folder, item, shard, settings, summary, rejected.write)
            return
        units = (unit for item, shard in given for unit in units_of(item, shard, settings, summary, rejected.write))
        if settings.format == "parquet":
            _write_parts(folder, units, settings)
        else:
            path = _path(folder, _NAMES[settings.format])
            summary.held = write_pairs(
                units, path, format_name=settings.format, settings=settings.writing, order=settings.order
            )


Reject = Callable[[Iterable[Rejection]], None]


def units_of(
    item: Item, shard: Shard, settings: OutputSettings, summary: Summary, reject: Reject
) -> Iterator[TranslationUnit]:
    """What of a shard is exported; the rest goes to the rejected table, and everything is counted."""
    summary.begin(item, shard)
    reject(Rejection(one.reason, one.place, text=one.text) for one in shard.unread)
    for result in shard.results:
        if isinstance(result, Mined):
            yield from (unit_of(bead) for bead in summary.pages.add(result))
            reject(summary.rejections(result))
        else:
            report = PairReport(result, settings.least, rescue=False, only=settings.only)
            exported = report.exported()
            summary.add_pair(report, sum(bead.score is not None for bead in exported))
            yield from (unit_of(bead, item.stem) for bead in exported)
            reject(report.rejections())


def _write_parts(folder: str, units: Iterator[TranslationUnit], settings: OutputSettings) -> None:
    from align.formats.writing import in_order

    ordered = iter(in_order(units, settings.order))
    for number in itertools.count():
        part = list(itertools.islice(ordered, UNITS_A_FILE))
        if not part and number:
            return
        path = _path(folder, f"{_NAMES['parquet']}/{number:05}.parquet")
        _make_folder(path)
        write_pairs(part, path, format_name="parquet", settings=settings.writing)


def _write_one(
    folder: str, item: Item, shard: Shard, settings: OutputSettings, summary: Summary, reject: Reject
) -> None:
    """The file of one pair of documents."""
    units = units_of(item, shard, settings, summary, reject)
    if len(item.inputs) != 2:
        summary.unladdered += sum(1 for _ in units)
        return
    path = _path(folder, f"{item.stem}.{settings.format}")
    _make_folder(path)
    vi, en = shard.documents
    writing = replace(settings.writing, texts=(vi.text, en.text)) if summary.lines else settings.writing
    summary.held = (summary.held or 0) + write_pairs(units, path, format_name=settings.format, settings=writing)


def _make_folder(path: str) -> None:
    if is_url(path):
        return
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    except OSError as error:
        raise OutputError(f"{os.path.dirname(path)}: cannot be made ({error.strerror}).") from error


def _path(folder: str, name: str) -> str:
    folder = as_local(folder)
    return url_below(folder, name) if is_url(folder) else os.path.join(folder, *PurePosixPath(name).parts)
