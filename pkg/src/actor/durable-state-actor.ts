import type { SnapshotAdapter } from '../evolve.js';
import { Actor, ask, keep } from './actor.js';
import { DurableValue } from './durable-value.js';
import type { Then } from './effects.js';
import type { Kept } from './kept.js';
import type { PersistenceOptions } from './persistence.js';

/** What an actor says of its state, whatever its commands are. */
export type StateSourced<State> = Omit<DurableStateActor<unknown, State>, 'onCommand'>;

/**
 * An actor whose state is kept itself, in a {@link DurableStateStore}, without the events that led to
 * it: for one whose history nobody asks for.
 *
 * It handles one command at a time. A command asks for another state with {@link save}, which is
 * stored in place of the last one when `onCommand` has returned or its promise has resolved; if it
 * throws, nothing is. Then comes the callback, then the next command. What is asked for too late
 * throws, and what its own code throws is handled, as in a {@link PersistentActor}.
 *
 * A change that was surely not stored rejects the command's `ask` and leaves the actor as it was; one
 * whose answer is lost is repeated. A conflict (another writer has changed the state), and a change
 * whose outcome stays unknown, stop the actor.
 *
 * @example
 * ```ts
 * class Cart extends DurableStateActor<Command, readonly string[], number> {
 *   constructor(readonly persistenceId: string) { super(); }
 *   initialState() { return []; }
 *   onCommand(items: readonly string[], { add }: Command): void {
 *     this.save([...items, add], ({ length }) => this.reply(length));
 *   }
 * }
 *
 * const stateStore = new SqliteDurableStateStore({ path: 'events.db' });
 * system.extension(PersistenceExtensionId).setStateStore(stateStore);
 * await system.spawn(() => new Cart('cart-7'), 'cart-7').ask({ add: 'book' }); // 1
 * ```
 */
export abstract class DurableStateActor<Command, State, Reply = unknown> extends Actor<Command, State, Reply> {
  /** There is one before it may ask. */
  #value!: DurableValue<State>;

  /** How the state is written and read. Default: as it is, and one with a manifest is refused. */
  stateAdapter(): SnapshotAdapter<State> | undefined {
    return undefined;
  }

  /** How often the state was changed; 0 before the first change. Deletions count. */
  protected get revision(): number {
    return this.#value?.revision ?? 0;
  }

  /**
   * Asks for a state to be stored in place of the last one; `then` sees it. It is encoded when
   * `onCommand` has ended: do not change it. From then on the actor has what the store gives back, which
   * is another object: in JSON without the properties that are `undefined`, for one.
   */
  protected save(state: State, then?: Then<State>): void {
    ask(this, 'save', (progress) => this.#value.save(state, progress), then);
  }

  /** Asks for the state to be deleted; `then` sees the initial one. The revision goes on. */
  protected deleteState(then?: Then<State>): void {
    ask(this, 'deleteState', (progress) => this.#value.delete(progress), then);
  }

  [keep](persistence: PersistenceOptions): Kept<State> {
    return (this.#value = new DurableValue(this, persistence));
  }
}
