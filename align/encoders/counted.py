"""An encoder that counts what it is asked."""

from __future__ import annotations

from collections.abc import Sequence

from align.encoders import Encoder, Progress, Vectors

__all__ = ["CountedEncoder"]


class CountedEncoder:
    """Another encoder, and how many lines it was given.

    >>> from align.encoders import load_encoder
    >>> encoder = CountedEncoder(load_encoder("static"))
    >>> encoder.encode(["Xin chào", "Hello"]).shape, encoder.lines
    ((2, 384), 2)

    :ivar lines: how many, each as often as it was given
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.lines = 0

    @property
    def dim(self) -> int:
        """The width of a vector."""
        return self._encoder.dim

    def encode(self, sentences: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """See `align.encoders.Encoder.encode`."""
        self.lines += len(sentences)
        return self._encoder.encode(sentences, progress=progress)
