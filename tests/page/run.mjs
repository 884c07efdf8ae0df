/** The package's tests in a page of the browser that is named: `chromium` or `firefox`. */
import process from 'node:process';
import { Run } from '../package/harness.mjs';
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
  run.add(await withPage(browser, site.address('/blank.html'), contract));
  await run.group('pages', pages(browser, site));
});
await site.close();
console.log(run.summary);
process.exit(run.good ? 0 : 1);
