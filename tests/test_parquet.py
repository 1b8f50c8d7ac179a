from __future__ import annotations

import contextlib
import datetime
import io
from collections.abc import Iterator
from typing import Any

import pandas
import pytest
from hostile import UNITS, units
from hypothesis import given, settings
from hypothesis import strategies as st

from align.errors import AlignError, FormatError
from align.formats.settings import Limits, ReadSettings, WriteSettings
from align.formats.table import COLUMNS
from align.formats.tables import parquet
from align.formats.tables.parquet import documents_parquet, read_parquet, write_parquet
from align.types import TranslationUnit

pyarrow = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


def written(some: list[TranslationUnit]) -> bytes:
    stream = io.BytesIO()
    assert write_parquet(some, stream, settings=WriteSettings()) == len(some)
    return stream.getvalue()


def read(data: bytes, **options: Any) -> list[TranslationUnit]:
    return [unit for _, unit in read_parquet(io.BytesIO(data), "a.parquet", ReadSettings(**options))]


def table(columns: dict[str, Any], **options: Any) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pyarrow.table(columns), stream, **options)
    return stream.getvalue()


@settings(max_examples=50, deadline=None)
@given(st.lists(units(places=False), max_size=4))
def test_what_is_written_reads_back_the_same(some: list[TranslationUnit]) -> None:
    assert read(written(some)) == some


def test_the_known_troublemakers_survive() -> None:
    assert read(written(UNITS)) == UNITS
    assert written(UNITS) == written(UNITS)


def test_pandas_reads_it() -> None:
    frame = pandas.read_parquet(io.BytesIO(written(UNITS)))
    assert list(frame.columns) == list(COLUMNS)
    assert list(frame["vi"]) == [unit.vi for unit in UNITS]
    assert frame["score"].dtype == "float64"
    assert list(frame["flags"][1]) == ["number"]


def test_it_is_written_a_group_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_GROUP", 4)
    data = written(UNITS[:9])
    assert pq.ParquetFile(io.BytesIO(data)).metadata.num_row_groups == 3
    assert read(data) == UNITS[:9]


def test_no_units_are_a_table_without_rows() -> None:
    assert read(written([])) == []


def test_nothing_is_written_before_the_first_unit_has_come() -> None:
    def failing() -> Iterator[TranslationUnit]:
        raise ValueError
        yield

    stream = io.BytesIO()
    with pytest.raises(ValueError):  # noqa: PT011
        write_parquet(failing(), stream, settings=WriteSettings())
    assert stream.getvalue() == b""


def test_a_record_of_two_languages_is_two_columns() -> None:
    rows = [{"vi": "Có", "en": "Yes"}, None, {"vi": "Không", "en": None}]
    data = table({"id": [1, 2, 3], "translation": rows, "image": [b"\xff"] * 3})
    left_out: list[str] = []
    found = read(data, reject=lambda place, *_: left_out.append(place))
    assert [(unit.vi, unit.en, unit.id) for unit in found] == [("Có", "Yes", "1"), ("Không", "", "3")]
    assert left_out == ["a.parquet:2"]


def test_records_in_many_groups_are_read() -> None:
    rows = [{"vi": f"câu {number}", "en": "yes"} for number in range(7)]
    assert [unit.vi for unit in read(table({"translation": rows}, row_group_size=3))] == [row["vi"] for row in rows]


def test_values_that_are_no_text_are_read_as_text() -> None:
    columns = {
        "vi": pyarrow.array([datetime.date(2024, 5, 3), None]),
        "en": pyarrow.array([b"Yes", b"No"]),
        "score": pyarrow.array([0.5, None]),
    }
    assert [(unit.vi, unit.en, unit.score) for unit in read(table(columns))] == [
        ("2024-05-03", "Yes", 0.5),
        ("", "No", None),
    ]


def test_a_table_without_the_columns_is_refused_with_those_there_are() -> None:
    with pytest.raises(FormatError, match=r"a\.parquet: found no column .*'a', 'b\.c'"):
        read(table({"a": ["x"], "b": [{"c": "y"}]}))


def test_documents_come_from_a_text_column_and_from_pairs() -> None:
    data = table({"text": ["Giá gạo.\n\nRice.", None, "Xin chào."], "n": [1, 2, 3]})
    parts = list(documents_parquet(io.BytesIO(data), "a", ReadSettings()))
    assert [(part.id, part.blocks[0].text) for part in parts] == [("1", "Giá gạo.\n\nRice."), ("3", "Xin chào.")]
    [part] = documents_parquet(io.BytesIO(written(UNITS[:2])), "a", ReadSettings(side="en"))
    assert [block.text for block in part.blocks] == [UNITS[0].en, UNITS[1].en]


def test_a_text_that_is_said_once_for_many_rows_is_stopped_and_takes_no_memory() -> None:
    words = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * 5_000, pyarrow.int32()), ["dài " * 250_000])
    data = table({"vi": words, "en": ["x"] * 5_000}, compression="zstd", store_schema=False)
    assert len(data) < 3_000
    with pytest.raises(FormatError, match=r"a\.parquet:\d+: unpacks to more than 5 MB"):
        read(data, limits=Limits(size=5))


def test_columns_that_unpack_to_too_much_are_refused() -> None:
    data = table({"vi": ["a" * 3_000_000], "en": ["x"]}, compression="zstd", use_dictionary=False)
    with pytest.raises(FormatError, match=r"a\.parquet:1: unpacks to more than 2 MB"):
        read(data, limits=Limits(size=2))


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" * 10, b"PARE" + bytes(50) + b"PARE", b"vi,en\n"])
def test_what_is_no_parquet_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match=r"a\.parquet: found no Parquet file"):
        read(data)


def test_a_file_that_is_cut_short_is_refused() -> None:
    data = written(UNITS)
    with pytest.raises(FormatError, match=r"a\.parquet"):
        read(data[: len(data) // 2])
    with pytest.raises(FormatError, match=r"a\.parquet"):
        read(data[:200] + data[300:])


SMALL = written(UNITS[:2])


def test_a_damaged_footer_does_not_end_the_process() -> None:
    start = len(SMALL) - 8 - int.from_bytes(SMALL[-8:-4], "little")
    for place in range(start, start + 24):
        for value in (0, 3, SMALL[place] ^ 1, 255):
            data = bytearray(SMALL)
            data[place] = value
            with contextlib.suppress(AlignError):
                read(bytes(data))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SMALL)), st.binary(min_size=1, max_size=4)), min_size=1, max_size=4))
def test_any_bytes_are_read_or_refused(edits: list[tuple[int, bytes]]) -> None:
    data = SMALL
    for place, piece in edits:
        data = data[:place] + piece + data[place + len(piece) :]
    for reader in (read_parquet, documents_parquet):
        with contextlib.suppress(AlignError):
            list(reader(io.BytesIO(data), "a", ReadSettings(reject=lambda *part: None)))  # type: ignore[operator]
