import type { TagFilter } from '../types.js';
import { make } from './markup.js';

type Mode = 'all' | 'any' | 'not';

const MODES: [Mode, string][] = [
  ['all', 'all of'],
  ['any', 'any of'],
  ['not', 'none of'],
];

/** Milliseconds without a key after which what was typed is meant. */
const PAUSE = 200;

/** Tags that events must have: all, at least one, or none of those that are typed, with commas between. */
export class FilterView {
  readonly element: HTMLElement;
  readonly #mode = make('select', { 'aria-label': 'Which of the tags' }, ...MODES.map(([mode, text]) => new Option(text, mode)));
  readonly #tags = make('input', { id: 'tags', type: 'search', placeholder: 'Tags, with commas between', 'aria-label': 'Tags' });
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(changed: () => void) {
    this.element = make('div', { class: 'filter' }, make('span', { class: 'label', 'aria-hidden': 'true' }, 'Tags'), this.#mode, this.#tags);
    this.#mode.addEventListener('change', changed);
    this.#tags.addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(changed, PAUSE);
    });
  }

  /** Nothing where no tag is typed. */
  get filter(): TagFilter | undefined {
    const tags = this.#typed;
    return tags.length === 0 ? undefined : { [this.#mode.value]: tags };
  }

  /** Asks for a tag besides those that are there. */
  add(tag: string): void {
    if (this.#mode.value === 'not') {
      this.#mode.value = 'all';
      this.#tags.value = '';
    }
    this.#tags.value = [...new Set([...this.#typed, tag])].join(', ');
  }

  get #typed(): string[] {
    return this.#tags.value.split(',').map((tag) => tag.trim()).filter(Boolean);
  }
}
