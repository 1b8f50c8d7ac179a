"""How true the scores are: whether of the pairs with score 0.8 eight in ten are right.

    ALIGN_DATA=path/to/data python benchmarks/reliability.py [--pair-scores LABEL=FILE …] [--mine]

A file of scores is a table of two columns, `score` and `right` (0 or 1), one line a pair, of documents that
the score was not fitted on. `--mine` makes those of `align mine`: pages of 30 lines as in `mining.py`, the
score fitted on one half of the articles and taken on the other. Writes the expected calibration error and
the bins to `results/reliability.json` and the diagram to `results/reliability.png`.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from measured import versions, write_result  # noqa: E402

from align.evaluate import Bin, calibration_error  # noqa: E402
from align.evaluate import reliability as binned  # noqa: E402

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Judged", "Reliability", "draw", "reliability"]

BAR = 0.03
"""The calibration error that a score may have."""

FEW = 20
"""Bins with fewer pairs are drawn hollow: their share says little."""

PAGES, PAGE_LINES = 40, 30
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Told apart by the colour-blind, too (Okabe & Ito 2008)."""


class Judged(NamedTuple):
    """Scores and whether the pair with each is right."""

    scores: Sequence[float]
    right: Sequence[bool]


class Reliability(NamedTuple):
    """What a diagram shows of one set of pairs."""

    error: float
    pairs: int
    bins: tuple[Bin, ...]


def reliability(scores: Sequence[float], right: Sequence[bool]) -> Reliability:
    """The expected calibration error and the bins it is made of.

    >>> found = reliability([0.95, 0.85, 0.81], [True, True, False])
    >>> round(found.error, 4), [(one.low, one.beads) for one in found.bins]
    (0.2367, [(0.8, 2), (0.9, 1)])
    """
    return Reliability(calibration_error(scores, right), len(scores), binned(scores, right))


def main() -> None:
    options = _options()
    panels: dict[str, dict[str, Judged]] = {"align pair": {}, "align mine": {}}
    for given in options.pair_scores:
        label, _, path = given.rpartition("=")
        panels["align pair"][label or Path(path).stem] = read_scores(Path(path))
    if options.mine:
        panels["align mine"] |= mine_scores(options.data)
    found = {
        panel: {label: reliability(*judged) for label, judged in several.items()}
        for panel, several in panels.items()
        if several
    }
    for panel, several in found.items():
        for label, one in several.items():
            _tell(f"{panel} {label}", one)
    draw(found, options.output.with_suffix(".png"))
    tables = {panel: {label: _table(one) for label, one in several.items()} for panel, several in found.items()}
    write_result(options.output, {"versions": versions(["align-vi-en"]), "bar": BAR, **tables})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("ALIGN_DATA"))
    parser.add_argument("--pair-scores", action="append", default=[], metavar="LABEL=FILE")
    parser.add_argument("--mine", action="store_true", help="take the scores of `align mine`; minutes")
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks" / "results" / "reliability.json")
    options = parser.parse_args()
    if not (options.pair_scores or options.mine):
        parser.error("nothing to draw: give --pair-scores or --mine")
    if options.mine and not options.data:
        parser.error("no data: give --data or set ALIGN_DATA")
    return options


def _tell(label: str, found: Reliability) -> None:
    print(f"{label}: calibration error {found.error:.4f} over {found.pairs} pairs (bar {BAR})")
    for one in found.bins:
        print(f"  {one.low:.1f} to {one.high:.1f}: {one.beads:6} pairs, score {one.score:.3f}, right {one.right:.3f}")


def _table(found: Reliability) -> dict[str, object]:
    bins = [{name: round(value, 4) for name, value in asdict(one).items()} for one in found.bins]
    return {"calibration_error": round(found.error, 4), "pairs": found.pairs, "bins": bins}


def read_scores(path: Path) -> Judged:
    """The two columns of a table of scores."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [(float(row["score"]), row["right"] == "1") for row in csv.DictReader(stream, delimiter="\t")]
    return Judged([score for score, _ in rows], [right for _, right in rows])


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
    halves = {name: mining._halves(mining.line_pairs(data / "dev" / f"{name}.json")) for name in mining.SETS}
    for fold in (0, 1):
        miners = mining._fitted_on(fold, halves, data / "dev", encoders)
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
