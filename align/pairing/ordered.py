"""Aligning two texts that tell the same story in about the same order: beads of several segments, and gaps.

Every candidate bead near the diagonal gets log-odds from a fitted network (`spans`), all alignments
together give each bead its probability (`lattice`), the close decisions are looked at again exactly (`doubt`), and
the beads that are worth most together are taken (`chain`). On long texts the corridor in which this happens
comes from a cheap pass over blocks of segments (`corridor`). The price of a gap and of a merge is part of the fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from align.encoders import Encoder, Progress
from align.encoders.remembering import RememberingEncoder
from align.pairing.chain import best_chain
from align.pairing.corridor import corridor, too_narrow, widened
from align.pairing.doubt import SECOND_FEATURES, second_look
from align.pairing.evidence import compared, scale_of
from align.pairing.field import Field
from align.pairing.lattice import Block, Edges, Gaps
from align.pairing.mine import Miner
from align.pairing.rectangle import Rectangle
from align.pairing.score import Logistic, Network, fitted
from align.pairing.side import Indexes, Side
from align.pairing.spans import (
    HEIGHTS,
    SHAPES,
    SPAN_FEATURES,
    WIDTHS,
    candidates,
    composed_cosines,
)
from align.types import Bead, Segment

__all__ = [
    "MAX_BEAD",
    "Alignment",
    "OrderedAligner",
    "OrderedModels",
    "Paragraphs",
    "chosen_edges",
    "ordered_models",
]

Paragraphs: TypeAlias = Literal["ignore", "soft", "hard"]
"""What a paragraph break is to a bead: nothing, evidence, or a border that it can't cross."""

MAX_BEAD = 4
"""Segments on a side of a bead, at most."""

# What the choice is made for is strict F1 where about this share of beads is right: a bead that is right
# counts twice, for precision and recall, a gap once, and every bead more lowers precision by as much as this.
_USUAL_PRECISION = 0.9

# More likely right than not.
_LIKELY = 0.5

_CROSSED = SPAN_FEATURES.index("crossed_breaks")

# So often the corridor is made wider where the alignment runs along its border. Chosen by hand.
_WIDENINGS = 4


class Alignment(NamedTuple):
    """What aligning two texts gave.

    :ivar beads: each segment stands in exactly one, in the order of the texts
    :ivar lines_encoded: lines that went through an encoder
    :ivar widenings: how often the corridor was made wider
    """

    beads: list[Bead]
    lines_encoded: int
    widenings: int = 0


class OrderedModels(NamedTuple):
    """What was fitted for one encoder, or for two that work together.

    :ivar first: log-odds from `SPAN_FEATURES`
    :ivar gaps: what gaps weigh beside them
    :ivar second: log-odds from `SECOND_FEATURES`
    :ivar second_gaps: what gaps weigh where something was looked at again
    """

    first: Network
    gaps: Gaps
    second: Logistic
    second_gaps: Gaps


class OrderedAligner:
    """Aligns the segments of two texts.

    >>> from align.encoders import load_encoder
    >>> from align.types import Document
    >>> vi, en = Document("a.vi", "Trời mưa to.\\nTôi ở nhà.", "vi"), Document("a.en", "It rained hard.", "en")
    >>> ours = [Segment(vi, 0, 12, "vi"), Segment(vi, 13, 23, "vi")]
    >>> beads = OrderedAligner(load_encoder("static")).align(ours, [Segment(en, 0, 15, "en")])
    >>> [(bead.vi_text, bead.en_text) for bead in beads]
    [('Trời mưa to.', 'It rained hard.'), ('Tôi ở nhà.', '')]
    """

    def __init__(
        self,
        encoder: Encoder,
        *,
        second: Encoder | None = None,
        models: OrderedModels | None = None,
        max_bead: int = MAX_BEAD,
        paragraphs: Paragraphs = "soft",
    ) -> None:
        """
        :param second: who looks at close decisions again; the encoder itself if None
        :param models: those of `ordered_models` if None
        :param max_bead: segments on a side of a bead at most, 1 to `MAX_BEAD`
        :raises ValueError: if max_bead is out of range
        """
        if not 1 <= max_bead <= MAX_BEAD:
            raise ValueError(f"max_bead is {max_bead}; expected 1 to {MAX_BEAD}")
        self.encoder, self.second = encoder, second or encoder
        self.scale = scale_of(encoder)
        self.second_scale = scale_of(self.second) if second else self.scale
        self._models = models or ordered_models(encoder.name, second.name if second else None)
        self._max_bead = max_bead
        self._paragraphs = paragraphs

    @cached_property
    def miner(self) -> Miner:
        """Who looks for what was moved, among the segments that an alignment leaves alone."""
        return Miner(self.encoder)

    def align(self, vi: Sequence[Segment], en: Sequence[Segment]) -> list[Bead]:
        """The beads of two texts, in order; every segment stands in exactly one."""
        return self.alignment(vi, en).beads

    def alignment(self, vi: Sequence[Segment], en: Sequence[Segment], *, progress: Progress | None = None) -> Alignment:
        """The same, with what it took.

        :param vi: Vietnamese segments in document order
        :param en: English segments in document order
        :param progress: called with the number of segments encoded and their total
        """
        if not vi or not en:
            return Alignment([Bead((s,), ()) for s in vi] + [Bead((), (s,)) for s in en], 0)
        encoder = RememberingEncoder(self.encoder)
        second = encoder if self.second is self.encoder else RememberingEncoder(self.second)
        texts = [compared(segment.text) for segment in (*vi, *en)]
        vectors = encoder.encode(texts, progress=progress)
        heed = self._paragraphs != "ignore"
        sides = Side(vi, vectors[: len(vi)], paragraphs=heed), Side(en, vectors[len(vi) :], paragraphs=heed)
        field, widenings = self._first_look(*sides)
        self._second_look(vi, en, field, second)
        beads = list(_beads(vi, en, field.edges, composed_cosines(*sides, field.edges)))
        lines = encoder.lines + (second.lines if second is not encoder else 0)
        return Alignment(beads, lines, widenings)

    def _first_look(self, vi: Side, en: Side) -> tuple[Field, int]:
        """All edges of the corridor, which is made wider where the alignment runs along its border."""
        where = corridor(vi.vectors, en.vectors)
        field = Field([self._block(vi, en, area) for area in where], self._models.gaps)
        for widenings in range(_WIDENINGS):
            narrow = too_narrow(where, field.edges, len(vi), len(en))
            if not narrow:
                return field, widenings
            where = [widened(area, len(en)) if number in narrow else area for number, area in enumerate(where)]
            field.replace({number: self._block(vi, en, where[number]) for number in narrow}, self._models.gaps)
        return field, _WIDENINGS

    def _block(self, vi: Side, en: Side, where: Rectangle) -> Block:
        found = candidates(vi, en, self.scale, where)
        log_odds = self._models.first.log_odds(found.features)
        if self._paragraphs == "hard":
            log_odds[found.features[:, _CROSSED] > 0] = -np.inf
        weights = np.full((len(SHAPES), where.bottom - where.top, where.right - where.left), -np.inf, np.float32)
        weights[found.shape, found.i - where.top, found.j - where.left] = log_odds
        weights[np.maximum(HEIGHTS, WIDTHS) > self._max_bead] = -np.inf
        return Block(where.top, where.left, weights)

    def _second_look(self, vi: Sequence[Segment], en: Sequence[Segment], field: Field, encoder: Encoder) -> None:
        look = second_look(vi, en, field.edges, field.log_odds(), encoder, self.second_scale)
        if len(look.rows):
            field.reweigh(look.rows, self._models.second.log_odds(look.features), self._models.second_gaps)


def ordered_models(encoder: str, second: str | None = None) -> OrderedModels:
    """The models fitted for an encoder of ours, or for two, by their names.

    Any other encoder gets those of ``mini``, a transformer as it will most likely be one.
    """
    encoders = fitted("ordered")["encoders"]
    names = {"static", "mini"}
    first = encoder if encoder in names else "mini"
    found = encoders["auto" if (first, second) == ("static", "mini") else first]
    return OrderedModels(
        Network.from_json(encoders[first]["first"], SPAN_FEATURES),
        Gaps(**encoders[first]["gaps"]),
        Logistic.from_json(found["second"], SECOND_FEATURES),
        Gaps(**found["second_gaps"]),
    )


def chosen_edges(edges: Edges, n_vi: int, n_en: int) -> NDArray[np.intp]:
    """The edges of the alignment with the greatest expected strict F1, in order.

    :param edges: with their probabilities
    """
    heights, widths = HEIGHTS[edges.shape], WIDTHS[edges.shape]
    alone_vi = _alone(edges.i - heights, edges.i, edges.probability, n_vi)
    alone_en = _alone(edges.j - widths, edges.j, edges.probability, n_en)
    # what the segments would have been worth as gaps, which number more than one bead
    instead = alone_vi[edges.i] - alone_vi[edges.i - heights] + alone_en[edges.j] - alone_en[edges.j - widths]
    gain = 2 * edges.probability + _USUAL_PRECISION * (heights + widths - 1) - instead
    chosen = np.array(best_chain((edges.i - heights, edges.j - widths), (edges.i, edges.j), gain), np.intp)
    # F1 pays for guesses among beads that are right; where none is likely, the texts have nothing in common
    return chosen if (edges.probability[chosen] >= _LIKELY).any() else chosen[:0]


def _alone(start: Indexes, end: Indexes, likely: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Sums over the segments before each node of the probability that they stand alone, shape (n + 1,)."""
    change = np.bincount(start, likely, n + 1) - np.bincount(end, likely, n + 1)
    alone = np.maximum(0, 1 - np.cumsum(change)[:-1])
    return np.concatenate([[0.0], np.cumsum(alone)])


def _beads(vi: Sequence[Segment], en: Sequence[Segment], edges: Edges, cosine: NDArray[np.float32]) -> Iterator[Bead]:
    """The chosen beads and, each by itself, the segments between them."""
    i = j = 0
    for edge in chosen_edges(edges, len(vi), len(en)).tolist():
        bottom, right, (height, width) = int(edges.i[edge]), int(edges.j[edge]), SHAPES[edges.shape[edge]]
        yield from _gap(vi[i : bottom - height], en[j : right - width])
        score = round(float(edges.probability[edge]), 4)
        sides = tuple(vi[bottom - height : bottom]), tuple(en[right - width : right])
        yield Bead(*sides, similarity=float(cosine[edge]), score=score)
        i, j = bottom, right
    yield from _gap(vi[i:], en[j:])


def _gap(vi: Sequence[Segment], en: Sequence[Segment]) -> Iterator[Bead]:
    yield from (Bead((segment,), ()) for segment in vi)
    yield from (Bead((), (segment,)) for segment in en)
