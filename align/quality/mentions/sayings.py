"""Words that say a number in their own way: `nửa`, `cả hai`, `twice`, `hàng nghìn`, `an hour and a half`."""

# Word lists read better as text.
from __future__ import annotations

import re
from decimal import Decimal

from align.quality.mentions.figures import power_after
from align.quality.mentions.measures import unit_after
from align.quality.mentions.mention import NEVER, WORD, Key, Mention, number
from align.types import Language

__all__ = ["read_sayings"]


def read_sayings(text: str, language: Language) -> list[Mention]:
    """The sayings of a text in small letters, in order.

    >>> [mention.shown for mention in read_sayings("hàng chục nghìn người, nửa triệu xe, tăng gấp đôi", "vi")]
    ['tens of thousands', '500,000', '2']
    >>> [mention.shown for mention in read_sayings("tens of thousands of people, half a million cars, doubled", "en")]
    ['tens of thousands', '500,000', '2']
    """
    return [_saying(match, language) for match in _PATTERNS[language].finditer(text)]


def _saying(match: re.Match[str], language: Language) -> Mention:
    text, (start, end) = match.string, match.span()
    if match.lastgroup == "vague":
        size = sum(_SIZES.get(word, 0) for word in _WORD.findall(match[0]))
        keys: frozenset[Key] = frozenset((("vague", size), Decimal(10) ** size))
        return Mention(start, end, _some(size), keys, keys, weight=WORD, kind="vague")
    if match.lastgroup == "and_a_half":
        measured = unit_after(text, start + match[0].index(" "), language)
        return number(start, end, (Decimal("1.5"),), unit=measured[0] if measured else None, weight=WORD)
    if match.lastgroup == "half":
        factor, end = power_after(text, end, language)
        half = Decimal("0.25" if match[0].startswith("a quarter") else "0.5") * factor
        if measured := unit_after(text, end, language):
            return number(start, measured[1], (half,), unit=measured[0], weight=NEVER)
        return number(start, end, (half,), unit="part" if factor == 1 else None, weight=WORD if factor > 12 else NEVER)
    value, weight = _SAYINGS[language][match[0]]
    return number(start, end, (Decimal(value),), weight=weight)


def _some(size: int) -> str:
    """A vague number in words.

    >>> _some(3), _some(4), _some(11)
    ('thousands', 'tens of thousands', 'hundreds of billions')
    """
    tens = ("", "tens", "hundreds")[size % 3]
    power = ("", "thousands", "millions", "billions", "trillions")[min(size // 3, 4)]
    return " of ".join(part for part in (tens, power) if part)


def _said(words: str, value: str, weight: int = WORD) -> dict[str, tuple[str, int]]:
    return dict.fromkeys((word.replace("_", " ") for word in words.split()), (value, weight))


_SAYINGS: dict[Language, dict[str, tuple[str, int]]] = {
    "vi": {
        **_said("đôi cặp cả_hai hai_bên", "2", NEVER),
        **_said("gấp_đôi", "2"),
        **_said("gấp_rưỡi", "1.5"),
    },
    "en": {
        **_said("both couple pair twins twin bilateral dual double doubled doubling doubles", "2", NEVER),
        **_said("twice twofold", "2"),
        **_said("triple tripled tripling threefold thrice", "3"),
        **_said("quadruple quadrupled fourfold", "4"),
        **_said("fivefold", "5"),
        **_said("tenfold", "10"),
        **_said("three_quarters three-quarters", "0.75"),
        **_said("a_quarter", "0.25", NEVER),
        **_said("once", "1", NEVER),
        **_said("trio", "3", NEVER),
        **_said("quartet", "4", NEVER),
    },
}
_SIZES = {
    "chục": 1,
    "trăm": 2,
    "nghìn": 3,
    "ngàn": 3,
    "vạn": 4,
    "triệu": 6,
    "tỷ": 9,
    "tỉ": 9,
    "tens": 1,
    "dozens": 1,
    "scores": 1,
    "dozen": 1,
    **{f"{name}{s}": size for name, size in (("hundred", 2), ("thousand", 3), ("million", 6)) for s in ("", "s")},
    **{f"{name}{s}": size for name, size in (("billion", 9), ("trillion", 12)) for s in ("", "s")},
}
_WORD = re.compile(r"[^\W\d_]+")


def _any(language: Language) -> str:
    return "|".join(word.replace(" ", r"\s") for word in sorted(_SAYINGS[language], key=len, reverse=True))


_PLURAL = "tens|dozens|scores|hundreds|thousands|millions|billions|trillions"
_POWER = "hundred|thousand|million|billion|trillion"
_PATTERNS: dict[Language, re.Pattern[str]] = {
    "vi": re.compile(
        rf"""(?<![^\W_])(?:
            (?P<vague>(?:hàng|vài|mấy|nhiều|những|dăm)
                (?:\s(?:chục|trăm|nghìn|ngàn|vạn|triệu|tỷ|tỉ)(?!\s(?:chứng|phú|lệ)\b)){{1,4}})
          | (?P<half>(?:một\s|phân\s|quá\s)?nửa(?!\sđêm))
          | (?P<said>{_any("vi")}))(?![^\W_])""",
        re.VERBOSE,
    ),
    "en": re.compile(
        rf"""(?<![^\W_])(?:
            (?P<vague>(?:several|few|many|some)\s(?:{_POWER}|dozen)s?(?:\s(?:of\s)?(?:{_POWER})s?)?
              | (?:{_PLURAL})(?:\sof\s(?:{_POWER})s?){{0,3}})
          | (?P<and_a_half>an?\s(?:hour|year|month|week|day|decade|century|minute|mile)\sand\sa\shalf)
          | (?P<half>half(?:\s(?:of\s)?an?|-a)?(?!\spast)(?!-time)|a\squarter\sof\san?)
          | (?P<said>{_any("en")}))(?![^\W_])""",
        re.VERBOSE,
    ),
}
