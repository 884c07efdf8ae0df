import { check, hasMethods, isObject, isValue, type Check } from '../arguments.js';
import type { SnapshotAdapter } from '../evolve.js';
import type { Snapshot } from '../types.js';

export const isAdapter = hasMethods('an adapter', 'toJournal', 'fromJournal');

/** What an adapter gives to be stored: a promise is an object, too. */
export const given = (is: Check): Check => (value) => isValue(value) ?? is(value);

const isGivenState = given(isObject);

/** An actor's adapter of states, held to what it must give. */
export class States<State> implements SnapshotAdapter<State> {
  readonly #adapter: SnapshotAdapter<State>;
  readonly #call: string;

  /** @param call what has given the adapter, for messages. */
  constructor(adapter: SnapshotAdapter<State>, call: string) {
    check(`${call}: what it returns`, adapter, isAdapter);
    this.#adapter = adapter;
    this.#call = call;
  }

  toJournal(state: State): ReturnType<SnapshotAdapter<State>['toJournal']> {
    const entry = this.#adapter.toJournal(state);
    check(`${this.#call}: what toJournal returns`, entry, isGivenState);
    return entry;
  }

  fromJournal(stored: Snapshot): State {
    const state = this.#adapter.fromJournal(stored);
    check(`${this.#call}: what fromJournal returns`, state, isValue);
    return state;
  }
}
