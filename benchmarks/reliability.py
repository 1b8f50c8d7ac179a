"""How true the scores are: whether of the pairs with score 0.8 eight in ten are right.

    ALIGN_DATA=path/to/data python benchmarks/reliability.py

Of `align pair`: documents that its score was not fitted on, as in `aligners.py`. Of `align mine`: pages of 30
lines as in `mining.py`, the score fitted on one half of the articles and taken on the other. Writes the expected
calibration error and the bins to `results/reliability.json` and the diagram to `results/reliability.png`.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from bead_sets import BeadDocument, line_segments, read_set  # noqa: E402
from measured import versions, write_result  # noqa: E402

from align.evaluate import Bin, calibration_error  # noqa: E402
from align.evaluate import reliability as binned  # noqa: E402

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from align.pairing.ordered import OrderedAligner
    from align.types import Segment

__all__ = ["Judged", "Reliability", "draw", "reliability"]

BAR = 0.03
"""The calibration error that a score may have."""

FEW = 20
"""Bins with fewer pairs are drawn hollow: their share says little."""

PAGES, PAGE_LINES = 40, 30
PANELS = {"auto": "align pair", "static": "align pair --encoder static"}
LEVELS = ("noisy", "hard", "vhard")
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Told apart by the colour-blind, too (Okabe & Ito 2008)."""


Numbers: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]
"""A bead by the numbers of its lines."""


class Judged(NamedTuple):
    """Scores and whether the pair with each is right."""

    scores: list[float]
    right: list[bool]


class Reliability(NamedTuple):
    """What a diagram shows of one set of pairs."""

    error: float
    pairs: int
    bins: tuple[Bin, ...]


def reliability(scores: list[float], right: list[bool]) -> Reliability:
    """The expected calibration error and the bins it is made of.

    >>> found = reliability([0.95, 0.85, 0.81], [True, True, False])
    >>> round(found.error, 4), [(one.low, one.beads) for one in found.bins]
    (0.2367, [(0.8, 2), (0.9, 1)])
    """
    return Reliability(calibration_error(scores, right), len(scores), binned(scores, right))


def main() -> None:
    options = _options()
    panels = {PANELS[encoder]: pair_scores(options.data, encoder) for encoder in PANELS}
    panels["align mine"] = mine_scores(options.data)
    found = {
        panel: {label: reliability(*judged) for label, judged in several.items()} for panel, several in panels.items()
    }
    for panel, several in found.items():
        for label, one in several.items():
            _tell(f"{panel} {label}", one)
    draw(found, options.output.with_suffix(".png"))
    tables = {panel: {label: _table(one) for label, one in several.items()} for panel, several in found.items()}
    write_result(options.output, {"versions": versions(["align-vi-en"]), "bar": BAR, **tables})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given = os.environ.get("ALIGN_DATA")
    parser.add_argument("--data", type=Path, default=given, required=given is None)
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks" / "results" / "reliability.json")
    return parser.parse_args()


def _tell(label: str, found: Reliability) -> None:
    print(f"{label}: calibration error {found.error:.4f} over {found.pairs} pairs (bar {BAR})")
    for one in found.bins:
        print(f"  {one.low:.1f} to {one.high:.1f}: {one.beads:6} pairs, score {one.score:.3f}, right {one.right:.3f}")


def _table(found: Reliability) -> dict[str, object]:
    bins = [{name: round(value, 4) for name, value in asdict(one).items()} for one in found.bins]
    return {"calibration_error": round(found.error, 4), "pairs": found.pairs, "bins": bins}


def pair_scores(data: Path, encoder: str) -> dict[str, Judged]:
    """The scores of `align pair` on news, on talks and on the gold set.

    A line of the talks can hold two sentences in both languages, and the gold then has two such lines as one
    bead. Under "talks, cut finer" a bead that is part of it counts as right, if all parts of it were found.
    """
    from align.pipeline import load_aligner

    texts = {
        "news": [data / "dev" / f"evb_{level}.json" for level in LEVELS],
        "talks": [data / "dev" / f"ted_{level}.json" for level in LEVELS],
        "gold set": [ROOT / "tests" / "gold"],
    }
    documents = {text: [document for path in paths for document in read_set(path)] for text, paths in texts.items()}
    aligner, found = load_aligner(encoder), {}
    for text, several in documents.items():
        beads = [(_scored_beads(aligner, document), set(document.gold)) for document in several]
        found[text] = _judged(beads)
        if text == "talks":
            found[f"{text}, cut finer"] = _judged([(ours, _cut_finer(gold, ours)) for ours, gold in beads])
    return found


def _scored_beads(aligner: OrderedAligner, document: BeadDocument) -> dict[Numbers, float]:
    (vi, vi_lines), (en, en_lines) = line_segments(document.vi, "vi"), line_segments(document.en, "en")
    return {
        (_lines(bead.vi, vi_lines), _lines(bead.en, en_lines)): bead.score
        for bead in aligner.align(vi, en)
        if bead.score is not None
    }


def _lines(side: Iterable[Segment], lines: Mapping[int, tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(line for segment in side for line in lines[segment.start])


def _judged(documents: Iterable[tuple[dict[Numbers, float], set[Numbers]]]) -> Judged:
    judged = Judged([], [])
    for beads, gold in documents:
        judged.scores.extend(beads.values())
        judged.right.extend(bead in gold for bead in beads)
    return judged


def _cut_finer(gold: set[Numbers], found: Iterable[Numbers]) -> set[Numbers]:
    """The gold with the parts of its beads of several lines on both sides, where all of them were found."""
    finer = set(gold)
    for vi, en in gold:
        parts = [part for part in found if set(part[0]) <= set(vi) and set(part[1]) <= set(en)]
        whole = [sorted(line for part in parts for line in part[side]) for side in (0, 1)]
        if len(vi) > 1 and len(en) > 1 and whole == [sorted(vi), sorted(en)]:
            finer = (finer - {(vi, en)}) | set(parts)
    return finer


def mine_scores(data: Path) -> dict[str, Judged]:
    """The scores of `align mine` for every encoder, on news and talks it was not fitted on."""
    scores: dict[str, Judged] = {}
    for encoder, judged in _mined(data):
        so_far = scores.setdefault(encoder, Judged([], []))
        so_far.scores.extend(judged.scores)
        so_far.right.extend(judged.right)
    return scores


def _mined(data: Path) -> Iterator[tuple[str, Judged]]:
    import mining

    encoders = {name: mining.Counted(mining.load_encoder(name, cache=False)) for name in ("static", "mini")}
    halves = {name: mining.halves_of(mining.line_pairs(data / "dev" / f"{name}.json")) for name in mining.SETS}
    for fold in (0, 1):
        miners = mining.fitted_on(fold, halves, data / "dev", encoders)
        for (name, half), (encoder, miner) in itertools.product(halves.items(), miners.items()):
            pages = mining.mixed_pages(half[1 - fold], lines=PAGE_LINES, seed=7)
            tally = mining.tally_pages(miner, itertools.islice(pages, PAGES))
            print(f"mined {name}, fold {fold}, {encoder}: {len(tally.scores)} pairs", file=sys.stderr, flush=True)
            yield encoder, Judged(tally.scores, tally.right)


def draw(found: Mapping[str, Mapping[str, Reliability]], path: Path) -> None:
    """One panel a command, one line a label, and below how many pairs have each score."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    height = (3, 1)
    figure, axes = pyplot.subplots(
        2,
        len(found),
        sharex="col",
        figsize=(5 * len(found), 6),
        height_ratios=height,
        squeeze=False,
        layout="constrained",
    )
    for column, (panel, several) in enumerate(found.items()):
        _draw_lines(axes[0][column], panel, several)
        _draw_counts(axes[1][column], several)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
    pyplot.close(figure)


def _draw_lines(axis: Axes, panel: str, several: Mapping[str, Reliability]) -> None:
    axis.plot([0, 1], [0, 1], color="0.6", linestyle="--", linewidth=1)
    for (label, one), colour in zip(several.items(), itertools.cycle(COLOURS)):
        scores, right = [each.score for each in one.bins], [each.right for each in one.bins]
        axis.plot(scores, right, color=colour, label=f"{label} (error {one.error:.3f})")
        faces = [colour if each.beads >= FEW else "white" for each in one.bins]
        axis.scatter(scores, right, color=faces, edgecolors=colour, zorder=3)
    axis.set(title=panel, xlim=(0, 1), ylim=(0, 1.02), ylabel="share of pairs that are right")
    axis.legend(loc="upper left", frameon=False, fontsize="small")
    axis.grid(color="0.92")


def _draw_counts(axis: Axes, several: Mapping[str, Reliability]) -> None:
    width = 0.08 / max(1, len(several))
    for number, (one, colour) in enumerate(zip(several.values(), itertools.cycle(COLOURS))):
        starts = [each.low + 0.01 + number * width for each in one.bins]
        axis.bar(starts, [each.beads for each in one.bins], width=width, align="edge", color=colour)
    axis.set(xlim=(0, 1), yscale="log", xlabel="score", ylabel="pairs")


if __name__ == "__main__":
    main()
