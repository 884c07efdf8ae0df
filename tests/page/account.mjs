/** The page in `www`, used as a visitor uses it. */
import { equal, ok } from '../package/assert.mjs';
import { withPage } from './browser.mjs';

/** The page is ready, or says what is wrong. */
async function settled(page) {
  await page.waitForFunction(() => document.body.dataset.phase !== 'opening');
  return page.evaluate(() => document.body.dataset.phase);
}

async function order(page, kind, amount, seq) {
  await page.evaluate(() => void (document.querySelector('#amount').value = ''));
  await page.type('#amount', amount);
  await page.click(`#${kind}`);
  await page.waitForSelector(`#events li[data-seq="${seq}"]`);
}

const shown = (page) =>
  page.evaluate(() => ({
    balance: document.querySelector('#balance').textContent,
    seqs: [...document.querySelectorAll('#events li')].map((row) => Number(row.dataset.seq)),
  }));

/** The scenarios, in a browser on a site. */
export function account(browser, site) {
  const address = site.address('/');
  return {
    async 'the account is still there after a reload'() {
      await withPage(browser, address, async (page) => {
        equal(await settled(page), 'open');
        equal(await shown(page), { balance: '€0.00', seqs: [] });
        await order(page, 'deposit', '12.50', 1);
        await order(page, 'withdraw', '2', 2);
        await order(page, 'deposit', '100', 3);
        const before = await shown(page);
        equal(before, { balance: '€110.50', seqs: [3, 2, 1] });
        for (const _ of ['once', 'twice']) {
          await page.reload();
          equal(await settled(page), 'open');
          equal(await shown(page), before);
        }
      });
    },

    async 'it says what is wrong where the wasm does not load, and opens when it does'() {
      await withPage(browser, address, async (page) => {
        site.missing.add('/pkg/wasm/actor_journal_bg.wasm');
        await page.reload();
        equal(await settled(page), 'failed');
        ok(await page.evaluate(() => !document.querySelector('#problem').hidden), 'the problem is shown');
        equal(await page.evaluate(() => document.querySelector('#problem-code').textContent), 'storage-unavailable');
        site.missing.clear();
        await page.click('#retry');
        await page.waitForFunction(() => document.body.dataset.phase === 'open');
      });
    },
  };
}
