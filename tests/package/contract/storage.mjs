import { equal, ok, refused } from '../assert.mjs';
import { entries } from '../events.mjs';

const isInMemory = ({ path }) => path === undefined || path === ':memory:';

export const storage = {
  async 'a journal tells where it is kept, and how much there is'(room) {
    const journal = room.journal();
    await journal.append('a', entries('x'.repeat(10_000)), 0);
    const { place, usedBytes, quotaBytes } = await journal.storage();
    if (isInMemory(room)) return equal({ place, usedBytes, quotaBytes }, { place: 'memory', usedBytes: undefined, quotaBytes: undefined });
    const places = globalThis.window ? ['persistent', 'evictable'] : ['persistent'];
    ok(places.includes(place), place);
    ok(usedBytes > 10_000, `${usedBytes} bytes`);
    equal(quotaBytes > usedBytes, globalThis.window !== undefined, 'a page has a quota');
  },

  async 'a closed journal does not'(room) {
    const journal = room.journal();
    await journal.close();
    await refused(journal.storage(), 'closed');
    await refused(journal.requestPersistence(), 'closed');
  },
};
