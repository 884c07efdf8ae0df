import type { Snapshot, SnapshotStore } from '../types.js';
import { saidBy } from './failure.js';
import { button, make, section } from './markup.js';
import { counted, moment } from './text.js';
import { valueView } from './value-view.js';

/** Snapshots that are shown, the newest. */
const MOST = 20;

/** The snapshots of a stream, newest first. */
export class SnapshotsView {
  readonly element: HTMLElement;
  readonly #body = make('div', { class: 'body' });
  readonly #turned: (seq: number) => void;
  #showing = 0;

  /** @param turned called with the seq that a snapshot is of. */
  constructor(turned: (seq: number) => void) {
    this.#turned = turned;
    this.element = section('snapshots-pane', 'Snapshots', this.#body);
    this.element.hidden = true;
  }

  /** Shows those of a stream; no store, or no stream, hides the view. */
  async show(store: SnapshotStore | undefined, id: string | undefined): Promise<void> {
    const showing = ++this.#showing;
    this.element.hidden = !store || id === undefined;
    if (!store || id === undefined) return;
    const content = await contentOf(store, id, this.#turned);
    if (showing === this.#showing) this.#body.replaceChildren(...content);
  }
}

async function contentOf(store: SnapshotStore, id: string, turned: (seq: number) => void): Promise<Node[]> {
  const lines: Node[] = [];
  try {
    for (let found = await store.loadLatest(id); found && lines.length < MOST; ) {
      lines.push(lineFor(found, turned));
      found = await store.loadBefore(id, found.sequenceNr);
    }
  } catch (error) {
    lines.push(make('p', { class: 'failure' }, saidBy(error)));
  }
  return lines.length > 0 ? lines : [make('p', { class: 'empty' }, 'This stream has no snapshots.')];
}

function lineFor({ sequenceNr, timestamp, state }: Snapshot, turned: (seq: number) => void): HTMLElement {
  const summary = make('summary', {}, `Seq ${counted(sequenceNr)}`, make('span', { class: 'size' }, moment(timestamp)));
  const turn = button('Turn the slider to it', () => turned(sequenceNr), { class: 'quiet turn' });
  const line = make('details', { class: 'snapshot' }, summary);
  line.addEventListener('toggle', () => line.open && line.childElementCount === 1 && line.append(turn, valueView(state)));
  return line;
}
