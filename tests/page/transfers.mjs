/** Transfers between the accounts of the page in `www`, also where they are broken off. */
import { equal } from '../package/assert.mjs';
import { withPage } from './browser.mjs';
import { balances, onNewPage, onNewSite, opened, order, press, shown, turnTo } from './visitor.mjs';

/** Runs before the page's own scripts: so many more appends reach the worker, once told. */
function countAppends() {
  const { postMessage } = Worker.prototype;
  globalThis.letThrough = Infinity;
  Worker.prototype.postMessage = function (message, ...rest) {
    const appends = message.requests?.some(({ method }) => method === 'append');
    if (!appends || globalThis.letThrough-- > 0) postMessage.call(this, message, ...rest);
  };
}

/** Runs in the page: keeps each text that the element had. */
function watchTotal() {
  const total = document.querySelector('#total');
  globalThis.totals = [total.textContent];
  new MutationObserver(() => globalThis.totals.push(total.textContent)).observe(total, { childList: true });
}

const SENDER = ['Arrived at Savings', 'Sent to Savings', 'Deposited'];

/** The events that are marked as being under way. */
const underWay = (page) =>
  page.$$eval('#events .under-way:not([hidden])', (marks) => marks.map((mark) => mark.closest('li').dataset.seq));

/** Breaks a transfer of 40.00 off when so many of its appends have reached the worker. */
async function breakOff(browser, address, { appends, received }) {
  await withPage(browser, address, async (page) => {
    await opened(page);
    await order(page, 'deposit', '100', 1);
    await page.evaluate((appends) => void (globalThis.letThrough = appends), appends);
    await press(page, 'transfer', '40');
    const has = (received) => document.querySelector('#accounts li:nth-child(2) .has').textContent === received;
    await page.waitForSelector('#events li[data-kind="transfer-sent"]');
    await page.waitForFunction(has, {}, received);
    equal(await underWay(page), ['2']);
    equal(await balances(page), { Everyday: '€60.00', Savings: received, Holidays: '€0.00', total: '€100.00' });
  }, { prepare: countAppends });
}

export const transfers = {
  async 'a transfer moves money, is told in both accounts, and changes no total'({ browser }) {
    await onNewPage(browser, async (page) => {
      await order(page, 'deposit', '100', 1);
      await page.evaluate(watchTotal);
      await order(page, 'transfer', '40', 3);
      equal(await shown(page), { name: 'Everyday', balance: '€60.00', events: SENDER });
      equal(await underWay(page), []);
      await turnTo(page, 'Savings');
      equal(await shown(page), { name: 'Savings', balance: '€40.00', events: ['Received from Everyday'] });
      await page.select('#to', 'account-3');
      await order(page, 'transfer', '15', 3);
      equal(await balances(page), { Everyday: '€60.00', Savings: '€25.00', Holidays: '€15.00', total: '€100.00' });
      equal(await page.evaluate(() => globalThis.totals), ['€100.00']);
      const tags = await page.$$eval('#events li', (rows) => rows.map((row) => row.querySelector('.tags').textContent.trim()));
      equal(tags, ['transfer', 'money-out transfer', 'money-in transfer']);
    });
  },

  async 'a transfer goes back and forth, each once'({ browser }) {
    await onNewPage(browser, async (page) => {
      await order(page, 'deposit', '9', 1);
      for (const seq of [3, 5, 7]) await order(page, 'transfer', '3', seq);
      await turnTo(page, 'Savings');
      await order(page, 'transfer', '2', 5);
      await order(page, 'transfer', '2', 7);
      equal(await balances(page), { Everyday: '€4.00', Savings: '€5.00', Holidays: '€0.00', total: '€9.00' });
    });
  },

  async 'the past shows a transfer under way'({ browser }) {
    await onNewPage(browser, async (page) => {
      await order(page, 'deposit', '100', 1);
      await order(page, 'transfer', '40', 3);
      await page.focus('#slider');
      await page.keyboard.press('ArrowLeft');
      equal(await underWay(page), ['2']);
      await page.click('#now');
      equal(await underWay(page), []);
    });
  },

  async 'a transfer that was broken off when it was sent, or received, is completed once'({ browser }) {
    for (const stage of [{ appends: 1, received: '€0.00' }, { appends: 2, received: '€40.00' }]) {
      await onNewSite(async (site) => {
        await breakOff(browser, site.address('/'), stage);
        await withPage(browser, site.address('/'), async (page) => {
          await page.waitForSelector('#events li[data-kind="transfer-settled"]');
          for (const _ of ['reopened', 'reloaded']) {
            equal(await shown(page), { name: 'Everyday', balance: '€60.00', events: SENDER });
            await turnTo(page, 'Savings');
            equal(await shown(page), { name: 'Savings', balance: '€40.00', events: ['Received from Everyday'] });
            await turnTo(page, 'Everyday');
            await page.reload();
            await opened(page);
          }
          equal((await balances(page)).total, '€100.00');
        });
      });
    }
  },
};
