"""What a work unit leaves behind: everything that was found in one input, in a file that knows when it is damaged.

All beads are there with their scores, so that another threshold or another format needs no work anew.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from align.batch.seal import sealed, unsealed
from align.pipeline import Mined, Paired
from align.types import Bead, Document, Segment

__all__ = ["Shard", "Unread", "dumped", "loaded"]


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of an input that could not be read: where, why, and what stands there."""

    place: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Shard:
    """What one input gave.

    :ivar results: what each page in it holds, or the one thing that two documents make
    :ivar documents: a page for each result, or the Vietnamese and the English document of a pair
    :ivar unread: what could not be read of it
    :ivar remarks: what the reader had to say, such as which encoding it took
    :ivar lines_encoded: lines that were given to an encoder
    :ivar seconds: that it took
    :ivar forms: of segments that take part in mining over all documents, in order, as digests: two that say
        the same have the same one
    """

    results: tuple[Mined | Paired, ...]
    documents: tuple[Document, ...]
    unread: tuple[Unread, ...] = ()
    remarks: tuple[str, ...] = ()
    lines_encoded: int = 0
    seconds: float = 0.0
    forms: tuple[int, ...] = ()


def dumped(shard: Shard) -> bytes:
    """A shard as JSON, sealed."""
    found = {
        "documents": [_document_data(document) for document in shard.documents],
        "results": [_result_data(result) for result in shard.results],
        "unread": [[one.place, one.reason, one.text] for one in shard.unread],
        "remarks": shard.remarks,
        "lines_encoded": shard.lines_encoded,
        "seconds": round(shard.seconds, 3),
        "forms": shard.forms,
    }
    data = json.dumps(found, ensure_ascii=True, separators=(",", ":")).encode()
    return sealed(data)


def loaded(data: bytes) -> Shard:
    """The shard that was dumped.

    :raises DamagedError: if the digest is not that of the data
    """
    found = json.loads(unsealed(data))
    documents = tuple(_document(one) for one in found["documents"])
    return Shard(
        tuple(_result(one, documents, number) for number, one in enumerate(found["results"])),
        documents,
        tuple(Unread(*one) for one in found["unread"]),
        tuple(found["remarks"]),
        found["lines_encoded"],
        found["seconds"],
        tuple(found["forms"]),
    )


def _document_data(document: Document) -> list[Any]:
    return [document.id, document.text, document.lang, document.source, document.places]


def _document(data: Sequence[Any]) -> Document:
    name, text, lang, source, places = data
    return Document(name, text, lang, source, tuple((start, end, place) for start, end, place in places))


def _result_data(result: Mined | Paired) -> dict[str, Any]:
    """Segments as numbers, and beads by the places of their segments."""
    if isinstance(result, Mined):
        place = {id(segment): number for number, segment in enumerate(result.segments)}
        return {"segments": _segments_data(result.segments), "beads": _beads_data(result.beads, place)}
    place = {id(segment): number for side in (result.vi, result.en) for number, segment in enumerate(side)}
    return {
        "vi": _segments_data(result.vi),
        "en": _segments_data(result.en),
        "beads": _beads_data(result.beads, place),
        "moved": result.moved,
        "lines_encoded": result.lines_encoded,
    }


def _segments_data(segments: Sequence[Segment]) -> list[list[Any]]:
    return [[segment.start, segment.end, segment.lang, segment.kind] for segment in segments]


def _beads_data(beads: Sequence[Bead], place: dict[int, int]) -> list[list[Any]]:
    return [
        [[place[id(s)] for s in bead.vi], [place[id(s)] for s in bead.en], bead.similarity, bead.score, bead.flags]
        for bead in beads
    ]


def _result(data: dict[str, Any], documents: Sequence[Document], number: int) -> Mined | Paired:
    if "segments" in data:
        document = documents[number]
        segments = _segments(data["segments"], document)
        return Mined(document, segments, _beads(data["beads"], segments, segments))
    vi, en = _segments(data["vi"], documents[0]), _segments(data["en"], documents[1])
    return Paired(vi, en, _beads(data["beads"], vi, en), data["moved"], data["lines_encoded"])


def _segments(data: Sequence[Sequence[Any]], document: Document) -> tuple[Segment, ...]:
    return tuple(Segment(document, start, end, lang, kind) for start, end, lang, kind in data)


def _beads(data: Sequence[Sequence[Any]], vi: Sequence[Segment], en: Sequence[Segment]) -> tuple[Bead, ...]:
    return tuple(
        Bead(tuple(vi[i] for i in ours), tuple(en[j] for j in theirs), similarity, score, tuple(flags))
        for ours, theirs, similarity, score, flags in data
    )
