"""Where one sentence ends and the next begins, decided mark by mark.

Every run of `.`, `?`, `!` or `…` is a candidate. Rules that hold in both languages look at
the quotes and brackets round it, at the letter after it, and for a single full stop at the
words before and after (`abbreviations`). Where no rule speaks, a tokenizer is asked. Every
rule looks at a bounded stretch of text, so that the work grows with the number of marks,
whatever the line looks like.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from align.text.abbreviations import STOP_RULES, is_abbreviation, words
from align.text.letters import LOWER, UPPER
from align.text.marks import DASHES, OPENERS, QUOTES, Mark, Rule, marks
from align.types import Language

__all__ = ["Judge", "cuts"]

Judge = Callable[[str, int], bool]
"""Asked about a text and the offset behind a mark: does a sentence end here?"""


def cuts(text: str, language: Language, asks: Judge | None = None) -> list[int]:
    """Offsets behind which a sentence ends, in order; neither 0 nor the text's end.

    White space, a line feed too, only parts words here: what stands on a line of its own
    must be given by itself.

    :param asks: decides where no rule does; without it such a mark ends the sentence

    >>> cuts("TT. Trump đến TP. HCM lúc 8h30. Ông ở lại 3.5 ngày.", "vi")
    [31]
    """

    def ends(mark: Mark) -> bool:
        for rule in _RULES:
            verdict = rule(mark)
            if verdict is not None:
                return verdict
        return asks is None or asks(text, mark.end)

    return marks(text, language, ends)


def _nothing_said(mark: Mark) -> bool | None:
    """`… Rồi cũng chính con sông này`: no sentence is made of marks only."""
    return None if any(map(str.isalnum, mark.before)) else False


def _drawn(mark: Mark) -> bool | None:
    """A rule (`-----`) parts what stands round it, a smiley if a capital follows."""
    if mark.run[-1] in ")(DP" and mark.run[0] in ":;=":
        return mark.text[mark.next].isupper()
    return True if mark.run[0] in "-_=*~" else None


def _glued(mark: Mark) -> bool | None:
    """No space behind the mark: no boundary, unless it was plainly forgotten (`ở lại.Theo ông`)."""
    if mark.opening[:1].isspace():
        return None
    if mark.run[-1] in "。！？":
        return True
    word, token = mark.word, mark.token
    behind = mark.text[mark.next + len(word) : mark.next + len(word) + 1]
    return (
        mark.run in _FORGETFUL
        and not mark.opening
        and len(token) > 1
        and token.isalpha()
        and token.islower()
        and word.istitle()
        and (behind.isspace() or behind == ",")
        and word.lower() not in words().domain
    )


_FORGETFUL = (".", "?", "!", "…", "...", ".”", "!”", "?”")


def _goes_on(mark: Mark) -> bool | None:
    """A comma behind the quote, a small letter or a stray sign: the sentence goes on."""
    if mark.run[-1] in ",;:":
        return False
    following = mark.text[mark.next]
    if following.islower():
        return _small(mark)
    return None if following.isalnum() or following in "$£€¥₫#@" or ord(following) > 0x2000 else False


def _small(mark: Mark) -> bool | None:
    """A small letter follows: the sentence goes on, unless the writer begins sentences small.

    English on the web does (`i'll be late. see you`), Vietnamese only where the sentence
    before began so too: `ông H. nói`, `và... rủ nhau` are far more common.
    """
    if mark.word[1:2].isupper():  # iPhone, eBay
        return None
    opening = mark.opening.strip()
    if not _PLAIN.fullmatch(mark.run) or opening not in ("", "(", "[", '"', "“"):
        return False
    if len(mark.token) < 3 or is_abbreviation(mark.token):
        return False
    began = mark.text[mark.start : mark.start + 8].lstrip().lstrip(OPENERS + "-–— ")[:1]
    return mark.language == "en" or began.islower() or (mark.run == "." and opening != "")


_PLAIN = re.compile(r"\.|[?!]{1,4}")


def _enclosed(mark: Mark) -> bool | None:
    """Inside a bracket that the sentence opened and will close again."""
    before = mark.before
    opened = before.rfind("(")
    if opened <= before.rfind(")") or not before[:opened].strip() or ")" in mark.run:
        return None
    inside, closing, _ = mark.ahead.partition(")")
    return False if closing and "(" not in inside else None


def _called(mark: Mark) -> bool | None:
    """`Nó gọi: "Mẹ! Bố!".` is one sentence; calls are, several statements in a quote are not."""
    if mark.run[0] not in "!?" or set(mark.run) & QUOTES:
        return None
    for opening, closing in ('""', "“”"):
        said, opened, called = mark.before.rpartition(opening)
        if not opened or closing in called or (closing == '"' and not mark.quoted):
            continue
        to_come, closed, _ = mark.ahead.partition(closing)
        if closed and len(called) + len(to_come) < _BRIEF:
            return False if said.strip() else None
    return None


# Chosen by hand: two or three calls, no statement.
_BRIEF = 30


def _reported(mark: Mark) -> bool | None:
    """`"Đi đâu?" Martin hỏi.` is one sentence."""
    if not set(mark.run) & QUOTES and not set(mark.opening) & DASHES:
        return None
    clause = _CLAUSE.match(mark.text, mark.next, mark.next + 120)
    if clause is None:
        return None
    known = words().reports
    return False if clause["verb"] in known or clause["verb"].split()[0] in known else None


# `Martin`, `Huấn luyện viên Park`, `The old man`; a verb, or two syllables of one; little else; an end.
_CLAUSE = re.compile(
    rf"(?!(?:Câu|Lời|Tiếng|Giọng)\s)[{UPPER}][\w.’'-]*(?:(?:\s[{LOWER}]\w*){{0,3}}(?:\s[{UPPER}][\w.’'-]*){{1,4}})?"
    r"\s(?P<verb>[^\W\d_]+(?:\s[^\W\d_]+)?)[^.!?…:\"“”]{0,25}(?:[.!?…]|$)"
)


def _credited(mark: Mark) -> bool | None:
    """`… ngày 22.10.2022. Ảnh: VGP`: who took the picture belongs to the caption."""
    return False if _CREDIT.match(mark.text, mark.next, mark.next + 80) else None


_CREDIT = re.compile(
    r"(?:Ảnh|ẢNH|Anh|Hình|Photos?|PHOTO|Image|Picture)(?: minh h[oọ]a| courtesy(?: of)?)?: ?[^.!?:\n]{1,40}(?:[.!?)]|$)"
)


def _sounded(mark: Mark) -> bool | None:
    """`?`, `!`, `…` or a closed quote leaves no doubt before a capital."""
    return True if mark.run != "." else None


_RULES: tuple[Rule, ...] = (
    _nothing_said,
    _drawn,
    _glued,
    _goes_on,
    _enclosed,
    _called,
    _reported,
    _credited,
    _sounded,
    *STOP_RULES,
)
