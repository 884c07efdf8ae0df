/** First in, first out. Unlike an array, whose `shift` moves all that wait, it takes any number. */
export class Queue<Item> {
  #coming: Item[] = [];
  /** The first of all comes last. */
  #going: Item[] = [];

  get length(): number {
    return this.#coming.length + this.#going.length;
  }

  push(item: Item): void {
    this.#coming.push(item);
  }

  shift(): Item | undefined {
    if (this.#going.length === 0) [this.#coming, this.#going] = [[], this.#coming.reverse()];
    return this.#going.pop();
  }
}
