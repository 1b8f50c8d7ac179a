"""XML read so that it can do no harm: no entities, no external references, no network.

XML can name files and addresses to be read in its place, and can define text that unfolds to
gigabytes. No format here needs either, so a file that declares entities is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from align.errors import FormatError

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["parse_xml", "stream_xml"]

_SAFE: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


def parse_xml(stream: BinaryIO, name: str) -> etree._Element:
    """The root of a small XML file, which is held in memory.

    :param name: what messages call the file
    :raises FormatError: if it is not well-formed, with line and column, or declares entities
    """
    from lxml import etree

    try:
        tree = etree.parse(stream, etree.XMLParser(**_SAFE))
    except etree.XMLSyntaxError as error:
        raise _broken(name, error) from None
    _refuse_entities(tree, name)
    return tree.getroot()


def stream_xml(stream: BinaryIO, name: str, tags: Sequence[str]) -> Iterator[etree._Element]:
    """Elements as they end, each forgotten when the next is asked for: memory stays small.

    :param tags: names as lxml spells them, ``"{*}tu"`` for any name space
    :raises FormatError: see `parse_xml`
    """
    from lxml import etree

    first = True
    try:
        for _, element in etree.iterparse(stream, events=("end",), tag=list(tags), **_SAFE):
            if first:
                _refuse_entities(element.getroottree(), name)
                first = False
            yield element
            element.clear()
            while element.getprevious() is not None and element.getparent() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise _broken(name, error) from None


def _refuse_entities(tree: etree._ElementTree, name: str) -> None:
    internal = tree.docinfo.internalDTD
    if internal is not None and any(True for _ in internal.iterentities()):
        raise FormatError(f"{name}: declares XML entities, which are not read; write the characters themselves.")


def _broken(name: str, error: Any) -> FormatError:
    line, column = error.position
    message = str(error.msg or "it ends too soon").split("\n", 1)[0].removesuffix(f", line {line}, column {column}")
    return FormatError(f"{name}:{line}: found XML that is broken at column {column} ({message}); is the file whole?")
