"""Pieces of the sides of pairs: what a reviewer's splits and merges are made of, and the spans that they have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from align.types import Language, TranslationUnit

__all__ = ["Piece", "is_whole", "make_up", "piece_spans", "segment_stretches", "side_text"]


class Piece(NamedTuple):
    """A stretch of one side of a unit.

    :param unit: the number of the unit in its file
    :param start: in code points of the unit's text, as it stands in the table
    :param end: likewise; greater than `start`
    """

    unit: int
    start: int
    end: int


def side_text(unit: TranslationUnit, language: Language) -> str:
    """The text of a side."""
    return unit.vi if language == "vi" else unit.en


def segment_stretches(unit: TranslationUnit, language: Language) -> list[tuple[int, int, int]] | None:
    """Where each segment of a side stands in the side's text, and where in its document.

    A table holds segments one after the other with a space between, and their spans. A segment in which the
    document has several spaces or a line end is shorter than its span: then it cannot be told, except for a
    side that is one segment and has the length of its span.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> unit = unit_of_texts("Có. Không.", "Yes.", ids=unit_ids(), vi_spans=((0, 3), (9, 15)), en_spans=((0, 9),))
    >>> segment_stretches(unit, "vi"), segment_stretches(unit, "en")
    ([(0, 3, 0), (4, 10, 9)], None)

    :returns: start and end in the text and start in the document of each; None where it cannot be told
    """
    text, spans = side_text(unit, language), unit.vi_spans if language == "vi" else unit.en_spans
    stretches, offset = [], 0
    for start, end in spans:
        stretches.append((offset, offset + end - start, start))
        offset += end - start + 1
    fits = bool(spans) and offset == len(text) + 1 and all(text[end] == " " for _, end, _ in stretches[:-1])
    return stretches if fits else None


def piece_spans(unit: TranslationUnit, language: Language, piece: Piece) -> tuple[tuple[int, int], ...]:
    """The spans of a piece in the document; none where they cannot be told.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> unit = unit_of_texts("Có. Không.", "Yes.", ids=unit_ids(), vi_spans=((0, 3), (9, 15)))
    >>> piece_spans(unit, "vi", Piece(0, 4, 10)), piece_spans(unit, "vi", Piece(0, 0, 7))
    (((9, 15),), ((0, 3), (9, 12)))
    """
    text = side_text(unit, language)
    if (piece.start, piece.end) == (0, len(text)):
        return unit.vi_spans if language == "vi" else unit.en_spans
    found = []
    for start, end, place in segment_stretches(unit, language) or ():
        first, last = max(start, piece.start), min(end, piece.end)
        if first < last:
            found.append((place + first - start, place + last - start))
    return tuple(found)


def is_whole(pieces: Sequence[Piece], unit: int, text: str) -> bool:
    """Whether pieces are one side of one unit, all of it."""
    return tuple(pieces) == (((unit, 0, len(text)),) if text else ())


def make_up(pieces: Sequence[Piece], text: str) -> bool:
    """Whether pieces of one side are all of its text, each letter once; only space may be between them.

    >>> make_up([Piece(0, 4, 10), Piece(0, 0, 3)], "Có. Không."), make_up([Piece(0, 0, 3)], "Có. Không.")
    (True, False)
    """
    end = 0
    for piece in sorted(pieces):
        if piece.start < end or piece.end <= piece.start or piece.end > len(text) or text[end : piece.start].strip():
            return False
        end = piece.end
    return not text[end:].strip()
