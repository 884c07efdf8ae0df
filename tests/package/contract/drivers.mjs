/** Drivers of one’s own. */
import { InMemoryJournal, isLost, JournalError, memoryDriver } from '../actor-journal.mjs';
import { equal, ok, refused } from '../assert.mjs';
import { all, entries, seqs } from '../events.mjs';

/** Memory that loses the answers of the appends that `lost` names, counted from 0, behind their commits. */
export function losing(lost = (count) => count === 0) {
  const memory = memoryDriver();
  const openJournal = async (options) => {
    const handle = await (await memory.binding(':memory:')).openJournal(options);
    const append = handle.append.bind(handle);
    let count = 0;
    handle.append = async (...args) => {
      const answer = await append(...args);
      if (lost(count++)) throw new JournalError('lost', 'the worker has died');
      return answer;
    };
    return handle;
  };
  return { name: 'losing', binding: async () => ({ openJournal }) };
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

  async 'a token that was given comes back'() {
    const journal = new InMemoryJournal({ driver: losing() });
    const token = '5b1c3a52-0f6e-4c53-9d0b-1f6d2f6e7a03';
    equal((await refused(journal.append('a', entries(1), 0, { token }), 'lost')).token, token);
    equal((await refused(journal.append('a', entries(2), 0), 'conflict')).token, undefined);
    await journal.close();
  },
};
