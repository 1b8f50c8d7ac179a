"""Subtitles: sentences with their times, and nothing that is broken is read in silence."""

from __future__ import annotations

import contextlib
import io
import re
import time

import pysubs2
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from align.errors import AlignError, FormatError
from align.formats.documents import Block, document_of
from align.formats.settings import ReadSettings
from align.formats.texts.subtitles import read_srt, read_vtt
from align.text.segment import segment

SRT = """1
00:00:01,000 --> 00:00:03,500
Hôm nay tôi muốn nói về
những cánh rừng

2
00:00:03,600 --> 00:00:06,000
đang biến mất ở Tây Nguyên.

3
00:00:06,500 --> 00:00:08,000
- Anh có chắc không?
- Chắc chắn.

4
00:00:09,000 --> 00:00:10,000
(vỗ tay)
"""
VTT = """WEBVTT - Bản tin
Kind: captions
Language: vi

STYLE
::cue { color: yellow }

REGION
id:duoi

NOTE người dịch: Lan
chưa soát

gioi-thieu
00:01.000 --> 00:02.500 align:start position:0%
<v Lan>Chào &amp; <c.vang>tạm biệt</c></v>

01:00:02.500 --> 01:00:04.000
<v Nam>Giá &lt;b&gt; là <00:00:03.000><i>5</i>&nbsp;nghìn.
"""


def blocks(text: str | bytes, *, vtt: bool = False, settings: ReadSettings | None = None) -> list[Block]:
    data = text.encode() if isinstance(text, str) else text
    read, name = (read_vtt, "a.vtt") if vtt else (read_srt, "a.srt")
    (part,) = read(io.BytesIO(data), name, settings or ReadSettings())
    return list(part.blocks)


def texts(text: str | bytes, *, vtt: bool = False, settings: ReadSettings | None = None) -> list[str]:
    """The sentences: what is joined by a space stands on one line."""
    found: list[str] = []
    for block in blocks(text, vtt=vtt, settings=settings):
        if block.before == " ":
            found[-1] += f" {block.text}"
        else:
            found.append(block.text)
    return found


def srt(*cues: str, gap: int = 0, length: int = 2000) -> str:
    """Cues one after the other, so many milliseconds apart."""
    made, at = [], 0
    for number, cue in enumerate(cues, start=1):
        made.append(f"{number}\n{clock(at)} --> {clock(at + length)}\n{cue}\n")
        at += length + gap
    return "\n".join(made)


def clock(at: int) -> str:
    return f"{at // 3600000:02}:{at // 60000 % 60:02}:{at // 1000 % 60:02},{at % 1000:03}"


def rejecting() -> tuple[ReadSettings, list[tuple[str, str, str]]]:
    refused: list[tuple[str, str, str]] = []
    return ReadSettings(reject=lambda *what: refused.append(what)), refused


def test_cues_are_put_together_to_sentences_and_keep_their_times() -> None:
    assert blocks(SRT) == [
        Block("Hôm nay tôi muốn nói về những cánh rừng", "00:00:01.000-00:00:03.500"),
        Block("đang biến mất ở Tây Nguyên.", "00:00:03.600-00:00:06.000", " "),
        Block("- Anh có chắc không?", "00:00:06.500-00:00:08.000"),
        Block("- Chắc chắn.", "00:00:06.500-00:00:08.000"),
        Block("(vỗ tay)", "00:00:09.000-00:00:10.000"),
    ]


def test_a_sentence_over_two_cues_is_one_segment_with_two_places() -> None:
    (part,) = read_srt(io.BytesIO(SRT.encode()), "a.srt", ReadSettings())
    first = segment(document_of(part, "a.srt", "a.srt"))[0]
    assert first.text == "Hôm nay tôi muốn nói về những cánh rừng đang biến mất ở Tây Nguyên."
    assert first.places == ("00:00:01.000-00:00:03.500", "00:00:03.600-00:00:06.000")


def test_webvtt_is_read_without_notes_styles_names_and_marks() -> None:
    assert blocks(VTT, vtt=True) == [
        Block("Chào & tạm biệt", "00:00:01.000-00:00:02.500"),
        Block("Giá <b> là 5 nghìn.", "01:00:02.500-01:00:04.000"),
    ]


@pytest.mark.parametrize(
    ("cue", "expected"),
    [
        ("<i>Xin chào.</i>", ["Xin chào."]),
        ("{\\an8}Xin chào.", ["Xin chào."]),
        ('<font color="#ffff00">Xin\nchào.</font>', ["Xin chào."]),
        ("Xin<br/>chào.\\NTạm biệt.", ["Xin chào. Tạm biệt."]),
        ("Tôi <3 em < anh <Lan> {thở dài}.", ["Tôi <3 em < anh <Lan> {thở dài}."]),
        ("♪ Em ơi, Hà Nội phố ♪", ["♪ Em ơi, Hà Nội phố ♪"]),
        ("[MUSIC]\nXin chào.", ["[MUSIC]", "Xin chào."]),
        ("- Xin chào.\n- Chào\nanh.", ["- Xin chào.", "- Chào anh."]),
        ("– Xin chào.\n–Chào anh.", ["– Xin chào.", "–Chào anh."]),
        (">> Xin chào.\n>> Chào anh.", [">> Xin chào.", ">> Chào anh."]),
        ("Trời lạnh\n-5 độ.", ["Trời lạnh -5 độ."]),
        ("(tiếng vỗ tay\nkéo dài)", ["(tiếng vỗ tay kéo dài)"]),
        ("Đi A --> B nhé.", ["Đi A --> B nhé."]),
        ("Năm\n\n1975\n\nđó.", ["Năm 1975 đó."]),
        ("1975.\n\n1976.", ["1975. 1976."]),
    ],
)
def test_what_is_said_is_kept_and_how_it_is_shown_is_not(cue: str, expected: list[str]) -> None:
    assert texts(srt(cue, "Hết.")) == [*expected, "Hết."]


@pytest.mark.parametrize(
    ("first", "second", "gap", "joined"),
    [
        ("Tôi nghĩ rằng", "anh đúng.", 0, True),
        ("Tôi nghĩ rằng", "anh đúng.", 9000, True),
        ("Tôi gặp", "Nguyễn Văn An.", 1000, True),
        ("Tin trong ngày", "Giá gạo tăng.", 1500, False),
        ("Tôi đúng.", "anh sai.", 0, False),
        ("Ai nói “không”?", "Tôi.", 0, False),
        ("Tôi nghĩ…", "anh đúng.", 0, True),
        ("Tôi nghĩ...", "...anh đúng.", 0, True),
        ("Tôi nghĩ…", "Anh đúng.", 0, False),
        ("Anh nói “có”", "và đi.", 0, True),
        ("Anh nói “có”", "Rồi anh đi.", 0, False),
        ("Tôi nghĩ", "- Anh đúng.", 0, False),
        ("Tôi nghĩ", "[vỗ tay]", 0, False),
        ("[vỗ tay]", "cảm ơn.", 0, False),
        ("♪ Em ơi", "Hà Nội phố ♪", 0, False),
    ],
)
def test_a_cue_goes_on_where_its_sentence_does(first: str, second: str, gap: int, joined: bool) -> None:
    assert texts(srt(first, second, gap=gap)) == ([f"{first} {second}"] if joined else [first, second])


def test_another_voice_is_another_sentence_and_the_same_voice_goes_on() -> None:
    cues = ["<v Lan>Tôi nghĩ", "<v Lan>rằng anh", "<v Nam>đúng thế.\n<v.to Lan>Vâng.", "Không tên."]
    times = "".join(f"00:0{n}.000 --> 00:0{n + 1}.000\n{cue}\n\n" for n, cue in enumerate(cues))
    assert texts(f"WEBVTT\n\n{times}", vtt=True) == ["Tôi nghĩ rằng anh", "đúng thế.", "Vâng.", "Không tên."]


def test_captions_without_any_marks_stay_cues() -> None:
    cues = [f"và đây là câu số {number} không có dấu" for number in range(40)]
    assert texts(srt(*cues)) == cues


def test_sentences_in_two_languages_go_on_side_by_side() -> None:
    cues = [
        "Hôm nay tôi muốn nói về\nToday I would like to talk about",
        "những cánh rừng.\nthe forests of the highlands.",
        "Chúng đang biến mất.\nThey are disappearing.",
    ]
    assert texts(srt(*cues)) == [
        "Hôm nay tôi muốn nói về những cánh rừng.",
        "Today I would like to talk about the forests of the highlands.",
        "Chúng đang biến mất.",
        "They are disappearing.",
    ]


def test_captions_that_roll_up_are_read_once() -> None:
    rolling = """WEBVTT
Kind: captions

00:00:00.000 --> 00:00:02.000 align:start position:0%
{blank}
xin<00:00:00.500><c> chào</c><00:00:01.000><c> các bạn.</c>

00:00:02.000 --> 00:00:02.010 align:start position:0%
xin chào các bạn.
{blank}

00:00:02.010 --> 00:00:04.000 align:start position:0%
xin chào các bạn.
hôm<00:00:03.000><c> nay trời đẹp.</c>

00:00:04.000 --> 00:00:04.010 align:start position:0%
hôm nay trời đẹp.

00:00:06.000 --> 00:00:08.000 align:start position:0%
hôm nay trời đẹp.
"""
    said: list[str] = []
    found = texts(rolling.replace("{blank}", " "), vtt=True, settings=ReadSettings(remark=said.append))
    assert found == ["xin chào các bạn.", "hôm nay trời đẹp.", "hôm nay trời đẹp."]
    assert said == ["a.vtt: lines that several cues in a row show, and that are read once: 3."]


@pytest.mark.parametrize(
    "times",
    [
        "00:00:01,000 --> 00:00:02,500",
        "0:0:1.0 --> 0:0:2.5",
        "00:01,000 --> 00:02,500",
        "00: 00: 01, 000 -> 00: 00: 02, 500",
        "00:00:01,000 → 00:00:02,500",
        "  00:00:01:000 ---> 00:00:02:500  X1:100 X2:200 Y1:1 Y2:2",
        "00:00:01 --> 00:00:02,5",
    ],
)
def test_times_are_read_as_programs_and_people_write_them(times: str) -> None:
    assert blocks(f"1\n{times}\nXin chào.\n") in (
        [Block("Xin chào.", "00:00:01.000-00:00:02.500")],
        [Block("Xin chào.", "00:00:01.000-00:00:02.050")],
    )


@pytest.mark.parametrize(
    ("times", "reason"),
    [
        ("00:00:0x,000 --> 00:00:03,000", "expected times such as 00:00:01,000 --> 00:00:02,500; mend them."),
        ("00:00:02,000 -->", "expected times such as"),
        ("--> 00:00:02,000", "expected times such as"),
        ("00:00:02,000 --> 00:00:03,000 Mất", "expected times such as"),
        ("00:61:02,000 --> 00:62:03,000", "expected minutes and seconds below 60; mend them."),
        ("00:00:05,000 --> 00:00:03,000", "which ends before it begins; mend the times."),
    ],
)
def test_a_cue_with_broken_times_is_left_out_with_its_place_and_text(times: str, reason: str) -> None:
    settings, refused = rejecting()
    broken = f"1\n00:00:01,000 --> 00:00:02,000\nMột.\n\n2\n{times}\nHai\nba.\n\n3\n00:00:04,000 --> 00:00:05,000\nBốn."
    assert texts(broken, settings=settings) == ["Một.", "Bốn."]
    ((place, said, text),) = refused
    assert (place, text) == ("a.srt:6", f"{times}\nHai\nba.")
    assert said.startswith(f"found {times!r}, {reason}")
    with pytest.raises(FormatError, match=rf"^a\.srt:6: found '{re.escape(times)}'.*--rejected"):
        texts(broken)


def test_text_without_times_is_left_out_with_its_place() -> None:
    settings, refused = rejecting()
    assert texts(f"Tải về từ mạng\n\n{SRT}", settings=settings)[0].startswith("Hôm nay")
    assert refused == [("a.srt:1", "found text without times; give it some, or take it out.", "Tải về từ mạng")]
    settings, refused = rejecting()
    assert len(texts(f"{VTT}\nlạc loài\n", vtt=True, settings=settings)) == 2
    assert refused == [("a.vtt:21", "found text without times; give it some, or take it out.", "lạc loài")]


@pytest.mark.parametrize("vtt", [True, False])
def test_what_holds_no_times_is_refused(vtt: bool) -> None:
    with pytest.raises(FormatError, match=r"^a\.(srt|vtt):2: found 'Giá gạo tăng\.' and no times in all the file"):
        texts("\nGiá gạo tăng.\n\nHết.\n", vtt=vtt)


def test_an_empty_file_holds_no_text() -> None:
    assert texts("") == texts("\n\n") == texts("WEBVTT\n\nNOTE\nkhông\n", vtt=True) == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_line_end_and_byte_order_mark_is_read(end: str, encoding: str) -> None:
    assert blocks(SRT.replace("\n", end).encode(encoding)) == blocks(SRT)
    assert blocks(VTT.replace("\n", end).encode(encoding), vtt=True) == blocks(VTT, vtt=True)


def test_bytes_that_are_no_text_are_named() -> None:
    with pytest.raises(AlignError, match=r"^a\.srt"):
        texts(bytes(range(256)) * 9)


def test_cues_without_numbers_blank_lines_or_text_are_read() -> None:
    unnumbered = "00:01,0 --> 00:02,0\nMột.\n00:03,0 --> 00:04,0\n1975\n\n00:08,0 --> 00:09,0\nBa."
    assert texts(unnumbered) == ["Một.", "1975", "Ba."]
    empty = "1\n00:01,0 --> 00:02,0\nMột.\n2\n00:03,0 --> 00:04,0\n\n3\n00:05,0 --> 00:06,0\nBa."
    assert texts(empty) == ["Một.", "Ba."]


def test_a_webvtt_header_next_to_its_first_cue_and_headers_of_pieces_are_passed_over() -> None:
    piece = "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n00:01.000 --> 00:02.000\nXin chào.\n\n"
    assert texts(piece + piece.replace("01.", "05.").replace("02.", "06."), vtt=True) == ["Xin chào.", "Xin chào."]


@pytest.mark.parametrize("format_name", ["srt", "vtt"])
def test_what_another_program_writes_is_read_as_it_reads_it(format_name: str) -> None:
    made = pysubs2.SSAFile()
    for at in range(50):
        text = f"Đây là câu {at}.\\N{{\\i1}}Hết.{{\\i0}}"
        made.append(pysubs2.SSAEvent(start=at * 3000, end=at * 3000 + 2500, text=text))
    written = made.to_string(format_name)
    expected = [(event.start, event.plaintext.replace("\n", " ")) for event in pysubs2.SSAFile.from_string(written)]
    found = [(block.place[:12].replace(".", ","), block.text) for block in blocks(written, vtt=format_name == "vtt")]
    assert found == [(clock(start), text) for start, text in expected]


@pytest.mark.parametrize(
    "text",
    [
        "1\n00:01,0 --> 00:02,0\n" + "dòng\n" * 40_000 + "\n2\n00:02,0 --> 00:03,0\n" + "dòng\n" * 40_000,
        "00:01,0 --> 00:02,0\n" + "<v " * 40_000 + "<v" + " " * 100_000,
        "00:01,0 --> 00:02,0\n" + "{\\" * 50_000 + "<i " * 50_000 + "[(" * 50_000 + "♪" * 9 + "." * 50_000 + "x",
        "00:01,0" + " " * 100_000 + "--> " + "a:b " * 50_000 + "\n",
        "1 " * 50_000 + "-->" + " 1" * 50_000,
    ],
    ids=["lines", "voices", "marks", "spaces", "numbers"],
)
def test_hostile_text_takes_no_longer_than_other_text(text: str) -> None:
    started = time.perf_counter()
    with contextlib.suppress(AlignError):
        blocks(text)
    with contextlib.suppress(AlignError):
        blocks(text, vtt=True)
    assert time.perf_counter() - started < 5


TIMES = st.sampled_from(
    [
        "00:00:01,000 --> 00:00:02,000",
        "00:01.000 --> 00:02.000 line:0",
        "00:00:09,000 --> 00:00:02,000",
        "00:00:0x,000 --> 00:00:02,000",
        "-->",
        "",
    ]
)
AROUND = st.sampled_from(["", "- ", "[MUSIC]\n", "♪", "<v An>", "<i>", "{\\an8}", "&lt;", "7\n", "\n", "<", "(", "“"])


@given(st.lists(st.tuples(TIMES, AROUND, AROUND), min_size=1, max_size=8), st.booleans(), st.data())
@hypothesis_settings(max_examples=200, deadline=None)
def test_no_word_is_lost_whatever_the_file(cues: list[tuple[str, str, str]], vtt: bool, data: st.DataObject) -> None:
    end = data.draw(st.sampled_from(["\n", "\n\n", "\r\n\r\n", "\n1\n"]))
    # A line of its own above the times is the name of a cue in WebVTT, whatever it says.
    words = (f"{before.strip() if vtt else before}từ{number}" for number, (_, before, _) in enumerate(cues))
    lines = (f"{times or '-->' * vtt}\n{word}{after}" for word, (times, _, after) in zip(words, cues, strict=True))
    text = ("WEBVTT\n\n" if vtt else "") + end.join(lines)
    settings, refused = rejecting()
    with contextlib.suppress(FormatError):
        found = blocks(text, vtt=vtt, settings=settings)
        read = "\n".join([*(block.text for block in found), *(text for _, _, text in refused)])
        assert [f"từ{number}" in read for number in range(len(cues))] == [True] * len(cues)
        for block in found:
            assert "\n" not in block.text
            assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}-\d\d:\d\d:\d\d\.\d{3}", block.place)


@given(st.text(), st.booleans())
@hypothesis_settings(max_examples=100, deadline=None)
def test_any_text_is_read_or_refused(text: str, vtt: bool) -> None:
    with contextlib.suppress(AlignError):
        blocks(text.encode("utf-8", "replace"), vtt=vtt)


@given(st.binary(max_size=60), st.integers(0, 400), st.booleans())
@hypothesis_settings(max_examples=150, deadline=None)
def test_mutated_bytes_give_a_text_or_an_error_of_ours(noise: bytes, at: int, vtt: bool) -> None:
    data = bytearray((VTT if vtt else SRT).encode())
    data[at : at + len(noise) // 2] = noise
    with contextlib.suppress(AlignError):
        blocks(bytes(data), vtt=vtt)


def test_a_number_behind_a_separator_is_a_number() -> None:
    # Found by fuzzing: Python's white space holds marks that `int` does not take.
    data = "\x1c1\n00:00:01,000 --> 00:00:02,000\nMột.\n\n2\n00:00:03,000 --> 00:00:04,000\nHai.\n".encode()
    (part,) = read_srt(io.BytesIO(data), "a.srt", ReadSettings())
    assert [block.text for block in part.blocks] == ["Một.", "Hai."]
