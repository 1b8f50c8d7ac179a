"""Which old encoding a text is in, by what makes words of it.

Unicode is told by its marks and its rules (`align.formats.texts.plain`). An old encoding shows nothing: every
byte means something in each of them, and one alone makes words. So an old one is taken where its
reading is Vietnamese, or English with a few signs, and no other reading is. The rest is for the
user to say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from math import log
from typing import NamedTuple

from align.errors import InputError
from align.formats.texts.legacy import LEGACY, SAMPLE, decode_legacy, ranks
from align.text.clean import clean
from align.text.fold import SYLLABLE, place_tones, strip_tone
from align.text.language import identify

__all__ = ["WORD", "in_old_encoding", "line_of"]


def in_old_encoding(data: bytes, name: str, say: Callable[[str], None]) -> str:
    """Text in the one old encoding that makes sense.

    :raises InputError: if there is none, or more than one
    """
    sample = _sample(data)
    if _is_damaged_utf8(sample):
        raise _damaged(data, name)
    readings = _readings(sample)
    chosen = _chosen(readings)
    if chosen is not None:
        try:
            text = decode_legacy(data, chosen) if chosen in LEGACY else data.decode(chosen)
        except UnicodeDecodeError:
            pass  # the sample did not show all
        else:
            say(f"{name}: read as {_NAMES[chosen]}; --encoding names another.")
            return text
    raise _undecided(data, readings, name)


# What files are in that are not in Unicode; VIQR is told by itself, because it is ASCII.
_CANDIDATES = ("cp1258", "tcvn3", "vni", "viscii", "cp1252")
_NAMES = {**LEGACY, "cp1252": "Windows-1252"}

# The following were chosen by hand on the texts of tests/gold in each encoding, from one line to all of
# them, and on lines of other languages (tests/test_encodings.py).
# Of the words with other letters than ASCII, so many must be Vietnamese.
_SHARE = 0.85
# A reading that is as much Vietnamese by chance forbids to take another.
_CHANCE = 0.5
# Letters in such words beyond the first of each: "Việt" and "Hà" are enough.
_WEIGHT = 4
# By how much the sum of what words say must lead.
_LEAD = 10.0
# Of the words of English, so many at most have an accent: café.
_ACCENTS = 0.15


class _Reading(NamedTuple):
    """A sample in one encoding, and how it looks.

    :param sum: how much its words say for it
    :param share: of the words with other letters than ASCII, how many are Vietnamese, a word that is
        not known but could be counting half
    :param weight: how many letters say so
    """

    encoding: str
    text: str
    sum: float
    share: float
    weight: int


_NOT_ASCII = re.compile(rb"[\x80-\xff]")


def _sample(data: bytes) -> bytes:
    """Lines with bytes that are not ASCII, and those around them, from all over the file."""
    if len(data) <= SAMPLE:
        return data
    pieces = 16
    length = SAMPLE // pieces
    found = []
    end = 0
    for piece in range(pieces):
        first = _NOT_ASCII.search(data, max(end, len(data) * piece // pieces))
        if first is None:
            break
        start = max(end, data.rfind(b"\n", max(0, first.start() - length), first.start()) + 1, first.start() - length)
        # No character is cut at a line end or a space.
        end = max(data.rfind(b"\n", start, start + length), data.rfind(b" ", start, start + length))
        end = end if end > first.start() else start + length
        found.append(data[start:end])
    return b"\n".join(found)


def _readings(sample: bytes) -> list[_Reading]:
    readings = []
    for encoding in _CANDIDATES:
        try:
            text = decode_legacy(sample, encoding) if encoding in LEGACY else sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        readings.append(_reading(encoding, text))
    return readings


def _chosen(readings: list[_Reading]) -> str | None:
    """The encoding of the one plausible reading, if there is one."""
    vietnamese = [reading for reading in readings if reading.encoding != "cp1252"]
    western = next((reading for reading in readings if reading.encoding == "cp1252"), None)
    if western is not None and not _is_english(western.text):
        western = None
    best = max(vietnamese, key=lambda reading: reading.sum)
    if best.share >= _SHARE and best.weight >= _WEIGHT and _is_sound(best.text):
        rivals = [*vietnamese, western] if western else vietnamese
        sure = all(best.sum - rival.sum > _LEAD for rival in rivals if rival.text != best.text)
        return best.encoding if sure else None
    if western is None:
        return None
    rivals = [rival for rival in vietnamese if rival.text != western.text]
    return None if any(rival.share >= _CHANCE and rival.weight for rival in rivals) else western.encoding


def _reading(encoding: str, text: str) -> _Reading:
    """What the words with other letters than ASCII say for a reading."""
    # Amounts (`25°C`) are no words in any encoding.
    words = Counter(w for w in WORD.findall(text) if not w.isascii() and not any(c.isdigit() for c in w))
    weight = 0
    points = known = 0.0
    for word, count in words.items():
        value = _vietnamese(word)
        # A word that returns says less each time.
        points += value * min(count, 3)
        known += count * (1.0 if value > 0 else 0.5 if value > _IMPOSSIBLE else 0.0)
        weight += len(word) - 1 if value > _IMPOSSIBLE else 0
    return _Reading(encoding, text, points, known / max(1, words.total()), weight)


# What quotes, dashes and ASCII's punctuation leave; any other sign stays in the word that it spoils.
WORD = re.compile(r"[^\s\x00-/:-@\[-`{-\x7f“”‘’„‚–—…•«»\u00a0]+")


def _vietnamese(word: str) -> float:
    """How much a word says for its reading being Vietnamese: by how common it is, or less than nothing.

    >>> _vietnamese("của") > _vietnamese("khuếch") > 0 > _vietnamese("cña")
    True
    """
    if any(one.islower() and other.isupper() and not other.isascii() for one, other in pairwise(word)):
        return _IMPOSSIBLE  # `nưẠc`
    placed = place_tones(word.lower())
    rank = ranks().get(placed)
    if rank is None:
        return _POSSIBLE if _is_syllable(placed) else _IMPOSSIBLE
    return 15.0 - log(rank + 2)


_POSSIBLE = -1.0
_IMPOSSIBLE = -4.0


def _is_syllable(word: str) -> bool:
    found = SYLLABLE.fullmatch(strip_tone(word))
    return found is not None and place_tones(word) == word


def _is_sound(text: str) -> bool:
    """Whether most lines with other letters than ASCII are Vietnamese or English, where that can be told."""
    told = foreign = 0
    for line in clean(text).split("\n"):
        if line.isascii() or len(line.split()) < 4:
            continue
        told += 1
        foreign += identify(line) is None
    return foreign <= told / 2


# Signs and letters that an English text borrows: its typography, and accents.
_BORROWED = re.compile("[“”‘’–—…•€£©®™°§½¼¾×·«»\u00a0àáâäãåçèéêëìíîïñóòôöõøùúûüæœßÀÁÂÄÅÇÈÉÊËÍÎÑÓÔÖØÚÜÆŒ]+")


def _is_english(text: str) -> bool:
    """Whether a text is English with some signs, or has no letters but ASCII's at all."""
    words = WORD.findall(text)
    accented = [word for word in words if not word.isascii() and any(letter.isalpha() for letter in word)]
    if re.sub(r"[\x00-\x7f]+", "", _BORROWED.sub("", text)):
        return False
    if not accented:
        return any(word.isalpha() for word in words)
    return len(accented) <= max(1, _ACCENTS * len(words)) and identify(clean(text)) == "en"


# --- what cannot be decided --------------------------------------------------------------


def _is_damaged_utf8(sample: bytes) -> bool:
    text = sample.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(character > "\x7f" for character in text) - bad
    return good > 4 * bad


def _damaged(data: bytes, name: str) -> InputError:
    error = _utf8_error(data)
    return InputError(
        f"{name}:{line_of(data, error.start)}: found the byte 0x{data[error.start]:02x}, which cannot stand there in "
        "UTF-8, in which the rest is; mend that line, or name another encoding with --encoding."
    )


def _undecided(data: bytes, readings: list[_Reading], name: str) -> InputError:
    """The error that shows a line in each encoding that it could be in."""
    error = _utf8_error(data)
    place = f"line {line_of(data, error.start)}: byte 0x{data[error.start]:02x} cannot stand there"
    lines: dict[str, list[str]] = {}
    for encoding, line in _differing(readings):
        lines.setdefault(line, []).append(encoding)
    shown = "".join(f"\n  {', '.join(names)}: {line}" for line, names in lines.items())
    return InputError(
        f"{name}: is not in UTF-8 ({place}), UTF-16 or UTF-32, and no old encoding alone makes words of it; "
        f"say which it is, such as --encoding cp1258. A line of it in each:{shown}"
    )


def _differing(readings: list[_Reading]) -> list[tuple[str, str]]:
    """Each encoding with the first line in which not all are the same, cut to what a terminal shows."""
    rows = [reading.text.split("\n") for reading in readings]
    at = next((at for at, texts in enumerate(zip(*rows, strict=False)) if len(set(texts)) > 1), None)
    if at is None:
        at = next((at for at, line in enumerate(rows[0]) if not line.isascii()), 0)
    first = min((found.start() for row in rows if (found := re.search(r"[^\x00-\x7f]", row[at]))), default=0)
    start = max(0, first - 20)
    return [
        (reading.encoding, "".join(c if c.isprintable() else "\ufffd" for c in clean(row[at][start : start + 70])))
        for reading, row in zip(readings, rows, strict=True)
    ]


def line_of(data: bytes, at: int) -> int:
    """The number of the line in which a byte stands, from 1."""
    return data.count(b"\n", 0, at) + 1


def _utf8_error(data: bytes) -> UnicodeDecodeError:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error
    raise AssertionError("only asked where it is not UTF-8")  # pragma: no cover
