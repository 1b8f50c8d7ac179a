"""What the benchmarks measure besides quality: encoding, memory, and where it was measured."""

from __future__ import annotations

import json
import os
import platform
import resource
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

if TYPE_CHECKING:
    from align.encoders import Encoder, Progress, Vectors

__all__ = ["Meter", "loaded_mib", "machine", "metered", "peak_mib", "versions", "write_result"]

PADDING = frozenset({"PAD"})
"""What Vecalign and Bertalign encode where a span would begin before the document."""


class Meter:
    """An encoder that counts the lines it reads, and for how long it reads.

    A line that comes twice in one document is read twice and counted once, as Vecalign's own
    `overlap.py` would have it encoded once.

    :ivar lines: distinct lines of each document, padding left out
    :ivar seconds: in `encode`
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self._seen = encoder, set[str]()
        self.lines, self.seconds = 0, 0.0

    def __getattr__(self, name: str) -> object:
        return getattr(self._encoder, name)

    def encode(self, sentences: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """See `align.encoders.Encoder.encode`."""
        started = time.perf_counter()
        vectors = self._encoder.encode(sentences, progress=progress)
        self.seconds += time.perf_counter() - started
        new = set(sentences) - self._seen - PADDING
        self._seen |= new
        self.lines += len(new)
        return vectors

    def next_document(self) -> None:
        """Forget which lines were read."""
        self._seen.clear()

    def reset(self) -> None:
        """Forget everything, after a warm-up."""
        self._seen.clear()
        self.lines, self.seconds = 0, 0.0


@contextmanager
def metered() -> Iterator[list[Meter]]:
    """Every encoder that is loaded meanwhile, by us or within the package, is a `Meter`; all are listed."""
    import align.encoders

    load, meters = align.encoders.load_encoder, list[Meter]()

    def loaded(*arguments: object, **options: object) -> Meter:
        meters.append(Meter(load(*arguments, **options)))  # type: ignore[arg-type]
        return meters[-1]

    with mock.patch.object(align.encoders, "load_encoder", loaded):
        yield meters


def peak_mib() -> int:
    """The most memory this process held so far, or one it started, whichever is more."""
    # On Linux ru_maxrss starts from that of the process that started this one; VmHWM does not.
    own = _status("VmHWM") or _mib(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return max(own, _mib(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))


def loaded_mib() -> int:
    """The memory this process holds now, or 0 where it cannot be told."""
    return _status("VmRSS")


def _status(field: str) -> int:
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith(f"{field}:")), 0)


def _mib(maxrss: int) -> int:
    return maxrss // (1024**2 if platform.system() == "Darwin" else 1024)


def machine() -> str:
    """The machine, as all results name it."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def versions(packages: Iterable[str]) -> dict[str, str]:
    """The version of each package, those not installed left out."""
    found = {}
    for package in sorted(set(packages)):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def write_result(path: Path, result: Mapping[str, object]) -> None:
    """Write a result with the machine it was measured on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"machine": machine(), **result}, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
