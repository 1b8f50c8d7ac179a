"""One text in several translations, over a corpus."""

from __future__ import annotations

import time
from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from align.formats.units import unit_ids, unit_of_texts
from align.quality.consistency import check_consistency
from align.quality.digest import matching_form
from align.types import TranslationUnit


def units(*pairs: tuple[str, str]) -> list[TranslationUnit]:
    ids = unit_ids()
    made = [unit_of_texts(vi, en, ids=ids) for vi, en in pairs]
    return [unit for unit in made if unit is not None]


def test_each_unit_names_the_other_translation_and_its_unit() -> None:
    given_ = units(("Lưu tệp", "Save file"), ("Mở tệp", "Open file"), ("LƯU TỆP", "Store the file"))
    found = list(check_consistency(given_))
    assert [number for number, _ in found] == [0, 2]
    first, last = (finding for _, finding in found)
    assert "“Store the file”" in first.reason
    assert given_[2].id in first.reason
    assert "“Save file”" in last.reason
    assert first.vi == ((0, len("Lưu tệp")),)
    assert first.evidence == (f"{given_[2].id}: Store the file",)
    assert {finding.flag for _, finding in found} == {"consistency"}


def test_the_reverse_is_found_too() -> None:
    found = list(check_consistency(units(("Lưu", "Save"), ("Ghi", "Save"))))
    assert [(number, bool(finding.en), bool(finding.vi)) for number, finding in found] == [
        (0, True, False),
        (1, True, False),
    ]


def test_case_diacritics_and_marks_make_no_other_translation() -> None:
    assert not list(check_consistency(units(("Lưu tệp", "Save file"), ("Luu tep!", "“SAVE FILE”"))))


def test_units_that_stand_alone_are_no_translations() -> None:
    assert not list(check_consistency(units(("Lưu", ""), ("Lưu", "Save"), ("", "Save"))))


def test_numbers_with_other_separators_are_other_texts() -> None:
    assert matching_form("1.5") != matching_form("15")
    assert not list(check_consistency(units(("1.5", "one and a half"), ("15", "fifteen"))))


def test_many_translations_are_not_all_quoted() -> None:
    found = list(check_consistency(units(*(("Lưu", f"save it as number {n}") for n in range(50)))))
    assert len(found) == 50
    assert all(finding.reason.count("“") == 3 for _, finding in found)


WORDS = st.sampled_from(["lưu", "Lưu!", "mở", "", "gạo"]), st.sampled_from(["save", "Save.", "open", "", "rice"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(*WORDS), max_size=12))
def test_what_is_found_is_what_comparing_all_with_all_finds(pairs: list[tuple[str, str]]) -> None:
    given_ = units(*pairs)
    sides: dict[tuple[str, str], set[str]] = defaultdict(set)
    for unit in given_:
        if unit.vi and unit.en:
            sides["vi", matching_form(unit.vi)].add(matching_form(unit.en))
            sides["en", matching_form(unit.en)].add(matching_form(unit.vi))
    expected = []
    for number, unit in enumerate(given_):
        if unit.vi and unit.en:
            expected += [number] * (len(sides["vi", matching_form(unit.vi)]) > 1)
            expected += [number] * (len(sides["en", matching_form(unit.en)]) > 1)
    assert [number for number, _ in check_consistency(given_)] == expected


def test_time_is_linear_where_all_units_have_the_same_text() -> None:
    def seconds(n: int) -> float:
        given_ = units(*(("Lưu", f"save {i}") for i in range(n)))
        start = time.perf_counter()
        assert sum(1 for _ in check_consistency(given_)) == n
        return time.perf_counter() - start

    assert seconds(10_000) < 40 * seconds(1_000) + 0.5
