"""From evidence to a probability: the fitted models and what they need to be applied.

Each model is a logistic regression over named features. The numbers stand in
`mine.json`, with the data they were fitted on; `scripts/fit_mine.py` writes it.
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

__all__ = ["Logistic", "fitted", "probability"]


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model: the log-odds that a candidate is right.

    :param weights: one for each feature, in the order of the table it is applied to
    """

    bias: float
    weights: NDArray[np.float64]

    def log_odds(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log-odds (natural logarithm) of every row of a table of shape (n, n_features)."""
        return features.astype(np.float64) @ self.weights + self.bias

    @classmethod
    def from_json(cls, data: Mapping[str, Any], features: Sequence[str]) -> Logistic:
        """Read a model, refusing one that was fitted on other features."""
        if tuple(data["weights"]) != tuple(features):
            raise ValueError("the fitted model and the code disagree on the features; run scripts/fit_mine.py")
        return cls(float(data["bias"]), np.array(list(data["weights"].values()), np.float64))


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
    from scipy.special import expit

    result: NDArray[np.float64] = expit(log_odds)
    return result
