import type { PersistentEvent, SnapshotStore } from '../types.js';
import { saidBy } from './failure.js';
import { counted } from './text.js';
import type { Fold, InspectedJournal } from './types.js';

/** Events between two states that are kept. */
const STEP = 4096;

/** The states of a stream: what a fold makes of its events. */
export class States {
  readonly #journal: InspectedJournal;
  readonly #store: SnapshotStore | undefined;
  readonly #id: string;
  readonly #fold: Fold;
  /** States by seq, from which others are reached. */
  readonly #kept: Map<number, unknown>;

  constructor(journal: InspectedJournal, store: SnapshotStore | undefined, id: string, fold: Fold) {
    this.#journal = journal;
    this.#store = store;
    this.#id = id;
    this.#fold = fold;
    this.#kept = new Map([[0, fold.initial]]);
  }

  /**
   * The state behind the event at a seq.
   *
   * @throws where events before it were compacted and no snapshot covers them, and what reading throws.
   */
  async at(seq: number, signal: AbortSignal): Promise<unknown> {
    const from = Math.max(...[...this.#kept.keys()].filter((kept) => kept <= seq));
    let [state, last] = [this.#kept.get(from), from];
    if (from === seq) return state;
    for await (const event of this.#journal.replay(this.#id, { fromSeq: from + 1, toSeq: seq, signal })) {
      if (event.sequenceNr !== last + 1) return this.#behindSnapshot(seq, signal);
      state = this.#behind(state, event);
      last = event.sequenceNr;
      if (last % STEP === 0) this.#kept.set(last, state);
    }
    return last === seq ? state : this.#behindSnapshot(seq, signal);
  }

  #behind(state: unknown, { sequenceNr, position, event }: PersistentEvent): unknown {
    try {
      return this.#fold.apply(state, event);
    } catch (cause) {
      const place = `seq ${counted(sequenceNr)} of ${JSON.stringify(this.#id)}, position ${counted(position)}`;
      throw new Error(`The fold has failed at ${place}: ${saidBy(cause)}`, { cause });
    }
  }

  /** Of what was compacted only a snapshot tells. */
  async #behindSnapshot(seq: number, signal: AbortSignal): Promise<unknown> {
    const snapshot = await this.#store?.load(this.#id, { maxSeq: seq });
    if (!snapshot || this.#kept.has(snapshot.sequenceNr)) {
      throw new Error(`The events before seq ${counted(seq)} were compacted, and no snapshot covers them.`);
    }
    this.#kept.set(snapshot.sequenceNr, snapshot.state);
    return this.at(seq, signal);
  }
}
