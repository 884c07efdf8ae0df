import type { Journal } from 'actor-journal';
import { liveFold, type EventReducer, type Live, type LiveQuery } from 'actor-journal/live';
import { useMemo } from 'react';
import { textOf } from './query-text.js';
import { useLive } from './use-live.js';

/** The fold of events, and how far it has come. */
export interface UsedFold<State> extends Live<State> {
  /** Reads on where that has failed. The same function at each render. */
  readonly retry: () => void;
}

/**
 * The fold of the events of a query, as they are written, by whomever. It begins anew where the journal or
 * what the query says is another.
 *
 * @param reducer as that of the first render is, it stays: it is pure, and knows nothing but its arguments.
 * @param initial the state before the first event; that of the first render.
 * @example
 * ```tsx
 * const add = (sum: number, { event }: PersistentEvent<Deposited>) => sum + event.cents;
 * const { state, status } = useFold(journal, { id: 'account-1' }, add, 0);
 * ```
 */
export function useFold<State, Event = unknown>(
  journal: Journal,
  query: LiveQuery,
  reducer: EventReducer<State, Event>,
  initial: State,
): UsedFold<State> {
  const live = useMemo(() => liveFold(journal, query, reducer, initial), [journal, textOf(query)]);
  return { ...useLive(live), retry: live.retry };
}
