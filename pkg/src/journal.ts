import { check, checkOptions, isCount, isFunction, isPositive, isText, isToken } from './arguments.js';
import type { JournalHandle } from './binding.js';
import { Payloads, type CodecChoice } from './codec.js';
import { Appends, type Place } from './journal-appends.js';
import { HandleCopies } from './journal-copies.js';
import { Batch } from './journal-batch.js';
import { holds } from './journal-holds.js';
import type { Release, Use } from './journal-live.js';
import { PAGE } from './journal-pages.js';
import { Queries } from './journal-queries.js';
import type { Storage } from './journal-storage.js';
import { Subscriptions } from './journal-subscriptions.js';
import { Opening } from './opening.js';
import { lostWithToken, orLost, tokenOf } from './token.js';
import { verified } from './verify.js';
import type {
  AppendOptions,
  EventQuery,
  EventStream,
  IdsQuery,
  Journal,
  JournalEntry,
  PersistentEvent,
  ReplayOptions,
  StorageStatus,
  TagFilter,
} from './types.js';
import type { LongOptions } from './types-long.js';
import type { Verification } from './types-verification.js';
import type { Copies, ExportOptions, ImportOptions, Lines } from './types-copies.js';

/** Of an empty batch. */
const NOWHERE: Place = [0, 0, 0];

/** Where a journal's handle comes from and what it is called. */
export interface JournalSource {
  readonly name: string;
  readonly codec: CodecChoice | undefined;
  readonly storage: Storage;
  open(): Promise<JournalHandle>;
}

/** What a journal of this package has inside, for what stands in the same database; nothing of another one's. */
export let insideOf: (journal: Journal) => Inside | undefined;

/** How a journal calls, queries and decodes. */
export interface Inside {
  readonly use: Use;
  readonly queries: Queries;
  readonly payloads: Payloads;
}

/** The {@link Journal} over a binding's handle: the same for every store and platform. */
export class HandleJournal implements Journal, Copies {
  readonly events: EventStream = {
    subscribe: (listener) => {
      check('subscribe: listener', listener, isFunction);
      this.#handle.assertOpen();
      return this.#subscriptions.subscribe(listener);
    },
  };
  readonly #handle: Opening<Appends>;
  readonly #use: Use = (call) => this.#handle.use(({ handle }) => call(handle));
  readonly #payloads: Payloads;
  readonly #copies = new HandleCopies(this, this.#use);
  readonly #queries: Queries;
  readonly #subscriptions: Subscriptions;
  readonly #storage: Storage;

  static {
    insideOf = (journal) => {
      if (!(#queries in journal)) return undefined;
      return { use: journal.#use, queries: journal.#queries, payloads: journal.#payloads };
    };
  }

  protected constructor(source: JournalSource) {
    this.#handle = new Opening(source.name, async () => new Appends(await source.open()));
    this.#storage = source.storage;
    this.#payloads = new Payloads(source.codec);
    const release: Release = (call) => this.#handle.release(({ handle }) => call(handle));
    this.#queries = new Queries(this.#use, release, () => this.#handle.assertOpen(), this.#payloads);
    this.#subscriptions = new Subscriptions(this.#queries, this.#payloads);
  }

  async append<Event>(
    id: string,
    entries: readonly JournalEntry<Event>[],
    expectedSeq: number,
    options: AppendOptions = {},
  ): Promise<PersistentEvent<Event>[]> {
    check('append: id', id, isText);
    check('append: expectedSeq', expectedSeq, isCount);
    checkOptions('append', options, { token: isToken });
    const batch = new Batch(entries, this.#payloads);
    this.#storage.use();
    return this.#write(id, batch, expectedSeq, tokenOf(options.token));
  }

  async #write<Event>(
    id: string,
    batch: Batch<Event>,
    expectedSeq: number,
    token: Uint8Array,
  ): Promise<PersistentEvent<Event>[]> {
    try {
      const { events, place } = await this.#handle.use(async (appends) => {
        if (batch.size === 0) return { events: [], place: NOWHERE };
        const answering = appends.add({ id, expectedSeq, token, entries: batch.packed() });
        // Read back while the call is on its way.
        await undefined;
        return { events: batch.events(), place: await answering };
      });
      const [, first] = place;
      await this.#subscriptions.wrote(first, first + batch.size - 1, () => batch.stored(id, place));
      return batch.stored(id, place, events);
    } catch (cause) {
      const error = await orLost(cause, () => holds(this, id, expectedSeq + 1));
      throw lostWithToken(error, id, token, () => this.#write(id, batch, expectedSeq, token));
    }
  }

  async read<Event = unknown>(
    id: string,
    fromSeq: number,
    toSeq?: number,
  ): Promise<PersistentEvent<Event>[]> {
    return this.#queries.read(id, toSeq === undefined ? { fromSeq } : { fromSeq, toSeq });
  }

  replay<Event = unknown>(
    id: string,
    options: ReplayOptions = {},
  ): AsyncIterable<PersistentEvent<Event>> {
    return this.#queries.replay(id, options);
  }

  async highestSeq(id: string): Promise<number> {
    check('highestSeq: id', id, isText);
    return this.#use((handle) => handle.highestSeq(id));
  }

  async delete(id: string, toSeq: number): Promise<void> {
    check('delete: id', id, isText);
    check('delete: toSeq', toSeq, isCount);
    await this.#use((handle) => handle.delete(id, toSeq));
  }

  async raiseCompactionMark(id: string, throughSeq: number): Promise<void> {
    check('raiseCompactionMark: id', id, isText);
    check('raiseCompactionMark: throughSeq', throughSeq, isCount);
    await this.#use((handle) => handle.raiseCompactionMark(id, throughSeq));
  }

  async persistenceIds(): Promise<string[]> {
    const ids: string[] = [];
    for (;;) {
      const page = await this.persistenceIdsPaginated(ids.at(-1), PAGE);
      ids.push(...page);
      if (page.length < PAGE) return ids;
    }
  }

  async persistenceIdsPaginated(after: string | undefined, limit: number): Promise<string[]> {
    if (after !== undefined) check('persistenceIdsPaginated: after', after, isText);
    check('persistenceIdsPaginated: limit', limit, isPositive);
    return this.#use((handle) => handle.persistenceIds(after, limit));
  }

  livePersistenceIds(options: IdsQuery = {}): AsyncIterable<string> {
    return this.#queries.ids(options);
  }

  eventsByTag<Event = unknown>(
    filter: TagFilter,
    options: EventQuery = {},
  ): AsyncIterable<PersistentEvent<Event>> {
    return this.#queries.byTag(filter, options);
  }

  allEvents<Event = unknown>(options: EventQuery = {}): AsyncIterable<PersistentEvent<Event>> {
    return this.#queries.all(options);
  }

  async lastPosition(): Promise<number> {
    return this.#queries.end();
  }

  /**
   * Checks the whole journal while others read and write: SQLite's own check of all pages of the
   * database; whether the events of each stream are contiguous from the compaction mark to the head;
   * positions, heads and marks; types and checksums; whether each tag of an event stands in the tag
   * table, and no other; ids, tags, manifests and tokens; whether payloads can be read, as JSON or,
   * with its mark, as CBOR. What it finds is no error, but part of the answer. Progress is in rows: each
   * is met twice, by SQLite's own check, which is one part, and by the one of what the rows say.
   *
   * @throws the signal's `reason` where it ends the check, and the codes of the storage.
   * @example
   * ```ts
   * const { sound, problems } = await journal.verify({ onProgress: ({ done, total }) => show(done / total) });
   * ```
   */
  verify(options: LongOptions = {}): Promise<Verification> {
    return verified((cursor) => this.#use((handle) => handle.verifyPart(cursor)), options);
  }

  /**
   * Where the events are, how much there is, and whether it may be taken away.
   *
   * @throws `storage-unavailable` in a page without OPFS, `closed` after {@link Journal.close}.
   */
  async storage(): Promise<StorageStatus> {
    this.#handle.assertOpen();
    return this.#storage.status();
  }

  /**
   * Asks the browser to keep what the origin stores until somebody deletes it, and answers whether it
   * will: some ask their user, others decide by how the site is used. The first append of a page to the
   * origin-private file system asks, too, and does not wait for the answer. A file is kept in any case,
   * memory never.
   *
   * @throws `closed` after {@link Journal.close}.
   */
  async requestPersistence(): Promise<boolean> {
    this.#handle.assertOpen();
    return this.#storage.persist();
  }

  backup(options?: LongOptions): ReadableStream<Uint8Array> {
    return this.#copies.backup(options);
  }

  backupTo(path: string, options?: LongOptions): Promise<void> {
    return this.#copies.backupTo(path, options);
  }

  export(options?: ExportOptions): AsyncIterable<string> {
    return this.#copies.export(options);
  }

  import(lines: Lines, options?: ImportOptions): Promise<number> {
    return this.#copies.import(lines, options);
  }

  close(): Promise<void> {
    this.#queries.close(this.#handle.closed);
    return this.#handle.close();
  }
}
