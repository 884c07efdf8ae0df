/** One event, as a row of the list. */

import { format, signed } from './money.js';
import { moment } from './moment.js';

/** @type {Record<string, (other: string) => string>} */
const KINDS = {
  deposited: () => 'Deposited',
  withdrawn: () => 'Withdrawn',
  'transfer-sent': (other) => `Sent to ${other}`,
  'transfer-received': (other) => `Received from ${other}`,
  'transfer-settled': (other) => `Arrived at ${other}`,
};

/**
 * @param {import('./history.js').StoredEvent} stored
 * @param {number} change of the balance, in cents
 * @param {number} after the balance behind the event
 * @param {(id: string) => string} nameOf an account
 * @returns {HTMLLIElement}
 */
export function eventRow(stored, change, after, nameOf) {
  const { kind, number, from, to } = stored.event;
  const row = document.querySelector('#event-row').content.firstElementChild.cloneNode(true);
  row.dataset.seq = String(stored.sequenceNr);
  row.dataset.kind = kind;
  row.querySelector('.seq').textContent = String(stored.sequenceNr);
  row.querySelector('.what').textContent = KINDS[kind](nameOf(from ?? to));
  if (kind === 'transfer-sent') row.dataset.transfer = String(number);
  row.querySelector('.tags').append(...(stored.tags ?? []).flatMap(tagged));
  showTime(row.querySelector('time'), stored.timestamp);
  row.dataset.direction = change > 0 ? 'in' : 'out';
  if (change !== 0) showMoney(row.querySelector('.amount'), change, signed);
  showMoney(row.querySelector('.after'), after, format);
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
