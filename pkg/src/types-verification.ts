import type { Journal } from './types.js';
import type { LongOptions } from './types-long.js';

/** How snapshots are checked. */
export interface VerifySnapshotsOptions extends LongOptions {
  /**
   * The journal in the same database (path and driver) that the snapshots belong to: none may lie
   * above the head of its stream, and what was compacted must be covered by one.
   */
  readonly journal?: Journal;
}

/** What a check of a whole journal or store has found. */
export interface Verification {
  /** Whether there is no problem. */
  readonly sound: boolean;
  /** Streams that were checked, also those without events. */
  readonly streams: number;
  readonly events: number;
  /** Tags of events. */
  readonly tags: number;
  /** Snapshots, or durable states. */
  readonly states: number;
  /**
   * Of the rows those without a checksum, which an earlier version or another program wrote: a change
   * that leaves them readable is not noticed.
   */
  readonly unchecked: number;
  /**
   * Of the payloads those that begin neither as JSON nor with CBOR's mark: a codec of one's own wrote
   * them, and only that one can tell whether it can read them.
   */
  readonly opaque: number;
  /** How many problems were met. */
  readonly found: number;
  /** The first 100 of them. */
  readonly problems: readonly Problem[];
}

/** What is wrong with a journal or a store. */
export interface Problem {
  /** The stream, or the durable state, where it concerns one. */
  readonly persistenceId?: string;
  /** The event or the snapshot, or the state's revision, where it concerns one. */
  readonly sequenceNr?: number;
  /** What is wrong, in words. */
  readonly what: string;
}
