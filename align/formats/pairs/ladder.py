"""Ladders: which segments belong together, by number alone, as Vecalign and hunalign write them.

A Vecalign ladder has a bead a line, ``[0]:[0, 1]:0.123456``: Vietnamese numbers, English numbers,
cost. A hunalign ladder has a rung a line, ``vi<TAB>en<TAB>score``, and what stands between two
rungs is a bead; beads that cross, or that skip a segment, are beyond it.

A segment's number is its rank among the segments of its language, from 0, or with `lines` the
number of its line, blank ones counted, as both tools count. Vietnamese is the source, which both
tools put first.
"""

from __future__ import annotations

import itertools
import math
import os
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from align.errors import FormatError
from align.formats.lines import numbered_lines, read_text, shown
from align.formats.settings import WriteSettings
from align.formats.units import unit_of
from align.text.clean import clean
from align.types import Bead, Document, Language, Segment, TranslationUnit

__all__ = [
    "LadderBead",
    "ladder",
    "parse_hunalign",
    "parse_vecalign",
    "read_hunalign",
    "read_vecalign",
    "units_of_ladder",
    "write_hunalign",
    "write_vecalign",
]

# More segments than either tool was made for, and few enough that two rungs of a hunalign ladder,
# which stand for all the gaps between them, cannot fill the memory. Chosen by hand.
_MOST = 1_000_000

_SIDE = r"\[\s*((?:-?[0-9]+\s*(?:,\s*-?[0-9]+\s*)*)?)\]"
_BEAD = re.compile(rf"\s*{_SIDE}\s*:\s*{_SIDE}\s*(?::\s*(\S+)\s*)?")


@dataclass(frozen=True, slots=True)
class LadderBead:
    """A bead by the numbers of its segments.

    Invariant: numbers rise and are 0 or more; a bead with an empty side has `score` None.

    :param score: higher is better: 1 - cost in a Vecalign ladder, the third column in hunalign's.
        A probability where `align` wrote the ladder, and in general nowhere else
    """

    vi: tuple[int, ...]
    en: tuple[int, ...]
    score: float | None = None


def ladder(units: Iterable[TranslationUnit], *, texts: tuple[str, str] | None = None) -> list[LadderBead]:
    """Units by the numbers of their segments, in the order given.

    :param units: of one document or one pair of documents, every segment in a unit: one that is
        left out is not counted either, and those behind it move up. A unit without spans is one
        segment a side, as it stands
    :param texts: the documents' cleaned texts, Vietnamese first, to number their lines and not the segments
    :raises FormatError: if a side comes from several documents
    """
    return _numbered(list(units), texts)[0]


def write_vecalign(units: Iterable[TranslationUnit], stream: BinaryIO, *, settings: WriteSettings) -> int:
    """Write units as a Vecalign ladder, in the order given; returns how many.

    The cost is 1 - score. A null bead has none, but other programs expect the field: it gets 1,
    the worst, for Vecalign's own 0 makes null beads look the surest of all. A pair without a score
    has no third field.
    """
    numbered = ladder(units, texts=settings.texts)
    for bead in numbered:
        stream.write(f"{list(bead.vi)}:{list(bead.en)}{_cost(bead)}\n".encode())
    return len(numbered)


def _cost(bead: LadderBead) -> str:
    if not (bead.vi and bead.en):
        return ":1.000000"
    return "" if bead.score is None else f":{1 - bead.score:.6f}"


def write_hunalign(units: Iterable[TranslationUnit], stream: BinaryIO, *, settings: WriteSettings) -> int:
    """Write units as a hunalign ladder, by their place in the texts.

    Rungs cannot go back: of beads that cross, as many stay as can, and the segments of the others
    become gaps; so do those of a bead with a hole in it. A gap has 0 in the third column.

    :returns: how many of the units the ladder holds; the others crossed or had holes
    """
    numbered, (vi_end, en_end) = _numbered(list(units), settings.texts)
    kept = _uncrossed(numbered)
    vi = en = 0
    # The last rung stands where one more bead would begin.
    for bead in [*kept, LadderBead((vi_end,), (en_end,), 0.0)]:
        gaps = [(index, en) for index in range(vi, bead.vi[0])]
        gaps += [(bead.vi[0], index) for index in range(en, bead.en[0])]
        stream.writelines(f"{before}\t{after}\t0\n".encode() for before, after in gaps)
        score = "" if bead.score is None else f"\t{bead.score:.6g}"
        stream.write(f"{bead.vi[0]}\t{bead.en[0]}{score}\n".encode())
        vi, en = bead.vi[-1] + 1, bead.en[-1] + 1
    return len(kept) + sum(not (bead.vi and bead.en) for bead in numbered)


def _numbered(
    units: Sequence[TranslationUnit], texts: tuple[str, str] | None
) -> tuple[list[LadderBead], tuple[int, int]]:
    """The units by number, and how many segments or lines either side has."""
    vi_text, en_text = texts or (None, None)
    vi, vi_end = _numbers([(unit.vi_document, _starts(unit.vi, unit.vi_spans)) for unit in units], vi_text)
    en, en_end = _numbers([(unit.en_document, _starts(unit.en, unit.en_spans)) for unit in units], en_text)
    scores = (unit.score for unit in units)
    return [LadderBead(*bead) for bead in zip(vi, en, scores, strict=True)], (vi_end, en_end)


def _starts(text: str, spans: Sequence[tuple[int, int]]) -> tuple[int | None, ...]:
    """Where a side's segments start; None stands for a text that no span is known of."""
    if spans:
        return tuple(start for start, _ in spans)
    return (None,) if text else ()


def _numbers(
    sides: Sequence[tuple[str, tuple[int | None, ...]]], text: str | None
) -> tuple[list[tuple[int, ...]], int]:
    """The numbers of the segments of every unit's side, and the number behind the last."""
    documents = sorted({document for document, starts in sides if starts})
    if len(documents) > 1:
        raise FormatError(
            f"a ladder numbers the segments of one document a side, and these are of {len(documents)} "
            f"({documents[0]}, {documents[1]}, …); write a table, or one ladder a document."
        )
    if any(None in starts for _, starts in sides):
        counter = itertools.count()
        return [tuple(next(counter) for _ in starts) for _, starts in sides], next(counter)
    known = sorted({start for _, starts in sides for start in starts if start is not None})
    if text is None or not known:
        number = {start: rank for rank, start in enumerate(known)}
        end = len(known)
    else:
        breaks = [match.start() for match in re.finditer("\n", text)]
        number = {start: bisect_left(breaks, start) for start in known}
        end = len(breaks) + (not text.endswith("\n"))
    return [tuple(number[start] for start in starts if start is not None) for _, starts in sides], end


def _uncrossed(beads: Iterable[LadderBead]) -> list[LadderBead]:
    """The longest row of pairs in which both sides rise without holes."""
    row = sorted((bead for bead in beads if _unbroken(bead.vi) and _unbroken(bead.en)), key=lambda bead: bead.vi)
    # The longest rising subsequence: the least last element of a row of each length so far.
    ends: list[int] = []
    lengths = []
    for bead in row:
        length = bisect_left(ends, bead.en[0])
        ends[length : length + 1] = [bead.en[0]]
        lengths.append(length)
    kept: list[LadderBead] = []
    for bead, length in zip(reversed(row), reversed(lengths), strict=True):
        if length == len(ends) - len(kept) - 1 and (not kept or bead.en[0] < kept[-1].en[0]):
            kept.append(bead)
    return kept[::-1]


def _unbroken(side: tuple[int, ...]) -> bool:
    return bool(side) and side[-1] - side[0] == len(side) - 1


def read_vecalign(path: str | os.PathLike[str]) -> list[LadderBead]:
    """Read a Vecalign ladder; ``-`` is standard input. See `parse_vecalign`."""
    name, text = read_text(path)
    return [bead for _, bead in parse_vecalign(text, name)]


def read_hunalign(path: str | os.PathLike[str]) -> list[LadderBead]:
    """Read a hunalign ladder; ``-`` is standard input. See `parse_hunalign`."""
    name, text = read_text(path)
    return [bead for _, bead in parse_hunalign(text, name)]


def parse_vecalign(text: str, name: str) -> Iterator[tuple[int, LadderBead]]:
    """The beads of a Vecalign ladder, each with the number of its line.

    The cost can be left out, and that of a null bead, which says nothing, is. Blank lines and
    lines that are empty on both sides are passed over.

    >>> list(parse_vecalign("[0]:[0, 1]:0.25", "a.vecalign"))
    [(1, LadderBead(vi=(0,), en=(0, 1), score=0.75))]

    :param name: what messages call the file
    :raises FormatError: if a line is no bead
    """
    for number, line in numbered_lines(text):
        found = _BEAD.fullmatch(line)
        if not found:
            raise _broken(name, number, line, "a bead such as [0]:[0, 1]:0.25", "is it a Vecalign ladder?")
        vi, en = _side(found[1], name, number), _side(found[2], name, number)
        # The cost has six decimals, and so has what is left of 1.
        score = None if found[3] is None else round(1 - _number(found[3], name, number), 6)
        if vi or en:
            yield number, LadderBead(vi, en, score if vi and en else None)


def parse_hunalign(text: str, name: str) -> Iterator[tuple[int, LadderBead]]:
    """The beads of a hunalign ladder, each with the number of the line of its first rung.

    Rungs have two columns or three, as hand-made ladders and hunalign's own. A gap of several
    segments becomes as many beads.

    >>> [bead.vi + bead.en for _, bead in parse_hunalign("0 0 0.9\\n1 2 0\\n3 2 0", "a.ladder")]
    [(0, 0, 1), (1,), (2,)]

    :param name: what messages call the file
    :raises FormatError: if a line is no rung, or a rung goes back
    """
    before: tuple[int, tuple[int, int], float | None] | None = None
    for number, line in numbered_lines(text):
        fields = line.split()
        if len(fields) not in (2, 3):
            raise _broken(name, number, line, "a rung such as 3 4 0.75", "is it a hunalign ladder, without -text?")
        rung = _index(fields[0], name, number), _index(fields[1], name, number)
        score = _number(fields[2], name, number) if len(fields) > 2 else None
        if before:
            if rung[0] < before[1][0] or rung[1] < before[1][1]:
                raise _broken(name, number, line, "a rung that does not go back", "are the lines in their order?")
            yield from ((before[0], bead) for bead in _between(before[1], rung, before[2]))
        before = number, rung, score


def _between(rung: tuple[int, int], following: tuple[int, int], score: float | None) -> Iterator[LadderBead]:
    vi, en = (range(start, end) for start, end in zip(rung, following, strict=True))
    if vi and en:
        yield LadderBead(tuple(vi), tuple(en), score)
    else:
        yield from (LadderBead((index,), ()) for index in vi)
        yield from (LadderBead((), (index,)) for index in en)


def units_of_ladder(
    beads: Iterable[tuple[int, LadderBead]], name: str, texts: tuple[tuple[str, str], tuple[str, str]]
) -> Iterator[tuple[int, TranslationUnit]]:
    """A ladder's beads with their texts, whose lines it numbers from 0, blank ones counted.

    The score is the ladder's own where it lies between 0 and 1, and none where it does not: hunalign's
    is not a probability, and Vecalign's cost is none either. `align score` gives one.

    :param texts: name and text of the Vietnamese and of the English document
    :raises FormatError: if a number is beyond a text's lines, with the line of the ladder
    """
    sides = _lines_of(*texts[0], "vi"), _lines_of(*texts[1], "en")
    for number, bead in beads:
        vi, en = (
            _chosen(chosen, lines, f"{name}:{number}") for chosen, lines in zip((bead.vi, bead.en), sides, strict=True)
        )
        if vi or en:
            score = bead.score if vi and en and bead.score is not None and 0 <= bead.score <= 1 else None
            yield number, unit_of(Bead(vi, en, score=score))


def _lines_of(name: str, text: str, language: Language) -> list[Segment | None]:
    """Every line of a text as a segment; None for a blank one."""
    document = Document(name, clean(text), language)
    lines: list[Segment | None] = []
    start = 0
    for line in document.text.split("\n"):
        lines.append(Segment(document, start, start + len(line), language) if line.strip() else None)
        start += len(line) + 1
    return lines


def _chosen(numbers: Sequence[int], lines: Sequence[Segment | None], place: str) -> tuple[Segment, ...]:
    if numbers and numbers[-1] >= len(lines):
        raise FormatError(
            f"{place}: found the segment {numbers[-1]}, but the text has {len(lines)} lines, from 0; "
            "is it the text that was aligned, a segment a line?"
        )
    return tuple(line for line in (lines[number] for number in numbers) if line is not None)


def _side(text: str, name: str, line: int) -> tuple[int, ...]:
    side = [_index(field.strip(), name, line) for field in text.split(",")] if text.strip() else []
    if len(set(side)) < len(side):
        raise _broken(name, line, f"[{text}]", "each segment once", "take out what stands there twice.")
    return tuple(sorted(side))


def _index(text: str, name: str, line: int) -> int:
    if not re.fullmatch("[0-9]{1,7}", text) or int(text) > _MOST:
        raise _broken(name, line, text, f"a segment's number, 0 to {_MOST:,}", "is it a ladder?")
    return int(text)


def _number(text: str, name: str, line: int) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise _broken(name, line, text, "a number in the third field", "leave it out where there is none.")
    return number


def _broken(name: str, line: int, found: str, expected: str, advice: str) -> FormatError:
    return FormatError(f"{name}:{line}: found {shown(found.strip())}, expected {expected}; {advice}")
