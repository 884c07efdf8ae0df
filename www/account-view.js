/** The balance and the form that orders payments. */

import { format, parse } from './money.js';

/** @typedef {import('./app.js').Model} Model */

export class AccountView {
  #balance = document.querySelector('#balance');
  #amount = document.querySelector('#amount');
  #message = document.querySelector('#message');
  #written = document.querySelector('#written');

  /** @param {(kind: 'deposit' | 'withdraw', cents: number) => void} order */
  constructor(order) {
    document.querySelector('#order').addEventListener('submit', (submission) => {
      submission.preventDefault();
      const { cents, wrong } = parse(this.#amount.value);
      if (wrong) return this.refuse(wrong);
      order(submission.submitter?.value ?? 'deposit', cents);
    });
    this.#amount.addEventListener('input', () => this.#clearMessage());
  }

  /** @param {Model} model */
  show({ history }) {
    const { balance, paidIn, paidOut } = history.latest;
    // A live region speaks when it is written to, also with the same text.
    if (this.#balance.dataset.cents !== String(balance)) {
      this.#balance.dataset.cents = String(balance);
      this.#balance.textContent = format(balance);
    }
    document.querySelector('#paid-in').textContent = format(paidIn);
    document.querySelector('#paid-out').textContent = format(paidOut);
  }

  /** Says that an order was carried out. @param {string} what */
  confirm(what) {
    this.#clearMessage();
    this.#amount.value = '';
    this.#written.textContent = what;
  }

  /** Says why an order was not carried out, and leads back to its amount. @param {string} why */
  refuse(why) {
    this.#written.textContent = '';
    this.#message.textContent = why;
    this.#amount.setAttribute('aria-invalid', 'true');
    this.#amount.focus();
    this.#amount.select();
  }

  #clearMessage() {
    this.#message.textContent = '';
    this.#amount.removeAttribute('aria-invalid');
  }
}
