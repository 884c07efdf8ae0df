/** The accounts with their balances, what they have together, and the form that opens another. */

import { Field } from './field.js';
import { format } from './money.js';

/** @typedef {import('./app.js').Model} Model */

export class AccountsView {
  #list = document.querySelector('#accounts');
  #field = new Field(
    document.querySelector('#name'),
    document.querySelector('#name-message'),
    document.querySelector('#opened'),
  );

  /** @param {(name: string) => void} open */
  constructor(open) {
    document.querySelector('#open-account').addEventListener('submit', (submission) => {
      submission.preventDefault();
      open(this.#field.text);
    });
  }

  /** @param {Model} model */
  show({ bank, account }) {
    const { accounts, total, underWay } = bank;
    if (this.#list.children.length !== accounts.length) this.#list.replaceChildren(...accounts.map(emptyLine));
    accounts.forEach((each, i) => showLine(this.#list.children[i], each, each === account));
    const onTheWay = underWay.reduce((sum, { cents }) => sum + cents, 0);
    write(document.querySelector('#total'), format(total));
    write(document.querySelector('#total-under-way'), onTheWay > 0 ? `, ${format(onTheWay)} under way` : '');
  }

  /** Says that an account was opened. @param {string} what */
  confirm(what) {
    this.#field.confirm(what);
  }

  /** Says why none was opened, and leads back to its name. @param {string} why */
  refuse(why) {
    this.#field.refuse(why);
  }
}

/** @returns {HTMLLIElement} */
function emptyLine() {
  return document.querySelector('#account-line').content.firstElementChild.cloneNode(true);
}

function showLine(line, { id, name, state }, isShown) {
  const link = line.querySelector('a');
  link.href = `#${id}`;
  link.ariaCurrent = isShown ? 'true' : null;
  write(line.querySelector('.name'), name);
  write(line.querySelector('.has'), format(state.balance));
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
