"""Which stretches of a web page are its text: title, lead, paragraphs, captions, and lists of headlines.

trafilatura finds the article, and nothing else is asked of it: it leaves out captions and lists of related
headlines, takes one article where a page has several, and can take one language where a page has two. So what
it finds stays, and of what it leaves out stays what is plainly a sentence, a caption or a headline.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from align.errors import FormatError
from align.formats.texts.web_tree import Box, Stretch
from align.text.language import identify
from align.types import LANGUAGES

__all__ = ["chosen"]

# Chosen by hand on the pages in tests/cases/pages, in words, which are syllables in Vietnamese: the name of a
# newspaper's section has up to five (`Khoa học và Công nghệ`), a headline seldom less than six.
_HEADLINE = 6
_PROSE = 10
# trafilatura takes less than 250 characters for nothing, and then takes whatever there is.
_ENOUGH = 50

# What no article has. trafilatura needs the square of their number in time, of some even more.
_MOST_ELEMENTS = 20_000
_LONGEST = 2_000_000
_ENDLESS = "boolean(//*[count(ancestor::*) > 200] | //p[count(.//*) > 500])"


def chosen(root: Any, found: Sequence[Stretch], name: str) -> list[Stretch]:
    """The stretches that are the page's text, in order; all of them where nothing tells it apart.

    :param root: the tree that the stretches are from; it is changed
    :param name: what messages call the file
    :raises FormatError: if trafilatura is not installed
    """
    around = _around(found)
    free = [stretch for stretch in found if stretch.box not in around]
    if _words(free) < min(_PROSE, _words(found) / 10) and not _has_title(free):
        return list(found)
    article = _article(root, free, name)
    if _words(article) < _ENOUGH:
        article = frozenset()
    candidates = _without_menus(free, article)
    if not (article and candidates):
        return candidates or free
    kept = _kept(candidates, article)
    return candidates if _loses_much(kept, candidates) else kept


def _has_title(stretches: Collection[Stretch]) -> bool:
    return any(stretch.role == "title" for stretch in stretches)


def _words(stretches: Collection[Stretch]) -> int:
    return sum(stretch.words for stretch in stretches)


def _around(found: Sequence[Stretch]) -> set[Box | None]:
    """The boxes that are not part of the text.

    A name alone is not believed where the title stands in the box, or where there is no title and half
    of the page: whole pages stand in a form, or in something called `menu-open`.
    """
    words: dict[Box, int] = {}
    for stretch in found:
        box = stretch.box
        if box is not None:
            words[box] = words.get(box, 0) + stretch.words
        while box is not None and box.outer not in words and box.outer is not None:
            box = box.outer
            words[box] = 0
    boxes = sorted(words, key=lambda box: box.depth)
    for box in reversed(boxes):
        if box.outer is not None:
            words[box.outer] += words[box]
    titled = _has_title(found)
    half = _words(found) / 2
    around: set[Box | None] = set()
    for box in boxes:
        believed = box.sure or (not box.holds_title if titled else words[box] < half)
        if box.outer in around or believed:
            around.add(box)
    return around


def _article(root: Any, free: Sequence[Stretch], name: str) -> frozenset[Stretch]:
    """What trafilatura takes for the article, told by marks that are put where stretches begin."""
    try:
        import trafilatura
    except ImportError:
        raise FormatError(f"{name}: to find the text of a web page, install align-vi-en[web].") from None
    if _is_no_article(root, free):
        return frozenset()
    starts: dict[tuple[Any, bool], list[Stretch]] = {}
    for stretch in free:
        starts.setdefault(stretch.start, []).append(stretch)
    for number, start in enumerate(starts):
        _put(_mark(number), *start)
    _quieten("trafilatura")
    try:
        answer = trafilatura.bare_extraction(root, include_comments=False, include_tables=True, fast=True)
        text = "".join(answer.body.itertext()) if answer is not None and answer.body is not None else ""
    except Exception:  # a page that it stumbles over is read without its advice
        return frozenset()
    marked = set(_marks(text))
    return frozenset(stretch for number, begun in enumerate(starts.values()) if number in marked for stretch in begun)


def _is_no_article(root: Any, free: Sequence[Stretch]) -> bool:
    return (
        len(free) > _MOST_ELEMENTS
        or sum(len(stretch.text) for stretch in free) > _LONGEST
        or root.xpath("count(//*)") > _MOST_ELEMENTS
        or root.xpath(_ENDLESS)
    )


# Marks are three signs of Braille: they are no letters and can be printed, so that no rule of trafilatura sees
# them, and no newspaper writes them.
_BRAILLE = 0x2800
_MARK = re.compile("[\u2800-\u28ff]{3}")


def _mark(number: int) -> str:
    return "".join(chr(_BRAILLE + byte) for byte in number.to_bytes(3, "big"))


def _marks(text: str) -> Iterator[int]:
    for mark in _MARK.findall(text):
        yield int.from_bytes(bytes(ord(sign) - _BRAILLE for sign in mark), "big")


def _put(mark: str, element: Any, behind: bool) -> None:
    text = (element.tail if behind else element.text) or ""
    at = len(text) - len(text.lstrip())
    marked = _NO_XML.sub("", text[:at] + mark + text[at:])
    if behind:
        element.tail = marked
    else:
        element.text = marked


# A page can hold characters that lxml gives and does not take.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _quieten(name: str) -> None:
    """Keep a library's warnings off standard error; whoever listens to its log still hears them."""
    log = logging.getLogger(name)
    if not log.handlers:
        log.addHandler(logging.NullHandler())


def _without_menus(free: Sequence[Stretch], article: Collection[Stretch]) -> list[Stretch]:
    """Everything but menus and what stands at the foot of every page.

    trafilatura is believed about short links only between two sentences: where it finds no article it
    takes the whole page for one.
    """
    inside = _between(free, frozenset())
    menus = _menus(free)
    return [
        stretch
        for number, stretch in enumerate(free)
        if not (stretch in menus or _is_legal(stretch)) or (stretch in article and number in inside)
    ]


def _menus(free: Sequence[Stretch]) -> frozenset[Stretch]:
    """Links that are shorter than headlines and do not stand among headlines."""
    words = [_link_words(stretch) for stretch in free]
    menus = []
    for stretch, before, own, after in zip(free, [0, *words], words, [*words[1:], 0], strict=False):
        beside = [count for count in (before, after) if count]
        among = sum(beside) >= _HEADLINE * len(beside) and len(beside) >= (1 if own > _HEADLINE // 2 else 2)
        if stretch.role == "text" and 0 < own < _HEADLINE and not among:
            menus.append(stretch)
    return frozenset(menus)


def _link_words(stretch: Stretch) -> int:
    """The words of the longest link in a stretch of links; 0 for another."""
    return max(len(link.split()) for link in _BAR.split(stretch.text)) if _is_link(stretch) else 0


_BAR = re.compile("[|·•»\n]")


def _is_link(stretch: Stretch) -> bool:
    return stretch.linked > 0.8


def _is_legal(stretch: Stretch) -> bool:
    """Whether it is what stands at the foot of every page of a site, and often not in an element called so."""
    return bool(_LEGAL.search(stretch.text[:200]))


_LEGAL = re.compile(
    r"^\W*(?:©|copyright\b|bản quyền (?:thuộc|©)|powered by\b|(?:số )?giấy phép (?:số|hoạt động|thiết lập|xuất bản)|"
    r"(?:cơ quan chủ quản|chịu trách nhiệm nội dung|(?:phó )?tổng biên tập) ?:)|all rights reserved|^[^.]{0,60}©|"
    r"^.{0,80}ghi rõ nguồn|^.{0,80}\b(?:uses?|dùng) cookies?\b",
    re.IGNORECASE,
)


def _kept(candidates: Sequence[Stretch], article: Collection[Stretch]) -> list[Stretch]:
    """What stands between the first and the last sentence of the page, and captions and headlines anywhere.

    A heading behind all sentences stays with what it heads.
    """
    inside = _between(candidates, article)
    kept: list[Stretch] = []
    stays = False
    for number, stretch in reversed(list(enumerate(candidates))):
        if number in inside or stretch.role == "caption":
            stays = True
        elif stretch.role == "text":
            stays = _is_link(stretch)
        else:
            stays = stays or stretch.words >= _HEADLINE
        if stays:
            kept.append(stretch)
    return kept[::-1]


def _between(found: Sequence[Stretch], article: Collection[Stretch]) -> range:
    """Where the sentences of a page begin and end, those of the article among them."""
    ends = [number for number, stretch in enumerate(found) if stretch in article or _is_sentence(stretch)]
    return range(ends[0], ends[-1] + 1) if ends else range(0)


def _is_sentence(stretch: Stretch) -> bool:
    return stretch.role == "title" or (stretch.words >= _PROSE and not _is_link(stretch))


def _loses_much(kept: Sequence[Stretch], candidates: Sequence[Stretch]) -> bool:
    """Whether half of the page is gone, or all of what is in one of the languages."""
    if 2 * _words(kept) < _words(candidates):
        return True
    stays = set(kept)
    lost = [identify(stretch.text[:_SAMPLE]) for stretch in candidates if stretch not in stays and stretch.words > 3]
    return any(
        lost.count(language) > 1 and all(identify(stretch.text[:_SAMPLE]) != language for stretch in kept)
        for language in LANGUAGES
    )


# Characters that are enough to tell a line's language.
_SAMPLE = 200
