/** The ids, each in its store, of the actors that are in memory. */
export class Ids {
  readonly #taken = new WeakMap<object, Set<string>>();

  /** Takes an id, and answers what gives it back; `undefined` where another actor has it. */
  take(store: object, id: string): (() => void) | undefined {
    const ids = this.#taken.get(store) ?? new Set();
    this.#taken.set(store, ids);
    if (ids.has(id)) return undefined;
    ids.add(id);
    return () => ids.delete(id);
  }
}
