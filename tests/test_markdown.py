from __future__ import annotations

import contextlib
import io
import random
import re
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from align.errors import AlignError, FormatError, InputError
from align.formats.documents import document_of
from align.formats.settings import ReadSettings
from align.formats.texts.markdown import read_markdown
from align.text.clean import clean
from align.text.segment import segment

PAGES = Path(__file__).resolve().parent / "cases" / "pages"
NOTES = (PAGES / "notes.md").read_bytes()


def texts(text: str | bytes, **options: object) -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    (part,) = read_markdown(io.BytesIO(data), "a.md", ReadSettings(**options))  # type: ignore[arg-type]
    return [block.text for block in part.blocks]


def test_a_text_gives_its_blocks_in_order() -> None:
    assert texts(NOTES) == (PAGES / "notes.txt").read_text(encoding="utf-8").rstrip("\n").split("\n\n")


def test_code_stays_with_boilerplate() -> None:
    found = texts(NOTES, boilerplate=True)
    assert "align mine notes.md -o pairs.tsv" in found
    assert any(text.endswith("make install -j 2") for text in found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Giá **gạo** _tăng_ ~~mạnh~~ `nhẹ`", ["Giá gạo tăng mạnh nhẹ"]),
        ("Thành ph**ố** Hu*ế*", ["Thành phố Huế"]),
        ("[báo](http://a 'b') [báo][1] <http://vi.du>\n\n[1]: http://c", ["báo báo http://vi.du"]),
        ("2 * 3 * 4, snake_case_name, \\*sao\\*", ["2 * 3 * 4, snake_case_name, *sao*"]),
        ("Một\nhai  \nba\\\nbốn", ["Một hai\nba\nbốn"]),
        ("Tựa đề\n======\n\nphụ\n---", ["Tựa đề", "phụ"]),
        ("# Tựa đề #\n## \n###phụ", ["Tựa đề", "###phụ"]),
        ("> Trích\n>> sâu", ["Trích", "sâu"]),
        ("1. Một\n\n   tiếp\n2. Hai", ["Một", "tiếp", "Hai"]),
        ("Ảnh ![chợ *nổi*](a.png) đẹp", ["Ảnh  đẹp", "chợ nổi"]),
        ("[![huy hiệu](a.svg)](b)", ["huy hiệu"]),
        ("a <b>b</b> c<br>d <!-- e -->", ["a b c\nd"]),
        ("<details>\n<summary>Hỏi</summary>\n\nĐáp\n\n</details>", ["Hỏi", "Đáp"]),
        ("<script>\nx\n</script>\n\n<!-- ghi chú -->", []),
        ("* * *\n***\n---", []),
        ("&lt;p&gt; &#7871;", ["<p> ế"]),
        ("```\nmã\n", []),
        ("", []),
    ],
)
def test_signs_go_and_words_stay(text: str, found: list[str]) -> None:
    assert texts(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("---\ntitle: Giá gạo\n---\nTin", ["Giá gạo", "Tin"]),
        ("---\r\ntitle: 'Giá ''gạo'\r\n...\r\nTin", ["Giá ''gạo", "Tin"]),
        ('+++\ntitle = "Giá \\"gạo\\""\ndraft = false\n+++\nTin', ['Giá "gạo"', "Tin"]),
        ("\ufeff---\n# ghi chú\ntitle_vi: Giá gạo\ntitle_en: Rice prices\n---\n", ["Giá gạo", "Rice prices"]),
        ("---\ntitle: Giá gạo\n---\n# Giá gạo\n\nTin", ["Giá gạo", "Tin"]),
        ("---\nauthor: Lan\ntags:\n  - a\n---\nTin", ["Tin"]),
        ("---\n\nTin\n\n---\n", ["Tin"]),
        ("---\ntitle: Giá gạo\n\nTin", ["title: Giá gạo", "Tin"]),
    ],
)
def test_of_a_header_the_title_and_the_description_stay(text: str, found: list[str]) -> None:
    assert texts(text) == found


def test_a_sentence_and_its_translation_on_the_next_line_stay_apart() -> None:
    text = "Giá gạo xuất khẩu tăng mạnh\nRice export prices rise sharply\n\nMột dòng bị ngắt ở giữa\nthì được nối lại"
    (part,) = read_markdown(io.BytesIO(text.encode()), "a.md", ReadSettings())
    found = segment(document_of(part, "a.md", "a.md"))
    assert [piece.lang for piece in found] == ["vi", "en", "vi"]


@pytest.mark.parametrize(
    "text", [">" * 100_000 + " sâu", "- " * 20_000 + "sâu", "1. " * 300 + "sâu", "[" * 300 + "sâu"]
)
def test_what_nests_without_end_loses_nothing(text: str) -> None:
    assert texts(text)[-1].lstrip("[") == "sâu"


def test_lists_in_lists_in_lists_lose_nothing() -> None:
    text = "".join(f"{'  ' * depth}- mục {depth}\n" for depth in range(300))
    assert texts(text) == [f"mục {depth}" for depth in range(300)]


@pytest.mark.parametrize(
    "text",
    [
        "[a](" * 9_000,
        "![" * 9_000,
        "**a *b" * 9_000,
        "<a " * 9_000,
        "&" * 99_000,
        "<![CDATA[" * 9_000 + "a",
        "a" + "`" * 9_999,
        "\\" * 99_999,
        "[a]: " * 9_000,
    ],
)
def test_signs_without_end_are_no_hang(text: str) -> None:
    assert sum(map(len, texts(text))) > 0


def test_a_text_that_is_too_large_is_refused() -> None:
    with pytest.raises(InputError, match=r"a\.md: is larger than 20 MB"):
        texts(b"a" * 20_000_001)


def test_other_encodings_are_read_as_in_plain_text() -> None:
    assert texts("# Cà phê".encode("utf-16")) == ["Cà phê"]
    assert texts("# Cà phê".encode("cp1258"), encoding="cp1258") == ["Cà phê"]
    with pytest.raises(InputError, match=r"a\.md"):
        texts(b"\x00\xff\x01" * 99)


def test_without_the_parser_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "markdown_it", None)
    with pytest.raises(FormatError, match=r"a\.md: .*align-vi-en\[web\]"):
        texts("# Giá gạo")


def texts_or_error(data: bytes) -> None:
    with contextlib.suppress(AlignError):
        texts(data)


def seen(text: str) -> str:
    return "".join(clean(text).split())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), min_size=1, max_size=4))
@example(["* a", "---"])
@example(["title: a", "```"])
@example(["\xa0"])
def test_any_text_that_is_escaped_comes_out(paragraphs: list[str]) -> None:
    text = "\n\n".join("x" + re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text) for text in paragraphs)
    assert "".join(map(seen, texts(text))) == "".join("x" + seen(text) for text in paragraphs)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*"*_`[]()<>!#-+|~\\&;: \n\t1.", "giá", "rice", "---\n", "```\n", "<p>", "![a](b)"])))
def test_any_mixture_of_signs_is_read(signs: list[str]) -> None:
    (part,) = read_markdown(io.BytesIO("".join(signs).encode()), "a.md", ReadSettings())
    document_of(part, "a.md", "a.md")


def test_damaged_texts_give_text_or_a_clear_error() -> None:
    chance = random.Random(4)
    for _ in range(150):
        data = bytearray(NOTES)
        for _ in range(chance.randint(1, 30)):
            at = chance.randrange(len(data))
            if chance.random() < 0.5:
                data[at] = chance.randrange(256)
            else:
                data[at:at] = data[chance.randrange(len(data)) :][: chance.randrange(50)]
        texts_or_error(bytes(data))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_give_text_or_a_clear_error(data: bytes) -> None:
    texts_or_error(data)
