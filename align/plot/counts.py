"""How many pairs there are of each score and of each kind."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from align.plot.look import BLUE, FEW, GREY, ORANGE, SKY, Pairs, drawing, escaped, say_in, titled, units_from
from align.report import count

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from align.evaluate import Bin

__all__ = ["kinds", "scores"]

_BINS = 20


def scores(beads: Pairs, gold: Pairs | None = None) -> go.Figure:
    """How many pairs have each score; with a gold alignment also how many of them are right.

    A score is a probability: of the pairs at 0.8, eight in ten should be right, which is the diagonal of the upper
    picture. Beads without a score are left out and counted.

    :param beads: beads, units or a data frame
    :param gold: the alignment that is right, of the same documents; a pair is right if it holds it as it stands
    :raises AlignError: if plotly is not installed
    :raises ValueError: if a data frame has no columns vi and en, or a cell cannot be read
    """
    go, units = drawing(), units_from(beads)
    found = [unit.score for unit in units if unit.score is not None]
    words = f"{count(len(found), 'pair')} with a score, {len(units) - len(found):,} without"
    if gold is None or not found:
        figure = go.Figure()
        if found:
            figure.add_trace(_counted(go, found))
        figure.update_layout(bargap=0.08)
        figure.update_xaxes(title="score: the probability that a pair is right", range=[0, 1])
        figure.update_yaxes(title="pairs", rangemode="tozero")
        if not found:
            say_in(figure, "There is no pair with a score.")
        return titled(figure, "How sure the pairs are", words, height=420)
    from align.evaluate import score_beads

    measured = score_beads(units, units_from(gold), mined=True)
    error = f"expected calibration error {measured.calibration_error:.3f}"
    return titled(_reliability(go, measured.reliability), "How true the scores are", f"{words}; {error}", height=640)


def _counted(go: Any, found: list[float]) -> Any:
    counts = Counter(min(int(score * _BINS), _BINS - 1) for score in found)
    bins = range(_BINS)
    return go.Bar(
        x=[(number + 0.5) / _BINS for number in bins],
        y=[counts[number] for number in bins],
        width=0.92 / _BINS,
        customdata=[f"{number / _BINS:.2f} to {(number + 1) / _BINS:.2f}" for number in bins],
        hovertemplate="score %{customdata}<br>%{y:,} pairs<extra></extra>",
        marker_color=BLUE,
    )


def _reliability(go: Any, bins: tuple[Bin, ...]) -> go.Figure:
    """The share that is right by score above, and how many pairs that is of below."""
    from plotly.subplots import make_subplots

    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.65, 0.35], vertical_spacing=0.06)
    line = {"color": GREY, "dash": "dash"}
    figure.add_trace(
        go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line=line, name="as scored", hoverinfo="skip"), row=1, col=1
    )
    few = [one.beads < FEW for one in bins]
    figure.add_trace(
        go.Scatter(
            x=[one.score for one in bins],
            y=[one.right for one in bins],
            mode="lines+markers",
            name=f"found (hollow: fewer than {FEW} pairs)",
            line={"color": BLUE},
            marker={"size": 10, "color": ["white" if is_few else BLUE for is_few in few], "line": _edge()},
            customdata=[one.beads for one in bins],
            hovertemplate="mean score %{x:.3f}<br>right %{y:.3f}<br>%{customdata:,} pairs<extra></extra>",
        ),
        row=1,
        col=1,
    )
    middles = [(one.low + one.high) / 2 for one in bins]
    right = [round(one.right * one.beads) for one in bins]
    wrong = [one.beads - number for one, number in zip(bins, right, strict=True)]
    for name, numbers, colour in (("right", right, SKY), ("wrong", wrong, ORANGE)):
        hover = f"%{{y:,}} {name}<extra></extra>"
        bar = go.Bar(x=middles, y=numbers, width=0.09, name=name, marker_color=colour, hovertemplate=hover)
        figure.add_trace(bar, row=2, col=1)
    # A wrong pair in a hundred is too thin to be seen.
    told = [
        f"{one.beads:,}" + (f"<br>{number:,} wrong" if number else "") for one, number in zip(bins, wrong, strict=True)
    ]
    totals = [one.beads for one in bins]
    above = {"mode": "text", "textposition": "top center", "hoverinfo": "skip", "showlegend": False}
    figure.add_trace(go.Scatter(x=middles, y=totals, text=told, cliponaxis=False, **above), row=2, col=1)
    figure.update_layout(barmode="stack")
    figure.update_xaxes(range=[-0.01, 1.02])
    figure.update_xaxes(title="score: the probability that a pair is right", row=2, col=1)
    figure.update_yaxes(title="share that is right", range=[-0.04, 1.04], row=1, col=1)
    figure.update_yaxes(title="pairs", range=[0, 1.35 * max(totals)], row=2, col=1)
    return figure


def _edge() -> dict[str, Any]:
    return {"color": BLUE, "width": 2}


def kinds(beads: Pairs) -> go.Figure:
    """How many beads there are of each kind: one to one, several segments on a side, and those that stand alone.

    :param beads: beads, units or a data frame
    :raises AlignError: if plotly is not installed
    :raises ValueError: if a data frame has no columns vi and en, or a cell cannot be read
    """
    go, units = drawing(), units_from(beads)
    counts = Counter(unit.kind for unit in units)
    groups: dict[str, list[str]] = {"one to one": [], "several segments": [], "alone": []}
    alone = {unit.kind for unit in units if not (unit.vi and unit.en)}
    for kind, _ in counts.most_common():
        groups["alone" if kind in alone else "one to one" if kind == "1-1" else "several segments"].append(kind)
    figure = go.Figure()
    for (name, several), colour in zip(groups.items(), (BLUE, SKY, ORANGE), strict=True):
        figure.add_trace(
            go.Bar(
                x=[escaped(kind) for kind in several],
                y=[counts[kind] for kind in several],
                name=name,
                marker_color=colour,
                text=[f"{counts[kind]:,}<br>{counts[kind] / len(units):.1%}" for kind in several],
                textposition="outside",
                cliponaxis=False,
                hovertemplate="%{x}: %{y:,} beads<extra></extra>",
            )
        )
    # Left to itself, plotly takes 1-1 for the first of January.
    figure.update_xaxes(title="Vietnamese and English segments of a bead", type="category")
    figure.update_yaxes(title="beads", rangemode="tozero")
    if not units:
        say_in(figure, "There are no beads.")
    return titled(figure, "What kinds of beads there are", count(len(units), "bead"), height=420)
