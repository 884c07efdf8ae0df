/** Somebody has the database open and does not answer. */
import { equal, ok } from '../package/assert.mjs';
import { tryToOpen } from './ground.mjs';

/** Runs in the page: makes the leader's worker stand still. */
async function hang() {
  const channel = new BroadcastChannel('hang');
  await new Promise((hangs) => {
    channel.onmessage = hangs;
    channel.postMessage('hang');
  });
  channel.close();
}

/** Runs in the page: appends, with the token of what was lost before. */
async function append({ path, driver, seq }) {
  const { SqliteJournal, opfsDriver } = await import('/pkg/browser.js');
  globalThis.silent ??= new SqliteJournal({ path, driver: opfsDriver(driver) });
  const { token } = globalThis;
  try {
    const [{ sequenceNr }] = await globalThis.silent.append('a', [{ event: seq }], seq - 1, token && { token });
    return sequenceNr;
  } catch (error) {
    globalThis.token = error.token;
    return { code: error.code, message: error.message, hasToken: error.token !== undefined };
  }
}

/** Runs in the page: writes that many megabytes, 256 pages each; answers how many events. */
async function fill({ path, driver, megabytes }) {
  const { SqliteJournal, opfsDriver } = await import('/pkg/browser.js');
  globalThis.filled = new SqliteJournal({ path, driver: opfsDriver(driver) });
  const event = 'x'.repeat(1 << 20);
  for (let head = 0; head < megabytes; head += 4) await globalThis.filled.append('a', Array(4).fill({ event }), head);
  return globalThis.filled.highestSeq('a');
}

/** Runs in the page: makes the worker take a millisecond for each page that it reads. */
async function slowDown() {
  const channel = new BroadcastChannel('slow');
  await new Promise((slow) => {
    channel.onmessage = slow;
    channel.postMessage('slow');
  });
  channel.close();
}

/** Runs in the page: checks what was written. */
async function check() {
  const { sound, events } = await globalThis.filled.verify();
  return { sound, events };
}

/** Runs in the page: puts a copy of what was written in its place; another database keeps the worker. */
async function replace({ path, driver }) {
  const { restore, SqliteJournal, opfsDriver } = await import('/pkg/browser.js');
  const other = new SqliteJournal({ path: 'other.db', driver: opfsDriver(driver) });
  await other.highestSeq('a');
  const copy = await new Response(globalThis.filled.backup()).blob();
  await globalThis.filled.close();
  await restore(path, copy, { driver: opfsDriver(driver) });
  await other.close();
}

/** Runs in the page: hears when the worker that was slowed down begins to read. */
function listen() {
  const channel = new BroadcastChannel('slow');
  globalThis.reads = new Promise((reads) => (channel.onmessage = ({ data }) => data === 'reads' && reads()));
}

const SLOW = { workerUrl: '/tests/page/workers/slow.mjs', leaderTimeoutMs: 1500 };

const HANGING = { workerUrl: '/tests/page/workers/hanging.mjs' };

/** Behind it the leader's worker waits for the site. */
async function standStill(leader, site) {
  await leader.evaluate(hang);
  await site.holding();
}

/** A leader of a path that stands still while `use` runs with a page that follows it. */
async function besideHanging({ onPage, site }, path, use) {
  await onPage((leader) => onPage(async (follower) => {
    equal(await leader.evaluate(tryToOpen, { path, driver: HANGING, keep: true, append: 0 }), { head: 1 });
    equal(await follower.evaluate(tryToOpen, { path, keep: true }), { head: 1 });
    try {
      await use(follower, () => standStill(leader, site));
    } finally {
      site.letGo();
    }
  }));
}

export const silence = {
  async 'who holds the lock and says nothing is an error, until it lets go'({ onPage }) {
    await onPage((holder) => onPage(async (page) => {
      const path = 'held.db';
      await holder.evaluate(async (path) => {
        globalThis.holder = new Worker('/tests/page/workers/holder.mjs', { type: 'module' });
        await new Promise((held) => {
          globalThis.holder.onmessage = held;
          globalThis.holder.postMessage({ path });
        });
      }, path);
      const driver = { leaderTimeoutMs: 300 };
      for (const what of [{}, { append: 0 }]) {
        const { code, message } = await page.evaluate(tryToOpen, { path, driver, keep: true, ...what });
        equal(code, 'leader-unresponsive');
        ok(message.includes(path) && message.includes('300 ms'), message);
      }
      await holder.evaluate(() => globalThis.holder.postMessage({}));
      const patient = { leaderTimeoutMs: 60_000 };
      equal(await page.evaluate(tryToOpen, { path, driver: patient, append: 0 }), { head: 1 });
      equal(await page.evaluate(tryToOpen, { path, driver, keep: true }), { head: 1 });
    }));
  },

  async 'an append to a leader that stands still is of unknown outcome, and repeated with its token'(on) {
    await besideHanging(on, 'hangs.db', async (page, hang) => {
      const driver = { leaderTimeoutMs: 1000 };
      equal(await page.evaluate(append, { path: 'hangs.db', driver, seq: 2 }), 2);
      await hang();
      const { code, message, hasToken } = await page.evaluate(append, { path: 'hangs.db', driver, seq: 3 });
      equal([code, hasToken], ['leader-unresponsive', true]);
      ok(/not known/.test(message), message);
      on.site.letGo();
      equal(await page.evaluate(append, { path: 'hangs.db', driver, seq: 3 }), 3);
      equal(await page.evaluate(tryToOpen, { path: 'hangs.db', keep: true }), { head: 3 });
    });
  },

  async 'a leader that stands still for a shorter time is waited for'(on) {
    await besideHanging(on, 'waits.db', async (page, hang) => {
      const driver = { leaderTimeoutMs: 60_000 };
      await hang();
      const appended = page.evaluate(append, { path: 'waits.db', driver, seq: 2 });
      // Its journal has been asked for, and what is called behind it has been sent.
      await page.evaluate(() => new Promise((next) => setTimeout(next)));
      on.site.letGo();
      equal(await appended, 2);
    });
  },

  async 'a leader that stands still and is closed is followed by another'(on) {
    await on.onPage(async (follower) => {
      const path = 'closes.db';
      const leader = await on.browser.newPage();
      await leader.goto(on.blank);
      equal(await leader.evaluate(tryToOpen, { path, driver: HANGING, keep: true, append: 0 }), { head: 1 });
      equal(await follower.evaluate(tryToOpen, { path, keep: true }), { head: 1 });
      await standStill(leader, on.site);
      const appended = follower.evaluate(tryToOpen, { path, keep: true, append: 1 });
      await leader.close();
      on.site.letGo();
      equal(await appended, { head: 2 });
    });
  },

  async 'a leader that checks a large database all that time says that it works, and is waited for'({ onPage }) {
    await onPage((leader) => onPage(async (follower) => {
      const path = 'checked.db';
      const driver = { leaderTimeoutMs: SLOW.leaderTimeoutMs };
      // More than SQLite keeps in memory.
      const head = await leader.evaluate(fill, { path, driver: SLOW, megabytes: 24 });
      equal(await follower.evaluate(tryToOpen, { path, driver, keep: true }), { head });
      await follower.evaluate(listen);
      await leader.evaluate(slowDown);
      const ask = async () => {
        await follower.evaluate(() => globalThis.reads);
        return follower.evaluate(tryToOpen, { path, driver, keep: true });
      };
      equal(await Promise.all([leader.evaluate(check), ask()]), [{ sound: true, events: head }, { head }]);
    }));
  },

  async 'so does one that puts a large copy in the place of a database'({ onPage }) {
    await onPage(async (page) => {
      const options = { path: 'replaced.db', driver: SLOW };
      const head = await page.evaluate(fill, { ...options, megabytes: 12 });
      await page.evaluate(slowDown);
      await page.evaluate(replace, options);
      equal(await page.evaluate(tryToOpen, { path: 'replaced.db' }), { head });
    });
  },
};
