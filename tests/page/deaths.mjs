/** Workers that die, and that those who wait for them can go on. */
import { equal, ok } from '../package/assert.mjs';
import { Dice } from '../package/dice.mjs';
import { tryToOpen } from './ground.mjs';
import { Account } from './tab.mjs';

/** How often a worker is ended in each way, at random moments. */
const TIMES = 40;

/** Runs before a page's own scripts: keeps the workers that it starts. */
export function keepWorkers() {
  const Own = globalThis.Worker;
  globalThis.Worker = class extends Own {
    constructor(...args) {
      super(...args);
      globalThis.latest = this;
    }
  };
}

/** A tab that appends while its workers come to an end. */
async function outliving(on, driver, end) {
  const dice = new Dice(1);
  const account = await Account.open(on, `${end.name}.db`, driver);
  const tab = await account.tab(['one', 'two', 'three'], { prepare: keepWorkers });
  for (let i = 0; i < TIMES; i++) {
    // One of them is from the newest worker: one that has answered nothing is not followed by another.
    await tab.more(4 + dice.below(12));
    await end(tab.page);
  }
  await tab.more(5);
  await tab.stop();
  await account.close();
}

/**
 * Runs in the page: writes through a worker that keeps its answers to itself, until another one of the
 * page has taken its place.
 */
async function writeUnanswered() {
  const { opfsDriver, SqliteDurableStateStore, SqliteJournal } = await import('/pkg/browser.js');
  const driver = opfsDriver({ workerUrl: '/tests/page/workers/hushed.mjs' });
  const [journal, states] = [new SqliteJournal({ path: 'unanswered.db', driver }), new SqliteDurableStateStore({ path: 'unanswered.db', driver })];
  await Promise.all([journal.highestSeq('a'), states.load('a')]);
  const channel = new BroadcastChannel('hush');
  await new Promise((told) => {
    channel.onmessage = told;
    channel.postMessage('hush');
  });
  channel.close();
  const told = (call) => call.then((answer) => answer, ({ code, token }) => ({ code, hasToken: token !== undefined }));
  globalThis.told = Promise.all([
    told(journal.append('kept', [{ event: 1 }], 0).then(([{ sequenceNr }]) => sequenceNr)),
    told(journal.append('passed', [{ event: 1 }], 0).then(([{ sequenceNr }]) => sequenceNr)),
    told(journal.append('deleted', [{ event: 1 }], 0)),
    told(states.save('kept', 0, 1)),
    told(states.save('changed', 0, 1)),
  ]);
}

/** Runs in another page: goes on behind what was written there. */
async function goOnBehind() {
  const { SqliteDurableStateStore, SqliteJournal } = await import('/pkg/browser.js');
  const [journal, states] = [new SqliteJournal({ path: 'unanswered.db' }), new SqliteDurableStateStore({ path: 'unanswered.db' })];
  while ((await states.load('changed')).revision < 1);
  await journal.append('passed', [{ event: 2 }], 1);
  await journal.append('deleted', [{ event: 2 }], 1);
  await journal.delete('deleted', 2);
  await states.save('changed', 1, 2);
  await Promise.all([journal.close(), states.close()]);
}

/**
 * Runs in the page: makes a call of a projection, whose step of that name no worker survives, and again with
 * workers that do.
 */
async function project({ path, step, call }) {
  const [{ opfsDriver, SqliteJournal }, { Totals, totals }] = await Promise.all(
    ['/pkg/browser.js', '/tests/package/totals.mjs'].map((file) => import(file)),
  );
  const over = (driver) => {
    const journal = new SqliteJournal({ path, driver });
    return { journal, projection: new Totals(journal, { onFailure: () => 'skip' }) };
  };
  const dying = over(opfsDriver({ workerUrl: `/tests/page/workers/deadly.mjs?method=${step}` }));
  await dying.journal.append('a', [{ event: 1 }, { event: 'nonsense' }, { event: 2 }], 0);
  const { code, message } = await dying.projection[call]().catch((error) => error);
  await dying.journal.close();
  const { journal, projection } = over(opfsDriver());
  await projection[call]();
  const position = await projection.catchUp();
  const found = [position, await totals(projection), (await projection.skipped()).length];
  await journal.close();
  return { code, message, found };
}

export const deaths = {
  async 'workers that are terminated with appends under way are followed by others, which write them once'(on) {
    await outliving(on, undefined, async function terminated(page) {
      await page.evaluate(() => globalThis.latest.terminate());
    });
  },

  async 'so are workers that fail'(on) {
    await outliving(on, { workerUrl: '/tests/page/workers/dying.mjs' }, async function failing(page) {
      await page.evaluate(async () => {
        const channel = new BroadcastChannel('dying');
        await new Promise((told) => {
          channel.onmessage = told;
          channel.postMessage('die');
        });
        channel.close();
      });
    });
  },

  async 'what was sent again and meets what others wrote is answered, or lost where nothing tells any more'({ onPage }) {
    await onPage((page) => onPage(async (other) => {
      await page.evaluate(writeUnanswered);
      await other.evaluate(goOnBehind);
      await page.evaluate(() => globalThis.latest.terminate());
      const lost = { code: 'lost', hasToken: true };
      equal(await page.evaluate(() => globalThis.told), [1, 1, lost, 1, lost]);
    }), { prepare: keepWorkers });
  },

  async 'an append that worker after worker does not survive is lost in the end, and the journal goes on'({ onPage }) {
    await onPage(async (page) => {
      const { error, head, again } = await page.evaluate(async () => {
        const { SqliteJournal, opfsDriver } = await import('/pkg/browser.js');
        const driver = opfsDriver({ workerUrl: '/tests/page/workers/poisoned.mjs' });
        const journal = new SqliteJournal({ path: 'poisoned.db', driver });
        await journal.append('a', [{ event: 'before' }], 0);
        const { code, message, token } = await journal.append('a', [{ event: 'deadly' }], 1).catch((error) => error);
        const head = await journal.highestSeq('a');
        const [{ sequenceNr: again }] = await journal.append('a', [{ event: 'after' }], head);
        await journal.close();
        return { error: { code, message, hasToken: token !== undefined }, head, again };
      });
      equal([error.code, error.hasToken, head, again], ['lost', true, 2, 3]);
      ok(/5 workers in turn/.test(error.message), error.message);
    });
  },

  async 'a step of a projection that worker after worker does not survive is lost, and counts once when it is made again'({ onPage }) {
    const calls = { beginProjection: 'position', applyChanges: 'catchUp', skipEvent: 'catchUp', swapProjection: 'rebuild' };
    for (const [step, call] of Object.entries(calls)) {
      await onPage(async (page) => {
        const { code, message, found } = await page.evaluate(project, { path: `${step}.db`, step, call });
        equal([step, code, found], [step, 'lost', [3, { a: 3 }, 1]]);
        ok(/5 workers in turn .*whether it was carried out is not known/.test(message), message);
      });
    }
  },

  async 'a worker that dies of an append, as does the next, while another gathers behind it'({ onPage }) {
    await onPage(async (page) => {
      const { first, second, others, seqs } = await page.evaluate(async () => {
        const { SqliteJournal, opfsDriver } = await import('/pkg/browser.js');
        const driver = opfsDriver({ workerUrl: '/tests/page/workers/mortal.mjs' });
        const journal = new SqliteJournal({ path: 'mortal.db', driver });
        await journal.append('a', [{ event: 'before' }], 0);
        const told = (call) => call.then(() => 'answered', ({ code, message, token }) => ({ code, message, token }));
        const sent = told(journal.append('a', [{ event: 'deadly' }], 1));
        const gathered = told(Promise.resolve().then(() => journal.append('b', [{ event: 'gathered' }], 0)));
        const first = await sent;
        // Opens anew before the one that has gathered is told.
        const again = journal.append('a', [{ event: 'after' }], 1);
        const second = await gathered;
        const others = [await journal.highestSeq('a'), await journal.highestSeq('b')];
        const seqs = (await again).map(({ sequenceNr }) => sequenceNr);
        await journal.close();
        return { first, second, others, seqs };
      });
      equal(first.code, 'lost');
      ok(/mortal\.mjs failed.*deadly/.test(first.message) && first.token, JSON.stringify(first));
      equal(second.code, 'storage-unavailable', 'surely not stored');
      ok(/append: .*mortal\.mjs failed/.test(second.message), second.message);
      equal([others, seqs], [[2, 0], [2]]);
      equal(await page.evaluate(tryToOpen, { path: 'mortal.db' }), { head: 2 });
    });
  },

  async 'a worker that ends before anything was heard from it is an error, and the next call starts another'({ onPage }) {
    await onPage(async (page) => {
      for (const [when, leaderTimeoutMs] of [['told', 1000], ['alive', 100_000]]) {
        const options = { path: `born-${when}.db`, driver: { workerUrl: `/tests/page/workers/stillborn.mjs?when=${when}`, leaderTimeoutMs }, keep: true };
        const { code, message } = await page.evaluate(tryToOpen, { ...options, append: 0 });
        equal(code, 'storage-unavailable', message);
        ok(/the worker has ended/.test(message), message);
        equal(await page.evaluate(tryToOpen, { ...options, append: 0 }), { head: 1 }, when);
      }
    });
  },
};
