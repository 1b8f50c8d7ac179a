// Reviews pairs at random, for tests/test_apply.py: reads units and seeds as JSON from standard input, and writes for
// each seed the decisions and the rows of the page as they then are.

import { readFileSync } from "node:fs";
import { decisionsOf } from "#review/decisions";
import { Review } from "#review/model";
import { anything, numbers } from "./units.js";

/** @type {{units: import("#review/model").Unit[], seeds: number[], steps: number}} */
const { units, seeds, steps } = JSON.parse(readFileSync(0, "utf-8"));
const results = seeds.map((seed) => {
  const review = new Review(units);
  const random = numbers(seed);
  for (let step = 0; step < steps; step += 1) anything(review, random);
  const rows = review.rows.map((row) => ({
    vi: review.original(row, "vi"),
    en: review.original(row, "en"),
    vi_edited: row.vi.edited,
    en_edited: row.en.edited,
    status: row.status,
    comment: row.comment,
    whole: review.unitOf(row) !== null,
  }));
  return { decisions: decisionsOf(review, { pairs: "pairs.tsv", reviewer: "Lan", saved: "" }), rows };
});
console.log(JSON.stringify(results));
