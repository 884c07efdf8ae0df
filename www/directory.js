/** The directory: which accounts there are, and what they are called. */

import { PersistentActor } from 'actor-journal';
import { parseName } from './account-name.js';

/**
 * @typedef {{ id: string, name: string }} Entry
 * @typedef {{ kind: 'open', name: string } | { kind: 'look' }} Command
 * @typedef {{ kind: 'account-opened' } & Entry} Event
 * @typedef {{ entries: readonly Entry[], opened?: string } | { wrong: string }} Reply
 */

export const DIRECTORY = 'accounts';

/**
 * The accounts that are there from the start. Not to be changed: names and ids of all that were
 * opened since follow from these.
 *
 * @type {readonly Entry[]}
 */
const FIRST = [
  { id: 'account-1', name: 'Everyday' },
  { id: 'account-2', name: 'Savings' },
  { id: 'account-3', name: 'Holidays' },
];

/** @extends {PersistentActor<Command, Event, readonly Entry[]>} */
export class Directory extends PersistentActor {
  persistenceId = DIRECTORY;

  /** @returns {readonly Entry[]} */
  initialState() {
    return FIRST;
  }

  /**
   * @param {readonly Entry[]} entries
   * @param {Event} event
   */
  onEvent(entries, { id, name }) {
    return [...entries, { id, name }];
  }

  /**
   * @param {readonly Entry[]} entries
   * @param {Command} command
   */
  onCommand(entries, command) {
    if (command.kind === 'look') return this.reply({ entries });
    const { name, wrong } = parseName(command.name, entries.map((entry) => entry.name));
    if (wrong) return this.reply({ wrong });
    const id = `account-${entries.length + 1}`;
    this.persist({ kind: 'account-opened', id, name }, (after) => this.reply({ entries: after, opened: id }));
  }
}
