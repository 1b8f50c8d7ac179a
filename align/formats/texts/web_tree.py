"""The visible text of a parsed web page, stretch by stretch in reading order, with what its tags say of each.

Nothing is left out here but what a browser would not show: `align.formats.texts.web_text` chooses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias

__all__ = ["DEEPEST", "Box", "Role", "Stretch", "stretches"]

Role: TypeAlias = Literal["title", "heading", "caption", "text"]

DEEPEST = 2_000
"""How deep tags may nest: libxml2 leaves out the rest of a page whose tags nest deeper than 2048."""


@dataclass(eq=False, slots=True)
class Box:
    """An element whose name says that it stands around the text of a page: a menu, a footer, readers' comments.

    :param sure: its tag or role says so, and not only the name a designer gave it
    :param depth: how many boxes it stands in
    :param holds_title: a heading of the first rank stands in it
    """

    outer: Box | None
    sure: bool
    depth: int = 0
    holds_title: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Stretch:
    """Text that a browser would show on lines of its own.

    :param text: one line, or several where the page breaks them; single spaces
    :param linked: the share of it that is in links, 0 to 1
    :param box: the innermost box it stands in
    :param start: the element in which its text begins, and whether it begins behind that element
    """

    text: str
    role: Role
    linked: float
    box: Box | None
    start: tuple[Any, bool]

    @property
    def words(self) -> int:
        """How many words, or syllables in Vietnamese."""
        return self.text.count(" ") + self.text.count("\n") + 1


def stretches(root: Any) -> Iterator[Stretch]:
    """The stretches of a page in reading order.

    One line end is kept; two of them part stretches, as old pages part paragraphs. Links that have
    an element to themselves stand each by itself, as style sheets usually show them.

    >>> from lxml import html
    >>> page = "<h1>Giá <b>gạo</b> tăng</h1> <p>Một<br>Hai <div><a href=1>Tin A</a> <a href=2>Tin B</a></div>"
    >>> [(found.role, found.text, found.linked) for found in stretches(html.document_fromstring(page))]
    [('title', 'Giá gạo tăng', 0.0), ('text', 'Một\\nHai', 0.0), ('text', 'Tin A', 1.0), ('text', 'Tin B', 1.0)]

    :param root: the element ``html`` of a tree of `lxml.html` without comments
    :raises RecursionError: if tags nest deeper than `DEEPEST`
    """
    from lxml import etree

    frames = [_Frame()]
    pieces: list[_Piece] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        outer = frames[-1]
        if event == "start":
            if len(frames) > DEEPEST:
                raise RecursionError
            inner = _framed(element, outer)
            frames.append(inner)
            if inner.is_block:
                yield from _flushed(pieces, outer)
            pieces += _pieces(element.text, (element, False), inner)
        else:
            inner = frames.pop()
            if inner.is_block:
                yield from _flushed(pieces, inner)
            if element.tag == "br" and not inner.unseen:
                pieces.append(_Piece("\n", False, (element, False)))
            if element is not root:
                pieces += _pieces(element.tail, (element, True), frames[-1])
    yield from _flushed(pieces, frames[-1])


@dataclass(frozen=True, eq=False, slots=True)
class _Frame:
    """What an open element hands down to what stands in it.

    :param parts_links: nothing but links, and signs between them, stands in it
    :param verbatim: its line ends are line ends
    """

    unseen: bool = False
    role: Role = "text"
    box: Box | None = None
    is_block: bool = False
    in_article: bool = False
    linked: bool = False
    parts_links: bool = False
    verbatim: bool = False


_NOTHING = _Frame(unseen=True)


def _framed(element: Any, outer: _Frame) -> _Frame:
    tag = element.tag
    if outer.unseen or tag in _UNSEEN or _is_hidden(element):
        return _NOTHING
    names = _names(element.get("class") or "", element.get("id") or "")
    is_caption = tag in _CAPTIONS or bool(_CAPTION.search(names))
    is_block = tag in _BLOCKS or (tag in _LETTERING and (is_caption or bool(_DATELINE.search(names))))
    return _Frame(
        role=_RANKS.get(tag, "caption" if is_caption and outer.role == "text" else outer.role),
        box=_boxed(element, names, outer) if is_block else outer.box,
        is_block=is_block or (tag == "a" and outer.parts_links),
        in_article=outer.in_article or tag in ("article", "main"),
        linked=outer.linked or (tag == "a" and element.get("href") is not None),
        parts_links=is_block and _holds_only_links(element),
        verbatim=outer.verbatim or tag == "pre",
    )


def _boxed(element: Any, names: str, outer: _Frame) -> Box | None:
    """The box that an element opens, or the one it stands in."""
    tag, role = element.tag, (element.get("role") or "").lower()
    if tag in _BODIES:
        return outer.box
    if tag == "footer" and element.getparent().tag in ("blockquote", "figure"):
        return outer.box  # who said it
    if tag in _AROUND or role in _AROUND_ROLES:
        return _inside(outer.box, sure=True)
    if tag == "form" or (tag == "header" and not outer.in_article) or _AROUND_NAMES.search(names):
        return _inside(outer.box, sure=False)
    return outer.box


def _inside(box: Box | None, *, sure: bool) -> Box:
    return Box(box, sure, box.depth + 1 if box else 0)


@lru_cache(maxsize=4096)
def _names(classes: str, id: str) -> str:  # noqa: A002
    """The words that an element is called by, each between spaces.

    >>> _names("box-share fbShare", "menu_top")
    ' box share fb share menu top '
    """
    words = _CAPITAL.sub(r" \g<0>", f"{classes[:500]} {id[:100]}")
    return f" {' '.join(_NO_LETTER.split(words)).strip().lower()} "


_CAPITAL = re.compile("(?<=[a-z])[A-Z]")
_NO_LETTER = re.compile("[^A-Za-z]+")


def _listed(names: str) -> frozenset[str]:
    return frozenset(names.split())


_UNSEEN = _listed(
    "annotation annotation-xml applet audio canvas datalist embed head iframe noembed noframes noscript object "
    "script select style svg template textarea title video"
)
_BLOCKS = _listed(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search "
    "section summary table tbody td tfoot th thead tr ul"
)
_RANKS: dict[str, Role] = {"h1": "title", **dict.fromkeys(("h2", "h3", "h4", "h5", "h6"), "heading")}
_CAPTIONS = frozenset({"caption", "figcaption", "figure"})
_LETTERING = frozenset({"b", "em", "font", "i", "small", "span", "strong"})
_BODIES = frozenset({"article", "body", "html", "main"})

# What stands around the text, by tag, by role, and by the words in the names that sites give. Chosen by hand; a
# word that articles and lists of articles are also called by counts only alone or with another.
_AROUND = frozenset({"button", "footer", "menu", "nav", "search"})
_AROUND_ROLES = _listed("alertdialog button contentinfo dialog menu menubar navigation search tablist toolbar")
_AROUND_NAMES = re.compile(
    " (?:ads?|adv|advert|advertisement|banner|binh ?luan|bread ?crumbs?|chia ?se|comments?|cookies?|consent|"
    "copyright|disqus|follow|footer|gdpr|hash ?tags?|login|logo|mega ?menu|menus?|modal|nav|navbar|navigation|"
    "news ?letter|pager|paging|pagination|popup|qc|quang ?cao|rating|screen reader text|search ?(?:bar|box|form)|"
    "share|sharing|signup|skip link|social (?:bar|box|buttons|icons|links|media|share)|sponsor|sponsored|sr only|"
    "sub ?menu|subscribe|subscription|tag (?:box|cloud|links|list)|tags|tool ?bar|top ?bar|tu ?khoa|"
    "visually hidden|vote) |^ (?:keywords?|(?:global |main |page |site |top )?header|search|socials?|tag) $"
)
_CAPTION = re.compile("caption| chu ?thich | (?:image|img|photo|picture) (?:desc|description|note) | photo ?cms")
_DATELINE = re.compile(" (?:date ?line|location ?stamp) ")


def _is_hidden(element: Any) -> bool:
    """Whether an element says that it is not shown; style sheets are not read."""
    if element.tag in ("body", "html"):
        return False  # shown by a script
    if element.get("hidden") is not None or (element.tag == "dialog" and element.get("open") is None):
        return True
    style = element.get("style")
    return bool(style and _HIDDEN.search(style))


_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)


def _holds_only_links(element: Any) -> bool:
    """Whether two links or more, and nothing but signs between them, stand right in an element."""
    if len(element) < 2 or not _is_between(element.text):
        return False
    count = 0
    for child in element:
        if child.tag not in ("a", "br") or not _is_between(child.tail):
            return False
        count += child.tag == "a"
    return count > 1


def _is_between(text: str | None) -> bool:
    return not text or not text.strip(" \t\r\n\xa0|·•-–—/»>")


@dataclass(frozen=True, eq=False, slots=True)
class _Piece:
    text: str
    linked: bool
    start: tuple[Any, bool]


# Characters that some programs take for line ends, and browsers do not.
_WHITE = re.compile("[ \t\n\r\f\v\x1c-\x1e\x85\xa0\u2028\u2029]+")


def _pieces(text: str | None, start: tuple[Any, bool], frame: _Frame) -> Iterator[_Piece]:
    """A text node, its white space folded; a line end that counts is a piece of its own."""
    if not text or frame.unseen or frame.parts_links:
        return
    for number, line in enumerate(text.split("\n") if frame.verbatim else [text]):
        if number:
            yield _Piece("\n", False, start)
        if line:
            yield _Piece(_WHITE.sub(" ", line), frame.linked, start)


def _flushed(pieces: list[_Piece], frame: _Frame) -> Iterator[Stretch]:
    """The stretches that the pieces gathered so far make; none are left."""
    lines: list[list[_Piece]] = []
    for line in _lines(pieces):
        if line:
            lines.append(line)
        elif lines:
            yield _stretch(lines, frame)
            lines = []
    if lines:
        yield _stretch(lines, frame)
    pieces.clear()


def _lines(pieces: list[_Piece]) -> Iterator[list[_Piece]]:
    """The pieces of each line; none for one that is blank."""
    line: list[_Piece] = []
    for piece in pieces:
        if piece.text == "\n":
            yield line
            line = []
        elif line or piece.text != " ":
            line.append(piece)
    yield line


def _stretch(lines: list[list[_Piece]], frame: _Frame) -> Stretch:
    text = "\n".join(_SPACES.sub(" ", "".join(piece.text for piece in line)).strip(" ") for line in lines)
    linked = sum(len(piece.text) for line in lines for piece in line if piece.linked)
    whole = sum(len(piece.text) for line in lines for piece in line)
    box = frame.box
    while frame.role == "title" and box is not None and not box.holds_title:
        box.holds_title = True
        box = box.outer
    return Stretch(text, frame.role, linked / whole, frame.box, lines[0][0].start)


_SPACES = re.compile(" {2,}")
