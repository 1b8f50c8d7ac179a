"""Which document is the translation of which, by what they say and not by what they are called.

A document is compared by a digest of a few kilobytes: the sum of its sentences' vectors, the keys of its
numbers, dates and names, and its length. Candidates are the nearest neighbours by vector, in both
directions; a logistic model weighs the rest and says how likely each is; each document gets one partner.
"""

from __future__ import annotations

import base64
import functools
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from align.encoders import Encoder, Vectors
from align.pairing.assign import assign
from align.pairing.evidence import united
from align.pairing.neighbours import Indexes, Neighbours, neighbours
from align.pairing.score import Logistic, fitted, probability
from align.text.numbers import facts
from align.types import LANGUAGES, Language, Segment

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["FEATURES", "MIN_SCORE", "Candidates", "Digest", "candidates", "digest_of", "evidence", "match"]

MIN_SCORE = 0.5
"""Documents are paired when that is more likely right than wrong."""

# A document is in a language if so many of its decided segments are: a translation may quote. Chosen by hand.
_SHARE = 0.9

# Segments encoded at a time, so that memory does not grow with the document. Chosen by hand.
_CHUNK = 4096

# Segments whose numbers and names are read, from the start: more of a book says no more. Chosen by hand.
_ENOUGH = 2000

# Neighbours that are looked at in each direction. Chosen by hand.
_NEIGHBOURS = 8

# Candidates whose keys are compared at a time.
_BLOCK = 50_000

FEATURES = (
    "similarity",
    "row_gap",
    "column_gap",
    "smaller_gap",
    "few",
    "many",
    "short_many",
    "length_ratio",
    "short",
    "short_similarity",
    "short_length_ratio",
    "numbers_shared",
    "numbers_vi",
    "numbers_en",
    "names_shared",
    "names_vi",
    "names_en",
)

Keys: TypeAlias = NDArray[np.uint32]


@dataclass(frozen=True, slots=True, eq=False)
class Digest:
    """What a document is compared by.

    :param vi: segments in Vietnamese
    :param en: segments in English
    :param size: characters of its segments in the language that most are in
    :param vector: of those segments, float32, shape (dim,), of length 1; zeros if there are none
    :param numbers: what its numbers and dates ask for on the other side, see `align.text.numbers.Facts`;
        hashed, sorted, each once
    :param names: the same for names
    :param number_offers: what answers the numbers of the other side
    :param name_offers: the same for names
    """

    vi: int
    en: int
    size: int
    vector: Vectors
    numbers: Keys
    names: Keys
    number_offers: Keys
    name_offers: Keys

    @property
    def language(self) -> Language | None:
        """The language that the document is in as a whole, or None if it is mixed or in neither."""
        counts = {"vi": self.vi, "en": self.en}
        found = [language for language in LANGUAGES if counts[language] >= _SHARE * (self.vi + self.en) > 0]
        return found[0] if found else None

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads; about four kilobytes for an article."""
        arrays = {name: _packed(getattr(self, name), kind) for name, kind in _ARRAYS.items()}
        return {"vi": self.vi, "en": self.en, "size": self.size, **arrays}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Digest:
        """The digest that `to_json` wrote.

        :raises ValueError: if it is damaged
        """
        try:
            arrays = {name: _unpacked(data[name], kind) for name, kind in _ARRAYS.items()}
            return cls(int(data["vi"]), int(data["en"]), int(data["size"]), **arrays)
        except (KeyError, TypeError) as error:
            raise ValueError(f"no digest of a document: {error}") from error


_ARRAYS = {"vector": "<f4", "numbers": "<u4", "names": "<u4", "number_offers": "<u4", "name_offers": "<u4"}


def _packed(array: NDArray[Any], kind: str) -> str:
    return base64.b64encode(array.astype(kind).tobytes()).decode("ascii")


def _unpacked(text: str, kind: str) -> NDArray[Any]:
    return np.frombuffer(base64.b64decode(text, validate=True), kind).astype(kind[1:])


def digest_of(segments: Sequence[Segment], encoder: Encoder) -> Digest:
    """Read a document once.

    :param segments: all segments of the document, in order
    :param encoder: the same for all documents that are to be compared; the numbers were fitted for ``static``
    """
    counts = {language: sum(segment.lang == language for segment in segments) for language in LANGUAGES}
    language: Language = "vi" if counts["vi"] >= counts["en"] else "en"
    texts = [segment.text for segment in segments if segment.lang == language]
    return Digest(
        counts["vi"],
        counts["en"],
        sum(map(len, texts)),
        _vector(texts, encoder),
        *_keys(texts[:_ENOUGH], language),
    )


def _vector(texts: Sequence[str], encoder: Encoder) -> Vectors:
    total = np.zeros(encoder.dim, np.float64)
    for start in range(0, len(texts), _CHUNK):
        chunk = texts[start : start + _CHUNK]
        # a long sentence says more than a short one, but not in proportion
        total += np.sqrt([len(text) for text in chunk]) @ encoder.encode(chunk)
    return (total / (np.linalg.norm(total) or 1.0)).astype(np.float32)


def _keys(texts: Sequence[str], language: Language) -> tuple[Keys, Keys, Keys, Keys]:
    read = [facts(text, language) for text in texts]
    return (
        _hashed(key for one in read for asked in one.asked for key in asked),
        _hashed(key for one in read for key in one.names),
        _hashed(key for one in read for key in one.quantities | one.weak),
        _hashed(key for one in read for key in one.name_offers),
    )


def _hashed(keys: Iterable[str]) -> Keys:
    return np.array(sorted({zlib.crc32(key.encode("utf-8", "replace")) for key in set(keys)}), np.uint32)


def match(vi: Sequence[Digest], en: Sequence[Digest], *, min_score: float = MIN_SCORE) -> list[tuple[int, int, float]]:
    """Pair documents with their translations, each with one at most.

    :param vi: of documents in Vietnamese
    :param en: of documents in English
    :param min_score: the least probability of a pair, 0.5 or more
    :returns: position in `vi`, position in `en` and probability of each pair, by rising position in `vi`
    """
    if not vi or not en:
        return []
    found = candidates(vi, en)
    log_odds = _model().log_odds(evidence(found, vi, en))
    chosen = assign(found.vi, found.en, log_odds)
    scores = probability(log_odds[chosen])
    pairs = zip(found.vi[chosen].tolist(), found.en[chosen].tolist(), scores.tolist(), strict=True)
    return sorted(pair for pair in pairs if pair[2] >= min_score)


@functools.cache
def _model() -> Logistic:
    return Logistic.from_json(fitted("documents")["pair"], FEATURES)


# --- evidence ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of documents worth a look, each once; and who is near whom.

    :param vi: positions of Vietnamese documents, shape (n,)
    :param en: positions of English documents, shape (n,)
    :param cosine: of their vectors, shape (n,)
    """

    vi: Indexes
    en: Indexes
    cosine: Vectors
    of_vi: Neighbours
    of_en: Neighbours


def candidates(vi: Sequence[Digest], en: Sequence[Digest]) -> Candidates:
    """The nearest neighbours in both directions, sorted by row; of an empty document there are none."""
    of_vi, of_en = neighbours(_stacked(vi), _stacked(en), _NEIGHBOURS)
    found = united(of_vi, of_en)
    near = found.cosine > 0
    return Candidates(found.vi[near], found.en[near], found.cosine[near], of_vi, of_en)


def _stacked(digests: Sequence[Digest]) -> Vectors:
    return np.stack([digest.vector for digest in digests])


def evidence(found: Candidates, vi: Sequence[Digest], en: Sequence[Digest]) -> NDArray[np.float32]:
    """The features of every candidate.

    :returns: float32, shape (n, len(FEATURES))
    """
    sizes = [np.array([digest.size for digest in side], np.float64) for side in (vi, en)]
    lengths = sizes[0][found.vi], sizes[1][found.en]
    ratio = np.abs(np.log((lengths[1] + 2) / (lengths[0] + 2)))
    # lengths, cosines and numbers of a few lines say less than those of many
    short = 1 / np.sqrt(1 + np.minimum(*lengths) / 100)
    gaps = _gaps(found)
    # among many documents a wrong one comes close by chance, the more so if there is little to compare
    rivals = min(len(vi), len(en))
    few, many = np.full_like(ratio, 1 / rivals), np.full_like(ratio, np.log(rivals))
    similarity = found.cosine
    columns = [similarity, *gaps, few, many, short * many, ratio, short, short * similarity, short * ratio]
    numbers = _answered(found, vi, en, "numbers", "number_offers")
    names = _answered(found, vi, en, "names", "name_offers")
    return np.stack([*columns, *numbers, *names], axis=1).astype(np.float32)


def _gaps(found: Candidates) -> tuple[Vectors, Vectors, Vectors]:
    row = found.cosine - _best_other(found.of_vi.cosine, found.vi, found.cosine)
    column = found.cosine - _best_other(found.of_en.cosine, found.en, found.cosine)
    return row, column, np.minimum(row, column)


def _best_other(cosine: Vectors, row: Indexes, own: Vectors) -> Vectors:
    """The best cosine in each candidate's row that is not the candidate's."""
    first = cosine[:, 0]
    # where there is only one possible partner, a random document is what it competes with
    second = cosine[:, 1] if cosine.shape[1] > 1 else np.full_like(first, _RANDOM)
    best: Vectors = np.where(own >= first[row] - 1e-6, second[row], first[row])
    return best


# The mean cosine of documents that have nothing to do with each other; measured by scripts/fit_documents.py.
_RANDOM = 0.04


def _answered(
    found: Candidates, vi: Sequence[Digest], en: Sequence[Digest], asked: str, offered: str
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """How much that one side asks for the other offers.

    :returns: the logarithm of the number of keys that both sides share; the shares of the Vietnamese
        and of the English keys that the other side lacks, each as if it had one more that it does not
    """
    (vi_asked, en_offered), (en_asked, vi_offered) = (
        _tables(vi, asked, en, offered),
        _tables(en, asked, vi, offered),
    )
    from_vi = _common(vi_asked, en_offered, found.vi, found.en)
    from_en = _common(en_asked, vi_offered, found.en, found.vi)
    n_vi = np.array([len(getattr(digest, asked)) for digest in vi])[found.vi]
    n_en = np.array([len(getattr(digest, asked)) for digest in en])[found.en]
    return np.log1p(np.minimum(from_vi, from_en)), (n_vi - from_vi) / (n_vi + 1), (n_en - from_en) / (n_en + 1)


def _tables(one: Sequence[Digest], asked: str, other: Sequence[Digest], offered: str) -> tuple[csr_array, csr_array]:
    """Which document has which key: 1 in a row for each document and a column for each key asked for."""
    from scipy.sparse import csr_array

    asked_keys = [getattr(digest, asked) for digest in one]
    known = np.unique(np.concatenate(asked_keys)) if asked_keys else np.zeros(0, np.uint32)
    tables = []
    for keys in (asked_keys, [getattr(digest, offered) for digest in other]):
        inside = [found[np.isin(found, known, assume_unique=True)] for found in keys]
        ends = np.cumsum([0, *map(len, inside)])
        columns = np.searchsorted(known, np.concatenate(inside))
        values = np.ones(len(columns), np.float32)
        tables.append(csr_array((values, columns, ends), shape=(len(keys), max(1, len(known)))))
    return tables[0], tables[1]


def _common(one: csr_array, other: csr_array, rows: Indexes, columns: Indexes) -> NDArray[np.float64]:
    """How many keys the documents of each candidate have in common, shape (n,)."""
    blocks = [
        one[rows[start : start + _BLOCK]].multiply(other[columns[start : start + _BLOCK]]).sum(axis=1)
        for start in range(0, len(rows), _BLOCK)
    ]
    return np.concatenate([np.zeros(0), *(np.asarray(block, np.float64).ravel() for block in blocks)])
