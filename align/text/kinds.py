"""What a segment is, headline, sentence, caption, byline or other, and what agencies leave in a line.

Everything here is judged from the text of one line and the blank lines round it, so it is
a guess, but one that costs nothing and that a reader can follow. The pieces a line is
taken apart into hold all of it: an artefact becomes a segment of kind ``other``, never a
gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from align.text.abbreviations import words
from align.text.fold import strip_diacritics
from align.text.letters import UPPER
from align.types import Kind

__all__ = ["Piece", "kind_of", "peel"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line; `kind` is None where it is running text, still to be judged."""

    start: int
    end: int
    kind: Kind | None = None


def peel(line: str) -> list[Piece]:
    """The pieces of a line: artefacts with their kind, and what is left to be cut into sentences.

    >>> line = "HÀ NỘI — Thủ tướng đến Cuba./.VNA"
    >>> [(line[p.start : p.end], p.kind) for p in peel(line)]
    [('HÀ NỘI —', 'other'), ('Thủ tướng đến Cuba.', None), ('/.VNA', 'other')]
    """
    if line[0] == "|":
        return [Piece(0, len(line))]
    image = _IMAGE.search(line) if "nh " in line and len(line) < 2000 else None
    if image:
        return list(_around_image(line, image))
    start, end = 0, len(line)
    pieces: list[Piece] = []
    dateline = _patterns().dateline.match(line) if _DASHED.search(line, 0, 120) else None
    if dateline:
        start = dateline.end()
        pieces.append(Piece(0, len(line[:start].rstrip()), "other"))
    signature = _patterns().signature.search(line, max(start, end - 60))
    if signature and signature.start() > start:
        pieces.append(Piece(start, signature.start()))
        start = end - len(line[signature.start() :].lstrip())
        pieces.append(Piece(start, end, "other"))
    else:
        pieces.append(Piece(start, end))
    return [piece for piece in pieces if piece.start < piece.end]


def _around_image(line: str, image: re.Match[str]) -> Iterator[Piece]:
    """A headline, the artefact behind it, and the caption glued to it."""
    if image.start():
        yield Piece(0, len(line[: image.start()].rstrip()), "headline")
    yield Piece(*image.span(1), "other")
    rest = line[image.end() :]
    if rest.strip():
        yield Piece(len(line) - len(rest.lstrip()), len(line), "caption")


# VietnamPlus leaves an image's alternative text before its caption: `… humanity hinh anh 2First Vietnamese …`
_IMAGE = re.compile(rf"\b(h[iì]nh [aả]nh \d{{1,3}})(?=$|[{UPPER}\"“(])")
_DASHED = re.compile("[-–—]")


@dataclass(frozen=True, slots=True)
class _Patterns:
    """What names agencies and places, so that it is built from the word lists, on first use.

    :param dateline: `Hanoi (VNA) –`, `HÀ NỘI —`, `HUẾ -`, `TTO -`
    :param signature: `arena./.`, `he said./.VNA`, `… Hằng. — VNS`, `… Cuba. (TTXVN)`
    :param photo: `(VNA Photo)`, `— VNS Photo Việt Thanh`
    :param source: `Theo TTXVN`, `VNA`
    """

    dateline: re.Pattern[str]
    signature: re.Pattern[str]
    photo: re.Pattern[str]
    source: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    agency, place = _any(words().agency), _any(words().dateline)
    signed = rf"{agency}(?:/{agency})*"
    dash = r"\s*(?:[-–—]|--)\s+"
    dateline = (
        rf"(?:date \d{{4}}-\d\d-\d\d\s+)?"
        rf"(?:(?:[^\W\d_][\w.]*[ ,]{{1,2}}){{0,6}}(?:\w+\.? \d{{1,2}}(?:, \d{{4}})? )?\({signed}\){dash}"
        rf"|{place}(?:, [^-–—]{{3,24}})?{dash}"
        rf"|(?:[{UPPER}]{{2,}} ){{1,4}}—\s+"
        rf"|{agency}\s*[-–—]\s+)(?=[\"“‘'(]?[^\W_])"
        rf"|date \d{{4}}-\d\d-\d\d\s+"
    )
    signature = (
        rf"(?:(?:(?<=[.!?…”\"])/\.|(?<=\s)\./\.)\s*\(?(?:{signed})?\)?"
        rf"|\s*[-–—]\s*{signed}|(?<=[.!?…”\"])\s*\(?(?:Theo )?{signed}\)?)\.?$"
    )
    photo = rf"\({agency} (?:Photo|file photo)\)\W*$|[—–(] ?{agency}(?:/VNS)? Photos?\b[^.:]{{0,30}}$"
    return _Patterns(*map(re.compile, (dateline, signature, photo, rf"\(?(?:Theo )?{signed}\)?\.?$")))


def _any(names: Iterable[str]) -> str:
    """A pattern for any of the names, longer ones first."""
    return "(?:" + "|".join(map(re.escape, sorted(names, key=lambda name: (-len(name), name)))) + ")"


def kind_of(line: str, *, sentences: int = 1, alone: bool = True) -> Kind:
    """What a line is, by its look.

    :param sentences: how many it was cut into
    :param alone: whether blank lines stand round it

    >>> kind_of("Tổng Bí thư lên đường công du Mỹ, Cuba"), kind_of("Khánh Minh |")
    ('headline', 'byline')
    >>> kind_of("Lễ đón tại sân bay. Ảnh: VGP"), kind_of("Ông đến Cuba hôm nay.")
    ('caption', 'sentence')
    """
    fixed = _by_form(line)
    if fixed:
        return fixed
    if _HEADING.match(line):
        return "headline"
    if sentences > 1 or _ENDED.search(line[-12:]):
        return "sentence"
    words = line.split(None, _HEADLINE_WORDS)
    if len(words) > _HEADLINE_WORDS or line[0].islower():
        return "sentence"
    if _SOUNDED.search(line[-12:]):
        return "headline" if alone and len(words) > 3 else "sentence"
    return "headline"


def _by_form(line: str) -> Kind | None:
    """The kinds that show in a line's form alone."""
    if not any(map(str.isalpha, line[:2000])) or _DATE.fullmatch(line[:60]):
        return "other"
    if len(line) > _LONGEST_CAPTION:
        return None
    if _MARKUP.match(line):
        return "other"
    if _IMAGE_MARKUP.match(line):
        return "caption"
    picture = _PICTURE.search(line, max(0, len(line) - _LONGEST_BYLINE))
    if (picture and len((picture["who"] or "").split()) <= 8) or _patterns().photo.search(line):
        return "caption"
    return "byline" if len(line) <= _LONGEST_BYLINE and _is_byline(line) else None


def _is_byline(line: str) -> bool:
    piped = _PIPED.match(line)
    if piped and (not piped["date"] or _DATE.fullmatch(piped["date"])):
        return True
    return bool(_BYLINE.match(line) or _patterns().source.match(line)) or _is_name(line)


def _is_name(line: str) -> bool:
    """Whether the line is a Vietnamese name in full: a surname and two or three more words.

    Two words would take in too much: `Hồ Tây`, `Lê Lợi`.
    """
    parts = line.split()
    return len(parts) in (3, 4) and line.istitle() and strip_diacritics(parts[0]) in _surnames()


@cache
def _surnames() -> frozenset[str]:
    return frozenset(map(strip_diacritics, words().surname))


_PICTURE = re.compile(
    r"(?:^|[\s(/])(?:Ảnh|ẢNH|Anh|Nguồn ảnh|Photos?|PHOTO|Image|Picture|Đồ họa|Infographic)"
    rf"(?: minh h[oọ][aạ]| tư liệu| courtesy(?: of)?| by)?\s?: ?(?P<who>[{UPPER}\d@][^:]{{1,60}})$"
    r"|\([Ảả]nh(?: minh h[oọ][aạ]| tư liệu)?(?::[^()]{2,40})?\)\W*$"
)
_NAMES = rf"[{UPPER}][\w.’'-]*(?:(?:,|\s(?:and|và|&|-|–))?\s[{UPPER}][\w.’'-]*){{0,7}}"
_BYLINE = re.compile(
    rf"(?:By|BY|Bởi)\s{_NAMES}$"
    r"|(?:BY|By|Tác giả|Author|Reporters?|Phóng viên|Bài(?: và ảnh)?|Story|Text|Thực hiện|Người dịch|Translated by)"
    r":\s?\S.{1,80}$"
    rf"|\(?(?:Theo|Nguồn|Source|According to)\s?:?\s{_NAMES}\)?\.?$"
)
_PIPED = re.compile(r"[^|]{2,60}\|\s*(?P<date>[^|]{6,40})?$")
_MARKUP = re.compile(
    r":\w+:(?:`[^`]*`)?(?:\s*:\w+:`[^`]*`)*$|!\[\W*\]\(.*\)$|<[^>]+>$|\$\$?[^$]+\$\$?[.,]?$|\|.*\|$"
    r"|(?:https?://|www\.)\S+$|\S+@\S+\.\w+$"
)
# Markdown's `![what the picture shows](where it lies)`: the words are a caption.
_IMAGE_MARKUP = re.compile(r"!\[.*\w.*\]\(.*\)$")
_DATE = re.compile(
    r"(?:(?:Thứ \w+|Chủ nhật|Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)(?:day)?,?\s*)?(?:ngày\s*)?"
    r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d"
    r"|(?:January|February|March|April|May|June|July|August|September|October|November|December)\s\d{1,2},\s\d{4})"
    r"[,\s|–-]*(?:\d{1,2}[:h]\d\d(?::\d\d)?)?\s*(?:\(?GMT[+-]\d\)?|[AP]M)?",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.…:;,。][\"'”’»)\]*_]*$")
_SOUNDED = re.compile(r"[!?！？][\"'”’»)\]*_]*$")
_HEADING = re.compile(r"#{1,6}\s")
# A line without a full stop is a headline up to this many words; above, someone forgot the stop.
_HEADLINE_WORDS = 32
# Longer lines are no captions, and no bylines or markup: chosen by hand.
_LONGEST_CAPTION, _LONGEST_BYLINE = 600, 120
