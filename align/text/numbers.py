"""What Vietnamese and English say alike: numbers, dates and names, as evidence for a pair.

A line about 219 billion dong is not the translation of one about 88 billion dollars,
however alike their wording. `facts` reads one text once; `agreement` and `agreements`
compare two readings, or millions of pairs of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from align.text.names import read_names
from align.text.number_words import read_number_words
from align.text.quantities import read_quantities
from align.types import Language

__all__ = [
    "FEATURES",
    "Agreement",
    "Facts",
    "agreement",
    "agreements",
    "counts",
    "facts",
    "names",
    "quantities",
    "squeezed",
]


@dataclass(frozen=True, slots=True)
class Facts:
    """What one text says that can be compared across the two languages.

    Invariant: a thing is *asked for* by one side and *offered* by the other; both are keys
    of the same spelling in both languages. Offers are the wider set.

    :param asked: one set of keys a figure or date; any of them answers it
    :param quantities: every key that figures and dates offer
    :param weak: keys of number words, weekdays, offices: a bonus where shared
    :param names: name keys the other side should have
    :param name_offers: every key that capitalised words offer
    """

    asked: tuple[frozenset[str], ...]
    quantities: frozenset[str]
    weak: frozenset[str]
    names: frozenset[str]
    name_offers: frozenset[str]


class Agreement(NamedTuple):
    """How the facts of a Vietnamese and an English text fit, each number from 0 to below 1.

    Counts are squeezed by ``n / (n + 1)``: 0 for none, 0.5 for one, 0.67 for two.

    :param numbers_shared: figures and dates that both sides have
    :param numbers_vi: Vietnamese ones that English lacks
    :param numbers_en: English ones that Vietnamese lacks
    :param numbers_clash: the smaller of those two: each side has one the other lacks
    :param names_shared: names that both sides have
    :param names_vi: Vietnamese names that English lacks
    :param names_en: English names that Vietnamese lacks
    :param names_clash: the smaller of those two
    :param weak_shared: number words, weekdays and offices that both sides have
    """

    numbers_shared: float
    numbers_vi: float
    numbers_en: float
    numbers_clash: float
    names_shared: float
    names_vi: float
    names_en: float
    names_clash: float
    weak_shared: float


FEATURES: tuple[str, ...] = Agreement._fields


def facts(text: str, language: Language) -> Facts:
    """Read everything comparable off one text.

    >>> read = facts("Sáng 21.9, Tô Lâm tới Mỹ", "vi")
    >>> sorted(read.quantities), sorted(read.names)
    (['21', '9-21', 'm9'], ['=us', 'lam', 'to'])
    """
    text = unicodedata.normalize("NFC", text)
    found = read_quantities(text, language)
    named = read_names(text, language)
    weak = read_number_words(_WORD.findall(text.lower()), language)
    return Facts(
        tuple(m.asks for m in found if m.asks),
        frozenset().union(*(m.offers for m in found)),
        named.roles | weak,
        named.asks,
        named.offers,
    )


def quantities(text: str, language: Language) -> frozenset[str]:
    """The keys of all numbers, dates and times in figures, with every reading they allow.

    Two texts share a quantity where their sets meet.

    >>> sorted(quantities("tăng 2,3% lên 1.234,5", "vi") & quantities("up 2.3% to 1,234.5", "en"))
    ['1234.5', '2.3']
    >>> sorted(quantities("ngày 22.10.2022", "vi") & quantities("on October 22, 2022", "en"))
    ['10-22', '2022', '22', 'm10']
    """
    return facts(text, language).quantities


def names(text: str, language: Language) -> frozenset[str]:
    """The keys of the names in a text; those of the table of exonyms start with ``=``.

    >>> sorted(names("Tổng Bí thư Tô Lâm thăm Trung Quốc", "vi"))
    ['=china', 'lam', 'to']
    """
    return facts(text, language).names


_WORD = re.compile(r"\w+")


def agreement(vi: Facts, en: Facts) -> Agreement:
    """Compare the facts of two texts.

    >>> read_vi = facts("Ngày 22.10.2022, ông Guterres thăm Việt Nam", "vi")
    >>> right = agreement(read_vi, facts("Guterres visited Vietnam on October 22, 2022", "en"))
    >>> wrong = agreement(read_vi, facts("Putin visited Vietnam on June 20, 2024", "en"))
    >>> right.numbers_clash, round(wrong.numbers_clash, 2), right.names_clash, wrong.names_clash
    (0.0, 0.67, 0.0, 0.5)
    """
    return Agreement(*map(_squeezed, _counts(vi, en)))


def agreements(
    vi: Sequence[Facts], en: Sequence[Facts], rows: npt.NDArray[np.integer], cols: npt.NDArray[np.integer]
) -> npt.NDArray[np.float32]:
    """Compare many pairs at once.

    :param vi: facts of Vietnamese texts
    :param en: facts of English texts
    :param rows: which Vietnamese text each pair has, shape (n_pairs,)
    :param cols: which English text, shape (n_pairs,)
    :returns: shape (n_pairs, len(FEATURES)), 0 to below 1
    """
    return squeezed(counts(vi, en, rows, cols))


def counts(
    vi: Sequence[Facts], en: Sequence[Facts], rows: npt.NDArray[np.integer], cols: npt.NDArray[np.integer]
) -> npt.NDArray[np.uint16]:
    """What `agreements` squeezes: how many there are of each, 65,535 at most.

    :returns: shape (n_pairs, len(FEATURES))
    """
    found = [_counts(vi[i], en[j]) for i, j in zip(rows.tolist(), cols.tolist(), strict=True)]
    return np.minimum(np.array(found, np.int64).reshape(len(found), len(FEATURES)), 0xFFFF).astype(np.uint16)


def squeezed(counts: npt.NDArray[np.uint16]) -> npt.NDArray[np.float32]:
    """Counts as features, 0 to below 1: ``n / (n + 1)``."""
    table = counts.astype(np.float32)
    return table / (table + 1)


_Counts = tuple[int, int, int, int, int, int, int, int, int]


def _counts(vi: Facts, en: Facts) -> _Counts:
    """The counts behind every feature, in the order of `FEATURES`."""
    from_vi, missing_vi = _answered(vi, en) if vi.asked else (0, 0)
    from_en, missing_en = _answered(en, vi) if en.asked else (0, 0)
    lost_vi, lost_en = len(vi.names - en.name_offers), len(en.names - vi.name_offers)
    return (
        max(from_vi, from_en),
        missing_vi,
        missing_en,
        min(missing_vi, missing_en),
        max(len(vi.names) - lost_vi, len(en.names) - lost_en),
        lost_vi,
        lost_en,
        min(lost_vi, lost_en),
        len(vi.weak & en.weak),
    )


def _answered(one: Facts, other: Facts) -> tuple[int, int]:
    """How many figures of one side the other answers, and how many not."""
    shared = 0
    for asks in one.asked:
        if not (asks.isdisjoint(other.quantities) and asks.isdisjoint(other.weak)):
            shared += 1
    return shared, len(one.asked) - shared


def _squeezed(count: int) -> float:
    return count / (count + 1)
