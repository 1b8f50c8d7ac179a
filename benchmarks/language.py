"""Measure how often a line's language is told right, and how fast.

    python benchmarks/language.py --data FOLDER

reads `dev/` of the folder (or of $ALIGN_DATA) and writes `benchmarks/results/language.json`.
Titles of fewer than four words ("10.", "Colombia") are left out: they have no language.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import time
from pathlib import Path

from align.text.fold import strip_diacritics
from align.text.language import identify

HERE = Path(__file__).parent
SEED = 20261122
# Put in place of the capitalised words of English news, to see whether names mislead.
NAMES = [
    "Tô Lâm",
    "Phạm Minh Chính",
    "Bùi Thanh Sơn",
    "Lê Thị Thu Hằng",
    "Việt Nam",
    "Hà Nội",
    "Đà Nẵng",
    "Quảng Ninh",
    "Cần Thơ",
    "Hồ Chí Minh",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("ALIGN_DATA"), help="folder with dev/")
    data = parser.parse_args().data
    if data is None:
        parser.error("no data: give --data or set ALIGN_DATA")
    results = {name: measure(lines, language) for name, (lines, language) in sets(Path(data) / "dev").items()}
    lines = [line for lines, _ in sets(Path(data) / "dev").values() for line in lines]
    report = {
        "sets": results,
        "lines_per_second": round(len(lines) / seconds(lines)),
        "machine": platform.platform(),
        "processor": platform.machine(),
        "python": platform.python_version(),
        "seed": SEED,
    }
    (HERE / "results").mkdir(exist_ok=True)
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (HERE / "results" / "language.json").write_text(text + "\n", encoding="utf-8")
    print(text)


def measure(lines: list[str], language: str) -> dict[str, float]:
    answers = [identify(line) for line in lines]
    return {
        "lines": len(lines),
        "right": round(sum(answer == language for answer in answers) / len(lines), 5),
        "wrong": round(sum(answer not in (language, None) for answer in answers) / len(lines), 5),
    }


def seconds(lines: list[str]) -> float:
    start = time.perf_counter()
    for line in lines:
        identify(line)
    return time.perf_counter() - start


def sets(dev: Path) -> dict[str, tuple[list[str], str]]:
    """Named sets of lines, each with its language."""
    found: dict[str, tuple[list[str], str]] = {}
    for corpus in ("evb_noisy", "ted_clean"):
        documents = json.loads((dev / f"{corpus}.json").read_text(encoding="utf-8"))
        for side in ("vi", "en"):
            lines = [line for document in documents for line in document[side] if len(line.split()) >= 4]
            found[f"{corpus} {side}"] = (lines, side)
    vi, en = found["evb_noisy vi"][0], found["evb_noisy en"][0]
    found["four to six words vi"] = (windows(vi), "vi")
    found["four to six words en"] = (windows(en), "en")
    found["without diacritics"] = ([strip_diacritics(line) for line in vi], "vi")
    found["without diacritics, four to six words"] = ([strip_diacritics(line) for line in windows(vi)], "vi")
    found["capitals vi"] = ([line.upper() for line in windows(vi)], "vi")
    found["capitals en"] = ([line.upper() for line in windows(en)], "en")
    found["English with Vietnamese names"] = (renamed(en), "en")
    for name, side in (("segment_vtb_dev", "vi"), ("segment_gum", "en")):
        treebank = json.loads((dev / f"{name}.json").read_text(encoding="utf-8"))["documents"]
        lines = [sentence for document in treebank for sentence in document if len(sentence.split()) >= 4]
        found[name] = (lines, side)
    return found


def windows(lines: list[str]) -> list[str]:
    """Four to six neighbouring words of each line."""
    chance = random.Random(SEED)
    found = []
    for line in lines:
        words = line.split()
        size = chance.randint(4, 6)
        start = chance.randint(0, max(0, len(words) - size))
        found.append(" ".join(words[start : start + size]))
    return found


def renamed(lines: list[str]) -> list[str]:
    """Sentences with two names or more, each replaced by a Vietnamese one."""
    chance = random.Random(SEED)
    found = []
    for line in lines:
        first, *rest = line.split()
        names = [word for word in rest if word[0].isupper() and len(word) > 3]
        if len(names) >= 2 and any(word.islower() for word in rest):
            found.append(" ".join([first, *(chance.choice(NAMES) if word in names else word for word in rest)]))
    return found


if __name__ == "__main__":
    main()
