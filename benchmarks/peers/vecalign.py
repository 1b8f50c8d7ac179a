"""Vecalign (Thompson & Koehn 2019) from a checkout, by its command line."""

from __future__ import annotations

import os
import subprocess
import sys
from ast import literal_eval
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

from bead_sets import Bead

from peers.aligner import Aligner

__all__ = ["Vecalign"]


class Vecalign(Aligner):
    """`overlap.py`, our encoder, `vecalign.py`; a program is started twice for each side and once for both."""

    encoders = ("any",)
    install = "git clone https://github.com/thompsonb/vecalign and give --vecalign CHECKOUT"
    settings: ClassVar = {"alignment_max_size": 4, "num_overlaps": 4, "process_per_document": True}

    def beads(self, vi: Sequence[str], en: Sequence[str]) -> list[Bead]:
        """See `Aligner.beads`."""
        with TemporaryDirectory() as folder:
            options = []
            for lines, option in ((vi, "src"), (en, "tgt")):
                text, spans = Path(folder, option), Path(folder, f"{option}.overlaps")
                text.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
                self._run("overlap", "-i", text, "-o", spans, "-n", self.settings["num_overlaps"])
                vectors = Path(folder, f"{option}.emb")
                # read as Vecalign reads it: splitlines() would also break at other line ends
                self.encoder.encode(spans.read_text(encoding="utf-8").rstrip("\n").split("\n")).tofile(vectors)
                options += [f"--{option}", text, f"--{option}_embed", spans, vectors]
            size = self.settings["alignment_max_size"]
            ladder = self._run("vecalign", "--alignment_max_size", size, *options)
        beads = [line.split(":")[:2] for line in ladder.splitlines() if line.startswith("[")]
        return [(tuple(literal_eval(vi)), tuple(literal_eval(en))) for vi, en in beads]

    def _run(self, name: str, *arguments: object) -> str:
        if (self.path / "vecalign" / f"{name}.py").is_file():
            # from version 2 it is a package
            command = [sys.executable, "-m", f"vecalign.{name}"]
        else:
            command = [sys.executable, str(self.path / f"{name}.py")]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(self.path), os.environ.get("PYTHONPATH", "")])}
        command += [str(argument) for argument in arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{name} failed: {done.stderr.strip()[-300:]}")
        return done.stdout
