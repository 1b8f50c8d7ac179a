// Keeping the work as it goes: which of the places there is, one write after the other, and what is said of it.

import { Journal, OtherWindow, Server, isOnly } from "#review/journal";

/** @typedef {import("#review/model").Patch} Patch */
/** @typedef {import("#review/words").Word} Word */

/**
 * Who is told how it goes.
 * @typedef {object} Listener
 * @property {(word: Word) => void} state
 * @property {(word: Word, values?: Record<string, string>) => void} warn
 */

export class Keeper {
  /**
   * @param {{key: string, serve: string}} content  see main
   * @param {Listener} listener
   */
  constructor(content, listener) {
    this.content = content;
    this.listener = listener;
    /** @type {Journal | null} */
    this.journal = null;
    /** @type {Server | null} */
    this.server = null;
    this.waiting = Promise.resolve();
    /** Changes that are not kept yet. */
    this.unwritten = 0;
    /** Whether a write to the server is about to take all there is. */
    this.isWaiting = false;
  }

  /** Whether closing the page would lose nothing. */
  get isSafe() {
    return !this.unwritten && (this.journal !== null || this.server !== null);
  }

  /**
   * What was kept before.
   * @param {import("#review/model").Review} review  with what came with the page, which is kept if nothing was before
   * @returns {Promise<{decisions?: unknown, journal?: import("#review/journal").Kept}>}
   */
  async load(review) {
    if (this.content.serve) {
      this.server = new Server(this.content.serve);
      try {
        const decisions = await this.server.read();
        this.listener.state("keptServer");
        return { decisions };
      } catch (error) {
        this.listener.warn("notSaved", { why: message(error) });
        return {};
      }
    }
    try {
      const journal = await Journal.open(this.content.key);
      const kept = await journal.read();
      if (!kept.patches.length && review.done.length) await journal.add(review.done, 0);
      this.journal = journal;
      this.listener.state("kept");
      if (!(await isOnly(this.content.key))) this.listener.warn("otherTab");
      return { journal: kept };
    } catch {
      this.listener.warn("notKept");
      return {};
    }
  }

  /**
   * Keep a change, or how many are done.
   * @param {Patch[]} done
   * @param {number} active
   * @param {boolean} isNew  whether the last of them was just done for the first time
   * @param {() => unknown} decisions  for a server: asked for when they are written
   */
  keep(done, active, isNew, decisions) {
    const { journal, server } = this;
    if (journal) this.#write(() => (isNew ? journal.add(done, active) : journal.move(done.length, active)), "kept");
    else if (server && !this.isWaiting) this.#write(() => this.#send(server, decisions), "keptServer");
  }

  /**
   * Send all there is when the time has come; what is done meanwhile goes with it.
   * @param {Server} server
   * @param {() => unknown} decisions
   */
  async #send(server, decisions) {
    this.isWaiting = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
    this.isWaiting = false;
    await server.write(decisions());
  }

  /**
   * @param {() => Promise<void>} write
   * @param {Word} word
   */
  #write(write, word) {
    this.unwritten += 1;
    this.listener.state("keeping");
    this.waiting = this.waiting.then(write).then(
      () => {
        this.unwritten = Math.max(0, this.unwritten - 1);
        if (!this.unwritten) this.listener.state(word);
      },
      (error) => {
        if (error instanceof OtherWindow) this.listener.warn("otherTab");
        else if (this.server) this.listener.warn("notSaved", { why: message(error) });
        else this.listener.warn("notKept");
      },
    );
  }
}

/** @param {unknown} error */
const message = (error) => (error instanceof Error ? error.message : String(error));
