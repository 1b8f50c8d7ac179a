from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from align.errors import AlignError, FormatError
from align.formats.xml import legal, local_name, parse_xml, stream_xml

BOMB = (
    b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(12))
    + b"]>"
)


def texts(data: bytes, root: str | None = None) -> list[str | None]:
    return [element.text for element in stream_xml(io.BytesIO(data), "a.xml", ["{*}tu"], root=root)]


def message(data: bytes, root: str | None = None) -> str:
    with pytest.raises(FormatError) as caught:
        texts(data, root)
    return str(caught.value)


def test_elements_come_in_any_name_space_and_depth() -> None:
    assert texts(b'<a><tu>1</tu><b xmlns="urn:x"><tu>2</tu></b><!-- x --><tu>3</tu></a>') == ["1", "2", "3"]


def test_what_an_element_stands_in_keeps_its_attributes() -> None:
    data = b'<a><f n="1"><h/><tu/><tu/></f><f n="2"><h/><tu/></f></a>'
    elements = stream_xml(io.BytesIO(data), "a.xml", ["{*}tu"])
    assert [next(element.iterancestors("f")).get("n") for element in elements] == ["1", "1", "2"]


def test_what_was_read_is_forgotten() -> None:
    data = b"<a>" + b"<f><h>x</h><tu>y</tu></f><!-- z -->" * 50 + b"</a>"
    for number, element in enumerate(stream_xml(io.BytesIO(data), "a.xml", ["{*}tu"])):
        root = element.getroottree().getroot()
        # The parser reads a chunk ahead; before the element stands only what the one before it stood in.
        assert len(root) <= (50 - number) * 2 + 2


def test_a_stream_that_cannot_seek_is_read() -> None:
    class Pipe(io.RawIOBase):
        def __init__(self, data: bytes) -> None:
            self.data = io.BytesIO(data)

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            return self.data.readinto(memoryview(buffer)[:7])

    stream = io.BufferedReader(Pipe(b"<a><tu>1</tu><tu>2</tu></a>"))
    assert [element.text for element in stream_xml(stream, "a.xml", ["tu"])] == ["1", "2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1258"])
def test_xml_is_read_in_the_encoding_it_names(encoding: str) -> None:
    declared = f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?><a><tu>Huê</tu></a>"
    assert texts(declared.encode(encoding)) == ["Huê"]


def test_a_file_that_hides_its_letters_in_utf_7_is_read_or_refused() -> None:
    with contextlib.suppress(FormatError):
        assert texts(b"<?xml version='1.0' encoding='UTF-7'?><a><tu>+AGE-</tu></a>") == ["a"]


def test_a_file_in_another_encoding_than_it_names_is_refused_with_the_line() -> None:
    assert "a.xml:1" in message("<?xml version='1.0' encoding='utf-8'?><a><tu>Huê</tu></a>".encode("latin-1"))


def test_an_encoding_that_nobody_knows_is_refused() -> None:
    assert "foo" in message(b"<?xml version='1.0' encoding='foo'?><a/>")


def test_a_named_document_type_is_not_fetched(tmp_path: Path) -> None:
    missing = tmp_path / "tmx14.dtd"
    data = f'<!DOCTYPE tmx SYSTEM "{missing.as_uri()}"><tmx><tu>1</tu></tmx>'.encode()
    assert texts(data) == ["1"]
    missing.write_text('<!ENTITY x "secret"><!ATTLIST tu y CDATA "secret">')
    [element] = stream_xml(io.BytesIO(data), "a.xml", ["tu"])
    assert not element.attrib


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!ENTITY x "y">',
        b'<!ENTITY x SYSTEM "file:///etc/passwd">',
        b'<!ENTITY % x "y">',
        b'<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;',
    ],
)
@pytest.mark.parametrize("root", [b"<a><tu>1</tu></a>", b"<a/>"])
def test_a_file_that_declares_entities_is_refused(declaration: bytes, root: bytes) -> None:
    data = b"<!DOCTYPE a [" + declaration + b"]>" + root
    assert "declares XML entities" in message(data)
    with pytest.raises(FormatError, match="declares XML entities"):
        parse_xml(io.BytesIO(data), "a.xml")


def test_the_file_an_entity_names_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    data = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><a><tu>&x;</tu></a>'.encode()
    assert "secret<" not in message(data)


@pytest.mark.parametrize("body", [b"<a><tu>&m;</tu></a>", b'<a x="&m;"><tu/></a>'])
def test_a_bomb_of_entities_does_not_go_off(body: bytes) -> None:
    with pytest.raises(FormatError):
        texts(BOMB + body)
    with pytest.raises(FormatError):
        parse_xml(io.BytesIO(BOMB + body), "a.xml")


def test_an_undeclared_entity_is_named_with_its_line() -> None:
    # lxml's iterparse says "no element found (line 0)" of it
    assert message(b"<a><tu>1</tu>\n<tu>a&nbsp;b</tu></a>").startswith("a.xml:2: found XML that is broken")
    assert "nbsp" in message(b"<a><tu>1</tu>\n<tu>a&nbsp;b</tu></a>")


@pytest.mark.parametrize("data", [b"", b"  \n", b"<?xml version='1.0'?>", b"\x00\x01\xff", b"a,b\n1,2\n"])
def test_what_is_no_xml_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match=r"a\.xml: is empty|a\.xml:[12]: found XML that is broken"):
        texts(data)
    with pytest.raises(FormatError):
        parse_xml(io.BytesIO(data), "a.xml")


def test_a_file_that_was_cut_off_gives_what_is_whole_and_then_an_error() -> None:
    elements = stream_xml(io.BytesIO(b"<a><tu>1</tu><tu>2</"), "a.xml", ["tu"])
    assert next(elements).text == "1"
    with pytest.raises(FormatError, match="is the file whole"):
        next(elements)


def test_elements_in_one_another_without_end_are_refused() -> None:
    assert "depth" in message(b"<a>" * 300 + b"<tu/>" + b"</a>" * 300)


def test_a_text_without_end_is_refused() -> None:
    assert "too long" in message(b"<a><tu>" + b"x" * 11_000_000 + b"</tu></a>")


@pytest.mark.parametrize("data", [b"<html><tu/></html>", b"<html/>"])
def test_another_kind_of_file_is_refused_by_its_outermost_element(data: bytes) -> None:
    assert message(data, "tmx") == "a.xml: found <html>, expected <tmx>; is it a file of another kind?"


def test_a_comment_has_no_name() -> None:
    assert local_name(etree.Comment("x")) == ""


@given(st.text())
def test_any_text_is_made_one_that_xml_holds(text: str) -> None:
    element = etree.Element("a", b=legal(text))
    element.text = legal(text)
    assert etree.fromstring(etree.tostring(element)).get("b") is not None


@given(st.binary(max_size=200) | st.binary(max_size=40).map(lambda data: b"<a><tu>" + data + b"</tu></a>"))
def test_any_bytes_give_elements_or_an_error_of_ours(data: bytes) -> None:
    for read in (texts, lambda data: parse_xml(io.BytesIO(data), "a.xml")):
        with contextlib.suppress(AlignError):
            read(data)
