"""Gale & Church (1993) by lengths alone, as nltk has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bead_sets import Bead

from peers.aligner import Aligner

__all__ = ["GaleChurchNltk", "joined"]


class GaleChurchNltk(Aligner):
    """`nltk.translate.gale_church`, which gives links between lines and no null beads."""

    modules = ("nltk",)
    packages = ("nltk",)
    install = "pip install nltk"

    def beads(self, vi: Sequence[str], en: Sequence[str]) -> list[Bead]:
        """See `Aligner.beads`."""
        from nltk.translate.gale_church import align_blocks

        return joined(align_blocks([len(line) for line in vi], [len(line) for line in en]), len(vi), len(en))


def joined(links: Iterable[tuple[int, int]], vi_lines: int, en_lines: int) -> list[Bead]:
    """Links that share a line put together to beads, and what has no link as null beads.

    >>> joined([(0, 0), (1, 1), (1, 2)], 3, 3)
    [((0,), (0,)), ((1,), (1, 2)), ((2,), ())]
    """
    beads: list[tuple[set[int], set[int]]] = []
    for vi, en in sorted(links):
        if beads and (vi in beads[-1][0] or en in beads[-1][1]):
            beads[-1][0].add(vi)
            beads[-1][1].add(en)
        else:
            beads.append(({vi}, {en}))
    found: list[Bead] = [(tuple(sorted(vi)), tuple(sorted(en))) for vi, en in beads]
    vi_linked, en_linked = ({line for bead in found for line in bead[side]} for side in (0, 1))
    found += [((line,), ()) for line in range(vi_lines) if line not in vi_linked]
    return found + [((), (line,)) for line in range(en_lines) if line not in en_linked]
