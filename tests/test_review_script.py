"""The script of the review page: its logic in Node, its types by TypeScript."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT

from align.formats.units import unit_ids, unit_of_texts
from align.quality.check import FLAGS

TESTS = sorted(str(path) for path in (ROOT / "tests" / "review").glob("*.test.js"))
TYPESCRIPT = ROOT / "node_modules" / ".bin" / "tsc"

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")


@needs_node
def test_the_logic_of_the_page_passes_its_tests() -> None:
    done = subprocess.run(["node", "--test", *TESTS], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@needs_node
@pytest.mark.skipif(not TYPESCRIPT.exists(), reason="needs TypeScript: make install fetches it where npm is")
def test_the_script_of_the_page_has_the_types_it_says() -> None:
    done = subprocess.run([TYPESCRIPT, "--project", "align/review/page"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@needs_node
def test_every_flag_has_a_name_in_both_languages_of_the_page() -> None:
    script = (
        'import { speaker } from "#review/words";'
        f"const flags = {json.dumps(sorted(FLAGS))};"
        'console.log(JSON.stringify(["en", "vi"].map((language) => flags.map(speaker(language).flag))));'
    )
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    english, vietnamese = json.loads(done.stdout)
    assert all(one != two for one, two in zip(english, vietnamese, strict=True))


@needs_node
def test_reasons_of_every_flag_are_said_in_vietnamese() -> None:
    pairs = [
        ("Thu 1,5 tỷ đồng.", "1.5 million dong."),
        ("Thu 1,5 tỷ đồng.", "1.5 billion dollars."),
        ("Dài 5 km.", "It is long."),
        ("Lúc 8h30 ngày 5/3/2024.", "At 9:45 on March 6, 2024."),
        ("Ông Phạm Minh Chính thăm Mỹ.", "To Lam visited the US."),
        ("Không ai bị thương.", "Everyone was hurt."),
        ("This is an English sentence about rice.", "This is an English sentence about rice."),
        ("Das ist ein deutscher Satz über den Reis und nichts anderes.", "This is about rice."),
        ("Gạo.", "Rice prices have risen for the third week in a row as traders rushed to buy what was left of it."),
        ("Liên Hợp Quốc (LHQ họp khẩn.", "The UN met."),
        ("Liên Hợp Quốc (LHQ) họp (khẩn).", "The United Nations met."),
        ("Ông nói: “Tốt lắm.", "He said: very good."),
        ("Viá»‡t Nam thắng", "Vietnam won"),
        ("Chào {name}, xem https://a.vn", "Hello, look"),
        ("Có.", "Yes."),
        ("Có.", "Yes."),
    ]
    from align.quality.check import check

    ids = unit_ids()
    units = [found for vi, en in pairs if (found := unit_of_texts(vi, en, ids=ids))]
    reasons = sorted({(one.flag, one.reason) for item in check(units) for one in item.findings})
    assert len({flag for flag, _ in reasons}) >= 14
    script = (
        'import { vietnameseReason } from "#review/reasons";'
        f"console.log(JSON.stringify({json.dumps([reason for _, reason in reasons])}.map(vietnameseReason)));"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    untold = [reason for reason, said in zip(reasons, json.loads(done.stdout), strict=True) if said is None]
    assert untold == []


def test_the_page_has_all_its_words_in_the_script() -> None:
    page = (ROOT / "align" / "review" / "page" / "page.html").read_text(encoding="utf-8")
    words = (ROOT / "align" / "review" / "page" / "words.js").read_text(encoding="utf-8")
    for attribute in ("data-word", "data-label", "data-title", "data-hint"):
        for part in page.split(f'{attribute}="')[1:]:
            assert f"\n  {part.split(chr(34))[0]}: {{ en:" in words


def test_no_module_of_the_page_makes_markup_of_text() -> None:
    for path in sorted(Path(ROOT / "align" / "review" / "page").glob("*.js")):
        text = path.read_text(encoding="utf-8")
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
            assert way not in text, path.name
