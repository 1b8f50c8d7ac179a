"""A store holds whole files, here and at a URL."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from align.batch.store import FolderStore, RemoteStore, Store, store_at
from align.errors import AlignError, OutputError


@pytest.fixture(params=("folder", "file", "memory"))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        fsspec = pytest.importorskip("fsspec")
        system = fsspec.filesystem("memory")
        yield store_at("memory://corpus/out")
        system.store.clear()
    else:
        yield store_at(f"{'file://' if request.param == 'file' else ''}{tmp_path / 'out'}")


def test_what_is_written_is_read(store: Store) -> None:
    store.write("units/ab/one", b"1")
    store.write("units/ab/one", b"2")
    with store.writing("units/two") as stream:
        stream.write(b"a" * 1000)
        stream.write(b"b")
    assert store.read("units/ab/one") == b"2"
    assert store.names() == ["units/ab/one", "units/two"]
    assert store.names("units/ab") == ["units/ab/one"]
    assert store.has("units/two")
    assert not store.has("units/three")
    assert Path(store.local("units/two")).read_bytes() == b"a" * 1000 + b"b"


def test_a_file_that_is_not_there_is_not_found(store: Store) -> None:
    assert store.names("nothing") == []
    with pytest.raises(FileNotFoundError):
        store.read("nothing")
    store.remove("nothing")


def test_what_is_removed_is_gone(store: Store) -> None:
    store.write("one", b"1")
    store.remove("one")
    assert store.names() == []


def test_a_file_that_was_not_written_whole_is_not_there(store: Store) -> None:
    store.write("one", b"before")

    def write_half() -> None:
        with store.writing("one") as stream:
            stream.write(b"half")
            raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        write_half()
    assert store.read("one") == b"before"
    assert store.names() == ["one"]


def test_a_copy_here_is_made_anew_when_the_file_changes() -> None:
    pytest.importorskip("fsspec")
    store = RemoteStore("memory://changing")
    store.write("one", b"before")
    assert Path(store.local("one")).read_bytes() == b"before"
    store.write("one", b"now")
    assert Path(store.local("one")).read_bytes() == b"now"
    store.remove("one")


def test_a_store_can_be_sent_to_another_process(store: Store) -> None:
    store.write("one", b"1")
    assert pickle.loads(pickle.dumps(store)).read("one") == b"1"


def test_what_a_killed_process_was_writing_is_taken_away(tmp_path: Path) -> None:
    store = FolderStore(str(tmp_path))
    store.write("units/one", b"1")
    (tmp_path / "units" / ".two.xyz.part").write_bytes(b"half")
    assert store.names() == ["units/one"]
    store.remove_parts()
    assert os.listdir(tmp_path / "units") == ["one"]


def test_a_folder_that_cannot_be_made_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match=r"file/a: cannot be written \(File exists\)"):
        store_at(str(tmp_path / "file")).write("a", b"")


def test_an_unknown_protocol_is_refused_in_one_line() -> None:
    pytest.importorskip("fsspec")
    with pytest.raises(AlignError, match="nonsense://bucket"):
        store_at("nonsense://bucket").names()


def test_files_can_be_read_by_whom_the_folder_is_for(tmp_path: Path) -> None:
    store_at(str(tmp_path)).write("one", b"1")
    (tmp_path / "usual").write_bytes(b"")
    assert (tmp_path / "one").stat().st_mode == (tmp_path / "usual").stat().st_mode
