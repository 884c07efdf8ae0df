import { appendRepeating, type Journal } from 'actor-journal';
import type { Stored } from './stored.js';

/** From so many events on, those of later turns go into the next append. */
const FULL_BATCH = 1000;

/** Whose events are written. */
export interface Source {
  /**
   * Called before a batch is appended, when the state is what its events led to, with the seqs since
   * the last call; what it answers is called when they are stored.
   */
  gathered(firstSeq: number, lastSeq: number): (() => Promise<void>) | undefined;
  /** An append failed: nothing is written any more. */
  failed(error: unknown): void;
}

/** Appends events in order. One append at a time carries all that came while the last was on its way. */
export class Writer {
  readonly #journal: Journal;
  readonly #id: string;
  readonly #source: Source;
  #head: number;
  /** The last seq that the source was told of. */
  #told: number;
  #waiting = 0;
  #gathering: Stored[] | undefined;
  #written = Promise.resolve();

  constructor(journal: Journal, id: string, head: number, source: Source) {
    this.#journal = journal;
    this.#id = id;
    this.#head = this.#told = head;
    this.#source = source;
  }

  add(event: Stored): void {
    this.#waiting++;
    if (!this.#gathering) this.#begin((this.#gathering = []));
    if (this.#gathering.push(event) === FULL_BATCH) queueMicrotask(() => (this.#gathering = undefined));
  }

  /** How many events are not stored yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Resolves when all that was added so far is stored, or rejects with what prevented it. */
  written(): Promise<void> {
    return this.#written;
  }

  #begin(batch: readonly Stored[]): void {
    this.#written = this.#written.then(() => this.#write(batch));
    // Whoever waits for it is told; where nobody does, it is no unhandled rejection.
    this.#written.catch(() => undefined);
  }

  async #write(batch: readonly Stored[]): Promise<void> {
    if (this.#gathering === batch) this.#gathering = undefined;
    const last = this.#head + batch.length;
    try {
      const stored = this.#waiting === batch.length ? this.#gathered(last) : undefined;
      await appendRepeating(this.#journal, this.#id, batch.map((event) => ({ event })), this.#head);
      this.#head = last;
      this.#waiting -= batch.length;
      await stored?.();
    } catch (error) {
      this.#waiting = 0;
      this.#source.failed(error);
      throw error;
    }
  }

  #gathered(last: number): (() => Promise<void>) | undefined {
    const first = this.#told + 1;
    this.#told = last;
    return this.#source.gathered(first, last);
  }
}
