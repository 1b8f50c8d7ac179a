"""The command as a user meets it: real processes, real files, real signals."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import COMMAND

from align.encoders import ENCODERS
from align.encoders.static import STATIC_MODEL
from align.encoders.store import VectorStore
from align.formats.table import COLUMNS

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]

PAGE = "Giá gạo tăng tuần thứ ba\n\nMưa lớn ở Huế\n\nRice prices rise for a third week\n"


def pairs(table: bytes) -> list[list[str]]:
    lines = table.decode().splitlines()
    assert lines[0].split("\t") == list(COLUMNS)
    return [line.split("\t")[:2] for line in lines[1:]]


EXPECTED = [["Giá gạo tăng tuần thứ ba", "Rice prices rise for a third week"]]


def refused(done: subprocess.CompletedProcess[bytes], *words: str) -> None:
    """Exit status 2, one line that says why, nothing on standard output."""
    message = done.stderr.decode()
    assert done.returncode == 2, message
    assert done.stdout == b""
    assert "Traceback" not in message
    assert message.count("\n") == 1
    for word in words:
        assert word in message


def test_a_folder_becomes_a_table(run: Run, tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text(PAGE, encoding="utf-8")
    done = run("mine", "news", "-o", "pairs.tsv")
    assert (done.returncode, done.stdout) == (0, b"")
    assert pairs((tmp_path / "pairs.tsv").read_bytes()) == EXPECTED
    assert "1 document, 3 segments: 2 Vietnamese, 1 English, 0 undecided." in done.stderr.decode()
    assert "1 pair with a score of 0.5 or more" in done.stderr.decode()
    assert sorted(os.listdir(tmp_path)) == ["news", "pairs.tsv"]


def test_standard_input_goes_to_standard_output(run: Run) -> None:
    assert pairs(run("mine", "-", input=PAGE.encode()).stdout) == EXPECTED
    assert pairs(run("mine", "-", "-o", "-", "--quiet", input=PAGE.encode("utf-16")).stdout) == EXPECTED


def test_decomposed_text_nuls_and_windows_lines_give_the_same_pairs(run: Run) -> None:
    hostile = unicodedata.normalize("NFD", PAGE).replace("\n", "\r\n").replace(" ", " \x00", 2)
    assert pairs(run("mine", "-", input=b"\xef\xbb\xbf" + hostile.encode()).stdout) == EXPECTED


def test_what_is_left_over_is_listed_with_its_reason(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PAGE + "\n1234\n", encoding="utf-8")
    assert run("mine", "a.txt", "-o", "pairs.tsv", "--rejected", "rejected.tsv").returncode == 0
    rows = [line.split("\t") for line in (tmp_path / "rejected.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    assert [row[5] for row in rows] == ["Mưa lớn ở Huế", "1234"]
    assert all(row[0] for row in rows)


def test_every_segment_is_in_the_pairs_or_in_the_rejected(run: Run, tmp_path: Path, seeds: Path) -> None:
    run("mine", seeds, "-o", "pairs.tsv", "--rejected", "rejected.tsv")
    spans = []
    for line in (tmp_path / "pairs.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        fields = line.split("\t")
        spans += [(fields[5], span) for span in f"{fields[8]},{fields[9]}".split(",")]
    for line in (tmp_path / "rejected.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        fields = line.split("\t")
        spans.append((fields[1], fields[4]))
    assert len(spans) == len(set(spans))
    for path in seeds.glob("*.txt"):
        text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
        mine = [span.split("-") for document, span in spans if document == path.name]
        covered = {position for start, end in mine for position in range(int(start), int(end))}
        lost = [text[position] for position in range(len(text)) if position not in covered]
        assert not "".join(lost).split()


def test_pairs_can_be_shown_for_reading(run: Run, tmp_path: Path) -> None:
    done = run("mine", "-", "-o", "pairs.tsv", "--show", input=PAGE.encode())
    assert "vi Giá gạo tăng tuần thứ ba" in done.stdout.decode()
    assert b"\x1b" not in done.stdout
    assert run("mine", "-", "--show", input=PAGE.encode()).returncode == 2


def test_a_missing_path_is_named(run: Run) -> None:
    refused(run("mine", "nonesuch.txt", "-o", "pairs.tsv"), "nonesuch.txt", "no such file")


def test_a_folder_without_text_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.jpg").touch()
    refused(run("mine", "pictures"), "pictures", "1 × .jpg", ".txt")


def test_an_empty_file_gives_an_empty_table(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    done = run("mine", "a.txt")
    assert (done.returncode, pairs(done.stdout)) == (0, [])
    assert "a.txt: is empty" in done.stderr.decode()


def test_a_binary_file_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    refused(run("mine", "a.txt"), "a.txt", "binary")


def test_a_file_in_another_encoding_is_refused_until_it_is_named(run: Run, tmp_path: Path) -> None:
    # One word is not enough to tell the old encodings apart: it reads as words in several.
    (tmp_path / "a.txt").write_bytes(b"Vi\xea\xf2t Nam\n")
    done = run("mine", "a.txt")
    message = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b"")
    assert message.startswith("align: a.txt: is not in UTF-8 (line 1: byte 0xea cannot stand there)")
    assert "\n  cp1258: Việt Nam\n" in message
    assert run("mine", "a.txt", "--encoding", "cp1258").returncode == 0
    refused(run("mine", "a.txt", "--encoding", "nonesuch"), "nonesuch")


@pytest.mark.parametrize(
    ("text", "language"), [("Mưa lớn ở Huế hôm nay\n", "English"), ("Heavy rain in the city\n", "Vietnamese")]
)
def test_a_file_in_one_language_gives_no_pairs_and_says_so(run: Run, text: str, language: str) -> None:
    done = run("mine", "-", input=text.encode())
    assert (done.returncode, pairs(done.stdout)) == (0, [])
    assert f"no line is in {language}" in done.stderr.decode()


def test_one_bad_document_does_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 4)
    (tmp_path / "news" / "b.txt").write_text(PAGE, encoding="utf-8")
    done = run("mine", "news", "-o", "pairs.tsv", "--rejected", "rejected.tsv")
    assert done.returncode == 1
    assert "a.txt" in done.stderr.decode()
    assert pairs((tmp_path / "pairs.tsv").read_bytes()) == EXPECTED
    assert "\ta.txt\t" in (tmp_path / "rejected.tsv").read_text(encoding="utf-8")


def test_an_output_that_cannot_be_written_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    refused(run("mine", "a.txt", "-o", "nowhere/pairs.tsv"), "nowhere/pairs.tsv", "cannot be written")
    refused(run("mine", "a.txt", "-o", tmp_path), "is a folder")
    # A folder that nobody can write to, not even root.
    refused(run("mine", "a.txt", "-o", "/proc/pairs.tsv"), "/proc/pairs.tsv", "cannot be written")


def test_a_full_disk_is_reported(run: Run) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    done = run("mine", "-", "-o", "/dev/full", input=PAGE.encode())
    refused(done, "/dev/full", "cannot be written")


def test_what_is_shown_on_a_full_disk_is_not_laid_to_the_table(run: Run) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    with open("/dev/full", "wb") as full:
        options = {"capture_output": False, "stdout": full, "stderr": subprocess.PIPE}
        shown = run("mine", "-", "-o", "pairs.tsv", "--show", input=PAGE.encode(), **options)
        cache, version = run("cache", **options), run("--version", **options)
    for done in (shown, cache, version):
        assert done.returncode == 2
        assert done.stderr.decode().startswith("align: standard output: cannot be ")
        assert done.stderr.count(b"\n") == 1


def test_words_that_nobody_can_hear_stay_out_of_the_table(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    for closed in ("2>&-", "2>/dev/full"):
        done = subprocess.run(
            ["bash", "-c", f'"{COMMAND}" mine a.txt {closed}'], cwd=tmp_path, stdout=subprocess.PIPE, check=True
        )
        assert pairs(done.stdout) == EXPECTED


def test_a_closed_standard_stream_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    for command in (f'"{COMMAND}" mine - <&-', f'"{COMMAND}" mine a.txt --to xlsx >&-'):
        done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, check=False)
        refused(done, "is closed; name a file")


@pytest.mark.parametrize("command", ["mine a.txt", "pair a.txt b.txt"])
@pytest.mark.parametrize("output", ["-o ./a.txt", "-o pairs.tsv --rejected link"])
def test_no_output_takes_the_place_of_a_document(run: Run, tmp_path: Path, command: str, output: str) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(PAGE, encoding="utf-8")
    (tmp_path / "link").symlink_to("a.txt")
    refused(run(*command.split(), *output.split()), "is an input, and what it holds would be lost")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == PAGE
    assert not (tmp_path / "pairs.tsv").exists()


def test_lone_surrogates_in_the_input_are_refused_with_their_place(run: Run) -> None:
    refused(run("mine", "-", input=b"Hu\xed\xa0\x80 in the city\n"), "standard input", "line 1")


def test_a_line_of_fifty_megabytes_is_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a" * 50_000_000 + b"\n\n" + PAGE.encode())
    done = run("mine", "a.txt", "-o", "pairs.tsv")
    assert done.returncode == 0, done.stderr.decode()
    assert pairs((tmp_path / "pairs.tsv").read_bytes()) == EXPECTED


def test_a_pipe_is_a_path(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(
        [COMMAND, "mine", "pipe"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        (tmp_path / "pipe").write_text(PAGE, encoding="utf-8")
        out, _ = process.communicate(timeout=60)
    assert pairs(out) == EXPECTED


def test_a_reader_that_leaves_early_is_no_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n\n".join([PAGE] * 2000), encoding="utf-8")
    done = subprocess.run(
        ["bash", "-c", f'"{COMMAND}" mine a.txt --lines --quiet | head -n 1'],
        cwd=tmp_path,
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.decode().split("\t")[0] == "vi"
    assert done.stderr == b""
    shown = subprocess.run(
        ["bash", "-c", f'"{COMMAND}" mine a.txt -o pairs.tsv --show | head -n 1; exit ${{PIPESTATUS[0]}}'],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert (shown.returncode, shown.stderr) == (141, b"")


@pytest.mark.parametrize(
    ("number", "status", "words"),
    [
        (signal.SIGINT, 130, "align: interrupted before the output was whole; no file was changed.\n"),
        (signal.SIGTERM, 143, ""),
    ],
)
def test_an_interrupt_leaves_nothing_half_written(tmp_path: Path, number: int, status: int, words: str) -> None:
    (tmp_path / "pairs.tsv").write_text("old")
    with subprocess.Popen(
        [COMMAND, "mine", "-", "-o", "pairs.tsv"], cwd=tmp_path, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        time.sleep(3)  # waits for its input, with the output file open
        process.send_signal(number)
        _, message = process.communicate(timeout=60)
    assert (process.returncode, message.decode()) == (status, words)
    assert os.listdir(tmp_path) == ["pairs.tsv"]
    assert (tmp_path / "pairs.tsv").read_text() == "old"


def test_help_tells_what_each_command_does(run: Run) -> None:
    for arguments in (("--help",), ("mine", "--help"), ("mine", "-h"), ("encoders", "-h"), ("cache", "-h"), ()):
        out = run(*arguments)
        assert "align" in (out.stdout + out.stderr).decode()
    text = run("mine", "--help").stdout.decode()
    for option in (
        "--output",
        "--encoder",
        "--device",
        "--batch-size",
        "--no-cache",
        "--min-score",
        "--rejected",
        "--lines",
        "--encoding",
        "--quiet",
        "--verbose",
    ):
        assert option in text


def test_the_version_is_that_of_the_package(run: Run) -> None:
    import align

    assert run("--version").stdout.decode() == f"align {align.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("mine",),
        ("nonesuch",),
        ("mine", "-", "--min-score", "2"),
        ("mine", "-", "--batch-size", "0"),
        ("mine", "-", "--nonesuch"),
    ],
    ids=["no path", "no such command", "no probability", "an empty batch", "no such option"],
)
def test_a_wrong_call_is_refused_with_status_2(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, input=b"")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr


def test_an_encoder_that_cannot_be_had_is_one_line(run: Run) -> None:
    refused(run("mine", "-", "--encoder", "no/such-model", input=PAGE.encode()), "no/such-model", "static")


def test_a_slow_encoder_is_asked_once(run: Run, tmp_path: Path) -> None:
    options = {"input": PAGE.encode(), "env": {**os.environ, "ALIGN_CACHE": str(tmp_path / "cache")}}
    arguments = ["mine", "-", "--encoder", STATIC_MODEL, "--device", "cpu", "--batch-size", "4"]
    bare = run(*arguments, "--no-cache", **options)
    assert not (tmp_path / "cache").exists()
    first, second = (run(*arguments, **options) for _ in range(2))
    assert pairs(bare.stdout) == EXPECTED
    assert bare.stdout == first.stdout == second.stdout
    # The encoder cannot run there, and need not.
    assert run("mine", "-", "--encoder", STATIC_MODEL, "--device", "nowhere", **options).stdout == first.stdout


def test_a_cache_that_cannot_be_used_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    options = {"input": PAGE.encode(), "env": {**os.environ, "ALIGN_CACHE": str(tmp_path / "file")}}
    done = run("mine", "-", "--encoder", STATIC_MODEL, **options)
    assert (done.returncode, pairs(done.stdout)) == (0, EXPECTED)
    words = done.stderr.decode()
    assert "Warning" not in words
    assert words.startswith(f"align: {tmp_path / 'file'}")
    assert words.count("goes on without") == 1


def test_the_cache_is_shown_and_emptied(run: Run, tmp_path: Path) -> None:
    options = {"env": {**os.environ, "ALIGN_CACHE": str(tmp_path / "cache")}}
    empty = f"folder   {tmp_path / 'cache' / 'embeddings-1'}\nvectors  0\nsize     0.0 MB of at most 1,073.7 MB\n"
    assert run("cache", **options).stdout.decode() == empty
    VectorStore(tmp_path / "cache").keep("model", ["a", "b"], np.ones((2, 384), np.float32))
    assert "\nvectors  2\nsize     0.1 MB of" in run("cache", **options).stdout.decode()
    assert run("cache", "--clear", **options).stdout.decode() == empty
    assert os.listdir(tmp_path / "cache") == []


def test_a_cache_that_cannot_be_read_is_one_line(run: Run, tmp_path: Path) -> None:
    options = {"env": {**os.environ, "ALIGN_CACHE": str(tmp_path)}}
    (tmp_path / "embeddings-1").mkdir()
    (tmp_path / "embeddings-1" / "vectors.sqlite").write_bytes(b"no database" * 500)
    refused(run("cache", **options), "embeddings-1", "--clear")
    assert run("cache", "--clear", **options).returncode == 0


def test_the_encoders_are_listed_with_their_speed_here(run: Run) -> None:
    done = run("encoders", STATIC_MODEL, "--json")
    found = json.loads(done.stdout)
    assert [item["name"] for item in found] == [*ENCODERS, "auto", str(STATIC_MODEL)]
    assert all(item["speed"] > 1 and item["size"] > 1_000_000 and item["use"] for item in found)
    assert all(item["languages"] == ["vi", "en"] for item in found[: len(ENCODERS)])
    assert {item["dim"] for item in found if "static" in item["name"]} == {384}
    table = run("encoders").stdout.decode()
    assert "sentences/s" in table
    assert all(name in table for name in ENCODERS)


def test_an_encoder_that_cannot_be_listed_does_not_hide_the_others(run: Run) -> None:
    done = run("encoders", "./nonesuch", "--json")
    assert done.returncode == 1
    assert [item["name"] for item in json.loads(done.stdout)] == [*ENCODERS, "auto"]
    assert done.stderr.decode().startswith("align: ./nonesuch: there is no such folder")
    assert done.stderr.count(b"\n") == 1


def on_terminal(arguments: list[str], cwd: Path, **environment: str) -> str:
    """Run the command with standard error on a terminal; returns what the terminal saw."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [COMMAND, *arguments], cwd=cwd, stdout=subprocess.PIPE, stderr=follower, env={**os.environ, **environment}
    ) as process:
        os.close(follower)
        seen = b""
        while True:
            try:
                seen += (piece := os.read(leader, 4096))
            except OSError:
                break
            if not piece:
                break
        process.communicate()
    os.close(leader)
    return seen.decode()


def test_a_progress_bar_shows_on_a_terminal_only(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    assert "Mining" in on_terminal(["mine", "a.txt"], tmp_path, TERM="xterm")
    assert "Mining" not in on_terminal(["mine", "a.txt", "--quiet"], tmp_path, TERM="xterm")
    assert b"Mining" not in run("mine", "a.txt").stderr


def test_no_color_means_no_colour(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    seen = on_terminal(["mine", "a.txt"], tmp_path, TERM="xterm-256color", NO_COLOR="1")
    assert "\x1b[3" not in seen
    assert "\x1b[9" not in seen
