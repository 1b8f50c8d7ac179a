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
from pathlib import Path
from typing import ClassVar, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from align.errors import EncoderError

__all__ = ["AUTO", "ENCODERS", "Encoder", "Progress", "Provided", "Vectors", "bare_encoder", "load_encoder"]

Vectors: TypeAlias = npt.NDArray[np.float32]
Progress: TypeAlias = Callable[[int, int], None]

ENCODERS: dict[str, str] = {
    "static": "align.encoders.static:StaticEncoder",
    "mini": "align.encoders.mini:MiniEncoder",
}
"""The encoders that ship with the package: name to ``"module:Class"``, imported on use.

Each class takes ``batch_size``, has a ``folder`` and a ``fingerprint``, and says three things of
itself: ``cached``, whether it is slow enough that keeping its vectors pays; ``languages``, by their
codes; ``use``, when to take it, in a few words.
"""


AUTO = "auto"
"""The name by which ``static`` and ``mini`` work together: a way of pairing, not an encoder."""


class Encoder(Protocol):
    """What turns sentences into vectors whose cosine says how alike they are in meaning.

    One that also has a `fingerprint` can be wrapped in `align.encoders.cache.CachedEncoder`,
    which keeps its vectors on disk.

    :ivar name: what it was loaded by, for messages
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


class Provided(Encoder, Protocol):
    """What the encoders of this package have beyond `Encoder`; see `ENCODERS`."""

    cached: ClassVar[bool]
    languages: ClassVar[tuple[str, ...]]
    use: ClassVar[str]

    @property
    def folder(self) -> Path:
        """Where its model lies."""
        ...

    @property
    def fingerprint(self) -> str:
        """The same for the same vectors, wherever the model lies and whatever it runs on."""
        ...


def load_encoder(
    name_or_path: str, *, device: str | None = None, batch_size: int | None = None, cache: bool = True
) -> Encoder:
    """The encoder of that name: a bundled one, or any sentence-transformers model.

    A name in `ENCODERS` comes first; a folder that is called the same is reached as
    ``"./static"``. Any other name is a folder with a sentence-transformers model, or the
    name of one on the model hub, which is downloaded at its first use.

    The model of a slow encoder is loaded when the first sentence needs it.

    :param device: where a sentence-transformers model runs, such as ``"cuda"``; None takes
        the best there is. A bundled encoder runs on the processor whatever is asked for
    :param batch_size: sentences encoded at once: more is faster as long as the memory holds
        them; None leaves it to the encoder
    :param cache: keep the vectors of a slow encoder on disk and take from there what was
        encoded before; see `align.encoders.cache`
    :raises EncoderError: if it cannot be had or does not load, in one line that says what to do
    :raises ValueError: if batch_size is below 1

    >>> load_encoder("static").name
    'static'
    """
    if batch_size is not None and batch_size < 1:
        raise ValueError(f"batch_size is {batch_size}; expected 1 or more, or None")
    encoder = bare_encoder(name_or_path, device=device, batch_size=batch_size)
    if not (cache and encoder.cached):
        return encoder
    from align.encoders.cache import CachedEncoder

    return CachedEncoder(encoder)


def bare_encoder(name_or_path: str, *, device: str | None = None, batch_size: int | None = None) -> Provided:
    """The encoder that `load_encoder` gives with ``cache=False``, and what it says of itself."""
    if name_or_path == AUTO:
        raise EncoderError("auto is static and mini working together and no encoder by itself; name one of them")
    if name_or_path in ENCODERS:
        module, _, attribute = ENCODERS[name_or_path].partition(":")
        encoder: Provided = getattr(import_module(module), attribute)(batch_size=batch_size)
        return encoder
    from align.encoders.sentence_transformer import SentenceTransformerEncoder

    return SentenceTransformerEncoder(name_or_path, device=device, batch_size=batch_size)
