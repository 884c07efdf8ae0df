import type { PersistentEvent } from '../types.js';
import { button, make, section } from './markup.js';
import { counted, moment } from './text.js';
import type { Item } from './types.js';
import { valueView } from './value-view.js';

/** All that is known of one event. */
export class EventView {
  readonly element: HTMLElement;
  readonly #body = make('div', { class: 'body' });
  readonly #tagged: (tag: string) => void;
  readonly #opened: (id: string) => void;

  /**
   * @param tagged called with a tag that is to be filtered by.
   * @param opened called with the id of the stream that is to be shown.
   */
  constructor(tagged: (tag: string) => void, opened: (id: string) => void) {
    this.#tagged = tagged;
    this.#opened = opened;
    this.element = section('event-pane', 'Event', this.#body);
    this.show(undefined);
  }

  show(item: Item | undefined): void {
    const { event, failure } = item ?? {};
    if (event) this.#body.replaceChildren(this.#facts(event), valueView(event.event));
    else if (failure) this.#body.replaceChildren(make('p', { class: 'failure' }, failure));
    else this.#body.replaceChildren(make('p', { class: 'empty' }, 'Select an event to see what is in it.'));
  }

  #facts(event: PersistentEvent): HTMLElement {
    const { persistenceId, sequenceNr, position, timestamp, manifest, version, tags = [] } = event;
    const stream = button(persistenceId, () => this.#opened(persistenceId), { class: 'quiet', title: 'Show this stream' });
    const chips = tags.map((tag) => button(tag, () => this.#tagged(tag), { class: 'tag', title: 'Show events with this tag' }));
    const facts: [string, Node | string][] = [
      ['Stream', stream],
      ['Seq', counted(sequenceNr)],
      ['Position', counted(position)],
      ['Time', moment(timestamp)],
    ];
    if (manifest !== undefined) facts.push(['Manifest', `${manifest}, version ${version ?? 1}`]);
    if (chips.length > 0) facts.push(['Tags', make('span', { class: 'chips' }, ...chips)]);
    return make('dl', {}, ...facts.map(([name, what]) => make('div', {}, make('dt', {}, name), make('dd', {}, what))));
  }
}
