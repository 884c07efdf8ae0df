import type { PersistentEvent } from './types.js';

/**
 * Makes an event. All events are made here, so that engines see one shape, or two: one that has no
 * tags does not have the property. The tags are copied: no two events share a list.
 */
export function persistentEvent<Event>(
  persistenceId: string,
  sequenceNr: number,
  position: number,
  event: Event,
  timestamp: number,
  tags: readonly string[] | undefined,
): PersistentEvent<Event> {
  if (!tags) return { persistenceId, sequenceNr, position, event, timestamp };
  return { persistenceId, sequenceNr, position, event, timestamp, tags: tags.slice() };
}
