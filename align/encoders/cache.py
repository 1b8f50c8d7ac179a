"""An encoder that remembers: what was encoded once is read from disk.

With a transformer, encoding is what takes the time, and a corpus is mined more than once: with
another `--min-score`, with a document more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Protocol

import numpy as np

from align.encoders import Encoder, Progress, Vectors
from align.encoders.store import VectorStore

__all__ = ["CachedEncoder", "Fingerprinted"]

CHUNK = 512
"""Sentences encoded and kept at a time: what an interrupted run loses at most. Chosen by hand."""

LOOKED_UP = 4096
"""Sentences looked up at a time, between two calls of `progress`. Chosen by hand."""


class Fingerprinted(Encoder, Protocol):
    """An encoder whose vectors can be kept, because it can tell which model they are of."""

    @property
    def fingerprint(self) -> str:
        """Differs from that of every encoder that gives other vectors.

        It does not depend on where the model lies or on what device it runs: the same
        sentence has the same vector there, but for rounding.
        """
        ...


class CachedEncoder:
    """Another encoder, of which it asks only the sentences that are not kept yet.

    Sentences are told apart by their exact text: a space more or a decomposed letter makes
    another sentence. The first vector of a sentence stays its vector, so that a second run
    gives the same bits, whatever the sentences were encoded together with.
    """

    def __init__(self, encoder: Fingerprinted, store: VectorStore | None = None) -> None:
        """
        :param encoder: one that takes its time only in `encode`, and in `dim` if it must
        :param store: None is the user's own
        """
        self._encoder = encoder
        self._store = store or VectorStore()

    @property
    def name(self) -> str:
        """What the encoder was loaded by."""
        return self._encoder.name

    @cached_property
    def fingerprint(self) -> str:
        """That of the encoder."""
        return self._encoder.fingerprint

    @cached_property
    def dim(self) -> int:
        """The width of a vector; the encoder is asked only if nothing of it is kept yet."""
        return self._store.dim(self.fingerprint) or self._encoder.dim

    def encode(self, sentences: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """See `align.encoders.Encoder.encode`; `progress` counts the sentences found, too."""
        vectors = np.zeros((len(sentences), self.dim), np.float32)
        places: dict[str, list[int]] = {}
        for place, sentence in enumerate(sentences):
            places.setdefault(sentence, []).append(place)
        done = 0

        def put(rows: dict[str, Vectors]) -> None:
            nonlocal done
            for sentence, row in rows.items():
                vectors[places[sentence]] = row
                done += len(places[sentence])
            if progress is not None and rows:
                progress(done, len(sentences))

        missing: list[str] = []
        for chunk in _chunks(list(places), LOOKED_UP):
            found = self._store.find(self.fingerprint, chunk)
            put(found)
            missing += [sentence for sentence in chunk if sentence not in found]
        for chunk in _chunks(missing, CHUNK):
            put(self._encoded(chunk))
        return vectors

    def _encoded(self, sentences: list[str]) -> dict[str, Vectors]:
        rows = self._encoder.encode(sentences)
        self._store.keep(self.fingerprint, sentences, rows)
        return dict(zip(sentences, rows, strict=True))


def _chunks(sentences: list[str], size: int) -> Iterator[list[str]]:
    return (sentences[start : start + size] for start in range(0, len(sentences), size))
