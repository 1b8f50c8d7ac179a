"""Which segment resembles which, and the path that the alignment takes through them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from align.formats.units import unit_of
from align.plot.look import ORANGE, Pairs, drawing, escaped, hover_text, say_in, short, titled, units_from
from align.report import count
from align.types import Bead, TranslationUnit

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from align.encoders import Encoder

__all__ = ["MOST_CELLS", "similarity_matrix"]

MOST_CELLS = 1_000_000
"""So many cells a browser still draws at ease; chosen by hand."""

# Up to so many segments a side, each has the beginning of its text beside it.
_LABELLED, _LABEL = 40, 34

# Beads so near to each other are joined to a path; what is farther away stands in another order.
_NEAR = 6

# More likely right than not.
_LIKELY = 0.5

_WHITE_TO_BLUE = [[0, "#ffffff"], [0.5, "#a6cee3"], [1, "#08306b"]]


_Place: TypeAlias = tuple[str, int, str]
"""A document, where in it a text starts, and the text."""


_Point: TypeAlias = tuple[float | None, float | None]
"""Column and row; None breaks a line."""


class _Pair(NamedTuple):
    """A bead in the matrix: its first and last row, its first and last column, and what is said of it."""

    top: int
    bottom: int
    left: int
    right: int
    likely: bool
    words: str


def similarity_matrix(beads: Pairs, *, encoder: str | Encoder = "static") -> go.Figure:
    """The cosine of every Vietnamese with every English segment, and around each pair a frame.

    Rows and columns are the segments of the beads in the order of the documents. Where the pairs follow each other in
    both texts a line joins them: the path. Frames of pairs that are likelier wrong than right are dotted.

    :param beads: beads; or units or a data frame, where a side of several segments is one row, for its
        parts are not known. With their gaps, as `align.pair` gives them, nothing is missing in the picture
    :param encoder: a name such as ``"static"``, a sentence-transformers name or folder, or an encoder
    :raises AlignError: if plotly is not installed or the encoder cannot be had
    :raises ValueError: if there would be more than `MOST_CELLS` cells, or a data frame cannot be read
    """
    go = drawing()
    vi, en, pairs = _placed(beads)
    if len(vi) * len(en) > MOST_CELLS:
        raise ValueError(
            f"found {len(vi):,} Vietnamese and {len(en):,} English segments, expected {MOST_CELLS:,} cells at most; "
            "give a part of the beads, such as beads[:500]"
        )
    figure = go.Figure()
    if vi and en:
        figure.add_trace(_cosines(go, vi, en, encoder))
        for trace in _frames(go, pairs):
            figure.add_trace(trace)
        _label(figure, vi, en)
    else:
        say_in(figure, "There is nothing to compare: one language has no segments.")
    name = PurePath(encoder if isinstance(encoder, str) else encoder.name).name
    words = f"{len(vi):,} Vietnamese and {len(en):,} English segments, {count(len(pairs), 'pair')}; encoder {name}"
    return titled(figure, "Who resembles whom", words, height=_height(len(vi)))


def _cosines(go: Any, vi: Sequence[str], en: Sequence[str], encoder: str | Encoder) -> Any:
    from align.encoders import load_encoder
    from align.pairing.evidence import compared

    loaded = load_encoder(encoder) if isinstance(encoder, str) else encoder
    rows, columns = (loaded.encode([compared(text) for text in side]) for side in (vi, en))
    return go.Heatmap(
        z=rows @ columns.T,
        colorscale=_WHITE_TO_BLUE,
        colorbar={"title": {"text": "cosine"}, "thickness": 14},
        hovertemplate="cosine %{z:.2f}<br><br>%{y}<br><br>%{x}<extra></extra>",
    )


def _frames(go: Any, pairs: Sequence[_Pair]) -> list[Any]:
    """The path, the frames around the pairs, and in their middles what they say on hover."""
    traces = [_line(go, _path(pairs), width=1, dash="solid")]
    for likely, dash in ((True, "solid"), (False, "dot")):
        corners = [corner for pair in pairs if pair.likely == likely for corner in _corners(pair)]
        traces.append(_line(go, corners, width=2, dash=dash))
    middles: list[_Point] = [_middle(pair) for pair in pairs]
    # A trace without a point would take its axes, and the labels on them, away.
    x, y = zip(*(middles or [(None, None)]), strict=True)
    traces.append(
        go.Scatter(
            x=x,
            y=y,
            xaxis="x2",
            yaxis="y2",
            mode="markers",
            marker={"color": ORANGE, "size": 5},
            customdata=[pair.words for pair in pairs],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    return traces


def _line(go: Any, points: Sequence[_Point], *, width: int, dash: str) -> Any:
    x, y = zip(*points, strict=True) if points else ((), ())
    return go.Scatter(x=x, y=y, mode="lines", line={"color": ORANGE, "width": width, "dash": dash}, hoverinfo="skip")


def _middle(pair: _Pair) -> _Point:
    return (pair.left + pair.right) / 2, (pair.top + pair.bottom) / 2


def _corners(pair: _Pair) -> list[_Point]:
    left, right, top, bottom = pair.left - 0.5, pair.right + 0.5, pair.top - 0.5, pair.bottom + 0.5
    return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top), (None, None)]


def _path(pairs: Sequence[_Pair]) -> list[_Point]:
    """The middles of the pairs, and a break where the next does not follow."""
    points: list[_Point] = []
    before: _Pair | None = None
    for pair in sorted(pairs):
        if before is not None and not (0 < pair.top - before.bottom <= _NEAR and 0 < pair.left - before.right <= _NEAR):
            points.append((None, None))
        points.append(_middle(pair))
        before = pair
    return points


def _label(figure: go.Figure, vi: Sequence[str], en: Sequence[str]) -> None:
    """Two axes a side: one with the whole texts, which shows on hover alone, one with their beginnings."""
    figure.update_layout(
        {
            "showlegend": False,
            "xaxis": _whole_texts(en, "English segments", (-0.6, len(en) - 0.4)),
            "xaxis2": {**_beginnings(en, "English segments"), "overlaying": "x", "matches": "x", "tickangle": -50},
            "yaxis": _whole_texts(vi, "Vietnamese segments", (len(vi) - 0.4, -0.6)),
            "yaxis2": {**_beginnings(vi, "Vietnamese segments"), "overlaying": "y", "matches": "y"},
        }
    )


_BARE = {"showgrid": False, "zeroline": False, "tickmode": "array"}


def _whole_texts(texts: Sequence[str], title: str, ends: tuple[float, float]) -> dict[str, Any]:
    return {
        **_BARE,
        "range": ends,
        "tickvals": list(range(len(texts))),
        "ticktext": [hover_text(text) for text in texts],
        "showticklabels": False,
        "title": {"text": f"{title}, in order" if len(texts) > _LABELLED else ""},
    }


def _beginnings(texts: Sequence[str], title: str) -> dict[str, Any]:
    few = len(texts) <= _LABELLED
    return {
        **_BARE,
        "tickvals": list(range(len(texts))) if few else [],
        "ticktext": [escaped(short(text, _LABEL)) for text in texts] if few else [],
        "tickfont": {"size": 11},
        "automargin": True,
        "title": {"text": title if few else ""},
    }


def _height(rows: int) -> int:
    return min(1000, max(480, 330 + 24 * rows))


class _Bead(NamedTuple):
    """A bead as it is drawn: what is a row, what is a column, each with its document and where it starts."""

    vi: Sequence[_Place]
    en: Sequence[_Place]
    score: float | None
    words: str


def _placed(beads: Pairs) -> tuple[list[str], list[str], list[_Pair]]:
    """The texts of both sides in the order of the documents, and the pairs by their places there."""
    drawn = [_bead(pair) for pair in (beads if isinstance(beads, Sequence) else units_from(beads))]
    vi, rows = _in_order([bead.vi for bead in drawn])
    en, columns = _in_order([bead.en for bead in drawn])
    pairs = [
        _Pair(min(down), max(down), min(across), max(across), bead.score is None or bead.score >= _LIKELY, bead.words)
        for bead, down, across in zip(drawn, rows, columns, strict=True)
        if down and across
    ]
    return vi, en, pairs


def _bead(pair: Bead | TranslationUnit) -> _Bead:
    unit = unit_of(pair) if isinstance(pair, Bead) else pair
    score = "" if unit.score is None else f", score {unit.score:.2f}"
    words = f"<b>{escaped(unit.kind)}{score}</b><br><br>{hover_text(unit.vi)}<br><br>{hover_text(unit.en)}"
    if isinstance(pair, Bead):
        vi, en = ([(s.document.id, s.start, " ".join(s.text.split())) for s in side] for side in (pair.vi, pair.en))
        return _Bead(vi, en, unit.score, words)
    sides = (unit.vi_document, unit.vi_spans, unit.vi), (unit.en_document, unit.en_spans, unit.en)
    vi, en = ([(document, spans[0][0] if spans else 0, text)] if text else [] for document, spans, text in sides)
    return _Bead(vi, en, unit.score, words)


def _in_order(sides: Sequence[Sequence[_Place]]) -> tuple[list[str], list[list[int]]]:
    """The texts of all sides, documents as they come and each in its order; and the places of each side's."""
    ranks = {document: 0 for side in sides for document, _, _ in side}
    ranks = {document: rank for rank, document in enumerate(ranks)}
    found = [
        (ranks[document], start, number, text) for number, side in enumerate(sides) for document, start, text in side
    ]
    found.sort(key=lambda one: one[:2])
    places: list[list[int]] = [[] for _ in sides]
    for place, (_, _, number, _) in enumerate(found):
        places[number].append(place)
    return [text for *_, text in found], places
