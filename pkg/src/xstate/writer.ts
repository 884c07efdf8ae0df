import { appendRepeating, type Journal } from 'actor-journal';
import type { Stored } from './stored.js';

/** Whose events are written. */
export interface Source {
  /**
   * Called before a batch is appended, when the state is what its events led to; what it answers is
   * called when they are stored.
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
  #gathering: Stored[] | undefined;
  #written = Promise.resolve();

  constructor(journal: Journal, id: string, head: number, source: Source) {
    this.#journal = journal;
    this.#id = id;
    this.#head = head;
    this.#source = source;
  }

  add(event: Stored): void {
    if (this.#gathering) return void this.#gathering.push(event);
    const batch = (this.#gathering = [event]);
    this.#written = this.#written.then(() => this.#write(batch));
    // Whoever waits for it is told; where nobody does, it is no unhandled rejection.
    this.#written.catch(() => undefined);
  }

  /** Resolves when all that was added so far is stored, or rejects with what prevented it. */
  written(): Promise<void> {
    return this.#written;
  }

  async #write(batch: readonly Stored[]): Promise<void> {
    this.#gathering = undefined;
    const last = this.#head + batch.length;
    try {
      const stored = this.#source.gathered(this.#head + 1, last);
      await appendRepeating(this.#journal, this.#id, batch.map((event) => ({ event })), this.#head);
      this.#head = last;
      await stored?.();
    } catch (error) {
      this.#source.failed(error);
      throw error;
    }
  }
}
