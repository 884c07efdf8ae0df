import type { Port } from './protocol.js';

/**
 * Sends what comes up in one turn as one message: many actors that go on at once cost one crossing.
 * A lone item waits for the microtasks queued before it, no longer.
 */
export class Outbox<Item> {
  readonly #port: Port;
  readonly #buffersOf: (item: Item) => Transferable[];
  readonly #refused: (item: Item, why: unknown) => void;
  #items: Item[] = [];

  /**
   * @param buffersOf the buffers of an item that are moved to the other thread, not copied.
   * @param refused is told of an item that cannot be sent; its neighbours are.
   */
  constructor(
    port: Port,
    buffersOf: (item: Item) => Transferable[],
    refused: (item: Item, why: unknown) => void,
  ) {
    this.#port = port;
    this.#buffersOf = buffersOf;
    this.#refused = refused;
  }

  send(item: Item): void {
    if (this.#items.push(item) === 1) queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    const items = this.#items;
    this.#items = [];
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

  #post(items: readonly Item[]): void {
    this.#port.postMessage(items, items.flatMap(this.#buffersOf));
  }
}
