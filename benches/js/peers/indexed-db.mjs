/** IndexedDB through `idb`: events as objects, keyed by stream and seq. */

export const READINGS = ['getAll()'];

/** Objects that are asked for at once: more is not faster, and keeps the page for longer. */
const PAGE = 10_000;

/** @param {'strict' | 'relaxed'} durability whether a transaction waits for the disk. */
export function opener(durability) {
  return async (name) => {
    const { openDB } = await import('../../idb/index.js');
    const upgrade = (database) => void database.createObjectStore('events', { keyPath: ['pid', 'seq'] });
    const database = await openDB(`${durability}-${name}`, 1, { upgrade });
    const given = database.transaction('events', 'readwrite', { durability }).durability;
    if (given !== durability) throw new Error(`IndexedDB is ${given}, not ${durability}`);
    return new IndexedDbSubject(database, durability);
  };
}

class IndexedDbSubject {
  #database;
  #durability;

  constructor(database, durability) {
    this.#database = database;
    this.#durability = durability;
  }

  async append(rows) {
    const { store, done } = this.#database.transaction('events', 'readwrite', { durability: this.#durability });
    for (const { id, seq, event } of rows) store.add({ pid: id, seq, event, ts: Date.now() });
    await done;
  }

  readings = {
    'getAll()': async (id, take) => {
      for (let head = 0, page; page?.length !== 0; ) {
        page = await this.#database.getAll('events', IDBKeyRange.bound([id, head], [id, Infinity], true), PAGE);
        for (const { pid, seq, event, ts } of page) take({ persistenceId: pid, sequenceNr: seq, event, timestamp: ts });
        head = page.at(-1)?.seq;
      }
    },
  };

  async close() {
    this.#database.close();
  }
}
