"""Lengths out of proportion: something was left out or put in."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log, sqrt

from align.quality.finding import Finding
from align.types import TranslationUnit

__all__ = ["check_length", "length_score"]

# Of 6,533 pairs of the development sets' gold (TED and EVBCorpus, November 2026): the logarithm of
# English over Vietnamese characters has the mean -0.08 at every length, and a standard deviation of
# 1.6 over the root of the mean length (0.56 at 8 characters, 0.16 at 100), not below 0.11.
_MEAN = -0.08
_SPREAD = 1.6
_LEAST = 0.11
# Chosen by hand. 1 in 1,000 of those pairs is beyond; the tails are heavier than a bell's.
_FAR = 4.5


def check_length(unit: TranslationUnit) -> Iterator[Finding]:
    """One side much longer than such a text's translation is: `length`.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> vi = "Thủ tướng nhấn mạnh hai nước cần tăng cường hợp tác về thương mại và đầu tư."
    >>> [finding.reason for finding in check_length(unit_of_texts(vi, "He spoke.", ids=unit_ids()))]
    ['The Vietnamese text is 8.4 times as long as the English one; 0.4 to 3.3 times is usual for such a text.']
    """
    if not (unit.vi and unit.en):
        return
    score = length_score(unit.vi, unit.en)
    if abs(score) <= _FAR:
        return
    spread = _FAR * _deviation(len(unit.vi), len(unit.en))
    if score < 0:
        longer, shorter, ratio, middle = "Vietnamese", "English", len(unit.vi) / len(unit.en), -_MEAN
    else:
        longer, shorter, ratio, middle = "English", "Vietnamese", len(unit.en) / len(unit.vi), _MEAN
    reason = (
        f"The {longer} text is {ratio:.1f} times as long as the {shorter} one; "
        f"{exp(middle - spread):.1f} to {exp(middle + spread):.1f} times is usual for such a text."
    )
    yield Finding("length", "warning", reason, ((0, len(unit.vi)),), ((0, len(unit.en)),))


def length_score(vi: str, en: str) -> float:
    """How many standard deviations the English text is longer than usual; less than 0 if it is shorter.

    >>> round(length_score("Giá gạo tăng mạnh", "Rice prices surge"), 1)
    0.2

    :raises ValueError: if a text is empty
    """
    if not (vi and en):
        raise ValueError("an empty text has no length to compare")
    return (log(len(en) / len(vi)) - _MEAN) / _deviation(len(vi), len(en))


def _deviation(vi: int, en: int) -> float:
    return max(_SPREAD / sqrt((vi + en) / 2), _LEAST)
