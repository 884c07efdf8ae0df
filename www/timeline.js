/** The slider over the account's history, with the state as of the seq it stands at. */

import { Chart } from './chart.js';
import { format } from './money.js';
import { moment } from './moment.js';

/** @typedef {import('./app.js').Model} Model */

export class Timeline {
  #slider = document.querySelector('#slider');
  #asOf = document.querySelector('#as-of');
  #balance = document.querySelector('#then-balance');
  #detail = document.querySelector('#then-detail');
  #now = document.querySelector('#now');
  #chart = new Chart(document.querySelector('#chart'));

  /** @param {(seq: number | undefined) => void} travel called with a seq, or nothing for now. */
  constructor(travel) {
    this.#slider.addEventListener('input', () => {
      const seq = this.#slider.valueAsNumber;
      travel(seq < Number(this.#slider.max) ? seq : undefined);
    });
    this.#now.addEventListener('click', () => {
      travel(undefined);
      this.#slider.focus();
    });
  }

  /** @param {Model} model */
  show({ account: { history, snapshots }, asOf }) {
    const at = asOf ?? history.head;
    this.#chart.show(history, snapshots.map(({ sequenceNr }) => sequenceNr), at);
    this.#showSlider(history, at);
    this.#showState(history, asOf);
    document.body.dataset.time = asOf === undefined ? 'now' : 'past';
    this.#now.hidden = asOf === undefined;
    this.#showAxes(history, snapshots);
  }

  #showSlider(history, at) {
    const { balance } = history.stateAt(at);
    this.#slider.max = String(history.head);
    this.#slider.value = String(at);
    this.#slider.disabled = history.head === 0;
    const place = at === history.head ? `now, seq ${at}` : `seq ${at} of ${history.head}`;
    this.#slider.setAttribute('aria-valuetext', `${place}: ${format(balance)}`);
    this.#slider.style.setProperty('--part', String(history.head ? at / history.head : 1));
  }

  #showState(history, asOf) {
    const at = asOf ?? history.head;
    const state = history.stateAt(at);
    this.#asOf.textContent = asOf === undefined ? `Now, seq ${at}` : `As of seq ${at}`;
    this.#asOf.dataset.seq = String(at);
    this.#balance.textContent = format(state.balance);
    this.#balance.dataset.cents = String(state.balance);
    this.#detail.textContent = asOf === undefined ? hint(history) : detail(history, at);
  }

  #showAxes(history, snapshots) {
    document.querySelector('#chart-top').textContent =
      this.#chart.highest > 0 ? format(this.#chart.highest) : '';
    document.querySelector('#chart-end').textContent = history.head > 0 ? `seq ${history.head}` : '';
    document.querySelector('#chart-key').hidden = snapshots.length === 0;
    const label = `Balance by seq, ${format(0)} to ${format(this.#chart.highest)}`;
    document.querySelector('#chart').setAttribute('aria-label', label);
  }
}

function hint(history) {
  if (history.head === 0) return 'With the first events there will be a past to go back to.';
  return 'Move the slider to see the account as it was.';
}

/** What is worth knowing about a point in the past. */
function detail(history, at) {
  const { paidIn, paidOut, open } = history.stateAt(at);
  const underWay = open.reduce((sum, { cents }) => sum + cents, 0);
  const ofIt = underWay > 0 ? `, ${format(underWay)} of it under way` : '';
  const sums = `${format(paidIn)} in, ${format(paidOut)} out${ofIt}`;
  if (at === 0) return 'Before the first event.';
  return `${moment(history.event(at).timestamp)} · ${sums}. The account itself stays at now.`;
}
