// What a reviewer has before them and does to it: rows of two sides, made of pieces of the pairs as they came.
//
// Nothing here knows of the page. Every change is a patch of spliced rows, so that undoing it is exact, whatever it
// was, and a journal of patches is the whole work.

/** @typedef {"vi" | "en"} Side */
/** @typedef {"" | "accepted" | "rejected"} Status */
/** @typedef {"error" | "warning" | "note"} Severity */

/**
 * What is to be looked at in a pair: the flag's name, how severe it is, and the reason in words.
 * @typedef {{flag: string, severity: Severity, reason: string}} Flag
 */

/**
 * A stretch of a text and what is marked there; `agree` or a severity. Starts and ends are those of JavaScript strings.
 * @typedef {[start: number, end: number, kind: "agree" | Severity, flag: string]} Mark
 */

/**
 * A pair as it stands in the file. A side that is missing is the empty text.
 * @typedef {object} Unit
 * @property {string} id
 * @property {string} texts  a digest of both texts, which tells whether the pair has changed since
 * @property {string} vi
 * @property {string} en
 * @property {number | null} score
 * @property {string} document
 * @property {Record<Side, string>} documents  of each side
 * @property {Flag[]} flags
 * @property {Record<Side, Mark[]>} marks
 * @property {Record<Side, number[]>} cuts  where segments meet inside a side
 * @property {Record<Side, {before: number | null, after: number | null}>} context  the units beside it in its document
 */

/**
 * A stretch of one side of a unit, by the unit's number.
 * @typedef {{unit: number, start: number, end: number}} Piece
 */

/**
 * One side of a row: what it is made of, and the text that the reviewer put in its place, or null.
 * @typedef {{pieces: readonly Piece[], edited: string | null}} Cell
 */

/**
 * One line of the page. No row is changed: another takes its place.
 * @typedef {object} Row
 * @property {number} id  the same as long as the row stands there
 * @property {Cell} vi
 * @property {Cell} en
 * @property {Status} status
 * @property {string} comment
 */

/** @typedef {{at: number, removed: Row[], added: Row[]}} Splice */

/**
 * A change: what it is called, the splices in order, and the row to look at before and after.
 * @typedef {{name: string, splices: Splice[], before: number, after: number}} Patch
 */

export const SIDES = /** @type {const} */ (["vi", "en"]);

/** @type {Cell} */
const NOTHING = Object.freeze({ pieces: [], edited: null });

/**
 * The other side.
 * @param {Side} side
 * @returns {Side}
 */
export const other = (side) => (side === "vi" ? "en" : "vi");

/**
 * A text on one line, as every text of a pair is, without halves of characters.
 * @param {string} text
 */
export const oneLine = (text) =>
  text
    .normalize("NFC")
    .replace(/\p{Surrogate}/gu, "")
    .replace(/[\s\u0000-\u001f\u007f-\u009f]+/gu, " ")
    .trim();

/** The pairs of a file and what has become of them. */
export class Review {
  /** @param {readonly Unit[]} units */
  constructor(units) {
    this.units = units;
    /** @type {Row[]} */
    this.rows = units.map((unit, number) => ({
      id: number,
      vi: wholeCell(number, unit.vi),
      en: wholeCell(number, unit.en),
      status: "",
      comment: "",
    }));
    /** @type {Patch[]} */
    this.done = [];
    /** @type {Patch[]} */
    this.undone = [];
    this.nextId = units.length;
  }

  /**
   * A side's text as it came, its pieces one after the other.
   * @param {Row} row
   * @param {Side} side
   */
  original(row, side) {
    return row[side].pieces.map((piece) => this.units[piece.unit][side].slice(piece.start, piece.end)).join(" ");
  }

  /**
   * A side's text as the reviewer wants it.
   * @param {Row} row
   * @param {Side} side
   */
  text(row, side) {
    return row[side].edited ?? this.original(row, side);
  }

  /**
   * The unit that a row is, whole and alone, or null if it was put together otherwise.
   * @param {Row} row
   * @returns {number | null}
   */
  unitOf(row) {
    const [first] = [...row.vi.pieces, ...row.en.pieces];
    const is = SIDES.every((side) => sameCell(row[side].pieces, wholeCell(first.unit, this.units[first.unit][side]).pieces));
    return is ? first.unit : null;
  }

  /**
   * Whether the reviewer has decided anything about a row.
   * @param {Row} row
   */
  isLookedAt(row) {
    return row.status !== "" || this.isChanged(row);
  }

  /**
   * Whether a row says something else than the file.
   * @param {Row} row
   */
  isChanged(row) {
    return SIDES.some((side) => row[side].edited !== null) || this.unitOf(row) === null;
  }

  /**
   * The document a row belongs to.
   * @param {Row} row
   */
  document(row) {
    return this.units[(row.vi.pieces[0] ?? row.en.pieces[0]).unit].document;
  }

  /**
   * The row's score and flags; none where it was put together otherwise, for they were of other pairs.
   * @param {Row} row
   * @returns {{score: number | null, flags: readonly Flag[]}}
   */
  opinion(row) {
    const unit = this.unitOf(row);
    return unit === null ? { score: null, flags: [] } : this.units[unit];
  }

  /**
   * Whether a row should be looked at first: an unlikely pair, or one with an error or a warning.
   * @param {Row} row
   */
  isDoubtful(row) {
    const { score, flags } = this.opinion(row);
    return !this.isLookedAt(row) && ((score !== null && score < DOUBTFUL) || flags.some((flag) => flag.severity !== "note"));
  }

  /**
   * The stretches of a side that are marked; none in a text that was edited.
   * @param {Row} row
   * @param {Side} side
   * @returns {Mark[]}
   */
  marks(row, side) {
    return row[side].edited === null ? this.#moved(row, side, (unit) => unit.marks[side]) : [];
  }

  /**
   * Where segments meet in a side as it came.
   * @param {Row} row
   * @param {Side} side
   * @returns {number[]}
   */
  cuts(row, side) {
    if (row[side].edited !== null) return [];
    /** @type {(unit: Unit) => [number, number][]} */
    const cutsOf = (unit) => unit.cuts[side].map((cut) => [cut, cut]);
    const inside = this.#moved(row, side, cutsOf).map(([start]) => start);
    let length = -1;
    const between = row[side].pieces.slice(0, -1).map((piece) => (length += piece.end - piece.start + 1));
    return [...new Set([...inside, ...between])].sort((one, two) => one - two);
  }

  /**
   * Stretches of units as stretches of a row's side.
   * @template {[number, number, ...unknown[]]} Stretch
   * @param {Row} row
   * @param {Side} side
   * @param {(unit: Unit) => Stretch[]} of
   * @returns {Stretch[]}
   */
  #moved(row, side, of) {
    const found = [];
    let offset = 0;
    for (const piece of row[side].pieces) {
      for (const [start, end, ...rest] of of(this.units[piece.unit])) {
        const inside = start >= piece.start && end <= piece.end && (start < end || (start > piece.start && end < piece.end));
        if (inside) found.push(/** @type {Stretch} */ ([start - piece.start + offset, end - piece.start + offset, ...rest]));
      }
      offset += piece.end - piece.start + 1;
    }
    return found;
  }

  // --- what a reviewer does: each gives the patch, or null where it is not possible ---

  /**
   * Accept, reject, or leave open.
   * @param {number} at
   * @param {Status} status
   */
  decide(at, status) {
    const row = this.rows[at];
    return row.status === status ? null : this.#replace("decide", at, 1, [{ ...row, status }]);
  }

  /**
   * Put another text in a side's place, which accepts the row; the text as it came takes the edit back.
   * @param {number} at
   * @param {Side} side
   * @param {string} text
   */
  edit(at, side, text) {
    const row = this.rows[at];
    const line = oneLine(text);
    if (!row[side].pieces.length || !line || line === this.text(row, side)) return null;
    const edited = line === this.original(row, side) ? null : line;
    const status = row.status === "rejected" ? "" : row.vi.pieces.length && row.en.pieces.length ? "accepted" : row.status;
    return this.#replace("edit", at, 1, [{ ...row, status, [side]: { ...row[side], edited } }]);
  }

  /**
   * @param {number} at
   * @param {string} comment
   */
  comment(at, comment) {
    const row = this.rows[at];
    const line = oneLine(comment);
    return line === row.comment ? null : this.#replace("comment", at, 1, [{ ...row, comment: line }]);
  }

  /**
   * Make one row of a row and the next.
   * @param {number} at
   */
  merge(at) {
    const [one, two] = this.rows.slice(at, at + 2);
    if (!two || !SIDES.every((side) => this.#fit(one, two, side))) return null;
    const [vi, en] = SIDES.map((side) => this.#joined(one, two, side));
    const comment = [one.comment, two.comment].filter(Boolean).join(" ");
    return this.#replace("merge", at, 2, [{ id: one.id, vi, en, status: "", comment }]);
  }

  /**
   * Cut a side in two: what stands behind goes to the row below if its place there is empty and it is a part of the
   * same pair, or else to a new row.
   * @param {number} at
   * @param {Side} side
   * @param {number} offset  in the text shown
   */
  split(at, side, offset) {
    const row = this.rows[at];
    const halves = this.#halves(row, side, offset);
    if (!halves) return null;
    const [head, tail] = halves;
    const first = { ...row, [side]: head, status: /** @type {Status} */ ("") };
    const below = this.rows[at + 1];
    if (below && !below[side].pieces.length && shareUnit(row, below)) {
      return this.#replace("split", at, 2, [first, { ...below, [side]: tail, status: "" }]);
    }
    return this.#replace("split", at, 1, [first, { ...this.#fresh(), [side]: tail }]);
  }

  /**
   * Move a side by one row, and with it all that stand between it and the next empty place of its document.
   * @param {number} at
   * @param {Side} side
   * @param {1 | -1} step  down or up
   */
  shift(at, side, step) {
    if (!this.rows[at][side].pieces.length) return null;
    const home = this.document(this.rows[at]);
    let gap = at + step;
    while (this.rows[gap] && this.document(this.rows[gap]) === home && this.rows[gap][side].pieces.length) gap += step;
    const isThere = this.rows[gap] !== undefined && this.document(this.rows[gap]) === home;
    const from = step > 0 ? at : isThere ? gap : gap + 1;
    const to = step > 0 ? (isThere ? gap : gap - 1) : at;
    const old = this.rows.slice(from, to + 1);
    const cells = old.map((row) => row[side]);
    const slots = isThere ? old : step > 0 ? [...old, this.#fresh()] : [this.#fresh(), ...old];
    // The gap is empty, or not there: what moves are the others, all by one.
    const moving = isThere ? (step > 0 ? cells.slice(0, -1) : cells.slice(1)) : cells;
    const moved = step > 0 ? [NOTHING, ...moving] : [...moving, NOTHING];
    const added = slots.map((row, number) => ({ ...row, [side]: moved[number], status: /** @type {Status} */ ("") })).filter(isFull);
    const target = slots[step > 0 ? 1 : slots.length - 2];
    return this.#patch("shift", [{ at: from, removed: old, added }], this.rows[at].id, target.id);
  }

  /**
   * Make two rows of a pair, one for each side.
   * @param {number} at
   */
  takeApart(at) {
    const row = this.rows[at];
    if (!row.vi.pieces.length || !row.en.pieces.length) return null;
    const first = { ...row, en: NOTHING, status: /** @type {Status} */ ("") };
    return this.#replace("takeApart", at, 1, [first, { ...this.#fresh(), en: row.en }]);
  }

  /**
   * Make a pair of two rows that each lack a side; it stands where the Vietnamese stood.
   * @param {number} one
   * @param {number} two
   */
  pair(one, two) {
    const [vi, en] = this.rows[one].vi.pieces.length ? [one, two] : [two, one];
    const [upper, lower] = [this.rows[vi], this.rows[en]];
    const alone = !upper.en.pieces.length && upper.vi.pieces.length && !lower.vi.pieces.length && lower.en.pieces.length;
    if (!alone) return null;
    const comment = [upper.comment, lower.comment].filter(Boolean).join(" ");
    const both = { ...upper, en: lower.en, status: /** @type {Status} */ (""), comment };
    const put = { at: vi, removed: [upper], added: [both] };
    const take = { at: en, removed: [lower], added: [] };
    return this.#patch("pair", [put, take], this.rows[one].id, both.id);
  }

  // --- doing and undoing ---

  /**
   * Do it: what was undone before is gone.
   * @param {Patch} patch
   */
  do(patch) {
    this.#apply(patch.splices);
    this.done.push(patch);
    this.undone = [];
  }

  /** @returns {Patch | null} what was undone, if anything */
  undo() {
    const patch = this.done.pop();
    if (!patch) return null;
    this.#apply([...patch.splices].reverse().map(({ at, removed, added }) => ({ at, removed: added, added: removed })));
    this.undone.push(patch);
    return patch;
  }

  /** @returns {Patch | null} what was done again, if anything */
  redo() {
    const patch = this.undone.pop();
    if (!patch) return null;
    this.#apply(patch.splices);
    this.done.push(patch);
    return patch;
  }

  /**
   * Go on from a journal.
   * @param {Patch[]} patches
   * @param {number} done  how many of them are done; the others can be done again
   */
  replay(patches, done) {
    for (const patch of patches.slice(0, done)) this.do(patch);
    this.undone = patches.slice(done).reverse();
    for (const patch of patches) for (const { added } of patch.splices) for (const { id } of added) this.nextId = Math.max(this.nextId, id + 1);
  }

  /** @param {Splice[]} splices */
  #apply(splices) {
    for (const { at, removed, added } of splices) this.rows.splice(at, removed.length, ...added);
  }

  /**
   * @param {string} name
   * @param {number} at
   * @param {number} count
   * @param {Row[]} added
   */
  #replace(name, at, count, added) {
    const removed = this.rows.slice(at, at + count);
    return this.#patch(name, [{ at, removed, added }], removed[0].id, added[0].id);
  }

  /**
   * @param {string} name
   * @param {Splice[]} splices
   * @param {number} before
   * @param {number} after
   * @returns {Patch}
   */
  #patch(name, splices, before, after) {
    return { name, splices, before, after };
  }

  /** @returns {Row} */
  #fresh() {
    return { id: this.nextId++, vi: NOTHING, en: NOTHING, status: "", comment: "" };
  }

  /**
   * Whether a side of two rows is of one document, so that it can be one text.
   * @param {Row} one
   * @param {Row} two
   * @param {Side} side
   */
  #fit(one, two, side) {
    const names = [one, two].flatMap((row) => row[side].pieces.map((piece) => this.units[piece.unit].documents[side]));
    return new Set(names).size <= 1;
  }

  /**
   * @param {Row} one
   * @param {Row} two
   * @param {Side} side
   * @returns {Cell}
   */
  #joined(one, two, side) {
    const pieces = this.#healed([...one[side].pieces, ...two[side].pieces], side);
    const isEdited = one[side].edited !== null || two[side].edited !== null;
    const text = [this.text(one, side), this.text(two, side)].filter(Boolean).join(" ");
    const original = pieces.map((piece) => this.units[piece.unit][side].slice(piece.start, piece.end)).join(" ");
    return { pieces, edited: isEdited && text !== original ? text : null };
  }

  /**
   * Pieces, those that only a space parts as one.
   * @param {readonly Piece[]} pieces
   * @param {Side} side
   */
  #healed(pieces, side) {
    /** @type {Piece[]} */
    const healed = [];
    for (const piece of pieces) {
      const last = healed.at(-1);
      const isNext = last && last.unit === piece.unit && last.end <= piece.start;
      if (isNext && !this.units[piece.unit][side].slice(last.end, piece.start).trim()) healed[healed.length - 1] = { ...last, end: piece.end };
      else healed.push(piece);
    }
    return healed;
  }

  /**
   * Both halves of a side, or null if one would be empty.
   * @param {Row} row
   * @param {Side} side
   * @param {number} offset
   * @returns {[Cell, Cell] | null}
   */
  #halves(row, side, offset) {
    const shown = this.text(row, side);
    const place = beforeCharacter(shown, offset);
    const texts = [shown.slice(0, place).trim(), shown.slice(place).trim()];
    if (!texts[0] || !texts[1]) return null;
    const original = this.original(row, side);
    const cut = row[side].edited === null ? place : beforeCharacter(original, counterpart(shown, original, place));
    const pieces = this.#cutAt(row[side].pieces, side, cut);
    if (!pieces[0].length || !pieces[1].length) return null;
    const [head, tail] = pieces.map((half, number) => {
      const plain = half.map((piece) => this.units[piece.unit][side].slice(piece.start, piece.end)).join(" ");
      return { pieces: half, edited: row[side].edited === null || plain === texts[number] ? null : texts[number] };
    });
    return [head, tail];
  }

  /**
   * @param {readonly Piece[]} pieces
   * @param {Side} side
   * @param {number} cut
   * @returns {[Piece[], Piece[]]}
   */
  #cutAt(pieces, side, cut) {
    /** @type {[Piece[], Piece[]]} */
    const halves = [[], []];
    let offset = 0;
    for (const piece of pieces) {
      const middle = Math.min(Math.max(piece.start + cut - offset, piece.start), piece.end);
      halves[0].push(...this.#trimmed(piece.unit, side, piece.start, middle));
      halves[1].push(...this.#trimmed(piece.unit, side, middle, piece.end));
      offset += piece.end - piece.start + 1;
    }
    return halves;
  }

  /**
   * @param {number} unit
   * @param {Side} side
   * @param {number} start
   * @param {number} end
   * @returns {Piece[]}
   */
  #trimmed(unit, side, start, end) {
    const text = this.units[unit][side].slice(start, end);
    const from = start + text.length - text.trimStart().length;
    const to = end - (text.length - text.trimEnd().length);
    return from < to ? [{ unit, start: from, end: to }] : [];
  }
}

/** Below this a pair is doubtful: chosen by hand, as of pairs from 0.9 on at most one in ten is wrong. */
export const DOUBTFUL = 0.9;

/**
 * Where the place of one text is in another that it was made from: exactly before and behind what differs, and at a
 * space in proportion inside of it.
 * @param {string} text
 * @param {string} origin
 * @param {number} offset
 */
export function counterpart(text, origin, offset) {
  const most = Math.min(text.length, origin.length);
  let before = 0;
  while (before < most && text[before] === origin[before]) before += 1;
  if (offset <= before) return offset;
  let behind = 0;
  while (behind < most - before && text.at(-1 - behind) === origin.at(-1 - behind)) behind += 1;
  if (text.length - offset <= behind) return origin.length - (text.length - offset);
  const share = (offset - before) / (text.length - behind - before);
  const guess = before + Math.round(share * (origin.length - behind - before));
  const spaces = [...origin.matchAll(/\s/gu)].map((found) => found.index);
  return spaces.length ? spaces.reduce((best, at) => (Math.abs(at - guess) < Math.abs(best - guess) ? at : best)) : guess;
}

/**
 * A place in a text that is not inside of a character: JavaScript counts some as two, and marks may follow a letter.
 * @param {string} text
 * @param {number} offset
 */
function beforeCharacter(text, offset) {
  let place = offset;
  while (place > 0 && place < text.length && /^[\udc00-\udfff\p{M}]/u.test(text.slice(place))) place -= 1;
  return place;
}

/**
 * @param {number} unit
 * @param {string} text
 * @returns {Cell}
 */
function wholeCell(unit, text) {
  return text ? { pieces: [{ unit, start: 0, end: text.length }], edited: null } : NOTHING;
}

/**
 * @param {readonly Piece[]} one
 * @param {readonly Piece[]} two
 */
function sameCell(one, two) {
  return (
    one.length === two.length &&
    one.every((piece, number) => piece.unit === two[number].unit && piece.start === two[number].start && piece.end === two[number].end)
  );
}

/**
 * @param {Row} one
 * @param {Row} two
 */
function shareUnit(one, two) {
  const units = new Set([...one.vi.pieces, ...one.en.pieces].map((piece) => piece.unit));
  return [...two.vi.pieces, ...two.en.pieces].some((piece) => units.has(piece.unit));
}

/** @param {Row} row */
const isFull = (row) => row.vi.pieces.length > 0 || row.en.pieces.length > 0;
