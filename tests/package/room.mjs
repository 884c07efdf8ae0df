/** Where scenarios happen: a place is a kind of storage, a room is an unused spot in it. */
import {
  InMemoryDurableStateStore,
  InMemoryJournal,
  InMemorySnapshotStore,
  SqliteDurableStateStore,
  SqliteJournal,
  SqliteSnapshotStore,
} from './actor-journal.mjs';

/** Journals and stores on one path, all of them closed when the scenario has ended. */
export class Room {
  #place;
  #opened = [];

  constructor(place) {
    this.#place = place;
    this.path = place.freshPath();
  }

  journal(options = {}) {
    return this.tracked(this.#place.journal(this.path, options));
  }

  snapshots(options = {}) {
    return this.tracked(this.#place.snapshots(this.path, options));
  }

  states(options = {}) {
    return this.tracked(this.#place.states(this.path, options));
  }

  /** Another room in the same place, left together with this one. */
  another() {
    const room = new Room(this.#place);
    this.tracked({ close: () => room.leave() });
    return room;
  }

  async leave() {
    for (const opened of this.#opened) await opened.close();
  }

  /** Closed when the scenario has ended. */
  tracked(opened) {
    this.#opened.push(opened);
    return opened;
  }
}

/** What runs a scenario in a room of its own. */
export function inRoom(place) {
  return async (scenario) => {
    const room = new Room(place);
    try {
      await scenario(room);
    } finally {
      await room.leave();
    }
  };
}

/** The journals without a database. */
export const memory = {
  name: 'InMemoryJournal',
  freshPath: () => undefined,
  journal: (_, options) => new InMemoryJournal(options),
  snapshots: (_, options) => new InMemorySnapshotStore(options),
  states: (_, options) => new InMemoryDurableStateStore(options),
};

/** Journals in SQLite: `defaults` are their options, `freshPath` names databases not used yet. */
export function sqlite(name, freshPath, defaults = {}) {
  return {
    name,
    freshPath,
    journal: (path, options) => new SqliteJournal({ path, ...defaults, ...options }),
    snapshots: (path, options) => new SqliteSnapshotStore({ path, ...options }),
    states: (path, options) => new SqliteDurableStateStore({ path, ...options }),
  };
}

/** SQLite without a file. */
export const sqliteInMemory = sqlite('SQLite :memory:', () => ':memory:');
