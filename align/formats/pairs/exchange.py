"""What the formats of translators' programs share: codes of languages, text with marks in it, and notes on a unit.

A translation memory holds any number of languages under any of their codes. Texts hold marks for
formatting and placeholders of the original. What a unit is beyond its two texts stands in named notes,
which every such format has under another name; here they are called facts.
"""

from __future__ import annotations

import functools
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

from align.errors import FormatError
from align.formats.lines import shown
from align.formats.settings import ReadSettings
from align.formats.units import one_line, read_number, unit_ids, unit_of_texts
from align.formats.xml import local_name
from align.types import LANGUAGES, Language, TranslationUnit

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["XML_LANG", "Exchange", "Fact", "facts_of", "language_of"]

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

Fact: TypeAlias = tuple[str, str]
"""The name of what is known about a unit, and its value; a name can come more than once."""

# ISO 639's two and three letters.
_CODES: dict[Language, tuple[str, ...]] = {"vi": ("vi", "vie"), "en": ("en", "eng")}


def language_of(code: str, codes: tuple[str, str] | None = None) -> Language | None:
    """The language that a code names, with any country and script.

    >>> language_of("vi_VN"), language_of("EN"), language_of("eng-US"), language_of("fr")
    ('vi', 'en', 'en', None)
    >>> language_of("vn", ("vn", "en-GB")), language_of("en-US", ("vn", "en-GB"))
    ('vi', None)

    :param codes: what the languages are called in this file instead, Vietnamese first; ``"en"`` stands
        for ``"en-US"`` and ``"en-GB"``, each of these for itself
    """
    plain = _plain(code)
    for place, language in enumerate(LANGUAGES):
        for known in [codes[place]] if codes else _CODES[language]:
            if plain == _plain(known) or plain.startswith(_plain(known) + "-"):
                return language
    return None


def _plain(code: str) -> str:
    return code.strip().replace("_", "-").casefold()


def facts_of(unit: TranslationUnit) -> Iterator[Fact]:
    """What is to be noted about a unit, beyond its texts, its id and its document."""
    if unit.score is not None:
        yield "score", f"{unit.score:.4f}"
    yield "kind", unit.kind
    for flag in unit.flags:
        yield "flag", flag
    sides = (
        ("vi", unit.vi_document, unit.vi_spans, unit.vi_places),
        (
            "en",
            unit.en_document,
            unit.en_spans,
            unit.en_places,
        ),
    )
    for side, document, spans, places in sides:
        if document:
            yield f"{side}-document", document
        if spans:
            yield f"{side}-spans", ",".join(f"{start}-{end}" for start, end in spans)
        for place in places:
            yield f"{side}-place", place


class Exchange:
    """One reading of a file: makes its units, and says at the end what was passed over.

    :param name: what messages call the file
    """

    def __init__(self, name: str, settings: ReadSettings) -> None:
        self._name, self._settings = name, settings
        self._ids, self._seen = unit_ids(), set[str]()
        self._languages: Counter[str] = Counter()
        self._language = functools.lru_cache(maxsize=100)(lambda code: language_of(code, settings.codes))
        self._units = self._foreign = self._marks = self._variants = 0

    def sides(self, texts: Iterable[tuple[str, etree._Element | None]]) -> dict[Language, etree._Element] | None:
        """The Vietnamese and the English text of a unit, by their codes; of several in a language the first.

        :param texts: code and text; an empty code takes the language that the others leave
        :returns: None if it is a pair of others: none is in either language, or only one in company
            of a third language
        """
        found: dict[Language, etree._Element] = {}
        others, unnamed = 0, []
        for code, text in texts:
            if text is None and not code.strip():
                continue
            self._languages[code.strip() or "no code"] += 1
            language = self._language(code)
            if language is None:
                others += 1
                unnamed += [text] if not code.strip() and text is not None else []
            elif text is not None and language in found:
                self._variants += 1
            elif text is not None:
                found[language] = text
        if len(found) == 1 and len(unnamed) == others == 1:
            found["en" if "vi" in found else "vi"] = unnamed[0]
            others = 0
        if others and len(found) < len(LANGUAGES):
            self._foreign += 1
            return None
        return found

    def text(self, element: etree._Element) -> str:
        """An element's text without the marks in it, not cleaned yet.

        What stands for the original's own code is left out, what only encloses text is not. A mark that is
        a line break becomes a space.

        :raises ValueError: if it names an entity, which is text that is not there
        """
        return "".join(self._texts(element))

    def _texts(self, element: etree._Element) -> Iterator[str]:
        from lxml import etree

        yield element.text or ""
        for child in element:
            name = local_name(child)
            if name:
                self._marks += 1
                if _LINE_BREAK.intersection(child.get(attribute, "") for attribute in ("type", "ctype", "subType")):
                    yield " "
                if name not in _CODE:
                    yield from self._texts(child)
            elif child.tag is etree.Entity:  # lxml's form of what it does not resolve
                raise ValueError(f"found {child.text}, which is not declared; write the character itself.")
            yield child.tail or ""

    def unit(
        self, line: int, texts: Mapping[Language, str], facts: Iterable[Fact], *, document: str, unit_id: str
    ) -> TranslationUnit | None:
        """The unit, or None if it was refused.

        :param document: where the file names none, what stands for it
        """
        known: defaultdict[str, list[str]] = defaultdict(list)
        for fact, value in facts:
            known[fact].append(value)
        is_ours = "kind" in known
        if not is_ours:
            # An id is one pair's alone: other programs number units anew in each part of a file.
            unit_id = "" if unit_id in self._seen else unit_id
            self._seen.add(unit_id)
            known = defaultdict(list, score=known["score"])
        try:
            vi_spans, en_spans = (_spans(known[f"{side}-spans"]) for side in LANGUAGES)
            score = _score(known["score"], strict=is_ours)
        except ValueError as error:
            self.refuse(line, str(error), texts)
            return None
        unit = unit_of_texts(
            texts.get("vi", ""),
            texts.get("en", ""),
            ids=self._ids,
            document=document if document or is_ours else os.path.basename(self._name),
            score=score,
            flags=known["flag"],
            kind=one_line("".join(known["kind"][:1])),
            vi_document="".join(known["vi-document"][:1]),
            en_document="".join(known["en-document"][:1]),
            vi_spans=vi_spans,
            en_spans=en_spans,
            id=unit_id,
            vi_places=known["vi-place"],
            en_places=known["en-place"],
        )
        if unit is None:
            self.refuse(line, "found no text, expected one in Vietnamese or English; take the unit out.", {})
            return None
        self._units += 1
        return unit

    def refuse(self, line: int, reason: str, texts: Mapping[Language, str]) -> None:
        """Leave a unit out; see `align.formats.settings.ReadSettings.refuse`."""
        self._settings.refuse(f"{self._name}:{line}", reason, " | ".join(texts.values()))

    def finish(self) -> None:
        """Say what was passed over, when all is read.

        :raises FormatError: if there was something, and nothing in Vietnamese and English
        """
        found, others = (
            ", ".join(shown(code)[1:-1] for code in sorted(codes)[:20])
            for codes in (self._languages, [code for code in self._languages if not self._language(code)])
        )
        if self._foreign and not self._units:
            raise FormatError(
                f"{self._name}: found texts in {found}, expected pairs in Vietnamese (vi) and English (en); "
                "if they have other codes in this file, say which: --from-codes VI,EN."
            )
        for count, what in (
            (self._foreign, f"in other languages ({others}) passed over"),
            (self._variants, "with more than one text in a language: the first was taken"),
        ):
            if count:
                self._settings.say(f"{self._name}: {_counted(count, 'unit')} {what}.")
        if self._marks:
            self._settings.say(
                f"{self._name}: {_counted(self._marks, 'mark')} of formatting or placeholders left out of the texts."
            )


# Elements of TMX and XLIFF that hold the original's own code, or stand for it; `sub` is a text of its own
# that lies in such code, such as a footnote.
_CODE = frozenset({"bpt", "ept", "ph", "it", "ut", "sub", "x", "bx", "ex", "sc", "ec", "sm", "em", "cp"})
_LINE_BREAK = frozenset({"lb", "x-br", "x-html-br", "xlf:lb"})

# Fifteen digits are more than any text has characters.
_SPAN = re.compile("([0-9]{1,15})-([0-9]{1,15})")


def _spans(values: Iterable[str]) -> list[tuple[int, int]]:
    spans = []
    for value in values:
        for span in value.split(","):
            found = _SPAN.fullmatch(span)
            if not found or int(found[1]) >= int(found[2]):
                raise _changed(value, "spans such as 0-16,17-30")
            spans.append((int(found[1]), int(found[2])))
    return spans


def _score(values: list[str], *, strict: bool) -> float | None:
    score = read_number(values[0]) if values else None
    if strict and values and score is None:
        raise _changed(values[0], "a probability such as 0.9731")
    return score


def _changed(found: str, expected: str) -> ValueError:
    return ValueError(f"found {shown(found)}, expected {expected}; did another program change it?")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count:,} {noun}s"
