"""`align batch`: what is done stays done, and what comes out depends on inputs and settings alone."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import COMMAND, ROOT

from align.batch.engine import InProcess
from align.batch.job import locked, run_batch
from align.batch.outputs import OutputSettings
from align.batch.plan import plan_of
from align.batch.seal import DamagedError
from align.batch.shards import dumped, loaded
from align.batch.store import store_at
from align.batch.work import WorkSettings
from align.formats.reading import read_pairs
from align.pairing.evidence import reference

Run = Callable[..., subprocess.CompletedProcess[bytes]]
STATIC = ("--encoder", "static")
MINI = ("--encoder", "mini", "--no-cache")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Four documents with their translations, named in several ways, and the pages of the seeds."""
    folder = tmp_path / "corpus"
    (folder / "more" / "vi").mkdir(parents=True)
    (folder / "more" / "en").mkdir()
    gold = sorted((ROOT / "tests" / "gold").glob("*.vi.txt"))
    for number, vi in enumerate(gold[:4]):
        en = vi.with_name(vi.name.replace(".vi.", ".en."))
        stem = vi.name.split(".")[0]
        places = {
            0: (folder / f"{stem}.vi.txt", folder / f"{stem}.en.txt"),
            1: (folder / f"{stem}_vi.txt", folder / f"{stem}_en.md"),
        }.get(number, (folder / "more" / "vi" / f"{stem}.txt", folder / "more" / "en" / f"{stem}.txt"))
        shutil.copy(vi, places[0])
        shutil.copy(en, places[1])
    for page in (ROOT / "seeds").glob("*.txt"):
        shutil.copy(page, folder)
    return folder


def outputs(folder: Path) -> dict[str, bytes]:
    """The bytes of everything a user gets but the report, which holds times."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".align" not in path.parts and path.name != "report.json"
    }


def report(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "report.json").read_bytes())
    return found


def parts(folder: Path) -> list[Path]:
    """What was left half written."""
    return [path for path in folder.rglob("*") if path.name.endswith(".part")]


class Silent:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def progress(self, done: int, total: int, segments: int) -> None:
        pass

    def stage(self, name: str, done: int, total: int) -> None:
        pass

    def failed(self, reason: str) -> None:
        self.words.append(reason)

    def say(self, words: str) -> None:
        self.words.append(words)


def test_pairs_by_name_and_pages_become_one_corpus(run: Run, corpus: Path, tmp_path: Path) -> None:
    done = run("batch", corpus, "-o", "out", *STATIC)
    assert done.returncode == 0, done.stderr.decode()
    assert b"4 pairs of documents and 5 pages aligned." in done.stderr
    pairs = read_pairs(tmp_path / "out" / "pairs.tsv")
    found = report(tmp_path / "out")
    assert len(pairs) == found["counts"]["pairs"] > 50
    assert {one["document"] for one in found["documents"]} >= {"01-news-rice-exports", "02-news-riverside-tram"}
    assert {one["status"] for one in found["documents"]} == {"done"}
    assert found["settings"]["encoder"] == "static"
    assert found["counts"]["lines_encoded"] > 100
    assert parts(tmp_path) == []


def test_what_comes_out_is_what_pair_and_mine_give(run: Run, corpus: Path, tmp_path: Path) -> None:
    run("batch", corpus, "-o", "out", *STATIC)
    vi, en = corpus / "01-news-rice-exports.vi.txt", corpus / "01-news-rice-exports.en.txt"
    alone = run("pair", vi, en, "--min-score", "0.5", *STATIC).stdout.decode().splitlines()[1:]
    page = corpus / "003_95c7d294790140af.txt"
    mined = run("mine", page, *STATIC).stdout.decode().splitlines()[1:]
    found = (tmp_path / "out" / "pairs.tsv").read_text("utf-8").splitlines()
    assert alone
    assert mined
    assert set(alone) | set(mined) <= set(found)


@pytest.mark.parametrize("engine", [("--workers", "2"), ("--engine", "dask", "--workers", "2")])
def test_the_number_of_workers_changes_no_byte(run: Run, corpus: Path, tmp_path: Path, engine: tuple[str, ...]) -> None:
    if "dask" in engine:
        pytest.importorskip("distributed")
    assert run("batch", corpus, "-o", "one", "--workers", "1").returncode == 0
    done = run("batch", corpus, "-o", "two", *engine)
    assert done.returncode == 0, done.stderr.decode()
    assert outputs(tmp_path / "one") == outputs(tmp_path / "two")


def test_what_was_done_before_is_not_done_again(run: Run, corpus: Path, tmp_path: Path) -> None:
    run("batch", corpus, "-o", "out", *STATIC)
    before = outputs(tmp_path / "out")
    shards = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / ".align" / "units").rglob("*")}
    done = run("batch", corpus, "-o", "out", *STATIC)
    assert b"9 documents had been done before" in done.stderr
    assert outputs(tmp_path / "out") == before
    assert shards == {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / ".align" / "units").rglob("*")}


def test_only_what_changed_is_done_again(run: Run, corpus: Path, tmp_path: Path) -> None:
    run("batch", corpus, "-o", "out", *STATIC)
    changed = corpus / "01-news-rice-exports.en.txt"
    changed.write_text(changed.read_text("utf-8").replace("rice", "coffee"), "utf-8")
    (corpus / "004_3bb503f606c20954.txt").unlink()
    (corpus / "new.txt").write_text("Giá gạo tăng\n\nRice prices rise\n", "utf-8")
    assert run("batch", corpus, "-o", "out", *STATIC).returncode == 0
    assert report(tmp_path / "out")["this_run"]["reused"] == 7
    run("batch", corpus, "-o", "fresh", *STATIC)
    assert outputs(tmp_path / "out") == outputs(tmp_path / "fresh")
    units = [path for path in (tmp_path / "out" / ".align" / "units").rglob("*") if path.is_file()]
    assert len(units) == 9


def test_another_threshold_and_another_format_need_no_work(run: Run, corpus: Path, tmp_path: Path) -> None:
    run("batch", corpus, "-o", "out", *STATIC)
    options = ("--min-score", "0.9", "--only", "sentence", "--sort", "score", "--to", "jsonl")
    done = run("batch", corpus, "-o", "out", *options, *STATIC)
    assert report(tmp_path / "out")["this_run"]["reused"] == 9
    assert done.returncode == 0
    assert sorted(outputs(tmp_path / "out")) == ["pairs.jsonl", "rejected.tsv"]
    scores = [unit.score or 0 for unit in read_pairs(tmp_path / "out" / "pairs.jsonl")]
    assert min(scores) >= 0.9
    assert scores == sorted(scores, reverse=True)


def test_settings_that_would_mix_results_are_refused_with_the_way_out(run: Run, corpus: Path, tmp_path: Path) -> None:
    run("batch", corpus, "-o", "out", *STATIC)
    before = outputs(tmp_path / "out")
    done = run("batch", corpus, "-o", "out", *STATIC, "--max-bead", "1")
    assert done.returncode == 2
    message = done.stderr.decode()
    assert "max_bead 4, now 1" in message
    assert "--restart" in message
    assert outputs(tmp_path / "out") == before
    assert run("batch", corpus, "-o", "out", *STATIC, "--max-bead", "1", "--restart").returncode == 0
    assert report(tmp_path / "out")["this_run"]["reused"] == 0
    assert outputs(tmp_path / "out") != before


def test_a_folder_with_a_table_that_no_batch_made_is_refused(run: Run, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "pairs.tsv").write_text("mine", "utf-8")
    done = run("batch", corpus, "-o", "out", *STATIC)
    assert done.returncode == 2
    assert b"pairs.tsv: is there already and was not made by a batch" in done.stderr
    assert (tmp_path / "out" / "pairs.tsv").read_text("utf-8") == "mine"


def test_parquet_is_a_folder_of_files(run: Run, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.setattr("align.batch.outputs.UNITS_A_FILE", 30)
    folder = str(tmp_path / "out")
    options = {"settings": WorkSettings("static"), "outputs": OutputSettings("parquet")}
    with locked(folder):
        summary = run_batch(plan_of(str(corpus)), folder, InProcess(), Silent(), **options)  # type: ignore[arg-type]
    files = sorted((tmp_path / "out" / "pairs").iterdir())
    assert len(files) == -(-summary.data([])["counts"]["pairs"] // 30) > 2
    run("batch", corpus, "-o", "table", *STATIC)
    texts = [(unit.vi, unit.en, unit.score) for file in files for unit in read_pairs(file)]
    assert texts == [(unit.vi, unit.en, unit.score) for unit in read_pairs(tmp_path / "table" / "pairs.tsv")]


def test_ladders_are_a_file_for_each_pair_of_documents(run: Run, corpus: Path, tmp_path: Path) -> None:
    done = run("batch", corpus, "-o", "out", *STATIC, "--to", "vecalign")
    assert done.returncode == 0
    found = sorted(name for name in outputs(tmp_path / "out") if name.endswith(".vecalign"))
    assert len(found) == 4
    assert "01-news-rice-exports.vecalign" in found
    vi, en = corpus / "01-news-rice-exports.vi.txt", corpus / "01-news-rice-exports.en.txt"
    alone = run("pair", vi, en, *STATIC, "--to", "vecalign").stdout
    assert (tmp_path / "out" / "01-news-rice-exports.vecalign").read_bytes() == alone
    assert b"pairs of pages have no place in a ladder" in done.stderr


def test_one_bad_document_is_reported_and_the_rest_goes_on(run: Run, corpus: Path, tmp_path: Path) -> None:
    (corpus / "bad.pdf").write_bytes(b"no PDF")
    done = run("batch", corpus, "-o", "out", *STATIC)
    assert done.returncode == 1
    message = done.stderr.decode()
    assert "bad.pdf: found" in message
    assert "1 failed: see above" in message
    found = report(tmp_path / "out")
    assert [one["document"] for one in found["documents"] if one["status"] == "failed"] == ["bad.pdf"]
    assert "bad.pdf" in (tmp_path / "out" / "rejected.tsv").read_text("utf-8")
    (corpus / "bad.pdf").unlink()
    assert run("batch", corpus, "-o", "out", *STATIC).returncode == 0


def test_fail_fast_stops_at_the_first(run: Run, corpus: Path, tmp_path: Path) -> None:
    (corpus / "00-bad.pdf").write_bytes(b"no PDF")
    done = run("batch", corpus, "-o", "out", *STATIC, "--fail-fast", "--workers", "1")
    assert done.returncode == 1
    assert b"stopped at the first document that failed; 0 of 10 are done" in done.stderr
    assert not (tmp_path / "out" / "pairs.tsv").exists()
    assert parts(tmp_path) == []


def test_a_monster_does_not_take_the_batch_down(run: Run, corpus: Path, tmp_path: Path) -> None:
    line = "Giá gạo xuất khẩu tăng {0}\nRice export prices rise {0}\n"
    (corpus / "monster.txt").write_text("".join(line.format(number) for number in range(12_000)), "utf-8")
    done = run("batch", corpus, "-o", "out", *STATIC, "--memory-limit", "40", "--workers", "2")
    assert done.returncode == 1, done.stderr.decode()
    failed = {
        one["document"]: one["reason"] for one in report(tmp_path / "out")["documents"] if one["status"] == "failed"
    }
    assert list(failed) == ["monster.txt"]
    assert "memory" in failed["monster.txt"]


def test_a_damaged_shard_is_done_again(run: Run, corpus: Path, tmp_path: Path) -> None:
    run("batch", corpus, "-o", "out", *STATIC)
    before = outputs(tmp_path / "out")
    shards = sorted(path for path in (tmp_path / "out" / ".align" / "units").rglob("*") if path.is_file())
    shards[0].write_bytes(shards[0].read_bytes().replace(b"vi", b"iv", 1))
    shards[1].write_bytes(b"")
    shards[2].write_bytes(shards[2].read_bytes()[:-40])
    done = run("batch", corpus, "-o", "out", *STATIC)
    assert done.returncode == 0
    assert b"damaged or gone; it is done again" in done.stderr
    assert outputs(tmp_path / "out") == before


def test_a_damaged_job_is_refused_with_the_way_out(run: Run, corpus: Path, tmp_path: Path) -> None:
    run("batch", corpus, "-o", "out", *STATIC)
    (tmp_path / "out" / ".align" / "job.json").write_bytes(b"\0\0")
    done = run("batch", corpus, "-o", "out", *STATIC)
    assert done.returncode == 2
    assert b"--restart" in done.stderr
    assert run("batch", corpus, "-o", "out", *STATIC, "--restart").returncode == 0


def test_a_second_batch_on_the_same_output_is_refused(run: Run, corpus: Path, tmp_path: Path) -> None:
    with locked(str(tmp_path / "out")):
        done = run("batch", corpus, "-o", "out", *STATIC)
    assert done.returncode == 2
    assert done.stderr == b"align: out: another batch is at work there; wait for it, or name another folder.\n"
    assert run("batch", corpus, "-o", "out", *STATIC).returncode == 0


def test_a_full_disk_is_told_in_one_line_and_costs_nothing(run: Run, corpus: Path, tmp_path: Path) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))

    for workers in ("1", "2"):
        done = run("batch", corpus, "-o", "out", *STATIC, "--workers", workers, preexec_fn=small_files)
        message = done.stderr.decode()
        assert done.returncode == 2, message
        assert "cannot be written (File too large)" in message
        assert "Traceback" not in message
        assert parts(tmp_path) == []
        assert not (tmp_path / "out" / "pairs.tsv").exists()
    assert run("batch", corpus, "-o", "out", *STATIC).returncode == 0
    run("batch", corpus, "-o", "fresh", *STATIC)
    assert outputs(tmp_path / "out") == outputs(tmp_path / "fresh")


def test_an_output_that_cannot_be_written_is_refused_before_any_work(run: Run, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for place in ("file", "file/out", "/proc/out"):
        done = run("batch", corpus, "-o", place, *STATIC)
        message = done.stderr.decode()
        assert done.returncode == 2, message
        assert "cannot be used" in message
        assert message.count("\n") == 1


def test_an_input_that_vanishes_or_changes_is_reported_and_the_rest_goes_on(corpus: Path, tmp_path: Path) -> None:
    plan = plan_of(str(corpus))
    vanishing, changing = sorted(corpus.glob("*.vi.txt"))[0], sorted(corpus.glob("*_vi.txt"))[0]
    listener = Silent()

    class Meddling(InProcess):
        def run(self, work: Any, tasks: Any, **options: Any) -> Any:
            vanishing.unlink()
            changing.write_text("Một câu khác.\n", "utf-8")
            return super().run(work, tasks, **options)

    folder = str(tmp_path / "out")
    options = {"settings": WorkSettings("static"), "outputs": OutputSettings()}
    with locked(folder):
        summary = run_batch(plan, folder, Meddling(), listener, **options)  # type: ignore[arg-type]
    failed = [one.reason for one in summary.documents if one.status == "failed"]
    assert len(failed) == 2
    assert any("No such file" in str(reason) for reason in failed)
    assert any("changed while the batch was at work" in str(reason) for reason in failed)
    assert len(summary.documents) == 9
    with locked(folder):
        summary = run_batch(plan_of(str(corpus)), folder, InProcess(), listener, **options)  # type: ignore[arg-type]
    # the document whose translation vanished is a page now
    assert all(one.status == "done" for one in summary.documents)


def test_a_cache_that_cannot_be_opened_costs_a_line(run: Run, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "no-folder").write_bytes(b"")
    environment = {**os.environ, "ALIGN_CACHE": str(tmp_path / "no-folder")}
    done = run("batch", corpus, "-o", "out", "--encoder", "mini", "--workers", "2", env=environment)
    message = done.stderr.decode()
    assert done.returncode == 0, message
    assert message.count("vectors are not kept on disk") == 1
    run("batch", corpus, "-o", "cached", "--encoder", "mini", "--workers", "1")
    assert outputs(tmp_path / "out") == outputs(tmp_path / "cached")


def begun(corpus: Path, *options: str) -> subprocess.Popen[bytes]:
    """A batch that has done a document and has others to do."""
    folder = corpus.parent
    many = folder / "many"
    shutil.copytree(corpus, many)
    for number in range(40):
        for name in ("02-news-riverside-tram_vi.txt", "02-news-riverside-tram_en.md"):
            shutil.copy(corpus / name, many / f"{number}-{name}")
    process = subprocess.Popen(
        [COMMAND, "batch", str(many), "-o", "out", *options], cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    until = time.monotonic() + 60
    while not any((folder / "out" / ".align" / "units").glob("*/*")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.005)
    return process


@pytest.mark.parametrize(
    "options", [(*STATIC, "--workers", "1"), ("--encoder", "mini", "--no-cache", "--workers", "2")]
)
def test_the_first_interrupt_stops_cleanly_and_the_same_command_goes_on(
    run: Run, corpus: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    process = begun(corpus, *options)
    process.send_signal(signal.SIGINT)
    message = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 130, message
    assert "stopping when the documents under way are done" in message
    assert "The same command goes on." in message
    assert "Traceback" not in message
    assert parts(tmp_path) == []
    if options[1] == "static":
        run("batch", "many", "-o", "out", *options)
        run("batch", "many", "-o", "fresh", *STATIC)
        assert report(tmp_path / "out")["this_run"]["reused"] > 0
        assert outputs(tmp_path / "out") == outputs(tmp_path / "fresh")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_interrupt_and_an_end_stop_at_once(corpus: Path, tmp_path: Path, number: signal.Signals) -> None:
    process = begun(corpus, *MINI, "--workers", "2")
    if number == signal.SIGINT:
        process.send_signal(number)
        time.sleep(0.05)
    process.send_signal(number)
    message = process.communicate(timeout=30)[1].decode()
    assert process.returncode in (130, 143), message
    assert "Traceback" not in message
    assert parts(tmp_path) == []


def test_a_dry_run_shows_what_and_why_and_is_a_manifest(run: Run, corpus: Path, tmp_path: Path) -> None:
    done = run("batch", corpus, "-o", "out", "--dry-run")
    assert done.returncode == 0, done.stderr.decode()
    assert not (tmp_path / "out").exists()
    rows = [line.split("\t") for line in done.stdout.decode().splitlines()]
    assert rows[0] == ["id", "vi", "en", "document", "score", "why"]
    assert len(rows) == 10
    (tmp_path / "manifest.tsv").write_bytes(done.stdout)
    assert run("batch", "manifest.tsv", "-o", "by-manifest", *STATIC).returncode == 0
    run("batch", corpus, "-o", "out", *STATIC)
    by_manifest, by_name = (read_pairs(tmp_path / place / "pairs.tsv") for place in ("by-manifest", "out"))
    texts = [[(unit.vi, unit.en, unit.score) for unit in units] for units in (by_manifest, by_name)]
    assert texts[0] == texts[1]


def test_inputs_and_outputs_can_be_at_urls(corpus: Path, tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    for path in corpus.rglob("*"):
        if path.is_file():
            system.pipe(f"/corpus/{path.relative_to(corpus)}", path.read_bytes())
    options: dict[str, Any] = {"settings": WorkSettings("static"), "outputs": OutputSettings()}
    summary = run_batch(plan_of("memory://corpus"), "memory://out", InProcess(), Silent(), **options)
    assert all(one.status == "done" for one in summary.documents)
    folder = str(tmp_path / "out")
    with locked(folder):
        run_batch(plan_of(str(corpus)), folder, InProcess(), Silent(), **options)
    for name in ("pairs.tsv", "rejected.tsv"):
        assert system.cat(f"/out/{name}") == (tmp_path / "out" / name).read_bytes()
    again = run_batch(plan_of("memory://corpus"), "memory://out", InProcess(), Silent(), **options)
    assert again.reused == 9
    system.store.clear()


def test_an_empty_folder_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("batch", "empty", "-o", "out")
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1


def test_quiet_says_nothing(run: Run, corpus: Path) -> None:
    done = run("batch", corpus, "-o", "out", *STATIC, "--quiet")
    assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 0)


def test_a_shard_reads_back_as_it_was(corpus: Path, tmp_path: Path) -> None:
    folder = str(tmp_path / "out")
    options: dict[str, Any] = {"settings": WorkSettings("static"), "outputs": OutputSettings()}
    with locked(folder):
        run_batch(plan_of(str(corpus)), folder, InProcess(), Silent(), **options)
    store = store_at(folder)
    for name in store.names(".align/units"):
        data = store.read(name)
        shard = loaded(data)
        assert dumped(shard) == data
        assert all(bead.id for result in shard.results for bead in result.beads)
        for damaged in (data[:-1], data[1:], data + b" ", b"", data.replace(b"1", b"2", 1)):
            with pytest.raises(DamagedError):
                loaded(damaged)


# --- paired by content -------------------------------------------------------------------


@pytest.fixture
def nameless(tmp_path: Path) -> Path:
    """Three stories and their translations under names that say nothing, a page in both languages, an archive."""
    folder = tmp_path / "nameless"
    folder.mkdir()
    pairs = reference()
    for number in range(3):
        stretch = pairs[12 * number : 12 * number + 12]
        for name, side in ((f"bai-{number}", 0), (f"story-{9 - number}", 1)):
            (folder / f"{name}.txt").write_text("\n".join(pair[side] for pair in stretch), encoding="utf-8")
    mixed = [text for pair in pairs[40:46] for text in pair]
    (folder / "trang.txt").write_text("\n".join(mixed), encoding="utf-8")
    records = [json.dumps({"text": text}) for text in mixed]
    (folder / "kho.jsonl").write_text("\n".join(records), encoding="utf-8")
    (folder / "hong.pdf").write_bytes(b"no pdf")
    return folder


def test_documents_without_partner_by_name_are_paired_by_content(nameless: Path, tmp_path: Path) -> None:
    arguments = [
        "batch",
        str(nameless),
        "-o",
        str(tmp_path / "out"),
        "--match",
        "--encoder",
        "static",
        "--workers",
        "1",
    ]
    shown = subprocess.run(
        [COMMAND, *arguments, "--dry-run"], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert not (tmp_path / "out").exists()
    rows = [line.split("\t") for line in shown.stdout.splitlines()[1:]]
    paired = {(Path(vi).name, Path(en).name): (float(score), why) for _, vi, en, _, score, why in rows if en}
    assert set(paired) == {(f"bai-{number}.txt", f"story-{9 - number}.txt") for number in range(3)}
    assert all(score > 0.9 and why.startswith("matched by content") for score, why in paired.values())
    whys = {Path(document).name: why for _, _, _, document, _, why in rows if document}
    assert whys["trang.txt"] == "holds both languages"
    done = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1, done.stderr  # for the PDF that is none
    report = json.loads((tmp_path / "out/report.json").read_text(encoding="utf-8"))
    assert report["counts"]["pairs_of_documents"] == 3
    assert sum(document.get("score", 0) > 0.9 for document in report["documents"]) == 3


def test_what_was_matched_is_looked_at_once_and_anew_when_it_changes(nameless: Path, tmp_path: Path) -> None:
    arguments = [
        "batch",
        str(nameless),
        "-o",
        str(tmp_path / "out"),
        "--match",
        "--encoder",
        "static",
        "--workers",
        "1",
    ]
    subprocess.run([COMMAND, *arguments], capture_output=True, check=False)
    looks = tmp_path / "out/.align/looks"
    before = {path.name: path.stat().st_mtime_ns for path in looks.rglob("*") if path.is_file()}
    first = (tmp_path / "out/pairs.tsv").read_bytes()
    (nameless / "story-9.txt").write_text("\n".join(pair[1] for pair in reference()[60:72]), encoding="utf-8")
    subprocess.run([COMMAND, *arguments], capture_output=True, check=False)
    after = {path.name: path.stat().st_mtime_ns for path in looks.rglob("*") if path.is_file()}
    assert len(after) == len(before)
    assert len(set(after.items()) & set(before.items())) == len(before) - 1
    assert (tmp_path / "out/pairs.tsv").read_bytes() != first
