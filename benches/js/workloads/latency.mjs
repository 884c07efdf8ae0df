/** How long an event takes from the call that appends it to a subscriber in another tab. */

const PER_SECOND = 100;
const WRITERS = 64;

/** What is appended in a round, for so long at the pace, and so many events at once. */
const PACED = { name: `${PER_SECOND} appends a second`, count: ({ appendMs }) => (4 * appendMs * PER_SECOND) / 1000, how: ['paced', PER_SECOND] };
const FULL = { name: `${WRITERS} writers, each awaits its own append`, count: ({ appendMs }) => 10 * appendMs, how: ['atOnce', WRITERS] };

/** Two tabs on one database: the one that appends is in front, as browsers slow down the timers of others. */
class Tabs {
  #sender;
  #subscriber;
  #times = new Map();

  static async open({ browser, site }) {
    const tabs = new Tabs();
    tabs.#subscriber = await tabs.#page(browser, site, 'Subscriber');
    await tabs.#subscriber.evaluate(() => globalThis.subject.listens);
    tabs.#sender = await tabs.#page(browser, site, 'Sender');
    await tabs.#sender.bringToFront();
    return tabs;
  }

  /** Milliseconds within which 95 of 100 events came. */
  async hear({ name, how: [method, rate] }, count) {
    const times = this.#subscriber.evaluate((count) => globalThis.subject.next(count), count);
    await this.#sender.evaluate((method, ...how) => globalThis.subject[method](...how), method, count, rate);
    const sorted = (await times).sort((a, b) => a - b);
    this.#times.set(name, [...(this.#times.get(name) ?? []), ...sorted].sort((a, b) => a - b));
    return within(sorted, 95);
  }

  async close() {
    for (const [name, times] of this.#times) {
      const parts = [50, 95, 99].map((part) => `${part} of 100 within ${within(times, part).toFixed(1)} ms`);
      live.notes.push(`${name}: of all rounds, ${parts.join(', ')}`);
    }
    await this.#sender.close();
    await this.#subscriber.close();
  }

  async #page(browser, site, role) {
    const page = await browser.newPage();
    await page.goto(site.address('/bench/page/blank.html'));
    await page.evaluate(async (role) => {
      const roles = await import('/bench/page/latency.mjs');
      globalThis.subject = new roles[role]('latency.db');
    }, role);
    return page;
  }
}

function within(sorted, part) {
  return sorted[Math.floor((sorted.length * part) / 100)];
}

export const live = {
  workload: 'live-in-another-tab',
  title: "from an append's call to a subscriber in another tab, 95 of 100 events",
  unit: 'ms',
  better: 'lower',
  notes: [],
  contestants(place) {
    const of = { name: 'actor-journal', open: () => Tabs.open(place) };
    return [PACED, FULL].map((load) => ({
      name: load.name,
      of,
      round: (tabs, size) => tabs.hear(load, Math.ceil(load.count(size) / WRITERS) * WRITERS),
    }));
  },
};
