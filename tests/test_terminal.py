"""What `align mine` and `align pair` show on a terminal, at several widths, and when they write the table instead."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import COMMAND
from rich.cells import cell_len

from align.formats.table import COLUMNS

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]

PAGE = (
    "Giá gạo xuất khẩu của Việt Nam tăng tuần thứ ba liên tiếp vì nhu cầu của Philippines\n\n"
    "Học sinh trở lại trường sau kỳ nghỉ hè\n\n"
    "Vietnam's rice export prices rise for a third consecutive week on demand from the Philippines\n\n"
    "Students go back to school after the summer holiday\n"
)
VI = f"Trời mưa to.\nCô giáo gọi điện cho từng nhà.\nXem <b>[red]https://example.vn/{'a' * 120}</b> 上涨 🍚.\n"
EN = f"It rained hard.\nSee <b>[red]https://example.vn/{'a' * 120}</b> 上涨 🍚.\n"
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    for name, text in (("page.txt", PAGE), ("a.vi.txt", VI), ("a.en.txt", EN)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def on_terminal(command: str, cwd: Path, *, width: int = 100, **environment: str) -> str:
    """Run the command with standard output on a terminal of that width; returns what the terminal saw."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    env = {**inherited, "TERM": "xterm-256color", **environment}
    with subprocess.Popen(
        [COMMAND, *command.split(), "--encoder", "static"], cwd=cwd, stdout=follower, stderr=subprocess.PIPE, env=env
    ) as process:
        os.close(follower)
        seen = b""
        while True:
            try:
                piece = os.read(leader, 65_536)
            except OSError:
                break
            if not piece:
                break
            seen += piece
        _, words = process.communicate(timeout=60)
    os.close(leader)
    assert process.returncode == 0, words.decode()
    return seen.decode().replace("\r\n", "\n")


def plain(seen: str) -> str:
    return ESCAPE.sub("", seen)


def test_on_a_wide_terminal_the_languages_stand_side_by_side(documents: Path) -> None:
    lines = plain(on_terminal("mine page.txt", documents)).splitlines()
    assert lines[0].split() == ["score", "kind", "Vietnamese", "English"]
    english = lines[0].index("English")
    (first,) = (line for line in lines if "Giá gạo" in line)
    assert re.match(r" [01]\.\d\d  1-1 ", first)
    assert first.index("Vietnam's") == english
    # A long text goes on below its beginning, in its column.
    assert any(line[:english].strip() and not line[: lines[0].index("Vietnamese")].strip() for line in lines[1:])


def test_on_a_narrow_terminal_one_language_stands_under_the_other(documents: Path) -> None:
    lines = plain(on_terminal("mine page.txt", documents, width=79)).splitlines()
    assert re.fullmatch(r"[01]\.\d\d  1-1", lines[0])
    assert [line[:5] for line in lines if line.startswith(("  vi ", "  en "))] == [
        "  vi ",
        "  en ",
    ] * 2


@pytest.mark.parametrize("width", [20, 79, 80, 200])
def test_no_line_is_wider_than_the_terminal_and_no_word_is_cut_off(documents: Path, width: int) -> None:
    seen = plain(on_terminal("pair a.vi.txt a.en.txt --lines", documents, width=width))
    assert max(cell_len(line) for line in seen.splitlines()) <= width
    assert "…" not in seen
    for text in (VI, EN):
        for word in text.split():
            assert word in seen or len(word) > 9
    assert seen.count("a") >= (VI + EN).count("a")  # the long addresses, folded


def test_what_looks_like_markup_is_shown_as_it_stands(documents: Path) -> None:
    seen = plain(on_terminal("pair a.vi.txt a.en.txt --lines", documents, width=200))
    assert seen.count("<b>[red]https://example.vn/") == 2


def test_a_segment_that_stands_alone_has_a_dash_for_a_score(documents: Path) -> None:
    for width in (60, 100):
        seen = plain(on_terminal("pair a.vi.txt a.en.txt --lines", documents, width=width))
        assert re.search("–  1-0", seen)
        assert "Cô giáo gọi điện cho từng nhà." in seen


def test_several_documents_are_named_and_one_is_not(documents: Path) -> None:
    (documents / "other.txt").write_text(PAGE, encoding="utf-8")
    assert "page.txt" not in plain(on_terminal("mine page.txt", documents))
    lines = plain(on_terminal("mine page.txt other.txt", documents)).splitlines()
    assert [line for line in lines if line.endswith(".txt")] == ["page.txt", "other.txt"]


def test_scores_are_in_colour_unless_it_is_not_wanted(documents: Path) -> None:
    assert re.search(r"\x1b\[1;3[123]m ?[01]\.", on_terminal("mine page.txt", documents))
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        seen = on_terminal("mine page.txt", documents, **environment)
        assert not re.search(r"\x1b\[([0-9]+;)*[349][0-9]", seen)
        assert "Giá gạo" in seen


def test_the_surest_stand_first_where_that_is_asked_for(documents: Path) -> None:
    seen = plain(on_terminal("pair a.vi.txt a.en.txt --lines --sort score", documents))
    scores = re.findall(r"^ *([01]\.\d\d|–)  ", seen, re.MULTILINE)
    assert scores == sorted(scores, reverse=True, key=lambda score: -1 if score == "–" else float(score))
    assert scores[-1] == "–"


@pytest.mark.parametrize("command", ["mine page.txt", "pair a.vi.txt a.en.txt --lines"])
def test_a_pipe_gets_the_table_byte_for_byte_and_a_terminal_where_it_asks(
    run: Run, documents: Path, command: str
) -> None:
    options = [*command.split(), "--encoder", "static"]
    assert run(*options, "-o", "pairs.tsv").returncode == 0
    table = (documents / "pairs.tsv").read_bytes()
    assert table.startswith("\t".join(COLUMNS).encode())
    assert run(*options).stdout == table
    for asked in ("-o -", "--to tsv", "-o - --to tsv"):
        assert on_terminal(f"{command} {asked}", documents).encode() == table


def test_with_an_output_file_a_terminal_sees_nothing(documents: Path) -> None:
    assert on_terminal("mine page.txt -o pairs.tsv", documents) == ""


def test_where_there_are_no_pairs_there_is_no_table(documents: Path) -> None:
    (documents / "page.txt").write_text("Only English here.\n", encoding="utf-8")
    assert on_terminal("mine page.txt", documents) == ""


def test_pairs_across_documents_are_shown_too(documents: Path) -> None:
    seen = plain(on_terminal("mine a.vi.txt a.en.txt --across --lines", documents))
    assert "score  kind  Vietnamese" in seen
    assert "Trời mưa to." in seen


def test_show_still_wants_a_file(run: Run, documents: Path) -> None:
    done = run("mine", "page.txt", "--show")
    assert done.returncode == 2
    assert b"--show" in done.stderr


def test_an_output_without_a_name_is_refused(run: Run, documents: Path) -> None:
    done = run("mine", "page.txt", "-o", "")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"the name of the output is empty" in done.stderr


def test_the_help_says_what_happens_on_a_terminal(run: Run) -> None:
    for command in ("mine", "pair"):
        words = " ".join(run(command, "--help").stdout.decode().replace("│", " ").split())
        assert "a table for reading on a terminal, else tsv" in words
