/** Where the data is, how much there is, and whether the browser may take it away. */

import { PATH } from './bank.js';

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];

export class StorageView {
  #place = document.querySelector('#storage-place');
  #detail = document.querySelector('#storage-detail');
  #eviction = document.querySelector('#eviction');
  #persist = document.querySelector('#persist');

  constructor() {
    this.#persist.addEventListener('click', () => this.#ask());
  }

  /** Asks the browser again. */
  async refresh() {
    const [{ usage = 0, quota = 0 }, persisted] = await Promise.all([
      navigator.storage.estimate(),
      navigator.storage.persisted(),
    ]);
    this.#place.textContent = `${PATH}, in this browser`;
    this.#detail.textContent =
      `A SQLite database in the origin-private file system of ${location.host}: ` +
      `${size(usage)} used of ${size(quota)}.`;
    this.#showEviction(persisted);
  }

  #showEviction(persisted) {
    this.#eviction.dataset.persisted = String(persisted);
    this.#persist.hidden = persisted;
    this.#eviction.textContent = persisted
      ? 'The browser has promised to keep it until you delete it.'
      : 'The browser may evict it when the disk runs full.';
  }

  async #ask() {
    const granted = await navigator.storage.persist();
    this.#showEviction(granted);
    if (granted) return;
    this.#eviction.textContent =
      'The browser did not promise to keep it. It may do so for sites that are visited often, ' +
      'bookmarked or installed.';
  }
}

function size(bytes) {
  let [amount, unit] = [bytes, 0];
  for (; amount >= 1000 && unit < UNITS.length - 1; unit++) amount /= 1000;
  return `${amount.toLocaleString('en', { maximumFractionDigits: amount < 10 ? 1 : 0 })} ${UNITS[unit]}`;
}
