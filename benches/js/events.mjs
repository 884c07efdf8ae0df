/** The events of all workloads: 100 bytes of JSON each. */

const BYTES = 100;
const TIMESTAMP = 1_700_000_000_000;

/** The event at a place in a stream; no two of the first 900,000 are the same. */
export function eventAt(seq) {
  return { kind: 'deposited', cents: 100_000 + (seq % 900_000), at: TIMESTAMP + seq, by: 'ada', note };
}

let note = '';
note = 'x'.repeat(BYTES - JSON.stringify(eventAt(0)).length);

/** One event and its place, as workloads hand them to subjects. */
export function rowAt(id, seq) {
  return { id, seq, event: eventAt(seq) };
}

/** Rows of one stream behind a seq. */
export function rowsAfter(id, seq, count) {
  return Array.from({ length: count }, (_, i) => rowAt(id, seq + 1 + i));
}
