"""The table of pairs that a translator opens, and the table of what was left out.

UTF-8, one record a line, LF, a header row, nothing quoted: a field holds no tab and no line
end, so that every tool reads the same cells. With pandas: ``read_csv(path, sep="\\t", quoting=3)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from align.types import Bead, Segment

if TYPE_CHECKING:
    import pandas

__all__ = ["COLUMNS", "REJECTED_COLUMNS", "RejectedTable", "Rejection", "row_of", "to_frame", "write_tsv"]

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


def write_tsv(beads: Iterable[Bead], stream: TextIO) -> int:
    """Write beads as the table of pairs, in the order given; returns how many.

    The header is written with the first bead, or at the end if there is none: if the first
    thing that `beads` does is raise, nothing was written.
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
