"""What the README shows is what happens."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest
from conftest import COMMAND, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(after: str) -> str:
    """The first fenced block behind some words."""
    found = re.search(r"```\n(.*?)```", README[README.index(after) :], re.DOTALL)
    assert found
    return found[1]


def words(text: str) -> list[str]:
    """A text without what differs between runs: line breaks and seconds."""
    return re.sub(r"\d+\.\d s", "… s", text).split()


def test_the_demo_gives_the_output_shown(run: object, seeds: Path, tmp_path: Path) -> None:
    done = run("mine", "seeds", "-o", tmp_path / "p.tsv", "--rejected", tmp_path / "r.tsv", "--show", cwd=ROOT)  # type: ignore[operator]
    assert words((done.stdout + done.stderr).decode()) == words(block("`make demo` ends with:"))


def test_the_python_lines_give_the_output_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = re.search(r"```python\n(.*?)```\n\n```\n(.*?)```", README, re.DOTALL)
    assert found
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(found[1], {})
    assert shown.getvalue() == found[2]


def test_every_option_and_file_named_exists(run: object) -> None:
    help_text = "".join(run(name, "--help").stdout.decode() for name in ("mine", "encoders", "cache"))  # type: ignore[operator]
    for option in set(re.findall(r"(?<=\s)--[a-z-]+", README)):
        assert option in help_text
    for path in re.findall(r"`((?:align|seeds|notebooks|tests|benchmarks|scripts)/[\w./-]*)`", README):
        assert (ROOT / path).exists(), path
    assert COMMAND.exists()
