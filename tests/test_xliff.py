from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hostile import UNITS, units
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from align.errors import AlignError, FormatError
from align.formats.pairs.xliff import read_xliff, write_xliff2, write_xliff12
from align.formats.settings import ReadSettings, WriteSettings
from align.formats.units import unit_ids, unit_of_texts
from align.types import TranslationUnit

Write = Callable[..., int]
WRITERS = [write_xliff12, write_xliff2]
both = pytest.mark.parametrize("write", WRITERS)


def unit(vi: str, en: str, **fields: Any) -> TranslationUnit:
    made = unit_of_texts(vi, en, ids=unit_ids(), **fields)
    assert made is not None
    return made


def written(write: Write, of: list[TranslationUnit], **options: Any) -> bytes:
    stream = io.BytesIO()
    assert write(iter(of), stream, settings=WriteSettings(**options)) == len(of)
    return stream.getvalue()


def read(data: bytes, **options: Any) -> list[TranslationUnit]:
    return [found for _, found in read_xliff(io.BytesIO(data), "a.xlf", ReadSettings(**options))]


def pairs(data: bytes, **options: Any) -> list[tuple[str, str]]:
    return [(found.vi, found.en) for found in read(data, **options)]


def xliff12(
    *bodies: str, codes: str = 'source-language="en-US" target-language="vi-VN"', version: str = "1.2"
) -> bytes:
    return (
        f'<xliff version="{version}" xmlns="urn:oasis:names:tc:xliff:document:{version}">\n'
        f'<file original="a.html" datatype="html" {codes}><header/><body>{"".join(bodies)}</body></file></xliff>'
    ).encode()


def xliff2(*bodies: str, codes: str = 'srcLang="en" trgLang="vi"', version: str = "2.0", space: str = "2.0") -> bytes:
    return (
        f'<xliff version="{version}" xmlns="urn:oasis:names:tc:xliff:document:{space}" {codes}>\n'
        f'<file id="f1">{"".join(bodies)}</file></xliff>'
    ).encode()


ONE12 = '<trans-unit id="1"><source>Yes</source><target>Có</target></trans-unit>'
ONE2 = '<unit id="1"><segment><source>Yes</source><target>Có</target></segment></unit>'


# --- writing -----------------------------------------------------------------------------


@both
@given(of=st.lists(units(), max_size=4), source=st.sampled_from(["vi", "en"]))
@settings(max_examples=40, deadline=None)
def test_what_is_written_reads_back_the_same(write: Write, of: list[TranslationUnit], source: str) -> None:
    assert read(written(write, of, source=source)) == of


@both
def test_units_of_many_sentences_stay_one(write: Write) -> None:
    of = [unit("Một. Hai.", "One. Two. Three.", kind="2-3", vi_spans=[(0, 4), (5, 9)], document="a.txt")]
    data = written(write, of)
    assert len(list(etree.fromstring(data).iter("{*}source"))) == 1
    assert read(data) == of


def test_no_program_may_part_segments_in_two_point_one() -> None:
    assert etree.fromstring(written(write_xliff2, UNITS)).find("{*}file").get("canResegment") == "no"


@both
def test_a_file_element_holds_the_units_of_a_document(write: Write) -> None:
    of = [unit(f"Câu {n}", f"Sentence {n}", document=name) for n, name in enumerate(["a", "a", "b", "a"])]
    root = etree.fromstring(written(write, of))
    files = root.findall("{*}file")
    assert [file.get("original") for file in files] == ["a", "b", "a"]
    assert len({file.get("id") for file in files}) == (3 if write is write_xliff2 else 1)
    ids = [element.get("id") for tag in ("trans-unit", "unit") for element in root.iter("{*}" + tag)]
    assert len(set(ids)) == len(ids) == 4
    assert read(written(write, of)) == of


@both
def test_the_direction_and_the_codes_are_those_asked_for(write: Write) -> None:
    data = written(write, [unit("Có", "Yes")], source="en", codes=("vi", "en-GB"))
    root = etree.fromstring(data)
    assert [text.text for tag in ("source", "target") for text in root.iter("{*}" + tag)] == ["Yes", "Có"]
    assert b'="en-GB"' in data
    assert b'="vi"' in data


def states(write: Write, one: TranslationUnit) -> tuple[str | None, str | None]:
    root = etree.fromstring(written(write, [one]))
    for element in root.iter("{*}target" if write is write_xliff12 else "{*}segment"):
        return element.get("state"), element.get("subState")
    return None, None


@pytest.mark.parametrize(
    ("score", "flags", "is_sure"),
    [(0.9, (), True), (1.0, (), True), (0.8999, (), False), (None, (), False), (0.99, ("number",), False)],
)
def test_a_sure_pair_without_flags_is_translated_and_others_are_to_be_reviewed(
    score: float | None, flags: tuple[str, ...], is_sure: bool
) -> None:
    one = unit("Có", "Yes", score=score, flags=flags)
    assert states(write_xliff12, one) == ("translated" if is_sure else "needs-review-translation", None)
    assert states(write_xliff2, one) == (("translated", None) if is_sure else ("initial", "align:needs-review"))


@both
def test_flags_stand_in_a_note_for_the_reviewer(write: Write) -> None:
    root = etree.fromstring(written(write, [unit("Có", "Yes", flags=["number", "length"])]))
    assert [note.text for note in root.iter("{*}note")] == ["length, number"]


@both
def test_a_unit_without_a_target_has_none(write: Write) -> None:
    vi, en = unit("Có", ""), unit("", "Yes")
    root = etree.fromstring(written(write, [vi, en]))
    assert [text.text or "" for text in root.iter("{*}source")] == ["Có", ""]
    assert [text.text for text in root.iter("{*}target")] == ["Yes"]
    assert states(write, vi)[0] in (None, "initial")


@both
def test_no_unit_at_all_makes_a_file_all_the_same(write: Write) -> None:
    root = etree.fromstring(written(write, []))
    assert len(root.findall("{*}file")) == 1
    assert read(written(write, [])) == []


@both
def test_the_same_units_give_the_same_bytes(write: Write) -> None:
    assert written(write, UNITS) == written(write, UNITS)
    assert b"\r" not in written(write, UNITS)


@both
def test_nothing_is_written_if_the_first_unit_does_not_come(write: Write) -> None:
    def none() -> Iterator[TranslationUnit]:
        raise FormatError("no")
        yield

    stream = io.BytesIO()
    with pytest.raises(FormatError, match="no"):
        write(none(), stream, settings=WriteSettings())
    assert not stream.getvalue()


@both
def test_what_stops_the_units_stops_the_writer(write: Write) -> None:
    def some() -> Iterator[TranslationUnit]:
        yield unit("Có", "Yes")
        raise FormatError("no more")

    with pytest.raises(FormatError, match="no more"):
        write(some(), io.BytesIO(), settings=WriteSettings())


# --- a second implementation -------------------------------------------------------------

COMPLETE = [one for one in UNITS if one.vi and one.en]


@pytest.mark.parametrize("source", ["vi", "en"])
def test_the_translate_toolkit_opens_one_point_two(source: str) -> None:
    from translate.storage.xliff import xlifffile

    target = "en" if source == "vi" else "vi"
    store = xlifffile.parsestring(written(write_xliff12, COMPLETE, source=source))
    found = [(str(one.source), str(one.target)) for one in store.units]
    assert found == [(getattr(one, source), getattr(one, target)) for one in COMPLETE]
    assert [one.getnotes() for one in store.units] == [", ".join(one.flags) for one in COMPLETE]
    assert not any(one.isapproved() for one in store.units)


@pytest.mark.parametrize("source", ["vi", "en"])
def test_the_translate_toolkit_opens_two_point_one_and_sees_what_is_to_be_reviewed(source: str) -> None:
    from translate.storage.xliff2 import Xliff2File

    target = "en" if source == "vi" else "vi"
    store = Xliff2File.parsestring(written(write_xliff2, COMPLETE, source=source))
    assert (store.sourcelanguage[:2], store.targetlanguage[:2]) == (source, target)
    found = [(str(one.source), str(one.target)) for one in store.units]
    assert found == [(getattr(one, source), getattr(one, target)) for one in COMPLETE]
    sure = [one.score is not None and one.score >= 0.9 and not one.flags for one in COMPLETE]
    assert [not one.isfuzzy() for one in store.units] == sure


@pytest.mark.parametrize("version", ["1", "2"])
def test_what_the_translate_toolkit_writes_is_read(version: str) -> None:
    from translate.storage.xliff import xlifffile
    from translate.storage.xliff2 import Xliff2File

    store = xlifffile() if version == "1" else Xliff2File()
    store.setsourcelanguage("en")
    store.settargetlanguage("vi")
    for number, (vi, en) in enumerate([("Giá gạo <b>", "Rice & price"), ("Có", "Yes")]):
        added = store.addsourceunit(en)
        added.setid(f"u{number}")
        added.target = vi
    assert pairs(bytes(store)) == [("Giá gạo <b>", "Rice & price"), ("Có", "Yes")]


# --- reading -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        xliff12(ONE12),
        xliff12(ONE12, version="1.1"),
        xliff12(ONE12).replace(b' xmlns="urn:oasis:names:tc:xliff:document:1.2"', b"").replace(b"1.2", b"1.0"),
        xliff2(ONE2),
        xliff2(ONE2, version="2.1"),
        xliff2(ONE2, version="2.2", space="2.2"),
        xliff2(f'<group id="g">{ONE2}</group>'),
        b'<?xml version="1.0"?><!DOCTYPE xliff PUBLIC "-//XLIFF//DTD XLIFF//EN" "xliff.dtd">' + xliff12(ONE12),
        xliff12(ONE12).decode().encode("utf-16"),
    ],
)
def test_every_version_is_read(data: bytes) -> None:
    assert pairs(data) == [("Có", "Yes")]


def test_a_foreign_unit_is_named_by_its_document_and_numbered_by_its_line() -> None:
    [(line, found)] = read_xliff(io.BytesIO(xliff12(f"\n{ONE12}")), "x/a.xlf", ReadSettings())
    assert (line, found.document, found.id) == (3, "a.html", "1")
    [(line, found)] = read_xliff(io.BytesIO(xliff2(ONE2)), "x/a.xlf", ReadSettings())
    assert (line, found.document, found.id) == (2, "a.xlf", "1")


@pytest.mark.parametrize("target", ["", "<target/>", "<target> </target>", '<target xml:lang="vi"/>'])
def test_a_unit_without_a_target_has_an_empty_side(target: str) -> None:
    assert pairs(xliff12(f'<trans-unit id="1"><source>Yes</source>{target}</trans-unit>')) == [("", "Yes")]
    body = f'<unit id="1"><segment><source>Yes</source>{target}</segment></unit>'
    assert pairs(xliff2(body)) == [("", "Yes")]
    assert pairs(xliff2(body, codes='srcLang="en"')) == [("", "Yes")]


def test_a_target_language_that_is_not_named_is_the_other() -> None:
    assert pairs(xliff12(ONE12, codes='source-language="en"')) == [("Có", "Yes")]


def test_a_text_s_own_language_counts_more_than_the_file_s() -> None:
    body = (
        '<trans-unit id="1"><source xml:lang="vi">Có</source><target xml:lang="en">Yes</target></trans-unit>'
        '<trans-unit id="2"><source>No</source><target xml:lang="fr">Non</target></trans-unit>'
    )
    assert pairs(xliff12(body)) == [("Có", "Yes")]


@pytest.mark.parametrize(
    "data",
    [
        xliff12(ONE12, codes='source-language="en" target-language="fr"'),
        xliff2(ONE2, codes='srcLang="en" trgLang="fr"'),
    ],
)
def test_a_file_in_the_wrong_languages_is_refused_with_those_it_has(data: bytes) -> None:
    with pytest.raises(FormatError, match=r"a\.xlf: found texts in en, fr, expected pairs in Vietnamese"):
        read(data)
    assert pairs(data, codes=("fr", "en")) == [("Có", "Yes")]


def test_a_file_that_names_no_language_is_refused() -> None:
    with pytest.raises(FormatError, match="found texts in no code"):
        read(xliff2(ONE2, codes=""))


def test_code_in_a_text_is_left_out_and_what_it_encloses_stays() -> None:
    said: list[str] = []
    old = (
        '<g id="1">Giá</g><x id="2" ctype="lb"/>gạo <bpt id="3">{b}<sub>alt</sub></bpt><mrk mtype="term">tăng</mrk>'
        '<ept id="3">{/b}</ept><ph id="4">%d</ph>.'
    )
    new = (
        '<pc id="1">Giá</pc><ph id="2" subType="xlf:lb"/>gạo <sc id="3"/><mrk id="m">tăng</mrk><ec startRef="3"/>'
        '<cp hex="0000"/>.'
    )
    assert pairs(
        xliff12(f'<trans-unit id="1"><source>Up.</source><target>{old}</target></trans-unit>'), remark=said.append
    ) == [("Giá gạo tăng.", "Up.")]
    assert pairs(xliff2(f'<unit id="1"><segment><source>Up.</source><target>{new}</target></segment></unit>')) == [
        ("Giá gạo tăng.", "Up.")
    ]
    assert said == ["a.xlf: 6 marks of formatting or placeholders left out of the texts."]


def test_other_translations_that_a_unit_offers_are_passed_over() -> None:
    extra = "<alt-trans><source>No</source><target>Không</target></alt-trans><note>x</note>"
    assert pairs(xliff12(ONE12.replace("</trans-unit>", f"{extra}</trans-unit>"))) == [("Có", "Yes")]


def test_segments_that_both_sides_have_are_pairs_each() -> None:
    body = (
        '<trans-unit id="1"><source>One. Two.</source>'
        '<seg-source><g id="1"><mrk mtype="seg" mid="a">One.</mrk> <mrk mtype="seg" mid="b">Two.</mrk></g></seg-source>'
        '<target><mrk mtype="seg" mid="b">Hai.</mrk> <mrk mtype="seg" mid="a">Một.</mrk></target></trans-unit>'
    )
    found = read(xliff12(body))
    assert [(one.vi, one.en, one.id) for one in found] == [("Một.", "One.", "1/a"), ("Hai.", "Two.", "1/b")]


@pytest.mark.parametrize(
    "target",
    [
        '<mrk mtype="seg" mid="a">Một.</mrk> Hai.',
        '<mrk mtype="seg" mid="a">Một.</mrk> <mrk mtype="seg" mid="c">Hai.</mrk>',
        '<mrk mtype="seg" mid="a">Một.</mrk> <mrk mtype="seg" mid="a">Hai.</mrk>',
    ],
)
def test_where_the_sides_have_other_segments_the_whole_is_a_pair(target: str) -> None:
    body = (
        '<trans-unit id="1"><source>One. Two.</source>'
        '<seg-source><mrk mtype="seg" mid="a">One.</mrk> <mrk mtype="seg" mid="b">Two.</mrk></seg-source>'
        f"<target>{target}</target></trans-unit>"
    )
    assert pairs(xliff12(body)) == [("Một. Hai.", "One. Two.")]


def test_a_unit_of_several_segments_in_version_two_is_a_pair_each() -> None:
    body = (
        '<unit id="1"><segment id="a"><source>One.</source><target>Một.</target></segment>'
        "<ignorable><source> </source></ignorable>"
        "<segment><source>Two.</source><target>Hai.</target></segment></unit>"
    )
    found = read(xliff2(body))
    assert [(one.vi, one.en, one.id) for one in found] == [("Một.", "One.", "1/a"), ("Hai.", "Two.", "1/2")]


def test_an_element_of_a_module_that_is_called_unit_is_none() -> None:
    assert pairs(xliff2('<x:unit xmlns:x="urn:x"><x:segment/></x:unit>', ONE2)) == [("Có", "Yes")]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "is empty"),
        (b"<tmx/>", "found <tmx>, expected <xliff>"),
        (xliff12(ONE12, version="1.3"), "found XLIFF of version '1.3', expected 1.0 to 1.2 or 2.0 to 2.2"),
        (xliff12('<trans-unit id="1"><target>Có</target></trans-unit>'), "a.xlf:2: found a unit without a source"),
        (xliff12('<trans-unit id="1"><source/><target/></trans-unit>'), "a.xlf:2: found no text"),
        (xliff2('<unit id="1"><segment/></unit>'), "a.xlf:2: found a unit without a source"),
        (xliff12(ONE12)[:-30], "is the file whole"),
        (b'<!DOCTYPE xliff [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + xliff12(ONE12), "declares XML entities"),
        (b'<!DOCTYPE xliff SYSTEM "x.dtd">' + xliff12(ONE12.replace("Yes", "Yes&nbsp;")), "found &nbsp;"),
    ],
)
def test_what_is_no_xliff_is_refused(data: bytes, expected: str) -> None:
    with pytest.raises(FormatError, match=expected):
        read(data)


def test_a_bad_unit_is_left_out_where_there_is_a_place_for_it() -> None:
    rejected: list[tuple[str, str, str]] = []
    data = xliff12('<trans-unit id="1"><target>Có</target></trans-unit>', ONE12)
    assert pairs(data, reject=lambda *parts: rejected.append(parts)) == [("Có", "Yes")]
    assert [place for place, _, _ in rejected] == ["a.xlf:2"]


def test_what_another_program_changed_in_our_notes_is_refused() -> None:
    data = written(write_xliff12, [unit("Có", "Yes", vi_spans=[(0, 2)])]).replace(b"0-2", b"0:2")
    with pytest.raises(FormatError, match="found '0:2', expected spans such as"):
        read(data)


SAMPLES = [written(write, UNITS[:2]) for write in WRITERS] + [xliff12(ONE12), xliff2(ONE2)]


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_units_or_an_error_of_ours(data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(SAMPLES))
    start = data.draw(st.integers(0, len(sample)))
    inserted = data.draw(st.binary(max_size=10) | st.sampled_from([b"<unit>", b"</source>", b"&x;", b"<target/>"]))
    broken = sample[:start] + inserted + sample[start + data.draw(st.integers(0, 30)) :]
    with contextlib.suppress(AlignError):
        assert all(one.vi or one.en for one in read(broken))
