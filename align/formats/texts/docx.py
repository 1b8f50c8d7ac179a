"""Word documents (DOCX): the text as it stands when all changes are accepted, in the order of the file.

The XML is walked as it is, because what surrounds text in it is what libraries pass over: content controls, text
boxes, changes that are tracked. What is deleted, hidden or only a remark is left out; where somebody inserted
something, it stays.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from align.errors import FormatError
from align.formats.documents import Block, Part
from align.formats.settings import ReadSettings
from align.formats.texts.packages import member_path, open_package, read_xml, xml_or_none
from align.formats.xml import local_name

__all__ = ["read_docx"]


def read_docx(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[Part]:
    """The text of a Word document: a block a paragraph, that of tables cell by cell.

    Footnotes and text boxes stand behind the paragraph they belong to. Numbers that Word counts by itself are
    in no paragraph and left out, and so are the table of contents, headers and footers, unless
    `settings.boilerplate`.

    :raises FormatError: if it is something else or broken; a broken part beside the text, such as the notes,
        is given to `settings.refuse`
    """
    archive = open_package(stream, name, "docx", settings)
    main = next((path for kind, path in _relations(archive, "", name, settings).values() if kind == _MAIN), None)
    if main is None:
        raise FormatError(f"{name}: names no text in _rels/.rels, expected a Word document; is the file whole?")
    root = read_xml(archive, main, name, settings)
    body = root.find("{*}body")
    if local_name(root) != "document" or body is None:
        raise FormatError(f"{name}/{main}: found <{local_name(root)}>, expected the text of a Word document.")
    parts = _relations(archive, main, name, settings).values()
    walk = _Walk(_styles(archive, parts, name, settings), _notes(archive, parts, name, settings), settings.boilerplate)
    texts: list[str] = []
    for kind in ("header", "", "footer"):
        if not kind:
            texts += walk.texts(body)
            texts.append(walk.carried)
        elif settings.boilerplate:
            for around in _parts(archive, parts, kind, name, settings):
                texts += walk.texts(around)
    yield Part([Block(text) for text in texts if text.strip()])


_MAIN = "officeDocument"
_Relations = Iterable[tuple[str, str]]


def _relations(archive: zipfile.ZipFile, part: str, name: str, settings: ReadSettings) -> dict[str, tuple[str, str]]:
    """What a part refers to inside the package: by id, the last word of its type, and its name in the zip."""
    folder, file = posixpath.split(part)
    root = xml_or_none(archive, posixpath.join(folder, "_rels", f"{file}.rels"), name, settings)
    found = {}
    for relation in root if root is not None else ():
        path = member_path(archive, part, relation.get("Target") or "")
        if path is not None and relation.get("TargetMode") != "External":
            found[relation.get("Id") or ""] = (posixpath.basename(relation.get("Type") or ""), path)
    return found


def _parts(archive: zipfile.ZipFile, parts: _Relations, kind: str, name: str, settings: ReadSettings) -> Iterator[Any]:
    for path in dict.fromkeys(path for found, path in parts if found == kind):
        root = xml_or_none(archive, path, name, settings)
        if root is not None:
            yield root


@dataclass(frozen=True, slots=True)
class _Styles:
    """The ids of styles by which a paragraph or a run is left out."""

    hidden: frozenset[str] = frozenset()
    contents: frozenset[str] = frozenset()


# Word itself allows eleven styles one upon the other.
_DEEPEST_STYLE = 20


def _styles(archive: zipfile.ZipFile, parts: _Relations, name: str, settings: ReadSettings) -> _Styles:
    hidden: set[str] = set()
    contents: set[str] = set()
    based: dict[str, str] = {}
    for root in _parts(archive, parts, "styles", name, settings):
        for style in root.iterfind("{*}style"):
            identifier = _value(style, "styleId")
            vanish = style.find("{*}rPr/{*}vanish")
            if vanish is not None and _is_on(vanish):
                hidden.add(identifier)
            elif vanish is None:
                based[identifier] = _value(style.find("{*}basedOn"), "val")
            # In a Vietnamese Word the id is `Mucluc1`; the name is the same in all.
            if _value(style.find("{*}name"), "val").lower().startswith("toc "):
                contents.add(identifier)
    for _ in range(_DEEPEST_STYLE):
        hidden.update([identifier for identifier, base in based.items() if base in hidden])
    return _Styles(frozenset(hidden), frozenset(contents))


def _notes(
    archive: zipfile.ZipFile, parts: _Relations, name: str, settings: ReadSettings
) -> dict[tuple[str, str], Any]:
    """Footnotes and endnotes by kind and id."""
    return {
        (kind, _value(note, "id")): note
        for kind in ("footnote", "endnote")
        for root in _parts(archive, parts, f"{kind}s", name, settings)
        for note in root
    }


def _value(element: Any, attribute: str) -> str:
    """An attribute, whatever its name space; empty if it or the element is not there."""
    if element is None:
        return ""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == attribute), "")


def _is_on(switch: Any) -> bool:
    return _value(switch, "val") not in ("0", "false", "off")


_LEFT_OUT = frozenset(
    {"del", "delText", "instrText", "delInstrText", "moveFrom", "pPr", "rPr", "rt", "sdtPr", "sectPr"}
)
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


class _Walk:
    """Goes over the elements of a document once.

    Not deeper than XML nests, which `parse_xml` allows 256 levels.

    `carried` is the text of a paragraph whose end was deleted, to go on in the next.
    """

    def __init__(self, styles: _Styles, notes: dict[tuple[str, str], Any], boilerplate: bool) -> None:
        self._styles = styles
        self._notes = notes
        self._boilerplate = boilerplate
        self.carried = ""

    def texts(self, element: Any) -> Iterator[str]:
        """The text of each paragraph in an element."""
        name = local_name(element)
        if name == "p":
            yield from self._paragraph(element)
        elif name == "AlternateContent":
            yield from self.texts(element[0]) if len(element) else ()
        elif not (name in _LEFT_OUT or _is_deleted_row(element, name) or self._is_contents(element, name)):
            for child in element:
                yield from self.texts(child)

    def _is_contents(self, element: Any, name: str) -> bool:
        if self._boilerplate or name != "sdt":
            return False
        return _value(element.find("{*}sdtPr/{*}docPartObj/{*}docPartGallery"), "val") == "Table of Contents"

    def _paragraph(self, paragraph: Any) -> Iterator[str]:
        style = _value(paragraph.find("{*}pPr/{*}pStyle"), "val")
        if style in self._styles.hidden or (style in self._styles.contents and not self._boilerplate):
            return
        behind: list[Any] = []
        text = self.carried + "".join(self._pieces(paragraph, behind))
        self.carried = ""
        if paragraph.find("{*}pPr/{*}rPr/{*}del") is not None:
            self.carried = text
        else:
            yield text
        for element in behind:
            for child in element:
                yield from self.texts(child)

    def _pieces(self, element: Any, behind: list[Any]) -> Iterator[str]:
        """The text in a paragraph; what stands behind it is added to `behind`."""
        for child in element:
            name = local_name(child)
            if name in _LEFT_OUT or (name == "r" and self._is_hidden(child)):
                continue
            if name == "t":
                yield child.text or ""
            elif name in _SIGNS:
                yield _SIGNS[name]
            elif name == "sym":
                yield _symbol(_value(child, "char"))
            elif name in ("footnoteReference", "endnoteReference"):
                # Taken out, because a note can refer to itself.
                note = self._notes.pop((name.removesuffix("Reference"), _value(child, "id")), None)
                if note is not None:
                    behind.append(note)
            elif name == "txbxContent":
                behind.append(child)
            elif name == "AlternateContent":
                # The same for a new and an old Word; the first is the new one's.
                yield from self._pieces(child[0], behind) if len(child) else ()
            elif name:
                yield from self._pieces(child, behind)

    def _is_hidden(self, run: Any) -> bool:
        vanish = run.find("{*}rPr/{*}vanish")
        if vanish is not None:
            return _is_on(vanish)
        return _value(run.find("{*}rPr/{*}rStyle"), "val") in self._styles.hidden


def _is_deleted_row(element: Any, name: str) -> bool:
    return name == "tr" and element.find("{*}trPr/{*}del") is not None


def _symbol(code: str) -> str:
    """A sign given by its code; nothing for a place in a font of signs, which says nothing without the font.

    >>> _symbol("2192"), _symbol("F0B7"), _symbol("x")
    ('→', '', '')
    """
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return chr(number) if 0x20 <= number < 0xD800 else ""
