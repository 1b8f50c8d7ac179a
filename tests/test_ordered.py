"""Aligning ordered documents: what holds for any text, the gold set, and text that is out to break it."""

from __future__ import annotations

import json
import random
import tracemalloc
import typing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import align
from align.encoders import Encoder, load_encoder
from align.errors import InputError
from align.evaluate import score_alignments, score_beads
from align.formats.pairs.ladder import read_vecalign
from align.pairing import corridor as corridor_module
from align.pairing import ordered as ordered_module
from align.pairing.field import LEAST, Field
from align.pairing.lattice import Gaps, marginals
from align.pairing.moved import MOVED
from align.pairing.ordered import OrderedAligner, Paragraphs
from align.pairing.rectangle import Rectangle, tiles
from align.pairing.side import Side
from align.pairing.spans import SHAPES
from align.pipeline import load_aligner, pair_documents
from align.text.direction import main_language
from align.types import Bead, Document, Segment

GOLD = Path(__file__).resolve().parent / "gold"
WORDS: dict[align.types.Language, str] = {
    "vi": "gạo giá tăng mưa lớn Huế bão sông cầu đường học trò thầy giáo tiền nhà nước dân làng chợ cá tôm rừng",
    "en": "rice price rise rain heavy Hue storm river bridge road pupil teacher money house state people village",
}


def segments_of(lines: list[str], lang: align.types.Language) -> list[Segment]:
    document = Document(f"a.{lang}", "\n".join(lines), lang)
    found, start = [], 0
    for line in lines:
        found.append(Segment(document, start, start + len(line), lang))
        start += len(line) + 1
    return found


def sentences(lang: align.types.Language, count: int, seed: int) -> list[str]:
    random_ = random.Random(seed)
    return [" ".join(random_.choices(WORDS[lang].split(), k=random_.randint(3, 12))) + "." for _ in range(count)]


@pytest.fixture(scope="module")
def aligner(static: Encoder) -> OrderedAligner:
    return OrderedAligner(static)


@pytest.fixture(scope="module", params=["static", "mini", "auto"])
def any_aligner(request: pytest.FixtureRequest) -> OrderedAligner:
    return load_aligner(request.param)


def holds_every_segment_once(beads: list[Bead], vi: list[Segment], en: list[Segment]) -> None:
    """In order, without a bead that crosses another, and with scores where both sides are there."""
    assert [segment for bead in beads for segment in bead.vi] == vi
    assert [segment for bead in beads for segment in bead.en] == en
    for bead in beads:
        assert (bead.score is None) == (not bead.vi or not bead.en)
        assert len(bead.vi) + len(bead.en) == 1 or (bead.vi and bead.en)
        assert bead.score is None or 0 <= bead.score <= 1


texts = st.lists(
    st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1, max_size=40), max_size=8
)


@settings(max_examples=60, deadline=None)
@given(texts, texts)
def test_any_lines_are_each_in_one_bead_in_order(vi: list[str], en: list[str]) -> None:
    sides = segments_of(vi, "vi"), segments_of(en, "en")
    holds_every_segment_once(OrderedAligner(load_encoder("static")).align(*sides), *sides)


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 3), (3, 0), (1, 1), (1, 1000), (1000, 1), (7, 5)])
def test_any_number_of_segments_is_aligned(any_aligner: OrderedAligner, n: int, m: int) -> None:
    sides = segments_of(sentences("vi", n, 1), "vi"), segments_of(sentences("en", m, 2), "en")
    holds_every_segment_once(any_aligner.align(*sides), *sides)


def test_the_same_texts_give_the_same_beads(any_aligner: OrderedAligner) -> None:
    sides = segments_of(sentences("vi", 20, 1), "vi"), segments_of(sentences("en", 20, 2), "en")
    assert any_aligner.align(*sides) == any_aligner.align(*sides)


def gold_documents() -> list[tuple[list[Segment], list[Segment], set]]:
    found = []
    for path in sorted(GOLD.glob("*.gold")):
        lines = [path.with_suffix(f".{lang}.txt").read_text(encoding="utf-8").splitlines() for lang in ("vi", "en")]
        beads = {(bead.vi, bead.en) for bead in read_vecalign(path)}
        found.append((segments_of(lines[0], "vi"), segments_of(lines[1], "en"), beads))
    return found


def as_numbers(beads: list[Bead], vi: list[Segment], en: list[Segment]) -> set:
    vi_at, en_at = ({segment: number for number, segment in enumerate(side)} for side in (vi, en))
    return {(tuple(vi_at[s] for s in bead.vi), tuple(en_at[s] for s in bead.en)) for bead in beads}


def test_lines_encoded_stay_within_the_bound(any_aligner: OrderedAligner) -> None:
    lines = segments = 0
    for vi, en, _ in gold_documents():
        lines += any_aligner.alignment(vi, en).lines_encoded
        segments += len(vi) + len(en)
    assert lines <= 1.3 * segments


def test_no_bead_is_larger_than_asked_for(static: Encoder) -> None:
    for most in (1, 2):
        aligner = OrderedAligner(static, max_bead=most)
        for vi, en, _ in gold_documents()[:4]:
            assert max(max(len(bead.vi), len(bead.en)) for bead in aligner.align(vi, en)) <= most


@pytest.mark.parametrize("most", [0, 5])
def test_a_bead_size_out_of_range_is_refused(static: Encoder, most: int) -> None:
    with pytest.raises(ValueError, match="expected 1 to 4"):
        OrderedAligner(static, max_bead=most)


def test_a_hard_paragraph_break_is_never_crossed() -> None:
    vi = "Trời mưa to suốt đêm, nước ngập cả sân trường.\n\nHọc trò được nghỉ học hai ngày.\n"
    en = "It rained heavily all night, the schoolyard was flooded, and the pupils had two days off.\n"
    kinds = {
        how: [bead.kind for bead in align.pair(vi, en, encoder="static", paragraphs=how)]
        for how in typing.get_args(Paragraphs)
    }
    assert kinds["ignore"] == ["2-1"]
    assert sorted(kinds["hard"]) == ["1-0", "1-1"]


def moved_passage() -> tuple[str, str]:
    vi = [
        "Chợ nổi Cái Răng họp từ bốn giờ sáng.",
        "Ghe chở dứa và bí ngô neo sát nhau trên sông.",
        "Bà Sáu bán bún riêu trên chiếc xuồng nhỏ đã ba mươi năm.",
        "Khách du lịch thích nhất là tô bún nóng giữa dòng nước.",
        "Năm 2016, chợ được công nhận là di sản văn hóa phi vật thể quốc gia.",
        "Thành phố đang tìm cách giữ các thương hồ ở lại với chợ.",
        "Nhiều gia đình đã bán ghe để lên bờ làm công nhân.",
    ]
    en = [
        "In 2016 the market was recognised as national intangible cultural heritage.",
        "The Cai Rang floating market opens at four in the morning.",
        "Boats loaded with pineapples and pumpkins moor side by side on the river.",
        "Mrs Sau has sold crab noodle soup from her small sampan for thirty years.",
        "What tourists like best is a hot bowl of noodles in the middle of the stream.",
        "The city is looking for ways to keep the river traders at the market.",
        "Many families have sold their boats and gone ashore to work in factories.",
    ]
    return "\n".join(vi), "\n".join(en)


def test_what_was_moved_is_counted_and_rescued_on_request() -> None:
    vi, en = (Document(f"a.{lang}", text, lang) for lang, text in zip(("vi", "en"), moved_passage(), strict=True))
    aligner = load_aligner("static")
    plain, rescued = (pair_documents(vi, en, aligner, rescue=rescue) for rescue in (False, True))
    assert plain.moved == rescued.moved == 1
    assert not any(MOVED in bead.flags for bead in plain.beads)
    moved = [bead for bead in rescued.beads if MOVED in bead.flags]
    assert [(bead.vi[0].text[:8], bead.en[0].text[:7]) for bead in moved] == [("Năm 2016", "In 2016")]
    for language in ("vi", "en"):
        stood = sorted(s.start for bead in rescued.beads for s in getattr(bead, language))
        assert stood == sorted(s.start for s in getattr(plain, language))


def test_documents_with_nothing_in_common_are_all_gaps(any_aligner: OrderedAligner) -> None:
    vi = ["Giá vàng trong nước giảm nhẹ.", "Ngân hàng Nhà nước bơm thêm tiền.", "Tỷ giá ổn định."]
    en = ["The cat slept on the warm stove.", "Add two eggs and a cup of flour.", "Her grandmother sang to the moon."]
    beads = any_aligner.align(segments_of(vi, "vi"), segments_of(en, "en"))
    assert {bead.kind for bead in beads} == {"1-0", "0-1"}


def copies(count: int) -> tuple[list[Segment], list[Segment]]:
    return segments_of(["Xin chào."] * count, "vi"), segments_of(["Hello."] * count, "en")


def test_ten_thousand_copies_of_one_sentence_are_aligned(aligner: OrderedAligner) -> None:
    sides = copies(10_000)
    holds_every_segment_once(aligner.align(*sides), *sides)


def test_memory_grows_with_the_length_and_not_with_its_square(aligner: OrderedAligner) -> None:
    peaks = []
    for count in (750, 3_000):
        sides = copies(count)
        tracemalloc.start()
        aligner.align(*sides)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 6 * peaks[0]


def test_sentences_of_fifty_thousand_characters_are_aligned(any_aligner: OrderedAligner) -> None:
    long_vi, long_en = "giá gạo tăng " * 4000, "rice prices rise " * 3000
    vi = segments_of(["Mưa lớn ở Huế.", long_vi.strip() + ".", "Trường đóng cửa."], "vi")
    en = segments_of(["Heavy rain in Hue.", long_en.strip() + ".", "Schools are closed."], "en")
    beads = any_aligner.align(vi, en)
    holds_every_segment_once(beads, vi, en)
    assert [bead.kind for bead in beads] == ["1-1", "1-1", "1-1"]


@pytest.mark.parametrize(
    ("vi", "en", "words"),
    [
        ("It rains.\nWe stay at home.", "Trời mưa to.\nChúng tôi ở nhà.", "--swap"),
        ("Trời mưa to.\nChúng tôi ở nhà.", "Hôm nay nắng đẹp.\nMọi người ra đồng.", "both in Vietnamese"),
        ("It rains today.\nWe stay at home.", "The sun shines.\nPeople go out.", "both in English"),
        ("Trời mưa to.\nChúng tôi ở nhà.", "Trời mưa to.\nChúng tôi ở nhà.", "the same text"),
    ],
)
def test_documents_in_the_wrong_language_are_refused_with_the_way_out(vi: str, en: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        align.pair(vi, en, encoder="static")


def test_the_language_of_a_document_is_that_of_most_of_its_lines() -> None:
    foreword = "\n".join(["This foreword in English was added by the publisher for readers abroad."] * 10)
    body = "\n".join(["Chợ nổi Cái Răng họp từ bốn giờ sáng, khi trời còn tối."] * 40)
    assert main_language(f"{foreword}\n{body}") == "vi"
    assert main_language(f"{foreword}\n{foreword}") == "en"
    assert main_language("1\n2\n3") is None


def chained(count: int, seed: int) -> tuple[list[str], list[str], set]:
    """The gold documents one after the other until there are so many segments."""
    documents = gold_documents()
    random_ = random.Random(seed)
    vi: list[str] = []
    en: list[str] = []
    beads: set = set()
    number = 0
    while len(vi) < count:
        ours, theirs, gold = random_.choice(documents)
        number += 1
        mark = f" ({number})"  # so that no two lines are the same
        beads |= {(tuple(i + len(vi) for i in a), tuple(j + len(en) for j in b)) for a, b in gold}
        vi += [segment.text + mark for segment in ours]
        en += [segment.text + mark for segment in theirs]
    return vi, en, beads


def strict_f1(found: set, gold: set) -> float:
    return 2 * len(found & gold) / (len(found) + len(gold))


@pytest.fixture
def narrow_grids(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the way of long texts on texts of some hundred segments."""
    monkeypatch.setattr(corridor_module, "WHOLE", 10_000)
    monkeypatch.setattr(corridor_module, "COARSEST", 40)


def test_the_corridor_loses_next_to_nothing(aligner: OrderedAligner, request: pytest.FixtureRequest) -> None:
    vi, en, gold = chained(500, 1)
    sides = segments_of(vi, "vi"), segments_of(en, "en")
    whole = strict_f1(as_numbers(aligner.align(*sides), *sides), gold)
    request.getfixturevalue("narrow_grids")
    assert strict_f1(as_numbers(aligner.align(*sides), *sides), gold) > whole - 0.01


@pytest.mark.usefixtures("narrow_grids")
@pytest.mark.parametrize("shift", [-20, 20])
def test_a_corridor_that_is_wrong_widens(aligner: OrderedAligner, monkeypatch: pytest.MonkeyPatch, shift: int) -> None:
    vi, en, gold = chained(300, 3)
    sides = segments_of(vi, "vi"), segments_of(en, "en")
    right = strict_f1(as_numbers(aligner.align(*sides), *sides), gold)

    def beside_the_way(one: np.ndarray, other: np.ndarray) -> list[Rectangle]:
        where = corridor_module.corridor(one, other)
        middle = range(len(where) // 3, 2 * len(where) // 3)
        return [
            area._replace(left=max(0, area.left + shift), right=area.right + shift) if number in middle else area
            for number, area in enumerate(where)
        ]

    monkeypatch.setattr(ordered_module, "corridor", beside_the_way)
    alignment = aligner.alignment(*sides)
    assert alignment.widenings > 0
    assert strict_f1(as_numbers(alignment.beads, *sides), gold) > right - 0.02


@pytest.mark.parametrize(("start", "length"), [(0, 150), (200, 250), (350, 150)], ids=["foreword", "chapter", "end"])
@pytest.mark.parametrize("missing", ["vi", "en"])
@pytest.mark.usefixtures("narrow_grids")
def test_a_passage_on_one_side_only_is_a_gap(aligner: OrderedAligner, start: int, length: int, missing: str) -> None:
    lines = dict(zip(("vi", "en"), chained(500, 2)[:2], strict=True))
    lost = lines[missing][start : start + length]
    lines[missing] = [line for line in lines[missing] if line not in set(lost)]
    sides = segments_of(lines["vi"], "vi"), segments_of(lines["en"], "en")
    beads = aligner.align(*sides)
    holds_every_segment_once(beads, *sides)
    paired = np.array([bool(bead.vi and bead.en) for bead in beads for _ in (bead.en if missing == "vi" else bead.vi)])
    at = np.arange(len(paired))
    inside = (at >= start + 15) & (at < start + length - 15)
    outside = (at < start - 15) | (at >= start + length + 15)
    assert paired[inside].mean() < 0.1
    assert paired[outside].mean() > 0.75


def test_scores_of_the_gold_set_are_as_the_figures_say(aligner: OrderedAligner) -> None:
    found = []
    for vi, en, gold in gold_documents():
        for bead in aligner.align(vi, en):
            if bead.score is not None:
                ((numbers),) = as_numbers([bead], vi, en)
                found.append((bead.score, numbers in gold))
    scores, right = np.array(found, float).T
    assert right[scores >= 0.9].mean() >= 0.85
    assert scores.mean() == pytest.approx(right.mean(), abs=0.12)


@pytest.mark.parametrize(("name", "least"), [("evb_hard", 0.965), ("evb_vhard", 0.945)])
def test_news_it_was_not_fitted_on_is_aligned_as_the_bars_say(
    aligner: OrderedAligner, data: Path, name: str, least: float
) -> None:
    documents = []
    for item in json.loads((data / "dev" / f"{name}.json").read_text(encoding="utf-8")):
        vi, en = ([" ".join(line.split()) or "." for line in item[lang]] for lang in ("vi", "en"))
        sides = segments_of(vi, "vi"), segments_of(en, "en")
        found = {}
        for bead in aligner.align(*sides):
            ((numbers),) = as_numbers([bead], *sides)
            found[numbers] = bead.score
        documents.append((found, {(tuple(a), tuple(b)): None for a, b in item["gold"]}))
    evaluation = score_alignments(documents)
    assert evaluation.strict.f1 >= least
    assert evaluation.calibration_error is not None
    assert evaluation.calibration_error <= 0.03


def test_what_lies_between_sure_beads_has_the_probability_it_has_in_the_whole(aligner: OrderedAligner) -> None:
    vi, en, _ = gold_documents()[2]
    sides = [Side(side, aligner.encoder.encode([segment.text for segment in side])) for side in (vi, en)]
    rectangles = [Rectangle(i, i + 1, 0, len(en) + 1) for i in range(1, len(vi) + 1)]
    blocks = [aligner._block(*sides, area) for area in tiles(rectangles, len(vi), len(en), 7)]
    gaps = Gaps(-1.2, -0.4)
    field = Field(blocks, gaps)
    rows = np.flatnonzero((field.edges.probability > 0.02) & (field.edges.probability < 0.98))[:4]
    assert len(rows) > 0
    field.reweigh(rows, field.log_odds()[rows] + 1.5, gaps)
    found = field.edges
    whole, _ = marginals(SHAPES, blocks, gaps, least=LEAST)
    assert found.i.tolist() == whole.i.tolist()
    assert found.shape.tolist() == whole.shape.tolist()
    np.testing.assert_allclose(found.probability, whole.probability, atol=0.01)


def test_evaluation_of_our_own_beads_against_themselves_is_perfect(aligner: OrderedAligner) -> None:
    vi, en, _ = gold_documents()[0]
    beads = aligner.align(vi, en)
    assert score_beads(beads, beads).strict.f1 == 1.0
