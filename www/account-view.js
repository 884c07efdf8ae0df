/** The balance of the account that is shown, and the form that orders payments. */

import { Field } from './field.js';
import { format, parse } from './money.js';

/**
 * @typedef {import('./app.js').Model} Model
 * @typedef {import('./account.js').Command} Command
 */

export class AccountView {
  #name = document.querySelector('#account-title');
  #balance = document.querySelector('#balance');
  #underWay = document.querySelector('#under-way');
  #to = document.querySelector('#to');
  #field = new Field(
    document.querySelector('#amount'),
    document.querySelector('#message'),
    document.querySelector('#written'),
  );
  /** The id of the account that is shown. */
  #shown = '';

  /** @param {(command: Command) => void} order */
  constructor(order) {
    document.querySelector('#order').addEventListener('submit', (submission) => {
      submission.preventDefault();
      const { cents, wrong } = parse(this.#field.text);
      if (wrong) return this.refuse(wrong);
      const kind = submission.submitter?.value ?? 'deposit';
      order(kind === 'transfer' ? { kind, cents, to: this.#to.value } : { kind, cents });
    });
  }

  /** @param {Model} model */
  show({ bank, account }) {
    if (this.#shown !== account.id) this.#turnTo(account);
    this.#offer(bank.accounts.filter(({ id }) => id !== account.id));
    const { balance, paidIn, paidOut } = account.state;
    // A live region speaks when it is written to, also with the same text.
    if (this.#balance.dataset.cents !== String(balance)) {
      this.#balance.dataset.cents = String(balance);
      this.#balance.textContent = format(balance);
      this.#balance.style.setProperty('--length', this.#balance.textContent.length);
    }
    document.querySelector('#paid-in').textContent = format(paidIn);
    document.querySelector('#paid-out').textContent = format(paidOut);
    this.#showUnderWay(bank, account.id);
  }

  /** Says that an order was carried out. @param {string} what */
  confirm(what) {
    this.#field.confirm(what);
  }

  /** Says why an order was not carried out, and leads back to its amount. @param {string} why */
  refuse(why) {
    this.#field.refuse(why);
  }

  #turnTo({ id, name }) {
    this.#shown = id;
    this.#name.textContent = name;
    document.title = `${name} · actor-journal`;
    this.#field.clear();
  }

  /** The accounts that a transfer may go to; the choice stays where it can. */
  #offer(others) {
    const offered = [...this.#to.options].map(({ value }) => value);
    if (others.length === offered.length && others.every(({ id }, i) => id === offered[i])) return;
    const chosen = this.#to.value;
    this.#to.replaceChildren(...others.map(({ id, name }) => new Option(name, id, false, id === chosen)));
  }

  #showUnderWay(bank, id) {
    const concerned = bank.underWay.filter(({ from, to }) => from === id || to === id);
    const lines = concerned.map(({ from, to, cents }) =>
      from === id ? `${format(cents)} to ${bank.account(to).name}` : `${format(cents)} from ${bank.account(from).name}`,
    );
    this.#underWay.textContent = lines.join(', ') || 'None';
  }
}
