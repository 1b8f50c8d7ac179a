"""One language of an ordered pair of documents, as the arrays that beads are weighed by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from align.encoders import Vectors
from align.pairing.evidence import compared
from align.types import Segment

__all__ = ["LONGEST", "Floats", "Indexes", "Side", "paragraph_starts"]

LONGEST = 5
"""Segments of the longest span that is looked at: one more than a bead holds, to see whether it lacks a part."""

Floats: TypeAlias = NDArray[np.float32]
Indexes: TypeAlias = NDArray[np.intp]


class Side:
    """The segments of one language in order, as arrays.

    :ivar vectors: unit rows times the square root of the length, float32, shape (n, dim)
    :ivar norms: entry [k, i] is the norm of the span of k segments that ends before node i, 1 where
        there are not so many; float32, shape (`LONGEST` + 1, n + 1)
    :ivar characters: sums, shape (n + 1,)
    """

    def __init__(self, segments: Sequence[Segment], vectors: Vectors, *, paragraphs: bool = True) -> None:
        """
        :param vectors: unit rows, shape (n, dim)
        :param paragraphs: whether the breaks between paragraphs are looked at
        """
        texts = [compared(segment.text) for segment in segments]
        lengths = np.array([len(text) for text in texts], np.float64)
        self.mean: Floats = vectors.mean(axis=0)
        self.vectors: Floats = vectors * np.sqrt(lengths + 1).astype(np.float32)[:, None]
        self.norms = _norms(self.vectors)
        self.characters = np.concatenate([[0], np.cumsum(lengths)])
        self.sentences = np.concatenate([[0], np.cumsum([1 + len(_SENTENCE_END.findall(text)) for text in texts])])
        ends = [text.rstrip("\"'”’»)] ")[-1:] for text in texts]
        self.question = np.array([end == "?" for end in ends])
        self.final = np.array([end != "" and end in ".!?…" for end in ends])
        self.opening = np.array([text[:1] != "" and text[:1] in "\"“«'‘-–—" for text in texts])
        self.headline = np.array([segment.kind == "headline" for segment in segments])
        self.begins = paragraph_starts(segments) if paragraphs else np.zeros(len(segments), bool)
        self.breaks = np.concatenate([[0], np.cumsum(self.begins)])
        self.number = np.array([_leading_number(text) for text in texts])

    def __len__(self) -> int:
        return len(self.vectors)


def paragraph_starts(segments: Sequence[Segment]) -> NDArray[np.bool_]:
    """Which segments begin a paragraph: after a blank line or, in a text without any, after a line's end.

    Where every line holds one segment, line ends say nothing.

    >>> from align.types import Document
    >>> page = Document("a", "Một. Hai.\\nBa.", "vi")
    >>> paragraph_starts([Segment(page, *span, "vi") for span in ((0, 4), (5, 9), (10, 13))]).tolist()
    [True, False, True]
    """
    texts = [one.document.text[one.end : other.start] for one, other in pairwise(segments)]
    ends = np.array([text.count("\n") for text in texts], np.intp)
    if (ends > 1).any():
        after = ends > 1
    elif (ends == 0).any():
        after = ends > 0
    else:
        return np.zeros(len(segments), bool)
    return np.concatenate([[True], after])


def _norms(vectors: Floats) -> Floats:
    n = len(vectors)
    squares = np.ones((LONGEST + 1, n + 1))
    squares[0] = 0
    for k in range(1, min(LONGEST, n) + 1):
        # the span of k is that of k - 1 and one more segment before it
        dots = [np.einsum("nd,nd->n", vectors[: n - k + 1], vectors[step : n - k + 1 + step]) for step in range(k)]
        squares[k, k:] = squares[k - 1, k:] + dots[0] + 2 * np.sum(dots[1:], axis=0) if k > 1 else dots[0]
    norms: Floats = np.sqrt(np.maximum(squares, 1e-6)).astype(np.float32)
    return norms


# A sentence that ends within a segment, and what numbers a section or an item: `Điều 5.`, `2)`, `IV.`.
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*\s+(?=[\"'“‘«(\[–—-]*[^\W\d_a-z])")
_NUMBERED = re.compile(r"\W{0,3}(?:[^\W\d_]{3,10}\s+)?(?:(\d{1,4})|([IVXLC]{1,7}))\s?(?:[.:)](?!\d)|[–—-]\s)")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def _leading_number(text: str) -> int:
    """What numbers a heading or an item, -1 if nothing does.

    >>> [_leading_number(text) for text in ("Điều 5. Giải thích", "IV. Terms", "3) Gạo", "3.5 tấn", "Gạo")]
    [5, 4, 3, -1, -1]
    """
    found = _NUMBERED.match(text)
    if not found:
        return -1
    if found[1]:
        return int(found[1])
    values = [_ROMAN[letter] for letter in found[2]]
    return sum(
        -value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )
