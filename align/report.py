"""What a run did, in counts, in words, and line by line for what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from align.formats.table import Rejection
from align.pipeline import UNPAIRED_KINDS, Failure, Mined, Paired
from align.types import LANGUAGE_NAMES, LANGUAGES, Bead, Kind, Language, Segment

__all__ = ["PairReport", "Report", "count"]


class Report:
    """Counts over the documents of one run.

    :param min_score: the least probability of a pair that is exported
    :param only: the kinds of segments a pair that is exported is of; None for all
    """

    def __init__(self, min_score: float, only: frozenset[Kind] | None = None) -> None:
        self.min_score = min_score
        self.only = only
        self.documents = 0
        self.pairs = 0
        self.below = 0
        self.other_kinds = 0
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
        below = sum(bead.score is not None and bead.score < self.min_score for bead in pairs)
        self.below += below
        self.other_kinds += len(pairs) - len(exported) - below
        return exported

    def fail(self, failure: Failure) -> Rejection:
        """Count an input that could not be read; returns its line for the rejected table."""
        self.failures.append(failure)
        return Rejection(str(failure.error), failure.input.id)

    def exports(self, bead: Bead) -> bool:
        """Whether a bead is a pair that is likely enough, and of a kind that is wanted."""
        return bead.score is not None and bead.score >= self.min_score and _is_of(bead, self.only)

    def rejections(
        self,
        mined: Mined,
        *,
        bead_of: Mapping[int, Bead] | None = None,
        copy_of: Mapping[int, Segment] | None = None,
    ) -> Iterator[Rejection]:
        """Every segment of a document that stands in no exported pair, in order, with the reason.

        :param bead_of: the beads by the identities of their segments, if they are not those of this document alone
        :param copy_of: of segments that were left out, by their identities, the one that says the same
        """
        if bead_of is None:
            bead_of = {id(segment): bead for bead in mined.beads for segment in (*bead.vi, *bead.en)}
        for segment in mined.segments:
            bead = bead_of.get(id(segment))
            if copy_of and id(segment) in copy_of:
                earlier = copy_of[id(segment)].document.id
                yield Rejection(f"says the same as an earlier line of {earlier}", mined.document.id, segment)
            elif bead is None or not self.exports(bead):
                yield self._rejection(segment, bead)

    def _rejection(self, segment: Segment, bead: Bead | None) -> Rejection:
        document = segment.document.id
        if bead is not None and bead.score is not None and bead.score < self.min_score:
            return _too_unlikely(segment, bead, self.min_score)
        if bead is not None and bead.score is not None:
            return _of_other_kind(segment, bead)
        if segment.kind in UNPAIRED_KINDS:
            return Rejection(f"{segment.kind}: not paired", document, segment)
        if segment.lang is None:
            return Rejection("language undecided", document, segment)
        return Rejection("no partner found", document, segment)

    def words(self, held: int | None = None) -> Iterator[str]:
        """The closing lines for a person.

        :param held: how many pairs the output holds, if its format may not hold them all
        """
        total = sum(self.segments.values())
        languages = [f"{self.segments[key]:,} {name}" for key, name in LANGUAGE_NAMES.items()]
        languages.append(f"{self.segments[None]:,} undecided")
        yield f"{count(self.documents, 'document')}, {count(total, 'segment')}: {', '.join(languages)}."
        if self.failures:
            yield f"{count(len(self.failures), 'document')} could not be read: see above."
        pairs = f"{count(self.pairs, 'pair')} with a score of {self.min_score:g} or more"
        yield f"{pairs}; {self.below:,} below it were left out." if self.below else f"{pairs}."
        if self.other_kinds:
            yield f"{count(self.other_kinds, 'pair')} of other kinds left out."
        yield from _not_held(self.pairs, held)


class PairReport:
    """What became of two documents.

    :param min_score: above 0, the least probability of a pair that is exported, and segments without
        a partner are left out, too
    :param rescue: whether the moved pairs are among the beads
    :param only: the kinds of segments that are exported; None for all
    """

    def __init__(self, paired: Paired, min_score: float, *, rescue: bool, only: frozenset[Kind] | None = None) -> None:
        self.paired = paired
        self.min_score = min_score
        self.rescue = rescue
        self.only = only

    def exported(self) -> list[Bead]:
        """The beads for the table, in order."""
        return [bead for bead in self.paired.beads if self._exports(bead)]

    def _exports(self, bead: Bead) -> bool:
        likely = not self.min_score or (bead.score is not None and bead.score >= self.min_score)
        return likely and _is_of(bead, self.only)

    def rejections(self) -> Iterator[Rejection]:
        """Every segment that stands in no exported pair, with the reason, in the order of the beads."""
        for bead in self.paired.beads:
            for segment in (*bead.vi, *bead.en):
                if bead.score is None:
                    yield Rejection("no partner found", segment.document.id, segment)
                elif bead.score < self.min_score:
                    yield _too_unlikely(segment, bead, self.min_score)
                elif not self._exports(bead):
                    yield _of_other_kind(segment, bead)

    def words(self, held: int | None = None) -> Iterator[str]:
        """The closing lines for a person; see `Report.words`."""
        paired = self.paired
        yield f"{count(len(paired.vi), 'Vietnamese segment')}, {count(len(paired.en), 'English segment')}."
        kinds = Counter(bead.kind for bead in paired.beads)
        pairs = sum(bead.score is not None for bead in paired.beads)
        alone = f"{kinds.pop('1-0', 0):,} Vietnamese and {kinds.pop('0-1', 0):,} English alone"
        listed = ", ".join(f"{number:,} × {kind}" for kind, number in kinds.most_common())
        yield f"{count(pairs, 'pair')}{f' ({listed})' if listed else ''}; {alone}."
        exported = len(self.exported())
        if self.min_score:
            left_out = f"{pairs - exported:,} left out"
            yield f"{count(exported, 'pair')} with a score of {self.min_score:g} or more; {left_out}."
        elif self.only is not None:
            yield f"{count(exported, 'bead')} of {', '.join(sorted(self.only))}; the others were left out."
        yield from _not_held(exported, held)
        if paired.lines_encoded:
            each = paired.lines_encoded / max(1, len(paired.vi) + len(paired.en))
            yield f"{paired.lines_encoded:,} lines were encoded, {each:.2f} for each segment."
        yield from self._warnings(pairs)

    def _warnings(self, pairs: int) -> Iterator[str]:
        paired = self.paired
        for side, name in zip((paired.vi, paired.en), LANGUAGE_NAMES.values(), strict=True):
            if not side:
                yield f"Warning: the {name} document is empty, so that nothing is paired."
        if paired.vi and paired.en and not pairs:
            yield "Warning: the two documents have nothing in common; is one the translation of the other?"
        if paired.moved and self.rescue:
            yield f"{count(paired.moved, 'pair')} out of order, flagged as moved."
        elif paired.moved:
            yield f"{count(paired.moved, 'pair')} out of order left alone: --rescue puts them into the table."


def _too_unlikely(segment: Segment, bead: Bead, min_score: float) -> Rejection:
    return _left_out(f"score below {min_score:g}", segment, bead)


def _of_other_kind(segment: Segment, bead: Bead) -> Rejection:
    return _left_out(f"{segment.kind}: left out by --only", segment, bead)


def _left_out(reason: str, segment: Segment, bead: Bead) -> Rejection:
    """Why a segment is left out that has a partner, and with which."""
    partner = bead.en_text if segment in bead.vi else bead.vi_text
    return Rejection(reason, segment.document.id, segment, partner, bead.score)


def _is_of(bead: Bead, kinds: frozenset[Kind] | None) -> bool:
    return kinds is None or all(segment.kind in kinds for segment in (*bead.vi, *bead.en))


def _not_held(given: int, held: int | None) -> Iterator[str]:
    if held is not None and held < given:
        yield f"{count(given - held, 'pair')} could not be held by this format: they cross others, or stand alone."


def _remarks(mined: Mined, counts: Counter[Language | None]) -> Iterator[str]:
    name = mined.document.id
    if not mined.segments:
        yield f"{name}: is empty, so it holds no pairs."
    elif not counts["vi"] and not counts["en"]:
        yield f"{name}: no line is recognisably Vietnamese or English, so it holds no pairs."
    else:
        for language in LANGUAGES:
            if not counts[language]:
                yield f"{name}: no line is in {LANGUAGE_NAMES[language]}, so it holds no pairs."


def count(number: int, noun: str) -> str:
    """A number and what it counts, in the plural where it must be.

    >>> count(1, "pair"), count(1200, "pair")
    ('1 pair', '1,200 pairs')
    """
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
