"""XML read so that it can do no harm: no entities, no external references, no network.

XML can name files and addresses to be read in its place, and can define text that unfolds to
gigabytes. No format here needs either, so a file that declares entities is refused. A document type
that is only named, as in ``<!DOCTYPE tmx SYSTEM "tmx14.dtd">``, is common and never fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from align.errors import FormatError
from align.formats.lines import shown

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["legal", "local_name", "parse_xml", "stream_xml"]

# libxml2's own limits stay, and what it says of them is for programmers.
_LIMITS = {
    "Text node too long": "a text that is too long, of more than 10 MB",
    "Excessive depth": "elements too many in one another, to a depth of more than 256",
}
_SAFE: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


def parse_xml(stream: BinaryIO, name: str) -> etree._Element:
    """The root of a small XML file, which is held in memory.

    :param name: what messages call the file
    :raises FormatError: if it is not well-formed, with line and column, or declares entities
    """
    from lxml import etree

    parser = etree.XMLParser(**_SAFE)
    try:
        tree = etree.parse(stream, parser)
    except etree.XMLSyntaxError as error:
        raise _broken(name, error, parser.error_log) from None
    _refuse_entities(tree, name)
    return tree.getroot()


def stream_xml(
    stream: BinaryIO, name: str, tags: Sequence[str], *, root: str | None = None
) -> Iterator[etree._Element]:
    """Elements as they end, each forgotten when the next is asked for: memory stays small.

    Whatever stands before an element is forgotten with it; those it stands in stay, with their attributes.

    >>> import io
    >>> memory = io.BytesIO("<tmx><tu>Có</tu><tu>Không</tu></tmx>".encode())
    >>> [element.text for element in stream_xml(memory, "a.tmx", ["{*}tu"], root="tmx")]
    ['Có', 'Không']

    :param tags: names as lxml spells them, ``"{*}tu"`` for any name space
    :param root: what the outermost element must be called, in whatever name space; None for anything
    :raises FormatError: see `parse_xml`; if the outermost element has another name
    """
    from lxml import etree

    # Ids are not collected: the table of them would grow with the file.
    events = etree.iterparse(stream, events=("end",), tag=list(tags), collect_ids=False, **_SAFE)
    is_checked = False
    try:
        for _, element in events:
            if not is_checked:
                _check(element.getroottree(), name, root)
                is_checked = True
            yield element
            _forget(element)
    except etree.XMLSyntaxError as error:
        raise _broken(name, error, events.error_log) from None
    if not is_checked:
        _check(events.root.getroottree(), name, root)


def local_name(element: etree._Element) -> str:
    """An element's name without its name space; empty for what is none, such as a comment.

    >>> from lxml import etree
    >>> local_name(etree.fromstring('<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2"/>'))
    'xliff'
    """
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def legal(text: str) -> str:
    """A text that XML can hold: what it forbids even in an escaped form becomes U+FFFD.

    Cleaned texts hold nothing of the kind; names from elsewhere can.

    >>> legal("Huế\\x00\\ufffe")
    'Huế��'
    """
    return _ILLEGAL.sub("\ufffd", text)


_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _forget(element: etree._Element) -> None:
    element.clear()
    inner: etree._Element | None = element
    while inner is not None:
        parent = inner.getparent()
        while parent is not None and parent[0] is not inner:
            del parent[0]
        inner = parent


def _check(tree: etree._ElementTree, name: str, root: str | None) -> None:
    _refuse_entities(tree, name)
    found = local_name(tree.getroot())
    if root is not None and found != root:
        raise FormatError(f"{name}: found <{_short(found)}>, expected <{root}>; is it a file of another kind?")


def _refuse_entities(tree: etree._ElementTree, name: str) -> None:
    internal = tree.docinfo.internalDTD
    if internal is not None and any(True for _ in internal.iterentities()):
        raise FormatError(f"{name}: declares XML entities, which are not read; write the characters themselves.")


def _broken(name: str, error: Any, log: Any) -> FormatError:
    """The error in words; the parser's log has those that lxml's iterparse has no words for."""
    (line, column), message = error.position, error.msg
    if not line:
        faults = [entry for entry in log if entry.line]
        if not faults:
            return FormatError(f"{name}: is empty, expected XML.")
        line, column, message = faults[0].line, faults[0].column, faults[0].message
    for sign, found in _LIMITS.items():
        if sign in str(message):
            return FormatError(f"{name}:{line}: found {found}; that is more than is read of XML.")
    reason = str(message or "it ends too soon").split("\n", 1)[0].removesuffix(f", line {line}, column {column}")
    return FormatError(
        f"{name}:{line}: found XML that is broken at column {column} ({_short(reason)}); "
        "is the file whole, and of the kind its name says?"
    )


def _short(text: str) -> str:
    return shown(text)[1:-1]
