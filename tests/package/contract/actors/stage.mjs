/** Actors to order, and a system for them to be in. */
import { ActorSystem, DurableStateActor, PersistenceExtensionId, PersistentActor } from '../../actor-journal.mjs';

/** Sums up what it is sent; a function among the commands is called with the actor and the state. */
export class Sum extends PersistentActor {
  constructor(persistenceId = 'sum') {
    super();
    this.persistenceId = persistenceId;
  }

  initialState() {
    return 0;
  }

  onEvent(state, event) {
    return state + event;
  }

  onCommand(state, command) {
    if (typeof command === 'function') return command(this, state);
    this.persist(command, (sum) => this.reply(sum));
  }
}

/** A command that answers the state. */
export const look = (actor, state) => actor.reply(state);

/** A command that answers the last seq. */
export const lookAtSeq = (actor) => actor.reply(actor.lastSeq);

/** Keeps a sum without its events, and else behaves like {@link Sum}. */
export class DurableSum extends DurableStateActor {
  constructor(persistenceId = 'sum') {
    super();
    this.persistenceId = persistenceId;
  }

  initialState() {
    return 0;
  }

  onCommand(state, command) {
    if (typeof command === 'function') return command(this, state);
    this.save(state + command, (sum) => this.reply(sum));
  }
}

/** A class that overrides methods of another one. */
function overriding(Actor, overrides) {
  class Other extends Actor {}
  Object.assign(Other.prototype, overrides);
  return Other;
}

/** A system over stores. */
class AnyStage {
  /** How many actors were made. */
  made = 0;
  #Actor;

  /** @param Actor the class of what is spawned. */
  constructor(Actor, room, stores, options) {
    this.#Actor = Actor;
    this.room = room;
    this.system = ActorSystem.create('test', options);
    this.system.extension(PersistenceExtensionId).configure(stores);
    this.stores = stores;
  }

  /** Spawns one with other methods, under the name of its stream or state. */
  spawn(overrides = {}, { id = 'sum', ...options } = {}) {
    const Actor = overriding(this.#Actor, overrides);
    const create = () => {
      this.made++;
      return new Actor(id);
    };
    return this.system.spawn(create, id, options);
  }

  /** What a new system over the same stores recovers. */
  async recovered(overrides = {}, id = 'sum') {
    const next = new this.constructor(this.room, this.stores);
    try {
      return await next.spawn(overrides, { id }).ask(look);
    } finally {
      await next.system.terminate();
    }
  }
}

/** A system of {@link Sum}s over the stores of a room, or over others. */
export class Stage extends AnyStage {
  constructor(room, { journal = room.journal(), snapshotStore = room.snapshots(), ...options } = {}) {
    super(Sum, room, { journal, snapshotStore }, options);
    this.journal = journal;
    this.snapshotStore = snapshotStore;
  }
}

/** A system of {@link DurableSum}s over the store of a room, or over another one. */
export class DurableStage extends AnyStage {
  constructor(room, { stateStore = room.states(), ...options } = {}) {
    super(DurableSum, room, { stateStore }, options);
    this.stateStore = stateStore;
  }
}

/** What the console is told while `scenario` runs. */
export async function complaints(scenario) {
  const lines = [];
  const original = console.error;
  console.error = (...parts) => lines.push(parts.map(String).join(' '));
  try {
    await scenario();
  } finally {
    console.error = original;
  }
  return lines;
}

/** What the promise rejects with, which must have this code. */
export async function failing(promise, code) {
  const error = await promise.then(
    (answer) => new Error(`it answered ${JSON.stringify(answer)}`),
    (error) => error,
  );
  if (error.code !== code) throw new Error(`expected ${code}, not ${error.code}`, { cause: error });
  return error;
}

/** A function that throws `message`. */
export const throwing = (message) => () => {
  throw new Error(message);
};

/** Lets everything else go on that can. */
export const pause = () => new Promise((next) => setTimeout(next));

/** A door that is closed until it is opened. */
export class Gate {
  #open;
  /** Resolves when somebody stands before it. */
  reached;
  #arrive;

  constructor() {
    this.opened = new Promise((resolve) => (this.#open = resolve));
    this.reached = new Promise((resolve) => (this.#arrive = resolve));
  }

  open() {
    this.#open();
  }

  pass() {
    this.#arrive();
    return this.opened;
  }
}
