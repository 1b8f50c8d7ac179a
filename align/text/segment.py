"""Cuts documents into segments: the stage between reading and encoding.

A document is taken apart in three steps, each in a module of its own: which lines belong
together (`paragraphs`), what stands in a line besides its text (`kinds`), and where its
sentences end (`boundaries`). Nothing is dropped: the segments of a document hold every
character of it but white space.
"""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from align.text.boundaries import Judge, cuts
from align.text.kinds import Piece, kind_of, peel
from align.text.language import identify
from align.text.paragraphs import Paragraph, paragraphs
from align.types import LANGUAGES, Document, Kind, Language, Segment

__all__ = ["Segmenter", "segment", "segmenter_for"]


class Segmenter(Protocol):
    """Cuts a text into sentences."""

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the sentences of a text stand.

        :returns: half-open spans of code points, in order, none empty, none with white
            space at its ends, that together hold every other character
        """
        ...


def segment(document: Document, *, lines: bool = False) -> list[Segment]:
    """The segments of a document, in order.

    Every line stands by itself, hard-wrapped ones put together first. Where the document has no
    language, it belongs to the line; a sentence that is plainly in the other language keeps its own,
    one that cannot be told takes its line's. Datelines, signatures and image numbers of agencies
    become segments of kind ``other``.

    :param lines: every line that is not blank is one segment, as it stands

    >>> text = "Tô Lâm thăm Mỹ\\nHÀ NỘI — TT. Trump mời ông. Ông sẽ đi.\\nTo Lam visits the US"
    >>> for found in segment(Document("a.txt", text)):
    ...     print(found.lang, found.kind, found.text)
    vi headline Tô Lâm thăm Mỹ
    None other HÀ NỘI —
    vi sentence TT. Trump mời ông.
    vi sentence Ông sẽ đi.
    en headline To Lam visits the US
    """
    text = document.text
    found: list[Segment] = []
    for paragraph in paragraphs(text, reflow=not lines):
        alone = paragraph.alone or (bool(found) and found[-1].kind == "byline")
        for (start, end), lang, kind in _pieces(text, paragraph, document.lang, whole=lines, alone=alone):
            found.append(Segment(document, paragraph.start + start, paragraph.start + end, lang, kind))
    return _signed(found if lines else _with_formulas(found))


_Found = tuple[tuple[int, int], Language | None, Kind]


def _pieces(text: str, paragraph: Paragraph, known: Language | None, *, whole: bool, alone: bool) -> Iterator[_Found]:
    """The segments of one paragraph, by their offsets in it."""
    # A wrapped line's end is a space, one character for one, so that offsets stay.
    line = _BREAK.sub(" ", text[paragraph.start : paragraph.end])
    if paragraph.verbatim:
        yield (0, len(line)), known, "other"
    elif whole:
        yield (0, len(line)), known or identify(line[:_ENOUGH]), kind_of(line, alone=False)
    else:
        for whole_piece in peel(line):
            for piece in [whole_piece] if known else _halves(line, whole_piece):
                yield from _sentences(line, piece, known, alone=alone)


_BREAK = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Characters that are more than enough to tell a line's language.
_ENOUGH = 4000


def _sentences(line: str, piece: Piece, known: Language | None, *, alone: bool) -> Iterator[_Found]:
    """The sentences of a piece of a line, each with its language."""
    if piece.kind == "other":
        yield (piece.start, piece.end), known, "other"
        return
    body = line[piece.start : piece.end]
    lang = known or identify(body[:_ENOUGH])
    if piece.kind == "headline":
        yield (piece.start, piece.end), lang, piece.kind
        return
    spans = segmenter_for(lang or "en").spans(body)
    kind = piece.kind or kind_of(body, sentences=len(spans), alone=alone)
    for a, b in spans:
        own = identify(body[a:b]) if not known and len(spans) > 1 and b - a < _ENOUGH else lang
        yield (piece.start + a, piece.start + b), own or lang, kind


def _halves(line: str, piece: Piece) -> Iterator[Piece]:
    """The cells of a tabbed line, and the two sides of `Xin chào các bạn / Hello my friends`.

    A bar parts a line only where it parts its languages.
    """
    if piece.kind:
        yield piece
        return
    for cell in re.finditer(r"[^\t]+", line[piece.start : piece.end]):
        start, end = trimmed(line, piece.start + cell.start(), piece.start + cell.end())
        bar = _BAR.search(line, start, min(end, start + _ENOUGH))
        if bar and {identify(line[start : bar.start()]), identify(line[bar.end() : end])} == set(LANGUAGES):
            yield Piece(*trimmed(line, start, bar.start()))
            yield Piece(*bar.span(1), "other")
            start, end = trimmed(line, bar.end(), end)
        if start < end:
            yield Piece(start, end)


# No dashes: they part clauses far more often than languages.
_BAR = re.compile(r"\s([/|])\s")


def _with_formulas(found: list[Segment]) -> list[Segment]:
    """Formulas set on lines of their own, put to the sentences that lead up to them.

    `Giả sử ta có ma trận:` ⏎ `$$A = …$$` is one sentence; after a full stop the formula stands alone.
    """
    kept: list[Segment] = []
    for segment in found:
        before = kept[-1] if kept else None
        if before and before.lang and segment.text.startswith("$$") and before.kind in _LEADING and not _ended(before):
            kept[-1] = replace(before, end=segment.end, kind="sentence")
        else:
            kept.append(segment)
    return kept


_LEADING: frozenset[Kind] = frozenset({"sentence", "headline"})


def _ended(segment: Segment) -> bool:
    return bool(_END.search(segment.text[-12:])) or segment.text.startswith("#")


_END = re.compile(r"[.!?…$][\"'”’»)\]*_`]*$")


def _signed(found: list[Segment]) -> list[Segment]:
    """A name that stands before a bar somewhere is a byline wherever it stands alone.

    `Ngọc Vân |` under the headline, `Ngọc Vân` at the end.
    """
    names = {segment.text.rstrip(" |") for segment in found if segment.kind == "byline"}
    return [
        replace(segment, kind="byline") if segment.kind == "headline" and segment.text in names else segment
        for segment in found
    ]


@cache
def segmenter_for(language: Language) -> Segmenter:
    """The segmenter of a language.

    >>> segmenter_for("vi").spans("GS.TS. Nguyễn Văn A ở Q.1. Ông dạy toán.")
    [(0, 26), (27, 40)]

    :raises ValueError: if there is none for it
    """
    if language not in LANGUAGES:
        raise ValueError(f"no segmenter for the language {language!r}; known are {', '.join(map(repr, LANGUAGES))}")
    return _Rules(language, _underthesea if language == "vi" else None)


class _Rules:
    """The rules of `boundaries`, paragraph by paragraph, and a tokenizer where they are silent."""

    def __init__(self, language: Language, asks: Judge | None) -> None:
        self._language = language
        self._asks = asks

    def spans(self, text: str) -> list[tuple[int, int]]:
        """See `Segmenter.spans`; wrapped lines are put together, all others stand apart."""
        found = []
        for paragraph in paragraphs(text):
            flat, offsets = _composed(text[paragraph.start : paragraph.end])
            edges = [0, *(offsets[at] for at in cuts(flat, self._language, self._asks)), offsets[len(flat)]]
            at = paragraph.start
            pieces = (trimmed(text, at + start, at + end) for start, end in pairwise(edges))
            found += [(start, end) for start, end in pieces if start < end]
        return found


def _composed(text: str) -> tuple[str, range | list[int]]:
    """The text in NFC, and where each of its characters, and its end, stood before.

    underthesea and the word lists know composed letters only: on decomposed text a third
    of all boundaries would be wrong.
    """
    if unicodedata.is_normalized("NFC", text):
        return text, range(len(text) + 1)
    flat, offsets, at = [], [], 0
    for cluster in _clusters(text):
        composed = unicodedata.normalize("NFC", cluster)
        flat.append(composed)
        offsets += [at] * len(composed)
        at += len(cluster)
    return "".join(flat), [*offsets, at]


def _clusters(text: str) -> Iterator[str]:
    """Every character with the combining marks behind it."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not unicodedata.combining(text[at]):
            yield text[start:at]
            start = at


# Enough for any word: underthesea walks back over dots and letters, and would do so again
# and again on a long line without spaces.
_WINDOW = 60


def _underthesea(text: str, end: int) -> bool:
    """Whether underthesea ends a sentence behind this mark.

    It is shown the mark's surroundings only, and its sentences are found again with a
    moving cursor, because it strips them. One that is not found again was changed: then
    nothing is known, and the mark ends the sentence, as most do.
    """
    start = max(0, end - _WINDOW)
    window = text[start : end + 8]
    cursor = 0
    for sentence in _sent_tokenize()(window):
        at = window.find(sentence, cursor)
        cursor = at + len(sentence)
        if at < 0 or start + cursor >= end:
            return at < 0 or start + cursor == end
    return True


@cache
def _sent_tokenize() -> Callable[[str], list[str]]:
    """The sentence tokenizer of underthesea, loaded from its own module.

    The package imports all its pipelines when any one is asked for, the translator and with
    it torch among them: five seconds for a function of the standard library and a word list.
    """
    package = importlib.util.find_spec("underthesea")
    for folder in (package and package.submodule_search_locations) or ():
        path = Path(folder, "pipeline", "sent_tokenize", "__init__.py")
        spec = importlib.util.spec_from_file_location("underthesea_sent_tokenize", path)
        if path.is_file() and spec and spec.loader:
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            alone: Callable[[str], list[str]] = module.sent_tokenize
            return alone
    from underthesea import sent_tokenize

    whole: Callable[[str], list[str]] = sent_tokenize
    return whole


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the white space at its ends; empty if there is nothing else.

    >>> trimmed(" Xin chào. ", 0, 11)
    (1, 10)
    """
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
