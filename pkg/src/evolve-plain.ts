import { unsupported } from './evolve-unsupported.js';
import type { EventAdapter, SnapshotAdapter } from './evolve.js';
import type { PersistentEvent, Snapshot } from './types.js';

/** Stores events as they are, without a manifest, and refuses those that were stored with one. */
export function plainEvents<Event>(): EventAdapter<Event> {
  return {
    toJournal: (event) => ({ event }),
    fromJournal: (stored) => [unnamed(stored).event as Event],
  };
}

/** Stores states as they are, without a manifest, and refuses those that were stored with one. */
export function plainStates<State>(): SnapshotAdapter<State> {
  return {
    toJournal: (state) => ({ state }),
    fromJournal: (stored) => unnamed(stored).state as State,
  };
}

function unnamed<Stored extends PersistentEvent | Snapshot>(stored: Stored): Stored {
  const { manifest, version = 1 } = stored;
  if (manifest === undefined) return stored;
  const what = `has the manifest ${JSON.stringify(manifest)} in version ${version}, and there is no adapter to read it`;
  throw unsupported(what, stored);
}
