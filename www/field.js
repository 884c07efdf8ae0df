/** A field of a form, with what came of it said below. */

export class Field {
  #input;
  #wrong;
  #done;

  /**
   * @param {HTMLInputElement} input
   * @param {HTMLElement} wrong where it says why something was not done
   * @param {HTMLElement} done where it says what was done
   */
  constructor(input, wrong, done) {
    this.#input = input;
    this.#wrong = wrong;
    this.#done = done;
    input.addEventListener('input', () => this.clear());
  }

  get text() {
    return this.#input.value;
  }

  /** Says what was done, and is ready for the next. @param {string} what */
  confirm(what) {
    this.clear();
    this.#input.value = '';
    this.#done.textContent = what;
  }

  /** Says why something was not done, and leads back to it. @param {string} why */
  refuse(why) {
    this.clear();
    this.#wrong.textContent = why;
    this.#input.setAttribute('aria-invalid', 'true');
    this.#input.focus();
    this.#input.select();
  }

  /** Says nothing any more. */
  clear() {
    this.#wrong.textContent = '';
    this.#done.textContent = '';
    this.#input.removeAttribute('aria-invalid');
  }
}
