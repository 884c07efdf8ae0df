/** What only a page can show: reloads, tabs, files that do not load, a browser without OPFS. */
import { equal, ok } from '../package/assert.mjs';
import { UNTRUSTED, withPage } from './browser.mjs';

const WASM = '/pkg/wasm/actor_journal_bg.wasm';
const WORKER = '/pkg/worker.js';

/** The scenarios, in a browser on a site. Each database has a name of its own. */
export function pages(browser, site) {
  const blank = site.address('/blank.html');
  const onPage = (use, options) => withPage(browser, blank, use, options);

  /** The files of the package that the browser asked for while `use` ran. */
  async function requested(use) {
    const before = site.requests.length;
    await use();
    return site.requests.slice(before).filter((path) => path.startsWith('/pkg/'));
  }

  /** Runs `use` while the site has no such file. */
  async function without(path, use) {
    site.missing.add(path);
    try {
      return await use();
    } finally {
      site.missing.delete(path);
    }
  }

  return {
    async 'importing the package loads neither worker nor wasm'() {
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
      });
    },

    async 'events are there after a reload'() {
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

    async 'chunks are transferred to the page, not cloned'() {
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
        ok(posts[0].before[0] > 50_000, 'the first holds many events');
      });
    },

    async 'a wasm file that does not load, and then does'() {
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

    async 'a worker file that does not load, and then does'() {
      await onPage(async (page) => {
        const attempt = () => page.evaluate(tryToOpen, { path: 'worker.db', keep: true });
        const { code, message } = await without(WORKER, attempt);
        equal(code, 'storage-unavailable');
        ok(message.includes(WORKER), message);
        equal(await attempt(), { head: 0 }, 'tried again');
      });
    },

    async 'other addresses of worker and wasm'() {
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

    async 'a page without OPFS is told what to do'() {
      const prepare = () => delete StorageManager.prototype.getDirectory;
      await onPage(async (page) => {
        const { code, message } = await page.evaluate(tryToOpen, { path: 'none.db' });
        equal(code, 'storage-unavailable');
        ok(/newer browser.*:memory:/s.test(message), message);
        equal(await page.evaluate(tryToOpen, { path: ':memory:' }), { head: 0 }, 'memory, when asked for');
      }, { prepare });
    },

    async 'a private window is told what to do'() {
      const prepare = () => {
        StorageManager.prototype.getDirectory = async () => {
          throw new DOMException('Security error when calling GetDirectory', 'SecurityError');
        };
      };
      await onPage(async (page) => {
        const { code, message } = await page.evaluate(tryToOpen, { path: 'private.db' });
        equal(code, 'storage-unavailable');
        ok(/private window/.test(message), message);
      }, { prepare });
    },

    async 'a worker without access handles is told what to do'() {
      await onPage(async (page) => {
        const driver = { workerUrl: '/tests/page/workers/without-opfs.mjs' };
        const { code } = await page.evaluate(tryToOpen, { path: 'handles.db', driver });
        equal(code, 'storage-unavailable');
      });
    },

    async 'a page without HTTPS is told what to do'() {
      const address = `http://${UNTRUSTED}:${site.port}/blank.html`;
      await withPage(browser, address, async (page) => {
        const { code, message } = await page.evaluate(tryToOpen, { path: 'insecure.db' });
        equal(code, 'storage-unavailable');
        ok(/HTTPS/.test(message), message);
        equal(await page.evaluate(tryToOpen, { path: ':memory:' }), { head: 0 }, 'memory, when asked for');
      });
    },

    async 'a second tab is told that the database is in use, until the first closes it'() {
      const first = await browser.newPage();
      await first.goto(blank);
      equal(await first.evaluate(tryToOpen, { path: 'tabs.db', keep: true, append: 0 }), { head: 1 });
      await onPage(async (second) => {
        for (const busyTimeoutMs of [0, 200]) {
          const { code, message } = await second.evaluate(tryToOpen, { path: 'tabs.db', keep: true, options: { busyTimeoutMs } });
          equal(code, 'locked', `with busyTimeoutMs ${busyTimeoutMs}`);
          ok(message.includes('tabs.db'), message);
        }
        equal(await second.evaluate(tryToOpen, { path: 'another.db' }), { head: 0 }, 'another database');
        await first.evaluate(() => globalThis.kept.close());
        equal(await second.evaluate(tryToOpen, { path: 'tabs.db', keep: true, append: 1 }), { head: 2 });
        const { code } = await first.evaluate(tryToOpen, { path: 'tabs.db', options: { busyTimeoutMs: 0 } });
        equal(code, 'locked', 'now the other way round');
      });
      equal(await first.evaluate(tryToOpen, { path: 'tabs.db', append: 2, options: { busyTimeoutMs: 30_000 } }), { head: 3 });
      await first.close();
    },

    async 'a second worker of a page is told so too'() {
      await onPage(async (page) => {
        equal(await page.evaluate(tryToOpen, { path: 'workers.db', keep: true }), { head: 0 });
        const driver = { workerUrl: '/pkg/worker.js?second' };
        const { code } = await page.evaluate(tryToOpen, { path: 'workers.db', driver, options: { busyTimeoutMs: 100 } });
        equal(code, 'locked');
        await page.evaluate(() => globalThis.kept.close());
        equal(await page.evaluate(tryToOpen, { path: 'workers.db', driver }), { head: 0 });
      });
    },

    async 'a path that is no file’s is refused'() {
      await onPage(async (page) => {
        for (const path of ['.', '..', 'a\0b', 'x'.repeat(600)]) {
          const { code } = await page.evaluate(tryToOpen, { path });
          equal(code, 'invalid-argument', path.slice(0, 10));
        }
        for (const path of ['with/slash.db', 'Zoë 😀.db', '%2e%2e']) equal(await page.evaluate(tryToOpen, { path }), { head: 0 });
      });
    },
  };
}

/** Runs in the page: the head of `a` in a journal, or what went wrong. The journal may be kept. */
async function tryToOpen({ path, driver, keep, append, options = {} }) {
  const { SqliteJournal, opfsDriver } = await import('/pkg/browser.js');
  const make = () => new SqliteJournal({ path, ...options, ...(driver && { driver: opfsDriver(driver) }) });
  const key = JSON.stringify([path, options, driver]);
  const journals = (globalThis.journals ??= new Map());
  const journal = journals.get(key) ?? make();
  if (keep) journals.set(key, (globalThis.kept = journal));
  try {
    if (append !== undefined) await journal.append('a', [{ event: append }], append);
    return { head: await journal.highestSeq('a') };
  } catch ({ code, message }) {
    return { code, message };
  } finally {
    if (!keep) await journal.close();
  }
}
