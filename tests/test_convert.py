"""`align convert` and `align score`: pairs in, pairs out."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from test_cli import refused

from align.formats.reading import read_units
from align.formats.settings import ReadSettings
from align.pairing.mine import Miner
from align.pairing.rescore import mined_log_odds, scored

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]

TABLE = "vi,en\nGiá gạo tăng.,Rice prices rise.\ngiá gạo tăng,RICE PRICES RISE\nMưa lớn ở Huế.,Heavy rain in Hue.\n"


def texts(path: Path) -> list[tuple[str, str]]:
    return [(unit.vi, unit.en) for _, unit in read_units(path, ReadSettings())]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path / "a.csv"


def test_a_table_goes_through_every_format_and_comes_back(run: Run, table: Path, tmp_path: Path) -> None:
    before = texts(table)
    for path in ("b.tmx", "c.xlf", "d.jsonl", "e.xlsx", "f.parquet", "g.tsv"):
        done = run("convert", table, path)
        assert done.returncode == 0, done.stderr.decode()
        assert done.stderr.decode() == "3 pairs read, 3 written.\n"
        table = tmp_path / path
        assert texts(table) == before


def test_duplicates_leave_and_what_stays_is_the_original(run: Run, table: Path, tmp_path: Path) -> None:
    done = run("convert", "a.csv", "b.tsv", "--dedupe", "exact")
    assert done.stderr.decode() == "3 pairs read, 2 written; 1 left out as duplicates or for their score.\n"
    assert texts(tmp_path / "b.tsv") == [
        ("Giá gạo tăng.", "Rice prices rise."),
        ("Mưa lớn ở Huế.", "Heavy rain in Hue."),
    ]


def test_what_is_left_out_is_listed_with_its_reason(run: Run, tmp_path: Path) -> None:
    rows = [("Có.", "Yes.", "0.9"), ("có", "YES", "0.9"), ("Không.", "Maybe.", "0.2"), ("Thôi.", "Enough.", "")]
    (tmp_path / "a.tsv").write_text("\n".join("\t".join(row) for row in [("vi", "en", "score"), *rows]), "utf-8")
    done = run("convert", "a.tsv", "b.tsv", "--dedupe", "exact", "--min-score", "0.5", "--rejected", "r.tsv")
    assert done.stderr.decode() == "4 pairs read, 1 written; 3 left out as duplicates or for their score.\n"
    listed = [line.split("\t") for line in (tmp_path / "r.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    assert sorted((row[0], row[5], row[7]) for row in listed) == [
        ("has no score", "Thôi. | Enough.", ""),
        ("says the same as a pair before it", "có | YES", "0.9000"),
        ("score below 0.5", "Không. | Maybe.", "0.2000"),
    ]


def test_a_table_is_converted_in_its_place_and_not_lost_to_the_rejected(run: Run, table: Path) -> None:
    refused(run("convert", "a.csv", "b.tsv", "--rejected", "./a.csv"), "./a.csv: is an input")
    assert table.read_text(encoding="utf-8") == TABLE
    assert run("convert", "a.csv", "a.csv").returncode == 0
    assert len(texts(table)) == 3
    assert run("convert", "a.csv", "b.tsv", "--rejected", "./b.tsv").returncode == 2


def test_a_pipe_is_converted(run: Run) -> None:
    done = run("convert", "-", "-", "--from", "csv", "--to", "jsonl", input=TABLE.encode())
    assert json.loads(done.stdout.splitlines()[0])["en"] == "Rice prices rise."


def test_columns_that_are_not_there_are_named(run: Run, table: Path) -> None:
    refused(run("convert", "a.csv", "b.tmx", "--vi", "tiếng", "--en", "en"), "a.csv", "tiếng", "'vi', 'en'")


def test_a_ladder_needs_its_texts(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.ladder").write_text("0\t0\t0.5\n1\t1\t0\n")
    (tmp_path / "a.vi").write_text("Có.\n", encoding="utf-8")
    (tmp_path / "a.en").write_text("Yes.\n", encoding="utf-8")
    refused(run("convert", "a.ladder", "a.tsv"), "a.ladder: a ladder numbers segments", "--texts VI EN")
    assert run("convert", "a.ladder", "a.tsv", "--texts", "a.vi", "a.en").returncode == 0
    assert texts(tmp_path / "a.tsv") == [("Có.", "Yes.")]


def test_a_format_for_two_files_or_for_no_terminal_is_refused(run: Run, table: Path) -> None:
    refused(run("convert", "a.csv", "-", "--to", "moses"), "pair of files")
    for codes in ("vi", "vi,VI", "Việt,Anh"):
        refused(run("convert", "a.csv", "b.tmx", "--codes", codes), "expected two language codes")
    refused(run("convert", "a.csv", "b.tmx", "--codes", "en-US,vi-VN"), "the code of Vietnamese comes first")


def test_wrong_pairs_get_low_scores(miner: Miner) -> None:
    vi = ["Giá gạo tăng mạnh ở miền Nam.", "Mưa lớn gây ngập ở Huế.", "Đội tuyển bóng đá thắng trận chung kết."]
    en = ["Rice prices rise sharply in the South.", "Heavy rain floods Hue.", "The football team wins the final."]
    right = mined_log_odds(list(zip(vi, en, strict=True)), miner)
    wrong = mined_log_odds(list(zip(vi, en[1:] + en[:1], strict=True)), miner)
    assert right.min() > wrong.max() + 4


def test_a_score_takes_no_notice_of_the_order(miner: Miner, run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TABLE, encoding="utf-8")
    units = [unit for _, unit in read_units(tmp_path / "a.csv", ReadSettings())]
    assert {unit.id: unit.score for unit in scored(units, miner)} == {
        unit.id: unit.score for unit in scored(units[::-1], miner)
    }


def test_pairs_are_scored_and_the_worst_left_out(run: Run, tmp_path: Path) -> None:
    rows = "".join(
        f"{vi}\t{en}\n"
        for vi, en in [
            ("Giá gạo tăng mạnh ở miền Nam.", "Rice prices rise sharply in the South."),
            ("Mưa lớn gây ngập ở Huế.", "The football team wins the final."),
            ("Một câu không có bản dịch.", ""),
        ]
    )
    (tmp_path / "a.tsv").write_text("vi\ten\n" + rows, encoding="utf-8")
    done = run("score", "a.tsv", "-o", "b.tsv", "--min-score", "0.5", "--rejected", "r.tsv")
    assert done.returncode == 0, done.stderr.decode()
    assert [vi for vi, _ in texts(tmp_path / "b.tsv")] == ["Giá gạo tăng mạnh ở miền Nam."]
    assert "3 pairs read, 1 written" in done.stderr.decode()
    reasons = [line.split("\t")[0] for line in (tmp_path / "r.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    assert reasons == ["score below 0.5", "stands alone"]
