// Which key does what; the actions themselves are in main.

/** What keys do. @type {Record<string, string>} */
export const ACTIONS = {
  j: "next",
  ArrowDown: "next",
  k: "previous",
  ArrowUp: "previous",
  PageDown: "pageDown",
  PageUp: "pageUp",
  Home: "first",
  End: "last",
  d: "doubtful",
  ArrowLeft: "vietnamese",
  ArrowRight: "english",
  a: "accept",
  Enter: "accept",
  r: "reject",
  x: "reject",
  o: "leaveOpen",
  c: "comment",
  v: "editVi",
  e: "editEn",
  s: "split",
  m: "merge",
  "Alt+ArrowUp": "up",
  "Alt+ArrowDown": "down",
  p: "pair",
  t: "takeApart",
  u: "undo",
  y: "redo",
  "Ctrl+z": "undo",
  "Ctrl+y": "redo",
  "Ctrl+Shift+z": "redo",
  "Ctrl+s": "save",
  "/": "search",
  "?": "help",
  Escape: "escape",
};

/**
 * A key with those that are held with it, such as `Ctrl+Shift+z`.
 * @param {KeyboardEvent} event
 */
export function keyName(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const isControl = event.ctrlKey || event.metaKey;
  return [isControl && "Ctrl", event.altKey && "Alt", event.shiftKey && isControl && "Shift", key].filter(Boolean).join("+");
}
