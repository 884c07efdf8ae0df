/** When the package loads what, and that what it has stored is there after a reload. */
import { equal, ok } from '../package/assert.mjs';
import { tryToOpen, WASM, WORKER } from './ground.mjs';

export const loading = {
  async 'importing the package loads neither worker nor wasm'({ onPage, requested }) {
    await onPage(async (page) => {
      const imported = await requested(() => page.evaluate(async () => {
        const { SqliteJournal, InMemoryJournal, opfsDriver } = await import('/pkg/browser.js');
        new SqliteJournal({ path: 'unused.db', driver: opfsDriver() });
        new InMemoryJournal();
      }));
      equal(imported, ['/pkg/browser.js']);
      const used = await requested(() => page.evaluate(async () => {
        const { SqliteJournal } = await import('/pkg/browser.js');
        const journal = new SqliteJournal({ path: 'used.db' });
        await journal.highestSeq('a');
        await journal.close();
      }));
      ok(used.includes(WORKER) && used.includes(WASM), `the first use loads them: ${used}`);
      equal(used.length, new Set(used).size, `each once: ${used}`);
    });
  },

  async 'the wasm is on its way while the worker starts'({ onPage, requested, without }) {
    await onPage(async (page) => {
      const used = await requested(() => without(WORKER, () => page.evaluate(tryToOpen, { path: 'early.db' })));
      ok(used.includes(WASM), `asked for without a worker: ${used}`);
    });
  },

  async 'where a page may not compile wasm, the worker does'({ onPage }) {
    const prepare = () => {
      WebAssembly.compileStreaming = () => Promise.reject(new WebAssembly.CompileError('refused by a policy'));
    };
    await onPage(async (page) => equal(await page.evaluate(tryToOpen, { path: 'policy.db' }), { head: 0 }), { prepare });
  },

  async 'the first append asks the browser to keep what is stored, once, and does not depend on the answer'({ onPage }) {
    const prepare = () => {
      globalThis.asked = 0;
      StorageManager.prototype.persist = async () => {
        globalThis.asked++;
        throw new Error('nobody is asked here');
      };
    };
    await onPage(async (page) => {
      equal(await page.evaluate(tryToOpen, { path: 'asks.db' }), { head: 0 });
      equal(await page.evaluate(() => globalThis.asked), 0, 'who reads does not ask');
      equal(await page.evaluate(tryToOpen, { path: ':memory:', append: 0 }), { head: 1 });
      equal(await page.evaluate(() => globalThis.asked), 0, 'nor who keeps nothing');
      for (const head of [0, 1]) equal(await page.evaluate(tryToOpen, { path: 'asks.db', append: head }), { head: head + 1 });
      equal(await page.evaluate(() => globalThis.asked), 1);
    }, { prepare });
  },

  async 'a page can ask for persistence by name'({ onPage }) {
    const prepare = () => {
      StorageManager.prototype.persist = async () => true;
      StorageManager.prototype.persisted = async () => true;
    };
    await onPage(async (page) => {
      const answers = await page.evaluate(async () => {
        const { SqliteJournal } = await import('/pkg/browser.js');
        const journal = new SqliteJournal({ path: 'named.db' });
        return [await journal.requestPersistence(), (await journal.storage()).place];
      });
      equal(answers, [true, 'persistent']);
    }, { prepare });
  },

  async 'events are there after a reload'({ onPage }) {
    await onPage(async (page) => {
      for (const head of [0, 2, 4]) {
        const seqs = await page.evaluate(async (head) => {
          const { SqliteJournal } = await import('/pkg/browser.js');
          const journal = new SqliteJournal({ path: 'reload.db' });
          await journal.append('a', [{ event: head + 1, tags: ['x'] }, { event: head + 2 }], head);
          return (await journal.read('a', 1)).map(({ event }) => event);
        }, head);
        equal(seqs, Array.from({ length: head + 2 }, (_, i) => i + 1));
        await page.reload();
      }
    });
  },

  async 'chunks are transferred to the page, not cloned'({ onPage }) {
    await onPage(async (page) => {
      const posts = await page.evaluate(async () => {
        const { SqliteJournal, opfsDriver } = await import('/pkg/browser.js');
        const posts = [];
        const channel = new BroadcastChannel('posted');
        const enough = new Promise((resolve) => {
          channel.onmessage = ({ data }) => posts.push(data) === 3 && resolve();
        });
        const driver = opfsDriver({ workerUrl: '/tests/page/workers/watched.mjs' });
        const journal = new SqliteJournal({ path: 'transferred.db', driver });
        const entries = Array.from({ length: 1000 }, (_, n) => ({ event: { n, text: 'x'.repeat(100) } }));
        await journal.append('a', entries, 0);
        let last;
        for await (last of journal.replay('a'));
        for await (last of journal.allEvents({ limit: 1 }));
        await enough;
        await journal.close();
        return posts;
      });
      equal(posts.map(({ after }) => after), [0, 0, 0], 'what is left of the buffers');
      ok(posts.every(({ before: [bytes, buffer] }) => bytes > 0 && bytes === buffer), 'each chunk has a buffer of its own');
      const [, replayed] = posts;
      ok(replayed.before[0] > 50_000, 'the one behind the append’s answer holds many events');
    });
  },

  async 'a wasm file that does not load, and then does'({ onPage, without }) {
    await onPage(async (page) => {
      const attempt = (path) => page.evaluate(tryToOpen, { path, keep: true });
      for (const path of ['wasm.db', ':memory:']) {
        const { code, message } = await without(WASM, () => attempt(path));
        equal(code, 'storage-unavailable', path);
        ok(message.includes(WASM), message);
        equal(await attempt(path), { head: 0 }, 'tried again');
      }
    });
  },

  async 'a worker file that does not load, and then does'({ onPage, without }) {
    await onPage(async (page) => {
      const attempt = () => page.evaluate(tryToOpen, { path: 'worker.db', keep: true });
      const { code, message } = await without(WORKER, attempt);
      equal(code, 'storage-unavailable');
      ok(message.includes(WORKER), message);
      equal(await attempt(), { head: 0 }, 'tried again');
    });
  },

  async 'other addresses of worker and wasm'({ onPage }) {
    await onPage(async (page) => {
      const attempt = (driver) => page.evaluate(tryToOpen, { path: 'addresses.db', driver });
      for (const driver of [{ wasmUrl: '/nowhere.wasm' }, { wasmUrl: '/blank.html' }, { workerUrl: '/nowhere.js' }, { workerUrl: '/tests/page/workers/broken.mjs' }]) {
        const { code, message } = await attempt(driver);
        equal(code, 'storage-unavailable', JSON.stringify(driver));
        ok(message.includes(Object.values(driver)[0]), message);
      }
      equal(await attempt({ workerUrl: WORKER, wasmUrl: WASM }), { head: 0 });
    });
  },
};
