"""Lines that a corpus holds more than once: boilerplate, and articles that were taken over.

Every copy competes for the translation of the others, and what is mined twice is worth no more. So the
first is kept, and who is a copy of whom is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from align.pairing.neighbours import Indexes
from align.quality.dedupe import keys_of_line
from align.quality.digest import matching_form
from align.types import Segment

__all__ = ["Copies", "find_copies"]

# An article was taken over if so many of its lines stand in earlier ones. Chosen by hand: in such an article a
# line that differs in one word was edited; anywhere else `tăng` for `giảm` is other news.
_TAKEN_OVER = 0.5

# Lines that an article has at least to be judged by that. Chosen by hand.
_LEAST_LINES = 4


class Copies(NamedTuple):
    """Who is a copy of whom, among the lines of one language.

    :ivar of: for each line the number of the first that says the same, its own for the first; shape (n,)
    :ivar documents: how many were taken over from others
    """

    of: Indexes
    documents: int


def find_copies(segments: Sequence[Segment], forms: NDArray[np.uint64], documents: Indexes) -> Copies:
    """Find lines that are the same but for case, diacritics, punctuation and spaces.

    In a document of which half or more of the lines are found so in others, also those that are the same as
    one of theirs but for one word.

    :param forms: of the lines, see `align.quality.digest`; shape (n,)
    :param documents: the number of each line's document, rising; shape (n,)
    """
    _, first, number = np.unique(forms, return_index=True, return_inverse=True)
    of = first[number].astype(np.int64)
    elsewhere = documents[of] != documents
    lines, taken = np.bincount(documents), np.bincount(documents, weights=elsewhere)
    taken_over = np.flatnonzero((lines >= _LEAST_LINES) & (taken >= _TAKEN_OVER * lines))
    starts = np.searchsorted(documents, np.arange(len(lines) + 1))
    for document in taken_over.tolist():
        own = np.arange(starts[document], starts[document + 1])
        left = own[of[own] == own]
        if len(left):
            sources = np.unique(documents[of[own[elsewhere[own]]]])
            theirs = np.concatenate([np.arange(starts[source], starts[source + 1]) for source in sources])
            of[left] = _edited(segments, left, theirs)
    return Copies(of, len(taken_over))


def _edited(segments: Sequence[Segment], left: Indexes, theirs: Indexes) -> Indexes:
    """For each line that is left, one of theirs that is the same but for a word, or itself."""
    keys: dict[int, int] = {}
    for number in theirs.tolist():
        for key in keys_of_line(matching_form(segments[number].text)):
            keys.setdefault(key, number)
    found = []
    for number in left.tolist():
        same = [keys[key] for key in keys_of_line(matching_form(segments[number].text)) if key in keys]
        found.append(min(same, default=number))
    return np.array(found, np.int64)
