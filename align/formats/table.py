"""The table of pairs that a translator opens, and the table of what was left out.

UTF-8, one record a line, LF, a header row, nothing quoted: a field holds no tab and no line
end, so that every tool reads the same cells. With pandas: ``read_csv(path, sep="\\t", quoting=3)``.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from align.errors import FormatError
from align.formats.lines import numbered_lines, read_text, shown
from align.types import Bead, Segment

if TYPE_CHECKING:
    import pandas

__all__ = [
    "COLUMNS",
    "REJECTED_COLUMNS",
    "RejectedTable",
    "Rejection",
    "Row",
    "parse_tsv",
    "read_tsv",
    "row_of",
    "to_frame",
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
REJECTED_COLUMNS = ("reason", "document", "lang", "kind", "span", "text", "partner", "score")

_BREAKS = re.compile(r"[ \t]*[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029][\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029 ]*")


@dataclass(frozen=True, slots=True)
class Rejection:
    """One segment that stands in no exported pair, and why.

    :param segment: the segment, or None where a whole document was left out
    :param partner: the text of the likeliest partner, where there was one below the threshold
    :param score: the probability of that pair
    """

    reason: str
    document: str
    segment: Segment | None = None
    partner: str = ""
    score: float | None = None


def row_of(bead: Bead) -> dict[str, str]:
    """One bead as the cells of its row, in the order of `COLUMNS`."""
    vi_document, en_document = _document(bead.vi), _document(bead.en)
    cells = (
        cell(bead.vi_text),
        cell(bead.en_text),
        _number(bead.score),
        bead.kind,
        ",".join(bead.flags),
        common_document(vi_document, en_document),
        vi_document,
        en_document,
        _spans(bead.vi),
        _spans(bead.en),
        bead.id,
    )
    return dict(zip(COLUMNS, cells, strict=True))


def cell(text: str) -> str:
    """A text that fits a cell: tabs and line ends become one space.

    >>> cell("Thủ tướng\\n  Phạm Minh Chính")
    'Thủ tướng Phạm Minh Chính'
    """
    return _BREAKS.sub(" ", text).strip(" ")


def common_document(vi: str, en: str) -> str:
    """The name of a pair of documents: what both names share, or both with a bar between.

    >>> common_document("news/a.txt", "news/a.txt"), common_document("a.vi.txt", "a.en.txt")
    ('news/a.txt', 'a')
    """
    if vi == en or not (vi and en):
        return cell(vi or en)
    stems = [re.sub(r"[._-](vi|en)$", "", re.sub(r"\.[^./]+$", "", name)) for name in (vi, en)]
    return cell(stems[0] if stems[0] == stems[1] else f"{vi}|{en}")


def _document(side: Sequence[Segment]) -> str:
    return cell(side[0].document.id) if side else ""


def _spans(side: Sequence[Segment]) -> str:
    return ",".join(f"{segment.start}-{segment.end}" for segment in side)


def _number(score: float | None) -> str:
    return "" if score is None else f"{score:.4f}"


def write_tsv(beads: Iterable[Bead], stream: TextIO, *, lines: bool = False) -> int:  # noqa: ARG001
    """Write beads as the table of pairs, in the order given; returns how many.

    The header is written with the first bead, or at the end if there is none: if the first
    thing that `beads` does is raise, nothing was written.

    :param lines: changes nothing here; spans find a line as they find a sentence
    """
    count = 0
    for bead in beads:
        if not count:
            _write_row(COLUMNS, stream)
        _write_row(row_of(bead).values(), stream)
        count += 1
    if not count:
        _write_row(COLUMNS, stream)
    return count


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table, read: the cells that `row_of` gives, as what they stand for.

    Invariant: at least one side has spans, each with ``start < end``.
    """

    vi: str
    en: str
    score: float | None
    kind: str
    flags: tuple[str, ...]
    document: str
    vi_document: str
    en_document: str
    vi_spans: tuple[tuple[int, int], ...]
    en_spans: tuple[tuple[int, int], ...]
    id: str


def read_tsv(path: str | os.PathLike[str]) -> list[Row]:
    """Read a table of pairs; ``-`` is standard input. See `parse_tsv`."""
    name, text = read_text(path)
    return [row for _, row in parse_tsv(text, name)]


def parse_tsv(text: str, name: str) -> Iterator[tuple[int, Row]]:
    """The rows of a table of pairs, each with the number of its line.

    Columns are found by their names; others than ours are passed over, and so are blank lines.

    :param name: what messages call the file
    :raises FormatError: if a column is missing or there twice, a row is ragged or a cell cannot be read
    """
    lines = numbered_lines(text)
    number, header = next(lines, (0, ""))
    if not header:
        raise FormatError(f"{name}: is empty, expected at least the header row of a table of pairs.")
    columns = _header(header, f"{name}:{number}")
    for number, line in lines:
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise FormatError(
                f"{name}:{number}: found {_columns(cells)}, expected {len(columns)}; is the file tab-separated?"
            )
        yield number, _row(dict(zip(columns, cells, strict=True)), f"{name}:{number}")


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


def _row(cells: dict[str, str], place: str) -> Row:
    vi_spans, en_spans = (_read_spans(cells[column], column, place) for column in ("vi_spans", "en_spans"))
    if not vi_spans and not en_spans:
        raise FormatError(f"{place}: found no span in vi_spans or en_spans, expected one; take the row out.")
    return Row(
        vi=cells["vi"],
        en=cells["en"],
        score=_read_score(cells["score"], place),
        kind=cells["kind"],
        flags=tuple(cells["flags"].split(",")) if cells["flags"] else (),
        document=cells["document"],
        vi_document=cells["vi_document"],
        en_document=cells["en_document"],
        vi_spans=vi_spans,
        en_spans=en_spans,
        id=cells["id"],
    )


def _read_spans(text: str, column: str, place: str) -> tuple[tuple[int, int], ...]:
    spans = []
    for span in text.split(",") if text else ():
        found = _SPAN.fullmatch(span)
        if not found or int(found[1]) >= int(found[2]):
            raise _changed(place, text, column, "spans such as 0-16,17-30")
        spans.append((int(found[1]), int(found[2])))
    return tuple(spans)


# Fifteen digits are more than any text has characters.
_SPAN = re.compile("([0-9]{1,15})-([0-9]{1,15})")


def _read_score(text: str, place: str) -> float | None:
    with contextlib.suppress(ValueError):
        if not text or 0 <= float(text) <= 1:
            return float(text) if text else None
    raise _changed(place, text, "score", "a probability such as 0.9731")


def _changed(place: str, found: str, column: str, expected: str) -> FormatError:
    return FormatError(
        f"{place}: found {shown(found)} in {column}, expected {expected}; did another program change the column?"
    )


class RejectedTable:
    """Writes what was left out, with the reason for each, as it becomes known."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        _write_row(REJECTED_COLUMNS, stream)

    def write(self, rejections: Iterable[Rejection]) -> None:
        """Add rows, in the order given."""
        for rejection in rejections:
            _write_row(_rejected_cells(rejection), self._stream)


def _rejected_cells(rejection: Rejection) -> tuple[str, ...]:
    segment = rejection.segment
    if segment is None:
        where = ("", "", "", "")
    else:
        where = (segment.lang or "", segment.kind, _spans([segment]), cell(segment.text))
    return (cell(rejection.reason), cell(rejection.document), *where, cell(rejection.partner), _number(rejection.score))


def _write_row(cells: Iterable[str], stream: TextIO) -> None:
    stream.write("\t".join(cells) + "\n")


def to_frame(beads: Iterable[Bead]) -> pandas.DataFrame:
    """The same table as a pandas data frame, `score` as a float (NaN on null beads)."""
    import pandas

    frame: pandas.DataFrame = pandas.DataFrame([row_of(bead) for bead in beads], columns=list(COLUMNS))
    frame["score"] = pandas.to_numeric(frame["score"], errors="coerce").astype("float64")
    return frame
