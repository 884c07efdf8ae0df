/** The page: one bank, the account of it that is shown, and the point in time it is shown at. */

import { AccountView } from './account-view.js';
import { AccountsView } from './accounts-view.js';
import { Bank } from './bank.js';
import { EventsView } from './events-view.js';
import { arrived, carriedOut, overdrawn } from './order.js';
import { explain } from './problem.js';
import { RecoveryView } from './recovery-view.js';
import { samplePayment } from './samples.js';
import { Selection } from './selection.js';
import { StorageView } from './storage-view.js';
import { Timeline } from './timeline.js';

/**
 * What the views show. `asOf` is absent while it is now.
 *
 * @typedef {import('./passbook.js').Passbook} Passbook
 * @typedef {{ bank: Bank, account: Passbook, asOf: number | undefined }} Model
 */

const SAMPLES = 20;

/** Failures of an order behind which the actor goes on as it was: surely nothing was stored. */
const PASSING = ['busy', 'full', 'mailbox-full'];

/** What is true although something failed. */
const NOTHING_STORED = 'Nothing was stored.';
const UNDER_WAY = 'The transfer is under way: it goes on with the next one, or when the page is opened again.';
const NOT_OPEN = 'The account is not open yet.';
const NO_SNAPSHOTS = 'The snapshots could not be read.';

export class App {
  /** @type {Bank | undefined} */
  #bank;
  /** @type {number | undefined} */
  #asOf;
  #isDue = false;
  #lost;
  #selection = new Selection(() => this.#turn());
  #account = new AccountView((command) => this.#order(command));
  #accounts = new AccountsView((name) => this.#openAccount(name));
  #storage = new StorageView();
  #views = [
    this.#accounts,
    this.#account,
    new Timeline((seq) => this.#travel(seq)),
    new EventsView(() => this.#render(), (seq) => this.#travel(seq)),
    new RecoveryView(),
  ];

  /** @param {(error: unknown) => void} lost called when the bank failed while it was open. */
  constructor(lost) {
    this.#lost = lost;
    const samples = document.querySelector('#samples');
    samples.textContent = `Add ${SAMPLES} samples`;
    samples.addEventListener('click', () => this.#addSamples());
  }

  async open() {
    this.#asOf = undefined;
    this.#bank = await Bank.open(() => this.#schedule(), (error) => this.#lost(error));
    this.#render();
    void this.#showStorage();
    void this.#deliverAll();
  }

  /** Gives the database back; `open` takes it again. */
  async close() {
    const bank = this.#bank;
    this.#bank = undefined;
    await bank?.close();
  }

  get #shown() {
    return this.#selection.in(this.#bank);
  }

  /** Carries out an order on the account that is shown, and says what came of it. */
  async #order(command) {
    const began = performance.now();
    const account = this.#shown;
    const reply = await this.#ask(account, command);
    if (!reply) return;
    if (reply.refused) return this.#account.refuse(overdrawn(command, reply.state.balance));
    if (command.kind === 'transfer' && !(await this.#deliver(account))) return;
    const to = this.#bank?.account(command.to)?.name;
    this.#confirm(account, carriedOut(command, to, performance.now() - began));
    await this.#refresh(account);
  }

  /** @returns {Promise<import('./account.js').Reply | undefined>} nothing when it failed. */
  #ask(account, command) {
    return this.#try(this.#account, NOTHING_STORED, () => account.ask(command));
  }

  /** @returns {Promise<import('./account.js').Transfer[] | undefined>} nothing when it failed. */
  #deliver(account) {
    return this.#try(this.#account, UNDER_WAY, (bank) => bank.deliver(account));
  }

  /** Ends the transfers that were broken off. */
  async #deliverAll() {
    const bank = this.#bank;
    const delivered = [];
    for (const account of bank.accounts) delivered.push(...((await this.#deliver(account)) ?? []));
    const named = delivered.map(({ to, cents }) => ({ cents, name: bank.account(to).name }));
    if (named.length > 0) this.#account.confirm(arrived(named));
  }

  async #openAccount(name) {
    const reply = await this.#try(this.#accounts, NOT_OPEN, (bank) => bank.openAccount(name));
    if (!reply) return;
    if (reply.wrong) return this.#accounts.refuse(reply.wrong);
    this.#accounts.confirm(`“${this.#bank?.account(reply.opened)?.name}” was opened.`);
    this.#selection.turnTo(reply.opened);
  }

  async #addSamples() {
    const account = this.#shown;
    for (let left = SAMPLES; left > 0; left--) {
      const reply = await this.#ask(account, samplePayment(account.state.balance));
      if (!reply) return;
    }
    this.#confirm(account, `${SAMPLES} payments made and stored.`);
    await this.#refresh(account);
  }

  /** Brings what is not told by events up to date. */
  async #refresh(account) {
    void this.#showStorage();
    await this.#try(this.#account, NO_SNAPSHOTS, () => account.refreshSnapshots());
    this.#schedule();
  }

  /** Told where it can be found out: the accounts do not depend on it. */
  async #showStorage() {
    const bank = this.#bank;
    if (bank) await this.#storage.refresh(bank).catch(() => {});
  }

  /**
   * What `act` leads to; nothing when it failed: then `view` says so, behind what is true all the
   * same.
   */
  async #try(view, although, act) {
    const bank = this.#bank;
    if (!bank) return undefined;
    try {
      return await act(bank);
    } catch (error) {
      if (bank === this.#bank) await this.#fail(view, although, error);
      return undefined;
    }
  }

  async #fail(view, although, error) {
    if (!PASSING.includes(error.code)) return this.#lost(error);
    const { title, todo } = await explain(error);
    view.refuse(`${although} ${title}. ${todo}`);
  }

  /** Says what was done, unless another account is shown by now. */
  #confirm(account, what) {
    if (this.#bank && account === this.#shown) this.#account.confirm(what);
  }

  #travel(seq) {
    this.#asOf = seq === this.#shown.history.head ? undefined : seq;
    this.#render();
  }

  /** Shows the account that was selected, as it is now. */
  #turn() {
    if (!this.#bank) return;
    this.#asOf = undefined;
    this.#render();
    void this.#refresh(this.#shown);
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
    const model = { bank: this.#bank, account: this.#shown, asOf: this.#asOf };
    for (const view of this.#views) view.show(model);
  }
}
