"""Fit the numbers in `align/pairing/ordered.json`: how evidence becomes the score of a bead.

    ALIGN_DATA=path/to/data python scripts/fit_ordered.py

Documents with known beads are made from the articles of `train/evbnews_docs.tsv.gz` (see `ordered_documents.py`).
The weights of all beads of a document, and of its gaps, make a semi-Markov conditional random field: the
likelihood of the gold alignment is what is maximised. Two looks are fitted one after the other; the second on documents
that the first was not fitted on. Seeded; about half an hour on two cores, most of it for reading with `mini`, whose
vectors are kept in the cache.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from ordered_documents import GoldDocument, articles, documents, segments_of  # noqa: E402

from align.encoders import Encoder, load_encoder  # noqa: E402
from align.pairing.doubt import SECOND_FEATURES, second_look  # noqa: E402
from align.pairing.evidence import Scale, compared, scale_of  # noqa: E402
from align.pairing.field import Field  # noqa: E402
from align.pairing.lattice import Block, Gaps  # noqa: E402
from align.pairing.rectangle import Rectangle  # noqa: E402
from align.pairing.side import Side  # noqa: E402
from align.pairing.spans import SHAPES, SPAN_FEATURES, candidates  # noqa: E402
from align.types import Segment  # noqa: E402

UNITS = 16
BATCH = 40
EPOCHS = 14
_NEVER = -1e9


@dataclass
class Example:
    """A document as edges with features, and which of them are gold.

    :ivar gaps: how many gaps open in the gold alignment, and how many turn from Vietnamese to English
    :ivar fixed: weights of the first look, where the second is fitted
    """

    vi: list[Segment]
    en: list[Segment]
    i: NDArray[np.intp]
    j: NDArray[np.intp]
    shape: NDArray[np.intp]
    features: NDArray[np.float32]
    gold: NDArray[np.intp]
    gaps: tuple[int, int]
    fixed: NDArray[np.float32] | None = None
    rows: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))


def example_of(document: GoldDocument, encoder: Encoder, scale: Scale) -> Example:
    """Look at a document for the first time."""
    vi, en = segments_of(document)
    sides = [Side(side, encoder.encode([compared(segment.text) for segment in side])) for side in (vi, en)]
    found = candidates(sides[0], sides[1], scale, Rectangle(1, len(vi) + 1, 0, len(en) + 1))
    edges = zip(found.i.tolist(), found.j.tolist(), found.shape.tolist(), strict=True)
    number = {edge: row for row, edge in enumerate(edges)}
    gold, at, opened, turned = [], (0, 0), 0, 0
    for left, right in document.gold:
        shape = (len(left), len(right))
        row = number.get((left[-1] + 1, right[-1] + 1, SHAPES.index(shape))) if shape in SHAPES else None
        if row is not None:  # what is no candidate is taken for a gap
            opened, turned = _with_gap(at, (left[0], right[0]), opened, turned)
            gold.append(row)
            at = left[-1] + 1, right[-1] + 1
    opened, turned = _with_gap(at, (len(vi), len(en)), opened, turned)
    return Example(vi, en, found.i, found.j, found.shape, found.features, np.array(gold, np.intp), (opened, turned))


def _with_gap(at: tuple[int, int], to: tuple[int, int], opened: int, turned: int) -> tuple[int, int]:
    down, right = to[0] > at[0], to[1] > at[1]
    return opened + (down or right), turned + (down and right)


class Batch:
    """Examples side by side, padded to the longest."""

    def __init__(self, examples: Sequence[Example]) -> None:
        starts = np.cumsum([0, *(len(example.i) for example in examples)])
        self.size = len(examples)
        self.n = torch.tensor([len(example.vi) for example in examples])
        self.m = torch.tensor([len(example.en) for example in examples])
        self.place = tuple(
            torch.tensor(np.concatenate(column))
            for column in (
                [example.i for example in examples],
                [example.shape for example in examples],
                [np.full(len(example.i), number) for number, example in enumerate(examples)],
                [example.j for example in examples],
            )
        )
        offsets = list(zip(examples, starts.tolist(), strict=False))
        self.features = torch.tensor(np.concatenate([example.features for example in examples]))
        self.rows = torch.tensor(np.concatenate([example.rows + start for example, start in offsets]))
        self.gold = torch.tensor(np.concatenate([example.gold + start for example, start in offsets]))
        fixed = [example.fixed for example in examples if example.fixed is not None]
        self.fixed = torch.tensor(np.concatenate(fixed)) if fixed else None
        self.gaps = torch.tensor([example.gaps for example in examples]).sum(dim=0)

    def log_total(self, weights: Tensor, gaps: Tensor) -> Tensor:
        """The logarithm of the sum over all alignments of all documents: `align.pairing.lattice`, in torch."""
        n_rows, n_columns = int(self.n.max()) + 1, int(self.m.max()) + 1
        grid = torch.full((n_rows, len(SHAPES), self.size, n_columns), _NEVER).index_put(self.place, weights)
        start = torch.full((self.size, n_columns), _NEVER)
        start[:, 0] = 0
        opening, turning = gaps
        across = [torch.logaddexp(start, _right(opening + start))]
        down = opening + start
        for i in range(1, n_rows):
            usable = [number for number, (height, _) in enumerate(SHAPES) if height <= i]
            sources = torch.stack([_shifted(across[i - SHAPES[number][0]], SHAPES[number][1]) for number in usable])
            beads = torch.logsumexp(sources + grid[i, usable], dim=0)
            right = _right(torch.logaddexp(opening + beads, turning + down))
            across.append(torch.logsumexp(torch.stack([beads, down, right]), dim=0))
            down = torch.logaddexp(down, opening + beads)
        return torch.stack(across)[self.n, torch.arange(self.size), self.m].sum()


def _right(values: Tensor) -> Tensor:
    reached = torch.logcumsumexp(values, dim=1)[:, :-1]
    return torch.nn.functional.pad(reached, (1, 0), value=_NEVER)


def _shifted(values: Tensor, by: int) -> Tensor:
    width = values.shape[1]
    return torch.nn.functional.pad(values, (by, 0), value=_NEVER)[:, :width]


class Weights(torch.nn.Module):
    """`align.pairing.score.Network` (or `Logistic`, without units) over standardised features, and the gaps."""

    def __init__(self, features: Tensor, units: int) -> None:
        super().__init__()
        self.mean, self.deviation = features.mean(dim=0), features.std(dim=0) + 1e-3
        n_features = features.shape[1]
        self.direct = torch.nn.Parameter(torch.zeros(n_features))
        self.bias = torch.nn.Parameter(torch.tensor(-2.0))
        self.hidden = torch.nn.Parameter(torch.randn(n_features, units) / n_features**0.5)
        self.thresholds = torch.nn.Parameter(torch.randn(units) / n_features**0.5)
        self.outer = torch.nn.Parameter(torch.zeros(units))
        self.gaps = torch.nn.Parameter(torch.tensor([-1.0, -0.5]))

    def forward(self, features: Tensor) -> Tensor:
        """The log-odds of every row."""
        x = (features - self.mean) / self.deviation
        return x @ self.direct + self.bias + torch.tanh(x @ self.hidden + self.thresholds) @ self.outer

    def to_json(self, names: Sequence[str]) -> dict[str, object]:
        """The numbers for features as they come, not standardised."""
        with torch.no_grad():
            direct = self.direct / self.deviation
            hidden = self.hidden / self.deviation[:, None]
            found: dict[str, object] = {"bias": round(float(self.bias - self.mean @ direct), 4)}
            key = "direct" if len(self.outer) else "weights"
            found[key] = {name: round(value, 4) for name, value in zip(names, direct.tolist(), strict=True)}
            if len(self.outer):
                found["hidden"] = _rounded(hidden)
                found["thresholds"] = _rounded(self.thresholds - self.mean @ hidden)
                found["outer"] = _rounded(self.outer)
            return found

    def gaps_json(self) -> dict[str, float]:
        """The prices of a gap."""
        return dict(zip(Gaps._fields, _rounded(self.gaps), strict=True))


def _rounded(values: Tensor) -> list:
    return np.round(values.detach().numpy().astype(np.float64), 4).tolist()


def fit(examples: Sequence[Example], *, units: int, epochs: int = EPOCHS, like: Weights | None = None) -> Weights:
    """Maximise the likelihood of the gold alignments.

    :param like: the first look, for fitting the second: where it starts, and what stays
    """
    torch.manual_seed(0)
    ordered = sorted(examples, key=lambda example: (len(example.vi), len(example.en)))
    batches = [Batch(ordered[start : start + BATCH]) for start in range(0, len(ordered), BATCH)]
    weights = Weights(torch.cat([batch.features for batch in batches]), units)
    with torch.no_grad():
        if like is None:
            weights.direct[SPAN_FEATURES.index("similarity")] = 2.0
        else:
            at = SECOND_FEATURES.index("log_odds")
            weights.direct[at], weights.bias[...] = weights.deviation[at], weights.mean[at]
            weights.gaps[:] = like.gaps
    optimizer = torch.optim.Adam(weights.parameters(), lr=0.03)
    steps = epochs * len(batches)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.03, total_steps=steps, pct_start=0.2)
    random_ = np.random.default_rng(0)
    for epoch in range(epochs):
        lost = beads = 0.0
        for number in random_.permutation(len(batches)):
            batch = batches[number]
            found = weights(batch.features)
            if batch.fixed is not None:
                found = batch.fixed.index_put((batch.rows,), found)
            lack = batch.log_total(found, weights.gaps) - found[batch.gold].sum() - weights.gaps @ batch.gaps.float()
            decay = sum((table**2).sum() for table in (weights.direct, weights.hidden, weights.outer))
            loss = lack / len(batch.gold) + 2e-5 * decay
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            lost, beads = lost + lack.item(), beads + len(batch.gold)
        print(f"  {epoch + 1}: {lost / beads:.4f}", file=sys.stderr, flush=True)
    return weights


def looked_again(example: Example, first: Weights, second: Encoder, scale: Scale) -> Example:
    """The example with the features of the second look at what the first leaves open."""
    n, m = len(example.vi), len(example.en)
    with torch.no_grad():
        weights = first(torch.tensor(example.features)).numpy()
    grid = np.full((len(SHAPES), n, m + 1), -np.inf, np.float32)
    grid[example.shape, example.i - 1, example.j] = weights
    looked = Field([Block(1, 0, grid)], Gaps(*first.gaps.tolist()))
    look = second_look(example.vi, example.en, looked.edges, looked.log_odds(), second, scale)
    edges = zip(example.i.tolist(), example.j.tolist(), example.shape.tolist(), strict=True)
    number = {edge: row for row, edge in enumerate(edges)}
    rows = [
        number[int(looked.edges.i[row]), int(looked.edges.j[row]), int(looked.edges.shape[row])]
        for row in look.rows.tolist()
    ]
    return Example(
        example.vi,
        example.en,
        example.i,
        example.j,
        example.shape,
        look.features,
        example.gold,
        example.gaps,
        weights,
        np.array(rows, np.intp),
    )


def halves(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Two halves that share no article."""
    names = [example.vi[0].document.id.split("-")[1] for example in examples]
    return (
        [example for example, name in zip(examples, names, strict=True) if int(name) % 2],
        [example for example, name in zip(examples, names, strict=True) if not int(name) % 2],
    )


def fit_encoder(gold: Sequence[GoldDocument], encoder: Encoder, seconds: dict[str, Encoder]) -> dict[str, dict]:
    """Both looks of an encoder, the second with each of several."""
    scale = scale_of(encoder)
    examples = [example_of(document, encoder, scale) for document in gold]
    print(f"{encoder.name}: {sum(len(e.gold) for e in examples)} beads of {len(examples)} documents", file=sys.stderr)
    first = fit(examples, units=UNITS)
    one, other = halves(examples)
    crossed = [(one, fit(other, units=UNITS)), (other, fit(one, units=UNITS))]
    del examples
    found = {}
    for name, second in seconds.items():
        second_scale = scale_of(second)
        again = [looked_again(e, weights, second, second_scale) for half, weights in crossed for e in half]
        weights = fit(again, units=0, epochs=10, like=first)
        found[name] = {"second": weights.to_json(SECOND_FEATURES), "second_gaps": weights.gaps_json()}
        if name == encoder.name:
            found[name] = {"first": first.to_json(SPAN_FEATURES), "gaps": first.gaps_json(), **found[name]}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("ALIGN_DATA"), required="ALIGN_DATA" not in os.environ
    )
    parser.add_argument("--each", type=int, default=2, help="documents made of each article")
    parser.add_argument("--output", type=Path, default=ROOT / "align" / "pairing" / "ordered.json")
    arguments = parser.parse_args()
    source = "train/evbnews_docs.tsv.gz"
    gold = list(documents(articles(Path(arguments.data) / source), each=arguments.each, seed=1, name="evb"))
    static, mini = load_encoder("static"), load_encoder("mini")
    encoders = fit_encoder(gold, static, {"static": static, "auto": mini})
    encoders |= fit_encoder(gold, mini, {"mini": mini})
    result = {
        "fitted": {
            "by": "scripts/fit_ordered.py",
            "on": f"{len(gold)} documents made from {source} (see benchmarks/README.md)",
            "date": datetime.date.today().isoformat(),
        },
        "encoders": encoders,
    }
    arguments.output.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
