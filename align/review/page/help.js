// The sheet of keys.

import { element } from "#review/elements";

/** @typedef {import("#review/words").Speaker} Speaker */
/** @typedef {import("#review/words").Word} Word */

/** @type {[Word, [string[], Word][]][]} */
const SHEET = [
  [
    "keysGo",
    [
      [["j", "↓", "k", "↑"], "kNext"],
      [["PageDown", "PageUp"], "kPage"],
      [["Home", "End"], "kEnds"],
      [["d"], "kDoubtful"],
      [["←", "→"], "kSides"],
      [["/"], "kSearch"],
    ],
  ],
  [
    "keysDecide",
    [
      [["a", "Enter"], "kAccept"],
      [["r", "x"], "kReject"],
      [["o"], "kOpen"],
      [["c"], "kComment"],
    ],
  ],
  [
    "keysText",
    [
      [["v", "e"], "kEdit"],
      [["s"], "kSplit"],
      [["m"], "kMerge"],
    ],
  ],
  [
    "keysPlace",
    [
      [["Alt+↑", "Alt+↓"], "kShift"],
      [["p"], "kPair"],
      [["t"], "kApart"],
    ],
  ],
  [
    "keysOther",
    [
      [["u", "Ctrl+Z", "y", "Ctrl+Y"], "kUndo"],
      [["Ctrl+S"], "kSave"],
      [["?"], "kHelp"],
    ],
  ],
];

/**
 * @param {Speaker} speaker
 * @returns {HTMLElement[]}
 */
export function helpSheet({ say }) {
  const groups = SHEET.map(([title, keys]) =>
    element(
      "section",
      {},
      element("h3", {}, say(title)),
      element("dl", {}, ...keys.flatMap(([names, what]) => [element("dt", {}, ...names.map((name) => element("kbd", {}, name))), element("dd", {}, say(what))])),
    ),
  );
  const notes = /** @type {Word[]} */ (["helpScores", "helpMarks", "helpMove", "helpKeep"]).map((word) => element("p", {}, say(word)));
  return [element("div", { class: "keys" }, ...groups), ...notes];
}
