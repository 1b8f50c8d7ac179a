"""OpenDocument texts (ODT), as LibreOffice writes them: the text in the order of the file."""

# A list of names reads better as text.
# ruff: noqa: SIM905
from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from align.errors import FormatError
from align.formats.documents import Block, Part
from align.formats.settings import ReadSettings
from align.formats.texts.packages import open_package, read_xml, xml_or_none
from align.formats.xml import local_name

__all__ = ["read_odt"]


def read_odt(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[Part]:
    """The text of an OpenDocument text: a block a paragraph, that of tables cell by cell.

    Notes and text boxes stand behind the paragraph they belong to. What was deleted or hidden, remarks, and
    what LibreOffice counts by itself are left out, and so are indexes, headers and footers, unless
    `settings.boilerplate`.

    :raises FormatError: if it is something else, broken, or has a password
    """
    archive = open_package(stream, name, "odt", settings)
    _refuse_encrypted(archive, name, settings)
    root = read_xml(archive, "content.xml", name, settings)
    body = root.find("{*}body/{*}text")
    if body is None:
        found = local_name(next(root.iterfind("{*}body/*"), root))
        raise FormatError(f"{name}/content.xml: found <{found}>, expected an OpenDocument text; is it one?")
    walk = _Walk(_hidden_styles(root), settings.boilerplate)
    texts = list(walk.texts(body))
    if settings.boilerplate:
        styles = xml_or_none(archive, "styles.xml", name, settings)
        headers, footers = ([*_all(walk, styles, kind)] for kind in ("header", "footer"))
        texts = [*headers, *texts, *footers]
    yield Part([Block(text) for text in texts if text.strip()])


def _all(walk: _Walk, styles: Any, kind: str) -> Iterator[str]:
    for element in styles.iter(f"{{*}}{kind}") if styles is not None else ():
        yield from walk.texts(element)


def _refuse_encrypted(archive: zipfile.ZipFile, name: str, settings: ReadSettings) -> None:
    manifest = xml_or_none(archive, "META-INF/manifest.xml", name, settings)
    if manifest is not None and next(manifest.iter("{*}encryption-data"), None) is not None:
        raise FormatError(f"{name}: is protected by a password; open it and save it without one.")


def _hidden_styles(root: Any) -> frozenset[str]:
    """The names of styles of hidden text."""
    return frozenset(
        next((value for key, value in style.attrib.items() if key.endswith("}name")), "")
        for style in root.iter("{*}style")
        for properties in style.iterfind("{*}text-properties")
        if any(key.endswith("}display") and value == "none" for key, value in properties.attrib.items())
    )


_LEFT_OUT = frozenset(
    "annotation desc forms hidden-paragraph hidden-text note-citation ruby-text script sequence-decls "
    "tracked-changes user-field-decls variable-decls".split()
)
_INDEXES = frozenset(
    "alphabetical-index bibliography illustration-index object-index table-index table-of-content user-index".split()
)
_SPACE = re.compile("[ \t\r\n]+")
# Indented verse has dozens; a number with twelve digits is a trick.
_MOST_SPACES = 100


class _Walk:
    """Goes over the elements of a document, not deeper than XML nests, which `parse_xml` allows 256 levels."""

    def __init__(self, hidden: frozenset[str], boilerplate: bool) -> None:
        self._hidden = hidden
        self._left_out = _LEFT_OUT if boilerplate else _LEFT_OUT | _INDEXES

    def texts(self, element: Any) -> Iterator[str]:
        """The text of each paragraph in an element."""
        if local_name(element) in ("p", "h"):
            if not self._is_hidden(element):
                behind: list[Any] = []
                yield "".join(self._pieces(element, behind))
                for inner in behind:
                    yield from self.texts(inner)
        elif not self._is_left_out(element):
            for child in element:
                yield from self.texts(child)

    def _pieces(self, element: Any, behind: list[Any]) -> Iterator[str]:
        """The text in a paragraph; what stands behind it is added to `behind`."""
        yield _SPACE.sub(" ", element.text or "")
        for child in element:
            name = local_name(child)
            if name == "line-break":
                yield "\n"
            elif name == "tab":
                yield "\t"
            elif name == "s":
                yield " " * _count(child)
            elif name in ("note-body", "p", "h", "list", "table", "text-box"):
                behind.append(child)
            elif name and not (self._is_left_out(child) or self._is_hidden(child)):
                yield from self._pieces(child, behind)
            yield _SPACE.sub(" ", child.tail or "")

    def _is_left_out(self, element: Any) -> bool:
        # `title` is a field of the text's, too, and in SVG what stands behind an image.
        return not local_name(element) or local_name(element) in self._left_out or "}title" in _svg(element)

    def _is_hidden(self, element: Any) -> bool:
        return any(key.endswith("}style-name") and value in self._hidden for key, value in element.attrib.items())


def _svg(element: Any) -> str:
    return element.tag if "svg-compatible" in element.tag else ""


def _count(spaces: Any) -> int:
    number = next((value for key, value in spaces.attrib.items() if key.endswith("}c")), "1")
    return min(int(number), _MOST_SPACES) if number.isdecimal() and len(number) < 10 else 1
