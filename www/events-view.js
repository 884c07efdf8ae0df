/** The events, newest first, a page of rows at a time. */

import { eventRow } from './event-row.js';

/** Rows that are shown at once. */
const PAGE = 20;

/**
 * @typedef {import('./app.js').Model} Model
 * @typedef {import('./history.js').History} History
 */

export class EventsView {
  #list = document.querySelector('#events');
  /** @type {History | undefined} */
  #history;
  /** The newest seq that is shown; nothing while the list follows the newest of all. */
  #top;
  #asOf;
  #head = 0;
  /** A list that is filled for the first time has no new rows in it. */
  #filled = false;
  #changed;

  /**
   * @param {() => void} changed called when another page was asked for
   * @param {(seq: number) => void} travel called with the seq of a row that was clicked
   */
  constructor(changed, travel) {
    this.#changed = changed;
    this.#list.addEventListener('click', ({ target }) => {
      const row = target.closest('li[data-seq]');
      if (row && getSelection().isCollapsed) travel(Number(row.dataset.seq));
    });
    onPress('#newest', () => this.#turn(Infinity));
    onPress('#newer', () => this.#turn(this.#newest() + PAGE));
    onPress('#older', () => this.#turn(this.#newest() - PAGE));
  }

  /** @param {Model} model */
  show({ bank, account, asOf }) {
    const { history, snapshots } = account;
    if (history !== this.#history) this.#begin(history);
    this.#head = history.head;
    if (asOf !== this.#asOf) this.#reveal(asOf);
    this.#asOf = asOf;
    this.#reconcile(bank);
    const seqs = new Set(snapshots.map(({ sequenceNr }) => sequenceNr));
    const open = new Set(history.stateAt(asOf ?? history.head).open.map(({ number }) => number));
    for (const row of this.#list.children) decorate(row, { snapshots: seqs, open, asOf });
    this.#showPages();
  }

  /** Turns to another account. @param {History} history */
  #begin(history) {
    this.#history = history;
    this.#list.replaceChildren();
    this.#top = undefined;
    this.#asOf = undefined;
    this.#filled = false;
  }

  #turn(top) {
    this.#page(top);
    this.#changed();
  }

  /** Shows the page that begins at a seq, as near as there is one. */
  #page(top) {
    this.#top = top >= this.#head ? undefined : Math.max(top, Math.min(PAGE, this.#head));
  }

  /** Brings the row that is the present or the past on the page. */
  #reveal(asOf) {
    if (asOf === undefined) return this.#page(Infinity);
    const isShown = asOf <= this.#newest() && asOf >= this.#oldest();
    if (!isShown) this.#page(asOf + Math.floor(PAGE / 3));
  }

  #newest() {
    return this.#top ?? this.#head;
  }

  #oldest() {
    return Math.max(1, this.#newest() - PAGE + 1);
  }

  /** Adds and removes rows; those that stay are not touched. */
  #reconcile(bank) {
    const [oldest, newest] = [this.#oldest(), this.#newest()];
    for (const row of [...this.#list.children]) {
      if (row.dataset.seq < oldest || row.dataset.seq > newest) row.remove();
    }
    let row = this.#list.firstElementChild;
    for (let seq = newest; seq >= oldest; seq--) {
      if (row && Number(row.dataset.seq) === seq) row = row.nextElementSibling;
      else this.#list.insertBefore(this.#row(bank, seq), row);
    }
    this.#list.start = newest;
    this.#filled = true;
  }

  #row(bank, seq) {
    const after = this.#history.stateAt(seq).balance;
    const change = after - this.#history.stateAt(seq - 1).balance;
    const row = eventRow(this.#history.event(seq), change, after, (id) => bank.account(id)?.name);
    row.classList.toggle('fresh', this.#filled && seq === this.#head);
    return row;
  }

  #showPages() {
    const [oldest, newest] = [this.#oldest(), this.#newest()];
    document.querySelector('#no-events').hidden = this.#head > 0;
    document.querySelector('#event-count').textContent = this.#head > 0 ? number(this.#head) : '';
    document.querySelector('#pages').hidden = this.#head <= PAGE;
    document.querySelector('#shown').textContent = `${number(newest)} to ${number(oldest)}`;
    enable('#newest', newest < this.#head);
    enable('#newer', newest < this.#head);
    enable('#older', oldest > 1);
  }
}

function decorate(row, { snapshots, open, asOf }) {
  const seq = Number(row.dataset.seq);
  const isPast = asOf !== undefined;
  row.classList.toggle('future', isPast && seq > asOf);
  row.ariaCurrent = isPast && seq === asOf ? 'true' : null;
  row.querySelector('.snapshot-mark').hidden = !snapshots.has(seq);
  row.querySelector('.under-way').hidden = !open.has(Number(row.dataset.transfer));
}

/** Unavailable buttons stay in place and keep the focus: they only do nothing. */
function enable(selector, isEnabled) {
  document.querySelector(selector).setAttribute('aria-disabled', String(!isEnabled));
}

function onPress(selector, act) {
  const button = document.querySelector(selector);
  button.addEventListener('click', () => button.ariaDisabled !== 'true' && act());
}

function number(count) {
  return count.toLocaleString('en');
}
