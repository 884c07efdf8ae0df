import { codeOf } from './failure.js';
import type { Rows } from './rows.js';
import type { InspectedJournal } from './types.js';

/** Ids that are asked for at once. */
const PAGE = 500;

/** Rows before the end of what was read at which more is. */
const NEAR = 100;

/** Heads that are kept. */
const HEADS = 10_000;

interface Page {
  readonly ids: string[];
  readonly isLast: boolean;
}

/** The ids that begin with a text, ascending: read page by page as they are looked at. */
export class IdRows implements Rows<string> {
  readonly #journal: InspectedJournal;
  readonly #prefix: string;
  readonly #changed: () => void;
  readonly #failed: (error: unknown) => void;
  readonly #heads = new Map<string, number | undefined>();
  #ids: string[] = [];
  #isWhole = false;
  #isReading = false;
  /** Ids that were written to since the reading began: it may have begun before there were such streams. */
  #heard: string[] = [];
  #isClosed = false;

  constructor(journal: InspectedJournal, prefix: string, changed: () => void, failed: (error: unknown) => void) {
    this.#journal = journal;
    this.#prefix = prefix;
    this.#changed = changed;
    this.#failed = failed;
    void this.#read();
  }

  get size(): number {
    return this.#ids.length;
  }

  /** Whether these are all. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  at(index: number): string | undefined {
    if (index > this.size - NEAR && !this.#isWhole) void this.#read();
    return this.#ids[index];
  }

  keyOf(id: string): string {
    return id;
  }

  indexOf(id: string): number {
    return this.#ids.indexOf(id);
  }

  /** The head of a stream, when it is known; it is asked for otherwise. */
  headOf(id: string): number | undefined {
    if (!this.#heads.has(id)) void this.#ask(id);
    return this.#heads.get(id);
  }

  /** An event was written: a head has risen, or there may be another stream. */
  heard(id: string, seq: number): void {
    const isKnown = this.#heads.has(id);
    if (isKnown) this.#heads.set(id, seq);
    else if (!id.startsWith(this.#prefix)) return;
    else if (this.#isReading) this.#heard.push(id);
    else if (!this.#insert(id)) return;
    this.#changed();
  }

  close(): void {
    this.#isClosed = true;
  }

  async #ask(id: string): Promise<void> {
    if (this.#heads.size > HEADS) this.#heads.clear();
    this.#heads.set(id, undefined);
    try {
      const head = await this.#journal.highestSeq(id);
      this.#heads.set(id, Math.max(head, this.#heads.get(id) ?? 0));
      if (!this.#isClosed) this.#changed();
    } catch (error) {
      if (!this.#isClosed) this.#failed(error);
    }
  }

  /** One reading at a time: who comes meanwhile comes again with the next look. */
  async #read(): Promise<void> {
    if (this.#isReading || this.#isClosed) return;
    this.#isReading = true;
    try {
      const page = await this.#page(this.#ids.at(-1));
      this.#ids.push(...page.ids);
      this.#isWhole = page.isLast;
    } catch (error) {
      if (!this.#isClosed) this.#failed(error);
      // It is not tried again by each look.
      this.#isWhole = true;
    }
    this.#isReading = false;
    for (const id of this.#heard.splice(0)) this.#insert(id);
    if (!this.#isClosed) this.#changed();
  }

  /** Puts an id in its place, and answers whether it was missing. What is behind the last page is read with the next. */
  #insert(id: string): boolean {
    const ids = this.#ids;
    let [low, high] = [0, ids.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBehind(id, ids[middle]!)) low = middle + 1;
      else high = middle;
    }
    const isMissing = low < ids.length ? ids[low] !== id : this.#isWhole;
    if (isMissing) ids.splice(low, 0, id);
    return isMissing;
  }

  /** What cannot be an id is the beginning of none. */
  async #page(after: string | undefined): Promise<Page> {
    try {
      return await this.#pageBehind(after);
    } catch (error) {
      if (codeOf(error) !== 'invalid-argument') throw error;
      return { ids: [], isLast: true };
    }
  }

  async #pageBehind(after: string | undefined): Promise<Page> {
    const first = after === undefined ? await this.#prefixItself() : [];
    const cursor = after ?? (this.#prefix || undefined);
    const page = await this.#journal.persistenceIdsPaginated(cursor, PAGE);
    // Ids that begin alike stand together.
    const ids = page.filter((id) => id.startsWith(this.#prefix));
    return { ids: [...first, ...ids], isLast: page.length < PAGE || ids.length < page.length };
  }

  /** Pages begin behind an id: that one alone is asked for by name. */
  async #prefixItself(): Promise<string[]> {
    return this.#prefix && (await this.#journal.highestSeq(this.#prefix)) > 0 ? [this.#prefix] : [];
  }
}

/** Whether an id comes behind another one. They are ordered by code points, JavaScript's texts by halves of them. */
function isBehind(one: string, other: string): boolean {
  let i = 0;
  while (i < one.length && one[i] === other[i]) i++;
  return (one.codePointAt(i) ?? -1) > (other.codePointAt(i) ?? -1);
}
