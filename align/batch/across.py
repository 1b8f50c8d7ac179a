"""Mining over all documents of a batch at once: what `align.pairing.mine.Miner` does, in work units.

The lines of all documents come together here, and nothing else does: vectors, facts, neighbours and
evidence are made and kept by work units. On a corpus that fits in memory the pairs are those of `Miner`.

    read ─ copies ─ vectors, facts ─ neighbours ─ agreement ─ decision
    unit            units            units        units
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from align.batch.copies import Copies, find_copies
from align.batch.lines import LINES, FactsOf, SpreadEncoder, blocks_of, checked, facts_of
from align.batch.seal import DamagedError, array_in, sealed, sealed_array, unsealed
from align.batch.search import EXACT, search
from align.batch.shards import Shard, dumped
from align.batch.stages import Stages, read_sealed
from align.batch.store import Store
from align.batch.work import Done, Task, WorkSettings, collecting, refuse_changes, scale_for
from align.encoders import AUTO
from align.formats.reading import read_documents
from align.formats.settings import ReadSettings
from align.pairing.evidence import NEIGHBOURS, Candidates, compared, evidence_from, shape_of, united
from align.pairing.join import Pair
from align.pairing.mine import Miner, Weighed, beads_of, copies, each_copy, second_opinion
from align.pipeline import UNPAIRED_KINDS, Mined, only
from align.quality.digest import digest, matching_form
from align.text.numbers import counts, squeezed
from align.text.segment import segment
from align.types import LANGUAGES, Bead, Language, Segment

if TYPE_CHECKING:
    from align.batch.plan import Item

__all__ = ["ACROSS", "Across", "Counts", "LineReader", "leave_lines", "mine_across"]

ACROSS = ".align/across"
"""Where the stages behind the lines leave their files."""

# Candidates whose facts are compared in one unit: half a minute, and some hundred megabytes. Chosen by hand.
_COMPARED = 250_000


# --- reading -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LineReader:
    """The work unit that reads an input: its documents, their segments, and the digests of their lines."""

    store: Store
    settings: WorkSettings

    def __call__(self, task: Task) -> Done:
        """Read, and put what was found into the store.

        :raises AlignError: if an input cannot be read, is not what it should be, or changed meanwhile
        """
        reading, unread, remarks = collecting(self.settings.reading)
        refuse_changes(task)
        found = tuple(self._read(task, reading))
        refuse_changes(task)
        forms = tuple(digest(matching_form(line.text)) for one in found for line in _lines(one))
        shard = Shard(found, tuple(one.document for one in found), tuple(unread), tuple(remarks), forms=forms)
        self.store.write(task.shard, dumped(shard))
        return Done(sum(len(one.segments) for one in found))

    def _read(self, task: Task, reading: ReadSettings) -> Iterator[Mined]:
        if len(task.inputs) == 1:
            documents = iter(read_documents(task.inputs[0], reading))
        else:
            sides = zip(task.inputs, LANGUAGES, strict=True)
            documents = iter(only(read_documents(item, replace(reading, side=side)), side) for item, side in sides)
        for document in documents:
            yield Mined(document, tuple(segment(document, lines=self.settings.lines)), ())


def _lines(mined: Mined) -> Iterator[Segment]:
    """The segments of a document that are to have partners."""
    return (found for found in mined.segments if found.lang is not None and found.kind not in UNPAIRED_KINDS)


# --- the result --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counts:
    """What the report says about mining over all documents.

    :param lines: that were compared, by language
    :param copies: lines that were left out because an earlier one says the same, by language
    :param taken_over: documents of which half or more stands in earlier ones, by language
    :param candidates: pairs of lines that were looked at
    :param recall: the share of the nearest neighbours that the search found, on a sample
    :param lines_encoded: lines that were given to an encoder
    """

    lines: dict[str, int]
    copies: dict[str, int]
    taken_over: dict[str, int]
    candidates: int
    recall: float
    lines_encoded: int


@dataclass(slots=True)
class Across:
    """What was found over all documents.

    :ivar shards: of each item, with the pairs of which it holds the Vietnamese side
    :ivar name: of the folder that the stages behind the lines had
    :ivar bead_of: the pair that a segment stands in, by the segment's identity
    :ivar copy_of: the first segment that says the same as one that was left out, by the latter's identity
    """

    shards: list[tuple[Item, Shard | None]]
    counts: Counts
    name: str
    bead_of: dict[int, Bead] = field(default_factory=dict)
    copy_of: dict[int, Segment] = field(default_factory=dict)


@dataclass(slots=True)
class _Side:
    """The lines of one language, in order, and who is a copy of whom."""

    language: Language
    all: list[Segment]
    copies: Copies
    kept: list[Segment]


def mine_across(
    shards: Sequence[tuple[Item, Shard | None]],
    stages: Stages,
    settings: WorkSettings,
    *,
    exact: int = EXACT,
    notice: Callable[[str], None] = lambda _: None,
) -> Across:
    """Pair the lines of all documents, whichever document they stand in.

    :param shards: what `LineReader` left of each item; None for one that failed
    :param exact: see `align.batch.search.search`
    :param notice: told what the user should know
    :raises StoppedError: see `align.batch.stages.Stages.run`
    :raises DamagedError: if a file is damaged or gone, with its name: take it away and do this again
    """
    with stages.timed("copies"):
        vi, en = _sides(shards, keep=settings.keep_duplicates)
    name = _name_of(shards, settings)
    result = _result(name)
    if not stages.store.has(result):
        found = _Mining(stages, f"{ACROSS}/{name}", settings, exact, notice).mined(vi.kept, en.kept)
        sides = {"vi": vi, "en": en}
        counted = Counts(
            {key: len(side.kept) for key, side in sides.items()},
            {key: len(side.all) - len(side.kept) for key, side in sides.items()},
            {key: side.copies.documents for key, side in sides.items()},
            *found[1:],
        )
        data = [asdict(counted), [[pair.vi, pair.en, pair.cosine, pair.log_odds] for pair in found[0]]]
        stages.store.write(result, sealed(json.dumps(data, separators=(",", ":")).encode()))
    head, pairs = read_sealed(stages.store, result, lambda data: json.loads(unsealed(data)))
    beads = [Pair(tuple(i), tuple(j), cosine, log_odds) for i, j, cosine, log_odds in pairs]
    return _given_back(shards, vi, en, beads, Across([], Counts(**head), name))


def leave_lines(store: Store, across: Across) -> None:
    """Take away all that only an unfinished batch needs.

    The pairs stay, and the vectors and facts of the lines, so that a document more costs its own lines alone.
    """
    kept = {_result(across.name), _listed(across.name)}
    with contextlib.suppress(DamagedError):  # what is not known to be of use can be made again
        kept.update(read_sealed(store, _listed(across.name), lambda data: json.loads(unsealed(data))))
    for name in [*store.names(ACROSS), *store.names(LINES)]:
        if name not in kept:
            store.remove(name)


def _result(name: str) -> str:
    return f"{ACROSS}/{name}/pairs"


def _listed(name: str) -> str:
    """The file that says which files of lines belong to the result."""
    return f"{ACROSS}/{name}/lines"


def _sides(shards: Sequence[tuple[Item, Shard | None]], *, keep: bool) -> tuple[_Side, _Side]:
    lines: dict[Language, list[Segment]] = {"vi": [], "en": []}
    forms: dict[Language, list[int]] = {"vi": [], "en": []}
    documents: dict[Language, list[int]] = {"vi": [], "en": []}
    number = 0
    for _, shard in shards:
        known = iter(shard.forms if shard else ())
        for mined in shard.results if shard else ():
            assert isinstance(mined, Mined)
            for line in _lines(mined):
                assert line.lang is not None
                lines[line.lang].append(line)
                forms[line.lang].append(next(known))
                documents[line.lang].append(number)
            number += 1

    def side(language: Language) -> _Side:
        own = lines[language]
        alone = Copies(np.arange(len(own)), 0)
        if own and not keep:
            numbers = np.array(documents[language], np.int64)
            alone = find_copies(own, np.array(forms[language], np.uint64), numbers)
        kept = [own[place] for place in np.flatnonzero(alone.of == np.arange(len(own))).tolist()]
        return _Side(language, own, alone, kept)

    return side("vi"), side("en")


def _name_of(shards: Sequence[tuple[Item, Shard | None]], settings: WorkSettings) -> str:
    """A name for what comes of these documents: another one if a line, a place or a setting is another."""
    found = blake2b(repr((settings.encoder, settings.keep_duplicates)).encode(), digest_size=16)
    for _, shard in shards:
        for mined in shard.results if shard else ():
            assert isinstance(mined, Mined)
            found.update(f"{mined.document.id}\x1e{mined.document.text}\x1f".encode("utf-8", "surrogatepass"))
            spans = [(one.start, one.end, one.lang, one.kind) for one in mined.segments]
            found.update(repr(spans).encode())
    return found.hexdigest()


def _given_back(
    shards: Sequence[tuple[Item, Shard | None]], vi: _Side, en: _Side, pairs: Sequence[Pair], across: Across
) -> Across:
    """Every pair to the document that its Vietnamese side begins in."""
    beads: dict[int, list[Bead]] = {}
    for bead in beads_of(pairs, vi.kept, en.kept, alone=False):
        beads.setdefault(id(bead.vi[0].document), []).append(bead)
        for found in (*bead.vi, *bead.en):
            across.bead_of[id(found)] = bead
    for side in (vi, en):
        for place in np.flatnonzero(side.copies.of != np.arange(len(side.all))).tolist():
            across.copy_of[id(side.all[place])] = side.all[side.copies.of[place]]
    for item, shard in shards:
        if shard is not None:
            results = (_with_beads(mined, beads) for mined in shard.results)
            shard = replace(shard, results=tuple(results))
        across.shards.append((item, shard))
    return across


def _with_beads(mined: Any, beads: dict[int, list[Bead]]) -> Mined:
    return Mined(mined.document, mined.segments, tuple(beads.get(id(mined.document), ())))


# --- mining ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Mining:
    """The stages behind the lines.

    :param folder: in the store, for these lines alone
    """

    stages: Stages
    folder: str
    settings: WorkSettings
    exact: int
    notice: Callable[[str], None]

    def mined(self, vi: Sequence[Segment], en: Sequence[Segment]) -> tuple[list[Pair], int, float, int]:
        """The pairs; the number of candidates, the recall of the search, and the lines encoded."""
        if not vi or not en:
            return [], 0, 1.0, 0
        auto = self.settings.encoder == AUTO
        first = self._encoder("static" if auto else self.settings.encoder, "vectors")
        second = self._encoder("mini", "second opinion")
        scale = scale_for(self.settings, first.name)
        miner = Miner(first, scale=scale, second=second_opinion(second) if auto else None)
        found, recall = self._weighed(vi, en, first, miner)
        with self.stages.timed("decision"):
            pairs = miner.decided(found, vi, en)
        return pairs, len(found.vi), round(recall, 4), first.lines + second.lines

    def _encoder(self, name: str, stage: str) -> SpreadEncoder:
        return SpreadEncoder(self.stages, self.settings, name, stage)

    def _weighed(
        self, vi: Sequence[Segment], en: Sequence[Segment], encoder: SpreadEncoder, miner: Miner
    ) -> tuple[Weighed, float]:
        """All candidates and what the first model makes of each; and the recall of the search for them."""
        store = self.stages.store
        places = copies(vi), copies(en)
        distinct = [[side[first[0]] for first in own] for side, own in zip((vi, en), places, strict=True)]
        with self.stages.timed("lines"):
            blocks = [blocks_of([compared(one.text) for one in side], store) for side in distinct]
            shapes = shape_of(distinct[0]), shape_of(distinct[1])
        vectors = [encoder.vectors(own) for own in blocks]
        facts = [facts_of(self.stages, own, of) for own, of in zip(blocks, LANGUAGES, strict=True)]
        with self.stages.timed("lines"):
            names = [block.name for own in blocks for block in own]
            names += [name for one in vectors for name in one.names] + [name for one in facts for name in one.names]
            checked(store, names)
            store.write(f"{self.folder}/lines", sealed(json.dumps(names).encode()))
        near = search(self.stages, self.folder, *_two(vectors), NEIGHBOURS, exact=self.exact, notice=self.notice)
        with self.stages.timed("candidates"):
            found = united(near.of_vi, near.of_en)
        agreement = self._agreement(found, *_two(facts))
        similarity, log_odds = np.empty(len(found.vi), np.float32), np.empty(len(found.vi))
        with self.stages.timed("candidates"):
            for start in range(0, len(found.vi), _COMPARED):
                part = slice(start, start + _COMPARED)
                some = Candidates(found.vi[part], found.en[part], found.cosine[part])
                features = evidence_from(some, near[:2], shapes, squeezed(agreement[part]), miner.scale)
                similarity[part] = features[:, 0]
                log_odds[part] = miner.models.pair.log_odds(features)
            rows, i, j = each_copy(found.vi, found.en, *places)
        return Weighed(i, j, rows, found.cosine[rows], similarity[rows], log_odds[rows]), near.recall

    def _agreement(self, found: Candidates, vi: FactsOf, en: FactsOf) -> NDArray[np.uint16]:
        """How the facts of each candidate agree, as `align.text.numbers.counts` says it."""
        store = self.stages.store
        units = []
        with self.stages.timed("agreement"):
            for start in range(0, len(found.vi), _COMPARED):
                part = slice(start, start + _COMPARED)
                unit = _Part(f"{self.folder}/pairs-{start:010}.npy", f"{self.folder}/agreement-{start:010}.npy")
                if not store.has(unit.pairs):
                    store.write(unit.pairs, sealed_array(np.stack([found.vi[part], found.en[part]]).astype(np.int32)))
                units.append(unit)
        self.stages.run("agreement", _Agree(store, vi, en), units)
        with self.stages.timed("agreement"):
            return np.concatenate([read_sealed(store, unit.shard, array_in) for unit in units])


def _two(values: Sequence[Any]) -> tuple[Any, Any]:
    return values[0], values[1]


@dataclass(frozen=True, slots=True)
class _Part:
    """Some candidates, and the file for how their facts agree."""

    pairs: str
    shard: str


@dataclass(frozen=True, slots=True)
class _Agree:
    """Work: compare the facts of candidates."""

    store: Store
    vi: FactsOf
    en: FactsOf

    def __call__(self, unit: _Part) -> None:
        rows, columns = read_sealed(self.store, unit.pairs, array_in).astype(np.int64)
        vi, row = np.unique(rows, return_inverse=True)
        en, column = np.unique(columns, return_inverse=True)
        found = counts(list(self.vi.take(vi)), list(self.en.take(en)), row, column)
        self.store.write(unit.shard, sealed_array(found))
