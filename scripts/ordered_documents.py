"""Ordered documents with known beads, made from articles whose sentences are aligned one to one.

What translators and editors do is done to them: sentences dropped on one side, whole passages
dropped, neighbours put on one line, two sentences made one, one made several, a clause moved over to the
next sentence, items numbered. Beads are lists of (Vietnamese texts, English texts).
"""

from __future__ import annotations

import csv
import gzip
import itertools
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from align.text.clean import clean
from align.text.kinds import kind_of
from align.types import Document, Language, Segment

__all__ = ["GoldDocument", "articles", "documents", "segments_of"]

TextBead: TypeAlias = "tuple[list[str], list[str]]"

# Shares of beads dropped on one side and of neighbours merged, as in the development sets.
LEVELS = {"clean": (0.0, 0.0), "noisy": (0.15, 0.0), "hard": (0.15, 0.15), "vhard": (0.30, 0.25)}
_LEVEL_WEIGHTS = {"clean": 1, "noisy": 1, "hard": 2, "vhard": 2}

# How often passages go missing, by document, and how long they are.
_PASSAGES = (0.0, 0.0, 0.0, 0.02, 0.05)
_PASSAGE_LENGTHS = (3, 4, 6, 10, 20)

# How often sentences are restructured, by document. All shares here and below were chosen by hand.
_RESTRUCTURED = (0.0, 0.0, 0.08, 0.15, 0.25)

_LINKS = {
    "vi": (", ", ", và ", ", ", "; ", ", nhưng ", " và ", " – ", ", trong khi "),
    "en": (", ", ", and ", ", ", "; ", ", but ", " and ", " – ", ", while "),
}
_NUMBERING = (
    ("Điều {}. ", "Article {}. "),
    ("{}. ", "{}. "),
    ("{}) ", "{}) "),
    ("Chương {}: ", "Chapter {}: "),
)


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """Lines of both sides, the beads as positions in them, and which lines begin a paragraph."""

    id: str
    vi: tuple[str, ...]
    en: tuple[str, ...]
    gold: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    breaks: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset())

    @classmethod
    def of(cls, name: str, beads: Sequence[TextBead]) -> GoldDocument:
        """Number the texts of beads in their order."""
        vi, en, gold = [], [], []
        for ours, theirs in beads:
            gold.append((tuple(range(len(vi), len(vi) + len(ours))), tuple(range(len(en), len(en) + len(theirs)))))
            vi += ours
            en += theirs
        return cls(name, tuple(vi), tuple(en), tuple(gold))


def articles(path: Path) -> list[list[TextBead]]:
    """The articles of `train/evbnews_docs.tsv.gz`."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        rows = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            [([row["vi"]], [row["en"]]) for row in found]
            for _, found in itertools.groupby(rows, lambda row: row["doc"])
        ]


def documents(sources: Sequence[list[TextBead]], *, each: int, seed: int, name: str) -> Iterator[GoldDocument]:
    """Make documents from every article, `each` of them different."""
    random_ = random.Random(seed)
    for number, source in enumerate(sources):
        for copy in range(each):
            beads = _stretch(source, random_)
            if random_.random() < 0.06:
                beads = _numbered(beads, random_)
            restructured = random_.choice(_RESTRUCTURED)
            if restructured:
                beads = _restructured(beads, restructured, random_)
            level = random_.choices(list(LEVELS), list(_LEVEL_WEIGHTS.values()))[0]
            dropped, merged = LEVELS[level]
            beads = _dropped(beads, dropped, random_.choice(_PASSAGES), random_)
            beads = _merged(beads, merged, random_)
            if random_.random() < 0.03:
                beads = _unrelated(beads, sources[(number + 7) % len(sources)])
            document = GoldDocument.of(f"{name}-{number}-{copy}-{level}", beads)
            if random_.random() < 0.4:
                document = _in_paragraphs(document, random_)
            if document.vi and document.en:
                yield document


def _stretch(source: list[TextBead], random_: random.Random) -> list[TextBead]:
    """The whole article, or now and then a part of it: documents are short, too."""
    if len(source) <= 8 or random_.random() >= 0.35:
        return list(source)
    start = random_.randrange(len(source) - 5)
    return source[start : start + random_.randint(2, min(60, len(source) - start))]


def _numbered(beads: list[TextBead], random_: random.Random) -> list[TextBead]:
    (vi_form, en_form), number = random_.choice(_NUMBERING), random_.randint(1, 12)
    found = []
    for vi, en in beads:
        if random_.random() < 0.5:
            vi, en = [vi_form.format(number) + vi[0], *vi[1:]], [en_form.format(number) + en[0], *en[1:]]
            number += 1
        found.append((vi, en))
    return found


def _dropped(beads: list[TextBead], share: float, passages: float, random_: random.Random) -> list[TextBead]:
    found: list[TextBead] = []
    position = 0
    while position < len(beads):
        length = random_.choice(_PASSAGE_LENGTHS) if random_.random() < passages else 0
        lost = beads[position : position + length]
        if not lost and random_.random() < share:
            lost = beads[position : position + 1]
        if lost and random_.random() < 0.5:
            found += [([text], []) for vi, _ in lost for text in vi]
        elif lost:
            found += [([], [text]) for _, en in lost for text in en]
        else:
            found.append(beads[position])
        position += max(1, len(lost))
    return found


def _merged(beads: list[TextBead], share: float, random_: random.Random) -> list[TextBead]:
    """Put two neighbouring beads together, with one side of them on one line."""
    found: list[TextBead] = []
    position = 0
    while position < len(beads):
        vi, en = beads[position]
        following = beads[position + 1] if position + 1 < len(beads) else ([], [])
        if all((vi, en, *following)) and random_.random() < share:
            vi, en = vi + following[0], en + following[1]
            put: Callable[[list[str], str], str] = (
                (lambda texts, lang: _one_sentence(texts, lang, random_))
                if random_.random() < 0.3
                else (lambda texts, _: " ".join(texts))
            )
            vi, en = ([put(vi, "vi")], en) if random_.random() < 0.5 else (vi, [put(en, "en")])
            position += 1
        found.append((vi, en))
        position += 1
    return found


def _restructured(beads: list[TextBead], share: float, random_: random.Random) -> list[TextBead]:
    """Make one sentence several, several one, or move a clause over the border of two sentences."""
    found: list[TextBead] = []
    position = 0
    while position < len(beads):
        if random_.random() < share:
            made, used = random_.choice((_split, _split, _moved, _joined))(beads[position : position + 4], random_)
            if used:
                found.append(made)
                position += used
                continue
        found.append(beads[position])
        position += 1
    return found


def _split(beads: list[TextBead], random_: random.Random) -> tuple[TextBead, int]:
    vi, en = beads[0]
    side = random_.randrange(2)
    pieces = [piece for text in (vi, en)[side] for piece in _clauses(text, random_.choice((2, 2, 3, 4)))]
    if len(pieces) == len((vi, en)[side]) or len(pieces) > 4 or len((vi, en)[1 - side]) > 1:
        return beads[0], 0
    return ((pieces, en) if side == 0 else (vi, pieces)), 1


def _joined(beads: list[TextBead], random_: random.Random) -> tuple[TextBead, int]:
    count = random_.choice((2, 2, 3, 4))
    if len(beads) < count:
        return beads[0], 0
    vi, en = ([text for bead in beads[:count] for text in bead[side]] for side in (0, 1))
    if random_.random() < 0.5:
        return ([_one_sentence(vi, "vi", random_)], en), count
    return (vi, [_one_sentence(en, "en", random_)]), count


def _moved(beads: list[TextBead], random_: random.Random) -> tuple[TextBead, int]:
    """`A, b. C.` becomes `A. B, c.` on one side; that side or the other can have a sentence more."""
    side, lang = random_.choice(((0, "vi"), (1, "en")))
    if len(beads) < 2:
        return beads[0], 0
    sides = [[text for bead in beads[:2] for text in bead[number]] for number in (0, 1)]
    if len(sides[0]) != 2 or len(sides[1]) != 2:
        return beads[0], 0
    clauses = _clauses(sides[side][0], 2)
    if len(clauses) < 2:
        return beads[0], 0
    sides[side] = [clauses[0], _one_sentence([clauses[1], sides[side][1]], lang, random_)]
    if random_.random() < 0.4:
        other = random_.randrange(2)
        sides[other] = [*sides[other][:-1], *_clauses(sides[other][-1], 2)]
    return (sides[0], sides[1]), 2


_CLAUSE = re.compile(r"(?:[,;]|\s[–—-])\s+(?:(?:và|nhưng|and|but|rồi)\s+)?(?=[^\W\d_])")
_LEAST_CLAUSE = 12


def _clauses(text: str, most: int) -> list[str]:
    """Cut a sentence at its commas into up to `most` sentences."""
    pieces, start = [], 0
    for found in _CLAUSE.finditer(text):
        if len(pieces) == most - 1:
            break
        if found.start() - start >= _LEAST_CLAUSE and len(text) - found.end() >= _LEAST_CLAUSE:
            pieces.append(text[start : found.start()].rstrip() + ".")
            start = found.end()
    return [piece[:1].upper() + piece[1:] for piece in [*pieces, text[start:]]]


def _one_sentence(texts: Sequence[str], lang: str, random_: random.Random) -> str:
    joined = texts[0]
    for text in texts[1:]:
        word = text.split(" ", 1)[0]
        keeps_capital = word in ("I", "Ông", "Bà") or word[1:].lower() != word[1:]
        joined = (
            joined.rstrip(" .")
            + random_.choice(_LINKS[lang])
            + (text if keeps_capital else text[:1].lower() + text[1:])
        )
    return joined


def _in_paragraphs(document: GoldDocument, random_: random.Random) -> GoldDocument:
    """Begin paragraphs where beads begin, nearly always on both sides."""
    share = random_.uniform(0.1, 0.4)
    breaks: tuple[set[int], set[int]] = (set(), set())
    at = [0, 0]
    for bead in document.gold:
        together = random_.random() < share
        for side in (0, 1):
            if (together and random_.random() < 0.92) or random_.random() < 0.01:
                breaks[side].add(at[side])
            at[side] += len(bead[side])
    return replace(document, breaks=(frozenset(breaks[0]), frozenset(breaks[1])))


def segments_of(document: GoldDocument) -> tuple[list[Segment], list[Segment]]:
    """The lines as segments of two documents, with a blank line before each that begins a paragraph."""
    return (
        _segments(document.id, "vi", document.vi, document.breaks[0]),
        _segments(document.id, "en", document.en, document.breaks[1]),
    )


def _segments(name: str, lang: Language, lines: Sequence[str], breaks: frozenset[int]) -> list[Segment]:
    # a line of nothing, of which EVBCorpus has some, still has its place
    texts = [clean(" ".join(line.split())) or "." for line in lines]
    parts = [("\n\n" if number in breaks else "\n") + text for number, text in enumerate(texts)]
    document = Document(f"{name}.{lang}", "".join(parts), lang)
    found, end = [], 0
    for part, text in zip(parts, texts, strict=True):
        end += len(part)
        found.append(Segment(document, end - len(text), end, lang, kind_of(text, alone=False)))
    return found


def _unrelated(beads: Sequence[TextBead], other: Sequence[TextBead]) -> list[TextBead]:
    return [([text], []) for vi, _ in beads for text in vi] + [([], [text]) for _, en in other for text in en]
