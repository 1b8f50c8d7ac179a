"""What flows through `align`: documents, their segments, beads, and the units that files hold of beads.

All are frozen and hold no behaviour beyond reading themselves. No module here does I/O.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, SupportsIndex, TypeAlias, overload

__all__ = [
    "KINDS",
    "LANGUAGES",
    "LANGUAGE_NAMES",
    "Bead",
    "Beads",
    "Document",
    "Kind",
    "Language",
    "Place",
    "Review",
    "Segment",
    "Status",
    "TranslationUnit",
    "pair_id",
]

Language: TypeAlias = Literal["vi", "en"]
Kind: TypeAlias = Literal["headline", "sentence", "caption", "byline", "other"]

Status: TypeAlias = Literal["", "accepted", "rejected", "disputed"]

LANGUAGES: tuple[Language, ...] = ("vi", "en")
LANGUAGE_NAMES: dict[Language, str] = {"vi": "Vietnamese", "en": "English"}
KINDS: tuple[Kind, ...] = ("headline", "sentence", "caption", "byline", "other")

Place: TypeAlias = tuple[int, int, str]
"""Start, end and name of a stretch of a text: the page it is on, the time it is said."""


@dataclass(frozen=True, slots=True)
class Document:
    """A cleaned text and where it came from.

    `text` is NFC, has no control characters but tab and line feed, and ends its lines
    with LF (see `align.text.clean`). Spans are offsets into it, in code points.

    :param id: the path relative to what was given, or a name for a text from memory
    :param text: the cleaned text
    :param lang: ``"vi"`` or ``"en"`` where the whole document is known to be in it,
        None where it is mixed or unknown
    :param source: the path or address the text was read from, for messages
    :param places: where in the source stretches of the text stand, such as the times of subtitles;
        in order, without overlap, and not all over the text
    """

    id: str
    text: str
    lang: Language | None = None
    source: str | None = None
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a document that is paired as one piece.

    Invariant: ``0 <= start < end <= len(document.text)``, and the segment's text is
    ``document.text[start:end]``, always.

    :param lang: ``"vi"``, ``"en"``, or None where the line is in neither or undecided
    """

    document: Document
    start: int
    end: int
    lang: Language | None
    kind: Kind = "sentence"

    @property
    def text(self) -> str:
        """The segment's text, a slice of its document's.

        >>> Segment(Document("a.txt", "Xin chào. Tạm biệt."), 10, 19, "vi").text
        'Tạm biệt.'
        """
        return self.document.text[self.start : self.end]

    @property
    def places(self) -> tuple[str, ...]:
        """The names of the document's places that the segment touches, in order.

        >>> talk = Document("a.srt", "Xin chào.", places=((0, 3, "0:01"), (4, 9, "0:02")))
        >>> Segment(talk, 0, 9, "vi").places
        ('0:01', '0:02')
        """
        places = self.document.places
        found = []
        for start, end, name in places[bisect_left(places, self.start, key=lambda place: place[1]) :]:
            if start >= self.end:
                break
            if end > self.start:
                found.append(name)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Bead:
    """Segments of both languages that say the same; either side can be empty.

    Invariant: a bead with an empty side has `similarity` None and `score` None, never 0.

    :param vi: Vietnamese segments, in document order
    :param en: English segments, in document order
    :param similarity: cosine of the two sides' vectors, -1 to 1
    :param score: the probability that the bead is right as it stands, 0 to 1
    :param flags: what a translator should look at, sorted names
    """

    vi: tuple[Segment, ...]
    en: tuple[Segment, ...]
    similarity: float | None = None
    score: float | None = None
    flags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.vi and not self.en:
            raise ValueError("a bead needs at least one segment")
        if not (self.vi and self.en) and not (self.similarity is None and self.score is None):
            raise ValueError("a bead with an empty side has neither similarity nor score")

    @property
    def kind(self) -> str:
        """Number of Vietnamese and of English segments, such as ``"1-2"``."""
        return f"{len(self.vi)}-{len(self.en)}"

    @property
    def vi_text(self) -> str:
        """The Vietnamese side on one line."""
        return _joined(self.vi)

    @property
    def en_text(self) -> str:
        """The English side on one line."""
        return _joined(self.en)

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits that are the same for the same pair in every run.

        A digest of both sides' documents, spans and texts, so that it survives a new
        score, a new flag and a new order, and nothing else.
        """
        vi, en = ([(s.document.id, s.start, s.end, s.text) for s in side] for side in (self.vi, self.en))
        return pair_id(vi, en)

    def _repr_html_(self) -> str:
        from align.notebook import pairs_html

        return pairs_html([self])


class Beads(list[Bead]):
    """A list of beads that a notebook shows as a table; in all else it is a list.

    >>> page = Document("a.txt", "Xin chào.")
    >>> beads = Beads([Bead((Segment(page, 0, 9, "vi"),), ())])
    >>> beads == list(beads), type(beads[:1]).__name__
    (True, 'Beads')
    """

    __slots__ = ()

    @overload
    def __getitem__(self, index: SupportsIndex) -> Bead: ...
    @overload
    def __getitem__(self, index: slice) -> Beads: ...
    def __getitem__(self, index: SupportsIndex | slice) -> Bead | Beads:
        found = super().__getitem__(index)
        return Beads(found) if isinstance(found, list) else found

    def _repr_html_(self) -> str:
        from align.notebook import pairs_html

        return pairs_html(self)


def pair_id(vi: Iterable[tuple[str, int, int, str]], en: Iterable[tuple[str, int, int, str]]) -> str:
    """The id of a pair; see `Bead.id`.

    :param vi: document, start, end and text of each Vietnamese segment
    """
    parts = []
    for side in (vi, en):
        parts += [f"{document}\x1f{start}\x1f{end}\x1f{text}" for document, start, end, text in side]
        parts.append("\x1e")
    return hashlib.blake2b("\x1d".join(parts).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Review:
    """What reviewers decided about a unit.

    Invariant: the edited texts are clean and on one line, as those of units are, and not empty; `origin` and
    `origin_scores` are of one length.

    :param status: nothing where it was not decided, ``"disputed"`` where two reviewers disagree
    :param vi_edited: the Vietnamese text as the reviewer wants it; None where it was left as it is
    :param reviewers: the names of those who decided
    :param origin: the ids of the units that this one was made from by splitting, merging or moving; none if it is
        that unit
    :param origin_scores: the scores of those units
    """

    status: Status = ""
    vi_edited: str | None = None
    en_edited: str | None = None
    comment: str = ""
    reviewers: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()
    origin_scores: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class TranslationUnit:
    """What a file holds of a bead: texts and where they came from, without the documents.

    Whatever is read from a table, a translation memory or a ladder with its texts is one, and whatever
    is written is one first, so that every format holds the same. `align.formats.units` makes them.

    Invariant: `vi` and `en` are clean and on one line, single spaces, none around; at least one is not
    empty; one that has an empty side has `score` None. `score` has four decimals at most.

    :param kind: segments on each side, such as ``"1-2"``
    :param flags: what a translator should look at, sorted names
    :param document: the name of the pair of documents; what `vi_document` and `en_document` share
    :param vi_spans: starts and ends in the cleaned document; none where a file does not say
    :param id: the bead's id, or one made from the texts where a file has none
    :param vi_places: names of places in the source, such as times of subtitles
    :param review: what reviewers decided; None where the file says nothing of it
    """

    vi: str
    en: str
    score: float | None
    kind: str
    flags: tuple[str, ...]
    document: str
    vi_document: str
    en_document: str
    vi_spans: tuple[tuple[int, int], ...]
    en_spans: tuple[tuple[int, int], ...]
    id: str
    vi_places: tuple[str, ...] = ()
    en_places: tuple[str, ...] = ()
    review: Review | None = None

    def _repr_html_(self) -> str:
        from align.notebook import pairs_html

        return pairs_html([self])


def _joined(segments: Iterable[Segment]) -> str:
    return " ".join(" ".join(segment.text.split()) for segment in segments)
