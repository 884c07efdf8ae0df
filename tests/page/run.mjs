/** The package's tests in a page of the browser that is named: `chromium` or `firefox`. */
import process from 'node:process';
import { node, pageOf } from '../interop/places.mjs';
import { interop } from '../interop/scenarios.mjs';
import { Run } from '../package/harness.mjs';
import { account } from './account.mjs';
import { KNOWN, withBrowser, withPage } from './browser.mjs';
import { pages } from './pages.mjs';
import { Site } from './site.mjs';

const [kind, only] = process.argv.slice(2);
if (!KNOWN.includes(kind)) throw new Error(`name a browser: ${KNOWN.join(' or ')}`);

const run = new Run(console.log, only);
const site = await Site.open();
await withBrowser(kind, async (browser) => {
  const contract = (page) =>
    page.evaluate(async (only) => (await import('/tests/page/in-page.mjs')).runContract(only), only);
  const blank = site.address('/blank.html');
  run.add(await withPage(browser, blank, contract));
  await run.group('pages', pages(browser, site));
  await withPage(browser, blank, (page) => run.group('interop', interop([node, pageOf(kind, page)])));
  await run.group('account', account(browser, site));
});
await site.close();
console.log(run.summary);
process.exit(run.good ? 0 : 1);
