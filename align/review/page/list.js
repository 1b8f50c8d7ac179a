// A long list of which only what is near the window is there: blocks of rows, each as high as it was when last seen.

import { element } from "#review/elements";

/** Rows in a block. Chosen by hand: two or three blocks fill a window. */
const BLOCK = 20;

/** How high a row is taken to be before it was seen, in pixels. */
const GUESS = 110;

/**
 * @typedef {object} Block
 * @property {HTMLElement} box
 * @property {number} first
 * @property {number} last  not included
 * @property {boolean} isFilled
 */

export class LongList {
  /**
   * @param {HTMLElement} parent
   * @param {(at: number, position: number) => HTMLElement} render  makes the element of an item, given its position
   */
  constructor(parent, render) {
    this.parent = parent;
    this.render = render;
    /** @type {readonly number[]} */
    this.items = [];
    /** @type {Block[]} */
    this.blocks = [];
    /** @type {Map<Element, Block>} */
    this.blockOf = new Map();
    this.observer = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: "600px 0px" });
  }

  /**
   * Show other items.
   * @param {readonly number[]} items
   */
  show(items) {
    this.observer.disconnect();
    this.items = items;
    this.blocks = [];
    this.blockOf.clear();
    for (let first = 0; first < items.length; first += BLOCK) {
      const last = Math.min(first + BLOCK, items.length);
      const box = element("div", { class: "block", role: "presentation" });
      box.style.minHeight = `${(last - first) * GUESS}px`;
      const block = { box, first, last, isFilled: false };
      this.blocks.push(block);
      this.blockOf.set(box, block);
    }
    this.parent.replaceChildren(...this.blocks.map(({ box }) => box));
    for (const { box } of this.blocks) this.observer.observe(box);
  }

  /**
   * The element of the item at a position; it is made if it is not there.
   * @param {number} position
   * @returns {HTMLElement | null}
   */
  at(position) {
    const block = this.blocks[Math.floor(position / BLOCK)];
    if (!block || position < 0) return null;
    this.#fill(block);
    return /** @type {HTMLElement} */ (block.box.children[position - block.first] ?? null);
  }

  /**
   * Make the element of the item at a position anew.
   * @param {number} position
   */
  refresh(position) {
    const block = this.blocks[Math.floor(position / BLOCK)];
    if (block?.isFilled) block.box.children[position - block.first]?.replaceWith(this.render(this.items[position], position));
  }

  /** @param {Block} block */
  #fill(block) {
    if (block.isFilled) return;
    const rows = [];
    for (let position = block.first; position < block.last; position += 1) rows.push(this.render(this.items[position], position));
    block.box.replaceChildren(...rows);
    block.box.style.minHeight = "";
    block.isFilled = true;
  }

  /** @param {Block} block */
  #empty(block) {
    if (!block.isFilled || block.box.contains(document.activeElement)) return;
    block.box.style.minHeight = `${block.box.offsetHeight}px`;
    block.box.replaceChildren();
    block.isFilled = false;
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const block = this.blockOf.get(target);
      if (block) isIntersecting ? this.#fill(block) : this.#empty(block);
    }
  }
}
