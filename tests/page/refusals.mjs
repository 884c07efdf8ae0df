/** What a page is told that cannot have a database. */
import { equal, ok } from '../package/assert.mjs';
import { UNTRUSTED, withPage } from './browser.mjs';
import { tryToOpen } from './ground.mjs';

/** Runs in the page: has a worker hold an access handle of a database until something is heard on a channel. */
async function hold(what) {
  const worker = new Worker('/tests/page/workers/handle.mjs');
  const heard = () => new Promise((told) => worker.addEventListener('message', ({ data }) => told(data), { once: true }));
  const has = heard();
  worker.postMessage(what);
  await has;
  globalThis.released = heard();
}

export const refusals = {
  async 'a page without OPFS is told what to do'({ browser, onPage }) {
    const prepare = () => delete StorageManager.prototype.getDirectory;
    await onPage(async (page) => {
      const { code, message } = await page.evaluate(tryToOpen, { path: 'none.db' });
      equal(code, 'storage-unavailable');
      ok(/newer browser.*:memory:/s.test(message), message);
      equal(await page.evaluate(tryToOpen, { path: ':memory:' }), { head: 0 }, 'memory, when asked for');
    }, { prepare });
  },

  async 'a private window is told what to do'({ onPage }) {
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

  async 'a worker without access handles is told what to do'({ onPage }) {
    await onPage(async (page) => {
      const driver = { workerUrl: '/tests/page/workers/without-opfs.mjs' };
      const { code } = await page.evaluate(tryToOpen, { path: 'handles.db', driver });
      equal(code, 'storage-unavailable');
    });
  },

  async 'a database in OPFS is not opened for reading only'({ onPage }) {
    await onPage(async (page) => {
      const { code, message } = await page.evaluate(tryToOpen, { path: 'only-read.db', options: { readOnly: true } });
      equal(code, 'invalid-argument');
      ok(/only files/.test(message), message);
      equal(await page.evaluate(tryToOpen, { path: 'only-read.db' }), { head: 0 }, 'to be written to it opens');
    });
  },

  async 'a page without HTTPS is told what to do'({ browser, site, blank }) {
    const address = `http://${UNTRUSTED}:${site.port}/blank.html`;
    await withPage(browser, address, async (page) => {
      const { code, message } = await page.evaluate(tryToOpen, { path: 'insecure.db' });
      equal(code, 'storage-unavailable');
      ok(/HTTPS/.test(message), message);
      equal(await page.evaluate(tryToOpen, { path: ':memory:' }), { head: 0 }, 'memory, when asked for');
    });
  },

  async 'a path that is no file’s is refused'({ onPage }) {
    await onPage(async (page) => {
      for (const path of ['.', '..', 'a\0b', 'x'.repeat(600)]) {
        const { code } = await page.evaluate(tryToOpen, { path });
        equal(code, 'invalid-argument', path.slice(0, 10));
      }
      for (const path of ['with/slash.db', 'Zoë 😀.db', '%2e%2e']) equal(await page.evaluate(tryToOpen, { path }), { head: 0 });
    });
  },

  async 'an access handle that another worker has is waited for a moment'({ onPage }) {
    await onPage(async (page) => {
      const driver = { workerUrl: '/tests/page/workers/refused.mjs' };
      const path = 'handle.db';
      await page.evaluate(hold, { path, until: 'refused' });
      equal(await page.evaluate(tryToOpen, { path, driver }), { head: 0 });
      equal(await page.evaluate(() => globalThis.released), 'NoModificationAllowedError', 'it was refused before');
    });
  },

  async 'one that another worker keeps is locked, until it is let go'({ onPage }) {
    await onPage(async (page) => {
      const path = 'kept-handle.db';
      await page.evaluate(hold, { path, until: 'told' });
      equal((await page.evaluate(tryToOpen, { path, keep: true })).code, 'locked');
      await page.evaluate(async () => {
        new BroadcastChannel('told').postMessage('let go');
        await globalThis.released;
      });
      equal(await page.evaluate(tryToOpen, { path, keep: true }), { head: 0 });
    });
  },
};
