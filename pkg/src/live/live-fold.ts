import { ProjectionError, type Journal, type PersistentEvent } from 'actor-journal';
import { mustBeFunction } from './arguments.js';
import { Following, type Gathering } from './following.js';
import { LiveState } from './live-state.js';
import type { LiveQuery } from './query.js';

/** The state behind an event. Pure: it answers another state, and changes none. */
export type EventReducer<State, Event = unknown> = (state: State, event: PersistentEvent<Event>) => State;

/**
 * The fold of the events of a query, as they are written. Nothing is read before somebody subscribes.
 *
 * Where the reducer throws, the state has failed with a {@link ProjectionError} (`projection`) that names the
 * event; its `cause` is what was thrown.
 *
 * @param initial the state before the first event.
 * @throws `invalid-argument` where the reducer is no function.
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
  mustBeFunction('liveFold: reducer', reducer);
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
    try {
      this.#state = this.#reducer(this.#state, event);
    } catch (cause) {
      throw failedAt(event, cause);
    }
  }

  state(): State {
    return this.#state;
  }
}

/** Says at which event the reducer has failed. */
function failedAt({ persistenceId, sequenceNr, position }: PersistentEvent, cause: unknown): ProjectionError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `the fold has failed at seq ${sequenceNr} of ${JSON.stringify(persistenceId)}, position ${position}: ${why}`;
  return new ProjectionError(message, { cause, persistenceId, sequenceNr, position });
}
