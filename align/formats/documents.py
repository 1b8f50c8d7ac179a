"""From what readers find to documents: blocks of text, cleaned and put together, each place remembered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from align.text.clean import clean
from align.types import Document, Language, Place, TranslationUnit

__all__ = ["Block", "Part", "document_of", "part_of_units"]

PARAGRAPH = "\n\n"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text as it stands in a file: a paragraph, a heading, a caption, a cue of subtitles.

    :param text: not cleaned yet; line ends in it stay line ends
    :param place: where in the source it is, such as ``"page 3"`` or ``"00:00:01.000-00:00:02.500"``;
        empty where there is nothing to say
    :param before: what parts it from the block before: a blank line, or a space where a sentence
        goes on in the next block, as it does over a page break
    """

    text: str
    place: str = ""
    before: str = PARAGRAPH


@dataclass(frozen=True, slots=True)
class Part:
    """One document that a reader found in a file; most files hold one.

    :param id: tells it from the others in the same file, such as ``"chapter-2.xhtml"`` or ``"17"``;
        empty where the file holds one
    :param lang: the language of the whole, where the file says it for sure
    """

    blocks: Sequence[Block]
    id: str = ""
    lang: Language | None = None


def document_of(part: Part, file_id: str, source: str) -> Document:
    """The cleaned document of a part.

    >>> part = Part([Block("Xin chào", "0:01"), Block("các bạn.", "0:02", before=" ")])
    >>> document_of(part, "a.srt", "a.srt")
    Document(id='a.srt', text='Xin chào các bạn.', lang=None, source='a.srt', places=((0, 8, '0:01'), (9, 17, '0:02')))

    :param file_id: the id of the file; the part's own comes behind ``#``
    """
    pieces: list[str] = []
    places: list[Place] = []
    length = 0
    for block, text in _cleaned(part.blocks):
        if pieces:
            pieces.append(block.before)
            length += len(block.before)
        if block.place:
            places.append((length, length + len(text), block.place))
        pieces.append(text)
        length += len(text)
    name = f"{file_id}#{part.id}" if part.id else file_id
    return Document(name, "".join(pieces), part.lang, source, tuple(places))


def part_of_units(units: Iterable[TranslationUnit], side: Language | None) -> Part:
    """The text of pairs that someone else made, to be paired anew.

    :param side: the language that is wanted, or None for both, each Vietnamese text before the English
    """
    texts = ((unit.vi if side != "en" else "", unit.en if side != "vi" else "") for unit in units)
    return Part([Block(text) for both in texts for text in both if text])


def _cleaned(blocks: Iterable[Block]) -> Iterator[tuple[Block, str]]:
    for block in blocks:
        text = clean(block.text).strip("\n") if block.text else ""
        if text.strip():
            yield block, text
