/** The suites in a page of Chromium or Firefox: the origin-private file system on disk. */
import { withFolder } from '../folders.mjs';
import { machine } from '../machine.mjs';
import { withBrowser, withPage } from '../page/browser.mjs';
import { Site } from '../page/site.mjs';
import { FULL, measure, QUICK } from '../rounds.mjs';
import { live } from '../workloads/latency.mjs';
import { coldStart, download } from '../workloads/visit.mjs';

const OURS = 'actor-journal';

/** What a page must reach; `chromium` has goals of its own. */
const GOALS = {
  'append-64': [{ of: OURS, times: 20, than: 'sqlite-wasm, one transaction an append' }],
  'live-in-another-tab': [{ of: '100 appends a second', at_most: 50 }],
};

const CHROMIUM = {
  ...GOALS,
  'append-64': [...GOALS['append-64'], { of: OURS, at_least: 30_000 }],
  'append-batch-100': [{ of: OURS, times: 1.5, than: 'sqlite-wasm' }],
  'replay-200k': ['posting objects', 'posting texts', 'posting one text a chunk'].map((reading) => ({
    of: OURS, times: 2, than: `sqlite-wasm, ${reading}`,
  })),
  'replay-200k-longest-task': [{ of: OURS, at_most: 50 }],
  'cold-start': [{ of: OURS, at_most: 300 }],
  download: [{ of: OURS, at_most: 420 }],
};

const IN_PAGE = ['append-64', 'append-batch-100', 'replay-200k', 'replay-200k-longest-task', 'actors-recovery', 'actors-10k'];

export async function runSuite(suite, { quick, only }) {
  const goals = suite === 'chromium' ? CHROMIUM : GOALS;
  const size = quick ? QUICK : FULL;
  return withGround(suite, async (ground) => {
    const workloads = [];
    for (const [name, run] of Object.entries(runs(ground, goals, size))) {
      if (!only || name === only) workloads.push(await run());
    }
    return { suite, machine: machine(await ground.browser.version()), workloads };
  });
}

/** Lends a browser, and a site to visit with it. */
async function withGround(suite, use) {
  const site = await Site.open();
  try {
    return await withFolder((folder) => withBrowser(suite, folder, (browser) => use({ browser, site })));
  } finally {
    await site.close();
  }
}

/** What measures each workload: the page itself, or whoever visits it. */
function runs(ground, goals, size) {
  const visits = { ...ground, goals, durability: 'nothing is written' };
  return {
    ...Object.fromEntries(IN_PAGE.map((name) => [name, () => inPage(ground, name, goals, size)])),
    [live.workload]: () => measure(live, { ...visits, durability: 'WAL, synchronous=full' }, size, console.log),
    'cold-start': () => measure(coldStart, visits, size, console.log),
    download: () => measure(download, visits, { ...size, rounds: 1 }, console.log),
  };
}

/** Each workload has a page of its own, and with it workers of its own. */
function inPage({ browser, site }, name, goals, size) {
  return withPage(browser, async (page) => {
    await page.goto(site.address('/bench/page/blank.html'));
    const run = async (name, goals, size) => (await import('/bench/page/in-page.mjs')).measureInPage(name, goals, size);
    return page.evaluate(run, name, goals, size);
  });
}
