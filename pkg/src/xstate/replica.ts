import { PersistentActor } from 'actor-journal';
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
    if (event.type === INIT && actor.length === 0) return new Folded(initialTransition(this.#logic, event.input)[0]);
    const before = this.#failed(this.#live(state), actor, event);
    const next: Change = (logic, snapshot) => stepped(logic, snapshot, event, actor.length > 0);
    return new Folded(actor.length === 0 ? next(this.#logic, before) : this.#changed(before, actor, next));
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
    return createActor(this.#logic, { snapshot }).getSnapshot() as Snapshot<unknown>;
  }

  /** An actor that threw had no event of its own about it: what its parent was told says so. */
  #failed(state: Snapshot<unknown>, parent: readonly string[], event: AnyEventObject): Snapshot<unknown> {
    if (!event.type.startsWith(FAILED)) return state;
    const path = [...parent, event.type.slice(FAILED.length)];
    return this.#changed(state, path, (_, child) => ({ ...child, status: 'error', output: undefined, error: event.error }));
  }

  #changed(state: Snapshot<unknown>, path: readonly string[], change: Change): Snapshot<unknown> {
    return this.#restored(withinChanged(this.#logic, state, path, change));
  }
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
  const child = (snapshot as AnyMachineSnapshot).children[id] as AnyActor | undefined;
  if (child) {
    const changed = withinChanged(child.logic, child.getSnapshot(), deeper, change);
    Object.assign(persisted.children[id] as object, { snapshot: changed });
  }
  return persisted;
}

/** XState's pure transition, in which a child has nobody to send to where it sends to its parent. */
function stepped(logic: AnyActorLogic, snapshot: Snapshot<unknown>, event: AnyEventObject, isChild: boolean): Snapshot<unknown> {
  if (!isChild) return transition(logic, snapshot, event)[0];
  const orphan: AnyActorLogic = Object.create(logic, {
    transition: {
      value: ((snapshot, event, scope) => {
        (scope.self as AnyActor)._parent = createEmptyActor();
        return logic.transition(snapshot, event, scope);
      }) satisfies AnyActorLogic['transition'],
    },
  });
  return transition(orphan, snapshot, event)[0];
}
