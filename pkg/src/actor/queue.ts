interface Place<Item> {
  readonly item: Item;
  next: Place<Item> | undefined;
}

/** First in, first out. Unlike an array, whose `shift` moves all that wait, it takes any number. */
export class Queue<Item> {
  #first: Place<Item> | undefined;
  #last: Place<Item> | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: Item): void {
    const place = { item, next: undefined };
    if (this.#last) this.#last.next = place;
    else this.#first = place;
    this.#last = place;
    this.#length++;
  }

  shift(): Item | undefined {
    const place = this.#first;
    if (!place) return undefined;
    this.#first = place.next;
    if (!this.#first) this.#last = undefined;
    this.#length--;
    return place.item;
  }
}
