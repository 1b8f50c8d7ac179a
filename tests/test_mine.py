"""The main job: what is paired, what is not, and what holds for every page."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import CASES, ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import align
from align.pairing.mine import Miner
from align.pipeline import UNPAIRED_KINDS, mine_document
from align.text.clean import clean
from align.text.fold import strip_diacritics
from align.types import Bead, Document

sys.path.insert(0, str(ROOT / "benchmarks"))

Texts = tuple[str, str]


def texts(beads: Sequence[Bead]) -> set[Texts]:
    return {(bead.vi_text, bead.en_text) for bead in beads}


def page(*lines: str) -> str:
    return "\n\n".join(lines) + "\n"


with (CASES / "seed_pairs.tsv").open(encoding="utf-8") as stream:
    SEED_PAIRS = {(row["vi"], row["en"]) for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)}


def test_the_seeds_give_the_seven_pairs_that_a_reader_marks_and_no_other(seeds: Path) -> None:
    beads = align.mine(seeds)
    assert texts(beads) == SEED_PAIRS
    assert {bead.vi[0].document.id for bead in beads} == {"003_95c7d294790140af.txt"}


def test_the_seed_pairs_are_of_the_kinds_a_reader_sees(seeds: Path) -> None:
    kinds = Counter((bead.vi[0].kind, bead.en[0].kind) for bead in align.mine(seeds))
    assert kinds == {("headline", "headline"): 3, ("sentence", "sentence"): 3, ("caption", "caption"): 1}


def test_two_headlines_that_differ_in_one_verb_find_their_own_partners() -> None:
    found = align.mine(
        page(
            "Chính phủ tăng thuế xăng dầu",
            "Chính phủ giảm thuế xăng dầu",
            "Government cuts fuel tax",
            "Government raises fuel tax",
        )
    )
    assert texts(found) == {
        ("Chính phủ tăng thuế xăng dầu", "Government raises fuel tax"),
        ("Chính phủ giảm thuế xăng dầu", "Government cuts fuel tax"),
    }


def test_numbers_tell_twin_sentences_apart() -> None:
    found = align.mine(
        page(
            "Sáng 21.9, đoàn đại biểu rời Hà Nội.",
            "Sáng 27.9, đoàn đại biểu rời Hà Nội.",
            "On the morning of September 27, the delegation left Hanoi.",
            "On the morning of September 21, the delegation left Hanoi.",
        )
    )
    assert texts(found) == {
        ("Sáng 21.9, đoàn đại biểu rời Hà Nội.", "On the morning of September 21, the delegation left Hanoi."),
        ("Sáng 27.9, đoàn đại biểu rời Hà Nội.", "On the morning of September 27, the delegation left Hanoi."),
    }


def test_a_sentence_that_is_two_in_english_takes_both() -> None:
    text = (
        "Người nông dân nói rằng vụ mùa năm nay kém hơn năm ngoái vì hạn hán kéo dài suốt mùa hè, "
        "và ông đã phải bán hai con trâu để trả nợ ngân hàng.\n\n"
        "The farmer said that this year's harvest was worse than last year's because the drought lasted all summer. "
        "He had to sell two buffaloes to pay back the bank."
    )
    (bead,) = align.mine(text)
    assert bead.kind == "1-2"
    assert bead.en_text.endswith("pay back the bank.")


def test_vietnamese_without_diacritics_finds_its_partner() -> None:
    vi = "Ngân hàng Nhà nước giữ nguyên lãi suất điều hành trong quý ba"
    found = align.mine(page(strip_diacritics(vi), "State Bank keeps policy rates unchanged in the third quarter"))
    assert len(found) == 1


def test_a_page_in_one_language_has_no_pairs() -> None:
    assert align.mine("Mưa lớn ở Huế\n\nGiá gạo tăng tuần thứ ba liên tiếp\n") == []
    assert align.mine("Heavy rain in the city\n\nRice prices rise again this week\n") == []
    assert align.mine(Document("empty", "")) == []


def test_lines_with_nothing_in_common_are_not_paired() -> None:
    found = align.mine(
        page(
            "Đội tuyển nữ giành vé vào chung kết",
            "Học phí đại học sẽ không tăng trong năm tới",
            "Scientists find a new species of frog in the rainforest",
            "Central bank keeps interest rates unchanged",
        )
    )
    assert found == []


def test_copies_pair_one_to_one() -> None:
    found = align.mine(page(*["Giá gạo xuất khẩu tăng mạnh"] * 5, *["Rice export prices rise sharply"] * 3))
    assert [(bead.vi_text, bead.en_text) for bead in found] == [
        ("Giá gạo xuất khẩu tăng mạnh", "Rice export prices rise sharply")
    ] * 3
    assert len({bead.vi[0].start for bead in found}) == len({bead.en[0].start for bead in found}) == 3


def test_ten_thousand_copies_do_no_harm() -> None:
    found = align.mine(page(*["Giá gạo xuất khẩu tăng mạnh", "Rice export prices rise sharply"] * 10_000), lines=True)
    assert len(found) == 10_000


def test_the_same_input_gives_the_same_beads(seeds: Path) -> None:
    assert align.mine(seeds) == align.mine(seeds)


def test_a_pair_carries_a_probability_and_its_similarity(seeds: Path) -> None:
    for bead in align.mine(seeds):
        assert bead.score is not None
        assert bead.similarity is not None
        assert 0.5 <= bead.score <= 1
        assert -1 <= bead.similarity <= 1.0001


def test_a_lower_threshold_gives_more_pairs_and_keeps_the_others(seeds: Path) -> None:
    # A pair that is possible and not likely.
    text = page("Đội tuyển nữ giành vé vào chung kết", "Men's team loses the final")
    sources = [seeds, text]
    some, more = texts(align.mine(sources)), texts(align.mine(sources, min_score=0.0))
    assert some < more


def test_paths_documents_and_texts_are_all_sources(seeds: Path) -> None:
    path = seeds / "003_95c7d294790140af.txt"
    text = path.read_text(encoding="utf-8")
    for source in (path, str(path), text, Document("page", clean(text)), [path]):
        assert texts(align.mine(source)) == SEED_PAIRS


def test_an_encoder_can_be_named_or_given(seeds: Path, static: align.Encoder) -> None:
    assert align.mine(seeds, encoder=static) == align.mine(seeds, encoder="static")


WORDS = st.sampled_from(
    [
        "Giá",
        "gạo",
        "tăng",
        "mạnh",
        ".",
        "Mưa",
        "lớn",
        "ở",
        "Huế",
        "!",
        "Rice",
        "prices",
        "rise",
        "The",
        "heavy",
        "rain",
        "in",
        "Huế",
        "21.9",
        "September",
        "21",
        "📝",
        "\x00",
        "ế",
        "“",
        "”",
        "\n",
        "\n\n",
    ]
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, max_size=60).map(" ".join) | st.text(max_size=200))
def test_every_segment_is_used_at_most_once_and_none_is_lost(miner: Miner, text: str) -> None:
    mined = mine_document(Document("page", clean(text)), miner)
    used = Counter(segment for bead in mined.beads for segment in (*bead.vi, *bead.en))
    paired = {found for found in mined.segments if found.lang is not None and found.kind not in UNPAIRED_KINDS}
    assert set(used) == paired
    assert set(used.values()) <= {1}
    for bead in mined.beads:
        assert {segment.lang for segment in bead.vi} <= {"vi"}
        assert {segment.lang for segment in bead.en} <= {"en"}
        assert [segment.start for segment in bead.vi] == sorted(segment.start for segment in bead.vi)


def test_mixed_pages_reach_the_figures_that_are_claimed(data: Path, miner: Miner) -> None:
    """A coarse net under `benchmarks/mining.py`: the figures there are of held-out text."""
    from mining import tally_pages  # type: ignore[import-not-found]
    from mixed_pages import line_pairs, mixed_pages  # type: ignore[import-not-found]

    pairs = line_pairs(data / "dev" / "evb_noisy.json")[:900]
    for stripped, least in ((0.0, 0.94), (0.5, 0.92)):
        assert tally_pages(miner, mixed_pages(pairs, lines=30, stripped=stripped)).figures()["f1"] >= least


def test_interleaved_chapters_are_recovered(data: Path, miner: Miner) -> None:
    from mining import chapter_figures

    figures = chapter_figures(data / "dev" / "d2l_mixed.json", miner)
    assert figures["pairs_right"] >= 0.97
    assert figures["recovered"] >= 0.85


@pytest.mark.parametrize("source", ["nonesuch.txt", Path("nonesuch")])
def test_a_missing_path_is_an_align_error(source: str | Path) -> None:
    with pytest.raises(align.InputError, match="nonesuch"):
        align.mine(source)
