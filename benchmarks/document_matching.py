"""How many documents find their translation by content, and how many of the pairs made are right.

    ALIGN_DATA=path/to/data python benchmarks/document_matching.py

Documents are made as `scripts/fit_documents.py` makes them, of the articles it does not fit on: whole ones and
stretches of two to thirty lines, up to 30 % of whose lines are lost on either side. A share has no partner.
"follow-ups" are corpora in which stretches of one article stand beside each other, and beside what has no partner
stands one of the same article. "articles" are the whole documents of the development sets, which had no part in any
fit. Then 20,000 documents a side, made of the same digests with some noise, for time and memory. Writes
`results/document_matching.json`; a bin is mean score, share right, pairs.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "scripts")]

from bead_sets import read_set  # noqa: E402
from fit_documents import Corpus, Made, corpus_of, made_documents, segments  # noqa: E402
from measured import loaded_mib, peak_mib, versions, write_result  # noqa: E402
from ordered_documents import articles  # noqa: E402

from align.encoders import Encoder, load_encoder  # noqa: E402
from align.evaluate import calibration_error, reliability  # noqa: E402
from align.pairing.documents import Digest, digest_of, match  # noqa: E402

RESULT = ROOT / "benchmarks" / "results" / "document_matching.json"

SIZES = (1, 5, 50, 500)
"""Documents a side of the corpora that are drawn; together 4,000 of each size."""

WITHOUT_PARTNER = 0.35
"""The share of documents without a translation. Chosen by hand."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", type=int, default=20_000, help="documents a side of the largest corpus")
    options = parser.parse_args()
    data, draw, encoder = Path(os.environ["ALIGN_DATA"]), random.Random(3), load_encoder("static")
    held_out = articles(data / "train" / "evbnews_docs.tsv.gz")[1::2]
    made = list(made_documents(held_out, encoder, draw, each=60))
    print(f"{len(made)} documents of {len(held_out)} articles")
    rows = []
    for size in SIZES:
        rows.append(figures(f"{size} a side", list(drawn(made, size, draw, near=False))))
        rows.append(figures(f"{size} a side, follow-ups", list(drawn(made, size, draw, near=True))))
    rows.append(figures("all", [corpus_of(made, 0.0, draw), corpus_of(made, WITHOUT_PARTNER, draw)]))
    rows += [
        figures(f"articles, {name}", whole(read_articles(data, name, encoder), draw))
        for name in ("evb_vhard", "ted_vhard")
    ]
    scale = measure_scale(made, options.scale)
    print(scale)
    write_result(
        RESULT,
        {"versions": versions(["align-vi-en", "numpy", "scipy"]), "documents": len(made), "rows": rows, "scale": scale},
    )


def drawn(made: Sequence[Made], size: int, draw: random.Random, *, near: bool) -> Iterator[Corpus]:
    """Corpora of that many documents a side."""
    most = min(2 * size, len(made))
    for _ in range(max(1, 4000 // size)):
        start = draw.randrange(len(made) - most + 1)
        some = made[start : start + most] if near else draw.sample(made, most)
        yield corpus_of(some, WITHOUT_PARTNER, draw)


def read_articles(data: Path, name: str, encoder: Encoder) -> list[Made]:
    """The documents of a development set."""
    documents = read_set(data / "dev" / f"{name}.json")
    return [
        Made(number, digest_of(segments(one.vi, "vi"), encoder), digest_of(segments(one.en, "en"), encoder))
        for number, one in enumerate(documents)
    ]


def whole(made: Sequence[Made], draw: random.Random) -> list[Corpus]:
    """Twenty corpora of all documents of a set, other ones without a partner in each."""
    return [corpus_of(draw.sample(made, len(made)), WITHOUT_PARTNER, draw) for _ in range(20)]


def figures(name: str, corpora: Sequence[Corpus]) -> dict[str, object]:
    """Precision, recall and calibration over all corpora."""
    scores, right, pairs, documents = list[float](), list[bool](), 0, 0
    for corpus in corpora:
        pairs += len(corpus.pairs)
        documents += len(corpus.vi) + len(corpus.en)
        for row, column, score in match(corpus.vi, corpus.en):
            scores.append(score)
            right.append((row, column) in corpus.pairs)
    found = {
        "name": name,
        "corpora": len(corpora),
        "documents": documents,
        "pairs": pairs,
        "precision": round(sum(right) / max(1, len(right)), 4),
        "recall": round(sum(right) / max(1, pairs), 4),
        "calibration_error": round(calibration_error(scores, right), 4),
        "bins": [[round(one.score, 3), round(one.right, 3), one.beads] for one in reliability(scores, right)],
    }
    print(found)
    return found


def measure_scale(made: Sequence[Made], size: int) -> dict[str, object]:
    """Time and memory for many documents: copies of those there are, with vectors and keys of their own."""
    random_ = np.random.default_rng(7)
    vi, en = list[Digest](), list[Digest]()
    for number in range(size):
        one = made[number % len(made)]
        turned = random_.normal(0, 0.06, one.vi.vector.shape)
        vi.append(_varied(one.vi, turned, number // len(made)))
        en.append(_varied(one.en, turned, number // len(made)))
    before, started = loaded_mib(), time.perf_counter()
    found = match(vi, en)
    return {
        "documents_a_side": size,
        "seconds": round(time.perf_counter() - started, 1),
        "mib_before": before,
        "peak_mib": peak_mib(),
        "right": round(sum(row == column for row, column, _ in found) / size, 4),
    }


def _varied(digest: Digest, turned: np.ndarray, copy: int) -> Digest:
    vector = digest.vector + turned
    vector = (vector / np.linalg.norm(vector)).astype(np.float32)
    keys = {
        name: np.sort(getattr(digest, name) ^ np.uint32(copy))
        for name in ("numbers", "names", "number_offers", "name_offers")
    }
    return replace(digest, vector=vector, **keys)


if __name__ == "__main__":
    main()
