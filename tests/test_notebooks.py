"""The notebooks run from top to bottom without a network, show figures, and are kept in a form that diffs well."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from nbclient import NotebookClient

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FIGURE = "application/vnd.plotly.v1+json"

# A proxy that no one answers, in place of a missing network.
OFFLINE = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom_and_shows_figures_and_tables(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    started = time.monotonic()
    client = NotebookClient(notebook, timeout=110, resources={"metadata": {"path": str(path.parent)}})
    client.execute(env={**os.environ, **OFFLINE})
    assert time.monotonic() - started < 120
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output.text for output in shown if output.output_type == "stream" and output.name == "stderr"] == []
    figures = [output.data for output in shown if FIGURE in output.get("data", {})]
    assert figures
    for figure in figures:
        # A figure of plotly for editors, and the same as a page for all else; with something in it.
        assert figure[FIGURE]["layout"]["title"]["text"]
        assert any(trace.get("z") or trace.get("x") for trace in figure[FIGURE]["data"])
        assert "Plotly.newPlot" in figure["text/html"]
    assert any("<table" in output.get("data", {}).get("text/html", "") for output in shown)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_in_its_normal_form(path: Path) -> None:
    """No outputs and counts, a line of source a line, keys sorted, cells numbered: a diff shows the change."""
    text = path.read_text(encoding="utf-8")
    notebook = json.loads(text)
    for number, cell in enumerate(notebook["cells"]):
        cell["id"], cell["metadata"] = f"cell-{number:02}", {}
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
        if cell["cell_type"] == "code":
            cell["execution_count"], cell["outputs"] = None, []
    notebook["metadata"] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert text == json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    nbformat.validate(nbformat.reads(text, as_version=4))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_asks_a_question_first(path: Path) -> None:
    (title, question, *_) = [
        line for line in "".join(json.loads(path.read_text())["cells"][0]["source"]).split("\n") if line
    ]
    assert title.startswith("# ")
    assert question.startswith("*")
    assert question.endswith("?*")


def test_the_notebooks_are_numbered_without_a_gap() -> None:
    assert [path.name[:2] for path in NOTEBOOKS] == [f"{number:02}" for number in range(1, len(NOTEBOOKS) + 1)]
