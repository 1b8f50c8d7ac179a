"""A batch: what is to do, what is done, and what comes of it.

All state is what lies in the output folder: under `.align/units` a shard for each input, named by the input, its
state and the settings. What has a shard is done. So a batch that was stopped, killed or cut off goes on by the same
command, a changed input is done anew and nothing else, and what comes out depends on nothing but inputs and settings.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Protocol

from align.batch.across import LineReader, leave_lines, mine_across
from align.batch.engine import UNBOUNDED, Ceiling, Engine, TooLargeError, TooLongError, WorkerLostError
from align.batch.outputs import REPORT, OutputSettings, output_names, write_outputs
from align.batch.seal import DamagedError, unsealed
from align.batch.shards import Shard, loaded
from align.batch.stages import Stages, StoppedError, read_sealed
from align.batch.store import FolderStore, Store, store_at
from align.batch.summary import Summary, dump
from align.batch.work import Done, Task, Worker, WorkSettings, hearing, signature_of, state_of
from align.errors import AlignError, EncoderError, EngineError, InputError, OutputError
from align.formats.urls import as_local, is_url

if TYPE_CHECKING:
    from align.batch.plan import Item, Plan

__all__ = ["STATE", "FailedFastError", "Listener", "StoppedError", "locked", "run_batch"]

STATE = ".align"
"""The folder in the output folder that holds what a batch knows of itself."""

_JOB = f"{STATE}/job.json"
_UNITS = f"{STATE}/units"

# So often what is found to be damaged when it is put together is done again.
_ROUNDS = 3


class FailedFastError(AlignError):
    """An input failed in a batch that was to stop there."""


class Listener(Protocol):
    """Who is told how a batch gets on."""

    def progress(self, done: int, total: int, segments: int) -> None:
        """So many of all documents are done, and so many segments were looked at in this run."""
        ...

    def stage(self, name: str, done: int, total: int) -> None:
        """So many parts of a stage behind the documents are done."""
        ...

    def failed(self, reason: str) -> None:
        """A document could not be done."""
        ...

    def say(self, words: str) -> None:
        """Something the user should know."""
        ...


@dataclass(frozen=True, slots=True)
class _Job:
    """Who does what where, for all stages of a batch."""

    store: Store
    settings: WorkSettings
    engine: Engine
    listener: Listener
    ceiling: Ceiling = UNBOUNDED
    fail_fast: bool = False
    stop: Callable[[], bool] = field(default=lambda: False)
    heard: Sequence[str] = ()


def run_batch(
    plan: Plan,
    folder: str,
    engine: Engine,
    listener: Listener,
    *,
    settings: WorkSettings,
    outputs: OutputSettings,
    ceiling: Ceiling = UNBOUNDED,
    fail_fast: bool = False,
    restart: bool = False,
    stop: Callable[[], bool] = lambda: False,
    write: Write | None = None,
) -> Summary:
    """Do what of a plan is not done yet, and put everything together.

    :param folder: the output folder or URL; call this under `locked`
    :param ceiling: what one document may take
    :param restart: forget what was done before
    :param stop: see `align.batch.engine.Engine.run`
    :param write: what writes the result, if that is not to lie in the folder
    :raises StoppedError: if it was stopped; what was done is kept
    :raises FailedFastError: if an input failed that was not to
    :raises OutputError: if the folder holds what does not belong to this batch, or cannot be written
    """
    store = store_at(folder)
    started = time.perf_counter()
    with hearing() as heard:
        signature = signature_of(settings)
    for words in heard:
        listener.say(f"align: {words}")
    before = _begun(store, signature, outputs, restart=restart)
    job = _Job(store, settings, engine, listener, ceiling, fail_fast, stop, heard)
    tasks, failures = _tasks(plan.items, signature)
    there = set(store.names(_UNITS))
    reused = sum(task.shard in there for task in tasks.values())
    failures |= _worked(job, {stem: task for stem, task in tasks.items() if task.shard not in there}, len(tasks))
    worked = time.perf_counter()
    stages = Stages(store, engine, listener.stage, stop)
    with stages.timed("outputs"):
        summary = _put_together(job, plan, tasks, failures, outputs, signature, stages, write or _into(folder, outputs))
    summary.reused = reused
    summary.seconds = {"work": worked - started, **stages.seconds}
    names = [] if write else output_names(outputs, plan.items, summary.exported + summary.pages.pairs)
    _tidy(store, tasks, before, names)
    _write_job(store, signature, names)
    store.write(REPORT, dump(summary.data(list(plan.problems))))
    if summary.across:
        leave_lines(store, summary.across)
    return summary


Write = Callable[[Iterator[tuple["Item", Shard | None]], list[tuple[str, str]], Summary], None]
"""What writes results: the items with what was found in each, name and reason of what failed, and what counts."""


def _into(folder: str, outputs: OutputSettings) -> Write:
    return lambda shards, failures, summary: write_outputs(folder, shards, failures, outputs, summary)


@contextlib.contextmanager
def locked(folder: str) -> Iterator[None]:
    """Have an output folder for oneself; it is made if it is not there.

    A folder at a URL cannot be locked.

    :raises OutputError: if another batch is at work there, or the folder cannot be made or written to
    """
    folder = as_local(folder)
    if is_url(folder):
        yield
        return
    from filelock import FileLock, Timeout

    lock = FileLock(os.path.join(folder, STATE, "lock"), timeout=0)
    try:
        os.makedirs(os.path.join(folder, STATE), exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise OutputError(f"{folder}: another batch is at work there; wait for it, or name another folder.") from error
    except (OSError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OutputError(f"{folder}: cannot be used ({reason}); choose another folder with -o.") from error
    try:
        FolderStore(folder).remove_parts()
        yield
    finally:
        FolderStore(folder).remove_parts()
        lock.release()


def _begun(store: Store, signature: dict[str, Any], outputs: OutputSettings, *, restart: bool) -> list[str]:
    """See whether this batch may go on in a folder; returns the names of an earlier run's outputs.

    :raises OutputError: if the settings are others, or there are outputs that no batch made
    """
    try:
        job = json.loads(store.read(_JOB))
        kept: list[str] = job["outputs"]
        known: dict[str, Any] = job["settings"]
    except FileNotFoundError:
        _refuse_strangers(store, outputs)
        kept, known = [], signature
    except (ValueError, KeyError, TypeError):
        if not restart:
            raise OutputError(
                f"{store.place}/{_JOB}: is damaged, so that it is not known what the folder holds; begin anew with "
                "--restart, or name another folder with -o."
            ) from None
        kept, known = [], signature
    if restart:
        for name in store.names(STATE):
            if name != f"{STATE}/lock":
                store.remove(name)
    elif json.loads(json.dumps(signature)) != known:
        raise OutputError(f"{store.place}: {_difference(known, signature)}")
    _write_job(store, signature, kept)
    return kept


def _refuse_strangers(store: Store, outputs: OutputSettings) -> None:
    for name in [*(output_names(outputs, [], 0)), REPORT]:
        if store.has(name):
            raise OutputError(
                f"{store.place}/{name}: is there already and was not made by a batch; name another folder with -o."
            )


def _difference(known: dict[str, Any], wanted: dict[str, Any]) -> str:
    names = [name for name in wanted if known.get(name) != json.loads(json.dumps(wanted[name]))]
    told = [f"{name} {known.get(name)}, now {wanted[name]}" for name in names if name != "models"]
    return (
        f"holds what was made with other settings ({'; '.join(told) or 'other models'}), and results would be mixed; "
        "use the same ones, name another folder with -o, or begin anew with --restart."
    )


def _write_job(store: Store, signature: dict[str, Any], outputs: Sequence[str]) -> None:
    store.write(_JOB, (json.dumps({"settings": signature, "outputs": list(outputs)}, indent=1) + "\n").encode())


def _tasks(items: Sequence[Item], signature: dict[str, Any]) -> tuple[dict[str, Task], dict[str, str]]:
    """A task for each item by its stem; and why there is none for the others."""
    tasks: dict[str, Task] = {}
    failures: dict[str, str] = {}
    settings = json.dumps(signature, sort_keys=True)
    for item in items:
        try:
            states = tuple(state_of(one.path) for one in item.inputs)
        except InputError as error:
            failures[item.stem] = str(error)
            continue
        parts = [settings, item.stem, *(one.id for one in item.inputs), *states]
        digest = blake2b("\x1e".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        tasks[item.stem] = Task(f"{_UNITS}/{digest[:2]}/{digest}", item.stem, item.inputs, states)
    return tasks, failures


def _worked(job: _Job, todo: dict[str, Task], total: int) -> dict[str, str]:
    """Do tasks; returns the reasons of those that failed, by their stems."""
    failures: dict[str, str] = {}
    done, segments = total - len(todo), 0
    told = set(job.heard)
    job.listener.progress(done, total, segments)
    work = (LineReader if job.settings.across else Worker)(job.store, job.settings)
    outcomes = job.engine.run(work, list(todo.values()), ceiling=job.ceiling, stop=job.stop)
    with contextlib.closing(outcomes) as coming:  # type: ignore[type-var]
        for outcome in coming:
            done += 1
            if outcome.error is not None:
                reason = _reason(outcome.task, outcome.error)
                failures[outcome.task.stem] = reason
                job.listener.failed(reason)
                if job.fail_fast:
                    raise FailedFastError(
                        f"stopped at the first document that failed; {done - 1:,} of {total:,} are done."
                    )
            else:
                assert isinstance(outcome.result, Done)
                segments += outcome.result.segments
                for warning in set(outcome.result.warnings) - told:
                    told.add(warning)
                    job.listener.say(f"align: {warning}")
            job.listener.progress(done, total, segments)
    if done < total:
        raise StoppedError(f"stopped; {done - len(failures):,} of {total:,} documents are done.")
    return failures


def _reason(task: Task, error: Exception) -> str:
    """Why a document failed, in words.

    :raises AlignError: the error itself if it is none of the document's
    """
    if isinstance(error, (OutputError, EncoderError)):
        raise error
    if isinstance(error, EngineError) and not isinstance(error, (TooLargeError, TooLongError, WorkerLostError)):
        raise error
    if isinstance(error, AlignError) and not isinstance(error, EngineError) and ":" in str(error):
        return str(error)
    if isinstance(error, AlignError):
        return f"{task.stem}: {error}"
    return f"{task.stem}: failed in a way that was not foreseen ({type(error).__name__}: {error})."


def _put_together(
    job: _Job,
    plan: Plan,
    tasks: dict[str, Task],
    failures: dict[str, str],
    outputs: OutputSettings,
    signature: dict[str, Any],
    stages: Stages,
    write: Write,
) -> Summary:
    """Write all outputs; what turns out to be damaged on the way is done again first."""
    for _ in range(_ROUNDS):
        summary = Summary(signature, outputs.least, outputs.only, lines=job.settings.lines)
        shards = _shards(job.store, plan.items, tasks, failures, summary)
        try:
            if job.settings.across:
                with stages.timed("documents"):
                    held = list(shards)
                summary.across = mine_across(held, stages, job.settings, notice=job.listener.say)
                shards = iter(summary.across.shards)
            write(shards, sorted([*plan.problems, *failures.items()]), summary)
            return summary
        except DamagedError as damaged:
            known = {task.shard: task for task in tasks.values()}
            what = known[damaged.name].stem if damaged.name in known else f"a result of {job.store.place}"
            job.listener.say(f"align: {what}: its result in {STATE} is damaged or gone; it is done again.")
            job.store.remove(damaged.name)
            again = [other for other in tasks.values() if _is_damaged(job.store, other, failures)]
            failures |= _worked(job, {other.stem: other for other in again}, len(again))
    raise OutputError(f"{job.store.place}: results are damaged as soon as they are written; is the disk sound?")


def _is_damaged(store: Store, task: Task, failures: dict[str, str]) -> bool:
    if task.stem in failures:
        return False
    try:
        read_sealed(store, task.shard, unsealed)
    except DamagedError:
        return True
    return False


def _shards(
    store: Store, items: Sequence[Item], tasks: dict[str, Task], failures: dict[str, str], summary: Summary
) -> Iterator[tuple[Item, Shard | None]]:
    for item in items:
        if item.stem in failures:
            summary.fail(item, failures[item.stem])
            yield item, None
        else:
            yield item, read_sealed(store, tasks[item.stem].shard, loaded)


def _tidy(store: Store, tasks: dict[str, Task], before: Sequence[str], now: Sequence[str]) -> None:
    """Remove the shards of inputs that are no more or were others, and an earlier run's outputs of other names."""
    wanted = {task.shard for task in tasks.values()}
    for name in [*(name for name in store.names(_UNITS) if name not in wanted), *(set(before) - set(now))]:
        store.remove(name)
