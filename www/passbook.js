/** One account as the page holds it: its actor, what has happened to it, its snapshots. */

import { Account } from './account.js';
import { History } from './history.js';
import { SharedActor } from './shared-actor.js';

/** A first answer waits for recovery, however long the account's history is. */
export const RECOVERY_MS = 60_000;

/**
 * @typedef {import('actor-journal').Snapshot<import('./account.js').State>} Snapshot
 * @typedef {{ fromSeq: number, events: number, ms: number }} Recovery
 * @typedef {object} Shelf what the passbooks of one bank stand on
 * @property {import('actor-journal').ActorSystem} system
 * @property {import('actor-journal').Journal} journal
 * @property {import('actor-journal').SnapshotStore} store
 */

export class Passbook {
  #actor;
  #store;
  #unfollow = () => {};

  /** The snapshots that are kept, newest first. @type {readonly Snapshot[]} */
  snapshots = [];
  /** @type {Recovery | undefined} */
  recovery;

  /** @param {import('./directory.js').Entry} entry */
  constructor({ id, name }) {
    this.id = id;
    this.name = name;
    this.history = new History(new Account(id));
  }

  /** The account as it is now. */
  get state() {
    return this.history.latest;
  }

  /**
   * Starts the account's actor and reads what has happened to it.
   *
   * @param {Shelf} shelf
   * @param {() => void} changed called for each event that is written from then on.
   */
  async open({ system, journal, store }, changed) {
    this.#store = store;
    await this.refreshSnapshots();
    const began = performance.now();
    this.#actor = new SharedActor(system, () => new Account(this.id), this.id);
    await this.#actor.ask({ kind: 'look' }, RECOVERY_MS);
    const ms = performance.now() - began;
    this.#unfollow = await this.history.follow(journal, changed);
    const fromSeq = this.snapshots[0]?.sequenceNr ?? 0;
    this.recovery = { fromSeq, events: this.history.head - fromSeq, ms };
  }

  /**
   * @param {import('./account.js').Command} command
   * @returns {Promise<import('./account.js').Reply>} when what it led to is stored.
   */
  ask(command) {
    return this.#actor.ask(command);
  }

  /** Reads the snapshots again if there is a newer one. */
  async refreshSnapshots() {
    let next = await this.#store.loadLatest(this.id);
    if (!next || next.sequenceNr === this.snapshots[0]?.sequenceNr) return;
    const found = [];
    for (; next; next = await this.#store.loadBefore(this.id, next.sequenceNr)) found.push(next);
    this.snapshots = found;
  }

  /** Hears no more of what is written. */
  close() {
    this.#unfollow();
  }
}
