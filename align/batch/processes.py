"""A pool of processes that outlives its workers.

`concurrent.futures` breaks every task when one worker dies, and ends none that hangs. Here a worker that
dies costs its task once more, and one that takes too long is ended.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, TypeVar

from align.batch.engine import (
    OUT_OF_MEMORY,
    UNBOUNDED,
    Ceiling,
    Outcome,
    TooLongError,
    WorkerLostError,
    cores,
    performed,
    too_large,
)

__all__ = ["Processes", "steady"]

T = TypeVar("T")
R = TypeVar("R")

# Seconds between two looks at the clock and at whether to stop.
_TICK = 0.2

# Seconds a worker has to end a task by itself that takes too long, before it is ended. Chosen by hand.
_GRACE = 5.0

# Of <sys/prctl.h>.
_PR_SET_PDEATHSIG = 1

# What the libraries below the encoders read when they are loaded.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")


@dataclass(slots=True)
class _Worker:
    """A process, the pipe to it, and what it is doing."""

    process: SpawnProcess
    pipe: Connection
    task: Any = None
    tries: int = 0
    until: float | None = None


class Processes:
    """A pool of processes on this machine; they start with the first tasks and keep their models."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: list[_Worker] = []

    def run(
        self,
        work: Callable[[T], R],
        tasks: Sequence[T],
        *,
        ceiling: Ceiling = UNBOUNDED,
        stop: Callable[[], bool] = lambda: False,
    ) -> Iterator[Outcome[T, R]]:
        """See `align.batch.engine.Engine.run`."""
        waiting = deque((task, 1) for task in tasks)
        busy: list[_Worker] = []
        try:
            while busy or waiting:
                if stop():
                    waiting.clear()
                while waiting and len(busy) < self.workers:
                    busy.append(self._give(work, *waiting.popleft(), ceiling))
                wait([worker.pipe for worker in busy], _TICK)
                for worker in list(busy):
                    outcome = self._outcome(worker, ceiling)
                    if outcome is None:
                        continue
                    busy.remove(worker)
                    if isinstance(outcome.error, WorkerLostError) and worker.tries == 1:
                        waiting.append((worker.task, 2))
                    else:
                        yield outcome
        finally:
            for worker in busy:
                self._end(worker)

    def close(self) -> None:
        """See `align.batch.engine.Engine.close`."""
        for worker in list(self._pool):
            self._end(worker)

    def _give(self, work: Callable[[T], R], task: T, tries: int, ceiling: Ceiling) -> _Worker:
        while True:
            worker = self._free()
            try:
                worker.pipe.send((work, task, ceiling))
            except (BrokenPipeError, ConnectionResetError):  # it died while it had nothing to do
                self._end(worker)
                continue
            worker.task, worker.tries = task, tries
            worker.until = None if ceiling.seconds is None else time.monotonic() + ceiling.seconds + _GRACE
            return worker

    def _free(self) -> _Worker:
        idle = [worker for worker in self._pool if worker.task is None]
        if idle:
            return idle[0]
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        with _threads(max(1, cores() // self.workers)):
            process = _started(context, theirs)
        theirs.close()
        self._pool.append(_Worker(process, ours))
        return self._pool[-1]

    def _outcome(self, worker: _Worker, ceiling: Ceiling) -> Outcome[Any, Any] | None:
        """What became of a worker's task, and the worker is free again or gone; None while it is at work."""
        try:
            if worker.pipe.poll():
                outcome: Outcome[Any, Any] = worker.pipe.recv()
                # a task that came through the pipe and back is another object
                outcome = Outcome(worker.task, outcome.result, outcome.error)
                worker.task = None
                return outcome
        except (EOFError, OSError):
            worker.process.join(_GRACE)
            self._end(worker)
            if worker.process.exitcode == OUT_OF_MEMORY:
                return Outcome(worker.task, error=too_large(ceiling))
            return Outcome(worker.task, error=WorkerLostError(f"its worker died twice{_how(worker.process)}."))
        if worker.until is not None and time.monotonic() > worker.until:
            self._end(worker)
            return Outcome(worker.task, error=TooLongError(f"took more than {ceiling.seconds:g} s; see --time-limit."))
        return None

    def _end(self, worker: _Worker) -> None:
        if worker in self._pool:
            self._pool.remove(worker)
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()


def _started(context: SpawnContext, pipe: Connection) -> SpawnProcess:
    # A worker that starts between the terminal's Ctrl-C and its own handler would print a traceback.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if _in_main_thread() else None
    try:
        process = context.Process(target=_serve, args=(pipe, _in_main_thread()), daemon=True)
        process.start()
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)
    return process


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _how(process: SpawnProcess) -> str:
    code = process.exitcode
    if code is None or code >= 0:
        return ""
    with contextlib.suppress(ValueError):
        name = signal.Signals(-code).name
        return f" ({name}{': is there too little memory?' if name == 'SIGKILL' else ''})"
    return ""


@contextlib.contextmanager
def _threads(number: int) -> Iterator[None]:
    """Have processes that start meanwhile use so many threads each."""
    wanted = dict.fromkeys(_THREADS, str(number))
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def steady() -> None:
    """Have matrices multiplied by one thread from now on: which of several does what part can change the last bit."""
    import numpy as np  # noqa: F401 -- what is limited must be loaded
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, "blas")


def _serve(pipe: Connection, from_main_thread: bool) -> None:
    """What a worker does all its life."""
    if from_main_thread:
        _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    steady()
    while True:
        try:
            work, task, ceiling = pipe.recv()
        except (EOFError, OSError):
            return
        outcome = performed(work, task, ceiling)
        with contextlib.suppress(BrokenPipeError):
            pipe.send(Outcome(None, outcome.result, outcome.error))


def _die_with_parent() -> None:
    """Have Linux kill this process when the thread ends that started it, even in the middle of native code."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _end_with_parent() -> None:
    """End with the process that started this one, however that ends: nobody would take the results."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
