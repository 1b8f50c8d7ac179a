"""Numbers, dates, times, currencies and units of one side that the other side has otherwise or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from align.quality.finding import Finding, Severity
from align.quality.mentions.leftovers import close, opposed
from align.quality.mentions.matching import Matched, clash, match
from align.quality.mentions.mention import FIGURE, NEVER, WORD, Mention, Order
from align.quality.mentions.reading import plain, read_mentions
from align.quality.sides import other, quoted
from align.types import LANGUAGE_NAMES, Language, TranslationUnit

__all__ = ["check_quantities", "check_quantities_of", "day_order"]


def check_quantities(unit: TranslationUnit, order: tuple[Order, Order] = (None, None)) -> Iterator[Finding]:
    """What differs in figures and number words: `number`, `date`, `time`, `currency` and `unit`.

    Each side is read in its language's way: ``1,5 tỷ`` is 1.5 billion, ``8h30`` half past eight. Words
    answer figures (``hai`` is 2), but little is asked of them: ``một`` and ``a`` say nothing.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> unit = unit_of_texts("Thu 1,5 tỷ đồng ngày 5/3.", "1.5 million dong on March 5.", ids=unit_ids())
    >>> print(*[finding.reason for finding in check_quantities(unit)])
    “1,5 tỷ đồng” (1,500,000,000) has no counterpart in English; “1.5 million dong” (1,500,000) stands there instead.

    :param order: whether the day comes first in `5/3/2024`, in Vietnamese and in English, as `day_order`
        finds it
    """
    if unit.vi and unit.en:
        vi, en = read_mentions(unit.vi, "vi", order[0]), read_mentions(unit.en, "en", order[1])
        if vi or en:
            yield from _Findings(unit, match(vi, en)).all()


def check_quantities_of(units: Sequence[TranslationUnit]) -> Iterator[tuple[int, Finding]]:
    """`check_quantities` over a corpus, with the order of day and month that each document shows.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> pairs = [("Ngày 5/13/2024.", "On May 13, 2024."), ("Ngày 5/3/2024.", "On May 3, 2024.")]
    >>> units = [unit_of_texts(vi, en, ids=unit_ids(), document="a") for vi, en in pairs]
    >>> list(check_quantities_of(units)), [finding.flag for finding in check_quantities(units[1])]
    ([], ['date'])

    :returns: findings with the position of their unit
    """
    documents: dict[str, list[int]] = {}
    for position, unit in enumerate(units):
        documents.setdefault(unit.document, []).append(position)
    for positions in documents.values():
        order = day_order(units[position] for position in positions)
        for position in positions:
            for finding in check_quantities(units[position], order):
                yield position, finding


def day_order(units: Iterable[TranslationUnit]) -> tuple[Order, Order]:
    """Whether the day comes first in dates such as `5/3/2024`, in Vietnamese and in English.

    Only a date that can be read in one way shows it, and only where none shows the opposite.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> day_order([unit_of_texts("Ngày 13/5/2024.", "On 5/13/2024.", ids=unit_ids())])
    (True, False)
    """
    seen: dict[Language, set[bool]] = {"vi": set(), "en": set()}
    for unit in units:
        for text, shown in ((unit.vi, seen["vi"]), (unit.en, seen["en"])):
            for found in _DATE.finditer(plain(text)):
                first, second = int(found[1]), int(found[3])
                if min(first, second) <= 12 < max(first, second) <= 31:
                    shown.add(first > 12)
    vi, en = (next(iter(shown)) if len(shown) == 1 else None for shown in seen.values())
    return vi, en


_DATE = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(?:\d{4}|\d\d)(?![\d/])")


class _Findings:
    """The findings of one unit."""

    def __init__(self, unit: TranslationUnit, matched: Matched) -> None:
        self.text: dict[Language, str] = {"vi": unit.vi, "en": unit.en}
        self.matched = matched
        pairs = sorted(matched.pairs, key=lambda pair: (pair[0].start, pair[1].start))
        self.evidence = tuple(f"{self._read('vi', vi)} ↔ {self._read('en', en)}" for vi, en in pairs)

    def all(self) -> Iterator[Finding]:
        for vi, en in self.matched.clashes:
            yield self._clash(vi, en)
        left_vi, left_en = ([one for one in side if one.weight != NEVER] for side in (self.matched.vi, self.matched.en))
        pairs = opposed(left_vi, left_en, self.matched.again_vi, self.matched.again_en)
        for vi, en in pairs:
            reason = f"{self._named('vi', vi)} has no counterpart in English; "
            reason += f"{self._named('en', en)} stands there instead."
            topics = {vi.topic, en.topic}
            flag = "date" if "date" in topics else "time" if "time" in topics else "number"
            yield self._finding(flag, _severity(vi, en), reason, [vi], [en])
        yield from self._alone("vi", [one for one in left_vi if all(one is not vi for vi, _ in pairs)])
        yield from self._alone("en", [one for one in left_en if all(one is not en for _, en in pairs)])

    def _clash(self, vi: Mention, en: Mention) -> Finding:
        flag = clash(vi, en)
        reason = f"{self._named('vi', vi)} is in {_measure(vi, flag)}, "
        reason += f"but {self._named('en', en)} in English is in {_measure(en, flag)}."
        severity: Severity = "warning" if {"%", "points"} == {vi.unit, en.unit} else "error"
        return self._finding(flag, severity, reason, [vi], [en])

    def _alone(self, language: Language, mentions: Iterable[Mention]) -> Iterator[Finding]:
        """Findings about what has nothing on the other side that could stand for it."""
        there = other(language)
        for mention in mentions:
            relative = _RELATIVE.get(mention.kind)
            if relative and relative.search(self.text[there]):
                continue
            counts = mention.unit or _counts(mention)
            if mention.kind in ("item", "name", "named") or (mention.weight == WORD and (mention.kind or not counts)):
                continue
            reason = f"{self._named(language, mention)} has no counterpart in {LANGUAGE_NAMES[there]}."
            severity: Severity = "warning" if mention.weight == FIGURE and counts else "note"
            vi, en = ([mention], []) if language == "vi" else ([], [mention])
            yield self._finding(mention.topic, severity, reason, vi, en)

    def _read(self, language: Language, mention: Mention) -> str:
        measure = _measure(mention, "")
        return f"{quoted(self._quote(language, mention))} = {mention.shown}{f' {measure}' if measure else ''}"

    def _named(self, language: Language, mention: Mention) -> str:
        text = self._quote(language, mention)
        return quoted(text) if text.lower() == mention.shown.lower() else f"{quoted(text)} ({mention.shown})"

    def _quote(self, language: Language, mention: Mention) -> str:
        return self.text[language][mention.start : mention.end]

    def _finding(self, flag: str, severity: Severity, reason: str, vi: list[Mention], en: list[Mention]) -> Finding:
        vi_spans, en_spans = (tuple((mention.start, mention.end) for mention in side) for side in (vi, en))
        read = [self._read("vi", mention) for mention in vi] + [self._read("en", mention) for mention in en]
        return Finding(flag, severity, reason, vi_spans, en_spans, (*read, *self.evidence))


def _severity(vi: Mention, en: Mention) -> Severity:
    sure = vi.weight == en.weight == FIGURE and (vi.kind == en.kind or "year" not in (vi.kind, en.kind))
    return "error" if sure and not close(vi, en) else "warning"


def _counts(mention: Mention) -> bool:
    """Whether it is more than a small count that either language may leave out: `2 nước`, `both countries`."""
    return mention.topic != "number" or any(not isinstance(key, Decimal) or key not in (1, 2) for key in mention.asks)


def _measure(mention: Mention, flag: str) -> str:
    first, second = (mention.unit, mention.currency) if flag == "unit" else (mention.currency, mention.unit)
    return (first or second or "").replace("part", "")


# How either language says a day, a month or a year without naming it.
_DAY = (
    r"\b(?:hôm (?:nay|qua|kia|sau|trước)|ngày mai|(?:sáng|trưa|chiều|tối|đêm) (?:nay|qua|mai)|today|yesterday|tomorrow"
    r"|tonight|last night|this (?:morning|afternoon|evening)|tuần (?:này|trước|tới|sau|qua)|(?:last|this|next) week)\b"
)
_MONTH = rf"{_DAY}|\b(?:tháng (?:này|trước|tới|sau|qua)|(?:last|this|next) month)\b"
_YEAR = (
    rf"{_MONTH}|\b(?:năm (?:nay|ngoái|kia|trước|tới|sau|qua)|(?:last|this|next|previous) year|a year (?:earlier|ago))\b"
)
_RELATIVE = {
    kind: re.compile(pattern, re.IGNORECASE)
    for kind, pattern in (("day", _DAY), ("weekday", _DAY), ("month", _MONTH), ("year", _YEAR))
}
