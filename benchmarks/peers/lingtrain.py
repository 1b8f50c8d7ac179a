"""Lingtrain (lingtrain-aligner): best partners line by line, then conflicts between them resolved."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

from bead_sets import Bead

from align.encoders import Encoder, Vectors
from peers.aligner import Aligner

__all__ = ["Lingtrain"]

ROUNDS = 3


class Lingtrain(Aligner):
    """Its steps in the order and with the settings of its author's tutorial (habr.com/ru/post/586574)."""

    encoders = ("any",)
    modules = ("lingtrain_aligner", "dateparser", "dateutil", "more_itertools", "matplotlib", "sentence_transformers")
    packages = ("lingtrain-aligner",)
    install = "pip install lingtrain-aligner dateparser more-itertools"
    settings: ClassVar = {"batch_size": 100, "window": 40, "rounds": ROUNDS}

    def beads(self, vi: Sequence[str], en: Sequence[str]) -> list[Bead]:
        """See `Aligner.beads`."""
        # it prints as it goes
        quiet = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
        with TemporaryDirectory() as folder, quiet[0], quiet[1]:
            return _aligned(str(Path(folder, "book.db")), list(vi), list(en), _Model(self.encoder))


class _Model:
    """Our encoder with the arguments of a sentence-transformers model."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def encode(self, lines: Sequence[str], **_options: object) -> Vectors:
        return self._encoder.encode(lines)


def _aligned(database: str, vi: list[str], en: list[str], model: _Model) -> list[Bead]:
    from lingtrain_aligner import aligner, helper, resolver

    aligner.fill_db(database, "vi", "en", vi, en)
    aligner.align_db(database, "", batch_size=100, window=40, model=model)
    for number in range(ROUNDS):
        conflicts, rest = resolver.get_all_conflicts(
            database, min_chain_length=2 + number, max_conflicts_len=6 * (number + 1)
        )
        resolver.resolve_all_conflicts(database, conflicts, "", model=model)
        if not rest:
            break
    rows = helper.get_clear_flatten_doc_index(database)
    sides = ([tuple(line - 1 for line in json.loads(row[side])) for row in rows] for side in (1, 3))
    return [bead for bead in zip(*sides, strict=True) if any(bead)]
