"""From pairs and the decisions of reviewers to reviewed pairs: nothing is lost, and nothing done that is not sure.

A decision is carried out if its pairs are still what they were and its beads hold every letter of them once.
Where reviewers decided about the same pairs, they must agree; where they don't, the pairs stay as they
were, and are marked as disputed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from align.formats.units import common_document, one_line
from align.review.content import texts_digest, unique_ids
from align.review.decisions import DecidedBead, Decision, Decisions
from align.review.pieces import Piece, is_whole, make_up, piece_spans, side_text
from align.types import LANGUAGES, Language, Review, TranslationUnit, pair_id

__all__ = ["Applied", "Disagreement", "PassedOver", "apply_decisions"]


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A decision that was not carried out.

    :param reviewer: who decided
    :param pairs: the ids that the decision is about
    :param reason: why not
    :param texts: of the pairs that are there
    """

    reviewer: str
    pairs: tuple[str, ...]
    reason: str
    texts: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Pairs that reviewers decided about in different ways.

    :param opinions: what each wants, in words
    """

    units: tuple[TranslationUnit, ...]
    opinions: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        """All opinions in one line."""
        return "; ".join(f"{reviewer}: {opinion}" for reviewer, opinion in self.opinions)


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of the pairs.

    :param units: in the order of the pairs, each with its `Review` where there is one
    """

    units: tuple[TranslationUnit, ...]
    passed_over: tuple[PassedOver, ...]
    disagreements: tuple[Disagreement, ...]


@dataclass(frozen=True, slots=True)
class _Bead:
    """A bead of a decision, its stretches as pieces of the table's units."""

    vi: tuple[Piece, ...]
    en: tuple[Piece, ...]
    decided: DecidedBead

    @property
    def structure(self) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
        return self.vi, self.en


@dataclass(frozen=True, slots=True)
class _Change:
    """A decision that can be carried out."""

    reviewer: str
    units: frozenset[int]
    beads: tuple[_Bead, ...]


def apply_decisions(units: Sequence[TranslationUnit], files: Iterable[Decisions]) -> Applied:
    """Carry out what one or several reviewers decided.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> unit = unit_of_texts("Có. Không.", "Yes. No.", ids=unit_ids(), score=0.9)
    >>> halves = [DecidedBead(((0, 0, 3),), ((0, 0, 4),), "accepted"), DecidedBead(((0, 4, 10),), ((0, 5, 8),))]
    >>> decision = Decision(((unit.id, texts_digest(unit)),), tuple(halves))
    >>> done = apply_decisions([unit], [Decisions("a.json", "Lan", (decision,))])
    >>> [(one.vi, one.en, one.review.status) for one in done.units]
    [('Có.', 'Yes.', 'accepted'), ('Không.', 'No.', '')]

    :param units: as the table holds them, in its order
    """
    numbers = {unit_id: number for number, unit_id in enumerate(unique_ids(units))}
    changes: list[_Change] = []
    passed_over: list[PassedOver] = []
    for file in files:
        taken: set[int] = set()
        for decision in file.decisions:
            found = _change(decision, file.reviewer, units, numbers, taken)
            if isinstance(found, PassedOver):
                passed_over.append(found)
            else:
                taken |= found.units
                changes.append(found)
    reviewed: dict[int, list[TranslationUnit]] = {number: [unit] for number, unit in enumerate(units)}
    disagreements = []
    for group in _groups(changes):
        merged = _merged(group)
        if merged is None:
            disagreement = _disagreement(group, units)
            disagreements.append(disagreement)
            names = tuple(dict.fromkeys(change.reviewer for change in group))
            for number in sorted(frozenset[int]().union(*(change.units for change in group))):
                review = Review("disputed", comment=one_line(disagreement.words), reviewers=names)
                reviewed[number] = [replace(units[number], review=review)]
        else:
            for number in merged.units:
                reviewed[number] = []
            for bead in merged.beads:
                # A bead stands where its Vietnamese stood, as in the page.
                reviewed[(bead.vi or bead.en)[0].unit].append(_unit_of(bead, units, merged.reviewer))
    return Applied(
        tuple(unit for number in sorted(reviewed) for unit in reviewed[number]),
        tuple(passed_over),
        tuple(disagreements),
    )


def _change(
    decision: Decision,
    reviewer: str,
    units: Sequence[TranslationUnit],
    numbers: Mapping[str, int],
    taken: set[int],
) -> _Change | PassedOver:
    ids = tuple(unit_id for unit_id, _ in decision.pairs)
    there = [numbers[unit_id] for unit_id in ids if unit_id in numbers]
    texts = " | ".join(f"{units[number].vi} | {units[number].en}" for number in there)
    if len(there) < len(ids):
        gone = [unit_id for unit_id in ids if unit_id not in numbers]
        return PassedOver(reviewer, ids, f"is about a pair that is no longer there ({', '.join(gone)})", texts)
    if any(texts_digest(units[number]) != digest for number, (_, digest) in zip(there, decision.pairs, strict=True)):
        return PassedOver(reviewer, ids, "is about a pair whose text has changed since", texts)
    if taken.intersection(there):
        return PassedOver(reviewer, ids, "is about a pair that an earlier decision is about", texts)
    beads = tuple(
        _Bead(
            tuple(Piece(there[pair], start, end) for pair, start, end in bead.vi),
            tuple(Piece(there[pair], start, end) for pair, start, end in bead.en),
            bead,
        )
        for bead in decision.beads
    )
    if not all(bead.vi or bead.en for bead in beads) or not all(
        make_up(_pieces_of(beads, number, language), side_text(units[number], language))
        for number in there
        for language in LANGUAGES
    ):
        return PassedOver(reviewer, ids, "does not hold every letter of its pairs once: the file is damaged", texts)
    return _Change(reviewer, frozenset(there), beads)


def _pieces_of(beads: Iterable[_Bead], number: int, language: Language) -> list[Piece]:
    sides = (bead.vi if language == "vi" else bead.en for bead in beads)
    return [piece for side in sides for piece in side if piece.unit == number]


def _groups(changes: Iterable[_Change]) -> Iterator[list[_Change]]:
    """Changes that have pairs in common, over all reviewers."""
    groups: list[list[_Change]] = []
    of_unit: dict[int, list[_Change]] = {}
    for change in changes:
        joined = [change]
        for group in {id(of_unit[number]): of_unit[number] for number in change.units if number in of_unit}.values():
            joined = [*group, *joined]
            groups = [other for other in groups if other is not group]
        groups.append(joined)
        for one in joined:
            for number in one.units:
                of_unit[number] = joined
    yield from groups


def _merged(group: Sequence[_Change]) -> _Change | None:
    """What all want, or None where they do not want the same."""
    first, *others = group
    beads = list(first.beads)
    for other in others:
        if other.units != first.units or [bead.structure for bead in other.beads] != [b.structure for b in beads]:
            return None
        for number, (one, two) in enumerate(zip(beads, other.beads, strict=True)):
            decided = _both(one.decided, two.decided)
            if decided is None:
                return None
            beads[number] = replace(one, decided=decided)
    names = "; ".join(dict.fromkeys(change.reviewer for change in group))
    return _Change(names, first.units, tuple(beads))


def _both(one: DecidedBead, two: DecidedBead) -> DecidedBead | None:
    """Two opinions about one bead as one: what either leaves open, the other may say."""
    if one.status and two.status and one.status != two.status:
        return None
    # Who accepts a text accepts it as it stands: an edit by the other is no addition to that.
    if one.status == two.status and (one.vi_edited, one.en_edited) != (two.vi_edited, two.en_edited):
        return None
    kept, open_ = (one, two) if one.status else (two, one)
    if (open_.vi_edited or kept.vi_edited) != kept.vi_edited or (open_.en_edited or kept.en_edited) != kept.en_edited:
        return None
    comments = dict.fromkeys(comment for comment in (one.comment, two.comment) if comment)
    return replace(kept, vi=one.vi, en=one.en, comment=" / ".join(comments))


def _disagreement(group: Sequence[_Change], units: Sequence[TranslationUnit]) -> Disagreement:
    numbers = sorted(frozenset[int]().union(*(change.units for change in group)))
    opinions = tuple((change.reviewer, _opinion(change, units)) for change in group)
    return Disagreement(tuple(units[number] for number in numbers), opinions)


def _opinion(change: _Change, units: Sequence[TranslationUnit]) -> str:
    """What a reviewer wants, in words."""
    said = []
    for bead in change.beads:
        what: list[str] = [bead.decided.status] if bead.decided.status else []
        if _whole_unit(bead, units) is None:
            texts = (
                (bead.decided.vi_edited or _text(bead.vi, units, "vi")),
                (bead.decided.en_edited or _text(bead.en, units, "en")),
            )
            what.append(f"“{texts[0]}” with “{texts[1]}”")
        else:
            edits = (bead.decided.vi_edited, bead.decided.en_edited)
            what += [f"edited to “{edited}”" for edited in edits if edited]
        if bead.decided.comment:
            what.append(f"({bead.decided.comment})")
        said.append(" ".join(what))
    return ", ".join(filter(None, said)) or "left as it is"


def _unit_of(bead: _Bead, units: Sequence[TranslationUnit], reviewers: str) -> TranslationUnit:
    decided = bead.decided
    review = Review(
        decided.status,
        decided.vi_edited,
        decided.en_edited,
        decided.comment,
        tuple(reviewers.split("; ")),
    )
    number = _whole_unit(bead, units)
    if number is not None:
        # A table that was reviewed before knows what its pairs were made from.
        earlier = units[number].review or Review()
        return replace(
            units[number],
            review=replace(review, origin=earlier.origin, origin_scores=earlier.origin_scores),
        )
    numbers = sorted({piece.unit for piece in (*bead.vi, *bead.en)})
    review = replace(
        review,
        # Commas part them in a table.
        origin=tuple(units[number].id.replace(",", "%2C") for number in numbers),
        origin_scores=tuple(units[number].score for number in numbers),
    )
    vi, en = _text(bead.vi, units, "vi"), _text(bead.en, units, "en")
    vi_spans, en_spans = _spans(bead.vi, units, "vi"), _spans(bead.en, units, "en")
    vi_document = units[bead.vi[0].unit].vi_document if bead.vi else ""
    en_document = units[bead.en[0].unit].en_document if bead.en else ""
    documents = {units[number].document for number in numbers}
    counts = [len(spans) or len(pieces) for spans, pieces in ((vi_spans, bead.vi), (en_spans, bead.en))]
    return TranslationUnit(
        vi=vi,
        en=en,
        score=None,
        kind=f"{counts[0]}-{counts[1]}",
        flags=(),
        document=documents.pop() if len(documents) == 1 else common_document(vi_document, en_document),
        vi_document=vi_document,
        en_document=en_document,
        vi_spans=vi_spans,
        en_spans=en_spans,
        id=_id(bead, units),
        review=review,
    )


def _whole_unit(bead: _Bead, units: Sequence[TranslationUnit]) -> int | None:
    """The unit that a bead is, whole and alone, or None."""
    number = (bead.vi or bead.en)[0].unit
    unit = units[number]
    return number if is_whole(bead.vi, number, unit.vi) and is_whole(bead.en, number, unit.en) else None


def _text(pieces: Iterable[Piece], units: Sequence[TranslationUnit], language: Language) -> str:
    return " ".join(side_text(units[piece.unit], language)[piece.start : piece.end].strip() for piece in pieces)


def _spans(
    pieces: Iterable[Piece], units: Sequence[TranslationUnit], language: Language
) -> tuple[tuple[int, int], ...]:
    """The spans of all pieces; none if one's cannot be told, for some alone would say too little."""
    spans = [piece_spans(units[piece.unit], language, piece) for piece in pieces]
    return tuple(span for its in spans for span in its) if all(spans) else ()


def _id(bead: _Bead, units: Sequence[TranslationUnit]) -> str:
    """The id that the bead would have had if it had been found so; from its pieces where spans are missing."""
    sides = []
    for pieces, language in ((bead.vi, "vi"), (bead.en, "en")):
        segments = []
        for piece in pieces:
            unit = units[piece.unit]
            document = unit.vi_document if language == "vi" else unit.en_document
            text = side_text(unit, language)[piece.start : piece.end]  # type: ignore[arg-type]
            spans = piece_spans(unit, language, piece)  # type: ignore[arg-type]
            if not spans:
                parts = "\x1e".join(f"{units[p.unit].id}\x1f{p.start}\x1f{p.end}" for p in (*bead.vi, *bead.en))
                return hashlib.blake2b(parts.encode(), digest_size=8).hexdigest()
            offset = 0
            for start, end in spans:
                segments.append((document, start, end, text[offset : offset + end - start]))
                offset += end - start + 1
        sides.append(segments)
    return pair_id(sides[0], sides[1])
