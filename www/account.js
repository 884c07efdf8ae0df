/** The account: which commands it takes, which events they become, what those add up to. */

import { everyNEvents, PersistentActor } from 'actor-journal';

/**
 * A transfer is known by the account that sent it and its number there: 1, 2, 3, … It is carried
 * out in three events, each stored before the next is asked for: sent here, received there, settled
 * here. Wherever that is broken off, what is open is delivered again, and received once.
 *
 * All amounts in cents; accounts by their ids.
 *
 * @typedef {{ number: number, to: string, cents: number }} Transfer
 * @typedef {{ kind: 'deposit' | 'withdraw', cents: number }
 *   | { kind: 'transfer', to: string, cents: number }
 *   | { kind: 'receive', from: string, number: number, cents: number }
 *   | { kind: 'settle', number: number }
 *   | { kind: 'look' }} Command
 * @typedef {{ kind: 'deposited' | 'withdrawn', cents: number }
 *   | { kind: 'transfer-sent' } & Transfer
 *   | { kind: 'transfer-received', from: string, number: number, cents: number }
 *   | { kind: 'transfer-settled', number: number, to: string }} Event
 * @typedef {{ state: State, refused?: 'overdraft' }} Reply
 */

/**
 * `sent` is the number of the last transfer that was sent, `open` those that are not settled, in
 * their order. `received` has the highest number that was received from each account: transfers
 * of one account are delivered in order, each when those before it are settled, so that one number
 * tells of all of them, and the state grows with the accounts and not with the transfers.
 *
 * @typedef {{
 *   balance: number, paidIn: number, paidOut: number,
 *   sent: number, open: Transfer[], received: Record<string, number>,
 * }} State
 */

/** A snapshot is taken behind every tenth event. */
export const SNAPSHOT_EVERY = 10;

/** From here on a payment is tagged as large: 1,000.00. */
const LARGE = 100_000;

/** @type {State} */
const EMPTY = { balance: 0, paidIn: 0, paidOut: 0, sent: 0, open: [], received: {} };

/** @type {Record<Event['kind'], string[]>} */
const TAGS = {
  deposited: ['money-in'],
  withdrawn: ['money-out'],
  'transfer-sent': ['money-out', 'transfer'],
  'transfer-received': ['money-in', 'transfer'],
  'transfer-settled': ['transfer'],
};

/** @extends {PersistentActor<Command, Event, State>} */
export class Account extends PersistentActor {
  /** @param {string} persistenceId */
  constructor(persistenceId) {
    super();
    this.persistenceId = persistenceId;
  }

  /** @returns {State} */
  initialState() {
    return EMPTY;
  }

  /**
   * @param {State} before
   * @param {Event} event
   * @returns {State}
   */
  onEvent(before, event) {
    const state = whole(before);
    const { kind, number } = event;
    switch (kind) {
      case 'deposited':
        return paidIn(state, event);
      case 'withdrawn':
        return paidOut(state, event);
      case 'transfer-sent':
        return { ...paidOut(state, event), sent: number, open: [...state.open, transfer(event)] };
      case 'transfer-received':
        return { ...paidIn(state, event), received: { ...state.received, [event.from]: number } };
      case 'transfer-settled':
        return { ...state, open: state.open.filter((open) => open.number !== number) };
      default:
        throw new Error(`an account knows no event ${JSON.stringify(kind)}`);
    }
  }

  /**
   * @param {State} before
   * @param {Command} command
   */
  onCommand(before, command) {
    const state = whole(before);
    const { kind, from, to, number, cents } = command;
    switch (kind) {
      case 'deposit':
        return this.#store({ kind: 'deposited', cents });
      case 'withdraw':
        return this.#pay(state, { kind: 'withdrawn', cents });
      case 'transfer':
        return this.#pay(state, { kind: 'transfer-sent', number: state.sent + 1, to, cents });
      case 'receive':
        if (hasReceived(state, from, number)) return this.reply({ state });
        return this.#store({ kind: 'transfer-received', from, number, cents });
      case 'settle':
        return this.#settle(state, number);
      default:
        return this.reply({ state });
    }
  }

  snapshotPolicy() {
    return everyNEvents(SNAPSHOT_EVERY);
  }

  /** @param {Event} event */
  tagsFor({ kind, cents = 0 }) {
    return cents >= LARGE ? [...TAGS[kind], 'large'] : TAGS[kind];
  }

  #pay(state, event) {
    if (event.cents > state.balance) return this.reply({ state, refused: 'overdraft' });
    this.#store(event);
  }

  #settle(state, number) {
    const open = state.open.find((transfer) => transfer.number === number);
    if (!open) return this.reply({ state });
    this.#store({ kind: 'transfer-settled', number, to: open.to });
  }

  #store(event) {
    this.persist(event, (after) => this.reply({ state: after }));
  }
}

/** Whether an account in this state has received a transfer. @param {State} state */
export function hasReceived({ received }, from, number) {
  return number <= (received[from] ?? 0);
}

/** Snapshots that are older than transfers have nothing to say of them. @returns {State} */
function whole(state) {
  return { ...EMPTY, ...state };
}

function paidIn(state, { cents }) {
  return { ...state, balance: state.balance + cents, paidIn: state.paidIn + cents };
}

function paidOut(state, { cents }) {
  return { ...state, balance: state.balance - cents, paidOut: state.paidOut + cents };
}

/** @returns {Transfer} */
function transfer({ number, to, cents }) {
  return { number, to, cents };
}
