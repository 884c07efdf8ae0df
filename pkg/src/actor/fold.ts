import { check, must } from '../arguments.js';
import type { PersistentActor } from './persistent-actor.js';

const isState = must('the next state, at once', (v) => v !== undefined && !(v instanceof Promise));

/**
 * The state behind an event.
 *
 * @throws `invalid-argument` where `onEvent` returns none, or one that is yet to come.
 */
export function fold<Command, Event, State, Reply>(
  actor: PersistentActor<Command, Event, State, Reply>,
  state: State,
  event: Event,
): State {
  const next = actor.onEvent(state, event);
  check('onEvent: what it returns', next, isState);
  return next;
}
