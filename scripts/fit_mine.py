"""Fit the numbers in `align/pairing/mine.json`: how evidence becomes the score of a mined pair.

    ALIGN_DATA=path/to/data python scripts/fit_mine.py

Mixed pages are made from the gold beads of the development data: pages of 3 to 1,000 lines, a
third (or none, or most) of the lines without a partner, shuffled, in blocks and alternating,
with and without diacritics. Two logistic regressions are fitted on the candidates of
those pages: one on a pair by itself, one on what the first assignment shows about it. Seeded; about
three minutes on two cores.
"""

from __future__ import annotations

import argparse
import datetime
import itertools
import json
import os
import random
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from mixed_pages import MixedPage, line_pairs, mixed_pages, page_segments  # noqa: E402

from align.encoders import load_encoder  # noqa: E402
from align.pairing.evidence import FEATURES, scale_of  # noqa: E402
from align.pairing.join import JOIN_FEATURES, Pair, Proposal, join_evidence, proposals  # noqa: E402
from align.pairing.mine import CONTEXT_FEATURES, Models, Table, best, context_evidence, pairs_of, table_of, weighed  # noqa: E402
from align.pairing.score import Logistic  # noqa: E402
from align.pairing.second import SECOND_FEATURES, SecondOpinion, asked  # noqa: E402
from align.text.clean import clean  # noqa: E402
from align.types import Document, Segment  # noqa: E402

SETS = ("evb_noisy", "ted_clean")
JOIN_SETS = ("evb_hard", "evb_vhard", "ted_hard", "ted_vhard")
LINES = (3, 6, 12, 30, 60, 150, 400, 1000)
# Pages of only one or two lines a language are made without any pair as well: there a line stands
# out whatever it says.
TINY = 6
UNPAIRED = (0.0, 1 / 3, 1 / 3, 1 / 3, 0.6, 1.0, 1.0, 1.0)
STRIPPED = (0.0, 0.5)
ARRANGEMENTS = ("shuffled", "shuffled", "blocks", "alternating")

# The share of pairs that get a twin, of the third or so that can have one. Chosen by hand.
TWINNED = 0.1
with (ROOT / "scripts" / "twins.tsv").open(encoding="utf-8") as _stream:
    TWIN_WORDS = [tuple(line.rstrip("\n").split("\t")) for line in _stream][1:]


def training_pages(pairs: Sequence[tuple[str, str]], seed: int) -> Iterator[MixedPage]:
    """Pages of every make; the large ones are few, because each holds many candidates."""
    pairs = with_twins(pairs, seed)
    settings = itertools.product(LINES, UNPAIRED, STRIPPED, ARRANGEMENTS)
    for number, (lines, unpaired, stripped, arrangement) in enumerate(settings):
        if unpaired == 1 and lines > TINY:
            continue
        made = mixed_pages(
            pairs, lines=lines, unpaired=unpaired, stripped=stripped, arrangement=arrangement, seed=seed + number
        )
        yield from itertools.islice(made, max(1, 400 // lines))


def with_twins(pairs: Sequence[tuple[str, str]], seed: int) -> list[tuple[str, str]]:
    """The pairs, and after some of them a twin that differs in one word, number or name.

    News is full of twins ("raises tax", "cuts tax"; the 21st, the 27th), gold beads are not: without them
    a model learns that whoever has a close rival is wrong.
    """
    random_ = random.Random(seed)
    found: list[tuple[str, str]] = []
    for pair in pairs:
        found.append(pair)
        others = _twins(*pair, random_)
        if others and random_.random() < TWINNED:
            found.append(random_.choice(others))
    return found


def _twins(vi: str, en: str, random_: random.Random) -> list[tuple[str, str]]:
    found = []
    for kind, vi_word, en_word in TWIN_WORDS:
        if re.search(rf"\b{vi_word}\b", vi) and re.search(rf"\b{en_word}", en):
            others = [words for words in TWIN_WORDS if words[0] == kind and words[1] != vi_word]
            _, other_vi, other_en = random_.choice(others)
            found.append((re.sub(rf"\b{vi_word}\b", other_vi, vi), re.sub(rf"\b{en_word}", other_en, en)))
    for number in set(re.findall(r"(?<![\d.,])\d{1,4}(?![\d.,]*\d)", vi)):
        other = str(int(number) + random_.randint(1, 9))
        if re.search(rf"\b{number}\b", en) and len(number) == len(other):
            found.append((re.sub(rf"\b{number}\b", other, vi), re.sub(rf"\b{number}\b", other, en)))
    return found


def labelled(page: MixedPage, encoder, scale) -> tuple[Table, NDArray[np.bool_], int, int] | None:
    """A page's candidates, and which of them are gold; None if a language was not recognised at all."""
    vi, en, vi_lines, en_lines = page_segments(page)
    if not vi or not en:
        return None
    table = table_of(encoder, scale, vi, en)
    gold = {(vi_lines.index(i), en_lines.index(j)) for i, j in page.gold if i in vi_lines and j in en_lines}
    right = np.array([(i, j) in gold for i, j in zip(table.vi.tolist(), table.en.tolist(), strict=True)], bool)
    return table, right, len(vi), len(en)


def fit(features: Iterable[NDArray[np.float32]], right: Iterable[NDArray[np.bool_]]) -> Logistic:
    """A lightly regularised logistic regression (C = 10, chosen by hand)."""
    model = LogisticRegression(C=10.0, max_iter=5000)
    model.fit(np.concatenate(list(features)), np.concatenate(list(right)))
    return Logistic(float(model.intercept_[0]), model.coef_[0].astype(np.float64))


def as_json(model: Logistic, names: Sequence[str]) -> dict[str, object]:
    """The model with a name on every weight."""
    weights = {name: round(float(weight), 4) for name, weight in zip(names, model.weights, strict=True)}
    return {"bias": round(model.bias, 4), "weights": weights}


def fit_encoder(pages: Sequence[MixedPage], documents, encoder) -> Models:
    """Fit the models of a pair by itself, of a pair in its page, and of a joint."""
    tables = list(_labelled(pages, encoder))
    pair = fit((table.features for table, *_ in tables), (right for _, right, *_ in tables))
    contexts = [context_evidence(weighed(table, pair), n, m) for table, _, n, m in tables]
    # A candidate that was never in question would only teach the model what it knows.
    asked = [context[:, 0] > -5 for context in contexts]
    context = fit(
        (rows[keep] for rows, keep in zip(contexts, asked, strict=True)),
        (right[keep] for (_, right, *_), keep in zip(tables, asked, strict=True)),
    )
    return Models(pair, context, fit_join(documents, pair, context, encoder))


def _labelled(pages: Iterable[MixedPage], encoder):
    scale = scale_of(encoder)
    return (found for page in pages if (found := labelled(page, encoder, scale)) is not None)


def fit_second(pages: Iterable[MixedPage], models: Models, first, second) -> SecondOpinion:
    """Fit the model that weighs a second encoder's opinion about what the first leaves open."""
    scale, second_scale = scale_of(first), scale_of(second)
    features, rights, read, all_segments = [], [], 0, 0
    for page in pages:
        vi, en, *_ = page_segments(page)
        found = labelled(page, first, scale)
        if found is None:
            continue
        table, right, n, m = found
        final = models.context.log_odds(context_evidence(weighed(table, models.pair), n, m))
        about = asked(vi, en, (table.vi, table.en), final, second, second_scale)
        features.append(about.features)
        rights.append(right[about.rows])
        read += len(np.unique(table.vi[about.rows])) + len(np.unique(table.en[about.rows]))
        all_segments += n + m
    print(f"second: {sum(map(len, rights))} candidates; {read} of {all_segments} segments read")
    return SecondOpinion(second, second_scale, fit(features, rights))


def bead_documents(path: Path) -> Iterator[tuple[list[Segment], list[Segment], list[tuple[set[int], set[int]]]]]:
    """Articles whose sentences were merged and dropped: Vietnamese first, then English.

    Every other one has a sentence a line, the rest run on in one line.
    """
    for number, data in enumerate(json.loads(path.read_text(encoding="utf-8"))):
        between = "\n" if number % 2 else " "
        sides = [[clean(" ".join(line.split())) for line in data[language]] for language in ("vi", "en")]
        document = Document(data["id"], "\n\n".join(between.join(side) for side in sides))
        segments, start = [], 0
        for language, side in zip(("vi", "en"), sides, strict=True):
            segments.append([])
            for line in side:
                segments[-1].append(Segment(document, start, start + len(line), language, "sentence"))
                start += len(line) + 1
            start += 1
        yield *segments, [(set(vi), set(en)) for vi, en in data["gold"]]


def fit_join(documents, pair: Logistic, context: Logistic, encoder) -> Logistic:
    """Fit the model of a left-over sentence joining its neighbour's pair."""
    scale = scale_of(encoder)
    features, right = [], []
    for vi, en, gold in documents:
        table = table_of(encoder, scale, vi, en)
        candidates = weighed(table, pair)
        final = context.log_odds(context_evidence(candidates, len(vi), len(en)))
        pairs = [found for found in pairs_of(candidates, final) if found.log_odds > 0]
        asked = proposals(pairs, vi, en)
        if not asked:
            continue
        elsewhere = best(table.vi, final, len(vi)), best(table.en, final, len(en))
        features.append(join_evidence(asked, pairs, vi, en, encoder, scale, elsewhere)[0])
        right.append(np.array([_belongs(proposal, pairs[proposal.pair], gold) for proposal in asked]))
    print(f"join: {sum(map(len, right))} proposals, {sum(map(np.sum, right))} right")
    return fit(features, right)


def _belongs(proposal: Proposal, pair: Pair, gold: Sequence[tuple[set[int], set[int]]]) -> bool:
    vi, en = set(pair.vi), set(pair.en)
    (vi if proposal.side == "vi" else en).add(proposal.addition)
    return any(vi <= side and en <= other for side, other in gold)


def development(data: Path) -> tuple[list[MixedPage], list]:
    """All pages and articles that the shipped numbers are fitted on."""
    pages: list[MixedPage] = []
    for number, name in enumerate(SETS):
        pages += training_pages(line_pairs(data / "dev" / f"{name}.json"), 1000 * number)
    return pages, [found for name in JOIN_SETS for found in bead_documents(data / "dev" / f"{name}.json")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("ALIGN_DATA"), required="ALIGN_DATA" not in os.environ
    )
    parser.add_argument("--output", type=Path, default=ROOT / "align" / "pairing" / "mine.json")
    arguments = parser.parse_args()
    pages, documents = development(Path(arguments.data))
    encoders = {name: load_encoder(name) for name in ("static", "mini")}
    models = {name: fit_encoder(pages, documents, encoder) for name, encoder in encoders.items()}
    second = fit_second(pages, models["static"], encoders["static"], encoders["mini"])
    result = {
        "fitted": {
            "by": "scripts/fit_mine.py",
            "on": f"{len(pages)} mixed pages made from {', '.join(SETS)} (see benchmarks/README.md)",
            "date": datetime.date.today().isoformat(),
        },
        "encoders": {name: encoder_json(found) for name, found in models.items()},
        "second": {
            "scale": {name: round(value, 4) for name, value in second.scale._asdict().items()},
            **as_json(second.model, SECOND_FEATURES),
        },
    }
    arguments.output.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


def encoder_json(models: Models) -> dict[str, object]:
    """The three models of one encoder."""
    return {
        "pair": as_json(models.pair, FEATURES),
        "context": as_json(models.context, CONTEXT_FEATURES),
        "join": as_json(models.join, JOIN_FEATURES),
    }


if __name__ == "__main__":
    main()
