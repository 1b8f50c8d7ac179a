from __future__ import annotations

import codecs
import io
import random
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from align.errors import AlignError, InputError
from align.formats.documents import document_of
from align.formats.settings import ReadSettings
from align.formats.texts.plain import decode, read_text

ROOT = Path(__file__).resolve().parent.parent
TEXT = "Thủ tướng Phạm Minh Chính\nPrime Minister Pham Minh Chinh\n"
UNICODE = [
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
]


def said(data: bytes, encoding: str | None = None) -> tuple[str, list[str]]:
    """The text, and what was remarked."""
    remarks: list[str] = []
    return decode(data, "a.txt", encoding, remark=remarks.append), remarks


def text_or_refusal(data: bytes, encoding: str | None = None) -> tuple[str | None, str]:
    """The text, or why there is none; any other exception than ours is the test's."""
    try:
        return decode(data, "a.txt", encoding), ""
    except AlignError as error:
        return None, str(error)


@pytest.mark.parametrize("encoding", UNICODE)
def test_unicode_is_recognised_with_and_without_a_mark(encoding: str) -> None:
    assert said(TEXT.encode(encoding)) == (TEXT, [])


@pytest.mark.parametrize("encoding", UNICODE)
def test_a_named_encoding_leaves_no_mark_in_the_text(encoding: str) -> None:
    assert said(TEXT.encode(encoding), encoding) == (TEXT, [])
    assert said(("\ufeff" + TEXT).encode(encoding.removesuffix("-sig")), encoding)[0] == TEXT


def test_big_endian_marks_are_recognised() -> None:
    assert decode(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "a.txt") == TEXT
    assert decode(codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"), "a.txt") == TEXT


def test_a_mark_alone_is_an_empty_text() -> None:
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        assert said(mark) == ("", [])


def test_a_named_encoding_is_used() -> None:
    assert decode("café".encode("cp1258"), "a.txt", "cp1258") == "café"
    assert decode("Việt".encode("utf-16-le"), "a.txt", "UTF-16LE") == "Việt"
    with pytest.raises(InputError, match=r"a\.txt: --encoding tcvn-9 .*utf-16.*tcvn3, vni, viscii, viqr"):
        decode(b"x", "a.txt", "tcvn-9")
    with pytest.raises(InputError, match=r"a\.txt:2: found the byte 0xc3.*ASCII"):
        decode("e\né".encode(), "a.txt", "ascii")


@pytest.mark.parametrize(
    "name",
    ["hex", "rot13", "zlib", "idna", "punycode", "unicode_escape", "undefined", "", "\0", "é", "../x", "a" * 999],
)
def test_what_is_no_encoding_of_a_file_is_refused_by_name(name: str) -> None:
    with pytest.raises(InputError, match=r"a\.txt: "):
        decode(b"abc \\d", "a.txt", name)


def test_a_named_encoding_that_does_not_fit_is_refused_and_not_replaced() -> None:
    for data, name in ((b"\xff\xfe\x00\xd8a\x00", "utf-16"), (b"a\xffb", "utf-8"), (b"+AA", "utf-7")):
        with pytest.raises(InputError, match=name.upper()):
            decode(data, "a.txt", name)


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\xff\xd8" * 50,
        b"\x7fELF\x02\x01\x01" + bytes(range(32)) * 50,
        random.Random(1).randbytes(4096),
        b"\x00" * 100,
    ],
    ids=["picture", "program", "noise", "zeros"],
)
def test_binary_data_is_called_binary(data: bytes) -> None:
    with pytest.raises(InputError, match="binary"):
        decode(data, "a.bin")


def test_stray_nuls_do_not_make_a_text_binary() -> None:
    data = TEXT.encode().replace(b" ", b" \x00", 3)
    (part,) = read_text(io.BytesIO(data), "a.txt", ReadSettings())
    assert document_of(part, "a.txt", "a.txt").text == TEXT.rstrip("\n")


def test_an_empty_file_is_one_empty_document() -> None:
    (part,) = read_text(io.BytesIO(b""), "a.txt", ReadSettings())
    assert document_of(part, "a.txt", "a.txt").text == ""


def test_the_reader_passes_encoding_and_remarks_on() -> None:
    remarks: list[str] = []
    data = "Trường đại học Việt Nam".encode("utf-16-le")[:-1]
    (part,) = read_text(io.BytesIO(data), "a.txt", ReadSettings(encoding="utf-16-le", remark=remarks.append))
    assert part.blocks[0].text == "Trường đại học Việt Na"
    assert remarks == ["a.txt: is cut within a character; 1 byte is left out."]


@pytest.mark.parametrize("cut", [1, 2])
def test_half_a_character_at_the_end_is_left_out_and_said(cut: int) -> None:
    text, remarks = said((TEXT + "Huế").encode()[:-cut])
    assert text == TEXT + "Hu"
    assert remarks == [f"a.txt: is cut within a character; {'2 bytes are' if cut == 1 else '1 byte is'} left out."]


@pytest.mark.parametrize("cut", [1, 2])
def test_half_a_character_at_the_start_is_left_out_and_said(cut: int) -> None:
    text, remarks = said(("ế " + TEXT).encode()[cut:])
    assert text == " " + TEXT
    assert len(remarks) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-32-le"])
def test_half_a_character_at_the_end_is_left_out_in_every_unicode(encoding: str) -> None:
    text, remarks = said((TEXT + "ế").encode(encoding)[:-1])
    assert text == TEXT
    assert len(remarks) == 1


def test_one_byte_behind_ascii_is_no_cut_character() -> None:
    text = "The owner of the shop said that they would meet again at the caf"
    assert said(text.encode() + b"\xe9")[0] == text + "é"


def test_damage_in_the_middle_of_utf8_is_named_by_its_line() -> None:
    with pytest.raises(InputError, match=r"a\.txt:2: found the byte 0xff.*UTF-8, in which the rest is"):
        decode(TEXT.encode().replace(b"Prime", b"\xffPrime") + TEXT.encode(), "a.txt")


@pytest.mark.parametrize("path", [*sorted(ROOT.glob("tests/gold/*.txt")), *sorted(ROOT.glob("seeds/*.txt"))], ids=str)
def test_good_text_is_never_touched(path: Path) -> None:
    data = path.read_bytes()
    assert said(data) == (data.decode(), [])
    for line in data.decode().split("\n"):
        assert said(line.encode()) == (line, [])


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.sampled_from(["utf-8-sig", "utf-16", "utf-32"])
)
@settings(max_examples=150, deadline=None)
def test_any_text_with_a_mark_comes_back(text: str, encoding: str) -> None:
    read, refusal = text_or_refusal(text.encode(encoding))
    assert read == text.removeprefix("\ufeff") or "binary" in refusal


@given(st.binary(max_size=300))
@example(b"\\.")
@example(b"\x80\x80\x80")
@example(b"\xff\xfe\xff")
@example(b"\x00\x00\xfe\xff\x00")
@settings(max_examples=400, deadline=None)
def test_any_bytes_are_text_or_an_error_of_ours(data: bytes) -> None:
    for encoding in (None, "utf-8", "utf-16", "utf-7", "tcvn3", "vni", "viscii", "viqr", "cp1258", "cp1252", "gbk"):
        read, refusal = text_or_refusal(data, encoding)
        assert (read is None) == refusal.startswith("a.txt")


@given(st.binary(max_size=4), st.integers(0, 2000), st.integers(0, 6), st.sampled_from(UNICODE))
@settings(max_examples=200, deadline=None)
def test_a_text_with_some_bytes_changed_is_text_or_an_error_of_ours(
    put: bytes, at: int, taken: int, encoding: str
) -> None:
    data = (TEXT * 8).encode(encoding)
    at %= len(data)
    read, refusal = text_or_refusal(data[:at] + put + data[at + taken :])
    assert (read is None) == refusal.startswith("a.txt")


@pytest.mark.parametrize(
    "data",
    [
        b"a" * 5_000_000,
        b"a^" * 2_000_000,
        b"\\." * 2_000_000 + b"a^",
        b"dda.i ho.c Vie^.t Nam la` tru+o+`ng cu?a nu+o+'c " * 200 + b"\\." * 500_000 + b"a'" * 500_000,
        b"\xe9" * 5_000_000,
        b"a " * 2_000_000 + b"\xe9",
        "Æ°".encode() * 500_000,
        "á»“ ".encode() * 500_000,
        "Ã ".encode() * 500_000,
    ],
    ids=["letters", "hats", "escapes", "viqr", "accents", "late", "mojibake", "quotes", "lost spaces"],
)
def test_a_long_line_takes_no_quadratic_time(data: bytes) -> None:
    start = time.perf_counter()
    read, refusal = text_or_refusal(data)
    assert time.perf_counter() - start < 10
    assert read is not None or len(refusal) < 2000
