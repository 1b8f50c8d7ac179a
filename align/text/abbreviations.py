"""Whether a single full stop ends a sentence or an abbreviation.

`TT. Trump`, `TP. HCM`, `J. K. Rowling`, `Q. 1`: the word before the stop and the word
after it tell, by the lists in ``boundaries.vi.txt`` and ``boundaries.en.txt``, which
anyone may add to. Both lists serve both languages, because the names of each stand in
the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

from align.text.marks import DASHES, OPENERS, Mark, Rule

__all__ = ["STOP_RULES", "Words", "is_abbreviation", "words"]


@dataclass(frozen=True, slots=True)
class Words:
    """The sections of the word lists, as they are explained there."""

    joins: frozenset[str]
    place: frozenset[str]
    number: frozenset[str]
    either: frozenset[str]
    ends: frozenset[str]
    zone: frozenset[str]
    starter: frozenset[str]
    head: frozenset[str]
    surname: frozenset[str]
    reports: frozenset[str]
    domain: frozenset[str]
    agency: frozenset[str]
    dateline: frozenset[str]
    dangling: frozenset[str]
    letter: frozenset[str]


@cache
def words() -> Words:
    """The word lists of both languages together; `_` in them stands for a space.

    >>> "GS" in words().joins, "trả lời" in words().reports
    (True, True)
    """
    sections: dict[str, set[str]] = {field.name: set() for field in fields(Words)}
    for name in ("boundaries.vi.txt", "boundaries.en.txt"):
        section: set[str] = set()
        for line in files("align.text").joinpath(name).read_text(encoding="utf-8").splitlines():
            entries = line.partition("#")[0].split()
            if entries and entries[0].startswith("["):
                section = sections[entries[0].strip("[]")]
            else:
                section.update(entry.replace("_", " ") for entry in entries)
    return Words(**{name: frozenset(section) for name, section in sections.items()})


def is_abbreviation(token: str) -> bool:
    """Whether a word is one that is written with a full stop.

    >>> is_abbreviation("GS"), is_abbreviation("U.N"), is_abbreviation("Nội")
    (True, True, False)
    """
    lists = words()
    known = _forms(token)
    return bool(
        _INITIALS.fullmatch(token)
        or known & lists.joins
        or known & lists.place
        or known & lists.number
        or known & lists.either
        or known & lists.ends
    )


def _forms(token: str) -> set[str]:
    """The forms a list may hold a word in: as it is, and with a small first letter."""
    return {token, token[:1].lower() + token[1:]}


def _list_head(mark: Mark) -> bool | None:
    """`1. Phạm vi`, `Điều 5. Giải thích từ ngữ`: the number belongs to what follows."""
    if mark.at - mark.start > _LONGEST_HEAD:
        return None
    head = mark.text[mark.start : mark.at].strip().lstrip(OPENERS + "".join(DASHES) + " ").split()
    if not head or not _NUMBER.fullmatch(head[-1]):
        return None
    return False if not head[:-1] or " ".join(head[:-1]) in words().head else None


_LONGEST_HEAD = 24
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3})*[a-zđ]?|[IVXLC]{1,6}|[A-Za-zĐđ]")


def _listed(mark: Mark) -> bool | None:
    """The abbreviations of the word lists."""
    lists, known = words(), _forms(mark.token)
    if known & lists.joins or mark.token.rpartition(".")[2] in lists.joins:  # `GS.TS.NGND. Bưởi`
        return False
    if known & lists.place:
        return _new_sentence(mark) and mark.second.islower()
    if known & lists.number and mark.text[mark.next].isdigit():
        return False
    if known & lists.ends:
        zoned = mark.word in lists.zone or mark.second == "time"
        return not zoned and not _TIME_FIRST.fullmatch(mark.before.strip())
    if known & lists.either:
        return _new_sentence(mark)
    return None


# `At 10 a.m. Mr. Lee came`: a time that opens its sentence cannot end it.
_TIME_FIRST = re.compile(r"(?:At|By|Around|About|Until|From|Before|After|Since|On)\b[^,]{0,24}")


def _new_sentence(mark: Mark) -> bool:
    """Whether the next word speaks for a new sentence: `U.S. The`, but not `U.S. A. Smith`."""
    word = mark.word
    if word == "A" and mark.language == "vi":  # `cháu L.M. A lên ba`
        return False
    return word in words().starter and not mark.text.startswith(".", mark.next + len(word))


def _initial(mark: Mark) -> bool | None:
    """`J. K. Rowling` and `ông D. Trump` go on, `đồng chí Nguyễn Văn B.` and `chị H. Sau đó` end."""
    token = mark.token
    if not _INITIALS.fullmatch(token):
        return None
    if _new_sentence(mark) or _is_word(token):
        return True
    if token.islower():  # `Roe v. Wade`, but `cao 5 m. Nhà`, `80 km / h. Xe`
        return len(token) == 1 and mark.before[-3:-2] in "/0123456789"
    if "(" in mark.opening:  # `anh Nguyễn Văn H. (24 tuổi)`
        return False
    before = mark.before.split()[-6:-1]
    if before and before[-1].lower() in words().letter:  # `vitamin C. Uống`, `bảng B. Trận`
        return True
    return _ends_a_name(before) or (token == "I" and mark.before[-3:-2].islower())


# One to five letters, each with its stop: `J`, `U.S`, `N.Đ.T`, `J.-P`.
_INITIALS = re.compile(r"[^\W\d_](?:\.-?[^\W\d_]){0,4}")


def _is_word(letter: str) -> bool:
    """`ở`, `ạ` and the `Á` of `Đông Nam Á` are words, not initials."""
    return len(letter) == 1 and not letter.isascii() and letter not in "Đđ"


def _ends_a_name(before: list[str]) -> bool:
    """Whether these words are a Vietnamese name from its surname on: the initial stands for the given name."""
    at = next((at for at, word in enumerate(before) if word in words().surname), None)
    return at is not None and all(word[0].isupper() for word in before[at:]) and not before[-1].endswith(",")


def _ordinary(mark: Mark) -> bool | None:
    """A word with a vowel, not all in capitals, is no abbreviation, nor is a number (`30m.`).

    Of others, the word that follows may tell: `bà Th. Khoảng 10 giờ`.
    """
    token = mark.token
    letters = token.replace("/", "").replace("-", "")
    if token[:1].isdigit() or (len(letters) > 1 and letters.isalpha() and letters.islower()):
        return True
    if len(letters) > 2 and letters.istitle() and _VOWEL.search(letters):
        return True
    return True if _new_sentence(mark) else None


_VOWEL = re.compile(r"[aeiouyăâêôơư\u00e0-\u00fd\u1ea0-\u1ef9]", re.IGNORECASE)

STOP_RULES: tuple[Rule, ...] = (_list_head, _listed, _initial, _ordinary)
"""In the order they are asked; the first that is not None decides."""
