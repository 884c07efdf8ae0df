/** A database that several tabs and workers use. */
import { equal, ok } from '../package/assert.mjs';
import { tryToOpen } from './ground.mjs';

/** Runs in the page: starts a worker that uses the package itself, and answers what it answers. */
async function inNestedWorker(options) {
  globalThis.nested ??= new Worker('/tests/page/workers/nested.mjs', { type: 'module' });
  const answer = new Promise((told) => globalThis.nested.addEventListener('message', ({ data }) => told(data), { once: true }));
  globalThis.nested.postMessage(options);
  return answer;
}

export const sharing = {
  async 'a second tab uses the database that the first has open, and goes on when that is gone'({ browser, blank, onPage }) {
    const first = await browser.newPage();
    await first.goto(blank);
    equal(await first.evaluate(tryToOpen, { path: 'tabs.db', keep: true, append: 0 }), { head: 1 });
    await onPage(async (second) => {
      const options = { busyTimeoutMs: 0 };
      equal(await second.evaluate(tryToOpen, { path: 'tabs.db', keep: true, options }), { head: 1 });
      equal(await first.evaluate(tryToOpen, { path: 'tabs.db', keep: true, append: 1 }), { head: 2 });
      equal(await second.evaluate(tryToOpen, { path: 'tabs.db', keep: true, options, append: 2 }), { head: 3 });
      const { code } = await first.evaluate(tryToOpen, { path: 'tabs.db', keep: true, append: 2 });
      equal(code, 'conflict');
      equal(await second.evaluate(tryToOpen, { path: 'another.db' }), { head: 0 }, 'another database');
      await first.close();
      equal(await second.evaluate(tryToOpen, { path: 'tabs.db', keep: true, options, append: 3 }), { head: 4 });
    });
  },

  async 'a second worker of a page shares it, too'({ onPage }) {
    await onPage(async (page) => {
      equal(await page.evaluate(tryToOpen, { path: 'workers.db', keep: true, append: 0 }), { head: 1 });
      const driver = { workerUrl: '/pkg/worker.js?second' };
      equal(await page.evaluate(tryToOpen, { path: 'workers.db', driver, keep: true, append: 1 }), { head: 2 });
      equal(await page.evaluate(tryToOpen, { path: 'workers.db', keep: true, append: 2 }), { head: 3 });
    });
  },

  async 'so does a worker of a page that uses the package'({ onPage }) {
    await onPage(async (page) => {
      const path = 'nested.db';
      equal(await page.evaluate(inNestedWorker, { path, keep: true, append: 0 }), { head: 1 });
      equal(await page.evaluate(tryToOpen, { path, keep: true, append: 1 }), { head: 2 });
      await page.evaluate(() => globalThis.nested.terminate());
      equal(await page.evaluate(tryToOpen, { path, keep: true, append: 2 }), { head: 3 }, 'the worker led, and is gone');
    });
  },

  async 'snapshots and durable states of two tabs are the same ones'({ onPage }) {
    await onPage((one) => onPage(async (other) => {
      const use = (page, revision) => page.evaluate(async (revision) => {
        const { SqliteDurableStateStore, SqliteSnapshotStore } = await import('/pkg/browser.js');
        globalThis.stores ??= [new SqliteSnapshotStore({ path: 'stores.db' }), new SqliteDurableStateStore({ path: 'stores.db' })];
        const [snapshots, states] = globalThis.stores;
        await snapshots.save('a', revision + 1, { revision });
        await states.save('a', revision, revision);
        return [(await snapshots.loadLatest('a')).state.revision, (await states.load('a')).revision];
      }, revision);
      equal([await use(one, 0), await use(other, 1), await use(one, 2)], [[0, 1], [1, 2], [2, 3]]);
    }));
  },

  async 'a database in memory is its page’s alone, also in the driver of OPFS'({ onPage }) {
    await onPage((one) => onPage(async (other) => {
      const options = { path: ':memory:', driver: {}, keep: true };
      equal(await one.evaluate(tryToOpen, { ...options, append: 0 }), { head: 1 });
      equal(await other.evaluate(tryToOpen, options), { head: 0 });
      ok((await one.evaluate(tryToOpen, options)).head === 1, 'and stays');
    }));
  },

  async 'what is opened while a copy comes in is refused, and does not hold it up'({ onPage }) {
    await onPage(async (page) => {
      const heads = await page.evaluate(async () => {
        const { restore, SqliteJournal, SqliteSnapshotStore } = await import('/pkg/browser.js');
        const from = new SqliteJournal({ path: 'copied.db' });
        await from.append('a', [{ event: 1 }, { event: 2 }], 0);
        const copy = await new Response(from.backup()).arrayBuffer();
        await from.close();
        let source;
        const pieces = new ReadableStream({ start: (controller) => (source = controller) });
        const coming = new Promise((begun) => {
          source.enqueue(new Uint8Array(copy.slice(0, 4096)));
          globalThis.restored = restore('restored.db', pieces, { onProgress: begun });
        });
        await coming;
        const journal = new SqliteJournal({ path: 'restored.db' });
        const snapshots = new SqliteSnapshotStore({ path: 'restored.db' });
        const refused = await Promise.allSettled([journal.highestSeq('a'), snapshots.loadLatest('a')]);
        source.enqueue(new Uint8Array(copy.slice(4096)));
        source.close();
        await globalThis.restored;
        const [head, snapshot] = await Promise.all([journal.highestSeq('a'), snapshots.loadLatest('a')]);
        await Promise.all([journal.close(), snapshots.close()]);
        return { refused: refused.map(({ reason }) => reason?.code), head, snapshot: snapshot ?? 'none' };
      });
      equal(heads, { refused: ['locked', 'locked'], head: 2, snapshot: 'none' });
    });
  },

  async 'a database that another tab has open is not replaced, whoever leads'({ onPage, browser, blank }) {
    await onPage((owner) => onPage(async (restorer) => {
      const leader = await browser.newPage();
      await leader.goto(blank);
      const open = async () => {
        const { SqliteJournal } = await import('/pkg/browser.js');
        globalThis.journal = new SqliteJournal({ path: 'wanted.db' });
        await globalThis.journal.highestSeq('a');
      };
      await leader.evaluate(open);
      await restorer.evaluate(async () => {
        const { SqliteJournal } = await import('/pkg/browser.js');
        const other = new SqliteJournal({ path: 'copied-before.db' });
        await other.append('z', [{ event: 'copied' }], 0);
        globalThis.copy = await new Response(other.backup()).blob();
        // Its worker stands for election before the other one's.
        const wanted = new SqliteJournal({ path: 'wanted.db' });
        await wanted.highestSeq('a');
        await wanted.close();
      });
      await owner.evaluate(open);
      await owner.evaluate(() => globalThis.journal.append('a', [{ event: 1 }, { event: 2 }], 0));
      const restoring = restorer.evaluate(async () => {
        const { restore, SqliteJournal } = await import('/pkg/browser.js');
        const codes = new Set();
        // Until the leader is gone, and once more under the next one.
        const keep = new SqliteJournal({ path: 'copied-before.db' });
        for (let last = false; ; ) {
          codes.add(await restore('wanted.db', globalThis.copy).then(() => 'restored', ({ code }) => code));
          if (last) break;
          last = globalThis.leaderIsGone === true;
        }
        await keep.close();
        return [...codes];
      });
      await leader.close();
      await restorer.evaluate(() => void (globalThis.leaderIsGone = true));
      equal(await restoring, ['locked']);
      equal(await owner.evaluate(async () => (await globalThis.journal.append('a', [{ event: 3 }], 2))[0].position), 3);
    }));
  },
};
