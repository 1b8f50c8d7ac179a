"""What stands alone, brought in its place among the pairs: the segments of the table of `--rejected`."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from align.errors import FormatError
from align.formats.lines import numbered_lines, read_text
from align.formats.table import REJECTED_COLUMNS
from align.formats.units import one_line
from align.types import LANGUAGES, Language, TranslationUnit, pair_id

__all__ = ["read_unpaired", "with_unpaired"]


def read_unpaired(path: str | os.PathLike[str]) -> list[TranslationUnit]:
    """The segments in a table of `--rejected`, each as a unit that stands alone.

    What is no segment in Vietnamese or English (a line in neither, a part that could not be read) is passed over.

    :raises AlignError: if the file cannot be read or is no such table
    """
    name, text = read_text(path)
    lines = numbered_lines(text)
    _, header = next(lines, (0, ""))
    if tuple(header.split("\t")) != REJECTED_COLUMNS:
        raise FormatError(f"{name}: expected the table that --rejected writes, with {', '.join(REJECTED_COLUMNS)}.")
    units = []
    for number, line in lines:
        cells = line.split("\t")
        if len(cells) != len(REJECTED_COLUMNS):
            raise FormatError(
                f"{name}:{number}: found {len(cells)} columns, expected {len(REJECTED_COLUMNS)}; is it tab-separated?"
            )
        row = dict(zip(REJECTED_COLUMNS, cells, strict=True))
        start, _, end = row["span"].partition("-")
        if row["lang"] in LANGUAGES and start.isdecimal() and end.isdecimal() and one_line(row["text"]):
            units.append(_alone(row["document"], row["lang"], (int(start), int(end)), row["text"]))
    return units


def _alone(document: str, language: Language, span: tuple[int, int], text: str) -> TranslationUnit:
    segments = [(document, *span, text)]
    is_vi = language == "vi"
    return TranslationUnit(
        vi=one_line(text) if is_vi else "",
        en="" if is_vi else one_line(text),
        score=None,
        kind="1-0" if is_vi else "0-1",
        flags=(),
        document=document,
        vi_document=document if is_vi else "",
        en_document="" if is_vi else document,
        vi_spans=(span,) if is_vi else (),
        en_spans=() if is_vi else (span,),
        id=pair_id(segments if is_vi else (), () if is_vi else segments),
    )


def with_unpaired(units: Sequence[TranslationUnit], alone: Iterable[TranslationUnit]) -> list[TranslationUnit]:
    """Pairs, and in their places what stands alone: behind the last pair whose segment of that language is before it.

    Segments that are in a pair already are left out. What is of a document without pairs comes at the end.
    """
    followers: dict[int, list[TranslationUnit]] = {}
    last: list[TranslationUnit] = []
    places = {language: _places(units, language) for language in LANGUAGES}
    for unit in alone:
        language: Language = "vi" if unit.vi else "en"
        document, [(start, _)] = _side(unit, language)
        starts, ends, numbers = places[language].get(document, ([], [], []))
        at = bisect_right(starts, start) - 1
        if at >= 0 and start < ends[at]:
            continue
        if numbers:
            followers.setdefault(numbers[at] if at >= 0 else numbers[0] - 1, []).append(unit)
        else:
            last.append(unit)
    ordered = list(followers.get(-1, ()))
    for number, unit in enumerate(units):
        ordered.append(unit)
        ordered += followers.get(number, ())
    return ordered + last


def _places(units: Sequence[TranslationUnit], language: Language) -> dict[str, tuple[list[int], list[int], list[int]]]:
    """For each document the starts and ends of the spans that are in pairs, in order, and the pairs' numbers."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    for number, unit in enumerate(units):
        document, spans = _side(unit, language)
        for start, end in spans:
            found.setdefault(document, []).append((start, end, number))
    columns = {name: [list(column) for column in zip(*sorted(spans), strict=True)] for name, spans in found.items()}
    return {name: (starts, ends, numbers) for name, (starts, ends, numbers) in columns.items()}


def _side(unit: TranslationUnit, language: Language) -> tuple[str, tuple[tuple[int, int], ...]]:
    return (unit.vi_document, unit.vi_spans) if language == "vi" else (unit.en_document, unit.en_spans)
