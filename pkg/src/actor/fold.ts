import { check, must } from '../arguments.js';
import type { EventSourced } from './persistent-actor.js';

const isState = must('the next state, at once', (v) => v !== undefined && !(v instanceof Promise));

/**
 * The state behind an event.
 *
 * @throws `invalid-argument` where `onEvent` returns none, or one that is yet to come.
 */
export function fold<Event, State>(actor: EventSourced<Event, State>, state: State, event: Event): State {
  const next = actor.onEvent(state, event);
  check('onEvent: what it returns', next, isState);
  return next;
}
