import {
  createEmptyActor,
  transition,
  type AnyActor,
  type AnyActorLogic,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type Snapshot,
} from 'xstate';

/** Without it XState refuses actors without a name, which cannot be stored, but can be folded. */
const INLINE = { __unsafeAllowInlineActors: true };

/** What happens to one actor: its next snapshot. */
export type Change = (logic: AnyActorLogic, snapshot: Snapshot<unknown>) => Snapshot<unknown>;

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

/** What XState restores the snapshot from. */
export function persistedOf(logic: AnyActorLogic, snapshot: Snapshot<unknown>): Snapshot<unknown> {
  return logic.getPersistedSnapshot(snapshot, INLINE);
}

/** The actor to which the ids lead. */
export function actorWithin(snapshot: Snapshot<unknown>, [id, ...deeper]: readonly string[]): AnyActor | undefined {
  const child = (snapshot as Partial<AnyMachineSnapshot>).children?.[id ?? ''] as AnyActor | undefined;
  return child && deeper.length > 0 ? actorWithin(child.getSnapshot(), deeper) : child;
}

/** What XState restores, with the actor at the end of the path changed. */
export function changedWithin(
  logic: AnyActorLogic,
  snapshot: Snapshot<unknown>,
  [id, ...deeper]: readonly string[],
  change: Change,
): Snapshot<unknown> {
  if (id === undefined) return persistedOf(logic, change(logic, snapshot));
  const persisted = persistedOf(logic, snapshot) as AnyMachineSnapshot;
  const child = (snapshot as AnyMachineSnapshot).children[id] as AnyActor;
  const changed = changedWithin(child.logic, child.getSnapshot(), deeper, change);
  Object.assign(persisted.children[id] as object, { snapshot: changed });
  return persisted;
}

/** XState's pure transition of an actor within another: there is nobody where it sends to its parent. */
export function stepOfInner(
  logic: AnyActorLogic,
  snapshot: Snapshot<unknown>,
  event: AnyEventObject,
): Snapshot<unknown> {
  const step: AnyActorLogic['transition'] = (snapshot, event, scope) => {
    (scope.self as AnyActor)._parent = createEmptyActor();
    return logic.transition(snapshot, event, scope);
  };
  const orphan: AnyActorLogic = Object.create(logic, { transition: { value: step } });
  return transition(orphan, snapshot, event)[0];
}
