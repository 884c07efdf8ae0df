/** What a reload costs: the snapshots, and how the account came back. */

import { SNAPSHOT_EVERY } from './account.js';
import { KEPT } from './bank.js';
import { format } from './money.js';
import { moment } from './moment.js';

/** @typedef {import('./app.js').Model} Model */

export class RecoveryView {
  #recovery = document.querySelector('#recovery');
  #snapshot = document.querySelector('#snapshot');
  #detail = document.querySelector('#snapshot-detail');

  /** @param {Model} model */
  show({ account: { recovery, snapshots } }) {
    const [latest] = snapshots;
    this.#recovery.textContent = cameBack(recovery);
    this.#snapshot.textContent = latest
      ? `Seq ${latest.sequenceNr}: ${format(latest.state.balance)}`
      : 'None yet';
    this.#snapshot.dataset.seq = String(latest?.sequenceNr ?? 0);
    this.#detail.textContent = latest ? kept(snapshots) : promised();
  }
}

/** @param {import('./passbook.js').Recovery} recovery */
function cameBack({ fromSeq, events, ms }) {
  if (fromSeq + events === 0) return 'This time there were no events to come back from.';
  const took = `in ${Math.max(1, Math.round(ms))} ms`;
  if (fromSeq === 0) return `This time it came back from ${counted(events)} ${took}.`;
  return `This time it came back from the snapshot at seq ${fromSeq} and ${counted(events)} after it, ${took}.`;
}

function kept(snapshots) {
  const { timestamp } = snapshots[0];
  const seqs = snapshots.map(({ sequenceNr }) => sequenceNr).join(', ');
  return `Saved ${moment(timestamp)}. Kept: ${seqs}. One is taken every ${SNAPSHOT_EVERY} events, and the newest ${KEPT} are kept.`;
}

function promised() {
  return `One is taken every ${SNAPSHOT_EVERY} events, so that a reload need not replay them all.`;
}

function counted(events) {
  return events === 1 ? '1 event' : `${events.toLocaleString('en')} events`;
}
