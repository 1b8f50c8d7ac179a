"""What every aligner under comparison looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from bead_sets import Bead

from align.encoders import Encoder

__all__ = ["Aligner", "overlaps"]


class Aligner:
    """An aligner of two lists of lines.

    :cvar encoders: what it can work with: ``"any"`` for vectors that are given, names of its own, or nothing
    :cvar modules: what must be importable; empty where it is always run from a path
    :cvar packages: the distributions whose versions say which it is
    :cvar install: how to get it
    :cvar settings: what distinguishes this run of it
    """

    encoders: ClassVar[tuple[str, ...]] = ()
    modules: ClassVar[tuple[str, ...]] = ()
    packages: ClassVar[tuple[str, ...]] = ()
    install: ClassVar[str] = ""
    settings: ClassVar[Mapping[str, object]] = {}

    def __init__(self, encoder: str = "", path: Path | None = None) -> None:
        """
        :param encoder: by its name, empty for an aligner without one
        :param path: its checkout or program, if it has one
        """
        self.path = path
        self.encoder = self.load(encoder)

    def load(self, encoder: str) -> Encoder | None:
        """The encoder, its vectors never taken from a disk."""
        import align.encoders

        return align.encoders.load_encoder(encoder, cache=False) if encoder else None

    def align(self, vi: Sequence[str], en: Sequence[str]) -> Mapping[Bead, float | None]:
        """The beads and their probabilities, None where an aligner knows none."""
        return dict.fromkeys(self.beads(vi, en))

    def beads(self, vi: Sequence[str], en: Sequence[str]) -> Sequence[Bead]:
        """The beads, in any order."""
        raise NotImplementedError


def overlaps(lines: Sequence[str], most: int) -> list[list[str]]:
    """For each length of span up to `most` its text at every line where one ends, as Vecalign lays them out.

    >>> overlaps(["a", "b", "c"], 2)
    [['a', 'b', 'c'], ['PAD', 'a b', 'b c']]
    """
    return [
        ["PAD"] * min(size - 1, len(lines))
        + [" ".join(lines[start : start + size]) for start in range(len(lines) - size + 1)]
        for size in range(1, most + 1)
    ]
