"""Books: the chapters come in reading order with their headings, and nothing leads out of the book."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from align.errors import AlignError, FormatError
from align.formats.documents import document_of
from align.formats.settings import Limits, ReadSettings
from align.formats.texts.epub import read_epub

CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/sách.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
PAGE = (
    '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" '
    'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>Tên sách</title></head><body>{}</body></html>'
)


def page(body: str) -> str:
    return PAGE.format(body)


def opf(items: list[tuple[str, str]], *, spine: str = "", guide: str = "") -> str:
    """A package file.

    :param items: the name of each page and what else its element says
    :param spine: the order, if it is not that of the items
    """
    manifest = "".join(
        f'<item id="i{number}" href="{href}" media-type="application/xhtml+xml" {more}/>'
        for number, (href, more) in enumerate(items)
    )
    order = spine or "".join(f'<itemref idref="i{number}"/>' for number in range(len(items)))
    return (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/>'
        f"<manifest>{manifest}</manifest><spine>{order}</spine><guide>{guide}</guide></package>"
    )


def book(pages: dict[str, str | bytes], package: str | None = None, **parts: str) -> bytes:
    stream = io.BytesIO()
    files: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/sách.opf": package or opf([(name, "") for name in pages]),
        **{f"OEBPS/{name}": content for name, content in pages.items()},
        **{f"META-INF/{name}.xml": content for name, content in parts.items()},
    }
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def rejecting(**options: object) -> tuple[ReadSettings, list[tuple[str, str]]]:
    refused: list[tuple[str, str]] = []
    settings = ReadSettings(reject=lambda place, reason, _: refused.append((place, reason)), **options)  # type: ignore[arg-type]
    return settings, refused


def blocks(data: bytes, settings: ReadSettings | None = None) -> list[tuple[str, str]]:
    (part,) = read_epub(io.BytesIO(data), "a.epub", settings or ReadSettings())
    return [(block.place, block.text) for block in part.blocks]


def texts(data: bytes, settings: ReadSettings | None = None) -> list[str]:
    return [text for _, text in blocks(data, settings)]


def test_chapters_come_in_the_order_of_the_spine_and_not_of_the_zip() -> None:
    pages = {"c2.xhtml": page("<h1>Chương hai</h1><p>Hai.</p>"), "c1.xhtml": page("<h1>Chương một</h1><p>Một.</p>")}
    package = opf([("c2.xhtml", ""), ("c1.xhtml", "")], spine='<itemref idref="i1"/><itemref idref="i0"/>')
    assert blocks(book(pages, package)) == [
        ("Chương một", "Chương một"),
        ("Chương một", "Một."),
        ("Chương hai", "Chương hai"),
        ("Chương hai", "Hai."),
    ]


def test_a_page_without_a_heading_is_placed_by_its_name() -> None:
    assert blocks(book({"c1.xhtml": page("<p>Một.</p>")})) == [("OEBPS/c1.xhtml", "Một.")]


def test_a_page_that_the_spine_names_twice_is_read_once() -> None:
    package = opf([("c1.xhtml", "")], spine='<itemref idref="i0"/><itemref idref="i0"/>')
    assert texts(book({"c1.xhtml": page("<p>Một.</p>")}, package)) == ["Một."]


def test_a_book_is_one_document_with_places() -> None:
    data = book({"c1.xhtml": page("<h2>Chương  một</h2><p>Vie\u0323\u0302t.</p>")})
    (part,) = read_epub(io.BytesIO(data), "a.epub", ReadSettings())
    document = document_of(part, "a.epub", "a.epub")
    assert document.text == "Chương một\n\nViệt."
    assert document.places == ((0, 10, "Chương một"), (12, 17, "Chương một"))


def test_what_stands_around_the_text_is_left_out_unless_it_is_asked_for() -> None:
    linears = ["yes", "yes", "yes", "no", "yes"]
    names = ["bia.xhtml", "nav.xhtml", "c1.xhtml", "phu.xhtml", "mucluc.xhtml"]
    pages: dict[str, str | bytes] = {name: page(f"<p>{name}</p>") for name in names}
    package = opf(
        [(name, 'properties="scripted nav"' if name == "nav.xhtml" else "") for name in names],
        spine="".join(f'<itemref idref="i{n}" linear="{linear}"/>' for n, linear in enumerate(linears)),
        guide='<reference type="cover" href="bia.xhtml#a"/><reference type="toc" href="mucluc.xhtml"/>'
        '<reference type="text" href="c1.xhtml"/>',
    )
    assert texts(book(pages, package)) == ["c1.xhtml"]
    assert texts(book(pages, package), ReadSettings(boilerplate=True)) == names


def test_references_to_notes_and_pages_are_no_text_and_notes_are() -> None:
    body = (
        '<p>Gạo<a epub:type="noteref" href="#n1"><sup>1</sup></a> tăng <span epub:type="pagebreak">12</span>giá'
        '<a role="doc-noteref" href="#n1">2</a>.<!-- x --> <?y?>Hết.</p><aside epub:type="footnote" id="n1"><p>Chú.</p>'
        "</aside><p><ruby>漢<rp>(</rp><rt>Hán</rt><rp>)</rp></ruby></p>"
    )
    assert texts(book({"c.xhtml": page(body)})) == ["Gạo tăng giá. Hết.", "Chú.", "漢"]


def test_entities_of_html_are_characters_and_unknown_ones_are_kept() -> None:
    body = "<p>Gi&aacute;&nbsp;g&#7841;o &amp; &ldquo;tăng&rdquo; &lt;b&gt; &nhac; AT&T &LT;</p>"
    assert texts(book({"c.xhtml": page(body)})) == ["Giá gạo & “tăng” <b> &nhac; AT&T <"]


def test_a_page_that_is_not_well_formed_is_read_as_a_browser_would() -> None:
    body = "<head><title>Tên sách</title></head><body><p>Một<br>Hai <b>ba</p><P>Bốn &nbsp;năm"
    assert blocks(book({"c.xhtml": f"<html>{body}"})) == [
        ("OEBPS/c.xhtml", "Một\nHai ba"),
        ("OEBPS/c.xhtml", "Bốn năm"),
    ]
    deep = "<div>" * 5000 + "<p>Sâu</p>"
    assert texts(book({"c.xhtml": page(deep)})) == ["Sâu"]


def test_pages_in_utf_16_are_read() -> None:
    content = page("<p>Giá gạo tăng.</p>").replace("utf-8", "utf-16").encode("utf-16")
    assert texts(book({"c.xhtml": content})) == ["Giá gạo tăng."]


@pytest.mark.parametrize(
    "href", ["ch%C6%B0%C6%A1ng%201.xhtml", "./chương 1.xhtml#a", "../OEBPS/chương 1.xhtml?x", "/OEBPS/chương 1.xhtml"]
)
def test_a_page_is_found_however_it_is_spelled(href: str) -> None:
    assert texts(book({"chương 1.xhtml": page("<p>Một.</p>")}, opf([(href, "")]))) == ["Một."]


def test_a_page_is_found_whose_name_is_composed_otherwise() -> None:
    name = "chu\u031bo\u031bng.xhtml"
    assert texts(book({name: page("<p>Một.</p>")}, opf([("chương.xhtml", "")]))) == ["Một."]


@pytest.mark.parametrize(
    "href",
    ["../../etc/passwd", "..%2f..%2fetc/passwd", "file:///etc/passwd", "http://example.com/c.xhtml", "//a/b", "", "x"],
)
def test_what_is_not_in_the_book_is_refused_and_the_rest_read(href: str) -> None:
    data = book({"c.xhtml": page("<p>Một.</p>")}, opf([(href, ""), ("c.xhtml", "")]))
    with pytest.raises(FormatError, match=r"^a\.epub/OEBPS/sách\.opf: names '.*' as part 1 of the book, which is not"):
        texts(data)
    settings, refused = rejecting()
    assert texts(data, settings) == ["Một."]
    assert [place for place, _ in refused] == ["a.epub/OEBPS/sách.opf"]


def test_images_in_the_spine_are_passed_over() -> None:
    package = opf([("c.xhtml", ""), ("a.svg", "")]).replace(
        '"a.svg" media-type="application/xhtml+xml"', '"a.svg" media-type="image/svg+xml"'
    )
    assert texts(book({"c.xhtml": page("<p>Một.</p>"), "a.svg": "<svg/>"}, package)) == ["Một."]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('<!DOCTYPE html [<!ENTITY a "b">]><html><body><p>&a;</p></body></html>', "declares XML entities"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "looks like a binary file"),
    ],
)
def test_a_page_that_cannot_be_read_is_refused_and_the_rest_read(content: str | bytes, reason: str) -> None:
    data = book({"x.xhtml": content, "c.xhtml": page("<p>Một.</p>")})
    with pytest.raises(FormatError, match=rf"^a\.epub/OEBPS/x\.xhtml: {reason}.*--rejected FILE"):
        texts(data)
    settings, refused = rejecting()
    assert texts(data, settings) == ["Một."]
    assert refused[0][0] == "a.epub/OEBPS/x.xhtml"


ENCRYPTED = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:enc="http://www.w3.org/2001/04/xmlenc#">'
    '<enc:EncryptedData><enc:EncryptionMethod Algorithm="{}"/><enc:CipherData><enc:CipherReference URI="{}"/>'
    "</enc:CipherData></enc:EncryptedData></encryption>"
)


def test_encrypted_chapters_are_named_and_fonts_are_no_reason() -> None:
    pages: dict[str, str | bytes] = {"c.xhtml": page("<p>Một.</p>")}
    aes = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
    with pytest.raises(FormatError, match=r"^a\.epub: its chapters are encrypted \(DRM\)"):
        texts(book(pages, encryption=ENCRYPTED.format(aes, "OEBPS/c.xhtml")))
    for algorithm, path in ((aes, "OEBPS/a.jpg"), ("http://www.idpf.org/2008/embedding", "OEBPS/c.xhtml")):
        assert texts(book(pages, encryption=ENCRYPTED.format(algorithm, path))) == ["Một."]


def test_what_is_no_book_is_named() -> None:
    def without(part: str, content: str | None = None) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(book({"c.xhtml": page("")}))) as old, zipfile.ZipFile(stream, "w") as new:
            for name in old.namelist():
                if name != part:
                    new.writestr(name, old.read(name))
                elif content is not None:
                    new.writestr(name, content)
        return stream.getvalue()

    for data, message in (
        (b"", r": is empty, expected an EPUB book \(\.epub\)\.$"),
        (b"<html><body>", ": found a web page, .*--from html"),
        (book({})[:-30], ": found no zip, or a broken one"),
        (without("mimetype", "application/vnd.oasis.opendocument.text"), r": found an OpenDocument text \(\.odt\)"),
        (without("META-INF/container.xml"), ": holds no META-INF/container.xml"),
        (without("META-INF/container.xml", "<container/>"), "/META-INF/container.xml: names no package file"),
        (without("META-INF/container.xml", "<cont"), "/META-INF/container.xml:1: found XML that is broken"),
        (without("OEBPS/sách.opf"), "/META-INF/container.xml: names no package file"),
        (without("OEBPS/sách.opf", "<package/>"), "/OEBPS/sách.opf: names no chapters"),
        (without("OEBPS/sách.opf", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "/OEBPS/sách.opf: declares XML ent"),
    ):
        with pytest.raises(FormatError, match=rf"^a\.epub{message}"):
            texts(data)


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(FormatError, match=r"^a\.epub: unpacks to more than 1 MB"):
        texts(book({"c.xhtml": page("a" * 2_000_000)}), ReadSettings(limits=Limits(size=1)))


LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="&<>\ufffe\uffff"), max_size=30)


@given(st.lists(LINES, max_size=4))
@hypothesis_settings(max_examples=50, deadline=None)
def test_whatever_a_page_holds_comes_out(lines: list[str]) -> None:
    found = texts(book({"c.xhtml": page("".join(f"<p>{line}</p>" for line in lines))}))
    assert " ".join(found).split() == " ".join(lines).split()


SAMPLE = book(
    {
        "c1.xhtml": page('<h1>Một</h1><p>Gạo<a epub:type="noteref">1</a>&nbsp;tăng.</p>'),
        "c2.xhtml": page("<p>Hai.</p>"),
    },
    encryption=ENCRYPTED.format("http://ns.adobe.com/pdf/enc#RC", "OEBPS/a.ttf"),
)


@given(st.data())
@hypothesis_settings(max_examples=200, deadline=None)
def test_a_mutated_book_gives_a_text_or_an_error_of_ours(data: st.DataObject) -> None:
    def mutated(content: bytes) -> bytes:
        changed = bytearray(content)
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, max(0, len(changed) - 1)))
            changed[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
        return bytes(changed)

    with zipfile.ZipFile(io.BytesIO(SAMPLE)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = data.draw(st.sampled_from(["", *sorted(parts)]))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, mutated(content) if name == part else content)
    with contextlib.suppress(AlignError):
        texts(stream.getvalue() if part else mutated(SAMPLE), rejecting(boilerplate=True)[0])


@given(st.binary(max_size=300))
@hypothesis_settings(max_examples=50, deadline=None)
def test_any_bytes_give_an_error_of_ours(data: bytes) -> None:
    with pytest.raises(AlignError):
        texts(data)
