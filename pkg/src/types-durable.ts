import type { Manifest } from './binding.js';

/** What a durable state store holds under an id. Manifest and version are absent where it has none. */
export interface DurableState<State = unknown> extends Manifest {
  readonly persistenceId: string;
  /** How often it was changed; 0 for an unknown id. The next change is based on it. */
  readonly revision: number;
  /** Absent where there is none: it was never saved, or deleted. */
  readonly state?: State;
  /** Milliseconds since 1970, when it was changed; 0 for an unknown id. Information only. */
  readonly timestamp: number;
}

export interface ChangeOptions {
  /**
   * A UUID that names this change. Repeating a change whose answer was lost, with the same token,
   * revision, state and manifest, changes nothing twice and answers the first result, unless another change
   * has followed. Made up when absent; the error of a lost change carries it.
   */
  readonly token?: string;
}

/**
 * A store that keeps one state for each persistence id, without the events that led to it: for
 * actors whose history nobody asks for.
 *
 * Each change names the revision it is based on and gives the next one. A deletion is a change too:
 * revisions go on behind it and are never given out twice. Ids are those of a {@link Journal}. All
 * methods reject with a {@link JournalError}: `invalid-argument` for a wrong value, `closed` after
 * {@link DurableStateStore.close}, and the codes of the storage (`storage-unavailable`, `busy`,
 * `locked`, `full`, `corrupt`, …).
 */
export interface DurableStateStore {
  /**
   * The state with its revision.
   *
   * @throws `undecodable` for a state that the codec cannot read; `integrity` for a revision that
   *   no change can have given.
   */
  load<State = unknown>(id: string): Promise<DurableState<State>>;

  /**
   * Puts a state in place of the one that has `revision`. When it resolves, the state is committed
   * and flushed as the database's durability says.
   *
   * @param revision the one this state is based on: 0 for a new id.
   * @param state encoded before `save` returns: later changes to the object are not seen.
   * @returns the new revision.
   * @throws {@link JournalConcurrencyError} (`conflict`) when another revision stands; nothing is
   *   changed. `unencodable` names the place in the value that the codec would change. `lost`
   *   and `leader-unresponsive` mean that it may or may not be stored: repeat it with the error's
   *   `token`.
   * @example
   * ```ts
   * const { revision, state = [] } = await carts.load<string[]>('cart-7');
   * await carts.save('cart-7', revision, [...state, 'book']);
   * ```
   */
  save<State>(
    id: string,
    revision: number,
    state: State,
    options?: ChangeOptions & Manifest,
  ): Promise<number>;

  /**
   * Removes the state that has `revision`.
   *
   * @returns the new revision.
   * @throws as {@link DurableStateStore.save}.
   */
  delete(id: string, revision: number, options?: ChangeOptions): Promise<number>;

  /** Finishes the calls in flight; idempotent. Afterwards every other call rejects with `closed`. */
  close(): Promise<void>;
}
