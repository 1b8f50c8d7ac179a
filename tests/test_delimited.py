from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

import pandas
import pytest
from hostile import UNITS, units
from hypothesis import example, given, settings
from hypothesis import strategies as st

from align.errors import AlignError, FormatError, InputError
from align.formats.settings import ReadSettings, WriteSettings
from align.formats.table import COLUMNS, write_tsv
from align.formats.tables.delimited import (
    documents_csv,
    documents_tsv,
    read_csv,
    read_excel_tsv,
    read_foreign_tsv,
    write_csv,
    write_excel_tsv,
)
from align.formats.tables.quoting import is_quoted
from align.types import TranslationUnit

Reader = Callable[[BinaryIO, str, ReadSettings], Iterator[tuple[int, TranslationUnit]]]
PAIRS: list[tuple[Any, Reader]] = [(write_csv, read_csv), (write_excel_tsv, read_excel_tsv)]


def written(writer: Any, some: Iterable[TranslationUnit]) -> bytes:
    stream = io.BytesIO()
    writer(some, stream, settings=WriteSettings())
    return stream.getvalue()


def read(reader: Reader, data: bytes | str, **options: Any) -> list[TranslationUnit]:
    data = data.encode() if isinstance(data, str) else data
    return [unit for _, unit in reader(io.BytesIO(data), "a.csv", ReadSettings(**options))]


def texts(reader: Reader, data: bytes | str, **options: Any) -> list[tuple[str, str]]:
    return [(unit.vi, unit.en) for unit in read(reader, data, **options)]


@pytest.mark.parametrize(("writer", "reader"), PAIRS)
@settings(max_examples=60, deadline=None)
@given(some=st.lists(units(places=False), max_size=4))
def test_what_is_written_reads_back_the_same(writer: Any, reader: Reader, some: list[TranslationUnit]) -> None:
    assert read(reader, written(writer, some)) == some


@pytest.mark.parametrize(("writer", "reader"), PAIRS)
def test_the_known_troublemakers_survive(writer: Any, reader: Reader) -> None:
    assert read(reader, written(writer, UNITS)) == UNITS


@pytest.mark.parametrize(("writer", "reader"), PAIRS)
def test_no_units_are_a_header(writer: Any, reader: Reader) -> None:
    data = written(writer, [])
    assert data.count(b"\n") == 1
    assert read(reader, data) == []


@pytest.mark.parametrize("writer", [write_csv, write_excel_tsv])
def test_nothing_is_written_before_the_first_unit_has_come(writer: Any) -> None:
    def failing() -> Iterator[TranslationUnit]:
        raise ValueError
        yield

    stream = io.BytesIO()
    with pytest.raises(ValueError):  # noqa: PT011
        writer(failing(), stream, settings=WriteSettings())
    assert stream.getvalue() == b""


def test_pandas_reads_the_csv() -> None:
    frame = pandas.read_csv(io.BytesIO(written(write_csv, UNITS)), keep_default_na=False)
    assert list(frame.columns) == list(COLUMNS)
    assert list(frame["vi"]) == [unit.vi for unit in UNITS]


def test_csv_has_no_guard() -> None:
    assert b"\n=cmd|" in written(write_csv, UNITS)


# What Excel runs, or shows as another thing than was written.
CHANGED = re.compile(
    r"[=+@\-\t\r＝＋－＠]|[.,/:-]*[0-9][0-9.,/:-]*$|[0-9]+e[0-9]+$|[0-9]*[ -]?may[ 0-9-]+$|true$|false$", re.IGNORECASE
)


@settings(max_examples=60, deadline=None)
@given(st.lists(units(places=False), min_size=1, max_size=3))
def test_no_cell_for_excel_begins_like_a_formula(some: list[TranslationUnit]) -> None:
    data = written(write_excel_tsv, some).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data, newline=""), delimiter="\t"))
    assert rows[0] == list(COLUMNS)
    for row in rows[1:]:
        assert not [
            cell for column, cell in zip(COLUMNS, row, strict=True) if column != "score" and CHANGED.match(cell)
        ]


def test_excel_is_told_that_it_is_utf_8() -> None:
    assert written(write_excel_tsv, UNITS).startswith(b"\xef\xbb\xbfvi\ten\t")


def test_what_excel_saves_again_reads_back_the_same() -> None:
    data = written(write_excel_tsv, UNITS).decode("utf-8-sig")
    unicode_text = ("\ufeff" + data.replace("\n", "\r\n")).encode("utf-16-le")
    assert read(read_excel_tsv, unicode_text) == UNITS


def test_a_table_for_excel_is_known_by_its_mark() -> None:
    assert read(read_foreign_tsv, written(write_excel_tsv, UNITS)) == UNITS


def test_our_own_tsv_is_never_unquoted() -> None:
    some = [unit for unit in UNITS if unit.vi.startswith('"')]
    assert read(read_foreign_tsv, written(write_tsv, some)) == some
    [part] = documents_tsv(io.BytesIO(written(write_tsv, some)), "a.tsv", ReadSettings(side="vi"))
    assert [block.text for block in part.blocks] == [unit.vi for unit in some]


@pytest.mark.parametrize(
    "table",
    [
        'vi,en\nCó,"Yes, ""so""\nit is"\n',
        'vi;en\r\nCó;"Yes, ""so""\r\nit is"\r\n',
        'vi\ten\nCó\t"Yes, ""so"" it is"',
        'sep=|\nvi|en\nCó|"Yes, ""so"" it is"\n',
        '\ufeffvi,en\nCó,"Yes, ""so"" it is"\n',
        '"vi","en"\n"Có","Yes, ""so"" it is"\n',
        '"một, hai; ba",vi,en\nx,Có,"Yes, ""so"" it is"\n',
        'vi,en\rCó,"Yes, ""so"" it is"\r',
        'vi,en\n\n,,,\nCó,"Yes, ""so"" it is",\n\n',
        'vi,en\nC\0ó,"Yes, ""so"" it is"\n',
    ],
)
def test_csv_is_read_however_it_is_spelt(table: str) -> None:
    assert texts(read_csv, table) == [("Có", 'Yes, "so" it is')]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "utf-32"])
def test_csv_is_read_in_every_encoding_that_shows(encoding: str) -> None:
    assert texts(read_csv, "vi,en\nViệt Nam,Yes\n".encode(encoding)) == [("Việt Nam", "Yes")]


def test_csv_in_another_encoding_is_read_when_it_is_named() -> None:
    data = "vi,en\nĐà Nẵng,Yes\n".replace("ẵ", "ă\u0303").encode("cp1258")
    assert texts(read_csv, data, encoding="cp1258") == [("Đà Nẵng", "Yes")]


def test_half_a_character_is_refused_with_the_line() -> None:
    with pytest.raises(AlignError, match=r"a\.csv.*(line 3|:3)"):
        texts(read_csv, "vi,en\nCó,Yes\n".encode() + b"Kh\xc3,No\n")


def test_a_quote_mark_that_is_never_closed_costs_its_line_alone() -> None:
    left_out: list[tuple[str, str, str]] = []
    table = 'vi,en\nCó,Yes\n"Không,No\nBa,Three\nBốn,Four\n'
    assert texts(read_csv, table, reject=lambda *part: left_out.append(part)) == [
        ("Có", "Yes"),
        ("Ba", "Three"),
        ("Bốn", "Four"),
    ]
    [(place, reason, text)] = left_out
    assert (place, text) == ("a.csv:3", '"Không,No\n')
    assert "found a cell that is not quoted as it must be" in reason


def test_a_quote_mark_inside_a_cell_stands_for_itself() -> None:
    assert texts(read_csv, 'vi,en\nmàn hình 5",5" screen\n') == [('màn hình 5"', '5" screen')]


def test_text_after_a_closing_mark_is_not_lost_in_silence() -> None:
    with pytest.raises(FormatError, match=r"a\.csv:2: .*--rejected"):
        texts(read_csv, 'vi,en\n"Không," anh nói,No\n')


def test_many_broken_lines_are_each_left_out() -> None:
    left_out: list[str] = []
    table = "vi,en\n" + '"a" b,c\n' * 3000 + "Có,Yes\n"
    assert texts(read_csv, table, reject=lambda place, *_: left_out.append(place)) == [("Có", "Yes")]
    assert (left_out[0], left_out[-1], len(left_out)) == ("a.csv:2", "a.csv:3001", 3000)


def test_a_ragged_row_is_refused_with_its_line() -> None:
    with pytest.raises(FormatError, match=r"a\.csv:3: found 3 cells, expected 2, as the first row has"):
        texts(read_csv, "vi,en\nCó,Yes\nMột, hai,One\n")
    left_out: list[tuple[str, str, str]] = []
    assert texts(read_csv, "vi,en\nCó\nHai,Two", reject=lambda *part: left_out.append(part)) == [("Hai", "Two")]
    assert left_out[0][2] == "Có"


def test_a_long_cell_is_read_and_an_endless_one_refused() -> None:
    long = "dài " * 50_000
    assert texts(read_csv, f'vi,en\n"{long}",Yes\n') == [(long.strip(), "Yes")]
    left_out: list[str] = []
    table = 'vi,en\n"' + ("a" * 999_999 + "\n") * 11 + "Có,Yes\n"
    read(read_csv, table, reject=lambda place, *_: left_out.append(place))
    assert left_out[0] == "a.csv:2"


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(FormatError, match=r"a\.csv: is empty"):
        read(read_csv, "")


def test_a_binary_file_is_refused() -> None:
    with pytest.raises(InputError, match="binary"):
        read(read_csv, bytes(range(256)) * 20)


def test_a_table_without_a_header_is_read_by_numbers() -> None:
    assert texts(read_foreign_tsv, "7\tCó\tYes\n8\tKhông\tNo\n", vi="2", en="3") == [("Có", "Yes"), ("Không", "No")]


def test_the_number_of_a_row_is_that_of_its_line() -> None:
    table = 'vi,en\n"Có\ncó",Yes\n\nHai,Two\n'
    assert [number for number, _ in read_csv(io.BytesIO(table.encode()), "a", ReadSettings())] == [2, 5]


UNQUOTED = [
    'vi\ten\n"Không," anh nói.\t"No," he said.\n',
    'vi\ten\n"Không."\t"No."\nCó.\tYes.\n',
    'vi\ten\n"Không, không."\t"No, no."\nCó, có.\tYes, yes.\n',
    'vi\ten\nmột " dấu\t"\n',
    'vi\ten\n"mở\tone\nhai\ttwo\n',
    "vi\ten\nCó\tYes\n",
    'vi\ten\n"""\t"x\n',
]
QUOTED = [
    '"vi"\t"en"\n"Có"\t"Yes"\n',
    'vi\ten\n"Nói ""không"""\tNo\n',
    'vi\ten\n"hai\ndòng"\tTwo\n',
    'vi\ten\n"có\ttab"\tTwo\n',
    'vi\ten\r\n"Có, có"\tYes\r\n',
    '"Có"\t"Yes"\n"Không"\t"No"\n',
    'vi\ten\n"Nói ""không"""\tNo\n"và đây bị cắt',
]


@pytest.mark.parametrize(("table", "quoted"), [(t, False) for t in UNQUOTED] + [(t, True) for t in QUOTED])
def test_whether_a_tsv_is_quoted_shows_in_what_it_holds(table: str, quoted: bool) -> None:
    assert is_quoted(table) is quoted


def test_a_quoted_tsv_loses_its_quote_marks_and_another_keeps_them() -> None:
    assert texts(read_foreign_tsv, QUOTED[1]) == [('Nói "không"', "No")]
    assert texts(read_foreign_tsv, UNQUOTED[0]) == [('"Không," anh nói.', '"No," he said.')]


def test_documents_come_from_a_text_column() -> None:
    table = 'title,text\nGiá gạo,"Gạo lên.\n\nRice is up."\n'
    [part] = documents_csv(io.BytesIO(table.encode()), "a.csv", ReadSettings())
    assert (part.id, [block.text for block in part.blocks]) == ("2", ["Giá gạo", "Gạo lên.\n\nRice is up."])


class Pipe(io.RawIOBase):
    """A stream that cannot be sought in, and gives a few bytes at a time."""

    def __init__(self, data: bytes) -> None:
        self._stream = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._stream.read(min(7, len(buffer)))
        buffer[: len(piece)] = piece
        return len(piece)


@pytest.mark.parametrize(("writer", "reader"), PAIRS)
def test_a_pipe_is_read(writer: Any, reader: Reader) -> None:
    stream: Any = io.BufferedReader(Pipe(written(writer, UNITS)))
    assert [unit for _, unit in reader(stream, "-", ReadSettings())] == UNITS


def test_the_stream_stays_open() -> None:
    stream = io.BytesIO(b"vi,en\nC\xc3\xb3,Yes\n")
    list(read_csv(stream, "a", ReadSettings()))
    assert not stream.closed


FRAGMENTS = st.sampled_from(
    [
        b'"',
        b'""',
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r",
        b"\0",
        b"vi",
        b"en",
        b"C\xc3\xb3",
        b"\xc3",
        b"\xef\xbb\xbf",
        b"'",
        b"=1",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(FRAGMENTS, max_size=30).map(b"".join) | st.binary(max_size=60), st.booleans(), st.booleans())
@example(b"vi,en\n\xc3,", False, False)
@example(b"", True, True)
def test_any_bytes_are_read_or_refused(data: bytes, has_header: bool, is_strict: bool) -> None:
    head = b"vi,en\n" if has_header else b""
    reject = None if is_strict else lambda *part: None
    for reader in (read_csv, read_excel_tsv, read_foreign_tsv, documents_csv, documents_tsv):
        for delimiter in (b",", b"\t"):
            stream = io.BytesIO(head.replace(b",", delimiter) + data)
            with contextlib.suppress(AlignError):
                list(reader(stream, "a", ReadSettings(reject=reject)))  # type: ignore[operator]


def test_a_cell_without_end_is_refused_for_its_length() -> None:
    with pytest.raises(FormatError, match=r"a\.csv:2: found a line of 11,000,00\d characters, expected 10,000,000"):
        read(read_csv, "vi,en\n" + "a" * 11_000_000 + ",b\n")
