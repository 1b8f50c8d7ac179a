"""A translator's list of terms, and whether units follow it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from align.errors import FormatError
from align.formats.lines import numbered_lines, read_text, shown
from align.formats.units import one_line
from align.quality.damage import is_damaged
from align.quality.finding import Finding
from align.quality.sides import Span, about, other, quoted, sides, text_of
from align.text.fold import place_tones
from align.types import LANGUAGES, Language, TranslationUnit

__all__ = ["Term", "Terms", "check_terms", "read_terms"]


@dataclass(frozen=True, slots=True)
class Term:
    """A row of a list: words that stand for each other, or must not.

    :param vi: the Vietnamese forms; any will do
    :param en: the English ones
    :param note: what the list says about it
    :param forbidden: the English forms are how it must not be translated
    """

    vi: tuple[str, ...]
    en: tuple[str, ...]
    note: str = ""
    forbidden: bool = False

    def forms(self, language: Language) -> tuple[str, ...]:
        """The forms in a language."""
        return self.vi if language == "vi" else self.en


class Terms:
    """A list of terms that texts are looked up in, in time linear in the text.

    >>> terms = Terms([Term(("lãi suất",), ("interest rate",))])
    >>> terms.demands("Lãi suất giảm", "vi")[0][0]
    (0, 8)
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        self._exact = {language: _Index(self.terms, language, _exact_key) for language in LANGUAGES}
        self._loose = {language: _Index(self.terms, language, _loose_key) for language in LANGUAGES}

    def demands(self, text: str, language: Language) -> list[tuple[Span, list[Term]]]:
        """Where terms stand, the longest at each place, each with all rows that have it."""
        found = []
        index, words = self._exact[language], _words(text)
        at = 0
        while at < len(words):
            size, terms = next(index.at(words, at), (1, []))
            if terms:
                found.append(((words[at].start, words[at + size - 1].end), terms))
            at += size
        return found

    def answers(self, text: str, language: Language) -> frozenset[Term]:
        """The rows of which a text has a form, with an English ending or in a longer term too."""
        index, words = self._loose[language], _words(text)
        return frozenset(term for at in range(len(words)) for _, terms in index.at(words, at) for term in terms)


def check_terms(unit: TranslationUnit, terms: Terms) -> Iterator[Finding]:
    """Terms of one side that the other has not as the list says: `term`.

    Words are whole, and the longest term at a place is the one that counts. English may add an
    ending (`-s`, `-ed`, `-ing`). Case counts for a form with a capital inside (`US`), and diacritics
    count in Vietnamese, but not on which letter a tone mark stands.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> terms = Terms([Term(("lãi suất",), ("interest rate", "rate of interest"))])
    >>> unit = unit_of_texts("Lãi suất đã giảm.", "Interests fell.", ids=unit_ids())
    >>> [finding.reason for finding in check_terms(unit, terms)]
    ['“Lãi suất” should be “interest rate” or “rate of interest” in the English text.']
    """
    if not (unit.vi and unit.en) or is_damaged(unit.vi) or is_damaged(unit.en):
        return
    texts = dict(sides(unit))
    for language, text in sides(unit):
        demands = terms.demands(text, language)
        if not demands:
            continue
        there = terms.answers(texts[other(language)], other(language))
        for span, rows in demands:
            yield from _judged(rows, there, text[slice(*span)], span, language)


def _judged(
    rows: Sequence[Term], there: frozenset[Term], text: str, span: Span, language: Language
) -> Iterator[Finding]:
    """The findings about one place where rows of the list have a term."""
    side = text_of(other(language))
    wrong = [row for row in rows if row.forbidden and row in there]
    if wrong and language == "vi":
        reason = f"{quoted(text)} must not be {_forms(wrong, 'en')} in {side}{_notes(wrong)}."
        yield about(language, "term", "error", reason, [span])
    wanted = [row for row in rows if not row.forbidden]
    if wanted and not any(row in there for row in wanted):
        reason = f"{quoted(text)} should be {_forms(wanted, other(language))} in {side}{_notes(wanted)}."
        yield about(language, "term", "warning", reason, [span])


def _forms(rows: Sequence[Term], language: Language) -> str:
    return " or ".join(quoted(form) for form in dict.fromkeys(form for row in rows for form in row.forms(language)))


def _notes(rows: Sequence[Term]) -> str:
    notes = "; ".join(dict.fromkeys(row.note for row in rows if row.note))
    return f" ({notes})" if notes else ""


# --- looking up --------------------------------------------------------------------------


class _Word(NamedTuple):
    text: str
    start: int
    end: int


_WORD = re.compile(r"[^\W_]{1,200}(?:['’]s\b)?")


def _words(text: str) -> list[_Word]:
    return [_Word(found[0], *found.span()) for found in _WORD.finditer(text)]


class _Index:
    """The forms of a language by their words."""

    def __init__(self, terms: Sequence[Term], language: Language, key: Callable[[str, Language], str]) -> None:
        self._key = key
        self._rows: dict[tuple[str, ...], list[tuple[Term, tuple[str, ...] | None]]] = {}
        sizes: dict[str, set[int]] = {}
        for term in terms:
            for form in term.forms(language):
                words = [word.text for word in _words(form)]
                keys = tuple(key(word, language) for word in words)
                cased = tuple(words) if any(word[1:] != word[1:].lower() for word in words) else None
                self._rows.setdefault(keys, []).append((term, cased))
                sizes.setdefault(keys[0], set()).add(len(keys))
        # The longest first.
        self._sizes = {first: sorted(found, reverse=True) for first, found in sizes.items()}
        self._language = language

    def at(self, words: Sequence[_Word], at: int) -> Iterator[tuple[int, list[Term]]]:
        """The forms that stand at a word: how many words they have, and which rows have them."""
        for size in self._sizes.get(self._key(words[at].text, self._language), ()):
            part = [word.text for word in words[at : at + size]]
            rows = self._rows.get(tuple(self._key(word, self._language) for word in part), ())
            terms = [term for term, cased in rows if cased is None or _has_case(part, cased)]
            if terms:
                yield size, terms


def _has_case(words: Sequence[str], cased: Sequence[str]) -> bool:
    """Whether words have the capitals of a form; English may add a small ending.

    >>> _has_case(["PCs"], ["PC"]), _has_case(["us"], ["US"])
    (True, False)
    """
    return all(word.startswith(form) for word, form in zip(words, cased, strict=True))


@lru_cache(maxsize=1 << 16)
def _exact_key(word: str, language: Language) -> str:
    """A word without case, and without a plural's ending in English.

    >>> _exact_key("Rates", "en"), _exact_key("Hoà", "vi")
    ('rate', 'hòa')
    """
    word = word.lower()
    if language == "vi":
        return place_tones(word)
    word = word.removesuffix("'s").removesuffix("’s")
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


_ENDING = re.compile("(?<=...)(?:ing|ed|e|y|i)$")


@lru_cache(maxsize=1 << 16)
def _loose_key(word: str, language: Language) -> str:
    """The same without a verb's ending: what may answer a term.

    >>> {_loose_key(word, "en") for word in ("invest", "invests", "invested", "investing")}
    {'invest'}
    """
    key = _exact_key(word, language)
    if language == "vi":
        return key
    key = _ENDING.sub("", key)
    # `planned`, `planning`: plan.
    return key[:-1] if len(key) > 3 and key[-1] == key[-2] and key[-1] not in "ls" else key


# --- reading a list ----------------------------------------------------------------------


def read_terms(path: str | os.PathLike[str]) -> Terms:
    """Read a list of terms: a table with tabs, a term a line.

    The first two columns are Vietnamese and English, or as a header row with `vi` and `en` says; ``|``
    parts forms that are all accepted. A third column may hold ``forbidden``, for English that must not be
    used for the term, or a note; a fourth a note. Blank lines and those with ``#`` first are passed over.

    :param path: ``-`` is standard input
    :raises InputError: if the file cannot be read
    :raises FormatError: if a line is no term, with its number
    """
    name, text = read_text(path)
    columns = (0, 1)
    terms: list[Term] = []
    for number, line in numbered_lines(text):
        if line.startswith("#"):
            continue
        cells = [one_line(cell) for cell in line.split("\t")]
        heads = [cell.lower() for cell in cells[:2]]
        if not terms and sorted(heads) == ["en", "vi"]:
            columns = (heads.index("vi"), heads.index("en"))
            continue
        terms.append(_term(cells, columns, f"{name}:{number}", line))
    if not terms:
        raise FormatError(f"{name}: holds no terms, expected lines such as: lãi suất, a tab, interest rate.")
    return Terms(terms)


def _term(cells: Sequence[str], columns: tuple[int, int], place: str, line: str) -> Term:
    cells = [*cells]
    while len(cells) > 2 and not cells[-1]:
        del cells[-1]
    if not 2 <= len(cells) <= 4:
        count = "1 column" if len(cells) == 1 else f"{len(cells)} columns"
        raise FormatError(
            f"{place}: found {count} in {shown(line)}, expected a Vietnamese and an English term with a tab "
            "between, and a note at most; is the file tab-separated?"
        )
    vi, en = (tuple(form.strip() for form in cells[column].split("|") if form.strip()) for column in columns)
    for forms, language in ((vi, "Vietnamese"), (en, "English")):
        if not forms or not all(_words(form) for form in forms):
            raise FormatError(
                f"{place}: found no word for the {language} term in {shown(line)}, expected at least one; "
                "fill it in or take the line out."
            )
    forbidden = len(cells) > 2 and cells[2].lower() == "forbidden"
    note = " ".join(cells[3 if forbidden else 2 :])
    return Term(vi, en, note, forbidden)
