"""Vietnamese/English text alignment: from mixed-language pages to a parallel corpus.

    >>> import align
    >>> beads = align.mine("Giá gạo tăng tuần thứ ba\\n\\nRice prices rise for a third week")
    >>> align.to_frame(beads)[["vi", "en"]].values.tolist()
    [['Giá gạo tăng tuần thứ ba', 'Rice prices rise for a third week']]

Importing this package costs next to nothing: what is heavy is imported when it is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from align.errors import AlignError, CacheError, CacheWarning, EncoderError, FormatError, InputError, OutputError
from align.types import Bead, Beads, Document, Segment, TranslationUnit

if TYPE_CHECKING:
    from align import plot
    from align.encoders import Encoder, load_encoder
    from align.evaluate import Evaluation, score_beads
    from align.formats.reading import read_pairs
    from align.formats.settings import ReadSettings, WriteSettings
    from align.formats.table import to_frame
    from align.formats.writing import write_pairs
    from align.pipeline import mine, pair
    from align.quality.check import Checked, check
    from align.quality.finding import Finding

__all__ = [
    "AlignError",
    "Bead",
    "Beads",
    "CacheError",
    "CacheWarning",
    "Checked",
    "Document",
    "Encoder",
    "EncoderError",
    "Evaluation",
    "Finding",
    "FormatError",
    "InputError",
    "OutputError",
    "ReadSettings",
    "Segment",
    "TranslationUnit",
    "WriteSettings",
    "check",
    "load_encoder",
    "mine",
    "pair",
    "plot",
    "read_pairs",
    "score_beads",
    "to_frame",
    "write_pairs",
]

__version__ = "0.1.0"

_IMPORTED_ON_USE = {
    "Checked": "align.quality.check",
    "Encoder": "align.encoders",
    "Evaluation": "align.evaluate",
    "Finding": "align.quality.finding",
    "ReadSettings": "align.formats.settings",
    "WriteSettings": "align.formats.settings",
    "check": "align.quality.check",
    "load_encoder": "align.encoders",
    "mine": "align.pipeline",
    "pair": "align.pipeline",
    "read_pairs": "align.formats.reading",
    "score_beads": "align.evaluate",
    "to_frame": "align.formats.table",
    "write_pairs": "align.formats.writing",
}


def __getattr__(name: str) -> object:
    if name == "plot":
        return importlib.import_module("align.plot")
    if name not in _IMPORTED_ON_USE:
        raise AttributeError(f"module 'align' has no attribute {name!r}")
    return getattr(importlib.import_module(_IMPORTED_ON_USE[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
