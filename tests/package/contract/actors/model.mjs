/** Random schedules against a model: what was stored is what is recovered, whatever fails. */
import { everyNEvents, JournalError } from '../../actor-journal.mjs';
import { equal, ok } from '../../assert.mjs';
import { Dice } from '../../dice.mjs';
import { contents, range } from '../../events.mjs';
import { before, lostBefore, lostBehind, overtaken, rejected, stored } from './faults.mjs';
import { look, Stage } from './stage.mjs';

const IDS = ['a', 'b', 'c'];
const STEPS = 40;

/** Nothing of a command that failed like this is stored. */
const NOT_STORED = ['full', 'thrown', 'refused', 'conflict', 'stopped', 'not-recovered', 'not-covered'];

const failed = (code) => Object.assign(new Error(`${code}, on purpose`), { code });

/** What a command does with its number; each event is the number of its command. */
const MANNERS = [
  [8, (n) => (actor) => actor.persist(n, () => actor.reply(n))],
  [4, (n) => (actor) => actor.persistAll([n, n, n], () => actor.reply(n))],
  [3, (n) => async (actor) => {
    await undefined;
    actor.persist(n, () => actor.persist(n, () => actor.reply(n)));
  }],
  [2, (n) => (actor) => {
    actor.persist(n);
    throw failed('thrown');
  }],
  [2, (n) => (actor) => actor.persist(n, () => {
    throw failed('thrown behind');
  })],
  [2, (n) => (actor) => {
    actor.persist(n);
    actor.reject(failed('refused'));
  }],
  [2, (n) => (actor) => {
    actor.saveSnapshot();
    actor.persist(n, () => actor.reply(n));
  }],
  [1, (n) => (actor) => {
    actor.deleteHistory(actor.lastSeq || 1);
    actor.persist(n, () => actor.reply(n));
  }],
  [1, (n) => (actor) => {
    actor.persist(n, () => actor.reply(n));
    actor.stop();
  }],
];

const APPENDS = [[20, stored], [2, rejected], [2, lostBefore], [2, lostBehind], [1, overtaken]];
/** A repetition that finds what it repeats does not see who has written since. */
const REPETITIONS = [[9, stored], [1, lostBehind]];

/** A state that tells apart every sequence of events, more or less. */
const COUNTING = {
  initialState: () => ({ count: 0, hash: 0 }),
  onEvent: ({ count, hash }, event) => ({ count: count + 1, hash: (hash * 31 + event + 1) % 1_000_003 }),
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
  /** Of each command its id and the code it failed with, if it did. */
  #commands = [];

  constructor(room, seed) {
    this.#dice = new Dice(seed);
    this.#faults = new Map(IDS.map((id, i) => [id, new Dice(seed * 10 + i)]));
    const journal = before(room.journal(), { append: (...args) => this.#append(...args) });
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
    for (const _ of range(1, STEPS)) {
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
    const command = { id: this.#oneId(), failure: undefined };
    this.#commands.push(command);
    try {
      equal(await this.#ref(command.id).ask(this.#dice.pick(MANNERS)(n)), n);
    } catch (error) {
      command.failure = error.code ?? error.message;
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
    this.#commands.forEach(({ id, failure }, n) => {
      const count = this.#log.get(id).filter((event) => event === n).length;
      ok(allowed(failure).includes(count), `${count} events of command ${n}, which ended with ${failure}`);
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

/** How many events of a command may be stored, by how it ended. */
function allowed(failure) {
  if (failure === undefined || failure === 'stored') return [1, 2, 3];
  if (failure === 'lost') return [0, 1, 2, 3];
  return NOT_STORED.includes(failure) ? [0] : [];
}

export const model = Object.fromEntries(
  [1, 2, 3].map((seed) => [`a random schedule agrees with the model, seed ${seed}`, (room) => new Play(room, seed).run()]),
);
