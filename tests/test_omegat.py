"""OmegaT opens what we write. Skipped where there is none: scripts/check_omegat.sh fetches one."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

from align.formats.pairs.tmx import write_tmx
from align.formats.settings import WriteSettings
from align.formats.units import unit_ids, unit_of_texts
from align.types import Language, TranslationUnit

PROJECT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<omegat><project version="1.0">
<source_dir>__DEFAULT__</source_dir><target_dir>__DEFAULT__</target_dir><tm_dir>__DEFAULT__</tm_dir>
<glossary_dir>__DEFAULT__</glossary_dir><glossary_file>__DEFAULT__</glossary_file>
<dictionary_dir>__DEFAULT__</dictionary_dir>
<source_lang>{source}</source_lang><target_lang>{target}</target_lang>
<sentence_seg>false</sentence_seg><support_default_translations>true</support_default_translations>
<remove_tags>false</remove_tags>
</project></omegat>
"""

PAIRS = [
    ("Giá gạo tăng 5% & hơn thế.", "Rice is up 5% & more.", ("number",)),
    ("Thủ tướng nói: “Có” <không>.", "The PM said: “Yes” <no>.", ()),
    ("Một câu. Hai câu.", "Two sentences in one.", ()),
    ("Chỉ tiếng Việt.", "", ()),
    ("", "English only.", ()),
]


def omegat() -> list[str] | None:
    """The command that starts OmegaT, if there is one."""
    if os.environ.get("OMEGAT_JAR"):
        return ["java", "-jar", os.environ["OMEGAT_JAR"]]
    fetched = ROOT / ".omegat"
    jar = fetched / "usr/share/omegat/OmegaT.jar"
    java = shutil.which("java") or next(map(str, fetched.glob("usr/lib/jvm/*/bin/java")), None)
    if jar.exists() and java:
        manifest = zipfile.ZipFile(jar).read("META-INF/MANIFEST.MF").decode().replace("\r", "").replace("\n ", "")
        [parts] = [line.split()[1:] for line in manifest.split("\n") if line.startswith("Class-Path:")]
        # Debian's JAXB needs one that the manifest leaves to JAXB's own.
        parts.append("/usr/share/java/istack-commons-runtime.jar")
        return [java, "-cp", ":".join([str(jar), *(f"{fetched}{part}" for part in parts)]), "org.omegat.Main"]
    return ["omegat"] if shutil.which("omegat") else None


COMMAND = omegat()
pytestmark = pytest.mark.skipif(COMMAND is None, reason="there is no OmegaT here; scripts/check_omegat.sh fetches one")


def translated(folder: Path, memory: bytes, text: list[str], languages: tuple[str, str]) -> tuple[list[str], str]:
    """What OmegaT makes of a text with a memory, and what it said."""
    for name in ("source", "target", "tm/auto", "omegat", "glossary", "dictionary"):
        (folder / "project" / name).mkdir(parents=True)
    project = folder / "project"
    (project / "omegat.project").write_text(PROJECT.format(source=languages[0], target=languages[1]))
    (project / "tm/auto/pairs.tmx").write_bytes(memory)  # OmegaT applies matches from here alone
    (project / "source/a.txt").write_text("\n\n".join(text), encoding="utf-8")
    assert COMMAND is not None
    log = subprocess.run(
        [*COMMAND, str(project), "--mode=console-translate", f"--config-dir={folder / 'settings'}"],
        env={**os.environ, "LC_ALL": "C.UTF-8", "JAVA_TOOL_OPTIONS": "-Dfile.encoding=UTF-8"},
        capture_output=True,
        timeout=120,
        check=False,
    )
    said = (log.stdout + log.stderr).decode("utf-8", "replace")
    made = project / "target/a.txt"
    return (made.read_text(encoding="utf-8").split("\n\n") if made.exists() else []), said


def memory(source: Language, codes: tuple[str, str]) -> bytes:
    units: list[TranslationUnit] = []
    for number, (vi, en, flags) in enumerate(PAIRS):
        made = unit_of_texts(
            vi, en, ids=unit_ids(), document="báo/a.txt", score=0.97, flags=flags, vi_spans=[(number, number + 9)]
        )
        assert made is not None
        units.append(made)
    stream = io.BytesIO()
    write_tmx(units, stream, settings=WriteSettings(source=source, codes=codes))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("source", "codes", "languages"),
    [
        ("vi", ("vi-VN", "en-US"), ("vi-VN", "en-US")),
        ("en", ("vi-VN", "en-US"), ("en", "vi")),
    ],
)
def test_omegat_applies_every_exact_match(
    tmp_path: Path, source: Language, codes: tuple[str, str], languages: tuple[str, str]
) -> None:
    side, other = (0, 1) if source == "vi" else (1, 0)
    text = [pair[side] for pair in PAIRS if pair[side]]
    found, said = translated(tmp_path, memory(source, codes), [*text, "12345 abc"], languages)
    assert "TF_TM_LOAD_ERROR" not in said
    assert "Errors: 0" in said
    # Where a pair has no other side, and where the memory has no pair, the text stays.
    assert [one.strip() for one in found] == [*(pair[other] or pair[side] for pair in PAIRS if pair[side]), "12345 abc"]


def test_omegat_says_that_a_memory_is_broken(tmp_path: Path) -> None:
    # Its exit status does not: the other test would pass on a file that it cannot read, if it looked there.
    broken = memory("vi", ("vi-VN", "en-US"))[:-60]
    found, said = translated(tmp_path, broken, [PAIRS[0][0]], ("vi-VN", "en-US"))
    assert "TF_TM_LOAD_ERROR" in said
    assert [one.strip() for one in found] in ([PAIRS[0][0]], [])
