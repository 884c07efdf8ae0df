import { make, set } from './markup.js';
import type { Rows } from './rows.js';

/** A row's element, which shows one item after another. */
export interface Row<Item> {
  readonly element: HTMLElement;
  /** Shows an item; nothing while it is on its way. */
  show(item: Item | undefined): void;
}

/** How a list is made. */
export interface ListOptions<Item> {
  readonly name: string;
  readonly label: string;
  readonly row: () => Row<Item>;
  /** Called with the item that was selected. */
  readonly chosen: (item: Item) => void;
  /** Called with each frame in which something may have changed. */
  readonly refreshed: () => void;
}

/** Pixels of a row. The same is in the style. */
const ROW = 36;

/** Browsers cut an element off at 17,000,000 pixels or more: beyond that, what is scrolled is stretched. */
const TALLEST = 15_000_000;

/** Rows above and below those that are seen. */
const AROUND = 6;

const STEPS: Record<string, (page: number) => number> = {
  ArrowDown: () => 1,
  ArrowUp: () => -1,
  PageDown: (page) => page,
  PageUp: (page) => -page,
  Home: () => -Infinity,
  End: () => Infinity,
};

/**
 * A list of which only the rows that are seen are there. It is a listbox: arrows, page keys, Home and End
 * select. While its top is seen it shows what comes there; else the rows stay where they are.
 */
export class VirtualList<Item> {
  readonly element: HTMLElement;
  readonly #extent = make('div', { class: 'extent', role: 'presentation' });
  readonly #options: ListOptions<Item>;
  /** The row of index i is at i modulo their number: what is scrolled by one changes one. */
  #pool: Row<Item>[] = [];
  #rows: Rows<Item> | undefined;
  #selected: number | string | undefined;
  /** Selected, but not there yet. */
  #awaited: number | undefined;
  #top: { index: number; key: number | string } | undefined;
  #frame = 0;

  constructor(options: ListOptions<Item>) {
    this.#options = options;
    const { name, label } = options;
    this.element = make('div', { class: `list ${name}`, role: 'listbox', tabindex: 0, 'aria-label': label }, this.#extent);
    this.element.addEventListener('scroll', () => this.#render());
    this.element.addEventListener('keydown', (event) => this.#press(event));
    this.#extent.addEventListener('click', ({ target }) => this.#click(target as Element));
    new ResizeObserver(() => this.refresh()).observe(this.element);
  }

  /** Shows other rows, from the top. */
  show(rows: Rows<Item> | undefined): void {
    this.#rows = rows;
    this.#selected = undefined;
    this.#awaited = undefined;
    this.#top = undefined;
    this.element.scrollTop = 0;
    this.#update();
  }

  /** Marks the row with a key. */
  select(key: number | string | undefined): void {
    this.#selected = key;
    this.refresh();
  }

  /** Shows what has changed, with the next frame. */
  refresh(): void {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#update();
    });
  }

  #update(): void {
    this.#options.refreshed();
    this.#anchor();
    this.#render();
  }

  get #size(): number {
    return this.#rows?.size ?? 0;
  }

  /** Whole rows that are seen at once. */
  get #page(): number {
    return Math.max(1, Math.floor(this.element.clientHeight / ROW));
  }

  /** The index at the upper edge, with its fraction, and how far the list is scrolled for one row. */
  get #scale(): number {
    const seen = this.element.clientHeight;
    const hidden = this.#size * ROW - seen;
    return hidden <= 0 ? ROW : (ROW * (Math.min(this.#size * ROW, TALLEST) - seen)) / hidden;
  }

  /** Keeps the row at the upper edge there, where others have come before it. */
  #anchor(): void {
    // There are fewer rows than it was thought: the last one is the nearest.
    if (this.#awaited !== undefined && this.#awaited >= this.#size) this.#awaited = this.#size - 1;
    set(this.#extent, { style: `height: ${Math.min(this.#size * ROW, TALLEST)}px` });
    if (!this.#top || !this.#rows || this.element.scrollTop < 1) return;
    const index = this.#rows.indexOf(this.#top.key);
    if (index >= 0 && index !== this.#top.index) this.element.scrollTop += (index - this.#top.index) * this.#scale;
  }

  #render(): void {
    const { scrollTop, clientHeight } = this.element;
    const first = scrollTop / this.#scale;
    const from = Math.max(0, Math.floor(first) - AROUND);
    const to = Math.min(this.#size, Math.ceil(first + clientHeight / ROW) + AROUND);
    this.#fill(2 * AROUND + 2 + Math.ceil(clientHeight / ROW));
    this.#top = undefined;
    const shown = new Set<Row<Item>>();
    for (let index = from; index < to; index++) {
      const row = this.#pool[index % this.#pool.length]!;
      shown.add(row);
      this.#place(row, index, scrollTop + (index - first) * ROW);
      const item = this.#rows!.at(index);
      if (item && index === Math.floor(first)) this.#top = { index, key: this.#rows!.keyOf(item) };
    }
    for (const row of this.#pool) row.element.hidden = !shown.has(row);
    const active = this.#extent.querySelector('[aria-selected="true"]:not([hidden])');
    set(this.element, { 'aria-activedescendant': active?.id });
  }

  #place(row: Row<Item>, index: number, y: number): void {
    const item = this.#rows!.at(index);
    row.show(item);
    row.element.style.translate = `0 ${y}px`;
    const key = item && this.#rows!.keyOf(item);
    set(row.element, {
      'aria-selected': String(key !== undefined && key === this.#selected),
      'aria-posinset': index + 1,
      'aria-setsize': this.#size,
      'data-index': index,
    });
    if (item && index === this.#awaited) this.#choose(item);
  }

  #fill(count: number): void {
    while (this.#pool.length < count) {
      const row = this.#options.row();
      set(row.element, { role: 'option', id: `${this.element.classList[1]}-${this.#pool.length}` });
      row.element.classList.add('row');
      this.#pool.push(row);
      this.#extent.append(row.element);
    }
  }

  #click(target: Element): void {
    const row = target.closest<HTMLElement>('[data-index]');
    if (row && getSelection()?.isCollapsed !== false) this.#go(Number(row.dataset.index));
  }

  #press(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || this.#size === 0) return;
    event.preventDefault();
    const from = this.#awaited ?? (this.#selected === undefined ? -1 : this.#rows!.indexOf(this.#selected));
    this.#go(Math.min(Math.max(0, from + step(this.#page)), this.#size - 1));
  }

  /** Selects the row at an index, when it is there, and brings it in sight. */
  #go(index: number): void {
    const first = this.element.scrollTop / this.#scale;
    if (index < first) this.element.scrollTop = index * this.#scale;
    const last = first + this.element.clientHeight / ROW - 1;
    if (index > last) this.element.scrollTop += (index - last) * this.#scale;
    this.#awaited = index;
    const item = this.#rows!.at(index);
    if (item) this.#choose(item);
    this.#render();
  }

  #choose(item: Item): void {
    this.#awaited = undefined;
    this.#selected = this.#rows!.keyOf(item);
    this.refresh();
    this.#options.chosen(item);
  }
}
