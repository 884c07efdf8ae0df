import { check, listOf } from './arguments.js';
import { manifested, manifestOf } from './arguments-manifest.js';
import { isTags } from './arguments-tags.js';
import type { Encoded, Payloads } from './codec.js';
import type { AllLabels, Labels } from './entries.js';
import type { Place } from './journal-appends.js';
import { persistentEvent } from './chunk-event.js';
import type { JournalEntry, PersistentEvent } from './types.js';

export const isEntry = manifested<JournalEntry>({ event: () => undefined, tags: isTags });
const areEntries = listOf(isEntry);

/** The entries of an append, encoded: later changes to the caller's objects are not seen. */
export class Batch<Event> {
  readonly size: number;
  readonly #encoded: Encoded;
  readonly #labels: AllLabels;

  /** @throws `invalid-argument` and `unencodable`, naming the entry. */
  constructor(entries: readonly JournalEntry<Event>[], payloads: Payloads) {
    check('append: entries', entries, areEntries);
    this.size = entries.length;
    const events = entries.map((entry) => entry.event);
    const labels = entries.map(labelsOf);
    this.#labels = labels.every((of) => of === undefined) ? undefined : labels;
    this.#encoded = payloads.encodeAll(events, (i) => `append: entries[${i}].event`);
  }

  /** In the packed format of `entries.ts`. */
  packed(): Uint8Array {
    return this.#encoded.packed(this.#labels);
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
    return events.map((event, i) => {
      const { tags, manifest } = this.#labels?.[i] ?? NO_LABELS;
      return persistentEvent(persistenceId, firstSeq + i, firstPosition + i, event, timestamp, tags, manifest);
    });
  }
}

const NO_LABELS: Labels = { tags: undefined, manifest: undefined };

function labelsOf(entry: JournalEntry): Labels | undefined {
  const tags = entry.tags?.length ? [...new Set(entry.tags)] : undefined;
  const manifest = manifestOf(entry);
  return tags || manifest ? { tags, manifest } : undefined;
}
