/** Subscribers in several tabs that are slower than those who write, and a leader that goes again and again. */
import { equal, ok } from '../package/assert.mjs';
import { crash } from './tab.mjs';

const TABS = 4;

/** As many in each tab, and the events that each appends. */
const WRITERS = 16;
const APPENDS = 40;

/** How the leader goes, in turn. One that is reloaded begins anew; in the place of others another tab comes. */
const WAYS = ['close', 'reload', 'close', 'reload'];
const WAYS_OF_CHROMIUM = ['close', 'crash', 'reload', 'crash'];

/** Which positions each subscription has had, kept in a page of its own. */
class Heard {
  #page;

  static async open({ browser, blank }, path) {
    const heard = new Heard();
    heard.#page = await browser.newPage();
    await heard.#page.goto(blank);
    await heard.#page.evaluate((path) => {
      globalThis.heard = {};
      new BroadcastChannel(`followed ${path}`).onmessage = ({ data: { name, position, failure } }) => {
        if (failure) globalThis.failure = `${name}: ${failure}`;
        else (globalThis.heard[name] ??= []).push(position);
        globalThis.wake?.();
      };
    }, path);
    return heard;
  }

  /** Waits until a subscription has had so many events. */
  until(name, count) {
    return this.#page.evaluate(async (name, count) => {
      while (!globalThis.failure && !(globalThis.heard[name]?.length >= count)) await new Promise((next) => (globalThis.wake = next));
      if (globalThis.failure) throw new Error(globalThis.failure);
    }, name, count);
  }

  /** By the names of the subscriptions. */
  async close() {
    const heard = await this.#page.evaluate(() => globalThis.heard);
    await this.#page.close();
    return heard;
  }
}

/** Tabs that write and follow, the one that leads before all others. */
class Tabs {
  #on;
  #path;
  #heard;
  #tabs = [];
  #count = 0;

  static async open(on, path) {
    const tabs = new Tabs();
    [tabs.#on, tabs.#path, tabs.#heard] = [on, path, await Heard.open(on, path)];
    for (let n = 0; n < TABS; n++) await tabs.#add(Array.from({ length: WRITERS }, (_, writer) => `${n}-${writer}`));
    return tabs;
  }

  async leaderGoes(way) {
    const { page, ids } = this.#tabs.shift();
    if (way === 'reload') await page.reload();
    else await (way === 'crash' ? crash(page) : page.close());
    await (way === 'reload' ? this.#begin(page, ids) : this.#add(ids));
  }

  /** Every subscription has had each position once, in order: one whose tab is there up to the end. */
  async end() {
    for (const { page } of this.#tabs) await page.evaluate(() => globalThis.tab.written.then(() => undefined));
    const stored = await this.#tabs[0].page.evaluate(() => globalThis.tab.lastPosition());
    for (const { name } of this.#tabs) await this.#heard.until(name, stored);
    const [ids, ...others] = await Promise.all(this.#tabs.map(({ page }) => page.evaluate(() => globalThis.tab.everyId())));
    equal([...new Set(ids)], ids, 'each id once');
    equal(others, others.map(() => ids), 'the ids in the same order in each tab');
    for (const { page } of this.#tabs) await page.close();
    const heard = Object.entries(await this.#heard.close());
    for (const [name, positions] of heard) ok(positions.every((position, i) => position === i + 1), `${name} heard ${positions}`);
    return { stored, ids: ids.length, heard: heard.map(([, positions]) => positions.length) };
  }

  async #add(ids) {
    const page = await this.#on.browser.newPage();
    await page.goto(this.#on.blank);
    await this.#begin(page, ids);
  }

  /** Begins to write and to follow in a page; when this has ended, some events have been heard. */
  async #begin(page, ids) {
    const seed = ++this.#count;
    const name = `subscription ${seed}`;
    await page.evaluate(async (path, name, ...how) => {
      const { FollowingTab } = await import('/tests/page/in-following-tab.mjs');
      globalThis.tab = new FollowingTab(path, name);
      globalThis.tab.begin(...how);
    }, this.#path, name, seed, [...ids, name], APPENDS);
    this.#tabs.push({ page, ids, name });
    await this.#heard.until(name, 100);
  }
}

/** What this browser can be put through. */
export function following(kind) {
  const ways = kind === 'chromium' ? WAYS_OF_CHROMIUM : WAYS;
  return {
    async 'slow subscribers in four tabs have every position and every id once, in order, while 64 write and the leader goes'(on) {
      const tabs = await Tabs.open(on, 'followed.db');
      for (const way of ways) await tabs.leaderGoes(way);
      const { stored, ids, heard } = await tabs.end();
      equal(ids, TABS * WRITERS + TABS + ways.length, 'streams');
      equal(heard.length, TABS + ways.length, 'subscriptions');
      console.log(`${stored} stored events, of which the subscriptions had ${heard}`);
    },
  };
}
