"""The nearest neighbours between the lines of two languages, in work units.

Up to some billions of pairs every pair is looked at, as `align.pairing.neighbours` does it, block by block.
Beyond that each side has an index (faiss, Jégou et al. 2021, arXiv:1702.08734): inverted lists of product-quantised
vectors, of which as many are searched as it takes to find nearly all neighbours; what they name is compared exactly.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from align.batch.lines import VectorsOf
from align.batch.seal import array_in, sealed, sealed_array, unsealed
from align.batch.stages import Stages, read_sealed
from align.batch.store import Store
from align.encoders import Vectors
from align.pairing.neighbours import Indexes, Neighbours, merged, nearest_of_each, neighbours, rows_at_once
from align.types import LANGUAGES, Language

if TYPE_CHECKING:
    import faiss

__all__ = ["Found", "search"]

EXACT = 20_000_000_000
"""Pairs of lines up to which every one is looked at: 140,000 lines a side, some minutes on two cores. Chosen by
hand: an index is sooner before that, but misses one or two neighbours in a hundred."""

# Lines of the English side up to which that can be: each block of Vietnamese rows sees them all at once.
_WHOLE = 500_000

# Pairs in a unit of exact search, and rows in a unit of search in an index: some seconds each. Chosen by hand.
_PAIRS, _ROWS = 2_000_000_000, 8192

# Recall that an index is made to have in its own direction, on a sample. What the other direction found makes 0.98
# and more of it: of what one misses, the other finds a fifth to a quarter (60,000 lines of training data).
_RECALL = 0.977

# Rows that recall is measured on; its standard error is then 0.002.
_SAMPLE = 1000

# Shares of an index that are tried for how much of it must be searched.
_SHARES = (0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.17, 0.2, 0.23, 0.26, 0.3, 0.35, 0.4, 0.5, 0.6, 0.8, 1.0)

# What an index names for each row, to be compared exactly: quantised vectors put the right ones close to the top.
# On 486,000 lines of training data 48 lose 0.008 of recall against 100.
_NAMED = 100

# Rows whose named neighbours are compared at a time: 64 x 100 vectors are 10 MB.
_COMPARED = 64

_FOUND = np.dtype([("row", "<i4"), ("cosine", "<f4")])


class Found(NamedTuple):
    """Neighbours in both directions.

    :ivar of_vi: of every Vietnamese row, shape (n_vi, k)
    :ivar of_en: of every English row, shape (n_en, k)
    :ivar recall: the share of the nearest neighbours that were found, measured on a sample; 1 where every
        pair was looked at
    """

    of_vi: Neighbours
    of_en: Neighbours
    recall: float


def search(
    stages: Stages,
    folder: str,
    vi: VectorsOf,
    en: VectorsOf,
    k: int,
    *,
    exact: int = EXACT,
    notice: Callable[[str], None] = lambda _: None,
) -> Found:
    """The k nearest English rows of every Vietnamese row, and the other way round.

    :param folder: in the store, for this pair of sides alone
    :param exact: pairs of lines up to which every one is looked at
    :param notice: told what the user should know
    """
    if len(vi) * len(en) <= exact and len(en) <= _WHOLE:
        return _exactly(stages, folder, vi, en, k)
    if importlib.util.find_spec("faiss") is None:
        notice("for so many lines an index saves hours: pip install 'align-vi-en[index]'.")
        return _exactly(stages, folder, vi, en, k)
    return _by_index(stages, folder, _Sides(vi, en, k, stages.store))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Some rows of one side, and the file for their neighbours."""

    of: Language
    start: int
    stop: int
    shard: str


def _units(folder: str, of: Language, n: int, step: int) -> list[_Rows]:
    starts = range(0, n, step)
    return [_Rows(of, start, min(start + step, n), f"{folder}/{of}-{start:010}.npy") for start in starts]


@dataclass(frozen=True, slots=True)
class _Sides:
    """Both sides, of which a unit asks for the neighbours of one."""

    vi: VectorsOf
    en: VectorsOf
    k: int
    store: Store

    def asked(self, unit: _Rows) -> VectorsOf:
        return self.vi if unit.of == "vi" else self.en

    def base(self, unit: _Rows) -> VectorsOf:
        return self.en if unit.of == "vi" else self.vi


def _packed(*found: Neighbours) -> bytes:
    """Neighbours one after the other, each as one row."""
    parts = []
    for one in found:
        array = np.empty(one.row.size, _FOUND)
        array["row"], array["cosine"] = one.row.ravel(), one.cosine.ravel()
        parts.append(array)
    return sealed_array(np.concatenate(parts))


def _unpacked(array: NDArray[Any], n: int) -> Neighbours:
    return Neighbours(array["row"].astype(np.int64).reshape(n, -1), array["cosine"].reshape(n, -1))


# --- every pair --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _LookAtAll:
    """Work: the neighbours among some Vietnamese and all English rows, in both directions."""

    sides: _Sides

    def __call__(self, unit: _Rows) -> None:
        sides = self.sides
        forward, backward = neighbours(sides.vi.rows(unit.start, unit.stop), _whole(sides.en), sides.k)
        backward = Neighbours(backward.row + unit.start, backward.cosine)
        sides.store.write(unit.shard, _packed(forward, backward))


@functools.lru_cache(maxsize=1)
def _whole(side: VectorsOf) -> Vectors:
    return side.whole()


def _exactly(stages: Stages, folder: str, vi: VectorsOf, en: VectorsOf, k: int) -> Found:
    block = rows_at_once(len(en))
    step = block * max(1, _PAIRS // (block * len(en)))
    units = _units(folder, "vi", len(vi), step)
    stages.run("neighbours", _LookAtAll(_Sides(vi, en, k, stages.store)), units)
    forward: list[Neighbours] = []
    backward: Neighbours | None = None
    with stages.timed("neighbours"):
        for unit in units:
            found = read_sealed(stages.store, unit.shard, array_in)
            rows = unit.stop - unit.start
            ours = rows * min(k, len(en))
            forward.append(_unpacked(found[:ours], rows))
            theirs = _unpacked(found[ours:], len(en))
            backward = theirs if backward is None else merged(backward, theirs, k)
    assert backward is not None
    return Found(Neighbours(*map(np.concatenate, zip(*forward, strict=True))), backward, 1.0)


# --- by an index -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Build:
    """Work: an index of one side, that finds the neighbours of the other."""

    sides: _Sides

    def __call__(self, unit: _Rows) -> None:
        import faiss

        faiss.omp_set_num_threads(1)  # with more, sums and so lists depend on how many there are
        asked, base, k = self.sides.asked(unit), self.sides.base(unit), self.sides.k
        index = _trained(base)
        for part in base.parts():
            index.add(np.ascontiguousarray(part))
        lists = faiss.extract_index_ivf(index)
        queries = asked.take(_sample(len(asked)))
        truth = _exact_rows(queries, base, k)
        for share in _SHARES:
            lists.nprobe = max(1, round(share * lists.nlist))
            if _recall(_nearest(index, base, queries, k), truth) >= _RECALL:
                break
        self.sides.store.write(unit.shard, sealed(faiss.serialize_index(index).tobytes()))


def _trained(base: VectorsOf) -> Any:
    """An empty index whose lists and codes fit a side.

    Lists hold some 120 rows: measured, fewer and longer ones find less for the same time. Codes have four bits for
    each two dimensions: with fewer the right ones are not among those that are named.
    """
    import faiss

    n_lists = 1 << max(4, round(np.log2(len(base) / 120)))
    # a few iterations over a few rows for each list: more find no more and take minutes
    rows = base.take(np.linspace(0, len(base) - 1, min(len(base), 20 * n_lists)).astype(np.int64))
    dim = rows.shape[1]
    codes = dim // 2 if dim % 2 == 0 else dim
    index = faiss.index_factory(dim, f"IVF{n_lists},PQ{codes}x4fs", faiss.METRIC_INNER_PRODUCT)
    clustering = faiss.extract_index_ivf(index).cp
    clustering.niter, clustering.min_points_per_centroid, clustering.max_points_per_centroid = 6, 1, 20
    index.train(rows)
    return index


@dataclass(frozen=True, slots=True)
class _AskIndex:
    """Work: the neighbours of some rows, by the index of the other side."""

    sides: _Sides
    indexes: dict[Language, str]

    def __call__(self, unit: _Rows) -> None:
        index = _index(self.sides.store, self.indexes[unit.of])
        rows = self.sides.asked(unit).rows(unit.start, unit.stop)
        self.sides.store.write(unit.shard, _packed(_nearest(index, self.sides.base(unit), rows, self.sides.k)))


@functools.lru_cache(maxsize=1)
def _index(store: Store, name: str) -> Any:
    import faiss

    faiss.omp_set_num_threads(1)
    data = read_sealed(store, name, unsealed)
    return faiss.deserialize_index(np.frombuffer(data, np.uint8))


def _nearest(index: faiss.Index, base: VectorsOf, rows: Vectors, k: int) -> Neighbours:
    """What an index names, compared exactly: the nearest by falling cosine, equal ones by row."""
    named = index.search(np.ascontiguousarray(rows), min(_NAMED, len(base)))[1]
    starts = range(0, len(rows), _COMPARED)
    parts = [_compared(named[s : s + _COMPARED], base, rows[s : s + _COMPARED], k) for s in starts]
    return Neighbours(*map(np.concatenate, zip(*parts, strict=True)))


def _compared(named: Indexes, base: VectorsOf, rows: Vectors, k: int) -> Neighbours:
    known = named >= 0
    vectors = base.take(np.where(known, named, 0).ravel()).reshape(*named.shape, -1)
    cosine = np.where(known, np.einsum("nd,nmd->nm", rows, vectors), np.float32(-2))
    order = np.lexsort((named, -cosine), axis=1)[:, :k]
    best = Neighbours(np.take_along_axis(named, order, axis=1), np.take_along_axis(cosine, order, axis=1))
    few = np.flatnonzero(~np.take_along_axis(known, order, axis=1).all(axis=1))
    if len(few):  # lists that are nearly empty
        found = _exact_rows(rows[few], base, k)
        best.row[few], best.cosine[few] = found.row, found.cosine
    return best


def _exact_rows(rows: Vectors, base: VectorsOf, k: int) -> Neighbours:
    """The nearest of all rows of the other side."""
    best: Neighbours | None = None
    start = 0
    for part in base.parts():
        found = neighbours(rows, part, k)[0]
        found = Neighbours(found.row + start, found.cosine)
        best = found if best is None else merged(best, found, k)
        start += len(part)
    assert best is not None
    return best


def _recall(found: Neighbours, truth: Neighbours) -> float:
    """The share of the true neighbours' places that are taken by rows as near."""
    return float((found.cosine >= truth.cosine[:, -1:] - 1e-6).mean())


def _sample(n: int, shift: float = 0.0) -> Indexes:
    """Rows spread evenly over a side."""
    step = n / min(n, _SAMPLE)
    return (np.arange(min(n, _SAMPLE)) * step + shift * step).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Measure:
    """Work: the true neighbours of a sample of rows that the index was not tuned on."""

    sides: _Sides

    def __call__(self, unit: _Rows) -> None:
        asked = self.sides.asked(unit)
        rows = asked.take(_sample(len(asked), 0.5))
        self.sides.store.write(unit.shard, _packed(_exact_rows(rows, self.sides.base(unit), self.sides.k)))


def _by_index(stages: Stages, folder: str, sides: _Sides) -> Found:
    size: dict[Language, int] = {"vi": len(sides.vi), "en": len(sides.en)}
    indexes = {of: _Rows(of, 0, n, f"{folder}/{of}-index.faiss") for of, n in size.items()}
    truths = {of: _Rows(of, 0, n, f"{folder}/{of}-sample.npy") for of, n in size.items()}
    units = {of: _units(folder, of, n, _ROWS) for of, n in size.items()}
    stages.run("index", _Build(sides), list(indexes.values()))
    stages.run("index", _Measure(sides), list(truths.values()))
    work = _AskIndex(sides, {of: index.shard for of, index in indexes.items()})
    stages.run("neighbours", work, [*units["vi"], *units["en"]])
    with stages.timed("neighbours"):
        one, other = (_joined(stages.store, units[of]) for of in LANGUAGES)
        found: dict[Language, Neighbours] = {
            "vi": _with_mirrored(one, other),
            "en": _with_mirrored(other, one),
        }
        recall = []
        for of, near in found.items():
            sample = _sample(size[of], 0.5)
            truth = _unpacked(read_sealed(stages.store, truths[of].shard, array_in), len(sample))
            recall.append(_recall(Neighbours(near.row[sample], near.cosine[sample]), truth))
    return Found(found["vi"], found["en"], min(recall))


def _joined(store: Store, units: Sequence[_Rows]) -> Neighbours:
    parts = [_unpacked(read_sealed(store, unit.shard, array_in), unit.stop - unit.start) for unit in units]
    return Neighbours(*map(np.concatenate, zip(*parts, strict=True)))


def _with_mirrored(own: Neighbours, other: Neighbours) -> Neighbours:
    """The neighbours of one side, with those rows of the other that found them and that they missed."""
    mirrored = np.repeat(np.arange(len(other.row)), other.row.shape[1])
    missed = other.cosine.ravel() > own.cosine[other.row.ravel(), -1]
    rows = np.concatenate([np.repeat(np.arange(len(own.row)), own.row.shape[1]), other.row.ravel()[missed]])
    columns = np.concatenate([own.row.ravel(), mirrored[missed]])
    cosine = np.concatenate([own.cosine.ravel(), other.cosine.ravel()[missed]])
    _, first = np.unique(rows * len(other.row) + columns, return_index=True)
    return nearest_of_each(rows[first], columns[first], cosine[first], own.row.shape[1])
