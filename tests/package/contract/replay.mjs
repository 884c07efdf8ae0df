import { equal, ok } from '../assert.mjs';
import { all, contents, counted, entries, PAGE, range, seqs, tagged } from '../events.mjs';

/** A journal with one stream, `a`, of this many events. */
async function holding(room, count) {
  const journal = room.journal();
  await journal.append('a', counted(count), 0);
  return journal;
}

const MEGABYTES = 1 << 20;

export const replay = {
  async 'both bounds are inclusive'(room) {
    const journal = await holding(room, 9);
    equal(seqs(await journal.read('a', 3, 5)), [3, 4, 5]);
    equal(seqs(await journal.read('a', 9, 9)), [9]);
    equal(seqs(await journal.read('a', 7)), [7, 8, 9]);
    equal(seqs(await journal.read('a', 0, 2)), [1, 2]);
    equal(seqs(await journal.read('a', 8, Number.MAX_SAFE_INTEGER)), [8, 9]);
    equal(seqs(await all(journal.replay('a', { fromSeq: 3, toSeq: 5 }))), [3, 4, 5]);
  },

  async 'an empty range is empty'(room) {
    const journal = await holding(room, 3);
    equal(await journal.read('a', 3, 2), []);
    equal(await journal.read('a', 4), []);
    equal(await journal.read('a', 1, 0), []);
    equal(await journal.read('a', Number.MAX_SAFE_INTEGER), []);
    equal(await journal.read('unknown', 1), []);
    equal(await all(journal.replay('unknown')), []);
  },

  async 'a replay is limited'(room) {
    const count = 2 * PAGE + 100;
    const journal = await holding(room, count);
    for (const limit of [1, PAGE - 1, PAGE, PAGE + 1, count - 1, count, 2 * count]) {
      const found = seqs(await all(journal.replay('a', { limit })));
      equal(found, range(1, Math.min(limit, count)), `limit ${limit}`);
    }
    equal(seqs(await all(journal.replay('a', { fromSeq: 10, toSeq: 20, limit: 3 }))), [10, 11, 12]);
  },

  async 'thousands of events arrive contiguous'(room) {
    const journal = await holding(room, 5000);
    const events = await all(journal.replay('a'));
    equal(seqs(events), range(1, 5000));
    equal(contents(events).map(({ n }) => n), range(1, 5000));
    equal(seqs(await journal.read('a', PAGE - 1, 2 * PAGE + 2)), range(PAGE - 1, 2 * PAGE + 2));
  },

  async 'big events arrive whole'(room) {
    const journal = room.journal();
    const bigs = range(1, 6).map((n) => String(n).repeat(2 * MEGABYTES));
    await journal.append('a', entries(...bigs, 'small'), 0);
    const events = await journal.read('a', 1);
    equal(contents(events).map((text) => text.length), [...bigs.map(() => 2 * MEGABYTES), 5]);
    ok(contents(events).every((text, i) => i === 6 || text === bigs[i]), 'as they were');
    equal(seqs(await all(journal.allEvents())), range(1, 7));
  },

  async 'a replay ends at the head that it began with'(room) {
    const journal = await holding(room, 2 * PAGE);
    const seen = [];
    for await (const event of journal.replay('a')) {
      if (seen.push(event.sequenceNr) === 1) await journal.append('a', counted(100), 2 * PAGE);
    }
    equal(seen, range(1, 2 * PAGE));
    equal(await journal.highestSeq('a'), 2 * PAGE + 100);
  },

  async 'a replay that is read slowly blocks no append'(room) {
    const count = 2 * PAGE + 100;
    const journal = await holding(room, count);
    let head = 0;
    for await (const event of journal.replay('a')) {
      if (event.sequenceNr % 100 === 0) [{ sequenceNr: head }] = await journal.append('b', entries(event.event), head);
    }
    equal(head, Math.floor(count / 100));
  },

  async 'a replay that is given up leaves the journal as it was'(room) {
    const count = 2 * PAGE + 100;
    const journal = await holding(room, count);
    for await (const event of journal.replay('a')) if (event.sequenceNr === PAGE + 1) break;
    equal(seqs(await journal.append('a', entries('next'), count)), [count + 1]);
    equal(seqs(await journal.read('a', count)), [count, count + 1]);
    await journal.close();
  },

  async 'each iteration begins anew'(room) {
    const journal = room.journal();
    await journal.append('a', [tagged(1, 'x'), tagged(2, 'x')], 0);
    const iterables = [journal.replay('a'), journal.eventsByTag('x'), journal.allEvents()];
    for (const events of iterables) {
      equal(seqs(await all(events)), [1, 2]);
      for await (const { sequenceNr } of events) if (sequenceNr === 1) break;
      equal((await Promise.all([all(events), all(events)])).map(seqs), [[1, 2], [1, 2]]);
    }
    await journal.append('a', [tagged(3, 'x')], 2);
    for (const events of iterables) equal(seqs(await all(events)), [1, 2, 3], 'up to the new end');
  },

  async 'replays run beside each other'(room) {
    const [many, fewer] = [2 * PAGE + 100, PAGE + 100];
    const journal = await holding(room, many);
    await journal.append('b', counted(fewer), 0);
    const found = await Promise.all(['a', 'b', 'a'].map((id) => all(journal.replay(id))));
    equal(found.map((events) => events.length), [many, fewer, many]);
    ok(found[1].every((event) => event.persistenceId === 'b'), 'each has its own stream');
  },
};
