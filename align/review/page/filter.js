// Which rows are shown: by words, status, flag, document and score.

/** @typedef {import("#review/model").Review} Review */
/** @typedef {import("#review/model").Row} Row */

/**
 * @typedef {object} Filter
 * @property {string} words  all must stand in the row, in either side or in the comment
 * @property {"" | "open" | "doubtful" | "accepted" | "rejected" | "edited" | "rearranged" | "commented" | "alone"} status
 * @property {string} flag  a flag's name, "any", or nothing
 * @property {string} document
 * @property {number} from  the least score, 0 to 1
 * @property {number} to  the greatest
 */

/** @type {Filter} */
export const EVERYTHING = Object.freeze({ words: "", status: "", flag: "", document: "", from: 0, to: 1 });

/**
 * The rows that a filter lets through, as numbers of rows. A row without a score passes only where scores are not asked
 * for.
 * @param {Review} review
 * @param {Filter} filter
 * @returns {number[]}
 */
export function filtered(review, filter) {
  const words = filter.words.trim().split(/\s+/u).filter(Boolean).map(wordTest);
  const asksScore = filter.from > 0 || filter.to < 1;
  const found = [];
  for (const [at, row] of review.rows.entries()) {
    const { score, flags } = review.opinion(row);
    if (asksScore && (score === null || score < filter.from || score > filter.to)) continue;
    if (filter.flag && !flags.some(({ flag }) => filter.flag === "any" || flag === filter.flag)) continue;
    if (filter.document && review.document(row) !== filter.document) continue;
    if (!hasStatus(review, row, filter.status)) continue;
    if (words.length) {
      const text = `${review.text(row, "vi")} ${review.text(row, "en")} ${row.comment}`.toLowerCase();
      const bare = withoutMarks(text);
      if (!words.every((fits) => fits(text, bare))) continue;
    }
    found.push(at);
  }
  return found;
}

/**
 * @param {Review} review
 * @param {Row} row
 * @param {Filter["status"]} status
 */
function hasStatus(review, row, status) {
  switch (status) {
    case "":
      return true;
    case "open":
      return !review.isLookedAt(row);
    case "doubtful":
      return review.isDoubtful(row);
    case "edited":
      return row.vi.edited !== null || row.en.edited !== null;
    case "rearranged":
      return review.unitOf(row) === null;
    case "commented":
      return row.comment !== "";
    case "alone":
      return !row.vi.pieces.length || !row.en.pieces.length;
    default:
      return row.status === status;
  }
}

/**
 * A word with marks is found with its marks only, one without finds both.
 * @param {string} word
 * @returns {(text: string, bare: string) => boolean}
 */
function wordTest(word) {
  const wanted = word.normalize("NFC").toLowerCase();
  const isBare = withoutMarks(wanted) === wanted;
  return (text, bare) => (isBare ? bare : text).includes(wanted);
}

/**
 * Vietnamese as it is typed without diacritics.
 * @param {string} text
 */
export const withoutMarks = (text) =>
  text
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .replace(/đ/gu, "d")
    .replace(/Đ/gu, "D")
    .normalize("NFC");
