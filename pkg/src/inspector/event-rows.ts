import { PAGE, type Page } from './reading.js';
import type { Rows } from './rows.js';
import type { Item } from './types.js';

/** Keys of one block. A page of events reaches at least to its end. */
const BLOCK = PAGE;

/** Blocks whose events are kept: those looked at last. */
const KEPT = 96;

/** What the rows read from. */
export interface Source {
  readonly isDense: boolean;
  /** Pages of that many blocks are read at once. */
  readonly blocks: number;
  page(after: number): Promise<Page>;
}

/**
 * Events by key, newest first, however many there are: what is looked at is read, in blocks of keys. Of
 * a block that was not read the number of events is estimated. Block `b` has the keys above `b * BLOCK`.
 */
export class EventRows implements Rows<Item> {
  readonly #source: Source;
  readonly #changed: () => void;
  readonly #failed: (error: unknown) => void;
  #end: number;
  /** Events by block; nothing where it was not read. */
  #counts: (number | undefined)[];
  /** The index of the first row of each block. */
  #starts: number[] = [];
  #size = 0;
  #isMeasured = false;
  /** The sum of the counts that are known, and how many are. */
  #known = { events: 0, blocks: 0 };
  readonly #items = new Map<number, Item[]>();
  /** What was added since the last reading began: it may have begun before they were written. */
  #added: Item[] = [];
  #wanted: number | undefined;
  #isReading = false;
  /** How many blocks below the wanted one are read with it: more and more while there is nothing. */
  #reach = 0;
  #isClosed = false;

  /** @param end the highest key. */
  constructor(source: Source, end: number, changed: () => void, failed: (error: unknown) => void) {
    this.#source = source;
    this.#changed = changed;
    this.#failed = failed;
    this.#end = end;
    this.#counts = new Array<undefined>(Math.ceil(end / BLOCK)).fill(undefined);
  }

  get size(): number {
    this.#measure();
    return this.#size;
  }

  /** The highest key. */
  get end(): number {
    return this.#end;
  }

  /** Whether each block was read once, so that the size is no estimate. */
  get isExact(): boolean {
    this.#measure();
    return this.#known.blocks === this.#counts.length;
  }

  at(index: number): Item | undefined {
    this.#measure();
    const block = this.#blockAt(index);
    const items = this.#items.get(block);
    if (!items) return void this.#want(block);
    this.#items.delete(block);
    this.#items.set(block, items);
    return items[items.length - 1 - (index - this.#starts[block]!)];
  }

  keyOf({ key }: Item): number {
    return key;
  }

  indexOf(key: number): number {
    this.#measure();
    const block = blockOf(key);
    const start = this.#starts[block];
    if (start === undefined) return -1;
    const items = this.#items.get(block);
    if (!items) return start + Math.min((block + 1) * BLOCK - key, this.#rowsOf(block) - 1);
    return start + items.filter((item) => item.key > key).length;
  }

  /** Takes in an event that was written behind all others. */
  add(item: Item): void {
    const block = blockOf(item.key);
    for (let b = this.#counts.length; b <= block; b++) {
      this.#counts[b] = 0;
      if (b === block) this.#keep(b, []);
    }
    if (this.#counts[block] !== undefined) this.#counts[block]++;
    this.#items.get(block)?.push(item);
    if (this.#isReading) this.#added.push(item);
    this.#end = item.key;
    this.#isMeasured = false;
    this.#changed();
  }

  close(): void {
    this.#isClosed = true;
  }

  /** The last block that begins at or before a row, from the newest on. */
  #blockAt(index: number): number {
    let [low, high] = [0, this.#counts.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! > index) low = middle + 1;
      else if (this.#starts[middle]! + this.#rowsOf(middle) <= index) high = middle - 1;
      else return middle;
    }
    return low;
  }

  #rowsOf(block: number): number {
    const most = Math.min(BLOCK, this.#end - block * BLOCK);
    return this.#counts[block] ?? Math.min(most, this.#estimate);
  }

  get #estimate(): number {
    const { events, blocks } = this.#known;
    return this.#source.isDense || blocks === 0 ? BLOCK : Math.max(1, Math.round(events / blocks));
  }

  /** Where each block begins: newest first. Done once for all that was added since it was asked for. */
  #measure(): void {
    if (this.#isMeasured) return;
    this.#isMeasured = true;
    this.#known = { events: 0, blocks: 0 };
    for (const count of this.#counts) {
      if (count === undefined) continue;
      this.#known.events += count;
      this.#known.blocks++;
    }
    this.#size = 0;
    for (let block = this.#counts.length - 1; block >= 0; block--) {
      this.#starts[block] = this.#size;
      this.#size += this.#rowsOf(block);
    }
  }

  /** Reads one block after the other: the one that was wanted last. */
  #want(block: number): void {
    this.#wanted = block;
    if (!this.#isReading) void this.#read();
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    try {
      for (let block = this.#wanted; block !== undefined && !this.#isClosed; block = this.#wanted) {
        this.#wanted = undefined;
        await this.#readBlock(block);
        if (!this.#isClosed) this.#changed();
      }
    } catch (error) {
      if (!this.#isClosed) this.#failed(error);
    } finally {
      this.#isReading = false;
    }
  }

  async #readBlock(block: number): Promise<void> {
    const together = this.#source.blocks - 1;
    const first = Math.max(0, block - Math.max(this.#reach, together));
    const last = this.#reach > together ? first : block;
    const items: Item[] = [];
    const end = this.#end;
    this.#added = [];
    let through = first * BLOCK;
    do {
      const page: Page = await this.#source.page(through);
      items.push(...page.items);
      ({ through } = page);
    } while (through < (last + 1) * BLOCK);
    // A query that finds nothing before the next block passes over any number of them at once.
    const isEmpty = through >= (block + 1) * BLOCK && !items.some(({ key }) => blockOf(key) <= block);
    this.#reach = isEmpty ? 2 * this.#reach + 1 : 0;
    // What was written since the rows were made comes by `add` alone.
    this.#learn(first, [...items.filter(({ key }) => key <= end), ...this.#added], through);
  }

  /** Takes in all blocks from one on that end at or before a key. */
  #learn(first: number, items: readonly Item[], through: number): void {
    let from = 0;
    for (let block = first; block < this.#counts.length && (block + 1) * BLOCK <= through; block++) {
      let to = from;
      while (to < items.length && blockOf(items[to]!.key) === block) to++;
      const within = items.slice(from, to);
      this.#counts[block] = within.length;
      if (within.length > 0 || block === first) this.#keep(block, within);
      from = to;
    }
    this.#isMeasured = false;
  }

  #keep(block: number, items: Item[]): void {
    this.#items.set(block, items);
    for (const oldest of this.#items.keys()) {
      if (this.#items.size <= KEPT) return;
      this.#items.delete(oldest);
    }
  }
}

function blockOf(key: number): number {
  return Math.floor((key - 1) / BLOCK);
}
