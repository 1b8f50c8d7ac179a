"""Which columns of a table hold the texts: those that the user names, or those whose names say so."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from align.errors import FormatError
from align.formats.lines import shown
from align.formats.settings import ReadSettings
from align.formats.table import COLUMNS, REVIEW_COLUMNS
from align.types import LANGUAGE_NAMES, LANGUAGES, Language

__all__ = [
    "fits",
    "has_our_columns",
    "header_of",
    "plain",
    "relevant",
    "side_columns",
    "text_columns",
    "title_column",
]

# Without them, a table is no table of ours, whatever else it has.
_OURS = frozenset({"vi", "en", "vi_spans", "en_spans", "id"})

_LANGUAGE: dict[Language, str] = {
    "vi": "vi|vie|vn|vi vn|vietnamese|tiếng việt|tieng viet",
    "en": "en|eng|en us|en gb|english|tiếng anh|tieng anh",
}
_SIDES: dict[Language, re.Pattern[str]] = {
    language: re.compile(rf"(?:(?:text|sentence|content) )?(?:{names})(?: (?:text|sentence|content))?")
    for language, names in _LANGUAGE.items()
}
_TEXT = re.compile("text|content|body|article|nội dung|noi dung|văn bản|van ban")
_TITLE = re.compile("title|headline|tiêu đề|tieu de|tựa đề|tua de")


def header_of(first: Sequence[str], settings: ReadSettings) -> tuple[list[str], bool]:
    """The names of a table's columns, and whether its first row is a header.

    Columns can be named by their numbers, as is necessary where there is no header. Then the first row
    is data, unless it says itself that it is none.

    >>> header_of(["Giá gạo tăng", "Rice is up"], ReadSettings(vi="1", en="2"))
    (['1', '2'], False)
    >>> header_of(["Vietnamese", "English"], ReadSettings(vi="1", en="2"))
    (['1', '2'], True)

    :param first: the cells of the first row
    """
    given = [column for column in (settings.vi, settings.en, settings.text) if column]
    numbered = given and all(column.isascii() and column.isdigit() for column in given)
    if not numbered or any(column in first for column in given):
        return list(first), True
    known = (_SIDES["vi"], _SIDES["en"], _TEXT)
    is_header = any(pattern.fullmatch(plain(cell)) for cell in first for pattern in known)
    return [str(number) for number in range(1, len(first) + 1)], is_header


def side_columns(columns: Sequence[str], name: str, settings: ReadSettings) -> tuple[str, str]:
    """The columns of the Vietnamese and of the English texts: those named, or those whose names say so.

    >>> side_columns(["id", "Tiếng Anh", "vi-VN"], "a.csv", ReadSettings())
    ('vi-VN', 'Tiếng Anh')

    :raises FormatError: if there is none or several, with the columns that there are
    """
    vi, en = (_side_column(columns, language, name, settings) for language in LANGUAGES)
    if vi == en:
        raise FormatError(f"{name}: --vi and --en name the same column, {shown(vi)}; name two.")
    return vi, en


def text_columns(columns: Sequence[str], name: str, settings: ReadSettings) -> str | list[str]:
    """The one column that holds texts in both languages, or those of the languages wanted.

    :raises FormatError: see `side_columns`
    """
    if settings.text:
        return _column(columns, settings.text, "--text", name)
    sides: list[Language] = [settings.side] if settings.side else ["vi", "en"]
    if not (settings.vi or settings.en):
        texts = [column for column in columns if _TEXT.fullmatch(plain(column))]
        if texts and not all(_sides_named(columns, side) for side in sides):
            return texts[0]
    return [_side_column(columns, side, name, settings) for side in sides]


def title_column(columns: Iterable[str]) -> str | None:
    """The column of titles, if there is one."""
    return next((column for column in columns if _TITLE.fullmatch(plain(column))), None)


def has_our_columns(columns: Iterable[str]) -> bool:
    """Whether a table with these columns is one that `align` wrote, or one made of it."""
    return set(columns) >= _OURS


def fits(columns: Sequence[str], name: str, settings: ReadSettings, *, documents: bool) -> bool:
    """Whether it can be told which columns hold what is wanted: documents, or the two texts of pairs."""
    try:
        if documents:
            text_columns(columns, name, settings)
        elif not has_our_columns(columns) or settings.vi or settings.en:
            side_columns(columns, name, settings)
    except FormatError:
        return False
    return True


def relevant(columns: Iterable[str], settings: ReadSettings) -> list[str]:
    """The columns that anything here looks at; a file that is read by columns can leave the others."""
    patterns = (*_SIDES.values(), _TEXT, _TITLE, re.compile(r"score|document|id|kind|flags"))
    given = {plain(column) for column in (settings.vi, settings.en, settings.text) if column}
    known = {*COLUMNS, *REVIEW_COLUMNS, "vi_places", "en_places"}
    return [
        column
        for column in columns
        if column in known
        or plain(column) in given
        or any(pattern.fullmatch(plain(name)) for name in (column, column.rpartition(".")[2]) for pattern in patterns)
    ]


def plain(column: str) -> str:
    """A column's name without what people write differently.

    >>> plain(" vi-VN"), plain("Vietnamese_Text")
    ('vi vn', 'vietnamese text')
    """
    return " ".join(re.sub(r"[\s_-]+", " ", unicodedata.normalize("NFC", column)).casefold().split())


def _side_column(columns: Sequence[str], language: Language, name: str, settings: ReadSettings) -> str:
    given = settings.vi if language == "vi" else settings.en
    if given:
        return _column(columns, given, f"--{language}", name)
    found = _sides_named(columns, language)
    exact = [column for column in found if plain(column) == language]
    if len(exact or found) == 1:
        return (exact or found)[0]
    raise FormatError(
        f"{name}: found {_listed(found)} that could hold {LANGUAGE_NAMES[language]}, expected one "
        f"(the table has {_listed(columns)}); say which with --vi and --en, "
        "or, for a column of texts in both languages, with --text."
    )


def _sides_named(columns: Iterable[str], language: Language) -> list[str]:
    other: Language = "en" if language == "vi" else "vi"
    return [
        column
        for column in columns
        # `translation.vi` is the Vietnamese in a record called translation.
        if _SIDES[language].fullmatch(plain(column.rpartition(".")[2])) and not _SIDES[other].fullmatch(plain(column))
    ]


def _column(columns: Sequence[str], given: str, option: str, name: str) -> str:
    found = [column for column in columns if column == given]
    found = found or [column for column in columns if plain(column) == plain(given)]
    if len(found) == 1:
        return found[0]
    what = "several columns" if found else "no column"
    raise FormatError(f"{name}: found {what} called {shown(given)} ({option}), expected one of {_listed(columns)}.")


def _listed(columns: Sequence[str]) -> str:
    if not columns:
        return "no column"
    return "the columns " + ", ".join(shown(column) for column in columns[:20]) + (", …" if len(columns) > 20 else "")
