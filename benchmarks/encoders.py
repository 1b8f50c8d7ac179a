"""The encoders against each other: speed, and how often a sentence's translation is its nearest neighbour.

    python benchmarks/encoders.py --data FOLDER [--encoder NAME_OR_PATH …]

reads `dev/` and `train/` of the folder (or of $ALIGN_DATA) and writes `benchmarks/results/encoders.json`:
`static`, `mini`, `mini in torch` (the same weights in single precision through sentence-transformers),
and whatever else is named. Candidates are the 1-1 gold beads, each line once: two halves of EVBCorpus news
(some of its gold is wrong: a pair of which neither side says what the other does is lost to every
encoder), TED captions, Tatoeba sentences, and the first 2,000 pairs of a news source that no bundled
encoder was trained on. Every set is also measured with the Vietnamese diacritics taken off. `auto` has no
vectors: for it, `static` and `mini` the share of right pairs that the miner makes of those lines is
given, at any score. About twenty minutes on two cores, most of them torch.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
from mixed_pages import unseen_news

from align.encoders import AUTO, Encoder, Vectors, load_encoder
from align.encoders.mini import MINI_MODEL
from align.pairing.mine import Miner
from align.pipeline import load_miner
from align.text.fold import strip_diacritics
from align.types import Document, Segment

HERE = Path(__file__).parent
SEED = 1
NEIGHBOURS = 4
TIMED = 1000
"""Lines that are timed; the slow encoders get the same lines as the fast ones."""

ROUNDS = 3
Sentences = list[tuple[str, str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("ALIGN_DATA"), help="folder with dev/ and train/")
    parser.add_argument("--encoder", action="append", default=[], help="NAME_OR_PATH; may be repeated")
    options = parser.parse_args()
    if options.data is None:
        parser.error("no data: give --data or set ALIGN_DATA")
    names = {"static": "static", "mini": "mini", "mini in torch": str(MINI_MODEL)}
    names |= {name: name for name in options.encoder}
    encoders = {label: load_encoder(name, cache=False) for label, name in names.items()}
    found = sets(Path(options.data))
    report = {
        "settings": {"seed": SEED, "neighbours": NEIGHBOURS, "timed lines": TIMED, "rounds": ROUNDS},
        "speed": speeds(encoders, found["unseen news"]),
        "precision at 1": {label: measure(encoder, found) for label, encoder in encoders.items()},
        "right pairs made": {name: made(load_miner(name, cache=False), found) for name in ("static", "mini", AUTO)},
        "versions": {
            name: version(name)
            for name in ("numpy", "onnxruntime", "safetensors", "sentence-transformers", "tokenizers", "torch")
        },
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (HERE / "results" / "encoders.json").write_text(text + "\n", encoding="utf-8")
    print(text)


def speeds(encoders: dict[str, Encoder], pairs: Sentences) -> dict[str, dict[str, float]]:
    """Sentences a second over the same lines, the encoders in turn; the best of the rounds.

    `static` remembers words: every round it reads the lines with an encoder of its own, so that all are new.
    """
    lines = [line for pair in pairs[: TIMED // 2] for line in pair]
    for encoder in encoders.values():
        encoder.encode(lines[:50])
    best = dict.fromkeys(encoders, 0.0)
    for _ in range(ROUNDS):
        for label, encoder in encoders.items():
            fresh = load_encoder("static") if label == "static" else encoder
            best[label] = max(best[label], len(lines) / _seconds(lambda fresh=fresh: fresh.encode(lines)))
    return {
        label: {"sentences per second": round(speed, 1), "times mini": round(speed / best["mini"], 2)}
        for label, speed in best.items()
    }


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def made(miner: Miner, sets: dict[str, Sentences]) -> dict[str, dict[str, float]]:
    """Percent of the right pairs that the miner makes of all lines of a set."""
    figures = {}
    for name, pairs in sets.items():
        figures[name] = {
            label: round(100 * _made(miner, [(change(vi), en) for vi, en in pairs]), 2)
            for label, change in (("with diacritics", str), ("without", strip_diacritics))
        }
    return figures


def _made(miner: Miner, pairs: Sentences) -> float:
    sides = []
    # shuffled: the order of the lines would give the pairs away
    for language, lines in (("vi", [vi for vi, _ in pairs]), ("en", [en for _, en in pairs])):
        order = random.Random(f"{SEED}{language}").sample(range(len(lines)), len(lines))
        document = Document(language, "\n\n".join(lines[number] for number in order))
        segments, start = [], 0
        for number in order:
            segments.append(Segment(document, start, start + len(lines[number]), language, "sentence"))
            start += len(lines[number]) + 2
        sides.append((segments, {id(segment): number for segment, number in zip(segments, order, strict=True)}))
    (vi, vi_line), (en, en_line) = sides
    beads = [bead for bead in miner.align(vi, en) if bead.kind == "1-1"]
    return sum(vi_line[id(bead.vi[0])] == en_line[id(bead.en[0])] for bead in beads) / len(pairs)


def sets(data: Path) -> dict[str, Sentences]:
    dev = data / "dev"
    news = beads(dev / "evb_noisy.json")
    random.Random(SEED).shuffle(news)
    half = len(news) // 2
    lines = (dev / "tatoeba.tsv").read_text(encoding="utf-8").splitlines()[1:]
    tatoeba = [(vi, en) for vi, en in (line.split("\t") for line in lines)]
    return {
        "news a": news[:half],
        "news b": news[half:],
        "ted": beads(dev / "ted_clean.json")[:2000],
        "tatoeba": tatoeba,
        "unseen news": unseen_news(data / "train" / "parallel.tsv.gz")[:2000],
    }


def beads(path: Path) -> Sentences:
    """The 1-1 gold beads of which neither side came before."""
    seen: set[str] = set()
    pairs = []
    for document in json.loads(path.read_text(encoding="utf-8")):
        for vi, en in document["gold"]:
            if len(vi) == len(en) == 1:
                pair = document["vi"][vi[0]], document["en"][en[0]]
                if seen.isdisjoint(pair):
                    pairs.append(pair)
                    seen.update(pair)
    return pairs


def measure(encoder: Encoder, sets: dict[str, Sentences]) -> dict[str, object]:
    """Precision at 1 on every set."""
    figures: dict[str, object] = {"dim": encoder.dim}
    for name, pairs in sets.items():
        right = encoder.encode([en for _, en in pairs])
        figures[name] = {
            "candidates": len(pairs),
            "with diacritics": precision(encoder.encode([vi for vi, _ in pairs]), right),
            "without": precision(encoder.encode([strip_diacritics(vi) for vi, _ in pairs]), right),
        }
    return figures


def precision(vi: Vectors, en: Vectors) -> dict[str, float]:
    """Percent of rows whose best column is theirs, by cosine and by ratio margin, both directions."""
    cosines = vi @ en.T
    near_vi = np.sort(cosines, axis=1)[:, -NEIGHBOURS:].mean(axis=1)
    near_en = np.sort(cosines, axis=0)[-NEIGHBOURS:].mean(axis=0)
    margins = cosines / ((near_vi[:, None] + near_en[None, :]) / 2)
    truth = np.arange(len(vi))
    return {
        f"{measure} {direction}": round(100 * float((values.argmax(axis) == truth).mean()), 2)
        for measure, values in (("cosine", cosines), ("margin", margins))
        for direction, axis in (("vi-en", 1), ("en-vi", 0))
    }


if __name__ == "__main__":
    main()
