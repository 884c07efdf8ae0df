/** The account in its journal: opened, asked, closed. */

import {
  ActorSystem,
  PersistenceExtensionId,
  SqliteJournal,
  SqliteSnapshotStore,
} from 'actor-journal';
import { Account } from './account.js';
import { History } from './history.js';

/** The database, a name in the origin-private file system. */
export const PATH = 'bank.db';

const ID = 'account-1';

/** A first answer waits for recovery, however long the account's history is. */
const RECOVERY_MS = 60_000;

/** How many snapshots are kept. */
export const KEPT = 3;

/**
 * @typedef {import('actor-journal').Snapshot<import('./account.js').State>} Snapshot
 * @typedef {{ fromSeq: number, events: number, ms: number }} Recovery
 */

export class Bank {
  #journal = new SqliteJournal({ path: PATH, wal: true });
  #store = new SqliteSnapshotStore({ path: PATH, keepN: KEPT });
  #system = ActorSystem.create('bank');
  #account;
  #unfollow = () => {};

  history = new History(new Account(ID));
  /** The snapshots that are kept, newest first. @type {Snapshot[]} */
  snapshots = [];
  /** @type {Recovery | undefined} */
  recovery;

  /**
   * Opens the journal, reads what has happened and starts the actor. A bank that could not be
   * opened is closed.
   *
   * @param {() => void} changed called for each event that is written from then on.
   */
  static async open(changed) {
    const bank = new Bank();
    try {
      await bank.#start(changed);
      return bank;
    } catch (error) {
      await bank.close().catch(() => {});
      throw error;
    }
  }

  /** @param {() => void} changed */
  async #start(changed) {
    this.#unfollow = await this.history.follow(this.#journal, changed);
    await this.refreshSnapshots();
    this.#system
      .extension(PersistenceExtensionId)
      .configure({ journal: this.#journal, snapshotStore: this.#store });
    const began = performance.now();
    this.#account = this.#system.spawn(() => new Account(ID), ID);
    await this.#account.ask({ kind: 'look' }, RECOVERY_MS);
    const fromSeq = this.snapshots[0]?.sequenceNr ?? 0;
    this.recovery = { fromSeq, events: this.history.head - fromSeq, ms: performance.now() - began };
  }

  /**
   * @param {import('./account.js').Command} command
   * @returns {Promise<import('./account.js').Reply>} when what it led to is stored.
   */
  ask(command) {
    return this.#account.ask(command);
  }

  /** Reads the snapshots again if there is a newer one. */
  async refreshSnapshots() {
    let next = await this.#store.loadLatest(ID);
    if (!next || next.sequenceNr === this.snapshots[0]?.sequenceNr) return;
    const found = [];
    for (; next; next = await this.#store.loadBefore(ID, next.sequenceNr)) found.push(next);
    this.snapshots = found;
  }

  /** Stops the actor behind what it was asked for, and gives the database back. */
  async close() {
    this.#unfollow();
    await this.#system.terminate();
    await Promise.all([this.#journal.close(), this.#store.close()]);
  }
}
