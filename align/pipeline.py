"""The flow: read, clean, identify, segment, encode, pair, score. And nothing else.

    paths ─ read ─ clean ─ identify ─ segment ─ encode ─ pair ─ score ─ write
            Document        Segment            vectors   Bead    Bead    file

No stage knows which comes next; here they are put in a row.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from align.encoders import AUTO
from align.errors import InputError
from align.formats.files import Input, find_inputs
from align.formats.plain import read_plain
from align.text.clean import clean
from align.text.segment import segment
from align.types import Bead, Document, Segment

if TYPE_CHECKING:
    from align.encoders import Encoder
    from align.pairing.mine import Miner

__all__ = [
    "MIN_SCORE",
    "Failure",
    "Mined",
    "Source",
    "load_miner",
    "mine",
    "mine_document",
    "mine_inputs",
    "read",
]

Source: TypeAlias = "str | os.PathLike[str] | Document"

# A pair is exported when it is more likely right than wrong.
MIN_SCORE = 0.5

# Kinds that no bilingual reader would call a translation of anything: names of authors, and
# what agencies put around their texts.
UNPAIRED_KINDS = frozenset({"byline", "other"})


@dataclass(frozen=True, slots=True)
class Mined:
    """A document, its segments in order, and the beads they make.

    Invariant: a segment whose language is decided and whose kind is paired stands in exactly
    one bead; the others stand in none.
    """

    document: Document
    segments: tuple[Segment, ...]
    beads: tuple[Bead, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be mined, and why."""

    input: Input
    error: InputError


def mine(
    sources: Source | Iterable[Source],
    *,
    encoder: str | Encoder = AUTO,
    min_score: float = MIN_SCORE,
    lines: bool = False,
) -> list[Bead]:
    """Pair the Vietnamese and English text in files, folders and texts, no order assumed.

    Each document is mined by itself.

    >>> page = "Giá gạo tăng tuần thứ ba\\n\\nMưa lớn ở Huế\\n\\nRice prices rise for a third week"
    >>> [(bead.vi_text, bead.en_text) for bead in mine(page)]
    [('Giá gạo tăng tuần thứ ba', 'Rice prices rise for a third week')]

    :param sources: paths of files and folders, `Document`s, or texts; a string with a line
        break in it is a text, any other string is a path
    :param encoder: a name such as `AUTO` or ``"static"``, a sentence-transformers name or folder, or an
        encoder; `align.load_encoder` gives one for a device, a batch size, or without the cache
    :param min_score: the least probability of a pair, 0 to 1
    :param lines: take every line as one segment
    :returns: pairs in document order
    :raises AlignError: if a source cannot be read or the encoder cannot be had
    """
    miner = load_miner(encoder)
    found = (mine_document(document, miner, lines=lines) for document in read(sources))
    return [bead for mined in found for bead in mined.beads if bead.score is not None and bead.score >= min_score]


def load_miner(
    encoder: str | Encoder, *, device: str | None = None, batch_size: int | None = None, cache: bool = True
) -> Miner:
    """The miner for an encoder or its name; heavy libraries are imported here and not before.

    :param encoder: `AUTO` is no encoder but two: ``static`` reads everything, and ``mini`` what that
        leaves open
    :param device: this and what follows is for an encoder given by its name; see
        `align.encoders.load_encoder`
    """
    from align.encoders import load_encoder
    from align.pairing.mine import Miner, second_opinion

    def load(name: str) -> Encoder:
        return load_encoder(name, device=device, batch_size=batch_size, cache=cache)

    if encoder == AUTO:
        return Miner(load("static"), second=second_opinion(load("mini")))
    return Miner(load(encoder) if isinstance(encoder, str) else encoder)


def mine_document(document: Document, miner: Miner, *, lines: bool = False) -> Mined:
    """Segment one document and pair what it holds in both languages."""
    segments = segment(document, lines=lines)
    vi, en = (
        [found for found in segments if found.lang == language and found.kind not in UNPAIRED_KINDS]
        for language in ("vi", "en")
    )
    return Mined(document, tuple(segments), tuple(miner.align(vi, en)))


def read(sources: Source | Iterable[Source]) -> Iterator[Document]:
    """The documents behind paths and texts; see `mine` for what counts as which."""
    several = [sources] if isinstance(sources, (str, os.PathLike, Document)) else sources
    for number, source in enumerate(several, start=1):
        if isinstance(source, Document):
            yield source
        elif isinstance(source, str) and "\n" in source:
            yield Document(f"text-{number}", clean(source))
        else:
            for item in find_inputs([source])[0]:
                yield from read_plain(item)


def mine_inputs(
    inputs: Sequence[Input], miner: Miner, *, lines: bool = False, encoding: str | None = None
) -> Iterator[Mined | Failure]:
    """Mine one input after the other; one that cannot be read is reported, and the rest goes on.

    :raises InputError: if not one could be read
    """
    failed = 0
    for item in inputs:
        try:
            for document in read_plain(item, encoding=encoding):
                yield mine_document(document, miner, lines=lines)
        except InputError as error:
            if len(inputs) == 1:
                raise
            failed += 1
            yield Failure(item, error)
    if failed and failed == len(inputs):
        raise InputError(f"none of the {failed} documents could be read; see above.")
