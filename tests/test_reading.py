"""Texts of every format go through `align mine` and `align pair` as they come."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from matplotlib.figure import Figure
from test_cli import EXPECTED, pairs, refused

from align.errors import AlignError
from align.formats.files import Input
from align.formats.reading import read_documents
from align.formats.settings import Limits, ReadSettings
from align.formats.units import unit_ids, unit_of_texts
from align.formats.writing import write_pairs

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]

LINES = ("Giá gạo tăng tuần thứ ba", "Mưa lớn ở Huế", "Rice prices rise for a third week")
PAGE = "\n\n".join(LINES) + "\n"


def word(path: Path) -> None:
    document = docx.Document()
    for line in LINES:
        document.add_paragraph(line)
    document.save(str(path))


def pdf(path: Path) -> None:
    figure = Figure(figsize=(8, 11))
    for number, line in enumerate(LINES):
        figure.text(0.1, 0.9 - number / 10, line, fontsize=12)
    figure.savefig(path, format="pdf", metadata={"CreationDate": None})


def epub(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
            '<rootfile full-path="a.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        )
        book.writestr(
            "a.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><manifest>'
            '<item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="c"/></spine></package>',
        )
        text = "".join(f"<p>{line}</p>" for line in LINES)
        book.writestr("c.xhtml", f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{text}</body></html>')


def odt(path: Path) -> None:
    namespaces = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    text = "".join(f"<text:p>{line}</text:p>" for line in LINES)
    with zipfile.ZipFile(path, "w") as document:
        document.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        document.writestr(
            "content.xml",
            f"<office:document-content {namespaces}><office:body><office:text>{text}</office:text></office:body>"
            "</office:document-content>",
        )


def subtitles(path: Path) -> None:
    cues = (f"{n}\n00:00:{5 * n:02},000 --> 00:00:{5 * n + 2:02},000\n{line}.\n" for n, line in enumerate(LINES, 1))
    path.write_text("\n".join(cues), encoding="utf-8")


def archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("deep/page.txt", PAGE)
        packed.writestr("picture.png", b"\x89PNG")


WRITE: dict[str, Callable[[Path], object]] = {
    "page.txt": lambda path: path.write_text(PAGE, encoding="utf-8"),
    "page.html": lambda path: path.write_text(
        f"<html><head><title>x</title><meta charset=utf-8></head><body>{''.join(f'<p>{x}</p>' for x in LINES)}"
        "</body></html>",
        encoding="utf-8",
    ),
    "page.md": lambda path: path.write_text(f"# {LINES[0]}\n\n{LINES[1]}\n\n*{LINES[2]}*\n", encoding="utf-8"),
    "page.docx": word,
    "page.odt": odt,
    "page.pdf": pdf,
    "page.epub": epub,
    "page.srt": subtitles,
    "page.txt.gz": lambda path: path.write_bytes(gzip.compress(PAGE.encode())),
    "pages.zip": archive,
}

# Named outright only, for a folder of texts often holds tables that were made of them.
TABLES: dict[str, Callable[[Path], object]] = {
    "table.jsonl": lambda path: path.write_text(json.dumps({"text": PAGE}) + "\n", encoding="utf-8"),
    "table.csv": lambda path: path.write_text(f'"text"\n"{PAGE}"\n', encoding="utf-8"),
    "table.tmx": lambda path: write_pairs(
        [unit_of_texts(LINES[0], LINES[2], ids=unit_ids()), unit_of_texts(LINES[1], "", ids=unit_ids())],  # type: ignore[list-item]
        path,
    ),
}


def test_every_format_in_a_folder_is_mined(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, write in {**WRITE, **TABLES}.items():
        write(tmp_path / "in" / name)
    (tmp_path / "in" / "README.md").write_text(PAGE, encoding="utf-8")
    done = run("mine", "in", *(f"in/{name}" for name in TABLES), "-o", "pairs.tsv")
    assert done.returncode == 0, done.stderr.decode()
    rows = [line.split("\t") for line in (tmp_path / "pairs.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    found = {row[5]: [row[0].rstrip("."), row[1].rstrip(".")] for row in rows}
    assert found == {
        **{name: EXPECTED[0] for name in WRITE if name != "pages.zip"},
        "pages.zip/deep/page.txt": EXPECTED[0],
        "table.jsonl#1": EXPECTED[0],
        "table.csv#2": EXPECTED[0],
        "table.tmx": EXPECTED[0],
    }
    said = done.stderr.decode()
    assert "pages.zip/picture.png: not a format that is read, passed over." in said
    assert "1 × README.md in the folders: about the folder, not part of it." in said
    assert "1 × .csv in the folders: read only if it is named." in said


def test_two_documents_of_different_formats_are_paired(run: Run, tmp_path: Path) -> None:
    vi, en = ("Trời mưa to.", "Tôi ở nhà."), ("It rained hard.", "I stayed at home.")
    document = docx.Document()
    for line in vi:
        document.add_paragraph(line)
    document.save(str(tmp_path / "a.docx"))
    (tmp_path / "a.html").write_text("".join(f"<p>{line}</p>" for line in en), encoding="utf-8")
    done = run("pair", "a.docx", "a.html", "--to", "moses", "-o", "a")
    assert done.returncode == 0, done.stderr.decode()
    assert (tmp_path / "a.en-vi.vi").read_text(encoding="utf-8").splitlines() == list(vi)
    assert (tmp_path / "a.en-vi.en").read_text(encoding="utf-8").splitlines() == list(en)


def test_the_two_columns_of_a_table_can_be_paired_anew(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("vi,en\nTrời mưa to.,It rained hard.\nTôi ở nhà.,I stayed at home.\n")
    (tmp_path / "b.csv").symlink_to("a.csv")
    done = run("pair", "a.csv", "b.csv")
    assert [row[:2] for row in pairs(done.stdout)] == [
        ["Trời mưa to.", "It rained hard."],
        ["Tôi ở nhà.", "I stayed at home."],
    ]


def test_times_of_subtitles_are_kept_where_the_format_holds_them(run: Run, tmp_path: Path) -> None:
    subtitles(tmp_path / "a.srt")
    unit = json.loads(run("mine", "a.srt", "--to", "jsonl").stdout)
    assert unit["vi_places"] == ["00:00:05.000-00:00:07.000"]
    assert unit["en_places"] == ["00:00:15.000-00:00:17.000"]


def test_what_cannot_be_read_of_a_file_goes_to_the_rejected(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": PAGE}) + "\n{broken\n", encoding="utf-8")
    refused(run("mine", "a.jsonl", "b.jsonl"), "b.jsonl: no such file")
    done = run("mine", "a.jsonl", "--rejected", "rejected.tsv")
    assert (done.returncode, pairs(done.stdout)) == (0, EXPECTED)
    assert "1 part could not be read: see --rejected." in done.stderr.decode()
    assert "a.jsonl:2" in (tmp_path / "rejected.tsv").read_text(encoding="utf-8")
    # Without a place for it, the file is named, and the status says so.
    done = run("mine", "a.jsonl")
    assert done.returncode == 1
    assert "a.jsonl:2" in done.stderr.decode()


def test_only_the_kinds_asked_for_are_exported(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    assert pairs(run("mine", "a.txt", "--only", "headline").stdout) == EXPECTED
    done = run("mine", "a.txt", "--only", "caption,sentence", "--rejected", "r.tsv")
    assert pairs(done.stdout) == []
    assert "1 pair of other kinds left out." in done.stderr.decode()
    assert "headline: left out by --only" in (tmp_path / "r.tsv").read_text(encoding="utf-8")
    refused(run("mine", "a.txt", "--only", "title"), "'title' is no kind of segment", "headline, sentence")


def test_a_format_can_be_named(run: Run) -> None:
    assert pairs(run("mine", "-", "--from", "html", input=PAGE.encode()).stdout) == []
    page = "".join(f"<p>{line}</p>" for line in LINES).encode()
    assert pairs(run("mine", "-", "--from", "html", input=page).stdout) == EXPECTED
    refused(run("mine", "-", "--from", "doc", input=page), "'doc' is no format that is read", "docx, odt, pdf")


def test_a_web_page_from_a_pipe_is_known_by_what_it_shows(run: Run) -> None:
    page = f"<!DOCTYPE html><html><body>{''.join(f'<p>{line}</p>' for line in LINES)}</body></html>"
    assert pairs(run("mine", "-", input=page.encode()).stdout) == EXPECTED


def test_a_translation_memory_from_a_pipe_is_known_by_what_it_shows(run: Run) -> None:
    table = "vi\ten\n" + "\t".join(EXPECTED[0])
    for name in ("tmx", "xliff", "xliff2"):
        memory = run("convert", "-", "-", "--to", name, input=table.encode()).stdout
        assert pairs(run("mine", "-", input=memory).stdout) == EXPECTED


def test_a_broken_file_in_an_archive_costs_itself_alone(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archived:
        for name, data in (("a.txt", "Có."), ("b.pdf", "no PDF"), ("c.tmx", "<tmx>\n<"), ("d.txt", "Không.")):
            archived.writestr(name, data)
    item, left_out = Input("a.zip", str(tmp_path / "a.zip")), []
    settings = ReadSettings(reject=lambda place, reason, _: left_out.append((place, reason)))
    assert [document.id for document in read_documents(item, settings)] == ["a.zip/a.txt", "a.zip/d.txt"]
    assert [place for place, _ in left_out] == [f"{item.path}/b.pdf", f"{item.path}/c.tmx:2"]
    assert all(reason.startswith("found") for _, reason in left_out)
    with pytest.raises(AlignError, match=r"b\.pdf: found"):
        list(read_documents(item, ReadSettings()))


def test_a_format_that_is_not_read_as_text_names_those_that_are(run: Run) -> None:
    refused(run("mine", "-", "--from", "moses", input=b""), "'moses' is no format that is read as text", "tmx")


def test_limits_are_stated_and_can_be_set(tmp_path: Path, run: Run) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.txt", b"Gi\xc3\xa1 g\xe1\xba\xa1o " * 400_000)
    with pytest.raises(AlignError, match="--limit size="):
        list(read_documents(Input("bomb.zip", str(tmp_path / "bomb.zip")), ReadSettings(limits=Limits(size=1))))
    refused(run("mine", "bomb.zip", "--limit", "size=1"), "bomb.zip", "--limit size=")
    refused(run("mine", "bomb.zip", "--limit", "width=1"), "expected size=MEGABYTES")


def test_a_stream_that_cannot_go_back_is_read() -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = io.BytesIO(b'{"vi": "C\xc3\xb3.", "en": "Yes."}\n')

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            return self.data.readinto(buffer)

    from align.formats.reading import _peekable, alignment_format

    stream = _peekable(Pipe())  # type: ignore[arg-type]
    assert alignment_format(None, stream.peek(4096), "-") == "jsonl"  # type: ignore[attr-defined]
    assert stream.read().startswith(b'{"vi"')


def test_a_ladder_of_some_segments_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / "b.txt").write_text(PAGE, encoding="utf-8")
    refused(run("mine", "a.txt", "-o", "a.vecalign"), "vecalign numbers all segments", "write another format")
    refused(run("pair", "a.txt", "b.txt", "--min-score", "0.9", "--to", "hunalign"), "hunalign numbers all segments")
