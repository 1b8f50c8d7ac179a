"""Archives: what is in them comes out, tricks and damage are named, and nothing unpacks without bounds."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import random
import struct
import zipfile

import pytest
import zstandard
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from align.errors import AlignError, FormatError
from align.formats.archives import open_zip, read_member, unpacked
from align.formats.settings import Limits, ReadSettings

TEXT = "Giá gạo tăng lên mức cao nhất trong năm.\n".encode()
PACKERS = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def contents(data: bytes, name: str, settings: ReadSettings | None = None) -> dict[str, bytes]:
    members = unpacked(io.BytesIO(data), name, settings or ReadSettings())
    return {member.id: member.stream.read() for member in members}


def rejecting(**options: object) -> tuple[ReadSettings, list[tuple[str, str]]]:
    refused: list[tuple[str, str]] = []
    settings = ReadSettings(reject=lambda place, reason, _: refused.append((place, reason)), **options)  # type: ignore[arg-type]
    return settings, refused


def encrypted(data: bytes, member: bytes) -> bytes:
    """The zip with the flag of encryption set on one member, in both its headers."""
    patched = bytearray(data)
    for signature, flag, name in ((b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)):
        at = patched.find(signature)
        while at >= 0:
            if patched[at + name :].startswith(member):
                patched[at + flag] |= 1
            at = patched.find(signature, at + 1)
    return bytes(patched)


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_packed_file_is_unpacked(suffix: str) -> None:
    assert contents(PACKERS[suffix](TEXT), f"a.txt{suffix}") == {"": TEXT}


@pytest.mark.parametrize("suffix", PACKERS)
def test_pieces_packed_one_after_the_other_are_one_text(suffix: str) -> None:
    assert contents(PACKERS[suffix](TEXT) + PACKERS[suffix](TEXT[:-1] * 9), f"a{suffix}") == {"": TEXT + TEXT[:-1] * 9}


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_packed_empty_file_is_an_empty_file(suffix: str) -> None:
    assert contents(PACKERS[suffix](b""), f"a{suffix}") == {"": b""}


@pytest.mark.parametrize("suffix", PACKERS)
@pytest.mark.parametrize("cut", [1, 5, 12])
def test_a_packed_file_that_is_cut_short_is_an_error_and_no_shorter_text(suffix: str, cut: int) -> None:
    data = PACKERS[suffix](random.Random(1).randbytes(300_000))
    with pytest.raises(FormatError, match=rf"^a\.txt{suffix}: is damaged or cut short \(.+\); "):
        contents(data[:-cut], f"a.txt{suffix}")


@pytest.mark.parametrize("suffix", PACKERS)
def test_what_is_not_packed_as_its_suffix_says_is_refused(suffix: str) -> None:
    with pytest.raises(FormatError, match=rf"^a{suffix}: found 47 69 c3 a1 at its start, expected what {suffix} files"):
        contents(TEXT, f"a{suffix}")
    with pytest.raises(FormatError, match=rf"^a{suffix}: is empty, expected"):
        contents(b"", f"a{suffix}")


def test_what_has_no_packing_suffix_stays_as_it_is() -> None:
    packed = gzip.compress(TEXT)
    assert contents(packed, "a.txt") == {"": packed}
    document = zipped({"word/document.xml": b"<x/>"})
    assert contents(document, "a.docx") == {"": document}
    inside = {"a.docx": document, "b.epub": document}
    assert contents(zipped(inside), "x.zip") == inside


def test_a_frame_to_be_skipped_is_skipped() -> None:
    skipped = struct.pack("<II", 0x184D2A53, 5) + b"12345"
    assert contents(skipped + PACKERS[".zst"](TEXT) + skipped, "a.zst") == {"": TEXT}


def test_the_files_in_a_zip_come_in_its_order_with_their_paths() -> None:
    data = zipped({"tin/a.html": b"a", "Bản tin.txt": TEXT, "0.md": b""})
    members = list(unpacked(io.BytesIO(data), "x.zip", ReadSettings()))
    assert [(member.id, member.name) for member in members] == [
        ("tin/a.html", "x.zip/tin/a.html"),
        ("Bản tin.txt", "x.zip/Bản tin.txt"),
        ("0.md", "x.zip/0.md"),
    ]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_compression_of_a_zip_is_read(compression: int) -> None:
    assert contents(zipped({"a.txt": TEXT * 5000}, compression), "x.zip") == {"a.txt": TEXT * 5000}


def test_archives_in_archives_are_taken_apart() -> None:
    inner = zipped({"x.srt": TEXT, "y.txt.gz": gzip.compress(TEXT)})
    outer = zipped({"inner.zip": inner, "a/b.html": b"b"})
    expected = {"inner.zip/x.srt": TEXT, "inner.zip/y.txt.gz": TEXT, "a/b.html": b"b"}
    assert contents(outer, "x.zip") == expected
    assert contents(gzip.compress(inner), "x.zip.gz") == {"x.srt": TEXT, "y.txt.gz": TEXT}
    assert contents(PACKERS[".zst"](gzip.compress(TEXT)), "X.TXT.GZ.ZST") == {"": TEXT}


def test_an_archive_deeper_than_allowed_is_refused_and_the_rest_is_read() -> None:
    inner = zipped({"x.srt": TEXT})
    outer = zipped({"inner.zip": inner, "b.txt": b"b"})
    settings, refused = rejecting(limits=Limits(depth=1))
    assert contents(outer, "x.zip", settings) == {"b.txt": b"b"}
    assert refused == [
        (
            "x.zip/inner.zip",
            "lies 2 archives deep, expected 1 at most; unpack it yourself, or allow more: --limit depth=2.",
        )
    ]
    with pytest.raises(FormatError, match=r"^x\.zip/inner\.zip: lies 2 archives .*--limit depth=2\. .*--rej"):
        contents(outer, "x.zip", ReadSettings(limits=Limits(depth=1)))


def test_an_archive_in_itself_without_end_is_read_to_the_depth_allowed() -> None:
    data = b""
    for _ in range(600):
        data = zipped({"r.zip": data}, zipfile.ZIP_STORED)
    settings, refused = rejecting(limits=Limits(depth=400))
    assert contents(data, "r.zip", settings) == {}
    assert len(refused) == 1
    assert "expected 400 at most" in refused[0][1]


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_bomb_stops_at_the_limit(suffix: str) -> None:
    bomb = PACKERS[suffix](bytes(20_000_000))
    settings = ReadSettings(limits=Limits(size=1))
    (member,) = unpacked(io.BytesIO(bomb), f"a.txt{suffix}", settings)
    with pytest.raises(FormatError, match=rf"^a\.txt{suffix}: unpacks to more than 1 MB .*--limit size=2\.$"):
        member.stream.read()
    assert len(contents(bomb, f"a{suffix}", ReadSettings(limits=Limits(size=20)))[""]) == 20_000_000


def test_a_zip_that_says_it_is_too_large_is_not_opened() -> None:
    settings = ReadSettings(limits=Limits(size=1))
    with pytest.raises(FormatError, match=r"^x\.zip: unpacks to more than 1 MB with all .*--limit size=2\.$"):
        contents(zipped({"a.txt": bytes(600_000), "b.txt": bytes(600_000)}), "x.zip", settings)


def test_what_nested_archives_unpack_to_is_counted_together() -> None:
    layer = zipped({"zeros.txt": bytes(400_000)})
    bombs = zipped({f"{number}.zip": layer for number in range(10)})
    settings, refused = rejecting(limits=Limits(size=1))
    assert list(contents(bombs, "42.zip", settings)) == ["0.zip/zeros.txt", "1.zip/zeros.txt"]
    assert [place for place, _ in refused] == [f"42.zip/{number}.zip" for number in range(2, 10)]
    assert "1 MB" in refused[0][1]


def test_a_bomb_in_an_archive_is_left_out_and_the_rest_is_read() -> None:
    data = zipped({"a.txt": TEXT, "bomb.zip": zipped({"zeros.txt": bytes(5_000_000)}), "b.txt": TEXT})
    settings, refused = rejecting(limits=Limits(size=1))
    assert contents(data, "x.zip", settings) == {"a.txt": TEXT, "b.txt": TEXT}
    assert [place for place, _ in refused] == ["x.zip/bomb.zip"]


def test_a_size_that_a_zip_understates_is_no_way_around_the_limit() -> None:
    data = bytearray(zipped({"a.txt": bytes(3_000_000)}))
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.find(signature) + at
        data[start : start + 4] = struct.pack("<I", 10)
    settings, refused = rejecting(limits=Limits(size=1))
    assert contents(bytes(data), "x.zip", settings) == {}
    assert refused[0][0] == "x.zip/a.txt"
    assert "damaged" in refused[0][1]


def test_more_files_than_allowed_are_refused_those_of_inner_archives_included() -> None:
    with pytest.raises(FormatError, match=r"^x\.zip: holds more than 2 files .*--limit files=4\.$"):
        contents(zipped({f"{n}.txt": b"" for n in range(3)}), "x.zip", ReadSettings(limits=Limits(files=2)))
    inner = zipped({f"{n}.txt": b"" for n in range(3)})
    settings, refused = rejecting(limits=Limits(files=4))
    assert contents(zipped({"a.zip": inner, "b.txt": b"b"}), "x.zip", settings) == {"b.txt": b"b"}
    assert "4 files" in refused[0][1]


def test_files_that_overlap_are_refused() -> None:
    data = zipped({"a.txt": TEXT * 100, "b.txt": TEXT * 100}, zipfile.ZIP_STORED)
    first, second = data.find(b"PK\x01\x02"), data.rfind(b"PK\x01\x02")
    overlapping = bytearray(data)
    overlapping[second + 42 : second + 46] = data[first + 42 : first + 46]
    with pytest.raises(FormatError, match=r"^x\.zip: holds files that overlap"):
        contents(bytes(overlapping), "x.zip")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/./passwd", "etc/passwd"),
        ("..\\..\\windows\\a.txt", "windows/a.txt"),
        ("a//b/../c.txt", "a/b/c.txt"),
        ("tin\x07\x1b[31m\u202etxt.exe", "tin__[31m_txt.exe"),
        ("dong\nhai.txt", "dong_hai.txt"),
        ("Vie\u0323\u0302t.txt", "Việt.txt"),
        ("x" * 300 + ".txt", "x" * 251 + ".txt"),
    ],
)
def test_a_name_is_a_name_and_no_path(written: str, read: str) -> None:
    assert contents(zipped({written: TEXT}), "x.zip") == {read: TEXT}


def test_names_in_utf8_that_do_not_say_so_are_read() -> None:
    data = zipped({"Tin tức.txt": TEXT})
    for signature, flag in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        at = data.find(signature) + flag
        assert data[at] == 8
        data = data[:at] + b"\0" + data[at + 1 :]
    assert contents(data, "x.zip") == {"Tin tức.txt": TEXT}


def test_a_name_in_another_encoding_keeps_its_suffix() -> None:
    data = zipped({"V__t.txt": TEXT}).replace(b"V__t", b"V\xec\xfet")
    ((name, text),) = contents(data, "x.zip").items()
    assert name.endswith("t.txt")
    assert text == TEXT


def test_folders_hidden_files_and_what_macos_adds_are_passed_over() -> None:
    files = {"a/": b"", "__MACOSX/._a.txt": b"x", ".DS_Store": b"x", "a/.git/config.txt": b"x", "a/b.txt": TEXT}
    assert contents(zipped(files), "x.zip") == {"a/b.txt": TEXT}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_files_of_one_name_are_told_apart() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("a/b.c/x.txt.gz", "a/b.c/x.txt.gz", "a/b.c/x (2).txt.gz", "a\\b.c\\x.txt.gz"):
            archive.writestr(name, gzip.compress(name.encode()))
    assert list(contents(stream.getvalue(), "x.zip")) == [
        "a/b.c/x.txt.gz",
        "a/b.c/x (2).txt.gz",
        "a/b.c/x (2) (2).txt.gz",
        "a/b.c/x (3).txt.gz",
    ]


def test_a_file_with_a_password_is_left_out_and_the_rest_is_read() -> None:
    data = encrypted(zipped({"a.txt": TEXT, "mat.txt": TEXT, "b.txt": TEXT}), b"mat.txt")
    settings, refused = rejecting()
    assert list(contents(data, "x.zip", settings)) == ["a.txt", "b.txt"]
    assert [place for place, _ in refused] == ["x.zip/mat.txt"]
    with pytest.raises(FormatError, match=r"^x\.zip/mat\.txt: is protected by a password"):
        contents(data, "x.zip")
    with pytest.raises(FormatError, match=r"^x\.docx: is protected by a password"):
        open_zip(io.BytesIO(data), "x.docx", Limits())


def test_a_document_that_office_encrypted_is_named_as_such() -> None:
    with pytest.raises(FormatError, match=r"^x\.docx: is protected by a password or in the format of Office before"):
        open_zip(io.BytesIO(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)), "x.docx", Limits())


def test_a_damaged_file_is_left_out_and_the_rest_is_read() -> None:
    data = zipped({"a.txt": TEXT, "b.txt": TEXT * 2}, zipfile.ZIP_STORED).replace(TEXT, TEXT[:-2] + b"?\n", 1)
    settings, refused = rejecting()
    assert list(contents(data, "x.zip", settings)) == ["b.txt"]
    assert refused == [
        (
            "x.zip/a.txt",
            "is damaged or cut short (Bad CRC-32 for file 'a.txt'); pack it anew, or fetch it again.",
        )
    ]
    archive = open_zip(io.BytesIO(data), "x.docx", Limits())
    with pytest.raises(FormatError, match=r"^x\.docx/a\.txt: is damaged .*CRC"):
        read_member(archive, "a.txt", "x.docx", Limits())


@pytest.mark.parametrize("data", [b"", b"PK", TEXT, zipped({"a.txt": TEXT})[:-30], b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match=r"^x\.zip: found no zip, or a broken one"):
        contents(data, "x.zip")


def test_an_empty_zip_holds_nothing() -> None:
    assert contents(zipped({}), "x.zip") == {}


def test_a_member_is_read_whole_or_named_as_missing() -> None:
    archive = open_zip(io.BytesIO(zipped({"content.xml": TEXT})), "a.odt", Limits())
    assert read_member(archive, "content.xml", "a.odt", Limits()) == TEXT
    with pytest.raises(FormatError, match=r"^a\.odt: holds no styles\.xml, which it needs"):
        read_member(archive, "styles.xml", "a.odt", Limits())


def test_a_zip_from_a_pipe_is_read() -> None:
    class Pipe(io.RawIOBase):
        def __init__(self, data: bytes) -> None:
            self._data = io.BytesIO(data)

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            return self._data.readinto(buffer)

    data = zipped({"a.txt": TEXT})
    members = unpacked(Pipe(data), "x.zip", ReadSettings())  # type: ignore[arg-type]
    assert [member.stream.read() for member in members] == [TEXT]
    assert open_zip(Pipe(data), "a.epub", Limits()).namelist() == ["a.txt"]  # type: ignore[arg-type]


def test_a_large_file_is_unpacked_as_it_is_read() -> None:
    class Counted(io.BytesIO):
        taken = 0

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            count = super().readinto(buffer)
            self.taken += count
            return count

    for suffix, pack in PACKERS.items():
        noise = random.Random(1).randbytes(2_000_000)
        stream = Counted(pack(noise))
        (member,) = unpacked(stream, f"a{suffix}", ReadSettings())
        assert member.stream.read(10) == noise[:10]
        assert stream.taken < 1_100_000


def test_a_failing_disk_is_no_fault_of_the_file() -> None:
    class Failing(io.BytesIO):
        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            if self.tell():
                raise OSError(5, "Input/output error")
            return super().readinto(buffer[:100])

    with pytest.raises(OSError, match="Input/output error"):
        list(next(unpacked(Failing(gzip.compress(random.Random(1).randbytes(9999))), "a.gz", ReadSettings())).stream)


SAMPLES = {
    **{f"a.txt{suffix}": pack(TEXT * 3) for suffix, pack in PACKERS.items()},
    "x.zip": zipped({"a.txt": TEXT * 9, "b.zip": zipped({"c.txt.gz": gzip.compress(TEXT)}), "d.html": b"<p>d"}),
    "y.zip": zipped({"a.txt": TEXT, "b.txt": TEXT * 9}, zipfile.ZIP_LZMA),
    "z.zip": zipped({"a.txt": TEXT, "b.txt": TEXT * 9}, zipfile.ZIP_BZIP2),
}


@given(name=st.sampled_from(sorted(SAMPLES)), data=st.data())
@hypothesis_settings(max_examples=300, deadline=None)
def test_a_mutated_archive_gives_its_files_or_an_error_of_ours(name: str, data: st.DataObject) -> None:
    packed = bytearray(SAMPLES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(packed) - 1))
        packed[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
        if not packed:
            break
    settings, _ = rejecting(limits=Limits(size=1))
    with contextlib.suppress(AlignError):
        contents(bytes(packed), name, settings)
    with contextlib.suppress(AlignError):
        archive = open_zip(io.BytesIO(bytes(packed)), name, Limits(size=1))
        for member in archive.namelist():
            read_member(archive, member, name, Limits(size=1))


@given(st.binary(max_size=200), st.sampled_from([*PACKERS, ".zip", ".txt"]))
@hypothesis_settings(max_examples=100, deadline=None)
def test_any_bytes_give_a_result_or_an_error_of_ours(data: bytes, suffix: str) -> None:
    with contextlib.suppress(AlignError):
        contents(data, f"a{suffix}")


NAMES = st.text(min_size=1, max_size=30).filter(lambda name: name.isprintable())


@given(st.dictionaries(NAMES, st.binary(max_size=50), max_size=5))
@hypothesis_settings(max_examples=60, deadline=None)
def test_whatever_the_names_every_file_has_an_id_of_its_own_that_is_no_way_out(files: dict[str, bytes]) -> None:
    settings, _ = rejecting()
    for identifier in contents(zipped(files), "x.zip", settings):
        assert not identifier.startswith("/")
        assert ".." not in identifier.split("/")
        assert "\n" not in identifier
