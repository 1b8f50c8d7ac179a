"""A batch that is killed again and again ends as one that never was; `benchmarks/kill_batch.py` kills more."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.util import find_spec

import pytest
from conftest import ROOT

if os.name == "nt":
    pytest.skip("there is no SIGKILL and no session on Windows", allow_module_level=True)

sys.path.insert(0, str(ROOT / "benchmarks"))
from kill_batch import ENGINES, Chain, Stage, chain, drawn, make_corpus, undisturbed  # type: ignore[import-not-found]

KILLS: dict[Stage, int] = {"starting": 9, "working": 3, "writing": 10, "closing": 4}
"""On each engine; 25 take all processes at once, and one of those aimed at "working" the main process alone."""

FEWER: dict[Stage, int] = {"starting": 1, "working": 5, "writing": 1, "closing": 1}
"""The same where all documents are mined together: most of its stages are "working"."""

SEED = random.randrange(10**6)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Chain]]]:
    """A chain of kills on each engine; they run beside each other, as much of a start is waiting."""
    folder = tmp_path_factory.mktemp("kill")
    corpus, draw = make_corpus(folder / "corpus"), random.Random(SEED)
    with ThreadPoolExecutor() as threads, pytest.MonkeyPatch.context() as patch:
        # what Dask leaves behind when it is killed
        patch.setenv("TMPDIR", str(folder))
        within = undisturbed(corpus, folder / "within", ("--workers", "1"))
        across = undisturbed(corpus, folder / "together", ("--workers", "1", "--across"))
        chains = {}
        for name, options in ENGINES.items():
            if name == "dask" and not find_spec("distributed"):
                continue
            together = "--across" in options
            moments = drawn(draw, FEWER, alone=1, most=7) if together else drawn(draw, KILLS, alone=1)
            expected = across if together else within
            chains[name] = threads.submit(chain, corpus, folder / name, options, moments, expected)
        yield chains


@pytest.mark.parametrize("engine", ENGINES)
def test_a_batch_that_is_killed_again_and_again_ends_as_one_that_never_was(
    killed: dict[str, Future[Chain]], engine: str
) -> None:
    if engine == "dask":
        pytest.importorskip("distributed")
    found = killed[engine].result()
    print(f"seed {SEED}", *found.kills, sep="\n")
    assert found.problems == ()
    least = sum((FEWER if "--across" in ENGINES[engine] else KILLS).values()) - 1
    assert sum(not kill.alone for kill in found.kills) >= least
    assert {kill.stage for kill in found.kills} >= {"starting", "working", "writing"}
