"""The checks of one unit on labelled cases, which stand in `cases/check_*.tsv` for anyone to add to.

The rules were written with the first cases of each file in view, those behind a line of hyphens without a
view of the rules, which were mended for some of them afterwards; what they get wrong stays and counts. How
often good pairs are flagged is measured on the development data.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from align.formats.units import unit_ids, unit_of_texts
from align.quality.damage import check_damage
from align.quality.finding import Check
from align.quality.length import check_length
from align.quality.marks import check_brackets, check_quotes
from align.quality.names import check_names
from align.quality.negation import check_negation
from align.quality.placeholders import check_links, check_placeholders
from align.quality.truncated import check_truncated
from align.quality.untranslated import check_language
from align.types import TranslationUnit

CASES = Path(__file__).parent / "cases"
FILES = ("check_damage.tsv", "check_marks.tsv", "check_names.tsv", "check_wording.tsv")
CHECKS: tuple[Check, ...] = (
    check_brackets,
    check_damage,
    check_language,
    check_length,
    check_links,
    check_names,
    check_negation,
    check_placeholders,
    check_quotes,
    check_truncated,
)


class Case(NamedTuple):
    expected: frozenset[str]
    unit: TranslationUnit
    note: str
    blind: bool


def cases() -> list[Case]:
    ids = unit_ids()
    found = []
    for name in FILES:
        lines = (CASES / name).read_text(encoding="utf-8").splitlines()
        later = next((at for at, line in enumerate(lines) if line.startswith(_BLIND)), len(lines))
        for at, line in [(at, line) for at, line in enumerate(lines) if not line.startswith("#")][1:]:
            flags, vi, en, note = line.split("\t")
            unit = unit_of_texts(vi, en, ids=ids)
            assert unit is not None
            found.append(Case(frozenset(flags.replace("-", "").split(",")) - {""}, unit, note, at > later))
    return found


# What stands behind this line was written without a view of the rules.
_BLIND = "# --- written without a view of the rules"


def raised(unit: TranslationUnit) -> frozenset[str]:
    return frozenset(finding.flag for check in CHECKS for finding in check(unit))


def test_there_are_enough_cases_and_half_of_them_are_clean() -> None:
    found = cases()
    assert len(found) >= 300
    assert 0.4 < sum(not case.expected for case in found) / len(found) < 0.6


def test_every_flag_is_precise_and_finds_most(capsys: pytest.CaptureFixture[str]) -> None:
    first, blind = ([case for case in cases() if case.blind == later] for later in (False, True))
    with capsys.disabled():
        print()
        # What the rules were made for they must hold; what was written blind says how they do elsewhere.
        _judged("made for", first, most_wrong=0.05)
        _judged("blind", blind)


def _judged(what: str, some: list[Case], *, most_wrong: float | None = None) -> None:
    hits, false, missed = Counter[str](), Counter[str](), Counter[str]()
    for case in some:
        got = raised(case.unit)
        hits.update(got & case.expected)
        false.update(got - case.expected)
        missed.update(case.expected - got)
    for flag in sorted(hits | false | missed):
        precision = hits[flag] / max(1, hits[flag] + false[flag])
        recall = hits[flag] / max(1, hits[flag] + missed[flag])
        print(f"check, {what}: {flag:14} precision {precision:.2f}  recall {recall:.2f}  ({hits[flag]} found)")
    for flag in hits | false | missed if most_wrong is not None else ():
        assert hits[flag] >= 6, flag
        assert false[flag] <= most_wrong * hits[flag], flag
        assert missed[flag] <= most_wrong * hits[flag], flag


def test_every_reason_is_a_sentence_that_quotes_what_was_found() -> None:
    for case in cases():
        for check in CHECKS:
            for finding in check(case.unit):
                assert finding.reason[0].isupper() or not finding.reason[0].isalpha(), finding
                assert finding.reason.endswith("."), finding
                assert len(finding.reason) < 500
                assert finding.vi or finding.en, finding
                if finding.flag not in ("brackets", "language", "length", "untranslated"):
                    assert "“" in finding.reason, finding


@pytest.mark.parametrize("name", ["ted_clean.json", "evb_noisy.json"])
def test_good_pairs_are_seldom_flagged(data: Path, name: str) -> None:
    ids = unit_ids()
    severities = Counter[str]()
    checked = 0
    for document in json.loads((data / "dev" / name).read_text(encoding="utf-8"))[::4]:
        for vi, en in document["gold"]:
            texts = (" ".join(document[side][i] for i in rows) for side, rows in (("vi", vi), ("en", en)))
            unit = unit_of_texts(*texts, ids=ids) if vi and en else None
            if unit is not None:
                checked += 1
                severities.update({finding.severity for check in CHECKS for finding in check(unit)})
    assert checked > 300
    assert severities["error"] < 0.01 * checked
    assert severities["error"] + severities["warning"] < 0.06 * checked
    assert severities.total() < 0.12 * checked
