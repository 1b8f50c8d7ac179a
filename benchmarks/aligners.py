"""Our aligner and its peers on the same documents with the same encoder, in one run.

    ALIGN_DATA=path/to/data python benchmarks/aligners.py [--aligner NAME …] [--encoder NAME …] [--sets FILE …]
        [--vecalign CHECKOUT] [--bertalign CHECKOUT] [--hunalign PROGRAM]

For every set of documents and every aligner: strict and lax precision, recall and F1 as Vecalign defines
them, the lines that were encoded for each line of input, the seconds of encoding and of everything else,
and the peak memory of a process that does nothing but this. What is not installed is left out by name.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from bead_sets import WARM_UP, Bead, BeadDocument, read_set, scored  # noqa: E402
from measured import Meter, loaded_mib, metered, peak_mib, versions, write_result  # noqa: E402
from peers import ALIGNERS, Aligner, aligner_class, why_left_out  # noqa: E402

SETS = ("evb_noisy", "evb_hard", "evb_vhard", "ted_noisy", "ted_hard", "ted_vhard")
PATHS = {"bertalign": "bertalign", "hunalign": "hunalign", "vecalign": "vecalign-checkout"}
"""Options that give the checkout or program of an aligner."""


@dataclass(frozen=True, slots=True)
class Job:
    """One aligner with one encoder on one set, done in a process of its own."""

    aligner: str
    encoder: str
    set: str
    path: str | None
    limit: int | None

    @property
    def label(self) -> str:
        """How the table calls it."""
        return f"{self.aligner} {self.encoder}".rstrip()


def main() -> None:
    options = _options()
    if options.worker:
        job = Job(**json.loads(options.worker))
        options.output.write_text(json.dumps(measure(job)), encoding="utf-8")
        return
    started = time.monotonic()
    jobs, left_out = plan(options)
    for name, reason in left_out.items():
        print(f"left out: {name}: {reason}")
    print(HEADER)
    rows = []
    for job in jobs:
        row = apart(job)
        rows.append(row)
        print(line_of(job, row), flush=True)
    failed = {f"{row['aligner']} on {row['set']}": row["error"] for row in rows if "error" in row}
    write_result(
        options.output,
        {
            "versions": versions(package for job in jobs for package in aligner_class(job.aligner).packages),
            "seconds": round(time.monotonic() - started),
            "left_out": left_out,
            "failed": failed,
            "rows": [row for row in rows if "error" not in row],
        },
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("ALIGN_DATA"))
    parser.add_argument("--aligner", action="append", choices=ALIGNERS, help="may be repeated; all by default")
    parser.add_argument("--encoder", action="append", help="static and mini by default; ours also runs with auto")
    parser.add_argument("--sets", type=Path, nargs="+", help="bead sets, .gold files or folders of them")
    parser.add_argument("--limit", type=int, help="the first so many documents of every set")
    for option, name in PATHS.items():
        parser.add_argument(f"--{option}", type=Path, dest=name, help=f"where {name} is")
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks" / "results" / "aligners.json")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not (options.data or options.sets or options.worker):
        parser.error("no data: give --data or --sets, or set ALIGN_DATA")
    return options


def plan(options: argparse.Namespace) -> tuple[list[Job], dict[str, str]]:
    """What is to be measured, set by set, and why the rest is not."""
    paths = {name: getattr(options, name) for name in PATHS.values()}
    paths["bertalign-tuned"] = paths["bertalign"]
    names = options.aligner or list(ALIGNERS)
    reasons = {name: why_left_out(name, paths.get(name)) for name in names}
    sets = options.sets or [options.data / "dev" / f"{name}.json" for name in SETS] + [ROOT / "tests" / "gold"]
    jobs = [
        Job(name, encoder, str(one.resolve()), paths.get(name) and str(paths[name].resolve()), options.limit)
        for one in sets
        for name in names
        if not reasons[name]
        for encoder in _encoders(name, options.encoder or ["static", "mini"])
    ]
    return jobs, {name: reason for name, reason in reasons.items() if reason}


def _encoders(aligner: str, wanted: Sequence[str]) -> list[str]:
    own = aligner_class(aligner).encoders
    return [name for name in own if name != "any"] + (list(wanted) if "any" in own else []) or [""]


def apart(job: Job) -> dict[str, object]:
    """Measure in a process of its own; if it dies, the last words it said."""
    with TemporaryDirectory() as folder:
        output = Path(folder, "result.json")
        command = [sys.executable, __file__, "--worker", json.dumps(asdict(job)), "--output", str(output)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return json.loads(output.read_text(encoding="utf-8"))
    error = (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
    return {"aligner": job.label, "set": _set_name(job.set), "error": error}


def measure(job: Job) -> dict[str, object]:
    """One row of the result."""
    documents = read_set(Path(job.set))[: job.limit]
    with metered() as meters:
        aligner = aligner_class(job.aligner)(job.encoder, Path(job.path) if job.path else None)
        aligner.align(WARM_UP.vi, WARM_UP.en)
        for meter in meters:
            meter.reset()
        loaded, started = loaded_mib(), time.perf_counter()
        found, failures = zip(*(_aligned(aligner, document, meters) for document in documents), strict=True)
        seconds = time.perf_counter() - started
        peak = peak_mib()
    quality = scored(zip(documents, found, strict=True))
    lines = sum(len(document.vi) + len(document.en) for document in documents)
    encoding, encoded = sum(meter.seconds for meter in meters), sum(meter.lines for meter in meters)
    return {
        "aligner": job.label,
        "set": _set_name(job.set),
        "documents": len(documents),
        "lines": lines,
        "strict": _rounded(asdict(quality.strict)),
        "lax": _rounded(asdict(quality.lax)),
        "calibration_error": quality.calibration_error and round(quality.calibration_error, 4),
        "lines_encoded": {meter.name: meter.lines for meter in meters},
        "encoded_per_line": round(encoded / lines, 3),
        "encoding_seconds": round(encoding, 2),
        "aligning_seconds": round(seconds - encoding, 2),
        "pairs_per_second": round(sum(document.pairs for document in documents) / seconds, 1),
        "peak_mib": peak,
        "loaded_mib": loaded,
        "failed_documents": [failure for failure in failures if failure],
        "signature": signature(job, aligner, meters),
    }


def _aligned(
    aligner: Aligner, document: BeadDocument, meters: Sequence[Meter]
) -> tuple[dict[Bead, float | None], str | None]:
    """The beads; of a document on which an aligner fails none, and why."""
    for meter in meters:
        meter.next_document()
    try:
        return dict(aligner.align(document.vi, document.en)), None
    except Exception as error:  # a peer may raise anything
        return {}, f"{document.id}: {type(error).__name__}: {error}"


def signature(job: Job, aligner: Aligner, meters: Sequence[Meter]) -> str:
    """What the figures are of, in one line."""
    packages = [f"{name} {number}" for name, number in versions(aligner.packages[:1]).items()]
    parts = [*(packages or [job.aligner]), *(f"{key}:{value}" for key, value in aligner.settings.items())]
    parts += [f"encoder:{meter.name} {str(getattr(meter, 'fingerprint', ''))[:12]}".rstrip() for meter in meters]
    return "|".join([*parts, f"set:{_set_name(job.set)}", *([f"limit:{job.limit}"] if job.limit else [])])


def _set_name(path: str) -> str:
    return Path(path).stem


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(figure, 4) for name, figure in figures.items()}


HEADER = (
    f"{'set':10} {'aligner':24} {'strict F1':>9} {'lax F1':>7} {'P':>6} {'R':>6}"
    f" {'encoded':>8} {'enc. s':>7} {'align s':>7} {'pairs/s':>8} {'MiB':>6}"
)


def line_of(job: Job, row: dict) -> str:
    """One row of the table, under `HEADER`."""
    start = f"{row['set']:10} {job.label:24}"
    if "error" in row:
        return f"{start} failed: {row['error']}"
    strict, failed = row["strict"], len(row["failed_documents"])
    return (
        f"{start} {strict['f1']:9.4f} {row['lax']['f1']:7.4f} {strict['precision']:6.3f} {strict['recall']:6.3f}"
        f" {row['encoded_per_line']:7.2f}x {row['encoding_seconds']:7.2f} {row['aligning_seconds']:7.2f}"
        f" {row['pairs_per_second']:8.1f} {row['peak_mib']:6}" + (f"  failed on {failed}" if failed else "")
    )


if __name__ == "__main__":
    main()
