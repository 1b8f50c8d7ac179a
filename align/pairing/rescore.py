"""Scores for pairs that someone else made.

A pair is weighed as `align.pairing.mine` weighs one it found: among the texts around it, which are the
rivals that a wrong pair loses to. Their order counts for nothing here, for in a list of pairs the wrong
ones stand as straight as the right ones: the English side is put in another order first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from align.pairing.mine import Miner
from align.pairing.score import fitted, probability
from align.text.kinds import kind_of
from align.types import Document, Language, Segment, TranslationUnit

__all__ = ["PAGE", "mined_log_odds", "scored"]

PAGE = 1000
"""So many pairs are weighed among each other. Chosen by hand: enough rivals, and what the score of
`align mine` was measured on at most."""


def scored(units: Iterable[TranslationUnit], miner: Miner, *, page: int = PAGE) -> Iterator[TranslationUnit]:
    """Units with the probability that each is a translation; one that stands alone has none.

    Fitted on lists of which four pairs in five are right (`scripts/fit_rescore.py`): in a far worse one
    the probabilities are a little too high.

    :param units: in any order; neighbours are weighed among each other
    :param page: how many at once
    """
    models = fitted("rescore")["encoders"]
    name = "auto" if miner.has_second else miner.encoder.name
    model = models.get(name, models["mini"])
    rest = iter(units)
    while some := list(islice(rest, page)):
        pairs = [(unit.vi, unit.en) for unit in some if unit.vi and unit.en]
        odds = mined_log_odds(pairs, miner) * model["weight"] + model["bias"]
        scores = iter(probability(odds).round(4).tolist())
        for unit in some:
            yield replace(unit, score=next(scores) if unit.vi and unit.en else None)


def mined_log_odds(pairs: Sequence[tuple[str, str]], miner: Miner) -> NDArray[np.float64]:
    """The log-odds of each pair as `align mine` weighs it on a page of all their texts, shape (n,)."""
    if not pairs:
        return np.zeros(0)
    distinct = list(dict.fromkeys(pairs))
    vi_row, vi = _shuffled([vi for vi, _ in distinct], "vi")
    en_row, en = _shuffled([en for _, en in distinct], "en")
    given = np.array([vi_row[vi] for vi, _ in distinct]), np.array([en_row[en] for _, en in distinct])
    found = dict(zip(distinct, miner.log_odds(vi, en, given).tolist(), strict=True))
    return np.array([found[pair] for pair in pairs])


def _shuffled(texts: Sequence[str], language: Language) -> tuple[dict[str, int], list[Segment]]:
    """Every text once as a segment, in an order that says nothing; and the position of each."""

    def place(text: str) -> bytes:
        return hashlib.blake2b(f"{language}{text}".encode(), digest_size=8).digest()

    order = sorted(set(texts), key=lambda text: (place(text), text))
    segments = [Segment(Document("", text, language), 0, len(text), language, kind_of(text)) for text in order]
    return {text: position for position, text in enumerate(order)}, segments
