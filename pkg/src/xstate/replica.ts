import { JournalIntegrityError, PersistentActor } from 'actor-journal';
import {
  createActor,
  createEmptyActor,
  initialTransition,
  transition,
  type AnyActor,
  type AnyActorLogic,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type Snapshot,
} from 'xstate';
import { fromStored, unpacked, type Stored } from './stored.js';

/** The first event of every stream; its `input` is what the actor was made with. */
export const INIT = 'xstate.init';

const FAILED = 'xstate.error.actor.';

/** Without it XState refuses actors without a name, which cannot be stored, but can be folded. */
const INLINE = { __unsafeAllowInlineActors: true };

type Change = (logic: AnyActorLogic, snapshot: Snapshot<unknown>) => Snapshot<unknown>;

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

  initialState(): unknown {
    return undefined;
  }

  onCommand(): void {}

  onEvent(state: unknown, stored: Stored): unknown {
    const { actor, event } = fromStored(unpacked(stored) as Stored);
    if (event.type === INIT) return new Folded(sound(initialTransition(this.#logic, event.input)[0]));
    if (state === undefined) throw this.#wrong(`does not begin with ${INIT}, but with ${JSON.stringify(event.type)}`);
    const before = this.#failed(this.#live(state), actor, event);
    if (actor.length === 0) return new Folded(transition(this.#logic, before, event)[0]);
    if (!within(before, actor)) throw this.#wrong(`has an event of ${JSON.stringify(actor)}, an actor that its logic does not make`);
    return new Folded(this.#changed(before, actor, (logic, child) => orphanStep(logic, child, event)));
  }

  /** The state as XState restores it; `undefined` before the first event. */
  restorable(state: unknown): Snapshot<unknown> | undefined {
    if (state === undefined) return undefined;
    if (!(state instanceof Folded)) return unpacked(state) as Snapshot<unknown>;
    return this.#logic.getPersistedSnapshot(state.snapshot, INLINE);
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
    if (!within(state, path)) return state;
    return this.#changed(state, path, (_, child) => ({ ...child, status: 'error', output: undefined, error: event.error }));
  }

  #wrong(what: string): JournalIntegrityError {
    const { persistenceId } = this;
    return new JournalIntegrityError(`the stream of ${JSON.stringify(persistenceId)} ${what}`, { persistenceId });
  }

  #changed(state: Snapshot<unknown>, path: readonly string[], change: Change): Snapshot<unknown> {
    return this.#restored(withinChanged(this.#logic, state, path, change));
  }
}

/**
 * The snapshot of an actor that XState has made or restored.
 *
 * @param from what it was restored from.
 * @throws what prevented it, which XState takes for the state of the actor.
 */
export function sound(snapshot: Snapshot<unknown>, from?: Snapshot<unknown>): Snapshot<unknown> {
  if (snapshot.status === 'error' && from?.status !== 'error') throw snapshot.error;
  return snapshot;
}

/** The actor to which the ids lead. */
function within(snapshot: Snapshot<unknown>, [id, ...deeper]: readonly string[]): AnyActor | undefined {
  const child = (snapshot as Partial<AnyMachineSnapshot>).children?.[id ?? ''] as AnyActor | undefined;
  return child && deeper.length > 0 ? within(child.getSnapshot(), deeper) : child;
}

/** What XState restores, with the actor at the end of the path changed. */
function withinChanged(
  logic: AnyActorLogic,
  snapshot: Snapshot<unknown>,
  [id, ...deeper]: readonly string[],
  change: Change,
): Snapshot<unknown> {
  if (id === undefined) return logic.getPersistedSnapshot(change(logic, snapshot), INLINE);
  const persisted = logic.getPersistedSnapshot(snapshot, INLINE) as AnyMachineSnapshot;
  const child = (snapshot as AnyMachineSnapshot).children[id] as AnyActor;
  const changed = withinChanged(child.logic, child.getSnapshot(), deeper, change);
  Object.assign(persisted.children[id] as object, { snapshot: changed });
  return persisted;
}

/** XState's pure transition of an actor within another: there is nobody where it sends to its parent. */
function orphanStep(logic: AnyActorLogic, snapshot: Snapshot<unknown>, event: AnyEventObject): Snapshot<unknown> {
  const step: AnyActorLogic['transition'] = (snapshot, event, scope) => {
    (scope.self as AnyActor)._parent = createEmptyActor();
    return logic.transition(snapshot, event, scope);
  };
  const orphan: AnyActorLogic = Object.create(logic, { transition: { value: step } });
  return transition(orphan, snapshot, event)[0];
}
