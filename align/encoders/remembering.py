"""An encoder that keeps what it has encoded for the time of one piece of work, and counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from align.encoders import Encoder, Progress, Vectors

__all__ = ["RememberingEncoder"]


class RememberingEncoder:
    """Encodes each text once.

    >>> from align.encoders import load_encoder
    >>> encoder = RememberingEncoder(load_encoder("static"))
    >>> encoder.encode(["Xin chào", "Hello", "Xin chào"]).shape, encoder.lines
    ((3, 384), 2)

    :ivar lines: how many texts the encoder was given
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name, self.dim = encoder.name, encoder.dim
        self._row: dict[str, int] = {}
        self._vectors = np.zeros((0, encoder.dim), np.float32)

    @property
    def lines(self) -> int:
        """How many texts the encoder was given."""
        return len(self._row)

    def encode(self, sentences: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """See `align.encoders.Encoder.encode`."""
        new = [text for text in dict.fromkeys(sentences) if text not in self._row]
        if new:
            self._row.update((text, number) for number, text in enumerate(new, start=len(self._row)))
            self._vectors = np.concatenate([self._vectors, self._encoder.encode(new, progress=progress)])
        return self._vectors[[self._row[text] for text in sentences]]
