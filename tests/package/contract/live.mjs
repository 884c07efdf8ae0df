import { equal, ok, refused } from '../assert.mjs';
import { contents, counted, entries, PAGE, positions, range, seqs, tagged } from '../events.mjs';

/** The next `count` events of an iterator. */
async function next(iterator, count) {
  const events = [];
  while (events.length < count) {
    const { done, value } = await iterator.next();
    ok(!done, `it ends behind ${events.length} events`);
    events.push(value);
  }
  return events;
}

const begun = (iterable) => iterable[Symbol.asyncIterator]();

/** A signal that counts who listens to it. */
function listenedTo(controller) {
  const { signal } = controller;
  let listeners = 0;
  signal.addEventListener = (...args) => {
    listeners++;
    AbortSignal.prototype.addEventListener.apply(signal, args);
  };
  return { signal, abort: (why) => controller.abort(why), listeners: () => listeners };
}

export const live = {
  async 'what is there is followed by what comes'(room) {
    const journal = room.journal();
    await journal.append('a', counted(2), 0);
    const events = begun(journal.allEvents({ live: true }));
    equal(seqs(await next(events, 2)), [1, 2]);
    const coming = next(events, 3);
    const written = [...(await journal.append('b', counted(2), 0)), ...(await journal.append('a', counted(1), 2))];
    equal(await coming, written);
    equal(await events.return(), { done: true, value: undefined });
  },

  async 'a stream is followed up to its bounds'(room) {
    const journal = room.journal();
    await journal.append('a', counted(2), 0);
    const bounded = next(begun(journal.replay('a', { fromSeq: 2, toSeq: 4, live: true })), 3);
    const limited = (async () => {
      const found = [];
      for await (const event of journal.replay('a', { live: true, limit: 4 })) found.push(event);
      return found;
    })();
    await journal.append('b', counted(9), 0);
    await journal.append('a', counted(1), 2);
    await journal.append('a', counted(5), 3);
    equal(seqs(await bounded), [2, 3, 4]);
    equal(seqs(await limited), [1, 2, 3, 4]);
    const ended = begun(journal.replay('a', { fromSeq: 7, toSeq: 8, live: true }));
    equal(seqs(await next(ended, 2)), [7, 8]);
    equal((await ended.next()).done, true);
  },

  async 'a filter is followed'(room) {
    const journal = room.journal();
    await journal.append('a', [tagged('red', 'red'), { event: 'plain' }], 0);
    const events = begun(journal.eventsByTag({ all: ['red'], not: ['old'] }, { live: true }));
    const coming = next(events, 3);
    await journal.append('b', [{ event: 'plain' }, tagged('old', 'red', 'old')], 0);
    await journal.append('b', [tagged('more', 'red'), tagged('most', 'blue', 'red')], 2);
    equal(contents(await coming), ['red', 'more', 'most']);
    await events.return();
  },

  async 'slow readers and fast ones have every event once, in order'(room) {
    const journal = room.journal();
    const count = 16 * 40;
    const readers = [1, 7, 100].map(async (every) => {
      const found = [];
      for await (const { position } of journal.allEvents({ live: true, limit: count })) {
        found.push(position);
        if (found.length % every === 0) await journal.highestSeq('s-0');
      }
      return found;
    });
    await Promise.all(
      range(0, 15).map(async (n) => {
        for (let seq = 0; seq < 40; seq++) await journal.append(`s-${n}`, counted(1), seq);
      }),
    );
    for (const found of await Promise.all(readers)) {
      equal(found.length, count);
      ok(found.every((position, i) => i === 0 || position > found[i - 1]), 'rising');
    }
  },

  async 'pages of what was there are followed, too'(room) {
    const journal = room.journal();
    const count = 2 * PAGE + 7;
    await journal.append('a', counted(count), 0);
    const events = begun(journal.allEvents({ live: true }));
    const there = await next(events, count);
    equal(seqs(there), range(1, count));
    const [written] = await journal.append('a', entries('last'), count);
    equal(positions(await next(events, 1)), [written.position]);
    await events.return();
  },

  async 'whoever waits is let go by return'(room) {
    const journal = room.journal();
    for (const query of [journal.allEvents({ live: true }), journal.replay('a', { live: true })]) {
      const events = begun(query);
      const waiting = events.next();
      equal(await events.return(), { done: true, value: undefined });
      equal(await waiting, { done: true, value: undefined });
      equal(await events.next(), { done: true, value: undefined });
    }
    equal(await journal.highestSeq('a'), 0);
  },

  async 'a signal ends it with its reason'(room) {
    const journal = room.journal();
    const stopper = new AbortController();
    const reason = new Error('enough');
    const waiting = begun(journal.allEvents({ live: true, signal: stopper.signal })).next();
    stopper.abort(reason);
    equal(await waiting.catch((error) => error === reason), true);
    const late = begun(journal.allEvents({ live: true, signal: stopper.signal })).next();
    equal(await late.catch((error) => error === reason), true);
    const current = begun(journal.allEvents({ signal: stopper.signal })).next();
    equal(await current.catch((error) => error === reason), true);
  },

  async 'many that share a signal end with it, and are one listener to it'(room) {
    const journal = room.journal();
    const { signal, ...stopper } = listenedTo(new AbortController());
    const queries = Array.from({ length: 20 }, () => begun(journal.allEvents({ live: true, signal })));
    const [first, ...others] = queries.map((query) => query.next().catch(({ message }) => message));
    await journal.append('a', counted(1), 0);
    equal((await first).value.sequenceNr, 1);
    await queries[0].return();
    await Promise.all(others);
    const waiting = queries.slice(1).map((query) => query.next().catch(({ message }) => message));
    stopper.abort(new Error('enough'));
    equal(await Promise.all(waiting), waiting.map(() => 'enough'));
    equal(stopper.listeners(), 1);
  },

  async 'closing the journal ends it'(room) {
    const journal = room.journal();
    await journal.append('a', counted(1), 0);
    const all = begun(journal.allEvents({ live: true }));
    const stream = begun(journal.replay('a', { live: true }));
    await next(all, 1);
    await next(stream, 1);
    const waiting = [all, stream].map((events) => refused(events.next(), 'closed'));
    await journal.close();
    await Promise.all(waiting);
    await refused(begun(journal.allEvents({ live: true })).next(), 'closed');
  },

  async 'a prefix that is compacted before it was read is an integrity error'(room) {
    const journal = room.journal();
    await journal.append('a', counted(1), 0);
    const events = begun(journal.replay('a', { live: true }));
    await next(events, 1);
    await journal.append('a', counted(4 * PAGE), 1);
    await journal.delete('a', 4 * PAGE);
    await refused(next(events, 4 * PAGE), 'integrity');
  },

  async 'wrong options are refused by the first step'(room) {
    const journal = room.journal();
    await refused(begun(journal.allEvents({ live: 1 })).next(), 'invalid-argument', /live must be true or false/);
    await refused(begun(journal.replay('a', { live: true, signal: {} })).next(), 'invalid-argument', /signal/);
    await refused(begun(journal.eventsByTag('', { live: true })).next(), 'invalid-argument');
  },
};
