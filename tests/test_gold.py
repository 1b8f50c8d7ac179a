"""The gold set in tests/gold: that it is what its README says, whatever an aligner makes of it."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from itertools import chain, pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

GOLD = Path(__file__).parent / "gold"
NAMES = sorted(path.stem for path in GOLD.glob("*.gold"))
GENRES = {"news", "talk", "law", "fiction", "web"}
TYPES = {"1-0", "0-1", "1-1", "1-2", "2-1", "1-3", "3-1", "1-4", "4-1", "2-2", "2-3", "3-2"}


class Bead(NamedTuple):
    """The lines that are one another's translation, counted from 0."""

    vi: list[int]
    en: list[int]

    @property
    def type(self) -> str:
        return f"{len(self.vi)}-{len(self.en)}"


def lines(name: str, suffix: str) -> list[str]:
    return (GOLD / f"{name}{suffix}").read_bytes().decode("utf-8").removesuffix("\n").split("\n")


def beads(name: str) -> list[Bead]:
    return [Bead(*(json.loads(side) for side in line.split(":"))) for line in lines(name, ".gold")]


def descents(order: list[int]) -> int:
    return sum(before > after for before, after in pairwise(order))


every_document = pytest.mark.parametrize("name", NAMES)


def test_the_set_holds_all_genres_and_at_least_12_documents_and_300_beads() -> None:
    assert {name.split("-")[1] for name in NAMES} == GENRES
    assert len(NAMES) >= 12
    assert sum(len(beads(name)) for name in NAMES) >= 300


def test_every_bead_type_is_there_at_least_twice_and_no_other() -> None:
    count = Counter(bead.type for name in NAMES for bead in beads(name))
    assert set(count) == TYPES
    assert min(count.values()) >= 2


def test_the_readme_counts_the_documents_and_beads() -> None:
    total = sum(len(beads(name)) for name in NAMES)
    assert f"{len(NAMES)} short bilingual documents, {total} beads" in (GOLD / "README.md").read_text(encoding="utf-8")


def test_no_file_stands_outside_a_document() -> None:
    expected = {f"{name}{suffix}" for name in NAMES for suffix in (".vi.txt", ".en.txt", ".gold")}
    assert {path.name for path in GOLD.iterdir()} == expected | {"README.md"}


@every_document
@pytest.mark.parametrize("suffix", [".vi.txt", ".en.txt", ".gold"])
def test_every_file_is_nfc_with_lf_and_neither_blank_lines_nor_outer_spaces(name: str, suffix: str) -> None:
    text = (GOLD / f"{name}{suffix}").read_bytes().decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert text.endswith("\n")
    assert "\r" not in text
    assert "\ufeff" not in text
    assert all(line and line == line.strip() for line in lines(name, suffix))


@every_document
def test_every_line_stands_in_exactly_one_bead(name: str) -> None:
    assert list(chain.from_iterable(bead.vi for bead in beads(name))) == list(range(len(lines(name, ".vi.txt"))))
    assert sorted(chain.from_iterable(bead.en for bead in beads(name))) == list(range(len(lines(name, ".en.txt"))))


@every_document
def test_the_lines_of_a_bead_are_neighbours(name: str) -> None:
    for bead in beads(name):
        for side in bead:
            assert all(after == before + 1 for before, after in pairwise(side))


@every_document
def test_every_document_has_gaps_on_both_sides_and_a_bead_of_many(name: str) -> None:
    types = {bead.type for bead in beads(name)}
    assert {"1-0", "0-1"} <= types
    assert types - {"1-0", "0-1", "1-1"}


@every_document
def test_an_english_line_without_a_partner_follows_the_bead_of_the_line_before_it(name: str) -> None:
    ladder = [bead for bead in beads(name) if bead.en]
    for before, bead in pairwise(ladder):
        if not bead.vi:
            assert bead.en[0] == before.en[-1] + 1


@every_document
def test_exactly_one_transposition_in_every_document(name: str) -> None:
    """Two neighbouring blocks that change places: the only permutations with one descent, and one in the inverse."""
    english = [bead.en[0] for bead in beads(name) if bead.vi and bead.en]
    ranks = [sorted(english).index(line) for line in english]
    inverse = [ranks.index(rank) for rank in range(len(ranks))]
    assert descents(ranks) == 1
    assert descents(inverse) == 1
