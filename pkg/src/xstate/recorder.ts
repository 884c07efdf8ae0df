import type { AnyActor, AnyActorLogic, AnyEventObject, InspectionEvent } from 'xstate';
import { beginDelays } from './delays.js';
import { packed } from './stored.js';

/** The end of an actor, which is no change of its state. */
const STOP = 'xstate.stop';

/**
 * Told of an event that was processed by the actor to which the ids lead, and of its copy, which is
 * {@link packed}: whoever sent the event, or acted on it, may have changed it since.
 */
type Record = (actor: readonly string[], event: AnyEventObject, copy: AnyEventObject) => void;

/**
 * Listens to a new system, and tells of each event that decided its state, in the order in which
 * they were processed: all that reach the first actor, and of those that reach the actors within
 * it the ones that changed something. What a machine raises is part of the event that raised it.
 */
export function recording(record: Record): (inspected: InspectionEvent) => void {
  return ({ type, actorRef }) => {
    if (type === '@xstate.actor') tap(actorRef as AnyActor, record);
  };
}

/** Inspection tells of events when they are sent, or when all they led to is done: too early, too late. */
function tap(actor: AnyActor, record: Record): void {
  const isNameless = actor._parent && actor.id === actor.sessionId;
  if (isNameless) throw new Error('an actor that is spawned needs an id to be found again by');
  const logic: AnyActorLogic = actor.logic;
  const transition: AnyActorLogic['transition'] = (snapshot, event, scope) => {
    const copy = packed(event) as AnyEventObject;
    const next: unknown = logic.transition(snapshot, event, scope);
    const path = event.type === STOP ? undefined : pathOf(actor);
    if (path && (path.length === 0 || next !== snapshot)) record(path, event, copy);
    return next;
  };
  const start: AnyActorLogic['start'] = (snapshot, scope) => {
    if (actor.options.snapshot) beginDelays(actor, snapshot);
    logic.start?.(snapshot, scope);
  };
  actor.logic = Object.create(logic, { transition: { value: transition }, start: { value: start } });
}

/** The ids that lead to an actor; `undefined` for one that its parent has let go. */
function pathOf(actor: AnyActor): string[] | undefined {
  const parent = actor._parent;
  if (!parent) return [];
  const path = pathOf(parent as AnyActor);
  return path && parent.getSnapshot().children?.[actor.id] === actor ? [...path, actor.id] : undefined;
}
