"""The package dtwsa: one-to-one pairs along the best path through a matrix of similarities."""

from __future__ import annotations

from collections.abc import Sequence

from bead_sets import Bead

from peers.aligner import Aligner
from peers.nltk import joined

__all__ = ["Dtwsa"]


class Dtwsa(Aligner):
    """`dtwsa.SentenceAligner` with its default threshold on the cosines of single lines."""

    encoders = ("any",)
    modules = ("dtwsa", "jiwer")
    packages = ("dtwsa",)
    install = "pip install dtwsa"

    def beads(self, vi: Sequence[str], en: Sequence[str]) -> list[Bead]:
        """See `Aligner.beads`."""
        from dtwsa import SentenceAligner

        cosines = self.encoder.encode(vi) @ self.encoder.encode(en).T
        links, _ = SentenceAligner(similarity_matrix=cosines).align_sentences(vi, en)
        return joined(links, len(vi), len(en))
