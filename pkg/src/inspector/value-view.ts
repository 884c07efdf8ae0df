import { button, make } from './markup.js';
import { counted } from './text.js';
import { kindOf, lineOf, partsOf, plainText, type Parts } from './value-text.js';

/** Parts that are shown at first, and each time more are asked for. */
const SOME = 100;

/**
 * A value as a tree: what has parts opens and closes. Parts are made when they are seen for the first time.
 *
 * @param open how many levels are open at first.
 */
export function valueView(value: unknown, open = 2): HTMLElement {
  const parts = partsOf(value);
  if (!parts) return make('span', { class: `value ${value === null ? 'null' : typeof value}` }, plainText(value));
  if (parts.count === 0) return make('span', { class: 'value empty' }, lineOf(value));
  const [from, to] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const kind = kindOf(value as object);
  const summary = make(
    'summary',
    {},
    make('span', { class: 'line' }, lineOf(value)),
    make('span', { class: 'size' }, `${kind && `${kind} `}${from} ${counted(parts.count)} ${to}`),
  );
  const tree = make('details', { class: 'value' }, summary);
  tree.addEventListener('toggle', () => {
    if (tree.open && tree.childElementCount === 1) tree.append(partsView(parts, open - 1));
  });
  if (open > 0) tree.append(partsView(parts, open - 1));
  tree.open = open > 0;
  return tree;
}

function partsView(parts: Parts, open: number): HTMLElement {
  const list = make('ul');
  const more = make('li', {}, button('', () => add(), { class: 'quiet' }));
  let shown = 0;
  const add = (): void => {
    const next = parts.slice(shown, (shown += SOME));
    const lines = next.map(([name, part]) =>
      make('li', {}, make('span', { class: 'name' }, name), ': ', valueView(part, open)),
    );
    list.append(...lines);
    if (shown >= parts.count) return more.remove();
    more.firstElementChild!.textContent = `${counted(parts.count - shown)} more`;
    list.append(more);
  };
  add();
  return list;
}
