"""What README and docs show is what happens: every block of commands and code runs, and gives what is shown.

A block is fenced as `sh` or `python`; a `text` block is the output of the one before it, with a line `…` for what is
left out. Blocks of a page run one after the other in a folder of samples (`doc_samples`). What cannot run here has
`<!-- not run: REASON -->` before it, and its commands are still parsed; `<!-- run instead: COMMAND -->`
and `<!-- run before: COMMAND -->` say more.
"""

from __future__ import annotations

import contextlib
import functools
import io
import itertools
import json
import os
import re
import shlex
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from conftest import COMMAND, ROOT
from doc_samples import make_samples
from markdown_it import MarkdownIt
from typer.main import get_command
from typer.testing import CliRunner

import align.batch.engine
import align.encoders
from align.cli import app

DOCS = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "benchmarks" / "README.md", *DOCS]
COMMANDS: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]

# Why a block may be left out, and how many blocks are.
NOT_RUN = {
    "needs the network": 2,
    "needs a graphics card": 1,
    "needs a cluster": 1,
    "needs development data": 1,
    "takes minutes": 2,
    "is a run of tests itself": 1,
    "waits for a browser": 1,
}


@dataclass(frozen=True)
class Block:
    """Commands or code of a page, and the output that is shown."""

    page: str
    line: int
    kind: str
    text: str
    marks: tuple[tuple[str, str], ...]
    shown: str | None = None

    def mark(self, name: str) -> str | None:
        return dict(self.marks).get(name)

    @property
    def commands(self) -> list[str]:
        lines = self.text.replace("\\\n", " ").splitlines()
        return [line for line in lines if line.strip() and not line.startswith("#")]


MARK = re.compile(r"<!-- (not run|run instead|run before): (.*?) -->", re.DOTALL)


def blocks(path: Path) -> list[Block]:
    """The blocks of a page in order."""
    name = str(path.relative_to(ROOT))
    found: list[Block] = []
    comment = ""
    for token in MarkdownIt().parse(path.read_text(encoding="utf-8")):
        if token.type == "html_block":
            comment += token.content
            continue
        if token.type == "fence":
            assert token.map
            kind = token.info.strip()
            if kind == "text":
                assert found, f"{name}:{token.map[0] + 1}: an output without a command"
                assert found[-1].shown is None, f"{name}:{token.map[0] + 1}: a second output"
                found[-1] = replace(found[-1], shown=token.content)
            elif not kind.startswith("{"):
                found.append(Block(name, token.map[0] + 1, kind, token.content, tuple(MARK.findall(comment))))
        comment = ""
    return found


ALL = {path: blocks(path) for path in PAGES}
SCORE = re.compile(r"\b[01]\.\d\d+\b")
VARYING = re.compile(r"\d+\.\d s|[\d,]+(?= vectors)")


def words(text: str) -> list[str]:
    """A text without what differs between runs and processors: line breaks, seconds, scores."""
    return SCORE.sub("score", VARYING.sub("…", text)).split()


def scores(text: str) -> list[float]:
    """The scores in a text; those of `auto` differ a little between processors, in how they round."""
    return [float(score) for score in SCORE.findall(text)]


def check_output(found: str, shown: str) -> None:
    """The output is what is shown; a line `…` stands for any lines."""
    parts = re.split(r"^…\n", shown, flags=re.MULTILINE)
    if len(parts) == 1:
        assert words(found) == words(shown)
        assert scores(found) == pytest.approx(scores(shown), abs=0.02)
        return
    lines = found.splitlines(keepends=True)
    for number, part in enumerate(parts):
        n_lines = part.count("\n")
        last = len(lines) - n_lines
        starts = [0] if number == 0 else [last] if number == len(parts) - 1 else range(last + 1)
        stretches = {start: "".join(lines[start : start + n_lines]) for start in starts if start >= 0}
        fits = [start for start, stretch in stretches.items() if words(stretch) == words(part)]
        assert fits, f"not in the output:\n{part}\n--- which is\n{found}"
        assert scores(stretches[fits[0]]) == pytest.approx(scores(part), abs=0.02)
        lines = lines[fits[0] + n_lines :]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    make_samples(folder)
    return folder


@pytest.fixture
def here(samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of samples of one's own to run in, with encoders that are loaded once for all pages."""
    folder = tmp_path / "here"
    shutil.copytree(samples, folder, symlinks=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("PATH", f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(align.encoders, "load_encoder", LOAD)
    monkeypatch.setattr(align.batch.engine, "cores", lambda: 1)  # so that a batch takes those encoders, too
    return folder


LOAD = functools.cache(align.encoders.load_encoder)
# A command of ours by itself, and what a shell shall do with its output.
OURS = re.compile(r"(?P<ours>align [^|<>&;$*'\"]*?)(\s#.*)?(?P<rest>(\|(?!\|)|>).*)?")
# What bash gives for a pipe whose end has gone.
SIGPIPED = 128 + 13


def ran(command: str) -> tuple[int, str]:
    """Run a line of commands, ours in this process where that can be; the status, and all that was printed."""
    if not (found := OURS.fullmatch(command)):
        return in_shell(command)
    done = CliRunner().invoke(app, shlex.split(found["ours"])[1:], prog_name="align")
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    if done.exit_code or not found["rest"]:
        return done.exit_code, done.output
    return in_shell(f"cat {found['rest']}", done.stdout_bytes)


def in_shell(command: str, given: bytes = b"") -> tuple[int, str]:
    """Run a line in bash; its status, and all that was printed."""
    shell = ["bash", "-euo", "pipefail", "-c", command]
    done = subprocess.run(shell, input=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    # `head` has what it wants before the other has said all.
    status = 0 if done.returncode == SIGPIPED and "| head" in command else done.returncode
    return status, done.stdout.decode()


def parsed(command: str) -> None:
    """Parse the options of our command without running it."""
    for part in re.split(r"[|;]", command):
        name, *arguments = shlex.split(part, comments=True)
        if name == "align":
            COMMANDS[arguments[0]].make_context(f"align {arguments[0]}", arguments[1:]).close()
        elif name == "make":
            makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
            assert all(f"\n{target}:" in makefile for target in arguments if "=" not in target), command


@pytest.mark.parametrize("path", [path for path in PAGES if ALL[path]], ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_page_shows_is_what_happens(path: Path, here: Path) -> None:
    names: dict[str, object] = {}
    for block in ALL[path]:
        place = f"{block.page}:{block.line}"
        if before := block.mark("run before"):
            assert ran(before)[0] == 0, f"{place}: {before}"
        output = ""
        if instead := block.mark("run instead"):
            status, output = ran(instead)
            assert status == 0, f"{place}: {output}"
        if block.mark("not run"):
            for command in block.commands if block.kind == "sh" else ():
                parsed(command)
        elif block.kind == "python":
            with contextlib.redirect_stdout(io.StringIO()) as stream:
                exec(compile(block.text, place, "exec"), names)
            output = stream.getvalue()
        else:
            for command in block.commands:
                status, said = ran(command)
                assert status == 0, f"{place}: {command}\nends with status {status}:\n{said}"
                output += said
        if block.shown is not None and (instead or not block.mark("not run")):
            check_output(output, block.shown)


def test_every_block_is_of_a_kind_that_is_run() -> None:
    for block in (block for page in ALL.values() for block in page):
        assert block.kind in ("sh", "python"), f"{block.page}:{block.line}: {block.kind or 'no kind'}"


def test_few_blocks_are_not_run_and_each_says_why() -> None:
    reasons = Counter(reason for page in ALL.values() for block in page if (reason := block.mark("not run")))
    assert reasons == NOT_RUN


def test_what_is_run_instead_is_what_make_runs() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for block in (block for page in ALL.values() for block in page):
        if instead := block.mark("run instead"):
            assert f"$(BIN)/{instead}\n" in makefile


def options_of(command: Any) -> set[str]:
    return {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}


# The others speak of other programs' options.
@pytest.mark.parametrize("path", [PAGES[0], *DOCS], ids=lambda path: str(path.relative_to(ROOT)))
def test_every_option_and_file_named_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    prose = re.sub(r"^```(sh|python).*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    known = {"--help", "--version"}.union(*map(options_of, COMMANDS.values()))
    for option in set(re.findall(r"(?<=[\s`(])--[a-z][a-z-]*", prose)):
        assert option in known, option
    for named in re.findall(r"`((?:align|seeds|notebooks|tests|benchmarks|scripts|docs)/[\w./-]*)`", text):
        assert (ROOT / named).exists(), named


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_page_in_the_reference_and_its_examples_can_be_parsed(name: str) -> None:
    folder = ROOT / "docs" / "reference" / "commands"
    assert f"{{align-command}} {name}\n" in (folder / f"{name}.md").read_text(encoding="utf-8")
    assert f"\n{name}\n" in (folder / "index.md").read_text(encoding="utf-8")
    examples = re.findall(r"^- `(.*)`$", COMMANDS[name].help, flags=re.MULTILINE)
    assert examples or name == "cache"
    for example in examples:
        parsed(re.sub(r">.*", "", example))


def test_every_public_name_has_its_place_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\.\. auto\w+:: (.*)$", page, flags=re.MULTILINE)
    public = {f"align.{name}" for name in align.__all__}
    errors = {f"align.errors.{name}" for name in align.errors.__all__ if name not in align.__all__}
    # What is no name of the package's own, but stands in the fields of one that is.
    fields = {"align.types.Review"}
    assert sorted(listed) == sorted(public | errors | fields)


def test_every_page_is_in_the_contents() -> None:
    listed = set()
    contents = re.compile(r"^```\{toctree\}\n(.*?)^```", re.MULTILINE | re.DOTALL)
    for path in DOCS:
        for tree in contents.findall(path.read_text(encoding="utf-8")):
            entries = [line.strip() for line in tree.splitlines() if line.strip() and not line.startswith(":")]
            listed.update((path.parent / f"{entry}.md").resolve() for entry in entries)
    assert listed == {path for path in DOCS if path != ROOT / "docs" / "index.md"}


def table_rows(page: str, heading: str) -> dict[str, list[str]]:
    """The first table of a section: its first cells, each with the others of the row."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    lines = text[text.index(f"\n{heading}\n") :].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|---"))
    rows = [line.strip("| ").split(" | ") for line in itertools.takewhile(lambda line: "|" in line, lines[start + 1 :])]
    return {row[0]: row[1:] for row in rows}


def results(name: str) -> dict[str, Any]:
    return json.loads((ROOT / "benchmarks" / "results" / f"{name}.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


ALIGNERS = {
    "`align pair`": "align auto",
    "`align pair --encoder static`": "align static",
    "Bertalign": "bertalign static",
    "Bertalign, its price of a gap tuned on these sets": "bertalign-tuned static",
    "Vecalign": "vecalign static",
    "Vecalign, its price of a gap tuned on these sets": "vecalign-tuned static",
    "Lingtrain": "lingtrain static",
    "hunalign": "hunalign",
    "Gale–Church": "gale-church",
}
SETS = ("evb_noisy", "evb_hard", "evb_vhard", "ted_noisy", "ted_hard", "ted_vhard", "gold")


def test_the_comparison_shows_the_figures_of_the_results() -> None:
    measured = {(row["aligner"], row["set"]): row for row in results("aligners")["rows"]}
    strict = table_rows("comparison.md", "## Ordered documents")
    lax = table_rows("comparison.md", "### Where others are ahead")
    assert list(strict) == list(lax) == list(ALIGNERS)
    for shown, name in ALIGNERS.items():
        rows = [measured[name, one] for one in SETS]
        assert strict[shown][:-1] == [f"{row['strict']['f1']:.3f}" for row in rows], shown
        assert float(strict[shown][-1]) == pytest.approx(measured[name, "evb_hard"]["encoded_per_line"], abs=0.005)
        assert lax[shown] == [f"{row['lax']['f1']:.3f}" for row in rows], shown


def test_the_comparison_shows_the_time_and_memory_of_the_results() -> None:
    shown = table_rows("comparison.md", "### Time and memory")
    measured = results("aligners")["rows"]
    for name, (encoding, aligning, memory) in shown.items():
        rows = [row for row in measured if row["aligner"] == ALIGNERS[name]]
        seconds = sum(row["encoding_seconds"] for row in rows)
        assert encoding == (f"{seconds:.1f} s" if seconds else "none"), name
        assert aligning == f"{sum(row['aligning_seconds'] for row in rows):.1f} s", name
        assert memory == f"{max(row['peak_mib'] for row in rows)} MiB", name


def test_how_it_works_shows_the_figures_of_mixed_pages() -> None:
    text = (ROOT / "docs" / "how-it-works.md").read_text(encoding="utf-8")
    pages = {
        tuple(page[key] for key in ("set", "lines", "encoder", "stripped", "arrangement")): page["f1"]
        for page in results("mining")["pages"]
    }
    columns = (
        ("auto", 0, "shuffled"), ("auto", 0.5, "shuffled"), ("auto", 0, "blocks"),
        ("static", 0, "shuffled"), ("mini", 0, "shuffled"),
    )  # fmt: skip
    for one in ("unseen_news", "evb_noisy", "ted_clean"):
        for lines in (30, 150, 1000):
            figures = " | ".join(f"{pages[(one, lines, *column)]:.3f}" for column in columns)
            assert f"| {lines:,} | {figures} |" in text
