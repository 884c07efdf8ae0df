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
  #isClosed = false;

  constructor(journal: InspectedJournal, prefix: string, changed: () => void, failed: (error: unknown) => void) {
    this.#journal = journal;
    this.#prefix = prefix;
    this.#changed = changed;
    this.#failed = failed;
    void this.#read(() => this.#more());
  }

  get size(): number {
    return this.#ids.length;
  }

  /** Whether these are all. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  at(index: number): string | undefined {
    if (index > this.size - NEAR && !this.#isWhole) void this.#read(() => this.#more());
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

  /** An event was written: a head has risen, or there is another stream. */
  heard(id: string, seq: number): void {
    const isKnown = this.#heads.has(id);
    if (isKnown) this.#heads.set(id, seq);
    if (isKnown) this.#changed();
    else if (seq === 1 && id.startsWith(this.#prefix)) void this.#read(() => this.#again());
  }

  close(): void {
    this.#isClosed = true;
  }

  async #ask(id: string): Promise<void> {
    if (this.#heads.size > HEADS) this.#heads.clear();
    this.#heads.set(id, undefined);
    await this.#guarded(async () => {
      const head = await this.#journal.highestSeq(id);
      this.#heads.set(id, Math.max(head, this.#heads.get(id) ?? 0));
      this.#changed();
    });
  }

  /** One reading at a time: who comes meanwhile comes again with the next look. */
  async #read(reading: () => Promise<void>): Promise<void> {
    if (this.#isReading || this.#isClosed) return;
    this.#isReading = true;
    await this.#guarded(reading);
    this.#isReading = false;
    if (!this.#isClosed) this.#changed();
  }

  async #more(): Promise<void> {
    const page = await this.#page(this.#ids.at(-1));
    this.#ids.push(...page.ids);
    this.#isWhole = page.isLast;
  }

  /** Reads what there was, and what there is between by now. */
  async #again(): Promise<void> {
    const count = this.#ids.length + 1;
    const ids: string[] = [];
    let isLast = false;
    while (!isLast && ids.length < count) {
      const page = await this.#page(ids.at(-1));
      ids.push(...page.ids);
      ({ isLast } = page);
    }
    this.#ids = ids;
    this.#isWhole = isLast;
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

  async #guarded(reading: () => Promise<void>): Promise<void> {
    try {
      await reading();
    } catch (error) {
      if (!this.#isClosed) this.#failed(error);
      // It is not tried again by each look.
      this.#isWhole = true;
    }
  }
}
