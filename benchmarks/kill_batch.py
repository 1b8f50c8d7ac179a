"""Whether a batch that is killed again and again ends as one that never was.

    python benchmarks/kill_batch.py [--kills 100] [--corpus FOLDER]

`align batch --encoder static` with two workers, here, on Dask and with `--across`, in a session of its own. All its
processes are killed at once while it starts, works, writes or closes, it is started again in the same folder, killed
again, and after ten kills let through; of each ten, one kill takes the main process alone. After a kill no process may
be left, and what stands under its name is whole; at the end every file is as in a run with one worker that nobody
disturbed. Without ``--corpus`` the documents are those of `tests/gold`, whole and their first halves, the pages of
`seeds` and `tests/cases`, and, where ALIGN_DATA is set, 60 news articles. Writes `results/kill_batch.json`.
`tests/test_kill.py` is the short form.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, TypeAlias

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from bead_sets import read_set  # noqa: E402
from measured import versions, write_result  # noqa: E402

__all__ = ["ENGINES", "STAGES", "Chain", "Kill", "Undisturbed", "calm", "chain", "drawn", "make_corpus", "undisturbed"]

ALIGN = str(Path(sys.executable).parent / "align")

ENGINES = {
    "local": ("--workers", "2"),
    "dask": ("--engine", "dask", "--workers", "2"),
    "local, across": ("--workers", "2", "--across"),
}
"""What is killed, by name; the last mines over all documents, in many stages."""

_State: TypeAlias = tuple[int, int]

Stage: TypeAlias = Literal["starting", "working", "writing", "closing"]
STAGES: tuple[Stage, ...] = ("starting", "working", "writing", "closing")
"""Until the first shard of a run is there, until an output is begun, until the report is there, until the end."""

SHARES: dict[Stage, int] = {"starting": 3, "working": 3, "writing": 3, "closing": 1}
"""Of the ten kills of a chain, how many are aimed at which stage."""

ARTICLES = 60
GRACE = 5.0
"""Seconds that workers have to follow their main process. Chosen by hand."""

LONGEST = 300.0
"""Seconds that an undisturbed run may take."""

# Seconds between two looks at the folder, and about the time from one shard to the next.
_TICK, _BETWEEN_SHARDS = 0.002, 0.05


@dataclass(frozen=True, slots=True)
class Moment:
    """When to kill.

    :param stage: what it is aimed at
    :param share: of the stage's time; of "working", of the time from one shard to the next
    :param shards: that must be new in this run before
    :param alone: the main process only, whose workers must follow
    """

    stage: Stage
    share: float
    shards: int = 0
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Kill:
    """A kill that hit a batch before its end.

    :param stage: that it hit, as is seen from what lies there
    :param seconds: from the start of the process
    :param problems: what was not as it should be right after
    """

    stage: Stage
    alone: bool
    seconds: float
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """Kills in one output folder, and what differs at the end from a run that nobody disturbed."""

    kills: tuple[Kill, ...]
    differences: tuple[str, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that is not as it should be."""
        return (*(problem for kill in self.kills for problem in kill.problems), *self.differences)


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A run from its start to its end.

    :param starting: seconds until the first shard was there
    :param writing: seconds from the first output begun to the report
    :param closing: seconds from there to the end of the process
    """

    folder: Path
    starting: float
    writing: float
    closing: float


def main() -> None:
    options = _options()
    seed = random.randrange(10**6) if options.seed is None else options.seed
    print(f"seed {seed}")
    draw = random.Random(seed)
    engines = [name for name in ENGINES if name != "dask" or find_spec("distributed")]
    with TemporaryDirectory() as folder:
        place = Path(folder)
        # what the runs keep elsewhere is theirs alone
        os.environ |= {"ALIGN_CACHE": str(place / "cache"), "TMPDIR": folder}
        corpus = options.corpus or make_corpus(place / "corpus", options.data)
        chains = {name: list(_chains(name, options.kills, corpus, place, draw)) for name in engines}
        documents = len(_report(place / "local" / "expected")["documents"])
    rows = [row for name in engines for row in _rows(name, chains[name])]
    for row in rows:
        print(" ".join(f"{name} {value!s:8}" for name, value in row.items()))
    problems = [problem for several in chains.values() for one in several for problem in one.problems]
    write_result(
        options.output,
        {
            "versions": versions(["align-vi-en", "distributed", "numpy"]),
            "settings": {"kills": options.kills, "seed": seed, "documents": documents, "encoder": "static"},
            "rows": rows,
            "problems": problems,
        },
    )
    if problems:
        sys.exit("\n".join(problems))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("ALIGN_DATA"))
    parser.add_argument("--corpus", type=Path, help="a folder with documents to align")
    parser.add_argument("--kills", type=int, default=100, help="on each engine")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks" / "results" / "kill_batch.json")
    return parser.parse_args()


def calm(engine: str, corpus: Path, place: Path) -> Undisturbed:
    """What chains of an engine are to end as, which is what one worker makes, and their pace.

    :param place: a folder for both runs
    """
    place.mkdir()
    options = ("--workers", "1", *(["--across"] if "--across" in ENGINES[engine] else []))
    expected = undisturbed(corpus, place / "expected", options)
    return replace(undisturbed(corpus, place / "calm", ENGINES[engine]), folder=expected.folder)


def _chains(engine: str, kills: int, corpus: Path, place: Path, draw: random.Random) -> Iterator[Chain]:
    pace = calm(engine, corpus, place / engine)
    for number in range(-(-kills // sum(SHARES.values()))):
        out = place / f"{engine}-{number}"
        found = chain(corpus, out, ENGINES[engine], drawn(draw, SHARES, alone=1), pace)
        told = ", ".join(f"{kill.stage} {kill.seconds:.1f} s" for kill in found.kills)
        print(f"{engine}: killed {told}: {'; '.join(found.problems) or 'identical'}", flush=True)
        shutil.rmtree(out)
        yield found


def _rows(engine: str, chains: Sequence[Chain]) -> Iterator[dict[str, object]]:
    """How many kills hit each stage, and of how many the batch ended as one that nobody disturbed."""
    for stage in STAGES:
        hits = [(kill, one) for one in chains for kill in one.kills if kill.stage == stage]
        yield {
            "engine": engine,
            "stage": stage,
            "kills": len(hits),
            "main process alone": sum(kill.alone for kill, _ in hits),
            "resumed": sum(not kill.problems for kill, _ in hits),
            "identical": sum(not one.differences for _, one in hits),
        }


def drawn(draw: random.Random, shares: Mapping[Stage, int], *, alone: int, most: int = 4) -> list[Moment]:
    """Moments for one chain: spread over each stage, and those that need all shards last.

    :param shares: how many are aimed at which stage
    :param alone: how many of those aimed at "working" take the main process alone
    :param most: shards that must be new in a run before one of those, at most
    """
    moments = {stage: [Moment(stage, share) for share in _spread(draw, shares[stage])] for stage in STAGES}
    working = [
        replace(moment, shards=draw.randint(1, most), alone=at < alone) for at, moment in enumerate(moments["working"])
    ]
    # what a start leaves in the folder it leaves in its first third, and a late kill costs the time before it
    starting = [replace(moment, share=moment.share**2) for moment in moments["starting"]]
    early = [*starting, *working]
    draw.shuffle(early)
    return [*early, *moments["writing"], *moments["closing"]]


def _spread(draw: random.Random, number: int) -> list[float]:
    shares = [(at + draw.random()) / number for at in range(number)]
    draw.shuffle(shares)
    return shares


def make_corpus(folder: Path, data: Path | None = None) -> Path:
    """Pairs of documents and mixed pages; with the development data more of the former."""
    folder.mkdir()
    articles = read_set(data / "dev" / "evb_noisy.json")[:ARTICLES] if data else []
    for document in [*read_set(ROOT / "tests" / "gold"), *articles]:
        for language, lines in (("vi", document.vi), ("en", document.en)):
            for name, some in ((document.id, lines), (f"{document.id}-half", lines[: len(lines) // 2])):
                (folder / f"{name}.{language}.txt").write_text("\n".join(some), encoding="utf-8")
    for page in [*(ROOT / "seeds").glob("*.txt"), *(ROOT / "tests" / "cases" / "pages").glob("*.txt")]:
        shutil.copy(page, folder)
    return folder


# --- one process -------------------------------------------------------------------------


class Batch:
    """`align batch` in a session of its own, and what it has made in this run.

    :ivar ready: seconds until its first shard was seen, or None
    """

    def __init__(self, corpus: Path, out: Path, options: Sequence[str]) -> None:
        self.out, self.before = out, _files(out)
        self.ready: float | None = None
        self._log = out.with_suffix(".log")
        command = [ALIGN, "batch", str(corpus), "-o", str(out), "--encoder", "static", *options]
        with self._log.open("wb") as log:
            self._started = time.monotonic()
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def __enter__(self) -> Batch:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def seconds(self) -> float:
        """Since its start."""
        return time.monotonic() - self._started

    @property
    def said(self) -> str:
        """What it said in this run."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def waits(self, until: Callable[[], bool]) -> bool:
        """Wait until something is so; False if the process ended before."""
        while not until():
            if self.process.poll() is not None:
                return False
            time.sleep(_TICK)
        return self.process.poll() is None

    def passes(self, seconds: float) -> bool:
        """Let time pass; False if the process ended before."""
        end = time.monotonic() + seconds
        return self.waits(lambda: time.monotonic() >= end)

    def has_made(self, shards: int) -> bool:
        """Whether so many shards are new in this run."""
        new = sum(name not in self.before for name in _shards(self.out))
        if new and self.ready is None:
            self.ready = self.seconds
        return new >= shards

    def writes(self) -> bool:
        """Whether an output was begun in this run."""
        with contextlib.suppress(FileNotFoundError):
            files = [found.path for found in os.scandir(self.out) if found.is_file()]
            return any(_state(name) not in (None, self.before.get(name)) for name in files)
        return False

    def has_reported(self) -> bool:
        """Whether the report of this run is there."""
        report = str(self.out / "report.json")
        return _state(report) not in (None, self.before.get(report))

    def kill(self, *, alone: bool = False) -> None:
        """End all processes of the session at once, or the main process alone."""
        # macOS forbids it where all that is left of a group is not reaped yet
        with contextlib.suppress(ProcessLookupError, PermissionError):
            (os.kill if alone else os.killpg)(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stage(self) -> Stage:
        """How far it came in this run, once it is dead."""
        new = {Path(name) for name, state in _files(self.out).items() if self.before.get(name) != state}
        at_top = {path.name for path in new if path.parent == self.out}
        if "report.json" in at_top:
            return "closing"
        if at_top:
            return "writing"
        return "working" if set(map(str, new)) & set(_shards(self.out)) else "starting"

    def is_gone(self) -> bool:
        """Whether no process of its session is left within some seconds."""
        until = time.monotonic() + GRACE
        while _alive_in(self.process.pid):
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True


def _alive_in(session: int) -> list[int]:
    """The processes of a session; none where the system has no folder that tells."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # the name in brackets can hold anything; state, parent, group and session follow
            state, _, _, of = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[:4]
            if int(of) == session and state != "Z":
                found.append(int(path.parent.name))
    return found


def _names(folder: Path) -> Iterator[str]:
    for parent, _, names in os.walk(folder):
        yield from (os.path.join(parent, name) for name in names)


def _shards(out: Path) -> Iterator[str]:
    """Every file that a work unit has left."""
    for folder in ("units", "lines", "across"):
        yield from filter(_is_whole, _names(out / ".align" / folder))


def _files(folder: Path) -> dict[str, _State | None]:
    """Every file in a folder, in depth, and its state."""
    return {name: _state(name) for name in _names(folder)}


def _state(name: str) -> _State | None:
    """What changes when a file is written anew; None where there is none."""
    with contextlib.suppress(FileNotFoundError):
        found = os.stat(name)
        return found.st_ino, found.st_mtime_ns
    return None


def _is_whole(name: str) -> bool:
    return not name.endswith(".part")


# --- chains ------------------------------------------------------------------------------


def undisturbed(corpus: Path, out: Path, options: Sequence[str]) -> Undisturbed:
    """Let a batch run from its start to its end.

    :raises RuntimeError: if it fails
    """
    with Batch(corpus, out, options) as batch:
        batch.waits(lambda: batch.has_made(1))
        batch.waits(batch.writes)
        began = batch.seconds
        batch.waits(batch.has_reported)
        reported = batch.seconds
        batch.process.wait(LONGEST)
        if batch.process.returncode or batch.ready is None:
            raise RuntimeError(batch.said)
        return Undisturbed(out, batch.ready, reported - began, batch.seconds - reported)


def chain(corpus: Path, out: Path, options: Sequence[str], moments: Sequence[Moment], expected: Undisturbed) -> Chain:
    """Start a batch and kill it at each moment in turn, then let it end.

    A moment that it did not live to see is tried again at half the share, which is sooner.

    :param expected: what it is to end as; its pace is that of the first run, later ones set their own
    """
    kills: list[Kill] = []
    for moment in moments:
        while (killed := _killed(corpus, out, options, moment, expected)) is None and moment.share > 0.01:
            moment = replace(moment, share=moment.share / 2)
        if killed is not None:
            kills.append(killed[0])
            expected = replace(expected, starting=killed[1] or expected.starting)
    with Batch(corpus, out, options) as batch:
        batch.process.wait(LONGEST)
        return Chain(tuple(kills), tuple(_differences(batch, expected)))


def _killed(
    corpus: Path, out: Path, options: Sequence[str], moment: Moment, expected: Undisturbed
) -> tuple[Kill, float | None] | None:
    """The kill, and when the first shard was there; None if the batch ended before."""
    with Batch(corpus, out, options) as batch:
        if not _lives_to_see(batch, moment, expected):
            return None
        seconds = batch.seconds
        batch.kill(alone=moment.alone)
        problems = [] if batch.is_gone() else [f"processes were left {GRACE:g} s after the kill"]
        batch.kill()
        problems += _unwhole(batch, expected)
        return Kill(batch.stage(), moment.alone, seconds, tuple(problems)), batch.ready


def _lives_to_see(batch: Batch, moment: Moment, expected: Undisturbed) -> bool:
    if moment.stage == "starting":
        return batch.passes(moment.share * expected.starting)
    if moment.stage == "working":
        return batch.waits(lambda: batch.has_made(moment.shards)) and batch.passes(moment.share * _BETWEEN_SHARDS)
    if moment.stage == "writing":
        return batch.waits(batch.writes) and batch.passes(moment.share * expected.writing)
    return batch.waits(batch.has_reported) and batch.passes(moment.share * expected.closing)


def _unwhole(batch: Batch, expected: Undisturbed) -> Iterator[str]:
    """What stands under its name after a kill and is not what belongs there."""
    for name, state in _files(batch.out).items():
        path = Path(name)
        within = path.relative_to(batch.out)
        if _is_whole(name) and not _is_sound(path, expected.folder / within):
            yield f"{within} is not whole after a kill"
        if "units" in path.parts and batch.before.get(name, state) != state:
            yield f"{within} was there and was made again"


def _is_sound(path: Path, expected: Path) -> bool:
    from align.batch.seal import unsealed
    from align.batch.shards import loaded

    if path.suffix == ".tsv":
        return path.read_bytes() == expected.read_bytes()
    try:
        if "units" in path.parts:
            loaded(path.read_bytes())
        elif path.suffix == ".json":
            json.loads(path.read_bytes())
        elif {"lines", "across"} & set(path.parts):
            unsealed(path.read_bytes())
    except Exception:  # whatever a reader says of what is not whole
        return False
    return True


def _differences(batch: Batch, expected: Undisturbed) -> Iterator[str]:
    """What is not as in a run that nobody disturbed, now that the batch is through."""
    if batch.process.returncode:
        yield f"ended with {batch.process.returncode}: {batch.said}"
        return
    if not batch.is_gone():
        yield f"processes were left {GRACE:g} s after the end"
    ours, theirs = (set(map(str, _made(place))) for place in (batch.out, expected.folder))
    yield from (f"{name} is there in one of the two only" for name in sorted(ours ^ theirs))
    for name in ("pairs.tsv", "rejected.tsv"):
        if (batch.out / name).read_bytes() != (expected.folder / name).read_bytes():
            yield f"{name} differs"
    if _without_times(_report(batch.out)) != _without_times(_report(expected.folder)):
        yield "report.json differs in more than times"
    before = sum(_is_whole(name) and "units" in Path(name).parts for name in batch.before)
    reused = _report(batch.out)["this_run"]["reused"]
    if reused != before:
        yield f"of {before} shards that were there {reused} were used"


def _made(folder: Path) -> Iterator[Path]:
    """What is the same after every run: outputs and shards, and nothing half written."""
    for name in _names(folder):
        path = Path(name).relative_to(folder)
        if ".align" not in path.parts or "units" in path.parts or not _is_whole(name):
            yield path


def _report(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "report.json").read_bytes())
    return found


def _without_times(report: dict[str, Any]) -> dict[str, Any]:
    documents = [{name: value for name, value in one.items() if name != "seconds"} for one in report["documents"]]
    return {**report, "documents": documents, "this_run": None}


if __name__ == "__main__":
    main()
