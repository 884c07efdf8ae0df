import type { PersistentEvent, TagFilter } from '../types.js';
import { isAlike, isUnreadable, saidBy, seqOf } from './failure.js';
import { firstWhereNot } from '../live/search.js';
import type { InspectedJournal, Item, Selection } from './types.js';

/** Events that are asked for at once. */
export const PAGE = 256;

/** All that was selected behind a key, up to and with `through`. */
export interface Page {
  readonly items: Item[];
  readonly through: number;
}

interface Bounds {
  readonly limit?: number;
  readonly live?: boolean;
  readonly signal?: AbortSignal;
}

/** How the selected events are read, in the order of their keys. */
export class Reading {
  readonly #journal: InspectedJournal;
  readonly #id: string | undefined;
  readonly #filter: TagFilter | undefined;

  constructor(journal: InspectedJournal, { id, filter }: Selection) {
    this.#journal = journal;
    this.#id = id;
    this.#filter = filter;
  }

  /** Whether nearly each key has an event. */
  get isDense(): boolean {
    return this.#filter === undefined;
  }

  /** Within a stream the journal does not filter: all is read to find what fits, more of it at once. */
  get blocks(): number {
    return this.#id === undefined || this.#filter === undefined ? 1 : 16;
  }

  keyOf({ sequenceNr, position }: PersistentEvent): number {
    return this.#id === undefined ? position : sequenceNr;
  }

  /** The first events behind a key. One that cannot be read has an item that says why. */
  async page(after: number): Promise<Page> {
    const items: Item[] = [];
    const limit = this.blocks * PAGE;
    let [through, count] = [after, 0];
    try {
      for await (const event of this.#events(after, { limit })) {
        count++;
        through = this.keyOf(event);
        if (this.#fits(event)) items.push({ key: through, event });
      }
    } catch (error) {
      if (count > 0) return { items, through };
      const unreadable = await this.#unreadable(after, error);
      return { items: [unreadable], through: unreadable.key };
    }
    return { items, through: count < limit ? Infinity : through };
  }

  /** The highest key. The event at the last position may be gone, or not be selected: it is searched for. */
  async end(): Promise<number> {
    if (this.#id !== undefined) return this.#journal.highestSeq(this.#id);
    return firstWhereNot(0, async (key) => (await this.#first(key)).isThere);
  }

  /** The events behind a key, and those that come. One that cannot be read has an item that says why. */
  async *follow(after: number, signal: AbortSignal): AsyncGenerator<Item, void, undefined> {
    for (let through = after; !signal.aborted; ) {
      try {
        for await (const event of this.#events(through, { live: true, signal })) {
          through = this.keyOf(event);
          if (this.#fits(event)) yield { key: through, event };
        }
        return;
      } catch (error) {
        const unreadable = await this.#unreadable(through, error);
        through = unreadable.key;
        yield unreadable;
      }
    }
  }

  /** The item of the first event behind a key, which cannot be read; throws what is no such error. */
  async #unreadable(after: number, error: unknown): Promise<Item> {
    if (!isUnreadable(error)) throw error;
    return { key: await this.#keyOfFailure(after, error), failure: saidBy(error) };
  }

  /** An error tells the seq. It does not tell the position: up to there queries fail alike. */
  async #keyOfFailure(after: number, error: unknown): Promise<number> {
    if (this.#id !== undefined) return Math.max(after + 1, seqOf(error));
    return firstWhereNot(after + 1, async (key) => isAlike((await this.#first(key)).failure, error));
  }

  /** Whether there is an event behind a key, and why it cannot be read. */
  async #first(after: number): Promise<{ isThere: boolean; failure?: unknown }> {
    try {
      for await (const _ of this.#events(after, { limit: 1 })) return { isThere: true };
      return { isThere: false };
    } catch (failure) {
      if (!isUnreadable(failure)) throw failure;
      return { isThere: true, failure };
    }
  }

  #events(after: number, bounds: Bounds): AsyncIterable<PersistentEvent> {
    if (this.#id !== undefined) return this.#journal.replay(this.#id, { fromSeq: after + 1, ...bounds });
    const query = { fromPosition: after, ...bounds };
    return this.#filter === undefined
      ? this.#journal.allEvents(query)
      : this.#journal.eventsByTag(this.#filter, query);
  }

  /** The journal filters by tag, but not within a stream. */
  #fits({ tags = [] }: PersistentEvent): boolean {
    if (this.#id === undefined || this.#filter === undefined) return true;
    const filter = typeof this.#filter === 'string' ? { all: [this.#filter] } : this.#filter;
    const has = (tag: string): boolean => tags.includes(tag);
    const { all = [], any, not = [] } = filter;
    return all.every(has) && (any?.some(has) ?? true) && !not.some(has);
  }
}
