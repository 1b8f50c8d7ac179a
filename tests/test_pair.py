"""`align pair` as a user meets it: real processes, real files."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from test_cli import refused

from align.formats.table import COLUMNS

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]

GOLD = Path(__file__).resolve().parent / "gold"
STORM = GOLD / "03-news-storm-bridge"

VI = """Trời mưa to suốt đêm.
Sáng ra nước ngập cả sân trường, học trò được nghỉ học hai ngày.
Cô giáo gọi điện cho từng nhà.
"""
EN = """It rained heavily all night.
In the morning the schoolyard was flooded.
The pupils had two days off.
"""


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    (tmp_path / "a.vi.txt").write_text(VI, encoding="utf-8")
    (tmp_path / "a.en.txt").write_text(EN, encoding="utf-8")
    return tmp_path


def rows(table: bytes) -> list[dict[str, str]]:
    lines = table.decode().splitlines()
    assert lines[0].split("\t") == list(COLUMNS)
    return [dict(zip(COLUMNS, line.split("\t"), strict=True)) for line in lines[1:]]


def test_two_documents_become_a_table_in_their_order(run: Run, documents: Path) -> None:
    done = run("pair", "a.vi.txt", "a.en.txt", "-o", "a.tsv")
    assert (done.returncode, done.stdout) == (0, b"")
    found = rows((documents / "a.tsv").read_bytes())
    assert [row["kind"] for row in found] == ["1-1", "1-2", "1-0"]
    assert {row["document"] for row in found[:2]} == {"a"}
    assert [row["score"] == "" for row in found] == [False, False, True]
    words = done.stderr.decode()
    assert "3 Vietnamese segments, 3 English segments." in words
    assert "2 pairs (1 × 1-1, 1 × 1-2); 1 Vietnamese and 0 English alone." in words
    assert "lines were encoded" in words


def test_a_least_score_leaves_pairs_only_and_lists_the_rest(run: Run, documents: Path) -> None:
    done = run("pair", "a.vi.txt", "a.en.txt", "--min-score", "0.5", "--rejected", "rejected.tsv")
    assert all(float(row["score"]) >= 0.5 for row in rows(done.stdout))
    rejected = (documents / "rejected.tsv").read_text(encoding="utf-8")
    assert "no partner found" in rejected
    assert "Cô giáo gọi điện" in rejected


def test_ladders_are_read_back_against_the_gold(run: Run, tmp_path: Path) -> None:
    gold = STORM.with_suffix(".gold")
    for suffix in ("vecalign", "hunalign", "tsv"):
        done = run("pair", f"{STORM}.vi.txt", f"{STORM}.en.txt", "--lines", "-o", f"out.{suffix}")
        assert done.returncode == 0, done.stderr.decode()
        evaluated = run("evaluate", f"out.{suffix}", "--gold", gold, "--json")
        assert evaluated.returncode == 0, evaluated.stderr.decode()
        assert b'"strict"' in evaluated.stdout


def test_blank_lines_are_counted_in_a_ladder(run: Run, documents: Path) -> None:
    (documents / "a.vi.txt").write_text(VI.replace("\n", "\n\n", 1), encoding="utf-8")
    done = run("pair", "a.vi.txt", "a.en.txt", "--lines", "--to", "vecalign")
    assert [line.rpartition(":")[0] for line in done.stdout.decode().splitlines()] == [
        "[0]:[0]",
        "[2]:[1, 2]",
        "[3]:[]",
    ]


def test_standard_input_is_a_side(run: Run, documents: Path) -> None:
    assert len(rows(run("pair", "-", "a.en.txt", input=VI.encode()).stdout)) == 3
    refused(run("pair", "-", "-", input=VI.encode()), "named twice")


def test_swapped_documents_are_refused_until_they_are_said_to_be(run: Run, documents: Path) -> None:
    refused(run("pair", "a.en.txt", "a.vi.txt"), "a.en.txt is in English", "--swap")
    assert run("pair", "a.en.txt", "a.vi.txt", "--swap").stdout == run("pair", "a.vi.txt", "a.en.txt").stdout


def test_both_in_one_language_or_the_same_file_is_refused(run: Run, documents: Path) -> None:
    (documents / "b.txt").write_text("Hôm nay trời nắng đẹp.\nMọi người ra đồng gặt lúa.\n", encoding="utf-8")
    (documents / "same.txt").write_text(VI, encoding="utf-8")
    refused(run("pair", "a.vi.txt", "b.txt"), "both in Vietnamese", "align mine")
    refused(run("pair", "a.vi.txt", "same.txt"), "the same text")
    refused(run("pair", "a.vi.txt", "a.vi.txt"), "named twice")
    refused(run("pair", "a.vi.txt", "."), "is a folder")
    refused(run("pair", "a.vi.txt", "nonesuch.txt"), "nonesuch.txt", "no such file")


@pytest.mark.parametrize("empty", ["a.vi.txt", "a.en.txt"])
def test_an_empty_side_leaves_the_other_alone_and_says_so(run: Run, documents: Path, empty: str) -> None:
    (documents / empty).write_bytes(b"\xef\xbb\xbf\n")
    done = run("pair", "a.vi.txt", "a.en.txt")
    assert done.returncode == 0
    assert {row["score"] for row in rows(done.stdout)} == {""}
    assert "document is empty" in done.stderr.decode()


def test_documents_with_nothing_in_common_give_a_warning_and_status_0(run: Run, documents: Path) -> None:
    (documents / "a.en.txt").write_text("Add two eggs and a cup of flour.\nBake until golden.\n", encoding="utf-8")
    done = run("pair", "a.vi.txt", "a.en.txt")
    assert done.returncode == 0
    assert {row["kind"] for row in rows(done.stdout)} == {"1-0", "0-1"}
    assert "nothing in common" in done.stderr.decode()


def test_a_binary_side_and_another_encoding_are_refused(run: Run, documents: Path) -> None:
    (documents / "b.txt").write_bytes(os.urandom(4000).replace(b"\x00", b"\x01") + b"\x00" * 50)
    refused(run("pair", "b.txt", "a.en.txt"), "b.txt")


def test_an_unknown_format_lists_the_known_ones(run: Run, documents: Path) -> None:
    refused(run("pair", "a.vi.txt", "a.en.txt", "--to", "docx"), "docx", "vecalign")


def test_what_was_moved_is_said_and_rescued(run: Run, tmp_path: Path) -> None:
    arguments = ("pair", f"{STORM}.vi.txt", f"{STORM}.en.txt", "--lines")
    assert "--rescue" in run(*arguments).stderr.decode()
    flagged = [row for row in rows(run(*arguments, "--rescue").stdout) if row["flags"] == "moved"]
    assert len(flagged) >= 1


def test_quiet_says_nothing_and_verbose_more(run: Run, documents: Path) -> None:
    assert run("pair", "a.vi.txt", "a.en.txt", "--quiet").stderr == b""
    assert "a.vi.txt: 3 segments" in run("pair", "a.vi.txt", "a.en.txt", "--verbose").stderr.decode()


def test_pairs_can_be_shown_for_reading(run: Run, documents: Path) -> None:
    done = run("pair", "a.vi.txt", "a.en.txt", "-o", "a.tsv", "--show")
    assert "It rained heavily all night." in done.stdout.decode()
