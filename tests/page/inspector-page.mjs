/** The page `inspector.html` in `www`, beside the one whose journal it shows. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { equal, ok } from '../package/assert.mjs';
import { resize, withPage } from './browser.mjs';
import { Inspecting } from './inspecting.mjs';
import { onNewPage, onNewSite, opened, order, shown } from './visitor.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const LINES = '.events .row .line';
const KEYS = '.events .row .key';

/** Lends the inspector's page on a site where three payments were made. */
function onInspector(browser, use) {
  return onNewPage(browser, async (page, site) => {
    await order(page, 'deposit', '12.50', 1);
    await order(page, 'deposit', '100', 2);
    await order(page, 'withdraw', '2', 3);
    await page.goto(site.address('/inspector.html'));
    const inspecting = new Inspecting(page);
    await inspecting.see(KEYS, ['3', '2', '1']);
    return use(inspecting, page, site);
  });
}

/** What axe objects to, with where it stands. */
async function objections(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.flat().join(' ')}: ${failureSummary}`));
}

/** Opens all that can be opened, so that all of it is looked at. */
async function openAll(inspecting) {
  await inspecting.click('.streams .row', 'account-1');
  await inspecting.see(KEYS, ['3', '2', '1']);
  await inspecting.click('.check', 'Compare');
  await inspecting.click('.events .row', 'withdrawn');
  await inspecting.see('.difference li', ['± balance 0 11050', '± paidIn 0 11250', '± paidOut 0 200']);
  await inspecting.click('button', 'Verify');
  await inspecting.see('.sound', ['✓ Sound: 1 stream and 3 events were checked.']);
}

export const inspectorPage = {
  async 'the pages lead to one another'({ browser }) {
    await onNewPage(browser, async (page) => {
      await order(page, 'deposit', '5', 1);
      await Promise.all([page.waitForNavigation(), page.click('.footer a')]);
      const inspecting = new Inspecting(page);
      await inspecting.see(LINES, ['{ kind: "deposited", cents: 500 }']);
      await Promise.all([page.waitForNavigation(), page.click('.lede a')]);
      await opened(page);
      equal((await shown(page)).balance, '€5.00');
    });
  },

  async 'what another tab writes appears, and in the state'({ browser }) {
    await onInspector(browser, async (inspecting, page, site) => {
      await inspecting.click('.streams .row', 'account-1');
      await withPage(browser, site.address('/'), async (other) => {
        await opened(other);
        await order(other, 'deposit', '1', 4);
      });
      await page.bringToFront();
      await inspecting.see(KEYS, ['4', '3', '2', '1']);
      await inspecting.see('.state-pane .body > .value > ul > li:first-child', ['balance: 11150']);
    });
  },

  async 'a backup can be restored, and the page goes on behind it'({ browser }) {
    await onInspector(browser, async (inspecting, page) => {
      await page.evaluate(() => {
        const { createObjectURL } = URL;
        URL.createObjectURL = (blob) => createObjectURL.call(URL, (globalThis.copy = blob));
      });
      await inspecting.click('button', 'Back up');
      await page.waitForFunction(() => document.querySelector('journal-inspector').shadowRoot.querySelector('.outcome').textContent.includes('handed to the browser'));
      await page.evaluate(() => document.querySelector('journal-inspector').journal.append('later', [{ event: 'gone by then' }], 0));
      await inspecting.see(KEYS, ['4', '3', '2', '1']);
      await page.evaluate(() => {
        const files = new DataTransfer();
        files.items.add(new File([globalThis.copy], 'copy.db'));
        const input = document.querySelector('journal-inspector').shadowRoot.querySelector('#copy');
        input.files = files.files;
        input.dispatchEvent(new Event('change'));
      });
      await inspecting.see('.outcome', ['copy.db has taken the journal’s place.']);
      await inspecting.see(KEYS, ['3', '2', '1']);
    });
  },

  async 'a copy that is damaged is refused, and the journal is still there'({ browser }) {
    await onInspector(browser, async (inspecting, page) => {
      await page.evaluate(() => {
        const files = new DataTransfer();
        files.items.add(new File(['no database'], 'wrong.db'));
        const input = document.querySelector('journal-inspector').shadowRoot.querySelector('#copy');
        input.files = files.files;
        input.dispatchEvent(new Event('change'));
      });
      await page.waitForFunction(() => document.querySelector('journal-inspector').shadowRoot.querySelector('.outcome').textContent.startsWith('corrupt: '));
      await inspecting.see(KEYS, ['3', '2', '1']);
    });
  },

  async 'it says what is wrong where the wasm does not load, and reads when it does'({ browser }) {
    await onNewSite((site) =>
      withPage(browser, site.address('/blank.html'), async (page) => {
        site.missing.add('/pkg/wasm/actor_journal_bg.wasm');
        await page.goto(site.address('/inspector.html'));
        await page.waitForFunction(() => document.querySelector('journal-inspector').shadowRoot.querySelector('[role=alert]').textContent.startsWith('storage-unavailable: '));
        site.missing.clear();
        const inspecting = new Inspecting(page);
        await inspecting.click('button', 'Read again');
        await inspecting.see('.events-pane p', ['No events.']);
        await inspecting.see('[role=alert]', []);
      }),
    );
  },

  async 'nothing reaches beyond the width of a phone'({ browser }) {
    await onInspector(browser, async (inspecting, page) => {
      await resize(page, 390, 800);
      await openAll(inspecting);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      ok(width <= 390, `${width} pixels`);
    });
  },
};

/** Chromium alone can be told which theme its user prefers. */
export const inspectorPageOfChromium = Object.fromEntries(
  [1280, 390].flatMap((width) =>
    ['light', 'dark'].map((theme) => [
      `axe has no objection at ${width} pixels, ${theme}`,
      ({ browser }) =>
        onInspector(browser, async (inspecting, page) => {
          await resize(page, width, 900);
          await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
          equal(await objections(page), [], 'at first');
          await openAll(inspecting);
          equal(await objections(page), [], 'with all open');
        }),
    ]),
  ),
);
