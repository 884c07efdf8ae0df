/** What is left of actors of XState whose appends fail, or that are given up with events on their way. */
import { equal, ok } from '../assert.mjs';
import { before, lostBefore, lostBehind, rejected, stored } from './actors/faults.mjs';
import { account, actorIn, stateOf } from './machines.mjs';

const FAULTS = [rejected, lostBefore, lostBehind];
const ROUNDS = 12;

/** Lives of one actor: each takes over from the one before, which is not stopped. */
class Lives {
  #room;
  #stores;
  #drawn = 0;
  /** The state that each stored append has led to, by its last seq. */
  #states = new Map();
  /** How each deposit ended, by its amount. */
  #outcomes = [];
  /** All deposits are this one object. */
  #deposit = { type: 'deposit', amount: -1 };

  constructor(room) {
    this.#room = room;
    this.#stores = { journal: room.journal(), snapshotStore: room.snapshots() };
  }

  async run() {
    let life = await this.#begin();
    this.#states.set(1, stateOf(life));
    for (let round = 0; round < ROUNDS; round++) {
      const given = this.#deposits(life);
      life = await this.#begin();
      await Promise.all([given, this.#deposits(life)].flat());
      life = await this.#checked();
    }
    await life.stop();
    const ends = new Set(this.#outcomes.map(({ status }) => status));
    ok(ends.size === 2, 'some deposits were stored, and some were not');
  }

  /** Notes with each append the state of the actor whose append it is. */
  async #begin() {
    let life;
    const append = (inner, id, entries, seq, options) => {
      const state = life && stateOf(life);
      const noting = async (journal, ...args) => {
        const events = await journal.append(...args);
        if (state) this.#states.set(seq + entries.length, state);
        return events;
      };
      const fault = life && !options && ++this.#drawn % 4 === 0 ? FAULTS[(this.#drawn / 4) % FAULTS.length] : stored;
      return fault(before(inner, { append: noting }), id, entries, seq, options);
    };
    const journal = before(this.#stores.journal, { append });
    const options = { ...this.#stores, journal, snapshotEvery: 3, onError: () => undefined };
    life = await actorIn(this.#room, account(), options).start();
    return life;
  }

  #deposits(life) {
    const directly = () => {
      life.actor.send(this.#deposit);
      return life.flushed();
    };
    const ways = [() => life.send(this.#deposit), directly];
    return [...ways, ...ways].map(async (send) => {
      this.#deposit.amount = this.#outcomes.length;
      const outcome = { status: 'under way' };
      this.#outcomes.push(outcome);
      outcome.status = await send().then(() => 'stored', () => 'failed');
    });
  }

  /** The next life begins as the last stored append has left the one that it came from. */
  async #checked() {
    const life = await this.#begin();
    const events = await this.#stores.journal.read('a', 1);
    equal(stateOf(life), this.#states.get(events.length), `the state at ${events.length}`);
    this.#outcomes.forEach(({ status }, amount) => {
      const count = events.filter(({ event }) => event.amount === amount).length;
      ok(count === 1 || (count === 0 && status === 'failed'), `deposit ${amount} was ${status}, and is there ${count} times`);
    });
    return life;
  }
}

export const xstateCrashes = {
  'what was acknowledged is there once, and the state is that of what is there': (room) => new Lives(room).run(),
};
