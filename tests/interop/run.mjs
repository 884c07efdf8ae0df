/** Files passed between Node, the two browsers and Rust programs, each with each. */
import process from 'node:process';
import { Run } from '../package/harness.mjs';
import { withBrowser, withPage } from '../page/browser.mjs';
import { Site } from '../page/site.mjs';
import { actors } from './actors.mjs';
import { node, pageOf } from './places.mjs';
import { projections } from './projections.mjs';
import { rust, withRust } from './rust.mjs';
import { interop } from './scenarios.mjs';
import { states } from './states.mjs';

const run = new Run(console.log, process.argv[2]);
const site = await Site.open();
const inPage = (kind, use) =>
  withBrowser(kind, (browser) => withPage(browser, site.address('/blank.html'), (page) => use(pageOf(kind, page))));

await inPage('chromium', (chromium) =>
  inPage('firefox', async (firefox) => {
    const places = [node, chromium, firefox];
    await run.group('interop', interop(places));
    await run.group('interop', withRust(places));
    await run.group('interop', actors([...places, rust]));
    await run.group('interop', states([...places, rust]));
    await run.group('interop', projections([...places, rust]));
  }),
);
await site.close();
console.log(run.summary);
process.exit(run.good ? 0 : 1);
