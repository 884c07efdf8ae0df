/** Entries to append, and events read back in short. */

/** The most events, or ids, that one call answers. */
export const PAGE = 2048;

export const entries = (...events) => events.map((event) => ({ event }));

export const tagged = (event, ...tags) => ({ event, tags });

export const named = (event, manifest, version) => ({ event, manifest, version });

/** Entries whose events are numbered from 1. */
export const counted = (count) => Array.from({ length: count }, (_, i) => ({ event: { n: i + 1 } }));

/** The numbers from `first` to `last`. */
export const range = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

export const seqs = (events) => events.map((event) => event.sequenceNr);
export const positions = (events) => events.map((event) => event.position);
export const manifests = (events) => events.map(({ manifest, version }) => manifest && `${manifest} ${version}`);
export const contents = (events) => events.map((event) => event.event);

export async function all(iterable) {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
}

/** Calls `listener` with what is appended, and answers what waits until all of it was told. */
export function listening(journal, listener) {
  const LAST = 'behind it';
  let heard;
  const told = new Promise((resolve) => (heard = resolve));
  const unsubscribe = journal.events.subscribe((event) => {
    if (event.persistenceId === LAST) heard();
    else listener(event);
  });
  return async () => {
    await journal.append(LAST, entries('last'), await journal.highestSeq(LAST));
    await told;
    unsubscribe();
  };
}
