"""How Vietnamese was written before Unicode: TCVN3, VNI, VISCII, Windows-1258 and VIQR, read as Unicode.

Which bytes make which letter stands in `data/old_encodings.tsv`. What an encoding says nothing
about, such as quotes and dashes, is read as Windows-1252, because that is where it was typed.
"""

# A list of words reads better as text.
# ruff: noqa: SIM905
from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.resources import files

from align.text.fold import SYLLABLE, place_tones, strip_tone
from align.text.language import identify

__all__ = ["LEGACY", "SAMPLE", "decode_legacy", "is_viqr", "legacy_name", "ranks"]

LEGACY = {"cp1258": "Windows-1258", "tcvn3": "TCVN3", "vni": "VNI", "viscii": "VISCII", "viqr": "VIQR"}
"""The encodings of this module: what ``--encoding`` calls each, and how it is written in a sentence."""

SAMPLE = 64 * 1024
"""How much of a text is looked at to tell its encoding. Chosen by hand."""

_ALIASES = {
    **{name: name for name in LEGACY},
    **dict.fromkeys(("abc", "vn3", "xviettcvn3", "tcvn", "tcvn5712", "tcvn57121", "tcvn57123"), "tcvn3"),
    **dict.fromkeys(("vniwin", "vniwindows", "xvietvni"), "vni"),
    **dict.fromkeys(("viscii11", "csviscii", "viscii111", "xviscii"), "viscii"),
    **dict.fromkeys(("csviqr", "vietnet", "xviqr"), "viqr"),
    **dict.fromkeys(("windows1258", "1258", "win1258", "xcp1258"), "cp1258"),
}


def legacy_name(name: str) -> str | None:
    """The key in `LEGACY` of an encoding by any of its names, or None for another encoding.

    >>> legacy_name("ABC"), legacy_name("Windows-1258"), legacy_name("utf-8")
    ('tcvn3', 'cp1258', None)
    """
    return _ALIASES.get(re.sub(r"[\W_]", "", name).lower())


def decode_legacy(data: bytes, name: str) -> str:
    """Bytes in an old Vietnamese encoding, in NFC.

    TCVN3 has no capitals with tone marks. They were typed as small letters in a font that drew
    capitals (.VnTimeH), so a headline in such a font comes out in small letters, and `VIỆT` typed
    in a usual font as `VIệT`. What was a capital cannot be told from the bytes.

    In VIQR, a mark at the end of a word can be punctuation that was typed without its backslash. It
    is taken for that where it makes no word, and `ra.` is read as `rạ`.

    >>> decode_legacy("ViÖt Nam".encode("cp1252"), "tcvn3"), decode_legacy("Vieät Nam".encode("cp1252"), "vni")
    ('Việt Nam', 'Việt Nam')
    >>> decode_legacy(b"Vi\\xea\\xf2t Nam", "cp1258")
    'Việt Nam'
    >>> decode_legacy(b"dda.i ho.c Vie^.t Nam", "viqr")
    'đại học Việt Nam'

    :param name: a key of `LEGACY`
    :raises UnicodeDecodeError: if a byte means nothing in it, which Windows-1258 and VIQR can have
    """
    return _DECODERS[name](data)


@cache
def ranks() -> dict[str, int]:
    """Vietnamese syllables by falling frequency, the commonest 0, tone marks in their traditional place.

    >>> ranks()["và"] < ranks()["huế"]
    True
    """
    text = files("align.text").joinpath("words.vi.txt").read_text(encoding="utf-8")
    words = [line.rstrip("*") for line in text.splitlines() if line and not line.startswith("#")]
    return {place_tones(word): rank for rank, word in reversed([*enumerate(words + _NAMES)])}


# Syllables that are hardly more than names, which the list of words leaves out. Chosen by hand.
_NAMES = (
    "việt hà huế mỹ sài lê nguyễn phạm huỳnh hoàng vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh tạ lương mạc "
    "sơn ngọc vân quý mỵ nga đà nẵng gòn lạt rạch giá phú thọ bạc liêu ấn nhật hàn đức ý úc bỉ bồ"
).split()


# --- tables ------------------------------------------------------------------------------


def _decode_cp1258(data: bytes) -> str:
    return unicodedata.normalize("NFC", data.decode("cp1258"))


def _decode_tcvn3(data: bytes) -> str:
    return codecs.charmap_decode(data, "strict", _charmap("tcvn3"))[0]


def _decode_viscii(data: bytes) -> str:
    return codecs.charmap_decode(data, "strict", _charmap("viscii"))[0]


def _decode_vni(data: bytes) -> str:
    letters, unit = _vni()
    return unit.sub(lambda found: letters[found.group()], data.decode("latin-1"))


@cache
def _table() -> dict[str, dict[bytes, str]]:
    """For each encoding of the data file what bytes are which letter."""
    text = files("align.formats.texts").joinpath("data/old_encodings.tsv").read_text(encoding="utf-8")
    tables: dict[str, dict[bytes, str]] = {"tcvn3": {}, "vni": {}, "viscii": {}}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        letter, *cells = line.split("\t")
        for table, cell in zip(tables.values(), cells, strict=True):
            if cell != "-":
                table[bytes.fromhex(cell)] = letter
    return tables


@cache
def _charmap(name: str) -> str:
    """The 256 characters of an encoding that has one byte a letter."""
    return "".join(_table()[name].get(bytes([byte])) or _western(byte) for byte in range(256))


def _western(byte: int) -> str:
    # Five bytes have no meaning in Windows-1252: they stay control characters, which cleaning takes out.
    return bytes([byte]).decode("cp1252", "ignore") or chr(byte)


@cache
def _vni() -> tuple[dict[str, str], re.Pattern[str]]:
    """What a byte, or a letter and the mark behind it, means; and a pattern that finds either."""
    letters = {chr(byte): _western(byte) for byte in range(0x80, 0x100)}
    marks: dict[str, str] = {}
    for code, letter in ((code.decode("latin-1"), letter) for code, letter in _table()["vni"].items()):
        # A capital is often typed with the mark of a small letter.
        spellings = {code, code[:1] + code[1:].lower()}
        letters.update(dict.fromkeys(spellings, letter))
        for spelling in spellings:
            if len(spelling) == 2:
                marks[spelling[0]] = marks.get(spelling[0], "") + spelling[1]
    pairs = "|".join(f"{base}[{following}]" for base, following in marks.items())
    return letters, re.compile(f"{pairs}|[\x80-\xff]")


# --- VIQR (RFC 1456) ---------------------------------------------------------------------

_VIQR_MARKS = {
    "^": "\u0302",
    "(": "\u0306",
    "+": "\u031b",
    "'": "\u0301",
    "`": "\u0300",
    "?": "\u0309",
    "~": "\u0303",
    ".": "\u0323",
}
_VIQR_ESCAPED = r"\\[(^+'`?~.\\]|(?<=[dD])\\[dD]"
# A mark belongs to the vowel before it; a tone can stand behind a mark of shape. The bound keeps a megabyte
# without a space from taking quadratic time.
_VIQR_WORD = re.compile(rf"(?:[A-Za-z]|{_VIQR_ESCAPED}|(?<=[AEIOUYaeiouy])[(^+'`?~.]|(?<=[(^+])['`?~.]){{1,60}}")
_VIQR_LETTER = re.compile(
    rf"(?P<escaped>{_VIQR_ESCAPED})|(?P<stroke>[dD][dD])"
    r"|(?P<vowel>[aA](?P<a>[(^])?|[eE](?P<e>\^)?|[oO](?P<o>[\^+])?|[uU](?P<u>\+)?|[iIyY])(?P<tone>['`?~.])?"
)
_VIQR_SHAPED = re.compile(r"[aeoAEO]\^|[aA]\(|[ouOU]\+")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


def _decode_viqr(data: bytes) -> str:
    lines = data.decode("ascii").split("\n")
    return "\n".join(_viqr_line(line) for line in lines)


# Punctuation behind a word, written so that it is no mark.
_VIQR_END = re.compile(r"(?:\\[(^+'`?~.\\])+$")
# `a.m.`, `U.N.`, `I'm`
_ENGLISH_SYLLABLE = re.compile(r"[aeiouy]\.|i'm$", re.IGNORECASE)

# `đ`, `QĐ`, `HĐND`, but not what English shortens so.
_SHORTENED = re.compile("(?!hđ$|đr$|đt$)[bcđghklmnpqrstvx]{1,5}")


def _viqr_line(line: str) -> str:
    # In an English line, a mark at the end of a word is a full stop or an apostrophe.
    english = identify(line) == "en"

    def read(found: re.Match[str]) -> str:
        word, plain = _viqr_word(found.group())
        return word if plain or not english else _unescaped(found.group())

    return _VIQR_WORD.sub(read, line)


@lru_cache(maxsize=1 << 15)
def _viqr_word(word: str) -> tuple[str, bool]:
    """How a word reads, and whether its marks are plain.

    Plain is a mark that prose does not have: `^`, `(` or `+` behind a vowel, `dd` at the start, or any
    mark inside the word. One at the end can be a full stop, a question mark or an apostrophe.

    >>> _viqr_word("nu+o+'c."), _viqr_word("you're"), _viqr_word("add"), _viqr_word("ra\\\\.")
    (('nước.', True), ("you're", True), ('add', True), ('ra.', False))
    """
    stem = _VIQR_END.sub("", word)
    if not stem:
        return _unescaped(word), False
    end = _unescaped(word[len(stem) :])
    read = _viqr_read(stem)
    if stem[-1] in "'`?~." and _is_misplaced(read.lower()):
        stem, end = stem[:-1], stem[-1] + end
        read = _viqr_read(stem)
    bare = strip_tone(read).lower()
    plain = not bare.isascii() or any(mark in stem[:-1] for mark in "'`?~.")
    if place_tones(read.lower()) in ranks():
        return read + end, plain
    # Of what is not known, a foreign name can have letters of Vietnamese (`Đắk Lắk`); `dd` is English, too.
    if _VIQR_SHAPED.search(stem):
        return read + end, plain
    possible = SYLLABLE.fullmatch(bare) and not _ENGLISH_SYLLABLE.match(stem) and stem[-1] not in "'?."
    return (read if possible or _SHORTENED.fullmatch(bare) else _unescaped(stem)) + end, plain


def _is_misplaced(word: str) -> bool:
    """Whether the last tone of a word is none: there is one before, or it is on the wrong letter.

    >>> _is_misplaced("nộị"), _is_misplaced("đâủ"), _is_misplaced("hoả"), _is_misplaced("mẹ")
    (True, True, False, False)
    """
    tones = len(_TONES.findall(unicodedata.normalize("NFD", word)))
    # Of `oa`, `oe` and `uy`, either letter can have it.
    return tones > 1 or (place_tones(word) != word and strip_tone(word)[-2:] not in ("oa", "oe", "uy"))


def _viqr_read(word: str) -> str:
    return unicodedata.normalize("NFC", _VIQR_LETTER.sub(_viqr_letter, word))


def _viqr_letter(found: re.Match[str]) -> str:
    if found["escaped"]:
        return found["escaped"][1:]
    if found["stroke"]:
        return "Đ" if found["stroke"][0] == "D" else "đ"
    shape = found["a"] or found["e"] or found["o"] or found["u"] or ""
    return found["vowel"][0] + "".join(_VIQR_MARKS[mark] for mark in shape + (found["tone"] or ""))


def _unescaped(word: str) -> str:
    return re.sub(_VIQR_ESCAPED, lambda found: found.group()[1:], word)


# Chosen by hand: every second word of Vietnamese has such a mark, so every fourth of a text that is half English;
# where only some lines are Vietnamese, so many different words are no chance.
_VIQR_WORDS = 4
_VIQR_SHARE = 0.2
_VIQR_MANY = 20
_VIQR_KNOWN = 0.8


def is_viqr(text: str) -> bool:
    """Whether an ASCII text is VIQR beyond doubt: many words have marks that prose has not, and are words then.

    >>> is_viqr("Thu? tu+o+'ng tie^'p -dda.i su+' Nga ta.i Ha` No^.i"), is_viqr("Ha Noi? Ra. La' va`")
    (True, False)
    """
    if len(text) > SAMPLE:
        starts = (len(text) * piece // 8 for piece in range(8))
        text = "\n".join(text[start : start + SAMPLE // 8] for start in starts)
    if "^" not in text:
        return False
    marked = [word for word in _VIQR_WORD.findall(text) if _VIQR_SHAPED.search(word)]
    read = [_viqr_word(word)[0].lower().rstrip("'`?~.") for word in marked]
    known = [word for word in read if place_tones(word) in ranks()]
    words = len(re.findall(r"[A-Za-z][^\s-]*", text))
    different = len(set(known))
    enough = different >= _VIQR_MANY or (different >= _VIQR_WORDS and len(known) >= _VIQR_SHARE * words)
    return enough and len(known) >= _VIQR_KNOWN * len(read)


_DECODERS: dict[str, Callable[[bytes], str]] = {
    "cp1258": _decode_cp1258,
    "tcvn3": _decode_tcvn3,
    "vni": _decode_vni,
    "viscii": _decode_viscii,
    "viqr": _decode_viqr,
}
