import type { LongOptions, Progress } from '../types-long.js';
import type { Verification } from '../types-verification.js';
import { saidBy } from './failure.js';
import { button, make, section, set } from './markup.js';
import { counting, sized } from './text.js';
import type { InspectedJournal, Restoring } from './types.js';

const PLACES = {
  persistent: 'Kept until somebody deletes it',
  evictable: 'The browser may delete it when the disk runs full',
  memory: 'In memory: gone when the journal is closed',
};

/** Where the journal is, and what can be done with all of it: check it, copy it, replace it. */
export class StorageView {
  readonly element: HTMLElement;
  readonly #place = make('p', { class: 'fact' });
  readonly #size = make('p', { class: 'empty' });
  readonly #bar = make('progress', { 'aria-label': 'Progress', hidden: true });
  readonly #outcome = make('div', { class: 'outcome', role: 'status' });
  readonly #file = make('input', { type: 'file', id: 'copy', 'aria-label': 'A backup to restore', hidden: true });
  readonly #verify = button('Verify', () => void this.#work((options) => this.#check(options)));
  readonly #backup = button('Back up', () => void this.#work((options) => this.#copy(options)));
  readonly #restore = button('Restore…', () => this.#file.click());
  readonly #cancel = button('Cancel', () => this.#working?.abort(new Error('Cancelled: nothing has changed.')), { hidden: true });
  #journal: InspectedJournal | undefined;
  #restoring: Restoring | undefined;
  #working: AbortController | undefined;
  #isReplacing = false;

  constructor() {
    this.#file.addEventListener('change', () => void this.#work((options) => this.#replace(options)));
    const buttons = make('div', { class: 'buttons' }, this.#verify, this.#backup, this.#restore, this.#file, this.#cancel);
    this.element = section('storage-pane', 'Storage', this.#place, this.#size, buttons, this.#bar, this.#outcome);
  }

  show(journal: InspectedJournal | undefined, restoring: Restoring | undefined): void {
    if (journal !== this.#journal) this.#leave();
    this.#journal = journal;
    this.#restoring = restoring;
    this.#verify.hidden = !journal?.verify;
    this.#backup.hidden = !journal?.backup;
    this.#restore.hidden = !restoring;
    this.element.hidden = !(journal?.storage || journal?.verify || journal?.backup || restoring);
    void this.#look();
  }

  /** What was found of one journal is not said of another; what is under way ends, unless it is what brings the other. */
  #leave(): void {
    for (const element of [this.#place, this.#size]) element.textContent = '';
    if (this.#isReplacing) return;
    this.#outcome.replaceChildren();
    this.#working?.abort(new Error('Cancelled: another journal is shown.'));
  }

  async #look(): Promise<void> {
    const journal = this.#journal;
    try {
      const status = await journal?.storage?.();
      if (!status || journal !== this.#journal) return;
      const { place, usedBytes, quotaBytes } = status;
      this.#place.textContent = PLACES[place];
      const used = usedBytes === undefined ? '' : `${sized(usedBytes)} used`;
      this.#size.textContent = quotaBytes === undefined ? used : `${used} of ${sized(quotaBytes)}`;
    } catch (error) {
      if (journal === this.#journal) this.#place.textContent = saidBy(error);
    }
  }

  /** One thing at a time, which can be cancelled. */
  async #work(what: (options: LongOptions) => Promise<Node | string>): Promise<void> {
    if (this.#working) return;
    this.#working = new AbortController();
    this.#show(true);
    this.#outcome.replaceChildren();
    try {
      const { signal } = this.#working;
      this.#outcome.replaceChildren(await what({ signal, onProgress: (progress) => this.#advance(progress) }));
    } catch (error) {
      this.#outcome.replaceChildren(make('p', { class: 'failure' }, saidBy(error)));
    } finally {
      this.#working = undefined;
      this.#show(false);
      void this.#look();
    }
  }

  #show(isWorking: boolean): void {
    this.#bar.hidden = !isWorking;
    this.#cancel.hidden = !isWorking;
    set(this.#bar, { value: undefined });
    for (const each of [this.#verify, this.#backup, this.#restore]) set(each, { 'aria-disabled': isWorking && 'true' });
  }

  #advance({ done, total }: Progress): void {
    set(this.#bar, { max: Math.max(total, 1), value: done });
  }

  async #check(options: LongOptions): Promise<Node> {
    return report(await this.#journal!.verify!(options));
  }

  async #copy(options: LongOptions): Promise<string> {
    const copy = await new Response(this.#journal!.backup!(options)).blob();
    const link = make('a', { href: URL.createObjectURL(copy), download: `journal-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.db` });
    link.click();
    // By then the download has begun.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    return `A copy of ${sized(copy.size)} was handed to the browser.`;
  }

  async #replace(options: LongOptions): Promise<string> {
    const [copy] = this.#file.files ?? [];
    this.#file.value = '';
    if (!copy) return '';
    this.#isReplacing = true;
    try {
      await this.#restoring!(copy, options);
    } finally {
      this.#isReplacing = false;
    }
    return `${copy.name} has taken the journal’s place.`;
  }
}

/** What a check has found. */
function report({ sound, streams, events, found, problems }: Verification): Node {
  const checked = `${counting(streams, 'stream')} and ${counting(events, 'event')} were checked`;
  if (sound) return make('p', { class: 'sound' }, `✓ Sound: ${checked}.`);
  const lines = problems.map(({ persistenceId, sequenceNr, what }) =>
    make('li', {}, [persistenceId, sequenceNr === undefined ? undefined : `seq ${sequenceNr}`, what].filter(Boolean).join(': ')),
  );
  return make('div', { class: 'failure' }, make('p', {}, `✗ ${counting(found, 'problem')}: ${checked}.`), make('ul', {}, ...lines));
}
