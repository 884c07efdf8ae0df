import { differences, MOST, type Change } from './difference.js';
import { make } from './markup.js';
import { lineOf } from './value-text.js';

const SIGNS = { added: '+', removed: '−', changed: '±' };

/** What is different in two values: told by signs and words, not by colour alone. */
export class DifferenceView {
  readonly element: HTMLElement;

  constructor(before: unknown, after: unknown) {
    const changes = differences(before, after);
    this.element =
      changes.length === 0
        ? make('p', { class: 'empty' }, 'Nothing is different.')
        : make('ul', { class: 'difference' }, ...changes.map(lineFor));
    if (changes.length === MOST) this.element.append(make('li', { class: 'empty' }, `Only the first ${MOST} are shown.`));
  }
}

function lineFor({ path, before, after }: Change): HTMLElement {
  const kind = before ? (after ? 'changed' : 'removed') : 'added';
  return make(
    'li',
    { class: kind },
    make('span', { class: 'sign', role: 'img', 'aria-label': kind }, SIGNS[kind]),
    make('span', { class: 'name' }, path || 'state'),
    before && make('del', {}, lineOf(before.value)),
    after && make('ins', {}, lineOf(after.value)),
  );
}
