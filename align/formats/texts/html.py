"""Web pages, as a site serves them and as a browser saves them: from bytes to the page's text."""

from __future__ import annotations

import codecs
import contextlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from align.errors import FormatError, InputError
from align.formats.documents import Block, Part
from align.formats.settings import ReadSettings
from align.formats.texts.legacy import legacy_name
from align.formats.texts.plain import decode
from align.formats.texts.web_text import chosen
from align.formats.texts.web_tree import Stretch, stretches
from align.text.clean import without_surrogates

if TYPE_CHECKING:
    from email.message import Message

__all__ = ["page_blocks", "read_html", "read_mhtml", "read_page"]

_MEGABYTE = 1_000_000

# A tree takes ten times the memory of its page. Chosen by hand: a hundred times the longest article.
_LARGEST_PAGE = 50 * _MEGABYTE
# A tag takes more of both, and of time.
_MOST_TAGS = 1_000_000
# With its pictures.
_LARGEST_SAVED = 200 * _MEGABYTE


def read_html(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[Part]:
    """A web page: title, lead, paragraphs, captions and lists of headlines, in the order they stand in.

    Menus, footers, forms and the like are left out, unless `settings.boilerplate`. The page's own word on
    its language is not believed: pages in both languages are what this is for.

    >>> import io
    >>> page = "<title>Giá gạo | Báo</title><nav><a href=/>Trang chủ</a></nav><p>Giá gạo tăng.<p>Rice is <b>up</b>."
    >>> (part,) = read_html(io.BytesIO(page.encode()), "gao.html", ReadSettings())
    >>> [block.text for block in part.blocks]
    ['Giá gạo', 'Giá gạo tăng.', 'Rice is up.']

    :raises InputError: if it is in no encoding that was tried, or larger than 50 MB
    :raises FormatError: if trafilatura, which tells the text from what is around it, is not installed
    """
    yield Part(page_blocks(read_page(stream, name), name, settings))


def read_mhtml(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[Part]:
    """A page that a browser saved with its pictures in one file; see `read_html`.

    :raises FormatError: if there is no web page in it
    """
    import email
    import email.policy

    data = read_page(stream, name, _LARGEST_SAVED)
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        page = next((part for part in message.walk() if _is_page(part)), None)
        content = page.get_payload(decode=True) if page else None
        charset = str((page and page.get_content_charset()) or "")
    except Exception as error:  # the parser raises many kinds, RecursionError among them
        raise FormatError(f"{name}: cannot be read as a saved page ({error}); is the file whole?") from None
    if not isinstance(content, bytes):
        raise FormatError(f"{name}: found no web page in it, expected a part of type text/html; was it saved whole?")
    if len(content) > _LARGEST_PAGE:
        raise _too_large(name, _LARGEST_PAGE)
    yield Part(page_blocks(content, name, settings, charset))


def _is_page(part: Message) -> bool:
    kind = str(part.get("Content-Type") or "")
    return len(kind) < 1000 and part.get_content_type() in ("application/xhtml+xml", "text/html")


def page_blocks(data: bytes, name: str, settings: ReadSettings, charset: str = "") -> list[Block]:
    """The blocks of one page; see `read_html`.

    :param name: what messages call the file
    :param charset: what stands beside the page about its encoding, such as the header of an answer
    :raises InputError: if it is in no encoding that was tried, or has more than a million tags
    """
    if data.count(b"<") > _MOST_TAGS:
        raise InputError(f"{name}: has more than {_MOST_TAGS:,} tags, which no page has; split it.")
    root, found = _shown(_decoded(data, name, settings, charset))
    title = _title(root, found)
    if not settings.boilerplate:
        found = chosen(root, found, name) if found else []
    return [Block(text) for text in ([title] if title else []) + [stretch.text for stretch in found]]


def read_page(stream: BinaryIO, name: str, most: int = _LARGEST_PAGE) -> bytes:
    """What is in a stream, if that is not more than a page can have.

    :raises InputError: if it is larger
    """
    data = bytearray()
    while chunk := stream.read(most + 1 - len(data)):  # a stream that unpacks gives as much as it likes
        data += chunk
        if len(data) > most:
            raise _too_large(name, most)
    return bytes(data)


def _too_large(name: str, most: int) -> InputError:
    return InputError(
        f"{name}: is larger than {most // _MEGABYTE} MB, which no page is; "
        "split it, or if it is no page, name its format with --from."
    )


def _decoded(data: bytes, name: str, settings: ReadSettings, charset: str) -> str:
    """A page's text, by what the bytes show before what the page says, which is often copied from another."""
    if settings.encoding or data.startswith(_MARKS) or b"\0" in data[:_HEAD] or _is_utf8(data):
        return decode(data, name, settings.encoding, remark=settings.remark)
    declared = _codec(charset) or _declared(data[:_HEAD])
    if declared and declared not in _SAYS_LITTLE:
        with contextlib.suppress(InputError):
            return decode(data, name, declared, remark=settings.remark)
    if declared == "utf-8":
        text = data.decode("utf-8", "replace")
        wrong = text.count("\ufffd")
        if _DAMAGED * wrong < len(text):
            places = "1 place is" if wrong == 1 else f"{wrong} places are"
            settings.say(f"{name}: {places} not in UTF-8, as the page says it is; read as \ufffd.")
            return text
    try:
        return decode(data, name, remark=settings.remark)
    except InputError:
        if declared not in _SAYS_LITTLE:
            raise
        return data.decode("cp1252", "replace")


_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF32_LE)
_HEAD = 4096
# One wrong character in so many is a page that was cut or patched; more are another encoding.
_DAMAGED = 200

# What editors write when nobody tells them, old Vietnamese fonts over it.
_SAYS_LITTLE = frozenset({"ascii", "iso8859-1", "cp1252"})


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _declared(head: bytes) -> str:
    """The codec that a page names in itself, or nothing."""
    found = _META.search(head) or _XML.match(head)
    return _codec(found[1].decode("ascii")) if found else ""


_META = re.compile(rb"""<meta\b[^>]{0,300}?\bcharset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_XML = re.compile(rb"""\s*<\?xml\b[^>]{0,100}?\bencoding\s*=\s*["']([\w.:-]{1,40})""", re.IGNORECASE)


def _codec(name: str) -> str:
    """What `decode` calls an encoding of text, or nothing.

    >>> _codec("x-viet-tcvn3"), _codec("ISO-8859-1"), _codec("zip"), _codec("")
    ('tcvn3', 'iso8859-1', '', '')
    """
    if name.lower() == "x-user-defined":
        return "cp1252"
    try:
        codec = legacy_name(name) or (codecs.lookup(name).name if name else "")
    except (LookupError, ValueError):
        return ""
    return codec if _TEXT_CODEC.match(codec) else ""


# Python has others under that roof: compression, escapes, names of hosts.
_TEXT_CODEC = re.compile(
    "ascii|big5|cp[0-9]|euc_|gb|hz|iso|johab|koi8|mac-|ptcp|shift|tis|utf-8|tcvn3|vi(?:qr|scii)|vni"
)


def _shown(text: str) -> tuple[Any, list[Stretch]]:
    """The tree of a page, and what a browser would show of it; None and nothing for an empty page."""
    root = _parsed(text)
    if root is None:
        return None, []
    try:
        return root, list(stretches(root))
    except RecursionError:
        root = _parsed(_flattened(text))
        return root, list(stretches(root))


def _parsed(text: str) -> Any:
    """The element ``html`` of a page, or None if there is nothing in it."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return _with_body(html.document_fromstring(_repaired(text).encode(), parser=parser))
    except (etree.LxmlError, ValueError):
        return None  # libxml2 repairs all but a page without content


def _with_body(root: Any) -> Any:
    """A tree in which nothing that is shown stands in the head.

    libxml2 knows the elements of HTML 4: in a page without a body tag it leaves an ``article`` in the head.
    """
    from lxml import etree

    head = root.find("head")
    stray = [child for child in head if child.tag not in _HEADS] if head is not None else []
    if not stray:
        return root
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    # What was moved last comes first.
    for child in reversed(stray):
        body.insert(0, child)
    return root


_HEADS = frozenset(
    {"base", "basefont", "isindex", "link", "meta", "noscript", "object", "script", "style", "template", "title"}
)


def _repaired(text: str) -> str:
    """A page without what makes libxml2 lose text that stands in it."""
    text = without_surrogates(text).replace("\0", "")
    head = text[:_HEAD].lower()
    if "<?xml" in head or "xhtml" in head:
        # In HTML, a title or script that ends in itself does not end.
        return _SELF_ENDED.sub(r"<\1\2></\1>", _ENDED.sub(r"<\1\2>", text, count=2))
    return _ENDED.sub(r"<\1\2>", text, count=2) if "<html" in head or "<body" in head else text


_SELF_ENDED = re.compile(r"""<(iframe|noscript|script|style|textarea|title)\b([^<>]*?)(?<=["'\w\s])/>""", re.IGNORECASE)
_ENDED = re.compile(r"<(html|body)\b([^<>]*)/>", re.IGNORECASE)


def _flattened(text: str) -> str:
    """A page without the tags that nest: each becomes the beginning of a paragraph, or nothing.

    >>> _flattened("<div><div>Giá <b>gạo</b></div></div>")
    '<p><p>Giá gạo<p><p>'
    """
    return _TAG.sub(lambda found: _FLAT.get(found[1].lower(), "<p>"), text)


_TAG = re.compile(r"</?(?!(?:body|br|head|html|script|style|textarea|title)\b)([A-Za-z][^\s/<>]*)[^<>]*>")
_INLINE = "a b big del em font i ins mark s small span strike strong sub sup tt u"
_FLAT = dict.fromkeys(_INLINE.split(), "")


def _title(root: Any, found: list[Stretch]) -> str:
    """The page's title without the name of the site, where it is not in the page."""
    title = root.xpath("string(//title[not(ancestor::svg)])") if root is not None else ""
    whole = " ".join(title.split())
    parts = _SITE.split(whole)
    short = whole[: -len(parts[-1])].rstrip(_BARS) if len(parts) > 1 and len(parts[-1]) < len(whole) / 2 else whole
    shown = {" ".join(stretch.text.split()).casefold() for stretch in found}
    headed = any(stretch.role == "title" and stretch.text.casefold() not in _other(parts, short) for stretch in found)
    known = headed or short.casefold() in shown or all(part.casefold() in shown for part in parts)
    return "" if known else short


_BARS = " |-–—·»:"
_SITE = re.compile(r"\s+[|–—·»-]+\s+")


def _other(parts: list[str], short: str) -> set[str]:
    """The parts of a title that are the site's name, which logos repeat as a heading."""
    return {part.casefold() for part in parts if part not in short}
