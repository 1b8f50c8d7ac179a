"""Boundary F1 and speed of sentence segmentation on the treebanks, next to plain underthesea.

    python benchmarks/segmentation.py --data DIR      # or ALIGN_DATA=DIR

DIR holds ``dev/segment_*.json``. The sentences of a document are joined by one space; a
boundary is right where it stands exactly between two of them, and a document's last one
is left out. Writes ``benchmarks/results/segmentation.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from underthesea import sent_tokenize

from align.text.segment import segment, segmenter_for
from align.types import Document

Spans = list[tuple[int, int]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("ALIGN_DATA"), help="default: $ALIGN_DATA")
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).parent / "results" / "segmentation.json")
    options = parser.parse_args()
    if options.data is None:
        parser.error("--data or ALIGN_DATA must name the folder that holds dev/segment_*.json")
    sets = sorted((options.data / "dev").glob("segment_*.json"))
    if not sets:
        parser.error(f"{options.data / 'dev'} holds no segment_*.json")
    results = {path.stem.removeprefix("segment_"): measured(path) for path in sets}
    report: dict[str, Any] = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
    }
    report |= {"versions": {"underthesea": version("underthesea")}, "sets": results}
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def measured(path: Path) -> dict[str, Any]:
    """Both segmenters on one set, and the whole stage's speed on its text."""
    data = json.loads(path.read_text(encoding="utf-8"))
    language, documents = data["lang"], data["documents"]
    sent_tokenize("Nạp sẵn.")  # the import and the model are not what is timed
    segmenter_for(language).spans("Ông ở CTXH. Bà ở nhà.")
    ours = score(documents, segmenter_for(language).spans)
    plain = score(documents, underthesea_spans)
    row = {
        "language": language,
        "sentences": sum(map(len, documents)),
        "align": ours,
        "underthesea": plain,
        "times_as_fast": round(ours["sentences_per_second"] / plain["sentences_per_second"], 1),
        "segment_stage_segments_per_second": stage_speed(documents),
    }
    print(f"{path.stem:20} align {ours['f1']:.2f}  underthesea {plain['f1']:.2f}", file=sys.stderr)
    return row


def score(documents: list[list[str]], spans: Callable[[str], Spans]) -> dict[str, float]:
    right = found = wanted = 0
    seconds = 0.0
    for sentences in documents:
        text = " ".join(sentences)
        began = time.perf_counter()
        pieces = spans(text)
        seconds += time.perf_counter() - began
        ours = {end for _, end in pieces[:-1]}
        gold = ends(sentences)
        right, found, wanted = right + len(gold & ours), found + len(ours), wanted + len(gold)
    return {
        "precision": round(100 * right / found, 2),
        "recall": round(100 * right / wanted, 2),
        "f1": round(200 * right / (found + wanted), 2),
        "sentences_per_second": round(sum(map(len, documents)) / seconds),
    }


def ends(sentences: list[str]) -> set[int]:
    """Where each sentence but the last ends in the text that they make up."""
    at, found = 0, set()
    for sentence in sentences[:-1]:
        at += len(sentence)
        found.add(at)
        at += 1
    return found


def underthesea_spans(text: str) -> Spans:
    """What underthesea gives, found again in the text."""
    found, cursor = [], 0
    for sentence in sent_tokenize(text):
        start = text.index(sentence, cursor)
        cursor = start + len(sentence)
        found.append((start, cursor))
    return found


def stage_speed(documents: list[list[str]]) -> int:
    """Segments a second of the whole stage: lines, languages, kinds and sentences."""
    text = "\n\n".join(" ".join(sentences) for sentences in documents)
    began = time.perf_counter()
    count = len(segment(Document("benchmark", text)))
    return round(count / (time.perf_counter() - began))


if __name__ == "__main__":
    main()
