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


SCORE = re.compile(r"\b[01]\.\d\d+\b")


def words(text: str) -> list[str]:
    """A text without what differs between runs and processors: line breaks, seconds, scores."""
    return SCORE.sub("score", re.sub(r"\d+\.\d s", "… s", text)).split()


def scores(text: str) -> list[float]:
    """The scores in a text; those of `auto` differ a little between processors, in how they round."""
    return [float(score) for score in SCORE.findall(text)]


def test_the_demo_gives_the_output_shown(run: object, seeds: Path, tmp_path: Path) -> None:
    done = run("mine", "seeds", "-o", tmp_path / "p.tsv", "--rejected", tmp_path / "r.tsv", "--show", cwd=ROOT)  # type: ignore[operator]
    found, shown = (done.stdout + done.stderr).decode(), block("`make demo` ends with:")
    assert words(found) == words(shown)
    assert scores(found) == pytest.approx(scores(shown), abs=0.02)


def test_the_python_lines_give_the_output_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = re.search(r"```python\n(.*?)```\n\n```\n(.*?)```", README, re.DOTALL)
    assert found
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(found[1], {})
    assert words(shown.getvalue()) == words(found[2])
    assert scores(shown.getvalue()) == pytest.approx(scores(found[2]), abs=0.02)


def test_every_option_and_file_named_exists(run: object) -> None:
    commands = ("mine", "pair", "batch", "convert", "check", "score", "evaluate", "encoders", "cache")
    help_text = "".join(run(name, "--help").stdout.decode() for name in commands)  # type: ignore[operator]
    for option in set(re.findall(r"(?<=\s)--[a-z-]+", README)):
        assert option in help_text
    for path in re.findall(r"`((?:align|seeds|notebooks|tests|benchmarks|scripts)/[\w./-]*)`", README):
        assert (ROOT / path).exists(), path
    assert COMMAND.exists()
