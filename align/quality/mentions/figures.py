"""Numbers in figures in one text, as mentions: `1,5 tỷ đồng`, `$1.5bn`, `2 triệu rưỡi`, `G7`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from align.quality.mentions.measures import currency_after, currency_before, unit_after
from align.quality.mentions.mention import FIGURE, NEVER, WORD, Key, Mention, number
from align.text.quantities import readings
from align.types import Language

__all__ = ["POWERS", "power_after", "read_figures"]


def read_figures(text: str, language: Language) -> list[Mention]:
    """The numbers in figures of a text in small letters, in order.

    >>> [(m.shown, m.currency or m.unit) for m in read_figures("tăng 2,3% lên 1,5 tỷ usd, rộng 25m2", "vi")]
    [('2.3', '%'), ('1,500,000,000', 'USD'), ('25', 'm2')]
    >>> [(m.shown, m.currency or m.unit) for m in read_figures("up 2.3 percent to us$1.5bn", "en")]
    [('2.3', '%'), ('1,500,000,000', 'USD')]
    """
    found: list[Mention] = []
    end = 0
    for match in _FIGURE.finditer(text):
        if match.lastgroup == "list":
            for item in re.finditer(r"\d+", match[0]):
                start = match.start() + item.start()
                found.append(number(start, start + len(item[0]), (Decimal(item[0]),)))
            end = match.end()
        elif match.start() >= end and (mention := _figure(match, end, language)):
            found.append(mention)
            end = mention.end
    return found


def power_after(text: str, at: int, language: Language) -> tuple[Decimal, int]:
    """The power of ten that words after a number name, 1 if none, and where they end.

    >>> power_after("88 nghìn tỷ đồng", 2, "vi"), power_after("2 tỷ phú", 1, "vi")
    ((Decimal('1000000000000'), 11), (Decimal('1'), 1))
    """
    factor = Decimal(1)
    while factor < _HIGHEST and (match := _POWER[language].match(text, at)):
        factor *= POWERS[language][match[1]]
        at = match.end()
    return factor, at


def _figure(match: re.Match[str], since: int, language: Language) -> Mention | None:
    """One number; what stands before `since` belongs to the one before."""
    text, (start, end) = match.string, match.span()
    if match.lastgroup == "phone":
        return _named(start, end, match[0], [("code", re.sub(r"\D", "", match[0])[-_SUBSCRIBER:])])
    if match.lastgroup == "version":
        return _named(start, end, match[0], [("code", match[0])])
    if match.lastgroup == "height":
        return number(start, end, (Decimal(f"{match['metres']}.{match['parts']}"),), unit="m")
    figures = _GROUP_MARK.sub("", match[0])
    digits = figures.replace(".", "").replace(",", "")
    if len(digits) > _LONGEST:
        return _named(start, end, match[0], [("code", digits)])
    likeliest, *others = readings(figures if figures[0].isdigit() else f"0{figures}", language)
    # Translators forget to change the marks: then a whole number is meant, or both sides look the same.
    values = [likeliest, *(value for value in others if value == int(value))]
    money = currency_before(text, start)
    if money and money[1] < since:
        money = None
    letters = _LETTERS_BEFORE.search(text[max(since, start - 10) : start])
    named = letters and figures.isdigit() and letters[1] not in _NO_CODES and power_after(text, end, language)[1] == end
    if letters and named and not money:
        return _code(letters, text[start:end], start, values)
    found = _amount(text, start, end, values, money, language)
    factor, _ = power_after(text, end, language)
    return _offering(found, ("figures", match[0], int(factor))) if others else found


def _code(letters: re.Match[str], figures: str, start: int, values: list[Decimal]) -> Mention | None:
    """`G7`, `COVID-19`; but the 2 of a `m2` that stands alone is nothing."""
    if letters[1] in _METRES and figures in ("2", "3"):
        return None
    shown = letters[0] + figures
    found = _named(start - len(letters[0]), start + len(figures), shown, [("code", f"{letters[1]}{figures}"), *values])
    return replace(found, weight=WORD, kind="name") if letters[1] in _LEFT_OUT else found


def _amount(
    text: str, start: int, end: int, values: list[Decimal], money: tuple[str, int] | None, language: Language
) -> Mention:
    """A number with what stands to it: an ordinal's ending, a power of ten, a currency, a unit."""
    if ordinal := _NTH.match(text, end):
        return number(start, ordinal.end(), tuple(values), kind="ordinal")
    values, unsaid, after = _scaled(text, end, values, bool(money), language)
    unit, currency, after = _measured(text, after, end if unsaid else after, money, language)
    if unsaid and not (unit or currency):
        unit = "m"
    if unit and not currency and (half := _AND_A_HALF.match(text, after)):
        values, after = [value + _HALF for value in values], half.end()
    said = (*values, *unsaid)
    if money:
        start = money[1]
    elif after == end and (plain := _plain(text, start, end, said, language)):
        return plain
    # Informal Vietnamese writes the article as a figure: `1 người bạn`.
    weight = NEVER if said == (Decimal(1),) and unit not in ("%", "points") else FIGURE
    return number(start, after, said, unit=unit, currency=currency, weight=weight)


def _scaled(
    text: str, end: int, values: list[Decimal], money: bool, language: Language
) -> tuple[list[Decimal], list[Decimal], int]:
    """The values with their power and half, those with a power that may be meant (`5m`), and where it ends."""
    if fraction := _FRACTION.match(text, end):
        values, end = [value + _FRACTIONS[fraction[1]] for value in values], fraction.end()
    factor, after = power_after(text, end, language)
    if factor > 1:
        half = _AND_A_HALF.match(text, after)
        values = [(value + (_HALF if half else 0)) * factor for value in values]
        return values, [], half.end() if half else after
    if half := _AND_A_HALF.match(text, end):
        factor, after = power_after(text, half.end(), language)
        return [(value + _HALF) * factor for value in values], [], after
    letter = (_LETTER_MONEY if money else _LETTER).match(text, end)
    if not letter:
        return values, [], end
    scaled = [value * Decimal(10) ** _LETTERS[letter[1]] for value in values]
    # `5m` can be five metres.
    return (values, scaled, letter.end()) if letter[1] == "m" and not money else (scaled, [], letter.end())


def _measured(
    text: str, after: int, at: int, money: tuple[str, int] | None, language: Language
) -> tuple[str | None, str | None, int]:
    """The unit and the currency of a number, and where they end."""
    if money:
        return None, money[0], after
    if paid := currency_after(text, after, language):
        return "lb" if "pound" in text[after : paid[1]] else None, *paid
    measured = unit_after(text, at, language)
    return (measured[0], None, measured[1]) if measured else (None, None, after)


def _plain(text: str, start: int, end: int, said: tuple[Decimal, ...], language: Language) -> Mention | None:
    """A number to which nothing stands, if it is a year, a day or the number of an item."""
    if _SHORT_YEAR.fullmatch(text[max(0, start - 2) : end].lstrip()):
        # `’71`
        found = number(start, end, (*said, *(said[0] + century for century in (1900, 2000, 1800))))
        return replace(found, topic="date", kind="year")
    if _YEAR.fullmatch(text, start, end):
        return replace(number(start, end, said), topic="date", kind="year", shown=text[start:end])
    if start < _ITEM_AT and _ITEM.match(text):
        return number(start, end, said, weight=WORD, kind="item")
    if language == "vi" and (dated := _DAY_MONTH.fullmatch(text, start, end)):
        # `21.9` is a day in September as well.
        day, month = int(dated[1]), int(dated[2])
        found = _offering(number(start, end, said), ("day", month, day))
        return replace(found, offers=found.offers | {("month", month)})
    return None


def _named(start: int, end: int, shown: str, keys: Iterable[Key]) -> Mention:
    keys = frozenset(keys)
    return Mention(start, end, shown, keys, keys)


def _offering(found: Mention, key: Key) -> Mention:
    """A mention with one more reading."""
    return replace(found, asks=found.asks | {key}, offers=found.offers | {key})


# --- words and patterns ------------------------------------------------------------------

POWERS: dict[Language, dict[str, int]] = {
    "vi": {
        **dict.fromkeys(("trăm", "tram"), 100),
        **dict.fromkeys(("nghìn", "ngàn", "nghin", "ngan"), 1000),
        **dict.fromkeys(("triệu", "trieu"), 10**6),
        **dict.fromkeys(("tỷ", "tỉ", "ty", "ti"), 10**9),
        "chục": 10,
        "tá": 12,
        "vạn": 10**4,
    },
    "en": {
        "dozen": 12,
        "hundred": 100,
        **dict.fromkeys(("thousand", "thousands"), 1000),
        **dict.fromkeys(("million", "millions", "mn", "mln"), 10**6),
        **dict.fromkeys(("billion", "billions", "bn", "bln"), 10**9),
        **dict.fromkeys(("trillion", "trillions", "trn", "tn"), 10**12),
    },
}
# Nobody counts higher: a row of `tỷ tỷ tỷ` is no number.
_HIGHEST = Decimal(10) ** 30
# More digits than any amount has make a code. Reading them as numbers would take ever longer.
_LONGEST = 18
# What is left of a telephone number when country and area are written in another way.
_SUBSCRIBER = 7
_HALF = Decimal("0.5")
_LETTERS = {"k": 3, "m": 6, "b": 9, "tr": 6}
_LETTER = re.compile(r"(k|m|tr)(?![^\W_²])")
_LETTER_MONEY = re.compile(r"\s?(k|m|b)(?![^\W_²])")
# `10 triệu chứng` are ten symptoms, `2 tỷ phú` two billionaires.
_NO_POWER = r"(?!\s?(?:vi|chứng|tập|lệ|số|giá|phú|trọng|mỉ)\b)"
_POWER = {
    language: re.compile(rf"[\s-]?({'|'.join(sorted(words, key=len, reverse=True))})(?![^\W_]){_NO_POWER}")
    for language, words in POWERS.items()
}
_FIGURE = re.compile(
    r"""(?P<phone>(?<![\d.,])(?:\(?\+\d{1,3}\)?[\s.-]?\(?\d|\(?0)\d{1,3}\)?[\s.-]\d{3,4}[\s.-]\d{3,4}(?![\d.,]?\d))
      | (?P<version>(?<![\d.,])(?!\d{1,3}(?:\.\d{3})+(?!\d))\d{1,5}(?:\.\d{1,5}){2,5}(?!,?\d|\.\d))
      | (?P<height>(?<![\d.,])(?P<metres>[1-9])(?:m|\s(?:mét|thước)\s)(?P<parts>\d\d?)
          (?![\d.,]*\d|\s?(?:cm|m|%))(?![^\W_]))
      | (?P<grouped>(?<![\d.,])[1-9]\d{0,2}(?:['’\s]\d{3}){2,9}(?!\d)(?:[.,]\d+)?
          |(?<![\d.,])[1-9]\d{0,2}(?:['’]\d{3}|\s000)(?!\d))
      | (?P<list>(?<![\d.,])\d{1,2}(?:,\d{1,2}){2,9}(?![\d.,]))
      | (?P<plain>\d+(?:[.,]\d+)*|(?<![\d.,\w])\.\d+)""",
    re.VERBOSE,
)
_GROUP_MARK = re.compile(r"['’\s]")
_FRACTIONS = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75"), "⅓": Decimal(1) / 3, "⅔": Decimal(2) / 3}
_FRACTION = re.compile(r"\s?([½¼¾⅓⅔])")
_LETTERS_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_]{1,8})-?$")
_NO_CODES = frozenset(
    ("us", "usd", "vnd", "mid", "pre", "post", "early", "late", "đến", "tới", "to", "and", "or", "from")
)
_METRES = frozenset(("m", "km", "cm", "dm", "mm"))
# The numbers of these are part of a name that is often said otherwise.
_LEFT_OUT = frozenset(("covid", "cov", "sars", "co", "h", "n", "o", "pm", "so", "no", "ch"))
_NTH = re.compile(r"(?:st|nd|rd|th)(?![^\W_])")
_YEAR = re.compile(r"1[0-9]\d\d|20\d\d|21[0-4]\d")
_SHORT_YEAR = re.compile(r"['’]\s?\d\d")
_DAY_MONTH = re.compile(r"(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])")
_AND_A_HALF = re.compile(r"\s(?:rưỡi|ruoi)(?![^\W_])|[\s-](?:and[\s-]a[\s-]half|1/2)(?![^\W_])")
_ITEM = re.compile(r"\s*\(?\d{1,2}[.)](?:\s|$)")
_ITEM_AT = 3
