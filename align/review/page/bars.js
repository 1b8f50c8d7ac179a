// What stands around the rows: labels in the reader's language, filters, the sheet of keys, the theme.

import { byId, element } from "#review/elements";
import { helpSheet } from "#review/help";
import { settings } from "#review/journal";

/** @typedef {import("#review/filter").Filter} Filter */
/** @typedef {import("#review/model").Unit} Unit */
/** @typedef {import("#review/words").Language} Language */
/** @typedef {import("#review/words").Speaker} Speaker */
/** @typedef {import("#review/words").Word} Word */

/** Elements say which word they show, and as what. */
const LABELS = [
  ["data-label", "aria-label"],
  ["data-title", "title"],
  ["data-hint", "placeholder"],
];

/**
 * Write all labels.
 * @param {{name: string, units: readonly Unit[]}} content  see main
 * @param {Speaker} speaker
 */
export function labelPage(content, speaker) {
  const { say, flag, language } = speaker;
  document.documentElement.lang = language;
  document.title = `${content.name} – ${say("title")}`;
  byId("name").textContent = content.name;
  for (const labelled of document.querySelectorAll("[data-word]")) labelled.textContent = say(/** @type {Word} */ (labelled.getAttribute("data-word")));
  for (const [attribute, name] of LABELS) {
    for (const labelled of document.querySelectorAll(`[${attribute}]`)) labelled.setAttribute(name, say(/** @type {Word} */ (labelled.getAttribute(attribute))));
  }
  const flags = [...new Set(content.units.flatMap((unit) => unit.flags.map((one) => one.flag)))].sort();
  const documents = [...new Set(content.units.map((unit) => unit.document))];
  fill("flag", [["", say("anyFlag")], ["any", say("someFlag")], ...flags.map((name) => [name, flag(name)])]);
  fill("document", [["", say("anyDocument")], ...documents.map((name) => [name, name])]);
  byId("document").hidden = documents.length < 2;
  fill("status", [
    ["", say("anyStatus")],
    ["open", say("open_")],
    ["doubtful", say("doubtful")],
    ["accepted", say("accepted")],
    ["rejected", say("rejected")],
    ["edited", say("edited")],
    ["rearranged", say("rearranged")],
    ["commented", say("commented")],
    ["alone", say("alone")],
  ]);
  byId("sheet").replaceChildren(...helpSheet(speaker));
  /** @type {HTMLInputElement} */ (byId("reviewer")).value = settings.get("reviewer") ?? "";
}

/**
 * @param {string} id
 * @param {string[][]} options  value and text of each
 */
function fill(id, options) {
  byId(id).replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
}

/**
 * The filter that the reader has chosen.
 * @returns {Filter}
 */
export function chosenFilter() {
  const value = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (byId(id)).value;
  /** @type {(id: string, otherwise: number) => number} */
  const score = (id, otherwise) => (value(id) === "" ? otherwise : Math.min(Math.max(Number(value(id)) / 100, 0), 1));
  return {
    words: value("words"),
    status: /** @type {Filter["status"]} */ (value("status")),
    flag: value("flag"),
    document: value("document"),
    from: score("from", 0),
    to: score("to", 1),
  };
}

/**
 * Choose a filter where labels were written anew.
 * @param {Filter} filter
 */
export function showFilter({ status, flag, document: name }) {
  for (const [id, value] of Object.entries({ status, flag, document: name })) /** @type {HTMLSelectElement} */ (byId(id)).value = value;
}

/** @param {string} theme  light, dark, or nothing for what the system has */
export function setTheme(theme) {
  if (theme) document.documentElement.setAttribute("data-theme", theme);
}

/** From light to dark and back, kept for all pages. */
export function switchTheme() {
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const now = document.documentElement.getAttribute("data-theme") ?? (isDark ? "dark" : "light");
  const next = now === "dark" ? "light" : "dark";
  settings.set("theme", next);
  setTheme(next);
}

/** @returns {Language} */
export function preferredLanguage() {
  const kept = settings.get("language");
  if (kept === "en" || kept === "vi") return kept;
  return navigator.language.startsWith("vi") ? "vi" : "en";
}
