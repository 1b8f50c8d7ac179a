"""Bertalign (Liu & Zhu 2022): the PyPI package, or a checkout of the original."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import numpy as np
from bead_sets import Bead

from align.encoders import Vectors
from peers.aligner import Aligner, overlaps

__all__ = ["Bertalign", "BertalignTuned"]


class Bertalign(Aligner):
    """The two passes of `Bertalign.align_sents` with its defaults, on vectors of our encoder.

    Its own class is not used: it looks up the languages, which for Vietnamese it does not know, and the
    original loads a model when it is imported. Its functions are called in its order.
    """

    encoders = ("any",)
    modules = ("bertalign", "numba", "torch")
    packages = ("bertalign", "numba")
    install = "pip install numba, then --no-deps --ignore-requires-python bertalign; or give --bertalign CHECKOUT"
    settings: ClassVar = {"max_align": 5, "top_k": 3, "win": 5, "skip": -0.1}

    def __init__(self, encoder: str = "", path: Path | None = None) -> None:
        super().__init__(encoder, path)
        self._core = _corelib(path)

    def beads(self, vi: Sequence[str], en: Sequence[str]) -> list[Bead]:
        """See `Aligner.beads`."""
        core, most, skip = self._core, int(self.settings["max_align"]), float(self.settings["skip"])
        (vi_vectors, vi_sizes), (en_vectors, en_sizes) = self._spans(vi, most - 1), self._spans(en, most - 1)
        n, m = len(vi), len(en)
        near = core.find_top_k_sents(vi_vectors[0], en_vectors[0], k=self.settings["top_k"])
        types = core.get_alignment_types(2)
        width, path = core.find_first_search_path(n, m)
        pointers = core.first_pass_align(n, m, width, path, types, *near)
        anchors = core.first_back_track(n, m, pointers, path, types)
        types = core.get_alignment_types(most)
        width, path = core.find_second_search_path(anchors, self.settings["win"], n, m)
        ratio = float(vi_sizes[0].sum() / en_sizes[0].sum())
        spans = (vi_vectors, en_vectors, vi_sizes, en_sizes)
        pointers = core.second_pass_align(*spans, width, path, types, ratio, skip, margin=True, len_penalty=True)
        return [(tuple(vi), tuple(en)) for vi, en in core.second_back_track(n, m, pointers, path, types)]

    def _spans(self, lines: Sequence[str], most: int) -> tuple[Vectors, np.ndarray]:
        """Vectors, shape (most, n, dim), and sizes in bytes, shape (most, n), of the spans of each length."""
        layers = overlaps(lines, most)
        vectors = self.encoder.encode([span for layer in layers for span in layer])
        sizes = np.array([[len(span.encode()) for span in layer] for layer in layers], np.int64)
        return vectors.reshape(most, len(lines), -1), sizes


class BertalignTuned(Bertalign):
    """With the score of a gap that is best on EVBCorpus and TED "hard", tried from -0.1 to 0.2."""

    settings: ClassVar = {**Bertalign.settings, "skip": 0.0}


@cache
def _corelib(path: Path | None) -> ModuleType:
    """`bertalign.corelib` without what `bertalign/__init__.py` does."""
    folder = path / "bertalign" if path else Path(find_spec("bertalign").origin).parent
    package = ModuleType("bertalign")
    package.__path__ = [str(folder)]
    package.__spec__ = ModuleSpec("bertalign", None, is_package=True)
    sys.modules["bertalign"] = package
    from bertalign import corelib

    return corelib
