"""Precision at 1: how often a sentence's translation is its nearest neighbour, by cosine and by margin.

    python benchmarks/static_encoder.py --data FOLDER [--encoder NAME_OR_PATH …]

reads `dev/` and `train/` of the folder (or of $ALIGN_DATA) and writes `benchmarks/results/static_encoder.json`.
Candidates are the 1-1 gold beads, each line once: two halves of EVBCorpus news (some of its gold is
wrong: a pair of which neither side says what the other does is lost to every encoder), TED captions,
Tatoeba sentences, and the first 2,000 pairs of a news source that the bundled encoder was not trained
on. Every set is also measured with the Vietnamese diacritics taken off.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
from mixed_pages import unseen_news

from align.encoders import Encoder, Vectors, load_encoder
from align.text.fold import strip_diacritics

HERE = Path(__file__).parent
SEED = 1
NEIGHBOURS = 4
Sentences = list[tuple[str, str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("ALIGN_DATA"), help="folder with dev/ and train/")
    parser.add_argument("--encoder", action="append", help="NAME_OR_PATH or LABEL=NAME_OR_PATH; may be repeated")
    options = parser.parse_args()
    if options.data is None:
        parser.error("no data: give --data or set ALIGN_DATA")
    report: dict[str, object] = {"encoders": {}, "settings": {"seed": SEED, "neighbours": NEIGHBOURS}}
    named = dict((name.split("=", 1) * 2)[:2] for name in options.encoder or ["static"])
    report["encoders"] = {
        label: measure(load_encoder(path, cache=False), sets(Path(options.data))) for label, path in named.items()
    }
    report["versions"] = {name: version(name) for name in ("numpy", "tokenizers", "safetensors")}
    report |= {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "static_encoder.json").write_text(text + "\n", encoding="utf-8")
    print(text)


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
    figures: dict[str, object] = {"dim": encoder.dim}
    for name, pairs in sets.items():
        vi, en = [vi for vi, _ in pairs], [en for _, en in pairs]
        right = encoder.encode(en)
        figures[name] = {
            "candidates": len(pairs),
            "with diacritics": precision(encoder.encode(vi), right),
            "without": precision(encoder.encode([strip_diacritics(line) for line in vi]), right),
        }
    lines = [line for pairs in sets.values() for pair in pairs for line in pair]
    start = time.perf_counter()
    encoder.encode(lines)
    figures["lines per second"] = round(len(lines) / (time.perf_counter() - start), -2)
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
