"""Where in the documents segments stand alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from align.plot.look import GREY, ORANGE, Pairs, drawing, escaped, hover_text, say_in, short, titled, units_from
from align.types import LANGUAGE_NAMES, LANGUAGES, Language, TranslationUnit

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["gaps"]

# So many sides of documents are drawn. Chosen by hand, for a picture of the height of a screen.
_MOST = 24

# So many texts of a gap are shown on hover.
_SHOWN = 3


class _Side(NamedTuple):
    """What a unit holds in one language."""

    text: str
    segments: int
    alone: bool


class _Run(NamedTuple):
    """Neighbours that are all paired or all alone: from where to where, in hundredths of the text."""

    start: float
    end: float
    alone: bool
    segments: int
    texts: tuple[str, ...]


def gaps(beads: Pairs) -> go.Figure:
    """Where in the documents the gaps are: a bar for each side of a document, what stands alone in colour.

    Beads must hold the gaps, as those of `align.pair` do unless a least score was asked for; `align.mine` gives pairs
    only. Of many documents those with the largest share of gaps are drawn.

    :param beads: beads, units or a data frame; those without spans stand in the order given
    :raises AlignError: if plotly is not installed
    :raises ValueError: if a data frame has no columns vi and en, or a cell cannot be read
    """
    go, sides = drawing(), _sides(units_from(beads))
    drawn = sorted(sides, key=lambda key: _share_alone(sides[key]), reverse=True)[:_MOST]
    drawn = [key for key in sides if key in set(drawn)]
    bars = [(_label(*key), run) for key in drawn for run in _runs(sides[key])]
    figure = go.Figure()
    for alone, name, colour in ((False, "paired", GREY), (True, "alone", ORANGE)):
        chosen = [(label, run) for label, run in bars if run.alone == alone]
        figure.add_trace(
            go.Bar(
                orientation="h",
                name=name,
                y=[label for label, _ in chosen],
                base=[run.start for _, run in chosen],
                x=[run.end - run.start for _, run in chosen],
                marker={"color": colour, "line": {"width": 0}},
                customdata=[_hover(run) for _, run in chosen],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )
    figure.update_layout(barmode="overlay", bargap=0.35)
    figure.update_xaxes(title="place in the text", range=[0, 100], ticksuffix=" %", showgrid=False)
    labels = [_label(*key) for key in drawn]
    figure.update_yaxes(type="category", categoryorder="array", categoryarray=labels[::-1], automargin=True)
    if not sides:
        say_in(figure, "There are no beads.")
    return titled(figure, "Where the gaps are", _words(sides, len(drawn)), height=200 + 36 * max(2, len(drawn)))


def _sides(units: Iterable[TranslationUnit]) -> dict[tuple[str, Language], list[_Side]]:
    """The sides by document and language, each in the order of the text where spans say it."""
    placed: defaultdict[tuple[str, Language], list[tuple[int, _Side]]] = defaultdict(list)
    for unit in units:
        both = (unit.vi, unit.vi_document, unit.vi_spans), (unit.en, unit.en_document, unit.en_spans)
        alone = not (unit.vi and unit.en)
        for language, (text, document, spans) in zip(LANGUAGES, both, strict=True):
            if text:
                start = spans[0][0] if spans else 0
                placed[document, language].append((start, _Side(text, max(1, len(spans)), alone)))
    return {key: [side for _, side in sorted(found, key=lambda one: one[0])] for key, found in placed.items()}


def _runs(sides: Iterable[_Side]) -> Iterator[_Run]:
    several = list(sides)
    length = sum(len(side.text) for side in several)
    start = 0
    for alone, members in groupby(several, key=lambda side: side.alone):
        run = list(members)
        end = start + sum(len(side.text) for side in run)
        texts = tuple(side.text for side in run[:_SHOWN])
        yield _Run(100 * start / length, 100 * end / length, alone, sum(side.segments for side in run), texts)
        start = end


def _share_alone(sides: list[_Side]) -> float:
    return sum(len(side.text) for side in sides if side.alone) / sum(len(side.text) for side in sides)


def _label(document: str, language: Language) -> str:
    return escaped(f"{short(document, 40)}, {LANGUAGE_NAMES[language]}" if document else LANGUAGE_NAMES[language])


def _hover(run: _Run) -> str:
    segments = "1 segment" if run.segments == 1 else f"{run.segments:,} segments"
    if not run.alone:
        return f"{segments} paired"
    return "<br>".join(
        [f"<b>{segments} alone</b>", *map(hover_text, run.texts), *(["…"] if run.segments > _SHOWN else [])]
    )


def _words(sides: dict[tuple[str, Language], list[_Side]], drawn: int) -> str:
    words = []
    for language, name in LANGUAGE_NAMES.items():
        of_language = [side for key, found in sides.items() if key[1] == language for side in found]
        alone = sum(side.segments for side in of_language if side.alone)
        words.append(f"{alone:,} of {sum(side.segments for side in of_language):,} {name}")
    left_out = f"; the {drawn} of {len(sides):,} texts with the most" if drawn < len(sides) else ""
    return f"{' and '.join(words)} segments stand alone{left_out}"
