"""Books in EPUB: the chapters in the order in which they are read.

A book is a zip of web pages. `META-INF/container.xml` names its package file, whose spine puts the pages in order.
"""

from __future__ import annotations

import html.entities
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from align.errors import AlignError, FormatError
from align.formats.documents import Block, Part
from align.formats.settings import ReadSettings
from align.formats.texts.html import page_blocks
from align.formats.texts.packages import member_path, open_package, read_part, read_xml, xml_or_none
from align.formats.texts.plain import decode
from align.formats.texts.web_tree import stretches
from align.formats.xml import local_name, parse_xml

__all__ = ["read_epub"]


def read_epub(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[Part]:
    """A book as one document; the place of a block is its chapter's heading, or the name of its file.

    The cover, the table of contents and what the book itself says is beside the text are left out, unless
    `settings.boilerplate`; numbers that refer to notes always are. A chapter that cannot be read is given to
    `settings.refuse`.

    :raises FormatError: if it is something else or broken, or its chapters are encrypted
    """
    archive = open_package(stream, name, "epub", settings)
    package = _package(archive, name, settings)
    root = read_xml(archive, package, name, settings)
    chapters = list(_chapters(archive, package, root, name, settings))
    _refuse_encrypted(archive, chapters, name, settings)
    blocks: list[Block] = []
    for chapter in chapters:
        try:
            blocks += _blocks(archive, chapter, name, settings)
        except AlignError as error:
            place = f"{name}/{chapter}"
            settings.refuse(place, str(error).removeprefix(place).lstrip(": "))
    yield Part(blocks)


def _package(archive: zipfile.ZipFile, name: str, settings: ReadSettings) -> str:
    """The name of the package file."""
    container = read_xml(archive, "META-INF/container.xml", name, settings)
    for rootfile in container.iter("{*}rootfile"):
        path = member_path(archive, "", rootfile.get("full-path") or "")
        if path is not None:
            return path
    raise FormatError(f"{name}/META-INF/container.xml: names no package file that is in the book; is it whole?")


def _chapters(archive: zipfile.ZipFile, package: str, root: Any, name: str, settings: ReadSettings) -> Iterator[str]:
    """The names of the pages to read, in order."""
    items = {item.get("id"): item for item in root.iterfind("{*}manifest/{*}item")}
    spine = root.findall("{*}spine/{*}itemref")
    if not spine:
        raise FormatError(f"{name}/{package}: names no chapters, expected a <spine> with an <itemref> for each.")
    around = {
        member_path(archive, package, reference.get("href") or "")
        for reference in root.iterfind("{*}guide/{*}reference")
        if reference.get("type") in ("cover", "toc")
    }
    seen = set()
    for number, reference in enumerate(spine, start=1):
        item = items.get(reference.get("idref"))
        href = "" if item is None else item.get("href") or ""
        if item is not None and (item.get("media-type") or "").startswith("image/"):
            continue
        path = member_path(archive, package, href)
        if path is None:
            found = href or reference.get("idref") or "nothing"
            settings.refuse(
                f"{name}/{package}", f"names {found[:200]!r} as part {number} of the book, which is not in it."
            )
        elif path not in seen and (settings.boilerplate or not _is_around(reference, item, path in around)):
            seen.add(path)
            yield path


def _is_around(reference: Any, item: Any, guided: bool) -> bool:
    return guided or reference.get("linear") == "no" or "nav" in (item.get("properties") or "").split()


_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""How fonts are made unreadable to other programs, which is no encryption of the text."""


def _refuse_encrypted(archive: zipfile.ZipFile, chapters: list[str], name: str, settings: ReadSettings) -> None:
    root = xml_or_none(archive, "META-INF/encryption.xml", name, settings)
    for data in root.iter("{*}EncryptedData") if root is not None else ():
        method, cipher = data.find("{*}EncryptionMethod"), data.find(".//{*}CipherReference")
        if method is not None and method.get("Algorithm") in _FONTS:
            continue
        path = member_path(archive, "", "" if cipher is None else cipher.get("URI") or "")
        if path in chapters:
            raise FormatError(f"{name}: its chapters are encrypted (DRM), and cannot be read; give a copy without.")


def _blocks(archive: zipfile.ZipFile, chapter: str, name: str, settings: ReadSettings) -> list[Block]:
    place = f"{name}/{chapter}"
    text = decode(read_part(archive, chapter, name, settings), place)
    if "<!ENTITY" in text:
        raise FormatError(f"{place}: declares XML entities, which are not read; write the characters themselves.")
    text = _DECLARATION.sub("", text, count=1)
    try:
        root = parse_xml(io.BytesIO(_ENTITY.sub(_unnamed, text).encode()), place)
    except FormatError:
        # Not well-formed, as old books are: browsers know how to read it. What stands in <title> is not shown.
        shown = replace(settings, boilerplate=True, encoding="utf-8")
        blocks = page_blocks(_TITLE.sub("", text).encode(), place, shown)
        return [replace(block, place=chapter) for block in blocks]
    found = list(stretches(_plain(root)))
    title = next((stretch.text for stretch in found if stretch.role in ("title", "heading")), chapter)
    return [Block(stretch.text, " ".join(title.split())[:_LONGEST_PLACE]) for stretch in found]


_LONGEST_PLACE = 80
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
_TITLE = re.compile(r"<title\b[^<>]*/>|<title\b.*?</title\s*>", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile("&([A-Za-z][A-Za-z0-9]*);?")


def _unnamed(found: re.Match[str]) -> str:
    """A character for an entity of HTML, which XML does not know; what is no entity is text.

    >>> _ENTITY.sub(_unnamed, "Gạo&nbsp;&amp; AT&T &lt; &nhac;")
    'Gạo\\xa0&amp; AT&amp;T &lt; &amp;nhac;'
    """
    if found[0] in ("&amp;", "&lt;", "&gt;", "&quot;", "&apos;"):
        return found[0]
    return escape(html.entities.html5.get(f"{found[1]};", found[0]) if found[0].endswith(";") else found[0])


def _plain(root: Any) -> Any:
    """A tree of XHTML as one of HTML: no name spaces, no comments, nothing that only refers to a note or a page."""
    from lxml import etree

    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    for element in list(root.iter()):
        name = local_name(element).lower()
        element.tag = _NOWHERE if _REFERENCE.search(_said(element)) or name in ("rt", "rp") else name or _NOWHERE
    etree.strip_elements(root, _NOWHERE, with_tail=False)
    return root


_NOWHERE = "template"  # a browser shows nothing of it
_REFERENCE = re.compile(r"\b(noteref|pagebreak)\b")


def _said(element: Any) -> str:
    """What a book says an element is for."""
    return f"{element.get('{http://www.idpf.org/2007/ops}type', '')} {element.get('role', '')}"
