"""Office documents: the text as it stands comes out, in order, and whatever else comes in is named."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.enum.text import WD_BREAK
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from align.errors import AlignError, FormatError
from align.formats.documents import document_of
from align.formats.settings import Limits, ReadSettings
from align.formats.texts.docx import read_docx
from align.formats.texts.odt import read_odt
from align.text.segment import segment

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def rejecting(**options: object) -> tuple[ReadSettings, list[tuple[str, str]]]:
    refused: list[tuple[str, str]] = []
    settings = ReadSettings(reject=lambda place, reason, _: refused.append((place, reason)), **options)  # type: ignore[arg-type]
    return settings, refused


def texts(data: bytes, name: str = "a.docx", settings: ReadSettings | None = None) -> list[str]:
    reader = read_odt if name.endswith(".odt") else read_docx
    (part,) = reader(io.BytesIO(data), name, settings or ReadSettings())
    assert all(block.before == "\n\n" for block in part.blocks)
    return [block.text for block in part.blocks]


def saved(document: docx.document.Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def with_parts(data: bytes, parts: dict[str, str | None]) -> bytes:
    """A zip with some parts put in, replaced or (None) taken out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for item in old.namelist():
            if item not in parts:
                new.writestr(item, old.read(item))
        for item, text in parts.items():
            if text is not None:
                new.writestr(item, text)
    return stream.getvalue()


def word(body: str, *, strict: bool = False, **parts: str) -> bytes:
    """A small Word file; `parts` are further parts by their kind, such as ``footnotes``."""
    main = "http://purl.oclc.org/ooxml/wordprocessingml/main" if strict else WORD
    kinds = "http://purl.oclc.org/ooxml/officeDocument/relationships" if strict else RELATIONS
    relations = "".join(
        f'<Relationship Id="r{number}" Type="{kinds}/{kind}" Target="{kind}.xml"/>' for number, kind in enumerate(parts)
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    files = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{package}">'
        f'<Relationship Id="a" Type="{kinds}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}">{relations}</Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{main}"><w:body>{body}</w:body></w:document>',
        **{f"word/{kind}.xml": f'<w:{kind} xmlns:w="{main}">{xml}</w:{kind}>' for kind, xml in parts.items()},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for item, xml in files.items():
            archive.writestr(item, xml)
    return stream.getvalue()


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def odt(text: str, styles: str = "", parts: dict[str, str | None] | None = None) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"<office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{text}</office:text></office:body></office:document-content>",
        )
    return with_parts(stream.getvalue(), parts or {})


# --- Word ---------------------------------------------------------------------------------


def test_paragraphs_lists_and_tables_come_in_the_order_of_the_page() -> None:
    document = docx.Document()
    document.add_heading("Giá gạo tăng", 1)
    document.add_paragraph("Mục một", style="List Number")
    table = document.add_table(2, 2)
    for number, text in enumerate(["Xin chào", "Hello", "Tạm biệt", "Goodbye"]):
        table.cell(number // 2, number % 2).text = text
    table.cell(1, 1).add_table(1, 1).cell(0, 0).text = "trong ô"
    document.add_paragraph("Hết.")
    assert texts(saved(document)) == [
        "Giá gạo tăng",
        "Mục một",
        "Xin chào",
        "Hello",
        "Tạm biệt",
        "Goodbye",
        "trong ô",
        "Hết.",
    ]


def test_merged_cells_are_read_once() -> None:
    document = docx.Document()
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(1, 1)).text = "Gộp"
    assert texts(saved(document)) == ["Gộp"]


def test_runs_are_one_text_and_line_breaks_are_line_ends() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Việt ")
    paragraph.add_run("Na").bold = True
    paragraph.add_run("m")
    paragraph.add_run().add_break(WD_BREAK.LINE)
    paragraph.add_run("dòng\thai")
    assert texts(saved(document)) == ["Việt Nam\ndòng\thai"]


def test_headers_and_footers_are_kept_only_if_asked_for() -> None:
    document = docx.Document()
    document.add_paragraph("Thân bài")
    document.sections[0].header.paragraphs[0].text = "Báo Nhân Dân"
    document.sections[0].footer.paragraphs[0].text = "Trang 1"
    data = saved(document)
    assert texts(data) == ["Thân bài"]
    assert texts(data, settings=ReadSettings(boilerplate=True)) == ["Báo Nhân Dân", "Thân bài", "Trang 1"]


def test_remarks_are_no_text() -> None:
    document = docx.Document()
    added = document.add_paragraph("Giá gạo tăng")
    document.add_comment(added.runs, "xem lại", author="x", initials="x")
    assert texts(saved(document)) == ["Giá gạo tăng"]


def test_letters_in_two_characters_come_in_as_they_are_and_are_composed_in_the_document() -> None:
    document = docx.Document()
    document.add_paragraph("Thu\u031b\u0301 ba o\u031b\u0309 Hue\u0302\u0301")
    (part,) = read_docx(io.BytesIO(saved(document)), "a.docx", ReadSettings())
    assert document_of(part, "a.docx", "a.docx").text == "Thứ ba ở Huế"


def test_changes_are_read_as_if_they_were_accepted() -> None:
    body = paragraph(
        run("Giá "),
        f'<w:del w:id="1"><w:r><w:delText>lúa</w:delText></w:r>{run("ngô")}</w:del>',
        f'<w:ins w:id="2">{run("gạo")}</w:ins>',
        f'<w:moveFrom w:id="3">{run("đi")}</w:moveFrom><w:moveTo w:id="4">{run(" tăng")}</w:moveTo>',
    )
    joined = paragraph(run("Nối "), properties='<w:rPr><w:del w:id="5"/></w:rPr>') + paragraph(run("liền"))
    rows = (
        '<w:tbl><w:tr><w:trPr><w:del w:id="6"/></w:trPr>'
        f"<w:tc>{paragraph(run('bỏ'))}</w:tc></w:tr><w:tr><w:tc>{paragraph(run('giữ'))}</w:tc></w:tr></w:tbl>"
    )
    assert texts(word(body + joined + rows)) == ["Giá gạo tăng", "Nối liền", "giữ"]


def test_a_deleted_end_of_the_last_paragraph_loses_no_text() -> None:
    assert texts(word(paragraph(run("Còn đây"), properties='<w:rPr><w:del w:id="5"/></w:rPr>'))) == ["Còn đây"]


def test_hidden_text_is_left_out_by_itself_and_by_its_style() -> None:
    styles = (
        '<w:style w:styleId="An"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="Con"><w:basedOn w:val="An"/></w:style>'
        '<w:style w:styleId="Hien"><w:basedOn w:val="An"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>'
        '<w:style w:styleId="Vong1"><w:basedOn w:val="Vong2"/></w:style>'
        '<w:style w:styleId="Vong2"><w:basedOn w:val="Vong1"/></w:style>'
    )
    body = paragraph(
        run("a"),
        run("b", "<w:vanish/>"),
        run("c", '<w:vanish w:val="false"/>'),
        run("d", '<w:rStyle w:val="Con"/>'),
        run("e", '<w:rStyle w:val="Hien"/>'),
        run("f", '<w:rStyle w:val="Vong1"/>'),
    )
    hidden = paragraph(run("g"), properties='<w:pStyle w:val="An"/>')
    assert texts(word(body + hidden, styles=styles)) == ["acef"]


def test_links_fields_and_content_controls_leave_their_text() -> None:
    body = paragraph(
        f"<w:hyperlink>{run('Xem ')}</w:hyperlink>",
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>HYPERLINK "http://a"</w:instrText></w:r>',
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("tin ")}<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        f"<w:fldSimple>{run('hôm ')}</w:fldSimple><w:smartTag>{run('nay')}</w:smartTag>",
        f"<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>{run('.')}</w:sdtContent></w:sdt>",
    )
    control = f"<w:sdt><w:sdtContent>{paragraph(run('Trong khung'))}</w:sdtContent></w:sdt>"
    assert texts(word(body + control)) == ["Xem tin hôm nay.", "Trong khung"]


def test_the_table_of_contents_is_left_out_unless_it_is_asked_for() -> None:
    gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    contents = f"<w:sdt><w:sdtPr>{gallery}</w:sdtPr><w:sdtContent>{paragraph(run('Mục lục'))}</w:sdtContent></w:sdt>"
    entry = paragraph(run("Chương 1"), run("12"), properties='<w:pStyle w:val="Mucluc1"/>')
    styles = '<w:style w:styleId="Mucluc1"><w:name w:val="toc 1"/></w:style>'
    data = word(contents + entry + paragraph(run("Bài")), styles=styles)
    assert texts(data) == ["Bài"]
    assert texts(data, settings=ReadSettings(boilerplate=True)) == ["Mục lục", "Chương 112", "Bài"]


def test_notes_stand_behind_the_paragraph_that_refers_to_them_each_once() -> None:
    body = paragraph(
        run("Gạo"),
        '<w:r><w:footnoteReference w:id="2"/></w:r>',
        run(" tăng"),
        '<w:r><w:endnoteReference w:id="2"/></w:r><w:r><w:footnoteReference w:id="9"/></w:r>',
    )
    own = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    footnotes = (
        f'<w:footnote w:id="0" w:type="separator">{paragraph()}</w:footnote>'
        f'<w:footnote w:id="2">{paragraph(run("Chú thích"), own)}</w:footnote>'
    )
    endnotes = f'<w:endnote w:id="2">{paragraph(run("Cuối bài"))}</w:endnote>'
    data = word(body + paragraph(run("Sau")), footnotes=footnotes, endnotes=endnotes)
    assert texts(data) == ["Gạo tăng", "Chú thích", "Cuối bài", "Sau"]


def test_a_text_box_is_read_once_though_it_stands_there_twice() -> None:
    box = f"<w:txbxContent>{paragraph(run('Trong hộp'))}</w:txbxContent>"
    twice = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
        "</mc:AlternateContent>"
    )
    assert texts(word(paragraph(run("Trước "), f"<w:r>{twice}</w:r>", run("sau")))) == ["Trước sau", "Trong hộp"]


def test_signs_are_characters() -> None:
    signs = '<w:r><w:noBreakHyphen/><w:sym w:char="2192"/><w:sym w:char="F0B7"/><w:cr/><w:softHyphen/></w:r>'
    assert texts(word(paragraph(run("a"), signs, run("b")))) == ["a-→\nb"]


def test_a_strict_file_is_read_as_well() -> None:
    note = f'<w:footnote w:id="1">{paragraph(run("Chú"))}</w:footnote>'
    body = paragraph(run("Nghiêm"), '<w:r><w:footnoteReference w:id="1"/></w:r>')
    assert texts(word(body, strict=True, footnotes=note)) == ["Nghiêm", "Chú"]


def test_a_broken_part_beside_the_text_is_refused_and_the_rest_read() -> None:
    data = with_parts(word(paragraph(run("Bài")), footnotes=""), {"word/footnotes.xml": "<w:foot"})
    with pytest.raises(FormatError, match=r"^a\.docx/word/footnotes\.xml: .*--rejected FILE"):
        texts(data)
    settings, refused = rejecting()
    assert texts(data, settings=settings) == ["Bài"]
    assert [place for place, _ in refused] == ["a.docx/word/footnotes.xml"]


def test_relations_lead_nowhere_outside_the_file() -> None:
    relations = (
        '<Relationships><Relationship Id="1" Type="x/footnotes" Target="../../../etc/passwd"/>'
        '<Relationship Id="2" Type="x/header" TargetMode="External" Target="document.xml"/>'
        '<Relationship Id="3" Type="x/footer" Target="http://example.com/a.xml"/></Relationships>'
    )
    data = with_parts(word(paragraph(run("Bài"))), {"word/_rels/document.xml.rels": relations})
    assert texts(data, settings=ReadSettings(boilerplate=True)) == ["Bài"]


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"is empty, expected a Word document \(\.docx\)\.$"),
        (OLE, "protected by a password or in the format of Office before 2007"),
        (b"{\\rtf1\\ansi Xin ch\\'e0o}", r"found an RTF document, expected a Word document \(\.docx\); save it as"),
        (b"<html><body>x", "found a web page, expected a Word document .*; give it with --from html"),
        (b'<?xml version="1.0"?><w:wordDocument/>', "found an XML file"),
        (b"%PDF-1.4", "found a PDF, .*--from pdf"),
        ("Xin chào".encode(), "found no zip, or a broken one"),
        (saved(docx.Document())[:-40], "found no zip, or a broken one"),
        (odt("<text:p>x</text:p>"), r"found an OpenDocument text \(\.odt\), .*--from odt"),
    ],
)
def test_what_is_no_word_document_is_named(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=rf"^a\.docx: .*{message}"):
        texts(data)


def test_a_workbook_and_slides_are_no_word_documents() -> None:
    for member, message in (("xl/workbook.xml", "an Excel workbook"), ("ppt/presentation.xml", "a PowerPoint")):
        with pytest.raises(FormatError, match=f"^a.docx: found {message}"):
            texts(with_parts(word(""), {member: "<x/>"}))


def test_a_package_without_text_is_named() -> None:
    with pytest.raises(FormatError, match=r"^a\.docx: names no text in _rels/\.rels"):
        texts(with_parts(word(""), {"_rels/.rels": None}))
    with pytest.raises(FormatError, match=r"^a\.docx/word/document\.xml: found <x>, expected the text"):
        texts(with_parts(word(""), {"word/document.xml": "<x/>"}))
    with pytest.raises(FormatError, match=r"^a\.docx/word/document\.xml:1: found XML that is broken"):
        texts(with_parts(word(""), {"word/document.xml": "<w:document"}))


@pytest.mark.parametrize("part", ["word/document.xml", "_rels/.rels", "word/styles.xml"])
def test_entities_are_not_unfolded(part: str) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]><x>&a;&b;</x>'
    with pytest.raises(FormatError, match=f"^a.docx/{part}: declares XML entities"):
        texts(with_parts(word(paragraph(run("a")), styles=""), {part: bomb}))


def test_a_bomb_is_not_unpacked() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", bytes(3_000_000))
    with pytest.raises(FormatError, match=r"^a\.docx: unpacks to more than 1 MB"):
        texts(stream.getvalue(), settings=ReadSettings(limits=Limits(size=1)))


def test_what_nests_deeper_than_any_document_is_an_error() -> None:
    deep = "<w:sdt>" * 300 + "</w:sdt>" * 300
    with pytest.raises(FormatError, match="depth"):
        texts(word(deep))
    assert texts(word("<w:sdt>" * 240 + paragraph(run("Sâu")) + "</w:sdt>" * 240)) == ["Sâu"]


def test_paragraphs_are_segments_by_themselves() -> None:
    document = docx.Document()
    document.add_heading("Giá gạo tăng tuần thứ ba", 1)
    document.add_paragraph("Giá gạo tăng. Nông dân vui mừng.")
    document.add_paragraph("Rice prices rise for a third week")
    (part,) = read_docx(io.BytesIO(saved(document)), "a.docx", ReadSettings())
    assert [(found.lang, found.text) for found in segment(document_of(part, "a.docx", "a.docx"))] == [
        ("vi", "Giá gạo tăng tuần thứ ba"),
        ("vi", "Giá gạo tăng."),
        ("vi", "Nông dân vui mừng."),
        ("en", "Rice prices rise for a third week"),
    ]


# --- OpenDocument -------------------------------------------------------------------------


def test_the_text_of_an_odt_comes_in_the_order_of_the_page() -> None:
    data = odt(
        "<text:h>Giá gạo tăng</text:h>"
        "<text:section><text:p>Một <text:span>hai</text:span> ba</text:p></text:section>"
        "<text:list><text:list-item><text:p>Mục</text:p><text:list><text:list-item><text:p>Con</text:p>"
        "</text:list-item></text:list></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Xin chào</text:p></table:table-cell>"
        "<table:table-cell><text:p>Hello</text:p></table:table-cell></table:table-row></table:table>"
    )
    assert texts(data, "a.odt") == ["Giá gạo tăng", "Một hai ba", "Mục", "Con", "Xin chào", "Hello"]


def test_white_space_is_what_the_marks_say() -> None:
    text = "<text:p>a \n  b<text:s/>c<text:s text:c='3'/>d<text:tab/>e<text:line-break/>f<!-- g --> h</text:p>"
    assert texts(odt(text), "a.odt") == ["a b c   d\te\nf h"]


def test_a_trillion_spaces_are_not_made() -> None:
    text = "<text:p>a<text:s text:c='999999999'/>b<text:s text:c='999999999999'/>c<text:s text:c='-1'/>d</text:p>"
    assert len(texts(odt(text), "a.odt")[0]) < 110


def test_notes_and_boxes_stand_behind_their_paragraph() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Chú thích</text:p>"
        "</text:note-body></text:note>"
    )
    box = "<draw:frame><draw:text-box><text:p>Trong hộp</text:p></draw:text-box><svg:title>ảnh</svg:title></draw:frame>"
    shape = "<draw:custom-shape><text:p>Trong hình</text:p></draw:custom-shape>"
    data = odt(f"<text:p>Gạo{note} tăng{box}{shape}.</text:p><text:p>Sau</text:p>")
    assert texts(data, "a.odt") == ["Gạo tăng.", "Chú thích", "Trong hộp", "Trong hình", "Sau"]


def test_what_was_deleted_hidden_or_remarked_is_left_out() -> None:
    styles = '<style:style style:name="T1"><style:text-properties text:display="none"/></style:style>'
    data = odt(
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>bỏ</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        "<text:p>Giá <text:change-start/>gạo<text:change-end/><text:change/>"
        "<office:annotation><dc:creator>x</dc:creator><text:p>xem lại</text:p></office:annotation>"
        "<text:span text:style-name='T1'>ẩn</text:span><text:ruby><text:ruby-base> tăng</text:ruby-base>"
        "<text:ruby-text>x</text:ruby-text></text:ruby></text:p><text:p text:style-name='T1'>ẩn</text:p>"
        "<text:p>Tên: <text:title>Báo</text:title></text:p>",
        styles,
    )
    assert texts(data, "a.odt") == ["Giá gạo tăng", "Tên: Báo"]


def test_indexes_headers_and_footers_are_kept_only_if_asked_for() -> None:
    around = (
        f"<office:document-styles {ODF}><office:master-styles><style:master-page><style:footer><text:p>Trang 1</text:p>"
        "</style:footer><style:header><text:p>Báo</text:p></style:header></style:master-page></office:master-styles>"
        "</office:document-styles>"
    )
    index = "<text:table-of-content><text:index-body><text:p>Mục lục</text:p></text:index-body></text:table-of-content>"
    data = odt(f"{index}<text:p>Bài</text:p>", parts={"styles.xml": around})
    assert texts(data, "a.odt") == ["Bài"]
    assert texts(data, "a.odt", ReadSettings(boilerplate=True)) == ["Báo", "Mục lục", "Bài", "Trang 1"]


def test_an_encrypted_odt_is_named_as_such() -> None:
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry>'
        "<manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
    )
    with pytest.raises(FormatError, match=r"^a\.odt: is protected by a password"):
        texts(odt("", parts={"META-INF/manifest.xml": manifest, "content.xml": "\x01\x02"}), "a.odt")


def test_what_is_no_odt_is_named() -> None:
    sheet = f"<office:document-content {ODF}><office:body><office:spreadsheet/></office:body></office:document-content>"
    for data, message in (
        (odt("", parts={"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "OpenDocument file that is no"),
        (odt("", parts={"content.xml": sheet}), "content.xml: found <spreadsheet>"),
        (odt("", parts={"content.xml": "<x/>"}), "content.xml: found <x>"),
        (odt("", parts={"content.xml": None}), "holds no content.xml"),
        (saved(docx.Document()), r"found a Word document \(\.docx\), .*--from docx"),
        (f"<?xml version='1.0'?><office:document {ODF}/>".encode(), "found an XML file"),
        (odt("", parts={"content.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}), "declares XML entities"),
    ):
        with pytest.raises(FormatError, match=f"^a.odt.*{message}"):
            texts(data, "a.odt")


# --- any text, any bytes ------------------------------------------------------------------

LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30)


@given(st.lists(LINES, max_size=5))
@hypothesis_settings(max_examples=40, deadline=None)
def test_whatever_word_holds_comes_out(lines: list[str]) -> None:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    assert texts(saved(document)) == [line for line in lines if line.strip()]


def mutated(draw: Callable[..., object], packed: bytes) -> bytes:
    data = bytearray(packed)
    for _ in range(draw(st.integers(1, 4))):  # type: ignore[call-overload]
        at = draw(st.integers(0, max(0, len(data) - 1)))
        data[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=4))  # type: ignore[operator,index]
    return bytes(data)


NOTED = word(
    paragraph(run("Gạo"), '<w:r><w:footnoteReference w:id="2"/><w:sym w:char="2192"/></w:r>')
    + f"<w:tbl><w:tr><w:tc>{paragraph(run('ô'))}</w:tc></w:tr></w:tbl>",
    footnotes=f'<w:footnote w:id="2">{paragraph(run("Chú"))}</w:footnote>',
    styles='<w:style w:styleId="An"><w:basedOn w:val="An"/><w:rPr><w:vanish/></w:rPr></w:style>',
)
OPEN = odt(
    "<text:p>Gạo<text:s text:c='3'/><text:note><text:note-body><text:p>b</text:p></text:note-body></text:note></text:p>"
)


@given(st.data())
@hypothesis_settings(max_examples=200, deadline=None)
def test_a_mutated_document_gives_a_text_or_an_error_of_ours(data: st.DataObject) -> None:
    packed, name = data.draw(st.sampled_from([(NOTED, "a.docx"), (OPEN, "a.odt")]))
    with contextlib.suppress(AlignError):
        texts(mutated(data.draw, packed), name, rejecting(boilerplate=True)[0])


@given(st.data())
@hypothesis_settings(max_examples=200, deadline=None)
def test_a_mutated_part_gives_a_text_or_an_error_of_ours(data: st.DataObject) -> None:
    packed, name = data.draw(st.sampled_from([(NOTED, "a.docx"), (OPEN, "a.odt")]))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        parts = {item: archive.read(item) for item in archive.namelist()}
    item = data.draw(st.sampled_from(sorted(parts)))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for other, content in parts.items():
            archive.writestr(other, mutated(data.draw, content) if other == item else content)
    with contextlib.suppress(AlignError):
        texts(stream.getvalue(), name, rejecting(boilerplate=True)[0])


@given(st.binary(max_size=300), st.sampled_from(["a.docx", "a.odt"]))
@hypothesis_settings(max_examples=60, deadline=None)
def test_any_bytes_give_an_error_of_ours(data: bytes, name: str) -> None:
    with pytest.raises(AlignError):
        texts(data, name)


def test_a_document_from_a_pipe_is_read() -> None:
    class Pipe(io.RawIOBase):
        def __init__(self, data: bytes) -> None:
            self._data = io.BytesIO(data)

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            return self._data.readinto(buffer)

    (part,) = read_docx(Pipe(word(paragraph(run("Ống")))), "standard input", ReadSettings())  # type: ignore[arg-type]
    assert [block.text for block in part.blocks] == ["Ống"]
