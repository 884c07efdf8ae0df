import type { PersistentEvent, SnapshotStore } from '../types.js';
import { EventView } from './event-view.js';
import { EventsView } from './events-view.js';
import { saidBy } from './failure.js';
import { FilterView } from './filter-view.js';
import { LoadView } from './load-view.js';
import { button, make } from './markup.js';
import { PulseView } from './pulse-view.js';
import { SnapshotsView } from './snapshots-view.js';
import { StateView } from './state-view.js';
import { States } from './states.js';
import { StorageView } from './storage-view.js';
import { StreamsView } from './streams-view.js';
import type { Folds, InspectedJournal, Item, Restoring } from './types.js';

/** What the inspector looks at. */
export interface Inspected {
  journal?: InspectedJournal | undefined;
  snapshotStore?: SnapshotStore | undefined;
  fold?: Folds | undefined;
  restore?: Restoring | undefined;
  generatesLoad: boolean;
}

/** The views, and what one has to tell another. */
export class Inspector {
  readonly content: Node[];
  readonly #streams = new StreamsView((id) => this.#open(id), (error) => this.#fail(error));
  readonly #filter = new FilterView(() => this.#select());
  readonly #follow = make('input', { type: 'checkbox', id: 'follow', checked: true });
  readonly #events = new EventsView((item) => this.#choose(item), (error) => this.#fail(error));
  readonly #event = new EventView((tag) => this.#tag(tag), (id) => this.#open(id));
  readonly #state = new StateView();
  readonly #snapshots = new SnapshotsView((seq) => this.#state.turnTo(seq));
  readonly #load = new LoadView((milliseconds) => this.#pulse.pulse.append(milliseconds));
  readonly #pulse = new PulseView(this.#load.element);
  readonly #storage = new StorageView();
  readonly #failure = make('p', { class: 'failure', role: 'alert' });
  #inspected: Inspected = { generatesLoad: false };
  #id: string | undefined;
  #unsubscribe = (): void => undefined;

  constructor() {
    this.#follow.addEventListener('change', () => this.#events.follow(this.#follow.checked));
    const follow = make('label', { class: 'check' }, this.#follow, 'Follow');
    const again = button('Read again', () => this.#start(this.#id), { class: 'quiet' });
    const bar = make('div', { class: 'bar' }, this.#filter.element, follow, again);
    const panes = [this.#streams, this.#events, this.#event].map(({ element }) => element);
    const panels = [this.#state, this.#snapshots, this.#pulse, this.#storage].map(({ element }) => element);
    this.content = [bar, this.#failure, make('div', { class: 'panes' }, ...panes), make('div', { class: 'panels' }, ...panels)];
  }

  /** Looks at something else, from its beginning. */
  show(inspected: Inspected): void {
    if (inspected.journal !== this.#inspected.journal) this.#pulse.reset();
    this.#inspected = inspected;
    this.#start();
  }

  /** Offers to generate load, or does not. */
  offerLoad(isOffered: boolean): void {
    this.#inspected.generatesLoad = isOffered;
    this.#load.show(this.#inspected.journal, isOffered);
  }

  /** Ends all that is under way. */
  stop(): void {
    this.#unsubscribe();
    this.#unsubscribe = () => undefined;
    this.#events.close();
    this.#state.close();
    this.#pulse.stop();
    this.#load.stop();
    this.#streams.show(undefined);
  }

  #start(id?: string): void {
    this.stop();
    const { journal, generatesLoad, restore } = this.#inspected;
    // First, so that what is written from then on is heard, and what was before is read.
    if (journal) this.#listen(journal);
    this.#streams.show(journal);
    this.#storage.show(journal, restore);
    this.#load.show(journal, generatesLoad);
    this.#open(id);
    if (journal) this.#pulse.start();
  }

  #listen(journal: InspectedJournal): void {
    try {
      this.#unsubscribe = journal.events.subscribe((event) => this.#hear(event));
    } catch (error) {
      this.#fail(error);
    }
  }

  #hear({ persistenceId, sequenceNr }: PersistentEvent): void {
    this.#pulse.pulse.event();
    this.#streams.heard(persistenceId, sequenceNr);
    if (persistenceId === this.#id) this.#state.grown(sequenceNr);
  }

  /** Shows a stream, or all. */
  #open(id: string | undefined): void {
    this.#id = id;
    this.#streams.mark(id);
    this.#select();
    void this.#openStates(id);
    void this.#snapshots.show(this.#inspected.snapshotStore, id);
  }

  #select(): void {
    this.#failure.textContent = '';
    this.#event.show(undefined);
    void this.#events.show(this.#inspected.journal, { id: this.#id, filter: this.#filter.filter });
  }

  async #openStates(id: string | undefined): Promise<void> {
    this.#state.show(undefined, 0);
    const { journal, snapshotStore, fold } = this.#inspected;
    const its = id !== undefined && typeof fold === 'function' ? fold(id) : fold;
    if (!journal || id === undefined || typeof its !== 'object') return;
    const isShown = (): boolean => this.#id === id && this.#inspected.journal === journal;
    try {
      const head = await journal.highestSeq(id);
      if (isShown()) this.#state.show(new States(journal, snapshotStore, id, its), head);
    } catch (error) {
      if (isShown()) this.#fail(error);
    }
  }

  #choose(item: Item): void {
    this.#event.show(item);
    if (item.event && this.#id !== undefined) this.#state.turnTo(item.event.sequenceNr);
  }

  #tag(tag: string): void {
    this.#filter.add(tag);
    this.#select();
  }

  #fail(error: unknown): void {
    this.#failure.textContent = saidBy(error);
  }
}
