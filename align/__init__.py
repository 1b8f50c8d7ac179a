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
from align.types import Bead, Document, Segment

if TYPE_CHECKING:
    from align.encoders import Encoder, load_encoder
    from align.evaluate import Evaluation, score_beads
    from align.formats.table import to_frame
    from align.pipeline import mine, pair

__all__ = [
    "AlignError",
    "Bead",
    "CacheError",
    "CacheWarning",
    "Document",
    "Encoder",
    "EncoderError",
    "Evaluation",
    "FormatError",
    "InputError",
    "OutputError",
    "Segment",
    "load_encoder",
    "mine",
    "pair",
    "score_beads",
    "to_frame",
]

__version__ = "0.1.0"

_IMPORTED_ON_USE = {
    "Encoder": "align.encoders",
    "Evaluation": "align.evaluate",
    "load_encoder": "align.encoders",
    "mine": "align.pipeline",
    "pair": "align.pipeline",
    "score_beads": "align.evaluate",
    "to_frame": "align.formats.table",
}


def __getattr__(name: str) -> object:
    if name not in _IMPORTED_ON_USE:
        raise AttributeError(f"module 'align' has no attribute {name!r}")
    return getattr(importlib.import_module(_IMPORTED_ON_USE[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
