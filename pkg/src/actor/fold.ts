import { check, isValue } from '../arguments.js';
import type { EventSourced } from './persistent-actor.js';

/**
 * The state behind an event.
 *
 * @throws `invalid-argument` where `onEvent` returns none, or one that is yet to come.
 */
export function fold<Event, State>(actor: EventSourced<Event, State>, state: State, event: Event): State {
  const next = actor.onEvent(state, event);
  check('onEvent: what it returns', next, isValue);
  return next;
}

/**
 * The state before anything was stored.
 *
 * @throws `invalid-argument` as {@link fold} does.
 */
export function initial<State>(actor: { initialState(): State }): State {
  const state = actor.initialState();
  check('initialState: what it returns', state, isValue);
  return state;
}
