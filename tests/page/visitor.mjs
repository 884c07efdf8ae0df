/** What a visitor of the page in `www` does and sees. */
import { withPage } from './browser.mjs';
import { Site } from './site.mjs';

/** Lends a site on which nobody has been: browsers keep databases by site. */
export async function onNewSite(use) {
  const site = await Site.open();
  try {
    return await use(site);
  } finally {
    await site.close();
  }
}

/** Lends the page on a new site, when it has opened. */
export function onNewPage(browser, use, options) {
  return onNewSite((site) =>
    withPage(browser, site.address('/'), async (page) => {
      await opened(page);
      return use(page, site);
    }, options),
  );
}

/** The page is ready, or says what is wrong. */
export async function settled(page) {
  await page.waitForFunction(() => document.body.dataset.phase !== 'opening');
  return page.evaluate(() => document.body.dataset.phase);
}

/** Fails where the page says what is wrong. */
export async function opened(page) {
  const phase = await settled(page);
  if (phase !== 'open') throw new Error(`the page says: ${await text(page, '#problem')}`);
}

export function text(page, selector) {
  return page.$eval(selector, (element) => element.textContent);
}

/** What is shown of the account that is selected: its name, balance and events, newest first. */
export function shown(page) {
  return page.evaluate(() => ({
    name: document.querySelector('#account-title').textContent,
    balance: document.querySelector('#balance').textContent,
    events: [...document.querySelectorAll('#events li')].map((row) => row.querySelector('.what').textContent),
  }));
}

/** The balance of each account by its name, and what they have together. */
export function balances(page) {
  return page.evaluate(() => {
    const lines = [...document.querySelectorAll('#accounts a')];
    const each = lines.map((line) => [line.querySelector('.name').textContent, line.querySelector('.has').textContent]);
    return { ...Object.fromEntries(each), total: document.querySelector('#total').textContent };
  });
}

/** Types an amount in place of what is there, and presses a button. */
export async function press(page, kind, amount) {
  await fill(page, '#amount', amount);
  await page.click(`#${kind}`);
}

/** Presses, and waits for the last of the events that come of it. */
export async function order(page, kind, amount, seq) {
  await press(page, kind, amount);
  await page.waitForSelector(`#events li[data-seq="${seq}"]`);
}

/** Selects the account of this name. */
export async function turnTo(page, name) {
  const links = await page.$$('#accounts a');
  const names = await Promise.all(links.map((link) => link.$eval('.name', (element) => element.textContent)));
  await links[names.indexOf(name)].click();
  await isShown(page, name);
}

/** Waits until the account of this name is the one that is shown. */
export function isShown(page, name) {
  return page.waitForFunction((name) => document.querySelector('#account-title').textContent === name, {}, name);
}

/** Asks for another account, and answers what is said of it. */
export async function openAccount(page, name) {
  await fill(page, '#name', name);
  await page.keyboard.press('Enter');
  const said = () => document.querySelector('#name-message').textContent || document.querySelector('#opened').textContent;
  return (await page.waitForFunction(said)).jsonValue();
}

async function fill(page, selector, value) {
  await page.$eval(selector, (input) => {
    input.value = '';
    input.dispatchEvent(new Event('input'));
  });
  await page.type(selector, value);
}
