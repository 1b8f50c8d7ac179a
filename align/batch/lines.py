"""The lines of a corpus as its work units see them: in blocks, each with a file of vectors and one of facts."""

from __future__ import annotations

import functools
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from align.batch.seal import DamagedError, mapped, sealed, sealed_array, unsealed
from align.batch.stages import Stages, read_sealed
from align.batch.store import Store
from align.batch.work import WorkSettings, encoder_for
from align.encoders import Encoder, Progress, Vectors
from align.pairing.neighbours import Indexes
from align.text.numbers import Facts, facts
from align.types import Language

__all__ = ["LINES", "Block", "FactsOf", "SpreadEncoder", "VectorsOf", "blocks_of", "checked", "facts_in", "facts_of"]

LINES = ".align/lines"
"""Where blocks lie."""

# A block ends with a line in so many, which its digest decides, so that a line that is put in or taken out
# changes one block and not all behind it; and it is never longer than that. Chosen by hand: half a minute of `mini`.
_USUAL, _LONGEST = 4096, 16_384


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines, in a file that is named by what stands in it.

    :param name: of the file, sealed JSON
    :param size: lines
    """

    name: str
    size: int


def blocks_of(texts: Sequence[str], store: Store) -> list[Block]:
    """Put lines into the store, in blocks."""
    found = []
    for lines in _cut(texts):
        data = json.dumps(lines).encode()
        digest = blake2b(data, digest_size=16).hexdigest()
        block = Block(f"{LINES}/{digest[:2]}/{digest}", len(lines))
        if not store.has(block.name):
            store.write(block.name, sealed(data))
        found.append(block)
    return found


def _cut(texts: Sequence[str]) -> Iterator[list[str]]:
    lines: list[str] = []
    for text in texts:
        lines.append(text)
        last = zlib.crc32(text.encode("utf-8", "surrogatepass")) % _USUAL == 0
        if last or len(lines) == _LONGEST:
            yield lines
            lines = []
    if lines:
        yield lines


def _texts(store: Store, block: Block) -> list[str]:
    texts: list[str] = read_sealed(store, block.name, lambda data: json.loads(unsealed(data)))
    return texts


# --- vectors -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BlockUnit:
    """A block, and the file for what is found out about its lines."""

    block: Block
    shard: str


@dataclass(frozen=True, slots=True)
class _Encode:
    """Work: encode a block."""

    store: Store
    settings: WorkSettings
    encoder: str

    def prepare(self, _unit: BlockUnit) -> None:
        encoder_for(self.settings, self.encoder).encode(["Xin chào"])

    def __call__(self, unit: BlockUnit) -> None:
        vectors = encoder_for(self.settings, self.encoder).encode(_texts(self.store, unit.block))
        self.store.write(unit.shard, sealed_array(vectors))


class SpreadEncoder:
    """An encoder that lets the workers of a batch encode, and keeps the vectors in its store.

    A few lines are encoded here. How many are given, and not who encodes them, decides where a model whose
    vectors depend on their company puts them together.
    """

    # Lines that are not worth a work unit. Chosen by hand.
    _FEW = 256

    def __init__(self, stages: Stages, settings: WorkSettings, encoder: str, stage: str) -> None:
        """:param stage: what the time is counted to

        :ivar lines: that were encoded, now or in an earlier run
        """
        self.name = encoder
        self._stages = stages
        self._settings = settings
        self._stage = stage
        self._seen: set[Block] = set()
        self.lines = 0

    @property
    def dim(self) -> int:
        """The width of a vector."""
        return self._encoder.dim

    @property
    def _encoder(self) -> Encoder:
        return encoder_for(self._settings, self.name)

    def encode(self, sentences: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """See `align.encoders.Encoder.encode`."""
        if len(sentences) <= self._FEW:
            self.lines += len(sentences)
            return self._encoder.encode(sentences, progress=progress)
        # each once: lines are asked for again with every segment that they might join
        number = {text: place for place, text in enumerate(dict.fromkeys(sentences))}
        vectors = self.vectors(blocks_of(list(number), self._stages.store)).whole()
        return vectors[[number[text] for text in sentences]]

    def vectors(self, blocks: Sequence[Block]) -> VectorsOf:
        """The vectors of blocks, which are encoded if they are not yet."""
        suffix = blake2b(self.name.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
        units = [BlockUnit(block, f"{block.name}.{suffix}.npy") for block in blocks]
        new = {block for block in blocks if block not in self._seen}
        self._seen |= new
        self.lines += sum(block.size for block in new)
        self._stages.run(self._stage, _Encode(self._stages.store, self._settings, self.name), units)
        return VectorsOf(self._stages.store, tuple(unit.shard for unit in units), tuple(block.size for block in blocks))


@dataclass(frozen=True, slots=True)
class VectorsOf:
    """The vectors of one side, in files that are mapped into memory where they are read.

    :param names: of the files, one for each block
    :param sizes: of the blocks
    """

    store: Store
    names: tuple[str, ...]
    sizes: tuple[int, ...]

    def __len__(self) -> int:
        return sum(self.sizes)

    def whole(self) -> Vectors:
        """All of them in memory, float32, shape (n, dim)."""
        return self.rows(0, len(self))

    def rows(self, start: int, stop: int) -> Vectors:
        """Those from start to stop, in memory."""
        parts = []
        begin = 0
        for name, size in zip(self.names, self.sizes, strict=True):
            if begin < stop and begin + size > start:
                parts.append(self._file(name)[max(0, start - begin) : stop - begin])
            begin += size
        return np.concatenate(parts)

    def take(self, indexes: Indexes) -> Vectors:
        """Those of some rows, in any order, shape (n, dim)."""
        order = np.argsort(indexes, kind="stable")
        wanted = indexes[order]
        edges = np.concatenate([[0], np.cumsum(self.sizes)])
        cuts = np.searchsorted(wanted, edges)
        result: Vectors | None = None
        for name, start, first, last in zip(self.names, edges, cuts, cuts[1:], strict=False):
            if first == last:
                continue
            found = self._file(name)[wanted[first:last] - start]
            if result is None:
                result = np.empty((len(indexes), found.shape[1]), np.float32)
            result[order[first:last]] = found
        assert result is not None
        return result

    def parts(self) -> Iterator[Vectors]:
        """The blocks, one after the other."""
        return (np.asarray(self._file(name)) for name in self.names)

    def _file(self, name: str) -> Vectors:
        return _mapped(self.store, name)


@functools.lru_cache(maxsize=4096)
def _mapped(store: Store, name: str) -> Vectors:
    """A file of vectors; opening one takes longer than reading some rows."""
    try:
        return np.asarray(mapped(store.local(name)))
    except (DamagedError, FileNotFoundError):
        raise DamagedError(name) from None


def checked(store: Store, names: Sequence[str]) -> None:
    """See that files are as they were written; those that work units map are not looked at as a whole there.

    :raises DamagedError: with the name of the first that is not
    """
    for name in names:
        read_sealed(store, name, unsealed)


# --- facts -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _ReadFacts:
    """Work: read the facts off a block's lines."""

    store: Store
    language: Language

    def __call__(self, unit: BlockUnit) -> None:
        found = (facts(text, self.language) for text in _texts(self.store, unit.block))
        lines = b"\n".join(json.dumps(_as_lists(one), separators=(",", ":")).encode() for one in found)
        self.store.write(unit.shard, sealed(lines))


def facts_of(stages: Stages, blocks: Sequence[Block], language: Language) -> FactsOf:
    """The facts of blocks, which are read if they are not yet."""
    units = [BlockUnit(block, f"{block.name}.{language}") for block in blocks]
    stages.run("facts", _ReadFacts(stages.store, language), units)
    return FactsOf(stages.store, tuple(unit.shard for unit in units), tuple(block.size for block in blocks))


@dataclass(frozen=True, slots=True)
class FactsOf:
    """The facts of one side, in files, one for each block."""

    store: Store
    names: tuple[str, ...]
    sizes: tuple[int, ...]

    def take(self, wanted: NDArray[np.int64]) -> Iterator[Facts]:
        """Those of some rows.

        :param wanted: rising, each once
        """
        edges = np.concatenate([[0], np.cumsum(self.sizes)])
        cuts = np.searchsorted(wanted, edges)
        for name, start, first, last in zip(self.names, edges, cuts, cuts[1:], strict=False):
            if first == last:
                continue
            lines = read_sealed(self.store, name, unsealed).split(b"\n")
            yield from (facts_in(json.loads(lines[row])) for row in (wanted[first:last] - start).tolist())


def _as_lists(one: Facts) -> list[object]:
    rest = (one.quantities, one.weak, one.names, one.name_offers)
    return [[sorted(keys) for keys in one.asked], *map(sorted, rest)]


def facts_in(data: list[list[object]]) -> Facts:
    """Facts that were put into lists."""
    asked, *rest = data
    return Facts(tuple(frozenset(keys) for keys in asked), *(frozenset(keys) for keys in rest))  # type: ignore[arg-type,call-overload]
