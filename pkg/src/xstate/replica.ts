import { JournalIntegrityError, PersistentActor } from 'actor-journal';
import { createActor, initialTransition, transition, type AnyActorLogic, type AnyEventObject, type Snapshot } from 'xstate';
import { fromStored, unpacked, type Stored } from './stored.js';
import { actorWithin, changedWithin, persistedOf, sound, stepOfInner, type Change } from './tree.js';

/** The first event of every stream; its `input` is what the actor was made with. */
export const INIT = 'xstate.init';

const FAILED = 'xstate.error.actor.';

/** A state with the actors in it, none of them started. A stored snapshot is plain data instead. */
class Folded {
  constructor(readonly snapshot: Snapshot<unknown>) {}
}

/** Folds a stream into the state of the actor that it was recorded from; runs none of its actions. */
export class Replica extends PersistentActor<never, Stored, unknown> {
  readonly #logic: AnyActorLogic;

  constructor(
    readonly persistenceId: string,
    logic: AnyActorLogic,
  ) {
    super();
    this.#logic = logic;
  }

  /** None, before {@link INIT}. */
  initialState(): unknown {
    return null;
  }

  onCommand(): void {}

  onEvent(state: unknown, stored: Stored): unknown {
    const { actor, event } = fromStored(unpacked(stored) as Stored);
    if (event.type === INIT) return new Folded(sound(initialTransition(this.#logic, event.input)[0]));
    if (state === null) throw this.#wrong(`does not begin with ${INIT}, but with ${JSON.stringify(event.type)}`);
    const before = this.#failed(this.#live(state), actor, event);
    if (actor.length === 0) return new Folded(transition(this.#logic, before, event)[0]);
    if (!actorWithin(before, actor)) {
      throw this.#wrong(`has an event of ${JSON.stringify(actor)}, an actor that its logic does not make`);
    }
    return new Folded(this.#changed(before, actor, (logic, inner) => stepOfInner(logic, inner, event)));
  }

  /** The state as XState restores it; `undefined` before the first event. */
  restorable(state: unknown): Snapshot<unknown> | undefined {
    if (state === null) return undefined;
    if (!(state instanceof Folded)) return unpacked(state) as Snapshot<unknown>;
    return persistedOf(this.#logic, state.snapshot);
  }

  #live(state: unknown): Snapshot<unknown> {
    return state instanceof Folded ? state.snapshot : this.#restored(unpacked(state) as Snapshot<unknown>);
  }

  #restored(snapshot: Snapshot<unknown>): Snapshot<unknown> {
    return sound(createActor(this.#logic, { snapshot }).getSnapshot() as Snapshot<unknown>, snapshot);
  }

  /** An actor that threw had no event of its own about it: what its parent was told says so. */
  #failed(state: Snapshot<unknown>, parent: readonly string[], event: AnyEventObject): Snapshot<unknown> {
    if (!event.type.startsWith(FAILED)) return state;
    const path = [...parent, event.type.slice(FAILED.length)];
    if (!actorWithin(state, path)) return state;
    const { error } = event;
    return this.#changed(state, path, (_, inner) => ({ ...inner, status: 'error', output: undefined, error }));
  }

  #wrong(what: string): JournalIntegrityError {
    const { persistenceId } = this;
    return new JournalIntegrityError(`the stream of ${JSON.stringify(persistenceId)} ${what}`, { persistenceId });
  }

  #changed(state: Snapshot<unknown>, path: readonly string[], change: Change): Snapshot<unknown> {
    return this.#restored(changedWithin(this.#logic, state, path, change));
  }
}
