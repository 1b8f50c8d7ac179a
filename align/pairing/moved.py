"""Passages that stand in another place in the translation, which no ordered alignment can hold.

What an alignment left without a partner is mined like a page without order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from align.pairing.evidence import compared
from align.pairing.mine import Miner
from align.pairing.neighbours import neighbours
from align.types import Bead, Segment

__all__ = ["MOVED", "moved_pairs", "with_moved"]

MOVED = "moved"
"""The flag of a pair that stands out of order."""

# What is left over mostly has no partner at all: only pairs that are quite sure are taken. Chosen by hand.
_SURE = 0.8

# Pairs less alike than this, as a share of the distance from a random pair to a translation, hardly ever reach
# that probability. Chosen by hand.
_ALIKE = 0.5


def moved_pairs(beads: Sequence[Bead], miner: Miner) -> list[Bead]:
    """The pairs that mining finds among the segments without a partner and that stand out of order.

    :param beads: an ordered alignment
    :returns: beads of probability 0.8 or more in Vietnamese order, flagged `MOVED`
    """
    vi: list[Segment] = []
    en: list[Segment] = []
    gap: dict[Segment, int] = {}
    number = 0
    for bead in beads:
        vi += bead.vi if not bead.en else ()
        en += bead.en if not bead.vi else ()
        gap[(bead.vi or bead.en)[0]] = number
        number += bool(bead.vi and bead.en)
    if not _any_alike(vi, en, gap, miner):
        return []
    # what lies in one gap on both sides stands in order, and the alignment has judged it
    return [
        replace(bead, flags=(MOVED,))
        for bead in miner.align(vi, en)
        if bead.score is not None and bead.score >= _SURE and gap[bead.vi[0]] != gap[bead.en[0]]
    ]


def _any_alike(vi: Sequence[Segment], en: Sequence[Segment], gap: Mapping[Segment, int], miner: Miner) -> bool:
    """Whether mining is worth its while: two segments of different gaps are as alike as translations are."""
    if not vi or not en:
        return False
    vectors = miner.encoder.encode([compared(segment.text) for segment in (*vi, *en)])
    nearest, _ = neighbours(vectors[: len(vi)], vectors[len(vi) :], 1)
    wrong, right = miner.scale
    alike = np.flatnonzero(nearest.cosine[:, 0] > wrong + _ALIKE * (right - wrong))
    return any(gap[vi[i]] != gap[en[nearest.row[i, 0]]] for i in alike.tolist())


def with_moved(beads: Sequence[Bead], moved: Sequence[Bead]) -> list[Bead]:
    """The alignment with moved pairs, each where its first Vietnamese segment stood alone."""
    pair_of: dict[Segment, Bead] = {bead.vi[0]: bead for bead in moved}
    taken = {segment for bead in moved for segment in (*bead.vi, *bead.en)}
    found = []
    for bead in beads:
        first = (bead.vi or bead.en)[0]
        if bead.score is None and first in taken:
            found += [pair_of[first]] if first in pair_of else []
        else:
            found.append(bead)
    return found
