from __future__ import annotations

import contextlib
import datetime
import gzip
import io
import os
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile import UNITS, units
from hypothesis import given, settings
from hypothesis import strategies as st

from align.errors import AlignError, FormatError
from align.formats.settings import Limits, ReadSettings, WriteSettings
from align.formats.tables import workbook
from align.formats.tables.workbook import documents_xlsx, read_xlsx, write_xlsx
from align.formats.units import unit_ids, unit_of_texts
from align.types import TranslationUnit

xlsxwriter = pytest.importorskip("xlsxwriter")


def written(some: list[TranslationUnit]) -> bytes:
    stream = io.BytesIO()
    assert write_xlsx(some, stream, settings=WriteSettings()) == len(some)
    return stream.getvalue()


def read(data: bytes, **options: Any) -> list[TranslationUnit]:
    return [unit for _, unit in read_xlsx(io.BytesIO(data), "a.xlsx", ReadSettings(**options))]


def book(*sheets: list[list[Any]], **options: Any) -> bytes:
    """A workbook as another program writes it: strings in a table of their own, formulas run."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, options) as out:
        date = out.add_format({"num_format": "dd/mm/yyyy"})
        for number, rows in enumerate(sheets):
            sheet = out.add_worksheet(f"tờ {number}")
            for row, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    if isinstance(value, datetime.datetime | datetime.time):
                        sheet.write_datetime(row, column, value, date)
                    elif value is not None:
                        sheet.write(row, column, value)
    return stream.getvalue()


def changed(data: bytes, **members: bytes) -> bytes:
    """The workbook with other bytes in some of its files."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            stem = os.path.basename(info.filename).partition(".")[0]
            new.writestr(info.filename, members.pop(stem, old.read(info)))
    return out.getvalue()


@settings(max_examples=25, deadline=None)
@given(st.lists(units(places=False), max_size=4))
def test_what_is_written_reads_back_the_same(some: list[TranslationUnit]) -> None:
    assert read(written(some)) == some


def test_the_known_troublemakers_survive_and_another_program_reads_them() -> None:
    data = written(UNITS)
    assert read(data) == UNITS
    calamine = pytest.importorskip("python_calamine")
    [_, *rows] = calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [(row[0], row[1], row[2] if row[2] != "" else None) for row in rows] == [
        (unit.vi, unit.en, unit.score) for unit in UNITS
    ]


def test_no_formula_and_no_link_is_written() -> None:
    with zipfile.ZipFile(io.BytesIO(written(UNITS))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        assert "=cmd|" in sheet


def test_the_sheet_is_made_for_a_translator() -> None:
    with zipfile.ZipFile(io.BytesIO(written(UNITS[:3]))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:K4"/>' in sheet
    assert '<colorScale><cfvo type="num" val="0"/><cfvo type="num" val="0.5"/><cfvo type="num" val="1"/>' in sheet
    assert 'sqref="C2:C4"' in sheet
    assert '<col min="1" max="2" width="60' in sheet
    assert 'wrapText="1"' in styles
    assert 'formatCode="0.00"' in styles


def test_the_same_units_are_the_same_bytes() -> None:
    assert written(UNITS) == written(UNITS)


def test_a_packed_workbook_is_read_when_it_is_unpacked() -> None:
    stream = io.BytesIO()
    with gzip.GzipFile(fileobj=stream, mode="wb") as packed:
        write_xlsx(UNITS, packed, settings=WriteSettings())  # type: ignore[arg-type]
    assert read(gzip.decompress(stream.getvalue())) == UNITS


def test_a_full_disk_is_an_error_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("xlsxwriter.workbook.ZipFile", full)
    with pytest.raises(OSError, match="No space left on device"):
        write_xlsx(UNITS, io.BytesIO(), settings=WriteSettings())
    assert list(tmp_path.iterdir()) == []


def test_no_units_are_a_header() -> None:
    assert read(written([])) == []


def test_nothing_is_left_behind_where_units_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def failing(count: int) -> Iterator[TranslationUnit]:
        yield from UNITS[:count]
        raise ValueError

    for count in (0, 3):
        stream = io.BytesIO()
        with pytest.raises(ValueError):  # noqa: PT011
            write_xlsx(failing(count), stream, settings=WriteSettings())
        assert stream.getvalue() == b""
    assert list(tmp_path.iterdir()) == []


def test_a_text_too_long_for_a_cell_is_refused_and_none_is_cut() -> None:
    ids = unit_ids()
    fits = unit_of_texts("a" * 32_767, "x", ids=ids)
    long = unit_of_texts("\U0001f600" * 16_384, "x", ids=ids)
    assert fits
    assert long
    assert read(written([fits])) == [fits]
    with pytest.raises(FormatError, match=rf"the pair {long.id} has 16,384 characters in vi, .* --to tsv"):
        written([long])


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_MOST_ROWS", 4)
    data = written(UNITS[:7])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "xl/worksheets/sheet3.xml" in archive.namelist()
    assert read(data) == UNITS[:7]


def test_a_foreign_table_is_read_from_the_first_sheet_that_has_one() -> None:
    said: list[str] = []
    data = book(
        [["Ghi chú"], ["không có gì"]],
        [],
        [[], ["STT", "Tiếng Việt", "Tiếng Anh"], [1, "Có", "Yes"], [], [2, "Năm", 2024]],
        [["STT", "Tiếng Việt", "Tiếng Anh"], [3, "Ba", "Three"]],
    )
    found = read_xlsx(io.BytesIO(data), "a.xlsx", ReadSettings(remark=said.append))
    assert [(number, unit.vi, unit.en) for number, unit in found] == [
        (3, "Có", "Yes"),
        (5, "Năm", "2024"),
        (2, "Ba", "Three"),
    ]
    assert said == ["a.xlsx: the sheets 'tờ 0' have other columns and are passed over."]


def test_numbers_dates_and_results_of_formulas_are_read_as_text() -> None:
    noon = datetime.datetime(2024, 5, 3, 12, 0)
    values = [5, 0.25, True, datetime.datetime(2024, 5, 3), noon, datetime.time(8, 30), "=1+1", "12345678901234567"]
    data = book([["vi", "en"], *[[value, "x"] for value in values]])
    assert [unit.vi for unit in read(data)] == [
        "5",
        "0.25",
        "TRUE",
        "2024-05-03",
        "2024-05-03 12:00:00",
        "08:30:00",
        "0",
        "12345678901234567",
    ]
    since_1904 = book([["vi", "en"], [datetime.datetime(2024, 5, 3), "x"]], date_1904=True)
    assert [unit.vi for unit in read(since_1904)] == ["2024-05-03"]


def test_runs_of_a_text_are_put_together_and_readings_left_out() -> None:
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>vi</t></si><si><t>en</t></si>'
        '<si><r><t xml:space="preserve">Giá </t></r><r><rPr><b/></rPr><t>gạo</t></r><rPh sb="0" eb="1"><t>!</t></rPh>'
        "</si><si><t>_x0052_ice_x000D__x005F_x000D_ _xD83D__xDE00_</t></si></sst>"
    )
    data = changed(book([["vi", "en"], ["a", "b"]]), sharedStrings=strings.encode())
    assert [(unit.vi, unit.en) for unit in read(data)] == [("Giá gạo", "Rice _x000D_ \U0001f600")]


def test_a_table_without_a_header_is_read_by_numbers() -> None:
    data = book([["Có", "Yes"], ["Không", "No"]])
    assert [unit.vi for unit in read(data, vi="1", en="2")] == ["Có", "Không"]


def test_a_table_without_the_columns_is_refused_with_those_there_are() -> None:
    with pytest.raises(FormatError, match=r"a\.xlsx: found no column .* \(the table has the columns 'a', 'b'\)"):
        read(book([["a", "b"], ["x", "y"]]))
    with pytest.raises(FormatError, match=r"a\.xlsx: holds no sheet with a cell in it"):
        read(book([]))


def test_documents_come_from_a_text_column_and_from_pairs() -> None:
    data = book([["title", "text"], ["Giá gạo", "Gạo lên.\n\nRice is up."]])
    [part] = documents_xlsx(io.BytesIO(data), "a.xlsx", ReadSettings())
    assert (part.id, [block.text for block in part.blocks]) == ("2", ["Giá gạo", "Gạo lên.\n\nRice is up."])
    [part] = documents_xlsx(io.BytesIO(written(UNITS[:2])), "a.xlsx", ReadSettings(side="vi"))
    assert [(block.text, block.place) for block in part.blocks] == [(UNITS[0].vi, "row 2"), (UNITS[1].vi, "row 3")]


def test_a_cell_in_the_last_corner_takes_no_memory() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as out:
        sheet = out.add_worksheet()
        sheet.write_row(0, 0, ["vi", "en"])
        sheet.write_row(1, 0, ["Có", "Yes"])
        sheet.write(1_048_575, 16_383, "x")
    assert [unit.vi for unit in read(stream.getvalue())] == ["Có"]


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    data = changed(written(UNITS), sheet1=b" " * 3_000_000)
    with pytest.raises(FormatError, match=r"unpacks to more than 2 MB"):
        read(data, limits=Limits(size=2))


def test_a_long_text_that_stands_in_many_cells_is_stopped() -> None:
    data = book([["vi", "en"], *[["dài " * 8000, "x"]] * 200])
    with pytest.raises(FormatError, match=r"a\.xlsx:\d+: unpacks to more than 2 MB"):
        read(data, limits=Limits(size=2))


def test_entities_are_refused() -> None:
    sheet = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData><row><c t="str"><v>&a;</v></c></row></sheetData>'
    with pytest.raises(FormatError, match=r"a\.xlsx/xl/worksheets/sheet1\.xml: declares XML entities"):
        read(changed(written(UNITS), sheet1=sheet + b"</worksheet>"))


def test_a_workbook_with_a_password_or_of_old_is_refused() -> None:
    with pytest.raises(FormatError, match=r"a\.xlsx: is protected by a password or in the format of Office before"):
        read(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))


def test_what_is_no_workbook_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "Có")
    for data in (b"", b"Co\n", stream.getvalue()):
        with pytest.raises(FormatError, match=r"a\.xlsx: "):
            read(data)


@pytest.mark.parametrize(
    "sheet",
    [
        b'<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>99999999999</v></c></row></sheetData></worksheet>',
        b'<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>-1</v></c></row></sheetData></worksheet>',
        b'<worksheet><sheetData><row r="1"><c r="A1"><v>x</v></c></row></sheetData></worksheet>',
        b'<worksheet><sheetData><row r="1"><c r="A1"><v>' + b"9" * 5000 + b"x</v></c></row></sheetData></worksheet>",
        b"<worksheet><sheetData><row",
        b"",
        b"\0\1\2",
    ],
)
def test_a_damaged_sheet_is_refused(sheet: bytes) -> None:
    with pytest.raises(FormatError, match=r"a\.xlsx"):
        read(changed(written(UNITS[:1]), sheet1=sheet))


def test_cells_and_rows_that_do_not_say_where_they_are_follow_those_before() -> None:
    cells = "<row>{}</row>".format('<c t="str"><v>{}</v></c>' * 2)
    sheet = f"<worksheet><sheetData>{cells.format('vi', 'en')}{cells.format('Có', 'Yes')}</sheetData></worksheet>"
    assert [(unit.vi, unit.en) for unit in read(changed(written([]), sheet1=sheet.encode()))] == [("Có", "Yes")]


SMALL = book([["vi", "en", "score"], ["Có", "Yes", 0.5], [datetime.datetime(2024, 5, 3), True, "=1"]])
MEMBERS = {
    info.filename: zipfile.ZipFile(io.BytesIO(SMALL)).read(info)
    for info in zipfile.ZipFile(io.BytesIO(SMALL)).infolist()
    if info.filename.startswith(("xl/w", "xl/sh", "xl/st", "xl/_", "_rels"))
}


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(sorted(MEMBERS)),
    st.lists(st.tuples(st.integers(0, 4000), st.binary(max_size=4) | st.sampled_from([b"<", b'"', b"9", b"../", b""]))),
)
def test_any_xml_in_a_workbook_is_read_or_refused(member: str, edits: list[tuple[int, bytes]]) -> None:
    content = MEMBERS[member]
    for place, piece in edits:
        place %= len(content) + 1
        content = content[:place] + piece + content[place + len(piece) :]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in {**MEMBERS, member: content}.items():
            archive.writestr(name, data)
    with contextlib.suppress(AlignError):
        read(out.getvalue(), reject=lambda *part: None)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SMALL)), st.binary(min_size=1, max_size=4)), min_size=1, max_size=4))
def test_any_bytes_in_a_workbook_are_read_or_refused(edits: list[tuple[int, bytes]]) -> None:
    data = SMALL
    for place, piece in edits:
        data = data[:place] + piece + data[place + len(piece) :]
    for reader in (read_xlsx, documents_xlsx):
        with contextlib.suppress(AlignError):
            list(reader(io.BytesIO(data), "a", ReadSettings(reject=lambda *part: None)))  # type: ignore[operator]
