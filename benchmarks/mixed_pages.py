"""Mixed pages with known pairs, made from gold beads.

A page is lines of both languages shuffled together, as on a news portal's front page: some
are translations of each other, the others have no partner. Made from the bead sets of the
development data (see `benchmarks/README.md`).
"""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from align.text.clean import clean
from align.text.fold import strip_diacritics
from align.text.segment import segment
from align.types import Document, Segment

# A source of news in the training table whose licence is not open.
UNSEEN = "baosongngu"

__all__ = ["MixedPage", "line_pairs", "mixed_pages", "page_segments", "unseen_news"]


@dataclass(frozen=True, slots=True)
class MixedPage:
    """Lines in page order, and the gold pairs as (Vietnamese line, English line) numbers."""

    lines: tuple[str, ...]
    gold: frozenset[tuple[int, int]]

    @property
    def text(self) -> str:
        """The page as a document: one line each, a blank line between."""
        return "\n\n".join(self.lines)


def line_pairs(path: Path) -> list[tuple[str, str]]:
    """The distinct 1-1 beads of a bead set, in its order, as (Vietnamese, English) lines."""
    pairs: dict[str, str] = {}
    for document in json.loads(path.read_text(encoding="utf-8")):
        for vi, en in document["gold"]:
            if len(vi) == len(en) == 1:
                pairs.setdefault(document["vi"][vi[0]].strip(), document["en"][en[0]].strip())
    seen: set[str] = set()
    return [(vi, en) for vi, en in pairs.items() if vi and en and not (en in seen or seen.add(en))]  # type: ignore[func-returns-value]


def unseen_news(path: Path) -> list[tuple[str, str]]:
    """News pairs that the shipped encoder was not trained on, each text once."""
    vi_seen, en_seen, found = set(), set(), []
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            new = row["vi"] not in vi_seen and row["en"] not in en_seen
            if row["source"] == UNSEEN and row["open"] == "no" and new:
                vi_seen.add(row["vi"])
                en_seen.add(row["en"])
                found.append((row["vi"], row["en"]))
    return found


def mixed_pages(
    pairs: Sequence[tuple[str, str]],
    *,
    lines: int,
    unpaired: float = 1 / 3,
    stripped: float = 0.0,
    arrangement: str = "shuffled",
    seed: int = 0,
) -> Iterator[MixedPage]:
    """Deal the pairs out to pages of about `lines` lines, each pair used once.

    :param unpaired: the share of a page's lines that has no partner on it
    :param stripped: the share of Vietnamese lines that lose their diacritics
    :param arrangement: ``"shuffled"``; ``"blocks"``, Vietnamese items followed by English ones,
        each in the order of the pairs; or ``"alternating"``, item by item
    """
    random_ = random.Random(seed)
    # n pairs kept whole give 2n lines and m broken ones give m: m / (2n + m) = unpaired.
    broken = round(lines * unpaired)
    whole = round((lines - broken) / 2)
    for start in range(0, len(pairs) - whole - broken + 1, whole + broken):
        taken = list(pairs[start : start + whole + broken])
        kept = set(random_.sample(range(len(taken)), whole))
        yield _page(taken, kept, stripped, arrangement, random_)


def _page(
    pairs: Sequence[tuple[str, str]], kept: set[int], stripped: float, arrangement: str, random_: random.Random
) -> MixedPage:
    items: list[tuple[str, int, str]] = []
    for number, (vi, en) in enumerate(pairs):
        side = random_.choice(("vi", "en"))
        items += [
            (language, number, text)
            for language, text in (("vi", vi), ("en", en))
            if number in kept or language == side
        ]
    if arrangement == "shuffled":
        random_.shuffle(items)
    elif arrangement == "blocks":
        items.sort(key=lambda item: item[0], reverse=True)
    where = {(language, number): position for position, (language, number, _) in enumerate(items)}
    gold = frozenset((where["vi", number], where["en", number]) for number in kept)
    return MixedPage(tuple(_line(language, text, stripped, random_) for language, _, text in items), gold)


def _line(language: str, text: str, stripped: float, random_: random.Random) -> str:
    text = clean(" ".join(text.split()))
    return strip_diacritics(text) if language == "vi" and random_.random() < stripped else text


def page_segments(page: MixedPage) -> tuple[list[Segment], list[Segment], list[int], list[int]]:
    """The page's lines as segments by language, and the line number of each.

    Every line is one segment and its language is found, not given, so that a line that is
    taken for the wrong language counts as lost.
    """
    document = Document("page", page.text)
    segments = segment(document, lines=True)
    starts = {start: number for number, start in enumerate(_starts(page))}
    vi = [found for found in segments if found.lang == "vi"]
    en = [found for found in segments if found.lang == "en"]
    return vi, en, [starts[found.start] for found in vi], [starts[found.start] for found in en]


def _starts(page: MixedPage) -> Iterator[int]:
    position = 0
    for line in page.lines:
        yield position
        position += len(line) + 2
