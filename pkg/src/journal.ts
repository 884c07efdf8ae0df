import { check, checkOptions, isCount, isPositive, isText, isToken } from './arguments.js';
import { isFilter } from './arguments-tags.js';
import type { BindingFilter, JournalHandle } from './binding.js';
import { EventChunk } from './chunk.js';
import { Payloads, type CodecChoice } from './codec.js';
import { Appends, type Place } from './journal-appends.js';
import { HandleCopies } from './journal-copies.js';
import { Batch } from './journal-batch.js';
import { holds } from './journal-holds.js';
import type { EventsReader, Hub } from './journal-hub.js';
import { EVERYTHING, PAGE } from './journal-pages.js';
import type { Storage } from './journal-storage.js';
import { eventsOf, type Pages } from './journal-iterator.js';
import { Opening } from './opening.js';
import { lostWithToken, orLost, tokenOf } from './token.js';
import { verified } from './verify.js';
import type {
  AppendOptions,
  EventQuery,
  EventStream,
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
  readonly hub: Hub;
  readonly codec: CodecChoice | undefined;
  readonly storage: Storage;
  open(): Promise<JournalHandle>;
}

/** Asks for at most `limit` events behind a chunk, or for the first ones. */
type Ask = (handle: JournalHandle, limit: number, behind: EventChunk | undefined) => Promise<Uint8Array>;

/** The {@link Journal} over a binding's handle: the same for every store and platform. */
export class HandleJournal implements Journal, Copies {
  readonly events: EventStream = {
    subscribe: (listener) => {
      this.#handle.assertOpen();
      return this.#hub.subscribe(listener, this.#reader);
    },
  };
  readonly #handle: Opening<Appends>;
  readonly #hub: Hub;
  readonly #payloads: Payloads;
  readonly #copies = new HandleCopies(this, (call) => this.#handle.use(({ handle }) => call(handle)));
  readonly #reader: EventsReader;
  readonly #storage: Storage;

  protected constructor(source: JournalSource) {
    this.#handle = new Opening(source.name, async () => new Appends(await source.open()));
    this.#hub = source.hub;
    this.#storage = source.storage;
    this.#payloads = new Payloads(source.codec);
    this.#reader = {
      name: source.name,
      payloads: this.#payloads,
      open: () => source.open(),
      end: () => this.#handle.use(({ handle }) => endOf(handle)),
    };
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
    return this.#write(id, batch, expectedSeq, tokenOf(options.token), options.token !== undefined);
  }

  async #write<Event>(
    id: string,
    batch: Batch<Event>,
    expectedSeq: number,
    token: Uint8Array,
    mayRepeat: boolean,
  ): Promise<PersistentEvent<Event>[]> {
    const ticket = this.#hub.begin();
    let written: () => PersistentEvent[] = () => [];
    try {
      const { events, place } = await this.#handle.use(async (appends) => {
        if (batch.size === 0) return { events: [], place: NOWHERE };
        const answering = appends.add({ id, expectedSeq, token, entries: batch.packed() });
        // Read back while the call is on its way.
        await undefined;
        return { events: batch.events(), place: await answering };
      });
      written = () => batch.stored(id, place);
      return batch.stored(id, place, events);
    } catch (cause) {
      const error = await orLost(cause, () => holds(this, id, expectedSeq + 1));
      throw lostWithToken(error, id, token, () => this.#write(id, batch, expectedSeq, token, true));
    } finally {
      this.#hub.end(ticket, mayRepeat, written);
    }
  }

  async read<Event = unknown>(
    id: string,
    fromSeq: number,
    toSeq?: number,
  ): Promise<PersistentEvent<Event>[]> {
    const events: PersistentEvent<Event>[] = [];
    const bounds = toSeq === undefined ? { fromSeq } : { fromSeq, toSeq };
    for await (const page of this.#replayPages<Event>(id, bounds)) events.push(...page);
    return events;
  }

  replay<Event = unknown>(
    id: string,
    options: ReplayOptions = {},
  ): AsyncIterable<PersistentEvent<Event>> {
    return eventsOf(() => this.#replayPages<Event>(id, options));
  }

  async *#replayPages<Event>(id: string, options: ReplayOptions): Pages<Event> {
    check('replay: id', id, isText);
    checkOptions('replay', options, { fromSeq: isCount, toSeq: isCount, limit: isPositive });
    const { fromSeq = 1, toSeq = Number.MAX_SAFE_INTEGER, limit = Infinity } = options;
    yield* this.#pages<Event>(limit, (handle, limit, behind) =>
      behind
        ? handle.replayPage(id, behind.lastSeq + 1, behind.through, limit, true)
        : handle.replayPage(id, fromSeq, toSeq, limit, false),
    );
  }

  async highestSeq(id: string): Promise<number> {
    check('highestSeq: id', id, isText);
    return this.#handle.use(({ handle }) => handle.highestSeq(id));
  }

  async delete(id: string, toSeq: number): Promise<void> {
    check('delete: id', id, isText);
    check('delete: toSeq', toSeq, isCount);
    await this.#handle.use(({ handle }) => handle.delete(id, toSeq));
  }

  async raiseCompactionMark(id: string, throughSeq: number): Promise<void> {
    check('raiseCompactionMark: id', id, isText);
    check('raiseCompactionMark: throughSeq', throughSeq, isCount);
    await this.#handle.use(({ handle }) => handle.raiseCompactionMark(id, throughSeq));
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
    return this.#handle.use(({ handle }) => handle.persistenceIds(after, limit));
  }

  eventsByTag<Event = unknown>(
    filter: TagFilter,
    options: EventQuery = {},
  ): AsyncIterable<PersistentEvent<Event>> {
    return eventsOf(() => this.#eventPages<Event>('eventsByTag', () => bindingFilter(filter), options));
  }

  allEvents<Event = unknown>(options: EventQuery = {}): AsyncIterable<PersistentEvent<Event>> {
    return eventsOf(() => this.#eventPages<Event>('allEvents', () => EVERYTHING, options));
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
    return verified((cursor) => this.#handle.use(({ handle }) => handle.verifyPart(cursor)), options);
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
    return this.#handle.close();
  }

  async *#eventPages<Event>(
    what: string,
    filterOf: () => BindingFilter,
    options: EventQuery,
  ): Pages<Event> {
    const filter = filterOf();
    checkOptions(what, options, { fromPosition: isCount, limit: isPositive });
    const { fromPosition = 0, limit = Infinity } = options;
    yield* this.#pages<Event>(limit, (handle, limit, behind) =>
      behind
        ? handle.eventsPage(filter, behind.lastPosition, behind.through, limit)
        : handle.eventsPage(filter, fromPosition, Number.MAX_SAFE_INTEGER, limit),
    );
  }

  /** Pages of at most `limit` events: an undecodable one throws behind those before it. */
  async *#pages<Event>(limit: number, ask: Ask): Pages<Event> {
    for await (const chunk of this.#chunks(limit, ask)) {
      const { events, failure } = chunk.decode<Event>(this.#payloads);
      yield events;
      if (failure) throw failure;
    }
  }

  /** Each chunk is asked for before the one in front of it is given out, so that it is on its way. */
  async *#chunks(limit: number, ask: Ask): AsyncGenerator<EventChunk, void, undefined> {
    let coming: Promise<EventChunk> | undefined = this.#chunk(limit, ask);
    while (coming) {
      const chunk: EventChunk = await coming;
      limit -= chunk.count;
      const isLast = chunk.last || chunk.count === 0 || limit <= 0;
      coming = isLast ? undefined : this.#chunk(limit, ask, chunk);
      // A failure is told when its turn comes, and not at all where nobody waits for it.
      coming?.catch(() => undefined);
      yield chunk;
      if (coming) this.#handle.assertOpen();
    }
  }

  #chunk(limit: number, ask: Ask, behind?: EventChunk): Promise<EventChunk> {
    const most = Math.min(limit, PAGE);
    return this.#handle.use(async ({ handle }) => new EventChunk(await ask(handle, most, behind)));
  }
}

/** The position at which the journal ends now. */
async function endOf(handle: JournalHandle): Promise<number> {
  const { MAX_SAFE_INTEGER: never } = Number;
  return new EventChunk(await handle.eventsPage(EVERYTHING, never, never, 1)).through;
}

function bindingFilter(filter: TagFilter): BindingFilter {
  check('eventsByTag: filter', filter, isFilter);
  if (typeof filter === 'string') return { all: [filter], any: [], not: [] };
  const { all = [], any = [], not = [] } = filter;
  return { all: [...all], any: [...any], not: [...not] };
}
