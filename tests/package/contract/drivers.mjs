/** Drivers of one’s own. */
import { InMemoryDurableStateStore, InMemoryJournal, isLost, JournalError, memoryDriver } from '../actor-journal.mjs';
import { equal, ok, refused } from '../assert.mjs';
import { all, entries, seqs } from '../events.mjs';

/**
 * Memory that loses the answers of the writes that `lost` names, counted from 0: behind their commits, or
 * with the writes themselves where it says `'unwritten'`.
 */
export function losing(lost = (count) => count === 0, open = 'openJournal', write = 'append') {
  const memory = memoryDriver();
  const opened = async (options) => {
    const handle = await (await memory.binding(':memory:'))[open](options);
    const written = handle[write].bind(handle);
    let count = 0;
    handle[write] = async (...args) => {
      const isLost = lost(count++);
      const answer = isLost === 'unwritten' ? undefined : await written(...args);
      if (isLost) throw new JournalError('lost', 'the worker has died');
      return answer;
    };
    return handle;
  };
  return { name: 'losing', binding: async () => ({ [open]: opened }) };
}

export const drivers = {
  async 'a lost append is repeated with the token of its error'() {
    const journal = new InMemoryJournal({ driver: losing() });
    const error = await refused(journal.append('a', entries(1, 2), 0), 'lost', /worker/);
    ok(isLost(error), 'the predicate');
    equal(error.persistenceId, 'a');
    equal(seqs(await journal.append('a', entries(1, 2), 0, { token: error.token })), [1, 2]);
    equal((await all(journal.allEvents())).length, 2, 'written once');
    await journal.close();
  },

  async 'a lost change of a durable state is repeated with the token of its error'() {
    const changes = [(store, ...options) => store.save('a', 0, { n: 1 }, ...options), (store, ...options) => store.delete('a', 0, ...options)];
    for (const change of changes) {
      const store = new InMemoryDurableStateStore({ driver: losing(undefined, 'openDurableStates', 'change') });
      const { token, persistenceId } = await refused(change(store), 'lost', /worker/);
      equal(persistenceId, 'a');
      await refused(change(store), 'conflict');
      equal(await change(store, { token }), 1);
      equal((await store.load('a')).revision, 1, 'written once');
      await store.close();
    }
  },

  async 'a token that was given comes back'() {
    const journal = new InMemoryJournal({ driver: losing() });
    const token = '5b1c3a52-0f6e-4c53-9d0b-1f6d2f6e7a03';
    equal((await refused(journal.append('a', entries(1), 0, { token }), 'lost')).token, token);
    equal((await refused(journal.append('a', entries(2), 0), 'conflict')).token, undefined);
    await journal.close();
  },
};
