/** The accounts in their journal: opened, added to, paid between, closed. */

import {
  ActorSystem,
  PersistenceExtensionId,
  SqliteJournal,
  SqliteSnapshotStore,
} from 'actor-journal';
import { hasReceived } from './account.js';
import { Directory, DIRECTORY } from './directory.js';
import { Passbook, RECOVERY_MS } from './passbook.js';
import { SharedActor } from './shared-actor.js';

/** The database, a name in the origin-private file system. */
export const PATH = 'bank.db';

/** How many snapshots are kept of each account. */
export const KEPT = 3;

/** @typedef {{ from: string } & import('./account.js').Transfer} UnderWay */

export class Bank {
  #journal = new SqliteJournal({ path: PATH, wal: true });
  #store = new SqliteSnapshotStore({ path: PATH, keepN: KEPT });
  #system = ActorSystem.create('bank');
  /** @type {Map<string, Passbook>} */
  #accounts = new Map();
  #directory;
  #changed;
  #failed;
  #unfollow = () => {};
  /** Accounts are taken in one after the other, in the order in which they were opened. */
  #taken = Promise.resolve();

  /** @param {() => void} changed @param {(error: unknown) => void} failed */
  constructor(changed, failed) {
    this.#changed = changed;
    this.#failed = failed;
  }

  /**
   * Opens the journal, reads what has happened and starts the actors. A bank that could not be
   * opened is closed.
   *
   * @param {() => void} changed called for each event that is written from then on, by any tab.
   * @param {(error: unknown) => void} failed called when an account that another tab has opened could
   *   not be read.
   */
  static async open(changed, failed) {
    const bank = new Bank(changed, failed);
    try {
      await bank.#start();
      return bank;
    } catch (error) {
      await bank.close().catch(() => {});
      throw error;
    }
  }

  async #start() {
    // What is wrong with the database is known before an actor starts.
    await this.#journal.highestSeq(DIRECTORY);
    this.#system
      .extension(PersistenceExtensionId)
      .configure({ journal: this.#journal, snapshotStore: this.#store });
    this.#directory = new SharedActor(this.#system, () => new Directory(), DIRECTORY);
    this.#unfollow = this.#journal.events.subscribe((stored) => this.#hear(stored));
    const { entries } = await this.#directory.ask({ kind: 'look' }, RECOVERY_MS);
    // One after the other: the time that one takes to recover is its own.
    for (const entry of entries) await this.#take(entry);
  }

  /** An account is opened here or in another tab. */
  #hear({ persistenceId, event }) {
    if (persistenceId === DIRECTORY) this.#take(event).then(this.#changed, this.#failed);
  }

  /** @param {import('./directory.js').Entry} entry */
  #take(entry) {
    this.#taken = this.#taken.then(() => this.#accounts.has(entry.id) || this.#open(entry));
    return this.#taken;
  }

  /** @param {import('./directory.js').Entry} entry */
  async #open(entry) {
    const account = new Passbook(entry);
    await account.open({ system: this.#system, journal: this.#journal, store: this.#store }, this.#changed);
    this.#accounts.set(account.id, account);
  }

  /** The accounts in the order in which they were opened, at least one. */
  get accounts() {
    return [...this.#accounts.values()];
  }

  /** @param {string} id */
  account(id) {
    return this.#accounts.get(id);
  }

  /** What was sent and not received: it is in no account's balance. @returns {UnderWay[]} */
  get underWay() {
    const sent = this.accounts.flatMap(({ id, state }) => state.open.map((open) => ({ from: id, ...open })));
    return sent.filter(({ from, to, number }) => !this.#hasArrived(from, to, number));
  }

  /** An account that another tab has just opened may not be read yet. */
  #hasArrived(from, to, number) {
    const account = this.account(to);
    return account !== undefined && hasReceived(account.state, from, number);
  }

  /** What there is in all, which no transfer changes. */
  get total() {
    const amounts = [...this.accounts.map(({ state }) => state.balance), ...this.underWay.map(({ cents }) => cents)];
    return amounts.reduce((sum, cents) => sum + cents, 0);
  }

  /**
   * Opens another account.
   *
   * @param {string} name
   * @returns {Promise<{ opened: string } | { wrong: string }>} its id, or what is wrong with the name.
   */
  async openAccount(name) {
    const { entries, opened, wrong } = await this.#directory.ask({ kind: 'open', name });
    if (wrong) return { wrong };
    await this.#take(entries.find(({ id }) => id === opened));
    return { opened };
  }

  /**
   * Delivers what an account has sent and not settled. The transfer that is broken off, by a tab
   * that is closed or a journal that fails, stays open, and those behind it wait for it.
   *
   * @param {Passbook} from
   * @returns {Promise<import('./account.js').Transfer[]>} what was delivered.
   */
  async deliver(from) {
    const { open } = (await from.ask({ kind: 'look' })).state;
    for (const { number, to, cents } of open) {
      await this.account(to).ask({ kind: 'receive', from: from.id, number, cents });
      await from.ask({ kind: 'settle', number });
    }
    return open;
  }

  /** Where the accounts are kept. */
  storage() {
    return this.#journal.storage();
  }

  /** Asks the browser to keep them. */
  requestPersistence() {
    return this.#journal.requestPersistence();
  }

  /** Stops the actors behind what they were asked for, and gives the database back. */
  async close() {
    this.#unfollow();
    for (const account of this.accounts) account.close();
    await this.#system.terminate();
    await Promise.all([this.#journal.close(), this.#store.close()]);
  }
}
