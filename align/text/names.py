"""Names of people, places and institutions, brought to keys that both languages share.

`Tô Lâm` and `To Lam` fold to the same tokens; `Trung Quốc` and `China`, `LHQ` and `UN`
stand in a table beside this module that anyone can add a line to. As with numbers, what a
text asks for and what it offers differ: every capitalised word is offered, but only one
that is likely a name is asked for.
"""

# Word lists read better as text.
# ruff: noqa: SIM905
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from align.text.fold import SYLLABLE, strip_diacritics, strip_tone
from align.types import Language

__all__ = ["Names", "read_names"]


class Names(NamedTuple):
    """The names of one text.

    :param asks: names that the other side should have
    :param offers: everything capitalised that may answer it
    :param roles: offices and bodies (`Thủ tướng`, `Prime Minister`), which it may have
    """

    asks: frozenset[str]
    offers: frozenset[str]
    roles: frozenset[str]


def read_names(text: str, language: Language) -> Names:
    """The names in a text in NFC.

    >>> vi = read_names("Chiều nay, Tổng Bí thư Tô Lâm tiếp ông Antonio Guterres tại Hà Nội", "vi")
    >>> en = read_names("General Secretary To Lam received Antonio Guterres in Hanoi", "en")
    >>> sorted(vi.asks), sorted(vi.asks - en.offers), sorted(vi.roles & en.roles)
    (['=hanoi', 'antonio', 'guterre', 'lam', 'to'], [], ['=general secretary'])
    >>> sorted(en.asks), sorted(en.asks - vi.offers)
    (['=hanoi', 'antonio', 'guterre', 'lam'], [])
    """
    tokens = _tokens(text, language)
    index, lower_starts = _table()[language]
    plain = text.isascii()
    asks, offers, roles = set[str](), set[str](), set[str]()
    at = 0
    while at < len(tokens):
        token = tokens[at]
        capital = token[0].isupper()
        if not capital and token not in lower_starts:
            at += 1
            continue
        before = tokens[at - 1] if at else "."
        form = _longest(index.get(_key(token), ()), tokens, at, plain)
        size = len(form.words) if form else 1
        if capital:
            offers.update(map(_key, tokens[at : at + size]))
        if form:
            roles |= form.roles
            offers |= form.names
            if _is_form_asked(form, before, language):
                asks |= form.names
        elif capital and _is_asked(token, before, tokens[at + 1] if at + 1 < len(tokens) else "", language):
            asks.add(_key(token))
        at += size
    # In capitals any word may be a name: all are offered, none is asked for.
    return Names(frozenset(() if text.isupper() else asks), frozenset(offers), frozenset(roles))


# --- which capitals are names ------------------------------------------------------------


def _is_form_asked(form: _Form, before: str, language: Language) -> bool:
    """Whether a form of the table is surely the name it can be.

    Not where it stands for several (`Korea`), and not where one Vietnamese syllable may be
    a person's (`Nguyễn Thị Nga`) or opens a sentence (`Anh cho biết`: he said).
    """
    if len(form.names) != 1:
        return False
    doubtful = language == "vi" and len(form.words) == 1 and _is_syllable(form.written)
    return not doubtful or not (before[0].isupper() or before in _OPENERS)


def _is_asked(token: str, before: str, after: str, language: Language) -> bool:
    """Whether a capitalised word is likely enough a name to be looked for on the other side."""
    if len(token) < 2 or token in _NO_NAMES or _NUMERAL.fullmatch(token):
        return False
    if language == "en":
        return not _is_english(token.lower())
    if not _is_syllable(token):
        return True
    # Vietnamese names have two syllables or more, all with a capital; a single capital is
    # the head of an institution's name or of a sentence.
    if not (after[:1].isupper() or before[0].isupper()) or token.lower() in _heads():
        return False
    return before not in _OPENERS or not _is_common_opener(token.lower())


@lru_cache(maxsize=1 << 14)
def _is_syllable(word: str) -> bool:
    return bool(SYLLABLE.fullmatch(strip_tone(word.lower())))


@lru_cache(maxsize=1 << 14)
def _is_english(word: str) -> bool:
    return word in _english() or bool(_ENGLISH_ENDING.search(word))


@cache
def _english() -> frozenset[str]:
    return frozenset(line.rstrip("*") for line in _lines("words.en.txt"))


def _is_common_opener(word: str) -> bool:
    return word in _vietnamese()


@cache
def _vietnamese() -> frozenset[str]:
    plain = frozenset(line for line in _lines("words.vi.txt") if not line.endswith("*"))
    return plain | frozenset("ông bà anh chị em cô chú bác theo tại ở từ khi nếu và".split())


@cache
def _heads() -> frozenset[str]:
    return frozenset(word for line in _lines("heads.vi.txt") for word in line.split())


_ENGLISH_ENDING = re.compile("...(?:ing|ings|ed|ly|ness|less|ful|ship|ships|ation|ations|[ai]bility|ology)$")
_NUMERAL = re.compile("X{0,3}(?:IX|IV|V?I{0,3})")
# Titles, months, weekdays and units: translated, and read elsewhere where they matter.
_NO_NAMES = frozenset(
    """
    Mr Mrs Ms Dr Prof Sir Jr Sr Rep Sen Gen Col Lt Capt Rev St Inc Ltd Co Corp PM AM TV PC OK Jan Feb
    Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec January February March April May June July August September
    October November December Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mondays Tuesdays
    Wednesdays Thursdays Fridays Saturdays Sundays Celsius Fahrenheit USD VND EUR MHz GHz GB MB TB KB km
    Km KM VNĐ NDT TNHH Internet Furthermore Mama Daddy Mom Dad Don Doesn Didn Isn Wasn Couldn Wouldn
    Aren Haven Hasn Gulf Academy Pope Commons Duke Duchess Observatory Hispanic Hispanics
    """.split()
)

# --- tokens ------------------------------------------------------------------------------

# A hyphen inside a Vietnamese word stays where lower case follows: `In-đô-nê-xi-a`, `Ma-rốc`.
_TOKEN: dict[Language, re.Pattern[str]] = {
    "vi": re.compile(r"[^\W\d_]+(?:-(?=[^\W\d_])[^\W\d_A-ZĐ][^\W\d_]*)*|[.,:;!?()\"“”/|–—-]"),
    "en": re.compile(r"[^\W\d_]+|[.,:;!?()\"“”/|–—-]"),
}
_OPENERS = frozenset('.:;!?("“|–—-')
_INITIALS = re.compile(r"\b(?:[A-Z]\.){2,}|\bT[Pp]\.\s?")


def _tokens(text: str, language: Language) -> list[str]:
    if "." in text:
        text = _INITIALS.sub(_without_dots, text)
    return _TOKEN[language].findall(text)


def _without_dots(found: re.Match[str]) -> str:
    """`U.S.` becomes US, and `TP.` stands apart from the city it precedes."""
    text = found.group()
    return "TP " if text[:2].upper() == "TP" else text.replace(".", "")


@lru_cache(maxsize=1 << 16)
def _key(token: str) -> str:
    """A word as both languages would write it, a plural and a nation as their root.

    >>> _key("Lâm"), _key("Pu-tin"), _key("Zambians"), _key("Zambia"), _key("PCs")
    ('lam', 'putin', 'zambia', 'zambia', 'pc')
    """
    key = strip_diacritics(token).lower().replace("-", "")
    if len(key) > 2 and key.endswith("s"):
        key = key[:-1]
    return key[:-1] if len(key) > 5 and key.endswith("ian") else key


# --- the table ---------------------------------------------------------------------------


class _Form(NamedTuple):
    """One spelling of one or more rows of the table, as folded words."""

    words: tuple[str, ...]
    written: str
    names: frozenset[str]
    roles: frozenset[str]


def _longest(forms: Sequence[_Form], tokens: Sequence[str], at: int, ascii_text: bool) -> _Form | None:
    """The longest form that stands at a token, if one does."""
    for form in forms:
        size = len(form.words)
        if size == 1:
            if _fits(tokens[at], form.written, ascii_text):
                return form
        elif (
            (tokens[at][0].isupper() or not form.names)
            and at + size <= len(tokens)
            and all(_key(tokens[at + k]) == form.words[k] for k in range(1, size))
        ):
            return form
    return None


def _fits(token: str, written: str, ascii_text: bool) -> bool:
    """Whether a single word is this form: US but not us, Áo but not Ao.

    >>> _fits("US", "US", True), _fits("us", "US", True), _fits("Anh", "Ảnh", False), _fits("Nga", "Nga", False)
    (True, False, False, True)
    """
    if written.isupper():
        return token == written
    if not token[0].isupper():
        return False
    return ascii_text or written.isascii() or token.lower() == written.lower() or not _is_syllable(written)


class _Index(NamedTuple):
    """The table for one language: forms by first word, longest first, and lower-case starts."""

    forms: dict[str, list[_Form]]
    lower_starts: frozenset[str]


@cache
def _table() -> dict[Language, _Index]:
    return {"vi": _index("vi", 0), "en": _index("en", 1)}


def _index(language: Language, column: int) -> _Index:
    forms: dict[str, list[_Form]] = {}
    starts: set[str] = set()
    for *spellings, kind in _rows():
        key = "=" + spellings[1][0].lower()
        for spelling in spellings[column]:
            words = _tokens(spelling, language)
            _add(forms, words, key, kind[0])
            if kind[0] == "role" and len(words) > 1:
                starts |= {words[0].lower(), strip_diacritics(words[0].lower())}
    for same_start in forms.values():
        same_start.sort(key=lambda form: -len(form.words))
    return _Index(forms, frozenset(starts))


def _add(forms: dict[str, list[_Form]], written: Sequence[str], key: str, kind: str) -> None:
    """Enter one spelling; a spelling of two rows gets the keys of both."""
    words, text = tuple(map(_key, written)), " ".join(written)
    same_start = forms.setdefault(words[0], [])
    names, roles = frozenset([key] * (kind == "name")), frozenset([key] * (kind == "role"))
    for i, form in enumerate(same_start):
        if form.words == words and form.written == text:
            same_start[i] = _Form(words, text, form.names | names, form.roles | roles)
            return
    same_start.append(_Form(words, text, names, roles))


def _rows() -> Iterator[list[list[str]]]:
    """The rows of the table after its head: Vietnamese forms, English forms, kind."""
    for line in list(_lines("exonyms.tsv"))[1:]:
        yield [cell.split("|") for cell in line.split("\t")]


def _lines(name: str) -> Iterator[str]:
    text = files("align.text").joinpath(name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))
