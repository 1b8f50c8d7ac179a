"""Names of people, places and bodies that one side has and the other has not."""

# Word lists read better as text.
# ruff: noqa: SIM905
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from align.quality.damage import is_damaged
from align.quality.finding import Finding, Severity
from align.quality.names_there import NamesThere, is_alike, squeezed
from align.quality.sides import Span, about, listed, other, sides, text_of
from align.text.fold import SYLLABLE, place_tones, strip_diacritics, strip_tone
from align.text.names import read_names
from align.types import Language, TranslationUnit

__all__ = ["answered_names", "check_names"]


def check_names(unit: TranslationUnit) -> Iterator[Finding]:
    """Names without a counterpart: `name`.

    Names are compared without diacritics, and through the table of exonyms and acronyms
    (`LHQ`, UN; `Mỹ`, US). Most capitals are no names: only those of the table are looked for, Vietnamese
    people by their surname, and foreign names of two words or more. One part of a name is enough, as
    English goes on with the surname and Vietnamese with the given name.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> unit = unit_of_texts("Ông Phạm Minh Chính thăm Mỹ.", "To Lam visited the US.", ids=unit_ids())
    >>> [finding.reason for finding in check_names(unit)]
    ['“Phạm Minh Chính” of the Vietnamese text is not in the English text.', '“To Lam” of the English text is not in the Vietnamese text.']
    """  # noqa: E501
    if not (unit.vi and unit.en):
        return
    vi, en = read_names(unit.vi, "vi"), read_names(unit.en, "en")
    lost = {"vi": vi.asks - en.offers, "en": en.asks - vi.offers}
    may_change = vi.offers & en.offers and vi.offers - en.offers and en.offers - vi.offers
    if not (may_change or any(lost.values())) or is_damaged(unit.vi) or is_damaged(unit.en):
        return
    texts = dict(sides(unit))
    names = {
        language: list(_lost_names(text, language, lost[language], texts[other(language)]))
        for language, text in sides(unit)
    }
    spelled_differently = _pairs_alike(names["vi"], names["en"])
    for one, two in spelled_differently:
        names["vi"].remove(one)
        names["en"].remove(two)
        reason = f"“{one.text}” of the Vietnamese text is “{two.text}” in the English text."
        yield Finding("name", "note", reason, (one.span,), (two.span,))
    found = [one for language, _ in sides(unit) for one in _reported(names[language], names[other(language)], language)]
    yield from found
    if may_change and not found and not spelled_differently:
        yield from _changed(unit)


def answered_names(unit: TranslationUnit) -> tuple[list[Span], list[Span]]:
    """Where the names stand that both sides have, in the Vietnamese and in the English text, in order.

    >>> from align.formats.units import unit_ids, unit_of_texts
    >>> unit = unit_of_texts("Ông Phạm Minh Chính thăm Mỹ.", "Pham Minh Chinh visited the US.", ids=unit_ids())
    >>> answered_names(unit)
    ([(4, 19), (25, 27)], [(0, 15), (28, 30)])
    """
    vi, en = read_names(unit.vi, "vi"), read_names(unit.en, "en")
    answered = (vi.asks & en.offers) | (en.asks & vi.offers)
    return _answered_spans(unit.vi, "vi", answered), _answered_spans(unit.en, "en", answered)


def _answered_spans(text: str, language: Language, answered: frozenset[str]) -> list[Span]:
    if not answered:
        return []
    words = [_Word(found[0], *found.span()) for found in _WORD.finditer(text)]
    spans = [
        _extended(span, key, words, text, language)
        for key, span in _table_spans(words, answered, text, language).items()
    ]
    spans += [
        (word.start, word.end) for word in words if word.text[0].isupper() and _key(word.text, language) in answered
    ]
    joined: list[Span] = []
    for start, end in sorted(spans):
        # Parts of one name stand in a row.
        if joined and (start <= joined[-1][1] or text[joined[-1][1] : start] == " "):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _extended(span: Span, key: str, words: Sequence[_Word], text: str, language: Language) -> Span:
    """A name of the table with the words behind it that are parts of it: `Việt Nam`, of which `Việt` is enough."""
    start, end = span
    for word in words:
        is_next = word.start == end + 1 and text[end] == " " and word.text[0].isupper()
        if is_next and key in _offers(text[start : word.end], language):
            end = word.end
    return start, end


class _Name(NamedTuple):
    """A name that the other side lacks.

    :param kind: ``"table"``, ``"vietnamese"``, ``"foreign"``, ``"word"`` for a single foreign word, or
        ``"opener"`` for one that opens a sentence
    """

    text: str
    span: Span
    kind: str


def _reported(names: list[_Name], others: list[_Name], language: Language) -> Iterator[Finding]:
    """One finding for the names of one side.

    A single foreign word is likely a name only where the other side has another in its place; a name
    in Chinese characters has one reading in Vietnamese and one in English that share no letter.
    """
    answers = [one.kind for one in others]
    found = [name for name in names if not _ANSWERS.get(name.kind) or _ANSWERS[name.kind].intersection(answers)]
    if not found:
        return
    kinds = {name.kind for name in found}
    # `the country` for a country, and the two readings of Chinese characters.
    said_otherwise = kinds == {"table"} and not others
    read_otherwise = kinds == {"vietnamese"} and "foreign" in answers
    severity: Severity = "note" if said_otherwise or read_otherwise else "warning"
    verb = "is" if len(found) == 1 else "are"
    reason = f"{listed([name.text for name in found])} of {text_of(language)} {verb} not in {text_of(other(language))}."
    yield about(language, "name", severity, reason, [name.span for name in found])


def _changed(unit: TranslationUnit) -> Iterator[Finding]:
    """Vietnamese names of which one part is another on the other side: `Quảng Ninh`, `Quang Nam`."""
    vi, en = _syllable_runs(unit.vi), _syllable_runs(unit.en)
    vi_keys, en_keys = ({_loose(word) for word in _WORD.findall(text)} for _, text in sides(unit))
    for one, two in product(vi, en):
        if _is_changed([word.text for word in one], [word.text for word in two], vi_keys, en_keys):
            spans = [(run[0].start, run[-1].end) for run in (one, two)]
            texts = unit.vi[slice(*spans[0])], unit.en[slice(*spans[1])]
            reason = f"“{texts[0]}” of the Vietnamese text is “{texts[1]}” in the English text."
            yield Finding("name", "warning", reason, (spans[0],), (spans[1],))
            return


def _is_changed(vi: list[str], en: list[str], vi_keys: set[str], en_keys: set[str]) -> bool:
    """Whether two names of one length share a part, and the others are nowhere on the other side."""
    parts = [(_loose(one), _loose(two)) for one, two in zip(vi, en, strict=False)]
    others = [(one, two) for one, two in parts if one != two]
    if len(vi) != len(en) or len(others) in (0, len(parts)):
        return False
    # What differs in front may be a title: `Tướng Giáp`, `Gen Giap`.
    are_surnames = place_tones(vi[0].lower()) in _SURNAMES and place_tones(en[0].lower()) in _BARE_SURNAMES
    if parts[0][0] != parts[0][1] and not are_surnames:
        return False
    return not any(one in en_keys or two in vi_keys or is_alike(one, two) for one, two in others)


def _syllable_runs(text: str) -> list[list[_Word]]:
    """Capitals in a row that may be Vietnamese syllables, two or more, without a title before them."""
    words = [_Word(found[0], *found.span()) for found in _WORD.finditer(text)]
    runs = []
    for run in _runs([word for word in words if _may_be_syllable(word.text)], text):
        name = run[1:] if run[0].text in _TITLES else run
        if 2 <= len(name) <= _MOST_SYLLABLES and not any(word.text.isupper() for word in name):
            runs.append(name)
    return runs[:_MOST]


@lru_cache(maxsize=1 << 14)
def _may_be_syllable(word: str) -> bool:
    """Whether a word is a syllable, or would be one with its marks.

    >>> [word for word in ("Nguyễn", "Nguyen", "Truong", "Singer") if _may_be_syllable(word)]
    ['Nguyễn', 'Nguyen', 'Truong']
    """
    marked = word.lower().replace("ie", "iê").replace("ye", "yê").replace("uo", "ươ").replace("uu", "ưu")
    return _is_syllable(word) or _is_syllable(marked)


@lru_cache(maxsize=1 << 14)
def _loose(word: str) -> str:
    """A syllable in the spelling that all share: `Qui Nhơn`, Quy Nhon; `Bắc Cạn`, Bac Kan."""
    return squeezed(word).replace("y", "i").replace("k", "c")


_MOST_SYLLABLES = 5
_TITLES = frozenset(
    "Ông Bà Anh Chị Cô Chú Bác Cậu Dì Mợ Thím Em Thầy Cụ Bé Thằng Con Đảo Sông Núi Hồ Tỉnh Huyện Xã Quận Đèo Chùa Đền"
    " Ong Ba Chi Co Bac Cu".split()
)

# What the other side must have for a name of a doubtful kind to be one.
_ANSWERS = {"word": frozenset({"word", "opener", "foreign"}), "opener": frozenset({"word"})}


def _pairs_alike(vi: Sequence[_Name], en: Sequence[_Name]) -> list[tuple[_Name, _Name]]:
    """Names of both sides that differ by a slip (`Aryton`, `Ayrton`) or by how Chinese is read (`Lý`, `Lee`)."""
    pairs: list[tuple[_Name, _Name]] = []
    for one in vi[:_MOST]:
        for two in en[:_MOST]:
            taken = any(two is taken for _, taken in pairs)
            if taken or one.kind == "table":
                continue
            if is_alike(squeezed(one.text), squeezed(two.text)) or _is_read_otherwise(one, two):
                pairs.append((one, two))
                break
    return pairs


def _is_read_otherwise(vi: _Name, en: _Name) -> bool:
    """Whether a surname is the Vietnamese reading of a Chinese or Korean one, which opens or ends the other name."""
    if vi.kind != "vietnamese" or en.kind != "foreign":
        return False
    words = en.text.lower().split(" ")
    readings = _READINGS.get(vi.text.split(" ")[0].lower(), "").split()
    return words[0] in readings or words[-1] in readings


_MOST = 20
# Surnames that Vietnamese reads in its own way, by hand: Mandarin, Cantonese, Hokkien, Korean.
_READINGS = {
    "cao": "gao ko",
    "chu": "zhou zhu chou chow joo",
    "dương": "yang yeung",
    "giang": "jiang chiang kang",
    "hoàng": "huang wong hwang ng",
    "hồ": "hu woo wu",
    "hứa": "xu hsu hui",
    "lâm": "lin lam lim",
    "lê": "li lai",
    "lưu": "liu lau low ryu yoo",
    "lương": "liang leung",
    "lý": "li lee rhee yi",
    "mạc": "mo mok",
    "ngô": "wu ng oh",
    "phan": "pan poon",
    "phạm": "fan",
    "quách": "guo kwok",
    "thái": "cai tsai choi chua",
    "tiêu": "xiao siu",
    "tôn": "sun sohn",
    "trương": "zhang chang cheung jang",
    "trần": "chen chan tan chin",
    "trịnh": "zheng cheng jung chung",
    "triệu": "zhao chao cho",
    "tạ": "xie hsieh tse",
    "từ": "xu hsu tsui seo",
    "tô": "su so",
    "vương": "wang wong",
    "đinh": "ding ting",
    "đào": "tao to",
    "đặng": "deng teng tang",
    "đỗ": "du",
}


# --- which names are looked for ----------------------------------------------------------


class _Word(NamedTuple):
    text: str
    start: int
    end: int


def _lost_names(text: str, language: Language, lost: frozenset[str], partner: str) -> Iterator[_Name]:
    """The names of a text that are among the lost keys, and surely names."""
    if not lost:
        return
    words = [_Word(found[0], *found.span()) for found in _WORD.finditer(text)]
    there = NamesThere(partner, other(language))
    taken: list[Span] = []
    for key, span in _table_spans(words, lost - _NO_NAMES, text, language).items():
        if _is_surely_there(text, span, language) and not there.has_table_name(key, text[slice(*span)]):
            taken.append(span)
            yield _Name(text[slice(*span)], span, "table")
    for run in _runs(words, text):
        if any(start <= run[0].start < end for start, end in taken):
            continue
        found = _name_of(run, text, language, lost)
        if (
            found
            and not any(there.has(word.text) for word in found[0])
            and not there.has_joined([word.text for word in found[0]])
        ):
            span = found[0][0].start, found[0][-1].end
            yield _Name(text[slice(*span)], span, found[1])


# What the table has for the sake of pairing and that is said in other ways as well.
_NO_NAMES = frozenset({"=x-ray", "=dna", "=god", "=buddhism", "=latin"})
# Words, with the apostrophes and hyphens inside them.
_WORD = re.compile(r"(?:\b[A-Z]\.){2,6}|[^\W\d_]{1,60}(?:[-'’][^\W\d_]{1,60}){0,6}")


def _runs(words: Sequence[_Word], text: str) -> Iterator[list[_Word]]:
    """Words with capitals that only a space parts."""
    run: list[_Word] = []
    for word in words:
        if run and not (word.text[0].isupper() and text[run[-1].end : word.start] == " "):
            yield run
            run = []
        if word.text[0].isupper():
            run.append(word)
    if run:
        yield run


def _name_of(run: list[_Word], text: str, language: Language, lost: frozenset[str]) -> tuple[list[_Word], str] | None:
    """The part of a run of capitals that is a name, and of what kind; None where it is likely none."""
    if all(_is_syllable(word.text) for word in run):
        name = _vietnamese_name(run, language, lost)
        if name or language == "vi":
            return (name, "vietnamese") if name else None
    name = list(run)
    for end in (0, -1):
        while name and (_key(name[end].text, language) not in lost or _is_marked(name[end].text)):
            del name[end]
    if any(_key(word.text, language) not in lost or len(word.text) < 2 or "-" in word.text for word in name):
        return None
    # Acronyms are spelled out in the other language, or are another acronym there.
    if not name or any(word.text.isupper() for word in name):
        return None
    if len(name) > 1:
        return name, "foreign"
    opens = text[: name[0].start].rstrip()[-1:] in _OPENERS
    return None if len(name[0].text) < 4 else (name, "opener" if opens else "word")


def _vietnamese_name(run: list[_Word], language: Language, lost: frozenset[str]) -> list[_Word]:
    """From the surname on, what stands before it being a title; empty where no person is named."""
    surnames = _SURNAMES if language == "vi" else _BARE_SURNAMES
    for at, word in enumerate(run[:-1]):
        if place_tones(word.text.lower()) in surnames:
            name = run[at:]
            is_name = len(name) <= 5 and any(_key(part.text, language) in lost for part in name[1:])
            is_word = name[1].text.lower() in _NO_GIVEN_NAMES or any(
                part.text.isupper() and len(part.text) > 1 for part in name
            )
            return name if is_name and not is_word else []
    return []


# What stands before the first word of a sentence; the empty text before that of a line.
_OPENERS = frozenset([*".:;!?(\"“‘'|–—-*•", ""])


@lru_cache(maxsize=1 << 14)
def _is_syllable(word: str) -> bool:
    return bool(SYLLABLE.fullmatch(strip_tone(word.lower())))


def _is_marked(word: str) -> bool:
    """Whether a word is a Vietnamese syllable with its marks, which no foreign name has."""
    return not word.isascii() and _is_syllable(word)


@lru_cache(maxsize=1 << 14)
def _key(word: str, language: Language) -> str:
    """The key under which `align.text.names` offers a word."""
    return next((key for key in sorted(read_names(word, language).offers) if not key.startswith("=")), "")


_SURNAMES = frozenset(
    """
    nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý lí tô đinh trịnh đoàn lưu lương cao tạ
    quách kiều tôn triệu chu nông vương lâm đào trương từ phùng nghiêm khuất diệp mạc giang doãn hứa lại đàm tiêu
    khổng mai hà tăng thạch ninh thái
    """.split()
)
_BARE_SURNAMES = frozenset(map(strip_diacritics, _SURNAMES)) | _SURNAMES
# Behind a surname, they make another word: `Vương Phi`, `Đoàn Thanh niên`.
_NO_GIVEN_NAMES = frozenset("phi quốc miện thanh đại nguyên dương cực sản đẳng cấp tốc kết kỳ kì lan đô đình".split())


def _table_spans(words: Sequence[_Word], lost: frozenset[str], text: str, language: Language) -> dict[str, Span]:
    """Where names of the table stand first, each in as few words as it can."""
    wanted = {key for key in lost if key.startswith("=")}
    found: dict[str, Span] = {}
    for size in range(1, _LONGEST + 1):
        for at in range(len(words) - size + 1):
            if not wanted:
                return dict(sorted(found.items()))
            start, end = words[at].start, words[at + size - 1].end
            if words[at].text[0].isupper():
                for key in wanted & _offers(text[start:end], language):
                    found[key] = (start, end)
                    wanted.discard(key)
    return dict(sorted(found.items()))


def _is_surely_there(text: str, span: Span, language: Language) -> bool:
    """Not so in `Hai phóng viên`, `chữ HOA` and `sao Hỏa` (China), `em/Anh`, `Anh em`, `đô la Mỹ`, `mẫu Anh`."""
    start, end = span
    words = text[start:end].split(" ")
    if language == "en":
        return True
    if len(words) == 2 and not words[1][:1].isupper():
        return False
    if (words[0] != "Hoa" and squeezed(words[0]) == "hoa" and words[0] != "HOA") or (
        words[0] in ("Anh", "Đức") and _NO_COUNTRY.match(text, end)
    ):
        return False
    if len(words) == 1 and _is_syllable(words[0]):
        shouted = words[0].isupper() and len(words[0]) > 2
        if shouted or text[start - 1 : start] == "/":
            return False
    return not _MEASURE.search(text[max(0, start - 10) : start])


@lru_cache(maxsize=1 << 14)
def _offers(words: str, language: Language) -> frozenset[str]:
    return read_names(words, language).offers


_NO_COUNTRY = re.compile(" (?:em|chị|hùng|trai|tin|cha|mẹ|vua|hạnh|dục)\\b")
_MEASURE = re.compile(r"(?:đô[\s-]?la|dollar|usd|đồng|bảng|won|yên|mẫu|dặm|giờ mùa hè)\s?$", re.IGNORECASE)
_LONGEST = 6
