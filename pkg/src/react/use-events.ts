import type { Journal, PersistentEvent } from 'actor-journal';
import { liveEvents, type EventsQuery, type LiveStatus } from 'actor-journal/live';
import { useMemo } from 'react';
import { textOf } from './query-text.js';
import { useLive } from './use-live.js';

/** Events, and how far their reading has come. */
export interface UsedEvents<Event> {
  /** The last ones, oldest first. They are shared: treat them as read-only. */
  readonly events: readonly PersistentEvent<Event>[];
  readonly status: LiveStatus;
  /** Why it has failed, most often a {@link JournalError}; else `undefined`. */
  readonly error: unknown;
  /** Reads on where that has failed. The same function at each render. */
  readonly retry: () => void;
}

/**
 * The last events of a query, 100 unless it has a `limit`, as they are written, by whomever. It begins anew
 * where the journal or what the query says is another.
 *
 * @param query `{ id }` for those of a stream, `{ filter }` for those with tags that fit. Default: all.
 * @example
 * ```tsx
 * const { events, status } = useEvents<Order>(journal, { filter: 'order', limit: 20 });
 * return <ol>{events.map(({ position, event }) => <li key={position}>{event.item}</li>)}</ol>;
 * ```
 */
export function useEvents<Event = unknown>(journal: Journal, query: EventsQuery = {}): UsedEvents<Event> {
  const live = useMemo(() => liveEvents<Event>(journal, query), [journal, textOf(query)]);
  const { state: events, status, error } = useLive(live);
  return { events, status, error, retry: live.retry };
}
