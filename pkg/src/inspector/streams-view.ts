import { IdRows } from './id-rows.js';
import { make, section, set, write } from './markup.js';
import { counted, counting } from './text.js';
import type { InspectedJournal } from './types.js';
import { VirtualList, type Row } from './virtual-list.js';

/** The streams with their heads, of which one is chosen, or all. */
export class StreamsView {
  readonly element: HTMLElement;
  readonly #count = make('span', { class: 'count' });
  readonly #prefix = make('input', { id: 'prefix', type: 'search', placeholder: 'Beginning with…', 'aria-label': 'Ids that begin with' });
  readonly #all = make('button', { type: 'button', class: 'all', 'aria-pressed': 'true' }, 'All events');
  readonly #list: VirtualList<string>;
  readonly #failed: (error: unknown) => void;
  #rows: IdRows | undefined;
  #journal: InspectedJournal | undefined;

  /** @param chosen called with an id, or with nothing for all. */
  constructor(chosen: (id: string | undefined) => void, failed: (error: unknown) => void) {
    this.#failed = failed;
    const [row, refreshed] = [() => this.#row(), () => this.#tell()];
    this.#list = new VirtualList({ name: 'streams', label: 'Streams', row, chosen, refreshed });
    this.#all.addEventListener('click', () => chosen(undefined));
    this.#prefix.addEventListener('input', () => this.#read());
    const title = make('span', {}, 'Streams ', this.#count);
    this.element = section('streams-pane', title, this.#prefix, this.#all, this.#list.element);
  }

  show(journal: InspectedJournal | undefined): void {
    this.#journal = journal;
    this.#read();
  }

  /** Marks a stream, or all. */
  mark(id: string | undefined): void {
    set(this.#all, { 'aria-pressed': String(id === undefined) });
    this.#list.select(id);
  }

  /** An event was written. */
  heard(id: string, seq: number): void {
    this.#rows?.heard(id, seq);
  }

  #read(): void {
    this.#rows?.close();
    const changed = (): void => this.#list.refresh();
    this.#rows = this.#journal && new IdRows(this.#journal, this.#prefix.value, changed, this.#failed);
    this.#list.show(this.#rows);
  }

  /** Says how many there are. */
  #tell(): void {
    const { size = 0, isWhole = true } = this.#rows ?? {};
    write(this.#count, `${counted(size)}${isWhole ? '' : '+'}`);
  }

  #row(): Row<string> {
    const [name, head] = [make('span', { class: 'id' }), make('span', { class: 'head' })];
    const show = (id: string | undefined): void => {
      write(name, id ?? '…');
      const seq = id === undefined ? undefined : this.#rows?.headOf(id);
      write(head, seq === undefined ? '' : counted(seq));
      set(head, { title: seq === undefined ? undefined : counting(seq, 'event') });
    };
    return { element: make('div', {}, name, head), show };
  }
}
