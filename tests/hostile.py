"""Hypothesis strategies for units and texts that break files which are not written with care."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from align.formats.units import unit_ids, unit_of_texts

if TYPE_CHECKING:
    from align.types import TranslationUnit

__all__ = ["TEXTS", "UNITS", "texts", "units"]

TEXTS = (
    "Giá gạo tăng 5%",
    "Rice is up 5%",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.com")',
    "-1",
    "+84 24 3825",
    "@x",
    "'",
    "''trong nháy''",
    '"',
    '"trong ngoặc kép"',
    'một " dấu',
    '""',
    "a,b;c|d",
    "tab\there\nline\r\nend",
    "\ufeffđầu",
    "\x00\x0b\x1f\x7f",
    "שלום עולם",
    "\u202eđảo\u202c",
    "\U0001f1fb\U0001f1f3 \U00020000",
    "Vie\u0323\u0302t",
    "a\u0301\u0301\u0301\u0301",
    "_x000D_ _x0041_ _x005F_",
    "_xD83D_",
    "]]>",
    "<b>&lt;&amp;</b> <!-- -->",
    "<?xml ?>",
    "\\ \\n \\u0041 \\",
    "{} {0} %s ${x}",
    "ba dấu chấm…",
    "|||",
    "# không",
    "1e5",
    "1-2",
    "12/5",
    "TRUE",
    "March 2024",
    "00123",
    "NaN",
    "null",
    "NULL",
    "\ufffd",
    "＝1+1",
    "dài " * 500,
    "\U0001f600" * 300,
)
"""Texts that some format has trouble with."""

_LETTERS = st.text(max_size=20)
_NAMES = st.sampled_from(["", "a.txt", "báo/a.vi.html", "a b.txt#3", "=x", '"q"', "a|b", "a,b"]) | _LETTERS
_FLAGS = st.sampled_from(["number", "length", "name-missing", "order"])
_KINDS = st.sampled_from(["", "1-2", "2-1", "3-3"])


def texts() -> st.SearchStrategy[str]:
    """Any text, with the known troublemakers among them, alone and inside others."""
    known = st.sampled_from(TEXTS)
    return st.one_of(known, _LETTERS, st.builds("{} {}".format, known, _LETTERS), st.builds(str.__add__, known, known))


@st.composite
def units(draw: st.DrawFn, *, places: bool = True) -> TranslationUnit:
    """A unit as readers make it, full of hostile text.

    :param places: with the names of places in the source, which few formats hold
    """
    unit = unit_of_texts(
        draw(texts()),
        draw(texts()),
        ids=unit_ids(),
        document=draw(_NAMES),
        score=draw(st.none() | st.floats(0, 1)),
        flags=draw(st.lists(_FLAGS, max_size=3)),
        kind=draw(_KINDS),
        vi_document=draw(_NAMES),
        en_document=draw(_NAMES),
        vi_spans=draw(_spans()),
        en_spans=draw(_spans()),
        id=draw(st.sampled_from(["", "1234567890123456", "12345678901234e1", "0" * 16])),
        vi_places=draw(_places()) if places else (),
        en_places=draw(_places()) if places else (),
    )
    if unit is None:  # both texts were nothing but what cleaning takes out
        unit = unit_of_texts("Có", "Yes", ids=unit_ids())
        assert unit is not None
    return unit


def _spans() -> st.SearchStrategy[Any]:
    span = st.tuples(st.integers(0, 10**6), st.integers(1, 500)).map(lambda pair: (pair[0], pair[0] + pair[1]))
    return st.lists(span, max_size=3)


def _places() -> st.SearchStrategy[list[str]]:
    place = st.sampled_from(["page 3", "00:00:01.000-00:00:02.500", "row 7", "chương 1, mục 2"])
    return st.lists(place, max_size=2)


UNITS = [
    unit
    for number, text in enumerate(TEXTS)
    if (
        unit := unit_of_texts(
            text,
            TEXTS[-1 - number],
            ids=unit_ids(),
            document=f"báo-{number}.txt",
            score=number / 50,
            flags=("number", "length")[: number % 3],
            vi_spans=((number, number + 7),),
            en_spans=((0, 3), (4, 9)),
        )
    )
]
"""A unit for each of `TEXTS`, always the same."""
