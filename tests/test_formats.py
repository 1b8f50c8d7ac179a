"""One contract for every format: what is written reads back the same, byte for byte the same each time."""

from __future__ import annotations

import io
import string
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hostile import units
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from align.errors import AlignError, InputError
from align.formats import (
    DOCUMENT_READERS,
    LADDERS,
    UNIT_READERS,
    WRITERS,
    document_reader,
    unit_reader,
    writer_for,
)
from align.formats.reading import read_units
from align.formats.settings import ReadSettings, WriteSettings
from align.formats.units import unit_ids, unit_of_texts
from align.formats.writing import write_pairs
from align.types import TranslationUnit

TABLES = ("tsv", "excel-tsv", "csv", "xlsx", "parquet")
WITH_PLACES = ("jsonl", "tmx", "xliff", "xliff2")
WHOLE = (*TABLES, *WITH_PLACES)
"""The formats that hold all of a unit; tables do but for the places in the source."""

SUFFIX = {"excel-tsv": "tsv", "xliff": "xlf", "xliff2": "xlf", "moses": "moses"}


def unit(vi: str, en: str, **more: object) -> TranslationUnit:
    found = unit_of_texts(vi, en, ids=unit_ids(), **{"document": "a.txt", **more})  # type: ignore[arg-type]
    assert found is not None
    return found


SOME = [
    unit("Giá gạo tăng", "Rice is up", score=0.9731, flags=["name", "number"], vi_spans=[(0, 12)], en_spans=[(13, 23)]),
    unit("Mưa lớn ở Huế", "", vi_spans=[(24, 37)]),
    unit("", "=1+1", document="b.txt"),
    unit("'quoted\"", "<b>&amp;]]>", document="b.txt", score=0.0, kind="2-1", vi_places=["0:01-0:02"]),
]


def written(name: str, given: list[TranslationUnit], write: WriteSettings | None = None) -> tuple[bytes, int]:
    streams = [io.BytesIO() for _ in range(2 if name == "moses" else 1)]
    held = writer_for(name)(given, *streams, settings=write or WriteSettings())
    return b"\0".join(stream.getvalue() for stream in streams), held


def read(name: str, data: bytes) -> list[TranslationUnit]:
    reader = unit_reader("xliff" if name == "xliff2" else name)
    return [unit for _, unit in reader(io.BytesIO(data), f"a.{name}", ReadSettings())]


def as_held(name: str, unit: TranslationUnit) -> TranslationUnit:
    return replace(unit, vi_places=(), en_places=()) if name in TABLES else unit


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(given=st.lists(units(), max_size=5))
def test_what_is_written_reads_back_the_same(name: str, given: list[TranslationUnit]) -> None:
    data, held = written(name, given)
    assert held == len(given)
    assert read(name, data) == [as_held(name, unit) for unit in given]


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("source", ["vi", "en"])
def test_the_direction_changes_nothing_that_is_read(name: str, source: str) -> None:
    data, _ = written(name, SOME, WriteSettings(source=source, codes=("vi", "en-GB")))  # type: ignore[arg-type]
    assert read(name, data) == [as_held(name, unit) for unit in SOME]


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_units_make_the_same_bytes(name: str) -> None:
    one_document = [replace(unit, document="a", vi_document="a", en_document="a") for unit in SOME]
    assert written(name, one_document) == written(name, one_document)


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("before", [0, 1])
def test_nothing_is_left_if_the_units_fail(name: str, before: int, tmp_path: Path) -> None:
    def failing() -> Iterator[TranslationUnit]:
        yield from SOME[:before]
        raise InputError("no")

    with pytest.raises(InputError):
        write_pairs(failing(), tmp_path / "out", format_name=name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [name for name in WRITERS if name not in LADDERS])
def test_no_units_make_a_file_that_can_be_read(name: str, tmp_path: Path) -> None:
    assert write_pairs([], tmp_path / "out", format_name=name) == 0
    reading = ReadSettings(format="xliff" if name == "xliff2" else name)
    assert list(read_units(tmp_path / "out", reading)) == []


@pytest.mark.parametrize("name", [name for name in WRITERS if name not in (*LADDERS, "moses")])
def test_a_file_is_known_by_its_suffix(name: str, tmp_path: Path) -> None:
    for packing in ("", ".gz"):
        path = tmp_path / f"out.{SUFFIX.get(name, name)}{packing}"
        write_pairs(SOME, path, format_name=name)
        assert [unit for _, unit in read_units(path, ReadSettings())] == [as_held(name, unit) for unit in SOME]


def test_a_moses_corpus_holds_the_pairs_and_is_read_by_either_name(tmp_path: Path) -> None:
    assert write_pairs(SOME, tmp_path / "corpus", format_name="moses") == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus.en-vi.en", "corpus.en-vi.vi"]
    for name in ("corpus.en-vi.vi", "corpus.en-vi.en", "corpus.en-vi"):
        pairs = [(unit.vi, unit.en) for _, unit in read_units(tmp_path / name, ReadSettings())]
        assert pairs == [(unit.vi, unit.en) for unit in SOME if unit.vi and unit.en]


def test_a_moses_corpus_of_unequal_length_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.vi").write_text("Một.\nHai.\n", encoding="utf-8")
    (tmp_path / "a.en").write_text("One.\n", encoding="utf-8")
    with pytest.raises(AlignError, match=r"a\.en: ends with line 1.*expected as many lines"):
        list(read_units(tmp_path / "a.vi", ReadSettings(format="moses")))


def test_the_surest_come_first_if_asked_for(tmp_path: Path) -> None:
    write_pairs(SOME, tmp_path / "a.tsv", order="score")
    scores = [unit.score for _, unit in read_units(tmp_path / "a.tsv", ReadSettings())]
    assert scores == [0.9731, 0.0, None, None]


HOSTILE = st.one_of(
    st.binary(max_size=300),
    st.text(alphabet=string.printable, max_size=300).map(str.encode),
    st.sampled_from([written(name, SOME)[0] for name in WHOLE]).flatmap(
        lambda data: st.tuples(st.integers(0, len(data)), st.binary(max_size=4), st.integers(0, 40)).map(
            lambda cut: data[: cut[0]] + cut[1] + data[cut[0] + cut[2] :]
        )
    ),
)


def refusal(read: Callable[[ReadSettings], object]) -> str:
    """What is said of a file that is refused; nothing of one that is read."""
    try:
        read(ReadSettings(reject=lambda place, reason, text: None))
    except AlignError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", UNIT_READERS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=HOSTILE)
def test_whatever_stands_in_a_file_of_pairs_is_read_or_refused(name: str, data: bytes) -> None:
    def read(reading: ReadSettings) -> None:
        for number, found in unit_reader(name)(io.BytesIO(data), "a.x", reading):
            assert number >= 0
            assert found.vi or found.en or found.vi_spans or found.en_spans

    said = refusal(read)
    # The one thing that takes several lines is what a text reads like in several encodings.
    assert not said or (said.startswith("a.x") and ("\n" not in said or "A line of it in each" in said))


@pytest.mark.parametrize("name", DOCUMENT_READERS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=HOSTILE)
def test_whatever_stands_in_a_file_of_texts_is_read_or_refused(name: str, data: bytes) -> None:
    def read(reading: ReadSettings) -> None:
        for part in document_reader(name)(io.BytesIO(data), "a.x", reading):
            assert all(isinstance(block.text, str) for block in part.blocks)

    said = refusal(read)
    assert not said or said.startswith("a.x")
