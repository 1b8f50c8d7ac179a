"""Lists of pairs in which some are wrong, as in corpora that were made by programs or by people in a hurry.

A pair is spoilt in one of four ways: it has the English of the pair next to it, that of one up to five away,
that of any other, or half of its own words cut off.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

__all__ = ["SHARE", "WAYS", "spoilt"]

SHARE = 0.2
WAYS = ("next", "near", "any", "half")

_REACH = {"next": 1, "near": 5}


def spoilt(pairs: Sequence[tuple[str, str]], draw: random.Random) -> Iterator[tuple[str, str, str]]:
    """Every pair, and the way it was spoilt, or nothing."""
    english = [en for _, en in pairs]
    for at, (vi, en) in enumerate(pairs):
        way = draw.choice(WAYS) if draw.random() < SHARE else ""
        other = _spoil(way, at, english, draw) if way else en
        yield vi, other, way if other != en else ""


def _spoil(way: str, at: int, english: Sequence[str], draw: random.Random) -> str:
    if way == "half":
        words = english[at].split()
        return " ".join(words[: len(words) // 2]) if len(words) > 5 else english[at]
    reach = _REACH.get(way, len(english))
    return english[min(max(at + draw.choice([-1, 1]) * draw.randint(1, reach), 0), len(english) - 1)]
