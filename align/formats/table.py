"""The table of pairs that a translator opens, and the table of what was left out.

UTF-8, one record a line, LF, a header row, nothing quoted: a field holds no tab and no line
end, so that every tool reads the same cells. With pandas: ``read_csv(path, sep="\\t", quoting=3)``.
"""

from __future__ import annotations

import io
import itertools
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from align.errors import FormatError
from align.formats.lines import decoded, numbered_lines, read_text, shown
from align.formats.settings import ReadSettings, WriteSettings
from align.formats.units import one_line, read_number
from align.text.clean import clean
from align.types import Bead, Review, Segment, Status, TranslationUnit

if TYPE_CHECKING:
    import pandas

__all__ = [
    "COLUMNS",
    "REJECTED_COLUMNS",
    "REVIEW_COLUMNS",
    "RejectedTable",
    "Rejection",
    "cell",
    "cells_of",
    "columns_of",
    "parse_tsv",
    "read_tsv",
    "read_tsv_units",
    "to_frame",
    "unit_of_cells",
    "write_tsv",
]

COLUMNS = (
    "vi",
    "en",
    "score",
    "kind",
    "flags",
    "document",
    "vi_document",
    "en_document",
    "vi_spans",
    "en_spans",
    "id",
)
REVIEW_COLUMNS = ("status", "vi_edited", "en_edited", "comment", "reviewer", "origin", "origin_scores")
"""What a table that was reviewed has behind `COLUMNS`."""
REJECTED_COLUMNS = ("reason", "document", "lang", "kind", "span", "text", "partner", "score")

_BREAKS = re.compile(r"[ \t]*[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029][\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029 ]*")


@dataclass(frozen=True, slots=True)
class Rejection:
    """What stands in no exported pair, and why: a segment, or a part of a file that could not be read.

    :param segment: the segment, or None where it is a document or a part of a file that could not be read
    :param partner: the text of the likeliest partner, where there was one below the threshold
    :param score: the probability of that pair
    :param text: what stood there, where there is no segment
    """

    reason: str
    document: str
    segment: Segment | None = None
    partner: str = ""
    score: float | None = None
    text: str = ""


def columns_of(settings: WriteSettings) -> tuple[str, ...]:
    """The columns of a table: `COLUMNS`, and `REVIEW_COLUMNS` where it is one that was reviewed."""
    return (*COLUMNS, *REVIEW_COLUMNS) if settings.review else COLUMNS


def cells_of(unit: TranslationUnit, *, review: bool = False) -> dict[str, str]:
    """One unit as the cells of its row, in the order of `COLUMNS`, and of `REVIEW_COLUMNS` if they are wanted."""
    cells = (
        unit.vi,
        unit.en,
        _number(unit.score),
        unit.kind,
        ",".join(unit.flags),
        unit.document,
        unit.vi_document,
        unit.en_document,
        _spans(unit.vi_spans),
        _spans(unit.en_spans),
        unit.id,
    )
    return dict(zip(COLUMNS, cells, strict=True)) | (_review_cells(unit.review or Review()) if review else {})


def _review_cells(review: Review) -> dict[str, str]:
    cells = (
        review.status,
        review.vi_edited or "",
        review.en_edited or "",
        cell(review.comment),
        cell("; ".join(review.reviewers)),
        ",".join(review.origin),
        ",".join(map(_number, review.origin_scores)),
    )
    return dict(zip(REVIEW_COLUMNS, cells, strict=True))


def cell(text: str) -> str:
    """A text that fits a cell: tabs and line ends become one space.

    >>> cell("Thủ tướng\\n  Phạm Minh Chính")
    'Thủ tướng Phạm Minh Chính'
    """
    return _BREAKS.sub(" ", text).strip(" ")


def _spans(spans: Iterable[tuple[int, int]]) -> str:
    return ",".join(f"{start}-{end}" for start, end in spans)


def _number(score: float | None) -> str:
    return "" if score is None else f"{score:.4f}"


def write_tsv(units: Iterable[TranslationUnit], stream: BinaryIO, *, settings: WriteSettings) -> int:
    """Write units as the table of pairs, in the order given; returns how many.

    The header is written with the first unit, or at the end if there is none: if the first
    thing that `units` does is raise, nothing was written.
    """
    count = 0
    for unit in units:
        if not count:
            stream.write(_line(columns_of(settings)))
        stream.write(_line(cells_of(unit, review=settings.review).values()))
        count += 1
    if not count:
        stream.write(_line(columns_of(settings)))
    return count


def read_tsv(path: str | os.PathLike[str]) -> list[TranslationUnit]:
    """Read a table of pairs; ``-`` is standard input. See `parse_tsv`."""
    name, text = read_text(path)
    return [unit for _, unit in parse_tsv(text, name)]


def read_tsv_units(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[tuple[int, TranslationUnit]]:
    """Read our table line by line, or another, which `align.formats.tables.delimited` knows to read."""
    head = stream.readline()
    # With a byte order mark, the first name is not ours: the table was written for Excel, or by it.
    names = head.decode("utf-8", "replace").rstrip("\r\n").split("\t")
    if settings.vi or settings.en or not set(names) >= _ESSENTIAL:
        from align.formats.tables.delimited import read_foreign_tsv

        yield from read_foreign_tsv(_rejoined(head, stream), name, settings)
    else:
        yield from _parsed(_text_lines(head, stream, name), name, settings.refuse)


# Without them, a table is no table of ours, whatever else it has.
_ESSENTIAL = frozenset({"vi", "en", "vi_spans", "en_spans", "id"})


def _rejoined(head: bytes, stream: BinaryIO) -> BinaryIO:
    if stream.seekable():
        stream.seek(stream.tell() - len(head))
        return stream
    return io.BytesIO(head + stream.read())


def _text_lines(head: bytes, stream: BinaryIO, name: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(itertools.chain([head], stream), start=1):
        text = decoded(line, name, number)
        if text.strip():
            yield number, text.rstrip("\n").removesuffix("\r")


def parse_tsv(text: str, name: str) -> Iterator[tuple[int, TranslationUnit]]:
    """The rows of a table of pairs, each with the number of its line.

    Columns are found by their names; others than ours are passed over, and so are blank lines.

    :param name: what messages call the file
    :raises FormatError: if a column is missing or there twice, a row is ragged or a cell cannot be read
    """
    return _parsed(numbered_lines(text), name, _raise)


def _raise(place: str, reason: str, text: str) -> None:  # noqa: ARG001
    raise FormatError(f"{place}: {reason}")


def _parsed(
    lines: Iterator[tuple[int, str]], name: str, refuse: Callable[[str, str, str], None]
) -> Iterator[tuple[int, TranslationUnit]]:
    number, header = next(lines, (0, ""))
    if not header:
        raise FormatError(f"{name}: is empty, expected at least the header row of a table of pairs.")
    columns = _header(header, f"{name}:{number}")
    for number, line in lines:
        cells = line.split("\t")
        place = f"{name}:{number}"
        if len(cells) != len(columns):
            refuse(place, f"found {_columns(cells)}, expected {len(columns)}; is the file tab-separated?", line)
            continue
        try:
            unit = unit_of_cells(dict(zip(columns, cells, strict=True)))
        except ValueError as error:
            refuse(place, str(error), line)
            continue
        yield number, unit


def _header(line: str, place: str) -> list[str]:
    columns = line.split("\t")
    missing = [column for column in COLUMNS if column not in columns]
    if missing:
        raise FormatError(
            f"{place}: found {_columns(columns)} without {', '.join(missing)}, expected a header row with "
            f"{', '.join(COLUMNS)}; is it a table of pairs, and tab-separated?"
        )
    twice = [column for column in COLUMNS if columns.count(column) > 1]
    if twice:
        raise FormatError(
            f"{place}: found several columns called {', '.join(twice)}, expected one of each; rename the others."
        )
    return columns


def _columns(cells: Sequence[str]) -> str:
    return "1 column" if len(cells) == 1 else f"{len(cells)} columns"


def unit_of_cells(cells: Mapping[str, str]) -> TranslationUnit:
    """A row of the table, read.

    :raises ValueError: if a cell cannot be read, with the reason
    """
    vi_spans, en_spans = (_read_spans(cells[column], column) for column in ("vi_spans", "en_spans"))
    vi, en, score = one_line(cells["vi"]), one_line(cells["en"]), _read_score(cells["score"])
    if not (vi or en or vi_spans or en_spans):
        raise ValueError("found neither text nor span in vi and en, expected one; take the row out.")
    return TranslationUnit(
        vi=vi,
        en=en,
        score=score if vi and en else None,
        kind=cells["kind"],
        flags=tuple(cells["flags"].split(",")) if cells["flags"] else (),
        document=cells["document"],
        vi_document=cells["vi_document"],
        en_document=cells["en_document"],
        vi_spans=vi_spans,
        en_spans=en_spans,
        id=cells["id"],
        review=_read_review(cells),
    )


def _read_review(cells: Mapping[str, str]) -> Review | None:
    """What was decided, where a row says something of it."""
    found = {column: one_line(cells.get(column, "")) for column in REVIEW_COLUMNS}
    if not any(found.values()):
        return None
    status = found["status"].lower()
    if status not in ("", "accepted", "rejected", "disputed"):
        raise ValueError(f"found {shown(status)} in status, expected accepted, rejected, disputed or nothing.")
    origin = tuple(found["origin"].split(",")) if found["origin"] else ()
    scores = found["origin_scores"].split(",") if origin else []
    if scores and len(scores) != len(origin):
        raise _changed(found["origin_scores"], "origin_scores", f"{len(origin)} scores, as many as in origin")
    return Review(
        status=cast(Status, status),
        vi_edited=found["vi_edited"] or None,
        en_edited=found["en_edited"] or None,
        comment=found["comment"],
        reviewers=tuple(name for name in found["reviewer"].split("; ") if name),
        origin=origin,
        origin_scores=tuple(read_number(score) for score in scores),
    )


def _read_spans(text: str, column: str) -> tuple[tuple[int, int], ...]:
    spans = []
    for span in text.split(",") if text else ():
        found = _SPAN.fullmatch(span)
        if not found or int(found[1]) >= int(found[2]):
            raise _changed(text, column, "spans such as 0-16,17-30")
        spans.append((int(found[1]), int(found[2])))
    return tuple(spans)


# Fifteen digits are more than any text has characters.
_SPAN = re.compile("([0-9]{1,15})-([0-9]{1,15})")


def _read_score(text: str) -> float | None:
    score = read_number(text) if text else None
    if text and score is None:
        raise _changed(text, "score", "a probability such as 0.9731")
    return score


def _changed(found: str, column: str, expected: str) -> ValueError:
    return ValueError(f"found {shown(found)} in {column}, expected {expected}; did another program change the column?")


class RejectedTable:
    """Writes what was left out, with the reason for each, as it becomes known."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        stream.write(_line(REJECTED_COLUMNS))

    def write(self, rejections: Iterable[Rejection]) -> None:
        """Add rows, in the order given."""
        for rejection in rejections:
            self._stream.write(_line(_rejected_cells(rejection)))


def _rejected_cells(rejection: Rejection) -> tuple[str, ...]:
    segment = rejection.segment
    if segment is None:
        where = ("", "", "", cell(clean(rejection.text)))
    else:
        where = (segment.lang or "", segment.kind, f"{segment.start}-{segment.end}", cell(segment.text))
    return (cell(rejection.reason), cell(rejection.document), *where, cell(rejection.partner), _number(rejection.score))


def _line(cells: Iterable[str]) -> bytes:
    return ("\t".join(cells) + "\n").encode()


def to_frame(beads: Iterable[Bead | TranslationUnit]) -> pandas.DataFrame:
    """The same table as a pandas data frame, `score` as a float (NaN on null beads)."""
    from align.formats.frame import frame_of

    return frame_of(beads)
