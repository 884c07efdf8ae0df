import type { PersistentEvent } from './types.js';

/** Pages of events. One that cannot be read throws behind the events before it. */
export type Pages<Event> = AsyncGenerator<readonly PersistentEvent<Event>[], void, undefined>;

type Result<Event> = IteratorResult<PersistentEvent<Event>, void>;

/** Pages that are being read. Those that wait for what is to come have a way to end that. */
export interface Reading<Event> {
  readonly pages: Pages<Event>;
  readonly end?: () => void;
}

/** The events of pages. Each iteration begins anew. */
export const eventsOf = <Event>(read: () => Reading<Event>): AsyncIterable<PersistentEvent<Event>> => ({
  [Symbol.asyncIterator]: () => new EventIterator(read()),
});

/**
 * The events of pages, one by one. It behaves as an async generator does (calls queue, an error
 * ends it), but an event that has come is given at once, without a generator's detours.
 */
class EventIterator<Event> implements AsyncIterableIterator<PersistentEvent<Event>, void, undefined> {
  readonly #pages: Pages<Event>;
  readonly #endWaiting: (() => void) | undefined;
  #page: readonly PersistentEvent<Event>[] = [];
  #given = 0;
  /** The end of the last call that waits for a page, or for its turn behind one that does. */
  #turn: Promise<void> | undefined;

  constructor({ pages, end }: Reading<Event>) {
    this.#pages = pages;
    this.#endWaiting = end;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result<Event>> {
    const event = this.#turn ? undefined : this.#page[this.#given];
    if (!event) return this.#inTurn(() => this.#advance());
    this.#given++;
    return Promise.resolve({ done: false, value: event });
  }

  return(value?: void | PromiseLike<void>): Promise<Result<Event>> {
    return this.#end(() => this.#pages.return(value));
  }

  throw(error?: unknown): Promise<Result<Event>> {
    return this.#end(() => this.#pages.throw(error));
  }

  async #advance(): Promise<Result<Event>> {
    while (this.#given === this.#page.length) {
      const { done, value } = await this.#pages.next();
      if (done) return { done, value: undefined };
      this.#page = value;
      this.#given = 0;
    }
    return { done: false, value: this.#page[this.#given++]! };
  }

  #end(end: () => ReturnType<Pages<Event>['return']>): Promise<Result<Event>> {
    this.#endWaiting?.();
    return this.#inTurn(async () => {
      this.#page = [];
      this.#given = 0;
      return (await end()) as Result<Event>;
    });
  }

  async #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const before = this.#turn;
    let end!: () => void;
    const turn = (this.#turn = new Promise<void>((resolve) => (end = resolve)));
    try {
      await before;
      return await step();
    } finally {
      if (this.#turn === turn) this.#turn = undefined;
      end();
    }
  }
}
