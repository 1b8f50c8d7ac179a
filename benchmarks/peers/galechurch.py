"""Gale & Church (1993) by lengths alone, as the package galechurch has it, in Rust."""

from __future__ import annotations

from collections.abc import Sequence

from bead_sets import Bead

from peers.aligner import Aligner

__all__ = ["GaleChurch"]


class GaleChurch(Aligner):
    """`galechurch.align` with its defaults, those of the original program."""

    modules = ("galechurch",)
    packages = ("galechurch",)
    install = "pip install galechurch"

    def beads(self, vi: Sequence[str], en: Sequence[str]) -> list[Bead]:
        """See `Aligner.beads`."""
        import galechurch

        return [
            (tuple(range(bead.source_start, bead.source_end)), tuple(range(bead.target_start, bead.target_end)))
            for bead in galechurch.align(vi, en).beads
        ]
