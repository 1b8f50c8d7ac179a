"""Bitext mining: pairing segments of two languages that stand in no promised order.

Five steps. Each distinct text looks for its nearest partners (`evidence`). A logistic model
turns the evidence into log-odds. A global assignment gives every segment at most one partner
(`assign`). What that assignment shows about the page, its order and who is still free, goes
into a second model and a second assignment, whose log-odds are the score. Where that is neither high
nor low, a slower encoder can be asked for its opinion first (`second`). Last, sentences
that were left over join a neighbour whose partner says more than it does (`join`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from align.encoders import Encoder
from align.pairing.assign import assign
from align.pairing.evidence import FEATURES, Scale, candidates, compared, evidence, scale_of
from align.pairing.join import JOIN_FEATURES, Pair, join
from align.pairing.neighbours import Indexes
from align.pairing.order import ORDER_FEATURES, order_evidence
from align.pairing.score import Logistic, fitted, probability
from align.pairing.second import SECOND_FEATURES, SecondOpinion, reconsidered
from align.types import Bead, Segment

__all__ = [
    "CONTEXT_FEATURES",
    "Miner",
    "Models",
    "Table",
    "Weighed",
    "beads_of",
    "best",
    "context_evidence",
    "copies",
    "each_copy",
    "pairs_of",
    "second_opinion",
    "shipped_models",
    "table_of",
    "weighed",
]

CONTEXT_FEATURES = (
    "log_odds",
    "rival_in_row",
    "rival_in_column",
    "free_row_gap",
    "free_column_gap",
    "beside_believed",
    "below_believed",
    *ORDER_FEATURES,
)

# What staying without a partner is worth, as log-odds: a pair of probability 0.12 or more is
# made, so that `--rejected` can show the likeliest partner. Its score stays what it is.
_ALONE = -2.0

# Candidates below these log-odds (1.8 %) take part in no assignment.
_CONSIDERED = -4.0

# Log-odds beyond these say no more: 0.2 % and 99.8 %.
_CERTAIN = 6.0

# Pairs of the usual similarity (1.0 by definition of `Scale`) that a page is taken to have had
# before it is looked at, so that one or two pairs do not make the measure. Chosen by hand.
_PRIOR_PAIRS = 4

_SIMILARITY = FEATURES.index("similarity")

# Copies of one text are tried in every combination up to this many, and in order beyond it.
_COPIES = 16


class Table(NamedTuple):
    """Candidate pairs of segments and their evidence; a row is a candidate.

    :ivar vi: position in the Vietnamese segments, shape (n,)
    :ivar en: position in the English segments, shape (n,)
    :ivar texts: the number of the pair of texts, the same for all copies of it, shape (n,)
    :ivar features: columns as in `FEATURES`, float32, shape (n, len(FEATURES))
    :ivar cosine: shape (n,)
    """

    vi: Indexes
    en: Indexes
    texts: Indexes
    features: NDArray[np.float32]
    cosine: NDArray[np.float32]


class Weighed(NamedTuple):
    """Candidate pairs of segments and what the first model makes of each; as in `Table`.

    :ivar similarity: how alike they are, 0 for random pairs and 1 for translations, shape (n,)
    :ivar log_odds: that it is right, by itself, shape (n,)
    """

    vi: Indexes
    en: Indexes
    texts: Indexes
    cosine: NDArray[np.float32]
    similarity: NDArray[np.float32]
    log_odds: NDArray[np.float64]


class Models(NamedTuple):
    """The fitted models: of a pair by itself, of a pair in its page, of a joint."""

    pair: Logistic
    context: Logistic
    join: Logistic


class Miner:
    """Pairs segments by what they say.

    >>> from align.encoders import load_encoder
    >>> from align.types import Document
    >>> page = Document("page", "Giá gạo tăng\\nRice prices rise\\nMưa lớn ở Huế")
    >>> vi = [Segment(page, 0, 12, "vi", "headline"), Segment(page, 30, 43, "vi", "headline")]
    >>> beads = Miner(load_encoder("static")).align(vi, [Segment(page, 13, 29, "en", "headline")])
    >>> [(bead.vi_text, bead.en_text) for bead in beads]
    [('Giá gạo tăng', 'Rice prices rise'), ('Mưa lớn ở Huế', '')]
    """

    def __init__(
        self,
        encoder: Encoder,
        *,
        second: SecondOpinion | None = None,
        models: Models | None = None,
        scale: Scale | None = None,
    ) -> None:
        """:param second: who is asked where the encoder leaves a decision open
        :param models: those of `shipped_models` if None
        :param scale: of the encoder; measured if None
        """
        self.encoder = encoder
        self.scale = scale or scale_of(encoder)
        self._second = second
        self.models = models or shipped_models(encoder.name)

    @property
    def has_second(self) -> bool:
        """Whether a second encoder is asked."""
        return self._second is not None

    def align(self, vi: Sequence[Segment], en: Sequence[Segment]) -> list[Bead]:
        """Pair the segments; every one of them stands in exactly one bead.

        :param vi: Vietnamese segments in document order
        :param en: English segments in document order
        :returns: pairs with their scores, low ones included, in the order of the Vietnamese
            side; then the beads of one side
        """
        if not vi or not en:
            return list(beads_of([], vi, en))
        found = weighed(table_of(self.encoder, self.scale, vi, en), self.models.pair)
        return list(beads_of(self.decided(found, vi, en), vi, en))

    def decided(self, found: Weighed, vi: Sequence[Segment], en: Sequence[Segment]) -> list[Pair]:
        """What becomes of candidates that were found and weighed: pairs, some of them of several segments."""
        final = self._in_context(found, vi, en)
        pairs = pairs_of(found, final)
        elsewhere = best(found.vi, final, len(vi)), best(found.en, final, len(en))
        return join(pairs, vi, en, self.encoder, self.scale, elsewhere, self.models.join)

    def log_odds(
        self, vi: Sequence[Segment], en: Sequence[Segment], given: tuple[Indexes, Indexes]
    ) -> NDArray[np.float64]:
        """The log-odds of pairs that someone else made, among all that could be made of their segments.

        :param vi: Vietnamese segments, no two with the same text
        :param en: English segments, likewise
        :param given: positions in `vi` and in `en` of each pair, no pair twice, shape (n,)
        :returns: natural logarithms, shape (n,)
        """
        found = weighed(table_of(self.encoder, self.scale, vi, en, given), self.models.pair)
        final = self._in_context(found, vi, en)
        at = np.searchsorted(found.vi * len(en) + found.en, given[0] * len(en) + given[1])
        return final[at]

    def _in_context(self, found: Weighed, vi: Sequence[Segment], en: Sequence[Segment]) -> NDArray[np.float64]:
        """The log-odds of each candidate in its page."""
        final = self.models.context.log_odds(context_evidence(found, len(vi), len(en)))
        if self._second is not None:
            final = reconsidered(vi, en, (found.vi, found.en), final, self._second)
        return final


def shipped_models(encoder: str) -> Models:
    """The models fitted for an encoder of ours, by its name.

    Any other encoder gets those of ``mini``, a transformer as it will most likely be one.
    """
    encoders = fitted("mine")["encoders"]
    data = encoders.get(encoder, encoders["mini"])
    return Models(
        Logistic.from_json(data["pair"], FEATURES),
        Logistic.from_json(data["context"], CONTEXT_FEATURES),
        Logistic.from_json(data["join"], JOIN_FEATURES),
    )


def second_opinion(encoder: Encoder) -> SecondOpinion:
    """What ``mini`` has to say about what ``static`` leaves open, as it was fitted.

    :param encoder: ``mini``; its scale was measured with the fit, so that nothing is read before it is asked
    """
    data = fitted("mine")["second"]
    return SecondOpinion(encoder, Scale(**data["scale"]), Logistic.from_json(data, SECOND_FEATURES))


def weighed(table: Table, model: Logistic) -> Weighed:
    """Candidates as the model of a pair by itself sees them."""
    similarity = table.features[:, _SIMILARITY]
    return Weighed(table.vi, table.en, table.texts, table.cosine, similarity, model.log_odds(table.features))


def pairs_of(found: Weighed, log_odds: NDArray[np.float64]) -> list[Pair]:
    """The best assignment, as 1-1 pairs in the order of the Vietnamese side."""
    chosen = assign(found.vi, found.en, log_odds - _ALONE)
    rows = zip(
        found.vi[chosen].tolist(),
        found.en[chosen].tolist(),
        found.cosine[chosen].tolist(),
        log_odds[chosen].tolist(),
        strict=True,
    )
    return [Pair((i,), (j,), cosine, odds) for i, j, cosine, odds in rows]


def best(group: Indexes, log_odds: NDArray[np.float64], n_groups: int) -> NDArray[np.float64]:
    """The greatest log-odds in each group, minus infinity where a group has no candidate."""
    best = np.full(n_groups, -np.inf)
    np.maximum.at(best, group, log_odds)
    return best


def beads_of(
    pairs: Sequence[Pair], vi: Sequence[Segment], en: Sequence[Segment], *, alone: bool = True
) -> Iterator[Bead]:
    """The pairs in the order of the Vietnamese side, then every segment that stands in none.

    :param alone: with those segments
    """
    yield from _beads(pairs, vi, en)
    if alone:
        yield from _alone(pairs, vi, en)


def _beads(pairs: Sequence[Pair], vi: Sequence[Segment], en: Sequence[Segment]) -> Iterator[Bead]:
    scores = probability(np.array([pair.log_odds for pair in pairs]))
    for pair, score in sorted(zip(pairs, scores.tolist(), strict=True), key=lambda item: item[0].vi):
        sides = tuple(vi[i] for i in pair.vi), tuple(en[j] for j in pair.en)
        yield Bead(*sides, similarity=pair.cosine, score=round(score, 4))


def _alone(pairs: Sequence[Pair], vi: Sequence[Segment], en: Sequence[Segment]) -> Iterator[Bead]:
    vi_used = {position for pair in pairs for position in pair.vi}
    en_used = {position for pair in pairs for position in pair.en}
    yield from (Bead((segment,), ()) for position, segment in enumerate(vi) if position not in vi_used)
    yield from (Bead((), (segment,)) for position, segment in enumerate(en) if position not in en_used)


def table_of(
    encoder: Encoder,
    scale: Scale,
    vi: Sequence[Segment],
    en: Sequence[Segment],
    given: tuple[Indexes, Indexes] | None = None,
) -> Table:
    """Find the candidates among the segments and gather their evidence.

    :param given: positions of pairs that are candidates in any case, where no text stands there twice

    Equal texts are looked at once: fifty copies of "Read more" would otherwise fill every
    neighbourhood, and a copy would count as a rival of its twin.
    """
    vi_copies, en_copies = copies(vi), copies(en)
    vi_distinct = [vi[positions[0]] for positions in vi_copies]
    en_distinct = [en[positions[0]] for positions in en_copies]
    vi_vectors = encoder.encode([compared(segment.text) for segment in vi_distinct])
    en_vectors = encoder.encode([compared(segment.text) for segment in en_distinct])
    found, of_vi, of_en = candidates(vi_vectors, en_vectors, given)
    features = evidence(found, of_vi, of_en, vi_distinct, en_distinct, scale)
    rows, i, j = each_copy(found.vi, found.en, vi_copies, en_copies)
    return Table(i, j, rows, features[rows], found.cosine[rows])


def copies(segments: Sequence[Segment]) -> list[list[int]]:
    """The positions of every distinct text, in the order of their first."""
    positions: dict[str, list[int]] = {}
    for position, segment in enumerate(segments):
        positions.setdefault(segment.text, []).append(position)
    return list(positions.values())


def each_copy(
    vi: Indexes, en: Indexes, vi_copies: list[list[int]], en_copies: list[list[int]]
) -> tuple[Indexes, Indexes, Indexes]:
    """From candidates between distinct texts to candidates between segments.

    :returns: for each, the row of the distinct candidate, the Vietnamese and the English position
    """
    vi_first, en_first = (np.array([positions[0] for positions in side], np.int64) for side in (vi_copies, en_copies))
    vi_many, en_many = (np.array([len(positions) > 1 for positions in side], bool) for side in (vi_copies, en_copies))
    many = vi_many[vi] | en_many[en]
    single = np.flatnonzero(~many)
    found: list[tuple[int, int, int]] = []
    for row in np.flatnonzero(many).tolist():
        one, other = vi_copies[vi[row]], en_copies[en[row]]
        if len(one) * len(other) <= _COPIES:
            found += [(row, a, b) for a in one for b in other]
        else:
            found += [(row, a, b) for a, b in zip(one, other, strict=False)]
    copied = np.array(found, np.int64).reshape(-1, 3)
    rows = np.concatenate([single, copied[:, 0]])
    order = np.argsort(rows, kind="stable")
    i = np.concatenate([vi_first[vi[single]], copied[:, 1]])[order]
    j = np.concatenate([en_first[en[single]], copied[:, 2]])[order]
    return rows[order], i, j


def context_evidence(found: Weighed, n_vi: int, n_en: int) -> NDArray[np.float32]:
    """What a first assignment tells about every candidate.

    :returns: float32, shape (n, len(CONTEXT_FEATURES))
    """
    log_odds = found.log_odds
    # Twins ("raises tax", "cuts tax") are each other's close rivals and none looks likely by
    # itself; that each of them has a partner of its own is seen only if both are assigned.
    chosen = assign(found.vi, found.en, log_odds - _CONSIDERED)
    taken_vi, taken_en = np.full(n_vi, -np.inf), np.full(n_en, -np.inf)
    taken_vi[found.vi[chosen]] = taken_en[found.en[chosen]] = log_odds[chosen]
    free_en = taken_en[found.en] <= log_odds + 1e-9
    free_vi = taken_vi[found.vi] <= log_odds + 1e-9
    similarity = found.similarity.astype(np.float64)
    gaps = [
        similarity - _best_rival(group, found.texts, np.where(free, similarity, -1.0), -1.0)
        for group, free in ((found.vi, free_en), (found.en, free_vi))
    ]
    beside = _beside_believed(similarity, chosen, log_odds[chosen])
    columns = [
        np.clip(log_odds, -_CERTAIN, 2 * _CERTAIN),
        # A rival counts only while it has no better partner of its own.
        _best_rival(found.vi, found.texts, np.where(free_en, np.clip(log_odds, -_CERTAIN, None), -_CERTAIN), -_CERTAIN),
        _best_rival(found.en, found.texts, np.where(free_vi, np.clip(log_odds, -_CERTAIN, None), -_CERTAIN), -_CERTAIN),
        np.clip(gaps[0], -1, 1),
        np.clip(gaps[1], -1, 1),
        beside,
        np.minimum(beside, 0),
    ]
    believed = chosen[log_odds[chosen] > 0]
    partner = np.full(n_vi, -1)
    partner[found.vi[believed]] = found.en[believed]
    order = order_evidence(found.vi, found.en, partner, n_en)
    return np.concatenate([np.stack(columns, axis=1), order], axis=1).astype(np.float32)


def _beside_believed(
    similarity: NDArray[np.float64], chosen: Indexes, log_odds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How much more alike each candidate is than the pairs of this page that are believed.

    Translations are closer on some pages than on others: on a page whose pairs are close, a
    candidate that is less so is likely no pair, though elsewhere it might be one.
    """
    weight = probability(log_odds - 1)
    believed = np.append(similarity[chosen], np.ones(_PRIOR_PAIRS))
    weight = np.append(weight, np.full(_PRIOR_PAIRS, 0.5))
    mean = np.average(believed, weights=weight)
    return similarity - mean


def _best_rival(group: Indexes, texts: Indexes, value: NDArray[np.float64], none: float) -> NDArray[np.float64]:
    """The greatest value of the other candidates in each candidate's group; `none` without any.

    A candidate of the same texts is its copy and no rival.
    """
    best = np.full(len(group), none)
    order = np.lexsort((-value, group))
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    sizes = np.diff(starts, append=len(order))
    first = np.repeat(order[starts], sizes)
    other = texts[order] != texts[first]
    best[order[other]] = value[first[other]]
    # The first of a group, and its copies, have the first that is not of their texts for a rival.
    rivals = np.flatnonzero(other)
    at = np.searchsorted(rivals, starts)
    has = at < len(rivals)
    has[has] = rivals[at[has]] < (starts + sizes)[has]
    second = np.full(len(starts), none)
    second[has] = value[order[rivals[at[has]]]]
    best[order[~other]] = np.repeat(second, sizes)[~other]
    return best
