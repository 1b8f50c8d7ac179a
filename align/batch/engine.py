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
import functools
import os
import pickle
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeAlias, TypeVar

from align.errors import AlignError, EngineError

__all__ = [
    "UNBOUNDED",
    "Ceiling",
    "Engine",
    "EngineName",
    "InProcess",
    "Outcome",
    "TooLongError",
    "WorkerLostError",
    "cores",
    "engine_for",
    "performed",
]

T = TypeVar("T")
R = TypeVar("R")

EngineName: TypeAlias = Literal["local", "dask"]

_MEBIBYTE = 1 << 20


class WorkerLostError(EngineError):
    """A worker ended in the middle of a task, and so did the one that tried again."""


class TooLongError(EngineError):
    """A task took longer than it may."""


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
    """Do one task under a ceiling, whichever process this is."""
    try:
        with _memory_bound(ceiling.mebibytes), _time_bound(ceiling.seconds):
            return Outcome(task, work(task))
    except TooLongError:
        return Outcome(task, error=TooLongError(f"took more than {ceiling.seconds:g} s; see --time-limit."))
    except MemoryError:
        limit = f" of {ceiling.mebibytes:,} MiB" if ceiling.mebibytes else ""
        return Outcome(task, error=AlignError(f"does not fit in the memory{limit}; see --memory-limit."))
    except Exception as error:
        return Outcome(task, error=_picklable(error))


def _picklable(error: Exception) -> Exception:
    """An error as it can be sent: one of a library may not know how to be made again."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return AlignError(f"{type(error).__name__}: {error}")
    return error


@contextlib.contextmanager
def _time_bound(seconds: float | None) -> Iterator[None]:
    """Raise `TooLongError` in this thread once the time is over; what runs outside of Python ends first."""
    if seconds is None:
        yield
        return
    thread, lock, over = threading.get_ident(), threading.Lock(), False

    def end() -> None:
        with lock:
            if not over:
                _raise_in(thread, TooLongError)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with lock:
            over = True
            # one that was called for and has not come yet must not come later
            _raise_in(thread, None)
        timer.cancel()


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error) if error else None)


@contextlib.contextmanager
def _memory_bound(mebibytes: int | None) -> Iterator[None]:
    """Let this process grow by so much and no more; does nothing where the system has no such limit."""
    held = _address_space()
    if mebibytes is None or held is None:
        yield
        return
    import resource

    usual = resource.getrlimit(resource.RLIMIT_AS)
    wanted = held + mebibytes * _MEBIBYTE
    if usual[0] != resource.RLIM_INFINITY:
        wanted = min(wanted, usual[0])
    resource.setrlimit(resource.RLIMIT_AS, (wanted, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, usual)


def _address_space() -> int | None:
    """Bytes of address space this process has; None where that cannot be told."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * _page_size()
    except OSError:
        return None


@functools.cache
def _page_size() -> int:
    return os.sysconf("SC_PAGE_SIZE")
