/**
 * Random schedules against a model: what was stored is what is recovered, whatever fails. In a runtime
 * the variables SEED and STEPS ask for another one, or a longer one.
 */
import { everyNEvents, JournalError } from '../../actor-journal.mjs';
import { equal, ok } from '../../assert.mjs';
import { Dice } from '../../dice.mjs';
import { contents, range } from '../../events.mjs';
import { before, lostBefore, lostBehind, overtakenBy, rejected, stored } from './faults.mjs';
import { look, Stage } from './stage.mjs';

const IDS = ['a', 'b', 'c'];

const { SEED, STEPS = 40 } = globalThis.process?.env ?? {};
const SEEDS = SEED ? [Number(SEED)] : [1, 2, 3];

/** Nothing of a command that failed like this is stored. */
const NOT_STORED = ['full', 'thrown', 'refused', 'conflict', 'stopped', 'not-recovered', 'not-covered'];

const failed = (code) => Object.assign(new Error(`${code}, on purpose`), { code });

const event = (n) => ({ n });

/** What a command does with its number, and how many events it stores; each has that number. */
const MANNERS = [
  [8, { stores: 1, command: (n) => (actor) => actor.persist(event(n), () => actor.reply(n)) }],
  [4, { stores: 3, command: (n) => (actor) => actor.persistAll([n, n, n].map(event), () => actor.reply(n)) }],
  [3, { stores: 2, command: (n) => async (actor) => {
    await undefined;
    actor.persist(event(n), () => actor.persist(event(n), () => actor.reply(n)));
  } }],
  [2, { stores: 0, command: (n) => (actor) => {
    actor.persist(event(n));
    throw failed('thrown');
  } }],
  [2, { stores: 1, command: (n) => (actor) => actor.persist(event(n), () => {
    throw failed('thrown behind');
  }) }],
  [2, { stores: 0, command: (n) => (actor) => {
    actor.persist(event(n));
    actor.reject(failed('refused'));
  } }],
  [2, { stores: 1, command: (n) => (actor) => actor.persist(event(n), () => actor.reject(failed('refused behind'))) }],
  [2, { stores: 1, command: (n) => (actor) => {
    actor.saveSnapshot();
    actor.persist(event(n), () => actor.reply(n));
  } }],
  [1, { stores: 1, command: (n) => (actor) => {
    actor.deleteHistory(actor.lastSeq || 1);
    actor.persist(event(n), () => actor.reply(n));
  } }],
  [1, { stores: 1, command: (n) => (actor) => {
    actor.persist(event(n), () => actor.reply(n));
    actor.stop();
  } }],
];

const APPENDS = [
  [20, stored],
  [2, rejected],
  [1, lostBefore],
  [1, lostBehind],
  [1, overtakenBy(event(1000))],
];
/** A repetition that finds what it repeats does not see who has written since. */
const REPETITIONS = [[8, stored], [1, lostBehind], [1, rejected]];
const HEADS = [[15, (inner, id) => inner.highestSeq(id)], [1, rejected]];

/** A state that tells apart every sequence of events, more or less. */
const COUNTING = {
  initialState: () => ({ count: 0, hash: 0 }),
  onEvent: ({ count, hash }, { n }) => ({ count: count + 1, hash: (hash * 31 + n + 1) % 1_000_003 }),
  snapshotPolicy: () => everyNEvents(5),
  retention: () => 'compact',
  onSnapshotFailure: () => undefined,
  onRecoveryFailure: () => undefined,
};

const fold = (events) => events.reduce(COUNTING.onEvent, COUNTING.initialState());

/** Three actors, of which two at a time are in memory, over stores that fail now and then. */
class Play {
  #dice;
  /** Streams do not wait for each other: each has its own, so that a seed brings the same again. */
  #faults;
  #room;
  #stores;
  #stage;
  #made = 0;
  #failing = true;
  #refs = new Map();
  /** Every event that was ever stored, by its seq, in each stream. */
  #log = new Map(IDS.map((id) => [id, []]));
  /** Of each command its id, how many events it stores, and what it failed with, if it did. */
  #commands = [];

  constructor(room, seed) {
    this.#dice = new Dice(seed);
    this.#faults = new Map(IDS.map((id, i) => [id, new Dice(seed * 10 + i)]));
    const journal = before(room.journal(), {
      append: (...args) => this.#append(...args),
      highestSeq: (...args) => this.#head(...args),
    });
    const snapshotStore = before(room.snapshots(), {
      save: (...args) => this.#save('save', ...args),
      saveAndCompact: (...args) => this.#save('saveAndCompact', ...args),
    });
    this.#room = room;
    this.#stores = { journal, snapshotStore };
    this.#begin();
  }

  /** Another system takes over, whatever the one before is doing. */
  #begin() {
    this.#made += this.#stage?.made ?? 0;
    this.#stage = new Stage(this.#room, { ...this.#stores, maxActive: 2, maxRecoveries: 1 });
  }

  async run() {
    for (const _ of range(1, Number(STEPS))) {
      if (this.#dice.below(6) === 0) await this.#takeOver();
      else await this.#someCommands();
      if (this.#dice.below(6) === 0) await this.#stage.system.stop(this.#oneId());
      await this.#check();
    }
    await this.#stage.system.terminate();
    for (const id of IDS) equal(await this.#stage.recovered(COUNTING, id), fold(this.#log.get(id)), id);
    ok(this.#made + this.#stage.made > 2 * IDS.length, 'there were restarts and passivations');
  }

  /** Appends as the dice say, and notes what is stored. */
  #append(inner, ...args) {
    const noting = before(inner, {
      append: async (journal, ...args) => {
        const events = await journal.append(...args);
        for (const { persistenceId, sequenceNr, event } of events) this.#log.get(persistenceId)[sequenceNr - 1] = event;
        return events;
      },
    });
    const [id, , , repetition] = args;
    const append = this.#failing ? this.#faults.get(id).pick(repetition ? REPETITIONS : APPENDS) : stored;
    return append(noting, ...args);
  }

  /** What a recovery asks for, and a compaction. */
  #head(inner, id) {
    const head = this.#failing ? this.#faults.get(id).pick(HEADS) : HEADS[0][1];
    return head(inner, id);
  }

  async #save(method, inner, id, ...args) {
    if (this.#faults.get(id).below(4) === 0) throw new JournalError('full', 'no room for a snapshot, on purpose');
    return inner[method](id, ...args);
  }

  /** A system is given up with commands under way, for another that knows nothing of it. */
  async #takeOver() {
    const underWay = this.#someCommands();
    this.#begin();
    await Promise.all([underWay, this.#someCommands()]);
    this.#begin();
  }

  async #someCommands() {
    await Promise.all(range(0, this.#dice.below(6)).map(() => this.#command()));
  }

  async #command() {
    const n = this.#commands.length;
    const { stores, command } = this.#dice.pick(MANNERS);
    const sent = { id: this.#oneId(), stores, failure: undefined };
    this.#commands.push(sent);
    try {
      equal(await this.#ref(sent.id).ask(command(n)), n);
    } catch (error) {
      sent.failure = error;
    }
  }

  async #check() {
    this.#failing = false;
    for (const id of IDS) {
      const log = this.#log.get(id);
      equal(await this.#ref(id).ask(look), fold(log), `the state of ${id}`);
      const kept = contents(await this.#stage.journal.read(id, 1));
      equal(kept, log.slice(log.length - kept.length), `the events of ${id}`);
    }
    this.#failing = true;
    this.#commands.forEach(({ id, stores, failure }, n) => {
      const count = this.#log.get(id).filter((event) => event.n === n).length;
      ok(allowed(stores, failure).includes(count), `${count} of ${stores} events of command ${n}, which ended with ${failure}`);
    });
  }

  /** The actor of this id. One that has stopped is spawned again. */
  #ref(id) {
    try {
      this.#refs.set(id, this.#stage.spawn(COUNTING, { id }));
    } catch (error) {
      equal(error.code, 'name-taken');
    }
    return this.#refs.get(id);
  }

  #oneId() {
    return IDS[this.#dice.below(IDS.length)];
  }
}

/** How many events of a command that `stores` so many may be stored, by how it ended. */
function allowed(stores, failure) {
  if (failure === undefined) return [stores];
  const { code, cause } = failure;
  // Those that go on behind an append have appended one event, and then one more at most.
  if (code === 'stored') return cause.code === 'lost' ? [1, stores] : [1];
  if (code === 'lost') return [0, stores === 3 ? 3 : 1];
  return NOT_STORED.includes(code) ? [0] : [];
}

export const model = Object.fromEntries(
  SEEDS.map((seed) => [`a random schedule agrees with the model, seed ${seed}`, (room) => new Play(room, seed).run()]),
);
