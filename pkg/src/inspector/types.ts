import type { Journal, PersistentEvent, StorageStatus, TagFilter } from '../types.js';
import type { LongOptions } from '../types-long.js';
import type { Verification } from '../types-verification.js';

/** A journal as the inspector uses it: what one of the package's own can do besides is offered where it is there. */
export interface InspectedJournal extends Journal {
  storage?(): Promise<StorageStatus>;
  verify?(options?: LongOptions): Promise<Verification>;
  backup?(options?: LongOptions): ReadableStream<Uint8Array>;
}

/**
 * How the events of a stream make its state, as a persistent actor's `initialState` and `onEvent` do.
 * Without a fold no states are shown.
 */
export interface Fold {
  /** The state before the first event. */
  readonly initial: unknown;
  /** The state behind an event. Pure: it answers another object, and changes none. */
  apply(state: any, event: any): unknown;
}

/** One fold for all streams, or the one of each id, where there is one. */
export type Folds = Fold | ((id: string) => Fold | undefined);

/**
 * Puts a copy in the place of the journal's database. The page does so, as it alone knows its path and who
 * has it open: it closes the journal, calls `restore`, and gives the inspector a new journal.
 */
export type Restoring = (copy: File, options: LongOptions) => Promise<void>;

/** Which events are shown: those of a stream or of all, with tags that fit. */
export interface Selection {
  readonly id?: string | undefined;
  readonly filter?: TagFilter | undefined;
}

/** An event in its row, or why there is none. Of a stream the key is the seq, else the position. */
export interface Item {
  readonly key: number;
  readonly event?: PersistentEvent;
  readonly failure?: string;
}
