/** Where the data is, how much there is, and whether the browser may take it away. */

import { PATH } from './bank.js';

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];

export class StorageView {
  #place = document.querySelector('#storage-place');
  #detail = document.querySelector('#storage-detail');
  #eviction = document.querySelector('#eviction');
  #persist = document.querySelector('#persist');
  /** @type {import('./bank.js').Bank} */
  #bank;

  constructor() {
    this.#persist.addEventListener('click', () => this.#ask());
  }

  /** @param {import('./bank.js').Bank} bank */
  async refresh(bank) {
    this.#bank = bank;
    const { place, usedBytes = 0, quotaBytes = 0 } = await bank.storage();
    this.#place.textContent = `${PATH}, in this browser`;
    this.#detail.textContent =
      `A SQLite database in the origin-private file system of ${location.host}: ` +
      `${size(usedBytes)} used of ${size(quotaBytes)}.`;
    this.#showEviction(place === 'persistent');
  }

  #showEviction(persisted) {
    this.#eviction.dataset.persisted = String(persisted);
    this.#persist.hidden = persisted;
    this.#eviction.textContent = persisted
      ? 'The browser has promised to keep it until you delete it.'
      : 'The browser may evict it when the disk runs full.';
  }

  async #ask() {
    const granted = await this.#bank.requestPersistence();
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
