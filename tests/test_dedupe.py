"""Duplicates: what is the same, what is nearly so, and what leaves."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.formats.units import unit_ids, unit_of_texts
from align.quality import dedupe
from align.quality.dedupe import check_duplicates, without_duplicates
from align.types import TranslationUnit


def units(*pairs: tuple[str, str]) -> list[TranslationUnit]:
    ids = unit_ids()
    made = [unit_of_texts(vi, en, ids=ids) for vi, en in pairs]
    return [unit for unit in made if unit is not None]


def flags(*pairs: tuple[str, str]) -> list[tuple[int, str]]:
    return [(number, finding.flag) for number, finding in check_duplicates(units(*pairs))]


BASE = ("Giá gạo tăng 5% hôm nay", "Rice prices rose 5% today")


@pytest.mark.parametrize(
    ("other", "flag"),
    [
        (BASE, "duplicate"),
        (("GIÁ GẠO TĂNG 5% HÔM NAY!", "“Rice prices rose 5% today”"), "duplicate"),
        (("Gia gao tang 5% hom nay", "Rice prices rose 5% today"), "duplicate"),
        (("Giá gạo tăng 7% hôm nay", "Rice prices rose 7% today"), "near-duplicate"),
        (("Giá gạo tăng 7,5% hôm nay", "Rice prices rose 7.5% today"), "near-duplicate"),
        (("Giá lúa tăng 5% hôm nay", "Rice prices rose 5% today"), "near-duplicate"),
        (("Giá gạo lại tăng 5% hôm nay", "Rice prices rose 5% today"), "near-duplicate"),
        (("Giá gạo tăng 5% hôm nay", "Rice prices rose 5%"), "near-duplicate"),
        (("Giá lúa tăng 5% hôm nay", "Grain prices rose 5% today"), None),
        (("Giá lúa mì tăng 5% hôm nay", "Rice prices rose 5% today"), None),
        (("hôm nay Giá gạo tăng 5%", "Rice prices rose 5% today"), None),
        (("Giá gạo tăng 5% hôm nay", ""), None),
    ],
)
def test_how_near_two_units_are(other: tuple[str, str], flag: str | None) -> None:
    assert flags(BASE, other) == ([(1, flag)] if flag else [])


def test_a_finding_names_the_first_unit() -> None:
    given_ = units(BASE, ("Khác", "Other"), BASE)
    ((number, finding),) = check_duplicates(given_)
    assert number == 2
    assert given_[0].id in finding.reason
    assert finding.vi == ((0, len(BASE[0])),)


def test_where_the_sides_part_counts() -> None:
    assert flags(("a b c d e", "f g h i"), ("a b c", "d e f g h i")) == []


def test_in_a_short_unit_a_word_makes_another_unit_and_a_number_does_not() -> None:
    assert flags(("Mở tệp", "Open file"), ("Đóng tệp", "Open file")) == []
    assert flags(("Trang 1", "Page 1"), ("Trang 12", "Page 12")) == [(1, "near-duplicate")]


def test_a_chain_of_small_steps_does_not_make_far_units_one() -> None:
    steps = [(f"một hai {words} rồi", "one two three four") for words in ("ba bốn", "ba năm", "sáu năm")]
    assert flags(*steps) == [(1, "near-duplicate")]


def test_what_leaves_is_the_original_and_the_first() -> None:
    given_ = units(("Hoà bình", "Peace"), ("Hòa bình!", "PEACE"), ("Hoà bình 2", "Peace"), ("Hoà bình 3", "Peace"))
    assert list(without_duplicates(iter(given_))) == [given_[0], given_[2], given_[3]]
    assert list(without_duplicates(iter(given_), near=True)) == [given_[0], given_[2]]


def test_marks_alone_are_texts_too() -> None:
    assert flags(("…", "…"), ("…", "…"), ("!", "!")) == [(1, "duplicate")]


WORDS = st.lists(st.sampled_from(["a", "b", "c", "1", "2"]), max_size=7)


def is_near(one: Sequence[str], two: Sequence[str]) -> bool:
    """The same once a word is left out of one or of each, in the plainest way."""

    def without(words: Sequence[str]) -> set[tuple[str, ...]]:
        if len(words) <= dedupe._LEAST_WORDS:
            return {tuple(words)}
        return {(*words[:i], *words[i + 1 :]) for i in range(len(words)) if words[i] != "|"} | {tuple(words)}

    return bool(without(one) & without(two))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=8))
def test_near_is_exactly_that_a_word_is_left_out(pairs: list[tuple[list[str], list[str]]]) -> None:
    given_ = units(*((" ".join(vi), " ".join(en)) for vi, en in pairs))
    kept: list[list[str]] = []
    exact: set[tuple[str, str]] = set()
    expected = []
    for number, unit in enumerate(given_):
        words = [*unit.vi.split(), "|", *unit.en.split()]
        words = ["0" if word.isdigit() else word for word in words]
        if (unit.vi, unit.en) in exact:
            expected.append((number, "duplicate"))
        elif any(is_near(words, other) for other in kept):
            expected.append((number, "near-duplicate"))
        else:
            kept.append(words)
        exact.add((unit.vi, unit.en))
    assert [(number, finding.flag) for number, finding in check_duplicates(given_)] == expected


def test_what_was_seen_long_ago_is_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dedupe._Seen, "_RECENT", 50)
    rng = random.Random(4)
    words = ["từ" + "abcdefghij"[n % 10] * (n // 10 + 1) for n in range(400)]
    pairs = [(" ".join(rng.sample(words, 9)), " ".join(rng.sample(words, 8))) for _ in range(300)]
    again = [(vi + " thêm", en) for vi, en in rng.sample(pairs, 40)]
    assert flags(*pairs, *again) == [(300 + n, "near-duplicate") for n in range(40)]


@given(st.text(max_size=40), st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_every_unit_is_its_own_duplicate(vi: str, en: str) -> None:
    given_ = units((vi, en)) * 2
    assert [finding.flag for _, finding in check_duplicates(given_)] == ["duplicate"] * bool(given_)


def test_time_is_linear_in_one_long_text() -> None:
    given_ = units(*((f"từ{word} " * 50_000, "x") for word in ("một", "hai", "ba")))
    start = time.perf_counter()
    assert not list(check_duplicates(given_))
    assert time.perf_counter() - start < 10
