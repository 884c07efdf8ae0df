/** The package's tests in a page of the browser that is named: `chromium` or `firefox`. */
import process from 'node:process';
import { node, pageOf } from '../interop/places.mjs';
import { interop } from '../interop/scenarios.mjs';
import { Run } from '../package/harness.mjs';
import { account } from './account.mjs';
import { KNOWN, withBrowser, withPage } from './browser.mjs';
import { deaths } from './deaths.mjs';
import { following } from './following.mjs';
import { ground, standing } from './ground.mjs';
import { hearing } from './hearing.mjs';
import { inspector } from './inspector.mjs';
import { inspectorPage, inspectorPageOfChromium } from './inspector-page.mjs';
import { kills } from './kills.mjs';
import { loading } from './loading.mjs';
import { messages } from './messages.mjs';
import { order } from './order.mjs';
import { projecting } from './projecting.mjs';
import { quota } from './quota.mjs';
import { Bundle, VERSIONS } from './react/bundle.mjs';
import { react } from './react.mjs';
import { refusals } from './refusals.mjs';
import { restores } from './restores.mjs';
import { sharing } from './sharing.mjs';
import { silence } from './silence.mjs';
import { Site } from './site.mjs';
import { stories } from './story.mjs';
import { strangers } from './strangers.mjs';
import { tabs, tabsOfChromium } from './tabs.mjs';
import { transfers } from './transfers.mjs';

const [kind, only] = process.argv.slice(2);
if (!KNOWN.includes(kind)) throw new Error(`name a browser: ${KNOWN.join(' or ')}`);

const run = new Run(console.log, only);
const bundle = await Bundle.made();
const site = await Site.open({ '/react/': bundle.folder });
await withBrowser(kind, async (browser) => {
  const contract = (page) =>
    page.evaluate(async (only) => (await import('/tests/page/in-page.mjs')).runContract(only), only);
  const blank = site.address('/blank.html');
  run.add(await withPage(browser, blank, contract));
  const on = ground(browser, site);
  for (const scenarios of [loading, messages, deaths, restores, refusals, sharing, silence, strangers, quota[kind]]) await run.group('pages', standing(on, scenarios));
  for (const scenarios of [tabs, hearing, following(kind), order, kills, projecting, stories(kind)]) await run.group('tabs', standing(on, scenarios));
  if (kind === 'chromium') await run.group('tabs', standing(on, tabsOfChromium));
  await withPage(browser, blank, (page) => run.group('interop', interop([node, pageOf(kind, page)])));
  await run.group('account', standing(on, account));
  await run.group('account transfers', standing(on, transfers));
  for (const version of VERSIONS) await run.group(`react ${version}`, standing({ ...on, app: `/react/${version}/app.js` }, react(version)));
  await run.group('inspector', standing(on, inspector));
  await run.group('inspector page', standing(on, inspectorPage));
  if (kind === 'chromium') await run.group('inspector page', standing(on, inspectorPageOfChromium));
});
await site.close();
bundle.remove();
console.log(run.summary);
process.exit(run.good ? 0 : 1);
