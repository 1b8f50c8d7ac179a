"""Passages that stand in another place in the translation, which no ordered alignment can hold.

What an alignment left without a partner is mined like a page without order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from align.encoders import Encoder
from align.pairing.mine import Miner
from align.types import Bead, Segment

__all__ = ["MOVED", "moved_pairs", "with_moved"]

MOVED = "moved"
"""The flag of a pair that stands out of order."""

# What is left over mostly has no partner at all: only pairs that are quite sure are taken. Chosen by hand.
_SURE = 0.8


def moved_pairs(beads: Sequence[Bead], encoder: Encoder) -> list[Bead]:
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
    if not vi or not en:
        return []
    # what lies in one gap on both sides stands in order, and the alignment has judged it
    return [
        replace(bead, flags=(MOVED,))
        for bead in Miner(encoder).align(vi, en)
        if bead.score is not None and bead.score >= _SURE and gap[bead.vi[0]] != gap[bead.en[0]]
    ]


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
