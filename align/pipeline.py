"""The flow: read, clean, identify, segment, encode, pair, score. And nothing else.

    paths ─ read ─ clean ─ identify ─ segment ─ encode ─ pair ─ score ─ write
            Document        Segment            vectors   Bead    Bead    file

No stage knows which comes next; here they are put in a row, once for pages in which both languages are
mixed (`mine`), once for two documents that tell the same story (`pair`).
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from align.encoders import AUTO
from align.errors import FormatError, InputError
from align.formats.files import Input, find_inputs
from align.formats.reading import read_documents
from align.formats.settings import ReadSettings
from align.text.clean import clean
from align.text.direction import check_languages
from align.text.segment import segment
from align.types import LANGUAGE_NAMES, Bead, Beads, Document, Language, Segment

if TYPE_CHECKING:
    from align.encoders import Encoder, Progress
    from align.pairing.mine import Miner
    from align.pairing.ordered import OrderedAligner, Paragraphs

__all__ = [
    "MIN_SCORE",
    "Failure",
    "Mined",
    "Paired",
    "Source",
    "load_aligner",
    "load_miner",
    "mine",
    "mine_document",
    "mine_inputs",
    "only",
    "pair",
    "pair_documents",
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
    error: InputError | FormatError


@dataclass(frozen=True, slots=True)
class Paired:
    """Two documents, their segments in order, and their beads.

    Invariant: every segment stands in exactly one bead.

    :param moved: how many pairs `mine` finds among the segments without a partner that stand out of order
    :param lines_encoded: lines that went through an encoder
    """

    vi: tuple[Segment, ...]
    en: tuple[Segment, ...]
    beads: tuple[Bead, ...]
    moved: int = 0
    lines_encoded: int = 0


def mine(
    sources: Source | Iterable[Source],
    *,
    encoder: str | Encoder = AUTO,
    min_score: float = MIN_SCORE,
    lines: bool = False,
    settings: ReadSettings | None = None,
) -> Beads:
    """Pair the Vietnamese and English text in files, folders and texts, no order assumed.

    Each document is mined by itself.

    >>> page = "Giá gạo tăng tuần thứ ba\\n\\nMưa lớn ở Huế\\n\\nRice prices rise for a third week"
    >>> [(bead.vi_text, bead.en_text) for bead in mine(page)]
    [('Giá gạo tăng tuần thứ ba', 'Rice prices rise for a third week')]

    :param sources: paths of files and folders, documents (`Document`), or texts; a string with a line
        break in it is a text, any other string is a path
    :param encoder: a name such as `AUTO` or ``"static"``, a sentence-transformers name or folder, or an
        encoder; `align.load_encoder` gives one for a device, a batch size, or without the cache
    :param min_score: the least probability of a pair, 0 to 1
    :param lines: take every line as one segment
    :param settings: how files are read; by default, as their suffix says
    :returns: pairs in document order
    :raises AlignError: if a source cannot be read or the encoder cannot be had
    """
    miner = load_miner(encoder)
    found = (mine_document(document, miner, lines=lines) for document in read(sources, settings))
    return Beads(bead for mined in found for bead in mined.beads if bead.score is not None and bead.score >= min_score)


def pair(
    vi: Source,
    en: Source,
    *,
    encoder: str | Encoder = AUTO,
    min_score: float = 0.0,
    lines: bool = False,
    max_bead: int = 4,
    paragraphs: Paragraphs = "soft",
    rescue: bool = False,
    settings: ReadSettings | None = None,
) -> Beads:
    """Align two documents that tell the same story in about the same order.

    >>> vi = "Trời mưa to. Tôi ở nhà, đọc sách.\\nTối tôi nấu cơm."
    >>> en = "It rained hard. I stayed at home. I read a book.\\nIn the evening I cooked rice."
    >>> [(bead.kind, bead.vi_text) for bead in pair(vi, en)]
    [('1-1', 'Trời mưa to.'), ('1-2', 'Tôi ở nhà, đọc sách.'), ('1-1', 'Tối tôi nấu cơm.')]

    :param vi: path, `Document` or text of the Vietnamese side; see `mine` for what counts as which
    :param en: the same for the English side
    :param encoder: see `mine`
    :param min_score: above 0, pairs of less probability and segments without a partner are left out
    :param lines: take every line as one segment
    :param max_bead: segments on a side of a bead at most, 1 to 4
    :param paragraphs: what a paragraph break is to a bead: ``"ignore"`` for nothing, ``"soft"`` for
        evidence, ``"hard"`` for a border it can't cross
    :param rescue: pair what stands out of order, too
    :param settings: how files are read; by default, as their suffix says
    :returns: the beads in the order of the texts, segments without a partner among them
    :raises AlignError: if a side cannot be read or is in the wrong language, or the encoder cannot be had
    """
    aligner = load_aligner(encoder, max_bead=max_bead, paragraphs=paragraphs)
    reading = settings or ReadSettings()
    paired = pair_documents(
        only(read(vi, replace(reading, side="vi")), "vi"),
        only(read(en, replace(reading, side="en")), "en"),
        aligner,
        lines=lines,
        rescue=rescue,
    )
    return Beads(bead for bead in paired.beads if not min_score or (bead.score or 0) >= min_score)


def only(documents: Iterable[Document], language: Language) -> Document:
    """The one document that a side of a pair is, with its language.

    :raises InputError: if there are several or none
    """
    found = list(documents)
    if len(found) != 1:
        first = f" ({found[0].id}, …)" if found else ""
        raise InputError(
            f"found {len(found)} documents{first} where one in {LANGUAGE_NAMES[language]} was expected; "
            "give a file that holds one, or one of those."
        )
    return replace(found[0], lang=language)


def load_aligner(
    encoder: str | Encoder,
    *,
    device: str | None = None,
    batch_size: int | None = None,
    cache: bool = True,
    max_bead: int = 4,
    paragraphs: Paragraphs = "soft",
    load: Callable[..., Encoder] | None = None,
) -> OrderedAligner:
    """The aligner of ordered documents for an encoder or its name; see `load_miner`.

    :param encoder: with `AUTO` ``static`` reads everything, and ``mini`` looks again at close decisions
    """
    from align.encoders import load_encoder
    from align.pairing.ordered import OrderedAligner

    load = functools.partial(load or load_encoder, device=device, batch_size=batch_size, cache=cache)
    if encoder == AUTO:
        return OrderedAligner(load("static"), second=load("mini"), max_bead=max_bead, paragraphs=paragraphs)
    first = load(encoder) if isinstance(encoder, str) else encoder
    return OrderedAligner(first, max_bead=max_bead, paragraphs=paragraphs)


def pair_documents(
    vi: Document,
    en: Document,
    aligner: OrderedAligner,
    *,
    lines: bool = False,
    rescue: bool = False,
    progress: Progress | None = None,
) -> Paired:
    """Segment two documents and align them; then look among what is left over for what was moved.

    :param vi: with its language, ``"vi"``
    :param en: with its language, ``"en"``
    :param rescue: put the moved pairs among the beads, flagged ``moved``, instead of only counting them
    :raises InputError: if the documents are in other languages
    """
    from align.pairing.moved import moved_pairs, with_moved

    check_languages(vi, en)
    sides = segment(vi, lines=lines), segment(en, lines=lines)
    alignment = aligner.alignment(*sides, progress=progress)
    moved = moved_pairs(alignment.beads, aligner.miner)
    beads = with_moved(alignment.beads, moved) if rescue else alignment.beads
    return Paired(tuple(sides[0]), tuple(sides[1]), tuple(beads), len(moved), alignment.lines_encoded)


def load_miner(
    encoder: str | Encoder,
    *,
    device: str | None = None,
    batch_size: int | None = None,
    cache: bool = True,
    load: Callable[..., Encoder] | None = None,
) -> Miner:
    """The miner for an encoder or its name; heavy libraries are imported here and not before.

    :param encoder: `AUTO` is no encoder but two: ``static`` reads everything, and ``mini`` what that
        leaves open
    :param device: this and what follows is for an encoder given by its name; see
        `align.encoders.load_encoder`
    :param load: what takes the place of `align.encoders.load_encoder`
    """
    from align.encoders import load_encoder
    from align.pairing.mine import Miner, second_opinion

    load = functools.partial(load or load_encoder, device=device, batch_size=batch_size, cache=cache)
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


def read(sources: Source | Iterable[Source], settings: ReadSettings | None = None) -> Iterator[Document]:
    """The documents behind paths and texts; see `mine` for what counts as which."""
    several = [sources] if isinstance(sources, (str, os.PathLike, Document)) else sources
    for number, source in enumerate(several, start=1):
        if isinstance(source, Document):
            yield source
        elif isinstance(source, str) and "\n" in source:
            yield Document(f"text-{number}", clean(source))
        else:
            for item in find_inputs([source])[0]:
                yield from read_documents(item, settings or ReadSettings())


def mine_inputs(
    inputs: Sequence[Input], miner: Miner, *, lines: bool = False, settings: ReadSettings | None = None
) -> Iterator[Mined | Failure]:
    """Mine one input after the other; one that cannot be read is reported, and the rest goes on.

    Of a file that holds several documents, those before the one that cannot be read are mined.

    :raises AlignError: if not one could be read
    """
    failed, some = 0, False
    for item in inputs:
        try:
            for document in read_documents(item, settings or ReadSettings()):
                some = True
                yield mine_document(document, miner, lines=lines)
        except (FormatError, InputError) as error:
            if len(inputs) == 1 and not some:
                raise
            failed += 1
            yield Failure(item, error)
    if failed and not some:
        raise InputError(f"none of the {failed} documents could be read; see above.")
