// Pairs to try the page's script on.

/**
 * @param {string} vi
 * @param {string} en
 * @param {Partial<import("#review/model").Unit>} [more]
 * @returns {import("#review/model").Unit}
 */
export function unit(vi, en, more = {}) {
  return {
    id: `${vi}|${en}`,
    texts: "00000000",
    vi,
    en,
    score: vi && en ? 0.97 : null,
    document: "a",
    documents: { vi: "a.vi.txt", en: "a.en.txt" },
    flags: [],
    marks: { vi: [], en: [] },
    cuts: { vi: [], en: [] },
    context: { vi: { before: null, after: null }, en: { before: null, after: null } },
    ...more,
  };
}

/**
 * The rows as texts, for comparing.
 * @param {import("#review/model").Review} review
 */
export const shown = (review) => review.rows.map((row) => [review.text(row, "vi"), review.text(row, "en")]);

/** A generator of numbers from 0 to 1 that gives the same ones for the same seed (mulberry32). */
export function numbers(/** @type {number} */ seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Do something that is possible, at random.
 * @param {import("#review/model").Review} review
 * @param {() => number} random
 */
export function anything(review, random) {
  /** @type {(most: number) => number} */
  const below = (most) => Math.floor(random() * most);
  const at = below(review.rows.length);
  const side = /** @type {const} */ (["vi", "en"])[below(2)];
  const text = review.text(review.rows[at], side);
  const tries = [
    () => review.decide(at, /** @type {const} */ (["", "accepted", "rejected"])[below(3)]),
    () => review.edit(at, side, below(4) ? `${text.slice(0, below(text.length + 1))} sửa ${text.slice(below(text.length + 1))}` : review.original(review.rows[at], side)),
    () => review.comment(at, below(2) ? "Xem lại" : ""),
    () => review.merge(at),
    () => review.split(at, side, below(text.length + 1)),
    () => review.shift(at, side, below(2) ? 1 : -1),
    () => review.takeApart(at),
    () => review.pair(at, below(review.rows.length)),
  ];
  const patch = tries[below(tries.length)]();
  if (patch) review.do(patch);
  return patch;
}
