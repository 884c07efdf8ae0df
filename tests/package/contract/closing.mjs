import { isClosed } from '../actor-journal.mjs';
import { equal, ok, refused } from '../assert.mjs';
import { all, counted, entries, PAGE, seqs } from '../events.mjs';

/** Every call on a journal, by name. */
const CALLS = {
  append: (journal) => journal.append('a', entries(1), 0),
  'an empty append': (journal) => journal.append('a', [], 0),
  read: (journal) => journal.read('a', 1),
  replay: (journal) => all(journal.replay('a')),
  highestSeq: (journal) => journal.highestSeq('a'),
  delete: (journal) => journal.delete('a', 1),
  raiseCompactionMark: (journal) => journal.raiseCompactionMark('a', 1),
  persistenceIds: (journal) => journal.persistenceIds(),
  persistenceIdsPaginated: (journal) => journal.persistenceIdsPaginated(undefined, 1),
  lastPosition: (journal) => journal.lastPosition(),
  livePersistenceIds: (journal) => all(journal.livePersistenceIds()),
  eventsByTag: (journal) => all(journal.eventsByTag('x')),
  allEvents: (journal) => all(journal.allEvents()),
  'events.subscribe': (journal) => journal.events.subscribe(() => undefined),
};

const SNAPSHOT_CALLS = {
  save: (store) => store.save('a', 1, {}),
  loadLatest: (store) => store.loadLatest('a'),
  loadBefore: (store) => store.loadBefore('a', 2),
  load: (store) => store.load('a', {}),
  delete: (store) => store.delete('a', 1),
};

const STATE_CALLS = {
  load: (store) => store.load('a'),
  save: (store) => store.save('a', 1, {}),
  delete: (store) => store.delete('a', 1),
};

async function refusesAll(closed, calls) {
  for (const [name, call] of Object.entries(calls)) {
    const error = await refused(() => call(closed), 'closed').catch((wrong) => {
      throw new Error(`${name}: ${wrong.message}`);
    });
    ok(isClosed(error), name);
  }
}

export const closing = {
  async 'a closed journal says so, whatever it is asked'(room) {
    const journal = room.journal();
    await journal.append('a', entries(1), 0);
    await journal.close();
    await refusesAll(journal, CALLS);
  },

  async 'closing again does nothing'(room) {
    const journal = room.journal();
    await journal.append('a', entries(1), 0);
    await Promise.all([journal.close(), journal.close()]);
    await journal.close();
  },

  async 'a journal that was never used can be closed'(room) {
    const journal = room.journal();
    await journal.close();
    await refusesAll(journal, CALLS);
  },

  async 'closing waits for the calls in flight'(room) {
    const journal = room.journal();
    const appending = [0, 1, 2].map((n) => journal.append(`id-${n}`, counted(3), 0));
    const closed = journal.close();
    equal((await Promise.all(appending)).map(seqs), [[1, 2, 3], [1, 2, 3], [1, 2, 3]]);
    await closed;
  },

  async 'a read in flight is answered, one that needs another page says that the journal is closed'(room) {
    const journal = room.journal();
    await journal.append('a', counted(2 * PAGE), 0);
    const [one, many] = [journal.read('a', 1, PAGE), journal.read('a', 1)];
    many.catch(() => undefined);
    const closed = journal.close();
    equal((await one).length, PAGE);
    await refused(many, 'closed');
    await closed;
  },

  async 'a replay that is going on when the journal closes says so'(room) {
    const journal = room.journal();
    await journal.append('a', counted(2 * PAGE), 0);
    const replay = journal.replay('a')[Symbol.asyncIterator]();
    await replay.next();
    await journal.close();
    const rest = async () => {
      while (!(await replay.next()).done);
    };
    await refused(rest, 'closed');
  },

  async 'a closed snapshot store says so, whatever it is asked'(room) {
    const store = room.snapshots();
    await store.save('a', 1, {});
    await store.close();
    await store.close();
    await refusesAll(store, SNAPSHOT_CALLS);
  },

  async 'a closed durable state store says so, whatever it is asked'(room) {
    const store = room.states();
    await store.save('a', 0, {});
    await store.close();
    await store.close();
    await refusesAll(store, STATE_CALLS);
  },
};
