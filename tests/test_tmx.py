from __future__ import annotations

import contextlib
import gzip
import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import CASES
from hostile import UNITS, units
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from align.errors import AlignError, FormatError
from align.formats.pairs.exchange import language_of
from align.formats.pairs.tmx import read_tmx, write_tmx
from align.formats.settings import ReadSettings, WriteSettings
from align.formats.units import unit_ids, unit_of_texts
from align.types import TranslationUnit


def unit(vi: str, en: str, **fields: Any) -> TranslationUnit:
    made = unit_of_texts(vi, en, ids=unit_ids(), **fields)
    assert made is not None
    return made


def written(of: list[TranslationUnit], **options: Any) -> bytes:
    stream = io.BytesIO()
    assert write_tmx(iter(of), stream, settings=WriteSettings(**options)) == len(of)
    return stream.getvalue()


def read(data: bytes, name: str = "bộ nhớ/a.tmx", **options: Any) -> list[TranslationUnit]:
    return [found for _, found in read_tmx(io.BytesIO(data), name, ReadSettings(**options))]


def tmx(*tus: str, head: str = "") -> bytes:
    return f'{head}<tmx version="1.4"><header srclang="en"/><body>\n{"".join(tus)}</body></tmx>'.encode()


def tu(*texts: tuple[str, str], props: str = "", tuid: str = "") -> str:
    tuvs = "".join(f'<tuv xml:lang="{code}"><seg>{text}</seg></tuv>' for code, text in texts)
    return f"<tu{f' tuid={chr(34)}{tuid}{chr(34)}' if tuid else ''}>{props}{tuvs}</tu>\n"


def pairs(data: bytes, **options: Any) -> list[tuple[str, str]]:
    return [(found.vi, found.en) for found in read(data, **options)]


# --- writing -----------------------------------------------------------------------------


@given(st.lists(units(), max_size=4), st.sampled_from(["vi", "en"]))
@settings(max_examples=60, deadline=None)
def test_what_is_written_reads_back_the_same(of: list[TranslationUnit], source: str) -> None:
    assert read(written(of, source=source)) == of


@pytest.mark.parametrize("source", ["vi", "en"])
def test_what_is_written_is_valid_by_the_dtd(source: str) -> None:
    dtd = etree.DTD(str(CASES / "tmx14.dtd"))
    nulls = [unit("Chỉ tiếng Việt", ""), unit("", "English only")]
    for of in ([], nulls, UNITS):
        assert dtd.validate(etree.fromstring(written(of, source=source))), dtd.error_log


@given(st.lists(units(), max_size=3))
@settings(max_examples=25, deadline=None)
def test_anything_that_is_written_is_valid_by_the_dtd(of: list[TranslationUnit]) -> None:
    dtd = etree.DTD(str(CASES / "tmx14.dtd"))
    assert dtd.validate(etree.fromstring(written(of))), dtd.error_log


@pytest.mark.parametrize("source", ["vi", "en"])
def test_the_translate_toolkit_reads_the_same_pairs(source: str) -> None:
    from translate.storage.tmx import tmxfile

    of = [one for one in UNITS if one.vi and one.en]
    target = "en" if source == "vi" else "vi"
    codes = {"vi": "vi-VN", "en": "en-US"}
    store = tmxfile.parsestring(written(of, source=source), sourcelanguage=codes[source], targetlanguage=codes[target])
    found = [(str(one.source), str(one.target), one.getid()) for one in store.units]
    assert found == [(getattr(one, source), getattr(one, target), one.id) for one in of]


def test_the_header_says_what_the_file_is() -> None:
    header = etree.fromstring(written([])).find("header")
    assert header is not None
    assert {**header.attrib, "creationtoolversion": "?"} == {
        "creationtool": "align",
        "creationtoolversion": "?",
        "segtype": "sentence",
        "o-tmf": "align",
        "adminlang": "en",
        "srclang": "vi-VN",
        "datatype": "plaintext",
    }


def test_the_source_comes_first_under_the_codes_that_were_asked_for() -> None:
    root = etree.fromstring(written([unit("Có", "Yes")], source="en", codes=("vi", "en-GB")))
    assert [(seg.getparent().get("{*}lang") or seg.getparent().values()[0], seg.text) for seg in root.iter("seg")] == [
        ("en-GB", "Yes"),
        ("vi", "Có"),
    ]
    assert root.find("header").get("srclang") == "en-GB"


def test_score_document_spans_and_flags_stand_in_props() -> None:
    [one] = etree.fromstring(
        written(
            [
                unit(
                    "Có",
                    "Yes",
                    score=0.97312,
                    flags=["number", "length"],
                    document="a.txt",
                    vi_spans=[(0, 1), (2, 3)],
                    vi_places=["page 3"],
                )
            ]
        )
    ).iter("tu")
    assert [(prop.get("type"), prop.text) for prop in one.iter("prop")] == [
        ("x-document", "a.txt"),
        ("x-score", "0.9731"),
        ("x-kind", "1-1"),
        ("x-flag", "length"),
        ("x-flag", "number"),
        ("x-vi-document", "a.txt"),
        ("x-vi-spans", "0-1,2-3"),
        ("x-vi-place", "page 3"),
        ("x-en-document", "a.txt"),
    ]


def test_a_unit_with_an_empty_side_has_one_text_and_says_in_which_language() -> None:
    vi, en = etree.fromstring(written([unit("Có", ""), unit("", "Yes")])).iter("tu")
    assert [seg.text for seg in vi.iter("seg")] == ["Có"]
    assert vi.get("srclang") is None
    assert [seg.text for seg in en.iter("seg")] == ["Yes"]
    assert en.get("srclang") == "en-US"


def test_the_same_units_give_the_same_bytes() -> None:
    assert written(UNITS) == written(UNITS)


def test_a_unit_is_a_line() -> None:
    lines = written(UNITS).decode().split("\n")
    assert sum(line.startswith("<tu ") and line.endswith("</tu>") for line in lines) == len(UNITS)
    assert "\r" not in written(UNITS).decode()


def test_nothing_is_written_if_the_first_unit_does_not_come() -> None:
    def none() -> Iterator[TranslationUnit]:
        raise FormatError("no")
        yield

    stream = io.BytesIO()
    with pytest.raises(FormatError, match="no"):
        write_tmx(none(), stream, settings=WriteSettings())
    assert not stream.getvalue()


def test_what_stops_the_units_stops_the_writer() -> None:
    def some() -> Iterator[TranslationUnit]:
        yield unit("Có", "Yes")
        raise FormatError("no more")

    with pytest.raises(FormatError, match="no more"):
        write_tmx(some(), io.BytesIO(), settings=WriteSettings())


def test_what_stops_the_stream_stops_the_writer() -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        write_tmx(UNITS * 100, Full(), settings=WriteSettings())


def test_a_packed_memory_reads_back() -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as stream:
        write_tmx(UNITS, stream, settings=WriteSettings())  # type: ignore[arg-type]
    packed.seek(0)
    with gzip.GzipFile(fileobj=packed) as stream:
        assert [found for _, found in read_tmx(stream, "a.tmx.gz", ReadSettings())] == UNITS  # type: ignore[arg-type]


MEASURE = """
import re, sys
from align.formats.settings import ReadSettings, WriteSettings
from align.formats.pairs.tmx import read_tmx, write_tmx
from align.formats.units import unit_ids, unit_of_texts
path, most = sys.argv[1], int(sys.argv[2])
units = (unit_of_texts(f"Giá gạo tăng {n}%", f"Rice is up {n}%", ids=lambda *_: str(n), score=0.9,
                       document="a.txt", vi_spans=[(n, n + 9)], en_spans=[(n, n + 9)]) for n in range(most))
with open(path, "wb") as stream:
    write_tmx(units, stream, settings=WriteSettings())
with open(path, "rb") as stream:
    assert sum(1 for _ in read_tmx(stream, path, ReadSettings())) == most
# What getrusage says is never less than what the process that started this one had.
print(re.search("VmHWM: +([0-9]+)", open("/proc/self/status").read().replace("\\t", " "))[1])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says how much memory a process had")
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def kilobytes(count: int) -> int:
        command = [sys.executable, "-c", MEASURE, str(tmp_path / "a.tmx"), str(count)]
        return int(subprocess.run(command, check=True, capture_output=True, timeout=100).stdout)

    # As a whole tree, 8,000 units take 40 MB more.
    assert kilobytes(8_000) < kilobytes(500) + 8_000


# --- reading -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "language"),
    [
        *((code, "vi") for code in ("vi", "VI", "vi-VN", "vi_VN", "vie", "vi-Latn-VN", " vi ")),
        *((code, "en") for code in ("en", "EN-US", "en_GB", "eng")),
        *((code, None) for code in ("", "fr", "vn", "viet", "english", "x-vi", "enm")),
    ],
)
def test_a_language_is_told_by_the_first_part_of_its_code(code: str, language: str | None) -> None:
    assert language_of(code) == language


def test_pairs_are_read_whatever_comes_first() -> None:
    data = tmx(tu(("en-US", "Yes"), ("vi-VN", "Có")), tu(("VI", "Không"), ("EN-GB", "No")))
    assert pairs(data) == [("Có", "Yes"), ("Không", "No")]


def test_a_memory_of_others_is_named_by_its_file_and_numbered_by_its_lines() -> None:
    data = tmx(tu(("en", "Yes"), ("vi", "Có"), tuid="1"), tu(("en", "No"), ("vi", "Không"), tuid="1"))
    (first, one), (second, other) = read_tmx(io.BytesIO(data), "bộ nhớ/a.tmx", ReadSettings())
    assert (first, second) == (2, 3)
    assert (one.document, one.id, one.kind, one.score, one.flags) == ("a.tmx", "1", "1-1", None, ())
    assert other.id != "1"  # an id is one pair's alone


def test_the_old_attribute_for_the_language_is_read() -> None:
    data = tmx('<tu><tuv lang="EN-US"><seg>Yes</seg></tuv><tuv lang="VI"><seg>Có</seg></tuv></tu>')
    assert pairs(data) == [("Có", "Yes")]


def test_a_document_type_and_utf_16_are_common() -> None:
    data = tmx(tu(("en", "Yes"), ("vi", "Có")), head='<!DOCTYPE tmx SYSTEM "tmx14.dtd">').decode()
    data = f'<?xml version="1.0" encoding="UTF-16"?>{data}'
    assert pairs(data.encode("utf-16")) == [("Có", "Yes")]


def test_pairs_of_other_languages_are_passed_over_and_counted() -> None:
    said: list[str] = []
    data = tmx(
        tu(("en", "Yes"), ("fr", "Oui")),
        tu(("fr", "Oui"), ("ja", "はい")),
        tu(("fr", "Non"), ("vi", "Không"), ("en", "No")),
        tu(("vi", "Chỉ tiếng Việt")),
    )
    assert pairs(data, remark=said.append) == [("Không", "No"), ("Chỉ tiếng Việt", "")]
    assert said == ["bộ nhớ/a.tmx: 2 units in other languages (fr, ja) passed over."]


@pytest.mark.parametrize("texts", [(("en", "Yes"), ("fr", "Oui")), (("de", "Ja"), ("fr", "Oui"))])
def test_a_memory_in_the_wrong_languages_is_refused_with_those_it_has(texts: Any) -> None:
    with pytest.raises(FormatError, match=f"{texts[0][0]}, fr.*expected pairs in Vietnamese .* --from-codes VI,EN"):
        pairs(tmx(tu(*texts)))


def test_given_codes_are_the_only_ones() -> None:
    data = tmx(tu(("vn", "Có"), ("en-US", "Yeah"), ("en-GB", "Yes")))
    assert pairs(data, codes=("vn", "en-GB")) == [("Có", "Yes")]
    assert pairs(data, codes=("vn", "en")) == [("Có", "Yeah")]
    with pytest.raises(FormatError, match="en-GB, en-US, vn"):
        pairs(data)


def test_of_several_texts_in_a_language_the_first_is_taken_and_that_is_said() -> None:
    said: list[str] = []
    data = tmx(tu(("en-US", "Color"), ("en-GB", "Colour"), ("vi", "Màu")))
    assert pairs(data, remark=said.append) == [("Màu", "Color")]
    assert said == ["bộ nhớ/a.tmx: 1 unit with more than one text in a language: the first was taken."]


def test_code_in_a_text_is_left_out_and_counted() -> None:
    said: list[str] = []
    marked = (
        '<bpt i="1">&lt;b&gt;</bpt>Giá <hi>gạo</hi><ept i="1">&lt;/b&gt;</ept><ph type="lb">&lt;br/&gt;</ph>tăng'
        '<ut>x</ut><it pos="begin">y<sub>z</sub></it><!--&x;--><?x &y;?>.'
    )
    assert pairs(tmx(tu(("vi", marked), ("en", "Rice is up"))), remark=said.append) == [("Giá gạo tăng.", "Rice is up")]
    assert said == ["bộ nhớ/a.tmx: 6 marks of formatting or placeholders left out of the texts."]


def test_an_entity_that_only_a_document_type_declares_is_refused_as_lost_text() -> None:
    data = tmx(
        tu(("vi", "a&nbsp;b"), ("en", "a b")),
        tu(("vi", "Có"), ("en", "Yes")),
        head='<!DOCTYPE tmx SYSTEM "tmx14.dtd">',
    )
    with pytest.raises(FormatError, match=r"a\.tmx:2: found &nbsp;, which is not declared"):
        pairs(data)
    rejected: list[tuple[str, str, str]] = []
    assert pairs(data, reject=lambda *parts: rejected.append(parts)) == [("Có", "Yes")]
    assert len(rejected) == 1


@pytest.mark.parametrize(
    "empty", [tu(("vi", " "), ("en", "")), tu(), "<tu/>", '<tu><tuv xml:lang="vi"/></tu>', tu(("vi", "<x/>"))]
)
def test_a_unit_without_text_is_refused(empty: str) -> None:
    with pytest.raises(FormatError, match=r"a\.tmx:2: found no text"):
        pairs(tmx(empty))


@pytest.mark.parametrize(
    "prop", ['<prop type="x-vi-spans">5-2</prop>', '<prop type="x-score">0,9</prop>', '<prop type="x-en-spans"/>']
)
def test_a_prop_of_ours_that_was_changed_is_refused(prop: str) -> None:
    props = f'<prop type="x-kind">1-1</prop>{prop}'
    with pytest.raises(FormatError, match="did another program change it"):
        pairs(tmx(tu(("vi", "Có"), ("en", "Yes"), props=props)))


def test_props_of_others_are_passed_over() -> None:
    props = '<note>x</note><prop type="x-vi-spans">all</prop><prop type="x-score">97</prop><prop type="x-flag">y</prop>'
    [found] = read(tmx(tu(("vi", "Có"), ("en", "Yes"), props=props)))
    assert (found.score, found.vi_spans, found.flags) == (None, (), ())


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "is empty"),
        (b"vi\ten\n", "broken at column 1"),
        (b"<xliff/>", "found <xliff>, expected <tmx>"),
        (b'<!DOCTYPE tmx [<!ENTITY x "y">]><tmx><body><tu/></body></tmx>', "declares XML entities"),
    ],
)
def test_what_is_no_memory_is_refused(data: bytes, expected: str) -> None:
    with pytest.raises(FormatError, match=expected):
        read(data)


def test_a_memory_that_was_cut_off_gives_what_is_whole_and_then_an_error() -> None:
    data = written(UNITS)[:-500]
    found = []
    with pytest.raises(FormatError, match="is the file whole"):
        found += read_tmx(io.BytesIO(data), "a.tmx", ReadSettings())
    assert [one for _, one in found] == UNITS[: len(found)]


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_units_or_an_error_of_ours(data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from([written(UNITS[:3]), tmx(tu(("vi", '<ph x="1">{}</ph>'), ("en", "Yes")))]))
    start = data.draw(st.integers(0, len(sample)))
    inserted = data.draw(st.binary(max_size=10) | st.sampled_from([b"<tu>", b"</seg>", b"&x;", b"<seg/>", b"\xff"]))
    broken = sample[:start] + inserted + sample[start + data.draw(st.integers(0, 30)) :]
    with contextlib.suppress(AlignError):
        assert all(one.vi or one.en for one in read(broken))
