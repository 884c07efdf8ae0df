/** The failure that stands in place of the accounts, with a way to try again. */

import { explain } from './problem.js';

export class ProblemView {
  #section = document.querySelector('#problem');
  #title = document.querySelector('#problem-title');

  /** @param {() => void} retry */
  constructor(retry) {
    document.querySelector('#retry').addEventListener('click', retry);
  }

  /** @param {unknown} error */
  async show(error) {
    const { title, what, todo } = await explain(error);
    this.#title.textContent = title;
    document.querySelector('#problem-what').textContent = what;
    document.querySelector('#problem-todo').textContent = todo;
    document.querySelector('#problem-code').textContent = error?.code ?? error?.name ?? '';
    document.querySelector('#problem-said').textContent = error?.message ?? String(error);
    this.#section.dataset.code = error?.code ?? '';
    this.#section.hidden = false;
    this.#title.focus();
  }

  hide() {
    this.#section.hidden = true;
  }
}
