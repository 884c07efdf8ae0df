import type { SnapshotStore } from '../types.js';
import { Inspector } from './inspector.js';
import { held, PROPERTIES } from './properties.js';
import colours from './style/colours.css';
import events from './style/events.css';
import layout from './style/layout.css';
import panels from './style/panels.css';
import values from './style/values.css';
import type { Folds, InspectedJournal, Restoring } from './types.js';

const STYLE = [colours, layout, events, values, panels].join('\n');

/**
 * `<journal-inspector>` shows what is in a journal: its streams and their heads, events with their tags
 * and payloads, which it follows, snapshots, the state as of any seq, and how fast it is written to. It
 * checks and copies the journal where it can. Nothing is written, unless its user generates load or restores.
 *
 * Give it a journal as the property {@link JournalInspectorElement.journal}; it does not close it. With
 * the attribute `load` it offers to generate load, which writes to the streams `load-1` to `load-8`. It is as
 * wide as its place; `color-scheme` of its place decides between light and dark. A property that is set to what it
 * cannot hold throws an error with the code `invalid-argument` and stays as it was.
 *
 * @example
 * ```ts
 * import 'actor-journal/inspector';
 *
 * const inspector = document.querySelector('journal-inspector');
 * inspector.fold = { initial: { balance: 0 }, apply: (state, event) => ({ balance: state.balance + event.amount }) };
 * inspector.journal = new SqliteJournal({ path: 'bank.db' });
 * ```
 */
export class JournalInspectorElement extends HTMLElement {
  static readonly observedAttributes = ['load'];

  readonly #inspector = new Inspector();
  #journal: InspectedJournal | undefined;
  #snapshotStore: SnapshotStore | undefined;
  #fold: Folds | undefined;
  #restore: Restoring | undefined;
  #isDue = false;

  constructor() {
    super();
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [style];
    root.append(...this.#inspector.content);
  }

  /** The journal to look at: any, though only the package's own can be checked and copied. */
  get journal(): InspectedJournal | undefined {
    return this.#journal;
  }

  set journal(journal: InspectedJournal | undefined) {
    this.#journal = held('journal', journal);
    this.#show();
  }

  /** Where the snapshots of its streams are. */
  get snapshotStore(): SnapshotStore | undefined {
    return this.#snapshotStore;
  }

  set snapshotStore(store: SnapshotStore | undefined) {
    this.#snapshotStore = held('snapshotStore', store);
    this.#show();
  }

  /** How events make a state. */
  get fold(): Folds | undefined {
    return this.#fold;
  }

  set fold(fold: Folds | undefined) {
    this.#fold = held('fold', fold);
    this.#show();
  }

  /** How a copy takes the journal's place; without it none is offered to. */
  get restore(): Restoring | undefined {
    return this.#restore;
  }

  set restore(restore: Restoring | undefined) {
    this.#restore = held('restore', restore);
    this.#show();
  }

  connectedCallback(): void {
    for (const name of PROPERTIES) this.#takeOver(name);
    this.#show();
  }

  disconnectedCallback(): void {
    this.#inspector.stop();
  }

  attributeChangedCallback(): void {
    this.#inspector.offerLoad(this.hasAttribute('load'));
  }

  /**
   * What was set on an element that was not defined yet stands before the property. What the property refuses is
   * reported as an error that is thrown here is, and the others are taken over all the same.
   */
  #takeOver(name: (typeof PROPERTIES)[number]): void {
    if (!Object.hasOwn(this, name)) return;
    const { [name]: value } = this;
    delete (this as Partial<JournalInspectorElement>)[name];
    try {
      Object.assign(this, { [name]: value });
    } catch (error) {
      reportError(error);
    }
  }

  /** Once for all properties that are set at once. */
  #show(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      if (!this.isConnected) return;
      this.#inspector.show({
        journal: this.#journal,
        snapshotStore: this.#snapshotStore,
        fold: this.#fold,
        restore: this.#restore,
        generatesLoad: this.hasAttribute('load'),
      });
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'journal-inspector': JournalInspectorElement;
  }
}
