"""WARC: every page is a document, and a damaged record costs no other."""

from __future__ import annotations

import contextlib
import gzip
import io
import random
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from align.errors import AlignError, FormatError
from align.formats.documents import Part
from align.formats.settings import ReadSettings
from align.formats.texts.warc import read_warc

VI = "Giá gạo tăng lên mức cao nhất trong năm nay, theo Hiệp hội Lương thực Việt Nam."
EN = "Rice prices rose to their highest of the year, said the Vietnam Food Association."
PAGE = f"<!doctype html><title>Giá gạo</title><body><h1>Giá gạo</h1><p>{VI}</p><p>{EN}</p>"
Record = tuple[str, str, bytes, dict[str, str]]
"""Type, address, body and headers of the answer."""


def warc(*records: Record, packed: bool = False) -> bytes:
    """Records as warcio writes them."""
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "thử"}))
    for kind, address, body, headers in records:
        status = headers.pop("status", "200 OK")
        answer = StatusAndHeaders(status, list(headers.items()), protocol="HTTP/1.1") if kind == "response" else None
        made = writer.create_warc_record(
            address,
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=answer,
            warc_content_type=headers.get("Content-Type", "") if answer is None else "",
        )
        writer.write_record(made)
    return stream.getvalue()


def response(body: bytes, address: str = "http://bao.vn/a", /, **headers: str) -> Record:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return "response", address, body, {"Content-Type": "text/html", **named}


def plain(body: bytes, address: str = "http://bao.vn/a.txt", kind: str = "resource") -> Record:
    return kind, address, body, {"Content-Type": "text/plain"}


def parts(data: bytes, settings: ReadSettings | None = None) -> list[Part]:
    return list(read_warc(io.BytesIO(data), "a.warc", settings or ReadSettings()))


def texts(data: bytes, settings: ReadSettings | None = None) -> dict[str, str]:
    return {part.id: "\n".join(block.text for block in part.blocks) for part in parts(data, settings)}


def listening() -> tuple[ReadSettings, list[tuple[str, str]], list[str]]:
    refused: list[tuple[str, str]] = []
    said: list[str] = []
    settings = ReadSettings(reject=lambda place, reason, _: refused.append((place, reason)), remark=said.append)
    return settings, refused, said


@pytest.mark.parametrize("packed", [False, True])
def test_every_page_is_a_document_with_its_address(packed: bool) -> None:
    data = warc(response(PAGE.encode()), plain(f"{VI}\n{EN}\n".encode(), kind="conversion"), packed=packed)
    found = texts(data)
    assert list(found) == ["http://bao.vn/a", "http://bao.vn/a.txt"]
    assert found["http://bao.vn/a"].split("\n") == ["Giá gạo", VI, EN]
    assert found["http://bao.vn/a.txt"] == f"{VI}\n{EN}\n"


def chunked(data: bytes) -> bytes:
    pieces = [data[at : at + 50] for at in range(0, len(data), 50)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])


def raw_deflate(data: bytes) -> bytes:
    packing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packing.compress(data) + packing.flush()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(PAGE.encode()), {"Content_Encoding": "gzip"}),
        (zlib.compress(PAGE.encode()), {"Content_Encoding": "deflate"}),
        (raw_deflate(PAGE.encode()), {"Content_Encoding": "deflate"}),
        (chunked(PAGE.encode()), {"Transfer_Encoding": "chunked"}),
        (chunked(gzip.compress(PAGE.encode())), {"Transfer_Encoding": "chunked", "Content_Encoding": "gzip"}),
        (PAGE.encode(), {"Content_Encoding": "gzip"}),
        (PAGE.encode(), {"Content_Encoding": "deflate"}),
        (PAGE.encode(), {"Transfer_Encoding": "chunked"}),
        (PAGE.encode("cp1258", "ignore"), {"Content_Type": "text/html; charset=windows-1258"}),
        (PAGE.encode("utf-16"), {}),
        (PAGE.encode(), {"Content_Type": ""}),
        (PAGE.encode(), {"Content_Type": "application/xhtml+xml; charset=UTF-8"}),
    ],
)
def test_a_page_is_read_however_it_was_sent(body: bytes, headers: dict[str, str]) -> None:
    ((_, text),) = texts(warc(response(body, **headers))).items()
    assert EN in text


def test_the_answers_charset_counts_where_the_page_has_none() -> None:
    body = "Le café est fermé, à côté de l'église où il était déjà né.".encode("cp1252")
    made = ("response", "http://bao.vn/b.txt", body, {"Content-Type": "text/plain; charset=windows-1252"})
    assert texts(warc(made))["http://bao.vn/b.txt"].startswith("Le café est fermé")


def test_what_is_no_page_is_passed_over_and_counted() -> None:
    settings, refused, said = listening()
    data = warc(
        response(b"\x89PNG", "http://bao.vn/1.png", Content_Type="image/png"),
        response(b"\x89PNG", "http://bao.vn/2.png", Content_Type="image/png"),
        response(PAGE.encode(), "http://bao.vn/404", status="404 Not Found"),
        response(PAGE.encode(), "http://bao.vn/ok"),
        ("revisit", "http://bao.vn/lai", b"", {}),
        ("metadata", "http://bao.vn/ok", b"x", {}),
    )
    assert list(texts(data, settings)) == ["http://bao.vn/ok"]
    assert refused == []
    assert said == ["a.warc: passed over, as no pages of text: 2 × image/png, 1 × status 404, 1 × revisit."]


def test_pages_of_one_address_are_told_apart() -> None:
    data = warc(*[plain(f"Lần {number}.".encode()) for number in range(3)])
    assert list(texts(data)) == ["http://bao.vn/a.txt", "http://bao.vn/a.txt (2)", "http://bao.vn/a.txt (3)"]


def test_an_address_is_one_line_without_brackets() -> None:
    data = warc(plain(VI.encode(), "<http://bao.vn/a b\x07>"), plain(VI.encode(), ""))
    assert list(texts(data)) == ["http://bao.vn/a%20b_", "record-3"]


def test_a_file_cut_short_keeps_the_records_before() -> None:
    data = warc(plain(VI.encode(), "http://bao.vn/1"), plain(EN.encode(), "http://bao.vn/2"))
    cut = data[: data.rindex(b"said")]
    settings, refused, _ = listening()
    assert texts(cut, settings) == {"http://bao.vn/1": VI}
    ((place, reason),) = refused
    assert place.startswith("a.warc: record 3 at byte ")
    assert reason == f"found {EN.index('said')} bytes, expected {len(EN)}; it is cut short, and left out."
    with pytest.raises(FormatError, match=r"^a\.warc: record 3 at byte [\d,]+: found .*--rejected FILE"):
        texts(cut)


@pytest.mark.parametrize("wrong", [b"9", b"99999", b"-1", b"x", b"9" * 30, b""])
def test_a_record_with_a_wrong_length_is_left_out_and_the_rest_is_read(wrong: bytes) -> None:
    data = warc(*[plain(VI.encode(), f"http://bao.vn/{number}") for number in range(3)])
    head, middle = data.index(b"http://bao.vn/1"), b"Content-Length: %d" % len(VI.encode())
    at = data.index(middle, head)
    broken = data[:at] + b"Content-Length: " + wrong + data[at + len(middle) :]
    settings, refused, _ = listening()
    assert list(texts(broken, settings)) == ["http://bao.vn/0", "http://bao.vn/2"]
    assert len(refused) == 1
    assert refused[0][0].startswith("a.warc: record 3 at byte ")


def test_bytes_between_records_are_named() -> None:
    data = warc(plain(VI.encode(), "http://bao.vn/1"), plain(EN.encode(), "http://bao.vn/2"))
    second = data.rindex(b"WARC/1.0")
    settings, refused, _ = listening()
    assert len(texts(data[:second] + b"\n\nlac\nloai\n\n" + data[second:], settings)) == 2
    assert refused == [(f"a.warc: byte {second + 2:,}", "found 10 bytes that belong to no record; is it whole?")]


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        (PAGE.encode(), {"Content_Encoding": "br"}, "is packed as br, which is not read; expected gzip or deflate."),
        (
            gzip.compress(PAGE.encode())[:9] + b"\xff" * 50,
            {"Content_Encoding": "gzip"},
            "is said to be packed as gzip, and",
        ),
        (gzip.compress(bytes(51_000_000)), {"Content_Encoding": "gzip"}, "is larger than 50 MB, which no page is;"),
        (bytes(range(256)) * 40, {"Content_Type": "text/plain"}, ""),
    ],
    ids=["brotli", "damaged", "bomb", "binary"],
)
def test_a_page_that_cannot_be_read_is_left_out(body: bytes, headers: dict[str, str], reason: str) -> None:
    settings, refused, _ = listening()
    assert list(texts(warc(response(body, **headers), plain(VI.encode())), settings)) == ["http://bao.vn/a.txt"]
    assert len(refused) == 1
    assert refused[0][0] == "a.warc#http://bao.vn/a"
    assert refused[0][1].startswith(reason)


def test_a_page_that_was_fetched_in_part_is_read_and_counted() -> None:
    body = gzip.compress(PAGE.encode() + f"<p>{EN} {random.Random(1).randbytes(99).hex()}".encode())
    settings, refused, said = listening()
    ((_, text),) = texts(warc(response(body[:-30], Content_Encoding="gzip")), settings).items()
    assert VI in text
    assert refused == []
    assert said == ["a.warc: pages that were cut short when they were fetched: 1."]


def test_a_large_record_that_is_no_page_is_passed_over() -> None:
    settings, refused, said = listening()
    data = warc(response(bytes(51_000_000), Content_Type="video/mp4"), plain(VI.encode()))
    assert list(texts(data, settings)) == ["http://bao.vn/a.txt"]
    assert (refused, said) == ([], ["a.warc: passed over, as no pages of text: 1 × video/mp4."])


@pytest.mark.parametrize("data", [b"", b"\r\n"])
def test_an_empty_file_holds_no_page(data: bytes) -> None:
    assert parts(data) == []


def test_what_is_no_warc_is_refused() -> None:
    with pytest.raises(FormatError, match=r"^a\.warc: found '<html>' at its start, expected a WARC, which begins with"):
        parts(b"<html>\n")


def test_nothing_but_wrong_lengths_takes_no_longer_than_other_files() -> None:
    settings, refused, _ = listening()
    started = time.perf_counter()
    assert parts(b"WARC/1.0\r\nContent-Length: 9999999\r\n\r\n" * 30_000, settings) == []
    assert refused
    assert time.perf_counter() - started < 5


def test_one_record_is_read_at_a_time() -> None:
    class Counted(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            self.taken += len(data)
            return data

    stream = Counted(warc(*[plain(VI.encode() * 900, f"http://bao.vn/{number}") for number in range(40)]))
    assert next(read_warc(stream, "a.warc", ReadSettings())).id == "http://bao.vn/0"
    assert stream.taken < 300_000


SAMPLE = warc(
    response(chunked(gzip.compress(PAGE.encode())), Transfer_Encoding="chunked", Content_Encoding="gzip"),
    plain(VI.encode()),
)
NOISE = st.binary(max_size=4) | st.sampled_from([b"\r\n", b"WARC/1.0\r\n", b":"])


@given(st.data())
@hypothesis_settings(max_examples=150, deadline=None)
def test_a_mutated_file_gives_its_pages_or_an_error_of_ours(data: st.DataObject) -> None:
    mutated = bytearray(SAMPLE)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(mutated) - 1))
        mutated[at : at + data.draw(st.integers(0, 3))] = data.draw(NOISE)
    settings, _, _ = listening()
    for given_settings in (settings, ReadSettings()):
        with contextlib.suppress(AlignError):
            parts(bytes(mutated), given_settings)
