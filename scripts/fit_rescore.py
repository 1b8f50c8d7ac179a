"""Fits what `align score` adds to the log-odds of `align mine`: a weight and a bias for each encoder.

    ALIGN_DATA=path/to/data python scripts/fit_rescore.py

On the articles of train/evbnews_docs, of whose pairs a fifth are spoilt (`spoilt_pairs.py`). Writes
`align/pairing/rescore.json`.
"""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from ordered_documents import articles  # noqa: E402
from spoilt_pairs import spoilt  # noqa: E402

from align.pairing.rescore import PAGE, mined_log_odds  # noqa: E402
from align.pipeline import load_miner  # noqa: E402

ENCODERS = {"auto": 3_000, "static": 6_000, "mini": 3_000}
"""How many pairs are read with each."""


def main() -> None:
    path = Path(os.environ["ALIGN_DATA"]) / "train" / "evbnews_docs.tsv.gz"
    draw = random.Random(5)
    lists = ([(vi[0], en[0]) for vi, en in beads] for beads in articles(path))
    found = [item for pairs in lists for item in spoilt(pairs, draw)]
    models = {}
    for encoder, most in ENCODERS.items():
        miner = load_miner(encoder)
        some = found[:most]
        pages = [some[at : at + PAGE] for at in range(0, len(some), PAGE)]
        odds = np.concatenate([mined_log_odds([(vi, en) for vi, en, _ in page], miner) for page in pages])
        weight, bias = fit(odds, np.array([not way for _, _, way in some], float))
        models[encoder] = {"weight": round(weight, 4), "bias": round(bias, 4)}
        print(encoder, models[encoder])
    data = {"fitted_on": "train/evbnews_docs (not open), a fifth of the pairs spoilt", "encoders": models}
    (ROOT / "align" / "pairing" / "rescore.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def fit(odds: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Weight and bias of a logistic model of one feature, by Newton's method."""
    table = np.stack([odds, np.ones_like(odds)], axis=1)
    weights = np.array([1.0, 0.0])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (right - chance) - 1e-3 * weights
        curve = (table * (chance * (1 - chance))[:, None]).T @ table + 1e-3 * np.eye(2)
        weights = weights + np.linalg.solve(curve, slope)
    return float(weights[0]), float(weights[1])


if __name__ == "__main__":
    main()
