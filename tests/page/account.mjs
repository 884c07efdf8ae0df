/** The page in `www`, used as a visitor uses it. */
import { equal, ok } from '../package/assert.mjs';
import { withPage } from './browser.mjs';
import {
  balances,
  isShown,
  onNewPage,
  onNewSite,
  openAccount,
  opened,
  order,
  press,
  settled,
  shown,
  text,
  turnTo,
} from './visitor.mjs';

/** Runs in the page: writes what the page wrote when it had one account and no transfers. */
async function writeOneAccount() {
  const { SqliteJournal, SqliteSnapshotStore } = await import('/pkg/browser.js');
  const journal = new SqliteJournal({ path: 'bank.db', wal: true });
  const store = new SqliteSnapshotStore({ path: 'bank.db' });
  const entries = [
    { event: { kind: 'deposited', cents: 5000 }, tags: ['money-in'] },
    { event: { kind: 'withdrawn', cents: 1500 }, tags: ['money-out'] },
    { event: { kind: 'deposited', cents: 250 }, tags: ['money-in'] },
  ];
  await journal.append('account-1', entries, 0);
  await store.save('account-1', 2, { balance: 3500, paidIn: 5000, paidOut: 1500 });
  await Promise.all([journal.close(), store.close()]);
}

/** Where the slider stands, and what it says of it. */
const then = (page) =>
  page.evaluate(() => ({
    seq: document.querySelector('#as-of').dataset.seq,
    of: document.querySelector('#slider').max,
    balance: document.querySelector('#then-balance').textContent,
  }));

export const account = {
  async 'the account is still there after a reload'({ browser }) {
    await onNewPage(browser, async (page) => {
      equal(await shown(page), { name: 'Everyday', balance: '€0.00', events: [] });
      await order(page, 'deposit', '12.50', 1);
      await order(page, 'withdraw', '2', 2);
      await order(page, 'deposit', '100', 3);
      const before = await shown(page);
      equal(before, { name: 'Everyday', balance: '€110.50', events: ['Deposited', 'Withdrawn', 'Deposited'] });
      for (const _ of ['once', 'twice']) {
        await page.reload();
        await opened(page);
        equal(await shown(page), before);
      }
    });
  },

  async 'which account is shown survives a reload, can be linked, and is gone back from'({ browser }) {
    await onNewPage(browser, async (page, site) => {
      await turnTo(page, 'Savings');
      await order(page, 'deposit', '7', 1);
      await page.reload();
      await opened(page);
      equal(await shown(page), { name: 'Savings', balance: '€7.00', events: ['Deposited'] });
      await page.focus('#accounts li:nth-child(3) a');
      await page.keyboard.press('Enter');
      await isShown(page, 'Holidays');
      equal(await shown(page), { name: 'Holidays', balance: '€0.00', events: [] });
      await page.evaluate(() => history.back());
      await isShown(page, 'Savings');
      equal(await page.$$eval('#accounts [aria-current] .name', (names) => names.map((name) => name.textContent)), ['Savings']);
      const address = page.url();
      await page.goto(site.address('/blank.html'));
      await page.goto(address);
      await opened(page);
      equal((await shown(page)).name, 'Savings');
    });
  },

  async 'the slider goes through the time of the account that is shown'({ browser }) {
    await onNewPage(browser, async (page) => {
      await order(page, 'deposit', '10', 1);
      await order(page, 'deposit', '5', 2);
      await order(page, 'withdraw', '1', 3);
      await turnTo(page, 'Savings');
      await order(page, 'deposit', '300', 1);
      await order(page, 'withdraw', '100', 2);
      equal(await then(page), { seq: '2', of: '2', balance: '€200.00' });
      await page.focus('#slider');
      await page.keyboard.press('ArrowLeft');
      equal(await then(page), { seq: '1', of: '2', balance: '€300.00' });
      equal((await shown(page)).balance, '€200.00', 'the account stays at now');
      await turnTo(page, 'Everyday');
      equal(await then(page), { seq: '3', of: '3', balance: '€14.00' });
      equal((await shown(page)).events, ['Withdrawn', 'Deposited', 'Deposited']);
      await page.focus('#slider');
      await page.keyboard.press('Home');
      equal(await then(page), { seq: '0', of: '3', balance: '€0.00' });
      await page.click('#events li[data-seq="2"]');
      equal(await then(page), { seq: '2', of: '3', balance: '€15.00' });
      await page.click('#now');
      equal(await then(page), { seq: '3', of: '3', balance: '€14.00' });
    });
  },

  async 'another account is opened under a name of its own'({ browser }) {
    await onNewPage(browser, async (page) => {
      equal(await openAccount(page, '   '), 'Enter a name first.');
      equal(await openAccount(page, 'x'.repeat(41)), 'At most 40 characters.');
      equal(await openAccount(page, ' sAVINGS'), 'There is an account “Savings” already.');
      equal(await page.$$eval('#accounts li', (lines) => lines.length), 3);
      equal(await page.evaluate(() => document.activeElement.id), 'name', 'it leads back to the name');

      const name = '😀'.repeat(40);
      equal(await openAccount(page, `  ${name} `), `“${name}” was opened.`);
      await isShown(page, name);
      await order(page, 'deposit', '3', 1);
      equal(await openAccount(page, name), `There is an account “${name}” already.`);
      await page.reload();
      await opened(page);
      equal(await shown(page), { name, balance: '€3.00', events: ['Deposited'] });
      equal(await balances(page), { Everyday: '€0.00', Savings: '€0.00', Holidays: '€0.00', [name]: '€3.00', total: '€3.00' });
    });
  },

  async 'what cannot be ordered is refused in words, and writes nothing'({ browser }) {
    await onNewPage(browser, async (page) => {
      await order(page, 'deposit', '10', 1);
      const refusals = [
        ['withdraw', '10.01', /more than the account has: at most €10.00 can be withdrawn/],
        ['transfer', '10.01', /more than the account has: at most €10.00 can be transferred/],
        ['deposit', 'ten', /12 or 12.50/],
        ['transfer', '1.234', /12 or 12.50/],
        ['withdraw', '0', /more than zero/],
        ['deposit', '1000000.01', /At most €1,000,000.00/],
      ];
      for (const [kind, amount, why] of refusals) {
        await press(page, kind, amount);
        await page.waitForFunction(() => document.querySelector('#message').textContent);
        ok(why.test(await text(page, '#message')), await text(page, '#message'));
        equal(await page.evaluate(() => document.activeElement.id), 'amount', 'it leads back to the amount');
      }
      await page.reload();
      await opened(page);
      equal(await shown(page), { name: 'Everyday', balance: '€10.00', events: ['Deposited'] });
    });
  },

  async 'two tabs have it open, both can order, and each shows what the other did'({ browser }) {
    await onNewPage(browser, (first, site) =>
      withPage(browser, site.address('/'), async (second) => {
        await opened(second);
        const isThere = (page, seq) => page.waitForSelector(`#events li[data-seq="${seq}"]`);
        const inFront = async (page, act) => {
          await page.bringToFront();
          await act(page);
        };
        await inFront(first, (page) => order(page, 'deposit', '10', 1));
        await isThere(second, 1);
        await inFront(second, (page) => order(page, 'deposit', '5', 2));
        await isThere(first, 2);
        await inFront(first, (page) => order(page, 'withdraw', '15', 3));
        await isThere(second, 3);
        const both = { name: 'Everyday', balance: '€0.00', events: ['Withdrawn', 'Deposited', 'Deposited'] };
        equal([await shown(first), await shown(second)], [both, both]);

        await inFront(first, (page) => page.click('#samples'));
        await inFront(second, (page) => page.click('#samples'));
        await Promise.all([isThere(first, 43), isThere(second, 43)]);
        equal(await shown(second), await shown(first), 'both at the same time');

        await inFront(second, async (page) => equal(await openAccount(page, 'Shared'), '“Shared” was opened.'));
        await first.waitForSelector('#accounts li:nth-child(4)');
        await second.close();
        await inFront(first, async (page) => {
          await turnTo(page, 'Shared');
          await order(page, 'deposit', '7', 1);
        });
        equal(await shown(first), { name: 'Shared', balance: '€7.00', events: ['Deposited'] });
      }),
    );
  },

  async 'the one account of an earlier version is the first, and can do what is new'({ browser }) {
    await onNewSite((site) =>
      withPage(browser, site.address('/blank.html'), async (page) => {
        await page.evaluate(writeOneAccount);
        await page.goto(site.address('/'));
        await opened(page);
        equal(await shown(page), { name: 'Everyday', balance: '€37.50', events: ['Deposited', 'Withdrawn', 'Deposited'] });
        equal(await page.$eval('#snapshot', (element) => element.dataset.seq), '2');
        await order(page, 'transfer', '30', 5);
        equal(await balances(page), { Everyday: '€7.50', Savings: '€30.00', Holidays: '€0.00', total: '€37.50' });
      }),
    );
  },

  async 'it says what is wrong where the wasm does not load, and opens when it does'({ browser }) {
    await onNewPage(browser, async (page, site) => {
      site.missing.add('/pkg/wasm/actor_journal_bg.wasm');
      await page.reload();
      equal(await settled(page), 'failed');
      ok(await page.evaluate(() => !document.querySelector('#problem').hidden), 'the problem is shown');
      equal(await text(page, '#problem-code'), 'storage-unavailable');
      site.missing.clear();
      await page.click('#retry');
      await page.waitForFunction(() => document.body.dataset.phase === 'open');
    });
  },
};
