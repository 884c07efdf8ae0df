import type { Journal, PersistentEvent } from 'actor-journal';
import { Following, type Gathering } from './following.js';
import { LiveState } from './live-state.js';
import type { LiveQuery } from './query.js';

/** The state behind an event. Pure: it answers another state, and changes none. */
export type EventReducer<State, Event = unknown> = (state: State, event: PersistentEvent<Event>) => State;

/**
 * The fold of the events of a query, as they are written. Nothing is read before somebody subscribes.
 *
 * @param initial the state before the first event.
 * @example
 * ```ts
 * const balance = liveFold(
 *   journal,
 *   { id: 'account-1' },
 *   (sum: number, { event }: PersistentEvent<Deposited>) => sum + event.cents,
 *   0,
 * );
 * balance.subscribe(() => show(balance.getSnapshot().state));
 * ```
 */
export function liveFold<State, Event = unknown>(
  journal: Journal,
  query: LiveQuery,
  reducer: EventReducer<State, Event>,
  initial: State,
): LiveState<State> {
  return new LiveState(new Following(journal, query, new Fold(reducer, initial)));
}

class Fold<Event, State> implements Gathering<Event, State> {
  readonly #reducer: EventReducer<State, Event>;
  #state: State;

  constructor(reducer: EventReducer<State, Event>, initial: State) {
    this.#reducer = reducer;
    this.#state = initial;
  }

  add(event: PersistentEvent<Event>): void {
    this.#state = this.#reducer(this.#state, event);
  }

  state(): State {
    return this.#state;
  }
}
