import type { Manifest, PersistentEvent } from './types.js';

/**
 * Makes an event. All events are made here, so that engines see few shapes: one that has no tags
 * or no manifest does not have the properties. The tags are copied: no two events share a list.
 */
export function persistentEvent<Event>(
  persistenceId: string,
  sequenceNr: number,
  position: number,
  event: Event,
  timestamp: number,
  tags: readonly string[] | undefined,
  manifest: Required<Manifest> | undefined,
): PersistentEvent<Event> {
  if (manifest) {
    const unnamed = persistentEvent(persistenceId, sequenceNr, position, event, timestamp, tags, undefined);
    return { ...unnamed, ...manifest };
  }
  if (!tags) return { persistenceId, sequenceNr, position, event, timestamp };
  return { persistenceId, sequenceNr, position, event, timestamp, tags: tags.slice() };
}
