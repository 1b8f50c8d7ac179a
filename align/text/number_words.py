"""Numbers in words: `hai mươi lăm`, `twenty-five`, `thứ ba`, `third`, `hàng triệu`, `millions`.

They are weak evidence. `một` and `one` are half articles, `năm` is five or a year, `second`
a sixtieth of a minute: a number word may answer a figure of the other side, but nobody
demands that it be answered.
"""

# Word lists read better as text.
# ruff: noqa: SIM905
from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from align.types import Language

__all__ = ["read_number_words"]


def read_number_words(words: Sequence[str], language: Language) -> set[str]:
    """The keys of all numbers among lower-case words.

    >>> sorted(read_number_words("cả hai mươi lăm tỉnh và hai nước".split(), "vi"))
    ['2', '25']
    >>> sorted(read_number_words("all twenty five provinces and two nations".split(), "en"))
    ['2', '25']
    >>> sorted(read_number_words("hàng triệu người".split(), "vi")), sorted(read_number_words(["millions"], "en"))
    (['~6'], ['~6'])
    """
    values = _VALUES[language]
    keys: set[str] = set()
    if _TRIGGERS[language].isdisjoint(words):
        return keys
    run: list[str] = []
    for i, word in enumerate(words):
        if word in values:
            run.append(word)
        elif run:
            keys |= _run_keys(run, words[i - len(run) - 1] if i > len(run) else "", word, language)
            run = []
        if (plural := _PLURALS.get(word)) is not None:
            keys.add(plural)
    if run:
        keys |= _run_keys(run, words[-len(run) - 1] if len(words) > len(run) else "", "", language)
    return keys


def _run_keys(run: list[str], before: str, after: str, language: Language) -> set[str]:
    """The keys of number words that stand together, given their neighbours."""
    values = _VALUES[language]
    if language == "vi":
        if before == "hàng" or before == "hang":
            return {f"~{len(str(values[run[-1]])) - 1}"}
        if run == ["năm"] and (before in _YEAR_BEFORE or after in _YEAR_AFTER or after.isdigit()):
            return set()
        if before == "thứ" and len(run) == 1 and 2 <= values[run[0]] <= 7:
            return {str(values[run[0]]), f"w{values[run[0]]}"}
        # `hai năm` are two years, `năm mươi` is fifty.
        powers = [values[word] >= 10 for word in run[1:]] + [False]
        run = [word for i, word in enumerate(run) if word != "năm" or i == 0 or powers[i]]
    numbers = [values[word] for word in run]
    if all(number >= 100 for number in numbers):
        return {str(prod(numbers))} if before in _ARTICLES else set()
    return {str(value) for value in _values(numbers)}


def _values(numbers: Sequence[int]) -> Iterator[int]:
    """The numbers that a row of number words makes.

    >>> list(_values([3, 100, 5, 10])), list(_values([20, 5])), list(_values([2, 10, 5])), list(_values([2, 3]))
    ([350], [25], [25], [2, 3])
    """
    total = group = last = 0
    for number in numbers:
        if number >= 1000:
            total += max(group, 1) * number
            group = 0
        elif number == 100:
            group = max(group, 1) * number
        elif number == 10 and 1 < last < 10:
            group += 9 * last
        elif 0 < last < 10:
            # `hai ba`: two or three.
            yield total + group
            total, group = 0, number
        else:
            group += number
        last = number
    yield total + group


_ARTICLES = frozenset(("a", "an", "another"))
_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
_NTHS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_POWERS = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}

_VALUES: dict[Language, dict[str, int]] = {
    "en": {
        **{word: i for i, word in enumerate(f"{_ONES} seventeen eighteen nineteen".split())},
        **{word: i for i, word in enumerate(f"{_NTHS} fourteenth fifteenth sixteenth".split())},
        **{word: i * 10 for i, word in enumerate(_TENS.split(), start=2)},
        "once": 1,
        "twice": 2,
        "both": 2,
        "dozen": 12,
        "twentieth": 20,
        "thirtieth": 30,
        **_POWERS,
    },
    "vi": {
        **{word: i for i, word in enumerate("không một hai ba bốn năm sáu bảy tám chín mười".split()) if i},
        "mốt": 1,
        "nhất": 1,
        "tư": 4,
        "lăm": 5,
        "bẩy": 7,
        "mươi": 10,
        "chục": 10,
        "tá": 12,
        "trăm": 100,
        "nghìn": 1000,
        "ngàn": 1000,
        "triệu": 10**6,
        "tỷ": 10**9,
        "tỉ": 10**9,
        # Without diacritics only what means nothing else.
        "mot": 1,
        "hai": 2,
        "bon": 4,
        "muoi": 10,
        "tram": 100,
        "nghin": 1000,
        "trieu": 10**6,
    },
}
_PLURALS = {
    "hundreds": "~2",
    "thousands": "~3",
    "millions": "~6",
    "billions": "~9",
    "dozens": "~1",
    **{f"{day}day": f"w{i}" for i, day in enumerate("mon tues wednes thurs fri satur sun".split(), start=2)},
}
_TRIGGERS = {language: frozenset((*values, *_PLURALS)) for language, values in _VALUES.items()}
_YEAR_BEFORE = frozenset("mỗi hàng một trong cả đầu cuối giữa nhiều nửa từ vào những quanh các hằng suốt".split())
_YEAR_AFTER = frozenset("nay qua ngoái trước sau tới học đó này kia mới cũ".split())
