/** Databases that another tab or worker has open. */
import { equal, ok } from '../package/assert.mjs';
import { tryToOpen } from './ground.mjs';

export const sharing = {
  async 'a second tab is told that the database is in use, until the first closes it'({ browser, blank, onPage }) {
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

  async 'a second worker of a page is told so too'({ onPage }) {
    await onPage(async (page) => {
      equal(await page.evaluate(tryToOpen, { path: 'workers.db', keep: true }), { head: 0 });
      const driver = { workerUrl: '/pkg/worker.js?second' };
      const { code } = await page.evaluate(tryToOpen, { path: 'workers.db', driver, options: { busyTimeoutMs: 100 } });
      equal(code, 'locked');
      await page.evaluate(() => globalThis.kept.close());
      equal(await page.evaluate(tryToOpen, { path: 'workers.db', driver }), { head: 0 });
    });
  },
};
