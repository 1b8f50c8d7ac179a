"""TMX 1.4, the exchange format of translation memories.

A unit is a `tu` with a `tuv` for each side that is not empty. What it is beyond its texts stands in `prop`
elements of types ``x-score``, ``x-kind``, ``x-flag``, ``x-document``, ``x-vi-document``, ``x-vi-spans``,
``x-vi-place`` and the same for English; flags and places have an element each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from align.formats.pairs.exchange import XML_LANG, Exchange, Fact, facts_of
from align.formats.settings import ReadSettings, WriteSettings
from align.formats.xml import legal, stream_xml
from align.types import LANGUAGES, TranslationUnit

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["read_tmx", "write_tmx"]


def read_tmx(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[tuple[int, TranslationUnit]]:
    """The pairs of a translation memory, each with its line; memory stays small however large the file.

    Of a memory in many languages those units are read that have a text in both, and those that have
    nothing else than a text in one. See `align.formats.pairs.exchange.language_of` for the codes.

    >>> import io
    >>> memory = '''<tmx version="1.4"><header/><body><tu>
    ... <tuv xml:lang="en-US"><seg>Rice <bpt i="1">&lt;b&gt;</bpt>prices<ept i="1">&lt;/b&gt;</ept></seg></tuv>
    ... <tuv xml:lang="VI"><seg>Giá gạo</seg></tuv></tu></body></tmx>'''
    >>> [(unit.vi, unit.en) for _, unit in read_tmx(io.BytesIO(memory.encode()), "a.tmx", ReadSettings())]
    [('Giá gạo', 'Rice prices')]

    :raises FormatError: if it is no TMX or broken, or has no unit in the two languages
    """
    exchange = Exchange(name, settings)
    for tu in stream_xml(stream, name, ["{*}tu"], root="tmx"):
        line = tu.sourceline or 0
        sides = exchange.sides((_code(tuv), tuv.find("{*}seg")) for tuv in tu.iterchildren("{*}tuv"))
        if sides is None:
            continue
        try:
            texts = {side: exchange.text(seg) for side, seg in sides.items()}
        except ValueError as error:
            exchange.refuse(line, str(error), {})
            continue
        facts = list(_facts(tu))
        document = next((value for fact, value in facts if fact == "document"), "")
        unit = exchange.unit(line, texts, facts, document=document, unit_id=tu.get("tuid", ""))
        if unit is not None:
            yield line, unit
    exchange.finish()


def _code(tuv: etree._Element) -> str:
    return tuv.get(XML_LANG) or tuv.get("lang") or ""  # TMX 1.1 has no name space


def _facts(tu: etree._Element) -> Iterator[Fact]:
    for prop in tu.iterchildren("{*}prop"):
        kind = prop.get("type", "")
        if kind.startswith("x-"):
            yield kind[2:], prop.text or ""


def write_tmx(units: Iterable[TranslationUnit], stream: BinaryIO, *, settings: WriteSettings) -> int:
    """Write units as TMX 1.4, valid by its DTD, each on a line: a million take no more memory than one.

    The text of `settings.source` comes first and its code is the file's `srclang`; a unit that has only a
    text in the other language says so with a `srclang` of its own. The document type is not named:
    programs in Java would look for ``tmx14.dtd`` beside the file and fail.

    :returns: how many
    """
    from lxml import etree

    units = iter(units)
    first = next(units, None)
    count = 0
    with etree.xmlfile(stream, encoding="utf-8") as file:
        file.write_declaration()
        with file.element("tmx", version="1.4"):
            file.write("\n", etree.Element("header", _header(settings)), "\n")
            with file.element("body"):
                file.write("\n")
                while first is not None:
                    file.write(_tu(first, settings), "\n")
                    count += 1
                    first = next(units, None)
            file.write("\n")
    stream.write(b"\n")
    return count


def _header(settings: WriteSettings) -> dict[str, str]:
    from align import __version__

    return {
        "creationtool": "align",
        "creationtoolversion": __version__,
        "segtype": "sentence",
        "o-tmf": "align",
        "adminlang": "en",
        "srclang": settings.code(settings.source),
        "datatype": "plaintext",
    }


def _tu(unit: TranslationUnit, settings: WriteSettings) -> etree._Element:
    from lxml import etree

    tu = etree.Element("tu", tuid=legal(unit.id))
    document = [("document", unit.document)] if unit.document else []
    for fact, value in [*document, *facts_of(unit)]:
        etree.SubElement(tu, "prop", type=f"x-{fact}").text = legal(value)
    for side in sorted(LANGUAGES, key=settings.source.__ne__):
        text = unit.vi if side == "vi" else unit.en
        if text:
            tuv = etree.SubElement(tu, "tuv", {XML_LANG: settings.code(side)})
            etree.SubElement(tuv, "seg").text = legal(text)
        elif side == settings.source:
            tu.set("srclang", settings.code(settings.target))
    return tu
