// One row of the page as elements.

import { element } from "#review/elements";
import { SIDES } from "#review/model";

/** @typedef {import("#review/model").Review} Review */
/** @typedef {import("#review/model").Row} Row */
/** @typedef {import("#review/model").Side} Side */
/** @typedef {import("#review/words").Speaker} Speaker */
/** @typedef {import("#review/words").Word} Word */

/**
 * What is known of a row beside itself.
 * @typedef {object} Around
 * @property {number} at  its number among all rows
 * @property {number} position  among those shown
 * @property {number} shown  how many are
 * @property {boolean} isActive
 * @property {boolean} isPairing  it waits for its partner
 * @property {boolean} canPair  another waits for it
 * @property {Side} side  the one that keys are about
 * @property {boolean} opensDocument  the row before it is of another document
 */

/**
 * @param {Review} review
 * @param {Row} row
 * @param {Around} around
 * @param {Speaker} speaker
 */
export function rowElement(review, row, around, speaker) {
  const { at, isActive } = around;
  const { flags } = review.opinion(row);
  const name = `row-${row.id}`;
  return element(
    "article",
    {
      class: ["row", row.status || (review.isChanged(row) ? "changed" : "open"), isActive && "active", around.isPairing && "pairing"].filter(Boolean).join(" "),
      "data-at": at,
      tabindex: isActive ? 0 : -1,
      "aria-posinset": around.position + 1,
      "aria-setsize": around.shown,
      "aria-labelledby": `${name}-head`,
      "aria-describedby": `${name}-vi ${name}-en${flags.length ? ` ${name}-flags` : ""}`,
      "aria-current": isActive ? "true" : null,
    },
    around.opensDocument && element("p", { class: "document" }, review.document(row)),
    head(review, row, around, speaker, `${name}-head`),
    element("div", { class: "sides" }, ...SIDES.map((side) => cell(review, row, side, around, speaker, `${name}-${side}`))),
    flags.length > 0 && flagList(flags, speaker, `${name}-flags`),
    row.comment && element("p", { class: "comment" }, element("b", {}, `${speaker.say("comment")}: `), row.comment),
    isActive && tools(row, around, speaker),
  );
}

/**
 * @param {Review} review
 * @param {Row} row
 * @param {Around} around
 * @param {Speaker} speaker
 * @param {string} id
 */
function head(review, row, { at }, speaker, id) {
  const { say } = speaker;
  const { score } = review.opinion(row);
  const states = [
    row.status === "accepted" && say("accepted"),
    row.status === "rejected" && say("rejected"),
    (row.vi.edited !== null || row.en.edited !== null) && say("edited"),
    review.unitOf(row) === null && say("rearranged"),
  ].filter(Boolean);
  const number = score === null ? "–" : String(Math.floor(score * 100));
  const said = score === null ? say("noScore") : `${say("score")} ${number}`;
  return element(
    "div",
    { class: "head" },
    element(
      "div",
      { class: "about", id },
      element("span", { class: "number" }, String(at + 1)),
      element("span", { class: `score ${scoreClass(score)}`, title: said }, element("span", { class: "spoken" }, `${say("score")} `), number),
      states.length > 0 && element("span", { class: "state" }, states.join(", ")),
    ),
    element(
      "div",
      { class: "quick" },
      quick("accept", "✓", row.status === "accepted", speaker),
      quick("reject", "✗", row.status === "rejected", speaker),
    ),
  );
}

/**
 * A class for the colour of a score.
 * @param {number | null} score
 */
export function scoreClass(score) {
  if (score === null) return "none";
  return score >= 0.95 ? "sure" : score >= 0.9 ? "likely" : score >= 0.5 ? "doubtful" : "unlikely";
}

/**
 * @param {"accept" | "reject"} action
 * @param {string} sign
 * @param {boolean} isPressed
 * @param {Speaker} speaker
 */
function quick(action, sign, isPressed, { say }) {
  const word = say(action);
  return element("button", { type: "button", class: action, "data-action": action, "aria-pressed": String(isPressed), "aria-label": word, title: word, tabindex: -1 }, sign);
}

/**
 * @param {Review} review
 * @param {Row} row
 * @param {Side} side
 * @param {Around} around
 * @param {Speaker} speaker
 * @param {string} id
 */
function cell(review, row, side, around, speaker, id) {
  const { say } = speaker;
  const { pieces, edited } = row[side];
  const isChosen = around.isActive && around.side === side;
  const context = around.isActive && pieces.length ? contextOf(review, row, side) : { before: "", after: "" };
  return element(
    "div",
    { class: `cell ${side}${isChosen ? " chosen" : ""}${pieces.length ? "" : " missing"}`, "data-side": side },
    context.before && element("p", { class: "context", lang: side }, element("span", { class: "spoken", lang: speaker.language }, `${say("before")}: `), context.before),
    pieces.length
      ? element("p", { class: "text", lang: side, id }, ...markedText(review, row, side, around.isActive, speaker))
      : element("p", { class: "text", id }, say("missing")),
    edited !== null && element("p", { class: "was", lang: side }, element("span", { lang: speaker.language }, `${say("was")}: `), review.original(row, side)),
    context.after && element("p", { class: "context", lang: side }, element("span", { class: "spoken", lang: speaker.language }, `${say("after")}: `), context.after),
  );
}

/**
 * The sentences before and after a side in its document.
 * @param {Review} review
 * @param {Row} row
 * @param {Side} side
 */
function contextOf(review, row, side) {
  const { pieces } = row[side];
  const [first, last] = [pieces[0], pieces[pieces.length - 1]];
  const [opening, closing] = [review.units[first.unit], review.units[last.unit]];
  /** @type {(number: number | null) => string} */
  const textOf = (number) => (number === null ? "" : review.units[number][side]);
  return {
    before: opening[side].slice(0, first.start).trim() || textOf(opening.context[side].before),
    after: closing[side].slice(last.end).trim() || textOf(closing.context[side].after),
  };
}

/**
 * A text with what agrees and what clashes marked, and where segments meet.
 * @param {Review} review
 * @param {Row} row
 * @param {Side} side
 * @param {boolean} isActive
 * @param {Speaker} speaker
 * @returns {(Node | string)[]}
 */
function markedText(review, row, side, isActive, { say, flag }) {
  const text = review.text(row, side);
  const marks = review.marks(row, side);
  const cuts = new Set(review.cuts(row, side));
  const edges = [...new Set([0, text.length, ...cuts, ...marks.flatMap(([start, end]) => [start, end])])].filter((edge) => edge >= 0 && edge <= text.length).sort((one, two) => one - two);
  /** @type {(Node | string)[]} */
  const nodes = [];
  for (const [number, start] of edges.entries()) {
    if (cuts.has(start)) nodes.push(cutElement(side, start, isActive, say));
    const end = edges[number + 1];
    if (end === undefined) break;
    const found = marks.filter((mark) => mark[0] <= start && mark[1] >= end);
    const worst = ["error", "warning", "note", "agree"].map((kind) => found.find((mark) => mark[2] === kind)).find(Boolean);
    const part = text.slice(start, end);
    nodes.push(
      worst
        ? element("mark", { class: worst[2], title: `${flag(worst[3])}: ${say(worst[2] === "agree" ? "agree" : "clash")}` }, part)
        : part,
    );
  }
  return nodes;
}

/**
 * @param {Side} side
 * @param {number} offset
 * @param {boolean} isActive
 * @param {Speaker["say"]} say
 */
function cutElement(side, offset, isActive, say) {
  if (!isActive) return element("span", { class: "cut", "aria-hidden": "true" });
  return element("button", { type: "button", class: "cut", "data-action": "cut", "data-side": side, "data-offset": offset, tabindex: -1, title: say("splitHere"), "aria-label": say("splitHere") });
}

/**
 * @param {readonly import("#review/model").Flag[]} flags
 * @param {Speaker} speaker
 * @param {string} id
 */
function flagList(flags, speaker, id) {
  return element(
    "ul",
    { class: "flags", id },
    ...flags.map(({ flag, severity, reason }) =>
      element(
        "li",
        { class: severity },
        element("b", {}, `${speaker.flag(flag)}`),
        ` (${speaker.say(severity)})`,
        reason && ": ",
        reason && element("span", { lang: speaker.reasonLanguage(reason) }, speaker.reason(reason)),
      ),
    ),
  );
}

/**
 * @param {Row} row
 * @param {Around} around
 * @param {Speaker} speaker
 */
function tools(row, around, speaker) {
  const { say } = speaker;
  const [hasVi, hasEn] = SIDES.map((side) => row[side].pieces.length > 0);
  /** @type {(action: string, word: Word, key: string, sign?: string) => HTMLElement} */
  const tool = (action, word, key, sign) =>
    element("button", { type: "button", "data-action": action, title: `${say(word)} (${key})`, "aria-label": sign ? say(word) : null, "aria-keyshortcuts": KEYS[key] ?? key }, sign ?? say(word));
  /** @type {(word: Word, ...buttons: (HTMLElement | false)[]) => HTMLElement} */
  const group = (word, ...buttons) => element("span", { class: "group", role: "group", "aria-label": say(word) }, element("span", { class: "label", "aria-hidden": "true" }, say(word)), ...buttons);
  const isPair = hasVi && hasEn;
  return element(
    "div",
    { class: "tools", role: "toolbar", "aria-label": say("rowActions") },
    hasVi && group("vietnamese", tool("editVi", "editVi", "v", "✎"), tool("splitVi", "splitVi", "s", "✂"), tool("viUp", "viUp", "Alt+↑", "↑"), tool("viDown", "viDown", "Alt+↓", "↓")),
    hasEn && group("english", tool("editEn", "editEn", "e", "✎"), tool("splitEn", "splitEn", "s", "✂"), tool("enUp", "enUp", "Alt+↑", "↑"), tool("enDown", "enDown", "Alt+↓", "↓")),
    tool("merge", "merge", "m"),
    isPair ? tool("takeApart", "takeApart", "t") : tool("pair", around.canPair ? "pairHere" : "pairWith", "p"),
    tool("comment", "comment", "c"),
  );
}

/** Keys as ARIA names them. @type {Record<string, string>} */
const KEYS = { "Alt+↑": "Alt+ArrowUp", "Alt+↓": "Alt+ArrowDown" };
