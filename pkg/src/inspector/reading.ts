import type { PersistentEvent, TagFilter } from '../types.js';
import { codeOf, saidBy } from './failure.js';
import type { InspectedJournal, Item, Selection } from './types.js';

/** Events that are asked for at once. */
export const PAGE = 256;

/** Codes of events that are there and cannot be shown. */
const UNREADABLE = ['undecodable', 'unsupported-schema', 'integrity'];

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
      if (!UNREADABLE.includes(codeOf(error))) throw error;
      return { items: [{ key: after + 1, failure: saidBy(error) }], through: after + 1 };
    }
    return { items, through: count < limit ? Infinity : through };
  }

  /** The highest key. No query tells the last position: it is searched for, in some forty steps at most. */
  async end(): Promise<number> {
    if (this.#id !== undefined) return this.#journal.highestSeq(this.#id);
    let [last, step] = [0, 1];
    for (let found = await this.#next(0); found !== undefined; found = await this.#next(last + step)) {
      last = found;
      step *= 2;
    }
    for (let beyond = last + step; beyond > last; ) {
      const middle = last + Math.floor((beyond - last) / 2);
      const found = await this.#next(middle);
      if (found === undefined) beyond = middle;
      else last = found;
    }
    return last;
  }

  /** The events behind a key, and those that come. */
  async *follow(after: number, signal: AbortSignal): AsyncGenerator<Item, void, undefined> {
    for await (const event of this.#events(after, { live: true, signal })) {
      if (this.#fits(event)) yield { key: this.keyOf(event), event };
    }
  }

  /** The first key behind another one. */
  async #next(after: number): Promise<number | undefined> {
    try {
      for await (const event of this.#events(after, { limit: 1 })) return this.keyOf(event);
      return undefined;
    } catch (error) {
      if (UNREADABLE.includes(codeOf(error))) return after + 1;
      throw error;
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
