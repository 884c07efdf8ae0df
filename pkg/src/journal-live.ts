import type { JournalHandle } from './binding.js';
import { EventChunk } from './chunk.js';

/** Makes a call on the journal's handle. */
export type Use = <Result>(call: (handle: JournalHandle) => Promise<Result>) => Promise<Result>;

/** Makes a call that lets another one end, also while the journal is being closed. */
export type Release = (call: (handle: JournalHandle) => Promise<void>) => Promise<void>;

/** Asks for the events behind a chunk, or for the first ones, in a call of this number. */
export type AskLive = (handle: JournalHandle, number: number, behind?: EventChunk) => Promise<Uint8Array>;

let numbers = 0;

/** Queries by their signal: one listener serves all of them, since many would be taken for a leak. */
const bySignal = new WeakMap<AbortSignal, Set<Live>>();

/** A query that waits for what is to come, until it is ended. */
export class Live {
  readonly #number = ++numbers;
  readonly #use: Use;
  readonly #release: Release;
  #isWaiting = false;
  #isEnded = false;
  #why: unknown;

  constructor(use: Use, release: Release) {
    this.#use = use;
    this.#release = release;
  }

  /** Ends it: with an error where there is a reason why. */
  end(why?: unknown): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#why = why;
    void this.#letGo();
  }

  /** Ends it when the signal says so, until what this answers is called. */
  endBy(signal: AbortSignal): () => void {
    const lives = bySignal.get(signal) ?? endedBy(signal);
    lives.add(this);
    return () => lives.delete(this);
  }

  /**
   * Again where it goes on waiting: the call may have been asked of another leader, behind one that was
   * gone before it told that it had ended it.
   */
  async #letGo(): Promise<void> {
    try {
      while (this.#isWaiting) await this.#release((handle) => handle.endLive(this.#number));
    } catch {
      // Whoever does not answer to this does not answer the call either.
    }
  }

  /**
   * Chunks of events, each asked for while the one in front of it is dealt with, until there is
   * nothing any more.
   */
  async *chunks(ask: AskLive): AsyncGenerator<EventChunk, void, undefined> {
    try {
      let coming = this.#chunk(ask);
      for (let chunk = await coming; chunk; chunk = await coming) {
        coming = this.#chunk(ask, chunk);
        // A failure is told when its turn comes, and not at all where nobody waits for it.
        coming.catch(() => undefined);
        yield chunk;
      }
    } finally {
      this.end();
    }
    if (this.#why !== undefined) throw this.#why;
  }

  async #chunk(ask: AskLive, behind?: EventChunk): Promise<EventChunk | undefined> {
    if (this.#isEnded) return undefined;
    this.#isWaiting = true;
    try {
      const chunk = new EventChunk(await this.#use((handle) => ask(handle, this.#number, behind)));
      return this.#isEnded || chunk.count === 0 ? undefined : chunk;
    } catch (error) {
      if (this.#isEnded) return undefined;
      throw error;
    } finally {
      this.#isWaiting = false;
    }
  }
}

function endedBy(signal: AbortSignal): Set<Live> {
  const lives = new Set<Live>();
  bySignal.set(signal, lives);
  const end = (): void => lives.forEach((live) => live.end(signal.reason));
  signal.addEventListener('abort', end, { once: true });
  return lives;
}
