"""What a batch makes of folders, manifests and names."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.batch.manifest import read_manifest
from align.batch.partners import by_name, distinct_stems, joint_stem
from align.batch.plan import Plan, plan_of, with_matches
from align.encoders import Encoder
from align.errors import AlignError, FormatError, InputError
from align.formats.files import Input
from align.formats.reading import read_documents
from align.formats.settings import ReadSettings
from align.pairing.documents import Digest, digest_of
from align.text.segment import segment

ALONE = "no partner by name: mined as a mixed page"


def make(folder: Path, *names: str, text: str = "x") -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def sides(plan: Plan) -> dict[str, tuple[str, ...]]:
    return {item.stem: tuple(one.id for one in item.inputs) for item in plan.items}


def planned(folder: Path, *names: str) -> dict[str, tuple[str, ...]]:
    make(folder, *names)
    return sides(plan_of(str(folder)))


# --- names -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vi", "en", "stem"),
    [
        ("a.vi.txt", "a.en.txt", "a"),
        ("a_vi.txt", "a_en.txt", "a"),
        ("a-vi.docx", "a-en.pdf", "a"),
        ("a.vi", "a.en", "a"),
        ("a.vi.gz", "a.en.gz", "a"),
        ("a.vi.txt.gz", "a.en.html", "a"),
        ("corpus.vi-en.vi", "corpus.vi-en.en", "corpus.vi-en"),
        ("a.txt.vi", "a.txt.en", "a.txt"),
        ("vi/a.txt", "en/a.txt", "a"),
        ("x/vi/a.txt", "x/en/a.pdf", "x/a"),
        ("x/vi/y/a.txt", "x/en/y/a.txt", "x/y/a"),
        ("vi/a.vi.txt", "en/a.en.txt", "a"),
        ("en/a.vi.txt", "en/a.en.txt", "en/a"),
        ("x/vi.txt", "x/en.txt", "x"),
        ("Vietnamese/a.txt", "ENGLISH/a.txt", "a"),
        ("a.vi-VN.txt", "a.en-US.txt", "a"),
        ("a_vi_VN.txt", "a_en_US.txt", "a"),
        ("a.VIE.srt", "a.eng.srt", "a"),
        ("a.vn.txt", "a.english.txt", "a"),
        ("bài 1 (vi).docx", "bài 1 (en).docx", "bài 1"),
        ("Số 5. Tin.vi.txt", "Số 5. Tin.en.txt", "Số 5. Tin"),
        ("a.b.vi.txt", "a.b.en.txt", "a.b"),
    ],
)
def test_names_that_differ_in_the_language_only_are_a_pair(tmp_path: Path, vi: str, en: str, stem: str) -> None:
    assert planned(tmp_path, en, vi) == {stem: (vi, en)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hanoi_en_route.txt", "hanoi_vi_route.txt"),
        ("vi_hanh.txt", "en_hanh.txt"),
        ("a.vi.txt", "b.en.txt"),
        ("a.vi.txt", "A.en.txt"),
        ("dien.txt", "divi.txt"),
        ("x/vi/a.txt", "y/en/a.txt"),
        ("video/a.txt", "english songs/a.txt"),
        ("a.vi.txt", "a.txt"),
        ("a.vi.txt", "a.vi.docx"),
    ],
)
def test_other_names_are_pages(tmp_path: Path, one: str, other: str) -> None:
    assert planned(tmp_path, one, other) == {one: (one,), other: (other,)}
    assert {item.why for item in plan_of(str(tmp_path)).items} == {ALONE}


def test_the_plan_says_why(tmp_path: Path) -> None:
    make(tmp_path, "a.vi.txt", "a.en.txt", "b.txt")
    assert [(item.stem, item.why) for item in plan_of(str(tmp_path)).items] == [
        ("a", "a.vi.txt and a.en.txt differ in the language only"),
        ("b.txt", ALONE),
    ]


def test_two_candidates_for_a_side_are_a_problem_and_no_guess(tmp_path: Path) -> None:
    make(tmp_path, "a.vi.txt", "a.vi.docx", "a.en.txt", "b.txt")
    plan = plan_of(str(tmp_path))
    assert sides(plan) == {"b.txt": ("b.txt",)}
    assert [name for name, _ in plan.problems] == ["a.en.txt", "a.vi.docx", "a.vi.txt"]
    (reason,) = {reason for _, reason in plan.problems}
    assert reason == (
        "found a.vi.docx and a.vi.txt in Vietnamese, a.en.txt in English, expected one file in each; "
        "keep one, or name them in a manifest."
    )


def test_a_stem_that_two_pairs_would_have_gives_way_to_full_names(tmp_path: Path) -> None:
    names = ("a.vi.txt", "a.en.txt", "vi/a.txt", "en/a.txt")
    assert planned(tmp_path, *names) == {"a.vi.txt": names[:2], "vi/a.txt": names[2:]}


def test_a_name_in_decomposed_letters_is_the_same_name(tmp_path: Path) -> None:
    vi, en = unicodedata.normalize("NFD", "thời sự.vi.txt"), "thời sự.en.txt"
    assert planned(tmp_path, vi, en) == {"thời sự": (vi, en)}


def test_names_that_only_case_tells_apart_have_stems_that_no_system_mixes_up() -> None:
    stems = distinct_stems([("a", "a.vi.txt"), ("A", "A.vi.txt"), ("tin", "tin"), ("TIN", "TIN"), ("tin", "tin")])
    assert stems == ["a.vi.txt", "A.vi.txt~2", "tin", "TIN~2", "tin~3"]


def test_a_pair_of_nothing_but_languages_is_called_by_its_file(tmp_path: Path) -> None:
    assert planned(tmp_path, "vi.txt", "en.txt") == {"vi.txt": ("vi.txt", "en.txt")}


@given(st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=4))
def test_a_stem_never_leaves_its_folder_and_is_taken_once(names: list[str]) -> None:
    stems = distinct_stems([(name, name) for name in names])
    assert len({unicodedata.normalize("NFC", stem.casefold()) for stem in stems}) == len(names)
    for stem in stems:
        path = PurePosixPath(stem)
        assert not path.is_absolute()
        assert stem == str(path)
        assert all(part[0] != "." and len(part.encode()) < 256 for part in path.parts)
        assert not any(ord(character) < 32 for character in stem)
    assert distinct_stems([(stem, stem) for stem in stems]) == stems


@pytest.mark.parametrize("name", ["../../etc/x", "/etc/x", "s3://etc/x", "./etc//x", "..\\etc\\x"])
def test_a_path_that_leads_elsewhere_makes_a_stem_that_does_not(name: str) -> None:
    assert distinct_stems([(name, name)]) == ["etc/x"]


def test_a_hidden_name_and_one_too_long_are_changed() -> None:
    assert distinct_stems([(".align/job.json", "")]) == ["_align/job.json"]
    (long,) = distinct_stems([("ấ" * 200, "")])
    assert 150 < len(long.encode()) <= 200


@given(
    st.lists(st.sampled_from(["a.vi.txt", "a.en.txt", "a_vi.md", "vi/a.txt", "en/a.txt", "b.en", "c.txt"]), unique=True)
)
def test_no_file_is_lost_between_pairs_pages_and_problems(names: list[str]) -> None:
    found, alone, problems = by_name([Input(name, name) for name in names])
    used = [item.id for one in found for item in (one.vi, one.en)]
    used += [item.id for item in alone] + [name for name, _ in problems]
    assert sorted(used) == sorted(names)


def test_a_hundred_thousand_names_are_paired_in_seconds() -> None:
    names = [f"{number // 1000}/{language}/{number}.txt" for number in range(50_000) for language in ("vi", "en")]
    found, alone, problems = by_name([Input(name, name) for name in names])
    assert (len(found), alone, problems) == (50_000, [], [])
    assert found[7].stem == "0/7"


def test_names_share_a_stem_or_the_first_gives_it() -> None:
    assert joint_stem("a.vi.txt", "a.en.txt") == "a"
    assert joint_stem("a.vi.txt", "b.en.txt") == "a.vi"


# --- folders -----------------------------------------------------------------------------


def test_the_output_folder_is_no_input(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "out/b.vi", "out/deep/c.txt", "outside/d.txt")
    plan = plan_of(str(tmp_path), exclude=str(tmp_path / "out"))
    assert list(sides(plan)) == ["a.txt", "outside/d.txt"]
    with pytest.raises(InputError, match="is to be read and written to; name another folder for the output with -o"):
        plan_of(str(tmp_path), exclude=f"{tmp_path}/out/..")


def test_what_is_passed_over_is_counted(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "b.jpg", "c.tsv", "README.md", ".hidden.txt")
    assert plan_of(str(tmp_path)).passed_over == {".jpg": 1, ".tsv": 1, "README.md": 1}


def test_one_document_is_a_plan(tmp_path: Path) -> None:
    make(tmp_path, "a.vi.txt")
    assert sides(plan_of(str(tmp_path / "a.vi.txt"))) == {"a.vi.txt": ("a.vi.txt",)}


def test_what_cannot_be_planned_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none: no such file or folder"):
        plan_of(str(tmp_path / "none"))
    with pytest.raises(InputError, match="no text in this folder"):
        plan_of(str(tmp_path))
    with pytest.raises(InputError, match="cannot read standard input"):
        plan_of("-")
    with pytest.raises(InputError, match="a path is empty"):
        plan_of("")


def test_a_folder_at_a_url_is_planned_as_one_of_this_machine() -> None:
    fsspec = pytest.importorskip("fsspec", reason="addresses need align-vi-en[dask]")
    for name in ("x/vi/a.txt", "x/en/a.txt", "b.txt", "out/c.txt"):
        with fsspec.open(f"memory://plan/{name}", "wb") as stream:
            stream.write(b"x")
    plan = plan_of("memory://plan", exclude="memory://plan/out")
    assert sides(plan) == {"b.txt": ("b.txt",), "x/a": ("x/vi/a.txt", "x/en/a.txt")}
    assert plan.items[0].inputs[0].path == "memory://plan/b.txt"


def test_a_name_that_is_not_utf8_can_be_planned(tmp_path: Path) -> None:
    for language in ("vi", "en"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/t\xecn." + language.encode() + b".txt")).write_text("x")
    (item,) = plan_of(str(tmp_path)).items
    assert item.stem == "t\ufffdn"
    assert all(Path(one.path).exists() for one in item.inputs)


# --- manifests ---------------------------------------------------------------------------

ROWS = [{"vi": "a 1.txt", "en": "b.txt"}, {"document": "c.txt"}, {"vi": "d.txt", "id": "tin/d"}]


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> str:
    make(folder, "a 1.txt", "b.txt", "c.txt", "d.txt")
    (folder / name).write_bytes(text.encode(encoding))
    return str(folder / name)


TABLES = {
    "m.tsv": "vi\ten\tdocument\tid\na 1.txt\tb.txt\t\t\n\t\tc.txt\t\nd.txt\t\t\ttin/d\n",
    "quoted.tsv": 'vi\ten\tdocument\tid\n"a 1.txt"\t"b.txt"\t\t\n\t\t"c.txt"\t\nd.txt\t\t\t"tin/d"\n',
    "m.csv": 'id,VI,en,document,note\n,"a 1.txt",b.txt,,"one,\ntwo"\n,,,c.txt,\ntin/d,d.txt,,,\n',
    "semicolons.csv": "id;vi;en;document\n;a 1.txt;b.txt;\n;;;c.txt\ntin/d;d.txt;;\n",
    "m.jsonl": "\n".join(map(json.dumps, ROWS)),
    "nulls.jsonl": "\n".join(json.dumps({"vi": None, "en": None, "document": None, **row}) for row in ROWS),
    "crlf.tsv": "\ufeffvi\ten\tdocument\tid\r\na 1.txt\tb.txt\t\t\r\n\r\n\t\tc.txt\r\n\t\t\t\r\nd.txt\t\t\ttin/d\r\n",
    "bom.jsonl": "\ufeff" + "\r\n\r\n".join(map(json.dumps, ROWS)),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_manifest_says_what_goes_with_what(tmp_path: Path, name: str) -> None:
    plan = plan_of(written(tmp_path, name, TABLES[name]))
    assert sides(plan) == {"a 1": ("a 1.txt", "b.txt"), "c.txt": ("c.txt",), "tin/d": ("tin/d",)}
    assert plan.problems == ()
    assert all(Path(one.path).exists() for item in plan.items for one in item.inputs)


def test_a_manifest_that_excel_saved_as_unicode_text_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, "m.tsv", "\ufeff" + TABLES["m.tsv"], "utf-16-le")
    assert len(plan_of(path).items) == 3


def test_the_line_is_named_also_after_a_cell_of_two_lines(tmp_path: Path) -> None:
    path = written(tmp_path, "m.csv", TABLES["m.csv"])
    assert [item.why for item in plan_of(path).items] == [f"line {line} of the manifest" for line in (2, 4, 5)]


def test_a_path_in_a_manifest_may_lead_anywhere_and_its_stem_may_not(tmp_path: Path) -> None:
    make(tmp_path, "elsewhere/x.txt", "elsewhere/y.txt")
    folder = tmp_path / "lists" / "deep"
    folder.mkdir(parents=True)
    rows = f"document\n../../elsewhere/x.txt\n{tmp_path}/elsewhere/y.txt\nfile://{tmp_path}/lists/deep/z.txt\ns3://b/w.txt\n"
    make(folder, "z.txt")
    (folder / "m.tsv").write_text(rows, encoding="utf-8")
    plan = plan_of(str(folder / "m.tsv"))
    here = str(tmp_path).strip("/")
    assert [item.stem for item in plan.items] == sorted(
        ["elsewhere/x.txt", f"{here}/elsewhere/y.txt", f"{here}/lists/deep/z.txt", "b/w.txt"]
    )
    assert all(item.inputs[0].id == item.stem for item in plan.items)
    assert next(item.inputs[0].path for item in plan.items if item.stem == "b/w.txt") == "s3://b/w.txt"


def test_a_row_that_cannot_be_done_is_a_problem_with_its_line(tmp_path: Path) -> None:
    rows = [
        (
            "none.txt",
            "b.txt",
            "",
            "",
            "none.txt: no such file; a path is absolute, or relative to the manifest's folder.",
        ),
        (".", "b.txt", "", "", ".: is a folder; name the files in it."),
        ("a 1.txt", "a 1.txt", "", "", "a 1.txt: is named as both sides; expected a document and its translation."),
        ("a 1.txt", "b.txt", "", "x", None),
        ("./b.txt", "c.txt", "", "", "./b.txt: stands in line 5 already; leave one of the two out."),
        ("c.txt", "", "d.txt", "", "names a document beside vi and en; give either a pair or a document in a row."),
        ("", "", "d.txt", "x", "the id 'x': stands in line 5 already; leave one of the two out."),
        ("", "", "", "y", "names no file."),
    ]
    text = "vi\ten\tdocument\tid\n" + "".join("\t".join(row[:4]) + "\n" for row in rows)
    path = written(tmp_path, "m.tsv", text)
    plan = plan_of(path)
    assert sides(plan) == {"x": ("a 1.txt", "b.txt")}
    expected = [(f"{path}:{line}", row[4]) for line, row in enumerate(rows, start=2) if row[4]]
    assert list(plan.problems) == expected


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("m.tsv", "", r"m\.tsv: is empty, expected a manifest: columns named vi and en, or document"),
        ("m.csv", "\n\n", r"m\.csv: is empty"),
        ("m.tsv", "path\tlang\na\tvi\n", r"m\.tsv: found the columns 'path, lang', expected a manifest: .*paths"),
        ("m.csv", "vi\na.txt\n", r"found the columns 'vi', expected a manifest"),
        ("m.jsonl", '{"text": "x"}', r"m\.jsonl: found the columns 'text', expected"),
        ("m.jsonl", '{"vi": "c.txt"}\n{"vi": ', r"m\.jsonl:2: found no JSON"),
        ("m.jsonl", "[1]", r"m\.jsonl:1: found '\[1\]', expected an object"),
        ("m.jsonl", '{"vi": ["a"], "en": "b"}', r"m\.jsonl:1: found .* as vi, expected a path"),
        ("m.tsv", "vi\ten\nc.txt\td.txt\tb.txt\n", r"m\.tsv:2: found 3 cells, expected 2"),
        ("m.csv", 'vi,en\n"c.txt,d.txt\n', r"m\.csv:2: "),
        ("m.tsv", "vi\ten\nGiá gạo\tRice\n", r"names no file that is there; .*m\.tsv:2: Giá gạo: no such file"),
        ("m.tsv", "vi\ten\n", "names no file that is there"),
        ("m.tsv", "document\n\ud83d\ude00\0.txt\n", r"m\.tsv: looks like a binary file"),
        ("m.jsonl", '{"document": "\\ud800\\u0000"}', "no such file"),
    ],
)
def test_what_is_no_manifest_says_what_is_expected(tmp_path: Path, name: str, text: str, message: str) -> None:
    data = text.encode("utf-16", "surrogatepass").decode("utf-16")
    with pytest.raises(AlignError, match=message):
        plan_of(written(tmp_path, name, data))


def test_a_table_of_pairs_is_no_manifest(tmp_path: Path, seeds: Path) -> None:
    from align.formats.table import COLUMNS

    path = written(tmp_path, "pairs.tsv", "\t".join(COLUMNS) + "\n")
    with pytest.raises(FormatError, match=r"pairs\.tsv: holds pairs of texts, expected a manifest"):
        plan_of(path)


def test_a_manifest_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "m.tsv").write_bytes("vi\ten\nbài.txt\ta.txt\n".encode("cp1258", "replace"))
    with pytest.raises(FormatError, match=r"m\.tsv:2: found the byte"):
        plan_of(str(tmp_path / "m.tsv"))


def test_a_manifest_finds_files_whose_names_are_decomposed(tmp_path: Path) -> None:
    make(tmp_path, unicodedata.normalize("NFD", "tin tức.txt"), "vi/a.txt")
    (tmp_path / "m.tsv").write_text("document\n" + unicodedata.normalize("NFC", "tin tức.txt") + "\nvi\\a.txt\n")
    entries, problems = read_manifest(str(tmp_path / "m.tsv"))
    assert (len(entries), problems) == (2, [])


def test_a_manifest_at_a_url_names_files_beside_it() -> None:
    fsspec = pytest.importorskip("fsspec", reason="addresses need align-vi-en[dask]")
    with fsspec.open("memory://lists/m.tsv", "wb") as stream:
        stream.write(b"vi\ten\na.txt\tmemory://other/b.txt\n")
    (item,) = plan_of("memory://lists/m.tsv").items
    assert [one.path for one in item.inputs] == ["memory://lists/a.txt", "memory://other/b.txt"]
    assert item.stem == "a"


def test_a_plan_is_the_same_whatever_order_the_rows_have(tmp_path: Path) -> None:
    lines = TABLES["m.tsv"].splitlines()
    one = plan_of(written(tmp_path, "one.tsv", "\n".join(lines)))
    other = plan_of(written(tmp_path, "other.tsv", "\n".join([lines[0], *lines[:0:-1]])))
    assert [(item.stem, item.inputs) for item in one.items] == [(item.stem, item.inputs) for item in other.items]


def test_a_plan_with_matches_can_be_written_as_a_manifest_and_read_back(news: Path, static: Encoder) -> None:
    plan = plan_of(str(news))
    matched = with_matches(plan, dict(digests(plan, static)))
    lines = ["id\tvi\ten\tdocument\tscore\twhy"]
    for item in matched.items:
        paths = [one.path for one in item.inputs]
        cells = [item.stem, *(paths if len(paths) == 2 else ["", ""]), paths[0] if len(paths) == 1 else ""]
        lines.append("\t".join([*cells, "" if item.score is None else f"{item.score:.4f}", item.why]))
    again = plan_of(written(news, "m.tsv", "\n".join(lines)))
    assert [(item.stem, [one.path for one in item.inputs]) for item in again.items] == [
        (item.stem, [one.path for one in item.inputs]) for item in matched.items
    ]
    assert [item.score for item in again.items] == pytest.approx([item.score for item in matched.items], abs=1e-4)


# --- content -----------------------------------------------------------------------------

ARTICLES = {
    "tin-1.txt": "Giá gạo tăng tuần thứ ba liên tiếp. Ngày 21/9, gạo 5% tấm ở Cần Thơ đạt 412 đô la một tấn.\n",
    "tin-2.txt": "Mưa lớn làm ngập 14 tuyến đường ở Huế. Trường học đóng cửa đến thứ Hai.\n",
    "tin-3.txt": "Đội tuyển Việt Nam thắng Thái Lan 2-1 ở Bangkok. Quang Hải ghi cả hai bàn.\n",
    "news-7.txt": "Rice prices rose for a third week in a row. On September 21, 5% broken rice in Can Tho "
    "reached 412 dollars a ton.\n",
    "news-8.txt": "Vietnam beat Thailand 2-1 in Bangkok. Quang Hai scored both goals.\n",
    "mixed.txt": "Mưa lớn làm ngập 14 tuyến đường ở Huế.\n\nHeavy rain floods 14 streets in Hue.\n",
    "numbers.txt": "1 2 3\n\n4 5 6\n",
}


@pytest.fixture
def news(tmp_path: Path) -> Path:
    for name, text in ARTICLES.items():
        make(tmp_path, name, text=text)
    return tmp_path


def digests(plan: Plan, encoder: Encoder) -> Iterator[tuple[str, Digest]]:
    for item in plan.items:
        if len(item.inputs) == 1:
            (document,) = read_documents(item.inputs[0], ReadSettings())
            yield item.stem, digest_of(segment(document), encoder)


def test_what_has_no_partner_by_name_finds_one_by_content(news: Path, static: Encoder) -> None:
    make(news, "b.vi.txt", "b.en.txt")
    plan = plan_of(str(news))
    matched = with_matches(plan, dict(digests(plan, static)))
    assert sides(matched) == {
        "b": ("b.vi.txt", "b.en.txt"),
        "mixed.txt": ("mixed.txt",),
        "numbers.txt": ("numbers.txt",),
        "tin-1": ("tin-1.txt", "news-7.txt"),
        "tin-2.txt": ("tin-2.txt",),
        "tin-3": ("tin-3.txt", "news-8.txt"),
    }
    whys = {item.stem: item.why for item in matched.items}
    scores = {item.stem: item.score for item in matched.items if item.score is not None}
    assert whys["mixed.txt"] == "holds both languages"
    assert whys["numbers.txt"] == "in neither language for sure"
    assert whys["tin-2.txt"] == "only Vietnamese, no partner by name or content"
    assert list(scores) == ["tin-1", "tin-3"]
    assert all(score >= 0.5 for score in scores.values())
    assert whys["tin-1"] == f"matched by content, {scores['tin-1']:.2f}"


def test_a_matched_pair_whose_stem_is_taken_has_its_full_name(news: Path, static: Encoder) -> None:
    make(news, "tin-1.vi.txt", "tin-1.en.txt")
    plan = plan_of(str(news))
    assert "tin-1" in sides(plan)
    matched = with_matches(plan, dict(digests(plan, static)))
    assert sides(matched)["tin-1.txt"] == ("tin-1.txt", "news-7.txt")
    assert len(sides(matched)) == len(matched.items)


def test_what_has_no_digest_stays_as_it_is(news: Path, static: Encoder) -> None:
    plan = plan_of(str(news))
    found = dict(digests(plan, static))
    del found["tin-1.txt"]
    matched = with_matches(plan, found)
    assert next(item for item in matched.items if item.stem == "tin-1.txt") in plan.items
    assert with_matches(plan, {}) == plan


def test_matching_loses_no_file(news: Path, static: Encoder) -> None:
    plan = plan_of(str(news))
    matched = with_matches(plan, dict(digests(plan, static)))
    before, after = ([one.path for item in each.items for one in item.inputs] for each in (plan, matched))
    assert sorted(after) == sorted(before)
