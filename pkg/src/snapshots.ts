import { check, checkOptions, hasMethods, invalid, isCount, isPositive, isText } from './arguments.js';
import { LONG } from './arguments-long.js';
import { manifested, manifestOf } from './arguments-manifest.js';
import type { SnapshotBounds, SnapshotsHandle } from './binding.js';
import { Payloads, type CodecChoice } from './codec.js';
import { hasCode, SnapshotIntegrityError } from './errors.js';
import { Opening } from './opening.js';
import { verified } from './verify.js';
import type { Journal, Manifest, Snapshot, SnapshotStore } from './types.js';
import type { Verification, VerifySnapshotsOptions } from './types-verification.js';

const isManifest = manifested<Manifest>({});
const isJournal = hasMethods('a journal', 'highestSeq', 'delete');
const CHECKS = { ...LONG, journal: isJournal };

/**
 * What to do about a snapshot whose state cannot be decoded or is damaged: fail with `undecodable` or
 * `snapshot-integrity`, or take the next older one that can (recovery then replays more events, to the same state).
 */
export type OnUnreadable = 'error' | 'older';

/** Where a snapshot store's handle comes from and what it is called. */
export interface SnapshotsSource {
  readonly name: string;
  readonly codec: CodecChoice | undefined;
  readonly onUnreadable: OnUnreadable | undefined;
  /** The stem of the journal's tables, where they are in this store's database. */
  eventsTableOf(journal: Journal): string | undefined;
  open(): Promise<SnapshotsHandle>;
}

type Saved = Parameters<SnapshotsHandle['save']>;

/** The {@link SnapshotStore} over a binding's handle: the same for every store and platform. */
export class HandleSnapshotStore implements SnapshotStore {
  readonly #handle: Opening<SnapshotsHandle>;
  readonly #payloads: Payloads;
  readonly #source: SnapshotsSource;

  protected constructor(source: SnapshotsSource) {
    this.#source = source;
    this.#handle = new Opening(source.name, () => source.open());
    this.#payloads = new Payloads(source.codec);
  }

  async save<State>(id: string, seq: number, state: State, options: Manifest = {}): Promise<void> {
    const saved = this.#checked('save', id, seq, state, options);
    await this.#handle.use((handle) => handle.save(...saved));
  }

  async saveAndCompact<State>(
    id: string,
    seq: number,
    state: State,
    journal: Journal,
    options: Manifest = {},
  ): Promise<void> {
    const saved = this.#checked('saveAndCompact', id, seq, state, options);
    check('saveAndCompact: journal', journal, isJournal);
    checkCovered(id, seq, await journal.highestSeq(id));
    const eventsTable = this.#source.eventsTableOf(journal);
    if (eventsTable !== undefined) {
      return this.#handle.use((handle) => handle.saveAndCompact(...saved, eventsTable));
    }
    const oldest = await this.#handle.use(async (handle) => {
      const latest = await handle.load(id, {});
      // Read behind the snapshot, the head is not below one that belongs to it.
      if (latest) checkCovered(id, latest.sequenceNr, await journal.highestSeq(id));
      await handle.save(...saved);
      return oldestKept(handle, id, seq);
    });
    await journal.delete(id, oldest);
  }

  #checked(what: string, id: string, seq: number, state: unknown, options: Manifest): Saved {
    check(`${what}: id`, id, isText);
    check(`${what}: seq`, seq, isPositive);
    check(`${what}: options`, options, isManifest);
    const manifest = manifestOf(options) ?? {};
    return [id, seq, this.#payloads.encode(state, `${what}: state`), manifest];
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
    try {
      return await this.#load(id, bounds);
    } catch (error) {
      const seq = this.#source.onUnreadable === 'older' ? seqOfUnreadable(error) : 0;
      if (seq > 0) return this.load(id, { ...bounds, maxSeq: seq - 1 });
      throw error;
    }
  }

  async #load<State>(id: string, bounds: SnapshotBounds): Promise<Snapshot<State> | undefined> {
    const found = await this.#handle.use((handle) => handle.load(id, bounds));
    if (!found) return undefined;
    const { sequenceNr, state: bytes, ...rest } = found;
    const state = this.#payloads.decode(bytes, id, sequenceNr) as State;
    return { persistenceId: id, sequenceNr, state, ...rest };
  }

  async delete(id: string, toSeq: number): Promise<void> {
    check('delete: id', id, isText);
    check('delete: toSeq', toSeq, isCount);
    await this.#handle.use((handle) => handle.delete(id, toSeq));
  }

  /**
   * Checks the whole store while others read and write: SQLite's own check of the table's pages, ids,
   * seqs, types, manifests, checksums, and whether states can be read, as JSON or, with its mark, as
   * CBOR; with `journal`, also what belongs to its streams. What it finds is no error, but part of
   * the answer.
   *
   * @throws the signal's `reason` where it ends the check, `invalid-argument` for a journal that is
   *   not in the same database, and the codes of the storage.
   */
  verify(options: VerifySnapshotsOptions = {}): Promise<Verification> {
    const ask = (handle: SnapshotsHandle, cursor: string): Promise<string> =>
      handle.verifyPart(cursor, options.journal && this.#tableOf(options.journal));
    return verified((cursor) => this.#handle.use((handle) => ask(handle, cursor)), options, CHECKS);
  }

  #tableOf(journal: Journal): string {
    const table = this.#source.eventsTableOf(journal);
    if (table !== undefined) return table;
    throw invalid('verify: options: journal must have its tables in the database of the snapshots');
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** Where a snapshot is damaged or cannot be decoded; 0 for every other error. */
function seqOfUnreadable(error: unknown): number {
  const isOne = hasCode(error, 'undecodable') || hasCode(error, 'snapshot-integrity');
  return isOne ? (error.sequenceNr ?? 0) : 0;
}

/** The seq of the oldest snapshot that is kept, at most `seq`. */
async function oldestKept(handle: SnapshotsHandle, id: string, seq: number): Promise<number> {
  const older = await handle.load(id, { maxSeq: seq - 1 });
  return older ? oldestKept(handle, id, older.sequenceNr) : seq;
}

/** Refuses a snapshot above the head: with the events deleted, nothing could be recovered. */
export function checkCovered(persistenceId: string, sequenceNr: number, head: number): void {
  if (sequenceNr <= head) return;
  const message = `a snapshot at seq ${sequenceNr} lies above the head of ${JSON.stringify(persistenceId)}, ${head}`;
  throw new SnapshotIntegrityError(message, { persistenceId, sequenceNr });
}
