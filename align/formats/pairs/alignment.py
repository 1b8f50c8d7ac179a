"""Alignments in any format that is read, and how two of them are compared.

What tells segments apart differs by format: document and span in a table, the number in a ladder.
`comparable` brings two files to one of the two.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from align.errors import FormatError, InputError
from align.formats import LADDERS, UNIT_SUFFIXES, ladder_parser, unit_reader
from align.formats.files import read_bytes
from align.formats.lines import decoded
from align.formats.pairs.ladder import LadderBead
from align.formats.reading import HEAD, alignment_format
from align.formats.settings import ReadSettings
from align.types import LANGUAGE_NAMES, LANGUAGES, Bead, TranslationUnit

__all__ = ["Alignment", "AlignmentFile", "Link", "comparable", "counterparts", "link", "read_alignment", "source"]

Side: TypeAlias = tuple[Hashable, ...]
Link: TypeAlias = tuple[Side, Side]
"""What tells a bead's Vietnamese and its English segments apart."""

Alignment: TypeAlias = Mapping[Link, "float | None"]
"""From each bead, as a `Link`, to its score."""


@dataclass(frozen=True, slots=True)
class AlignmentFile:
    """An alignment as read.

    :param name: what messages call the file
    :param digest: eight hexadecimal digits of its text
    :param beads: each with the number of its line
    """

    name: str
    format: str
    digest: str
    beads: list[tuple[int, LadderBead | TranslationUnit]]

    @property
    def alignment(self) -> Alignment:
        """The beads as links, each once."""
        return {link(bead): bead.score for _, bead in self.beads}

    @property
    def is_ladder(self) -> bool:
        """Whether segments are known by their number."""
        return self.format in LADDERS

    @property
    def is_of_texts(self) -> bool:
        """Whether there is a pair that no span is known of, so that texts are all there is to compare."""
        return any(isinstance(bead, TranslationUnit) and not (bead.vi_spans or bead.en_spans) for _, bead in self.beads)

    @property
    def documents(self) -> tuple[set[str], set[str]]:
        """The names of the documents in a table, by language; none in a ladder."""
        rows = [bead for _, bead in self.beads if isinstance(bead, TranslationUnit)]
        return {row.vi_document for row in rows if row.vi_spans}, {row.en_document for row in rows if row.en_spans}


def read_alignment(
    path: str | os.PathLike[str], format_name: str | None = None, *, option: str = "--from"
) -> AlignmentFile:
    """Read an alignment in any format that pairs are read in; ``-`` is standard input.

    :param format_name: the format, or None for what the file shows
    :param option: see `align.formats.reading.alignment_format`
    :raises AlignError: if it cannot be read or breaks its format, with the line
    """
    name, data = read_bytes(path)
    found = alignment_format(format_name, data[:HEAD], name, option=option)
    beads: list[tuple[int, LadderBead | TranslationUnit]]
    if found in LADDERS:
        beads = [*ladder_parser(found)(decoded(data, name), name)]
    else:
        units = unit_reader(found)(io.BytesIO(data), name, ReadSettings(format=found))
        beads = [(number, bead) for number, unit in units for bead in _as_reviewed(unit)]
    return AlignmentFile(name, found, _digest(data), beads)


def _as_reviewed(unit: TranslationUnit) -> list[TranslationUnit]:
    """The beads of a unit: the sides of a pair that a reviewer rejected stand alone."""
    if unit.review is None or unit.review.status != "rejected":
        return [unit]
    vi = replace(unit, en="", en_spans=(), score=None, kind="1-0")
    en = replace(unit, vi="", vi_spans=(), score=None, kind="0-1")
    # Each segment for itself, as aligners have them; where spans are missing, the text is all there is.
    vi_alone = [replace(vi, vi_spans=(span,)) for span in unit.vi_spans] or [vi]
    en_alone = [replace(en, en_spans=(span,)) for span in unit.en_spans] or [en]
    return [*(vi_alone if unit.vi else ()), *(en_alone if unit.en else ())]


def counterparts(found: str, gold: str) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """The pairs of alignments in two folders that have one path but for the suffix, or the two files.

    :returns: the pairs, and the paths without suffix in `found` that are not in `gold`
    :raises InputError: if one of `gold` is not in `found`, or one has two files
    """
    if not os.path.isdir(found) and not os.path.isdir(gold):
        return [(found, gold)], ()
    ours, theirs = _by_stem(found), _by_stem(gold)
    for stem in sorted(theirs.keys() - ours.keys()):
        raise InputError(f"{found}: holds no alignment called {stem}, expected one for {theirs[stem]}; add it.")
    return [(ours[stem], theirs[stem]) for stem in sorted(theirs)], tuple(sorted(ours.keys() - theirs.keys()))


def _by_stem(folder: str) -> dict[str, str]:
    if not os.path.isdir(folder):
        raise InputError(f"{folder}: is no folder, and the other is one; give two files or two folders.")
    stems: dict[str, str] = {}
    for path in sorted(Path(folder).rglob("*")):
        if path.suffix.lower() in UNIT_SUFFIXES and path.is_file():
            first = stems.setdefault(path.relative_to(folder).with_suffix("").as_posix(), str(path))
            if first != str(path):
                raise InputError(f"{path}: stands beside {first}, expected one alignment a document; move one away.")
    if not stems:
        raise InputError(f"{folder}: holds no alignments; expected files ending in {', '.join(UNIT_SUFFIXES)}.")
    return stems


def comparable(found: AlignmentFile, gold: AlignmentFile) -> tuple[Alignment, Alignment]:
    """Both alignments with their segments told apart in the same way.

    Where one has spans and the other is a ladder, the segments are numbered. Where one has texts and
    no spans, as most translation memories, both are compared by their texts.

    :raises FormatError: if the gold has a segment in two beads, two tables are of other documents,
        or a table cannot be numbered
    """
    if found.is_of_texts or gold.is_of_texts:
        return _by_texts(found, gold), _by_texts(gold, found)
    _refuse_second_use(gold)
    if found.is_ladder == gold.is_ladder:
        _refuse_other_documents(found, gold)
        return found.alignment, gold.alignment
    if gold.is_ladder:
        return _numbered(found, gold), gold.alignment
    return found.alignment, _numbered(gold, found)


def _by_texts(file: AlignmentFile, other: AlignmentFile) -> Alignment:
    if file.is_ladder:
        raise FormatError(
            f"{other.name}: holds texts and no spans, and {file.name} is a ladder, which holds no texts; "
            "turn the ladder into a table first: align convert --texts VI EN."
        )
    return {_text_link(bead): bead.score for _, bead in file.beads if isinstance(bead, TranslationUnit)}


def link(bead: Bead | LadderBead | TranslationUnit) -> Link:
    """What tells a bead's segments apart: document and span, or in a ladder the number.

    >>> link(LadderBead((0,), (0, 1), 0.9))
    ((0,), (0, 1))
    """
    if isinstance(bead, LadderBead):
        return bead.vi, bead.en
    if isinstance(bead, TranslationUnit) and not (bead.vi_spans or bead.en_spans):
        return _text_link(bead)
    if isinstance(bead, TranslationUnit):
        vi = tuple((bead.vi_document, *span) for span in sorted(bead.vi_spans))
        return vi, tuple((bead.en_document, *span) for span in sorted(bead.en_spans))
    vi, en = (tuple((s.document.id, s.start, s.end) for s in side) for side in (bead.vi, bead.en))
    return vi, en


def _text_link(unit: TranslationUnit) -> Link:
    return tuple(filter(None, [unit.vi])), tuple(filter(None, [unit.en]))


def _refuse_second_use(gold: AlignmentFile) -> None:
    lines: dict[tuple[str, Hashable], int] = {}
    for line, bead in gold.beads:
        for language, side in zip(LANGUAGE_NAMES.values(), link(bead), strict=True):
            for key in side:
                if (language, key) in lines:
                    found = f"{key[1]}-{key[2]} of {key[0]}" if isinstance(key, tuple) else key
                    raise FormatError(
                        f"{gold.name}:{line}: found the {language} segment {found} again, after line "
                        f"{lines[language, key]}, expected it in one bead of the gold; take it out of the other."
                    )
                lines[language, key] = line


def _refuse_other_documents(found: AlignmentFile, gold: AlignmentFile) -> None:
    names, expected = (set().union(*file.documents) for file in (found, gold))
    if names and expected and names.isdisjoint(expected):
        raise FormatError(
            f"{found.name}: found the document {min(names)}, expected those of {gold.name}, such as "
            f"{min(expected)}; were both made from the same folder?"
        )


def _numbered(table: AlignmentFile, ladder: AlignmentFile) -> Alignment:
    """The beads of a table by the ranks of their segments, which is how a ladder counts them."""
    vi_ranks, en_ranks = (_ranks(table, ladder, side) for side in range(len(LANGUAGES)))
    return {
        (tuple(vi_ranks[key] for key in vi), tuple(en_ranks[key] for key in en)): score
        for (vi, en), score in table.alignment.items()
    }


def _ranks(table: AlignmentFile, ladder: AlignmentFile, side: int) -> dict[Hashable, int]:
    """The rank of each segment of a table that is in the language of that number in `LANGUAGES`."""
    language, names = LANGUAGE_NAMES[LANGUAGES[side]], table.documents[side]
    if len(names) > 1:
        raise FormatError(
            f"{table.name}: found {len(names)} {language} documents, expected one, for {ladder.name} is a ladder; "
            "compare with a table, or give folders with one file a document."
        )
    keys: list[Any] = sorted({key for both in table.alignment for key in both[side]})
    for line, bead in ladder.beads:
        numbers: Any = link(bead)[side]
        if numbers and max(numbers) >= len(keys):
            raise FormatError(
                f"{ladder.name}:{line}: found the {language} segment {max(numbers)}, but {table.name} has "
                f"{len(keys)}, from 0; expected a table of every segment, cut as the ladder counts them."
            )
    return {key: rank for rank, key in enumerate(keys)}


def source(role: str, path: str, files: Sequence[AlignmentFile]) -> str:
    """What was read, by name, format and a digest of the texts: the same for the same files.

    >>> source("gold", "gold/a.gold", [AlignmentFile("gold/a.gold", "vecalign", "0123abcd", [])])
    'gold:a.gold/vecalign/0123abcd'
    """
    name = re.sub(r"[|\s]+", "_", os.path.basename(os.path.normpath(path)))
    formats = "+".join(sorted({file.format for file in files}))
    digest = files[0].digest if len(files) == 1 else _digest("".join(file.digest for file in files).encode())
    return f"{role}:{name}/{formats}/{digest}"


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=4).hexdigest()
