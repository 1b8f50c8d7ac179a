"""What a run did, in counts, in words, and line by line for what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from align.formats.table import Rejection
from align.pipeline import UNPAIRED_KINDS, Failure, Mined
from align.types import LANGUAGES, Bead, Language, Segment

__all__ = ["Report"]

_LANGUAGE_NAMES: dict[Language, str] = {"vi": "Vietnamese", "en": "English"}


class Report:
    """Counts over the documents of one run.

    :param min_score: the least probability of a pair that is exported
    """

    def __init__(self, min_score: float) -> None:
        self.min_score = min_score
        self.documents = 0
        self.pairs = 0
        self.below = 0
        self.segments: Counter[Language | None] = Counter()
        self.failures: list[Failure] = []
        self.remarks: list[str] = []

    def add(self, mined: Mined) -> list[Bead]:
        """Count a document; returns the pairs to export, in document order."""
        counts = Counter(segment.lang for segment in mined.segments)
        self.documents += 1
        self.segments += counts
        self.remarks += _remarks(mined, counts)
        pairs = [bead for bead in mined.beads if bead.score is not None]
        exported = [bead for bead in pairs if self.exports(bead)]
        self.pairs += len(exported)
        self.below += len(pairs) - len(exported)
        return exported

    def fail(self, failure: Failure) -> Rejection:
        """Count an input that could not be read; returns its line for the rejected table."""
        self.failures.append(failure)
        return Rejection(str(failure.error), failure.input.id)

    def exports(self, bead: Bead) -> bool:
        """Whether a bead is a pair that is likely enough."""
        return bead.score is not None and bead.score >= self.min_score

    def rejections(self, mined: Mined) -> Iterator[Rejection]:
        """Every segment of a document that stands in no exported pair, in order, with the reason."""
        in_bead = {id(segment): bead for bead in mined.beads for segment in (*bead.vi, *bead.en)}
        for segment in mined.segments:
            bead = in_bead.get(id(segment))
            if bead is None or not self.exports(bead):
                yield self._rejection(segment, bead)

    def _rejection(self, segment: Segment, bead: Bead | None) -> Rejection:
        document = segment.document.id
        if bead is not None and bead.score is not None:
            partner = bead.en_text if segment in bead.vi else bead.vi_text
            return Rejection(f"score below {self.min_score:g}", document, segment, partner, bead.score)
        if segment.kind in UNPAIRED_KINDS:
            return Rejection(f"{segment.kind}: not paired", document, segment)
        if segment.lang is None:
            return Rejection("language undecided", document, segment)
        return Rejection("no partner found", document, segment)

    def words(self) -> Iterator[str]:
        """The closing lines for a person."""
        total = sum(self.segments.values())
        languages = [f"{self.segments[key]:,} {name}" for key, name in _LANGUAGE_NAMES.items()]
        languages.append(f"{self.segments[None]:,} undecided")
        yield f"{_count(self.documents, 'document')}, {_count(total, 'segment')}: {', '.join(languages)}."
        if self.failures:
            yield f"{_count(len(self.failures), 'document')} could not be read: see above."
        pairs = f"{_count(self.pairs, 'pair')} with a score of {self.min_score:g} or more"
        yield f"{pairs}; {self.below:,} below it were left out." if self.below else f"{pairs}."


def _remarks(mined: Mined, counts: Counter[Language | None]) -> Iterator[str]:
    name = mined.document.id
    if not mined.segments:
        yield f"{name}: is empty, so it holds no pairs."
    elif not counts["vi"] and not counts["en"]:
        yield f"{name}: no line is recognisably Vietnamese or English, so it holds no pairs."
    else:
        for language in LANGUAGES:
            if not counts[language]:
                yield f"{name}: no line is in {_LANGUAGE_NAMES[language]}, so it holds no pairs."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
