from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path
from typing import Any

import polib
import pytest
from hostile import texts
from hypothesis import given, settings
from hypothesis import strategies as st

from align.errors import AlignError, FormatError
from align.formats.pairs.po import read_po
from align.formats.settings import ReadSettings
from align.formats.units import one_line
from align.types import TranslationUnit

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset={charset}\\n"\n"Language: {language}\\n"\n\n'


def po(*entries: str, language: str = "vi", charset: str = "UTF-8") -> bytes:
    text = HEADER.format(language=language, charset=charset) + "\n\n".join(entries) + "\n"
    return text.encode(charset)


def read(data: bytes, name: str = "ngôn ngữ/vi.po", **options: Any) -> list[TranslationUnit]:
    return [found for _, found in read_po(io.BytesIO(data), name, ReadSettings(**options))]


def pairs(data: bytes, **options: Any) -> list[tuple[str, str]]:
    return [(found.vi, found.en) for found in read(data, **options)]


OPEN = 'msgid "Open the file"\nmsgstr "Mở tệp tin"'
SAVE = 'msgid "Mở tệp tin"\nmsgstr "Open the file"'


def test_messages_and_translations_are_pairs_with_their_lines() -> None:
    data = po(f"#: src/a.c:12 src/b.c\n{OPEN}", 'msgctxt "menu"\nmsgid ""\n"Save "\n"as"\nmsgstr "Lưu thành"')
    (first, one), (second, other) = read_po(io.BytesIO(data), "ngôn ngữ/vi.po", ReadSettings())
    assert (one.vi, one.en, one.document, one.kind, one.score) == ("Mở tệp tin", "Open the file", "vi.po", "1-1", None)
    assert (one.en_places, one.vi_places) == (("src/a.c:12", "src/b.c"), ())
    assert (other.vi, other.en) == ("Lưu thành", "Save as")
    lines = data.decode().split("\n")
    assert lines[first - 1].startswith(("#:", "msgid"))
    assert lines[second - 1].startswith("msg")


def test_what_polib_writes_is_read() -> None:
    catalogue = polib.POFile()
    catalogue.metadata = {"Language": "vi", "Content-Type": "text/plain; charset=utf-8"}
    of = [('Lưu "tệp"\tnày\n', 'Save "this" file\n'), ("C:\\tệp", "C:\\file"), ("100%…", "100%…")]
    catalogue.extend(polib.POEntry(msgid=en, msgstr=vi) for vi, en in of)
    assert pairs(str(catalogue).encode()) == [(one_line(vi), one_line(en)) for vi, en in of]


@given(of=st.lists(st.tuples(texts(), texts()), max_size=4, unique=True))
@settings(max_examples=60, deadline=None)
def test_any_text_that_polib_writes_is_read_as_it_was(of: list[tuple[str, str]]) -> None:
    kept = [(vi, en) for vi, en in of if one_line(vi) and one_line(en)]
    kept = [(vi, en) for vi, en in kept if "\r" not in vi + en]  # polib writes it as it is
    catalogue = polib.POFile()
    catalogue.metadata = {"Language": "vi"}
    catalogue.extend(polib.POEntry(msgid=en, msgstr=vi) for vi, en in kept)
    data = str(catalogue).encode("utf-8", "replace")
    found = pairs(data, vi="msgstr", encoding="utf-8")
    expected = [(vi.encode("utf-8", "replace").decode(), en.encode("utf-8", "replace").decode()) for vi, en in kept]
    gone = {ord(mark): " " for mark in "\v\f\x1c\x1d\x1e\x85\u2028\u2029"} | {0: ""}
    assert found == [(one_line(vi.translate(gone)), one_line(en.translate(gone))) for vi, en in expected]


def test_the_direction_is_what_the_texts_plainly_are() -> None:
    assert pairs(po(SAVE, language="en")) == [("Mở tệp tin", "Open the file")]
    # the header is wrong, or was never filled in
    assert pairs(po(SAVE, language="vi")) == [("Mở tệp tin", "Open the file")]
    assert pairs(po(OPEN, language="")) == [("Mở tệp tin", "Open the file")]


@pytest.mark.parametrize(("language", "expected"), [("vi_VN", ("X 1", "OK")), ("en_GB", ("OK", "X 1"))])
def test_texts_that_do_not_say_leave_it_to_the_header(language: str, expected: tuple[str, str]) -> None:
    assert pairs(po('msgid "OK"\nmsgstr "X 1"', language=language)) == [expected]


def test_the_direction_can_be_given() -> None:
    assert pairs(po(OPEN), vi="msgid") == [("Open the file", "Mở tệp tin")]
    assert pairs(po(OPEN), en="msgstr", vi="msgid") == [("Open the file", "Mở tệp tin")]
    assert pairs(po(OPEN, language="fr"), en="msgid") == [("Mở tệp tin", "Open the file")]


@pytest.mark.parametrize("options", [{"vi": "target"}, {"vi": "msgid", "en": "msgid"}])
def test_a_direction_that_is_none_is_refused(options: dict[str, str]) -> None:
    with pytest.raises(FormatError, match="expected msgid or msgstr, another for each language"):
        read(po(OPEN), **options)


@pytest.mark.parametrize(
    ("language", "found"), [("fr", "'fr'"), ("", "a language that its header does not name"), ("vn", "'vn'")]
)
def test_a_catalogue_in_other_languages_is_refused(language: str, found: str) -> None:
    with pytest.raises(FormatError, match=f"found translations in {found}, expected English messages in Vietnamese"):
        read(po('msgid "OK"\nmsgstr "D\'accord"', language=language))


def test_given_codes_are_those_of_the_header() -> None:
    assert pairs(po('msgid "OK"\nmsgstr "X 1"', language="vn"), codes=("vn", "en")) == [("X 1", "OK")]


@pytest.mark.parametrize(
    ("forms", "expected"),
    [
        ('msgstr[0] "%d tệp tin"', [("%d tệp tin", "%d files")]),
        ('msgstr[0] "một tệp"\nmsgstr[1] "%d tệp tin"', [("một tệp", "one file"), ("%d tệp tin", "%d files")]),
    ],
)
def test_a_plural_is_paired_with_the_last_form(forms: str, expected: list[tuple[str, str]]) -> None:
    data = po(OPEN, f'msgid "one file"\nmsgid_plural "%d files"\n{forms}')
    assert pairs(data)[1:] == expected


def test_fuzzy_is_a_flag_and_what_is_obsolete_is_left_out() -> None:
    obsolete = "\n".join(f"#~ {line}" for line in OPEN.replace("file", "door").split("\n"))
    found = read(po(f"#, fuzzy, c-format\n{OPEN}", SAVE.replace("Mở", "Đóng"), obsolete))
    assert [one.flags for one in found] == [("fuzzy",), ()]


def test_a_message_without_a_translation_has_an_empty_side() -> None:
    assert pairs(po(OPEN, 'msgid "Close"\nmsgstr ""')) == [("Mở tệp tin", "Open the file"), ("", "Close")]


def test_a_catalogue_of_nothing_but_a_header_has_no_pair() -> None:
    assert read(po()) == []


def test_a_catalogue_is_read_in_the_encoding_it_names() -> None:
    data = po('msgid "Coffee"\nmsgstr "Cà phê"', charset="windows-1258")
    assert pairs(data, vi="msgstr") == [("Cà phê", "Coffee")]


@pytest.mark.parametrize("charset", [b"CHARSET", b"rot13", b"zip", b"idna", b"undefined", b"\xff"])
def test_an_encoding_that_is_none_gives_text_or_an_error_of_ours(charset: bytes) -> None:
    with contextlib.suppress(AlignError):
        assert pairs(po(OPEN).replace(b"UTF-8", charset)) == [("Mở tệp tin", "Open the file")]


def test_line_separators_in_a_text_are_no_line_ends() -> None:
    # polib takes them for some, and finds a quote mark too few
    data = po('msgid "Open\u2028the\x0cfile"\nmsgstr "Mở\x85tệp tin"')
    assert pairs(data) == [("Mở tệp tin", "Open the file")]


def test_a_catalogue_that_is_the_name_of_a_file_does_not_open_it(tmp_path: Path) -> None:
    # polib opens it
    secret = tmp_path / "secret.po"
    secret.write_bytes(po(OPEN))
    with pytest.raises(FormatError, match="found no PO"):
        read(str(secret).encode())


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b'msgid "a"\nmsgstr "b\n"c"d"\n', "vi.po:2"),
        (b"vi\ten\n", "vi.po:1"),
        (b'msgid "a"\nmsgid "b"\n', "vi.po:2"),
        (b'msgid "a"\nmsgid_plural "b"\nmsgstr[x] "c"\n', "vi.po:3"),
        (b'msgid "a"\nmsgid_plural "b"\nmsgstr[', "vi.po:3"),
        (b'#| msgid "a"\n#|\n', "vi.po:2"),
    ],
)
def test_what_is_no_catalogue_is_refused_with_its_line(data: bytes, place: str) -> None:
    with pytest.raises(FormatError, match=f"{place}: found no PO.*expected entries of msgid and msgstr"):
        read(data)


def test_a_binary_file_is_refused() -> None:
    with pytest.raises(AlignError, match=r"vi\.po"):
        read(b"\xde\x12\x04\x95\x00\x00\x00\x00" * 20)


def test_a_missing_polib_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polib", None)
    with pytest.raises(FormatError, match=r"install align-vi-en\[po\]"):
        read(po(OPEN))


SAMPLE = po(f'#: a.c:1\n#, fuzzy\n#| msgid "x"\nmsgctxt "c"\n{OPEN}', 'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"')


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_units_or_an_error_of_ours(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SAMPLE)))
    pieces = [b'"', b"\n", b"msgid ", b"msgstr[9", b"#~ ", b"#| ", b"\\", b"\\x", b"msgstr[0]", b"#: :"]
    inserted = data.draw(st.binary(max_size=10) | st.sampled_from(pieces))
    broken = SAMPLE[:start] + inserted + SAMPLE[start + data.draw(st.integers(0, 30)) :]
    with contextlib.suppress(AlignError):
        assert all(one.vi or one.en for one in read(broken))


@pytest.mark.parametrize("line", ['msgstr "Mở tệp tin', 'msgstr ""\n"Mở tệp tin\\"', 'msgstr "Mở tệp \\'])
def test_a_quote_mark_that_is_lost_takes_no_letter_with_it(line: str) -> None:
    with pytest.raises(FormatError, match=r"vi\.po:\d+: found no PO \(no quote mark at the end of "):
        read(po(f'msgid "Open the file"\n{line}'))
