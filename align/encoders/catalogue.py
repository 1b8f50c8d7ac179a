"""The encoders there are: what they take and how fast they are here."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import chain

from align.encoders import AUTO, Encoder, bare_encoder
from align.pairing.evidence import reference
from align.pairing.second import SHARE

__all__ = ["Entry", "entry", "speed", "together"]

SECONDS = 1.0
"""How long an encoder is measured. Chosen by hand: what a person waits for a table of a few."""

ROUND = 32
"""Sentences in the warm-up and the first round. Chosen by hand: a large transformer on a slow
processor takes some seconds for them, and the batches of sentence-transformers are as large."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An encoder and what it costs.

    :ivar size: bytes of its folder
    :ivar dim: the width of a vector
    :ivar languages: codes of the languages it is for; none if it does not say
    :ivar speed: sentences a second on this machine, just measured
    :ivar use: when to take it
    :ivar cached: whether its vectors are kept on disk
    """

    name: str
    size: int
    dim: int
    languages: tuple[str, ...]
    speed: float
    use: str
    cached: bool


def entry(name_or_path: str, *, device: str | None = None, batch_size: int | None = None) -> Entry:
    """Load an encoder and measure it; takes the time of loading it and about two seconds.

    :raises EncoderError: if it cannot be had or does not load
    """
    encoder = bare_encoder(name_or_path, device=device, batch_size=batch_size)
    size = sum(path.stat().st_size for path in encoder.folder.rglob("*") if path.is_file())
    return Entry(encoder.name, size, encoder.dim, encoder.languages, speed(encoder), encoder.use, encoder.cached)


def together(static: Entry, mini: Entry) -> Entry:
    """What ``auto`` takes: `static` reads everything, `mini` at most a share of it.

    Its speed is that of a long document of which `mini` reads as much as it ever does.
    """
    return Entry(
        name=AUTO,
        size=static.size + mini.size,
        dim=static.dim,
        languages=static.languages,
        speed=1 / (1 / static.speed + SHARE / mini.speed),
        use="the default: static, and mini where that is in doubt; this fast or faster",
        cached=mini.cached,
    )


def speed(encoder: Encoder, *, seconds: float = SECONDS) -> float:
    """Sentences a second, tokenised and encoded, over the reference sentences of both languages.

    These are headlines and short sentences: longer ones take longer.

    :param seconds: how long to measure, beside the warm-up; the last round is finished
    """
    sample = list(chain.from_iterable(reference()))
    encoder.encode(sample[:ROUND])
    count, done, spent = ROUND, 0, 0.0
    while spent < seconds:
        sentences = (sample * (count // len(sample) + 1))[:count]
        started = time.perf_counter()
        encoder.encode(sentences)
        last = time.perf_counter() - started
        spent += last
        done += count
        if last < seconds / 8:  # too few to tell, or to fill a graphics card
            count *= 2
    return done / spent
