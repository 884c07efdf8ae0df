import type { Journal, PersistentEvent } from 'actor-journal';
import type { LiveStatus, Source } from './live-state.js';
import { beginningOf, checkQuery, eventsBehind, keyOf, type LiveQuery } from './query.js';
import { firstWhereNot } from './search.js';
import { BATCH, turn } from './turn.js';

/** What is made of events. */
export interface Gathering<Event, State> {
  /** Takes an event in. Where it throws, it has not. */
  add(event: PersistentEvent<Event>): void;
  /** What was made of the events so far: another object where it is another state. */
  state(): State;
}

/** What is made of the events of a query: first of those that are there, then of those that come. */
export class Following<Event, State> implements Source<State> {
  readonly #journal: Journal;
  readonly #query: LiveQuery;
  readonly #gathering: Gathering<Event, State>;
  /** The key of the last event that was taken in, or where the query begins. */
  #behind: number | undefined;

  constructor(journal: Journal, query: LiveQuery, gathering: Gathering<Event, State>) {
    this.#journal = journal;
    this.#query = query;
    this.#gathering = gathering;
  }

  async follow(signal: AbortSignal, told: (status: LiveStatus) => void): Promise<void> {
    checkQuery(this.#journal, this.#query);
    await this.#read({ signal }, () => told('catching-up'));
    told('live');
    await this.#read({ signal, live: true }, () => told('live'));
  }

  state(): State {
    return this.#gathering.state();
  }

  /**
   * Leaves out what is before the last `count` events; of those before them fewer than `count` are left.
   *
   * @returns whether there is something that was not read yet and never will be.
   */
  async skipToLast(count: number, signal: AbortSignal): Promise<boolean> {
    checkQuery(this.#journal, this.#query);
    const { id } = this.#query;
    const last = id === undefined ? await this.#beforeLast(count, signal) : (await this.#journal.highestSeq(id)) - count;
    signal.throwIfAborted();
    const skips = last > this.#from;
    if (skips) this.#behind = last;
    return skips;
  }

  /**
   * A position with at least `count` events behind it, and fewer than twice as many, where there are so many. No
   * query counts or reads backwards, so it is searched for from the journal's end, in blocks of `count` positions,
   * which hold no more events: an old event that cannot be read is none of a list that does not show it.
   */
  async #beforeLast(count: number, signal: AbortSignal): Promise<number> {
    const end = await this.#journal.lastPosition();
    const blocks = await firstWhereNot(1, (blocks) => this.#isAmongLast(end - blocks * count, count, signal));
    return end - blocks * count;
  }

  /** Whether the query has fewer than `count` events behind a key, and begins before it. */
  async #isAmongLast(key: number, count: number, signal: AbortSignal): Promise<boolean> {
    if (key <= this.#from) return false;
    let found = 0;
    for await (const _ of eventsBehind(this.#journal, this.#query, key, { limit: count, signal })) found++;
    return found < count;
  }

  /** The key behind which the next event is. */
  get #from(): number {
    return this.#behind ?? beginningOf(this.#query);
  }

  async #read(bounds: { signal: AbortSignal; live?: boolean }, told: () => void): Promise<void> {
    let count = 0;
    for await (const event of eventsBehind<Event>(this.#journal, this.#query, this.#from, bounds)) {
      // Events of the page at hand still come behind an end, and are another reading's by then.
      bounds.signal.throwIfAborted();
      this.#gathering.add(event);
      this.#behind = keyOf(this.#query, event);
      told();
      if (++count % BATCH === 0) await turn();
    }
  }
}
