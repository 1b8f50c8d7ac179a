"""Tasks on a Dask cluster: one of its own on this machine, or the workers of a scheduler that is running."""

from __future__ import annotations

import contextlib
import functools
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from align.batch.engine import UNBOUNDED, Ceiling, Outcome, WorkerLostError, cores, performed
from align.batch.processes import steady
from align.errors import EngineError

if TYPE_CHECKING:
    from distributed import Future

__all__ = ["Cluster"]

T = TypeVar("T")
R = TypeVar("R")

# Tasks that are with the scheduler for each worker: enough that none waits, few enough to be stopped soon.
_AHEAD = 4

# Seconds between two looks at whether to stop.
_TICK = 0.5

# Seconds to wait for a scheduler, and for a worker to be there at all. Chosen by hand.
_PATIENCE = 60.0


class Cluster:
    """The workers of a Dask cluster."""

    def __init__(self, workers: int | None = None, scheduler: str | None = None) -> None:
        """
        :param workers: of a cluster of its own; None is one for each core
        :param scheduler: the address of one that is running instead
        :raises EngineError: if Dask is not installed or the scheduler cannot be reached
        """
        try:
            from distributed import Client
        except ImportError as error:
            raise EngineError("--engine dask needs Dask: pip install 'align-vi-en[dask]'.") from error
        _hush()
        self._cluster: Any = None
        if scheduler is None:
            self._cluster = _own_cluster(workers or cores())
        try:
            self._client = Client(scheduler or self._cluster, timeout=_PATIENCE, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise EngineError(
                f"{scheduler}: no Dask scheduler answers there ({error or type(error).__name__})."
            ) from error
        self.workers = workers or max(1, sum(self._client.nthreads().values()))

    def run(
        self,
        work: Callable[[T], R],
        tasks: Sequence[T],
        *,
        ceiling: Ceiling = UNBOUNDED,
        stop: Callable[[], bool] = lambda: False,
    ) -> Iterator[Outcome[T, R]]:
        """See `align.batch.engine.Engine.run`."""
        waiting = deque(tasks)
        given: dict[Future[Any], T] = {}
        seen = time.monotonic()
        call = functools.partial(_performed, work, ceiling)
        try:
            while given or waiting:
                if stop():
                    waiting.clear()
                workers = max(1, len(self._client.nthreads()))
                while waiting and len(given) < workers * _AHEAD:
                    task = waiting.popleft()
                    given[self._client.submit(call, task, pure=False)] = task
                done = self._done(list(given))
                if done or len(self._client.nthreads()):
                    seen = time.monotonic()
                elif time.monotonic() - seen > _PATIENCE:
                    raise EngineError(f"the Dask cluster had no worker for {_PATIENCE:g} s; start one and try again.")
                for future in done:
                    # a future that is held is done again when the worker that has its result dies
                    yield _outcome(future, given.pop(future))
                    future.release()
        finally:
            with contextlib.suppress(Exception):
                self._client.cancel(list(given), force=True)

    def _done(self, futures: list[Future[Any]]) -> list[Future[Any]]:
        from distributed import wait

        try:
            with self._client.as_current():
                found = wait(futures, timeout=_TICK, return_when="FIRST_COMPLETED")
        except TimeoutError:
            return []
        return list(found.done)

    def close(self) -> None:
        """See `align.batch.engine.Engine.close`."""
        for part in (self._client, self._cluster):
            if part is not None:
                with contextlib.suppress(Exception):
                    part.close(timeout=10)


def _performed(work: Callable[[T], R], ceiling: Ceiling, task: T) -> Outcome[None, R]:
    _once()
    outcome = performed(work, task, ceiling)
    return Outcome(None, outcome.result, outcome.error)


@functools.cache
def _once() -> None:
    steady()


def _own_cluster(workers: int) -> Any:
    from distributed import LocalCluster

    cluster = LocalCluster(
        n_workers=0,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        memory_limit=0,
    )
    # measured: with a fixed number a cluster can hang for ever after some deaths; this starts new workers
    cluster.adapt(minimum=workers, maximum=workers, interval="1s")
    return cluster


def _outcome(future: Future[Any], task: T) -> Outcome[T, Any]:
    from distributed.scheduler import KilledWorker

    try:
        found: Outcome[None, Any] = future.result(timeout=_PATIENCE)
    except KilledWorker:
        return Outcome(task, error=WorkerLostError("its workers died one after the other; is there too little memory?"))
    except Exception as error:  # what Dask itself could not do, such as sending the task
        return Outcome(task, error=error)
    return Outcome(task, found.result, found.error)


def _hush() -> None:
    """Keep what Dask says about workers that come and go off standard error."""
    for name in ("distributed", "distributed.nanny", "distributed.worker", "distributed.scheduler", "distributed.core"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
