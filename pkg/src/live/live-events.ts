import type { Journal, PersistentEvent } from 'actor-journal';
import { must } from './arguments.js';
import { Following, type Gathering } from './following.js';
import { LiveState, type LiveStatus, type Source } from './live-state.js';
import type { LiveQuery } from './query.js';
import { isObject } from './shape.js';

const LIMIT = 100;

/** A query whose last events are kept. */
export type EventsQuery = LiveQuery & {
  /** How many events are kept, the last ones, from 1 on. Default 100. */
  readonly limit?: number;
};

/**
 * The last events of a query, oldest first, as they are written. Nothing is read before somebody subscribes.
 *
 * Fewer than twice as many as are kept are read, however many there are. Where they begin is found out from the
 * journal's end, by one query of `limit` events as a rule, by at most some tens where they are far between.
 *
 * @example
 * ```ts
 * const orders = liveEvents<Order>(journal, { filter: 'order', limit: 20 });
 * orders.subscribe(() => show(orders.getSnapshot().state));
 * ```
 */
export function liveEvents<Event = unknown>(
  journal: Journal,
  query: EventsQuery = {},
): LiveState<readonly PersistentEvent<Event>[]> {
  return new LiveState(new LastEvents(journal, query));
}

class LastEvents<Event> implements Source<readonly PersistentEvent<Event>[]> {
  readonly #limit: number;
  readonly #kept: Kept<Event>;
  readonly #following: Following<Event, readonly PersistentEvent<Event>[]>;

  constructor(journal: Journal, query: EventsQuery) {
    // What is wrong is refused when it is read, as all that is wrong with a query.
    const { limit = LIMIT, ...events } = { ...query };
    this.#limit = limit;
    this.#kept = new Kept(Number(limit));
    this.#following = new Following(journal, isObject(query) ? events : query, this.#kept);
  }

  async follow(signal: AbortSignal, told: (status: LiveStatus) => void): Promise<void> {
    must('query: limit', 'a positive safe integer', this.#limit, Number.isSafeInteger(this.#limit) && this.#limit > 0);
    if (await this.#following.skipToLast(this.#limit, signal)) this.#kept.beginAnew();
    await this.#following.follow(signal, (status) => {
      if (status === 'live') this.#kept.complete();
      told(status);
    });
  }

  state(): readonly PersistentEvent<Event>[] {
    return this.#kept.state();
  }
}

/** The last events. */
class Kept<Event> implements Gathering<Event, readonly PersistentEvent<Event>[]> {
  readonly #limit: number;
  #events: PersistentEvent<Event>[] = [];
  /** Shown until the events that take their place are there. */
  #before: readonly PersistentEvent<Event>[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Those in front go when they are as many as those that stay, so that each is moved once at most. */
  add(event: PersistentEvent<Event>): void {
    if (this.#events.length >= 2 * this.#limit) this.#events.splice(0, this.#limit);
    this.#events.push(event);
    if (this.#events.length === this.#limit) this.complete();
  }

  /** What comes now does not follow what is there. */
  beginAnew(): void {
    this.#before = this.state();
    this.#events = [];
  }

  /** What has come is all there is. */
  complete(): void {
    this.#before = [];
  }

  state(): readonly PersistentEvent<Event>[] {
    return this.#before.length > 0 ? this.#before : this.#events.slice(-this.#limit);
  }
}
