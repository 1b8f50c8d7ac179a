"""The same text translated in different ways, in either direction, over a whole corpus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from align.quality.digest import digest, matching_form
from align.quality.finding import Finding
from align.quality.sides import about, quoted, text_of
from align.types import Language, TranslationUnit

__all__ = ["check_consistency"]

# Chosen by hand: a reason that quotes more is not read.
_MOST_EXAMPLES = 3


def check_consistency(units: Sequence[TranslationUnit]) -> Iterator[tuple[int, Finding]]:
    """Units whose text is translated in another way elsewhere: `consistency`, each with its position.

    Case, diacritics, punctuation and spaces make no difference. Time is linear; beside the units, a
    few hundred bytes of digests are held for each.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> ids = unit_ids()
    >>> units = [unit_of_texts("Giá gạo tăng", en, ids=ids) for en in ("Rice is up", "Rice prices rise")]
    >>> for number, finding in check_consistency(units):
    ...     print(number, finding.reason.partition(" in unit")[0])
    0 The Vietnamese text is translated as “Rice prices rise”
    1 The Vietnamese text is translated as “Rice is up”
    """
    keys = [_keys(unit) for unit in units]
    examples = _examples(keys)
    for number, (unit, pairs) in enumerate(zip(units, keys, strict=True)):
        for language, key, translation in pairs:
            known = examples.get((language, key), {})
            others = [units[at] for one, at in known.items() if one != translation][:_MOST_EXAMPLES]
            if others:
                yield number, _finding(unit, others, language)


_Keys = tuple[tuple[Language, int, int], ...]


def _keys(unit: TranslationUnit) -> _Keys:
    """Each language with the digest of its text and that of its translation; nothing where a side is empty."""
    if not (unit.vi and unit.en):
        return ()
    vi, en = digest(matching_form(unit.vi)), digest(matching_form(unit.en))
    return ("vi", vi, en), ("en", en, vi)


def _examples(keys: Sequence[_Keys]) -> dict[tuple[Language, int], dict[int, int]]:
    """For each text with several translations, a few of them, each with the position of the first unit with it."""
    first: dict[tuple[Language, int], tuple[int, int]] = {}
    found: dict[tuple[Language, int], dict[int, int]] = {}
    for number, pairs in enumerate(keys):
        for language, key, translation in pairs:
            known, at = first.setdefault((language, key), (translation, number))
            if known != translation:
                several = found.setdefault((language, key), {known: at})
                # One more than are quoted: each unit leaves its own out.
                if len(several) <= _MOST_EXAMPLES:
                    several.setdefault(translation, number)
    return found


def _finding(unit: TranslationUnit, others: Sequence[TranslationUnit], language: Language) -> Finding:
    texts = [one.en if language == "vi" else one.vi for one in others]
    quotes = ", ".join(f"{quoted(text)} in unit {one.id}" for text, one in zip(texts, others, strict=True))
    reason = f"{text_of(language)} is translated as {quotes}."
    span = (0, len(unit.vi if language == "vi" else unit.en))
    evidence = tuple(f"{one.id}: {text}" for text, one in zip(texts, others, strict=True))
    return about(language, "consistency", "note", reason, [span], evidence)
