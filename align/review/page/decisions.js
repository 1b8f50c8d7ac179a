// The work of a reviewer as the small file that `align apply` reads, and back.
//
// A decision is about some pairs of the file and says what stands in their place: beads made of stretches of their
// texts, in code points, as Python counts them. Pairs that nothing was decided about are in none.

/** @typedef {import("#review/model").Review} Review */
/** @typedef {import("#review/model").Row} Row */
/** @typedef {import("#review/model").Cell} Cell */
/** @typedef {import("#review/model").Side} Side */
/** @typedef {import("#review/model").Unit} Unit */

/**
 * A stretch of a side of one of the decision's pairs: its number among them, start and end.
 * @typedef {[pair: number, start: number, end: number]} Stretch
 */

/**
 * @typedef {object} DecidedBead
 * @property {Stretch[]} vi
 * @property {Stretch[]} en
 * @property {"accepted" | "rejected"} [status]
 * @property {string} [vi_edited]
 * @property {string} [en_edited]
 * @property {string} [comment]
 */

/** @typedef {{from: {id: string, texts: string}[], to: DecidedBead[]}} Decision */

/**
 * @typedef {object} Decisions
 * @property {"align-decisions"} format
 * @property {1} version
 * @property {string} pairs  the name of the file that was reviewed
 * @property {string} reviewer
 * @property {string} saved  when, as ISO 8601 has it
 * @property {Decision[]} decisions
 */

import { SIDES, oneLine } from "#review/model";

/**
 * All that was decided.
 * @param {Review} review
 * @param {{pairs: string, reviewer: string, saved: string}} about
 * @returns {Decisions}
 */
export function decisionsOf(review, { pairs, reviewer, saved }) {
  const decisions = groups(review).map((rows) => decisionOf(review, rows));
  return { format: "align-decisions", version: 1, pairs, reviewer, saved, decisions };
}

/**
 * Do to a review what a file of decisions says, as one change that can be undone.
 * @param {Review} review  one in which nothing is decided about the pairs of these decisions
 * @param {unknown} file
 * @returns {{patch: import("#review/model").Patch | null, passedOver: number}} how many decisions are about pairs
 *   that are not in this page or have changed
 * @throws {TypeError} if it is no file of decisions
 */
export function opened(review, file) {
  const { decisions } = checked(file);
  const numbers = new Map(review.units.map((unit, number) => [unit.id, number]));
  const open = new Set(review.rows.filter((row) => !review.isLookedAt(row) && !row.comment).map((row) => review.unitOf(row)));
  /** @type {Map<number, Row[]>} */
  const added = new Map();
  const taken = new Set();
  let passedOver = 0;
  for (const decision of decisions) {
    const units = decision.from.map(({ id, texts }) => {
      const number = numbers.get(id);
      return number !== undefined && review.units[number].texts === texts && open.has(number) && !taken.has(number) ? number : -1;
    });
    const rows = units.includes(-1) ? null : rowsOf(review, decision, units);
    if (!rows) {
      passedOver += 1;
      continue;
    }
    for (const number of units) taken.add(number);
    for (const row of rows) {
      const { unit } = row.vi.pieces[0] ?? row.en.pieces[0];
      added.set(unit, [...(added.get(unit) ?? []), row]);
    }
  }
  if (!taken.size) return { patch: null, passedOver };
  const rows = review.rows.flatMap((row) => {
    const unit = review.unitOf(row);
    return unit !== null && taken.has(unit) ? (added.get(unit) ?? []) : [row];
  });
  const splices = [{ at: 0, removed: [...review.rows], added: rows }];
  return { patch: { name: "open", splices, before: review.rows[0].id, after: rows[0].id }, passedOver };
}

/**
 * Rows that belong together because they share pairs, in the order of the page; none of those that stand as they came.
 * @param {Review} review
 * @returns {Row[][]}
 */
function groups(review) {
  /** @type {Map<number, {rows: Set<Row>}>} */
  const groupOf = new Map();
  const found = new Set();
  for (const row of review.rows) {
    if (!review.isLookedAt(row) && !row.comment) continue;
    const units = unitsOf(row);
    const joined = { rows: new Set() };
    for (const unit of units) {
      const group = groupOf.get(unit);
      if (!group || group === joined) continue;
      found.delete(group);
      for (const one of group.rows) {
        joined.rows.add(one);
        for (const its of unitsOf(one)) groupOf.set(its, joined);
      }
    }
    joined.rows.add(row);
    for (const unit of units) groupOf.set(unit, joined);
    found.add(joined);
  }
  const order = new Map(review.rows.map((row, at) => [row, at]));
  const place = (/** @type {Row} */ row) => order.get(row) ?? 0;
  return [...found].map((group) => [...group.rows].sort((one, two) => place(one) - place(two)));
}

/** @param {Row} row */
const unitsOf = (row) => [...new Set([...row.vi.pieces, ...row.en.pieces].map((piece) => piece.unit))];

/**
 * @param {Review} review
 * @param {Row[]} rows
 * @returns {Decision}
 */
function decisionOf(review, rows) {
  const units = [...new Set(rows.flatMap(unitsOf))].sort((one, two) => one - two);
  const from = units.map((unit) => ({ id: review.units[unit].id, texts: review.units[unit].texts }));
  return { from, to: rows.map((row) => decidedBead(review, row, units)) };
}

/**
 * @param {Review} review
 * @param {Row} row
 * @param {number[]} units
 * @returns {DecidedBead}
 */
function decidedBead(review, row, units) {
  /** @type {(side: Side) => Stretch[]} */
  const stretches = (side) =>
    row[side].pieces.map(({ unit, start, end }) => {
      const text = review.units[unit][side];
      return [units.indexOf(unit), codePoints(text, start), codePoints(text, end)];
    });
  return {
    vi: stretches("vi"),
    en: stretches("en"),
    ...(row.status && { status: row.status }),
    ...(row.vi.edited !== null && { vi_edited: row.vi.edited }),
    ...(row.en.edited !== null && { en_edited: row.en.edited }),
    ...(row.comment && { comment: row.comment }),
  };
}

/**
 * The rows that a decision makes, or null if they are not exactly what the pairs hold.
 * @param {Review} review
 * @param {Decision} decision
 * @param {number[]} units
 * @returns {Row[] | null}
 */
function rowsOf(review, decision, units) {
  const rows = decision.to.map((bead) => {
    /** @type {(side: Side) => Cell} */
    const cell = (side) => ({
      pieces: bead[side].map(([pair, start, end]) => {
        const text = review.units[units[pair]]?.[side] ?? "";
        return { unit: units[pair], start: codeUnits(text, start), end: codeUnits(text, end) };
      }),
      edited: textOf(bead[side === "vi" ? "vi_edited" : "en_edited"]) || null,
    });
    const status = bead.status === "accepted" || bead.status === "rejected" ? bead.status : "";
    return { id: review.nextId++, vi: cell("vi"), en: cell("en"), status, comment: textOf(bead.comment) };
  });
  const pieces = rows.map((row) => [...row.vi.pieces, ...row.en.pieces]);
  const isWhole = pieces.every((its) => its.length > 0 && its.every((piece) => units.includes(piece.unit))) && units.every((unit) => SIDES.every((side) => isMadeUp(review, rows, unit, side)));
  return isWhole ? /** @type {Row[]} */ (rows) : null;
}

/**
 * Whether the pieces of rows are all of a unit's side, each letter once.
 * @param {Review} review
 * @param {{vi: Cell, en: Cell}[]} rows
 * @param {number} unit
 * @param {Side} side
 */
function isMadeUp(review, rows, unit, side) {
  const text = review.units[unit][side];
  const pieces = rows.flatMap((row) => row[side].pieces.filter((piece) => piece.unit === unit)).sort((one, two) => one.start - two.start);
  let end = 0;
  for (const piece of pieces) {
    if (piece.start < end || piece.end <= piece.start || text.slice(end, piece.start).trim()) return false;
    end = piece.end;
  }
  return end <= text.length && !text.slice(end).trim();
}

/**
 * @param {unknown} file
 * @returns {Decisions}
 */
function checked(file) {
  const found = /** @type {Partial<Decisions>} */ (typeof file === "object" && file ? file : {});
  const is =
    found.format === "align-decisions" &&
    found.version === 1 &&
    Array.isArray(found.decisions) &&
    found.decisions.every(
      (decision) => Array.isArray(decision?.from) && Array.isArray(decision?.to) && decision.to.every((bead) => Array.isArray(bead?.vi) && Array.isArray(bead?.en)),
    );
  if (!is) throw new TypeError("not a file of decisions");
  return /** @type {Decisions} */ (found);
}

/** @param {unknown} value */
const textOf = (value) => (typeof value === "string" ? oneLine(value) : "");

/**
 * @param {string} text
 * @param {number} offset
 */
const codePoints = (text, offset) => [...text.slice(0, offset)].length;

/**
 * @param {string} text
 * @param {number} offset
 * @returns {number} less than 0 if the text is shorter
 */
function codeUnits(text, offset) {
  const letters = [...text];
  return offset >= 0 && offset <= letters.length ? letters.slice(0, offset).join("").length : -1;
}
