from __future__ import annotations

import codecs
import contextlib
import email.mime.multipart
import email.mime.text
import html
import io
import logging
import random
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from align.errors import AlignError, FormatError, InputError
from align.formats.documents import document_of
from align.formats.settings import ReadSettings
from align.formats.texts.html import read_html, read_mhtml
from align.formats.texts.legacy import decode_legacy
from align.text.clean import clean

PAGES = Path(__file__).resolve().parent / "cases" / "pages"
ARTICLE = (PAGES / "article.html").read_bytes()


TCVN3 = {
    **{code: code for code in range(128)},
    **{ord(letter): byte for letter, byte in zip("àêđáí", b"\xb5\xaa\xae\xb8\xdd", strict=True)},
}


def texts(page: str | bytes, **options: object) -> list[str]:
    data = page.encode() if isinstance(page, str) else page
    (part,) = read_html(io.BytesIO(data), "a.html", ReadSettings(**options))  # type: ignore[arg-type]
    assert part.lang is None
    return [block.text for block in part.blocks]


def expected(name: str) -> list[str]:
    return (PAGES / name).read_text(encoding="utf-8").rstrip("\n").split("\n\n")


@pytest.mark.parametrize("name", ["article", "daily", "headlines", "tables", "two_columns", "wordpress"])
def test_a_page_gives_its_text_in_order(name: str) -> None:
    assert texts((PAGES / f"{name}.html").read_bytes()) == expected(f"{name}.txt")


def test_with_boilerplate_everything_that_can_be_seen_stays() -> None:
    found = texts(ARTICLE, boilerplate=True)
    assert [text for text in found if text in expected("article.txt")] == expected("article.txt")
    assert {"Thời sự", "Khoa học và Công nghệ", "Facebook", "Đồng ý", "Bình luận (2)"} <= set(found)
    assert not any("dataLayer" in text or "Văn bản ẩn" in text or "ảnh tàu" in text for text in found)


def test_a_page_of_one_language_only_is_not_asked_for() -> None:
    filler = "Chuyến tàu đầu tiên chở hành khách rời bến đi dọc sông Tiền rồi cập bến Sa Đéc. "
    vi = "".join(f"<p>{filler * 3}</p>" for _ in range(4))
    en = "<p>Boats for all</p><p>Cheap fares too</p><p>Free for pupils now</p><p>No more ferry queues</p>"
    page = f"<div class='post-content'>{vi}</div><div>{en}</div>"
    assert texts(page)[4:] == ["Boats for all", "Cheap fares too", "Free for pupils now", "No more ferry queues"]


def test_every_article_of_a_page_stays() -> None:
    story = (
        "<article><h2>Tin số {0}</h2><p>Xã số {0} mở chợ phiên mỗi tháng hai lần, bà con đến từ sáng sớm.</p></article>"
    )
    found = texts("".join(story.format(number) for number in range(12)))
    assert len(found) == 24
    assert found[22] == "Tin số 11"


def test_a_page_that_is_a_menu_and_nothing_else_stays() -> None:
    assert texts("<nav><a href=1>Tin tức</a><a href=2>Giá cả</a></nav>") == ["Tin tức", "Giá cả"]
    assert texts("<a href=1>Tin</a>") == ["Tin"]


def test_readers_who_write_more_than_the_author_are_left_out() -> None:
    comments = "<p>Tôi thấy bài này rất hay, mong tác giả viết tiếp về các bến tàu khác nữa.</p>" * 200
    page = f"<h1>Bến mới</h1><p>Bến mới khai trương hôm nay.</p><div id=comments>{comments}</div>"
    assert texts(page) == ["Bến mới", "Bến mới khai trương hôm nay."]


def test_a_name_is_not_believed_where_it_holds_the_page() -> None:
    page = "<form><div class=menu-open><h1>Giá gạo tăng</h1><p>Gạo tăng.</p></div></form>"
    assert texts(page) == ["Giá gạo tăng", "Gạo tăng."]
    assert texts("<div class=popup><p>Gạo tăng giá ba tháng liền</p></div>") == ["Gạo tăng giá ba tháng liền"]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<title>Giá gạo tăng | Báo Lúa</title><p>Tin.</p>", ["Giá gạo tăng", "Tin."]),
        ("<title>Giá gạo tăng | Báo Lúa</title><h1>Giá gạo  tăng</h1><p>Tin.</p>", ["Giá gạo tăng", "Tin."]),
        ("<title>Giá gạo tăng | Báo Lúa</title><h1>Gạo lên giá</h1><p>Tin.</p>", ["Gạo lên giá", "Tin."]),
        ("<title>Giá gạo tăng | Báo Lúa</title><h1>Báo Lúa</h1><p>Tin.</p>", ["Giá gạo tăng", "Báo Lúa", "Tin."]),
        ("<title>Giá gạo tăng</title><div>giá gạo tăng</div><p>Tin.</p>", ["giá gạo tăng", "Tin."]),
        ("<title>Giá gạo - Rice prices</title><h2>Giá gạo</h2><h2>Rice prices</h2>", ["Giá gạo", "Rice prices"]),
        ("<title>Báo Lúa</title><p>Tin.</p>", ["Báo Lúa", "Tin."]),
        ("<title></title><p>Tin.</p>", ["Tin."]),
        ("<title>Giá gạo tăng</title>", ["Giá gạo tăng"]),
        ("<title>Việt – Pháp – Anh: ba bên ký kết - Báo</title>", ["Việt – Pháp – Anh: ba bên ký kết"]),
        ("<body><svg><title>Biểu tượng</title></svg><p>Tin.</p>", ["Tin."]),
    ],
)
def test_the_title_stands_there_once_without_the_site(page: str, found: list[str]) -> None:
    assert texts(page) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<p>Thành ph<b>ố</b> H<i>u</i>ế<sup>1</sup>", ["Thành phố Huế1"]),
        ("<p>  Giá\n\tgạo&nbsp;&nbsp;tăng </p>", ["Giá gạo tăng"]),
        ("<p>Giá<br>gạo<br/> <br>tăng", ["Giá\ngạo", "tăng"]),
        ("<p>Việt<wbr>Nam &#7871; &lt;b&gt; &eacute; &amp;amp;", ["ViệtNam ế <b> é &amp;"]),
        ("<pre>Một\n  hai\n\nba</pre>", ["Một\nhai", "ba"]),
        ("đầu<div>giữa</div>cuối", ["đầu", "giữa", "cuối"]),
        ("<p>a<script>b</script>c<!-- d --><style>e</style>f<template>g</template>", ["acf"]),
        ("<p>a<span style='DISPLAY : none'>b</span>c<span hidden>d</span>e<dialog>f</dialog>", ["ace"]),
        ("<ul><li>Một<ul><li>Hai</ul><li>Ba</ul>", ["Một", "Hai", "Ba"]),
        ("<dl><dt>Bún<dd>Noodles</dl>", ["Bún", "Noodles"]),
        ("<p><ruby>漢<rp>(</rp><rt>Hán</rt><rp>)</rp></ruby>", ["漢(Hán)"]),
        ("<p>Một\u2028hai\x0bba", ["Một hai ba"]),
        ("<div><a href=1>Tin một</a> | <a href=2>Tin hai</a></div>", ["Tin một", "Tin hai"]),
        ("<p>Xem <a href=1>tin một</a> và <a href=2>tin hai</a></p>", ["Xem tin một và tin hai"]),
        ("<p>Vườn<span class='caption'>Ảnh: A</span>xanh", ["Vườn", "Ảnh: A", "xanh"]),
        ("<details><summary>Hỏi</summary>Đáp</details>", ["Hỏi", "Đáp"]),
    ],
)
def test_text_is_put_together_as_a_browser_shows_it(body: str, found: list[str]) -> None:
    assert texts(f"<body>{body}") == found


@pytest.mark.parametrize(
    ("encoding", "meta"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-8", "<meta charset=windows-1252>"),
        ("utf-16", ""),
        ("utf-16-le", "<meta charset=utf-8>"),
        ("utf-16-be", ""),
        ("cp1258", "<meta charset='windows-1258'>"),
        ("cp1258", "<meta http-equiv=Content-Type content='text/html; charset=Windows-1258'>"),
        ("tcvn3", "<meta charset=x-viet-tcvn3>"),
        ("gb18030", "<META CHARSET=GB18030>"),
        ("cp1258", "<?xml version='1.0' encoding='windows-1258'?>"),
    ],
)
def test_the_encoding_is_found(encoding: str, meta: str) -> None:
    text = "Cà phê đá và lá trà."  # all of it can be written in all of them
    page = f"<head>{meta}</head><p>{text}</p>" if "xml" not in meta else f"{meta}<p>{text}</p>"
    data = codecs.charmap_encode(page, "strict", TCVN3)[0] if encoding == "tcvn3" else page.encode(encoding)
    assert texts(data) == [text]


def test_a_named_encoding_is_stronger_than_the_page() -> None:
    page = "<meta charset=utf-8><p>cà phê".encode("cp1258")
    assert texts(page, encoding="cp1258") == ["cà phê"]
    with pytest.raises(InputError, match="not an encoding"):
        texts(page, encoding="nonesuch")


def test_a_page_in_no_encoding_that_was_tried_is_refused() -> None:
    with pytest.raises(InputError, match=r"a\.html.*--encoding"):
        texts(b"<p>" + bytes(range(0xF5, 0x100)) * 3)


@pytest.mark.parametrize("charset", [b"zip", b"rot13", b"punycode", b"unicode-escape", b"nonesuch", b"-", b"idna"])
def test_what_is_no_encoding_of_text_is_not_believed(charset: bytes) -> None:
    assert texts(b"<meta charset=" + charset + b"><p>ca phe") == ["ca phe"]


def test_a_page_with_a_damaged_place_is_read_and_the_user_told() -> None:
    said: list[str] = []
    page = ("<meta charset=utf-8><p>" + "Giá gạo tăng mạnh. " * 50).encode() + b"\xe1\xba <p>" + "Hết.".encode()
    found = texts(page, remark=said.append)
    assert found[-1] == "Hết."
    assert "\ufffd" in found[0]
    assert said == ["a.html: 1 place is not in UTF-8, as the page says it is; read as \ufffd."]


def test_an_old_encoding_under_the_name_of_another_is_recognised() -> None:
    viscii = {decode_legacy(bytes([code]), "viscii"): code for code in range(256)}
    page = (PAGES / "tables.html").read_text(encoding="utf-8")
    assert "charset=windows-1252" in page
    said: list[str] = []
    assert texts(bytes(viscii[letter] for letter in page), remark=said.append) == expected("tables.txt")
    assert said == ["a.html: read as VISCII; --encoding names another."]


def test_western_pages_that_say_so_are_read() -> None:
    assert texts("<meta charset=iso-8859-1><p>Café “déjà” vu".encode("cp1252"))[0].startswith("Café")


def test_tags_that_nest_a_hundred_thousand_deep_lose_nothing() -> None:
    for tag in ("div", "b", "blockquote", "ul", "table", "template", "h1", "x-y"):
        depth = 100_000 if tag == "div" else 3_000
        assert texts(f"<p>Đầu</p>{f'<{tag}>' * depth}giữa{f'</{tag}>' * depth}<p>Cuối</p>") == ["Đầu", "giữa", "Cuối"]


def test_tags_that_nest_as_deep_as_a_parser_allows_are_read() -> None:
    found = texts("<div class=menu>" * 1_900 + "<p>Giá gạo tăng</p>" * 50)
    assert found == ["Giá gạo tăng"] * 50


def test_lines_without_end_in_one_place_are_no_hang() -> None:
    assert len(texts("<pre>" + "giá gạo\n\n" * 15_000)) == 15_000


def test_unclosed_tags_lose_nothing() -> None:
    assert texts("<table><tr><td>Một<td><b>Hai<tr><td>Ba<p>Bốn<div>Năm") == ["Một", "Hai", "Ba", "Bốn", "Năm"]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<html/>Giá gạo", ["Giá gạo"]),
        ("<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head><title/></head><p>Giá</p>", ["Giá"]),
        ("<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0'><script src='a.js' /><p>Giá</p>", ["Giá"]),
        ("<!DOCTYPE html [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><p>x&a;", ["]>", "x&a;"]),
        ("<p>Giá\0 gạo&#0;&#xD800;&#x110000;", ["Giá gạo\ufffd\ufffd\ufffd"]),
        ("<p>Giá <", ["Giá <"]),
        ("", []),
        (" \n", []),
        ("<!-- -->", []),
        ("<html><head></head></html>", []),
        ("không có thẻ nào", ["không có thẻ nào"]),
    ],
)
def test_odd_pages_are_read(page: str, found: list[str]) -> None:
    assert texts(page) == found


def test_nothing_is_fetched_or_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("bí mật")
    page = (
        f"<!DOCTYPE html SYSTEM '{secret.as_uri()}'><base href='http://127.0.0.1:9/'><link rel=stylesheet href=a>"
        f"<iframe src='{secret.as_uri()}'></iframe><object data='{secret.as_uri()}'>x</object><p>Giá</p>"
    )
    assert texts(page) == ["Giá"]


def test_a_page_that_is_too_large_is_refused_before_it_is_held() -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            self.taken += size
            return b"a" * size

    stream = Endless()
    with pytest.raises(InputError, match=r"a\.html: is larger than 50 MB"):
        list(read_html(stream, "a.html", ReadSettings()))  # type: ignore[arg-type]
    assert stream.taken == 50_000_001


def test_a_page_of_more_tags_than_fit_in_memory_is_refused() -> None:
    with pytest.raises(InputError, match=r"a\.html: has more than 1,000,000 tags"):
        texts("<p>" * 1_000_001)


def test_a_stream_that_gives_little_at_a_time_is_read_to_its_end() -> None:
    class Dripping(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 0, 7))

    (part,) = read_html(Dripping(ARTICLE), "a.html", ReadSettings())
    assert [block.text for block in part.blocks] == expected("article.txt")


def test_a_line_of_many_megabytes_is_read() -> None:
    (found,) = texts("<p>" + "Giá gạo tăng. " * 500_000)
    assert len(found) == 500_000 * 14 - 1


def test_without_trafilatura_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(FormatError, match=r"a\.html: .*align-vi-en\[web\]"):
        texts("<p>Giá gạo")
    assert texts("<p>Giá gạo", boilerplate=True) == ["Giá gạo"]


def test_trafilatura_writes_nothing_on_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("trafilatura").handlers.clear()
    texts("<p>.</p>")
    assert capfd.readouterr().err == ""


def test_a_saved_page_is_read_with_its_pictures_passed_over() -> None:
    saved = email.mime.multipart.MIMEMultipart("related", type="text/html")
    saved["From"] = "<Saved by Blink>"
    saved["Snapshot-Content-Location"] = "https://vi.du/bai"
    saved.attach(email.mime.text.MIMEText(ARTICLE.decode(), "html", "utf-8"))
    saved.attach(email.mime.text.MIMEText("<p>khung quảng cáo</p>", "html", "utf-8"))
    saved.attach(email.mime.text.MIMEText("p { color: red }", "css", "utf-8"))
    (part,) = read_mhtml(io.BytesIO(saved.as_bytes()), "a.mhtml", ReadSettings())
    assert [block.text for block in part.blocks] == expected("article.txt")


def test_a_saved_page_says_its_encoding_beside_the_page() -> None:
    page = b"<html><body><p>c=E0 ph=EA</p></body></html>"
    saved = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html;"
        b' charset="windows-1258"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n' + page + b"\r\n--x--\r\n"
    )
    (part,) = read_mhtml(io.BytesIO(saved), "a.mht", ReadSettings())
    assert [block.text for block in part.blocks] == ["cà phê"]


@pytest.mark.parametrize(
    "saved", [b"", b"\x00\xff" * 99, b"Content-Type: text/plain\n\nxin", b"Content-Type: image/png\n\nx"]
)
def test_a_saved_page_without_a_page_is_refused(saved: bytes) -> None:
    with pytest.raises(FormatError, match=r"a\.mhtml: .*text/html"):
        list(read_mhtml(io.BytesIO(saved), "a.mhtml", ReadSettings()))


def test_mail_in_mail_in_mail_is_no_crash() -> None:
    layers = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3_000))
    with pytest.raises(FormatError, match=r"a\.mhtml"):
        list(read_mhtml(io.BytesIO(layers.encode()), "a.mhtml", ReadSettings()))


def read_or_error(data: bytes) -> None:
    for read in (read_html, read_mhtml):
        with contextlib.suppress(AlignError):
            (part,) = read(io.BytesIO(data), "a", ReadSettings())
            document_of(part, "a", "a")


LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])


def seen(text: str) -> str:
    """What a reader would see of a text, white space left out."""
    return "".join(clean(text).split())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(LETTERS), min_size=1, max_size=4))
@example(["0\x0c", "\x1f", "\x01a", "\x1c"])
@example(["[|]", "©"])
def test_any_text_that_is_put_in_a_paragraph_comes_out(paragraphs: list[str]) -> None:
    page = "".join(f"<p>{html.escape(text)}</p>" for text in paragraphs)
    (part,) = read_html(io.BytesIO(page.encode()), "a.html", ReadSettings(boilerplate=True))
    found = "".join(seen(block.text) for block in part.blocks)
    assert found.replace("\ufffd", "") == "".join(map(seen, paragraphs)).replace("\ufffd", "")


@settings(max_examples=60, deadline=None)
@given(st.text(LETTERS), st.text(LETTERS))
def test_any_text_in_an_article_comes_out_or_is_taken_for_what_is_around(first: str, second: str) -> None:
    body = "Chuyến tàu đầu tiên chở hành khách rời bến đi dọc sông Tiền rồi cập bến Sa Đéc sáng nay. " * 4
    page = f"<h1>Tàu</h1><p>{html.escape(first)} {body}</p><p>{html.escape(second)} {body}</p>"
    (part,) = read_html(io.BytesIO(page.encode()), "a.html", ReadSettings())
    text = document_of(part, "a.html", "a.html").text
    assert text.count("Sa Đéc sáng nay.") == 8


@pytest.mark.parametrize("name", ["article", "daily", "headlines", "tables", "two_columns", "wordpress"])
def test_damaged_pages_give_text_or_a_clear_error(name: str) -> None:
    chance = random.Random(name)
    page = (PAGES / f"{name}.html").read_bytes()
    for _ in range(60):
        data = bytearray(page)
        for _ in range(chance.randint(1, 40)):
            at = chance.randrange(len(data))
            match chance.randrange(4):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + chance.randrange(60)]
                case 2:
                    data[at:at] = data[chance.randrange(len(data)) :][: chance.randrange(200)]
                case _:
                    data[at:at] = chance.choice([b"<", b">", b'"', b"</", b"<!--", b"<![CDATA[", b"<p ", b"&#x", b"\0"])
        read_or_error(bytes(data))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_give_text_or_a_clear_error(data: bytes) -> None:
    for start in (b"", b"<p>", b"Content-Type: text/html\n\n"):
        read_or_error(start + data)


@pytest.mark.parametrize("tag", ["article", "main", "section", "div"])
def test_a_page_without_a_body_tag_is_read(tag: str) -> None:
    page = f"<!doctype html><title>T</title><{tag}><h1>Tin</h1><p>Giá gạo tăng.</p></{tag}><p>Rice is up.</p>"
    assert texts(page) == ["Tin", "Giá gạo tăng.", "Rice is up."]
