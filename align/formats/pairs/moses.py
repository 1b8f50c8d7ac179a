"""A Moses corpus: two files of equal length, a line of one is the translation of the same line of the other.

The files share a name and end in the language: ``corpus.en-vi.en`` and ``corpus.en-vi.vi``, as OPUS
names them. There is text and nothing else: no score, no document.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from align.errors import FormatError
from align.formats.files import open_input
from align.formats.lines import decoded
from align.formats.settings import ReadSettings, WriteSettings
from align.formats.units import unit_ids, unit_of_texts
from align.types import TranslationUnit

__all__ = ["moses_outputs", "moses_paths", "read_moses", "write_moses"]

_PAIR = re.compile(r"(.*\.(?:en-vi|vi-en))(?:\.(?:vi|en))?")


def moses_outputs(path: str) -> tuple[str, str]:
    """The Vietnamese and the English file of a corpus that is to be written.

    >>> moses_outputs("out/corpus"), moses_outputs("corpus.en-vi.vi")
    (('out/corpus.en-vi.vi', 'out/corpus.en-vi.en'), ('corpus.en-vi.vi', 'corpus.en-vi.en'))
    """
    found = _PAIR.fullmatch(path)
    stem = found[1] if found else f"{path}.en-vi"
    return f"{stem}.vi", f"{stem}.en"


def moses_paths(path: str, named: str | None) -> tuple[str, str] | None:
    """The Vietnamese and the English file that a path stands for; None if it stands for no Moses corpus.

    :param named: the format the user names, if any; with ``"moses"`` any two files that end in ``.vi``
        and ``.en`` are a corpus
    """
    found = _PAIR.fullmatch(path)
    if found and named in (None, "moses"):
        return f"{found[1]}.vi", f"{found[1]}.en"
    if named != "moses":
        return None
    stems = (f"{path}.en-vi", path, re.sub(r"\.(vi|en)$", "", path))
    stem = next((stem for stem in stems if os.path.exists(f"{stem}.vi")), path)
    return f"{stem}.vi", f"{stem}.en"


def read_moses(paths: tuple[str, str], settings: ReadSettings) -> Iterator[tuple[str, TranslationUnit]]:
    """The units of a corpus, each with its place.

    :param paths: the Vietnamese and the English file
    :raises AlignError: if one cannot be read or has fewer lines than the other
    """
    ids = unit_ids()
    document = re.sub(r"\.(en-vi|vi-en)$", "", os.path.basename(paths[0])[: -len(".vi")])
    with open_input(paths[0]) as (vi_name, vi_stream), open_input(paths[1]) as (en_name, en_stream):
        for number, (vi, en) in enumerate(itertools.zip_longest(vi_stream, en_stream), start=1):
            if vi is None or en is None:
                shorter, longer = (vi_name, en_name) if vi is None else (en_name, vi_name)
                raise FormatError(
                    f"{shorter}: ends with line {number - 1}, {longer} goes on; expected as many lines in both."
                )
            texts = decoded(vi, vi_name, number), decoded(en, en_name, number)
            unit = unit_of_texts(*texts, ids=ids, document=document)
            if unit is None:
                settings.refuse(f"{vi_name}:{number}", "found a blank line in both files, expected a text.")
            else:
                yield f"{vi_name}:{number}", unit


def write_moses(
    units: Iterable[TranslationUnit],
    vi_stream: BinaryIO,
    en_stream: BinaryIO,
    *,
    settings: WriteSettings,  # noqa: ARG001
) -> int:
    """Write the texts of pairs, line by line; what stands alone is left out.

    Programs that train on such files take a line for a translation, an empty one too.

    :returns: how many of the units have two sides
    """
    count = 0
    for unit in units:
        if unit.vi and unit.en:
            vi_stream.write(f"{unit.vi}\n".encode())
            en_stream.write(f"{unit.en}\n".encode())
            count += 1
    return count
