from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from typing import Any

import pandas
import pytest
from hostile import UNITS, units
from hypothesis import given, settings
from hypothesis import strategies as st

from align.errors import AlignError, FormatError
from align.formats.settings import ReadSettings, WriteSettings
from align.formats.table import COLUMNS
from align.formats.tables.records import documents_jsonl, flattened, read_jsonl, write_jsonl
from align.types import TranslationUnit


def written(some: list[TranslationUnit]) -> bytes:
    stream = io.BytesIO()
    assert write_jsonl(some, stream, settings=WriteSettings()) == len(some)
    return stream.getvalue()


def read(data: bytes | str, **options: Any) -> list[TranslationUnit]:
    data = data.encode() if isinstance(data, str) else data
    return [unit for _, unit in read_jsonl(io.BytesIO(data), "a.jsonl", ReadSettings(**options))]


@settings(max_examples=80, deadline=None)
@given(st.lists(units(), max_size=4))
def test_what_is_written_reads_back_the_same(some: list[TranslationUnit]) -> None:
    assert read(written(some)) == some


def test_the_known_troublemakers_survive() -> None:
    assert read(written(UNITS)) == UNITS


def test_a_line_has_the_columns_of_the_table_in_their_order() -> None:
    record = json.loads(written(UNITS[1:2]))
    assert list(record) == list(COLUMNS)
    assert record["score"] == 0.02
    assert record["flags"] == ["number"]
    assert record["en_spans"] == [[0, 3], [4, 9]]
    assert "Giá gạo".encode() in written(UNITS[:1])


def test_no_units_are_no_line_and_read_as_none() -> None:
    assert written([]) == b""
    assert read(b"") == []
    [part] = documents_jsonl(io.BytesIO(b""), "a", ReadSettings())
    assert part.blocks == []


def test_nothing_is_written_before_the_first_unit_has_come() -> None:
    def failing() -> Iterator[TranslationUnit]:
        raise ValueError
        yield

    stream = io.BytesIO()
    with pytest.raises(ValueError):  # noqa: PT011
        write_jsonl(failing(), stream, settings=WriteSettings())
    assert stream.getvalue() == b""


def test_pandas_reads_it() -> None:
    frame = pandas.read_json(io.BytesIO(written(UNITS)), lines=True, dtype=False)
    assert list(frame["vi"]) == [unit.vi for unit in UNITS]


def test_keys_in_keys_are_columns() -> None:
    line = '{"id": "1", "translation": {"vi": "Có", "en": "Yes"}, "meta": {"a": {"b": "Ừ"}}}\n'
    assert [(unit.vi, unit.en, unit.id) for unit in read(line)] == [("Có", "Yes", "1")]
    assert [unit.vi for unit in read(line, vi="meta.a.b")] == ["Ừ"]
    assert flattened({"a": {}, "b": {"c": {"d": [1]}}, "e": None}) == {"b.c.d": [1], "e": None}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "found no JSON (Expecting property name enclosed in double quotes at character 2)"),
        ("[" * 100_000, "found no JSON (objects in objects without end)"),
        ('{"vi": ' + "9" * 5000 + "}", "found no JSON (a number too long)"),
        ('["Có", "Yes"]', """found '["Có", "Yes"]', expected an object such as"""),
        ("null", "found 'null', expected an object"),
        ('{"vi": ["Có"], "en": "Yes"}', "vi: found \"['Có']\", expected a text."),
        ('{"vi": "", "en": "", "x": 1}', "found no text in either language"),
        ('{"x": "Có"}', "found no text in either language"),
    ],
)
def test_a_line_that_cannot_be_read_costs_itself_alone(line: str, reason: str) -> None:
    left_out: list[tuple[str, str, str]] = []
    data = f'{{"vi": "Có", "en": "Yes"}}\n{line}\n\n{{"vi": "Không", "en": "No"}}'
    assert [unit.en for unit in read(data, reject=lambda *part: left_out.append(part))] == ["Yes", "No"]
    assert left_out[0][0] == "a.jsonl:2"
    assert left_out[0][1].startswith(reason)
    with pytest.raises(FormatError, match=r"a\.jsonl:2: "):
        read(data)


def test_half_a_character_costs_its_line_alone() -> None:
    left_out: list[tuple[str, str, str]] = []
    data = '{"vi": "Có", "en": "Yes"}\n'.encode() + b'{"vi": "Kh\xc3", "en": "No"}\n{"vi": "Ba", "en": "Three"}\n'
    assert [unit.en for unit in read(data, reject=lambda *part: left_out.append(part))] == ["Yes", "Three"]
    assert left_out[0][:2] == ("a.jsonl:2", "found the byte 0xc3, expected text in UTF-8.")


def test_lone_surrogates_and_nulls_are_cleaned() -> None:
    [unit] = read(r'{"vi": "C\ud83d\u0000ó", "en": "Yes", "score": NaN, "id": "\ud800"}')
    assert (unit.vi, unit.score, unit.id) == ("C\ufffdó", None, "\ufffd")


def test_keys_with_lone_surrogates_are_shown() -> None:
    with pytest.raises(FormatError, match=r"\\ud800") as error:
        read(r'{"\ud800": 1}')
    str(error.value).encode()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_understood(encoding: str) -> None:
    assert [unit.vi for unit in read('{"vi": "Có", "en": "Yes"}\n'.encode(encoding))] == ["Có"]


def test_a_named_encoding_is_used() -> None:
    assert [unit.vi for unit in read('{"vi": "Có", "en": "Yes"}\n'.encode("cp1258"), encoding="cp1258")] == ["Có"]


def test_a_binary_file_is_refused() -> None:
    with pytest.raises(FormatError, match=r"a\.jsonl: looks like a binary file"):
        read(bytes(100))


def test_documents_come_from_a_text_key() -> None:
    data = '{"url": "x", "text": "Giá gạo.\\nRice."}\n{"text": "Xin chào."}\n'
    parts = list(documents_jsonl(io.BytesIO(data.encode()), "a", ReadSettings()))
    assert [(part.id, part.blocks[0].text) for part in parts] == [("1", "Giá gạo.\nRice."), ("2", "Xin chào.")]


LINES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["vi", "en", "text", "vi_spans", "id", "translation", "\ud800"]), inner)
    ),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode())


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES | st.binary(max_size=20), max_size=5).map(b"\n".join), st.booleans(), st.booleans())
def test_any_bytes_are_read_or_refused(data: bytes, is_ours: bool, is_strict: bool) -> None:
    head = written(UNITS[:1]) if is_ours else b""
    options = ReadSettings(reject=None if is_strict else lambda *part: None)
    for reader in (read_jsonl, documents_jsonl):
        with contextlib.suppress(AlignError):
            list(reader(io.BytesIO(head + data), "a", options))  # type: ignore[operator]
