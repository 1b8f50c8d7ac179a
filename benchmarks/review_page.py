"""How fast the review page answers with many pairs in it.

    python benchmarks/review_page.py [--pairs 10000]

Makes a page of pairs with numbers and names in them, opens it in Chromium, and takes the time from a key to the next
frame, in milliseconds: the middle of twenty and the longest. `frame` is the longest wait for a frame while the page is
scrolled by two windows at a time. Writes `results/review_page.json`.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "benchmarks")]

from measured import versions, write_result  # noqa: E402

from align.formats.units import unit_ids, unit_of_texts  # noqa: E402
from align.review.content import page_units  # noqa: E402
from align.review.page import page_html  # noqa: E402

RESULT = ROOT / "benchmarks" / "results" / "review_page.json"
KEYS = {"j": "next row", "a": "accept", "m": "merge", "u": "undo", "d": "next doubtful", "PageDown": "ten rows on"}

PRESS = """async key => {
  const times = [];
  for (let press = 0; press < 20; press += 1) {
    const start = performance.now();
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    times.push(Math.round(performance.now() - start));
  }
  times.sort((one, two) => one - two);
  return [times[10], times[19]];
}"""
SCROLL = """async () => {
  let longest = 0;
  for (let step = 0, last = performance.now(); step < 120; step += 1) {
    scrollBy(0, 1600);
    await new Promise(requestAnimationFrame);
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }
  return Math.round(longest);
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", type=int, default=10_000)
    options = parser.parse_args()
    ids = unit_ids()
    units = [
        unit_of_texts(
            f"Câu {number}: giá gạo ở Hà Nội tăng {number % 90}% trong tuần thứ ba liên tiếp.",
            f"Sentence {number}: rice in Hanoi is up {number % 97} percent for the third week in a row.",
            ids=ids,
            score=0.5 + number % 50 / 100,
            document=f"article-{number // 50}",
        )
        for number in range(options.pairs)
    ]
    start = time.monotonic()
    page = page_html(page_units([unit for unit in units if unit]), "pairs.tsv")
    made = time.monotonic() - start
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(page, encoding="utf-8")
        row = {"pairs": options.pairs, "made_s": round(made, 1), "megabytes": round(len(page.encode()) / 1e6, 1)}
        row |= measured(path)
    print(row)
    write_result(RESULT, {"versions": versions(["align-vi-en", "playwright"]), "rows": [row]})


def measured(path: Path) -> dict[str, object]:
    """Open the page and try it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        start = time.monotonic()
        page.goto(path.as_uri())
        page.wait_for_selector("article.active")
        found: dict[str, object] = {"open_s": round(time.monotonic() - start, 2)}
        found["keys_ms"] = {what: page.evaluate(PRESS, key) for key, what in KEYS.items()}
        found["frame_ms"] = page.evaluate(SCROLL)
        found["rows_in_the_page"] = page.locator("article").count()
        browser.close()
    return found


if __name__ == "__main__":
    main()
