"""Units that a corpus holds twice, or almost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from align.quality.digest import digest, matching_form
from align.quality.finding import Finding, Severity
from align.quality.sides import Span
from align.types import TranslationUnit

__all__ = ["check_duplicates", "keys_of_line", "without_duplicates"]


def check_duplicates(units: Sequence[TranslationUnit]) -> Iterator[tuple[int, Finding]]:
    """Units that an earlier one makes superfluous, each with its position.

    `duplicate`: both sides are the same but for case, diacritics, punctuation and spaces.
    `near-duplicate`: they are the same but for digits too, or are the same, in units of eight words or
    more, once a word is left out of one or of each (it was changed, put in or moved). Those found are not
    compared with in turn, so that a chain of small steps does not make one of units far apart.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> ids = unit_ids()
    >>> pairs = [
    ...     ("Giá gạo tăng mạnh hôm nay", "Rice is up today"),
    ...     ("GIÁ GẠO TĂNG MẠNH HÔM NAY!", "Rice is up today."),
    ...     ("Giá gạo tăng hôm nay", "Rice is up today"),
    ... ]
    >>> units = [unit_of_texts(vi, en, ids=ids) for vi, en in pairs]
    >>> [(number, finding.flag) for number, finding in check_duplicates(units)]
    [(1, 'duplicate'), (2, 'near-duplicate')]
    """
    earlier = _Earlier(near=True)
    for number, unit in enumerate(units):
        found = earlier.find(unit, number)
        if found:
            flag, at = found
            first = f"unit {units[at].id}"
            if flag == "duplicate":
                reason = f"Both texts are those of {first}."
            else:
                reason = f"Both texts are those of {first} but for numbers or one word."
            severity: Severity = "warning" if flag == "duplicate" else "note"
            yield number, Finding(flag, severity, reason, _whole(unit.vi), _whole(unit.en))


def _whole(text: str) -> tuple[Span, ...]:
    return ((0, len(text)),) if text else ()


def without_duplicates(units: Iterable[TranslationUnit], *, near: bool = False) -> Iterator[TranslationUnit]:
    """The units that `check_duplicates` finds nothing about, as they came.

    Folding serves the comparison alone. One pass; some hundred bytes are held for each unit, and with
    `near` twelve for each word.

    :param near: leave near duplicates out too
    """
    earlier = _Earlier(near=near)
    return (unit for number, unit in enumerate(units) if earlier.find(unit, number) is None)


class _Earlier:
    """What earlier units say, to find them again."""

    def __init__(self, *, near: bool) -> None:
        self._near = _Seen() if near else None
        self._exact: dict[int, int] = {}

    def find(self, unit: TranslationUnit, number: int) -> tuple[str, int] | None:
        """The flag of a unit and the number of the earlier one; None, and it is remembered, where there is none."""
        vi, en = matching_form(unit.vi), matching_form(unit.en)
        at = self._exact.setdefault(digest(f"{vi}\x1f{en}"), number)
        if at != number:
            return "duplicate", at
        if self._near is None:
            return None
        keys = _near_keys(vi, en)
        near = self._near.first(keys)
        if near is not None:
            return "near-duplicate", near
        self._near.add(keys, number)
        return None


class _Seen:
    """_Keys, each with the number of the unit that had it first.

    Twelve bytes a key, where a dict takes a hundred: the last of them stand in a dict, those before
    in sorted arrays, each more than twice as long as the next, so that there are few.
    """

    _RECENT = 1 << 17

    def __init__(self) -> None:
        self._recent: dict[int, int] = {}
        self._older: list[tuple[_Keys, npt.NDArray[np.uint32]]] = []

    def first(self, keys: _Keys) -> int | None:
        """The lowest number that a key of these has."""
        found = [self._recent[key] for key in keys.tolist() if key in self._recent]
        for known, numbers in self._older:
            at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
            found += numbers[at[known[at] == keys]].tolist()
        return min(found, default=None)

    def add(self, keys: _Keys, number: int) -> None:
        """Remember keys of which none is known."""
        self._recent.update(dict.fromkeys(keys.tolist(), number))
        if len(self._recent) < self._RECENT:
            return
        new = np.fromiter(self._recent, np.uint64), np.fromiter(self._recent.values(), np.uint32)
        self._recent = {}
        while self._older and len(self._older[-1][0]) < 2 * len(new[0]):
            old = self._older.pop()
            new = np.concatenate([old[0], new[0]]), np.concatenate([old[1], new[1]])
        order = np.argsort(new[0], kind="stable")
        self._older.append((new[0][order], new[1][order]))


_Keys = npt.NDArray[np.uint64]


# --- one word apart ----------------------------------------------------------------------


def _near_keys(vi: str, en: str) -> _Keys:
    """The digests of both sides' words, and of them without each of the words in turn.

    Two texts that differ in one word, whether it was changed, put in, left out or moved, are the
    same without it; so they share a digest if and, but for accidents, only if they are that near.

    :returns: without repetitions; one digest for a unit so short that a word makes another of it
    """
    vi_words, en_words = _numberless(vi), _numberless(en)
    words = np.array([_word(word) for word in (*vi_words, "\x1f", *en_words)], np.uint64)
    digests = _without_one(words)
    if len(words) <= _LEAST_WORDS:
        return digests[-1:]
    # What parts the sides stays.
    return np.unique(np.delete(digests, len(vi_words)))


def keys_of_line(form: str) -> list[int]:
    """Digests of which two lines share one if they are the same, or the same but for one word.

    Numbers are words like others here. A line of less than eight words shares one only with its like.

    :param form: see `align.quality.digest.matching_form`
    """
    words = np.array([_word(word) for word in form.split()], np.uint64)
    digests = _without_one(words) if len(words) else words
    return [int(key) for key in (digests if len(words) >= _LEAST_WORDS else digests[-1:])]


# Words of both sides together, chosen by hand: `Mở tệp` and `Đóng tệp` are two things.
_LEAST_WORDS = 8


def _without_one(words: _Keys) -> _Keys:
    """A digest of a sequence, and of it without each of its elements.

    A polynomial of the words modulo 2**64, by its sums up to each word: linear in their number.
    """
    n = len(words)
    powers = np.ones(n, np.uint64)
    np.cumprod(np.full(n - 1, _BASE, np.uint64), out=powers[1:])
    terms = words * powers
    before = np.concatenate([np.zeros(1, np.uint64), np.cumsum(terms, dtype=np.uint64)])
    # What stands behind the word that is left out moves one place: its sum is divided by the base.
    behind = (before[-1] - before[1:]) * _INVERSE
    return np.append(before[:-1] + behind, before[-1])


_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that it can be divided by modulo 2**64
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))


@lru_cache(maxsize=1 << 16)
def _word(word: str) -> int:
    return digest(word)


_NUMBER = re.compile(r"\d[\d.,:/]*")


def _numberless(form: str) -> Sequence[str]:
    """The words of a form, each number as a zero."""
    return _NUMBER.sub("0", form).split()
