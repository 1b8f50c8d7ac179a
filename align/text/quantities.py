"""Numbers, dates and times of one text, brought to keys that both languages share.

`1.234,5` is read as Vietnamese and `1,234.5` as English; `219 tỉ` and `219 billion` become
``219000000000``. Where a spelling allows two readings (`21.9` is a number or a day in
September) both are kept: a reading that matches is enough.
"""

# Word lists read better as text.
# ruff: noqa: SIM905
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from align.text.dates import DATES, Mention, day_mention, mention, read_date
from align.types import Language

__all__ = ["Mention", "read_quantities"]


def read_quantities(text: str, language: Language) -> list[Mention]:
    """What a text in NFC says in figures, in order.

    >>> [sorted(m.asks) for m in read_quantities("tăng 2,3% lên 1,5 tỷ USD", "vi")]
    [['2.3'], ['1500000000']]
    >>> [sorted(m.asks) for m in read_quantities("up 2.3% to 1.5 billion USD", "en")]
    [['2.3'], ['1500000000']]
    """
    if not _MAYBE[language].search(text):
        return []
    mentions: list[Mention] = []
    for found in _PATTERNS[language].finditer(text):
        if found.lastgroup == "number":
            # Matched again for its parts, in place: a range looks at what follows.
            parts = _PARTS[language].match(text, found.start())
            mentions += [_number(parts, language)] if parts else []
        elif found.lastgroup == "roman":
            mentions.append(_roman(found.group()))
        else:
            mentions += read_date(found, language) or _numbers(found, language)
    return mentions


def _numbers(found: re.Match[str], language: Language) -> Iterator[Mention]:
    """What looked like a date and is none: `189/193` is two numbers."""
    for parts in _PARTS[language].finditer(found.string, *found.span()):
        yield _number(parts, language)


# --- one number --------------------------------------------------------------------------


def _number(parts: re.Match[str], language: Language) -> Mention:
    """One number with what stands to it: letters before and after, powers of ten.

    >>> [sorted(m.asks) for m in read_quantities("88 nghìn tỷ, 2 triệu rưỡi, 20-30 triệu, 21.9", "vi")]
    [['88000000000000'], ['2500000'], ['20', '20000000'], ['30000000'], ['21.9', '9-21']]
    """
    before, figures, after, powers, range_powers = parts.groups("")
    values = readings(figures, language)
    keys = [_key(value) for value in values]
    if powers:
        factor = _factor(powers, language)
        half = Decimal("0.5") * bool(_AND_A_HALF.search(powers))
        return mention(*(_key((value + half) * factor) for value in values))
    if unsaid := range_powers or (after if after.lower() in _ATTACHED else ""):
        # `5m` can be five metres; `20 to 30 million` leaves the first number's power unsaid.
        factor = _factor(unsaid, language)
        return mention(*keys, *(_key(value * factor) for value in values))
    if _is_code(before, after):
        return _code(before + figures + after.removesuffix("s"), keys)
    return _plain(figures, keys, language)


def readings(figures: str, language: Language) -> list[Decimal]:
    """The values that digits with dots and commas can have, likeliest first.

    Both languages also meet the other's custom, because translators forget.

    >>> [str(value) for value in readings("1.234", "vi")], [str(v) for v in readings("1.234", "en")]
    (['1234', '1.234'], ['1.234', '1234'])
    >>> [str(value) for value in readings("1.234,5", "vi")], [str(v) for v in readings("10.000", "vi")]
    (['1234.5'], ['10000'])
    """
    if figures.isdigit():
        return [Decimal(figures)]
    marks = [mark for mark in figures if mark in ".,"]
    grouped = Decimal(figures.replace(".", "").replace(",", ""))
    if len(set(marks)) == 2 and marks.count(marks[-1]) == 1:
        head, _, tail = figures.rpartition(marks[-1])
        return [Decimal(head.replace(".", "").replace(",", "") + "." + tail)]
    if len(marks) > 1:
        return [grouped]
    decimal = Decimal(figures.replace(",", "."))
    if not _GROUPED.fullmatch(figures):
        return [decimal]
    if figures.endswith("000"):
        return [grouped]
    usual = "." if language == "vi" else ","
    return [grouped, decimal] if marks[0] == usual else [decimal, grouped]


def _plain(figures: str, keys: list[str], language: Language) -> Mention:
    if figures.isdigit():
        whole = frozenset(keys)
        # Informal Vietnamese writes the article as a figure: `1 người bạn`.
        asks = whole if keys != ["1"] else frozenset[str]()
        return Mention(asks, whole | {f"d{keys[0]}"} if len(keys[0]) < 3 else whole)
    found = mention(*keys)
    if language == "vi" and (date := _DAY_MONTH.fullmatch(figures)):
        dated = day_mention(int(date[1]), [int(date[2])])
        return Mention(found.asks | {f"{int(date[2])}-{int(date[1])}"}, found.offers | dated.offers)
    return found


def _key(value: Decimal) -> str:
    """A number as a key: no exponent, no zeros that say nothing.

    >>> _key(Decimal("2.50")), _key(Decimal("1.5") * 10**9), _key(Decimal("007"))
    ('2.5', '1500000000', '7')
    """
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.lstrip("0") or "0" if not text.startswith("0.") else text


def _factor(powers: str, language: Language) -> Decimal:
    """The power of ten that words after a number name: `nghìn tỷ` is 10**12."""
    factor = Decimal(1)
    for word in _WORD.findall(powers.lower()):
        factor *= 10 ** _POWERS[language].get(word, 0)
    return factor


def _is_code(before: str, after: str) -> bool:
    """Whether letters make a number a name: `G7`, `COVID-19`, `5G`, not `79th`, `USD5`."""
    if before:
        return before.rstrip("-").upper() not in _CURRENCIES
    return after in _CODE_LETTERS


def _code(text: str, keys: list[str]) -> Mention:
    code = "#" + text.replace("-", "").lower()
    if _SQUARED.fullmatch(text):
        return Mention(frozenset(), frozenset())
    # A year in a name is a year all the same (`Euro-2024`), the 19 of COVID is no number.
    offers = (code, *keys) if len(keys[0]) > 3 else (code,)
    return Mention(frozenset((code, *keys)), frozenset(offers))


def _roman(text: str) -> Mention:
    """A Roman numeral of two letters or more, up to 39.

    >>> sorted(_roman("XIII").asks)
    ['13']
    """
    values = [_ROMAN[letter] for letter in text]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return mention(str(sum(-v if v < after else v for v, after in pairs)))


# --- patterns ----------------------------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]+")
_SQUARED = re.compile("[kcdm]?m[23]")
_AND_A_HALF = re.compile("(?i)rưỡi|ruoi")
_GROUPED = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_DAY_MONTH = re.compile(r"(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])")
_ROMAN = {"I": 1, "V": 5, "X": 10}
_CODE_LETTERS = frozenset("GDK")  # 5G, 3D, 4K; but 8GB is eight
_CURRENCIES = frozenset(
    "US USD VND EUR VNĐ NDT RMB HKD SGD AUD CAD GBP JPY RM RP RS S A C HK MID PRE POST EARLY LATE".split()
)
_POWERS: dict[Language, dict[str, int]] = {
    "vi": {
        "trăm": 2,
        "nghìn": 3,
        "ngàn": 3,
        "triệu": 6,
        "tỷ": 9,
        "tỉ": 9,
        "chục": 1,
        "vạn": 4,
        "nghin": 3,
        "ngan": 3,
        "trieu": 6,
        "ty": 9,
        "ti": 9,
        "tr": 6,
        "k": 3,
    },
    "en": {
        "hundred": 2,
        "thousand": 3,
        "million": 6,
        "billion": 9,
        "trillion": 12,
        "bn": 9,
        "mn": 6,
        "mln": 6,
        "bln": 9,
        "trn": 12,
        "tn": 12,
        "k": 3,
        "m": 6,
        "b": 9,
    },
}


def _one_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


# These stand right after a figure; apart from it (`5 m`) they are units.
_ATTACHED = frozenset(word for powers in _POWERS.values() for word in powers)
_APART = {language: [w for w in powers if w not in ("k", "m", "b", "tr")] for language, powers in _POWERS.items()}
# `10 triệu chứng` are ten symptoms, `2 tỷ phú` two billionaires.
_NO_POWER = r"(?!\s?(?:vi|chứng|tập|lệ|số|giá|phú|trọng)\b)"
_FIGURES = r"\d+(?:[.,]\d+)*"
_NUMBER: dict[Language, str] = {
    language: rf"""(?<![^\W_])([^\W\d_]{{1,8}}-?|)({_FIGURES})([^\W\d_]*)
        ((?:[\s-]?\b(?:{_one_of(_APART[language])})\b{_NO_POWER})*(?:\s(?:rưỡi|ruoi)\b)?)
        (?:(?=\s?(?:-|–|to|and|or|đến|den|tới|hoặc)\s?\$?{_FIGURES}((?:\s?\b(?:{_one_of(_APART[language])})\b{_NO_POWER})+))|)"""
    for language in _POWERS
}
_NUMERAL = r"(?P<roman>\b(?!IV\b)(?=[IVX]{2,8}\b)X{0,3}(?:IX|IV|V?I{0,3})(?<=[IVX])\b)"

_PARTS = {language: re.compile(text, re.VERBOSE | re.IGNORECASE) for language, text in _NUMBER.items()}
_PATTERNS: dict[Language, re.Pattern[str]] = {
    # Nothing starts inside a word: saying so first spares most places every other test.
    language: re.compile(
        rf"(?<![^\W_])(?=[^\W_])(?:{DATES[language]}|{_NUMERAL}|(?P<number>(?i:{number})))", re.VERBOSE
    )
    for language, number in _NUMBER.items()
}
# Most lines hold nothing of the kind; this finds that out thirty times as fast.
_MAYBE: dict[Language, re.Pattern[str]] = {
    "vi": re.compile(r"\d|[IVX]{2}|[Tt]h[áa]ng|TH[ÁA]NG"),
    "en": re.compile(
        r"\d|[IVX]{2}|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
    ),
}
