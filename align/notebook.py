"""How pairs show themselves in a notebook: a table of two columns, every text escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from align.types import Bead, TranslationUnit

__all__ = ["MOST_ROWS", "pairs_html"]

MOST_ROWS = 60
"""So many pairs of a list are shown, as many as pandas shows rows."""

_TEXT = "text-align:left;vertical-align:top;white-space:normal;overflow-wrap:anywhere;width:45%"
_NAME = "text-align:left;vertical-align:top;white-space:nowrap"
_FIGURE = "text-align:right;vertical-align:top;white-space:nowrap"


def pairs_html(pairs: Sequence[Bead | TranslationUnit]) -> str:
    """A table of HTML for the first `MOST_ROWS` of some pairs, and how many more there are.

    It has no scripts, and styles that a notebook keeps that is not trusted.

    >>> unit = TranslationUnit("Giá < 5", "Price < 5", 0.97, "1-1", (), "a", "a.vi", "a.en", (), (), "0")
    >>> "Giá &lt; 5" in pairs_html([unit])
    True
    """
    shown = pairs[:MOST_ROWS]
    flagged = any(pair.flags for pair in shown)
    headings = [("kind", _NAME), ("score", _FIGURE), ("Vietnamese", _TEXT), ("English", _TEXT)]
    headings += [("flags", _NAME)] if flagged else []
    head = "".join(f'<th style="{style}">{heading}</th>' for heading, style in headings)
    rows = "".join(_row(pair, flagged=flagged) for pair in shown)
    more = f"<p>… and {len(pairs) - len(shown):,} more</p>" if len(pairs) > len(shown) else ""
    return f'<table style="width:100%"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}'


def _row(pair: Bead | TranslationUnit, *, flagged: bool) -> str:
    vi, en = (pair.vi_text, pair.en_text) if isinstance(pair, Bead) else (pair.vi, pair.en)
    cells = [
        _cell(pair.kind, _NAME),
        _cell("" if pair.score is None else f"{pair.score:.2f}", _FIGURE),
        _cell(vi, _TEXT, language="vi"),
        _cell(en, _TEXT, language="en"),
    ]
    if flagged:
        cells.append(_cell(", ".join(pair.flags), _NAME))
    return f"<tr>{''.join(cells)}</tr>"


def _cell(text: str, style: str, *, language: str = "") -> str:
    lang = f' lang="{language}"' if language else ""
    return f'<td{lang} style="{style}">{escape(text)}</td>'
