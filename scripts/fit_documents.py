"""Fits the model that says which documents are translations of each other (`align.pairing.documents`).

    ALIGN_DATA=path/to/data python scripts/fit_documents.py

Documents are whole articles of train/evbnews_docs and stretches of them, with some lines lost on either side and now
and then without diacritics. Corpora of one to many documents are drawn from them, a share of which has no
partner; in half of them, stretches of one article stand beside each other, as follow-ups in the news do. Fitted on
every other article; the rest is for `benchmarks/document_matching.py`. Writes `align/pairing/documents.json`.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from ordered_documents import TextBead, articles  # noqa: E402

from align.encoders import Encoder, load_encoder  # noqa: E402
from align.pairing.documents import FEATURES, Digest, candidates, digest_of, evidence  # noqa: E402
from align.text.fold import strip_diacritics  # noqa: E402
from align.text.kinds import kind_of  # noqa: E402
from align.types import Document, Language, Segment  # noqa: E402

SIZES = (1, 1, 2, 2, 3, 4, 6, 10, 20, 50, 150, 400, 1000)
"""Numbers of documents of which a corpus is drawn."""

DRAWS = 60
"""Corpora of each size up to 20; fewer of the larger ones."""

# Shares of documents, chosen by hand.
_WHOLE, _BARE, _WITHOUT_PARTNER = 0.3, 0.15, (0.0, 0.2, 0.4, 0.6)


@dataclass(frozen=True, slots=True)
class Made:
    """A document in both languages; documents of one article are neighbours in a list of these."""

    article: int
    vi: Digest
    en: Digest


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents of both languages, and which is the translation of which."""

    vi: list[Digest]
    en: list[Digest]
    pairs: frozenset[tuple[int, int]]


def main() -> None:
    path = Path(os.environ["ALIGN_DATA"]) / "train" / "evbnews_docs.tsv.gz"
    draw = random.Random(11)
    made = list(made_documents(articles(path)[0::2], load_encoder("static"), draw, each=40))
    print(f"{len(made)} documents; cosine of random ones {random_cosine(made, draw):.3f}")
    found = list(corpora(made, draw))
    tables = [table_of(corpus) for corpus in found]
    features = np.concatenate([features for features, _ in tables])
    right = np.concatenate([right for _, right in tables])
    # the large corpora have most of the candidates, and are no more important than the small ones
    weight = np.concatenate([np.full(len(right), max(1, len(right)) ** -0.5) for _, right in tables])
    bias, weights = fit(features, right, weight)
    data = {
        "fitted": {
            "by": "scripts/fit_documents.py",
            "on": f"{len(found)} corpora of {len(made)} documents made from every other article of train/evbnews_docs",
            "date": date.today().isoformat(),
        },
        "pair": {"bias": round(bias, 4), "weights": dict(zip(FEATURES, weights.round(4).tolist(), strict=True))},
    }
    print(json.dumps(data, indent=1))
    (ROOT / "align" / "pairing" / "documents.json").write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")


def made_documents(
    sources: Sequence[list[TextBead]], encoder: Encoder, draw: random.Random, *, each: int
) -> Iterator[Made]:
    """Stretches of articles, up to `each` of every article and none with a line of another."""
    for number, source in enumerate(sources):
        for beads in _stretches(source, draw, each):
            lost = draw.uniform(0, 0.3)
            vi, en = ([text for bead in beads for text in bead[side] if draw.random() >= lost] for side in (0, 1))
            if draw.random() < _BARE:
                vi = [strip_diacritics(text) for text in vi]
            if vi and en:
                yield Made(number, digest_of(segments(vi, "vi"), encoder), digest_of(segments(en, "en"), encoder))


def _stretches(source: list[TextBead], draw: random.Random, each: int) -> Iterator[list[TextBead]]:
    if draw.random() < _WHOLE:
        yield source
        return
    start = 0
    for _ in range(each):
        length = round(2 ** (5 * draw.random() ** 2))
        if start + length > len(source):
            return
        yield source[start : start + length]
        start += length


def segments(texts: Sequence[str], language: Language) -> list[Segment]:
    """Every text as one segment of a document."""
    document = Document("", "\n".join(texts), language)
    found, start = [], 0
    for text in texts:
        if text:
            found.append(Segment(document, start, start + len(text), language, kind_of(text)))
        start += len(text) + 1
    return found


def corpora(made: Sequence[Made], draw: random.Random, sizes: Sequence[int] = SIZES) -> Iterator[Corpus]:
    """Corpora of all sizes, in an order that says nothing."""
    for size in sizes:
        most = min(2 * size, len(made))
        for number in range(max(4, DRAWS * min(1, 20 // size))):
            start = draw.randrange(len(made) - most + 1)
            some = made[start : start + most] if number % 2 else draw.sample(made, most)
            yield corpus_of(some, draw.choice(_WITHOUT_PARTNER), draw)


def corpus_of(made: Sequence[Made], without_partner: float, draw: random.Random) -> Corpus:
    """A corpus of half of the documents, or of all: where one has no partner, another stands in its place."""
    vi, en, pairs = list[Digest](), list[Digest](), list[tuple[int, int]]()
    for one, other in zip(made[0::2], made[1::2], strict=False):
        if draw.random() >= without_partner:
            pairs.append((len(vi), len(en)))
            other = one
        vi.append(one.vi)
        en.append(other.en)
    order = [draw.sample(range(len(side)), len(side)) for side in (vi, en)]
    at = [{old: new for new, old in enumerate(side)} for side in order]
    return Corpus(
        [vi[old] for old in order[0]],
        [en[old] for old in order[1]],
        frozenset((at[0][row], at[1][column]) for row, column in pairs),
    )


def table_of(corpus: Corpus) -> tuple[np.ndarray, np.ndarray]:
    """The features of all candidates of a corpus, and whether each is right."""
    if not corpus.vi or not corpus.en:
        return np.zeros((0, len(FEATURES))), np.zeros(0)
    found = candidates(corpus.vi, corpus.en)
    pairs = zip(found.vi.tolist(), found.en.tolist(), strict=True)
    return evidence(found, corpus.vi, corpus.en), np.array([pair in corpus.pairs for pair in pairs], float)


def random_cosine(made: Sequence[Made], draw: random.Random) -> float:
    """The mean cosine of documents of different articles."""
    pairs = [draw.sample(made, 2) for _ in range(2000)]
    return float(np.mean([one.vi.vector @ other.en.vector for one, other in pairs if one.article != other.article]))


def fit(features: np.ndarray, right: np.ndarray, weight: np.ndarray) -> tuple[float, np.ndarray]:
    """Bias and weights of a logistic model, by Newton's method, with a little ridge."""
    scale = features.std(axis=0) + 1e-9
    table = np.concatenate([features / scale, np.ones((len(features), 1))], axis=1)
    ridge = np.diag([0.05] * features.shape[1] + [0.0])
    weights = np.zeros(table.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (weight * (right - chance)) - ridge @ weights
        curve = (table * (weight * chance * (1 - chance))[:, None]).T @ table + ridge + 1e-9 * np.eye(len(weights))
        step = np.linalg.solve(curve, slope)
        weights = weights + step * min(1.0, 2.0 / (np.abs(step).max() + 1e-9))
    return float(weights[-1]), weights[:-1] / scale


if __name__ == "__main__":
    main()
