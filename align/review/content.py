"""What the review page is told of each pair: texts, score, what to look at, what agrees, what stands beside it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, TypedDict

from align.quality.agreement import agreements
from align.quality.check import FLAGS, Checked, check
from align.quality.quantities import day_order
from align.review.pieces import segment_stretches
from align.types import LANGUAGES, Language, TranslationUnit

__all__ = ["PageUnit", "page_key", "page_units", "texts_digest", "unique_ids"]

Offsets = tuple[int, int]


class PageUnit(TypedDict):
    """A pair as the page reads it; see ``Unit`` in ``page/model.js``. Offsets are in UTF-16 code units."""

    id: str
    texts: str
    vi: str
    en: str
    score: float | None
    document: str
    documents: dict[Language, str]
    flags: list[dict[str, str]]
    marks: dict[Language, list[tuple[int, int, str, str]]]
    cuts: dict[Language, list[int]]
    context: dict[Language, dict[str, int | None]]


def page_units(
    units: Sequence[TranslationUnit], *, progress: Callable[[int, int], None] | None = None
) -> list[PageUnit]:
    """Everything the page shows of some pairs, in their order.

    The pairs are checked as `align check` does; flags that a check does not raise, such as ``moved``, stay.

    :param progress: see `align.quality.check.check`
    """
    contexts = {language: _contexts(units, language) for language in LANGUAGES}
    orders = _day_orders(units)
    checked = check(units, progress=progress)
    return [
        _page_unit(item, unit_id, agreeing=list(_agreeing(item, orders[item.unit.document])), context=context)
        for item, unit_id, *context in zip(checked, unique_ids(units), *contexts.values(), strict=True)
    ]


def unique_ids(units: Iterable[TranslationUnit]) -> list[str]:
    """The ids of units, those that stand there again with their number.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> units = [unit_of_texts("Có.", "Yes.", ids=unit_ids(), id="7") for _ in range(3)]
    >>> unique_ids(units)
    ['7', '7#2', '7#3']
    """
    seen: Counter[str] = Counter()
    ids = []
    for unit in units:
        seen[unit.id] += 1
        ids.append(unit.id if seen[unit.id] == 1 else f"{unit.id}#{seen[unit.id]}")
    return ids


def texts_digest(unit: TranslationUnit) -> str:
    """Eight hexadecimal digits of both texts: whether a decision is still about what it was made on."""
    return hashlib.blake2b(f"{unit.vi}\x1e{unit.en}".encode(), digest_size=4).hexdigest()


def page_key(units: Iterable[PageUnit]) -> str:
    """Sixteen hexadecimal digits of the pairs: a page of the same ones goes on with the work kept for it."""
    parts = "\x1e".join(f"{unit['id']}\x1f{unit['texts']}" for unit in units)
    return hashlib.blake2b(parts.encode(), digest_size=8).hexdigest()


def _page_unit(
    item: Checked, unit_id: str, *, agreeing: list[tuple[Language, Offsets, str]], context: Sequence[dict[str, Any]]
) -> PageUnit:
    unit = item.unit
    texts: dict[Language, str] = {"vi": unit.vi, "en": unit.en}
    marks: dict[Language, list[tuple[int, int, str, str]]] = {"vi": [], "en": []}
    for language, span, flag in agreeing:
        marks[language].append((*_utf16(texts[language], span), "agree", flag))
    for finding in item.findings:
        for language, spans in (("vi", finding.vi), ("en", finding.en)):
            # What is about the whole text says nothing by being marked.
            inside = [span for span in spans if span[1] - span[0] < len(texts[language])]
            marks[language] += [(*_utf16(texts[language], span), finding.severity, finding.flag) for span in inside]
    others = [flag for flag in unit.flags if flag not in FLAGS]
    return PageUnit(
        id=unit_id,
        texts=texts_digest(unit),
        vi=unit.vi,
        en=unit.en,
        score=unit.score,
        document=unit.document,
        documents={"vi": unit.vi_document, "en": unit.en_document},
        flags=[
            *({"flag": found.flag, "severity": found.severity, "reason": found.reason} for found in item.findings),
            *({"flag": flag, "severity": "note", "reason": ""} for flag in others),
        ],
        marks=marks,
        cuts={language: _cuts(unit, language) for language in LANGUAGES},
        context=dict(zip(LANGUAGES, context, strict=True)),
    )


def _agreeing(item: Checked, order: tuple[bool | None, bool | None]) -> Iterator[tuple[Language, Offsets, str]]:
    for language, flag, span in agreements(item.unit, order):
        yield language, span, flag


def _day_orders(units: Iterable[TranslationUnit]) -> dict[str, tuple[bool | None, bool | None]]:
    documents: dict[str, list[TranslationUnit]] = {}
    for unit in units:
        documents.setdefault(unit.document, []).append(unit)
    return {name: day_order(of_it) for name, of_it in documents.items()}


def _utf16(text: str, span: Offsets) -> Offsets:
    """Offsets in code points as JavaScript counts them.

    >>> _utf16("𝟓 kg", (0, 1))
    (0, 2)
    """
    if text.isascii():
        return span
    start, end = (len(text[:offset].encode("utf-16-le")) // 2 for offset in span)
    return start, end


def _cuts(unit: TranslationUnit, language: Language) -> list[int]:
    """Where segments end inside a side: behind the last letter of each but the last."""
    text = unit.vi if language == "vi" else unit.en
    stretches = segment_stretches(unit, language) or []
    return [_utf16(text, (0, end))[1] for _, end, _ in stretches[:-1]]


def _contexts(units: Sequence[TranslationUnit], language: Language) -> list[dict[str, int | None]]:
    """For each unit the numbers of those whose side stands before and after its own in the same document."""
    documents: dict[str, list[tuple[int, int]]] = {}
    for number, unit in enumerate(units):
        name, spans, text = (
            (unit.vi_document, unit.vi_spans, unit.vi)
            if language == "vi"
            else (unit.en_document, unit.en_spans, unit.en)
        )
        if text:
            documents.setdefault(name, []).append((spans[0][0] if spans else number, number))
    contexts: list[dict[str, int | None]] = [{"before": None, "after": None} for _ in units]
    for places in documents.values():
        numbers = [number for _, number in sorted(places)]
        for one, two in pairwise(numbers):
            contexts[one]["after"], contexts[two]["before"] = two, one
    return contexts
