"""Who does the work: this process, several, or the workers of a Dask cluster.

A stage gives an engine a function and its tasks and takes the outcomes as they come; it sees neither
processes nor schedulers. The function is picklable, leaves its result in a store and returns little.

    InProcess    one task after the other, here
    Processes    a pool on this machine (`align.batch.processes`)
    Cluster      Dask, here or at the address of a scheduler (`align.batch.cluster`)
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import pickle
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeAlias, TypeVar

from align.errors import AlignError, EngineError

__all__ = [
    "OUT_OF_MEMORY",
    "UNBOUNDED",
    "Ceiling",
    "Engine",
    "EngineName",
    "InProcess",
    "Outcome",
    "TooLargeError",
    "TooLongError",
    "WorkerLostError",
    "cores",
    "engine_for",
    "performed",
    "too_large",
]

T = TypeVar("T")
R = TypeVar("R")

EngineName: TypeAlias = Literal["local", "dask"]

_MEBIBYTE = 1 << 20

OUT_OF_MEMORY = 77
"""What a worker process exits with that cannot be stopped from taking more memory than it may."""

# Seconds between two glances at the memory, and until a task must have ended that took too much. Chosen by hand.
_GLANCE, _GRACE = 0.05, 1.0


class WorkerLostError(EngineError):
    """A worker ended in the middle of a task, and so did the one that tried again."""


class TooLongError(EngineError):
    """A task took longer than it may."""


class TooLargeError(EngineError):
    """A task took more memory than it may, or than there is."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What one task may take; None for as much as it wants.

    :param seconds: of time
    :param mebibytes: of memory, beside what the worker held before
    """

    seconds: float | None = None
    mebibytes: int | None = None


UNBOUNDED = Ceiling()
"""No ceiling at all."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T, R]):
    """What became of a task: its result, or why there is none.

    Invariant: where `error` is None, `result` is what the function returned.
    """

    task: T
    result: R | None = None
    error: Exception | None = None


class Engine(Protocol):
    """Something that gets tasks done.

    :ivar workers: how many tasks it does at a time, for messages
    """

    @property
    def workers(self) -> int:
        """How many tasks are done at a time, as far as is known."""
        ...

    def run(
        self,
        work: Callable[[T], R],
        tasks: Sequence[T],
        *,
        ceiling: Ceiling = UNBOUNDED,
        stop: Callable[[], bool] = lambda: False,
    ) -> Iterator[Outcome[T, R]]:
        """Do all tasks, each once or, where a worker is lost, once more.

        :param work: picklable; what it raises becomes the outcome's error
        :param ceiling: for each task
        :param stop: asked now and then; once it is true, tasks that are under way are finished and no more begun
        :returns: outcomes as they come, in any order
        """
        ...

    def close(self) -> None:
        """Let the workers go; those that are at work are ended."""
        ...


class InProcess:
    """One task after the other in this process, where no other worker has to be waited for."""

    workers = 1

    def run(
        self,
        work: Callable[[T], R],
        tasks: Sequence[T],
        *,
        ceiling: Ceiling = UNBOUNDED,
        stop: Callable[[], bool] = lambda: False,
    ) -> Iterator[Outcome[T, R]]:
        """See `Engine.run`."""
        from threadpoolctl import threadpool_limits

        for task in tasks:
            if stop():
                return
            with threadpool_limits(1, "blas"):
                outcome = performed(work, task, ceiling)
            yield outcome

    def close(self) -> None:
        """See `Engine.close`."""


def engine_for(name: EngineName, workers: int | None = None, scheduler: str | None = None) -> Engine:
    """The engine of that name.

    :param workers: None is one for each core; with a scheduler, what it has
    :param scheduler: the address of a Dask scheduler that is running
    :raises EngineError: if it cannot be had
    """
    if name == "dask":
        from align.batch.cluster import Cluster

        return Cluster(workers, scheduler)
    workers = workers or cores()
    if workers == 1:
        return InProcess()
    from align.batch.processes import Processes

    return Processes(workers)


def cores() -> int:
    """The processor's cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def performed(work: Callable[[T], R], task: T, ceiling: Ceiling) -> Outcome[T, R]:
    """Do one task under a ceiling, whichever process this is.

    What has a method ``prepare`` is given the task before, without a ceiling, to load what it needs.
    """
    try:
        if hasattr(work, "prepare"):
            work.prepare(task)
        with _bound(ceiling):
            return Outcome(task, work(task))
    except _OverTime:
        return Outcome(task, error=TooLongError(f"took more than {ceiling.seconds:g} s; see --time-limit."))
    except (_OverMemory, MemoryError):
        return Outcome(task, error=too_large(ceiling))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # libraries written in Rust raise what is no Exception
        return Outcome(task, error=_picklable(error))


def _picklable(error: BaseException) -> Exception:
    """An error as it can be sent: one of a library may not know how to be made again."""
    if not isinstance(error, Exception):
        return AlignError(f"{type(error).__name__}: {error}")
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return AlignError(f"{type(error).__name__}: {error}")
    return error


def too_large(ceiling: Ceiling) -> TooLargeError:
    """Why a task was ended that took too much memory."""
    limit = f" of {ceiling.mebibytes:,} MiB" if ceiling.mebibytes else ""
    return TooLargeError(f"does not fit in the memory{limit}; see --memory-limit.")


@contextlib.contextmanager
def _bound(ceiling: Ceiling) -> Iterator[None]:
    """Raise in this thread once a ceiling is reached; what runs outside of Python ends first."""
    if ceiling == UNBOUNDED:
        yield
        return
    thread, lock, over = threading.get_ident(), threading.Lock(), threading.Event()

    def watch() -> None:
        error = _reached(ceiling, over)
        with lock:
            if error is not None and not over.is_set():
                _raise_in(thread, error)
        if error is _OverMemory and not over.wait(_GRACE) and multiprocessing.parent_process() is not None:
            os._exit(OUT_OF_MEMORY)

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        with lock:
            over.set()
            # one that was called for and has not come yet must not come later
            _raise_in(thread, None)


class _OverTime(BaseException):
    """Raised in a task: no Exception, so that no library takes it for one of its own."""


class _OverMemory(BaseException):
    """See `_OverTime`."""


def _reached(ceiling: Ceiling, over: threading.Event) -> type[BaseException] | None:
    """Wait until a task is over, or too much; returns what is to be raised."""
    until = None if ceiling.seconds is None else time.monotonic() + ceiling.seconds
    most = None if ceiling.mebibytes is None else _resident() + ceiling.mebibytes * _MEBIBYTE
    while True:
        left = None if until is None else max(0.0, until - time.monotonic())
        if over.wait(left if most is None else min(_GLANCE, _GLANCE if left is None else left)):
            return None
        if until is not None and time.monotonic() >= until:
            return _OverTime
        if most is not None and _resident() > most:
            return _OverMemory


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error) if error else None)


def _resident() -> int:
    """Bytes of memory that this process holds; 0 where that cannot be told."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
