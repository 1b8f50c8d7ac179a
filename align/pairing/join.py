"""Beads of more than one segment a side: where one sentence is two in the other language.

Works on pairs that are made already. A sentence that was left over, and stands beside one that
has a partner, joins it if both together are the better translation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from align.encoders import Encoder
from align.pairing.evidence import Scale, compared
from align.pairing.neighbours import Vectors
from align.pairing.score import Logistic
from align.types import Segment

__all__ = ["JOIN_FEATURES", "Pair", "Proposal", "join", "join_evidence", "proposals"]

JOIN_FEATURES = (
    "similarity",
    "gain",
    "similarity_of_addition",
    "length_ratio_before",
    "length_ratio_after",
    "line_break",
    "log_odds_of_pair",
    "log_odds_elsewhere",
)

# Segments a side of a bead at the most. Chosen by hand.
_MOST = 3

# Proposals that are looked at together, so that memory does not grow with the corpus. Chosen by hand.
_TOGETHER = 20_000

# Kinds that run on from one segment to the next. Headlines stand by themselves.
_RUNNING = frozenset({"sentence", "caption"})

Side = Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Positions of the segments on each side, and the log-odds that they belong together."""

    vi: tuple[int, ...]
    en: tuple[int, ...]
    cosine: float
    log_odds: float


class Proposal(NamedTuple):
    """A left-over segment that may join one side of a pair."""

    pair: int
    side: Side
    addition: int


def proposals(pairs: Sequence[Pair], vi: Sequence[Segment], en: Sequence[Segment]) -> list[Proposal]:
    """Every left-over segment beside a side of a pair that still has room.

    A bead grows on one side only: 1-2 and 3-1, never 2-2, which would be two beads.
    """
    found: list[Proposal] = []
    for side, segments in (("vi", vi), ("en", en)):
        used = {position for pair in pairs for position in _positions(pair, side)}
        for number, pair in enumerate(pairs):
            own = _positions(pair, side)
            if len(own) == _MOST or len(pair.vi) + len(pair.en) - len(own) > 1:
                continue
            for edge, beside in ((own[0], own[0] - 1), (own[-1], own[-1] + 1)):
                free = 0 <= beside < len(segments) and beside not in used
                if free and _run_on(segments[edge], segments[beside]):
                    found.append(Proposal(number, side, beside))  # type: ignore[arg-type]
    return found


def _positions(pair: Pair, side: str) -> tuple[int, ...]:
    return pair.vi if side == "vi" else pair.en


def _run_on(one: Segment, other: Segment) -> bool:
    """Whether two segments could be parts of one: running text with no blank line between."""
    if one.document is not other.document or not {one.kind, other.kind} <= _RUNNING:
        return False
    first, second = sorted((one, other), key=lambda segment: segment.start)
    between = one.document.text[first.end : second.start]
    return not between.strip() and between.count("\n") <= 1


def join_evidence(
    found: Sequence[Proposal],
    pairs: Sequence[Pair],
    vi: Sequence[Segment],
    en: Sequence[Segment],
    encoder: Encoder,
    scale: Scale,
    elsewhere: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> tuple[NDArray[np.float32], Vectors]:
    """What speaks for and against every proposal.

    :param elsewhere: the greatest log-odds of any candidate of each segment, both languages
    :returns: float32, shape (n, len(JOIN_FEATURES)); and the cosines after joining, shape (n,)
    """
    grown, still, added, rows = [], [], [], []
    for proposal in found:
        pair = pairs[proposal.pair]
        segments, others = (vi, en) if proposal.side == "vi" else (en, vi)
        own = _positions(pair, proposal.side)
        opposite = _text(others, _positions(pair, "en" if proposal.side == "vi" else "vi"))
        before, after = _text(segments, own), _text(segments, sorted((*own, proposal.addition)))
        grown.append(after)
        still.append(opposite)
        added.append(_text(segments, (proposal.addition,)))
        lengths = (_length_ratio(before, opposite), _length_ratio(after, opposite))
        away = elsewhere[0 if proposal.side == "vi" else 1][proposal.addition]
        rows.append((*lengths, "\n" in after, pair.log_odds, np.clip(away, -6, 6)))
    vectors = encoder.encode([*grown, *still, *added]).reshape(3, len(found), -1)
    cosine = np.einsum("nd,nd->n", vectors[0], vectors[1])
    alone = np.einsum("nd,nd->n", vectors[2], vectors[1])
    width = scale.right - scale.wrong
    before_joining = np.array([pairs[proposal.pair].cosine for proposal in found], np.float32)
    similarity = ((cosine - scale.wrong) / width, (cosine - before_joining) / width, (alone - scale.wrong) / width)
    return np.concatenate([np.stack(similarity, axis=1), np.array(rows, np.float32)], axis=1), cosine


def _text(segments: Sequence[Segment], positions: Iterable[int]) -> str:
    """What is compared of the stretch of the document from the first of these segments to the last."""
    chosen = [segments[position] for position in positions]
    return compared(chosen[0].document.text[chosen[0].start : chosen[-1].end])


def _length_ratio(one: str, other: str) -> float:
    return abs(float(np.log((len(one) + 2) / (len(other) + 2))))


def join(
    pairs: Sequence[Pair],
    vi: Sequence[Segment],
    en: Sequence[Segment],
    encoder: Encoder,
    scale: Scale,
    elsewhere: tuple[NDArray[np.float64], NDArray[np.float64]],
    model: Logistic,
) -> list[Pair]:
    """Let left-over segments join the pairs they complete, the likeliest first.

    A segment whose own pair is more likely wrong than right counts as left over.

    :returns: the pairs, some of them grown, without those that lost a segment
    """
    weak = [pair for pair in pairs if pair.log_odds <= 0]
    pairs = [pair for pair in pairs if pair.log_odds > 0]
    for _ in range(_MOST - 1):
        found = proposals(pairs, vi, en)
        if not found:
            break
        parts = [
            join_evidence(found[start : start + _TOGETHER], pairs, vi, en, encoder, scale, elsewhere)
            for start in range(0, len(found), _TOGETHER)
        ]
        features, cosine = map(np.concatenate, zip(*parts, strict=True))
        log_odds = model.log_odds(features)
        touched: set[int] = set()
        taken: set[tuple[str, int]] = set()
        for index in np.argsort(-log_odds, kind="stable"):
            proposal = found[index]
            addition = (proposal.side, proposal.addition)
            if log_odds[index] <= 0 or proposal.pair in touched or addition in taken:
                continue
            pairs[proposal.pair] = _grown(pairs[proposal.pair], proposal, float(cosine[index]), float(log_odds[index]))
            touched.add(proposal.pair)
            taken.add(addition)
        if not touched:
            break
    used = {(side, position) for pair in pairs for side in ("vi", "en") for position in _positions(pair, side)}
    return pairs + [pair for pair in weak if not {("vi", pair.vi[0]), ("en", pair.en[0])} & used]


def _grown(pair: Pair, proposal: Proposal, cosine: float, log_odds: float) -> Pair:
    side = tuple(sorted((*_positions(pair, proposal.side), proposal.addition)))
    # Both must be right: the pair, and that this belongs to it. The smaller log-odds bounds
    # those of both from above.
    sure = min(pair.log_odds, log_odds)
    if proposal.side == "vi":
        return replace(pair, vi=side, cosine=cosine, log_odds=sure)
    return replace(pair, en=side, cosine=cosine, log_odds=sure)
