/** What scenarios in a page stand on: a browser, a site, and pages on it. */
import { withPage } from './browser.mjs';

export { tryToOpen } from './try-to-open.mjs';

/** Files that the package loads with the first use. */
export const WASM = '/pkg/wasm/actor_journal_bg.wasm';
export const WORKER = '/pkg/worker.js';

/** A browser on a site. Each scenario has databases with names of their own. */
export function ground(browser, site) {
  const blank = site.address('/blank.html');
  return {
    browser,
    site,
    blank,
    onPage: (use, options) => withPage(browser, blank, use, options),

    /** The files of the package that the browser asked for while `use` ran. */
    async requested(use) {
      const before = site.requests.length;
      await use();
      return site.requests.slice(before).filter((path) => path.startsWith('/pkg/'));
    },

    /** Runs `use` while the site has no such file. */
    async without(path, use) {
      site.missing.add(path);
      try {
        return await use();
      } finally {
        site.missing.delete(path);
      }
    },
  };
}

/** The scenarios, standing on a ground. */
export function standing(on, scenarios) {
  return Object.fromEntries(Object.entries(scenarios).map(([name, scenario]) => [name, () => scenario(on)]));
}
