"""Documents that are a zip of XML files: DOCX, ODT and EPUB. What they have in common is told here.

A name says little: what is called `.docx` can be RTF, a web page or the Word of 1997. So what a file shows is
looked at first, and the message says what it is. A path in a package is a name in its zip, and never leads out.
"""

from __future__ import annotations

import io
import posixpath
import re
import unicodedata
import zipfile
from typing import Any, BinaryIO
from urllib.parse import unquote

from align.errors import FormatError
from align.formats.archives import open_zip, read_member
from align.formats.settings import ReadSettings
from align.formats.xml import parse_xml

__all__ = ["member_path", "open_package", "read_part", "read_xml", "xml_or_none"]

# A tree takes ten times the memory of its file. Chosen by hand: a hundred times the longest novel.
_LARGEST_PART = 200_000_000

_NAMES = {
    "docx": "a Word document (.docx)",
    "odt": "an OpenDocument text (.odt)",
    "epub": "an EPUB book (.epub)",
    "xlsx": "an Excel workbook (.xlsx)",
    "pptx": "a PowerPoint presentation",
    "pdf": "a PDF",
    "html": "a web page",
    "rtf": "an RTF document",
    "xml": "an XML file",
    "odf": "an OpenDocument file that is no text",
}
_READ = ("docx", "odt", "epub", "xlsx", "pdf", "html")


def open_package(stream: BinaryIO, name: str, expected: str, settings: ReadSettings) -> zipfile.ZipFile:
    """The zip that a document is.

    :param name: what messages call the file
    :param expected: ``"docx"``, ``"odt"`` or ``"epub"``
    :raises FormatError: if it is something else, with what it is; if it is broken, has a password, or
        unpacks to more than the limits allow
    """
    data = stream.read()
    if not data:
        raise FormatError(f"{name}: is empty, expected {_NAMES[expected]}.")
    for kind, sign in _SIGNS:
        if sign.match(data[:1024]):
            raise _other(name, kind, expected)
    archive = open_zip(io.BytesIO(data), name, settings.limits)
    found = _kind(archive, name, settings)
    if found not in (None, expected):
        raise _other(name, found, expected)
    return archive


_SIGNS = (
    ("rtf", re.compile(rb"\s*\{\\rtf")),
    ("pdf", re.compile(rb"%PDF-")),
    ("html", re.compile(rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?<(!doctype\s+html|html)\b", re.IGNORECASE)),
    ("xml", re.compile(rb"(\xef\xbb\xbf)?\s*<\?xml")),
)


def _kind(archive: zipfile.ZipFile, name: str, settings: ReadSettings) -> str | None:
    """What a zip says it holds, or None where it does not say so, or says what is not known."""
    names = archive.namelist()
    if "mimetype" in names:
        said = read_part(archive, "mimetype", name, settings)[:100].decode("latin-1").strip()
        if said == "application/epub+zip":
            return "epub"
        if said.startswith("application/vnd.oasis.opendocument."):
            return "odt" if said.rpartition(".")[2].startswith("text") else "odf"
    elif "[Content_Types].xml" in names:
        if "xl/workbook.xml" in names:
            return "xlsx"
        return "pptx" if "ppt/presentation.xml" in names else "docx"
    return None


def _other(name: str, found: str | None, expected: str) -> FormatError:
    do = f"give it with --from {found}" if found in _READ else "save it as .docx, .odt or .txt"
    return FormatError(f"{name}: found {_NAMES[found or '']}, expected {_NAMES[expected]}; {do}.")


def read_part(archive: zipfile.ZipFile, member: str, name: str, settings: ReadSettings) -> bytes:
    """The bytes of a file in a package.

    :raises FormatError: if there is none of that name, it is damaged, or larger than any text
    """
    if member in archive.NameToInfo and archive.getinfo(member).file_size > _LARGEST_PART:
        raise FormatError(f"{name}/{member}: unpacks to more than {_LARGEST_PART // 1_000_000} MB, which no text does.")
    return read_member(archive, member, name, settings.limits)


def read_xml(archive: zipfile.ZipFile, member: str, name: str, settings: ReadSettings) -> Any:
    """The root of an XML file in a package; see `read_part` and `parse_xml`."""
    return parse_xml(io.BytesIO(read_part(archive, member, name, settings)), f"{name}/{member}")


def xml_or_none(archive: zipfile.ZipFile, member: str, name: str, settings: ReadSettings) -> Any:
    """The same for a file that a package can be without: None if it is not there, or was refused as broken.

    :raises FormatError: if it is broken, and nobody takes what is left out
    """
    if member not in archive.NameToInfo:
        return None
    try:
        return read_xml(archive, member, name, settings)
    except FormatError as error:
        settings.refuse(f"{name}/{member}", str(error).removeprefix(f"{name}/{member}").lstrip(": "))
        return None


def member_path(archive: zipfile.ZipFile, base: str, target: str) -> str | None:
    """The name in a zip of what a file in it refers to; None if that lies outside or is not there.

    >>> archive = zipfile.ZipFile(io.BytesIO(), "w")
    >>> archive.writestr("sách/chương 1.xhtml", "")
    >>> member_path(archive, "sách/tin.opf", "chương%201.xhtml#a")
    'sách/chương 1.xhtml'
    >>> member_path(archive, "sách/tin.opf", "../../etc/passwd"), member_path(archive, "a", "file:///etc/passwd")
    (None, None)

    :param base: the name of the file that refers to it; empty for the package itself
    """
    path = re.split("[#?]", target, maxsplit=1)[0]
    if not path or _ADDRESS.match(path):
        return None
    for spelling in (unquote(path), path):
        joined = posixpath.normpath(posixpath.join("/", posixpath.dirname(base), spelling)).lstrip("/")
        if posixpath.normpath(posixpath.join(posixpath.dirname(base), spelling)).startswith(".."):
            return None
        for form in (joined, unicodedata.normalize("NFC", joined), unicodedata.normalize("NFD", joined)):
            if form in archive.NameToInfo:
                return form
    return None


_ADDRESS = re.compile(r"[A-Za-z][\w+.-]*:|//|\\\\")
