// The page: what is shown, what keys and buttons do, and where the work is kept.

import { chosenFilter, labelPage, preferredLanguage, setTheme, showFilter, switchTheme } from "#review/bars";
import { decisionsOf, opened } from "#review/decisions";
import { openEditor } from "#review/editor";
import { byId, element } from "#review/elements";
import { EVERYTHING, filtered } from "#review/filter";
import { settings } from "#review/journal";
import { Keeper } from "#review/keeper";
import { ACTIONS, keyName } from "#review/keys";
import { LongList } from "#review/list";
import { Review } from "#review/model";
import { rowElement } from "#review/row";
import { speaker } from "#review/words";

/** @typedef {import("#review/model").Patch} Patch */
/** @typedef {import("#review/model").Side} Side */
/** @typedef {import("#review/model").Status} Status */
/** @typedef {import("#review/model").Unit} Unit */
/** @typedef {import("#review/words").Language} Language */
/** @typedef {import("#review/words").Word} Word */

/**
 * What the program that made the page put into it.
 * @typedef {object} Content
 * @property {string} name  of the file of pairs
 * @property {string} key  the same as long as its pairs are
 * @property {string} serve  where decisions are read and written; nothing if the page is a file
 * @property {string} savesTo  the name of the file that the server writes
 * @property {unknown} decisions  to begin with, or null
 * @property {Unit[]} units
 */

class Page {
  /** @param {Content} content */
  constructor(content) {
    this.content = content;
    this.review = new Review(content.units);
    this.speaker = speaker(preferredLanguage());
    /** @type {import("#review/filter").Filter} */
    this.filter = { ...EVERYTHING };
    /** @type {number[]} */
    this.items = [];
    this.active = 0;
    /** @type {Side} */
    this.side = "vi";
    /** @type {number | null} */
    this.pairing = null;
    this.isEditing = false;
    this.keeper = new Keeper(content, { state: (word) => this.keepState(word), warn: (word, values) => this.warn(word, values) });
    this.list = new LongList(byId("rows"), (at, position) => this.rowAt(at, position));
  }

  async start() {
    setTheme(settings.get("theme") ?? "");
    await this.load();
    this.label();
    this.refilter();
    this.listen();
    this.activate(Math.max(0, this.positionOf(this.active)), { focus: true });
  }

  // --- keeping ---

  async load() {
    if (this.content.decisions) this.open(this.content.decisions, "");
    const kept = await this.keeper.load(this.review);
    if (kept.decisions) this.open(kept.decisions, "");
    if (kept.journal?.patches.length) {
      this.review = new Review(this.content.units);
      this.review.replay(kept.journal.patches, kept.journal.done);
      this.active = kept.journal.active ?? this.active;
    }
  }

  /**
   * Keep what was just done, undone or done again.
   * @param {boolean} isNew
   */
  keep(isNew) {
    this.keeper.keep([...this.review.done], this.active, isNew, () => this.decisions());
  }

  decisions() {
    const { name } = this.content;
    return decisionsOf(this.review, { pairs: name, reviewer: settings.get("reviewer") ?? "", saved: new Date().toISOString() });
  }

  save() {
    const reviewer = settings.get("reviewer") ?? "";
    const stem = this.content.name.replace(/\.[^.]*$/u, "");
    const name = [stem, reviewer.replace(/[^\p{L}\p{N}]+/gu, "-"), "decisions", "json"].filter(Boolean).join(".");
    const text = `${JSON.stringify(this.decisions(), null, 1)}\n`;
    const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    this.tell("savedTo", { name });
  }

  /** @param {File} file */
  async openFile(file) {
    try {
      this.open(JSON.parse(await file.text()), file.name);
    } catch {
      this.tell("notDecisions", { name: file.name });
    }
  }

  /**
   * @param {unknown} decisions
   * @param {string} name  of the file that the reviewer opened; nothing at the start
   */
  open(decisions, name) {
    const { patch, passedOver } = opened(this.review, decisions);
    const count = patch ? new Set(patch.splices[0].added.filter((row) => this.review.isLookedAt(row) || row.comment)).size : 0;
    if (patch && name) this.act(patch);
    else if (patch) this.review.do(patch);
    if (name || passedOver) this.tell(passedOver ? "openedSome" : "opened", { count, passed: passedOver });
  }

  // --- doing ---

  /**
   * Do a change, show it, keep it.
   * @param {Patch | null} patch
   * @param {Word} [otherwise]  what is said where it is not possible
   */
  act(patch, otherwise = "notPossible") {
    if (!patch) {
      this.tell(otherwise);
      return false;
    }
    const place = this.place();
    this.review.do(patch);
    this.shown(patch, patch.after, place);
    this.keep(true);
    return true;
  }

  undo() {
    const place = this.place();
    const patch = this.review.undo();
    if (patch) this.shown(patch, patch.before, place);
    if (patch) this.keep(false);
    this.tell(patch ? "undone" : "nothingToUndo", { what: this.speaker.change(patch?.name ?? "") });
  }

  redo() {
    const place = this.place();
    const patch = this.review.redo();
    if (patch) this.shown(patch, patch.after, place);
    if (patch) this.keep(false);
    this.tell(patch ? "redone" : "nothingToRedo", { what: this.speaker.change(patch?.name ?? "") });
  }

  /** Where the active row is, among the rows and in the window: to be asked for before the rows change. */
  place() {
    return { before: this.position(), top: this.activeElement()?.getBoundingClientRect().top };
  }

  /**
   * Show what a change changed, with the row that it is about where it was in the window.
   * @param {Patch} patch
   * @param {number} id
   * @param {{before: number, top: number | undefined}} place  of the active row before the change
   */
  shown(patch, id, { before, top }) {
    this.pairing = null;
    const isSmall = patch.splices.every(({ removed, added }) => removed.length === 1 && added.length === 1);
    const items = filtered(this.review, this.filter);
    if (isSmall && items.length === this.items.length) {
      this.items = items;
      for (const { at } of patch.splices) this.list.refresh(this.items.indexOf(at));
      this.counted();
      this.activate(this.positionOf(id) >= 0 ? this.positionOf(id) : before, { focus: true });
      return;
    }
    this.items = items;
    this.list.show(items);
    this.counted();
    const position = this.positionOf(id) >= 0 ? this.positionOf(id) : Math.min(before, items.length - 1);
    this.activate(position, { focus: true, top });
  }

  /** @param {Status} status */
  decide(status) {
    const { at, row } = this.current();
    if (!row) return;
    const position = this.position();
    if (row.status !== status) this.act(this.review.decide(at, status));
    if (status && this.positionOf(row.id) === position) this.activate(position + 1, { focus: true });
  }

  pairUp() {
    const { at, row } = this.current();
    if (!row) return;
    const waiting = this.pairing === null ? -1 : this.review.rows.findIndex(({ id }) => id === this.pairing);
    if (waiting >= 0 && waiting !== at) {
      this.act(this.review.pair(waiting, at));
    } else if (row.vi.pieces.length && row.en.pieces.length) {
      this.tell("notPossible");
    } else {
      this.pairing = row.id;
      this.refresh();
      this.tell("pairStarted");
    }
  }

  giveUpPairing() {
    const waiting = this.pairing;
    this.pairing = null;
    if (waiting !== null) {
      this.list.refresh(this.positionOf(waiting));
      this.refresh();
      this.tell("pairEnded");
    }
  }

  /**
   * @param {Side} side
   * @param {"edit" | "split"} mode
   */
  edit(side, mode) {
    const { at, row } = this.current();
    const place = this.activeElement()?.querySelector(`.cell.${side} .text`);
    if (!row || !place || !row[side].pieces.length) {
      this.tell("notPossible");
      return;
    }
    const text = this.review.text(row, side);
    const cuts = this.review.cuts(row, side);
    const middle = text.indexOf(" ", Math.floor(text.length / 2));
    const word = mode === "split" ? (side === "vi" ? "splitVi" : "splitEn") : side === "vi" ? "editVi" : "editEn";
    this.choose(side);
    this.openBox(/** @type {HTMLElement} */ (place), {
      mode,
      text,
      caret: mode === "edit" ? text.length : (cuts[0] ?? (middle < 0 ? text.length : middle)),
      label: this.speaker.say(word),
      lang: side,
      finish: (edited) => {
        const patch = this.review.edit(at, side, edited);
        if (patch) this.act(patch);
      },
      split: (edited, offset) => {
        const before = edited.slice(0, offset);
        const patch = mode === "edit" ? this.review.edit(at, side, edited) : null;
        if (patch) this.act(patch);
        const head = this.review.text(this.review.rows[at], side);
        // The text may have lost spaces as it was brought to one line: the cut is behind as many letters as before.
        this.act(this.review.split(at, side, behind(head, before)));
      },
    });
  }

  comment() {
    const { at, row } = this.current();
    const parent = this.activeElement();
    if (!row || !parent) return;
    const place = /** @type {HTMLElement} */ (parent.querySelector(".comment")) ?? element("p");
    if (!place.parentElement) parent.insertBefore(place, parent.querySelector(".tools"));
    this.openBox(place, {
      mode: "comment",
      text: row.comment,
      caret: row.comment.length,
      label: this.speaker.say("comment"),
      lang: this.speaker.language,
      finish: (text) => {
        const patch = this.review.comment(at, text);
        if (patch) this.act(patch);
      },
      split: null,
    });
  }

  /**
   * @param {HTMLElement} place
   * @param {Omit<import("#review/editor").Editing, "cancel">} editing
   */
  openBox(place, editing) {
    const closed = () => {
      this.isEditing = false;
      this.refresh({ focus: true });
    };
    this.isEditing = true;
    const { finish, split } = editing;
    openEditor(
      place,
      {
        ...editing,
        finish: (text) => {
          closed();
          finish(text);
        },
        split:
          split &&
          ((text, offset) => {
            closed();
            split(text, offset);
          }),
        cancel: closed,
      },
      this.speaker,
    );
  }

  /** @param {Side} side */
  choose(side) {
    this.side = side;
    for (const cell of this.activeElement()?.querySelectorAll(".cell") ?? []) cell.classList.toggle("chosen", cell.classList.contains(side));
  }

  // --- going about ---

  current() {
    const at = this.items[this.position()];
    return { at, row: at === undefined ? null : this.review.rows[at] };
  }

  /** Where the active row is among those shown. */
  position() {
    return Math.max(0, this.positionOf(this.active));
  }

  /** @param {number} id */
  positionOf(id) {
    return this.items.findIndex((at) => this.review.rows[at].id === id);
  }

  activeElement() {
    return this.items.length ? this.list.at(this.position()) : null;
  }

  /**
   * @param {number} position
   * @param {{focus?: boolean, top?: number}} [how]  `top`: where in the window the row is to be
   */
  activate(position, { focus = false, top } = {}) {
    if (!this.items.length) return;
    const to = Math.min(Math.max(position, 0), this.items.length - 1);
    const from = this.positionOf(this.active);
    this.active = this.review.rows[this.items[to]].id;
    if (from >= 0 && from !== to) this.list.refresh(from);
    const made = this.list.at(to);
    this.list.refresh(to);
    const active = this.list.at(to);
    if (!active || !made) return;
    if (focus) active.focus({ preventScroll: true });
    if (top !== undefined) window.scrollBy(0, active.getBoundingClientRect().top - top);
    active.scrollIntoView({ block: "nearest" });
  }

  /** @param {number} steps */
  go(steps) {
    this.activate(this.position() + steps, { focus: true });
  }

  nextDoubtful() {
    const from = this.position();
    const position = this.items.findIndex((at, place) => place > from && this.review.isDoubtful(this.review.rows[at]));
    if (position < 0) this.tell("noDoubtful");
    else this.activate(position, { focus: true });
  }

  /** @param {{focus?: boolean}} [how] */
  refresh(how = {}) {
    this.activate(this.position(), how);
  }

  // --- showing ---

  /**
   * @param {number} at
   * @param {number} position
   */
  rowAt(at, position) {
    const row = this.review.rows[at];
    const above = this.items[position - 1];
    const isAlone = !row.vi.pieces.length || !row.en.pieces.length;
    return rowElement(
      this.review,
      row,
      {
        at,
        position,
        shown: this.items.length,
        isActive: row.id === this.active,
        isPairing: row.id === this.pairing,
        canPair: this.pairing !== null && row.id !== this.pairing && isAlone,
        side: row[this.side].pieces.length ? this.side : row.vi.pieces.length ? "vi" : "en",
        opensDocument: above === undefined || this.review.document(this.review.rows[above]) !== this.review.document(row),
      },
      this.speaker,
    );
  }

  refilter() {
    this.items = filtered(this.review, this.filter);
    this.list.show(this.items);
    byId("nothing").hidden = this.items.length > 0;
    byId("nothing").textContent = this.speaker.say(this.review.rows.length ? "nothing" : "empty");
    this.counted();
  }

  counted() {
    const { rows } = this.review;
    const { say, number } = this.speaker;
    const done = rows.filter((row) => this.review.isLookedAt(row)).length;
    const bar = /** @type {HTMLProgressElement} */ (byId("bar"));
    bar.max = Math.max(1, rows.length);
    bar.value = done;
    byId("progress").textContent = say("looked", { done: number(done), all: number(rows.length) });
    byId("shown").textContent = this.items.length === rows.length ? "" : say("shown", { shown: number(this.items.length) });
    byId("nothing").hidden = this.items.length > 0;
    /** @type {HTMLButtonElement} */ (byId("undo")).disabled = !this.review.done.length;
    /** @type {HTMLButtonElement} */ (byId("redo")).disabled = !this.review.undone.length;
  }

  label() {
    labelPage(this.content, this.speaker);
    this.keepState();
  }

  /** @param {Word} [word] */
  keepState(word) {
    this.keptWord = word ?? this.keptWord;
    byId("kept").textContent = this.keptWord ? this.speaker.say(this.keptWord, { name: this.content.savesTo }) : "";
  }

  /**
   * Say something for a moment.
   * @param {Word} word
   * @param {Record<string, string | number>} [values]
   */
  tell(word, values = {}) {
    byId("say").textContent = this.speaker.say(word, values);
    byId("say").classList.add("shown");
    clearTimeout(this.telling);
    this.telling = setTimeout(() => byId("say").classList.remove("shown"), 6000);
  }

  /**
   * Say something that stays.
   * @param {Word} word
   * @param {Record<string, string | number>} [values]
   */
  warn(word, values = {}) {
    byId("warning").textContent = this.speaker.say(word, values);
    byId("warning").hidden = false;
    this.keptWord = undefined;
    byId("kept").textContent = "";
  }

  // --- listening ---

  listen() {
    byId("rows").addEventListener("click", (event) => this.clicked(event));
    byId("rows").addEventListener("dblclick", (event) => this.doubleClicked(event));
    document.addEventListener("keydown", (event) => this.pressed(event));
    /** @type {Record<string, () => void>} */
    const buttons = {
      save: () => this.save(),
      undo: () => this.undo(),
      redo: () => this.redo(),
      doubt: () => this.nextDoubtful(),
      language: () => this.speak(this.speaker.language === "vi" ? "en" : "vi"),
      theme: () => switchTheme(),
      help: () => /** @type {HTMLDialogElement} */ (byId("helping")).showModal(),
      open: () => byId("file").click(),
      clear: () => this.clearFilters(),
    };
    for (const [id, act] of Object.entries(buttons)) byId(id).addEventListener("click", act);
    for (const bottom of document.querySelectorAll("#hand [data-action]")) bottom.addEventListener("click", () => this.run(bottom.getAttribute("data-action") ?? ""));
    byId("file").addEventListener("change", (event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      if (input.files?.[0]) this.openFile(input.files[0]);
      input.value = "";
    });
    byId("reviewer").addEventListener("change", (event) => {
      settings.set("reviewer", /** @type {HTMLInputElement} */ (event.target).value.trim());
      this.keep(false);
    });
    byId("filters").addEventListener("input", () => this.readFilters());
    byId("filters").addEventListener("submit", (event) => {
      event.preventDefault();
      this.refresh({ focus: true });
    });
    window.addEventListener("beforeunload", (event) => {
      if (!this.keeper.isSafe && this.review.done.length) event.preventDefault();
    });
  }

  readFilters() {
    this.filter = chosenFilter();
    this.refilter();
    this.activate(Math.max(0, this.positionOf(this.active)));
  }

  clearFilters() {
    /** @type {HTMLFormElement} */ (byId("filters")).reset();
    this.readFilters();
    this.refresh({ focus: true });
  }

  /** @param {Language} language */
  speak(language) {
    settings.set("language", language);
    this.speaker = speaker(language);
    this.label();
    showFilter(this.filter);
    this.refilter();
    this.refresh();
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const row = target.closest("article");
    if (!row || target.closest(".editor")) return;
    const button = target.closest("button");
    const action = button?.getAttribute("data-action");
    const side = /** @type {Side | null} */ (target.closest(".cell")?.getAttribute("data-side") ?? null);
    const { id } = this.review.rows[Number(row.getAttribute("data-at"))];
    const selected = String(window.getSelection() ?? "");
    if (id !== this.active || (!selected && !button)) {
      if (this.isEditing) this.isEditing = false;
      if (side) this.side = side;
      this.activate(this.positionOf(id), { focus: true });
    }
    if (action === "cut") this.act(this.review.split(this.current().at, /** @type {Side} */ (button?.getAttribute("data-side")), Number(button?.getAttribute("data-offset"))));
    else if (action) this.run(action);
  }

  /** @param {MouseEvent} event */
  doubleClicked(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const side = /** @type {Side | null} */ (target.closest(".cell")?.getAttribute("data-side") ?? null);
    if (side && !target.closest("button, .editor")) this.edit(side, "edit");
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.isComposing || byId("helping").hasAttribute("open")) return;
    const name = keyName(event);
    const target = /** @type {HTMLElement} */ (event.target);
    const isTyping = target.matches("input, textarea, select");
    if (name === "Escape" && isTyping) {
      this.refresh({ focus: true });
      return;
    }
    const isAnywhere = name === "Ctrl+s" || (!isTyping && name.startsWith("Ctrl+"));
    const isHere = target === document.body || target.closest("#rows") !== null;
    // A button that has the focus takes Enter and the space bar for itself.
    const isButton = target.matches("button, summary, a") && (name === "Enter" || name === " ");
    if (isTyping && !isAnywhere) return;
    if (!(isAnywhere || isHere) || isButton) return;
    const action = ACTIONS[name];
    if (action && this.run(action)) event.preventDefault();
  }

  /**
   * @param {string} action
   * @returns {boolean} whether there is such an action
   */
  run(action) {
    const { at, row } = this.current();
    /** @type {Record<string, () => unknown>} */
    const anyway = {
      undo: () => this.undo(),
      redo: () => this.redo(),
      save: () => this.save(),
      help: () => /** @type {HTMLDialogElement} */ (byId("helping")).showModal(),
      search: () => byId("words").focus(),
      next: () => this.go(1),
      previous: () => this.go(-1),
      pageDown: () => this.go(10),
      pageUp: () => this.go(-10),
      first: () => this.activate(0, { focus: true }),
      last: () => this.activate(this.items.length - 1, { focus: true }),
      doubtful: () => this.nextDoubtful(),
      escape: () => this.giveUpPairing(),
    };
    const side = row && !row[this.side].pieces.length ? (row.vi.pieces.length ? "vi" : "en") : this.side;
    /** @type {Record<string, () => unknown>} */
    const withRow = {
      accept: () => this.decide("accepted"),
      reject: () => this.decide("rejected"),
      leaveOpen: () => this.decide(""),
      vietnamese: () => this.choose("vi"),
      english: () => this.choose("en"),
      editVi: () => this.edit("vi", "edit"),
      editEn: () => this.edit("en", "edit"),
      split: () => this.edit(side, "split"),
      splitVi: () => this.edit("vi", "split"),
      splitEn: () => this.edit("en", "split"),
      merge: () => this.act(this.review.merge(at), "mergeNot"),
      up: () => this.act(this.review.shift(at, side, -1)),
      down: () => this.act(this.review.shift(at, side, 1)),
      viUp: () => this.act(this.review.shift(at, "vi", -1)),
      viDown: () => this.act(this.review.shift(at, "vi", 1)),
      enUp: () => this.act(this.review.shift(at, "en", -1)),
      enDown: () => this.act(this.review.shift(at, "en", 1)),
      takeApart: () => this.act(this.review.takeApart(at)),
      pair: () => this.pairUp(),
      comment: () => this.comment(),
    };
    const act = anyway[action] ?? (row ? withRow[action] : undefined);
    act?.();
    return act !== undefined;
  }
}

/**
 * The place in a text on one line behind the letters of another.
 * @param {string} text
 * @param {string} before
 */
function behind(text, before) {
  let left = before.replace(/\s/gu, "").length;
  let offset = 0;
  while (left > 0 && offset < text.length) {
    if (/\S/u.test(text[offset])) left -= 1;
    offset += 1;
  }
  return offset;
}

/** @type {Content} */
const content = JSON.parse(byId("content").textContent ?? "");
new Page(content).start();
