"""Scores that are true on text like the reviewer's: fitted on what was accepted and what was not.

A score is mapped by a line through its log-odds, with a slope and an intercept (Platt 1999, "Probabilistic
outputs for support vector machines"): two numbers, that few pairs can tell, and that keep the order of the pairs.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray

from align.errors import FormatError, InputError
from align.evaluate import calibration_error
from align.formats.files import read_bytes
from align.formats.lines import shown
from align.pairing.score import probability
from align.types import Bead, TranslationUnit

__all__ = ["LEAST_PAIRS", "Calibration", "fit_calibration", "read_calibration", "write_calibration"]

_Scored = TypeVar("_Scored", Bead, TranslationUnit)

LEAST_PAIRS = 30
"""So many decided pairs are needed. Chosen by hand: fewer say less than the prior does."""

# The standard deviations of slope and intercept around 1 and 0, where scores stay what they are. Chosen among a few on
# drawn pairs, most of them sure: where scores are true, a fit on 30 to 1,000 moves them by 0.012 on average at most;
# where they are off by 0.06, as on the worst sets we measured (docs/how-it-works.md, docs/limits), 30 pairs bring that
# down to 0.05 and 300 to 0.02. Twice as wide, 30 pairs move true scores twice as far, and bring those that are off no
# nearer.
_WIDTHS = np.array([0.2, 0.3])

# Where scores say nothing, or the contrary, the order of the pairs is still kept. Chosen by hand.
_LEAST_SLOPE = 0.05

# Tables hold four decimals: 0 and 1 stand for what is nearer to them than half of the last one.
_EDGE = 0.00005

_FOLDS = 10
# Numbers of a file beyond it are no fit of anything.
_MOST = 1e6
_FORMAT, _VERSION = "align-calibration", 1


@dataclass(frozen=True, slots=True)
class Calibration:
    """How scores are mapped, and what that was fitted on.

    Invariant: `slope` is above 0, so that the order of the scores is kept.

    :param pairs: how many were decided
    :param right: how many of them were right
    :param error_before: the expected calibration error of their scores
    :param error_after: the same of the scores as mapped, each pair by a fit that did not see it
    """

    slope: float
    intercept: float
    pairs: int
    right: int
    error_before: float
    error_after: float

    def applied(self, score: float) -> float:
        """The probability that a pair with this score is right.

        >>> Calibration(0.5, 0.0, pairs=100, right=80, error_before=0.1, error_after=0.0).applied(0.9)
        0.75

        :param score: 0 to 1
        """
        inside = min(max(score, _EDGE), 1 - _EDGE)
        odds = math.exp(-abs(log_odds := self.slope * math.log(inside / (1 - inside)) + self.intercept))
        return (1 if log_odds >= 0 else odds) / (1 + odds)

    def calibrated(self, item: _Scored) -> _Scored:
        """A bead or a unit with its score mapped, to four decimals; one without a score as it is."""
        return item if item.score is None else replace(item, score=round(self.applied(item.score), 4))


def fit_calibration(units: Iterable[TranslationUnit]) -> Calibration:
    """Fit slope and intercept on what reviewers decided.

    Right is what was accepted, with edits, too, for these are about words. Wrong is what was rejected, and what
    was split, merged or moved, as it stood before. A Gaussian prior holds slope and intercept near 1 and 0, so that few
    pairs move the scores little. The same whatever the order of the units.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> from align.types import Review
    >>> ids = unit_ids()
    >>> status = ["accepted", "accepted", "accepted", "rejected"]
    >>> units = [unit_of_texts("Có.", "Yes.", ids=ids, score=0.95, review=Review(status[n % 4])) for n in range(200)]
    >>> 0.7 < fit_calibration(units).applied(0.95) < 0.8
    True

    :param units: read with `align.formats.settings.ReadSettings` of review ``"keep"``
    :raises InputError: if fewer than `LEAST_PAIRS` were decided and have a score
    """
    decided = sorted(_decided(units))
    scores, right = [score for score, _ in decided], [is_right for _, is_right in decided]
    if len(decided) < LEAST_PAIRS:
        raise InputError(
            f"found {len(decided)} decided pairs that have a score ({sum(right)} right, {len(decided) - sum(right)} "
            f"wrong), expected at least {LEAST_PAIRS}; review more, and give tables that align apply wrote."
        )
    log_odds, labels = _log_odds(scores), np.array(right, np.float64)
    slope, intercept = _fitted(log_odds, labels)
    return Calibration(
        slope,
        intercept,
        pairs=len(decided),
        right=sum(right),
        error_before=round(calibration_error(scores, right), 4),
        error_after=round(calibration_error(_unseen(log_odds, labels), right), 4),
    )


def _decided(units: Iterable[TranslationUnit]) -> Iterator[tuple[float, bool]]:
    """Score of every pair that was decided about, and whether it was right."""
    taken_apart: set[tuple[str, float]] = set()
    for unit in units:
        review = unit.review
        if review is None:
            continue
        if review.origin:
            # Each of the pairs that were made of it names it.
            scores = zip(review.origin, review.origin_scores, strict=True)
            taken_apart.update((origin, score) for origin, score in scores if score is not None)
        elif unit.score is not None and review.status in ("accepted", "rejected"):
            yield unit.score, review.status == "accepted"
    for _, score in taken_apart:
        yield score, False


def _log_odds(scores: Sequence[float]) -> NDArray[np.float64]:
    inside = np.clip(np.array(scores, np.float64), _EDGE, 1 - _EDGE)
    result: NDArray[np.float64] = np.log(inside / (1 - inside))
    return result


def _fitted(log_odds: NDArray[np.float64], right: NDArray[np.float64]) -> tuple[float, float]:
    """The likeliest slope and intercept after the prior.

    :param log_odds: of the scores, shape (n,)
    :param right: 1 or 0 for each, shape (n,)
    """
    from scipy.optimize import minimize

    def loss(line: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        mapped = line[0] * log_odds + line[1]
        moved = (line - (1, 0)) / _WIDTHS
        wrong_by = probability(mapped) - right
        slopes = np.array([wrong_by @ log_odds, wrong_by.sum()]) + moved / _WIDTHS
        return float(np.logaddexp(0, mapped).sum() - right @ mapped + moved @ moved / 2), slopes

    bounds = [(_LEAST_SLOPE, None), (None, None)]
    found = minimize(loss, (1.0, 0.0), jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14}).x
    # Six decimals are the same on every processor.
    return round(float(found[0]), 6), round(float(found[1]), 6)


def _unseen(log_odds: NDArray[np.float64], right: NDArray[np.float64]) -> list[float]:
    """The mapped score of every pair, by a fit on the nine tenths of the pairs that it is not in.

    :param log_odds: in rising order, so that each tenth holds the like of the others
    """
    mapped = np.empty(len(log_odds))
    tenth = np.arange(len(log_odds)) % _FOLDS
    for number in range(_FOLDS):
        inside = tenth == number
        slope, intercept = _fitted(log_odds[~inside], right[~inside])
        mapped[inside] = slope * log_odds[inside] + intercept
    result: list[float] = probability(mapped).tolist()
    return result


def write_calibration(calibration: Calibration, stream: BinaryIO) -> None:
    """Write a calibration as JSON, which `read_calibration` reads."""
    found = {
        "format": _FORMAT,
        "version": _VERSION,
        "slope": calibration.slope,
        "intercept": calibration.intercept,
        "pairs": calibration.pairs,
        "right": calibration.right,
        "calibration_error": {"before": calibration.error_before, "after": calibration.error_after},
    }
    stream.write(f"{json.dumps(found, indent=2)}\n".encode())


def read_calibration(path: str | os.PathLike[str]) -> Calibration:
    """Read what `align calibrate` wrote; ``-`` is standard input.

    :raises AlignError: if it cannot be read, or is no such file
    """
    name, data = read_bytes(path)
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise FormatError(f"{name}: holds no JSON; expected what align calibrate writes.") from None
    if not isinstance(found, dict) or found.get("format") != _FORMAT:
        raise FormatError(f"{name}: holds other JSON; expected what align calibrate writes.")
    if found.get("version") != _VERSION:
        version = shown(str(found.get("version")))
        raise FormatError(
            f"{name}: is of version {version}, expected {_VERSION}; if it is of a newer align, update this one."
        )
    errors = found.get("calibration_error")
    errors = errors if isinstance(errors, dict) else {}
    pairs = int(_number(found, "pairs", name, least=1))
    return Calibration(
        # No slope is so small that the file holds 0 for it.
        _number(found, "slope", name, least=1 / _MOST),
        _number(found, "intercept", name, least=-_MOST),
        pairs,
        int(_number(found, "right", name, least=0, most=pairs)),
        _number(errors, "before", f"{name}: calibration_error", least=0, most=1),
        _number(errors, "after", f"{name}: calibration_error", least=0, most=1),
    )


def _number(found: Mapping[str, Any], key: str, place: str, *, least: float, most: float = _MOST) -> float:
    number: Any = found.get(key)
    if type(number) not in (int, float) or not least <= number <= most:  # not a number is in no range
        raise FormatError(
            f"{place}: found {shown(json.dumps(number))} as {key}, expected a number from {least:g} to {most:g}; "
            "the file is damaged, write it again with align calibrate."
        )
    return float(number)
