/** A tab that appends, and what may happen to a tab. */
import { equal, ok } from '../package/assert.mjs';

/** Keeps, in a page of its own, what was answered to tabs on one database. */
export class Account {
  #page;

  constructor(on, path, driver) {
    this.on = on;
    this.path = path;
    this.driver = driver;
  }

  static async open(on, path, driver) {
    const account = new Account(on, path, driver);
    account.#page = await on.browser.newPage();
    await account.#page.goto(on.blank);
    await account.#page.evaluate((path) => {
      globalThis.answered = [];
      globalThis.channel = new BroadcastChannel(`answered ${path}`);
      globalThis.channel.onmessage = ({ data }) => globalThis.answered.push(data);
    }, path);
    return account;
  }

  /** Opens a tab that writes to these streams. */
  async tab(ids, { prepare } = {}) {
    const tab = new Tab(this, ids);
    await tab.open(prepare);
    return tab;
  }

  /** Each answered append is there, once, at its seq, and seqs are contiguous. Answers how many there are. */
  async close() {
    const answered = await this.#page.evaluate(() => globalThis.answered);
    const streams = await this.#page.evaluate(readAll, this.path);
    await this.#page.close();
    const written = Object.entries(streams).flatMap(([id, events]) =>
      events.map(({ sequenceNr, event }, i) => {
        equal(sequenceNr, i + 1, `a seq of ${id}`);
        return [`${event.writer} ${event.n}`, `${id} ${sequenceNr}`];
      }),
    );
    const places = new Map(written);
    equal(places.size, written.length, 'events that were written once');
    ok(answered.length > 0, 'nothing was answered');
    for (const { id, seq, writer, n } of answered) equal(places.get(`${writer} ${n}`), `${id} ${seq}`, 'where an answered append is');
    return { answered: answered.length, stored: written.length };
  }
}

/** Runs in the page: every stream. */
async function readAll(path) {
  const { SqliteJournal } = await import('/pkg/browser.js');
  const journal = new SqliteJournal({ path });
  const streams = {};
  for (const id of await journal.persistenceIds()) {
    streams[id] = (await journal.read(id, 1)).map(({ sequenceNr, event }) => ({ sequenceNr, event }));
  }
  await journal.close();
  return streams;
}

export class Tab {
  #account;
  #ids;
  page;

  constructor(account, ids) {
    this.#account = account;
    this.#ids = ids;
  }

  async open(prepare) {
    const { browser, blank } = this.#account.on;
    this.page = await browser.newPage();
    if (prepare) await this.page.evaluateOnNewDocument(prepare);
    await this.page.goto(blank);
    await this.start();
  }

  /** Begins to write, if it does not yet, and waits for the first answers. */
  async start() {
    const { path, driver } = this.#account;
    await this.page.evaluate(async (options, ids) => {
      if (globalThis.writer) return;
      const { Writer } = await import('/tests/page/in-tab.mjs');
      globalThis.writer = new Writer(options);
      globalThis.writer.start(ids);
    }, { path, driver }, this.#ids);
    await this.more(2);
  }

  /** Waits until so many more are answered. */
  more(count) {
    return this.page.evaluate((count) => globalThis.writer.more(count), count);
  }

  longestPause() {
    return this.page.evaluate(() => globalThis.writer.longestPause());
  }

  /** Ends in good order; nothing must have failed. */
  async stop() {
    equal(await this.page.evaluate(() => globalThis.writer.stop()), [], 'what failed');
    await this.page.close();
  }

  close() {
    return this.page.close();
  }

  async reload() {
    await this.page.reload();
    await this.start();
  }

  crash() {
    return crash(this.page);
  }

  /** Leaves for another page. */
  leave() {
    return this.page.goto(`${this.#account.on.blank}?elsewhere`);
  }

  /** Comes back to where it was, if the browser has kept it, and goes on. Answers whether it has. */
  async comeBack() {
    // Not `goBack`: it waits for a page to load, which one that was kept does not.
    const { blank } = this.#account.on;
    await this.page.evaluate(() => void setTimeout(() => history.back()));
    const isThere = (blank) => location.href === blank && document.readyState === 'complete';
    while (!(await this.page.evaluate(isThere, blank).catch(() => false)));
    const kept = await this.page.evaluate(() => globalThis.writer !== undefined);
    await this.start();
    return kept;
  }

  /** Freezes it as a browser does with a hidden tab. Chromium alone knows how. */
  async freeze() {
    await this.#lifecycle('frozen');
  }

  async thaw() {
    await this.#lifecycle('active');
    await this.more(2);
  }

  async #lifecycle(state) {
    const session = await this.page.createCDPSession();
    await session.send('Page.setWebLifecycleState', { state });
    await session.detach();
  }
}

/** Kills a page's process. Chromium alone knows how. */
export async function crash(page) {
  const session = await page.createCDPSession();
  const crashed = new Promise((gone) => page.once('error', gone));
  session.send('Page.crash').catch(() => undefined);
  await crashed;
  await page.close();
}

/** The middle one. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  ok(sorted.length > 0, 'nothing was measured');
  return sorted[sorted.length >> 1];
}
