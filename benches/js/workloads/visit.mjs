/** What a visitor of a page waits for, and downloads. */
import { withPage } from '../page/browser.mjs';
import { gzipped } from '../page/site.mjs';

const EVENTS = 10_000;

/** The pages, by the modules in `page/cold`. */
const VISITED = [
  { name: 'actor-journal', who: 'journal' },
  { name: 'sqlite-wasm', who: 'sqlite-wasm' },
  { name: 'IndexedDB (strict)', who: 'indexed-db' },
];

/** The page of a contender on a site; databases are the origin's, whatever the address. */
class Visited {
  #browser;
  #site;
  #who;

  constructor({ browser, site }, who) {
    this.#browser = browser;
    this.#site = site;
    this.#who = who;
  }

  /** Sees to what the visits recover from. */
  static async open(place, { name, who }) {
    await withPage(place.browser, async (page) => {
      await page.goto(place.site.address('/bench/page/blank.html'));
      const run = async (name, events) => (await import('/bench/page/in-page.mjs')).fillColdStart(name, events);
      await page.evaluate(run, name, EVENTS);
    });
    return new Visited(place, who);
  }

  /** Milliseconds from the start of the navigation until everything is recovered. */
  again() {
    return this.#visit('/visit-0');
  }

  /** The same at an address of which the browser has nothing. */
  first() {
    return this.#visit(this.#site.newStart());
  }

  /** Kilobytes of the files that a first visit asks for, but for the benchmark's own. */
  async download() {
    const before = this.#site.requests.length;
    await this.first();
    const asked = new Set(this.#site.requests.slice(before).filter((path) => !path.startsWith('/bench/')));
    const sizes = await Promise.all([...asked].map(gzipped));
    return sizes.reduce((sum, size) => sum + size, 0) / 1000;
  }

  async close() {}

  #visit(start) {
    return withPage(this.#browser, async (page) => {
      await page.goto(this.#site.address(`${start}/bench/page/cold.html?who=${this.#who}`));
      await page.waitForFunction(() => globalThis.visit);
      const { events, ms, error } = await page.evaluate(() => globalThis.visit);
      if (events !== EVENTS) throw new Error(error ?? `${events} of ${EVENTS} events were recovered`);
      return ms;
    });
  }
}

function contestants(place, ways) {
  const peers = VISITED.map((visited) => ({ ...visited, open: () => Visited.open(place, visited) }));
  return ways.flatMap(([suffix, round]) => peers.map((of) => ({ name: `${of.name}${suffix}`, of, round })));
}

export const coldStart = {
  workload: 'cold-start',
  title: 'page load to an actor recovered from 10,000 events',
  unit: 'ms',
  notes: ['No snapshot. The browser has the files from an earlier visit, unless it is named as the first one.'],
  better: 'lower',
  contestants: (place) =>
    contestants(place, [['', (page) => page.again()], [', first visit', (page) => page.first()]]),
};

export const download = {
  workload: 'download',
  title: 'wasm and JavaScript that a page downloads, gzip -9',
  unit: 'KB',
  better: 'lower',
  contestants: (place) => contestants(place, [['', (page) => page.download()]]),
};
