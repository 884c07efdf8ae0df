import { saidBy } from './failure.js';
import { differenceView } from './difference-view.js';
import { make, section, set } from './markup.js';
import { SeqSlider } from './seq-slider.js';
import type { States } from './states.js';
import { valueView } from './value-view.js';

/** The state of a stream as of any seq, and what is different as of another one. */
export class StateView {
  readonly element: HTMLElement;
  readonly #slider = new SeqSlider('as-of', 'State as of seq', () => void this.#show());
  readonly #other = new SeqSlider('against', 'Compare with seq', () => void this.#show());
  readonly #compares = make('input', { type: 'checkbox', id: 'compares' });
  readonly #body = make('div', { class: 'body' });
  #states: States | undefined;
  #reading = new AbortController();

  constructor() {
    const compare = make('label', { class: 'check' }, this.#compares, 'Compare with another seq');
    this.#compares.addEventListener('change', () => void this.#show());
    this.element = section('state-pane', 'State', this.#slider.element, compare, this.#other.element, this.#body);
    this.show(undefined, 0);
  }

  /** Shows the states of a stream up to its head; none hides the view. */
  show(states: States | undefined, head: number): void {
    this.#states = states;
    this.element.hidden = states === undefined;
    this.#compares.checked = false;
    this.#slider.reset(head, head);
    this.#other.reset(head, 0);
    void this.#show();
  }

  /** The stream has grown. */
  grown(head: number): void {
    if (this.#slider.grown(head)) void this.#show();
    this.#other.grown(head);
  }

  /** Shows the state as of a seq. */
  turnTo(seq: number): void {
    this.#slider.seq = seq;
    void this.#show();
  }

  close(): void {
    this.#reading.abort();
  }

  async #show(): Promise<void> {
    this.#reading.abort();
    this.#reading = new AbortController();
    this.#other.element.hidden = !this.#compares.checked;
    const states = this.#states;
    if (!states) return this.#body.replaceChildren();
    const { signal } = this.#reading;
    set(this.#body, { 'aria-busy': 'true' });
    try {
      const content = await this.#content(states, signal);
      if (!signal.aborted) this.#body.replaceChildren(content);
    } catch (error) {
      if (!signal.aborted) this.#body.replaceChildren(make('p', { class: 'failure' }, saidBy(error)));
    } finally {
      if (!signal.aborted) set(this.#body, { 'aria-busy': undefined });
    }
  }

  async #content(states: States, signal: AbortSignal): Promise<Node> {
    const state = await states.at(this.#slider.seq, signal);
    if (!this.#compares.checked) return valueView(state);
    return differenceView(await states.at(this.#other.seq, signal), state, signal);
  }
}
