"""What a batch did: for a person in some lines, for programs in `report.json`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from align.batch.shards import Shard
from align.report import PairReport, Report, count
from align.types import LANGUAGE_NAMES, Kind

if TYPE_CHECKING:
    from align.batch.across import Across, Counts
    from align.batch.plan import Item
    from align.formats.table import Rejection
    from align.pipeline import Mined

__all__ = ["DocumentStatus", "Summary", "dump"]


@dataclass(slots=True)
class DocumentStatus:
    """What became of one item of the plan.

    :ivar pairs: that are exported
    """

    document: str
    inputs: list[str]
    why: str
    score: float | None
    status: str = "done"
    reason: str | None = None
    segments: int = 0
    pairs: int = 0
    lines_encoded: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Summary:
    """Counts over a batch, collected while its outputs are written.

    :ivar pages: what was mined
    :ivar reused: items whose shards were there already
    :ivar held: units in the outputs, where the format may not hold them all
    :ivar unladdered: pairs of pages, which a format that numbers the segments of two documents has no place for
    :ivar seconds: of each stage of this run
    :ivar across: what was found over all documents, if that was asked for
    """

    settings: dict[str, Any]
    least: float
    only: frozenset[Kind] | None = None
    lines: bool = False
    reused: int = 0
    held: int | None = None
    unladdered: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    documents: list[DocumentStatus] = field(default_factory=list)
    pages: Report = field(init=False)
    sides: Counter[str] = field(default_factory=Counter)
    beads: Counter[str] = field(default_factory=Counter)
    pairs_of_documents: int = 0
    exported: int = 0
    unread: int = 0
    across: Across | None = None

    def __post_init__(self) -> None:
        self.pages = Report(self.least, self.only)

    def fail(self, item: Item, reason: str) -> None:
        """Count an item that could not be done."""
        self.documents.append(_status(item, status="failed", reason=reason))

    def begin(self, item: Item, shard: Shard) -> None:
        """Count an item and what its shard says of itself; what is in it comes next."""
        status = _status(item, lines_encoded=shard.lines_encoded, seconds=shard.seconds)
        self.documents.append(status)
        self.unread += len(shard.unread)
        for result in shard.results:
            if hasattr(result, "segments"):
                status.segments += len(result.segments)
                status.pairs += sum(self.pages.exports(bead) for bead in result.beads)
            else:
                status.segments += len(result.vi) + len(result.en)

    def add_pair(self, report: PairReport, exported: int) -> None:
        """Count two documents that were aligned."""
        paired = report.paired
        self.pairs_of_documents += 1
        self.sides += Counter({"vi": len(paired.vi), "en": len(paired.en)})
        self.beads += Counter(bead.kind for bead in paired.beads)
        self.exported += exported
        self.documents[-1].pairs = exported

    def data(self, problems: list[tuple[str, str]]) -> dict[str, Any]:
        """What `report.json` holds.

        :param problems: names and reasons of what was never begun
        """
        failed = [one for one in self.documents if one.status == "failed"]
        return {
            "settings": self.settings,
            "signature": blake2b(json.dumps(self.settings, sort_keys=True).encode(), digest_size=8).hexdigest(),
            "counts": {
                "documents": len(self.documents),
                "failed": len(failed) + len(problems),
                "pairs_of_documents": self.pairs_of_documents,
                "pages": self.pages.documents,
                "segments": {
                    "vi": self.sides["vi"] + self.pages.segments["vi"],
                    "en": self.sides["en"] + self.pages.segments["en"],
                    "undecided": self.pages.segments[None],
                },
                "beads": dict(sorted(self.beads.items())),
                "pairs": self.exported + self.pages.pairs,
                "parts_unread": self.unread,
                "lines_encoded": self.lines_encoded,
            },
            **({"across": asdict(self.across.counts)} if self.across else {}),
            "problems": [{"name": name, "reason": reason} for name, reason in problems],
            "documents": [_plain(one) for one in sorted(self.documents, key=lambda one: one.document)],
            "this_run": {"reused": self.reused, "seconds": {k: round(v, 2) for k, v in self.seconds.items()}},
        }

    @property
    def lines_encoded(self) -> int:
        """Lines that were given to an encoder."""
        across = self.across.counts.lines_encoded if self.across else 0
        return across + sum(one.lines_encoded for one in self.documents)

    def rejections(self, mined: Mined) -> Iterator[Rejection]:
        """What of a document stands in no exported pair; see `align.report.Report.rejections`."""
        if self.across is None:
            return self.pages.rejections(mined)
        return self.pages.rejections(mined, bead_of=self.across.bead_of, copy_of=self.across.copy_of)

    def words(self) -> Iterator[str]:
        """The closing lines for a person."""
        failed = sum(one.status == "failed" for one in self.documents)
        found = [count(self.pairs_of_documents, "pair") + " of documents", count(self.pages.documents, "page")]
        done = f"{' and '.join(found)} aligned"
        if self.across:
            done = f"{count(self.pages.documents, 'document')} mined together"
        yield f"{done}{f', {failed:,} failed: see above' if failed else ''}."
        sides = [self.sides[side] + self.pages.segments[side] for side in LANGUAGE_NAMES]
        languages = [f"{number:,} {name}" for number, name in zip(sides, LANGUAGE_NAMES.values(), strict=True)]
        languages.append(f"{self.pages.segments[None]:,} undecided")
        yield f"{count(sum(sides) + self.pages.segments[None], 'segment')}: {', '.join(languages)}."
        least = f" with a score of {self.least:g} or more" if self.least else ""
        yield f"{count(self.exported + self.pages.pairs, 'pair')}{least}."
        if self.unladdered:
            yield f"{count(self.unladdered, 'pair')} of pages have no place in a ladder."
        if self.unread:
            yield f"{count(self.unread, 'part')} could not be read: see rejected.tsv."
        if self.across:
            yield from _words_of(self.across.counts)
        yield f"{self.lines_encoded:,} lines were encoded."


def _words_of(found: Counts) -> Iterator[str]:
    copied, taken = sum(found.copies.values()), sum(found.taken_over.values())
    if copied:
        documents = f" {count(taken, 'time')} most of a document's lines stood in earlier ones." if taken else ""
        yield f"{count(copied, 'line')} left out that an earlier one says already.{documents}"
    if found.recall < 1:
        yield f"The search found {found.recall:.1%} of the nearest neighbours."


def _status(item: Item, **found: Any) -> DocumentStatus:
    return DocumentStatus(item.stem, [one.id for one in item.inputs], item.why, item.score, **found)


def _plain(status: DocumentStatus) -> dict[str, Any]:
    found = {name: getattr(status, name) for name in DocumentStatus.__dataclass_fields__}
    return {name: value for name, value in found.items() if value is not None}


def dump(data: dict[str, Any]) -> bytes:
    """A report as it stands in its file."""
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
