import { check, checkOptions, isCount, isPositive, isText } from './arguments.js';
import type { SnapshotBounds, SnapshotsHandle } from './binding.js';
import { Payloads, type CodecChoice } from './codec.js';
import { hasCode } from './errors.js';
import { Opening } from './opening.js';
import type { Snapshot, SnapshotStore } from './types.js';

/**
 * What to do about a snapshot whose state cannot be decoded: fail with `undecodable`, or take the
 * next older one that can (recovery then replays more events, to the same state).
 */
export type OnUnreadable = 'error' | 'older';

/** Where a snapshot store's handle comes from and what it is called. */
export interface SnapshotsSource {
  readonly name: string;
  readonly codec: CodecChoice | undefined;
  readonly onUnreadable: OnUnreadable | undefined;
  open(): Promise<SnapshotsHandle>;
}

/** The {@link SnapshotStore} over a binding's handle: the same for every store and platform. */
export class HandleSnapshotStore implements SnapshotStore {
  readonly #handle: Opening<SnapshotsHandle>;
  readonly #payloads: Payloads;
  readonly #onUnreadable: OnUnreadable;

  protected constructor(source: SnapshotsSource) {
    this.#handle = new Opening(source.name, () => source.open());
    this.#payloads = new Payloads(source.codec);
    this.#onUnreadable = source.onUnreadable ?? 'error';
  }

  async save<State>(id: string, seq: number, state: State): Promise<void> {
    check('save: id', id, isText);
    check('save: seq', seq, isPositive);
    const bytes = this.#payloads.encode(state, 'save: state');
    await this.#handle.use((handle) => handle.save(id, seq, bytes));
  }

  async loadLatest<State = unknown>(id: string): Promise<Snapshot<State> | undefined> {
    return this.load(id, {});
  }

  async loadBefore<State = unknown>(id: string, seq: number): Promise<Snapshot<State> | undefined> {
    check('loadBefore: seq', seq, isCount);
    return this.load(id, { maxSeq: Math.max(0, seq - 1) });
  }

  async load<State = unknown>(
    id: string,
    bounds: SnapshotBounds,
  ): Promise<Snapshot<State> | undefined> {
    check('load: id', id, isText);
    checkOptions('load', bounds, {
      minSeq: isCount,
      maxSeq: isCount,
      minTimestamp: isCount,
      maxTimestamp: isCount,
    });
    const found = await this.#handle.use((handle) => handle.load(id, bounds));
    if (!found) return undefined;
    const { sequenceNr, timestamp } = found;
    try {
      const state = this.#payloads.decode(found.state, id, sequenceNr) as State;
      return { persistenceId: id, sequenceNr, state, timestamp };
    } catch (error) {
      if (this.#onUnreadable === 'error' || !hasCode(error, 'undecodable')) throw error;
      return this.load(id, { ...bounds, maxSeq: sequenceNr - 1 });
    }
  }

  async delete(id: string, toSeq: number): Promise<void> {
    check('delete: id', id, isText);
    check('delete: toSeq', toSeq, isCount);
    await this.#handle.use((handle) => handle.delete(id, toSeq));
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
