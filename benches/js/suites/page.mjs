/** The suites in a page of Chromium or Firefox: the origin-private file system on disk. */
import { withFolder } from '../folders.mjs';
import { machine } from '../machine.mjs';
import { withBrowser, withPage } from '../page/browser.mjs';
import { Site } from '../page/site.mjs';
import { FULL, QUICK } from '../rounds.mjs';

const OURS = 'actor-journal';

/** What a page must reach; `chromium` has goals of its own. */
const GOALS = {
  'append-64': [{ of: OURS, times: 20, than: 'sqlite-wasm, one transaction an append' }],
};

const CHROMIUM = {
  'append-64': [...GOALS['append-64'], { of: OURS, at_least: 30_000 }],
  'append-batch-100': [{ of: OURS, times: 1.5, than: 'sqlite-wasm' }],
  'replay-200k': ['posting objects', 'posting texts', 'posting one text a chunk'].map((reading) => ({
    of: OURS, times: 2, than: `sqlite-wasm, ${reading}`,
  })),
  'replay-200k-longest-task': [{ of: OURS, at_most: 50 }],
};

const IN_PAGE = ['append-64', 'append-batch-100', 'replay-200k', 'replay-200k-longest-task'];

export async function runSuite(suite, { quick, only }) {
  const goals = suite === 'chromium' ? CHROMIUM : GOALS;
  const size = quick ? QUICK : FULL;
  const site = await Site.open();
  try {
    return await withFolder((folder) =>
      withBrowser(suite, folder, async (browser) => {
        const workloads = [];
        for (const name of IN_PAGE) {
          if (only && name !== only) continue;
          workloads.push(await inPage(browser, site, name, goals, size));
        }
        return { suite, machine: machine(await browser.version()), workloads };
      }),
    );
  } finally {
    await site.close();
  }
}

/** Each workload has a page of its own, and with it workers of its own. */
function inPage(browser, site, name, goals, size) {
  return withPage(browser, async (page) => {
    await page.goto(site.address('/bench/page/blank.html'));
    const run = async (name, goals, size) => (await import('/bench/page/in-page.mjs')).measureInPage(name, goals, size);
    return page.evaluate(run, name, goals, size);
  });
}
