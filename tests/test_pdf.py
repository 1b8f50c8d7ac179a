"""PDF: paragraphs as they were written come out of printed lines, and what holds no text is refused with the reason."""

from __future__ import annotations

import contextlib
import io
import sys
import textwrap
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from matplotlib import rc_context
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from pypdf import PdfReader, PdfWriter

from align.errors import AlignError, FormatError, InputError
from align.formats.documents import Block, document_of
from align.formats.settings import ReadSettings
from align.formats.texts.pdf import read_pdf
from align.formats.texts.pdf_furniture import without_furniture
from align.formats.texts.pdf_layout import Line, blocks_of
from align.text.segment import segment

VI = (
    "Giá gạo xuất khẩu của Việt Nam tăng lên mức cao nhất trong vòng mười lăm năm qua, theo Hiệp hội Lương thực. "
    "Nông dân ở đồng bằng sông Cửu Long cho biết họ chưa bao giờ bán được lúa với giá như vậy. "
    "Các doanh nghiệp lo rằng nguồn cung sẽ thiếu vào cuối năm."
)
EN = (
    "Vietnam's export rice prices have risen to their highest level in fifteen years, according to the Food "
    "Association. Farmers in the Mekong Delta say they have never sold paddy at such a price. "
    "Companies fear that supply will run short at the end of the year."
)


def typeset(
    text: str, y: float, *, width: int = 70, x: float = 70, size: float = 11, first: float = 0, leading: float = 1.2
) -> list[Line]:
    """The lines of a paragraph from a height downwards, in points; `first` is the indent of the first."""
    wrapped = textwrap.wrap(text, width, break_on_hyphens=False)
    return [
        Line(line, x + (first if not number else 0), y - number * leading * size, size)
        for number, line in enumerate(wrapped)
    ]


def stacked(*paragraphs: Sequence[Line], gap: float = 8) -> list[Line]:
    """Paragraphs one below the other, with so many points more between them than between lines."""
    y, found = 720.0, []
    for paragraph in paragraphs:
        top = paragraph[0].y
        found += [Line(line.text, line.x, line.y - top + y, line.size, line.bold) for line in paragraph]
        y = found[-1].y - 1.2 * found[-1].size - gap
    return found


def printed(pages: Iterable[Iterable[Line]], *, type42: bool = False, image: bool = False) -> bytes:
    """A real PDF of lines at their places."""
    stream = io.BytesIO()
    with rc_context({"pdf.fonttype": 42 if type42 else 3}), PdfPages(stream, metadata={"CreationDate": None}) as pdf:
        for page in pages:
            figure = Figure(figsize=(595 / 72, 842 / 72))
            for line in page:
                weight = "bold" if line.bold else "normal"
                figure.text(line.x / 595, line.y / 842, line.text, fontsize=line.size, weight=weight, parse_math=False)
            if image:
                axes = figure.add_axes((0, 0, 1, 1))
                axes.set_axis_off()
                axes.imshow([[0, 1], [1, 0]])
            pdf.savefig(figure)
    return stream.getvalue()


def blocks(data: bytes, settings: ReadSettings | None = None) -> list[Block]:
    (part,) = read_pdf(io.BytesIO(data), "a.pdf", settings or ReadSettings())
    return list(part.blocks)


def texts(*pages: Sequence[Line]) -> list[str]:
    """The paragraphs of pages without the way through a file."""
    found = without_furniture(pages)
    return [block.text for block in blocks_of([(f"page {n}", page) for n, page in enumerate(found, start=1)])]


def rejecting(**options: object) -> tuple[ReadSettings, list[tuple[str, str]]]:
    refused: list[tuple[str, str]] = []
    settings = ReadSettings(reject=lambda place, reason, _: refused.append((place, reason)), **options)  # type: ignore[arg-type]
    return settings, refused


def raw(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of objects that are numbered from 1, the first of which is the catalog."""
    data, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<< /Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(data)


PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
)


def one_page(content: bytes, font: bytes, *more: bytes, trailer: bytes = b"") -> bytes:
    return raw(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE % 4,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        font,
        *more,
        trailer=trailer,
    )


HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


# --- through a real file ------------------------------------------------------------------


@cache
def newspaper() -> bytes:
    """Three pages with running heads and numbers; a paragraph goes over a page's end, with a footnote there."""
    pages = []
    for number, (vi, en) in enumerate([(VI, EN), (EN, VI), (VI, EN)], start=1):
        title = [Line(f"Tin số {number}: giá gạo lại tăng", 70, 720, 16, bold=True)]
        page = stacked(title, typeset(vi, 0, first=20), typeset(en, 0, first=20))
        page += [Line("Báo Nhân Dân", 70, 800, 9), Line(f"Trang {number}", 280, 30, 9)]
        pages.append(page)
    return printed(pages)


def test_paragraphs_are_put_together_and_page_furniture_is_dropped() -> None:
    found = blocks(newspaper())
    assert [(block.place, block.text) for block in found] == [
        ("page 1", "Tin số 1: giá gạo lại tăng"),
        ("page 1", VI),
        ("page 1", EN),
        ("page 2", "Tin số 2: giá gạo lại tăng"),
        ("page 2", EN),
        ("page 2", VI),
        ("page 3", "Tin số 3: giá gạo lại tăng"),
        ("page 3", VI),
        ("page 3", EN),
    ]


def test_page_furniture_is_kept_if_it_is_asked_for() -> None:
    found = [block.text for block in blocks(newspaper(), ReadSettings(boilerplate=True))]
    assert found.count("Báo Nhân Dân") == 3
    assert {"Trang 1", "Trang 2", "Trang 3"} <= set(found)


def test_fonts_with_tables_of_their_letters_are_read() -> None:
    data = printed([typeset(VI, 720)], type42=True)
    assert b"/Type0" in data
    assert [block.text for block in blocks(data)] == [VI]


def test_letters_that_are_printed_as_one_are_several() -> None:
    data = printed([[Line("the of\ufb01ce of \ufb01nance is o\ufb00ering it", 70, 700, 11)]])
    assert [block.text for block in blocks(data)] == ["the office of finance is offering it"]


def test_without_pypdf_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)
    with pytest.raises(FormatError, match=r"^a\.pdf: to read PDF, install align-vi-en\[pdf\]\.$"):
        blocks(newspaper())


def test_the_sentences_are_those_that_were_written() -> None:
    (part,) = read_pdf(io.BytesIO(newspaper()), "a.pdf", ReadSettings())
    found = [piece.text for piece in segment(document_of(part, "a.pdf", "a.pdf"))]
    assert found[:4] == ["Tin số 1: giá gạo lại tăng", *VI.replace(". ", ".\n").split("\n")]
    assert found[4:7] == EN.replace(". ", ".\n").split("\n")


def test_a_sentence_goes_on_on_the_next_page_and_its_places_are_told() -> None:
    lines = typeset(f"{VI} {EN}", 720)
    data = printed([lines[:4], lines[4:]])
    found = blocks(data)
    assert [(block.place, block.before) for block in found] == [("page 1", "\n\n"), ("page 2", " ")]
    (part,) = read_pdf(io.BytesIO(data), "a.pdf", ReadSettings())
    assert document_of(part, "a.pdf", "a.pdf").text == f"{VI} {EN}"


# --- paragraphs ---------------------------------------------------------------------------


@pytest.mark.parametrize("gap", [4, 8, 20])
def test_a_gap_parts_paragraphs(gap: float) -> None:
    assert texts(stacked(typeset(VI, 0), typeset(VI, 0), typeset(EN, 0), gap=gap)) == [VI, VI, EN]


def test_an_indent_parts_paragraphs() -> None:
    assert texts(stacked(typeset(VI, 0, first=18), typeset(VI, 0, first=18), gap=0)) == [VI, VI]


def test_a_last_line_that_is_short_parts_paragraphs() -> None:
    assert texts(stacked(typeset(VI, 0), typeset(EN, 0), typeset(VI, 0), gap=0)) == [VI, EN, VI]


@pytest.mark.parametrize("leading", [1.0, 1.5, 2.0, 2.4])
def test_lines_can_stand_far_apart(leading: float) -> None:
    assert texts(typeset(VI, 720, leading=leading)) == [VI]


def test_headlines_below_each_other_stay_apart() -> None:
    titles = ["Giá gạo tăng tuần thứ ba", "Mưa lớn ở Huế", "Rice prices rise for a third week", "Heavy rain in Hue"]
    assert texts(stacked(*([Line(title, 70, 0, 12)] for title in titles), gap=0)) == titles
    assert texts(stacked(*([Line(title, 70, 0, 12)] for title in titles), gap=60)) == titles


def test_a_headline_of_two_lines_is_one_and_its_size_tells_it_from_the_text() -> None:
    title = [Line("Giá gạo tăng mạnh trong tuần thứ ba sau khi", 70, 0, 16), Line("Ấn Độ cấm bán ra", 70, -19.2, 16)]
    assert texts(stacked(title, typeset(VI, 0), gap=0)) == [" ".join(line.text for line in title), VI]


def test_a_bold_headline_of_the_same_size_stands_alone() -> None:
    title = [Line("Giá gạo xuất khẩu tăng lên mức cao nhất trong vòng mười lăm năm qua", 70, 0, 11, bold=True)]
    assert texts(stacked(title, typeset(VI, 0), gap=0)) == [title[0].text, VI]


def test_list_items_stand_alone_and_go_on() -> None:
    items = [f"• {VI[:107]}", f"2. {VI[108:196]}", f"a) {EN[:120]}"]
    assert texts(stacked(*(typeset(item, 0) for item in items), gap=0)) == items


def test_a_line_that_ends_at_a_comma_or_in_a_small_word_goes_on() -> None:
    lines = ["HÀNG HÓA RẤT RỘNG CỦA CÁC", "CÔNG TY"]
    wide = typeset("x" * 30 + " " + "y" * 38, 0)
    for first in ("Các ông Nguyễn Văn A,", "Trụ sở của"):
        assert texts(stacked(wide, typeset(first, 0), typeset("Công ty", 0), gap=0))[-1] == f"{first} Công ty"
    assert (
        texts(stacked(wide, *([Line(line, 70, 0, 11)] for line in lines), gap=0))[-1]
        == "HÀNG HÓA RẤT RỘNG CỦA CÁC CÔNG TY"
    )


def test_two_columns_are_read_one_after_the_other() -> None:
    left, right = typeset(VI, 720, width=35, size=9), typeset(EN, 720, width=35, x=320, size=9)
    assert texts(left + right) == [VI, EN]
    both = typeset(VI, 720, width=35, size=9)
    moved = [Line(line.text, 320, 720 - n * 10.8, 9) for n, line in enumerate(both[4:])]
    assert texts(both[:4] + moved) == [VI]


def test_a_footnote_comes_behind_the_sentence_it_cuts() -> None:
    lines = typeset(VI, 720, width=60)
    note = [Line("1 Theo Tổng cục Thống kê.", 70, 60, 8)]
    assert lines[2].text[0].islower()
    found = blocks_of([("page 1", [*lines[:2], *note]), ("page 2", lines[2:])])
    assert [(block.place, block.before) for block in found] == [("page 1", "\n\n"), ("page 2", " "), ("page 1", "\n\n")]
    assert f"{found[0].text} {found[1].text}" == VI


def test_a_heading_at_the_top_of_a_page_does_not_go_on() -> None:
    first = [Line("Mục lục", 70, 720, 16), Line("1 Mở đầu . . . . . . . . 2", 70, 690, 11)]
    second = [Line("Chương một", 70, 720, 16), *typeset(VI, 690)]
    assert texts(first, second)[2] == "Chương một"


# --- hyphens ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["the inter-", "national market"], "the international market"),
        (["the inter\u00ad", "national market"], "the international market"),
        (["the inter\u2010", "national market"], "the international market"),
        (["a well-", "known man"], "a well-known man"),
        (["thủ đô Mát-xcơ-", "va của Nga"], "thủ đô Mát-xcơ-va của Nga"),
        (["ông Pu-", "tin nói rằng họ sẽ đến thăm"], "ông Pu-tin nói rằng họ sẽ đến thăm"),
        (["giai đoạn 2010-", "2015 của họ"], "giai đoạn 2010-2015 của họ"),
        (["dịch COVID-", "19 ở Huế"], "dịch COVID-19 ở Huế"),
        (["the Anglo-", "Saxon king"], "the Anglo-Saxon king"),
        (["both pre-", "and post-war"], "both pre- and post-war"),
        (["a dash -", "and more"], "a dash - and more"),
        (["một hai", "ba bốn"], "một hai ba bốn"),
        (["the xqz-", "wvk and xqz-wvk"], "the xqz-wvk and xqz-wvk"),
    ],
)
def test_a_hyphen_at_a_line_end_goes_only_if_it_broke_a_word(lines: list[str], text: str) -> None:
    page = [Line(line, 70, 720 - number * 13, 11) for number, line in enumerate(lines)]
    assert texts(page) == [text]


def test_a_word_broken_over_a_page_is_one() -> None:
    found = blocks_of(
        [("page 1", [Line("the inter-", 70, 60, 11)]), ("page 2", [Line("national market", 70, 720, 11)])]
    )
    assert found == [Block("the inter", "page 1"), Block("national market", "page 2", before="")]


# --- page furniture -----------------------------------------------------------------------


@pytest.mark.parametrize("form", ["{}", "- {} -", "Trang {}", "Page {} of 17", "[{}]", "{}/17", "Tr. {}"])
def test_page_numbers_are_dropped_in_every_form(form: str) -> None:
    pages = [[Line(f"Bài {text}", 70, 700, 11), Line(form.format(n), 70, 30, 9)] for n, text in ((7, "a"), (8, "b"))]
    assert [[line.text for line in page] for page in without_furniture(pages)] == [["Bài a"], ["Bài b"]]


def test_roman_page_numbers_are_dropped() -> None:
    pages = [[Line(f"Lời {n}", 70, 700, 11), Line(n, 70, 30, 9)] for n in ("iii", "iv", "v")]
    assert [[line.text for line in page] for page in without_furniture(pages)] == [["Lời iii"], ["Lời iv"], ["Lời v"]]


def test_running_heads_of_left_and_right_pages_are_dropped() -> None:
    heads = [f"{n} Báo" if n % 2 else f"Giá gạo {n}" for n in range(1, 7)]
    pages = [[Line(head, 70, 800, 9), Line(f"Bài {'abcdef'[n]}", 70, 700, 11)] for n, head in enumerate(heads)]
    assert [len(page) for page in without_furniture(pages)] == [1] * 6


@pytest.mark.parametrize("heading", ["Chương {}", "Bài {}.", "Article {}", "Câu {}:"])
def test_headings_that_are_counted_as_the_pages_are_stay(heading: str) -> None:
    pages = [[Line(heading.format(n), 70, 720, 16), Line(VI, 70, 690, 11)] for n in (1, 2, 3)]
    assert [page[0].text for page in without_furniture(pages)] == [heading.format(n) for n in (1, 2, 3)]


def test_what_is_repeated_elsewhere_on_the_page_stays() -> None:
    pages = [[Line("Hết.", 70, 700 - 60 * n, 11), Line(f"Bài {'abc'[n]}", 70, 300, 11)] for n in range(3)]
    assert [len(page) for page in without_furniture(pages)] == [2, 2, 2]


def test_the_only_line_of_a_page_stays() -> None:
    assert without_furniture([[Line("Giá gạo", 70, 700, 11)]] * 3) != [[], [], []]


# --- what holds no text -------------------------------------------------------------------


def test_a_scan_is_recognised_and_refused() -> None:
    scan = printed([[], [], [Line("3", 280, 30, 9)]], image=True)
    with pytest.raises(InputError, match=r"^a\.pdf: is a scan: 3 of 3 pages are images without text; run text recog"):
        blocks(scan)


def test_images_beside_text_are_told_of() -> None:
    cover, text = PdfReader(io.BytesIO(printed([[]], image=True))), PdfReader(io.BytesIO(newspaper()))
    writer = PdfWriter()
    for page in (*cover.pages, *text.pages):
        writer.add_page(page)
    stream = io.BytesIO()
    writer.write(stream)
    said: list[str] = []
    found = blocks(stream.getvalue(), ReadSettings(remark=said.append))
    assert found[0].place == "page 2"
    assert said == ["a.pdf: images without text on page 1; what is written in them is not read."]


def test_pages_without_text_are_refused() -> None:
    with pytest.raises(InputError, match=r"^a\.pdf: holds no text in its 2 pages; if it shows some, run OCR first\.$"):
        blocks(printed([[], []]))


def test_a_text_layer_of_numbers_of_glyphs_is_refused() -> None:
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+X /Encoding /Identity-H /DescendantFonts [<< /Type /Font "
        b"/Subtype /CIDFontType2 /BaseFont /ABCDEF+X /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
        b"/Supplement 0 >> >>] >>"
    )
    shown = b"BT /F1 12 Tf 70 700 Td <" + b"00240025002600270028" * 8 + b"> Tj ET"
    with pytest.raises(InputError, match=r"^a\.pdf: its text layer makes no sense: its fonts do not say .*ToUnicode"):
        blocks(one_page(shown, font))


@pytest.mark.parametrize(("code", "reason"), [(0xE000, "private use"), (0xFFFD, "do not name"), (0x03, "control")])
def test_a_text_layer_of_characters_without_meaning_is_refused(code: int, reason: str) -> None:
    table = (
        b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange "
        b"1 beginbfrange <41> <5a> <%04x> endbfrange endcmap end" % code
    )
    if code == 0xFFFD:
        table = table.replace(b"<41> <5a> <fffd>", b"<41> <41> <fffd>")
    font = HELVETICA.replace(b">>", b"/ToUnicode 6 0 R >>")
    data = one_page(
        b"BT /F1 12 Tf 70 700 Td (" + b"A" * 60 + b") Tj ET",
        font,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(table), table),
    )
    with pytest.raises(InputError, match=rf"^a\.pdf: its text layer makes no sense: .*{reason}"):
        blocks(data)


def encrypted(password: str, owner: str = "chủ") -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(newspaper()))
    writer.encrypt(password, owner, algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_a_password_is_told_of_and_one_that_only_forbids_printing_is_none() -> None:
    with pytest.raises(FormatError, match=r"^a\.pdf: is protected by a password; open it and save it without one\.$"):
        blocks(encrypted("mật khẩu"))
    assert blocks(encrypted("")) == blocks(newspaper())


def test_encryption_that_needs_another_package_names_it() -> None:
    rules = (
        b"<< /Filter /Standard /V 4 /R 4 /Length 128 /P -4 /O <" + b"00" * 32 + b"> /U <" + b"00" * 32 + b"> "
        b"/CF << /StdCF << /CFM /AESV2 /AuthEvent /DocOpen /Length 16 >> >> /StmF /StdCF /StrF /StdCF >>"
    )
    data = one_page(b"BT ET", HELVETICA, rules, trailer=b"/Encrypt 6 0 R /ID [<00> <00>] ")
    with pytest.raises(FormatError, match=r"^a\.pdf: is (encrypted with AES.*pip install cryptography|protected by)"):
        blocks(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty, expected %PDF-; is it a PDF"),
        (b"PK\x03\x04", "found 50 4b 03 04 at its start, expected %PDF-"),
        (b"%PDF-1.4\n", "found a PDF that is broken"),
        (b"%PDF-1.4\n%%EOF", "found a PDF that is broken"),
        (raw(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"), "found no pages"),
        (raw(b"<< /Type /Catalog >>"), "found "),
    ],
)
def test_what_is_no_pdf_is_named(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=rf"^a\.pdf: {message}"):
        blocks(data)


def test_a_file_that_is_cut_short_is_read_or_named() -> None:
    for share in (0.3, 0.6, 0.9, 0.99):
        with contextlib.suppress(AlignError):
            blocks(newspaper()[: int(share * len(newspaper()))], rejecting()[0])


def test_a_page_that_is_broken_is_refused_and_the_rest_read() -> None:
    pages = raw(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R 6 0 R] /Count 2 >>",
        PAGE % 4,
        b"<< /Length 51 >>\nstream\nBT /F1 12 Tf 70 700 Td (Gia gao tang tuan thu ba) Tj ET\nendstream",
        HELVETICA,
        PAGE % 7,
        b"<< /Length 9 /Filter /LZWDecode /DecodeParms [null null] >>\nstream\n" + b"\xff" * 9 + b"\nendstream",
    )
    with pytest.raises(FormatError, match=r"^a\.pdf, page 2: cannot be read \(.*--rejected FILE"):
        blocks(pages)
    settings, refused = rejecting()
    assert [block.text for block in blocks(pages, settings)] == ["Gia gao tang tuan thu ba"]
    assert [place for place, _ in refused] == ["a.pdf, page 2"]


def test_a_bomb_stops_at_a_limit() -> None:
    import zlib

    packed = zlib.compress(b"BT /F1 12 Tf " + b"(x) Tj " * 20_000_000, 9)
    content = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    data = raw(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>",
        content,
    )
    with pytest.raises(AlignError, match=r"^a\.pdf"):
        blocks(data)


def test_pages_in_a_circle_end() -> None:
    data = raw(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>")
    with pytest.raises(AlignError):
        blocks(data)


def test_a_page_of_many_small_lines_takes_no_long_time() -> None:
    lines = [Line("giá gạo,", n * 7 % 9000, -n, 1 + n % 97) for n in range(20_000)]
    same = [Line("giá gạo,", 70, -1.2 * n, 1) for n in range(20_000)]
    start = time.monotonic()
    assert texts(lines)
    assert texts(same) == [" ".join(["giá gạo,"] * 20_000)]
    assert time.monotonic() - start < 10


# --- any text, any bytes ------------------------------------------------------------------

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=8)
NUMBERS = st.sampled_from([0.0, 1.0, 70.0, 71.0, 300.0, 700.0, -1e5, 1e5])
HOSTILE = st.builds(
    lambda words, x, y, size, bold: Line(" ".join(words), x, y, size, bold),
    st.lists(
        st.sampled_from(["inter-", "national", "Mát-", "•", "1.", "của", "ı", "12", "xiv", "<3>", "\u00ad"]) | WORDS,
        min_size=1,
        max_size=5,
    ),
    NUMBERS,
    NUMBERS,
    st.sampled_from([1.0, 9.0, 11.0, 1e5]),
    st.booleans(),
)


@given(st.lists(st.lists(HOSTILE, max_size=8), max_size=4))
@hypothesis_settings(max_examples=150, deadline=None)
def test_no_word_is_lost_whatever_stands_where(pages: list[list[Line]]) -> None:
    def letters(found: Iterable[str]) -> list[str]:
        return sorted(letter for text in found for letter in text if letter not in " -\u00ad\u2010")

    found = blocks_of([(f"page {n}", page) for n, page in enumerate(pages)])
    assert letters(block.text for block in found) == letters(line.text for page in pages for line in page)
    without_furniture(pages)


SAMPLES: list[Callable[[], bytes]] = [
    newspaper,
    cache(lambda: printed([typeset(VI, 720)[:2]], type42=True)),
    cache(
        lambda: one_page(
            b"BT /F1 12 Tf 70 700 Td (Gia gao tang tuan thu ba) Tj T* [(inter-) -300 (x)] TJ ET", HELVETICA
        )
    ),
]


@given(st.sampled_from(SAMPLES), st.data())
@hypothesis_settings(max_examples=120, deadline=None)
def test_a_mutated_file_gives_a_text_or_an_error_of_ours(sample: Callable[[], bytes], data: st.DataObject) -> None:
    changed = bytearray(sample())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.binary(max_size=4) | st.sampled_from([b"<<", b">>", b"]", b"(", b"99999999999", b"-1", b"/", b"null"])
        )
    with contextlib.suppress(AlignError):
        blocks(bytes(changed), rejecting()[0])


OPERATORS = st.sampled_from(
    ["BT", "ET", "q", "Q", "cm", "Tf", "Td", "Tm", "T*", "Tj", "TJ", "Tc", "Tz", "TL", "'", '"']
)
OPERANDS = st.sampled_from(
    ["/F1", "/F9", "1", "12", "-1e9", "0", "(gia gao)", "<00ff>", "[(a) -300 (b)]", "null", "<< >>", "1" * 400]
)


@given(st.lists(st.tuples(st.lists(OPERANDS, max_size=6), OPERATORS), max_size=12))
@hypothesis_settings(max_examples=150, deadline=None)
def test_any_drawing_gives_a_text_or_an_error_of_ours(operations: list[tuple[list[str], str]]) -> None:
    content = "\n".join(" ".join([*operands, operator]) for operands, operator in operations)
    with contextlib.suppress(AlignError):
        blocks(one_page(content.encode(), HELVETICA), rejecting()[0])


@given(st.binary(max_size=300))
@hypothesis_settings(max_examples=60, deadline=None)
def test_any_bytes_give_an_error_of_ours(data: bytes) -> None:
    for start in (b"", b"%PDF-1.7\n"):
        with pytest.raises(AlignError):
            blocks(start + data)
