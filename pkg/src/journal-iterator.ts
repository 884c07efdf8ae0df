/** Pages of items. One that cannot be read throws behind the items before it. */
export type Pages<Item> = AsyncGenerator<readonly Item[], void, undefined>;

type Result<Item> = IteratorResult<Item, void>;

/** Pages that are being read. Those that wait for what is to come have a way to end that. */
export interface Reading<Item> {
  readonly pages: Pages<Item>;
  readonly end?: () => void;
}

/** The items of pages. Each iteration begins anew. */
export const itemsOf = <Item>(read: () => Reading<Item>): AsyncIterable<Item> => ({
  [Symbol.asyncIterator]: () => new PagesIterator(read()),
});

/**
 * The items of pages, one by one. It behaves as an async generator does (calls queue, an error
 * ends it), but an item that has come is given at once, without a generator's detours.
 */
class PagesIterator<Item> implements AsyncIterableIterator<Item, void, undefined> {
  readonly #pages: Pages<Item>;
  readonly #endWaiting: (() => void) | undefined;
  #page: readonly Item[] = [];
  #given = 0;
  /** The end of the last call that waits for a page, or for its turn behind one that does. */
  #turn: Promise<void> | undefined;

  constructor({ pages, end }: Reading<Item>) {
    this.#pages = pages;
    this.#endWaiting = end;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result<Item>> {
    const item = this.#turn ? undefined : this.#page[this.#given];
    if (item === undefined) return this.#inTurn(() => this.#advance());
    this.#given++;
    return Promise.resolve({ done: false, value: item });
  }

  return(value?: void | PromiseLike<void>): Promise<Result<Item>> {
    return this.#end(() => this.#pages.return(value));
  }

  throw(error?: unknown): Promise<Result<Item>> {
    return this.#end(() => this.#pages.throw(error));
  }

  async #advance(): Promise<Result<Item>> {
    while (this.#given === this.#page.length) {
      const { done, value } = await this.#pages.next();
      if (done) return { done, value: undefined };
      this.#page = value;
      this.#given = 0;
    }
    return { done: false, value: this.#page[this.#given++]! };
  }

  #end(end: () => ReturnType<Pages<Item>['return']>): Promise<Result<Item>> {
    this.#endWaiting?.();
    return this.#inTurn(async () => {
      this.#page = [];
      this.#given = 0;
      return (await end()) as Result<Item>;
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
