import type { JournalEntry, Manifest, PersistentEvent, Snapshot } from './types.js';

/**
 * Stands between an actor's events and what is stored of them. Stored events are never rewritten:
 * what an older program has stored is adapted each time it is read.
 */
export interface EventAdapter<Event> {
  /** What to store of an event; its tags come behind those of `tagsFor`. */
  toJournal(event: Event): JournalEntry;
  /**
   * The events that a stored one is today: one, several, or none where it is retired. Of an event
   * that is appended it is asked when that is stored.
   */
  fromJournal(stored: PersistentEvent): readonly Event[];
}

/**
 * Stands between an actor's state and what is stored of it: a snapshot, or a durable state, whose
 * revision is then the stored one's `sequenceNr`.
 */
export interface SnapshotAdapter<State> {
  /** What to store of a state. */
  toJournal(state: State): StateEntry;
  /** The state that a stored one is today. */
  fromJournal(stored: Snapshot): State;
}

/** What is stored of a state, and what it says it is. */
export interface StateEntry extends Manifest {
  /** Any value the store's codec keeps as it is. */
  readonly state: unknown;
}
