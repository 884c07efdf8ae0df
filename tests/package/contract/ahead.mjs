/** How a replay asks for its pages, seen from the core's side. */
import { InMemoryJournal, JournalError, memoryDriver } from '../actor-journal.mjs';
import { equal, ok, refused } from '../assert.mjs';
import { all, counted, PAGE, range, seqs, tagged } from '../events.mjs';

/** A core in memory that tells what pages it was asked for, and may be slow or fail. */
class Watched {
  name = 'watched';
  /** The arguments of each page that was asked for. */
  asked = [];
  /** What a page waits for, by its number from 1. */
  before = new Map();
  #askedFor = () => undefined;

  async binding(path) {
    const core = await memoryDriver().binding(path);
    return { openJournal: async (options) => this.#watch(await core.openJournal(options)) };
  }

  /** Resolves when as many pages were asked for. */
  async until(count) {
    while (this.asked.length < count) await new Promise((asked) => (this.#askedFor = asked));
  }

  #watch(handle) {
    for (const name of ['replayPage', 'eventsPage']) {
      const page = handle[name].bind(handle);
      handle[name] = async (...args) => {
        const number = this.asked.push(args);
        this.#askedFor();
        await this.before.get(number);
        return page(...args);
      };
    }
    return handle;
  }
}

/** A promise and what settles it. */
function gate() {
  let open;
  let fail;
  const passed = new Promise((resolve, reject) => ([open, fail] = [resolve, reject]));
  passed.catch(() => undefined);
  return { passed, open, fail };
}

/** A journal with one stream, `a`, of this many events, all with the tag `x`. */
async function holding(count) {
  const core = new Watched();
  const journal = new InMemoryJournal({ driver: core });
  await journal.append('a', range(1, count).map((n) => tagged(n, 'x')), 0);
  return { core, journal };
}

async function take(iterator, count) {
  const taken = [];
  while (taken.length < count) taken.push((await iterator.next()).value);
  return taken;
}

export const ahead = {
  async 'nothing is asked for before the first event is, and then one page ahead'() {
    const { core, journal } = await holding(3 * PAGE);
    const replay = journal.replay('a')[Symbol.asyncIterator]();
    equal(core.asked.length, 0, 'pages before the first event');
    await take(replay, 1);
    await core.until(2);
    await take(replay, PAGE - 1);
    equal(core.asked.length, 2, 'pages while the first is consumed');
    await take(replay, 1);
    await core.until(3);
    equal(seqs(await all(replay)), range(PAGE + 2, 3 * PAGE));
    equal(core.asked.length, 3, 'pages');
  },

  async 'each page goes on where the one before it ended'() {
    const count = 2 * PAGE + 100;
    const { core, journal } = await holding(count);
    const end = Number.MAX_SAFE_INTEGER;
    const asked = () => core.asked.splice(0).map(([of, ...bounds]) => bounds);
    const toSeq = count - 10;
    await all(journal.replay('a', { fromSeq: 2, toSeq }));
    equal(asked(), [[2, toSeq, PAGE, false], [PAGE + 2, toSeq, PAGE, true], [2 * PAGE + 2, toSeq, PAGE, true]]);
    await journal.read('a', 1);
    equal(asked(), [[1, end, PAGE, false], [PAGE + 1, count, PAGE, true], [2 * PAGE + 1, count, PAGE, true]]);
    await all(journal.allEvents({ fromPosition: 3 }));
    equal(asked(), [[3, end, PAGE], [PAGE + 3, count, PAGE], [2 * PAGE + 3, count, PAGE]]);
    const filter = { all: ['x'], any: [], not: [] };
    await all(journal.eventsByTag('x', { fromPosition: 200 }));
    equal(core.asked.splice(0), [[filter, 200, end, PAGE], [filter, PAGE + 200, count, PAGE]]);
  },

  async 'no page is asked for beyond the limit'() {
    const { core, journal } = await holding(2 * PAGE + 100);
    const queries = [(limit) => journal.replay('a', { limit }), (limit) => journal.allEvents({ limit })];
    for (const query of queries) {
      for (const limits of [[1], [PAGE], [PAGE, 1], [PAGE, PAGE, 6]]) {
        const limit = limits.reduce((sum, part) => sum + part);
        equal(seqs(await all(query(limit))), range(1, limit));
        equal(core.asked.splice(0).map(([, , , most]) => most), limits, `limit ${limit}`);
      }
    }
  },

  async 'a page ahead that fails is told behind the events before it'() {
    for (const [query, argument] of [['replay', 'a'], ['allEvents', undefined], ['eventsByTag', 'x']]) {
      const { core, journal } = await holding(2 * PAGE);
      const { passed, fail } = gate();
      core.before.set(2, passed);
      fail(new JournalError('io', 'broken'));
      const seen = [];
      const reading = async () => {
        for await (const event of journal[query](argument)) seen.push(event.sequenceNr);
      };
      await refused(reading, 'io', /broken/);
      equal(seen, range(1, PAGE));
      equal(core.asked.length, 2, 'pages');
      await journal.close();
    }
  },

  async 'a replay that is given up forgets the page ahead'() {
    const { core, journal } = await holding(2 * PAGE);
    const { passed, fail } = gate();
    core.before.set(2, passed);
    for await (const event of journal.replay('a')) {
      await core.until(2);
      if (event.sequenceNr === 3) break;
    }
    fail(new Error('nobody hears it'));
    await journal.close();
    equal(core.asked.length, 2, 'pages');
  },

  async 'closing waits for the page ahead, which is then not given out'() {
    const { core, journal } = await holding(2 * PAGE);
    const { passed, open } = gate();
    core.before.set(2, passed);
    const replay = journal.replay('a')[Symbol.asyncIterator]();
    await take(replay, 1);
    await core.until(2);
    let closed = false;
    const closing = journal.close().then(() => (closed = true));
    equal(seqs(await take(replay, PAGE - 1)), range(2, PAGE), 'what had come');
    ok(!closed, 'it waits');
    open();
    await closing;
    await refused(replay.next(), 'closed');
    equal(await replay.next(), { done: true, value: undefined });
  },

  async 'events asked for at once come in order'() {
    const { journal } = await holding(PAGE + 10);
    const replay = journal.replay('a')[Symbol.asyncIterator]();
    const results = await Promise.all(range(1, PAGE + 12).map(() => replay.next()));
    equal(seqs(results.slice(0, -2).map(({ value }) => value)), range(1, PAGE + 10));
    equal(results.slice(-2), [{ done: true, value: undefined }, { done: true, value: undefined }]);
  },

  async 'a replay can be ended from outside, as a generator can'() {
    const { core, journal } = await holding(2 * PAGE);
    const replay = () => journal.replay('a')[Symbol.asyncIterator]();
    const done = { done: true, value: undefined };
    const unused = replay();
    equal([await unused.return(), await unused.next()], [done, done]);
    equal(core.asked.length, 0, 'pages');

    const returned = replay();
    const [first, ...others] = await Promise.all([returned.next(), returned.return(), returned.next()]);
    equal([first.value.sequenceNr, others], [1, [done, done]]);

    const thrown = replay();
    await take(thrown, 5);
    await refused(thrown.throw(new JournalError('io', 'from outside')), 'io', /from outside/);
    equal(await thrown.next(), done);
  },

  async 'events and their tags are nobody else’s'() {
    const { journal } = await holding(3);
    const [first, second] = await journal.read('a', 1);
    first.tags.push('changed');
    equal([second.tags, (await journal.read('a', 1))[0].tags], [['x'], ['x']]);
    equal(Object.keys((await journal.append('b', counted(1), 0))[0]).includes('tags'), false);
  },
};
