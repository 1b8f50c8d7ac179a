"""Encoders: sentences of both languages in, unit vectors of one space out.

>>> from align.encoders import load_encoder
>>> encoder = load_encoder("static")
>>> vi, en, other = encoder.encode(["Hôm nay trời mưa to.", "It is raining hard today.", "The bank raised its rates."])
>>> bool(vi @ en > vi @ other)
True
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["ENCODERS", "Encoder", "Progress", "Vectors", "load_encoder"]

Vectors: TypeAlias = npt.NDArray[np.float32]
Progress: TypeAlias = Callable[[int, int], None]

ENCODERS: dict[str, str] = {"static": "align.encoders.bundled:StaticEncoder"}
"""The encoders that ship with the package: name to ``"module:Class"``, imported on use."""


class Encoder(Protocol):
    """What turns sentences into vectors whose cosine says how alike they are in meaning.

    :ivar name: what it was loaded by, for messages and for the key of stored vectors
    :ivar dim: the width of a vector
    """

    @property
    def name(self) -> str:
        """What it was loaded by."""
        ...

    @property
    def dim(self) -> int:
        """The width of a vector."""
        ...

    def encode(self, sentences: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """One vector a sentence, in the order given.

        :param sentences: any text, of any length; lone surrogates and control characters do no harm
        :param progress: called with the number of sentences done and their total, now and then
            and at the end
        :returns: float32, shape (len(sentences), dim); every row has length 1, but a sentence
            in which the encoder knows nothing (such as ``""``) has a row of zeros, whose cosine
            with anything is 0
        """
        ...


def load_encoder(name_or_path: str, *, device: str | None = None) -> Encoder:
    """The encoder of that name: a bundled one, or any sentence-transformers model.

    A name in `ENCODERS` comes first; a folder that is called the same is reached as
    ``"./static"``. Any other name is a folder with a sentence-transformers model, or the
    name of one on the model hub, which is downloaded at its first use.

    :param device: where a sentence-transformers model runs, such as ``"cuda"``; None takes
        the best there is. A bundled encoder runs on the processor whatever is asked for
    :raises EncoderError: if it cannot be had or does not load, in one line that says what to do

    >>> load_encoder("static").name
    'static'
    """
    if name_or_path in ENCODERS:
        module, _, attribute = ENCODERS[name_or_path].partition(":")
        encoder: Encoder = getattr(import_module(module), attribute)()
        return encoder
    from align.encoders.sentence_transformer import SentenceTransformerEncoder

    return SentenceTransformerEncoder(name_or_path, device=device)
