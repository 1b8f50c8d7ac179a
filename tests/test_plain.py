from __future__ import annotations

import codecs
import os
import threading
from pathlib import Path

import pytest

from align.errors import InputError
from align.formats.files import Input
from align.formats.plain import decode, read_plain

TEXT = "Thủ tướng Phạm Minh Chính\nPrime Minister Pham Minh Chinh\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_recognised_with_and_without_a_mark(encoding: str) -> None:
    assert decode(TEXT.encode(encoding), "a.txt").removeprefix("\ufeff") == TEXT


def test_big_endian_marks_are_recognised() -> None:
    assert decode(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "a.txt") == TEXT
    assert decode(codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"), "a.txt") == TEXT


def test_a_file_in_another_encoding_is_refused_with_the_way_out() -> None:
    with pytest.raises(InputError, match=r"cu\.txt: .*UTF-8.*UTF-16.*line 2.*--encoding cp1258"):
        decode(b"first line\nVi\xea\xf2t Nam", "cu.txt")


def test_a_named_encoding_is_used() -> None:
    assert decode("café".encode("cp1258"), "a.txt", "cp1258") == "café"
    with pytest.raises(InputError, match="not an encoding"):
        decode(b"x", "a.txt", "viscii-nonesuch")
    with pytest.raises(InputError, match="ASCII"):
        decode("é".encode(), "a.txt", "ascii")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\xff\xd8" * 50,
        b"\x7fELF\x02\x01\x01" + bytes(range(32)) * 50,
        os.urandom(4096) + b"\x00",
    ],
    ids=["picture", "program", "noise"],
)
def test_binary_data_is_called_binary(data: bytes) -> None:
    with pytest.raises(InputError, match="binary"):
        decode(data, "a.bin")


def test_stray_nuls_do_not_make_a_text_binary(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT.encode().replace(b" ", b" \x00", 3))
    (document,) = read_plain(Input("a.txt", str(tmp_path / "a.txt")))
    assert document.text == TEXT


def test_an_empty_file_is_an_empty_document(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    assert [document.text for document in read_plain(Input("a.txt", str(tmp_path / "a.txt")))] == [""]


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(TEXT,))
    writer.start()
    (document,) = read_plain(Input("pipe", str(pipe)))
    writer.join()
    assert document.text == TEXT


def test_a_folder_in_place_of_a_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        list(read_plain(Input("x", str(tmp_path))))
