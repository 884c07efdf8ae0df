import type { JournalHandle } from './binding.js';

/** Makes a call on the journal's handle. */
export type Use = <Result>(call: (handle: JournalHandle) => Promise<Result>) => Promise<Result>;

/** Makes a call that lets another one end, also while the journal is being closed. */
export type Release = (call: (handle: JournalHandle) => Promise<void>) => Promise<void>;

/** Some of what a query asks for; with nothing in it, where the query was ended or is at its end. */
export interface LivePage {
  readonly count: number;
}

/** Asks for what is behind a page, or for the first one, in a call of this number. */
export type AskLive<Page> = (handle: JournalHandle, number: number, behind?: Page) => Promise<Page>;

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
   * Pages, each asked for while the one in front of it is dealt with, until there is nothing any more.
   */
  async *pages<Page extends LivePage>(ask: AskLive<Page>): AsyncGenerator<Page, void, undefined> {
    try {
      let coming = this.#page(ask);
      for (let page = await coming; page; page = await coming) {
        coming = this.#page(ask, page);
        // A failure is told when its turn comes, and not at all where nobody waits for it.
        coming.catch(() => undefined);
        yield page;
      }
    } finally {
      this.end();
    }
    if (this.#why !== undefined) throw this.#why;
  }

  async #page<Page extends LivePage>(ask: AskLive<Page>, behind?: Page): Promise<Page | undefined> {
    if (this.#isEnded) return undefined;
    this.#isWaiting = true;
    try {
      const page = await this.#use((handle) => ask(handle, this.#number, behind));
      return this.#isEnded || page.count === 0 ? undefined : page;
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
