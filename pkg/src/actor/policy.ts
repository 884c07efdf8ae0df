import { check, isPositive } from '../arguments.js';

/** Whether to save a snapshot behind the event at `seq`, which has led to `state`. */
export type SnapshotPolicy<Event = unknown, State = unknown> = (
  seq: number,
  state: State,
  event: Event,
) => boolean;

/**
 * What becomes of events when a snapshot is saved by policy: all are kept, or those that every kept
 * snapshot covers are deleted behind it. Where journal and snapshots share a database, both are one
 * transaction.
 */
export type Retention = 'keep' | 'compact';

/**
 * A snapshot behind each event whose seq is a multiple of `n`.
 *
 * @example
 * ```ts
 * override snapshotPolicy() { return everyNEvents(100); }
 * ```
 */
export function everyNEvents(n: number): SnapshotPolicy {
  check('everyNEvents: n', n, isPositive);
  return (seq) => seq % n === 0;
}
