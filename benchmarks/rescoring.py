"""How well `align score` tells right pairs from wrong ones, and how true its probabilities are.

    ALIGN_DATA=path/to/data python benchmarks/rescoring.py

The gold pairs of documents that no score was fitted on, in their order. Every fifth is spoilt in one of four
ways that happen in real corpora: the English of the pair next to it, that of one up to five away, that of any
other, or half of its own words cut off. Writes precision and recall at 0.5, the area under the ROC curve and the
expected calibration error to `results/rescoring.json`. A pair with half of its words is counted as wrong.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "scripts")]

from bead_sets import BeadDocument, read_set  # noqa: E402
from measured import versions, write_result  # noqa: E402
from spoilt_pairs import WAYS, spoilt  # noqa: E402

from align.evaluate import calibration_error  # noqa: E402
from align.formats.units import unit_ids, unit_of_texts  # noqa: E402
from align.pairing.rescore import scored  # noqa: E402
from align.pipeline import load_miner  # noqa: E402
from align.types import TranslationUnit  # noqa: E402

RESULT = ROOT / "benchmarks" / "results" / "rescoring.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--encoders", nargs="+", default=["auto", "static"])
    parser.add_argument("--sets", nargs="+", default=["evb_hard", "ted_hard"])
    parser.add_argument("--limit", type=int, default=40, help="documents of each set")
    options = parser.parse_args()
    rows = []
    for name in options.sets:
        documents = read_set(Path(os.environ["ALIGN_DATA"]) / "dev" / f"{name}.json")[: options.limit]
        units, ways = zip(*spoilt_units(documents), strict=True)
        for encoder in options.encoders:
            found = list(scored(units, load_miner(encoder, cache=False)))
            rows.append({"set": name, "encoder": encoder, **figures([unit.score or 0.0 for unit in found], ways)})
            print(rows[-1])
    write_result(RESULT, {"versions": versions(["align-vi-en", "numpy", "onnxruntime"]), "rows": rows})


def spoilt_units(documents: Sequence[BeadDocument]) -> Iterator[tuple[TranslationUnit, str]]:
    """Units, each with the way it was spoilt, or nothing."""
    ids = unit_ids()
    for document in documents:
        pairs = [
            (" ".join(document.vi[i] for i in vi), " ".join(document.en[j] for j in en))
            for vi, en in document.gold
            if vi and en
        ]
        for vi, en, way in spoilt(pairs, random.Random(document.id)):
            unit = unit_of_texts(vi, en, ids=ids, document=document.id)
            if unit is not None:
                yield unit, way


def figures(scores: Sequence[float], ways: Sequence[str]) -> dict[str, object]:
    """Precision, recall, area under the curve, calibration error, and the mean score of each way."""
    right = np.array([not way for way in ways])
    score = np.array(scores)
    kept = score >= 0.5
    order = np.argsort(np.argsort(score, kind="stable"), kind="stable")
    n_right, n_wrong = int(right.sum()), int((~right).sum())
    area = (order[right].sum() - n_right * (n_right - 1) / 2) / (n_right * n_wrong)
    return {
        "pairs": len(score),
        "precision": round(float(right[kept].mean()), 4),
        "recall": round(float(kept[right].mean()), 4),
        "area": round(float(area), 4),
        "calibration_error": round(calibration_error(list(scores), right.tolist()), 4),
        "wrong_kept": {way: round(float(kept[[w == way for w in ways]].mean()), 3) for way in WAYS if way in ways},
    }


if __name__ == "__main__":
    main()
