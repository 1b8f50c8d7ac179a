"""Inputs and outputs at addresses, with the two kinds that need no network."""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

fsspec = pytest.importorskip("fsspec", reason="addresses need align-vi-en[dask]")

from align.errors import InputError, OutputError  # noqa: E402
from align.formats.files import find_inputs, open_input, open_output, read_bytes  # noqa: E402
from align.formats.reading import read_documents  # noqa: E402
from align.formats.settings import ReadSettings  # noqa: E402
from align.pipeline import mine  # noqa: E402


@pytest.fixture
def memory() -> Iterator[str]:
    """The address of an empty folder in memory."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    yield "memory://corpus"
    system.store.clear()


def put(url: str, data: bytes) -> None:
    with fsspec.open(url, "wb") as stream:
        stream.write(data)


def write_half(url: str) -> None:
    with open_output(url) as stream:
        stream.write(b"half")
        raise ZeroDivisionError


def names(url: str, **options: object) -> list[str]:
    return [item.id for item in find_inputs([url], **options)[0]]  # type: ignore[arg-type]


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


TREE = ("b.txt", "a.txt", "deep/c.txt", "deep/.hidden.txt", ".git/d.txt", "photo.jpg", "README.md", "deep/tin tức.TXT")


def test_a_folder_at_a_url_is_listed_as_one_of_this_machine(memory: str, tmp_path: Path) -> None:
    for name in TREE:
        put(f"{memory}/{name}", b"x")
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    here, passed_over_here = find_inputs([tmp_path])
    there, passed_over_there = find_inputs([memory])
    assert [item.id for item in there] == [item.id for item in here]
    assert there[0].path == "memory://corpus/a.txt"
    assert passed_over_there == passed_over_here == {".jpg": 1, "README.md": 1}
    assert names(f"{memory}/") == names(f"file://{tmp_path}") == names(memory)


def test_the_folder_left_out_is_left_out_at_a_url_too(memory: str, tmp_path: Path) -> None:
    for name in ("a.txt", "out/b.txt", "outer/c.txt"):
        put(f"{memory}/{name}", b"x")
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert names(memory, exclude=f"{memory}/out/") == ["a.txt", "outer/c.txt"]
    assert names(str(tmp_path), exclude=f"{tmp_path}/out/") == ["a.txt", "outer/c.txt"]
    assert names(str(tmp_path), exclude=f"file://{tmp_path}/out") == ["a.txt", "outer/c.txt"]


def test_a_file_at_a_url_is_one_input(memory: str) -> None:
    put(f"{memory}/photo.jpg", b"x")
    assert names(f"{memory}/photo.jpg") == ["photo.jpg"]


def test_what_is_not_at_a_url_is_named(memory: str) -> None:
    put(f"{memory}/a.jpg", b"x")
    with pytest.raises(InputError, match="memory://corpus/none: no such file or folder"):
        find_inputs([f"{memory}/none"])
    with pytest.raises(InputError, match=r"memory://corpus: no text in this folder \(found only 1 × \.jpg\)"):
        find_inputs([memory])
    with (
        pytest.raises(InputError, match=r"memory://corpus/none\.txt: no such file or folder"),
        open_input(f"{memory}/none.txt"),
    ):
        pass


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz", "a.zip"])
def test_a_document_at_a_url_is_read_packed_or_not(memory: str, name: str) -> None:
    text = "Giá gạo tăng tuần thứ ba\n\nRice prices rise for a third week\n".encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", text)
    data = {"a.txt": text, "a.txt.gz": gzip.compress(text), "a.zip": packed.getvalue()}[name]
    put(f"{memory}/{name}", data)
    (item,) = find_inputs([memory])[0]
    (document,) = read_documents(item, ReadSettings())
    assert document.text.startswith("Giá gạo")
    assert document.source == f"memory://corpus/{name}"
    assert [bead.kind for bead in mine(memory, encoder="static")] == ["1-1"]


def test_a_file_url_is_the_path(tmp_path: Path) -> None:
    with open_output(f"file://{tmp_path}/đầu ra.txt") as stream:
        stream.write(b"x")
    assert leftovers(tmp_path) == ["đầu ra.txt"]
    assert read_bytes(f"file://{tmp_path}/đầu ra.txt")[1] == b"x"
    assert read_bytes(f"FILE://{tmp_path}/đầu ra.txt")[0] == f"{tmp_path}/đầu ra.txt"


def test_an_output_at_a_url_appears_when_it_is_whole(memory: str) -> None:
    system = fsspec.filesystem("memory")
    with open_output(f"{memory}/new/pairs.tsv") as stream:
        stream.write(b"half")
        stream.flush()
        assert not system.exists("/corpus/new/pairs.tsv")
        stream.write(b" and whole")
    assert read_bytes(f"{memory}/new/pairs.tsv")[1] == b"half and whole"


def test_an_output_that_fails_leaves_what_was_there(
    memory: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    put(f"{memory}/pairs.tsv", b"old")
    with pytest.raises(ZeroDivisionError):
        write_half(f"{memory}/pairs.tsv")
    assert read_bytes(f"{memory}/pairs.tsv")[1] == b"old"
    assert leftovers(tmp_path) == []


def test_a_packed_output_at_a_url_has_the_same_bytes_every_time(memory: str) -> None:
    for name in ("a.tsv.gz", "b.tsv.gz"):
        with open_output(f"{memory}/{name}") as stream:
            stream.write("Xin chào".encode())
    first, second = (read_bytes(f"{memory}/{name}")[1] for name in ("a.tsv.gz", "b.tsv.gz"))
    assert first == second
    assert gzip.decompress(first).decode() == "Xin chào"


def test_an_output_cannot_be_a_folder(memory: str) -> None:
    with (
        pytest.raises(OutputError, match=r"is the name of a folder; .*memory://corpus/pairs\.tsv"),
        open_output(f"{memory}/"),
    ):
        pass


def test_a_system_that_refuses_says_so_on_one_line(memory: str) -> None:
    put(f"{memory}/a", b"a file where a folder should be")
    with (
        pytest.raises(OutputError, match=r"^memory://corpus/a/pairs\.tsv: cannot be written \(.+\)\.$"),
        open_output(f"{memory}/a/pairs.tsv") as stream,
    ):
        stream.write(b"x")


def test_a_machine_that_does_not_answer_is_an_input_error_of_one_line() -> None:
    # nothing listens on port 1 of this machine
    with pytest.raises(InputError) as caught:
        read_bytes("ftp://127.0.0.1:1/a.txt")
    assert "\n" not in str(caught.value)


def test_an_unknown_kind_of_address_is_named() -> None:
    with pytest.raises(InputError, match=r"foo://a: no such kind of address \(Protocol not known: foo\)"):
        read_bytes("foo://a")
    with pytest.raises(OutputError, match=r"foo://a: no such kind"), open_output("foo://a"):
        pass


def test_a_missing_package_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "adlfs", None)
    with pytest.raises(InputError, match=r"Install adlfs.*align-vi-en\[dask\]"):
        read_bytes("abfs://container/a.txt")
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(InputError, match=r"needs fsspec: pip install 'align-vi-en\[dask\]'"):
        find_inputs(["memory://corpus"])


def test_paths_of_this_machine_do_without_fsspec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    (tmp_path / "a.txt").write_text("x")
    assert names(f"file://{tmp_path}") == ["a.txt"]
