import { codeOf } from './failure.js';
import type { InspectedJournal } from './types.js';

/** Streams that are written to at the same time. */
const WRITERS = 8;

const KINDS = ['ordered', 'paid', 'packed', 'sent'];

/** Writes events to streams of its own, `load-1` and on, as fast as they are answered. */
export class Load {
  readonly #journal: InspectedJournal;
  readonly #timed: (milliseconds: number) => void;
  #isStopped = false;

  /** @param timed called with how long each append took. */
  constructor(journal: InspectedJournal, timed: (milliseconds: number) => void) {
    this.#journal = journal;
    this.#timed = timed;
  }

  /** Writes until it is stopped; fails with what an append fails with. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: WRITERS }, (_, i) => this.#write(`load-${i + 1}`)));
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #write(id: string): Promise<void> {
    try {
      while (!this.#isStopped) await this.#fill(id, await this.#journal.highestSeq(id));
    } finally {
      this.#isStopped = true;
    }
  }

  /** Goes on behind a head, as long as nobody else does. */
  async #fill(id: string, head: number): Promise<void> {
    try {
      for (let seq = head; !this.#isStopped; seq++) {
        const begin = performance.now();
        await this.#journal.append(id, [entry(seq + 1)], seq);
        this.#timed(performance.now() - begin);
      }
    } catch (error) {
      if (codeOf(error) !== 'conflict') throw error;
    }
  }
}

function entry(n: number): { event: unknown; tags: string[] } {
  const kind = KINDS[n % KINDS.length]!;
  return { event: { kind, n, items: [{ name: 'tea', cents: 100 + (n % 900) }] }, tags: [kind] };
}
