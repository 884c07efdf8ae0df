import { check, isPositive } from '../arguments.js';

/** Whether to save a snapshot behind the event at `seq`, which has led to `state`. */
export type SnapshotPolicy<Event = unknown, State = unknown> = (
  seq: number,
  state: State,
  event: Event,
) => boolean;

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
