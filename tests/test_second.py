"""The second opinion: which candidates are asked about, what it changes, what it costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from align.encoders import Encoder, Progress, Vectors, load_encoder
from align.encoders.mini import MINI_MODEL
from align.pairing.mine import Miner, second_opinion
from align.pairing.second import FEW, asked, open_candidates
from align.types import Document, Segment


class Reader:
    """An encoder that keeps a list of what it read."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name, self.dim = encoder.name, encoder.dim
        self.read: list[str] = []

    def encode(self, sentences: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        self.read += sentences
        return self._encoder.encode(sentences, progress=progress)


@pytest.fixture(scope="module")
def mini() -> Encoder:
    return load_encoder("mini")


def lines(language: str, *texts: str) -> list[Segment]:
    document = Document(language, "\n".join(texts))
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)]).tolist()
    return [
        Segment(document, start, start + len(text), language, "sentence")
        for start, text in zip(starts, texts, strict=False)
    ]


def open_rows(rows: Sequence[tuple[int, int, float]], most: int = 100) -> list[tuple[int, int]]:
    vi, en, log_odds = (np.array(column) for column in zip(*rows, strict=True))
    chosen = open_candidates(vi, en, log_odds, most)
    return list(zip(vi[chosen].tolist(), en[chosen].tolist(), strict=True))


def test_what_is_clear_is_not_asked() -> None:
    assert open_rows([(0, 0, 7.0), (1, 1, -6.0), (2, 2, 9.0)]) == []


def test_what_is_doubtful_is_asked() -> None:
    assert open_rows([(0, 0, 7.0), (1, 1, 0.5)]) == [(1, 1)]


def test_rivals_among_doubtful_segments_are_asked_too() -> None:
    assert open_rows([(0, 0, 1.0), (0, 1, -4.0), (1, 1, 0.0)]) == [(0, 0), (0, 1), (1, 1)]


def test_a_segment_with_a_sure_partner_is_not_asked_about_another() -> None:
    assert open_rows([(0, 0, 8.0), (1, 0, 0.0), (0, 1, 1.0)]) == []


def test_the_most_doubtful_come_first() -> None:
    rows = [(number, number, number / 10) for number in range(10)]
    assert open_rows(rows, most=6) == [(0, 0), (1, 1), (2, 2)]


def test_a_document_without_doubt_reads_nothing(mini: Encoder) -> None:
    second = Reader(mini)
    miner = Miner(load_encoder("static"), second=second_opinion(second))
    beads = miner.align(lines("vi", "Giá gạo tăng tuần thứ ba liên tiếp"), [])
    assert second.read == []
    assert [bead.kind for bead in beads] == ["1-0"]


def test_copies_of_a_line_are_read_once(mini: Encoder) -> None:
    second = Reader(mini)
    vi = lines("vi", *["Đọc thêm về gạo"] * 3, "Mưa to ở miền Trung")
    en = lines("en", *["More on rice"] * 3, "Downpours in the central region")
    pairs = np.repeat(np.arange(4), 4), np.tile(np.arange(4), 4)
    found = asked(vi, en, pairs, np.zeros(16), second, second_opinion(second).scale)
    assert len(found.rows) == 16
    assert sorted(second.read) == sorted({segment.text for segment in (*vi, *en)})


def test_at_most_a_third_of_a_long_document_is_read(mini: Encoder) -> None:
    second = Reader(mini)
    vi = lines("vi", *(f"Dòng số {number} nói về chuyện khác" for number in range(150)))
    en = lines("en", *(f"Line {number} tells another story" for number in range(150)))
    pairs = np.arange(150), np.arange(150)
    asked(vi, en, pairs, np.linspace(-1, 1, 150), second, second_opinion(second).scale)
    assert FEW < len(second.read) <= 100


def test_the_second_opinion_needs_no_measuring_of_its_own(mini: Encoder) -> None:
    reader = Reader(mini)
    second_opinion(reader)
    assert reader.read == []
    assert MINI_MODEL.is_dir()
