"""Stages of a batch whose work units leave files: what is there already is not done again."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from align.batch.engine import UNBOUNDED, Ceiling, Engine
from align.batch.seal import DamagedError
from align.batch.store import Store
from align.errors import AlignError

__all__ = ["Stages", "StoppedError", "Unit", "read_sealed"]

R = TypeVar("R")


class StoppedError(AlignError):
    """A batch was asked to stop before it was through."""


class Unit(Protocol):
    """A task that leaves one file.

    :ivar shard: its name in the store
    """

    @property
    def shard(self) -> str:
        """The name of the file."""
        ...


U = TypeVar("U", bound=Unit)


@dataclass(slots=True)
class Stages:
    """Runs one stage after the other, and keeps the time.

    :ivar progress: told the name of a stage, how many of its units are done, and of how many
    :ivar seconds: that each stage took in this run, work in this process included
    """

    store: Store
    engine: Engine
    progress: Callable[[str, int, int], None]
    stop: Callable[[], bool] = lambda: False
    seconds: dict[str, float] = field(default_factory=dict)
    _within: list[float] = field(default_factory=list)

    def run(
        self,
        stage: str,
        work: Callable[[U], Any],
        units: Sequence[U],
        *,
        ceiling: Ceiling = UNBOUNDED,
        failed: Callable[[U], None] | None = None,
    ) -> None:
        """Do all units whose file is not there.

        :param ceiling: what one unit may take
        :param failed: told the units that raise something, where that is not to end the stage
        :raises StoppedError: if it was stopped; what was done is kept
        :raises DamagedError: if a unit found the file of an earlier one damaged
        :raises AlignError: whatever else a unit raises
        """
        todo = [unit for unit in units if not self.store.has(unit.shard)]
        done = len(units) - len(todo)
        self.progress(stage, done, len(units))
        outcomes = self.engine.run(work, todo, ceiling=ceiling, stop=self.stop)
        with self.timed(stage), contextlib.closing(outcomes):  # type: ignore[type-var]
            for outcome in outcomes:
                if outcome.error is not None:
                    if failed is None:
                        raise outcome.error
                    failed(outcome.task)
                done += 1
                self.progress(stage, done, len(units))
        if done < len(units):
            raise StoppedError(f"stopped; of {stage}, {done:,} of {len(units):,} parts are done.")

    @contextlib.contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Count the time of what is done under this to a stage; that of a stage within it is its own."""
        started = time.perf_counter()
        self._within.append(0.0)
        try:
            yield
        finally:
            passed = time.perf_counter() - started
            self.seconds[stage] = self.seconds.get(stage, 0.0) + passed - self._within.pop()
            if self._within:
                self._within[-1] += passed


def read_sealed(store: Store, name: str, reader: Callable[[bytes], R]) -> R:
    """What a reader finds in a file that was sealed.

    :raises DamagedError: if it is damaged or gone, with its name
    """
    try:
        return reader(store.read(name))
    except (DamagedError, FileNotFoundError):
        raise DamagedError(name) from None
