"""The marks that may end a sentence, and what stands round each of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from align.types import Language

__all__ = ["DASHES", "OPENERS", "QUOTES", "Mark", "Rule", "marks"]

QUOTES = frozenset("\"'”’»")
DASHES = frozenset("-–—")
OPENERS = "\"“‘'«‹([{*_"

# A run of marks with the closing quotes and brackets in and behind it (`!”.`, `?)`, `./.`),
# or a rule drawn between two texts, or a smiley.
_RUN = re.compile(
    r"[.!?…。！？][.!?…。！？\"'”’»›)\]}*_`,;:/]*|(?<!\S)[-_=*~]{5,}(?!\S)|(?<=\s)[:;=]['-]?[)(DP]+(?!\S)"
)
_OPENING = re.compile(r"\s*[\"“‘'«‹(\[{*_\-–—\s]{0,8}")
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
# `in 1891.[3]`, `văn học. [1 - 3] Ông`: the reference belongs to the sentence before it.
_FOOTNOTE = re.compile(r"\s?(?:\[\d{1,3}(?:\s?[-–,]\s?\d{1,3}){0,3}\])+(?=\s|$)")
# Characters of a sentence that a rule may look at. Enough for brackets and quotes; bounded,
# because a line can be 50 MB long.
_WINDOW = 300
_LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """One run of marks and what stands round it.

    :param start: where the sentence begins that the mark may end
    :param at: the first character of the run
    :param end: behind the run, where the sentence would end
    :param next: the first letter, digit or symbol of what follows
    :param quoted: whether the sentence has opened a straight quote and not closed it
    """

    language: Language
    text: str
    start: int
    at: int
    end: int
    next: int
    quoted: bool

    @property
    def run(self) -> str:
        """The marks themselves, closing quotes and brackets among them."""
        return self.text[self.at : self.end]

    @property
    def opening(self) -> str:
        """What stands between the run and the next word: space, quotes, brackets, dashes."""
        return self.text[self.end : self.next]

    @property
    def before(self) -> str:
        """The sentence so far, or its last 300 characters."""
        return self.text[max(self.start, self.at - _WINDOW) : self.at]

    @property
    def token(self) -> str:
        """The word before the run, from the last space or opening bracket on."""
        tail = self.text[max(self.start, self.at - _LONGEST_WORD) : self.at].rsplit(None, 1)
        return tail[-1].lstrip(OPENERS) if tail else ""

    @property
    def word(self) -> str:
        """The word after the run, empty if no letter begins it."""
        return self._word_at(self.next)

    @property
    def second(self) -> str:
        """The word after that, empty if anything but a space parts them."""
        at = self.next + len(self.word)
        return self._word_at(at + 1) if self.text[at : at + 1].isspace() else ""

    @property
    def ahead(self) -> str:
        """The next 300 characters."""
        return self.text[self.end : self.end + _WINDOW]

    def _word_at(self, at: int) -> str:
        match = _WORD.match(self.text, at, at + _LONGEST_WORD)
        return match[0] if match else ""


Rule = Callable[[Mark], "bool | None"]
"""Whether a sentence ends at the mark; None where the rule has nothing to say."""


def marks(text: str, language: Language, ends: Callable[[Mark], bool]) -> list[int]:
    """The offsets behind the marks that `ends` accepts, in order, the last one before the text's end.

    >>> marks("Xin chào! Tạm biệt.", "vi", lambda mark: True)
    [9]
    """
    found: list[int] = []
    start = 0
    for run in _RUN.finditer(text):
        mark = _mark(text, language, start, run)
        if mark.next >= len(text):
            break
        if ends(mark):
            start = mark.end
            found.append(start)
    return found


def _mark(text: str, language: Language, start: int, run: re.Match[str]) -> Mark:
    at, end = run.span()
    quoted = text.count('"', max(start, at - _WINDOW), at) % 2 == 1
    footnote = _FOOTNOTE.match(text, end)
    if footnote:
        end = footnote.end()
    # `… "- anh nói`, `! " Hôm nay`: the closing quote was set off by a space.
    if quoted and '"' not in run[0] and text.startswith(' "', end) and not text[end + 2 : end + 3].isalnum():
        end += 2
    opening = _OPENING.match(text, end)
    assert opening is not None  # it matches the empty string
    return Mark(language, text, start, at, end, opening.end(), quoted)
