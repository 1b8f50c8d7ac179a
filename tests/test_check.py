"""`align check` as a user meets it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from test_cli import refused

import align
from align.formats.units import unit_ids, unit_of_texts
from align.quality.check import CHECKS, CORPUS_CHECKS, FLAGS, check
from align.quality.report import CheckReport
from align.types import TranslationUnit

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]

PAIRS = [
    ("Dự án trị giá 219 tỉ đồng.", "The project is worth 219 million dong."),
    ("Phiên họp diễn ra ngày 5/3/2024.", "The meeting took place on March 6, 2024."),
    ("Giá gạo tăng mạnh.", "Rice prices rise sharply."),
    ("Giá gạo tăng mạnh.", "Rice prices rise sharply."),
    ("Ông không đồng ý.", "He agrees."),
]


def units(pairs: list[tuple[str, str]] = PAIRS, document: str = "a.txt") -> list[TranslationUnit]:
    ids = unit_ids()
    made = [unit_of_texts(vi, en, ids=ids, document=document) for vi, en in pairs]
    return [unit for unit in made if unit is not None]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    align.write_pairs(units(), tmp_path / "a.tsv")
    return tmp_path / "a.tsv"


def test_what_is_wrong_is_flagged_and_what_is_right_is_not() -> None:
    flags = [item.flagged.flags for item in check(units())]
    assert flags == [("number",), ("date",), (), ("duplicate",), ("negation",)]


def test_the_worst_comes_first_with_its_reason(run: Run, table: Path) -> None:
    done = run("check", "a.tsv")
    said = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert said.index("error number") < said.index("warning negation")
    assert "“219 tỉ đồng” (219,000,000,000)" in said
    assert said.splitlines()[-1].startswith("5 pairs: 2 with an error at worst")


def test_the_pairs_are_written_with_their_flags_and_nothing_else_changes(run: Run, table: Path, tmp_path: Path) -> None:
    assert run("check", "a.tsv", "-o", "b.tsv", "--top", "0").returncode == 0
    before, after = align.read_pairs(table), align.read_pairs(tmp_path / "b.tsv")
    assert [unit.flags for unit in after] == [("number",), ("date",), (), ("duplicate",), ("negation",)]
    assert [(unit.vi, unit.en, unit.id) for unit in after] == [(unit.vi, unit.en, unit.id) for unit in before]
    # Checked again, the flags of the first check make way; those of others stay.
    assert [item.flagged.flags for item in check(after)] == [unit.flags for unit in after]
    moved = unit_of_texts("Có.", "Yes.", ids=unit_ids(), flags=["moved", "number"])
    assert moved
    assert check([moved])[0].flagged.flags == ("moved",)


def test_flags_can_be_chosen(run: Run, table: Path) -> None:
    assert [item.flagged.flags for item in check(units(), flags=["date"])] == [(), ("date",), (), (), ()]
    refused(run("check", "a.tsv", "--flags", "dates"), "'dates' is no flag", "currency, damage, date")


def test_the_exit_status_is_for_scripts(run: Run, table: Path) -> None:
    assert run("check", "a.tsv", "--fail-on", "error").returncode == 1
    assert run("check", "a.tsv", "--flags", "negation", "--fail-on", "error").returncode == 0
    assert run("check", "a.tsv", "--flags", "negation", "--fail-on", "warning").returncode == 1


def test_one_pair_is_explained(run: Run, table: Path) -> None:
    first = align.read_pairs(table)[0]
    done = run("check", "a.tsv", "--explain", first.id)
    said = done.stdout.decode()
    assert done.returncode == 0
    assert first.id in said
    assert "219000000000" in said.replace(",", "")
    assert "Giá gạo" not in said
    refused(run("check", "a.tsv", "--explain", "nonesuch"), "no pair has this id")


def test_the_report_is_json_for_programs(run: Run, table: Path) -> None:
    report = json.loads(run("check", "a.tsv", "--json").stdout)
    assert report["units"] == 5
    assert report["flags"]["number"] == {"error": 1, "warning": 0, "note": 0}
    assert report["documents"]["a.txt"]["date"] == 1
    first = report["findings"][0]
    assert first["findings"][0]["severity"] == "error"
    start, end = first["findings"][0]["vi"][0]
    assert first["vi"][start:end]


def test_terms_are_followed(run: Run, table: Path, tmp_path: Path) -> None:
    (tmp_path / "terms.tsv").write_text("vi\ten\ngiá gạo\trice price|price of rice\n", encoding="utf-8")
    (tmp_path / "b.tsv").write_text("vi\ten\nGiá gạo tăng.\tCosts rise.\nGiá gạo tăng.\tRice prices rise.\n")
    report = json.loads(run("check", "b.tsv", "--terms", "terms.tsv", "--flags", "term", "--json").stdout)
    assert [item["en"] for item in report["findings"]] == ["Costs rise."]
    refused(run("check", "b.tsv", "--terms", "none.tsv"), "none.tsv: cannot be read")


def test_documents_come_the_worst_first() -> None:
    report = CheckReport(check([*units(PAIRS[2:3], "good.txt"), *units(PAIRS[:2], "bad.txt"), *units(PAIRS[4:])]))
    assert [name for name, _ in report.worst_documents()] == ["bad.txt", "a.txt"]
    assert report.at_least("error") == 2
    assert report.at_least("note") == 3


def test_other_programs_memories_are_checked(run: Run, table: Path) -> None:
    assert run("convert", "a.tsv", "a.tmx").returncode == 0
    assert run("check", "a.tmx", "--json").stdout == run("check", "a.tsv", "--json").stdout


def test_an_empty_table_is_in_order(run: Run, tmp_path: Path) -> None:
    align.write_pairs([], tmp_path / "a.tsv")
    done = run("check", "a.tsv", "--fail-on", "note")
    assert (done.returncode, done.stdout.decode().startswith("0 pairs")) == (0, True)


def test_every_flag_is_raised_by_something_and_named_in_the_help(run: Run) -> None:
    raised = {flag for table in (CHECKS, CORPUS_CHECKS) for flags in table.values() for flag in flags}
    assert raised | {"term"} == set(FLAGS)
    said = run("check", "--help", env={"PATH": "", "COLUMNS": "200", "TERM": "dumb"}).stdout.decode()
    assert all(flag in said for flag in FLAGS)
