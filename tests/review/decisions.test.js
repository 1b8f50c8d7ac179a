import assert from "node:assert/strict";
import { test } from "node:test";
import { decisionsOf, opened } from "#review/decisions";
import { Review } from "#review/model";
import { anything, numbers, unit } from "./units.js";

const ABOUT = { pairs: "a.tsv", reviewer: "Lan", saved: "2026-11-25T00:00:00Z" };

/** What rows say, without their numbers. */
const said = (/** @type {Review} */ review) => review.rows.map(({ vi, en, status, comment }) => ({ vi, en, status, comment }));

test("pairs that nothing was decided about are in no decision", () => {
  const review = new Review([unit("Một.", "One."), unit("Hai.", "Two.")]);
  assert.deepEqual(decisionsOf(review, ABOUT).decisions, []);
  const patch = review.decide(1, "accepted");
  assert.ok(patch);
  review.do(patch);
  const [decision, ...others] = decisionsOf(review, ABOUT).decisions;
  assert.deepEqual(others, []);
  assert.deepEqual(decision, { from: [{ id: "Hai.|Two.", texts: "00000000" }], to: [{ vi: [[0, 0, 4]], en: [[0, 0, 4]], status: "accepted" }] });
});

test("offsets are counted in code points, as Python does", () => {
  const review = new Review([unit("𝟓 kg. Hết.", "5 kg. Over.")]);
  const patch = review.split(0, "vi", "𝟓 kg.".length);
  assert.ok(patch);
  review.do(patch);
  const [{ to }] = decisionsOf(review, ABOUT).decisions;
  assert.deepEqual(to.map((bead) => bead.vi), [[[0, 0, 5]], [[0, 6, 10]]]);
});

test("whatever was done is there again when its decisions are opened in a new page", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = numbers(seed);
    const units = ["Có lẽ. Không đâu.", "Giá 𝟓 gạo", "", "Một mình.", "Ba.", "Bốn năm.", "Sáu."].map((vi, number) => unit(vi, number === 3 ? "" : `Text ${number} of five.`));
    const review = new Review(units);
    for (let step = 0; step < 25; step += 1) anything(review, random);
    const file = JSON.parse(JSON.stringify(decisionsOf(review, ABOUT)));
    const again = new Review(units);
    const { patch, passedOver } = opened(again, file);
    assert.equal(passedOver, 0);
    if (patch) again.do(patch);
    const sorted = (/** @type {unknown[]} */ rows) => rows.map((row) => JSON.stringify(row)).sort();
    assert.deepEqual(sorted(said(again)), sorted(said(review)));
  }
});

test("decisions about pairs that have changed, are gone, or were decided here are passed over", () => {
  const units = [unit("Một.", "One."), unit("Hai.", "Two."), unit("Ba.", "Three.")];
  const review = new Review(units);
  for (const at of [0, 1, 2]) {
    const patch = review.decide(at, "accepted");
    if (patch) review.do(patch);
  }
  const file = decisionsOf(review, ABOUT);
  const other = new Review([{ ...units[0], texts: "11111111" }, units[1]]);
  const mine = other.decide(1, "rejected");
  assert.ok(mine);
  other.do(mine);
  assert.deepEqual(opened(other, file), { patch: null, passedOver: 3 });
});

test("a file that is something else is refused", () => {
  const review = new Review([unit("Một.", "One.")]);
  for (const file of [null, 5, "x", [], {}, { format: "align-decisions", version: 2, decisions: [] }, { format: "align-decisions", version: 1, decisions: [5] }]) {
    assert.throws(() => opened(review, file), TypeError);
  }
});

test("pieces that lose or repeat letters are passed over", () => {
  const review = new Review([unit("Một hai.", "One two.")]);
  const from = [{ id: "Một hai.|One two.", texts: "00000000" }];
  for (const vi of [[[0, 0, 3]], [[0, 0, 8], [0, 4, 8]], [[1, 0, 8]], [[0, 0, 99]], [[0, 0, 8], [1, 0, 1]]]) {
    const file = { ...ABOUT, format: "align-decisions", version: 1, decisions: [{ from, to: [{ vi, en: [[0, 0, 8]] }] }] };
    assert.deepEqual(opened(review, file), { patch: null, passedOver: 1 });
  }
});
