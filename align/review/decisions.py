"""The file of decisions that the review page saves, read and checked.

Its form is that of ``page/decisions.js``: which pairs of the table, known by id and a digest of their texts,
and what stands in their place: beads made of stretches of their texts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from align.errors import FormatError
from align.formats.files import read_bytes
from align.formats.lines import shown
from align.formats.units import one_line
from align.review.content import texts_digest, unique_ids
from align.types import TranslationUnit

__all__ = ["DecidedBead", "Decision", "Decisions", "Stretch", "decisions_in", "parse_decisions", "read_decisions"]

Stretch = tuple[int, int, int]
"""The number of a pair among those of its decision, start and end in code points of its text."""


@dataclass(frozen=True, slots=True)
class DecidedBead:
    """One pair as the reviewer wants it.

    :param vi_edited: the text that takes the Vietnamese one's place, on one line; None to leave it
    """

    vi: tuple[Stretch, ...]
    en: tuple[Stretch, ...]
    status: Literal["", "accepted", "rejected"] = ""
    vi_edited: str | None = None
    en_edited: str | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of some pairs.

    :param pairs: id and digest of the texts of each
    :param beads: what stands in their place, in order
    """

    pairs: tuple[tuple[str, str], ...]
    beads: tuple[DecidedBead, ...]


@dataclass(frozen=True, slots=True)
class Decisions:
    """All that one reviewer decided.

    :param name: what messages call the file
    :param reviewer: the reviewer's name, or the file's where there is none
    """

    name: str
    reviewer: str
    decisions: tuple[Decision, ...]


def read_decisions(path: str | os.PathLike[str]) -> Decisions:
    """Read a file of decisions; ``-`` is standard input.

    :raises AlignError: if it cannot be read, or is no such file, with the place in it
    """
    name, data = read_bytes(path)
    return parse_decisions(data, name)


def parse_decisions(data: bytes, name: str) -> Decisions:
    """The decisions in a file's bytes; see `read_decisions`.

    :param name: what messages call the file
    """
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise FormatError(f"{name}: holds no JSON; expected what “Save decisions” of the review page saves.") from None
    if not isinstance(found, dict) or found.get("format") != "align-decisions":
        raise FormatError(f"{name}: holds other JSON; expected what “Save decisions” of the review page saves.")
    if found.get("version") != 1:
        version = shown(str(found.get("version")))
        raise FormatError(f"{name}: is of version {version}, expected 1; if it is of a newer align, update this one.")
    reviewer = one_line(_text(found.get("reviewer"))).replace(";", ",")
    decisions = []
    for number, one in enumerate(_list(found.get("decisions"), f"{name}: decisions"), start=1):
        decisions.append(_decision(one, f"{name}: decision {number}"))
    return Decisions(name, reviewer or os.path.basename(name), tuple(decisions))


def decisions_in(units: Sequence[TranslationUnit]) -> dict[str, Any] | None:
    """What a table that was reviewed says of its pairs, as a file of decisions: to go on from; None if it says nothing.

    What reviewers disagree about is open again, with their opinions as a comment.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> from align.types import Review
    >>> unit = unit_of_texts("Có.", "Yes.", ids=unit_ids(), id="7", review=Review("accepted", en_edited="Yes, sir."))
    >>> decisions_in([unit])["decisions"][0]["to"]
    [{'vi': [[0, 0, 3]], 'en': [[0, 0, 4]], 'status': 'accepted', 'en_edited': 'Yes, sir.'}]
    """
    decisions = []
    for unit, unit_id in zip(units, unique_ids(units), strict=True):
        if (review := unit.review) is None:
            continue
        said = {
            "status": "" if review.status == "disputed" else review.status,
            "vi_edited": review.vi_edited,
            "en_edited": review.en_edited,
            "comment": review.comment,
        }
        sides = {"vi": unit.vi, "en": unit.en}
        bead: dict[str, Any] = {side: [[0, 0, len(text)]] if text else [] for side, text in sides.items()}
        bead |= {name: value for name, value in said.items() if value}
        decisions.append({"from": [{"id": unit_id, "texts": texts_digest(unit)}], "to": [bead]})
    return {"format": "align-decisions", "version": 1, "decisions": decisions} if decisions else None


def _decision(found: object, place: str) -> Decision:
    fields = _object(found, place)
    pairs = []
    for one in _list(fields.get("from"), f"{place}: from"):
        pair = _object(one, f"{place}: from")
        pairs.append((_text(pair.get("id")), _text(pair.get("texts"))))
    beads = [_bead(one, f"{place}: to", len(pairs)) for one in _list(fields.get("to"), f"{place}: to")]
    if not pairs or not beads or len(set(pairs)) < len(pairs):
        raise FormatError(f"{place}: expected pairs, each once, and beads; the file is damaged, save it again.")
    return Decision(tuple(pairs), tuple(beads))


def _bead(found: object, place: str, pairs: int) -> DecidedBead:
    fields = _object(found, place)
    status = _text(fields.get("status"))
    if status not in ("", "accepted", "rejected"):
        raise FormatError(f"{place}: found the status {shown(status)}, expected accepted or rejected.")
    return DecidedBead(
        _stretches(fields.get("vi"), f"{place}: vi", pairs),
        _stretches(fields.get("en"), f"{place}: en", pairs),
        cast(Any, status),
        one_line(_text(fields.get("vi_edited"))) or None,
        one_line(_text(fields.get("en_edited"))) or None,
        one_line(_text(fields.get("comment"))),
    )


def _stretches(found: object, place: str, pairs: int) -> tuple[Stretch, ...]:
    stretches: list[Stretch] = []
    for one in _list(found, place):
        numbers = _list(one, place)
        if len(numbers) != 3 or any(type(number) is not int for number in numbers):
            raise FormatError(f"{place}: expected three whole numbers, pair, start and end; the file is damaged.")
        pair, start, end = numbers
        if not (0 <= pair < pairs and 0 <= start < end):
            raise FormatError(
                f"{place}: found {[pair, start, end]}, which is no stretch of a pair; the file is damaged."
            )
        stretches.append((pair, start, end))
    return tuple(stretches)


def _object(found: object, place: str) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise FormatError(f"{place}: expected an object; the file is damaged, save it again.")
    return found


def _list(found: object, place: str) -> Sequence[Any]:
    if not isinstance(found, list):
        raise FormatError(f"{place}: expected a list; the file is damaged, save it again.")
    return found


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""
