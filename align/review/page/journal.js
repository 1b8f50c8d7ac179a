// Where the work is kept as it goes: in the browser, or with the program that serves the page.

/** @typedef {import("#review/model").Patch} Patch */

/**
 * What was kept: the changes, how many of them are done, and where the reviewer was.
 * @typedef {{patches: Patch[], done: number, active: number | null}} Kept
 */

/** The work on one file, in this browser; each change is a record of its own, so that keeping it costs little. */
export class Journal {
  /**
   * @param {IDBDatabase} database
   * @param {string} key  of the file, the same as long as its pairs are
   */
  constructor(database, key) {
    this.database = database;
    this.key = key;
  }

  /**
   * @param {string} key
   * @returns {Promise<Journal>} rejected where the browser keeps nothing
   */
  static open(key) {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open("align-review", 1);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore("patches");
        opening.result.createObjectStore("heads");
      };
      opening.onsuccess = () => resolve(new Journal(opening.result, key));
      opening.onerror = () => reject(opening.error);
      opening.onblocked = () => reject(new Error("blocked"));
    });
  }

  /** @returns {Promise<Kept>} */
  async read() {
    const transaction = this.database.transaction(["patches", "heads"]);
    const patches = asked(transaction.objectStore("patches").getAll(this.#all()));
    const head = asked(transaction.objectStore("heads").get(this.key));
    return { patches: await patches, ...{ done: 0, active: null, ...(await head) } };
  }

  /**
   * Keep the last change that was done, in place of those that were undone before it.
   * @param {Patch[]} done
   * @param {number} active
   */
  async add(done, active) {
    const transaction = this.database.transaction(["patches", "heads"], "readwrite");
    const patches = transaction.objectStore("patches");
    const number = done.length - 1;
    patches.delete(IDBKeyRange.bound([this.key, number], [this.key, Infinity]));
    patches.put(done[number], [this.key, number]);
    transaction.objectStore("heads").put({ done: done.length, active }, this.key);
    await finished(transaction);
  }

  /**
   * Keep how many changes are done, and where the reviewer is.
   * @param {number} done
   * @param {number} active
   */
  async move(done, active) {
    const transaction = this.database.transaction("heads", "readwrite");
    transaction.objectStore("heads").put({ done, active }, this.key);
    await finished(transaction);
  }

  #all() {
    return IDBKeyRange.bound([this.key, 0], [this.key, Infinity]);
  }
}

/** The decisions on the disk of the program that serves the page. */
export class Server {
  /** @param {string} address  of the decisions */
  constructor(address) {
    this.address = address;
    this.revision = "";
  }

  /** @returns {Promise<unknown>} what was decided so far, or null */
  async read() {
    const response = await fetch(this.address);
    if (!response.ok) throw new Error(String(response.status));
    this.revision = response.headers.get("ETag") ?? "";
    return response.status === 204 ? null : response.json();
  }

  /** @param {unknown} decisions */
  async write(decisions) {
    const headers = { "Content-Type": "application/json", "If-Match": this.revision };
    const response = await fetch(this.address, { method: "PUT", headers, body: JSON.stringify(decisions) });
    if (response.status === 412) throw new OtherWindow();
    if (!response.ok) throw new Error(await response.text());
    this.revision = response.headers.get("ETag") ?? "";
  }
}

/** Another window has saved meanwhile. */
export class OtherWindow extends Error {}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/**
 * @param {IDBTransaction} transaction
 * @returns {Promise<void>}
 */
const finished = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });

/**
 * Whether this is the only window with the page; asks for it as long as the page is open.
 * @param {string} key
 * @returns {Promise<boolean>}
 */
export function isOnly(key) {
  if (!("locks" in navigator)) return Promise.resolve(true);
  return new Promise((resolve) => {
    navigator.locks
      .request(`align-review ${key}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock && new Promise(() => {});
      })
      .catch(() => resolve(true));
  });
}

/** Small things that are the same for all pages: the reviewer's name, the language, the theme. */
export const settings = {
  /** @param {string} name */
  get(name) {
    try {
      return localStorage.getItem(`align-review ${name}`);
    } catch {
      return null;
    }
  },
  /**
   * @param {string} name
   * @param {string} value
   */
  set(name, value) {
    try {
      localStorage.setItem(`align-review ${name}`, value);
    } catch {
      // Not kept, then: it is asked for again next time.
    }
  },
};
