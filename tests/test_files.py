from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from align.errors import InputError, OutputError
from align.formats.files import find_inputs, open_input, open_output


def names(*paths: Path | str) -> list[str]:
    return [found.id for found in find_inputs(paths)[0]]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("b.txt", "a.txt", "deep/c.txt", "deep/.hidden.txt", ".git/d.txt", "photo.jpg", "note.TXT"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    return tmp_path


def test_a_folder_is_searched_in_depth_and_in_order(tree: Path) -> None:
    assert names(tree) == ["a.txt", "b.txt", "note.TXT", "deep/c.txt"]


def test_what_is_left_out_of_a_folder_is_counted(tree: Path) -> None:
    assert find_inputs([tree])[1] == {".jpg": 1}


def test_a_file_named_outright_is_read_whatever_its_suffix(tree: Path) -> None:
    assert names(tree / "photo.jpg") == ["photo.jpg"]


def test_a_file_given_twice_is_read_once(tree: Path) -> None:
    assert names(tree / "a.txt", tree / "a.txt", tree) == ["a.txt", "b.txt", "note.TXT", "deep/c.txt"]


def test_two_files_of_one_name_have_two_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("x", "y"):
        Path(folder).mkdir()
        Path(folder, "a.txt").write_text(folder)
    assert names("x/a.txt", "y/a.txt") == ["x/a.txt", "y/a.txt"]


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nonesuch\.txt: no such file or folder"):
        find_inputs([tmp_path / "nonesuch.txt"])


def test_a_folder_without_text_says_what_it_holds(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no text in this folder \(it is empty\)"):
        find_inputs([tmp_path])
    (tmp_path / "photo.jpg").touch()
    with pytest.raises(InputError, match=r"found only 1 × \.jpg.*\.txt"):
        find_inputs([tmp_path])


def test_a_name_that_is_not_utf8_still_makes_an_id_that_can_be_written(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/vi\xea.txt")).write_text("x")
    assert names(tmp_path) == ["vi\ufffd.txt"]


def test_a_folder_that_links_to_itself_is_walked_once(tree: Path) -> None:
    (tree / "deep" / "loop").symlink_to(tree)
    assert names(tree) == ["a.txt", "b.txt", "note.TXT", "deep/c.txt"]


def test_output_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "pairs.tsv"
    with open_output(target) as stream:
        stream.write("Huế\n".encode())
        assert not target.exists()
    assert target.read_bytes() == "Huế\n".encode()
    assert os.listdir(tmp_path) == ["pairs.tsv"]


def test_a_failure_leaves_the_old_output_and_no_litter(tmp_path: Path) -> None:
    target = tmp_path / "pairs.tsv"
    target.write_text("old")

    def fail() -> None:
        with open_output(target) as stream:
            stream.write(b"new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["pairs.tsv"]


def test_output_has_the_permissions_of_an_ordinary_file(tmp_path: Path) -> None:
    (tmp_path / "ordinary").touch()
    with open_output(tmp_path / "pairs.tsv"):
        pass
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("ordinary", "pairs.tsv")]
    assert modes[0] == modes[1]


def test_an_output_that_is_a_folder_or_lies_nowhere_is_refused(tmp_path: Path) -> None:
    for target, words in (
        (tmp_path, "is a folder"),
        (tmp_path / "no" / "pairs.tsv", "cannot be written"),
        (f"{tmp_path}/no/", "is the name of a folder"),
        ("", "the name of the output is empty"),
    ):
        with pytest.raises(OutputError, match=words), open_output(target):
            pass


def test_an_empty_name_is_refused_as_one() -> None:
    with pytest.raises(InputError, match="a path is empty"):
        find_inputs([""])
    with pytest.raises(InputError, match="the name of the input is empty"), open_input(""):
        pass


def test_a_closed_standard_stream_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    monkeypatch.setattr("sys.stdout", None)
    with pytest.raises(InputError, match="standard input: is closed"), open_input("-"):
        pass
    with pytest.raises(OutputError, match="standard output: is closed"), open_output("-"):
        pass
