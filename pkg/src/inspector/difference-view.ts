import { Differences, type Change } from './difference.js';
import { saidBy } from './failure.js';
import { button, make } from './markup.js';
import { lineOf } from './value-text.js';

/** Places that are shown at first, and each time more are asked for. */
const SOME = 100;

const SIGNS = { added: '+', removed: '−', changed: '±' };

/** What is different in two values: told by signs and words, not by colour alone. */
export async function differenceView(before: unknown, after: unknown, signal: AbortSignal): Promise<HTMLElement> {
  const differences = new Differences(before, after);
  const list = make('ul', { class: 'difference' });
  const fail = (error: unknown): void => list.append(make('li', { class: 'failure' }, saidBy(error)));
  const more = make('li', {}, button('More', () => void add().catch(fail), { class: 'quiet' }));
  let ahead: Change[] = [];
  const add = async (): Promise<void> => {
    more.remove();
    const next = [...ahead, ...(await differences.next(SOME + 1 - ahead.length, signal))];
    ahead = next.splice(SOME);
    list.append(...next.map(lineFor));
    if (ahead.length > 0) list.append(more);
  };
  await add();
  return list.hasChildNodes() ? list : make('p', { class: 'empty' }, 'Nothing is different.');
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
