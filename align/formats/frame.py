"""The table of pairs as a pandas data frame, and back; it shows itself in a notebook so that texts can be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas

from align.formats.table import COLUMNS, cells_of, unit_of_cells
from align.formats.units import unit_ids, unit_of, unit_of_texts
from align.types import Bead, TranslationUnit

__all__ = ["PairFrame", "frame_of", "units_of_frame"]

_TEXTS = ("vi", "en")


class PairFrame(pandas.DataFrame):
    """A data frame whose Vietnamese and English columns a notebook shows whole, wrapped and flush left.

    All else is as in any data frame: texts are escaped, rows beyond ``display.max_rows`` are left out.
    """

    @property
    def _constructor(self) -> type[PairFrame]:
        return PairFrame

    def _repr_html_(self) -> str | None:
        # Where the columns have several levels, or a name twice, pandas knows better.
        plain = self.columns.nlevels == 1 and self.columns.is_unique
        texts = [column for column in _TEXTS if plain and column in self.columns]
        if not texts or not pandas.get_option("display.notebook_repr_html"):
            return super()._repr_html_()  # type: ignore[misc,no-any-return]
        with pandas.option_context("display.max_colwidth", None):
            table = self.to_html(
                classes="align-pairs",
                max_rows=pandas.get_option("display.max_rows"),
                show_dimensions=True,
                na_rep="",
                formatters={"score": _two_decimals} if "score" in self.columns else None,
            )
        return f"<style>{self._style(texts)}</style>\n{table}"

    def _style(self, texts: Iterable[str]) -> str:
        wrapped = "text-align:left;vertical-align:top;white-space:normal;overflow-wrap:anywhere;min-width:16em"
        rules = [".align-pairs td,.align-pairs th{vertical-align:top;text-align:left;white-space:nowrap}"]
        for column in texts:
            place = self.index.nlevels + list(self.columns).index(column) + 1
            rules.append(f".align-pairs td:nth-child({place}){{{wrapped}}}")
        return "".join(rules)


def _two_decimals(score: object) -> str:
    if isinstance(score, float):
        return "" if score != score else f"{score:.2f}"
    return str(score)


def frame_of(pairs: Iterable[Bead | TranslationUnit]) -> PairFrame:
    """See `align.formats.table.to_frame`."""
    units = (unit_of(pair) if isinstance(pair, Bead) else pair for pair in pairs)
    frame: PairFrame = PairFrame([cells_of(unit) for unit in units], columns=list(COLUMNS))
    frame["score"] = pandas.to_numeric(frame["score"], errors="coerce").astype("float64")
    return frame


def units_of_frame(frame: pandas.DataFrame) -> list[TranslationUnit]:
    """The pairs in a data frame with at least the columns vi and en; the others of `COLUMNS` are read where they are.

    >>> units_of_frame(pandas.DataFrame({"vi": ["Có.", ""], "en": ["Yes.", "No."], "score": [0.9, None]}))[0].kind
    '1-1'

    :returns: one a row, those without any text left out
    :raises ValueError: if vi or en is missing, or a cell cannot be read
    """
    missing = [column for column in _TEXTS if column not in frame.columns]
    if missing:
        raise ValueError(f"found no column {missing[0]}, expected at least vi and en, as `align.to_frame` gives them")
    ids = unit_ids()
    known = [column for column in COLUMNS if column in frame.columns]
    rows = frame[known].astype(object).where(frame[known].notna(), "").to_dict("records")
    units = (_unit({str(column): value for column, value in row.items()}, ids) for row in rows)
    return [unit for unit in units if unit is not None]


def _unit(row: dict[str, Any], ids: Any) -> TranslationUnit | None:
    cells = {column: str(row.get(column, "")) for column in COLUMNS}
    if not (cells["vi"].strip() or cells["en"].strip()):
        return None
    read = unit_of_cells(cells)
    return unit_of_texts(
        read.vi,
        read.en,
        ids=ids,
        document=read.document,
        score=read.score,
        flags=read.flags,
        kind=read.kind,
        vi_document=read.vi_document,
        en_document=read.en_document,
        vi_spans=read.vi_spans,
        en_spans=read.en_spans,
        id=read.id,
    )
