"""What a reviewer might decide about pairs of the rice article, in the form that the review page saves.

`python decide.py PAIRS DECISIONS` in the samples: all pairs are accepted, one is split, American spellings are
mended, and the least likely pair is rejected. With a name behind, a second reviewer's: accepts that pair and no other.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from align.formats.reading import read_units
from align.formats.settings import ReadSettings
from align.review.content import texts_digest, unique_ids
from align.types import TranslationUnit

CUTS = "thu về", "The shipments"


def decide(pairs: str, path: str, second: str = "") -> None:
    """Write decisions about a table of pairs."""
    units = [unit for _, unit in read_units(pairs, ReadSettings())]
    doubtful = min(units, key=lambda unit: unit.score or 0)
    decisions = []
    for unit, unit_id in zip(units, unique_ids(units), strict=True):
        if second and unit is not doubtful:
            continue
        beads = _beads(unit) if unit is not doubtful or second else [_whole(unit, "rejected", comment="says more")]
        decisions.append({"from": [{"id": unit_id, "texts": texts_digest(unit)}], "to": beads})
    saved = {
        "format": "align-decisions",
        "version": 1,
        "pairs": pairs,
        "reviewer": second or "Anna",
        "saved": "2026-11-20T09:30:00.000Z",
        "decisions": decisions,
    }
    Path(path).write_text(json.dumps(saved, ensure_ascii=False), encoding="utf-8")


def _beads(unit: TranslationUnit) -> list[dict[str, Any]]:
    vi, en = (text.find(cut) for text, cut in zip((unit.vi, unit.en), CUTS, strict=True))
    if vi > 0 and en > 0:
        halves = ((0, vi), (0, en)), ((vi, len(unit.vi)), (en, len(unit.en)))
        return [{"vi": [[0, *one]], "en": [[0, *two]], "status": "accepted"} for one, two in halves]
    mended = unit.en.replace(" percent", " per cent")
    return [_whole(unit, "accepted", **({"en_edited": mended} if mended != unit.en else {}))]


def _whole(unit: TranslationUnit, status: str, **more: str) -> dict[str, Any]:
    return {"vi": [[0, 0, len(unit.vi)]], "en": [[0, 0, len(unit.en)]], "status": status, **more}


if __name__ == "__main__":
    decide(*sys.argv[1:])
