// The box in which a text is edited, a place to split it is chosen, or a comment is written.

import { element } from "#review/elements";

/** @typedef {import("#review/words").Speaker} Speaker */

/**
 * @typedef {object} Editing
 * @property {"edit" | "split" | "comment"} mode
 * @property {string} text
 * @property {number} caret
 * @property {string} label
 * @property {string} lang
 * @property {(text: string) => void} finish
 * @property {((text: string, offset: number) => void) | null} split
 * @property {() => void} cancel
 */

/**
 * Put a box for a text in the place of an element, with the cursor in it.
 * @param {HTMLElement} place
 * @param {Editing} editing
 * @param {Speaker} speaker
 */
export function openEditor(place, editing, { say }) {
  const { mode } = editing;
  const box = element("textarea", { lang: editing.lang, rows: 1, "aria-label": editing.label, spellcheck: mode === "split" ? "false" : "true", "aria-describedby": "editor-hint" });
  box.value = editing.text;
  const fit = () => {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  };
  const finish = () => (mode === "split" && editing.split ? editing.split(box.value, box.selectionStart) : editing.finish(box.value));
  box.addEventListener("input", fit);
  // Only the cursor moves while the place of a split is chosen.
  if (mode === "split") box.addEventListener("beforeinput", (event) => event.preventDefault());
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    event.stopPropagation();
    if (event.key === "Enter") {
      event.preventDefault();
      if (event.ctrlKey && mode === "edit" && editing.split) editing.split(box.value, box.selectionStart);
      else finish();
    } else if (event.key === "Escape") {
      event.preventDefault();
      editing.cancel();
    }
  });
  const hint = say(mode === "edit" ? "editHint" : mode === "split" ? "splitHint" : "commentHint");
  const editor = element(
    "div",
    { class: `editor ${mode}` },
    box,
    element(
      "div",
      { class: "buttons" },
      element("button", { type: "button", class: "main", onclick: finish }, say(mode === "split" ? "splitHere" : "apply")),
      element("button", { type: "button", onclick: editing.cancel }, say("cancel")),
      element("span", { class: "hint", id: "editor-hint" }, hint),
    ),
  );
  place.replaceWith(editor);
  fit();
  box.focus();
  box.setSelectionRange(editing.caret, editing.caret);
}
