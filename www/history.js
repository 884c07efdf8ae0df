/** What has happened to an account, and the state it was in behind each event. */

/**
 * @typedef {import('actor-journal').Journal} Journal
 * @typedef {import('actor-journal').PersistentEvent<import('./account.js').Event>} StoredEvent
 * @typedef {import('./account.js').State} State
 */

export class History {
  #actor;
  /** @type {StoredEvent[]} */
  #events = [];
  /** The state at seq n stands at index n. @type {State[]} */
  #states;

  /** @param {import('./account.js').Account} actor whose `onEvent` folds the events. */
  constructor(actor) {
    this.#actor = actor;
    this.#states = [actor.initialState()];
  }

  /** The highest seq. */
  get head() {
    return this.#events.length;
  }

  /** @param {number} seq from 1. */
  event(seq) {
    return this.#events[seq - 1];
  }

  /** The fold of `onEvent` over the events up to `seq`. @param {number} seq from 0. */
  stateAt(seq) {
    return this.#states[seq];
  }

  /** The state behind the last event. */
  get latest() {
    return this.#states[this.head];
  }

  /**
   * Reads the stream, then follows it. It listens before it reads: what is written meanwhile is
   * heard, kept until the replay has ended, and not counted twice.
   *
   * @param {Journal} journal
   * @param {() => void} changed called for each event that is written from then on.
   * @returns {Promise<() => void>} what ends the following.
   */
  async follow(journal, changed) {
    /** @type {StoredEvent[]} */
    const meanwhile = [];
    let hear = (event) => void meanwhile.push(event);
    const unsubscribe = journal.events.subscribe((event) => hear(event));
    try {
      for await (const event of journal.replay(this.#actor.persistenceId)) this.#add(event);
    } catch (error) {
      unsubscribe();
      throw error;
    }
    meanwhile.forEach((event) => this.#add(event));
    hear = (event) => this.#add(event) && changed();
    return unsubscribe;
  }

  /** Takes the next event of the stream; false for any other. @param {StoredEvent} stored */
  #add(stored) {
    const isNext = stored.sequenceNr === this.head + 1;
    if (stored.persistenceId !== this.#actor.persistenceId || !isNext) return false;
    this.#states.push(this.#actor.onEvent(this.latest, stored.event));
    this.#events.push(stored);
    return true;
  }
}
