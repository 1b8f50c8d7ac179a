"""Markdown: headings, paragraphs, list items, quotes and cells as plain text, without the signs round them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from align.errors import FormatError
from align.formats.documents import Block, Part
from align.formats.settings import ReadSettings
from align.formats.texts.html import page_blocks, read_page
from align.formats.texts.plain import decode
from align.text.language import identify
from align.types import LANGUAGES

__all__ = ["read_markdown"]


# Of signs alone it takes minutes, of text seconds.
_LARGEST = 20_000_000


def read_markdown(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[Part]:
    """A text in Markdown (CommonMark with tables), as a reader would see it.

    A link leaves its text, an image what is said of it, a header its title and description. Code is left
    out, unless `settings.boilerplate`. A line that is merely wrapped goes on, unless the other language
    begins there, as in notes that have a sentence and its translation one below the other.

    >>> import io
    >>> text = "# Giá *gạo* tăng\\n\\nTheo [báo](http://vi.du),\\ngiá **tăng**.\\n- Một\\n- Hai"
    >>> (part,) = read_markdown(io.BytesIO(text.encode()), "gao.md", ReadSettings())
    >>> [block.text for block in part.blocks]
    ['Giá gạo tăng', 'Theo báo, giá tăng.', 'Một', 'Hai']

    :raises InputError: if it is in no encoding that was tried, or larger than 20 MB
    :raises FormatError: if markdown-it-py is not installed
    """
    text = decode(read_page(stream, name, _LARGEST), name, settings.encoding, remark=settings.remark).replace(
        "\r\n", "\n"
    )
    said, body = _header(text)
    found = [Block(shown) for shown in _texts(_tokens(body, name), name, settings)]
    first = found[0].text if found else ""
    yield Part([Block(title) for _, title in said if title != first] + found)


def _tokens(text: str, name: str) -> list[Any]:
    try:
        from markdown_it import MarkdownIt
    except ImportError:
        raise FormatError(f"{name}: to read Markdown, install align-vi-en[web].") from None
    if text.count("<![CDATA[") > 100:  # each is looked for an end of, to the end
        text = text.replace("<![CDATA[", "")
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    try:
        tokens: list[Any] = parser.parse(text)
        if all(token.level < _DEEPEST - 2 for token in tokens):
            return tokens
    except RecursionError:
        pass
    return list(parser.parse(_NESTING.sub("\n", text)))


# markdown-it leaves out what nests deeper, a list in a list by two; the time that brackets take grows with it.
_DEEPEST = 24
_NESTING = re.compile(r"^(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])+", re.MULTILINE)


def _texts(tokens: Sequence[Any], name: str, settings: ReadSettings) -> Iterator[str]:
    """The text of each block, an image's words behind the block it stands in."""
    for token in tokens:
        if token.type == "inline":
            images: list[str] = []
            yield from filter(None, (_shown(token.children, images).strip(), *images))
        elif token.type == "html_block":
            # Every part of it was meant to be read, so that there is nothing to choose.
            blocks = page_blocks(token.content.encode(), name, replace(settings, boilerplate=True, encoding="utf-8"))
            yield from (block.text for block in blocks)
        elif token.type in ("code_block", "fence"):
            if settings.boilerplate:
                yield token.content.strip("\n")
            elif token.type == "code_block":
                yield from (" ".join(text.split()) for text in token.content.split("\n\n") if _is_prose(text))


def _is_prose(text: str) -> bool:
    """Whether it is a paragraph whose first line somebody indented, which Markdown takes for code."""
    return len(text.split()) > 4 and not _CODE.search(text)


_CODE = re.compile(r"[{}<>;=_\\|$#`]|\(\)|://")


def _shown(children: Sequence[Any], images: list[str]) -> str:
    """The text of a line without its marks; what is said of images is added to `images`."""
    lines = [""]
    soft: set[int] = set()
    for child in children:
        if child.type == "softbreak":
            soft.add(len(lines))
            lines.append("")
        elif child.type == "hardbreak" or (child.type == "html_inline" and _LINE_END.match(child.content)):
            lines.append("")
        elif child.type == "image":
            images.append(" ".join(_shown(child.children or [], images).split()))
        elif child.type in ("text", "code_inline"):
            lines[-1] += child.content
    text = lines[0].strip()
    for number in range(1, len(lines)):
        line = lines[number].strip()
        goes_on = number in soft and not _differ(lines[number - 1], line)
        text += (" " if goes_on else "\n") + line
    return text


_LINE_END = re.compile(r"<br\b", re.IGNORECASE)


def _differ(line: str, after: str) -> bool:
    return {identify(line[:_SAMPLE]), identify(after[:_SAMPLE])} == set(LANGUAGES)


# Characters that are enough to tell a line's language.
_SAMPLE = 200


def _header(text: str) -> tuple[list[tuple[str, str]], str]:
    """What the header of a post says of its text, and the text without the header.

    >>> _header('---\\ntitle: "Giá gạo"\\ntags: [gạo]\\ndescription: >\\n  Gạo\\n  tăng.\\n---\\nThân bài')
    ([('title', 'Giá gạo'), ('description', 'Gạo tăng.')], 'Thân bài')
    """
    found = _HEADER.match(text)
    if not found:
        return [], text
    said = []
    for key, first, more in _SAID.findall(found[2] + "\n"):
        value = " ".join(f"{'' if _FOLDED.fullmatch(first) else first} {more}".split())
        quoted = _QUOTED.fullmatch(value)
        said.append((key.lower(), quoted[2].replace(f"\\{quoted[1]}", quoted[1]) if quoted else value))
    return [(key, value) for key, value in said if value], text[found.end() :]


# Between lines of dashes (YAML) or pluses (TOML), and its first line names something or is a remark.
_HEADER = re.compile(
    r"\ufeff?(---|\+\+\+)[ \t]*\n((?:[\w\"'-]+[ \t]*[:=]|#).*?)(?<=\n)(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL
)
_SAID = re.compile(
    r"^(title|subtitle|description|summary|excerpt)(?:[_-]\w+)?[ \t]*[:=][ \t]*(.*)\n((?:[ \t]+.*\n)*)",
    re.IGNORECASE | re.MULTILINE,
)
_FOLDED = re.compile(r"[|>][+-]?\d?[ \t]*")
_QUOTED = re.compile(r"""(["'])(.*)\1""")
