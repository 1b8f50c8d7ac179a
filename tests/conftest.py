"""What several test modules share: paths, the real encoder, and the development data if it is there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from align.encoders import Encoder, load_encoder
from align.pairing.mine import Miner

ROOT = Path(__file__).resolve().parent.parent
CASES = Path(__file__).resolve().parent / "cases"
COMMAND = Path(sys.executable).parent / "align"


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache folder of the tests' own, for them and for the commands they run."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALIGN_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="session")
def seeds() -> Path:
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def static() -> Encoder:
    return load_encoder("static")


@pytest.fixture(scope="session")
def miner(static: Encoder) -> Miner:
    return Miner(static)


@pytest.fixture(scope="session")
def data() -> Path:
    """The development data, which is not part of the repository."""
    folder = os.environ.get("ALIGN_DATA")
    if not folder:
        pytest.skip("ALIGN_DATA is not set: the development data is not here")
    return Path(folder)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run the installed command in an empty folder, as a user would."""

    def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[bytes]:
        options = {"cwd": tmp_path, "capture_output": True, "timeout": 120, **options}
        return subprocess.run([COMMAND, *map(str, arguments)], check=False, **options)  # type: ignore[call-overload,no-any-return]

    return run
