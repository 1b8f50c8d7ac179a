import assert from "node:assert/strict";
import { test } from "node:test";
import { Review, counterpart } from "#review/model";
import { anything, numbers, shown, unit } from "./units.js";

const three = () => [unit("Một.", "One."), unit("Hai.", "Two."), unit("Ba.", "Three.")];

/**
 * @param {Review} review
 * @param {import("#review/model").Patch | null} patch
 */
function did(review, patch) {
  assert.ok(patch);
  review.do(patch);
}

test("a merge joins both sides, and the row is no pair of the file any more", () => {
  const review = new Review(three());
  did(review, review.merge(0));
  assert.deepEqual(shown(review), [["Một. Hai.", "One. Two."], ["Ba.", "Three."]]);
  assert.equal(review.unitOf(review.rows[0]), null);
  assert.deepEqual(review.opinion(review.rows[0]), { score: null, flags: [] });
});

test("what was split and is merged again is the pair of the file", () => {
  const review = new Review([unit("Có. Không.", "Yes. No.", { cuts: { vi: [3], en: [4] } })]);
  did(review, review.split(0, "vi", 3));
  did(review, review.split(0, "en", 4));
  assert.deepEqual(shown(review), [["Có.", "Yes."], ["Không.", "No."]]);
  did(review, review.merge(0));
  assert.equal(review.unitOf(review.rows[0]), 0);
  assert.equal(review.opinion(review.rows[0]).score, 0.97);
});

test("the second half of a split goes into the place that the first half of the other side left", () => {
  const review = new Review([unit("Có. Không.", "Yes. No."), unit("", "And?")]);
  did(review, review.split(0, "en", 5));
  assert.deepEqual(shown(review), [["Có. Không.", "Yes."], ["", "No."], ["", "And?"]]);
  did(review, review.split(0, "vi", 4));
  assert.deepEqual(shown(review), [["Có.", "Yes."], ["Không.", "No."], ["", "And?"]]);
});

test("a split leaves no side empty", () => {
  const review = new Review(three());
  for (const offset of [0, 4, 99]) assert.equal(review.split(0, "vi", offset), null);
});

test("no character is cut in two", () => {
  const review = new Review([unit("Giá 𝟓 gạo", "Rice")]);
  did(review, review.split(0, "vi", 5));
  assert.deepEqual(shown(review).map(([vi]) => vi), ["Giá", "𝟓 gạo"]);
});

test("an edited text is split where the cursor is, and the original at the same letter", () => {
  const review = new Review([unit("Giá gạo tăng. Giá dầu giảm.", "Rice is up. Oil is down.")]);
  did(review, review.edit(0, "en", "Rice is up. Crude oil is down."));
  did(review, review.split(0, "en", "Rice is up.".length));
  assert.deepEqual(shown(review).map(([, en]) => en), ["Rice is up.", "Crude oil is down."]);
  assert.deepEqual(review.rows.map((row) => review.original(row, "en")), ["Rice is up.", "Oil is down."]);
  assert.deepEqual(review.rows.map((row) => row.en.edited), [null, "Crude oil is down."]);
});

test("a side moves down with all below it up to the next empty place", () => {
  const review = new Review([...three(), unit("", "Four."), unit("Năm.", "Five.")]);
  did(review, review.shift(1, "vi", 1));
  assert.deepEqual(shown(review), [["Một.", "One."], ["", "Two."], ["Hai.", "Three."], ["Ba.", "Four."], ["Năm.", "Five."]]);
  did(review, review.shift(2, "vi", -1));
  assert.deepEqual(shown(review).slice(1, 4), [["Hai.", "Two."], ["", "Three."], ["Ba.", "Four."]]);
});

test("a side moves beyond the end of its document into a row of its own, and not into the next document", () => {
  const next = unit("Khác.", "", { document: "b", documents: { vi: "b.vi.txt", en: "b.en.txt" } });
  const review = new Review([...three(), next]);
  did(review, review.shift(0, "en", 1));
  assert.deepEqual(shown(review), [["Một.", ""], ["Hai.", "One."], ["Ba.", "Two."], ["", "Three."], ["Khác.", ""]]);
  did(review, review.shift(3, "en", -1));
  assert.deepEqual(shown(review), [["Một.", "One."], ["Hai.", "Two."], ["Ba.", "Three."], ["Khác.", ""]]);
});

test("rows of two documents are not merged", () => {
  const other = unit("Khác.", "Other.", { document: "b", documents: { vi: "b.vi.txt", en: "b.en.txt" } });
  assert.equal(new Review([three()[0], other]).merge(0), null);
});

test("two rows that lack a side become one, where the Vietnamese stood", () => {
  const review = new Review([unit("", "Two."), unit("Một.", "One."), unit("Hai.", "")]);
  did(review, review.pair(0, 2));
  assert.deepEqual(shown(review), [["Một.", "One."], ["Hai.", "Two."]]);
  assert.equal(review.pair(0, 1), null);
  did(review, review.takeApart(1));
  assert.deepEqual(shown(review), [["Một.", "One."], ["Hai.", ""], ["", "Two."]]);
});

test("an edit accepts a pair, and the text as it came takes it back", () => {
  const review = new Review(three());
  did(review, review.edit(0, "vi", "  Một\n rưỡi. "));
  assert.equal(review.text(review.rows[0], "vi"), "Một rưỡi.");
  assert.equal(review.rows[0].status, "accepted");
  did(review, review.edit(0, "vi", "Một."));
  assert.equal(review.rows[0].vi.edited, null);
  assert.equal(review.edit(0, "vi", "Một."), null);
  assert.equal(review.edit(0, "vi", "   "), null);
});

test("a pair is doubtful for its score or a warning until it was looked at", () => {
  const note = { flag: "name", severity: /** @type {const} */ ("note"), reason: "" };
  const review = new Review([unit("A", "B", { score: 0.6 }), unit("C", "D", { flags: [{ ...note, severity: "warning" }] }), unit("E", "F", { flags: [note] }), unit("G", "")]);
  assert.deepEqual(review.rows.map((row) => review.isDoubtful(row)), [true, true, false, false]);
  did(review, review.decide(0, "accepted"));
  assert.equal(review.isDoubtful(review.rows[0]), false);
});

test("marks and cuts stand where the pieces have gone", () => {
  const marked = unit("Năm 5. Sáu 6.", "Five 5. Six 6.", { marks: { vi: [[4, 5, "agree", "number"], [11, 12, "error", "number"]], en: [] }, cuts: { vi: [6], en: [] } });
  const review = new Review([unit("Trước.", "Before."), marked]);
  did(review, review.split(1, "vi", 6));
  assert.deepEqual(review.marks(review.rows[2], "vi"), [[4, 5, "error", "number"]]);
  did(review, review.merge(0));
  assert.deepEqual(review.marks(review.rows[0], "vi"), [[11, 12, "agree", "number"]]);
  assert.deepEqual(review.cuts(review.rows[0], "vi"), [6]);
});

test("whatever is done, each letter stays once, undoing brings all back, and a journal goes on from anywhere", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = numbers(seed);
    const units = [unit("Có lẽ. Không đâu.", "Perhaps. No."), unit("Giá  gạo", "Rice 𝟓 up"), unit("", "Alone."), unit("Một mình.", ""), ...three()];
    const review = new Review(units);
    /** @type {[number, unknown][]} */
    const history = [];
    for (let step = 0; step < 60; step += 1) {
      history.push([review.done.length, structuredClone(review.rows)]);
      if (!anything(review, random)) history.pop();
    }
    for (const side of /** @type {const} */ (["vi", "en"])) {
      for (const [number, one] of units.entries()) {
        const pieces = review.rows.flatMap((row) => row[side].pieces.filter((piece) => piece.unit === number)).sort((a, b) => a.start - b.start);
        const letters = pieces.map((piece) => one[side].slice(piece.start, piece.end)).join("");
        assert.equal(letters.replace(/\s/gu, ""), one[side].replace(/\s/gu, ""));
      }
    }
    assert.ok(review.rows.every((row) => row.vi.pieces.length || row.en.pieces.length));
    assert.equal(new Set(review.rows.map((row) => row.id)).size, review.rows.length);
    const end = structuredClone(review.rows);
    const journal = structuredClone([...review.done]);
    const half = Math.floor(journal.length / 2);
    const again = new Review(units);
    again.replay(journal, half);
    assert.deepEqual(again.rows, history[half]?.[1] ?? end);
    while (again.redo());
    assert.deepEqual(again.rows, end);
    for (const [, rows] of history.reverse()) {
      review.undo();
      assert.deepEqual(review.rows, rows);
    }
    assert.equal(review.undo(), null);
    while (review.redo());
    assert.deepEqual(review.rows, end);
  }
});

test("a new change forgets what was undone", () => {
  const review = new Review(three());
  did(review, review.decide(0, "accepted"));
  review.undo();
  did(review, review.decide(1, "rejected"));
  assert.equal(review.redo(), null);
});

test("a place in an edited text has its counterpart in the original", () => {
  assert.equal(counterpart("ab cd ef", "ab cd ef", 3), 3);
  assert.equal(counterpart("ab XX ef", "ab cd dd ef", 6), 9);
  assert.equal(counterpart("one two three four", "uno due tre quattro", 8), 7);
});
