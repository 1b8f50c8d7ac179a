"""Numbers in words in one text, as mentions: `hai mươi mốt`, `half a million`, `hàng nghìn`, `twice`."""

# Word lists read better as text.
# ruff: noqa: SIM905
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from align.quality.mentions.figures import power_after
from align.quality.mentions.measures import currency_after, unit_after
from align.quality.mentions.mention import FIGURE, NEVER, WORD, Key, Mention, number
from align.quality.mentions.sayings import read_sayings
from align.types import Language

__all__ = ["read_spelled"]


def read_spelled(text: str, language: Language) -> list[Mention]:
    """The numbers in words of a text in small letters, in order.

    >>> [(m.shown, m.unit) for m in read_spelled("hai mươi mốt năm, hai phần ba, nửa triệu", "vi")]
    [('21', 'y'), ('0.667', 'part'), ('500,000', None)]
    >>> [(m.shown, m.unit) for m in read_spelled("twenty-one years, two-thirds, half a million", "en")]
    [('21', 'y'), ('0.667', 'part'), ('500,000', None)]
    """
    found = read_sayings(text, language)
    for run in _runs(text, language):
        for part in _without_years(run, text) if language == "vi" else [run]:
            found += _read(part, text, language)
    # A longer mention that starts at the same place has read more of the words.
    found.sort(key=lambda mention: (mention.start, -mention.end))
    kept: list[Mention] = []
    for mention in found:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


class _Word(NamedTuple):
    text: str
    value: int
    start: int
    end: int


def _runs(text: str, language: Language) -> Iterator[list[_Word]]:
    """Number words that stand together; `ba, bốn` too, and a list of any other numbers not."""
    run: list[_Word] = []
    for match in _VALUE[language].finditer(text):
        word = _Word(match[0], _VALUES[language][match[0]], match.start(), match.end())
        if run:
            gap = text[run[-1].end : word.start]
            counted_on = gap == ", " and word.value == run[-1].value + 1 < 10
            if len(run) == _LONGEST_RUN or not (counted_on or _BETWEEN[language].fullmatch(gap)):
                yield run
                run = []
        run.append(word)
    if run:
        yield run


def _without_years(run: list[_Word], text: str) -> Iterator[list[_Word]]:
    """A run, parted at the `năm` that is a year, without words that are no numbers here."""
    kept: list[_Word] = []
    for i, word in enumerate(run):
        before = text[max(0, word.start - _LOOK_BACK) : word.start]
        after_ten = bool(kept) and kept[-1].text in ("mươi", "mười")
        if word.text in _AFTER_TEN and not after_ten:
            continue
        if not kept and (word.text == "mươi" or (word.text in _OTHER_WORD and _OTHER_WORD[word.text].search(before))):
            continue
        if word.text != "năm" or _is_five(word, run[i + 1 :], bool(kept), before, text):
            kept.append(word)
            continue
        if kept:
            yield kept
        elif not text[word.end : word.end + 2].strip().isdigit():
            # It may be five: it answers, and asks for nothing.
            yield [word]
        kept = []
    if kept:
        yield kept


def _is_five(word: _Word, following: list[_Word], counted: bool, before: str, text: str) -> bool:
    """Whether a `năm` is no year: `năm mươi`, `năm sáu`, `lên năm`, `năm người`."""
    if following and (following[0].value >= 10 or following[0].text == "sáu"):
        return True
    return bool(_FIVE_BEFORE.search(before)) or (not counted and bool(_FIVE_AFTER.match(text, word.end)))


def _read(run: list[_Word], text: str, language: Language) -> Iterator[Mention]:
    first = run[0]
    before = text[max(0, first.start - _LOOK_BACK) : first.start]
    if first.text in _POWERS[language] and not (language == "en" and _ARTICLE.search(before)):
        # `sống lâu trăm tuổi`, `cả ngàn lần`: no count, but what a count may answer.
        if len(run) == 1 and first.value in (100, 1000, 10**6):
            yield _also(number(first.start, first.end, (Decimal(first.value),), weight=NEVER), _vague(first.value))
        return
    groups = list(_groups(run))
    if len(groups) == 2 and 11 <= groups[0][0] <= 20 and 10 <= groups[1][0] < 100:
        # `nineteen eighty-four`
        groups = [(groups[0][0] * 100 + groups[1][0], groups[0][1] + groups[1][1])]
    power = run[-1].value if run[-1].value >= 10 else 1
    for value, words in groups:
        values = [Decimal(value)]
        if words is not groups[-1][1] and value < 10 <= power:
            # `năm sáu chục`: fifty or sixty.
            values.append(Decimal(value * power))
        yield _mention(values, words, text, language, alone=len(groups) == 1)


def _groups(run: list[_Word]) -> Iterator[tuple[int, list[_Word]]]:
    """The numbers that a run makes, each with its words: `hai ba` are two.

    >>> words = [_Word("", value, 0, 0) for value in (3, 100, 5, 10, 2, 3)]
    >>> [value for value, _ in _groups(words)]
    [352, 3]
    """
    total = group = last = 0
    words: list[_Word] = []
    for word in run:
        value = word.value
        if value >= 1000:
            # `mười nghìn tỷ`: the powers multiply.
            total, group = (total + max(group, 1) * value if group or not total else total * value), 0
        elif value == 100:
            group = max(group, 1) * 100
        elif value in (10, 12) and 0 < group % 100 < 10 and last < 10:
            group += group % 100 * (value - 1)
        elif 0 < last < 10 or (10 <= last < 100 and value >= 10):
            yield total + group, words
            total, group, words = 0, value, []
        else:
            group += value
        words.append(word)
        last = value
    yield total + group, words


def _mention(values: list[Decimal], words: list[_Word], text: str, language: Language, *, alone: bool) -> Mention:
    """One number with what stands to it: a fraction's denominator, `rưỡi`, a currency, a unit."""
    first, last = words[0], words[-1]
    start, end = first.start, last.end
    before = text[max(0, start - _LOOK_BACK) : start]
    if fraction := _FRACTION[language].match(text, end):
        parts = Decimal(_PARTS[fraction[1]])
        # `one third` is `one in three`.
        whole = [*values, parts] if values[0] == 1 else values
        return number(start, fraction.end(), (*(value / parts for value in values), *whole), unit="part", weight=WORD)
    if last.text in _PARTS and language == "en" and _ONE_OF.search(before):
        return number(start, end, (1 / values[0], values[0]), unit="part", weight=NEVER)
    if last.text in _NTHS or _NTH_BEFORE.search(before):
        return number(start, end, tuple(values), weight=WORD if values[0] > 1 else NEVER, kind="ordinal")
    unit, currency, values, end = _measured(values, last, text, end, language)
    weight = FIGURE if values[0] > _SMALL and alone else WORD
    power = len(words) == 1 and first.text in _POWERS[language]
    if (values[0] == 1 and unit not in ("%", "points")) or (len(words) == 1 and first.text in ("năm", "one", "zero")):
        weight = NEVER
    elif power and not (unit or currency):
        # `a thousand times` is no count.
        weight = WORD
    found = number(start, end, tuple(values), weight=weight, unit=unit, currency=currency)
    if last.text == "chục":
        # `một chục` is a dozen to many.
        return _also(found, *(value / 10 * 12 for value in values))
    return _also(found, _vague(10)) if last.text == "dozen" else found


def _measured(
    values: list[Decimal], last: _Word, text: str, end: int, language: Language
) -> tuple[str | None, str | None, list[Decimal], int]:
    """Unit and currency of a number, its values with the half that follows (`hai triệu rưỡi`), and the end."""
    if half := _HALF.match(text, end):
        values = [value + _HALF_OF * (last.value if last.value >= 100 else 1) for value in values]
        factor, end = power_after(text, half.end(), language)
        values = [value * factor for value in values]
    if paid := currency_after(text, end, language):
        return "lb" if "pound" in text[end : paid[1]] else None, paid[0], values, paid[1]
    measured = unit_after(text, end, language)
    if not measured:
        return None, None, values, end
    unit, end = measured
    if half := _HALF.match(text, end):
        return unit, None, [value + _HALF_OF for value in values], half.end()
    return unit, None, values, end


def _vague(value: int) -> Key:
    return ("vague", len(str(value)) - 1)


def _also(found: Mention, *keys: Key) -> Mention:
    """A mention that can be read in other ways as well."""
    return replace(found, asks=found.asks.union(keys), offers=found.offers.union(keys))


# --- words -------------------------------------------------------------------------------

# Above this, a number in words is meant as exactly as one in figures.
_SMALL = 12
_LONGEST_RUN = 20
_LOOK_BACK = 12
_HALF_OF = Decimal("0.5")
_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
_NTH_ONES = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
_NTH_NAMES = [*_NTH_ONES.split(), *"fifteenth sixteenth seventeenth eighteenth nineteenth".split()]
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_NTH_TENS = [f"{ten[:-1]}ieth" for ten in _TENS]
_NTHS = frozenset((*_NTH_NAMES, *_NTH_TENS, "hundredth", "thousandth"))
_VALUES: dict[Language, dict[str, int]] = {
    "en": {
        **{word: i for i, word in enumerate(["zero", *_ONES.split(), "eighteen", "nineteen"])},
        **{word: i for i, word in enumerate(_NTH_NAMES, start=1)},
        **{word: i * 10 for words in (_TENS, _NTH_TENS) for i, word in enumerate(words, start=2)},
        "dozen": 12,
        "hundred": 100,
        "thousand": 1000,
        "million": 10**6,
        "billion": 10**9,
        "trillion": 10**12,
        "hundredth": 100,
        "thousandth": 1000,
    },
    "vi": {
        **{word: i for i, word in enumerate("một hai ba bốn năm sáu bảy tám chín mười".split(), start=1)},
        "mốt": 1,
        "nhị": 2,
        "nhì": 2,
        "tư": 4,
        "lăm": 5,
        "bẩy": 7,
        "mươi": 10,
        "chục": 10,
        "tá": 12,
        "trăm": 100,
        "nghìn": 1000,
        "ngàn": 1000,
        "vạn": 10**4,
        "triệu": 10**6,
        "tỷ": 10**9,
        "tỉ": 10**9,
    },
}
_POWERS: dict[Language, frozenset[str]] = {
    "vi": frozenset("mươi chục tá trăm nghìn ngàn vạn triệu tỷ tỉ".split()),
    "en": frozenset("hundred thousand million billion trillion dozen hundredth thousandth".split()),
}
_PARTS = {
    "phần hai": 2,
    "phần ba": 3,
    "phần tư": 4,
    "phần năm": 5,
    "phần sáu": 6,
    "phần mười": 10,
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "eighth": 8,
    "tenth": 10,
    "thirds": 3,
    "quarters": 4,
    "fourths": 4,
    "fifths": 5,
    "sixths": 6,
    "eighths": 8,
    "tenths": 10,
}
# `tư` and `mốt` are numbers after a ten; before, they are private and fashion.
_AFTER_TEN = frozenset(("mốt", "tư", "lăm"))
# Words that are numbers unless these stand before them: ripe fruit, great talent, glossy.
_OTHER_WORD = {
    "chín": re.compile(
        r"\b(?:trái|quả|nấu|lúa|đã|được|bị|luộc|cây|chuối|mít|xoài|vừa|chưa|thịt|ăn|cho|gần|chín|cơm)\s$"
    ),
    "ba": re.compile(r"\b(?:tài|phong|tay)\s$"),
    "bẩy": re.compile(r"\b(?:bóng|đòn)\s$"),
}
_FIVE_BEFORE = re.compile(r"\b(?:lên|đủ|thứ|số|những|cả|khoảng)\s$")
_FIVE_AFTER = re.compile(
    r"\s(?:người|năm|ngày|tháng|tuần|giờ|phút|giây|lần|con|cái|chiếc|ứng|anh|chị|em|đứa|trẻ|cha|thầy|cô|cậu|ông|bà|nước"
    r"|tỉnh|thành|cuốn|ngôi|bức|tuổi|điểm|bài|phần|loại|bước|công|học|nhà|vụ|trong|bàn|trận|câu|đội|ca|cây|căn|bộ)\b"
)


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(word.replace(" ", r"\s") for word in sorted(words, key=len, reverse=True)) + ")"


# Compounds that only look like numbers: parents, backpacks, symptoms, billionaires.
_NO_NUMBER = {
    "vi": r"(?!ba\s(?:mẹ|má|lô|hoa|tê|rọi|chỉ|lê)\b|triệu\s(?:chứng|tập)\b|t[ỷỉ]\s(?:phú|lệ|số|giá|trọng|mỉ)\b"
    r"|một\s(?:mình|chút|khi|mạch)\b|năm\s(?:nay|ngoái|học|mới|trước|sau|tới(?!\s(?:sáu|bảy|tám|mười)))\b"
    r"|trăm\s(?:họ|ngả)\b|chín\s(?:muồi|chắn|đỏ)\b|sáu\smúi\b|bảy\snúi\b)",
    "en": r"(?!second-(?:hand|rate)\b|one\sanother\b|first-(?:hand|rate|time)\b|second\shand\b)",
}
_VALUE = {
    language: re.compile(rf"(?<![^\W_]){_NO_NUMBER[language]}{_any(values)}(?![^\W_])")
    for language, values in _VALUES.items()
}
_BETWEEN = {"vi": re.compile(r"\s(?:(?:lẻ|linh)\s)?"), "en": re.compile(r"[\s-](?:and\s)?")}
_ARTICLE = re.compile(r"\b(?:a|an|another|per|one)\s$")
_ONE_OF = re.compile(r"\b(?:a|one)\s$")
_HALF = re.compile(r"[\s-](?:rưỡi|and[\s-]a[\s-]half)(?![^\W_])")
_FRACTION = {language: re.compile(rf"[\s-]({_any(_PARTS)})(?![^\W_])") for language in _VALUES}
_NTH_BEFORE = re.compile(r"\b(?:thứ|hạng|đệ|giải|quý|khóa|lần)\s$")
