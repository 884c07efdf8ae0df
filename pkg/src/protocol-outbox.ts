/**
 * Sends what comes up in one turn as one message: many actors that go on at once cost one crossing.
 * A lone item waits for the microtasks queued before it, no longer.
 */
export class Outbox<Item> {
  readonly #post: (items: readonly Item[]) => void;
  readonly #refused: (item: Item, why: unknown) => void;
  #items: Item[] = [];

  /** @param refused is told of an item that cannot be sent; its neighbours are. */
  constructor(post: (items: readonly Item[]) => void, refused: (item: Item, why: unknown) => void) {
    this.#post = post;
    this.#refused = refused;
  }

  send(item: Item): void {
    if (this.#items.push(item) === 1) queueMicrotask(() => this.#flush());
  }

  /** What was not sent yet is not sent. */
  clear(): void {
    this.#items.length = 0;
  }

  #flush(): void {
    const items = this.#items;
    this.#items = [];
    if (items.length === 0) return;
    try {
      this.#post(items);
    } catch {
      // Nothing was sent or moved (HTML standard, StructuredSerializeWithTransfer).
      for (const item of items) this.#postAlone(item);
    }
  }

  #postAlone(item: Item): void {
    try {
      this.#post([item]);
    } catch (why) {
      this.#refused(item, why);
    }
  }
}
