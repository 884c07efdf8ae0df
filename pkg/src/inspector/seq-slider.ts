import { make } from './markup.js';
import { counted } from './text.js';

/** A seq that is chosen by a slider or written as a number. */
export class SeqSlider {
  readonly element: HTMLElement;
  readonly #range = make('input', { type: 'range', min: 0 });
  readonly #number = make('input', { type: 'number', min: 0, inputmode: 'numeric' });
  readonly #of = make('span', { class: 'of' });

  constructor(name: string, label: string, changed: () => void) {
    this.#range.id = name;
    this.#range.setAttribute('aria-label', label);
    this.#number.setAttribute('aria-label', `${label}, as a number`);
    this.#range.addEventListener('input', () => this.#turn(this.#range.valueAsNumber, changed));
    this.#number.addEventListener('change', () => this.#turn(this.#number.valueAsNumber, changed));
    const text = make('label', { for: name }, label);
    this.element = make('div', { class: 'slider' }, text, this.#number, this.#of, this.#range);
  }

  get seq(): number {
    return this.#range.valueAsNumber;
  }

  /** As near as there is one. */
  set seq(seq: number) {
    this.#range.value = String(seq);
    this.#number.value = this.#range.value;
  }

  reset(head: number, seq: number): void {
    this.#reach(head);
    this.seq = seq;
  }

  /** Goes along where it stood at the end, and answers whether it did. */
  grown(head: number): boolean {
    const isAtEnd = this.seq === Number(this.#range.max);
    this.#reach(head);
    if (isAtEnd) this.seq = head;
    return isAtEnd;
  }

  #reach(head: number): void {
    this.#range.max = String(head);
    this.#number.max = String(head);
    this.#of.textContent = `of ${counted(head)}`;
  }

  #turn(seq: number, changed: () => void): void {
    this.seq = Number.isNaN(seq) ? this.seq : seq;
    changed();
  }
}
