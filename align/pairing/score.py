"""From evidence to a probability: the fitted models and what they need to be applied.

Each model is a logistic regression over named features, or a network of one hidden layer beside one.
The numbers stand in `mine.json` and `ordered.json`, with the data they were fitted on;
`scripts/fit_mine.py` and `scripts/fit_ordered.py` write them.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Logistic", "Network", "fitted", "probability"]

# Rows weighed at a time, so that memory stays small. Chosen by hand.
_ROWS = 1 << 16


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model: the log-odds that a candidate is right.

    :param weights: one for each feature, in the order of the table it is applied to
    """

    bias: float
    weights: NDArray[np.float64]

    def log_odds(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log-odds (natural logarithm) of every row of a table of shape (n, n_features).

        A row has the same bits whatever stands beside it, so that blocks of a table can be weighed one by one:
        a product of matrices sums in another order where there are other rows.
        """
        parts = [
            (features[start : start + _ROWS].astype(np.float64) * self.weights).sum(axis=1)
            for start in range(0, len(features), _ROWS)
        ]
        return np.concatenate([np.zeros(0), *parts]) + self.bias

    @classmethod
    def from_json(cls, data: Mapping[str, Any], features: Sequence[str]) -> Logistic:
        """Read a model, refusing one that was fitted on other features."""
        if tuple(data["weights"]) != tuple(features):
            raise ValueError(_DISAGREE)
        return cls(float(data["bias"]), np.array(list(data["weights"].values()), np.float64))


@dataclass(frozen=True, slots=True)
class Network:
    """A logistic model and beside it a layer of hidden units, for evidence that counts only together.

    :param direct: a weight for each feature, shape (n_features,)
    :param hidden: of each feature for each unit, shape (n_features, n_units)
    :param thresholds: of the units, shape (n_units,)
    :param outer: of the units' hyperbolic tangents, shape (n_units,)
    """

    bias: float
    direct: NDArray[np.float32]
    hidden: NDArray[np.float32]
    thresholds: NDArray[np.float32]
    outer: NDArray[np.float32]

    def log_odds(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-odds (natural logarithm) of every row of a table of shape (n, n_features)."""
        units = np.tanh(features @ self.hidden + self.thresholds)
        result: NDArray[np.float32] = features @ self.direct + units @ self.outer + np.float32(self.bias)
        return result

    @classmethod
    def from_json(cls, data: Mapping[str, Any], features: Sequence[str]) -> Network:
        """Read a network, refusing one that was fitted on other features."""
        if tuple(data["direct"]) != tuple(features):
            raise ValueError(_DISAGREE)
        direct, hidden = list(data["direct"].values()), data["hidden"]
        return cls(
            data["bias"], *(np.array(x, np.float32) for x in (direct, hidden, data["thresholds"], data["outer"]))
        )


_DISAGREE = "the fitted model and the code disagree on the features; run scripts/fit_mine.py or fit_ordered.py"


@functools.cache
def fitted(name: str) -> Mapping[str, Any]:
    """The fitted numbers for one way of pairing, such as ``"mine"``."""
    text = resources.files("align.pairing").joinpath(f"{name}.json").read_text(encoding="utf-8")
    data: Mapping[str, Any] = json.loads(text)
    return data


def probability(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds as probabilities.

    >>> probability(np.array([-800.0, 0.0, 800.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    # scipy.special.expit does the same, and takes a tenth of a command's start to import
    small = np.exp(-np.abs(log_odds))
    result: NDArray[np.float64] = np.where(log_odds >= 0, 1, small) / (1 + small)
    return result
