/** The page: one bank, the views of it, and the point in time they are shown at. */

import { AccountView } from './account-view.js';
import { Bank } from './bank.js';
import { EventsView } from './events-view.js';
import { format } from './money.js';
import { explain } from './problem.js';
import { RecoveryView } from './recovery-view.js';
import { samplePayment } from './samples.js';
import { StorageView } from './storage-view.js';
import { Timeline } from './timeline.js';

/**
 * What the views show. `asOf` is absent while it is now.
 *
 * @typedef {Pick<Bank, 'history' | 'snapshots' | 'recovery'> & { asOf: number | undefined }} Model
 */

const SAMPLES = 20;

/** Failures of an order behind which the actor goes on as it was: surely nothing was stored. */
const PASSING = ['busy', 'full', 'mailbox-full'];

export class App {
  /** @type {Bank | undefined} */
  #bank;
  /** @type {number | undefined} */
  #asOf;
  #isDue = false;
  #lost;
  #account = new AccountView((kind, cents) => this.#order(kind, cents));
  #storage = new StorageView();
  #views = [
    this.#account,
    new Timeline((seq) => this.#travel(seq)),
    new EventsView(() => this.#render(), (seq) => this.#travel(seq)),
    new RecoveryView(),
  ];

  /** @param {(error: unknown) => void} lost called when the account failed while it was open. */
  constructor(lost) {
    this.#lost = lost;
    const samples = document.querySelector('#samples');
    samples.textContent = `Add ${SAMPLES} samples`;
    samples.addEventListener('click', () => this.#addSamples());
  }

  async open() {
    this.#asOf = undefined;
    this.#bank = await Bank.open(() => this.#schedule());
    this.#render();
    void this.#storage.refresh();
  }

  /** Gives the database back; `open` takes it again. */
  async close() {
    const bank = this.#bank;
    this.#bank = undefined;
    await bank?.close();
  }

  /** Carries out an order and says what came of it. */
  async #order(kind, cents) {
    const began = performance.now();
    const reply = await this.#ask({ kind, cents });
    if (!reply) return;
    if (reply.refused) {
      const { balance } = reply.state;
      return this.#account.refuse(
        `${format(cents)} is more than the account has: at most ${format(balance)} can be withdrawn. Nothing was written.`,
      );
    }
    const ms = Math.max(1, Math.round(performance.now() - began));
    const what = kind === 'deposit' ? 'deposited' : 'withdrawn';
    this.#account.confirm(`${format(cents)} ${what}, and safely stored after ${ms} ms.`);
  }

  /** @returns {Promise<import('./account.js').Reply | undefined>} nothing when it failed. */
  async #ask(command) {
    const bank = this.#bank;
    try {
      const reply = await bank.ask(command);
      await bank.refreshSnapshots();
      this.#schedule();
      void this.#storage.refresh();
      return reply;
    } catch (error) {
      if (bank === this.#bank) await this.#fail(error);
      return undefined;
    }
  }

  async #fail(error) {
    if (!PASSING.includes(error.code)) return this.#lost(error);
    const { title, todo } = await explain(error);
    this.#account.refuse(`Nothing was stored. ${title}. ${todo}`);
  }

  async #addSamples() {
    for (let left = SAMPLES; left > 0 && this.#bank; left--) {
      const reply = await this.#ask(samplePayment(this.#bank.history.latest.balance));
      if (!reply) return;
    }
    this.#account.confirm(`${SAMPLES} payments made and stored.`);
  }

  #travel(seq) {
    this.#asOf = seq === this.#bank.history.head ? undefined : seq;
    this.#render();
  }

  /** Events that come together are shown together. */
  #schedule() {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      if (this.#bank) this.#render();
    });
  }

  #render() {
    const { history, snapshots, recovery } = this.#bank;
    const model = { history, snapshots, recovery, asOf: this.#asOf };
    for (const view of this.#views) view.show(model);
  }
}
