"""The files that README and docs speak of: small, and made of the gold set and the seeds."""

from __future__ import annotations

import io
import shutil
import textwrap
import zipfile
from pathlib import Path

import docx
from conftest import ROOT
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from test_encodings import SMALL, TCVN3, by_table

import align

GOLD = ROOT / "tests" / "gold"
STORY, TRAM, TALK = "01-news-rice-exports", "02-news-riverside-tram", "04-talk-learning-to-listen"
PAGE = ROOT / "seeds" / "003_95c7d294790140af.txt"


def make_samples(folder: Path) -> None:
    """Put all samples into a folder."""
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    shutil.copytree(GOLD, folder / "tests" / "gold")
    (folder / "my-model").symlink_to(ROOT / "align" / "models" / "static")
    shutil.copy(ROOT / "tests" / "doc_decisions.py", folder / "decide.py")
    _mixed(folder)
    _two_documents(folder)
    _many_documents(folder)
    _pairs(folder)


def _text(name: str, language: str) -> str:
    return (GOLD / f"{name}.{language}.txt").read_text(encoding="utf-8")


def _mixed(folder: Path) -> None:
    """Text in which both languages stand, in several formats."""
    (folder / "news").mkdir()
    shutil.copy(PAGE, folder / "news" / "visit.txt")
    both = f"{_text(STORY, 'vi')}\n{_text(STORY, 'en')}"
    (folder / "news" / "rice.txt").write_text(both, encoding="utf-8")
    (folder / "page.txt").write_text(both, encoding="utf-8")
    (folder / "lines.txt").write_text(both, encoding="utf-8")
    for language in ("vi", "en"):
        (folder / f"{language}.txt").write_text(_text(STORY, language) + _text(TRAM, language), encoding="utf-8")
    paragraphs = "".join(f"<p>{line}</p>" for line in both.splitlines() if line)
    page = f"<!doctype html><html lang=vi><title>Gạo</title><body><nav>Menu</nav><main>{paragraphs}</main></html>"
    (folder / "page.html").write_text(page, encoding="utf-8")
    (folder / "old.txt").write_bytes(by_table(dict(zip(SMALL, TCVN3, strict=True)))(_text(STORY, "vi").lower()))
    (folder / "talk.srt").write_text(_subtitles(both), encoding="utf-8")
    _pdf(folder / "report.pdf", both)


def _two_documents(folder: Path) -> None:
    """A text and its translation, in several formats."""
    for language in ("vi", "en"):
        text = _text(STORY, language)
        (folder / f"a.{language}.txt").write_text(text, encoding="utf-8")
        (folder / f"a.{language}").write_text(text, encoding="utf-8")
        (folder / f"talk.{language}.srt").write_text(_subtitles(_text(TALK, language)), encoding="utf-8")
    shutil.copy(GOLD / f"{STORY}.gold", folder / "a.gold")
    word = docx.Document()
    for line in _text(STORY, "vi").splitlines():
        word.add_paragraph(line)
    word.save(str(folder / "report.vi.docx"))
    _pdf(folder / "report.en.pdf", _text(STORY, "en"))
    with zipfile.ZipFile(folder / "old.zip", "w") as archive:
        archive.write(folder / "old.txt", "old.txt")


def _many_documents(folder: Path) -> None:
    """Documents that belong together by name, by what they say, and one in both languages."""
    articles, crawl = folder / "articles", folder / "crawl"
    articles.mkdir()
    crawl.mkdir()
    for number, name in enumerate((STORY, TRAM)):
        for language in ("vi", "en"):
            shutil.copy(GOLD / f"{name}.{language}.txt", articles / f"{name[8:]}.{language}.txt")
            shutil.copy(GOLD / f"{name}.{language}.txt", crawl / f"{language}-{number + (language == 'en') * 7}.txt")
    shutil.copy(PAGE, articles / "visit.txt")
    rows = ["vi\ten", "articles/rice-exports.vi.txt\tarticles/rice-exports.en.txt"]
    (folder / "manifest.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def _pairs(folder: Path) -> None:
    """Pairs, as other programs have them."""
    beads = [bead for bead in align.pair(_text(STORY, "vi"), _text(STORY, "en"), encoder="static") if bead.score]
    for name in ("pairs.tsv", "memory.tmx", "corpus.tmx", "corpus.csv", "pairs.jsonl"):
        align.write_pairs(beads, folder / name)
    align.write_pairs(beads, folder / "corpus", format_name="moses")
    align.write_pairs(align.pair(folder / "a.vi", folder / "a.en", lines=True), folder / "a.vecalign")
    (folder / "terms.tsv").write_text("gạo\trice\nxuất khẩu\texport|exports|exported|shipments\n", encoding="utf-8")


def _subtitles(text: str) -> str:
    cues = []
    for number, line in enumerate(filter(None, text.splitlines())):
        times = f"00:{number:02}:00,000 --> 00:{number:02}:50,000"
        cues.append(f"{number + 1}\n{times}\n{line}\n")
    return "\n".join(cues)


def _pdf(path: Path, text: str) -> None:
    stream = io.BytesIO()
    with PdfPages(stream) as pdf:
        lines = [part for line in text.splitlines() for part in [*textwrap.wrap(line, 80), ""]]
        for start in range(0, len(lines), 50):
            page = Figure(figsize=(595 / 72, 842 / 72))
            for number, line in enumerate(lines[start : start + 50]):
                page.text(0.1, 0.93 - number * 0.017, line, size=9)
            pdf.savefig(page)
    path.write_bytes(stream.getvalue())
