/** What tabs hear of each other. */
import { equal, ok } from '../package/assert.mjs';

/** Runs in the page: listens from now on. */
async function listen(path) {
  const { SqliteJournal } = await import('/pkg/browser.js');
  globalThis.journal ??= new SqliteJournal({ path });
  globalThis.heard = [];
  globalThis.unsubscribe = globalThis.journal.events.subscribe(({ persistenceId, sequenceNr, position, event }) => {
    globalThis.heard.push({ persistenceId, sequenceNr, position, event });
    globalThis.wake?.();
  });
  // Whoever listens has been told where that begins.
  await globalThis.journal.highestSeq('a');
}

/** Runs in the page: appends so many events to a stream of its own. */
async function write(id, count) {
  for (let seq = 0; seq < count; seq++) await globalThis.journal.append(id, [{ event: seq }], seq);
}

/** Runs in the page: what was heard, when an event of this text was. */
async function heardUntil(last) {
  while (!globalThis.heard.some(({ event }) => event === last)) await new Promise((next) => (globalThis.wake = next));
  return globalThis.heard;
}

/** Tabs that listen to one database, which are closed afterwards. */
async function withTabs({ browser, blank }, path, count, use) {
  const tabs = await Promise.all(Array.from({ length: count }, () => browser.newPage()));
  for (const tab of tabs) {
    await tab.goto(blank);
    await tab.evaluate(listen, path);
  }
  await use(tabs);
  for (const tab of tabs) if (!tab.isClosed()) await tab.close();
}

/** Everything in the journal behind a position. */
function stored(tab, fromPosition = 0) {
  return tab.evaluate(async (fromPosition) => {
    const events = [];
    for await (const { persistenceId, sequenceNr, position, event } of globalThis.journal.allEvents({ fromPosition })) {
      events.push({ persistenceId, sequenceNr, position, event });
    }
    return events;
  }, fromPosition);
}

export const hearing = {
  async 'a subscriber hears all that is appended behind its subscription, in the same turn too'({ onPage }) {
    await onPage(async (page) => {
      const heard = await page.evaluate(async () => {
        const { SqliteJournal } = await import('/pkg/browser.js');
        const journal = new SqliteJournal({ path: 'heard-at-once.db' });
        await journal.append('before', [{ event: 'long before' }], 0);
        const rounds = [];
        for (let round = 0; round < 20; round++) {
          const told = [];
          const before = journal.append('before', [{ event: 'just before' }], round + 1);
          const end = journal.events.subscribe(({ persistenceId, sequenceNr }) => told.push([persistenceId, sequenceNr]));
          const behind = ['a', 'b', 'c'].map((id) => journal.append(id, [{ event: id }, { event: id }], 2 * round));
          await Promise.all([before, ...behind]);
          while (told.filter(([id]) => id !== 'before').length < 6) await journal.highestSeq('a');
          end();
          rounds.push(told.filter(([id]) => id !== 'before'));
        }
        await journal.close();
        return rounds;
      });
      const both = (id, round) => [[id, 2 * round + 1], [id, 2 * round + 2]];
      equal(heard, Array.from({ length: 20 }, (_, round) => ['a', 'b', 'c'].flatMap((id) => both(id, round))));
    });
  },

  async 'every tab hears every event once, in order, whoever wrote it'(on) {
    await withTabs(on, 'heard.db', 3, async (tabs) => {
      await Promise.all(tabs.map((tab, n) => tab.evaluate(write, `tab-${n}`, 30)));
      await tabs[0].evaluate(() => globalThis.journal.append('end', [{ event: 'end' }], 0));
      const all = await stored(tabs[0]);
      equal(all.length, 91);
      for (const tab of tabs) equal(await tab.evaluate(heardUntil, 'end'), all);
    });
  },

  async 'also when the leader goes while they write'(on) {
    await withTabs(on, 'heard-on.db', 3, async ([leader, ...others]) => {
      const writing = others.map((tab, n) => tab.evaluate(write, `tab-${n}`, 60));
      await leader.evaluate(write, 'leader', 5);
      await leader.close();
      await Promise.all(writing);
      await others[0].evaluate(() => globalThis.journal.append('end', [{ event: 'end' }], 0));
      const all = await stored(others[0]);
      ok(all.length >= 126, `${all.length} events`);
      for (const tab of others) equal(await tab.evaluate(heardUntil, 'end'), all);
    });
  },

  async 'a tab hears what is written after it began to listen, and nothing when it has ended'(on) {
    await withTabs(on, 'heard-late.db', 2, async ([first, second]) => {
      await first.evaluate(write, 'before', 3);
      await first.evaluate(heardUntil, 2);
      await second.evaluate(() => globalThis.unsubscribe());
      await first.evaluate(write, 'between', 3);
      await second.evaluate(listen, 'heard-late.db');
      await first.evaluate(() => globalThis.journal.append('after', [{ event: 'end' }], 0));
      equal((await second.evaluate(heardUntil, 'end')).length, 1);
      equal((await first.evaluate(heardUntil, 'end')).length, 7);
    });
  },

  async 'a tab whose workers have died hears what others write then'(on) {
    await withTabs(on, 'heard-again.db', 2, async ([first, second]) => {
      const code = await second.evaluate(async () => {
        const { SqliteJournal, opfsDriver } = await import('/pkg/browser.js');
        globalThis.unsubscribe();
        await globalThis.journal.close();
        globalThis.journal = new SqliteJournal({ path: 'heard-again.db', driver: opfsDriver({ workerUrl: '/tests/page/workers/mortal.mjs' }) });
        globalThis.journal.events.subscribe(({ event }) => {
          globalThis.heard.push({ event });
          globalThis.wake?.();
        });
        await globalThis.journal.append('a', [{ event: 'before' }], 0);
        return globalThis.journal.append('a', [{ event: 'deadly' }], 1).catch(({ code }) => code);
      });
      equal(code, 'lost');
      await first.evaluate(() => globalThis.journal.append('a', [{ event: 'end' }], 1));
      equal(await second.evaluate(heardUntil, 'end'), [{ event: 'before' }, { event: 'end' }]);
    });
  },
};
