"""Subtitles, SubRip and WebVTT: cues put together to sentences, each with the time it is shown.

A cue is what fits the screen, so a sentence runs over several, and two speakers can share one. The files
are written by hand and by programs of every kind, and pysubs2 reads what is wrong in them in silence: a cue
whose times are broken becomes text of the one before, with its number, and so do WebVTT's notes (version
1.8). So the times are found here, and what has none is named.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, TypeAlias

from align.errors import FormatError
from align.formats.documents import PARAGRAPH, Block, Part
from align.formats.lines import shown
from align.formats.settings import ReadSettings
from align.formats.texts.plain import decode
from align.text.language import identify
from align.types import Language

__all__ = ["read_srt", "read_vtt"]

# All chosen by hand.
_PAUSE = 1500  # milliseconds: who is silent for so long has ended the sentence, whatever the marks say
_TOUCHING = 100  # milliseconds between cues that are one to the eye
_ROLLING = 8  # lines that stay when captions roll up
_MARKED = 0.05  # share of the lines that end a sentence; below, the marks say nothing
_FEW = 20  # so few lines say nothing about that
_BILINGUAL = 0.5  # share of the cues of several lines that are in both languages

_Line: TypeAlias = tuple[int, str]
"""Number and text."""


def read_srt(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[Part]:
    """Read SubRip subtitles as one document.

    >>> import io
    >>> srt = "1\\n00:00:01,000 --> 00:00:02,500\\nTôi nghĩ\\n\\n2\\n00:00:02,500 --> 00:00:04,000\\n<i>anh đúng.</i>"
    >>> [part] = read_srt(io.BytesIO(srt.encode()), "a.srt", ReadSettings())
    >>> [(block.text, block.place, block.before) for block in part.blocks][1]
    ('anh đúng.', '00:00:02.500-00:00:04.000', ' ')

    :param name: what messages call the file
    :raises AlignError: if it is in no encoding that was tried, or has no times; a cue whose times are broken
        and text without times are given to `settings.refuse`
    """
    lines = _lines(stream, name, settings)
    yield _part(_cues([lines] if lines else [], name, settings), name, settings)


def read_vtt(stream: BinaryIO, name: str, settings: ReadSettings) -> Iterator[Part]:
    """Read WebVTT subtitles as one document, without their notes and styles; see `read_srt`."""
    blocks = list(_vtt_blocks(_lines(stream, name, settings)))
    yield _part(_cues(blocks, name, settings, entities=True), name, settings)


def _lines(stream: BinaryIO, name: str, settings: ReadSettings) -> list[_Line]:
    text = decode(stream.read(), name, settings.encoding, remark=settings.remark).removeprefix("\ufeff")
    lines = list(enumerate(re.split(r"\r\n|\r|\n", text), start=1))
    return lines if any(line.strip() for _, line in lines) else []


def _vtt_blocks(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """What empty lines part, without names of cues and what is no cue."""
    block: list[_Line] = []
    for number, line in [*lines, (0, "")]:
        if line:
            block.append((number, line))
            continue
        if block and _HEADER.match(block[0][1]):
            block = block[next((at for at, (_, line) in enumerate(block) if "-->" in line), len(block)) :]
        if len(block) > 1 and "-->" in block[1][1] and "-->" not in block[0][1]:
            block = block[1:]
        if any(line.strip() for _, line in block) and not _NO_CUE.match(block[0][1]):
            yield block
        block = []


_HEADER = re.compile(r"WEBVTT(\s|$)")
_NO_CUE = re.compile(r"(NOTE(\s|$)|(STYLE|REGION)\s*$)")


@dataclass(frozen=True, slots=True)
class _Cue:
    """What is shown from one millisecond to another: lines, each with the name of who says it if given."""

    start: int
    end: int
    lines: Sequence[tuple[str, str]]

    @property
    def place(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


def _clock(time: int) -> str:
    seconds, milliseconds = divmod(time, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{milliseconds:03}"


def _cues(
    blocks: Sequence[Sequence[_Line]], name: str, settings: ReadSettings, *, entities: bool = False
) -> Iterator[_Cue]:
    if blocks and not any(_is_times(block, at) for block in blocks for at in range(len(block))):
        number, line = next(line for block in blocks for line in block if line[1].strip())
        raise FormatError(
            f"{name}:{number}: found {shown(line.strip())} and no times in all the file, expected subtitles "
            f"with times such as {_EXAMPLE}; is it another kind of file?"
        )
    for times, text in (chunk for block in blocks for chunk in _chunks(block)):
        said = "\n".join(line for _, line in text).strip()
        if times is None:
            if said:
                number = next(number for number, line in text if line.strip())
                settings.refuse(f"{name}:{number}", "found text without times; give it some, or take it out.", said)
            continue
        number, line = times
        span = _read_times(line)
        if isinstance(span, str):
            settings.refuse(f"{name}:{number}", f"found {shown(line.strip())}, {span}", f"{line}\n{said}".strip())
        else:
            yield _Cue(*span, _plain(said, entities))


def _chunks(block: Sequence[_Line]) -> Iterator[tuple[_Line | None, list[_Line]]]:
    """Times and the lines under them, without the numbers of cues; None for what stands above the first."""
    times: _Line | None = None
    text: list[_Line] = []
    count = 0
    for at, numbered in enumerate(block):
        if not _is_times(block, at):
            text.append(numbered)
            continue
        if text and _NUMBER.fullmatch(text[-1][1]):
            last = int(text[-1][1].strip())
            alone = times is None if len(text) == 1 else not text[-2][1].strip()
            if alone or last == count + 1:
                count = last
                text.pop()
        yield times, text
        times, text = numbered, []
    yield times, text


_NUMBER = re.compile(r"\s*[0-9]{1,7}\s*")
_EXAMPLE = "00:00:01,000 --> 00:00:02,500"
_TIME = r"(?:(\d{1,4})\s*:\s*)?(\d{1,2})\s*:\s*(\d{1,2})(?:\s*[,.:]\s*(\d{1,3}))?"
# Where on the screen is said behind the times; any other text there is what is said.
_TIMES = re.compile(rf"\s*{_TIME}\s*(?:-+>|[–—]+>?|→)\s*{_TIME}(?:\s+[A-Za-z][A-Za-z0-9]*:\S+)*\s*")
_TIME_LIKE = re.compile(r"\d\s*[:,.]\s*\d")


def _is_times(block: Sequence[_Line], at: int) -> bool:
    """Whether a line gives times, or was to: an arrow can stand in what is said as well."""
    line = block[at][1]
    if "-->" in line:
        above = block[at - 1][1].strip() if at else ""
        return not above or _NUMBER.fullmatch(above) is not None or _TIME_LIKE.search(line) is not None
    return _TIMES.fullmatch(line) is not None


def _read_times(line: str) -> tuple[int, int] | str:
    """Start and end in milliseconds, or what is wrong with them."""
    found = _TIMES.fullmatch(line)
    if not found:
        return f"expected times such as {_EXAMPLE}; mend them."
    numbers = [int(number or 0) for number in found.groups()]
    hundreds = (int((found[group] or "0").ljust(3, "0")) for group in (4, 8))
    start, end = (
        (hours * 3600 + minutes * 60 + seconds) * 1000 + milliseconds
        for (hours, minutes, seconds), milliseconds in zip((numbers[:3], numbers[4:7]), hundreds, strict=True)
    )
    if max(numbers[1], numbers[2], numbers[5], numbers[6]) > 59:
        return "expected minutes and seconds below 60; mend them."
    if end < start:
        return "which ends before it begins; mend the times."
    return start, end


def _plain(text: str, entities: bool) -> list[tuple[str, str]]:
    """Lines without marks of how they are to be shown, each with the name of its voice.

    >>> _plain("<v An>{\\\\an8}<b>Chào!</b>\\n<c.to>Đi</c> <00:00:01.000>nào &lt;3", entities=True)
    [('An', 'Chào!'), ('An', 'Đi nào <3')]
    """
    first, *rest = _VOICE.split(_BREAK.sub("\n", text))
    lines = []
    for voice, said in [("", first), *zip(rest[::2], rest[1::2], strict=True)]:
        plain = _TAG.sub("", said)
        for line in (html.unescape(plain) if entities else plain).split("\n"):
            lines.append((voice.strip(), " ".join(line.split())))  # noqa: PERF401
    return [(voice, line) for voice, line in lines if line]


_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s([^<>]*)>")
_BREAK = re.compile(r"<br\s*/?>|\\N", re.IGNORECASE)
# Others are no marks: they may be what is said.
_TAG = re.compile(
    r"</?(?:i|b|u|s|em|strong|font|span|c|v|lang|ruby|rt|p)(?:[.\s][^<>]*)?>|<\d[\d:.]*>|\{\\[^{}]*\}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one speaker says in one cue, or a sound or a line of a song, which is an aside.

    :param opens: it begins with the dash of a new speaker
    :param lang: known only in a file that has each cue in both languages
    """

    text: str
    cue: _Cue
    voice: str
    opens: bool
    aside: bool
    lang: Language | None

    @property
    def ended(self) -> bool:
        return _END.search(self.text) is not None


_DASH = re.compile(r"[-‐–—−](?:\s+\S|(?![-‐–—−\d])\S)|>>")
_ASIDE = re.compile(r"[(\[（【][^()\[\]]*[)\]）】]|[♪♫].*|.*[♪♫]|#.*#")
_END = re.compile(r"""[.?!…‽。？！]["'”’»)\]*]*$""")
# Thoughts break off and go on, and a word in quotes can stand anywhere.
_SOFT_END = re.compile(r"""(?:…|\.\.|["'”’»])$""")
_LOWER = re.compile(r"""["'“‘«(\[…. ]*([^\W\d_])""")


def _part(cues: Iterable[_Cue], name: str, settings: ReadSettings) -> Part:
    fresh, repeats = _without_repeats(cues)
    if repeats:
        settings.say(f"{name}: lines that several cues in a row show, and that are read once: {repeats:,}.")
    bilingual = _is_bilingual(fresh)
    turns = [turn for cue in fresh for turn in _turns(cue, bilingual)]
    spoken = [turn.ended for turn in turns if not turn.aside]
    marked = len(spoken) <= _FEW or sum(spoken) >= _MARKED * len(spoken)
    # In a file of two languages, the sentences of both go on side by side.
    sentences: list[list[_Turn]] = []
    latest: dict[Language | None, list[_Turn]] = {}
    for turn in turns:
        sentence = latest.get(turn.lang)
        if sentence and marked and _goes_on(sentence[-1], turn):
            sentence.append(turn)
        else:
            latest[turn.lang] = [turn]
            sentences.append(latest[turn.lang])
    return Part(
        [
            Block(turn.text, turn.cue.place, " " if at else PARAGRAPH)
            for sentence in sentences
            for at, turn in enumerate(sentence)
        ]
    )


def _without_repeats(cues: Iterable[_Cue]) -> tuple[list[_Cue], int]:
    """Captions that roll up the screen show a line again above the next; that it is said twice is a pause apart."""
    fresh: list[_Cue] = []
    repeats = 0
    before: _Cue | None = None
    for cue in cues:
        if not cue.lines:
            continue
        again = 0
        if before and cue.start - before.end <= _TOUCHING:
            lengths = range(min(len(before.lines), len(cue.lines), _ROLLING), 0, -1)
            again = next((n for n in lengths if before.lines[-n:] == cue.lines[:n]), 0)
        if again < len(cue.lines):
            fresh.append(replace(cue, lines=cue.lines[again:]))
        repeats += again
        before = cue
    return fresh, repeats


def _is_bilingual(cues: Iterable[_Cue]) -> bool:
    pairs = [(identify(cue.lines[0][1]), identify(cue.lines[-1][1])) for cue in cues if len(cue.lines) > 1]
    told = [one != other for one, other in pairs if one and other]
    return bool(told) and sum(told) >= _BILINGUAL * len(told)


def _turns(cue: _Cue, bilingual: bool) -> Iterator[_Turn]:
    voice, lang, said = "", None, list[str]()
    for speaker, line in [*cue.lines, ("", "")]:
        line_lang = identify(line) if bilingual else None
        alone = _ASIDE.fullmatch(line) or (len(said) == 1 and _ASIDE.fullmatch(said[0]))
        if said and (not line or alone or _opens(line) or (speaker, line_lang) != (voice, lang)):
            text = " ".join(said)
            yield _Turn(text, cue, voice, _opens(text), _ASIDE.fullmatch(text) is not None, lang)
            said = []
        voice, lang = speaker, line_lang
        said.append(line)


def _opens(line: str) -> bool:
    return _DASH.match(line) is not None and not line[1:2].islower()


def _goes_on(last: _Turn, turn: _Turn) -> bool:
    """Whether a sentence goes on from one cue to the next."""
    if turn.opens or turn.aside or last.aside or turn.voice != last.voice:
        return False
    first = _LOWER.match(turn.text)
    lower = first is not None and first[1].islower()
    if _SOFT_END.search(last.text):
        return lower
    return not last.ended and (lower or turn.cue.start - last.cue.end < _PAUSE)
