"""All engines keep one contract: every task gets one outcome, whatever becomes of it or of its worker."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from align.batch.engine import Ceiling, Engine, InProcess, Outcome, TooLongError, WorkerLostError, engine_for
from align.batch.processes import Processes
from align.errors import EngineError, InputError

ENGINES = ("one", "pool", "dask")


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "dask":
        pytest.importorskip("distributed")
        made = engine_for("dask", 2)
    else:
        made = engine_for("local", 1 if request.param == "one" else 2)
    yield made
    made.close()


@pytest.fixture(params=("pool", "dask"))
def several(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "dask":
        pytest.importorskip("distributed")
    made = engine_for("dask" if request.param == "dask" else "local", 2)
    yield made
    made.close()


def double(number: int) -> int:
    return number * 2


def refuse_odd(number: int) -> int:
    if number % 2:
        raise InputError(f"{number}: is odd")
    return number


class UnsendableError(Exception):
    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} and {other}")


def raise_unsendable(number: int) -> int:
    raise UnsendableError(number, number)


def die_once(folder: str, number: int) -> int:
    """Kill the worker at the first try of each third task."""
    mark = Path(folder, str(number))
    tried = mark.exists()
    mark.write_text("tried", "utf-8")
    if number % 3 == 0 and not tried:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def always_die(number: int) -> int:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def take_long(number: int) -> int:
    if number == 1:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            pass
    return number


def take_much(number: int) -> int:
    if number == 1:
        return int(np.ones(1 << 28, np.float64)[0])
    return number


def slow(number: int) -> int:
    time.sleep(0.05)
    return number


def threads_of_blas(_: int) -> list[int]:
    from threadpoolctl import threadpool_info

    return [found["num_threads"] for found in threadpool_info() if found["user_api"] == "blas"]


def numbers(outcomes: Iterator[Outcome[int, int]]) -> dict[int, int | None]:
    return {outcome.task: outcome.result for outcome in outcomes}


def test_every_task_gets_its_outcome(engine: Engine) -> None:
    assert numbers(engine.run(double, range(20))) == {number: 2 * number for number in range(20)}
    assert list(engine.run(double, [])) == []


def test_what_a_task_raises_is_its_outcome_and_the_rest_goes_on(engine: Engine) -> None:
    found = {outcome.task: outcome for outcome in engine.run(refuse_odd, range(6))}
    assert [found[number].result for number in (0, 2, 4)] == [0, 2, 4]
    assert all(isinstance(found[number].error, InputError) for number in (1, 3, 5))
    assert str(found[3].error) == "3: is odd"


def test_an_error_that_cannot_be_sent_is_told_in_words(engine: Engine) -> None:
    (outcome,) = engine.run(raise_unsendable, [7])
    assert "7 and 7" in str(outcome.error)


def test_a_task_that_takes_too_long_is_ended_and_the_rest_goes_on(engine: Engine) -> None:
    found = {outcome.task: outcome for outcome in engine.run(take_long, range(4), ceiling=Ceiling(seconds=0.5))}
    assert isinstance(found[1].error, TooLongError)
    assert [found[number].result for number in (0, 2, 3)] == [0, 2, 3]


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux")
def test_a_task_that_takes_too_much_memory_is_ended_and_the_rest_goes_on(engine: Engine) -> None:
    found = {outcome.task: outcome for outcome in engine.run(take_much, range(4), ceiling=Ceiling(mebibytes=500))}
    assert "500 MiB" in str(found[1].error)
    assert [found[number].result for number in (0, 2, 3)] == [0, 2, 3]


def test_no_task_is_begun_once_it_is_to_stop(engine: Engine) -> None:
    done: list[int] = []
    done.extend(outcome.task for outcome in engine.run(slow, range(1000), stop=lambda: len(done) >= 5))
    assert 5 <= len(done) < 100
    assert numbers(engine.run(double, [4])) == {4: 8}


def test_a_run_that_is_left_leaves_the_engine_ready(engine: Engine) -> None:
    outcomes = engine.run(slow, range(50))
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]
    assert numbers(engine.run(double, range(5))) == {number: 2 * number for number in range(5)}


def test_matrices_are_multiplied_by_one_thread(engine: Engine) -> None:
    (outcome,) = engine.run(threads_of_blas, [0])
    assert outcome.result is not None
    assert set(outcome.result) == {1}


def test_a_worker_that_dies_costs_its_task_once_more_and_nothing_else(several: Engine, tmp_path: Path) -> None:
    work = functools.partial(die_once, str(tmp_path))
    assert numbers(several.run(work, range(7))) == {number: number for number in range(7)}


def test_a_task_that_kills_every_worker_is_given_up_and_the_rest_goes_on() -> None:
    pool = Processes(2)
    found = {outcome.task: outcome for outcome in pool.run(always_die, range(5))}
    pool.close()
    assert isinstance(found[2].error, WorkerLostError)
    assert "SIGKILL" in str(found[2].error)
    assert [found[number].result for number in (0, 1, 3, 4)] == [0, 1, 3, 4]


def test_workers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    script = tmp_path / "main.py"
    script.write_text(
        "import time\nfrom align.batch.processes import Processes\n"
        "if __name__ == '__main__':\n"
        "    pool = Processes(2)\n"
        "    for outcome in pool.run(time.sleep, [0.01, 0.01, 600, 600]):\n"
        "        print(*[worker.process.pid for worker in pool._pool], flush=True)\n",
        encoding="utf-8",
    )
    main = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert main.stdout is not None
    main.stdout.readline()
    workers = [int(number) for number in main.stdout.readline().split()]
    main.kill()
    main.wait()
    main.stdout.close()
    assert len(workers) == 2
    until = time.monotonic() + 20
    while any(is_alive(number) for number in workers):
        assert time.monotonic() < until, "a worker outlived its batch"
        time.sleep(0.05)


def is_alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text("utf-8")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


def test_one_worker_is_this_process() -> None:
    assert isinstance(engine_for("local", 1), InProcess)


def test_a_scheduler_that_does_not_answer_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("align.batch.cluster._PATIENCE", 1.0)
    with pytest.raises(EngineError, match=r"tcp://127\.0\.0\.1:9: no Dask scheduler answers there"):
        engine_for("dask", None, "tcp://127.0.0.1:9")
