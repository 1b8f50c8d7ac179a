import assert from "node:assert/strict";
import { test } from "node:test";
import { EVERYTHING, filtered } from "#review/filter";
import { Review } from "#review/model";
import { unit } from "./units.js";

const units = [
  unit("Thủ tướng thăm Hà Nội", "The Prime Minister visits Hanoi", { score: 0.99 }),
  unit("Giá dầu giảm", "Oil is down", { score: 0.4, document: "b", flags: [{ flag: "number", severity: "error", reason: "" }] }),
  unit("Một mình", ""),
];

test("words are found in both sides, with diacritics or without", () => {
  const review = new Review(units);
  const found = (/** @type {string} */ words) => filtered(review, { ...EVERYTHING, words });
  assert.deepEqual(found("ha noi"), [0]);
  assert.deepEqual(found("Hà Nội"), [0]);
  assert.deepEqual(found("hả nội"), []);
  assert.deepEqual(found("DẦU down"), [1]);
  assert.deepEqual(found("dau"), [1]);
  assert.deepEqual(found(""), [0, 1, 2]);
});

test("scores, flags, documents and statuses narrow it down together", () => {
  const review = new Review(units);
  assert.deepEqual(filtered(review, { ...EVERYTHING, to: 0.5 }), [1]);
  assert.deepEqual(filtered(review, { ...EVERYTHING, from: 0.5 }), [0]);
  assert.deepEqual(filtered(review, { ...EVERYTHING, flag: "any" }), [1]);
  assert.deepEqual(filtered(review, { ...EVERYTHING, flag: "date" }), []);
  assert.deepEqual(filtered(review, { ...EVERYTHING, document: "b" }), [1]);
  assert.deepEqual(filtered(review, { ...EVERYTHING, status: "alone" }), [2]);
  assert.deepEqual(filtered(review, { ...EVERYTHING, status: "doubtful" }), [1]);
  const patch = review.decide(1, "accepted");
  if (patch) review.do(patch);
  assert.deepEqual(filtered(review, { ...EVERYTHING, status: "accepted" }), [1]);
  assert.deepEqual(filtered(review, { ...EVERYTHING, status: "open" }), [0, 2]);
  assert.deepEqual(filtered(review, { ...EVERYTHING, status: "accepted", document: "a" }), []);
});
