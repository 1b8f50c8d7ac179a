"""Which file is the translation of which, as far as their names say."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal, TypeAlias, get_args

from align.formats import DOCUMENT_SUFFIXES
from align.formats.files import Input
from align.types import LANGUAGE_NAMES, LANGUAGES, Language

__all__ = ["LANGUAGE_SUFFIXES", "Partners", "Problem", "bare_name", "by_name", "distinct_stems", "joint_stem"]

Problem: TypeAlias = tuple[str, str]
"""The name of what cannot be done, and the reason."""

_MARKERS: dict[Language, tuple[str, ...]] = {
    "vi": ("vi-vn", "vietnamese", "vie", "vi", "vn"),
    "en": ("en-us", "english", "eng", "en"),
}

_PACKED = ("", ".gz", ".zst", ".bz2", ".xz")

LANGUAGE_SUFFIXES: frozenset[str] = frozenset(
    f".{marker}{packed}" for markers in _MARKERS.values() for marker in markers for packed in _PACKED
)
"""Suffixes that are the language of a plain text, as in ``a.vi`` and ``a.en``."""

_SUFFIX = re.compile(r"(\.(gz|zst|bz2|xz))+$", re.IGNORECASE)

# Only at the end of a name: in the middle `en` and `vi` are words of French and of Vietnamese.
_AT_END = re.compile(
    r"(?:^|[ ._-]+)[(\[]?(?:"
    + "|".join(f"(?P<{lang}>{'|'.join(names).replace('-', '[-_]')})" for lang, names in _MARKERS.items())
    + r")[)\]]?$",
    re.IGNORECASE,
)

_Where: TypeAlias = Literal["name", "folder and name", "folder"]
"""Where the language stands; the surest first."""


@dataclass(frozen=True, slots=True)
class Partners:
    """Two files whose names differ in the language only.

    :param stem: what is left of both without it and without suffixes; empty where nothing is left
    """

    stem: str
    vi: Input
    en: Input


def by_name(inputs: Sequence[Input]) -> tuple[list[Partners], list[Input], list[Problem]]:
    """Pair files by their names: ``a.vi.txt`` and ``a.en.docx``, ``x/vi/a.txt`` and ``x/en/a.txt``.

    A language in the name counts before one in the folder, so that ``en/a.vi.txt`` goes with ``en/a.en.txt``.

    >>> found, alone, problems = by_name([Input(name, name) for name in ("a_vi.md", "hanoi_en_route.txt", "a_en.pdf")])
    >>> [(one.stem, one.vi.id, one.en.id) for one in found], [one.id for one in alone]
    ([('a', 'a_vi.md', 'a_en.pdf')], ['hanoi_en_route.txt'])

    :param inputs: with ids that are paths relative to one folder
    :returns: pairs, files without a partner, and files for which there are several
    """
    found: list[Partners] = []
    problems: list[Problem] = []
    left = list(inputs)
    for where in get_args(_Where):
        groups: dict[str, dict[Language, list[Input]]] = defaultdict(lambda: {"vi": [], "en": []})
        for item in left:
            if reading := _reading(item.id, where):
                stem, language = reading
                groups[stem][language].append(item)
        gone: set[Input] = set()
        for stem, sides in groups.items():
            if len(sides["vi"]) == len(sides["en"]) == 1:
                found.append(Partners(stem, sides["vi"][0], sides["en"][0]))
            elif sides["vi"] and sides["en"]:
                problems += _doubtful(sides)
            else:
                continue
            gone.update(sides["vi"], sides["en"])
        left = [item for item in left if item not in gone]
    return found, left, problems


def _doubtful(sides: dict[Language, list[Input]]) -> Iterator[Problem]:
    told = [f"{' and '.join(item.id for item in sides[lang])} in {LANGUAGE_NAMES[lang]}" for lang in LANGUAGES]
    for item in (*sides["vi"], *sides["en"]):
        yield item.id, f"found {', '.join(told)}, expected one file in each; keep one, or name them in a manifest."


def joint_stem(vi: str, en: str) -> str:
    """What two names share if they differ in the language only, else what is left of the first without suffixes.

    >>> joint_stem("x/vi/a.txt", "x/en/a.pdf"), joint_stem("tin-1.txt.gz", "news-9.txt")
    ('x/a', 'tin-1')
    """
    for where in get_args(_Where):
        one, other = _reading(vi, where), _reading(en, where)
        if one and other and one == (other[0], "vi") and other[1] == "en":
            return one[0]
    return bare_name(vi)


def _reading(name: str, where: _Where) -> tuple[str, Language] | None:
    """What a name is without its language, and the language; None where it has none there."""
    *folders, last = bare_name(name).split("/")
    in_name = _AT_END.search(last)
    language: Language | None = None
    if where != "folder":
        if in_name is None:
            return None
        language = "vi" if in_name["vi"] else "en"
        last = last[: in_name.start()]
    if where != "name":
        at = next((at for at in reversed(range(len(folders))) if _language_of(folders[at])), None)
        if at is None or language not in (None, _language_of(folders[at])):
            return None
        language = _language_of(folders.pop(at))
    stem = "/".join([*folders, last] if last else folders)
    return (stem, language) if language else None


def _language_of(folder: str) -> Language | None:
    plain = folder.lower().replace("_", "-")
    return next((language for language, markers in _MARKERS.items() if plain in markers), None)


def bare_name(name: str) -> str:
    """A name in NFC without the suffix of its format and of what it is packed in.

    >>> bare_name("x/a.vi.DOCX"), bare_name("a.vi"), bare_name("v1.2"), bare_name("a.txt.gz")
    ('x/a.vi', 'a.vi', 'v1.2', 'a')
    """
    # folders and files of one corpus come from systems that decompose letters and from others that do not
    name = _SUFFIX.sub("", unicodedata.normalize("NFC", name))
    stem, suffix = os.path.splitext(name)
    return stem if suffix.lower() in DOCUMENT_SUFFIXES or suffix.lower() == ".zip" else name


# --- stems -------------------------------------------------------------------------------

# Bytes of a file's or folder's name; systems allow 255, and there are suffixes to come. Chosen by hand.
_LONGEST = 200


def distinct_stems(names: Sequence[tuple[str, str]]) -> list[str]:
    """A stem for each thing to do: the name it would have, or, where others would have it too, its full one.

    They differ on every system, also where capitals and decomposed letters make no difference, and lead
    to a place inside the folder that they are put into.

    >>> distinct_stems([("a", "a.vi.txt"), ("a", "vi/a.txt"), ("b", "b_vi.txt"), ("../../etc/x", "../../etc/x")])
    ['a.vi.txt', 'vi/a.txt', 'b', 'etc/x']

    :param names: the name each would have, and its full one
    """
    wanted = [(_safe(short or full), _safe(full)) for short, full in names]
    uses = Counter(_key(short) for short, _ in wanted)
    taken = {key for key, number in uses.items() if number == 1}
    return [short if uses[_key(short)] == 1 else _untaken(full, taken) for short, full in wanted]


def _untaken(name: str, taken: set[str]) -> str:
    found, number = name, 1
    while _key(found) in taken:
        number += 1
        found = f"{name}~{number}"
    taken.add(_key(found))
    return found


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


def _safe(name: str) -> str:
    """A name as a relative path that stays inside its folder, has no hidden parts and fits any file system."""
    name = unicodedata.normalize("NFC", re.sub(r"^\w+://", "", name))
    parts = [_safe_part(part) for part in re.split(r"[/\\]", name) if part.strip() not in ("", ".", "..")]
    return "/".join(parts) or "_"


def _safe_part(part: str) -> str:
    part = _UNSAFE.sub("_", part)
    data = part.encode("utf-8")
    if len(data) <= _LONGEST:
        return part
    digest = blake2b(data, digest_size=4).hexdigest()
    return f"{data[: _LONGEST - 9].decode('utf-8', 'ignore')}~{digest}"


# Control characters, lone surrogates, a dot that hides; what no name on some system can hold.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff<>:"|?*]|^\.')
