/** What somebody does with the inspector, and what there is to be seen in it. */
import { resize } from './browser.mjs';

/** Runs in the page: a journal on a path with an inspector for it, filled by `fill`. */
async function mount({ path, fill, load }) {
  const { SqliteJournal, SqliteSnapshotStore } = await import('actor-journal');
  const journal = new SqliteJournal({ path });
  const store = new SqliteSnapshotStore({ path });
  Object.assign(globalThis, { path, journal, store });
  await new Function('journal', 'store', `return (${fill})(journal, store)`)(journal, store);
  const inspector = document.createElement('journal-inspector');
  inspector.toggleAttribute('load', load);
  inspector.fold = { initial: { sum: 0, seen: [] }, apply: ({ sum, seen }, { n }) => ({ sum: sum + n, seen: [...seen, n].slice(-3) }) };
  inspector.snapshotStore = store;
  inspector.journal = journal;
  document.body.append(inspector);
  // What was set on the element before it was defined counts as well.
  await import('actor-journal/inspector');
}

/** Runs in the page: the texts of the elements that are to be seen, or of what is in their spans. */
function textsOf(selector) {
  const root = document.querySelector('journal-inspector').shadowRoot;
  const isSeen = (element) => {
    const { top, bottom, height } = element.getBoundingClientRect();
    const list = element.closest('.list')?.getBoundingClientRect() ?? { top: -Infinity, bottom: Infinity };
    return element.checkVisibility() && height > 0 && bottom > list.top && top < list.bottom;
  };
  const top = (element) => element.getBoundingClientRect().top;
  const seen = [...root.querySelectorAll(selector)].filter(isSeen).sort((a, b) => top(a) - top(b));
  return seen.map((element) => element.innerText.trim().replace(/\s+/g, ' '));
}

/** A page with an inspector on it. */
export class Inspecting {
  page;

  constructor(page) {
    this.page = page;
  }

  /** @param fill runs in the page, with the journal and the store of snapshots. */
  static async mount(page, path, fill, { load = false } = {}) {
    await resize(page, 1280, 900);
    await page.evaluate(mount, { path, fill: String(fill), load });
    return new Inspecting(page);
  }

  /** What the elements say that are seen. */
  texts(selector) {
    return this.page.evaluate(textsOf, selector);
  }

  /** Waits until the elements that are seen say this. */
  async see(selector, expected) {
    const wanted = JSON.stringify(expected);
    const isSo = (texts, selector, wanted) => JSON.stringify(new Function(`return (${texts})`)()(selector)) === wanted;
    try {
      await this.page.waitForFunction(isSo, { timeout: 20_000 }, String(textsOf), selector, wanted);
    } catch (cause) {
      throw new Error(`${selector} says ${JSON.stringify(await this.texts(selector))}, not ${wanted}`, { cause });
    }
  }

  /** Clicks on the element with a text. */
  async click(selector, text) {
    await this.page.waitForFunction(
      (selector, text) => {
        const root = document.querySelector('journal-inspector').shadowRoot;
        const found = [...root.querySelectorAll(selector)].find((element) => element.checkVisibility() && element.innerText.includes(text));
        found?.click();
        return found !== undefined;
      },
      {},
      selector,
      text,
    );
  }

  /** Types in place of what is there. */
  async type(selector, text) {
    const input = await this.element(selector);
    await input.evaluate((element) => {
      element.focus();
      element.select();
    });
    await this.page.keyboard.press('Delete');
    await this.page.keyboard.type(text);
  }

  /** Makes a choice in a list of choices. */
  async choose(selector, value) {
    await (await this.element(selector)).evaluate((element, value) => {
      element.value = value;
      element.dispatchEvent(new Event('change'));
    }, value);
  }

  async element(selector) {
    return this.page.evaluateHandle((selector) => document.querySelector('journal-inspector').shadowRoot.querySelector(selector), selector);
  }

  /** Puts the focus on an element and presses keys. */
  async press(selector, ...keys) {
    await (await this.element(selector)).evaluate((element) => element.focus());
    for (const key of keys) await this.page.keyboard.press(key);
  }
}

let databases = 0;

/** Lends a page with an inspector on a journal of its own. */
export function inspected(fill, use, options) {
  return ({ onPage }) => onPage(async (page) => use(await Inspecting.mount(page, `inspected-${++databases}.db`, fill, options), page));
}
