/** One event, as a row of the list. */

import { format, signed } from './money.js';
import { moment } from './moment.js';

const KINDS = { deposited: 'Deposited', withdrawn: 'Withdrawn' };

/**
 * @param {import('./history.js').StoredEvent} stored
 * @param {import('./account.js').State} state behind the event
 * @returns {HTMLLIElement}
 */
export function eventRow(stored, state) {
  const { kind, cents } = stored.event;
  const row = document.querySelector('#event-row').content.firstElementChild.cloneNode(true);
  row.dataset.seq = String(stored.sequenceNr);
  row.dataset.kind = kind;
  row.querySelector('.seq').textContent = String(stored.sequenceNr);
  row.querySelector('.kind').textContent = KINDS[kind] ?? kind;
  row.querySelector('.tags').append(...(stored.tags ?? []).flatMap(tagged));
  showTime(row.querySelector('time'), stored.timestamp);
  showMoney(row.querySelector('.amount'), kind === 'deposited' ? cents : -cents, signed);
  showMoney(row.querySelector('.after'), state.balance, format);
  return row;
}

/** A space stands between tags also where the text is read aloud or copied. */
function tagged(tag) {
  const element = document.createElement('span');
  element.className = 'tag';
  element.textContent = tag;
  return [' ', element];
}

function showTime(element, timestamp) {
  element.dateTime = new Date(timestamp).toISOString();
  element.textContent = moment(timestamp);
}

function showMoney(element, cents, written) {
  element.value = String(cents);
  element.textContent = written(cents);
}
