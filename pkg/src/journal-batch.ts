import { check, fieldsOf, listOf } from './arguments.js';
import { isTags } from './arguments-tags.js';
import type { Encoded, Payloads } from './codec.js';
import type { TagLists } from './entries.js';
import type { Place } from './journal-appends.js';
import { persistentEvent } from './chunk-event.js';
import type { JournalEntry, PersistentEvent } from './types.js';

const areEntries = listOf(fieldsOf<JournalEntry>({ event: () => undefined, tags: isTags }));

/** The entries of an append, encoded: later changes to the caller's objects are not seen. */
export class Batch<Event> {
  readonly size: number;
  readonly #encoded: Encoded;
  readonly #tags: TagLists;

  /** @throws `invalid-argument` and `unencodable`, naming the entry. */
  constructor(entries: readonly JournalEntry<Event>[], payloads: Payloads) {
    check('append: entries', entries, areEntries);
    this.size = entries.length;
    const events = entries.map((entry) => entry.event);
    const tags = entries.map((entry) => (entry.tags?.length ? [...new Set(entry.tags)] : undefined));
    this.#tags = tags.every((list) => list === undefined) ? undefined : tags;
    this.#encoded = payloads.encodeAll(events, (i) => `append: entries[${i}].event`);
  }

  /** In the packed format of `entries.ts`. */
  packed(): Uint8Array {
    return this.#encoded.packed(this.#tags);
  }

  /** The events as a replay would decode them: new objects each time. */
  events(): Event[] {
    return this.#encoded.decoded() as Event[];
  }

  /** What a replay would return, now that the batch has its places. */
  stored(
    persistenceId: string,
    [firstSeq, firstPosition, timestamp]: Place,
    events = this.events(),
  ): PersistentEvent<Event>[] {
    return events.map((event, i) =>
      persistentEvent(persistenceId, firstSeq + i, firstPosition + i, event, timestamp, this.#tags?.[i]),
    );
  }
}
