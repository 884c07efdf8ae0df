import type { Journal, PersistentEvent } from 'actor-journal';
import { Following, type Gathering } from './following.js';
import { LiveState, type LiveStatus, type Source } from './live-state.js';
import { invalid, type LiveQuery } from './query.js';

const LIMIT = 100;

/** A query whose last events are kept. */
export type EventsQuery = LiveQuery & {
  /** How many events are kept, the last ones, from 1 on. Default 100. */
  readonly limit?: number;
};

/**
 * The last events of a query, oldest first, as they are written. Nothing is read before somebody subscribes.
 *
 * Of a stream the last `limit` events are read, however many there are; of the others, all behind
 * `fromPosition`, of which `limit` are kept.
 *
 * @example
 * ```ts
 * const orders = liveEvents<Order>(journal, { filter: 'order', limit: 20 });
 * orders.subscribe(() => show(orders.getSnapshot().state));
 * ```
 */
export function liveEvents<Event = unknown>(
  journal: Journal,
  { limit = LIMIT, ...query }: EventsQuery = {},
): LiveState<readonly PersistentEvent<Event>[]> {
  return new LiveState(new LastEvents(journal, query, limit));
}

class LastEvents<Event> implements Source<readonly PersistentEvent<Event>[]> {
  readonly #limit: number;
  readonly #kept: Kept<Event>;
  readonly #following: Following<Event, readonly PersistentEvent<Event>[]>;

  constructor(journal: Journal, query: LiveQuery, limit: number) {
    this.#limit = limit;
    this.#kept = new Kept(limit);
    this.#following = new Following(journal, query, this.#kept);
  }

  async follow(signal: AbortSignal, told: (status: LiveStatus) => void): Promise<void> {
    checkLimit(this.#limit);
    if (await this.#following.skipToLast(this.#limit, signal)) this.#kept.clear();
    await this.#following.follow(signal, told);
  }

  state(): readonly PersistentEvent<Event>[] {
    return this.#kept.state();
  }
}

/** The last events. */
class Kept<Event> implements Gathering<Event, readonly PersistentEvent<Event>[]> {
  readonly #limit: number;
  #events: PersistentEvent<Event>[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Those in front go when they are as many as those that stay, so that each is moved once at most. */
  add(event: PersistentEvent<Event>): void {
    if (this.#events.length >= 2 * this.#limit) this.#events.splice(0, this.#limit);
    this.#events.push(event);
  }

  clear(): void {
    this.#events = [];
  }

  state(): readonly PersistentEvent<Event>[] {
    return this.#events.slice(-this.#limit);
  }
}

function checkLimit(limit: number): void {
  if (Number.isSafeInteger(limit) && limit > 0) return;
  throw invalid(`limit must be a positive integer, not ${JSON.stringify(limit)}`);
}
