"""The fast encoder that ships with the package: one vector a piece of a word, summed.

It needs numpy, tokenizers and safetensors alone. The same folder loads as a
`sentence_transformers.SentenceTransformer` and gives the same vectors there.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import numpy as np
from safetensors.numpy import load_file

from align.encoders import Progress, Vectors
from align.encoders.fingerprint import fingerprint
from align.encoders.pieces import Cutter
from align.errors import EncoderError

__all__ = ["STATIC_MODEL", "StaticEncoder"]

STATIC_MODEL = Path(__file__).parent.parent / "models" / "static"
"""The bundled folder; its MODEL_CARD.md says what it was made from and how good it is."""

CHUNK = 4096
"""Sentences tokenised at a time, between two calls of `progress`. Chosen by hand."""


class StaticEncoder:
    """A bag of pieces: the sum of one learnt vector a piece, brought to unit length.

    Word order counts for nothing, and the vector of a passage is the sum of its parts'
    vectors before scaling. Pieces are of lower-cased text, so that a headline in capitals
    has the vector of its plain form; a character without a piece adds nothing.

    >>> encoder = StaticEncoder()
    >>> plain, capitals = encoder.encode(["Giá xăng tăng mạnh", "GIÁ XĂNG TĂNG MẠNH"])
    >>> bool(plain @ capitals > 0.999)
    True
    """

    cached: ClassVar[bool] = False
    languages: ClassVar[tuple[str, ...]] = ("vi", "en")
    use: ClassVar[str] = "large corpora, closely translated text, text without diacritics"

    def __init__(self, folder: str | Path = STATIC_MODEL, *, batch_size: int | None = None) -> None:
        """
        :param folder: holds ``model.safetensors`` and ``tokenizer.json``
        :param batch_size: sentences tokenised at a time; None is `CHUNK`
        :raises EncoderError: if they are not there or do not fit together
        """
        self.folder = folder = Path(folder)
        self._batch_size = batch_size or CHUNK
        try:
            self._table = _table(folder / "model.safetensors")
            self._cutter = Cutter(folder / "tokenizer.json")
        except Exception as error:  # tokenizers raises nothing narrower
            reason = str(error).splitlines()[0]
            raise EncoderError(
                f"{folder}: the encoder's files do not load ({reason}); install the package again"
            ) from error
        self.name = folder.name

    @cached_property
    def fingerprint(self) -> str:
        """Of the table of vectors and the tokenizer."""
        return fingerprint(self.folder, ["model.safetensors", "tokenizer.json"])

    @property
    def dim(self) -> int:
        """The width of a vector."""
        return int(self._table.shape[1])

    def encode(self, sentences: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """See `align.encoders.Encoder.encode`."""
        vectors = np.zeros((len(sentences), self.dim), np.float32)
        for start in range(0, len(sentences), self._batch_size):
            chunk = sentences[start : start + self._batch_size]
            self._sum(chunk, vectors[start : start + len(chunk)])
            if progress is not None:
                progress(start + len(chunk), len(sentences))
        return _unit(vectors)

    def _sum(self, sentences: Sequence[str], sums: Vectors) -> None:
        """Write each sentence's sum to its row of `sums`, which holds zeros."""
        pieces, ends = self._cutter.cut(sentences)
        ones = np.ones(np.diff(ends, prepend=0).max(initial=0), np.float32)
        start = 0
        for row, end in zip(sums, ends.tolist(), strict=True):
            if end > start:
                # a product with ones sums rows faster than `sum` or `reduceat`, "clip" checks no numbers
                np.dot(ones[: end - start], self._table.take(pieces[start:end], axis=0, mode="clip"), out=row)
            start = end


def _table(file: Path) -> Vectors:
    """One row a piece: bytes, times a factor a row."""
    tensors = load_file(file)
    table: Vectors = tensors["embeddings"].astype(np.float32)
    table *= tensors["weights"][:, None]
    return table


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return unit
