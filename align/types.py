"""The three things that flow through `align`: documents, their segments, and beads.

All are frozen and hold no behaviour beyond reading themselves. No module here does I/O.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["KINDS", "LANGUAGES", "LANGUAGE_NAMES", "Bead", "Document", "Kind", "Language", "Segment"]

Language: TypeAlias = Literal["vi", "en"]
Kind: TypeAlias = Literal["headline", "sentence", "caption", "byline", "other"]

LANGUAGES: tuple[Language, ...] = ("vi", "en")
LANGUAGE_NAMES: dict[Language, str] = {"vi": "Vietnamese", "en": "English"}
KINDS: tuple[Kind, ...] = ("headline", "sentence", "caption", "byline", "other")


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
    """

    id: str
    text: str
    lang: Language | None = None
    source: str | None = None


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
        parts = []
        for side in (self.vi, self.en):
            parts += [f"{s.document.id}\x1f{s.start}\x1f{s.end}\x1f{s.text}" for s in side]
            parts.append("\x1e")
        return hashlib.blake2b("\x1d".join(parts).encode(), digest_size=8).hexdigest()


def _joined(segments: Iterable[Segment]) -> str:
    return " ".join(" ".join(segment.text.split()) for segment in segments)
