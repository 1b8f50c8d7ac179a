"""Vecalign's algorithm (Thompson & Koehn 2019) as the package sentweave has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from bead_sets import Bead

from peers.aligner import Aligner

__all__ = ["SentWeave", "SentWeaveTuned", "SentWeaveWide"]


class SentWeave(Aligner):
    """With Vecalign's own default: beads of up to four lines, spans of up to four encoded."""

    encoders = ("any",)
    modules = ("sentweave",)
    packages = ("sentweave",)
    install = "pip install sentweave"
    settings: ClassVar = {"alignment_max_size": 4}

    def beads(self, vi: Sequence[str], en: Sequence[str]) -> list[Bead]:
        """See `Aligner.beads`."""
        from sentweave import align

        found = align(vi, en, self.encoder, **self.settings)
        return [(tuple(bead.src_indices), tuple(bead.tgt_indices)) for bead in found.alignments]


class SentWeaveWide(SentWeave):
    """With sentweave's default: beads and spans of up to eight lines."""

    settings: ClassVar = {"alignment_max_size": 8}


class SentWeaveTuned(SentWeave):
    """With the price of a gap that is best on EVBCorpus and TED "hard", tried from 0.005 to 0.5."""

    settings: ClassVar = {"alignment_max_size": 5, "del_percentile_frac": 0.03}
