"""Translation units: what a file holds of a bead, made from beads and from what other programs wrote."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from align.text.clean import clean
from align.types import Bead, Review, Segment, TranslationUnit

__all__ = ["common_document", "one_line", "read_number", "settled", "unit_ids", "unit_of", "unit_of_texts"]


def unit_of(bead: Bead, document: str | None = None) -> TranslationUnit:
    """What a file holds of a bead.

    :param document: the name of the pair of documents; None for what the names of the bead's own have in
        common, which for a segment that stands alone is the name of one
    """
    vi_document, en_document = _document(bead.vi), _document(bead.en)
    return TranslationUnit(
        vi=bead.vi_text,
        en=bead.en_text,
        score=None if bead.score is None else round(bead.score, 4),
        kind=bead.kind,
        flags=bead.flags,
        document=one_line(document) if document is not None else common_document(vi_document, en_document),
        vi_document=vi_document,
        en_document=en_document,
        vi_spans=tuple((segment.start, segment.end) for segment in bead.vi),
        en_spans=tuple((segment.start, segment.end) for segment in bead.en),
        id=bead.id,
        vi_places=_places(bead.vi),
        en_places=_places(bead.en),
    )


def unit_of_texts(
    vi: str,
    en: str,
    *,
    ids: Callable[[str, str, str], str],
    document: str = "",
    score: float | None = None,
    flags: Sequence[str] = (),
    kind: str = "",
    vi_document: str = "",
    en_document: str = "",
    vi_spans: Sequence[tuple[int, int]] = (),
    en_spans: Sequence[tuple[int, int]] = (),
    id: str = "",  # noqa: A002
    vi_places: Sequence[str] = (),
    en_places: Sequence[str] = (),
    review: Review | None = None,
) -> TranslationUnit | None:
    """A unit from a file, cleaned as units are; None if both texts are empty.

    Every reader makes its units here, so that what is missing in a file becomes the same in all of
    them: a unit that stands alone has no score, and one without an id gets one from its texts.

    >>> unit_of_texts(" Giá gạo\\ttăng ", "Rice is up", ids=unit_ids(), document="a.tmx").vi
    'Giá gạo tăng'

    :param ids: what `unit_ids` gives, one for each file
    :param score: a probability; rounded to four decimals
    :param kind: how many segments a side; one a side that is not empty, if not given
    """
    vi, en = one_line(vi), one_line(en)
    if not (vi or en):
        return None
    document = one_line(document)
    vi_document, en_document = one_line(vi_document), one_line(en_document)
    if not (vi_document or en_document):
        vi_document, en_document = (document if text else "" for text in (vi, en))
    return TranslationUnit(
        vi=vi,
        en=en,
        score=None if score is None or not (vi and en) else round(score, 4),
        kind=one_line(kind) or f"{int(bool(vi))}-{int(bool(en))}",
        flags=tuple(sorted({name for flag in flags if (name := _flag(flag))})),
        document=document or common_document(vi_document, en_document),
        vi_document=vi_document,
        en_document=en_document,
        vi_spans=tuple(vi_spans),
        en_spans=tuple(en_spans),
        id=one_line(id) or ids(document, vi, en),
        vi_places=tuple(one_line(place) for place in vi_places),
        en_places=tuple(one_line(place) for place in en_places),
        review=review,
    )


def settled(unit: TranslationUnit) -> TranslationUnit | None:
    """A unit as the reviewer left it: with the edited texts in place, or None where it was rejected.

    Ids, spans and scores stay; what is disputed stands as it was.

    >>> unit = unit_of_texts("Có.", "Yes.", ids=unit_ids(), review=Review("accepted", en_edited="Yes, sir."))
    >>> settled(unit).en
    'Yes, sir.'
    """
    if unit.review is None:
        return unit
    if unit.review.status == "rejected":
        return None
    if unit.review.status == "disputed":
        return replace(unit, review=None)
    vi, en = unit.review.vi_edited or unit.vi, unit.review.en_edited or unit.en
    return replace(unit, vi=vi, en=en, review=None)


def _flag(name: str) -> str:
    """A flag as tables hold it, where commas part them."""
    return "-".join(clean(name).replace(",", " ").split())


def unit_ids() -> Callable[[str, str, str], str]:
    """Ids for units that have none: sixteen hexadecimal digits from document and texts.

    The same in every run over the same file; a unit that stands there a second time gets another.

    >>> ids = unit_ids()
    >>> ids("a", "Có", "Yes") == ids("a", "Có", "Yes"), ids("a", "Có", "Yes") == unit_ids()("a", "Có", "Yes")
    (False, False)
    """
    seen: Counter[bytes] = Counter()

    def unit_id(document: str, vi: str, en: str) -> str:
        key = hashlib.blake2b("\x1e".join((document, vi, en)).encode(), digest_size=8).digest()
        seen[key] += 1
        if seen[key] == 1:
            return key.hex()
        return hashlib.blake2b(key + str(seen[key]).encode(), digest_size=8).hexdigest()

    return unit_id


def one_line(text: str) -> str:
    """A text cleaned and brought to one line, as `align.types.Bead.vi_text` is.

    >>> one_line("Thủ tướng\\n  Phạm Minh Chính\\x00")
    'Thủ tướng Phạm Minh Chính'
    """
    return " ".join(clean(text).split())


def read_number(text: str) -> float | None:
    """A score as files hold it: a number from 0 to 1, or None where it is none.

    >>> read_number("0.973"), read_number("97 %"), read_number("nan")
    (0.973, None, None)
    """
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number <= 1 else None


def common_document(vi: str, en: str) -> str:
    """The name of a pair of documents: what both names share, or both with a bar between.

    >>> common_document("news/a.txt", "news/a.txt"), common_document("a.vi.txt", "a.en.txt")
    ('news/a.txt', 'a')
    """
    if vi == en or not (vi and en):
        return vi or en
    stems = [re.sub(r"[._-](vi|en)$", "", re.sub(r"\.[^./]+$", "", name)) for name in (vi, en)]
    return stems[0] if stems[0] == stems[1] else f"{vi}|{en}"


def _document(side: Sequence[Segment]) -> str:
    return one_line(side[0].document.id) if side else ""


def _places(side: Sequence[Segment]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(place for segment in side for place in segment.places))
