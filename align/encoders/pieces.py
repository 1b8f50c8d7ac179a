"""Lines cut into the pieces of a Unigram tokenizer, words remembered: many times as fast.

A tokenizer reads every line anew, but text repeats its words. A word's pieces hang on the word
alone, so that each is cut once and then looked up; what is left are the compounds, pieces of two
words, of which the likeliest that do not overlap are put together over all lines at once.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from align.text.clean import without_surrogates

__all__ = ["Cutter"]

Numbers = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]

SPACE = "▁"
PARTS = re.compile(r"\d+|[^\W\d]+|[^\w\s]")

REMEMBERED = 200_000
"""Words kept before all are forgotten; about 200 bytes each. Chosen by hand."""


class Cutter:
    """The pieces of lines, as the tokenizer of a file would cut them, by their numbers.

    Two differences: the space alone that a tokenizer finds before marks and at ends is left out,
    and should have no vector; and a compound is not taken where its second word, by itself, would
    be cut otherwise ("the restatement": "the rest", "ate", "ment"), one line in 20,000 of news.
    White space is what `str.split` takes for it.

    :ivar size: how many pieces there are
    """

    def __init__(self, file: Path) -> None:
        """:param file: the tokenizer.json of a Unigram model with `SPACE` before words, all of lower case"""
        text = file.read_text(encoding="utf-8")
        self._tokenizer = Tokenizer.from_str(text)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        pieces: list[tuple[str, float]] = json.loads(text)["model"]["vocab"]
        self.size = len(pieces)
        numbers = {piece: number for number, (piece, _) in enumerate(pieces)}
        self._compounds = _Compounds(pieces, numbers)
        width, as_bytes = np.int32().nbytes, np.arange(self.size, dtype=np.int32).tobytes()
        self._whole = {
            piece[1:]: as_bytes[width * number : width * (number + 1)]
            for piece, number in numbers.items()
            # a combining mark is for the tokenizer: it may belong to the letter before
            if piece[0] == SPACE and SPACE not in piece[1:] and unicodedata.category(piece[-1])[0] != "M"
        }
        self._words = dict[str, bytes]()

    def cut(self, lines: Sequence[str]) -> tuple[Numbers, Places]:
        """All lines' pieces end to end, and for each line where it ends.

        :returns: the pieces' numbers, and as many ends as lines
        """
        words = [line.split() for line in lines]
        new = set().union(*words) - self._words.keys()
        if len(self._words) > REMEMBERED:
            self._words, new = {}, set().union(*words)
        self._learn(new)
        rows = [b"".join(map(self._words.__getitem__, row)) for row in words]
        lengths = np.fromiter(map(len, rows), np.intp, len(rows)) // np.int32().nbytes
        return self._compounds.join(np.frombuffer(b"".join(rows), np.int32), np.cumsum(lengths))

    def _learn(self, words: Iterable[str]) -> None:
        """Remember the words' pieces, as bytes: those join without a Python number for each."""
        rare = []
        for word in words:
            parts = [self._whole.get(part) for part in PARTS.findall(word.lower())]
            if None in parts:
                rare.append(word)
            else:
                self._words[word] = b"".join(parts)  # type: ignore[arg-type]
        # tokenizers cannot take a lone surrogate, which no UTF-8 holds
        clean = [without_surrogates(word) for word in rare]
        encodings = self._tokenizer.encode_batch_fast(clean, add_special_tokens=False)
        for word, encoding in zip(rare, encodings, strict=True):
            self._words[word] = np.array(encoding.ids, np.int32).tobytes()


class _Compounds:
    """Pieces of two words, each of which is a piece too."""

    def __init__(self, pieces: Sequence[tuple[str, float]], numbers: dict[str, int]) -> None:
        found = []
        for number, (piece, score) in enumerate(pieces):
            if SPACE not in piece[1:]:
                continue
            first, _, second = piece[1:].partition(SPACE)
            ours, theirs = numbers.get(SPACE + first), numbers.get(SPACE + second)
            if ours is not None and theirs is not None:
                found.append((ours, theirs, number, score - pieces[ours][1] - pieces[theirs][1]))
        found.sort()
        table = np.array(found, np.float64).reshape(-1, 4)
        self._size = len(pieces)
        self._keys = self._key(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64))
        self._numbers, self._gains = table[:, 2].astype(np.int32), table[:, 3]
        self._first, self._second = np.zeros(self._size, bool), np.zeros(self._size, bool)
        self._first[table[:, 0].astype(np.intp)] = True
        self._second[table[:, 1].astype(np.intp)] = True

    def _key(self, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return first * self._size + second

    def join(self, pieces: Numbers, ends: Places) -> tuple[Numbers, Places]:
        """The pieces with compounds in place of their words, and the new ends; none runs over an end."""
        inside = np.ones(len(pieces) + 1, bool)
        inside[ends] = False
        places = np.flatnonzero(self._first[pieces[:-1]] & self._second[pieces[1:]] & inside[1:-1])
        keys = self._key(pieces[places].astype(np.int64), pieces[places + 1].astype(np.int64))
        rows = np.searchsorted(self._keys, keys)
        found = np.flatnonzero(self._keys[np.minimum(rows, len(self._keys) - 1)] == keys) if len(keys) else rows
        places, rows = places[found], rows[found]
        taken = _apart(places, self._gains[rows])
        places, rows = places[taken], rows[taken]
        joined, kept = pieces.copy(), np.ones(len(pieces), bool)
        joined[places] = self._numbers[rows]
        kept[places + 1] = False
        return joined[kept], ends - np.searchsorted(places, ends)


def _apart(places: Places, gains: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which to take so that no two are neighbours and the gains' sum is greatest.

    >>> _apart(np.array([0, 1, 2, 9]), np.array([3.0, 4.0, 2.0, 1.0])).tolist()
    [True, False, True, True]
    """
    taken = gains > 0
    starts = np.flatnonzero(np.diff(places, prepend=-2) > 1)
    lengths = np.diff(starts, append=len(places))
    starts, lengths = starts[lengths > 1], lengths[lengths > 1]
    # the best sum up to each place, for the k-th of all chains at once; then back from their ends
    best = np.maximum(gains, 0)
    for k in range(1, max(lengths, default=0)):
        here = starts[lengths > k] + k
        with_it = gains[here] + (best[here - 2] if k > 1 else 0)
        taken[here] = with_it > best[here - 1]
        best[here] = np.maximum(with_it, best[here - 1])
    here = starts + lengths - 1
    while len(here):
        took = taken[here]
        before = here[took] - 1
        taken[before[before >= starts[took]]] = False
        here = here - 1 - took
        starts, here = starts[here >= starts], here[here >= starts]
    return taken
