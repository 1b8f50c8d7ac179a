"""What all pictures share: what they are drawn from, the library that draws, colours, and text that is safe."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from align.errors import AlignError
from align.formats.units import unit_of
from align.types import Bead, TranslationUnit

if TYPE_CHECKING:
    import pandas
    import plotly.graph_objects as go

__all__ = [
    "BLUE",
    "FEW",
    "GREY",
    "ORANGE",
    "SKY",
    "Pairs",
    "drawing",
    "escaped",
    "hover_text",
    "say_in",
    "short",
    "titled",
    "units_from",
]

Pairs: TypeAlias = "Sequence[Bead | TranslationUnit] | pandas.DataFrame"
"""Beads, units, or a data frame with at least the columns vi and en."""

# Told apart by the colour-blind, too (Okabe & Ito 2008); the grey stands back behind them.
BLUE, ORANGE, SKY, GREY = "#0072b2", "#d55e00", "#56b4e9", "#b9c2c9"

FEW = 20
"""A share of fewer pairs says little, and is drawn hollow. Chosen by hand."""

# The browser takes the first it has, and all of them have the Vietnamese letters.
_FONTS = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', Arial, sans-serif"

_AT_THE_TOP = {"x": 0, "xref": "paper", "y": 1, "yref": "container", "yanchor": "top", "pad": {"t": 18}}

# Characters of a text on hover: in a line, and in all. Chosen by hand.
_LINE, _LONGEST = 70, 420


def units_from(pairs: Pairs) -> list[TranslationUnit]:
    """What is to be drawn, as units.

    :raises ValueError: if a data frame has no columns vi and en, or a cell cannot be read
    """
    if isinstance(pairs, Sequence):
        return [unit_of(pair) if isinstance(pair, Bead) else pair for pair in pairs]
    from align.formats.frame import units_of_frame

    return units_of_frame(pairs)


def drawing() -> Any:
    """The library that draws.

    :raises AlignError: if it is not installed
    """
    try:
        import plotly.graph_objects
    except ImportError:
        raise AlignError("to draw a figure, install align-vi-en[plot].") from None
    return plotly.graph_objects


def titled(figure: go.Figure, title: str, subtitle: str, *, height: int) -> go.Figure:
    """The figure in the look of all, with a title and what it is of below; both are text and no HTML."""
    figure.update_layout(
        template="plotly_white",
        font={"family": _FONTS, "size": 13},
        title={"text": escaped(title), "subtitle": {"text": escaped(subtitle)}, **_AT_THE_TOP},
        hoverlabel={"align": "left", "bgcolor": "white", "font": {"family": _FONTS, "size": 13}},
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom"},
        margin={"l": 70, "r": 30, "t": 110, "b": 60},
        height=height,
    )
    return figure


def say_in(figure: go.Figure, words: str) -> None:
    """Say in the middle of a figure why there is nothing in it."""
    figure.add_annotation(text=escaped(words), x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False)


def escaped(text: str) -> str:
    """A text that is drawn as it stands: without tags, and without the dollars that would set it as a formula.

    >>> escaped("<b>5 $ & 6 $</b>")
    '&lt;b&gt;5 &#36; &amp; 6 &#36;&lt;/b&gt;'
    """
    return html.escape(text, quote=False).replace("$", "&#36;")


def hover_text(text: str) -> str:
    """A text for a box on hover: in lines, the end of a long one left out, escaped.

    >>> hover_text("Giá < 5")
    'Giá &lt; 5'
    """
    lines = textwrap.wrap(short(text, _LONGEST), _LINE, break_on_hyphens=False)
    return "<br>".join(escaped(line) for line in lines)


def short(text: str, length: int) -> str:
    """A text, or its beginning with a mark where it is longer.

    >>> short("Giá gạo tăng", 8)
    'Giá gạo…'
    """
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
