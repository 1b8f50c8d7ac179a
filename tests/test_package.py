"""What a user gets: public names, a light import, a wheel that works by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from conftest import COMMAND, ROOT

import align

HEAVY = ("torch", "sentence_transformers", "transformers", "underthesea", "pandas", "scipy", "numpy", "sklearn")


def test_the_public_names_are_there_and_sorted() -> None:
    assert align.__all__ == sorted(align.__all__)
    assert set(align.__all__) <= set(dir(align))
    for name in align.__all__:
        assert getattr(align, name).__doc__


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonesuch"):
        align.nonesuch  # noqa: B018


def loaded_by(code: str) -> set[str]:
    shown = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; print(*sys.modules, file=sys.stderr)"],
        capture_output=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return set(shown.stderr.decode().split())


def test_importing_align_loads_nothing_heavy() -> None:
    assert not loaded_by("import align").intersection(HEAVY)
    assert not loaded_by("import align.cli").intersection(HEAVY)


def test_the_main_job_loads_no_torch() -> None:
    # What the rules leave to underthesea, whose package would import torch.
    asks = "from align.text import segment; segment.segmenter_for('vi').spans('Gặp chị tên Hà. Bản kẽm đẹp.')"
    asked = "assert segment._sent_tokenize.cache_info().currsize"
    loaded = loaded_by(f"import align; assert align.mine('seeds'); {asks}; {asked}")
    assert not loaded.intersection(("torch", "sentence_transformers", "transformers"))


def test_importing_align_prints_nothing_and_touches_no_file(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-c", "import align"], capture_output=True, cwd=tmp_path, check=True,
        env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip
    assert (done.stdout, done.stderr) == (b"", b"")
    assert os.listdir(tmp_path) == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_alone_runs_the_main_job(wheel: Path, tmp_path: Path, seeds: Path) -> None:
    """Installed where the source is out of reach; the dependencies are lent by this environment."""
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(python),
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            str(wheel),
        ],
        check=True,
        capture_output=True,
    )
    (libraries,) = (tmp_path / "env" / "lib").glob("python*/site-packages")
    (lent,) = (COMMAND.parent.parent / "lib").glob("python*/site-packages")
    (libraries / "lent.pth").write_text(str(lent))
    where = subprocess.run(
        [python, "-I", "-c", "import align; print(align.__file__)"], check=True, capture_output=True, cwd=tmp_path
    )
    assert str(tmp_path) in where.stdout.decode()
    table = subprocess.run(
        [tmp_path / "env/bin/align", "mine", seeds, "-q"], check=True, capture_output=True, cwd=tmp_path
    )
    assert table.stdout.count(b"\n") == 8


def test_the_wheel_is_small_enough_to_ship(wheel: Path) -> None:
    assert wheel.stat().st_size < 45_000_000
