"""XLIFF, in which translators' programs hand each other a text under translation: 1.2 and 2.1 written, 1.0 to 2.2 read.

A unit is one `trans-unit` (1.x) or one `unit` with one `segment` (2.x), however many sentences are on its
sides. A `file` holds the units of one document. What a unit is beyond its texts stands in contexts of types
``x-score`` and so on (1.2), or in the metadata module (2.1), under the name ``align``; its id is the `resname`
or `name`, because `id` must be another in every unit of a file.
"""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from align.errors import FormatError
from align.formats.lines import shown
from align.formats.pairs.exchange import XML_LANG, Exchange, Fact, facts_of
from align.formats.settings import ReadSettings, WriteSettings
from align.formats.xml import legal, local_name, stream_xml
from align.types import TranslationUnit

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["read_xliff", "write_xliff2", "write_xliff12"]

_NS12 = "urn:oasis:names:tc:xliff:document:1.2"
_NS2 = "urn:oasis:names:tc:xliff:document:2.0"  # that of 2.1, too
_METADATA = "urn:oasis:names:tc:xliff:metadata:2.0"

# Below it a pair is shown to a reviewer as one to look at. Chosen by hand: one in ten is wrong there.
_SURE = 0.9


def read_xliff(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[tuple[int, TranslationUnit]]:
    """The pairs of an XLIFF file of version 1.0 to 2.2, each with its line.

    Where the file parts a unit into segments and both sides have the same ones, each is a pair. A unit
    without a target has an empty side.

    >>> import io
    >>> text = '''<xliff version="1.2"><file original="a.html" source-language="en" target-language="vi"><body>
    ... <trans-unit id="1"><source>Rice <g id="1">prices</g></source><target>Giá gạo</target></trans-unit></body>
    ... </file></xliff>'''
    >>> [(unit.vi, unit.en) for _, unit in read_xliff(io.BytesIO(text.encode()), "a.xlf", ReadSettings())]
    [('Giá gạo', 'Rice prices')]

    :raises FormatError: if it is no XLIFF or broken, or has no unit in the two languages
    """
    exchange = Exchange(name, settings)
    is_checked = False
    for element in stream_xml(stream, name, ["{*}trans-unit", "{*}unit"], root="xliff"):
        root, line = element.getroottree().getroot(), element.sourceline or 0
        if not is_checked:
            _check_version(root, name)
            is_checked = True
        if _space(element) != _space(root):  # a module's own element of the same name
            continue
        for part, source, target in _pairs(element):
            if source is None:
                exchange.refuse(line, "found a unit without a source, expected one; take it out.", {})
                continue
            unit = _unit(exchange, line, (element, part), (source, target), _languages(element, root))
            if unit is not None:
                yield line, unit
    exchange.finish()


def _unit(
    exchange: Exchange,
    line: int,
    whole: tuple[etree._Element, str],
    texts: tuple[etree._Element, etree._Element | None],
    languages: tuple[str, str, str],
) -> TranslationUnit | None:
    (element, part), (source, target), (source_code, target_code, document) = whole, texts, languages
    own_code = "" if target is None else target.get(XML_LANG, "")
    sides = exchange.sides(((source.get(XML_LANG) or source_code, source), (own_code or target_code, target)))
    if sides is None:
        return None
    try:
        both = {side: exchange.text(text) for side, text in sides.items()}
    except ValueError as error:
        exchange.refuse(line, str(error), {})
        return None
    facts = list(_facts(element))
    is_ours = any(fact == "kind" for fact, _ in facts)
    unit_id = element.get("resname", element.get("name", "")) if is_ours else element.get("id", "")
    return exchange.unit(line, both, facts, document=document, unit_id=f"{unit_id}/{part}" if part else unit_id)


def _check_version(root: etree._Element, name: str) -> None:
    version = root.get("version", "")
    if not re.fullmatch(r"(1\.[0-2]|2\.[0-2])?", version):
        raise FormatError(f"{name}: found XLIFF of version {shown(version)}, expected 1.0 to 1.2 or 2.0 to 2.2.")


def _space(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[0]


def _languages(element: etree._Element, root: etree._Element) -> tuple[str, str, str]:
    """The codes of source and target, and the name of the document."""
    file = next(element.iterancestors("{*}file"), root)
    source = file.get("source-language") or root.get("srcLang", "")
    target = file.get("target-language") or root.get("trgLang", "")
    return source, target, file.get("original", "")


_Pair = tuple[str, "etree._Element | None", "etree._Element | None"]


def _pairs(element: etree._Element) -> Iterator[_Pair]:
    """The segments of a unit: name, source and target; the whole has no name."""
    if local_name(element) == "unit":
        segments = list(element.iterchildren("{*}segment"))
        for number, segment in enumerate(segments, start=1):
            part = segment.get("id") or str(number)
            yield part if len(segments) > 1 else "", segment.find("{*}source"), segment.find("{*}target")
        return
    target = element.find("{*}target")
    sources, targets = (_marked(text) for text in (element.find("{*}seg-source"), target))
    if sources and sources.keys() == targets.keys():
        for part, source in sources.items():
            yield part if len(sources) > 1 else "", source, targets[part]
    else:
        yield "", element.find("{*}source"), target


def _marked(text: etree._Element | None) -> dict[str, etree._Element]:
    """The segments in a text by their names; none where there is more text than they hold."""
    if text is None:
        return {}
    marks = [mark for mark in text.iter("{*}mrk") if mark.get("mtype") == "seg"]
    found = {mark.get("mid", ""): mark for mark in marks}
    is_whole = len(found) == len(marks) and _letters([text]) == _letters(marks)
    return found if is_whole else {}


def _letters(elements: Iterable[etree._Element]) -> str:
    return "".join("".join(piece for element in elements for piece in element.itertext()).split())


def _facts(element: etree._Element) -> Iterator[Fact]:
    for context in element.iterfind("{*}context-group[@name='align']/{*}context"):
        yield context.get("context-type", "").removeprefix("x-"), context.text or ""
    for meta in element.iterfind(f"{{{_METADATA}}}metadata/{{*}}metaGroup[@category='align']/{{*}}meta"):
        yield meta.get("type", ""), meta.text or ""


def write_xliff12(units: Iterable[TranslationUnit], stream: BinaryIO, *, settings: WriteSettings) -> int:
    """Write units as XLIFF 1.2, valid by its strict schema, each on a line.

    A pair with a score of 0.9 or more and no flag is ``translated``; any other is
    ``needs-review-translation``, and its flags stand in a note. Nothing is ``approved`` or ``final``: that
    is for the reviewer to say. A unit without a text in the target language has no `target`.

    :returns: how many
    """
    return _write(units, stream, (f"{{{_NS12}}}xliff", {"version": "1.2"}, {None: _NS12}), _file12, _unit12, settings)


def write_xliff2(units: Iterable[TranslationUnit], stream: BinaryIO, *, settings: WriteSettings) -> int:
    """Write units as XLIFF 2.1, each on a line.

    A pair with a score of 0.9 or more and no flag is ``translated``; any other stays ``initial``, which is
    the only state here by which every program shows that there is work left, with ``align:needs-review`` as
    its sub-state, and its flags stand in a note. Nothing is ``reviewed`` or ``final``.

    :returns: how many
    """
    languages = {"srcLang": settings.code(settings.source), "trgLang": settings.code(settings.target)}
    root = (f"{{{_NS2}}}xliff", {"version": "2.1", **languages}, {None: _NS2, "mda": _METADATA})
    return _write(units, stream, root, _file2, _unit2, settings)


def _write(
    units: Iterable[TranslationUnit],
    stream: BinaryIO,
    root: tuple[str, dict[str, str], dict[str | None, str]],
    open_file: Callable[[Any, int, str, WriteSettings], contextlib.AbstractContextManager[None]],
    write_unit: Callable[[Any, int, TranslationUnit, WriteSettings], None],
    settings: WriteSettings,
) -> int:
    from lxml import etree

    units = iter(units)
    first = list(itertools.islice(units, 1))
    tag, attributes, names = root
    count = 0
    with etree.xmlfile(stream, encoding="utf-8") as file:
        file.write_declaration()
        with file.element(tag, attributes, nsmap=names):
            documents = itertools.groupby(itertools.chain(first, units), key=lambda unit: unit.document)
            for number, (document, members) in enumerate(documents, start=1):
                file.write("\n")
                with open_file(file, number, document, settings):
                    file.write("\n")
                    for unit in members:
                        count += 1
                        write_unit(file, count, unit, settings)
                        file.write("\n")
            if not first:  # there must be a file, empty or not
                with open_file(file, 0, "", settings):
                    pass
            file.write("\n")
    stream.write(b"\n")
    return count


@contextlib.contextmanager
def _file12(file: Any, number: int, document: str, settings: WriteSettings) -> Iterator[None]:  # noqa: ARG001
    attributes = {
        "original": legal(document),
        "datatype": "plaintext",
        "source-language": settings.code(settings.source),
        "target-language": settings.code(settings.target),
    }
    with file.element(f"{{{_NS12}}}file", attributes), file.element(f"{{{_NS12}}}body"):
        yield


def _unit12(file: Any, number: int, unit: TranslationUnit, settings: WriteSettings) -> None:
    from lxml import etree

    source, target = _texts(unit, settings)
    element = etree.Element("trans-unit", id=str(number), resname=legal(unit.id))
    etree.SubElement(element, "source").text = source
    if target:
        state = "translated" if _is_sure(unit) else "needs-review-translation"
        etree.SubElement(element, "target", state=state).text = target
    group = etree.SubElement(element, "context-group", name="align", purpose="information")
    for fact, value in facts_of(unit):
        etree.SubElement(group, "context", {"context-type": f"x-{fact}"}).text = legal(value)
    if unit.flags:
        etree.SubElement(element, "note", {"from": "align"}).text = legal(", ".join(unit.flags))
    file.write(element)


@contextlib.contextmanager
def _file2(file: Any, number: int, document: str, settings: WriteSettings) -> Iterator[None]:  # noqa: ARG001
    # Nothing may part or join segments: a pair of two sentences with one stays together.
    attributes = {"id": f"f{number}", "original": legal(document), "canResegment": "no"}
    with file.element(f"{{{_NS2}}}file", attributes):
        yield
        if not number:  # a file must hold something, which a group need not
            with file.element(f"{{{_NS2}}}group", id="g1"):
                pass


def _unit2(file: Any, number: int, unit: TranslationUnit, settings: WriteSettings) -> None:
    source, target = _texts(unit, settings)
    state = {"state": "translated"}
    if not target:
        state = {"state": "initial"}
    elif not _is_sure(unit):
        state = {"state": "initial", "subState": "align:needs-review"}
    with file.element(f"{{{_NS2}}}unit", id=f"u{number}", name=legal(unit.id)):
        group = file.element(f"{{{_METADATA}}}metaGroup", category="align")
        with file.element(f"{{{_METADATA}}}metadata"), group:
            for fact, value in facts_of(unit):
                with file.element(f"{{{_METADATA}}}meta", type=fact):
                    file.write(legal(value))
        if unit.flags:
            with file.element(f"{{{_NS2}}}notes"), file.element(f"{{{_NS2}}}note", category="align"):
                file.write(legal(", ".join(unit.flags)))
        with file.element(f"{{{_NS2}}}segment", state):
            for tag, text in (("source", source), ("target", target)):
                if text or tag == "source":
                    with file.element(f"{{{_NS2}}}{tag}"):
                        file.write(text)


def _texts(unit: TranslationUnit, settings: WriteSettings) -> tuple[str, str]:
    vi, en = legal(unit.vi), legal(unit.en)
    return (vi, en) if settings.source == "vi" else (en, vi)


def _is_sure(unit: TranslationUnit) -> bool:
    return unit.score is not None and unit.score >= _SURE and not unit.flags
