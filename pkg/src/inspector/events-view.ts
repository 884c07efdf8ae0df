import { EventRows } from './event-rows.js';
import { make, section, set, write } from './markup.js';
import { Reading } from './reading.js';
import { clock, counted, counting } from './text.js';
import type { InspectedJournal, Item, Selection } from './types.js';
import { lineOf } from './value-text.js';
import { VirtualList, type Row } from './virtual-list.js';

/** The events of a selection, newest first, which follow what is written. */
export class EventsView {
  readonly element: HTMLElement;
  readonly #title = make('span');
  readonly #count = make('span', { class: 'count' });
  readonly #empty = make('p', { class: 'empty', hidden: true }, 'No events.');
  readonly #list: VirtualList<Item>;
  readonly #failed: (error: unknown) => void;
  #selection: Selection = {};
  #reading: Reading | undefined;
  #rows: EventRows | undefined;
  #ending = new AbortController();
  #follows = true;

  constructor(chosen: (item: Item) => void, failed: (error: unknown) => void) {
    this.#failed = failed;
    const [row, refreshed] = [() => this.#row(), () => this.#tell()];
    this.#list = new VirtualList({ name: 'events', label: 'Events, newest first', row, chosen, refreshed });
    const title = make('span', {}, this.#title, ' ', this.#count);
    this.element = section('events-pane', title, this.#empty, this.#list.element);
  }

  /** Shows what is selected; nothing without a journal. */
  async show(journal: InspectedJournal | undefined, selection: Selection): Promise<void> {
    this.close();
    this.#selection = selection;
    this.#list.show(undefined);
    write(this.#title, selection.id ?? 'All events');
    write(this.#count, journal ? 'reading…' : '');
    this.#empty.hidden = true;
    if (!journal) return;
    const { signal } = this.#ending;
    const reading = new Reading(journal, selection);
    try {
      const end = await reading.end();
      if (signal.aborted) return;
      this.#reading = reading;
      this.#rows = new EventRows(reading, end, () => this.#list.refresh(), this.#failed);
      this.#list.show(this.#rows);
      if (this.#follows) void this.#follow();
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
    }
  }

  /** Goes on with what is written, or stays at what is there. */
  follow(follows: boolean): void {
    if (this.#follows === follows) return;
    this.#follows = follows;
    this.#ending.abort();
    this.#ending = new AbortController();
    if (follows) void this.#follow();
  }

  /** Ends what is being read. */
  close(): void {
    this.#ending.abort();
    this.#ending = new AbortController();
    this.#rows?.close();
    this.#rows = undefined;
    this.#reading = undefined;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ending;
    const rows = this.#rows;
    if (!rows || !this.#reading) return;
    try {
      for await (const item of this.#reading.follow(rows.end, signal)) {
        if (signal.aborted) return;
        rows.add(item);
      }
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
    }
  }

  /** Says how many there are. */
  #tell(): void {
    if (!this.#rows) return;
    const { size, end, isExact } = this.#rows;
    set(this.#list.element, { style: `--key: ${counted(end).length}ch` });
    this.#empty.hidden = size > 0;
    write(this.#count, isExact ? counting(size, 'event') : this.#extent(end));
  }

  /** What is known before all was read. */
  #extent(end: number): string {
    const { id, filter } = this.#selection;
    const upTo = `up to ${id === undefined ? 'position' : 'seq'} ${counted(end)}`;
    return filter === undefined ? upTo : `matches ${upTo}`;
  }

  #row(): Row<Item> {
    const [key, id, line, tags, time] = ['key', 'id', 'line', 'tags', 'time'].map((name) => make('span', { class: name }));
    const element = make('div', {}, key, id, line, tags, time);
    const show = (item: Item | undefined): void => {
      const { event, failure } = item ?? {};
      set(element, { 'data-key': item?.key, 'data-failed': failure !== undefined });
      write(key!, item ? counted(item.key) : '…');
      id!.hidden = this.#selection.id !== undefined;
      write(id!, event?.persistenceId ?? '');
      write(line!, event ? lineOf(event.event) : (failure ?? ''));
      write(tags!, event?.tags?.join(', ') ?? '');
      write(time!, event ? clock(event.timestamp) : '');
    };
    return { element, show };
  }
}
