"""The review page in a real browser, and the server that shows it.

The tests of the page need Chromium, and those of its accessibility axe-core; `make test` fetches both where it can.
"""

from __future__ import annotations

import http.client
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import ROOT

from align import AlignError, InputError
from align.formats.reading import read_pairs
from align.formats.settings import ReadSettings
from align.formats.units import unit_ids, unit_of_texts
from align.formats.writing import write_pairs
from align.review.content import page_units
from align.review.page import page_html
from align.review.serve import DecisionsFile, ReviewServer
from align.types import TranslationUnit

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

needs_browser = pytest.mark.skipif(BROWSER is None, reason="needs Chromium")

TEXTS = (
    ("Giá gạo tăng 5%.", "Rice is up 5 percent."),
    ("Thu 1,5 tỷ đồng ngày 5/3.", "1.5 million dong on March 5."),
    ("Trời mưa. Tôi ở nhà.", "It rained. I stayed at home."),
    ("Thủ tướng thăm Hà Nội.", ""),
    ("Tối tôi nấu cơm.", "The Prime Minister visits Hanoi."),
    ("Chúc ngủ ngon.", "In the evening I cooked rice."),
    ("", "Good night."),
)


def units_of(texts: Any, **more: Any) -> list[TranslationUnit]:
    ids, units, places = unit_ids(), [], {"vi": 0, "en": 0}
    for number, (vi, en) in enumerate(texts):
        spans = {}
        for side, text in (("vi", vi), ("en", en)):
            if text:
                spans[f"{side}_spans"] = ((places[side], places[side] + len(text)),)
                places[side] += len(text) + 1
        score = 0.99 - 0.1 * (number % 5)
        unit = unit_of_texts(
            vi, en, ids=ids, score=score, document="a", vi_document="a.vi.txt" if vi else "",
            en_document="a.en.txt" if en else "", **spans, **more,
        )  # fmt: skip
        assert unit
        units.append(unit)
    return units


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        launched = playwright.chromium.launch(executable_path=BROWSER, args=arguments)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Any) -> Iterator[Any]:
    made = browser.new_context(accept_downloads=True, locale="en-US", viewport={"width": 1280, "height": 800})
    made.set_default_timeout(10_000)
    yield made
    made.close()


def opened(context: Any, address: str) -> Any:
    """The page, which must not complain: anything on the console is an error."""
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(address)
    until(page, "document.activeElement.tagName === 'ARTICLE' || !document.querySelector('#nothing').hidden")
    return page


def until(page: Any, condition: str) -> None:
    """Wait for a condition in JavaScript; the page's policy lets no waiting function in."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"it did not come about within ten seconds: {condition}; {page.complaints}")


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    write_pairs(units_of(TEXTS), tmp_path / "pairs.tsv")
    return tmp_path / "pairs.tsv"


@pytest.fixture
def page_file(pairs: Path) -> Path:
    page = pairs.with_name("page.html")
    page.write_text(page_html(page_units(read_pairs(pairs)), str(pairs)), encoding="utf-8")
    return page


def rows(page: Any) -> list[tuple[str, str]]:
    """The texts of all rows, with what stands in for a missing side left out."""
    found = page.eval_on_selector_all(
        "article",
        "rows => rows.map(row => ['vi', 'en'].map(side => "
        "{ const cell = row.querySelector(`.cell.${side}`);"
        " return cell.matches('.missing') ? '' : cell.querySelector('.text').textContent; }))",
    )
    return [tuple(row) for row in found]


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def saved(page: Any) -> Any:
    with page.expect_download() as download:
        page.keyboard.press("Control+s")
    return json.loads(Path(download.value.path()).read_text(encoding="utf-8")), download.value.suggested_filename


# --- a whole review ----------------------------------------------------------------------


@needs_browser
def test_a_whole_review_goes_from_the_page_back_into_the_table(
    context: Any, page_file: Path, pairs: Path, run: Callable[..., Any]
) -> None:
    page = opened(context, page_file.as_uri())
    assert rows(page) == list(TEXTS)

    # The one with an error is found by its flag; it is edited and so accepted.
    page.select_option("#flag", "number")
    assert rows(page) == [TEXTS[1]]
    page.click("article")
    press(page, "e")
    page.keyboard.press("Control+a")
    page.keyboard.type("1.5 billion dong on March 5.")
    press(page, "Enter")
    page.click("#clear")

    # The first is accepted, and the next but one split on both sides at the cursor.
    press(page, "Home", "a", "j")
    assert page.inner_text("article.active .text >> nth=0") == TEXTS[2][0]
    press(page, "v", "Home", *["ArrowRight"] * len("Trời mưa."), "Control+Enter")
    press(page, "ArrowRight", "s", "Home", *["ArrowRight"] * len("It rained."), "Enter")
    assert rows(page)[2:4] == [("Trời mưa.", "It rained."), ("Tôi ở nhà.", "I stayed at home.")]
    press(page, "a", "a")

    # The Prime Minister stands one too low: the English side moves up, down to the lonely good night.
    assert page.inner_text("article.active .text >> nth=0") == "Thủ tướng thăm Hà Nội."
    press(page, "End", "ArrowRight", "Alt+ArrowUp")
    assert rows(page)[4:] == [
        ("Thủ tướng thăm Hà Nội.", "The Prime Minister visits Hanoi."),
        ("Tối tôi nấu cơm.", "In the evening I cooked rice."),
        ("Chúc ngủ ngon.", "Good night."),
    ]

    # A merge too many is undone; what was done stays after the page was closed.
    press(page, "Home", "m")
    assert len(rows(page)) == 6
    press(page, "Control+z")
    assert len(rows(page)) == 7
    press(page, "c")
    page.keyboard.type("Đã xem")
    press(page, "Enter")
    before = rows(page)
    until(page, "document.querySelector('#kept').textContent === 'Kept in this browser'")
    page.close()
    page = opened(context, page_file.as_uri())
    assert rows(page) == before
    press(page, "Control+z", "Control+y")
    assert rows(page) == before
    press(page, "Home", "x", "u")
    page.click("#more summary")
    page.fill("#reviewer", "Lan Anh")
    page.keyboard.press("Tab")
    decisions, name = saved(page)
    assert name == "pairs.Lan-Anh.decisions.json"
    assert decisions["reviewer"] == "Lan Anh"
    assert page.complaints == []

    (pairs.parent / "lan.json").write_text(json.dumps(decisions), encoding="utf-8")
    done = run("apply", pairs, pairs.parent / "lan.json", "-o", pairs.parent / "reviewed.tsv")
    assert done.returncode == 0, done.stderr.decode()
    reviewed = read_pairs(pairs.parent / "reviewed.tsv", ReadSettings(review="keep"))
    assert [
        (one.vi, (one.review and one.review.en_edited) or one.en, one.review and one.review.status) for one in reviewed
    ] == [
        ("Giá gạo tăng 5%.", "Rice is up 5 percent.", "accepted"),
        ("Thu 1,5 tỷ đồng ngày 5/3.", "1.5 billion dong on March 5.", "accepted"),
        ("Trời mưa.", "It rained.", "accepted"),
        ("Tôi ở nhà.", "I stayed at home.", "accepted"),
        ("Thủ tướng thăm Hà Nội.", "The Prime Minister visits Hanoi.", ""),
        ("Tối tôi nấu cơm.", "In the evening I cooked rice.", ""),
        ("Chúc ngủ ngon.", "Good night.", ""),
    ]
    assert reviewed[0].review
    assert reviewed[0].review.comment == "Đã xem"
    assert all(one.vi_spans and one.en_spans for one in reviewed)


@needs_browser
def test_all_can_be_done_with_the_mouse(context: Any, page_file: Path) -> None:
    page = opened(context, page_file.as_uri())
    page.click("article >> nth=2 >> button.accept")
    assert page.get_attribute("article >> nth=2 >> button.accept", "aria-pressed") == "true"
    page.click("article >> nth=0 >> .cell.vi")
    page.click("article.active [data-action=merge]")
    assert len(rows(page)) == len(TEXTS) - 1
    page.click("#undo")
    page.click("#redo")
    page.click("#undo")
    page.dblclick("article >> nth=0 >> .cell.vi .text")
    page.fill("textarea", "Giá gạo tăng năm phần trăm.")
    page.click(".editor .main")
    assert rows(page)[0][0] == "Giá gạo tăng năm phần trăm."
    page.click("article >> nth=3 >> .cell.vi")
    page.click("article.active [data-action=pair]")
    page.click("article >> nth=6 >> .cell.en")
    page.click("article.active [data-action=pair]")
    assert rows(page)[3] == ("Thủ tướng thăm Hà Nội.", "Good night.")
    page.click("article.active [data-action=takeApart]")
    assert rows(page)[3:5] == [("Thủ tướng thăm Hà Nội.", ""), ("", "Good night.")]
    page.click("article >> nth=0 >> button.reject")
    assert "rejected" in page.get_attribute("article >> nth=0", "class")
    assert page.complaints == []


@needs_browser
def test_decisions_can_be_opened_in_another_browser(browser: Any, context: Any, page_file: Path) -> None:
    page = opened(context, page_file.as_uri())
    press(page, "a", "r", "m")
    decisions, _ = saved(page)
    file = page_file.with_name("decisions.json")
    file.write_text(json.dumps(decisions), encoding="utf-8")
    other = browser.new_context(locale="vi-VN")
    try:
        again = opened(other, page_file.as_uri())
        assert again.inner_text("#save") == "Lưu quyết định"
        again.set_input_files("#file", file)
        until(again, "document.querySelectorAll('article.accepted').length === 1")
        assert rows(again) == rows(page)
        assert saved(again)[0]["decisions"] == decisions["decisions"]
        file.write_text("[]", encoding="utf-8")
        again.set_input_files("#file", file)
        until(again, "document.querySelector('#say').textContent.includes('không phải là tệp')")
    finally:
        other.close()


@needs_browser
def test_filters_search_and_the_next_doubtful_pair(context: Any, page_file: Path) -> None:
    page = opened(context, page_file.as_uri())
    press(page, "d")
    assert page.inner_text("article.active .text >> nth=0") == TEXTS[1][0]
    press(page, "/")
    page.keyboard.type("hà nội")
    assert rows(page) == [TEXTS[3]]
    press(page, "Escape")
    page.click("#clear")
    page.fill("#to", "80")
    assert [vi for vi, _ in rows(page)] == [TEXTS[2][0], TEXTS[4][0]]
    page.fill("#to", "")
    page.select_option("#status", "alone")
    assert rows(page) == [TEXTS[3], TEXTS[6]]
    page.fill("#words", "xyz")
    assert page.inner_text("#nothing") == "No pair fits these filters."
    page.click("#clear")
    assert len(rows(page)) == len(TEXTS)
    press(page, "?")
    assert page.is_visible("#helping")
    press(page, "Escape")
    assert not page.is_visible("#helping")


@needs_browser
def test_keys_are_letters_again_where_one_types(context: Any, page_file: Path) -> None:
    page = opened(context, page_file.as_uri())
    press(page, "c")
    page.keyboard.type("amr?/")
    press(page, "Enter")
    assert len(rows(page)) == len(TEXTS)
    assert "amr?/" in page.inner_text("article.active .comment")
    page.fill("#words", "")
    page.focus("#words")
    page.keyboard.type("rum")
    assert page.locator("article.rejected").count() == 0


# --- any text is text --------------------------------------------------------------------

HOSTILE = (
    ("</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>"),
    ("<!-- <script> \u2028 &amp; &lt;b&gt;", "{{constructor}} ${alert(1)} <b>bold</b>"),
    ("\u202eđảo", "[link](javascript:alert(1)) \\u003c/script>"),
)


@needs_browser
def test_a_pair_that_holds_markup_shows_as_such(context: Any, tmp_path: Path) -> None:
    units = units_of(HOSTILE, flags=["moved"])
    shown = [(one.vi, one.en) for one in units]
    path = tmp_path / "page.html"
    path.write_text(page_html(page_units(units), '<script>"&.tsv'), encoding="utf-8")
    page = opened(context, path.as_uri())
    assert rows(page) == shown
    assert (
        page.evaluate("document.querySelectorAll('article img, article script, article b:not(.flags b)').length") == 0
    )
    press(page, "v")
    page.keyboard.type("<i>x</i>")
    press(page, "Enter")
    assert "<i>x</i>" in rows(page)[0][0]
    assert page.complaints == []


@needs_browser
def test_the_page_asks_nothing_of_any_network(context: Any, page_file: Path) -> None:
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    opened(context, page_file.as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


# --- ten thousand pairs ------------------------------------------------------------------


@needs_browser
def test_of_ten_thousand_pairs_only_those_near_the_window_are_there(context: Any, tmp_path: Path) -> None:
    texts = [(f"Câu số {number} về gạo.", f"Sentence number {number} on rice.") for number in range(10_000)]
    content = page_units(units_of(texts[:10]))
    many = [
        {**content[number % 10], "id": str(number), "vi": vi, "en": en, "marks": {"vi": [], "en": []}}
        for number, (vi, en) in enumerate(texts)
    ]
    path = tmp_path / "page.html"
    path.write_text(page_html(many, "many.tsv"), encoding="utf-8")  # type: ignore[arg-type]
    page = opened(context, path.as_uri())
    page.mouse.move(600, 400)
    for _ in range(20):
        page.mouse.wheel(0, 5_000)
        page.wait_for_timeout(20)
    press(page, "End")
    until(page, "document.querySelectorAll('article').length < 200")
    assert page.inner_text("article.active .text >> nth=0") == texts[-1][0]
    press(page, "k", "m", "a")
    until(page, "document.querySelector('#progress').textContent === '1 of 9,999 looked at'")
    press(page, "Home")
    page.fill("#words", "so 777")
    until(page, "document.querySelector('#shown').textContent === '19 shown'")


# --- everyone can read it ----------------------------------------------------------------


@needs_browser
@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: make test fetches it where npm is")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious(browser: Any, page_file: Path, scheme: str, width: int) -> None:
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True, reduced_motion="reduce"
    )
    try:
        page = opened(context, page_file.as_uri())
        press(page, "a", "r", "j", "e")
        page.keyboard.type("x")
        press(page, "Enter", "c")
        found = violations(page)
        press(page, "Escape", "?")
        found += violations(page)
        press(page, "Escape")
        page.click("#more summary")
        found += violations(page)
        assert found == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    finally:
        context.close()


def violations(page: Any) -> list[str]:
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    result = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    return [
        f"{one['impact']} {one['id']}: {one['nodes'][0]['html'][:200]}"
        for one in result["violations"]
        if one["impact"] in ("serious", "critical", "moderate")
    ]


@needs_browser
def test_a_row_says_what_it_is_and_where_it_stands(context: Any, page_file: Path) -> None:
    page = opened(context, page_file.as_uri())
    row = page.locator("article").nth(1)
    assert (row.get_attribute("aria-posinset"), row.get_attribute("aria-setsize")) == ("2", "7")
    described = page.evaluate(
        "row => row.getAttribute('aria-labelledby').concat(' ', row.getAttribute('aria-describedby'))"
        ".split(' ').map(id => document.getElementById(id).textContent.trim()).join(' | ')",
        row.element_handle(),
    )
    assert "score 89" in described
    assert TEXTS[1][0] in described
    assert "has no counterpart in English" in described
    assert row.locator(".cell.vi .text").get_attribute("lang") == "vi"


# --- served on this machine --------------------------------------------------------------


@pytest.fixture
def server(pairs: Path) -> Iterator[ReviewServer]:
    units = page_units(read_pairs(pairs))
    file = DecisionsFile(pairs.with_name("kept.json"))
    made = ReviewServer(lambda address: page_html(units, str(pairs), serve=address, saves_to="kept.json"), file)
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    yield made
    made.close()
    thread.join()


def asked(server: ReviewServer, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, named)
    response = connection.getresponse()
    found = response.status, response.read()
    connection.close()
    return found


@needs_browser
def test_a_served_page_saves_as_one_goes(context: Any, server: ReviewServer, pairs: Path) -> None:
    page = opened(context, server.address)
    press(page, "a", "m")
    until(page, "document.querySelector('#kept').textContent === 'Saved to kept.json'")
    before = rows(page)
    second = opened(context, server.address)
    assert rows(second) == before
    kept = json.loads(pairs.with_name("kept.json").read_text(encoding="utf-8"))
    assert len(kept["decisions"]) == 2
    assert page.complaints == []
    # The first window knows nothing of what the second saves, and does not write over it.
    press(second, "End", "r")
    until(second, "document.querySelector('#kept').textContent === 'Saved to kept.json'")
    press(page, "End", "a")
    until(page, "document.querySelector('#warning').textContent.includes('another window')")
    kept = json.loads(pairs.with_name("kept.json").read_text(encoding="utf-8"))
    assert [bead.get("status") for bead in kept["decisions"][-1]["to"]] == ["rejected"]


def test_only_who_has_the_address_is_served(server: ReviewServer) -> None:
    path = urlsplit(server.address).path
    assert asked(server, "GET", path)[0] == 200
    for other in ("/", "/decisions", f"{path}x", f"{path}../", f"{path}decisions/", "/etc/passwd", f"/{'a' * 24}/"):
        assert asked(server, "GET", other)[0] == 404
    for host in ("evil.example", f"evil.example:{server.port}", "127.0.0.1:1", ""):
        assert asked(server, "GET", path, Host=host)[0] == 403
    assert asked(server, "POST", path)[0] == 501


def test_only_decisions_are_saved_and_only_over_those_that_were_read(server: ReviewServer, pairs: Path) -> None:
    path = f"{urlsplit(server.address).path}decisions"
    kept = pairs.with_name("kept.json")
    good = b'{"format": "align-decisions", "version": 1, "decisions": []}'
    assert asked(server, "GET", path) == (204, b"")
    _, revision = server._server.work.decisions.read()  # type: ignore[attr-defined]
    assert asked(server, "PUT", path, b"<html>", If_Match=revision)[0] == 400
    assert asked(server, "PUT", path, good, If_Match='"other"')[0] == 412
    assert asked(server, "PUT", path, good, If_Match=revision, Origin="http://evil.example")[0] == 404
    assert not kept.exists()
    assert asked(server, "PUT", path, good, If_Match=revision)[0] == 204
    assert kept.read_bytes() == good
    assert asked(server, "GET", path) == (200, good)


def test_the_server_is_bound_to_the_loopback_address(server: ReviewServer) -> None:
    assert server._server.server_address[0] == "127.0.0.1"


def test_a_file_of_something_else_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text('{"mine": true}', encoding="utf-8")
    with pytest.raises(AlignError, match="holds other JSON"):
        DecisionsFile(tmp_path / "notes.json")


def test_a_port_that_is_taken_is_named(server: ReviewServer, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"--port {server.port}: cannot be had"):
        ReviewServer(lambda address: address, DecisionsFile(tmp_path / "kept.json"), port=server.port)


# --- the command -------------------------------------------------------------------------


def test_the_command_makes_one_file_that_names_no_other(run: Callable[..., Any], pairs: Path, tmp_path: Path) -> None:
    done = run("review", pairs, "-o", tmp_path / "page.html")
    assert (done.returncode, done.stderr.decode()) == (0, f"7 pairs in {tmp_path / 'page.html'}.\n")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "http://" not in text
    assert "https://" not in text
    assert "src=" not in text


def test_the_page_goes_to_one_place(run: Callable[..., Any], pairs: Path, tmp_path: Path) -> None:
    for arguments in ([], ["--serve", "-o", tmp_path / "page.html"]):
        done = run("review", pairs, *arguments)
        assert done.returncode == 2
        assert "expected one of -o FILE and --serve" in " ".join(done.stderr.decode().split())
    assert run("review", pairs, "-o", pairs).returncode == 2


def test_an_empty_table_makes_a_page(run: Callable[..., Any], tmp_path: Path) -> None:
    write_pairs([], tmp_path / "none.tsv")
    assert run("review", tmp_path / "none.tsv", "-o", tmp_path / "page.html").returncode == 0


def test_what_stands_alone_comes_in_its_place(run: Callable[..., Any], tmp_path: Path) -> None:
    vi = "Giá gạo tăng tuần thứ ba\n\nMưa lớn ở Huế\n\nTrời nắng ở Đà Lạt"
    page = f"{vi}\n\nRice prices rise for a third week\n\nIt is sunny in Da Lat\n"
    (tmp_path / "page.txt").write_text(page, encoding="utf-8")
    run("mine", "page.txt", "-o", "pairs.tsv", "--rejected", "rejected.tsv", "--encoder", "static", cwd=tmp_path)
    from align.review.unpaired import read_unpaired, with_unpaired

    units = with_unpaired(read_pairs(tmp_path / "pairs.tsv"), read_unpaired(tmp_path / "rejected.tsv"))
    assert [one.vi for one in units] == ["Giá gạo tăng tuần thứ ba", "Mưa lớn ở Huế", "Trời nắng ở Đà Lạt"]
    assert [bool(one.en) for one in units] == [True, False, True]
    done = run("review", "pairs.tsv", "--unpaired", "rejected.tsv", "-o", "review.html", cwd=tmp_path)
    assert done.stderr.decode() == "3 pairs in review.html.\n"
    assert run("review", "pairs.tsv", "--unpaired", "pairs.tsv", "-o", "x.html", cwd=tmp_path).returncode == 2
