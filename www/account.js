/** The account: which commands it takes, which events they become, what those add up to. */

import { everyNEvents, PersistentActor } from 'actor-journal';

/**
 * All amounts in cents.
 *
 * @typedef {{ kind: 'deposit' | 'withdraw', cents: number } | { kind: 'look' }} Command
 * @typedef {{ kind: 'deposited' | 'withdrawn', cents: number }} Event
 * @typedef {{ balance: number, paidIn: number, paidOut: number }} State
 * @typedef {{ state: State, refused?: 'overdraft' }} Reply
 */

/** A snapshot is taken behind every tenth event. */
export const SNAPSHOT_EVERY = 10;

/** From here on a payment is tagged as large: 1,000.00. */
const LARGE = 100_000;

/** @extends {PersistentActor<Command, Event, State>} */
export class Account extends PersistentActor {
  /** @param {string} persistenceId */
  constructor(persistenceId) {
    super();
    this.persistenceId = persistenceId;
  }

  /** @returns {State} */
  initialState() {
    return { balance: 0, paidIn: 0, paidOut: 0 };
  }

  /**
   * @param {State} state
   * @param {Event} event
   * @returns {State}
   */
  onEvent({ balance, paidIn, paidOut }, { kind, cents }) {
    if (kind === 'deposited') return { balance: balance + cents, paidIn: paidIn + cents, paidOut };
    return { balance: balance - cents, paidIn, paidOut: paidOut + cents };
  }

  /**
   * @param {State} state
   * @param {Command} command
   */
  onCommand(state, command) {
    if (command.kind === 'look') return this.reply({ state });
    const { kind, cents } = command;
    if (kind === 'withdraw' && cents > state.balance) return this.reply({ state, refused: 'overdraft' });
    const event = { kind: kind === 'deposit' ? 'deposited' : 'withdrawn', cents };
    this.persist(event, (after) => this.reply({ state: after }));
  }

  snapshotPolicy() {
    return everyNEvents(SNAPSHOT_EVERY);
  }

  /** @param {Event} event */
  tagsFor({ kind, cents }) {
    const direction = kind === 'deposited' ? 'money-in' : 'money-out';
    return cents >= LARGE ? [direction, 'large'] : [direction];
  }
}
