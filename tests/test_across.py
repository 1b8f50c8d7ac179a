"""Mining over all documents: the same pairs as in memory, whoever does the work and however often it is begun."""

from __future__ import annotations

import functools
import itertools
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import COMMAND

from align.batch.across import ACROSS, Across, LineReader, mine_across
from align.batch.copies import find_copies
from align.batch.engine import Engine, InProcess
from align.batch.plan import plan_of
from align.batch.processes import Processes
from align.batch.seal import DamagedError, mapped, sealed, sealed_array
from align.batch.shards import loaded
from align.batch.stages import Stages, StoppedError
from align.batch.store import FolderStore
from align.batch.work import Task, WorkSettings, state_of
from align.encoders import load_encoder
from align.pairing.evidence import reference
from align.pairing.mine import Miner
from align.pipeline import UNPAIRED_KINDS, load_miner
from align.quality.digest import digest, matching_form
from align.types import Bead, Document, Segment

SETTINGS = WorkSettings("static", lines=True, keep_duplicates=True)
"""Copies kept, as `Miner` keeps them."""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Reference pairs over six files, those of a pair in different ones, a line twice, and one long passage."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    files: list[list[str]] = [[] for _ in range(6)]
    for number, (vi, en) in enumerate(reference()):
        files[number % 3].append(vi)
        files[3 + number % 2].append(en)
    files[5] = [reference()[0][0], "Xem thêm", "Read more", "Read more", reference()[1][1]]
    for number, lines in enumerate(files):
        (folder / f"{number}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def align(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The command, in a process of its own."""
    return subprocess.run(
        [COMMAND, *map(str, arguments)], capture_output=True, text=True, encoding="utf-8", check=False
    )


def mined(
    folder: Path, work: Path, settings: WorkSettings = SETTINGS, engine: Engine | None = None, **options
) -> Across:
    """What the stages find, in a folder of their own."""
    stages = Stages(FolderStore(str(work)), engine or InProcess(), lambda *_: None)
    return mine_across(read(folder, stages, settings), stages, settings, **options)


def read(folder: Path, stages: Stages, settings: WorkSettings):
    items = plan_of(str(folder)).items
    tasks = [Task(f"units/{item.stem}", item.stem, item.inputs, (state_of(item.inputs[0].path),)) for item in items]
    stages.run("read", LineReader(stages.store, settings), tasks)
    return [(item, loaded(stages.store.read(task.shard))) for item, task in zip(items, tasks, strict=True)]


def beads_in(across: Across) -> list[Bead]:
    return [bead for _, shard in across.shards for result in shard.results for bead in result.beads]


def told(beads: Sequence[Bead]) -> list[tuple[str, str, str, str, float]]:
    """Beads as plain data, in one order."""
    return sorted(
        (bead.vi[0].document.id, bead.vi_text, bead.en[0].document.id, bead.en_text, bead.score)
        for bead in beads
        if bead.score is not None
    )


def in_memory(across: Across, miner: Miner) -> list[Bead]:
    """The same documents, as the miner pairs them when they stand one after the other."""
    segments = [one for _, shard in across.shards for result in shard.results for one in result.segments]
    paired = [one for one in segments if one.kind not in UNPAIRED_KINDS]
    return miner.align(*([one for one in paired if one.lang == language] for language in ("vi", "en")))


def test_a_small_corpus_gives_the_pairs_of_the_miner(corpus, tmp_path):
    across = mined(corpus, tmp_path / "work")
    expected = told(in_memory(across, load_miner("static")))
    assert told(beads_in(across)) == expected
    assert len(expected) >= 0.9 * len(reference())
    assert across.counts.recall == 1


def test_auto_asks_the_second_encoder_as_the_miner_does(corpus, tmp_path):
    settings = WorkSettings("auto", lines=True, keep_duplicates=True)
    across = mined(corpus, tmp_path / "work", settings)
    assert told(beads_in(across)) == told(in_memory(across, load_miner("auto")))


def test_one_document_gives_the_pairs_of_mine(tmp_path):
    page = tmp_path / "page"
    page.mkdir()
    lines = [line for pair in reference() for line in pair]
    (page / "a.txt").write_text("\n\n".join(lines), encoding="utf-8")
    for name, *options in (("within",), ("across", "--across")):
        run = align("mine", page / "a.txt", "--encoder", "static", "-o", tmp_path / f"{name}.tsv", *options)
        assert run.returncode == 0, run.stderr
    assert (tmp_path / "across.tsv").read_bytes() == (tmp_path / "within.tsv").read_bytes()


def test_an_index_finds_nearly_what_looking_at_every_pair_does(corpus, tmp_path):
    pytest.importorskip("faiss")
    exact = mined(corpus, tmp_path / "exact")
    quick = mined(corpus, tmp_path / "index", exact=0)
    assert quick.counts.recall >= 0.98
    assert any(name.endswith("index.faiss") for name in FolderStore(str(tmp_path / "index")).names(ACROSS))
    same = set(told(beads_in(quick))) & set(told(beads_in(exact)))
    assert len(same) >= 0.97 * len(told(beads_in(exact)))


def test_two_processes_leave_the_same_files(corpus, tmp_path):
    pool = Processes(2)
    try:
        mined(corpus, tmp_path / "two", engine=pool, exact=0)
    finally:
        pool.close()
    mined(corpus, tmp_path / "one", exact=0)
    one, two = FolderStore(str(tmp_path / "one")), FolderStore(str(tmp_path / "two"))
    assert one.names() == two.names()
    assert [name for name in one.names() if one.read(name) != two.read(name)] == []


def test_what_was_stopped_goes_on_and_gives_the_same(corpus, tmp_path):
    whole = mined(corpus, tmp_path / "whole", exact=0)
    for turn in range(40):
        asked = itertools.count()
        stop = functools.partial(lambda asked: next(asked) >= 3, asked)
        stages = Stages(FolderStore(str(tmp_path / "parts")), InProcess(), lambda *_: None, stop)
        try:
            across = mine_across(read(corpus, stages, SETTINGS), stages, SETTINGS, exact=0)
            break
        except StoppedError:
            assert turn < 39
    assert turn > 2
    assert told(beads_in(across)) == told(beads_in(whole))


def test_a_damaged_part_is_named_and_done_again(corpus, tmp_path):
    expected = told(beads_in(mined(corpus, tmp_path / "work")))
    store = FolderStore(str(tmp_path / "work"))
    names = [name for name in store.names() if "/across/" in name or "/lines/" in name]
    assert len(names) > 8
    for name in names:
        data = store.read(name)
        for result in [other for other in names if other.endswith("/pairs")]:
            store.remove(result)
        store.write(name, data[: len(data) // 2])
        for _ in names:
            try:
                across = mined(corpus, tmp_path / "work")
                break
            except DamagedError as damaged:
                store.remove(damaged.name)
        assert told(beads_in(across)) == expected, name


def test_a_line_more_leaves_the_other_blocks_as_they_were(tmp_path):
    from align.batch.lines import blocks_of

    store = FolderStore(str(tmp_path))
    lines = [f"dòng số {number}" for number in range(60_000)]
    before, after = blocks_of(lines, store), blocks_of(["một dòng mới", *lines], store)
    assert len(before) > 8
    assert len(set(before) & set(after)) >= len(before) - 2


def test_only_the_pairs_and_what_its_lines_need_are_left(corpus, tmp_path):
    command = ("batch", corpus, "-o", tmp_path / "out", "--across", "--encoder", "static", "--lines", "--workers", "1")
    assert align(*command).returncode == 0
    (corpus / "4.txt").unlink()
    assert align(*command).returncode == 0
    store = FolderStore(str(tmp_path / "out"))
    assert [name.rpartition("/")[2] for name in store.names(ACROSS)] == ["lines", "pairs"]
    blocks = {name.partition(".")[2].partition(".")[0] for name in store.names(".align/lines")}
    assert len(blocks) == 2
    assert len(store.names(".align/lines")) == 6


def test_vectors_are_rows_wherever_they_stand(tmp_path):
    from align.batch.lines import VectorsOf

    store = FolderStore(str(tmp_path))
    table = np.random.default_rng(1).normal(size=(23, 4)).astype(np.float32)
    for name, start, stop in (("a", 0, 10), ("b", 10, 11), ("c", 11, 23)):
        store.write(name, sealed_array(table[start:stop]))
    vectors = VectorsOf(store, ("a", "b", "c"), (10, 1, 12))
    assert np.array_equal(vectors.whole(), table)
    assert np.array_equal(vectors.rows(9, 12), table[9:12])
    wanted = np.array([22, 0, 10, 9, 11, 0])
    assert np.array_equal(vectors.take(wanted), table[wanted])


def test_what_is_no_array_is_damaged(tmp_path):
    (tmp_path / "x").write_bytes(sealed(b"no array"))
    with pytest.raises(DamagedError):
        mapped(str(tmp_path / "x"))


# --- copies ------------------------------------------------------------------------------


def copies_of(*documents: Sequence[str]) -> tuple[list[int], int]:
    segments = [
        Segment(Document(str(number), line), 0, len(line), "vi")
        for number, lines in enumerate(documents)
        for line in lines
    ]
    forms = np.array([digest(matching_form(one.text)) for one in segments], np.uint64)
    numbers = np.array([int(one.document.id) for one in segments])
    found = find_copies(segments, forms, numbers)
    return found.of.tolist(), found.documents


def test_a_line_that_says_the_same_is_a_copy_of_the_first():
    assert copies_of(["Xem thêm", "Giá gạo tăng"], ["XEM THÊM!", "Giá gạo giảm"]) == ([0, 1, 0, 3], 0)


def test_numbers_make_another_line():
    assert copies_of(["Vàng lên 5,2 triệu"], ["Vàng lên 5,3 triệu"]) == ([0, 1], 0)


def test_an_edited_line_of_an_article_that_was_taken_over_is_a_copy():
    first = [
        "Giá gạo xuất khẩu của Việt Nam tăng tuần thứ ba",
        "Thái Lan giữ giá",
        "Nguồn cung giảm",
        "Người mua chờ đợi",
    ]
    second = ["Giá gạo xuất khẩu của Việt Nam đã tăng tuần thứ ba", *first[1:]]
    assert copies_of(first, second) == ([0, 1, 2, 3, 0, 1, 2, 3], 1)


def test_a_word_makes_another_line_where_nothing_was_taken_over():
    first = "Giá xăng trong nước tăng mạnh từ chiều hôm nay"
    assert copies_of([first], [first.replace("tăng", "giảm")]) == ([0, 1], 0)


# --- as a user sees it -------------------------------------------------------------------


def test_copies_are_left_out_counted_and_named(corpus, tmp_path):
    run = align("batch", corpus, "-o", tmp_path / "out", "--across", "--encoder", "static", "--lines", "--workers", "1")
    assert run.returncode == 0, run.stderr
    report = json.loads((tmp_path / "out/report.json").read_text(encoding="utf-8"))
    assert report["across"]["copies"] == {"vi": 1, "en": 2}
    assert report["across"]["recall"] == 1
    assert {"vectors", "facts", "neighbours", "agreement", "decision"} <= set(report["this_run"]["seconds"])
    rejected = (tmp_path / "out/rejected.tsv").read_text(encoding="utf-8")
    assert rejected.count("says the same as an earlier line of") == 3
    assert "3 lines left out that an earlier one says already." in run.stderr


def test_a_batch_across_goes_on_and_takes_a_new_document(corpus, tmp_path):
    command = ("batch", corpus, "--across", "--encoder", "static", "--lines", "--workers", "1", "-o")
    assert align(*command, tmp_path / "grown").returncode == 0
    (corpus / "7.txt").write_text("Một dòng mới về giá cà phê\nA new line on the price of coffee\n", encoding="utf-8")
    assert align(*command, tmp_path / "grown").returncode == 0
    assert align(*command, tmp_path / "anew").returncode == 0
    for name in ("pairs.tsv", "rejected.tsv"):
        assert (tmp_path / "grown" / name).read_bytes() == (tmp_path / "anew" / name).read_bytes()
    assert "coffee" in (tmp_path / "grown/pairs.tsv").read_text(encoding="utf-8")


def test_a_ladder_is_refused_across_documents(corpus, tmp_path):
    run = align("batch", corpus, "-o", tmp_path / "out", "--across", "--to", "vecalign")
    assert run.returncode == 2
    assert "--across" in run.stderr


def test_a_corpus_in_one_language_has_no_pairs(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_text("Giá gạo tăng\nMưa lớn ở Huế\n", encoding="utf-8")
    run = align("batch", tmp_path / "in", "-o", tmp_path / "out", "--across", "--encoder", "static", "--workers", "1")
    assert run.returncode == 0, run.stderr
    assert len((tmp_path / "out/pairs.tsv").read_text(encoding="utf-8").splitlines()) == 1


def test_a_spread_encoder_has_the_vectors_of_the_encoder(tmp_path):
    from align.batch.lines import SpreadEncoder

    stages = Stages(FolderStore(str(tmp_path)), InProcess(), lambda *_: None)
    lines = [f"Câu số {number} nói về giá gạo" for number in range(600)] * 2
    spread = SpreadEncoder(stages, WorkSettings("static"), "static", "vectors")
    assert np.array_equal(spread.encode(lines), load_encoder("static").encode(lines))
