import { saidBy } from './failure.js';
import { Load } from './load.js';
import { button, make, set } from './markup.js';
import type { InspectedJournal } from './types.js';

/** The button that begins and ends a load. */
export class LoadView {
  readonly element: HTMLElement;
  readonly #button = button('Generate load', () => this.#toggle(), { 'aria-pressed': 'false' });
  readonly #failure = make('p', { class: 'failure', role: 'status' });
  readonly #timed: (milliseconds: number) => void;
  #journal: InspectedJournal | undefined;
  #load: Load | undefined;

  /** @param timed called with how long each append took. */
  constructor(timed: (milliseconds: number) => void) {
    this.#timed = timed;
    this.element = make('div', { class: 'buttons' }, this.#button, this.#failure);
  }

  show(journal: InspectedJournal | undefined, isOffered: boolean): void {
    if (journal !== this.#journal || !isOffered) this.stop();
    if (journal !== this.#journal) this.#failure.textContent = '';
    this.#journal = journal;
    this.element.hidden = !isOffered || !journal;
  }

  stop(): void {
    this.#load?.stop();
  }

  #toggle(): void {
    if (this.#load) this.stop();
    else if (this.#journal) void this.#run(new Load(this.#journal, this.#timed));
  }

  async #run(load: Load): Promise<void> {
    const journal = this.#journal;
    this.#load = load;
    this.#failure.textContent = '';
    set(this.#button, { 'aria-pressed': 'true' });
    try {
      await load.run();
    } catch (error) {
      if (journal === this.#journal) this.#failure.textContent = saidBy(error);
    } finally {
      this.#load = undefined;
      set(this.#button, { 'aria-pressed': 'false' });
    }
  }
}
