/** A quota that is full, as the browser itself says so. */
import { equal, ok } from '../package/assert.mjs';
import { withBrowser, withPage } from './browser.mjs';

const MB = 1024 * 1024;

/** Runs in the page: appends until it is refused, and tells what was answered before. */
async function appendUntilRefused({ path, size }) {
  const { SqliteJournal } = await import('/pkg/browser.js');
  const journal = (globalThis.journal ??= new SqliteJournal({ path }));
  const streams = ['a', 'b', 'c'];
  const append = async (stream) => {
    const head = await journal.highestSeq(stream);
    const entries = Array.from({ length: size }, (_, i) => ({ event: { seq: head + i + 1, text: 'x'.repeat(1000) }, tags: ['all'] }));
    return journal.append(stream, entries, head);
  };
  let refusals = [];
  while (refusals.length === 0) {
    const answers = await Promise.allSettled(streams.map(append));
    refusals = answers.filter(({ status }) => status === 'rejected').map(({ reason: { code, message } }) => ({ code, message }));
  }
  return refusals;
}

/** Runs in the page: what each stream holds, and how many events there are by tag; opened again, if asked for. */
async function lookAt({ path, reopen }) {
  const { SqliteJournal } = await import('/pkg/browser.js');
  if (reopen) await globalThis.journal?.close();
  if (reopen) globalThis.journal = new SqliteJournal({ path });
  const streams = {};
  for (const stream of ['a', 'b', 'c']) {
    const events = await globalThis.journal.read(stream, 1);
    streams[stream] = events.length;
    if (!events.every(({ event }, i) => event.seq === i + 1)) throw new Error(`${stream} is not what was appended`);
  }
  let tagged = 0;
  for await (const _ of globalThis.journal.eventsByTag('all')) tagged++;
  return { streams, tagged };
}

/** Runs in the page: keeps bytes in a file beside the databases. */
async function hold({ name, bytes }) {
  const root = await navigator.storage.getDirectory();
  const file = await (await root.getFileHandle(name, { create: true })).createWritable();
  await file.write(new Uint8Array(bytes));
  await file.close();
}

/** Runs in the page: lets go of such a file. */
async function letGo(name) {
  await (await navigator.storage.getDirectory()).removeEntry(name);
}

const usage = (page) => page.evaluate(async () => (await navigator.storage.estimate()).usage);

const total = (streams) => Object.values(streams).reduce((sum, count) => sum + count, 0);

/** Fills what is left, again and again; `more` makes room each time. */
async function fillAgainAndAgain(page, path, more) {
  let before = { a: 0, b: 0, c: 0 };
  for (const size of [50, 7, 20, 1]) {
    const refusals = await page.evaluate(appendUntilRefused, { path, size });
    equal(refusals.map(({ code }) => code), refusals.map(() => 'full'), JSON.stringify(refusals));
    const { streams, tagged } = await page.evaluate(lookAt, { path });
    ok(total(streams) > total(before), `${JSON.stringify(streams)} events, ${JSON.stringify(before)} before there was more room`);
    for (const [stream, events] of Object.entries(streams)) equal((events - before[stream]) % size, 0, 'half a batch');
    equal(tagged, total(streams), 'tags are in step');
    before = streams;
    await more();
    equal((await page.evaluate(lookAt, { path, reopen: size === 7 })).streams, streams, 'what was answered, once');
  }
}

const inChromium = {
  async 'a full quota takes nothing, and appends go on when it is raised'({ browser, blank, onPage }) {
    await onPage(async (page) => {
      const session = await page.createCDPSession();
      const { origin } = new URL(blank);
      const path = 'quota.db';
      await page.evaluate(lookAt, { path, reopen: true });
      let quotaSize = (await usage(page)) + 2 * MB;
      const raise = () => session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: (quotaSize += 4 * MB) });
      await raise();
      await fillAgainAndAgain(page, path, raise);
      await session.send('Storage.overrideQuotaForOrigin', { origin });
    });
  },
};

/** It takes a quota only when it starts, in KB. */
const SMALL = { 'dom.quotaManager.temporaryStorage.fixedLimit': 24 * 1024 };

const inFirefox = {
  async 'a full quota takes nothing, and appends go on when there is room'({ blank }) {
    await withBrowser('firefox', (browser) => withPage(browser, blank, async (page) => {
      const path = 'quota.db';
      await page.evaluate(lookAt, { path, reopen: true });
      const held = ['one', 'two', 'three', 'four'];
      for (const name of held) await page.evaluate(hold, { name, bytes: 1.5 * MB });
      await fillAgainAndAgain(page, path, () => page.evaluate(letGo, held.pop()));
    }), SMALL);
  },
};

/** The scenarios of a kind of browser. */
export const quota = { chromium: inChromium, firefox: inFirefox };
