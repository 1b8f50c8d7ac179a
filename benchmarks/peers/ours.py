"""`align`, as `align pair --lines` runs it."""

from __future__ import annotations

from collections.abc import Sequence

from bead_sets import Bead, line_segments

from align.types import Segment
from peers.aligner import Aligner

__all__ = ["Ours"]


class Ours(Aligner):
    """The package's own aligner; besides any one encoder it has `auto`, two together."""

    encoders = ("auto", "any")
    modules = ("align.pairing.ordered",)
    packages = ("align-vi-en", "numpy", "onnxruntime", "tokenizers")
    install = "run make install"

    def load(self, encoder: str) -> None:
        """Load the whole aligner; it has its encoders inside."""
        from align.pipeline import load_aligner

        self._aligner = load_aligner(encoder, cache=False)

    def align(self, vi: Sequence[str], en: Sequence[str]) -> dict[Bead, float | None]:
        """See `Aligner.align`."""
        (vi_segments, vi_lines), (en_segments, en_lines) = line_segments(vi, "vi"), line_segments(en, "en")
        found = self._aligner.alignment(vi_segments, en_segments)
        return {(_lines(bead.vi, vi_lines), _lines(bead.en, en_lines)): bead.score for bead in found.beads}


def _lines(side: Sequence[Segment], lines: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(line for segment in side for line in lines[segment.start])
